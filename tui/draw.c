/* SPDX-License-Identifier: Apache-2.0 */
/* Text into rectangles of the screen. */

#include "tui/draw.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "core/buf.h"
#include "core/text.h"
#include "tui/glyph.h"
#include "tui/lang.h"

static const char *const signs[][2] = {
    [SIGN_ELLIPSIS] = {"…", "~"},
      [SIGN_DOT] = {"·",  "-"},
      [SIGN_BULLET] = {"●", "*"},
    [SIGN_CHECK] = {"✓", "x"},
      [SIGN_POINTER] = {"▸", ">"},
      [SIGN_OPEN] = {"○", "."},
    [SIGN_BAR] = {"▌", "|"},
      [SIGN_UP] = {"▲", "^"},
      [SIGN_DOWN] = {"▼", "v"},
    [SIGN_FULL] = {"█", "#"},
      [SIGN_EMPTY] = {"░", "."},
};
_Static_assert(sizeof signs / sizeof signs[0] == SIGN_COUNT, "one row a sign");

const char *draw_sign(struct area a, enum sign sign)
{
    return signs[sign][a.unicode ? 0 : 1];
}

struct area area_part(struct area a, int y, int x, int rows, int cols)
{
    struct area part = a;
    y = y > a.rows ? a.rows : y;
    x = x > a.cols ? a.cols : x;
    rows = rows < 0 ? a.rows - y + rows + 1 : rows;
    cols = cols < 0 ? a.cols - x + cols + 1 : cols;
    part.y = a.y + y;
    part.x = a.x + x;
    part.rows = rows > a.rows - y ? a.rows - y : rows;
    part.cols = cols > a.cols - x ? a.cols - x : cols;
    part.rows = part.rows < 0 ? 0 : part.rows;
    part.cols = part.cols < 0 ? 0 : part.cols;
    return part;
}

static int columns(const char *text, size_t len, bool unicode)
{
    int cols = 0;
    for (size_t i = 0; i < len;) {
        struct glyph g = glyph_at(text + i, len - i, unicode);
        cols += g.cols;
        i += g.bytes;
    }
    return cols;
}

int draw_width(const char *text)
{
    CLEANUP_BUF struct buf clean = {0};
    text_clean(text, strlen(text), TEXT_ONE_LINE, &clean);
    return columns(buf_text(&clean), clean.len, lang_is_unicode());
}

/* curses keeps so many marks on a character (CCHARW_MAX); nobody's name needs more. */
#define MARKS_MAX 4

/* Put at most max_cols columns of cleaned text there; returns the columns used. A mark without a
 * character of its own would change the one before the text: it goes away. */
static int put(struct area a, int y, int x, int max_cols, enum role role, const char *text,
               size_t len)
{
    enum { RUN = 256 };
    wchar_t run[RUN + GLYPH_MAX];
    int n = 0, used = 0, start = 0, marks = MARKS_MAX;
    wattr_set(a.win, role_attributes(role), role_pair(role), NULL);
    for (size_t i = 0; i < len;) {
        struct glyph g = glyph_at(text + i, len - i, a.unicode);
        if (used + g.cols > max_cols)
            break;
        i += g.bytes;
        marks = g.cols ? 0 : marks + 1;
        if (marks > MARKS_MAX)
            continue;
        if (n >= RUN) {
            mvwaddnwstr(a.win, a.y + y, a.x + x + start, run, n);
            start = used;
            n = 0;
        }
        wmemcpy(run + n, g.text, (size_t)g.n);
        n += g.n;
        used += g.cols;
    }
    if (n)
        mvwaddnwstr(a.win, a.y + y, a.x + x + start, run, n);
    wattr_set(a.win, A_NORMAL, 0, NULL);
    return used;
}

int draw_text(struct area a, int y, int x, int max_cols, enum role role, const char *text)
{
    if (y < 0 || y >= a.rows || x < 0 || x >= a.cols)
        return 0;
    if (max_cols < 0 || max_cols > a.cols - x)
        max_cols = a.cols - x;
    CLEANUP_BUF struct buf clean = {0};
    text_clean(text, strlen(text), TEXT_ONE_LINE, &clean);
    const char *s = buf_text(&clean);
    if (columns(s, clean.len, a.unicode) <= max_cols)
        return put(a, y, x, max_cols, role, s, clean.len);
    if (max_cols < 1)
        return 0;
    int used = put(a, y, x, max_cols - 1, role, s, clean.len);
    const char *more = draw_sign(a, SIGN_ELLIPSIS);
    return used + put(a, y, x + used, 1, role, more, strlen(more));
}

int draw_format(struct area a, int y, int x, int max_cols, enum role role, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return draw_text(a, y, x, max_cols, role, text);
}

int draw_right(struct area a, int y, int end, enum role role, const char *text)
{
    int x = end - draw_width(text);
    x = x < 0 ? 0 : x;
    draw_text(a, y, x, end - x, role, text);
    return x;
}

