/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the script beside it on a wide screen, with the questions of the present one; and
 * its questions as lists to jump from. */

#include <stdio.h>

#include "core/text.h"
#include "tui/panes.h"
#include "tui/popup_list.h"
#include "tui/script_outline.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"

/* below: of which of several the question is, as far as the list around it does not say so. */
static void draw_question(const struct tui *t, struct area row, size_t node, const char *below,
                          enum role role)
{
    char label[512], answer[256], text[800];
    bool answered = script_value_of(t, node) != NULL;
    bool required = script_item_of(t, node)->required;
    enum role mark = answered ? ROLE_CHOSEN : required ? ROLE_WARNING : ROLE_DIM;
    script_label(t, node, label, sizeof label);
    script_answer_text(t, node, answer, sizeof answer);
    if (role == ROLE_FOCUS) {
        draw_fill(row, 0, role);
        mark = role;
    }
    draw_text(row, 0, 0, 2, mark, draw_sign(row, answered ? SIGN_CHECK : SIGN_OPEN));
    int room = row.cols - 2;
    int answer_cols = draw_width(answer);
    answer_cols = answer_cols > room / 2 ? room / 2 : answer_cols;
    snprintf(text, sizeof text, "%s%s%s", below, below[0] ? ": " : "", label);
    draw_text(row, 0, 2, answered ? room - answer_cols - 1 : room, role, text);
    if (answered)
        draw_text(row, 0, row.cols - answer_cols, answer_cols,
                  role == ROLE_FOCUS ? role : ROLE_CHOSEN, answer);
}

/* A section, and how far it is. */
static void draw_section(const struct tui *t, struct area row, size_t number, bool here)
{
    const struct script_section *s = &script_outline(t)->sections[number];
    char label[320], state[48];
    const bool done = s->answered == s->n_pages && !s->missing;
    snprintf(state, sizeof state, "%zu/%zu", s->answered, s->n_pages);
    const int end = row.cols - draw_width(state);
    draw_text(row, 0, 0, 2,
              done   ? ROLE_CHOSEN
              : here ? ROLE_KEY
                     : ROLE_DIM,
              draw_sign(row, done   ? SIGN_CHECK
                             : here ? SIGN_POINTER
                                    : SIGN_OPEN));
    draw_text(row, 0, 2, end - 3, here ? ROLE_STRONG : ROLE_TEXT,
              script_section_text(t, s->node, label, sizeof label));
    draw_text(row, 0, end, -1, done ? ROLE_CHOSEN : s->missing ? ROLE_WARNING : ROLE_DIM, state);
}

static void draw_row(const struct tui *t, struct area line, const struct script_row *row)
{
    const struct script_outline *o = script_outline(t);
    const bool here = row->page == o->rows_of;
    if (row->section != SCRIPT_NODE_NONE) {
        const struct script_section *s = &o->sections[row->section];
        draw_section(t, line, row->section,
                     o->rows_of >= s->first_page && o->rows_of - s->first_page < s->n_pages);
        return;
    }
    const enum role role = here ? ROLE_FOCUS : ROLE_TEXT;
    if (row->page == o->n_pages) {
        if (here)
            draw_fill(line, 0, role);
        draw_text(line, 0, 2, -1, role, _("End"));
        return;
    }
    char below[128];
    script_answer_above_text(t, o->pages[row->page].node, below, sizeof below);
    const bool inside = o->pages[row->page].section != SCRIPT_NODE_NONE;
    draw_question(t, area_part(line, 0, inside ? 2 : 0, 1, -1), o->pages[row->page].node, below,
                  role);
}

void question_list_draw(const struct tui *t, struct area a)
{
    if (!t->view->offer.script || !t->view->offer.answers || !t->script.started)
        return;
    const struct script_outline *o = script_outline_rows(t);
    char title[64];
    snprintf(title, sizeof title, _("%zu of %zu answered"), o->answered, o->n_pages);
    draw_rule(a, 0, title);
    struct area list = area_part(a, 2, 1, -1, -2);
    const size_t rows = (size_t)list.rows;
    size_t skip = 0;
    if (o->n_rows > rows && o->row >= rows / 2)
        skip = o->row - rows / 2;
    if (o->n_rows > rows && skip + rows > o->n_rows)
        skip = o->n_rows - rows;
    for (size_t i = skip; i < o->n_rows && i < skip + rows; i++)
        draw_row(t, area_part(list, (int)(i - skip), 0, 1, -1), &o->rows[i]);
}

/* --- the list to jump from --- */

static size_t questions_count(const struct tui *t)
{
    return t->view->offer.answers ? script_outline(t)->n_pages : 0;
}

static size_t question_at(const struct tui *t, size_t number)
{
    const struct script_outline *o = script_outline(t);
    return number < o->n_pages ? o->pages[number].node : SCRIPT_END;
}

static void questions_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    size_t item = question_at(t, i);
    char which[128];
    if (item != SCRIPT_END)
        draw_question(t, row, item, script_which(t, item, which, sizeof which), role);
}

static bool questions_match(const struct tui *t, size_t i, const char *typed)
{
    char label[512];
    size_t item = question_at(t, i);
    return item != SCRIPT_END && text_matches(script_label(t, item, label, sizeof label), typed);
}

static void questions_choose(struct tui *t, size_t i)
{
    size_t item = question_at(t, i);
    tui_close_popup(t);
    script_go(t, item);
}

static void questions_opened(struct tui *t)
{
    struct script_count n = script_counted(t);
    t->list_row = n.place ? n.place - 1 : 0;
}

/* --- the list of what keeps the script from being complete --- */

static size_t missing_at(const struct tui *t, size_t i)
{
    const struct script_outline *o = script_outline(t);
    return i < o->missing ? o->lacking[i].node : SCRIPT_END;
}

static size_t missing_count(const struct tui *t)
{
    return t->view->offer.answers ? script_outline(t)->missing : 0;
}

static void missing_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    size_t node = missing_at(t, i);
    char which[128];
    if (node != SCRIPT_END)
        draw_question(t, row, node, script_which(t, node, which, sizeof which), role);
}

static void missing_choose(struct tui *t, size_t i)
{
    size_t node = missing_at(t, i);
    tui_close_popup(t);
    if (node != SCRIPT_END && !script_is_question(script_item_of(t, node)))
        node = script_page_after(t, node); /* a group: its first question */
    script_go(t, node);
}

const struct popup popup_questions = {
    .title = N_("Questions"),
    .scopes = SCOPE_LIST,
    .rows = -2,
    .cols = 90,
    .draw = list_draw,
    .opened = questions_opened,
    .editor = list_search,
    .count = questions_count,
    .item = questions_item,
    .item_matches = questions_match,
    .choose = questions_choose,
};

const struct popup popup_missing = {
    .title = N_("Not complete: these answers are missing"),
    .scopes = SCOPE_LIST,
    .rows = 14,
    .cols = 76,
    .draw = list_draw,
    .count = missing_count,
    .item = missing_item,
    .choose = missing_choose,
};
