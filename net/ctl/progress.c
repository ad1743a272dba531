/* SPDX-License-Identifier: Apache-2.0 */
/* How far a long job is: "reading   45%  450,000 rows  12,345/s  0:44 left  [####------]" */

#include "net/ctl/progress.h"

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "core/utf8.h"

#define EVERY_MS 100
#define BAR_COLS 20
#define COUNT_SIZE 32

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_init(struct progress *p)
{
    *p = (struct progress){.on = isatty(STDERR_FILENO) == 1, .began_ms = now_ms()};
}

/* 1234567 as "1,234,567". */
static void print_count(uint64_t n, char ret[COUNT_SIZE])
{
    char plain[COUNT_SIZE];
    const int len = snprintf(plain, sizeof plain, "%" PRIu64, n);
    size_t at = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            ret[at++] = ',';
        }
        ret[at++] = plain[i];
    }
    ret[at] = '\0';
}

/* Append what fits; a part that does not fit is left out whole. */
static void add(char ret[PROGRESS_SIZE], int cols, const char *part)
{
    const size_t len = strlen(ret);
    const size_t wide = utf8_count(ret) + utf8_count(part);
    if (wide <= (size_t)cols && len + strlen(part) < PROGRESS_SIZE) {
        memcpy(ret + len, part, strlen(part) + 1);
    }
}

static void add_bar(char ret[PROGRESS_SIZE], int cols, uint64_t done, uint64_t total)
{
    char bar[BAR_COLS + 5] = "  [";
    const uint64_t full = done * BAR_COLS / total;
    memset(bar + 3, '-', BAR_COLS);
    memset(bar + 3, '#', full < BAR_COLS ? full : BAR_COLS);
    bar[3 + BAR_COLS] = ']';
    bar[4 + BAR_COLS] = '\0';
    add(ret, cols, bar);
}

static void add_rows(char ret[PROGRESS_SIZE], int cols, uint64_t rows, double s)
{
    char count[COUNT_SIZE];
    char part[96];
    print_count(rows, count);
    snprintf(part, sizeof part, gettext("  %s rows"), count);
    add(ret, cols, part);
    print_count((uint64_t)((double)rows / s), count);
    snprintf(part, sizeof part, gettext("  %s/s"), count);
    add(ret, cols, part);
}

void progress_print(const char *what, uint64_t rows, uint64_t done, uint64_t total,
                    int64_t elapsed_ms, int cols, char ret[PROGRESS_SIZE])
{
    char part[96];
    const double s = elapsed_ms > 0 ? (double)elapsed_ms / 1000 : 0.001;
    ret[0] = '\0';
    done = total && done > total ? total : done;
    add(ret, cols, what);
    if (total) {
        snprintf(part, sizeof part, " %3u%%", (unsigned)(done * 100 / total));
        add(ret, cols, part);
    }
    if (rows != PROGRESS_NO_ROWS) {
        add_rows(ret, cols, rows, s);
    }
    if (total && done) {
        const uint64_t left_s = (uint64_t)((double)(total - done) * s / (double)done + 0.5);
        snprintf(part, sizeof part, gettext("  %" PRIu64 ":%02u left"), left_s / 60,
                 (unsigned)(left_s % 60));
        add(ret, cols, part);
        add_bar(ret, cols, done, total);
    }
}

static int columns(void)
{
    struct winsize size;
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col - 1 : 79; /* the last column would wrap on some terminals */
}

/* Write the line and blanks over what is left of the former one. */
static void put(struct progress *p, const char *line)
{
    const int cols = (int)utf8_count(line);
    const int rest = p->cols_shown > cols ? p->cols_shown - cols : 0;
    fprintf(stderr, "\r%s%*s", line, rest, "");
    if (rest || cols == 0) {
        fprintf(stderr, "\r%s", line);
    }
    fflush(stderr);
    p->cols_shown = cols;
}

void progress_show(struct progress *p, const char *what, uint64_t rows, uint64_t done,
                   uint64_t total)
{
    char line[PROGRESS_SIZE];
    const int64_t now = p->on ? now_ms() : 0;
    if (!p->on || (p->shown_ms && now - p->shown_ms < EVERY_MS)) {
        return;
    }
    const int cols = columns();
    p->cols_shown = p->cols_shown < cols ? p->cols_shown : cols; /* it was made smaller */
    progress_print(what, rows, done, total, now - p->began_ms, cols, line);
    put(p, line);
    p->shown_ms = now;
}

void progress_clear(struct progress *p)
{
    if (p->on && p->cols_shown > 0) {
        put(p, "");
        p->shown_ms = 0;
    }
}
