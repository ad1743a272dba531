/* SPDX-License-Identifier: Apache-2.0 */
/* A demonstration's simulated person: asked, they answer what their file says, at a key or by
 * themselves; then the walk goes on to the next question. What the file does not answer is left to
 * whoever sits at the keyboard. */

#include <stdio.h>

#include "core/script_play.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/script_place.h"

static bool is_playing(const struct tui *t)
{
    return t->options.demo && t->options.demo->said && !t->options.demo->is_broken &&
           t->view->offer.answers && t->script.started && !t->view->offer.submitted;
}

static bool has_answer(const struct tui *t)
{
    return script_play_has(t->view->offer.answers, t->options.demo->said, t->script.node);
}

static bool is_given(const struct tui *t)
{
    return script_play_is_given(t->view->offer.answers, t->options.demo->said, t->script.node);
}

/* --- what they say --- */

static void print_given(const struct tui *t, struct buf *out)
{
    const char *lang = script_language(t);
    char tag[16], name[264];
    snprintf(tag, sizeof tag, "%s", lang);
    const struct script_words words = {.lang = lang, .translate = script_words_spoken, .arg = tag};
    buf_str(out, person_name(t, name, sizeof name));
    buf_str(out, ": ");
    script_play_print(t->view->offer.answers, t->options.demo->said, t->script.node, &words, out);
}

static enum role print_state(const struct tui *t, struct buf *out)
{
    const struct demo_view *d = t->options.demo;
    char key[16];
    command_key_text(command_of(do_demo_play), key, sizeof key);
    if (!d->said) {
        buf_printf(out, _("%s cannot be used: F6 says why."), d->play);
        return ROLE_ERROR;
    }
    if (t->script.node == SCRIPT_END) {
        buf_str(out, _("The person has nothing more to say."));
        return ROLE_DIM;
    }
    if (!has_answer(t)) {
        buf_printf(out, _("%s has no answer to this question: it is yours."), d->play);
        return ROLE_WARNING;
    }
    if (is_given(t)) {
        print_given(t, out);
        return ROLE_CHOSEN;
    }
    if (d->pace_s && !t->demo_paused)
        buf_printf(out, _("The person thinks… %s: let them wait"), key);
    else
        buf_printf(out, _("%s: what the person answers"), key);
    return ROLE_DIM;
}

int demo_play_draw(const struct tui *t, struct area a)
{
    const struct demo_view *d = t->options.demo;
    if (!d->play || !t->script.started)
        return 0;
    CLEANUP_BUF struct buf text = {0};
    char title[96];
    const enum role role = print_state(t, &text);
    if (!d->pace_s)
        snprintf(title, sizeof title, "%s", _("Simulated person"));
    else if (t->demo_paused)
        snprintf(title, sizeof title, "%s", _("Simulated person, waiting"));
    else
        snprintf(title, sizeof title,
                 ngettext("Simulated person, every second", "Simulated person, every %d seconds",
                          (unsigned long)d->pace_s),
                 (int)d->pace_s);
    draw_rule(a, a.rows - 2, title);
    draw_text(a, a.rows - 1, 2, a.cols - 4, role, buf_text(&text));
    return 2;
}

/* --- what they do --- */

static bool grow(struct tui *t, size_t to)
{
    const struct demo_commands *c = &t->options.demo_commands;
    struct err err = {0};
    bool grown = false;
    const enum err_code code = c->grow(c->arg, t->script.node, to, &grown, &err);
    return code == ERR_OK ? grown : tui_done(t, code, &err);
}

size_t demo_page_after(struct tui *t)
{
    const size_t next = script_page_after(t, t->script.node);
    return is_playing(t) && grow(t, next) ? script_page_after(t, t->script.node) : next;
}

static void go_on(struct tui *t)
{
    script_go(t, demo_page_after(t));
}

/* The rule that a refused answer breaks is said; the walk goes on without it. */
static void answer(struct tui *t)
{
    const struct demo_commands *c = &t->options.demo_commands;
    struct err err = {0};
    t->demo_said = t->script.node;
    tui_done(t, c->say(c->arg, t->script.node, &err), &err);
    script_changed(t); /* the line editor has it, too */
}

/* False: it is for somebody else to answer. */
static bool step(struct tui *t)
{
    if (!is_playing(t) || t->script.node == SCRIPT_END || !script_hand_over(t))
        return false;
    const struct script_item *it = script_question(t);
    if (has_answer(t) && !it->read_only && !is_given(t) && t->demo_said != t->script.node)
        answer(t);
    else if (has_answer(t) || it->read_only || script_value_of(t, t->script.node))
        go_on(t);
    else
        return false;
    return true;
}

void tui_play(struct tui *t)
{
    if (!t->demo_paused && t->popup == POPUP_NONE && !t->too_small && !t->script.edited)
        (void)step(t);
}

void do_demo_play(struct tui *t, int key)
{
    (void)key;
    if (t->options.demo->pace_s)
        t->demo_paused = !t->demo_paused;
    else if (!step(t) && is_playing(t) && t->script.node != SCRIPT_END && !t->script.fault[0])
        tui_say(t, WS_NOTICE_INFO, _("Answer it, or go on without an answer with Tab."));
}
