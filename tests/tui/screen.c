/* SPDX-License-Identifier: Apache-2.0 */
/* The screen on a pty. */

#include "tests/tui/screen.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/deadline.h"
#include "tests/harness/die.h"
#include "tests/harness/tmpdir.h"

static char *make_fifo(struct screen *s)
{
    *s = (struct screen){.home = tmpdir_new()};
    char *fifo = tmpdir_path(s->home, "commands");
    if (mkfifo(fifo, 0600) < 0)
        die("screen", "mkfifo");
    s->commands_fd = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (s->commands_fd < 0)
        die("screen", "open");
    return fifo;
}

void screen_start_shell(struct screen *s)
{
    char *fifo = make_fifo(s);
    CLEANUP_BUF struct buf fixture = {0};
    CLEANUP_BUF struct buf commands = {0};
    buf_printf(&fixture, "fixture=%s", SCREEN_FIXTURE);
    buf_printf(&commands, "commands=%s", fifo);
    const char *const argv[] = {"bash", "--norc", "--noprofile", "-i", NULL};
    const char *const env[] = {buf_text(&fixture), buf_text(&commands), "PS1=$ ", NULL};
    s->term = term_start(&(struct term_opts){
        .spawn = {.argv = argv, .env = env, .home = s->home}
    });
    free(fifo);
}

void screen_start(struct screen *s, const char *view, int rows, int cols, const char *const *env)
{
    char *fifo = make_fifo(s);
    const char *const argv[] = {SCREEN_FIXTURE, view, fifo, NULL};
    s->term = term_start(&(struct term_opts){
        .spawn = {.argv = argv, .env = env, .home = s->home},
        .rows = rows,
        .cols = cols,
    });
    free(fifo);
}

void screen_stop(struct screen *s)
{
    s->term = term_close(s->term);
    close(s->commands_fd);
    buf_free(&s->record);
    s->home = tmpdir_free(s->home);
}

static void take(struct screen *s)
{
    char chunk[1024];
    ssize_t n;
    while ((n = read(s->commands_fd, chunk, sizeof chunk)) > 0)
        buf_add(&s->record, chunk, (size_t)n);
}

/* Does a line of the record begin with `start` (whole: end there, blanks aside)? */
static bool has_line(struct screen *s, const char *start, bool whole)
{
    size_t len = strlen(start);
    take(s);
    for (const char *line = buf_text(&s->record); *line;) {
        const char *end = strchr(line, '\n');
        if (!end)
            return false;
        size_t n = (size_t)(end - line);
        while (n && line[n - 1] == ' ')
            n--;
        if (n >= len && strncmp(line, start, len) == 0 && (!whole || n == len))
            return true;
        line = end + 1;
    }
    return false;
}

void screen_assert_command_(struct screen *s, const char *line, const char *file, int line_number)
{
    int64_t until = deadline_now_ms() + TERM_DEADLINE_MS;
    while (!has_line(s, line, true)) {
        struct pollfd p = {.fd = s->commands_fd, .events = POLLIN};
        if (poll(&p, 1, deadline_left(until)) > 0)
            continue;
        print_error("the screen never said: %s\nit said:\n%s\n%s", line, buf_text(&s->record),
                    term_text(s->term));
        _fail(file, line_number);
    }
}

/* What the last "painted" line after byte `from` of the record says; false: there is none. */
static bool find_painted(struct screen *s, size_t from, uint64_t *ret_typed, uint64_t *ret_sent)
{
    take(s);
    const char *line = strstr(buf_text(&s->record) + from, "painted ");
    char *end;
    if (!line || !strchr(line, '\n'))
        return false;
    *ret_typed = strtoull(line + strlen("painted "), &end, 10);
    *ret_sent = strtoull(end, NULL, 10);
    return true;
}

static bool has_begun(struct term *t, void *arg)
{
    (void)arg;
    return term_on_alternate_screen(t);
}

void screen_settle_(struct screen *s, const char *file, int line_number)
{
    int64_t until = deadline_now_ms() + TERM_DEADLINE_MS;
    uint64_t typed = 0, sent = 0;
    (void)term_wait(s->term, has_begun, NULL, TERM_DEADLINE_MS); /* it takes signals from then on */
    while (deadline_left(until) > 0) {
        take(s);
        size_t from = s->record.len;
        term_kill(s->term, SIGUSR2);
        while (!find_painted(s, from, &typed, &sent) && deadline_left(until) > 0) {
            struct pollfd p = {.fd = s->commands_fd, .events = POLLIN};
            (void)term_text(s->term); /* nothing is painted on a terminal that is not read */
            (void)poll(&p, 1, 5);
        }
        if (typed < term_sent(s->term))
            continue;
        while (term_bytes(s->term) < sent && deadline_left(until) > 0)
            (void)term_wait_quiet(s->term, 1, 5);
        return;
    }
    print_error("not everything was taken in:\n%s\n", term_text(s->term));
    _fail(file, line_number);
}

bool screen_gave(struct screen *s, const char *start)
{
    return has_line(s, start, false);
}

static size_t count_lines(struct screen *s)
{
    size_t n = 0;
    take(s);
    for (const char *p = buf_text(&s->record); *p; p++)
        n += *p == '\n';
    return n;
}

bool screen_wait_commands(struct screen *s, size_t n)
{
    int64_t until = deadline_now_ms() + TERM_DEADLINE_MS;
    while (count_lines(s) < n) {
        struct pollfd p = {.fd = s->commands_fd, .events = POLLIN};
        if (poll(&p, 1, deadline_left(until)) == 0)
            return false;
    }
    return true;
}
