/* SPDX-License-Identifier: Apache-2.0 */
/* The screen on a pty. */

#include "tests/tui/screen.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
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

void screen_start(struct screen *s, const char *view, int rows, int cols, const char *const *env)
{
    *s = (struct screen){.home = tmpdir_new()};
    char *fifo = tmpdir_path(s->home, "commands");
    if (mkfifo(fifo, 0600) < 0)
        die("screen", "mkfifo");
    s->commands_fd = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (s->commands_fd < 0)
        die("screen", "open");
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
