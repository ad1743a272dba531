/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that are typed, and giving answers at all. */

#include "tui/script_entry.h"

#include <stdio.h>
#include <string.h>

#include "core/script_tree.h"
#include "core/text.h"
#include "tui/script_outline.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"
#include "tui/script_text.h"
#include "tui/script_typed.h"
#include "tui/when.h"

static const struct script_answers *answers_of(const struct tui *t)
{
    return t->view->offer.answers;
}

bool script_has_list(const struct script_item *item)
{
    return item->n_options > 0 || item->type == SCRIPT_OPEN_CHOICE;
}

bool script_is_open(const struct script_item *item)
{
    return script_is_question(item) && item->type != SCRIPT_BOOLEAN && !script_has_list(item);
}

bool script_is_typed(const struct tui *t)
{
    const struct script_item *it = script_question(t);
    return it && (script_is_open(it) ||
                  (it->type == SCRIPT_OPEN_CHOICE && t->script.option >= it->n_options));
}

/* --- giving --- */

static void say_closed(struct tui *t, size_t before)
{
    const size_t now = script_outline(t)->waiting;
    char text[200];
    if (now <= before)
        return;
    snprintf(text, sizeof text,
             ngettext("%zu answer of the branch that closed is kept and comes back with it.",
                      "%zu answers of the branch that closed are kept and come back with it.",
                      now - before),
             now - before);
    tui_say(t, WS_NOTICE_INFO, text);
}

bool script_give(struct tui *t, const struct script_value *value)
{
    return script_give_to(t, script_node_answer(answers_of(t), t->script.node), value);
}

bool script_give_to(struct tui *t, size_t answer, const struct script_value *value)
{
    static const struct script_value none = {.kind = SCRIPT_VALUE_NONE};
    struct err err = {0};
    const size_t waiting = script_outline(t)->waiting;
    tui_keep_form(t); /* a screen that dies with this answer was here, and nowhere before */
    enum err_code code = t->commands.answer(t->commands.arg, answer, value ? value : &none, &err);
    t->script.fault[0] = '\0';
    t->script.given_utc_s = t->view->now_utc_s;
    if (code == ERR_OK) {
        say_closed(t, waiting);
        return true;
    }
    const struct script_item *it = script_question(t);
    if (!err.sentence[0])
        err_set(&err, code, "%s", err_info(code)->sentence);
    if (it && value && code == ERR_INVALID)
        script_refusal(t, it, value, &err, t->script.fault, sizeof t->script.fault);
    else
        snprintf(t->script.fault, sizeof t->script.fault, "%s", gettext(err.sentence));
    return false;
}

/* --- the editor --- */

static void enter_answer(struct tui *t, size_t answer)
{
    struct script_place *p = &t->script;
    char text[EDIT_MAX];
    const struct script_value *value =
        answer == SCRIPT_END ? NULL : script_node_value(answers_of(t), answer);
    p->answer = answer;
    p->edited = false;
    p->fault[0] = '\0';
    edit_set(&p->edit, script_typed_text(script_question(t), value, text, sizeof text));
    explicit_bzero(text, sizeof text);
}

void script_entry_begin(struct tui *t)
{
    struct script_place *p = &t->script;
    const struct script_item *it = script_question(t);
    const bool words = it->type == SCRIPT_STRING || it->type == SCRIPT_TEXT ||
                       it->type == SCRIPT_URL || it->type == SCRIPT_OPEN_CHOICE;
    p->edit.max_chars = words ? it->max_length : 60;
    if (script_is_open(it)) {
        enter_answer(t, script_node_answer(answers_of(t), p->node));
        return;
    }
    const size_t own = script_own_words(t, p->node), chosen = script_chosen(t, p->node);
    if (own != SCRIPT_END)
        enter_answer(t, own);
    if (own != SCRIPT_END && !it->repeats)
        p->option = it->n_options;
    else
        p->option = chosen < it->n_options ? chosen : 0;
}

void script_entry_take(struct tui *t, const char *text)
{
    const struct script_item *it = script_question(t);
    if (!it || it->read_only || (!script_is_open(it) && it->type != SCRIPT_OPEN_CHOICE))
        return;
    if (it->type == SCRIPT_OPEN_CHOICE)
        t->script.option = it->n_options;
    edit_set(&t->script.edit, text);
    t->script.edited = true;
    (void)script_hand_over(t);
}

