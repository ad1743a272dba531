/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the script: answers, back and forth, jumps, submitting. */

#include <stdio.h>
#include <string.h>

#include "core/script_fault.h"
#include "core/text.h"
#include "core/utf8.h"
#include "tui/command.h"
#include "tui/script_entry.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"
#include "tui/script_text.h"
#include "tui/state.h"

/* A page longer than the screen is turned before it is left. */
#define TURN_LINES 8

void do_next(struct tui *t, int key)
{
    struct script_place *p = &t->script;
    if (key && p->hidden_below > 0) {
        p->scroll = p->hidden_below > TURN_LINES ? p->hidden_below - TURN_LINES : 0;
        p->hidden_below = p->scroll;
        return;
    }
    const bool step =
        key == '\r' || key == '\n' || key == KEY_BASE + KEY_ENTER || key == KEY_BASE + KEY_DOWN;
    if (step && script_entry_step(t, true))
        return;
    script_go(t, t->script.node == SCRIPT_END ? SCRIPT_END : script_page_after(t, t->script.node));
}

void do_previous(struct tui *t, int key)
{
    if (key == KEY_BASE + KEY_PPAGE && t->script.hidden_above > 0) {
        t->script.scroll +=
            t->script.hidden_above > TURN_LINES ? TURN_LINES : t->script.hidden_above;
        return;
    }
    if (key == KEY_BASE + KEY_UP && script_entry_step(t, false))
        return;
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

void do_clear(struct tui *t, int key)
{
    const struct script_item *it = script_question(t);
    size_t len = strlen(t->script.found);
    if (len && key != KEY_BASE + KEY_DC)
        t->script.found[text_cut(t->script.found, len, len - 1)] = '\0';
    else if (it && !it->read_only && script_is_several(t))
        script_clear_all(t);
    else if (it && !it->read_only && script_give(t, NULL))
        edit_set(&t->script.edit, "");
}

void do_option(struct tui *t, int key)
{
    const struct script_item *it = script_question(t);
    struct script_place *p = &t->script;
    p->found[0] = '\0';
    const size_t rows = it ? it->n_options + (it->type == SCRIPT_OPEN_CHOICE) : 0;
    if (!rows || !script_hand_over(t))
        return;
    if (key == KEY_BASE + KEY_DOWN)
        p->option = p->option + 1 < rows ? p->option + 1 : p->option;
    else if (p->option > 0)
        p->option--;
    else
        do_previous(t, key); /* up from the first option leaves the question */
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
    bool searched = t->script.found[0] != '\0';
    if (it && t->script.option >= it->n_options) {
        do_next(t, 0);
        return;
    }
    if (script_is_several(t)) { /* Enter goes on, unless it takes what was searched for */
        if (key == ' ' || searched)
            script_toggle(t, t->script.option);
        else
            do_next(t, key);
        return;
    }
    /* Enter on a question that already has this answer just goes on. */
    if (it && key != ' ' && !searched && script_chosen(t, t->script.node) == t->script.option)
        do_next(t, key);
    else
        choose_option(t, t->script.option);
}

void do_option_type(struct tui *t, int key)
{
    const struct script_item *it = script_question(t);
    struct script_place *p = &t->script;
    char wanted[sizeof p->found + 4] = "";
    size_t len = strlen(p->found);
    memcpy(wanted, p->found, len);
    wanted[len + utf8_encode((uint32_t)key, wanted + len)] = '\0';
    if (strlen(wanted) >= sizeof p->found)
        return;
    for (size_t i = 0; it && i < it->n_options; i++) {
        char filled[256];
        const char *text = script_text_spoken(t, &it->options[i].text, filled, sizeof filled);
        if (!text_matches(text, wanted))
            continue;
        p->option = i;
        memcpy(p->found, wanted, sizeof p->found);
        return;
    }
    if (it && it->type == SCRIPT_OPEN_CHOICE && !it->read_only) { /* so it is none of them */
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
    if (script_hand_over(t))
        tui_open(t, POPUP_QUESTIONS);
}

void do_unanswered(struct tui *t, int key)
{
    (void)key;
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
    if (!script_hand_over(t))
        return;
    if (script_missing_nodes(t->view->offer.answers, NULL, 0)) {
        tui_open(t, POPUP_MISSING);
        return;
    }
    if (tui_done(t, t->commands.submit(t->commands.arg, &err), &err))
        script_go(t, SCRIPT_END);
}
