/* SPDX-License-Identifier: Apache-2.0 */
/* The questions of the script: beside it on a wide screen, and as lists to jump from. */

#include <stdio.h>

#include "core/script_fault.h"
#include "core/text.h"
#include "tui/panes.h"
#include "tui/popup_list.h"
#include "tui/script_place.h"

#define QUESTIONS_MAX 2048

static size_t first_question(const struct tui *t)
{
    const struct script_answers *a = t->view->offer.answers;
    size_t i = script_node_next(a, SCRIPT_NODE_NONE);
    while (i != SCRIPT_END && !script_is_question(script_item_of(t, i)))
        i = script_node_next(a, i);
    return i;
}

static void draw_question(const struct tui *t, struct area row, size_t node, enum role role)
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
    snprintf(text, sizeof text, "%s", label);
    draw_text(row, 0, 2, answered ? room - answer_cols - 1 : room, role, text);
    if (answered)
        draw_text(row, 0, row.cols - answer_cols, answer_cols,
                  role == ROLE_FOCUS ? role : ROLE_CHOSEN, answer);
}

void question_list_draw(const struct tui *t, struct area a)
{
    if (!t->view->offer.script || !t->view->offer.answers || !t->script.started)
        return;
    struct script_count n = script_counted(t);
    char title[64];
    snprintf(title, sizeof title, _("%zu of %zu answered"), n.answered, n.questions);
    draw_rule(a, 0, title);
    struct area list = area_part(a, 2, 1, -1, -2);
    size_t place = n.place ? n.place - 1 : n.questions;
    size_t rows = (size_t)list.rows, skip = 0;
    if (n.questions > rows && place >= rows / 2)
        skip = place - rows / 2;
    if (n.questions > rows && skip + rows > n.questions)
        skip = n.questions - rows;
    size_t i = first_question(t), number = 0;
    for (; i != SCRIPT_END && number < skip + rows; i = script_page_after(t, i), number++)
        if (number >= skip)
            draw_question(t, area_part(list, (int)(number - skip), 0, 1, -1), i,
                          i == t->script.node ? ROLE_FOCUS : ROLE_TEXT);
}

/* --- the list to jump from --- */

static size_t questions_count(const struct tui *t)
{
    size_t n = 0;
    if (!t->view->offer.answers)
        return 0;
    for (size_t i = first_question(t); i != SCRIPT_END && n < QUESTIONS_MAX;
         i = script_page_after(t, i))
        n++;
    return n;
}

static size_t question_at(const struct tui *t, size_t number)
{
    size_t i = first_question(t);
    while (number-- && i != SCRIPT_END)
        i = script_page_after(t, i);
    return i;
}

static void questions_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    size_t item = question_at(t, i);
    if (item != SCRIPT_END)
        draw_question(t, row, item, role);
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
    struct script_fault faults[QUESTIONS_MAX];
    size_t n = script_missing_nodes(t->view->offer.answers, faults, QUESTIONS_MAX);
    return i < n && i < QUESTIONS_MAX ? faults[i].node : SCRIPT_END;
}

static size_t missing_count(const struct tui *t)
{
    return t->view->offer.answers ? script_missing_nodes(t->view->offer.answers, NULL, 0) : 0;
}

static void missing_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    size_t node = missing_at(t, i);
    if (node != SCRIPT_END)
        draw_question(t, row, node, role);
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
