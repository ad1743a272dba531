/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/golden.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "tests/harness/die.h"
#include "tests/harness/term.h"
#include "tests/harness/tmpdir.h"

/* --- the picture --- */

static void color_add(struct buf *b, const char *which, int color)
{
    if (color >= TERM_RGB)
        buf_printf(b, " %s=#%06x", which, (unsigned)color & 0xFFFFFF);
    else if (color >= 0)
        buf_printf(b, " %s=%d", which, color);
}

/* " bold fg=1"; nothing for a plain cell. */
static void look_add(struct buf *b, const struct term_cell *cell)
{
    const struct {
        bool is;
        const char *name;
    } attrs[] = {
        {cell->bold,      " bold"     },
        {cell->underline, " underline"},
        {cell->italic,    " italic"   },
        {cell->blink,     " blink"    },
        {cell->reverse,   " reverse"  },
    };
    for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
        if (attrs[i].is)
            buf_str(b, attrs[i].name);
    color_add(b, "fg", cell->fg);
    color_add(b, "bg", cell->bg);
}

static void run_add(struct buf *row, int from, int to, const char *look)
{
    if (look[0] == '\0')
        return;
    buf_printf(row, "%s %d-%d%s", row->len ? "," : "", from, to, look);
}

static void looks_add(struct buf *b, struct term *t, int row)
{
    CLEANUP_BUF struct buf runs = {0};
    CLEANUP_BUF struct buf last = {0};
    CLEANUP_BUF struct buf look = {0};
    struct term_cell cell;
    int from = 0;

    for (int col = 0; col < term_cols(t); col++) {
        term_cell(t, row, col, &cell);
        if (cell.text[0] == '\0')
            continue; /* the right half of a wide character looks as the left one does */
        buf_clear(&look);
        look_add(&look, &cell);
        if (strcmp(buf_text(&look), buf_text(&last)) == 0)
            continue;
        run_add(&runs, from, col - 1, buf_text(&last));
        from = col;
        buf_clear(&last);
        buf_str(&last, buf_text(&look));
    }
    run_add(&runs, from, term_cols(t) - 1, buf_text(&last));
    if (runs.len)
        buf_printf(b, "%d:%s\n", row, buf_text(&runs));
}

/* What a screen reader would read at the cursor: up to twenty columns, no blanks at the end. */
static void words_add(struct buf *b, struct term *t, int row, int col)
{
    struct term_cell cell;
    for (int i = 0; i < 20 && col + i < term_cols(t); i++) {
        term_cell(t, row, col + i, &cell);
        buf_str(b, cell.text);
    }
    while (b->len && b->data[b->len - 1] == ' ')
        b->data[--b->len] = '\0';
}

static void cursor_add(struct buf *b, struct term *t, bool words, int row, int col, bool visible)
{
    if (!visible)
        buf_str(b, "cursor: hidden");
    else
        buf_printf(b, "cursor: %d,%d", row, col);
    if (visible && words) {
        buf_char(b, ' ');
        words_add(b, t, row, col);
    }
    buf_char(b, '\n');
}

char *golden_picture(struct term *t, int flags)
{
    struct buf b = {0};
    int row;
    int col;
    bool visible;
    term_cursor(t, &row, &col, &visible); /* takes in what was written; nothing below does */
    for (int r = 0; r < term_rows(t); r++)
        buf_printf(&b, "%s\n", term_row(t, r));
    if (flags & GOLDEN_ATTRIBUTES) {
        buf_str(&b, "--- attributes\n");
        for (int r = 0; r < term_rows(t); r++)
            looks_add(&b, t, r);
    }
    if (flags)
        cursor_add(&b, t, (flags & GOLDEN_CURSOR) != 0, row, col, visible);
    char *picture = buf_take(&b);
    if (!picture)
        die("golden", "picture");
    return picture;
}

/* --- comparing --- */

