/* SPDX-License-Identifier: Apache-2.0 */
/* The log: what arrives at a stand-in journal, a stand-in /dev/log, a file and the standard error.
 */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/host/log.h"

struct world {
    char dir[32];
    char file[64];
    char socket[64];
    int peer; /* what reads the socket; -1 = none */
};

static int begin(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    if (!w)
        return -1;
    *state = w;
    w->peer = -1;
    snprintf(w->dir, sizeof w->dir, "/tmp/pp-log-XXXXXX");
    if (!mkdtemp(w->dir))
        return -1;
    snprintf(w->file, sizeof w->file, "%s/log", w->dir);
    snprintf(w->socket, sizeof w->socket, "%s/socket", w->dir);
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;
    char command[64];
    if (w->peer >= 0)
        close(w->peer);
    snprintf(command, sizeof command, "rm -rf '%s'", w->dir);
    const int status = system(command);
    free(w);
    return status;
}

/* A journal or a /dev/log of ours. */
static void listen_there(struct world *w)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", w->socket);
    w->peer = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(w->peer >= 0);
    assert_int_equal(bind(w->peer, (struct sockaddr *)&at, sizeof at), 0);
}

static void stop_listening(struct world *w)
{
    close(w->peer);
    unlink(w->socket);
    w->peer = -1;
}

/* The next datagram, NUL-terminated; "" when there is none. A Unix datagram is there at once. */
static const char *heard(struct world *w)
{
    static char bytes[8192];
    const ssize_t n = recv(w->peer, bytes, sizeof bytes - 1, 0);
    bytes[n > 0 ? n : 0] = '\0';
    return bytes;
}

static const char *content(const char *path)
{
    static char bytes[65536];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    const ssize_t n = read(fd, bytes, sizeof bytes - 1);
    assert_true(n >= 0);
    close(fd);
    bytes[n] = '\0';
    return bytes;
}

static void open_at(struct log *log, const struct world *w, const char *where)
{
    assert_int_equal(log_open_at(log, "tester", where, w->socket, w->socket, NULL), ERR_OK);
}

/* Does the datagram hold this line, whole? */
static bool has_line(const char *bytes, const char *line)
{
    char with_ends[256];
    snprintf(with_ends, sizeof with_ends, "\n%s\n", line);
    const size_t len = strlen(line);
    return strstr(bytes, with_ends) || (strncmp(bytes, line, len) == 0 && bytes[len] == '\n');
}

static void the_journal_gets_fields(void **state)
{
    struct world *w = *state;
    struct log log;
    listen_there(w);
    open_at(&log, w, "journal");
    log_line(&log, LOG_WARNING, "fault", "op=%s code=%s two words http_status=%d", "sign_in", "io",
             500);
    const char *got = heard(w);
    static const char *const lines[] = {
        "MESSAGE=fault op=sign_in code=io two words http_status=500",
        "PRIORITY=4",
        "SYSLOG_IDENTIFIER=tester",
        "PUPITRE_EVENT=fault",
        "PUPITRE_OP=sign_in",
        "PUPITRE_CODE=io",
        "PUPITRE_HTTP_STATUS=500",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!has_line(got, lines[i]))
            fail_msg("no \"%s\" in:\n%s", lines[i], got);
    assert_null(strstr(got, "two=")); /* words without '=' are no fields */
    log_close(&log);
}

static void nobody_can_add_a_field_by_a_line_end(void **state)
{
    struct world *w = *state;
    struct log log;
    listen_there(w);
    open_at(&log, w, "journal");
    log_line(&log, LOG_INFO, "event", "text=%s", "a\nPRIORITY=0\n_UID=0");
    const char *got = heard(w);
    assert_false(has_line(got, "PRIORITY=0"));
    assert_false(has_line(got, "_UID=0"));
    assert_true(has_line(got, "PRIORITY=6"));
    log_close(&log);
}

