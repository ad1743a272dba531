/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/script_options.h"

#include <stdio.h>

#include "core/text.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"
#include "tui/script_text.h"

#define NUMBERED_MAX 9
#define ROWS_MIN 4 /* a page that has no room for more is scrolled */

/* --- what is searched for --- */

bool script_options_are_many(const struct script_item *item)
{
    return item && item->n_options > NUMBERED_MAX;
}

size_t script_option_rows(const struct script_item *item)
{
    return item->n_options + (item->type == SCRIPT_OPEN_CHOICE);
}

static bool has_words(const struct tui *t, size_t i, const char *typed)
{
    char filled[SCRIPT_TEXT_SIZE];
    const struct script_item *it = script_question(t);
    return text_matches(script_text_of(t, it, &it->options[i].text, filled, sizeof filled), typed);
}

bool script_option_fits(const struct tui *t, size_t i)
{
    const struct script_item *it = script_question(t);
    return i >= it->n_options || !script_options_are_many(it) || !t->script.found[0] ||
           has_words(t, i, t->script.found);
}

size_t script_option_beside(const struct tui *t, size_t i, bool after)
{
    const size_t rows = script_option_rows(script_question(t));
    size_t k = i;
    do {
        if (after ? k + 1 >= rows : k == 0)
            return i;
        k = after ? k + 1 : k - 1;
    } while (!script_option_fits(t, k));
    return k;
}

size_t script_option_find(const struct tui *t, const char *typed)
{
    const struct script_item *it = script_question(t);
    size_t i = 0;
    while (i < it->n_options && !has_words(t, i, typed))
        i++;
    return i;
}

/* --- drawing --- */

/* Columns of number and radio, or box, before an option's text. */
static int indent(const struct tui *t)
{
    return script_is_several(t) ? 8 : 6;
}

static int lines_of(const struct tui *t, struct area a, size_t i)
{
    struct area nothing = area_part(a, 0, indent(t), 0, -1);
    char filled[SCRIPT_TEXT_SIZE];
    const struct script_item *it = script_question(t);
    const int lines =
        draw_wrapped(nothing, 0, 0, ROLE_TEXT,
                     script_text_of(t, it, &it->options[i].text, filled, sizeof filled));
    return lines ? lines : 1;
}

static bool is_chosen(const struct tui *t, size_t i)
{
    return script_is_several(t) ? script_has_option(t, t->script.node, i)
                                : script_chosen(t, t->script.node) == i;
}

/* One option over as many lines as its text takes; returns them. */
static int draw_option(struct tui *t, struct area a, int y, size_t i)
{
    const struct script_item *it = script_question(t);
    struct area text = area_part(a, 0, indent(t), -1, -1);
    char filled[SCRIPT_TEXT_SIZE], number[24] = "  ";
    const bool chosen = is_chosen(t, i), focus = i == t->script.option;
    const enum role role = focus ? ROLE_FOCUS : chosen ? ROLE_CHOSEN : ROLE_TEXT;
    const int lines = lines_of(t, a, i);
    for (int line = 0; focus && line < lines; line++)
        if (y + line >= 0)
            draw_fill(area_part(a, y + line, 1, 1, -1), 0, role);
    if (!script_options_are_many(it))
        snprintf(number, sizeof number, "%zu ", i + 1);
    const char *box = chosen ? "[x]" : "[ ]"; /* several may be chosen */
    const char *sign = draw_sign(a, chosen ? SIGN_BULLET : SIGN_OPEN);
    draw_format(a, y, 2, -1, role, "%s%s", number, script_is_several(t) ? box : sign);
    draw_wrapped(text, y, 0, role,
                 script_text_of(t, it, &it->options[i].text, filled, sizeof filled));
    if (focus && y >= 0 && y < a.rows && (!script_options_are_many(it) || t->script.on_row))
        tui_cursor(t, a, y, 2);
    return lines;
}

