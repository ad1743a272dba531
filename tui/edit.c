/* SPDX-License-Identifier: Apache-2.0 */
/* A line editor. */

#include "tui/edit.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/utf8.h"
#include "tui/glyph.h"
#include "tui/keys.h"
#include "tui/lang.h"

#define CTRL(letter) ((letter)&0x1f)

void edit_set(struct edit *e, const char *text)
{
    explicit_bzero(e->text, sizeof e->text);
    e->len = text_clean_to(e->text, sizeof e->text, text, strlen(text));
    if (e->max_chars) {
        e->len = text_cut_chars(e->text, e->len, e->max_chars);
        e->text[e->len] = '\0';
    }
    e->cursor = e->len;
}

/* The character at a byte position: its bytes and columns. */
static size_t char_at(const struct edit *e, size_t at, int *ret_cols)
{
    *ret_cols = 0;
    if (at >= e->len)
        return 0;
    struct glyph g = glyph_at(e->text + at, e->len - at, lang_is_unicode());
    *ret_cols = g.cols;
    return g.bytes;
}

/* Over the next character and the marks that combine with it. */
static size_t after(const struct edit *e, size_t at)
{
    int cols;
    at += char_at(e, at, &cols);
    while (at < e->len) {
        size_t n = char_at(e, at, &cols);
        if (cols > 0)
            break;
        at += n;
    }
    return at;
}

static size_t before(const struct edit *e, size_t at)
{
    size_t previous = 0;
    for (size_t i = 0; i < at; i = after(e, i))
        previous = i;
    return previous;
}

static size_t word_before(const struct edit *e, size_t at)
{
    while (at && e->text[at - 1] == ' ')
        at--;
    while (at && e->text[at - 1] != ' ')
        at--;
    return at;
}

static void cut(struct edit *e, size_t from, size_t to)
{
    memmove(e->text + from, e->text + to, e->len - to + 1);
    e->len -= to - from;
    explicit_bzero(e->text + e->len, to - from);
    e->cursor = from;
}

static bool insert(struct edit *e, uint32_t c)
{
    char bytes[4], clean[8];
    size_t n = utf8_encode(c, bytes);
    size_t len = text_clean_to(clean, sizeof clean, bytes, n);
    if (!len || e->len + len >= sizeof e->text)
        return true;
    if (e->max_chars && text_chars(e->text, e->len) >= e->max_chars)
        return true;
    memmove(e->text + e->cursor + len, e->text + e->cursor, e->len - e->cursor + 1);
    memcpy(e->text + e->cursor, clean, len);
    e->len += len;
    e->cursor += len;
    return true;
}

bool edit_key(struct edit *e, int key)
{
    if (key >= ' ' && key != 0x7f && key < 0x110000)
        return insert(e, (uint32_t)key);
    switch (key) {
    case KEY_BASE + KEY_LEFT:
        e->cursor = before(e, e->cursor);
        return true;
    case KEY_BASE + KEY_RIGHT:
        e->cursor = after(e, e->cursor);
        return true;
    case KEY_BASE + KEY_HOME:
    case CTRL('A'):
        e->cursor = 0;
        return true;
    case KEY_BASE + KEY_END:
    case CTRL('E'):
        e->cursor = e->len;
        return true;
    case KEY_BASE + KEY_BACKSPACE:
    case 0x7f:
    case CTRL('H'):
        cut(e, before(e, e->cursor), e->cursor);
        return true;
    case KEY_BASE + KEY_DC:
        if (e->cursor < e->len)
            cut(e, e->cursor, after(e, e->cursor));
        return true;
    case CTRL('W'):
        cut(e, word_before(e, e->cursor), e->cursor);
        return true;
    case CTRL('U'):
        cut(e, 0, e->cursor);
        return true;
    case CTRL('K'):
        cut(e, e->cursor, e->len);
        return true;
    default:
        return false;
    }
}

/* What is shown: the text, or as many stars. */
static void shown(const struct edit *e, struct buf *out, size_t *ret_cursor)
{
    if (!e->secret) {
        buf_add(out, e->text, e->len);
        *ret_cursor = e->cursor;
        return;
    }
    size_t n = text_chars(e->text, e->len);
    for (size_t i = 0; i < n; i++)
        buf_char(out, '*');
    *ret_cursor = text_chars(e->text, e->cursor);
}

static int width_of(const char *text, size_t len)
{
    CLEANUP_BUF struct buf part = {0};
    buf_add(&part, text, len);
    return draw_width(buf_text(&part));
}

void edit_draw(const struct edit *e, struct area a, int y, int x, int cols, bool focus,
               int *ret_cursor_x)
{
    CLEANUP_BUF struct buf text = {0};
    size_t cursor = 0;
    shown(e, &text, &cursor);
    const char *s = buf_text(&text);
    size_t start = cursor;
    for (int used = 0; start > 0;) { /* as much before the cursor as there is room for */
        size_t at = start - 1;
        while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80)
            at--;
        used += width_of(s + at, start - at);
        if (used >= cols)
            break;
        start = at;
    }
    struct area field = area_part(a, y, x, 1, cols);
    if (field.rows < 1)
        return;
    draw_fill(field, 0, ROLE_INPUT);
    draw_text(field, 0, 0, -1, ROLE_INPUT, s + start);
    if (focus)
        *ret_cursor_x = x + width_of(s + start, cursor - start);
    buf_clear(&text);
}

int edit_draw_wrapped(const struct edit *e, struct area a, int y, int rows, int *ret_cursor_y,
                      int *ret_cursor_x)
{
    int line = 0, used = 0, cursor_line = 0, cursor_col = 0;
    struct area field = area_part(a, y, 0, rows, -1);
    if (field.rows < 1 || field.cols < 2)
        return 0;
    /* Broken at the column, not at blanks: nothing moves while the agent types. */
    size_t starts[512] = {0};
    for (size_t i = 0; i <= e->len;) {
        int cols = 0;
        size_t n = char_at(e, i, &cols);
        if (used + cols > field.cols - 1 && line + 1 < (int)(sizeof starts / sizeof starts[0])) {
            starts[++line] = i;
            used = 0;
        }
        if (i == e->cursor) {
            cursor_line = line;
            cursor_col = used;
        }
        used += cols;
        i += n ? n : 1;
    }
    int first = cursor_line >= field.rows ? cursor_line - field.rows + 1 : 0;
    for (int row = 0; row < field.rows; row++) {
        draw_fill(field, row, ROLE_INPUT);
        if (first + row > line)
            continue;
        size_t from = starts[first + row];
        size_t to = first + row < line ? starts[first + row + 1] : e->len;
        CLEANUP_BUF struct buf part = {0};
        buf_add(&part, e->text + from, to - from);
        draw_text(field, row, 0, -1, ROLE_INPUT, buf_text(&part));
    }
    *ret_cursor_y = y + cursor_line - first;
    *ret_cursor_x = cursor_col;
    return line + 1;
}
