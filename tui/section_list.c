/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the script with what is answered of them, to jump from. A section is a group that
 * is a page of its own, or one at the top that has none. */

#include <stdio.h>

#include "core/script_fault.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/popup_list.h"
#include "tui/script_place.h"

static const struct script_answers *answers_of(const struct tui *t)
{
    return t->view->offer.answers;
}

static bool is_below(const struct tui *t, size_t node, size_t above)
{
    while (node != SCRIPT_NODE_NONE && node != above)
        node = script_node_above(answers_of(t), node);
    return node == above;
}

static bool has_pages(const struct tui *t, size_t group)
{
    const struct script_answers *a = answers_of(t);
    for (size_t i = script_node_walk(a, group); i != SCRIPT_NODE_NONE && is_below(t, i, group);
         i = script_node_walk(a, i))
        if (script_item_of(t, i)->page && script_node_is_shown(a, i))
            return true;
    return false;
}

static bool is_section(const struct tui *t, size_t node)
{
    const struct script_item *it = script_item_of(t, node);
    if (it->type != SCRIPT_GROUP || !script_node_is_shown(answers_of(t), node))
        return false;
    return it->page ||
           (script_node_above(answers_of(t), node) == SCRIPT_NODE_NONE && !has_pages(t, node));
}

static size_t section_at(const struct tui *t, size_t number)
{
    const struct script_answers *a = answers_of(t);
    for (size_t i = script_node_walk(a, SCRIPT_NODE_NONE); i != SCRIPT_NODE_NONE;
         i = script_node_walk(a, i))
        if (is_section(t, i) && number-- == 0)
            return i;
    return SCRIPT_END;
}

static size_t sections_count(const struct tui *t)
{
    size_t n = 0;
    while (answers_of(t) && section_at(t, n) != SCRIPT_END)
        n++;
    return n;
}

static size_t first_in(const struct tui *t, size_t section)
{
    const struct script_answers *a = answers_of(t);
    for (size_t i = script_node_walk(a, section); i != SCRIPT_NODE_NONE && is_below(t, i, section);
         i = script_node_walk(a, i))
        if (script_is_question(script_item_of(t, i)) && script_node_is_shown(a, i))
            return i;
    return SCRIPT_END;
}

static void count_in(const struct tui *t, size_t section, size_t *ret_answered, size_t *ret_all)
{
    *ret_answered = *ret_all = 0;
    for (size_t i = first_in(t, section); i != SCRIPT_END && is_below(t, i, section);
         i = script_page_after(t, i)) {
        ++*ret_all;
        *ret_answered += script_value_of(t, i) != NULL;
    }
}

static size_t missing_in(const struct tui *t, size_t section)
{
    struct script_fault faults[256];
    size_t n = script_missing_nodes(answers_of(t), faults, 256), here = 0;
    for (size_t i = 0; i < n && i < 256; i++)
        here += is_below(t, faults[i].node, section);
    return here;
}

static void sections_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    char label[256], state[96];
    size_t answered, all;
    const size_t section = section_at(t, i);
    if (section == SCRIPT_END)
        return;
    const size_t missing = missing_in(t, section);
    const bool here = t->script.node != SCRIPT_END && is_below(t, t->script.node, section);
    count_in(t, section, &answered, &all);
    snprintf(state, sizeof state, "%zu/%zu", answered, all);
    list_draw_choice(area_part(row, 0, 0, 1, row.cols - 22), i, false, role,
                     script_label(t, section, label, sizeof label));
    if (here)
        draw_text(row, 0, 3, 2, role == ROLE_FOCUS ? role : ROLE_KEY, draw_sign(row, SIGN_POINTER));
    if (role == ROLE_FOCUS)
        draw_fill(area_part(row, 0, row.cols - 22, 1, -1), 0, role);
    draw_text(row, 0, row.cols - 21, 7, role, state);
    if (missing) {
        snprintf(state, sizeof state, ngettext("%zu required", "%zu required", missing), missing);
        draw_text(row, 0, row.cols - 13, -1, role == ROLE_FOCUS ? role : ROLE_WARNING, state);
    } else if (all && answered == all) {
        draw_text(row, 0, row.cols - 13, -1, role == ROLE_FOCUS ? role : ROLE_CHOSEN,
                  draw_sign(row, SIGN_CHECK));
    }
}

static void sections_choose(struct tui *t, size_t i)
{
    const size_t section = section_at(t, i);
    const size_t node = section == SCRIPT_END ? SCRIPT_END : first_in(t, section);
    tui_close_popup(t);
    if (node != SCRIPT_END)
        script_go(t, node);
}

static void sections_opened(struct tui *t)
{
    for (size_t i = 0; i < sections_count(t); i++)
        if (t->script.node != SCRIPT_END && is_below(t, t->script.node, section_at(t, i)))
            t->list_row = i;
}

void do_sections(struct tui *t, int key)
{
    (void)key;
    if (sections_count(t) && script_hand_over(t))
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
