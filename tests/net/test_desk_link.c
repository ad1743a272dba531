/* SPDX-License-Identifier: Apache-2.0 */
/* The screen's end of the desk protocol against a real pupitre-desk, given as first argument. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <re_types.h>

#include <re_fmt.h>
#include <re_list.h>
#include <re_main.h>
#include <re_sys.h>
#include <re_tmr.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "net/api/json.h"
#include "net/desk/clock.h"
#include "net/desk/link.h"
#include "net/desk/phone_port.h"
#include "net/desk/place.h"
#include "net/desk/token_file.h"

#define DEADLINE_MS 15000

static const char *program;
static const char *runtime_dir;

/* What a link said. `stop_at` ends the loop when the state is reached. */
struct seen {
    enum desk_link_state state;
    int stop_at; /* -1 = not by a state */
    unsigned ups, replies;
    enum err_code code;
    char sentence[256];
    char answer[512];
};

static void on_state(enum desk_link_state state, const cJSON *hello, const char *sentence,
                     void *arg)
{
    struct seen *s = arg;
    s->state = state;
    s->ups += state == DESK_LINK_UP;
    assert_true((state == DESK_LINK_UP) == (hello != NULL));
    (void)snprintf(s->sentence, sizeof s->sentence, "%s", sentence);
    if ((int)state == s->stop_at)
        re_cancel();
}

static void on_event(const char *name, const cJSON *event, void *arg)
{
    (void)name;
    (void)event;
    (void)arg;
}

static void on_reply(enum err_code code, const cJSON *answer, const struct err *err, void *arg)
{
    struct seen *s = arg;
    s->replies++;
    s->code = code;
    assert_true((code == ERR_OK) == (answer != NULL));
    (void)snprintf(s->sentence, sizeof s->sentence, "%s", err ? err->sentence : "");
    (void)snprintf(s->answer, sizeof s->answer, "%s", json_str(answer, "message", ""));
    re_cancel();
}

static void on_deadline(void *arg)
{
    *(bool *)arg = true;
    re_cancel();
}

/* Run the loop until a handler stops it. */
static void loop(struct seen *s, int stop_at)
{
    bool late = false;
    struct tmr deadline;
    s->stop_at = stop_at;
    tmr_init(&deadline);
    tmr_start(&deadline, DEADLINE_MS, on_deadline, &late);
    (void)re_main(NULL);
    tmr_cancel(&deadline);
    assert_false(late);
}

static struct desk_link *link_to(const char *instance, struct seen *s, const char *start)
{
    struct desk_link *l = NULL;
    struct err err;
    const struct desk_link_config config = {
        .instance = instance, .program = start, .audio = "tone"};
    const struct desk_link_handlers handlers = {on_state, on_event, s};
    assert_int_equal(desk_link_new(&l, &config, &handlers, &err), ERR_OK);
    return l;
}

static pid_t desk_pid(const char *instance)
{
    struct desk_place place;
    char path[256], text[32] = "";
    assert_int_equal(desk_place_name(&place, instance, NULL), ERR_OK);
    (void)snprintf(path, sizeof path, "%s/lock", place.dir);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    (void)fclose(f);
    return (pid_t)strtol(text, NULL, 10);
}

static void sign_out(struct desk_link *l, struct seen *s)
{
    assert_int_equal(desk_link_request(l, "sign_out", NULL, on_reply, s, NULL), ERR_OK);
    loop(s, -1);
    assert_int_equal(s->code, ERR_OK);
}

static void without_a_desk_and_a_program_it_says_so(void **state)
{
    (void)state;
    struct seen s = {0};
    struct desk_link *l = link_to("none", &s, NULL);
    loop(&s, DESK_LINK_DOWN);
    assert_string_equal(s.sentence, "There is no desk.");
    assert_int_equal(desk_link_request(l, "call", NULL, on_reply, &s, NULL), ERR_UNAVAILABLE);
    assert_int_equal(s.replies, 0);
    (void)desk_link_free(l);
}

