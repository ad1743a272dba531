/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/script_repeat.h"

#include <stdio.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/popup_list.h"
#include "tui/script_entry.h"
#include "tui/script_place.h"

static const struct script_answers *answers_of(const struct tui *t)
{
    return t->view->offer.answers;
}

/* --- instances of a group --- */

size_t script_instance(const struct tui *t, size_t node)
{
    for (; node != SCRIPT_END; node = script_node_above(answers_of(t), node)) {
        const struct script_item *it = script_item_of(t, node);
        if (it->type == SCRIPT_GROUP && it->repeats)
            return node;
    }
    return SCRIPT_END;
}

static size_t count_of(const struct script_answers *a, size_t node)
{
    size_t n = script_node_position(a, node) + 1;
    while ((node = script_node_next_instance(a, node)) != SCRIPT_NODE_NONE)
        n++;
    return n;
}

const char *script_instance_text(const struct tui *t, size_t instance, char *ret, size_t size)
{
    const struct script_answers *a = answers_of(t);
    char label[256];
    script_label(t, instance, label, sizeof label);
    snprintf(ret, size, _("%s: %zu of %zu"), label, script_node_position(a, instance) + 1,
             count_of(a, instance));
    return ret;
}

/* The answer of a question with several answers that the node stands under; SCRIPT_END: none. */
static size_t answer_above(const struct tui *t, size_t node)
{
    const struct script_answers *a = answers_of(t);
    for (size_t n = script_node_above(a, node); n != SCRIPT_END; n = script_node_above(a, n)) {
        const size_t question = script_node_above(a, n);
        if (script_item_of(t, n)->type == SCRIPT_GROUP)
            return SCRIPT_END; /* its number says which */
        if (question != SCRIPT_END && script_item_of(t, question) == script_item_of(t, n))
            return script_item_of(t, n)->repeats ? n : SCRIPT_END;
    }
    return SCRIPT_END;
}

bool script_answer_above_text(const struct tui *t, size_t node, char *ret, size_t size)
{
    const size_t answer = answer_above(t, node);
    ret[0] = '\0';
    return answer != SCRIPT_END &&
           *script_one_text(t, script_node_above(answers_of(t), answer), answer, ret, size);
}

const char *script_which(const struct tui *t, size_t node, char *ret, size_t size)
{
    const struct script_answers *a = answers_of(t);
    if (script_answer_above_text(t, node, ret, size))
        return ret;
    const size_t instance = script_instance(t, node);
    ret[0] = '\0';
    if (instance != SCRIPT_END && count_of(a, instance) > 1)
        snprintf(ret, size, "%zu", script_node_position(a, instance) + 1);
    return ret;
}

const char *script_section_text(const struct tui *t, size_t group, char *ret, size_t size)
{
    return script_item_of(t, group)->repeats ? script_instance_text(t, group, ret, size)
                                             : script_label(t, group, ret, size);
}

/* --- several options --- */

bool script_is_several(const struct tui *t)
{
    const struct script_item *it = script_question(t);
    return it && it->repeats && script_has_list(it);
}

/* The answer that is option number i, or SCRIPT_END. */
static size_t answer_of(const struct tui *t, size_t node, size_t i)
{
    const struct script_answers *a = answers_of(t);
    const struct script_value *option = &script_item_of(t, node)->options[i].value;
    for (size_t k = script_node_answer(a, node); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(a, k))
        if (script_same_value(option, script_node_value(a, k)))
            return k;
    return SCRIPT_END;
}

bool script_has_option(const struct tui *t, size_t node, size_t i)
{
    return answer_of(t, node, i) != SCRIPT_END;
}

size_t script_own_words(const struct tui *t, size_t node)
{
    const struct script_answers *a = answers_of(t);
    if (script_item_of(t, node)->type != SCRIPT_OPEN_CHOICE)
        return SCRIPT_END;
    for (size_t k = script_node_answer(a, node); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(a, k))
        if (script_node_value(a, k)->kind == SCRIPT_VALUE_TEXT &&
            script_option_number(t, node, k) == script_item_of(t, node)->n_options)
            return k;
    return SCRIPT_END;
}

size_t script_option_number(const struct tui *t, size_t node, size_t answer)
{
    const struct script_item *it = script_item_of(t, node);
    size_t i = 0;
    while (i < it->n_options &&
           !script_same_value(&it->options[i].value, script_node_value(answers_of(t), answer)))
        i++;
    return i;
}

