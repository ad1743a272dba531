/* SPDX-License-Identifier: Apache-2.0 */
/* The desk between a screen and a telephone that both say anything: whatever it answers is a line
 * of the desk protocol, whatever it commands is a message of the module protocol.
 *
 * The input is a conversation, a step a line:
 *   <TEXT  the screen says a line       !TEXT  … or bytes without a line end
 *   @      it says hello properly       >TEXT  the module says a message
 *   n      a screen connects            c      the newest screen closes
 *   t      the next timer fires         x      the telephone program dies
 *   hNNN   the backend answers a post with this status */

#include <re_types.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/desk/desk.h"
#include "net/desk/http.h"
#include "net/desk/protocol.h"
#include "net/desk/token_file.h"
#include "net/voice/module_protocol.h"
#include "net/voice/voice_config.h"
#include "net/voice/voice_process.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/loop_standin.h"
#include "tests/fuzz/room.h"

#define SCREENS_MAX 4
#define NOBODYS_PID 0x3ffffffe /* above the greatest process number there is */

struct screen {
    int fd; /* 0 = none */
    struct buf heard;
};

/* The world around the desk. The functions that stand in for processes and HTTP have nothing else
 * to find it by. */
static struct {
    struct desk desk;
    struct desk_place place;
    struct screen screens[SCREENS_MAX];
    size_t n_screens;
    int module; /* the module's end; -1 = no process */
    int died;   /* an eventfd: the process's pidfd; -1 = no process */
} world;

/* --- in place of a process ---------------------------------------------------------------- */

enum err_code voice_process_start(struct voice_process *p, const char *baresip, const char *preload,
                                  const char *dir, const char *log, struct err *err)
{
    int pair[2];
    (void)baresip;
    (void)preload;
    (void)dir;
    (void)log;
    (void)err;
    FUZZ_HOLDS(world.module < 0);
    FUZZ_HOLDS(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    world.module = pair[1];
    world.died = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    FUZZ_HOLDS(world.died >= 0);
    *p = (struct voice_process){.pid = NOBODYS_PID, .pidfd = world.died, .fd = pair[0]};
    return ERR_OK;
}

static void process_dies(void)
{
    if (world.died >= 0)
        (void)eventfd_write(world.died, 1);
}

void voice_process_signal(const struct voice_process *p, int sig)
{
    (void)p;
    if (sig == SIGKILL)
        process_dies();
}

void voice_process_reap(struct voice_process *p)
{
    (void)close(p->pidfd);
    (void)close(p->fd);
    (void)close(world.module);
    world.module = world.died = -1;
    *p = (struct voice_process){.pidfd = -1, .fd = -1};
}

/* Nothing reads baresip's configuration here: ld's --wrap puts this in its place. */
enum err_code __wrap_voice_config_write(const struct voice_setup *setup, struct err *err);
enum err_code __wrap_voice_config_write(const struct voice_setup *setup, struct err *err)
{
    (void)setup;
    (void)err;
    return ERR_OK;
}

/* --- in place of HTTP --------------------------------------------------------------------- */

struct desk_http {
    desk_http_done_fn *done;
    void *arg;
    bool busy;
    struct buf body;
};

/* One a call for its events, and one for the telephone's next secret; NULL = none. */
#define HTTPS_MAX (LEG_COUNT + 1)
static struct desk_http *https[HTTPS_MAX];

struct desk_http *desk_http_new(desk_http_done_fn *done, void *arg)
{
    struct desk_http *h = calloc(1, sizeof *h);
    size_t place = 0;
    while (place < HTTPS_MAX && https[place])
        place++;
    FUZZ_HOLDS(h && place < HTTPS_MAX);
    *h = (struct desk_http){.done = done, .arg = arg};
    https[place] = h;
    return h;
}

enum err_code desk_http_post(struct desk_http *h, const char *url, const char *ca,
                             const char *token, const char *key, const char *json, struct err *err)
{
    CLEANUP_JSON cJSON *j = NULL;
    FUZZ_HOLDS(url && ca && token && key);
    FUZZ_HOLDS(json_parse(json, strlen(json), &json_limits_script, &j, NULL) == ERR_OK);
    if (h->busy)
        return err_set(err, ERR_STATE, NULL);
    h->busy = true;
    return ERR_OK;
}

enum err_code desk_http_get(struct desk_http *h, const char *url, const char *ca, const char *token,
                            struct err *err)
{
    FUZZ_HOLDS(url && ca && token);
    if (h->busy)
        return err_set(err, ERR_STATE, NULL);
    h->busy = true;
    return ERR_OK;
}

const struct buf *desk_http_body(const struct desk_http *h)
{
    return &h->body;
}

void desk_http_cancel(struct desk_http *h)
{
    h->busy = false;
}

struct desk_http *desk_http_free(struct desk_http *h)
{
    for (size_t i = 0; h && i < HTTPS_MAX; i++)
        if (https[i] == h)
            https[i] = NULL;
    if (h)
        buf_free(&h->body);
    free(h);
    return NULL;
}

static void backend_answers(const struct fuzz_step *step)
{
    int64_t status = 0;
    const char *space = memchr(step->text, ' ', step->len);
    const size_t digits = space ? (size_t)(space - step->text) : step->len;
    (void)text_to_int(step->text, digits, 0, 999, &status);
    for (size_t i = 0; i < HTTPS_MAX; i++) {
        struct desk_http *h = https[i];
        if (!h || !h->busy)
            continue;
        h->busy = false;
        buf_clear(&h->body);
        if (space)
            buf_add(&h->body, space + 1, step->len - digits - 1);
        h->done((long)status, h->arg);
    }
}

/* --- the screens -------------------------------------------------------------------------- */

static void screen_connects(void)
{
    if (world.n_screens == SCREENS_MAX)
        return;
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    memcpy(addr.sun_path, world.place.socket, sizeof world.place.socket);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    FUZZ_HOLDS(fd > 0);
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) != 0) {
        (void)close(fd); /* its queue is full */
        return;
    }
    world.screens[world.n_screens++].fd = fd;
}