static void each_level_has_its_priority(void **state)
{
    struct world *w = *state;
    static const char *const priorities[LOG_LEVEL_COUNT] = {"PRIORITY=7", "PRIORITY=6",
                                                            "PRIORITY=4", "PRIORITY=3"};
    struct log log;
    listen_there(w);
    open_at(&log, w, "journal");
    log.least = LOG_DEBUG;
    for (int i = 0; i < LOG_LEVEL_COUNT; i++) {
        log_line(&log, (enum log_level)i, "event", "x=1");
        assert_true(has_line(heard(w), priorities[i]));
    }
    log_close(&log);
}

static void what_is_below_the_level_is_not_written(void **state)
{
    struct world *w = *state;
    struct log log;
    listen_there(w);
    open_at(&log, w, "journal");
    for (int least = 0; least < LOG_LEVEL_COUNT; least++) {
        log.least = (enum log_level)least;
        for (int i = 0; i < LOG_LEVEL_COUNT; i++) {
            log_line(&log, (enum log_level)i, "event", "x=1");
            assert_int_equal(heard(w)[0] != '\0', i >= least);
        }
    }
    log_close(&log);
}

static void syslog_gets_a_priority_and_a_name(void **state)
{
    struct world *w = *state;
    struct log log;
    char want[64];
    listen_there(w);
    open_at(&log, w, "syslog");
    log_line(&log, LOG_ERROR, "fault", "op=x");
    snprintf(want, sizeof want, "<27>tester[%ld]: fault op=x", (long)getpid());
    assert_string_equal(heard(w), want);
    log_close(&log);
}

static void a_journal_that_is_away_is_not_waited_for_and_the_loss_is_told(void **state)
{
    struct world *w = *state;
    struct log log;
    listen_there(w);
    open_at(&log, w, "journal");
    stop_listening(w);
    for (int i = 0; i < 3; i++)
        log_line(&log, LOG_INFO, "event", "n=%d", i);
    listen_there(w);
    log_line(&log, LOG_INFO, "event", "n=3");
    assert_true(has_line(heard(w), "MESSAGE=log lost=3"));
    assert_true(has_line(heard(w), "MESSAGE=event n=3"));
    assert_string_equal(heard(w), "");
    log_close(&log);
}

/* Nobody reads: the queue of the socket is full at some point, and the program goes on. */
static void a_journal_that_stands_still_is_not_waited_for(void **state)
{
    struct world *w = *state;
    struct log log;
    listen_there(w);
    open_at(&log, w, "journal");
    int written = 0;
    while (atomic_load(&log.lost) == 0 && written++ < 100000)
        log_line(&log, LOG_INFO, "event", "x=1");
    assert_int_equal(atomic_load(&log.lost), 1);
    while (heard(w)[0])
        continue;
    log_line(&log, LOG_INFO, "event", "x=2");
    assert_true(has_line(heard(w), "MESSAGE=log lost=1"));
    log_close(&log);
}

static void without_a_socket_the_start_fails_with_a_sentence(void **state)
{
    struct world *w = *state;
    struct log log;
    struct err err;
    static const char *const targets[] = {"journal", "syslog"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(log_open_at(&log, "tester", targets[i], w->socket, w->socket, &err),
                         ERR_IO);
        assert_non_null(strstr(err.sentence, targets[i]));
        log_line(&log, LOG_ERROR, "event", "x=1"); /* into nothing */
    }
    FILE *f = fopen(w->socket, "we");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(log_open_at(&log, "tester", "journal", w->socket, w->socket, &err), ERR_IO);
}

/* --- files --- */

