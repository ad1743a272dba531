/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the script with what is answered of them, to jump from. */

#include <stdio.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/popup_list.h"
#include "tui/script_outline.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"

static size_t sections_count(const struct tui *t)
{
    return t->view->offer.answers ? script_outline(t)->n_sections : 0;
}

static bool is_here(const struct tui *t, const struct script_section *s)
{
    if (t->script.node == SCRIPT_END)
        return false;
    const size_t page = script_outline_page(t, t->script.node);
    return page >= s->first_page && page - s->first_page < s->n_pages;
}

static void sections_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    char label[320], state[96];
    if (i >= sections_count(t))
        return;
    const struct script_section *s = &script_outline(t)->sections[i];
    snprintf(state, sizeof state, "%zu/%zu", s->answered, s->n_pages);
    list_draw_choice(area_part(row, 0, 0, 1, row.cols - 22), i, false, role,
                     script_section_text(t, s->node, label, sizeof label));
    if (is_here(t, s))
        draw_text(row, 0, 3, 2, role == ROLE_FOCUS ? role : ROLE_KEY, draw_sign(row, SIGN_POINTER));
    if (role == ROLE_FOCUS)
        draw_fill(area_part(row, 0, row.cols - 22, 1, -1), 0, role);
    draw_text(row, 0, row.cols - 21, 7, role, state);
    if (s->missing) {
        snprintf(state, sizeof state, ngettext("%zu required", "%zu required", s->missing),
                 s->missing);
        draw_text(row, 0, row.cols - 13, -1, role == ROLE_FOCUS ? role : ROLE_WARNING, state);
    } else if (s->n_pages && s->answered == s->n_pages) {
        draw_text(row, 0, row.cols - 13, -1, role == ROLE_FOCUS ? role : ROLE_CHOSEN,
                  draw_sign(row, SIGN_CHECK));
    }
}

static void sections_choose(struct tui *t, size_t i)
{
    const struct script_outline *o = script_outline(t);
    const bool has_pages = i < o->n_sections && o->sections[i].n_pages;
    const size_t node = has_pages ? o->pages[o->sections[i].first_page].node : SCRIPT_END;
    tui_close_popup(t);
    if (node != SCRIPT_END)
        script_go(t, node);
}

static void sections_opened(struct tui *t)
{
    for (size_t i = 0; i < sections_count(t); i++)
        if (is_here(t, &script_outline(t)->sections[i]))
            t->list_row = i;
}

void do_sections(struct tui *t, int key)
{
    (void)key;
    if (sections_count(t) && script_may_leave(t))
        tui_open(t, POPUP_SECTIONS);
}

const struct popup popup_sections = {
    .title = N_("Sections"),
    .scopes = SCOPE_LIST,
    .rows = 20,
    .cols = 72,
    .draw = list_draw,
    .opened = sections_opened,
    .count = sections_count,
    .item = sections_item,
    .choose = sections_choose,
};
