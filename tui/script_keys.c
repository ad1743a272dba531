/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the script: answers, back and forth, jumps, submitting. */

#include <stdio.h>
#include <string.h>

#include "core/script_fault.h"
#include "core/text.h"
#include "core/utf8.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/script_entry.h"
#include "tui/script_options.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"
#include "tui/script_text.h"
#include "tui/state.h"

/* A page longer than the screen is turned before it is left; a line of what was read stays. */
#define TURN_LINES 8

static int turn_lines(const struct tui *t)
{
    return t->script.drawn.upper > 1 ? t->script.drawn.upper - 1 : TURN_LINES;
}

void do_next(struct tui *t, int key)
{
    struct script_place *p = &t->script;
    if (key && p->hidden_below > 0) {
        p->scroll = p->hidden_below > turn_lines(t) ? p->hidden_below - turn_lines(t) : 0;
        p->hidden_below = p->scroll;
        return;
    }
    const bool step =
        key == '\r' || key == '\n' || key == KEY_BASE + KEY_ENTER || key == KEY_BASE + KEY_DOWN;
    if (step && script_entry_step(t, true))
        return;
    if (!script_may_leave(t)) /* what is handed over may open what comes next */
        return;
    if (t->script.node == SCRIPT_END)
        return;
    script_go(t, t->options.demo ? demo_page_after(t) : script_page_after(t, t->script.node));
}

void do_previous(struct tui *t, int key)
{
    if (key == KEY_BASE + KEY_PPAGE && t->script.hidden_above > 0) {
        t->script.scroll +=
            t->script.hidden_above > turn_lines(t) ? turn_lines(t) : t->script.hidden_above;
        return;
    }
    if (key == KEY_BASE + KEY_UP && script_entry_step(t, false))
        return;
    if (script_may_leave(t))
        script_go(t, script_page_before(t, t->script.node));
}

static void answer_yes_no(struct tui *t, bool yes)
{
    const struct script_item *it = script_question(t);
    struct script_value value = {
        .kind = SCRIPT_VALUE_BOOLEAN, .type = SCRIPT_BOOLEAN, .boolean = yes};
    if (it && !it->read_only && script_give(t, &value))
        do_next(t, 0);
}

void do_yes(struct tui *t, int key)
{
    (void)key;
    answer_yes_no(t, true);
}

void do_no(struct tui *t, int key)
{
    (void)key;
    answer_yes_no(t, false);
}

/* One character less is searched for. */
static void shorten_search(struct tui *t)
{
    struct script_place *p = &t->script;
    const struct script_item *it = script_question(t);
    const size_t len = strlen(p->found);
    p->found[text_cut(p->found, len, len - 1)] = '\0';
    p->on_row = false;
    if (p->found[0] && script_options_are_many(it) && !script_option_fits(t, p->option)) {
        const size_t first = script_option_find(t, p->found);
        p->option = first < it->n_options ? first : p->option;
    }
}

void do_clear(struct tui *t, int key)
{
    const struct script_item *it = script_question(t);
    if (!it)
        return;
    if (key != KEY_BASE + KEY_DC && t->script.found[0])
        shorten_search(t);
    else if (it->read_only || (key != KEY_BASE + KEY_DC && script_options_are_many(it)))
        return; /* who holds the key to empty the search loses no answer */
    else if (script_is_several(t))
        script_clear_all(t);
    else if (script_give(t, NULL))
        edit_set(&t->script.edit, "");
}

void do_option(struct tui *t, int key)
{
    const struct script_item *it = script_question(t);
    struct script_place *p = &t->script;
    if (!it || !script_option_rows(it) || !script_hand_over(t))
        return;
    if (!script_options_are_many(it))
        p->found[0] = '\0';
    const bool down = key == KEY_BASE + KEY_DOWN;
    const size_t beside = script_option_beside(t, p->option, down);
    if (beside == p->option && !down && !p->found[0]) {
        do_previous(t, key); /* up from the first option leaves the question */
        return;
    }
    p->option = beside;
    p->on_row = script_option_fits(t, p->option); /* else the search is where the agent is */
}