const char *script_draft(const struct tui *t)
{
    const struct script_place *p = &t->script;
    const struct script_item *it = script_question(t);
    if (!it || !p->edited || !script_is_typed(t))
        return "";
    const bool words = it->type == SCRIPT_STRING || it->type == SCRIPT_TEXT;
    return words && !p->fault[0] ? "" : p->edit.text;
}

/* The answer that the editor is for; SCRIPT_END: there is no room for it. */
static size_t place_of(struct tui *t)
{
    const struct script_item *it = script_question(t);
    if (!it->repeats)
        return script_node_answer(answers_of(t), t->script.node);
    if (it->type == SCRIPT_OPEN_CHOICE) {
        const size_t own = script_own_words(t, t->script.node);
        if (own != SCRIPT_END)
            return own;
        return script_make_way(t, it->n_options) ? script_room(t) : SCRIPT_END;
    }
    return t->script.answer != SCRIPT_END ? t->script.answer : script_room(t);
}

/* Nothing is typed: what was is taken away. Of an open choice only what had been typed. */
static bool give_nothing(struct tui *t)
{
    const struct script_item *it = script_question(t);
    if (it->type == SCRIPT_OPEN_CHOICE) {
        const size_t own = script_own_words(t, t->script.node);
        return own == SCRIPT_END || script_give_to(t, own, NULL);
    }
    if (it->repeats)
        return t->script.answer == SCRIPT_END || script_give_to(t, t->script.answer, NULL);
    return script_give(t, NULL);
}

bool script_hand_over(struct tui *t)
{
    const struct script_item *it = script_question(t);
    struct script_place *p = &t->script;
    if (!it || !p->edited || !(script_is_open(it) || it->type == SCRIPT_OPEN_CHOICE))
        return true;
    struct script_typed typed;
    bool given = script_typed_read(t, it, p->edit.text, &typed);
    if (!given) {
        snprintf(p->fault, sizeof p->fault, "%s", typed.wrong);
    } else if (typed.value.kind == SCRIPT_VALUE_NONE) {
        given = give_nothing(t);
    } else {
        const size_t place = place_of(t);
        given = place != SCRIPT_END && script_give_to(t, place, &typed.value);
        if (script_is_open(it) && it->repeats && place != SCRIPT_END)
            p->answer = place;
    }
    explicit_bzero(&typed, sizeof typed);
    p->edited = !given;
    return given;
}

static bool is_empty(const struct tui *t, size_t answer)
{
    return script_node_value(answers_of(t), answer)->kind == SCRIPT_VALUE_NONE;
}

/* The next one that says something, from an answer on; SCRIPT_END: none. */
static size_t skip_empty(const struct tui *t, size_t answer)
{
    while (answer != SCRIPT_NODE_NONE && is_empty(t, answer))
        answer = script_node_next_instance(answers_of(t), answer);
    return answer == SCRIPT_NODE_NONE ? SCRIPT_END : answer;
}

static size_t before(const struct tui *t, size_t answer)
{
    size_t found = SCRIPT_END;
    for (size_t k = skip_empty(t, script_node_answer(answers_of(t), t->script.node));
         k != SCRIPT_END && k != answer;
         k = skip_empty(t, script_node_next_instance(answers_of(t), k)))
        found = k;
    return found;
}

static bool is_full(const struct tui *t, const struct script_item *it)
{
    size_t n = 0;
    for (size_t k = script_node_answer(answers_of(t), t->script.node); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(answers_of(t), k))
        n += !is_empty(t, k);
    return it->max_occurs && n >= it->max_occurs;
}

bool script_entry_step(struct tui *t, bool forward)
{
    const struct script_item *it = script_question(t);
    if (!it || !it->repeats || it->read_only || !script_is_open(it))
        return false;
    const bool empty = !t->script.edit.len;
    if (!script_hand_over(t))
        return true;
    const size_t here = t->script.answer;
    if (!forward) {
        const size_t to = before(t, here);
        if (to != SCRIPT_END)
            enter_answer(t, to);
        return to != SCRIPT_END;
    }
    const size_t to = here == SCRIPT_END
                          ? SCRIPT_END
                          : skip_empty(t, script_node_next_instance(answers_of(t), here));
    if (to == SCRIPT_END && (empty || is_full(t, it)))
        return false;
    enter_answer(t, to);
    return true;
}

/* --- how it reads --- */