static size_t line_len(const char *text)
{
    return strcspn(text, "\n");
}

char *golden_diff(const char *wanted, const char *seen)
{
    struct buf b = {0};
    for (int n = 0; *wanted || *seen; n++) {
        size_t w = line_len(wanted);
        size_t s = line_len(seen);
        if (w != s || memcmp(wanted, seen, w) != 0)
            buf_printf(&b, "%3d - %.*s\n    + %.*s\n", n, (int)w, wanted, (int)s, seen);
        wanted += w + (wanted[w] == '\n');
        seen += s + (seen[s] == '\n');
    }
    return b.len ? buf_take(&b) : NULL;
}

/* Every digit within a match becomes '0'. */
static void blank_volatile(char *text, const regex_t *re)
{
    regmatch_t m;
    while (*text && regexec(re, text, 1, &m, 0) == 0) {
        if (m.rm_eo == m.rm_so)
            return;
        for (regoff_t i = m.rm_so; i < m.rm_eo; i++)
            if (text[i] >= '0' && text[i] <= '9')
                text[i] = '0';
        text += m.rm_eo;
    }
}

struct comparison {
    const char *wanted;
    const regex_t *re; /* NULL = none */
    int flags;
};

static char *picture_now(struct term *t, int flags, const regex_t *re)
{
    char *picture = golden_picture(t, flags);
    if (re)
        blank_volatile(picture, re);
    return picture;
}

static bool is_equal(struct term *t, void *arg)
{
    const struct comparison *c = arg;
    CLEANUP_FREE char *seen = picture_now(t, c->flags, c->re);
    return strcmp(seen, c->wanted) == 0;
}

static bool is_writing(void)
{
    const char *mode = getenv("PUPITRE_GOLDEN");
    return mode && strcmp(mode, "write") == 0;
}

static void golden_write(struct term *t, const char *path, int flags, const regex_t *re)
{
    (void)term_wait_quiet(t, 300, 3000);
    CLEANUP_FREE char *picture = picture_now(t, flags, re);
    FILE *f = fopen(path, "we");
    if (!f || fputs(picture, f) < 0 || fclose(f) != 0)
        die("golden", path);
}

/* One by one: cmocka cuts what it prints at 1 KiB. */
static void print_lines(const char *text)
{
    while (*text) {
        const size_t len = line_len(text);
        print_error("%.*s\n", (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static bool golden_compare(struct term *t, const char *path, int flags, const regex_t *re)
{
    CLEANUP_FREE char *wanted = tmpdir_read(path);
    if (!wanted)
        wanted = strdup("");
    if (re)
        blank_volatile(wanted, re);
    struct comparison c = {.wanted = wanted, .re = re, .flags = flags};
    if (term_wait(t, is_equal, &c, TERM_DEADLINE_MS))
        return true;
    CLEANUP_FREE char *seen = picture_now(t, flags, re);
    CLEANUP_FREE char *diff = golden_diff(wanted, seen);
    if (!diff)
        return true; /* it came right at the last moment */
    print_error("not as in %s (row, - wanted, + seen):\n", path);
    print_lines(diff);
    return false;
}

void golden_assert_(struct term *t, const char *name, int flags, const char *volatile_regex,
                    const char *file, int line)
{
    regex_t re;
    bool ok = true;
    if (volatile_regex && regcomp(&re, volatile_regex, REG_EXTENDED | REG_NEWLINE) != 0)
        die("golden: bad regex", volatile_regex);
    CLEANUP_BUF struct buf path = {0};
    buf_printf(&path, GOLDEN_DIR "/%s.txt", name);
    if (is_writing())
        golden_write(t, buf_text(&path), flags, volatile_regex ? &re : NULL);
    else
        ok = golden_compare(t, buf_text(&path), flags, volatile_regex ? &re : NULL);
    if (volatile_regex)
        regfree(&re);
    if (!ok)
        _fail(file, line);
}