static void choose_option(struct tui *t, size_t option)
{
    const struct script_item *it = script_question(t);
    if (!it || it->read_only || option >= it->n_options)
        return;
    t->script.option = option;
    t->script.found[0] = '\0';
    t->script.edited = false;
    if (!script_give(t, &it->options[option].value))
        return;
    edit_set(&t->script.edit, "");
    do_next(t, 0);
}

void do_option_choose(struct tui *t, int key)
{
    const struct script_item *it = script_question(t);
    const bool searched = t->script.found[0] != '\0';
    if (!it)
        return;
    if (t->script.option >= it->n_options) {
        do_next(t, 0);
        return;
    }
    if (key == ' ' && searched && script_options_are_many(it)) {
        do_option_type(t, key);
        return;
    }
    if (!script_option_fits(t, t->script.option))
        return;                 /* nothing does: Enter takes nothing */
    if (script_is_several(t)) { /* Enter goes on, unless it takes what was searched for */
        if (key == ' ' || searched)
            script_toggle(t, t->script.option);
        else
            do_next(t, key);
        return;
    }
    /* Enter on a question that already has this answer just goes on. */
    if (key != ' ' && !searched && script_chosen(t, t->script.node) == t->script.option)
        do_next(t, key);
    else
        choose_option(t, t->script.option);
}

void do_option_type(struct tui *t, int key)
{
    const struct script_item *it = script_question(t);
    struct script_place *p = &t->script;
    char wanted[sizeof p->found + 4] = "";
    const size_t len = strlen(p->found);
    if (!it)
        return;
    memcpy(wanted, p->found, len);
    wanted[len + utf8_encode((uint32_t)key, wanted + len)] = '\0';
    if (strlen(wanted) >= sizeof p->found)
        return;
    const size_t first = script_option_find(t, wanted);
    if (first < it->n_options || (script_options_are_many(it) && it->type != SCRIPT_OPEN_CHOICE)) {
        p->option = first < it->n_options ? first : p->option;
        p->on_row = false;
        memcpy(p->found, wanted, sizeof p->found);
    } else if (it->type == SCRIPT_OPEN_CHOICE && !it->read_only) { /* so it is none of them */
        p->option = it->n_options;
        p->found[0] = '\0';
        edit_set(&p->edit, wanted);
        p->edited = true;
    }
}

void do_option_digit(struct tui *t, int key)
{
    const size_t option = (size_t)(key - '1');
    if (t->script.found[0]) { /* of the word that is searched for, never an answer */
        do_option_type(t, key);
        return;
    }
    if (script_is_several(t))
        script_toggle(t, option);
    else
        choose_option(t, option);
}

void do_questions(struct tui *t, int key)
{
    (void)key;
    if (script_may_leave(t))
        tui_open(t, POPUP_QUESTIONS);
}

void do_unanswered(struct tui *t, int key)
{
    (void)key;
    if (!script_may_leave(t))
        return;
    size_t here = t->script.node;
    size_t i = here == SCRIPT_END ? SCRIPT_END : script_page_after(t, here);
    while (i != SCRIPT_END && script_value_of(t, i))
        i = script_page_after(t, i);
    if (i ==
        SCRIPT_END) { /* none behind: the first one that keeps the script from being complete */
        struct script_fault first;
        i = script_missing_nodes(t->view->offer.answers, &first, 1) ? first.node : SCRIPT_END;
    }
    script_go(t, i);
}

void do_language(struct tui *t, int key)
{
    (void)key;
    const char *langs[16];
    size_t n = script_languages(t, langs, sizeof langs / sizeof langs[0]), next = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(langs[i], script_language(t)) == 0)
            next = (i + 1) % n;
    if (n)
        snprintf(t->script.language, sizeof t->script.language, "%s", langs[next]);
}

void do_submit(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    if (!script_may_leave(t))
        return;
    if (script_missing_nodes(t->view->offer.answers, NULL, 0)) {
        tui_open(t, POPUP_MISSING);
        return;
    }
    const size_t left = script_left(t);
    if (t->script.edited || left != SCRIPT_END) { /* nothing that was typed goes by unseen */
        if (!t->script.edited)
            script_go(t, left);
        tui_say(t, WS_NOTICE_WARNING,
                _("This answer is not accepted yet: mend it, or empty it, then submit."));
        return;
    }
    if (tui_done(t, t->commands.submit(t->commands.arg, &err), &err))
        script_go(t, SCRIPT_END);
}