static const char *value_text(const struct tui *t, const struct script_item *it,
                              const struct script_value *v, char *ret, size_t size)
{
    char when[WHEN_SIZE];
    if (v->kind == SCRIPT_VALUE_BOOLEAN)
        snprintf(ret, size, "%s", v->boolean ? _("Yes") : _("No"));
    else if (it->type == SCRIPT_DATE || it->type == SCRIPT_DATETIME)
        snprintf(ret, size, "%s", when_moment(v->text ? v->text : "", when));
    else
        script_typed_text(it, v, ret, size);
    (void)t;
    return ret;
}

const char *script_one_text(const struct tui *t, size_t node, size_t answer, char *ret, size_t size)
{
    const struct script_item *it = script_item_of(t, node);
    const struct script_value *v = script_node_value(answers_of(t), answer);
    const size_t option = script_option_number(t, node, answer);
    char filled[512];
    ret[0] = '\0';
    if (v->kind == SCRIPT_VALUE_NONE)
        return ret;
    if (option < it->n_options)
        snprintf(ret, size, "%s",
                 script_text_of(t, it, &it->options[option].text, filled, sizeof filled));
    else
        value_text(t, it, v, ret, size);
    ret[text_cut(ret, strlen(ret), size - 1)] = '\0';
    return ret;
}

static size_t join(char *ret, size_t used, size_t size, const char *text)
{
    const int n =
        used + 1 < size ? snprintf(ret + used, size - used, "%s%s", used ? ", " : "", text) : 0;
    return used + (n > 0 ? (size_t)n : 0);
}

/* Options in their order, then what was typed. */
const char *script_answer_text(const struct tui *t, size_t node, char *ret, size_t size)
{
    const struct script_item *it = script_item_of(t, node);
    char text[512];
    size_t used = 0;
    ret[0] = '\0';
    if (!script_is_question(it))
        return ret;
    for (size_t i = 0; i < it->n_options; i++)
        if (script_has_option(t, node, i))
            used = join(ret, used, size,
                        script_text_of(t, it, &it->options[i].text, text, sizeof text));
    for (size_t k = script_node_answer(answers_of(t), node); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(answers_of(t), k)) {
        const bool typed = !it->n_options || script_option_number(t, node, k) == it->n_options;
        if (typed && *script_one_text(t, node, k, text, sizeof text))
            used = join(ret, used, size, text);
    }
    ret[text_cut(ret, strlen(ret), size - 1)] = '\0';
    return ret;
}

bool script_read_back(const struct tui *t, char *ret, size_t size)
{
    const struct script_item *it = script_question(t);
    const bool reads = it->type == SCRIPT_DATE || it->type == SCRIPT_DATETIME ||
                       it->type == SCRIPT_TIME || it->type == SCRIPT_QUANTITY;
    if (!reads || !t->script.edit.len)
        return false;
    struct script_typed typed;
    const bool good = script_typed_read(t, it, t->script.edit.text, &typed) &&
                      typed.value.kind != SCRIPT_VALUE_NONE;
    if (good)
        value_text(t, it, &typed.value, ret, size);
    explicit_bzero(&typed, sizeof typed);
    return good;
}

bool script_how_typed(const struct tui *t, char *ret, size_t size)
{
    const struct script_item *it = script_question(t);
    char units[200], filled[SCRIPT_TEXT_SIZE];
    /* For who types it, not for who is asked. */
    const char *hint = script_text_said(t, &it->hint, t->lang, filled, sizeof filled);
    if (it->type == SCRIPT_DATE)
        snprintf(ret, size, "%s", _("A date: 3/5, 3 May, yesterday, monday, 2020-05-03"));
    else if (*hint)
        snprintf(ret, size, "%s", hint);
    else if (it->type == SCRIPT_TIME)
        snprintf(ret, size, "%s", _("A time of day: 14:30, 14h30, 9h"));
    else if (it->type == SCRIPT_DATETIME)
        snprintf(ret, size, "%s", _("Day and time: 3/5 14:30, yesterday 9h, 2020-05-03 14:30"));
    else if (it->type == SCRIPT_QUANTITY && it->n_units)
        snprintf(ret, size, _("A number and its unit: %s"),
                 script_units(t, it, units, sizeof units));
    else if (it->type == SCRIPT_QUANTITY)
        snprintf(ret, size, "%s", _("A number and its unit"));
    else
        return false;
    return true;
}