static bool remove_answer(struct tui *t, size_t answer)
{
    struct err err = {0};
    size_t left;
    return tui_done(t, t->commands.repeat(t->commands.arg, answer, WS_REPEAT_REMOVE, &left, &err),
                    &err);
}

void script_clear_all(struct tui *t)
{
    const struct script_answers *a = answers_of(t);
    while (script_value_of(t, t->script.node))
        if (!remove_answer(t, script_node_answer(a, t->script.node)))
            return;
}

bool script_make_way(struct tui *t, size_t i)
{
    const struct script_item *it = script_question(t);
    const bool alone = i < it->n_options && it->options[i].exclusive;
    const size_t own = script_own_words(t, t->script.node);
    if (alone && own != SCRIPT_END && !remove_answer(t, own))
        return false;
    if (alone)
        edit_set(&t->script.edit, "");
    for (size_t k = 0; k < it->n_options; k++) {
        const bool apart = alone || it->options[k].exclusive;
        if (k == i || !apart || !script_has_option(t, t->script.node, k))
            continue;
        if (!remove_answer(t, answer_of(t, t->script.node, k)))
            return false;
        tui_say(t, WS_NOTICE_INFO, _("This answer stands alone: the others were taken away."));
    }
    return true;
}

size_t script_room(struct tui *t)
{
    const struct script_answers *a = answers_of(t);
    size_t last = script_node_answer(a, t->script.node);
    struct err err = {0};
    for (size_t k = last; k != SCRIPT_NODE_NONE; k = script_node_next_instance(a, k)) {
        if (script_node_value(a, k)->kind == SCRIPT_VALUE_NONE)
            return k;
        last = k;
    }
    const enum err_code code =
        t->commands.repeat(t->commands.arg, last, WS_REPEAT_ADD, &last, &err);
    return tui_done(t, code, &err) ? last : SCRIPT_END;
}

void script_toggle(struct tui *t, size_t i)
{
    const struct script_item *it = script_question(t);
    if (!it || it->read_only || i >= it->n_options)
        return;
    t->script.option = i;
    t->script.found[0] = '\0';
    const size_t is = answer_of(t, t->script.node, i);
    if (is != SCRIPT_END) {
        (void)remove_answer(t, is);
        return;
    }
    const size_t answer = script_make_way(t, i) ? script_room(t) : SCRIPT_END;
    if (answer != SCRIPT_END)
        script_give_to(t, answer, &it->options[i].value);
}

/* --- the popup --- */

static const struct {
    enum ws_repeat how;
    const char *text;
} rows[] = {
    {WS_REPEAT_ADD,    N_("One more, after this one")   },
    {WS_REPEAT_UP,     N_("Move this one up")           },
    {WS_REPEAT_DOWN,   N_("Move this one down")         },
    {WS_REPEAT_REMOVE, N_("Take this one away for good")},
};

static size_t repeat_count(const struct tui *t)
{
    (void)t;
    return sizeof rows / sizeof rows[0];
}

static void repeat_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    (void)t;
    list_draw_choice(row, i, false, role, gettext(rows[i].text));
}

/* The first question in it that is shown. */
static size_t page_in(const struct tui *t, size_t instance)
{
    for (size_t i = script_node_walk(answers_of(t), instance); i != SCRIPT_NODE_NONE;
         i = script_node_walk(answers_of(t), i))
        if (script_is_question(script_item_of(t, i)) && script_node_is_shown(answers_of(t), i))
            return i;
    return SCRIPT_END;
}

static void repeat_choose(struct tui *t, size_t i)
{
    struct err err = {0};
    const size_t instance = script_instance(t, t->script.node);
    size_t now = instance;
    tui_close_popup(t);
    if (instance == SCRIPT_END || !script_hand_over(t))
        return;
    tui_keep_form(t);
    const enum err_code code =
        t->commands.repeat(t->commands.arg, instance, rows[i].how, &now, &err);
    if (!tui_done(t, code, &err))
        return;
    const bool other = rows[i].how == WS_REPEAT_ADD || rows[i].how == WS_REPEAT_REMOVE;
    script_go(t, other ? page_in(t, now) : t->script.node);
}

void do_repeat(struct tui *t, int key)
{
    (void)key;
    if (t->script.node != SCRIPT_END && script_instance(t, t->script.node) != SCRIPT_END)
        tui_open(t, POPUP_REPEAT);
}

const struct popup popup_repeat = {
    .title = N_("There are several of these"),
    .scopes = SCOPE_LIST,
    .rows = 6,
    .cols = 44,
    .draw = list_draw,
    .count = repeat_count,
    .item = repeat_item,
    .choose = repeat_choose,
};
