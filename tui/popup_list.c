/* SPDX-License-Identifier: Apache-2.0 */
/* Popups that are a list. */

#include "tui/popup_list.h"

#include <stdio.h>

#include "tui/command.h"

struct edit *list_search(struct tui *t)
{
    return &t->list_search;
}

static bool matches(const struct tui *t, size_t i)
{
    const struct popup *p = tui_popup(t);
    return !p->item_matches || !t->list_search.len || p->item_matches(t, i, t->list_search.text);
}

static size_t matching(const struct tui *t)
{
    size_t n = 0;
    for (size_t i = 0; i < tui_popup(t)->count(t); i++)
        n += matches(t, i);
    return n;
}

/* The item behind a row of what is left after the search. */
static size_t item_at(const struct tui *t, size_t row)
{
    size_t count = tui_popup(t)->count(t);
    for (size_t i = 0; i < count; i++)
        if (matches(t, i) && row-- == 0)
            return i;
    return count;
}

void list_draw_choice(struct area row, size_t i, bool present, enum role role, const char *text)
{
    if (role == ROLE_FOCUS)
        draw_fill(row, 0, role);
    char number[24] = "  ";
    if (i < 9)
        snprintf(number, sizeof number, "%zu", i + 1);
    draw_text(row, 0, 1, 2, role == ROLE_FOCUS ? role : ROLE_KEY, number);
    if (present)
        draw_text(row, 0, 3, 2, role == ROLE_FOCUS ? role : ROLE_CHOSEN,
                  draw_sign(row, SIGN_CHECK));
    draw_text(row, 0, 5, -1, role, text);
}

void list_draw(struct tui *t, struct area a)
{
    const struct popup *p = tui_popup(t);
    int y = 0;
    if (p->item_matches) {
        int x = draw_text(a, 0, 0, -1, ROLE_DIM, _("Search: ")), cx = 0;
        edit_draw(&t->list_search, a, 0, x, a.cols - x, true, &cx);
        tui_cursor(t, a, 0, cx);
        y = 2;
    }
    size_t n = matching(t);
    t->list_row = n && t->list_row >= n ? n - 1 : t->list_row;
    struct area list = area_part(a, y, 0, -1, -1);
    size_t rows = list.rows > 0 ? (size_t)list.rows : 0;
    size_t skip = t->list_row >= rows ? t->list_row - rows + 1 : 0;
    for (size_t row = 0; row < rows && skip + row < n; row++) {
        bool focus = skip + row == t->list_row;
        struct area line = area_part(list, (int)row, 0, 1, -1);
        p->item(t, item_at(t, skip + row), line, focus ? ROLE_FOCUS : ROLE_TEXT);
        if (focus && (!p->item_matches || t->list_on_row))
            tui_cursor(t, line, 0, 0);
    }
    if (!n)
        draw_text(list, 0, 0, -1, ROLE_DIM, _("Nothing fits."));
}

void do_list(struct tui *t, int key)
{
    size_t n = matching(t);
    size_t page = 10;
    if (!n)
        return;
    t->list_on_row = true;
    switch (key - KEY_BASE) {
    case KEY_UP:
        t->list_row -= t->list_row > 0;
        break;
    case KEY_DOWN:
        t->list_row += t->list_row + 1 < n;
        break;
    case KEY_PPAGE:
        t->list_row = t->list_row > page ? t->list_row - page : 0;
        break;
    case KEY_NPAGE:
        t->list_row = t->list_row + page < n ? t->list_row + page : n - 1;
        break;
    default:
        break;
    }
}

static void choose(struct tui *t, size_t row)
{
    size_t item = item_at(t, row);
    if (item < tui_popup(t)->count(t))
        tui_popup(t)->choose(t, item);
}

void do_list_choose(struct tui *t, int key)
{
    (void)key;
    choose(t, t->list_row);
}

void do_list_digit(struct tui *t, int key)
{
    choose(t, (size_t)(key - '1'));
}