static void a_missing_program_is_named(void **state)
{
    (void)state;
    struct seen s = {0};
    struct desk_link *l = link_to("missing", &s, "/nonexistent/pupitre-desk");
    loop(&s, DESK_LINK_DOWN);
    assert_string_equal(s.sentence, "The program pupitre-desk is missing.");
    (void)desk_link_free(l);
}

static void it_starts_a_desk_and_asks_it(void **state)
{
    (void)state;
    struct seen s = {0};
    struct desk_link *l = link_to("start", &s, program);
    loop(&s, DESK_LINK_UP);
    assert_int_equal(desk_link_request(l, "call", NULL, on_reply, &s, NULL), ERR_OK);
    loop(&s, -1);
    assert_int_equal(s.code, ERR_OK);
    assert_int_equal(desk_link_request(l, "session", NULL, on_reply, &s, NULL), ERR_OK);
    loop(&s, -1);
    assert_int_equal(s.code, ERR_UNAUTHENTICATED);
    assert_string_equal(s.sentence, "Nobody is signed in at this desk.");
    cJSON *big = cJSON_CreateObject();
    char *text = calloc(1, 70000);
    memset(text, 'x', 69999);
    assert_non_null(cJSON_AddStringToObject(big, "keep", text));
    free(text);
    assert_int_equal(desk_link_request(l, "keep", big, on_reply, &s, NULL), ERR_TOO_LARGE);
    sign_out(l, &s);
    assert_int_equal(s.replies, 3);
    (void)desk_link_free(l);
}

static void a_killed_desk_is_missed_and_started_again(void **state)
{
    (void)state;
    struct seen s = {0};
    struct desk_link *l = link_to("kill", &s, program);
    loop(&s, DESK_LINK_UP);
    const pid_t pid = desk_pid("kill");
    /* A stopped desk answers nothing, so the request is open when it dies. */
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(desk_link_request(l, "call", NULL, on_reply, &s, NULL), ERR_OK);
    assert_int_equal(kill(pid, SIGKILL), 0);
    loop(&s, -1);
    assert_int_equal(s.code, ERR_UNAVAILABLE);
    assert_int_equal(s.replies, 1);
    loop(&s, DESK_LINK_UP);
    assert_int_equal(s.ups, 2);
    assert_int_not_equal(desk_pid("kill"), pid);
    sign_out(l, &s);
    (void)desk_link_free(l);
}

static void a_replaced_screen_stays_away_until_told(void **state)
{
    (void)state;
    struct seen one = {0}, two = {0};
    struct desk_link *first = link_to("two", &one, program);
    loop(&one, DESK_LINK_UP);
    struct desk_link *second = link_to("two", &two, NULL);
    two.stop_at = -1;
    loop(&one, DESK_LINK_REPLACED);
    if (two.state != DESK_LINK_UP)
        loop(&two, DESK_LINK_UP);
    two.stop_at = -1;
    desk_link_retry(first);
    loop(&one, DESK_LINK_UP);
    sign_out(first, &one);
    (void)desk_link_free(first);
    (void)desk_link_free(second);
}

#define SOMEBODY 65534 /* the user nobody */

/* In a child: be somebody else who listens where the desk should, and leave with 1 when the screen
 * said anything. */
static _Noreturn void listen_as_somebody(const struct desk_place *place, int ready)
{
    static const char token[] = "00112233445566778899aabbccddeeff"
                                "00112233445566778899aabbccddeeff";
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    char bytes[64];
    memcpy(addr.sun_path, place->socket, strlen(place->socket) + 1);
    if (setgid(SOMEBODY) != 0 || setuid(SOMEBODY) != 0)
        _exit(2);
    (void)umask(0);
    FILE *attach = fopen(place->attach, "we");
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!attach || fputs(token, attach) < 0 || fclose(attach) != 0 ||
        bind(fd, (struct sockaddr *)&addr, sizeof addr) != 0 || listen(fd, 8) != 0 ||
        write(ready, "x", 1) != 1)
        _exit(2);
    const int screen = accept(fd, NULL, NULL);
    _exit(screen >= 0 && read(screen, bytes, sizeof bytes) > 0);
}

