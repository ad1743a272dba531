/* SPDX-License-Identifier: Apache-2.0 */
/* What can be seen on the terminal, and claims about it. */
#include "tests/harness/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/harness/term_private.h"

/* UTF-8 of one character; returns its length. */
static size_t utf8_put(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char LEAD[] = {0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(LEAD[more] | c >> (6 * more));
    for (int i = 1; i <= more; i++)
        out[i] = (char)(0x80 | (c >> (6 * (more - i)) & 0x3F));
    return (size_t)more + 1;
}

static int color_number(const VTermColor *c, int is_default)
{
    if (is_default)
        return -1;
    if (VTERM_COLOR_IS_INDEXED(c))
        return c->indexed.idx;
    return TERM_RGB | c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue;
}

void term_cell(struct term *t, int row, int col, struct term_cell *ret_cell)
{
    VTermScreenCell cell = {0};
    size_t len = 0;

    *ret_cell = (struct term_cell){0};
    (void)vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
    if (cell.chars[0] != (uint32_t)-1) {
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            len += utf8_put(cell.chars[i], ret_cell->text + len);
        if (len == 0)
            ret_cell->text[len++] = ' ';
    }
    ret_cell->text[len] = '\0';
    ret_cell->width = cell.width;
    ret_cell->fg = color_number(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
    ret_cell->bg = color_number(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
    ret_cell->bold = cell.attrs.bold;
    ret_cell->underline = cell.attrs.underline != 0;
    ret_cell->italic = cell.attrs.italic;
    ret_cell->blink = cell.attrs.blink;
    ret_cell->reverse = cell.attrs.reverse;
}

static void row_add(struct term *t, int row)
{
    size_t start = t->text.len;
    struct term_cell cell;
    for (int col = 0; col < term_cols(t); col++) {
        term_cell(t, row, col, &cell);
        buf_str(&t->text, cell.text);
    }
    while (t->text.len > start && t->text.data[t->text.len - 1] == ' ')
        t->text.data[--t->text.len] = '\0';
}

const char *term_row(struct term *t, int row)
{
    buf_clear(&t->text);
    row_add(t, row);
    return buf_text(&t->text);
}

const char *term_text(struct term *t)
{
    (void)term_drain(t);
    buf_clear(&t->text);
    for (int row = 0; row < term_rows(t); row++) {
        row_add(t, row);
        buf_char(&t->text, '\n');
    }
    return buf_text(&t->text);
}

/* The column where the byte at `offset` of a row stands. */
static int column_of(struct term *t, int row, size_t offset)
{
    struct term_cell cell;
    size_t len = 0;
    int col = 0;
    for (; col < term_cols(t); col++) {
        term_cell(t, row, col, &cell);
        if (len >= offset && cell.text[0] != '\0')
            break;
        len += strlen(cell.text);
    }
    return col;
}

bool term_find(struct term *t, const char *text, int *ret_row, int *ret_col)
{
    for (int row = 0; row < term_rows(t); row++) {
        const char *line = term_row(t, row);
        const char *at = strstr(line, text);
        if (!at)
            continue;
        *ret_row = row;
        *ret_col = column_of(t, row, (size_t)(at - line));
        return true;
    }
    return false;
}

void term_cursor(struct term *t, int *ret_row, int *ret_col, bool *ret_visible)
{
    VTermPos pos;
    (void)term_drain(t);
    vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
    *ret_row = pos.row;
    *ret_col = pos.col;
    *ret_visible = t->cursor_visible;
}

/* --- claims --- */

/* Row by row: cmocka cuts what it prints at 1 KiB. */
static void print_screen(struct term *t)
{
    print_error("screen %dx%d, title \"%s\"\n", term_cols(t), term_rows(t), t->title);
    for (int row = 0; row < term_rows(t); row++)
        print_error("%s\n", term_row(t, row));
    if (t->ended)
        print_error("the program has ended, status %d\n", t->status);
}

void term_assert_shows_(struct term *t, const char *text, bool shown, const char *file, int line)
{
    if (shown ? term_wait_text(t, text, TERM_DEADLINE_MS)
              : term_wait_gone(t, text, TERM_DEADLINE_MS))
        return;
    print_error("%s on the screen: \"%s\"\n", shown ? "not" : "still", text);
    print_screen(t);
    _fail(file, line);
}

void term_assert_exits_(struct term *t, int status, const char *file, int line)
{
    int seen;
    if (term_wait_exit(t, &seen, TERM_DEADLINE_MS)) {
        if (seen == status)
            return;
        print_error("exit status %d, not %d\n", seen, status);
    } else {
        print_error("still running\n");
    }
    print_screen(t);
    _fail(file, line);
}