static struct screen *newest(void)
{
    return world.n_screens ? &world.screens[world.n_screens - 1] : NULL;
}

static void screen_closes(void)
{
    struct screen *s = newest();
    if (!s)
        return;
    (void)close(s->fd);
    buf_free(&s->heard);
    *s = (struct screen){0};
    world.n_screens--;
}

static void screen_says(const char *text, size_t len, bool line)
{
    struct screen *s = newest();
    if (!s)
        return;
    (void)send(s->fd, text, len, MSG_NOSIGNAL);
    if (line)
        (void)send(s->fd, "\n", 1, MSG_NOSIGNAL);
}

static void screen_says_hello(void)
{
    char token[DESK_TOKEN_SIZE], line[DESK_TOKEN_SIZE + 64];
    struct err err;
    FUZZ_HOLDS(desk_token_read(world.place.attach, token, &err) == ERR_OK);
    const int n = snprintf(line, sizeof line,
                           "{\"v\":1,\"id\":\"0\",\"op\":\"hello\",\"attach\":\"%s\"}", token);
    screen_says(line, (size_t)n, true);
}

/* A whole line of the protocol: an object with "v":1 and either an answer or an event. */
static void check_line(const char *line, size_t len)
{
    CLEANUP_JSON cJSON *j = NULL;
    FUZZ_HOLDS(json_parse(line, len, &json_limits_api, &j, NULL) == ERR_OK);
    FUZZ_HOLDS(json_int(j, "v", 0) == DESK_PROTOCOL_VERSION);
    FUZZ_HOLDS(json_str(j, "event", NULL) || json_str(j, "id", NULL));
}

static void screen_hears(struct screen *s)
{
    char bytes[16384];
    for (ssize_t n; (n = recv(s->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
        buf_add(&s->heard, bytes, (size_t)n);
    for (const char *end; s->heard.len && (end = memchr(s->heard.data, '\n', s->heard.len));) {
        const size_t len = (size_t)(end - s->heard.data);
        check_line(s->heard.data, len);
        buf_drop(&s->heard, len + 1);
    }
}

/* --- the module --------------------------------------------------------------------------- */

static void module_says(const struct fuzz_step *step)
{
    if (world.module >= 0 && step->len)
        (void)send(world.module, step->text, step->len, MSG_NOSIGNAL);
}

/* Strings only: libre's reader in the module guesses types. */
static void module_hears(void)
{
    char text[VOICE_MESSAGE_MAX];
    ssize_t n;
    while (world.module >= 0 && (n = recv(world.module, text, sizeof text, MSG_DONTWAIT)) > 0) {
        CLEANUP_JSON cJSON *j = NULL;
        const cJSON *member;
        FUZZ_HOLDS(json_parse(text, (size_t)n, &json_limits_api, &j, NULL) == ERR_OK);
        FUZZ_HOLDS(json_str(j, "id", NULL) && json_str(j, "cmd", NULL));
        cJSON_ArrayForEach(member, j) FUZZ_HOLDS(cJSON_IsString(member));
    }
}

/* --- the conversation --------------------------------------------------------------------- */

static void take(const struct fuzz_step *step)
{
    switch (step->what) {
    case '<':
    case '!':
        screen_says(step->text, step->len, step->what == '<');
        break;
    case '@':
        screen_says_hello();
        break;
    case '>':
        module_says(step);
        break;
    case 'n':
        screen_connects();
        break;
    case 'c':
        screen_closes();
        break;
    case 't':
        (void)loop_fire();
        break;
    case 'x':
        process_dies();
        break;
    case 'h':
        backend_answers(step);
        break;
    default:
        break;
    }
    loop_settle();
    for (size_t i = 0; i < world.n_screens; i++)
        screen_hears(&world.screens[i]);
    module_hears();
    /* Whatever anybody said: what the agent tells the one the other does not hear. */
    FUZZ_HOLDS(world.desk.legs[LEG_PERSON].call.call.state != CALL_TALKING ||
               world.desk.legs[LEG_CONSULT].call.call.state != CALL_TALKING);
}

static void begin(void)
{
    static const struct desk_config config = {
        .instance = "fuzz", .audio = "tone", .baresip = "baresip", .module = "/dev/null"};
    struct err err;
    FUZZ_HOLDS(sodium_init() >= 0);
    room_open(&world.place);
    world.module = world.died = -1;
    loop_begin();
    FUZZ_HOLDS(desk_init(&world.desk, &config, &err) == ERR_OK);
    screen_connects();
    loop_settle();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    begin();
    for (struct fuzz_step step; !loop_is_over() && (step = fuzz_next(&data, &len)).what;)
        take(&step);
    process_dies(); /* so that nobody waits for it any more */
    loop_settle();
    desk_deinit(&world.desk);
    while (world.n_screens)
        screen_closes();
    return 0;
}