static void somebody_elses_socket_is_told_nothing(void **state)
{
    (void)state;
    struct seen s = {0};
    struct desk_place place;
    char byte;
    int ready[2], status = -1;
    assert_int_equal(desk_place_name(&place, "foreign", NULL), ERR_OK);
    assert_int_equal(desk_place_make(&place, NULL), ERR_OK);
    assert_int_equal(chown(place.dir, SOMEBODY, SOMEBODY), 0);
    char parent[256];
    (void)snprintf(parent, sizeof parent, "%s/pupitre", runtime_dir);
    assert_int_equal(chmod(parent, 0711) | chmod(runtime_dir, 0711), 0);
    assert_int_equal(pipe(ready), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        listen_as_somebody(&place, ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct desk_link *l = link_to("foreign", &s, program);
    loop(&s, DESK_LINK_DOWN);
    (void)desk_link_free(l);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_string_equal(s.sentence, "The desk's socket belongs to somebody else.");
    (void)close(ready[0]);
    (void)close(ready[1]);
}

#define FAKE_CLOCK_MS 5000000

/* In a child: answer one hello with a clock of its own, and leave what comes next in the pipe. */
static _Noreturn void be_a_desk_with_another_clock(const struct desk_place *place, int out)
{
    static const char hello[] =
        "{\"v\":1,\"id\":\"1\",\"ok\":true,\"phone\":\"ready\",\"sound\":true,"
        "\"signed_in\":true,\"call\":null,\"clock_ms\":5000000}\n";
    char token[DESK_TOKEN_SIZE], bytes[4096];
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    memcpy(addr.sun_path, place->socket, strlen(place->socket) + 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (desk_token_write(place->attach, token, NULL) ||
        bind(fd, (struct sockaddr *)&addr, sizeof addr) != 0 || listen(fd, 1) != 0 ||
        write(out, "x", 1) != 1)
        _exit(2);
    const int screen = accept(fd, NULL, NULL);
    if (read(screen, bytes, sizeof bytes) <= 0 ||
        write(screen, hello, sizeof hello - 1) != (ssize_t)sizeof hello - 1)
        _exit(2);
    const ssize_t n = read(screen, bytes, sizeof bytes);
    _exit(n <= 0 || write(out, bytes, (size_t)n) != n);
}

static void on_up(void *arg, bool signed_in, const struct ws_desk_call *call,
                  const struct ws_desk_call *consult)
{
    (void)arg;
    (void)call;
    assert_string_equal(consult->call_id, ""); /* it knows of no second call */
    assert_true(signed_in);
    re_cancel();
}

static void on_down(void *arg, const char *sentence)
{
    (void)arg;
    (void)sentence;
}

static void on_phone(void *arg, enum ws_phone phone, const char *reason, enum phone_fault fault,
                     const char *about)
{
    (void)arg;
    (void)reason;
    assert_int_equal(fault, PHONE_FAULT_NONE); /* of a desk that does not say */
    assert_string_equal(about, "");
    assert_int_equal(phone, WS_PHONE_READY);
}

static void on_dial_lost(void *arg, enum ws_phone_op op, const char *call_id, enum err_code code,
                         const struct err *err)
{
    (void)arg;
    (void)call_id;
    (void)err;
    assert_int_equal(op, WS_PHONE_DIAL);
    assert_int_equal(code, ERR_UNAVAILABLE); /* the stand-in left */
    re_cancel();
}

/* The desk's clock is another one, and the dial says on *that* when the permit is too old. */
static void a_dial_says_until_when_on_the_desks_clock(void **state)
{
    (void)state;
    struct seen s = {0};
    struct desk_place place;
    struct phone_port *port = NULL;
    int out[2], status = -1;
    char line[4096] = "";
    assert_int_equal(desk_place_name(&place, "clock", NULL), ERR_OK);
    assert_int_equal(desk_place_make(&place, NULL), ERR_OK);
    assert_int_equal(pipe(out), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        be_a_desk_with_another_clock(&place, out[1]);
    assert_int_equal(read(out[0], line, 1), 1);
    const int64_t began_ms = desk_clock_ms();
    const struct desk_link_config config = {.instance = "clock"};
    const struct phone_port_handlers handlers = {
        .up = on_up, .down = on_down, .phone = on_phone, .done = on_dial_lost};
    assert_int_equal(phone_port_new(&port, &config, &handlers, NULL), ERR_OK);
    loop(&s, -1);
    const struct ws_permit permit = {
        .call_id = "1", .call_token = "t", .number = "112", .uri = "sip:112@h", .ring_limit_s = 5};
    const struct ws_phone_request dial = {
        .op = WS_PHONE_DIAL, .call_id = "1", .permit = &permit, .valid_ms = 40000};
    assert_int_equal(phone_port_ask(port, &dial, NULL), ERR_OK);
    const int64_t took_ms = desk_clock_ms() - began_ms;
    loop(&s, -1);
    (void)phone_port_free(port);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    const ssize_t n = read(out[0], line, sizeof line - 1);
    assert_true(n > 0);
    CLEANUP_JSON cJSON *j = NULL;
    assert_int_equal(json_parse(line, (size_t)n - 1, &json_limits_api, &j, NULL), ERR_OK);
    assert_string_equal(json_str(j, "op", ""), "dial");
    const int64_t before_ms = json_int(j, "before_ms", 0);
    assert_in_range(before_ms, FAKE_CLOCK_MS + 40000, FAKE_CLOCK_MS + 40000 + took_ms);
    (void)close(out[0]);
    (void)close(out[1]);
}

/* --- a desk on another machine --- */

struct place {
    char dir[64], socket[96];
};

static void begin_place(struct place *p)
{
    (void)snprintf(p->dir, sizeof p->dir, "%s/far-XXXXXX", runtime_dir);
    assert_non_null(mkdtemp(p->dir));
    (void)snprintf(p->socket, sizeof p->socket, "%s/desk.sock", p->dir);
}

static int listen_at(const struct place *p)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    struct desk_place place;
    char token[DESK_TOKEN_SIZE];
    assert_int_equal(desk_place_of_socket(&place, p->socket, NULL), ERR_OK);
    assert_int_equal(desk_token_write(place.attach, token, NULL), ERR_OK);
    memcpy(addr.sun_path, p->socket, strlen(p->socket) + 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(fd, 8), 0);
    return fd;
}

static void says(const struct place *p, enum desk_link_state state, const char *sentence)
{
    struct seen s = {0};
    struct desk_link *l = NULL;
    const struct desk_link_config config = {.instance = "unused", .socket = p->socket};
    const struct desk_link_handlers handlers = {on_state, on_event, &s};
    assert_int_equal(desk_link_new(&l, &config, &handlers, NULL), ERR_OK);
    loop(&s, state);
    (void)desk_link_free(l);
    assert_string_equal(s.sentence, sentence);
}

#define GONE "The line to your PC is gone. There, run: pupitre-desk ssh HOST"

static void what_names_no_desk_elsewhere_is_said_in_words(void **state)
{
    (void)state;
    struct place p;
    begin_place(&p);
    says(&p, DESK_LINK_DOWN, GONE);
    const int fd = listen_at(&p);
    (void)close(fd); /* what a login leaves that did not clean up */
    says(&p, DESK_LINK_DOWN, GONE);
    assert_int_equal(chmod(p.dir, 0755), 0);
    says(&p, DESK_LINK_DOWN, "PUPITRE_DESK: its folder must be yours and closed to others (0700).");
    assert_int_equal(chmod(p.dir, 0700), 0);
    assert_int_equal(unlink(p.socket), 0);
    FILE *f = fopen(p.socket, "we");
    assert_non_null(f);
    (void)fclose(f);
    says(&p, DESK_LINK_DOWN, "PUPITRE_DESK does not name a socket.");
    struct desk_place place;
    assert_int_equal(desk_place_of_socket(&place, "desk.sock", NULL), ERR_INVALID);
    assert_int_equal(desk_place_of_socket(&place, "/desk.sock", NULL), ERR_INVALID);
    char path[160] = "/";
    memset(path + 1, 'x', 120);
    (void)snprintf(path + 121, sizeof path - 121, "/desk.sock");
    assert_int_equal(desk_place_of_socket(&place, path, NULL), ERR_INVALID);
}

static void somebody_elses_place_is_told_nothing(void **state)
{
    (void)state;
    struct place p;
    begin_place(&p);
    const int fd = listen_at(&p);
    assert_int_equal(chown(p.socket, SOMEBODY, SOMEBODY), 0);
    says(&p, DESK_LINK_DOWN, "The desk's socket belongs to somebody else.");
    assert_int_equal(chown(p.dir, SOMEBODY, SOMEBODY), 0);
    says(&p, DESK_LINK_DOWN, "PUPITRE_DESK: its folder must be yours and closed to others (0700).");
    (void)close(fd);
}

/* In a child: take one connection and answer its first line with this; "" closes at once. */
static pid_t answer_at(int listener, const char *answer)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    char bytes[4096];
    const int screen = accept(listener, NULL, NULL);
    if (*answer && read(screen, bytes, sizeof bytes) > 0)
        (void)!write(screen, answer, strlen(answer));
    _exit(0);
}

static void who_answers_elsewhere_is_told_apart(void **state)
{
    (void)state;
    struct place p;
    int status = -1;
    begin_place(&p);
    const int fd = listen_at(&p);
    pid_t pid = answer_at(fd, ""); /* ssh, whose end on the PC finds nobody */
    says(&p, DESK_LINK_DOWN, "No desk answers on your PC. There, run: pupitre-desk --listen");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    pid = answer_at(fd, "{\"v\":2,\"id\":\"1\",\"ok\":false,\"code\":\"invalid\"}\n");
    says(&p, DESK_LINK_REFUSED,
         "Your PC's pupitre-desk is of another version: install the same one.");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    pid = answer_at(fd, "{\"v\":1,\"id\":\"1\",\"ok\":false,\"message\":\"Away.\"}\n");
    says(&p, DESK_LINK_REFUSED, "Away.");
    assert_int_equal(waitpid(pid, &status, 0), pid);
    (void)close(fd);
}

static void a_bad_name_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", "../x", "a/b", ".x", "-x", "x x", "123456789012345678901234567890123"};
    struct desk_place place;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(desk_place_name(&place, names[i], NULL), ERR_INVALID);
    assert_int_equal(desk_place_name(&place, "demo-4.x_Y", NULL), ERR_OK);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_desk_and_a_program_it_says_so),
        cmocka_unit_test(a_missing_program_is_named),
        cmocka_unit_test(it_starts_a_desk_and_asks_it),
        cmocka_unit_test(a_killed_desk_is_missed_and_started_again),
        cmocka_unit_test(a_replaced_screen_stays_away_until_told),
        cmocka_unit_test(a_dial_says_until_when_on_the_desks_clock),
        cmocka_unit_test(a_bad_name_is_refused),
        cmocka_unit_test(what_names_no_desk_elsewhere_is_said_in_words),
        cmocka_unit_test(who_answers_elsewhere_is_told_apart),
        cmocka_unit_test(somebody_elses_socket_is_told_nothing),
        cmocka_unit_test(somebody_elses_place_is_told_nothing),
    };
    /* Only root can become somebody else; skip() of cmocka is no skip in TAP. */
    const size_t n = sizeof tests / sizeof tests[0] - (getuid() != 0 ? 2 : 0);
    char dir[] = "/tmp/pl-XXXXXX", clean[64];
    if (argc != 2 || !mkdtemp(dir) || setenv("XDG_RUNTIME_DIR", dir, 1) || sodium_init() < 0 ||
        libre_init())
        return 1;
    program = argv[1];
    runtime_dir = dir;
    const int failed = _cmocka_run_group_tests("tests", tests, n, NULL, NULL);
    libre_close();
    (void)snprintf(clean, sizeof clean, "rm -r '%s'", dir);
    return system(clean) ? 1 : failed;
}