static void a_file_is_ours_alone_and_appended_to(void **state)
{
    struct world *w = *state;
    struct log log;
    struct stat st;
    for (int i = 0; i < 2; i++) {
        open_at(&log, w, w->file);
        log_line(&log, LOG_INFO, "event", "n=%d", i);
        log_close(&log);
    }
    assert_int_equal(stat(w->file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    const char *text = content(w->file);
    const char *first = strstr(text, "Z info event n=0\n");
    assert_non_null(first);
    assert_int_equal(first - text, 19); /* 2026-03-28T07:05:09Z */
    assert_non_null(strstr(text, "Z info event n=1\n"));
}

static void a_link_a_folder_or_a_pipe_is_no_log(void **state)
{
    struct world *w = *state;
    struct log log;
    char other[64];
    snprintf(other, sizeof other, "%s/other", w->dir);
    assert_int_equal(symlink(other, w->file), 0);
    assert_int_equal(log_open(&log, "tester", w->file, NULL), ERR_IO);
    assert_int_equal(access(other, F_OK), -1); /* and nothing was made through it */
    assert_int_equal(log_open(&log, "tester", w->dir, NULL), ERR_IO);
    assert_int_equal(mkfifo(other, 0600), 0);
    assert_int_equal(log_open(&log, "tester", other, NULL), ERR_IO);
    assert_int_equal(log_open(&log, "tester", "/nowhere/log", NULL), ERR_IO);
}

static void somebody_elses_file_is_no_log(void **state)
{
    struct world *w = *state;
    struct log log;
    if (geteuid() != 0)
        return; /* only root can give a file away */
    open_at(&log, w, w->file);
    log_close(&log);
    assert_int_equal(chown(w->file, 65534, 65534), 0);
    assert_int_equal(log_open(&log, "tester", w->file, NULL), ERR_IO);
}

static void a_file_that_was_moved_away_is_made_anew(void **state)
{
    struct world *w = *state;
    struct log log;
    char old[64];
    snprintf(old, sizeof old, "%s/log.1", w->dir);
    open_at(&log, w, w->file);
    log_line(&log, LOG_INFO, "event", "n=0");
    assert_int_equal(rename(w->file, old), 0);
    log_line(&log, LOG_INFO, "event", "n=1");
    log_reopen(&log);
    log_line(&log, LOG_INFO, "event", "n=2");
    assert_non_null(strstr(content(old), "n=1\n"));
    assert_null(strstr(content(old), "n=2\n"));
    assert_non_null(strstr(content(w->file), "n=2\n"));
    assert_int_equal(fcntl(log.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    /* It cannot be made: the old one goes on. */
    unlink(w->file);
    assert_int_equal(mkdir(w->file, 0700), 0);
    log_reopen(&log);
    log_line(&log, LOG_INFO, "event", "n=3");
    assert_int_equal(atomic_load(&log.lost), 0);
    log_close(&log);
}

/* A file that may not grow is a full disk. The line that was torn stays, the next begins anew, and
 * what is missing is told. In a child, because the limit is the process's. */
static void a_full_disk_stops_nothing(void **state)
{
    struct world *w = *state;
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct log log;
        const struct rlimit small = {100, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
        (void)signal(SIGXFSZ, SIG_IGN);
        open_at(&log, w, w->file);
        (void)setrlimit(RLIMIT_FSIZE, &small);
        for (int i = 0; i < 5; i++)
            log_line(&log, LOG_INFO, "event", "number=%d %.30s", i,
                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        (void)setrlimit(RLIMIT_FSIZE, &none);
        log_line(&log, LOG_INFO, "event", "number=5");
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    const char *text = content(w->file);
    assert_non_null(strstr(text, "number=0 xxx"));
    assert_null(strstr(text, "number=2"));
    assert_non_null(strstr(text, "Z warning log lost=4\n"));
    assert_non_null(strstr(text, "Z info event number=5\n"));
    for (const char *at = text; (at = strstr(at, "2026-")); at++) /* each time begins a line */
        assert_true(at == text || at[-1] == '\n');
}

/* --- what is written --- */

static void control_characters_are_never_written(void **state)
{
    struct world *w = *state;
    struct log log;
    open_at(&log, w, w->file);
    log_line(&log, LOG_INFO, "event", "a=%s b=%s c=%s", "x\x1b]0;title\x07y", "1\r\n2\t3\x7f",
             "\xc2\x9b"
             "31m \xe2\x80\xae \xff");
    log_close(&log);
    const char *text = content(w->file);
    for (const char *s = text; *s; s++)
        if (((unsigned char)*s < 0x20 && s[1]) || *s == 0x7f)
            fail_msg("byte 0x%02x in the line", (unsigned)(unsigned char)*s);
    assert_null(strstr(text, "\xc2\x9b"));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_null(strstr(text, "\xff"));
    assert_null(strstr(text, "title"));
}

static void a_long_line_is_cut_between_characters(void **state)
{
    struct world *w = *state;
    struct log log;
    char text[5000] = "";
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "é", 3);
    open_at(&log, w, w->file);
    log_line(&log, LOG_INFO, "event", "a=%s", text);
    log_line(&log, LOG_INFO, "event", "n=1");
    log_close(&log);
    const char *got = content(w->file);
    const char *cut = strstr(got, "é [cut]\n");
    assert_non_null(cut);
    assert_true((size_t)(cut - got) < LOG_LINE_MAX + 40);
    assert_non_null(strstr(cut, "Z info event n=1\n"));
}

/* In a child: what stderr is decides. said: NULL, "right" or another word. */
static const char *stderr_of_a_child(struct world *w, const char *said)
{
    struct log log;
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct stat st;
        char stream[64];
        const int fd = open(w->file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (fd < 0 || dup2(fd, STDERR_FILENO) < 0 || fstat(STDERR_FILENO, &st) != 0)
            _exit(1);
        snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
        unsetenv("JOURNAL_STREAM");
        if (said)
            setenv("JOURNAL_STREAM", strcmp(said, "right") == 0 ? stream : said, 1);
        if (log_open(&log, "tester", "stderr", NULL) != ERR_OK)
            _exit(1);
        log_line(&log, LOG_WARNING, "event", "x=1");
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    return content(w->file);
}

static void stderr_has_a_priority_only_when_the_journal_reads_it(void **state)
{
    struct world *w = *state;
    assert_string_equal(stderr_of_a_child(w, "right"), "<4>event x=1\n");
    assert_non_null(strstr(stderr_of_a_child(w, NULL), "Z warning event x=1\n"));
    assert_non_null(strstr(stderr_of_a_child(w, "1:2"), "Z warning event x=1\n"));
    assert_non_null(strstr(stderr_of_a_child(w, "nonsense"), "Z warning event x=1\n"));
}

static void no_target_is_no_log(void **state)
{
    (void)state;
    struct log log;
    assert_int_equal(log_open(&log, "tester", NULL, NULL), ERR_OK);
    log_line(&log, LOG_ERROR, "event", "x=1");
    log_reopen(&log);
    log_close(&log);
}

#define IN_A_FOLDER(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(the_journal_gets_fields),
        IN_A_FOLDER(nobody_can_add_a_field_by_a_line_end),
        IN_A_FOLDER(each_level_has_its_priority),
        IN_A_FOLDER(what_is_below_the_level_is_not_written),
        IN_A_FOLDER(syslog_gets_a_priority_and_a_name),
        IN_A_FOLDER(a_journal_that_is_away_is_not_waited_for_and_the_loss_is_told),
        IN_A_FOLDER(a_journal_that_stands_still_is_not_waited_for),
        IN_A_FOLDER(without_a_socket_the_start_fails_with_a_sentence),
        IN_A_FOLDER(a_file_is_ours_alone_and_appended_to),
        IN_A_FOLDER(a_link_a_folder_or_a_pipe_is_no_log),
        IN_A_FOLDER(somebody_elses_file_is_no_log),
        IN_A_FOLDER(a_file_that_was_moved_away_is_made_anew),
        IN_A_FOLDER(a_full_disk_stops_nothing),
        IN_A_FOLDER(control_characters_are_never_written),
        IN_A_FOLDER(a_long_line_is_cut_between_characters),
        IN_A_FOLDER(stderr_has_a_priority_only_when_the_journal_reads_it),
        cmocka_unit_test(no_target_is_no_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