/* The row of an open choice for words of one's own. */
static void draw_own_words(struct tui *t, struct area a, int y)
{
    const struct script_item *it = script_question(t);
    const bool focus = t->script.option == it->n_options, chosen = t->script.edit.len > 0;
    const char *box = chosen ? "[x]" : "[ ]";
    int cx = 0;
    int x =
        2 + draw_format(a, y, 2, -1, chosen ? ROLE_CHOSEN : ROLE_TEXT, "  %s %s ",
                        script_is_several(t) ? box : draw_sign(a, chosen ? SIGN_BULLET : SIGN_OPEN),
                        _("Something else:"));
    edit_draw(&t->script.edit, a, y, x, a.cols - x > 40 ? 40 : a.cols - x, focus, &cx);
    if (focus && y >= 0 && y < a.rows)
        tui_cursor(t, a, y, cx);
}

static void draw_search(struct tui *t, struct area a, int y)
{
    int x = 2 + draw_text(a, y, 2, -1, ROLE_DIM, _("Search: "));
    x += draw_text(a, y, x, -1, ROLE_TEXT, t->script.found);
    if (!t->script.on_row && t->script.option < script_question(t)->n_options && y >= 0 &&
        y < a.rows)
        tui_cursor(t, a, y, x);
}

/* The first one of those that fit in so many rows together with the highlighted one: it is always
 * in sight. */
static size_t first_in_sight(const struct tui *t, struct area a, int rows)
{
    const struct script_item *it = script_question(t);
    size_t first = t->script.option < it->n_options ? t->script.option : 0;
    if (!script_option_fits(t, first))
        return script_option_beside(t, first, true);
    for (int used = lines_of(t, a, first);;) {
        const size_t before = script_option_beside(t, first, false);
        if (before == first || (used += lines_of(t, a, before)) > rows)
            return first;
        first = before;
    }
}

/* The lines of all options, whatever is searched for; no more are counted than there is room. */
static int height(const struct tui *t, struct area a, int rows)
{
    int lines = 0;
    for (size_t i = 0; i < script_question(t)->n_options && lines < rows; i++)
        lines += lines_of(t, a, i);
    return lines < rows ? lines : rows;
}

/* What fits, in the rows of a list that is cut off at its end. */
static void draw_list(struct tui *t, struct area a, int y, int rows)
{
    const size_t n = script_question(t)->n_options, first = first_in_sight(t, a, rows);
    int line = 0;
    if (first >= n || !script_option_fits(t, first)) {
        draw_text(a, y, 2, -1, ROLE_WARNING, _("Nothing fits."));
        return;
    }
    if (script_option_beside(t, first, false) != first)
        draw_text(a, y, 0, 1, ROLE_WARNING, draw_sign(a, SIGN_UP));
    size_t i = first;
    for (bool more = true; more && i < n && line < rows;) {
        line += draw_option(t, a, y + line, i);
        const size_t after = script_option_beside(t, i, true);
        more = after != i;
        i = after;
        if (more && i < n && line >= rows)
            draw_text(a, y + rows - 1, 0, 1, ROLE_WARNING, draw_sign(a, SIGN_DOWN));
    }
}

int script_options_draw(struct tui *t, struct area a, int y, int rows)
{
    const struct script_item *it = script_question(t);
    const bool many = script_options_are_many(it), own = it->type == SCRIPT_OPEN_CHOICE;
    const int top = y;
    if (many)
        draw_search(t, a, y++);
    const int room = rows - (y - top) - own - script_is_several(t);
    const int lines = height(t, a, room < ROWS_MIN ? ROWS_MIN : room);
    struct area list = a;
    list.rows = list.rows > y + lines ? y + lines : list.rows;
    list.rows = list.rows < 0 ? 0 : list.rows;
    if (it->n_options)
        draw_list(t, list, y, lines);
    y += lines;
    if (own)
        draw_own_words(t, a, y++);
    if (script_is_several(t) && many)
        draw_text(a, y++, 2, -1, ROLE_DIM,
                  t->script.found[0] && script_option_fits(t, t->script.option)
                      ? _("Several answers: Enter takes this one.")
                      : _("Several answers: type, or Space; Enter goes on."));
    else if (!many && t->script.found[0])
        draw_format(a, y++, 2, -1, ROLE_DIM, _("Search: %s"), t->script.found);
    else if (script_is_several(t))
        draw_text(a, y++, 2, -1, ROLE_DIM, _("Several answers: number or Space; Enter goes on."));
    return y - top;
}