/* French sets a blank before these signs; a line must not begin with one of them. */
static bool is_bound(const char *next, size_t len)
{
    static const char *const closing[] = {"?", "!", ":", ";", "»"};
    for (size_t i = 0; i < sizeof closing / sizeof closing[0]; i++) {
        size_t n = strlen(closing[i]);
        if (len >= n && memcmp(next, closing[i], n) == 0)
            return len == n || next[n] == ' ' || next[n] == '\n';
    }
    return false;
}

/* The bytes of text that go on one line of `cols` columns, and where the next line begins. */
static size_t line_len(const char *text, size_t len, int cols, bool unicode, size_t *ret_next)
{
    size_t i = 0, blank = 0, after_blank = 0;
    int used = 0;
    while (i < len) {
        if (text[i] == '\n') {
            *ret_next = i + 1;
            return i;
        }
        struct glyph g = glyph_at(text + i, len - i, unicode);
        if (text[i] == ' ' && !is_bound(text + i + 1, len - i - 1)) {
            blank = i;
            after_blank = i + 1;
        }
        if (used + g.cols > cols)
            break;
        used += g.cols;
        i += g.bytes;
    }
    if (i >= len) {
        *ret_next = len;
        return len;
    }
    if (after_blank) {
        *ret_next = after_blank;
        return blank;
    }
    i += i == 0; /* a wide character in a single column: never stand still */
    *ret_next = i;
    return i;
}

int draw_wrapped(struct area a, int y, int skip, enum role role, const char *text)
{
    if (a.cols < 1)
        return 0;
    CLEANUP_BUF struct buf clean = {0};
    text_clean(text, strlen(text), TEXT_LINES, &clean);
    const char *s = buf_text(&clean);
    size_t len = clean.len;
    int lines = 0;
    while (len) {
        size_t next = 0;
        size_t n = line_len(s, len, a.cols, a.unicode, &next);
        int row = y + lines - skip;
        if (lines >= skip && row >= 0 && row < a.rows)
            put(a, row, 0, a.cols, role, s, n);
        lines++;
        s += next;
        len -= next;
    }
    return lines;
}

void draw_fill(struct area a, int y, enum role role)
{
    if (y < 0 || y >= a.rows)
        return;
    wattr_set(a.win, role_attributes(role), role_pair(role), NULL);
    mvwhline(a.win, a.y + y, a.x, ' ', a.cols);
    wattr_set(a.win, A_NORMAL, 0, NULL);
}

void draw_rule(struct area a, int y, const char *title)
{
    if (y < 0 || y >= a.rows || a.cols < 1)
        return;
    const char *line = a.unicode ? "─" : "-";
    for (int x = 0; x < a.cols; x++)
        put(a, y, x, 1, ROLE_RULE, line, strlen(line));
    if (title && *title && a.cols > 6) {
        int used = draw_text(a, y, 3, a.cols - 5, ROLE_STRONG, title);
        draw_text(a, y, 2, 1, ROLE_RULE, " ");
        draw_text(a, y, 3 + used, 1, ROLE_RULE, " ");
    }
}

void draw_vertical(struct area a, int x)
{
    const char *line = a.unicode ? "│" : "|";
    for (int y = 0; y < a.rows && x < a.cols; y++)
        put(a, y, x, 1, ROLE_RULE, line, strlen(line));
}

struct area draw_box(struct area a, const char *title)
{
    static const char *const corners[2][4] = {
        {"┌", "┐", "└", "┘"},
        {"+",   "+",   "+",   "+"  }
    };
    const char *const *corner = corners[a.unicode ? 0 : 1];
    if (a.rows < 2 || a.cols < 4)
        return area_part(a, 0, 0, 0, 0);
    for (int y = 0; y < a.rows; y++)
        draw_fill(a, y, ROLE_TEXT);
    draw_rule(a, 0, title);
    draw_rule(a, a.rows - 1, NULL);
    draw_vertical(a, 0);
    draw_vertical(a, a.cols - 1);
    put(a, 0, 0, 1, ROLE_RULE, corner[0], strlen(corner[0]));
    put(a, 0, a.cols - 1, 1, ROLE_RULE, corner[1], strlen(corner[1]));
    put(a, a.rows - 1, 0, 1, ROLE_RULE, corner[2], strlen(corner[2]));
    put(a, a.rows - 1, a.cols - 1, 1, ROLE_RULE, corner[3], strlen(corner[3]));
    return area_part(a, 1, 2, a.rows - 2, a.cols - 4);
}

int draw_key(struct area a, int y, int x, enum role key_role, enum role text_role, const char *key,
             const char *text)
{
    int used = draw_text(a, y, x, -1, key_role, key);
    used += draw_text(a, y, x + used, -1, text_role, " ");
    return used + draw_text(a, y, x + used, -1, text_role, text);
}
