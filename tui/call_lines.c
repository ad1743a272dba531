/* SPDX-License-Identifier: Apache-2.0 */
/* Under the toolbar: how the call is; while an expert is consulted or the person is handed on, both
 * calls and who hears the agent. Words before colours: what is on hold must not be guessed. */

#include <stdio.h>
#include <string.h>

#include "core/phone.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/when.h"

#define WIDE_FROM_COLS 110 /* the state has room beside the tools */

bool call_lines_are_wide(struct area a)
{
    return a.cols >= WIDE_FROM_COLS;
}

const char *target_text(const struct target *target, const char *name, char *ret, size_t size)
{
    char number[PHONE_TEXT_SIZE] = "";
    if (!name[0] && target->kind == TARGET_NUMBER)
        phone_format(target->value, number);
    snprintf(ret, size, "%s", name[0] ? name : number[0] ? number : target->value);
    return ret;
}

/* Since when the call is as it is; 0 = no time is to be told. */
static int64_t since_of(const struct call *call)
{
    switch (call->state) {
    case CALL_DIALLING:
        return call->dialled_utc_s;
    case CALL_RINGING:
        return call->rang_utc_s ? call->rang_utc_s : call->dialled_utc_s;
    case CALL_TALKING:
    case CALL_HELD:
    case CALL_TRANSFERRING:
    case CALL_INCOMING:
        return call->answered_utc_s;
    case CALL_NONE:
    case CALL_ENDED:
        break;
    }
    return 0;
}

static const char *state_words(const struct call *call, bool pending)
{
    if (call->state == CALL_NONE)
        return pending ? _("Asking for permission…") : _("No call");
    if (call->state == CALL_ENDED)
        return gettext(call_end_text(call->end));
    return call->peer_holds ? _("They put you on hold") : gettext(call_state_text(call->state));
}

const char *call_state_line(const struct tui *t, const struct call *call, bool pending, char *ret,
                            size_t size)
{
    char time[WHEN_SIZE];
    const int64_t since = since_of(call);
    if (since)
        snprintf(ret, size, "%s %s", state_words(call, pending),
                 when_seconds(t->view->now_utc_s - since, time));
    else
        snprintf(ret, size, "%s", state_words(call, pending));
    return ret;
}

enum role call_role(const struct call *call)
{
    switch (call->state) {
    case CALL_TALKING:
        return call->peer_holds ? ROLE_WARNING : ROLE_OK;
    case CALL_HELD:
        return ROLE_ON;
    case CALL_NONE:
    case CALL_DIALLING:
    case CALL_RINGING:
    case CALL_TRANSFERRING:
    case CALL_INCOMING:
        return ROLE_COUNTDOWN;
    case CALL_ENDED:
        break;
    }
    return ROLE_STRONG;
}

/* The words in their colour, the time behind them in plain letters: each second costs a slow line
 * half as much. Returns the columns. */
static int draw_state(const struct tui *t, struct area a, int y, int x, const struct call *call,
                      bool pending)
{
    char time[WHEN_SIZE];
    const int64_t since = since_of(call);
    const bool on = call->state == CALL_HELD;
    int used =
        draw_format(a, y, x, -1, call_role(call), on ? " %s " : "%s", state_words(call, pending));
    if (since)
        used += 1 + draw_text(a, y, x + used + 1, -1, ROLE_TEXT,
                              when_seconds(t->view->now_utc_s - since, time));
    return used;
}

static bool is_consulting(const struct tui *t)
{
    const struct ws_consult *c = &t->view->offer.consult;
    return c->pending || c->there;
}

static bool is_transferring(const struct tui *t)
{
    const struct ws_transfer *tr = &t->view->offer.transfer;
    return tr->pending || tr->failed || t->view->offer.call.state == CALL_TRANSFERRING;
}

/* Both calls with their states. */
static void draw_both(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    char name[192];
    int x = 1;
    x += draw_text(a, y, x, -1, ROLE_DIM, _("Person")) + 1;
    x += draw_state(t, a, y, x, &o->call, false) + 1;
    x += draw_text(a, y, x, -1, ROLE_DIM, draw_sign(a, SIGN_DOT)) + 1;
    x += draw_text(a, y, x, -1, ROLE_DIM, _("Expert")) + 1;
    x += draw_state(t, a, y, x, &o->consult.call, o->consult.pending) + 1;
    draw_format(a, y, x, -1, ROLE_STRONG, "(%s)",
                target_text(&o->consult.target, o->consult.name, name, sizeof name));
}

static const char *ear_words(const struct ws_offer *o)
{
    const enum ws_ear ear = workstation_ear(o);
    const bool muted = ear == WS_EAR_EXPERT ? o->consult.call.muted : o->call.muted;
    const bool gone = o->call.state == CALL_ENDED;
    if (ear != WS_EAR_NOBODY && muted)
        return _("Your microphone is off: nobody hears you.");
    if (ear == WS_EAR_EXPERT)
        return gone ? _("The expert hears you; the person has hung up.")
                    : _("The expert hears you; the person is on hold.");
    if (ear == WS_EAR_PERSON)
        return call_is_up(&o->consult.call) ? _("The person hears you; the expert is on hold.")
                                            : _("The person hears you.");
    if (call_is_up(&o->consult.call) && o->consult.call.state != CALL_HELD)
        return _("Nobody hears you yet; the person is on hold.");
    return gone ? _("Nobody hears you.") : _("Nobody hears you: the person is on hold.");
}

static void draw_ear(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    const bool warns = workstation_ear(o) == WS_EAR_NOBODY;
    int x = 1 + draw_text(a, y, 1, -1, warns ? ROLE_WARNING : ROLE_STRONG, ear_words(o));
    if (o->state == HOLD_CALL || !call_is_up(&o->consult.call))
        return;
    char key[16]; /* no toolbar says it */
    command_key_text(command_of(do_end_call), key, sizeof key);
    draw_key(a, y, x + 2, ROLE_KEY, ROLE_TEXT, key, _("End expert"));
}

static void draw_transfer(struct tui *t, struct area a, int y)
{
    const struct ws_transfer *tr = &t->view->offer.transfer;
    char name[192];
    target_text(&tr->target, tr->name, name, sizeof name);
    if (tr->failed && tr->has_target)
        draw_format(a, y, 1, -1, ROLE_WARNING, _("Not transferred to %s: %s"), name, tr->reason);
    else if (tr->failed)
        draw_format(a, y, 1, -1, ROLE_WARNING, _("Not transferred: %s"), tr->reason);
    else if (tr->has_target)
        draw_format(a, y, 1, -1, ROLE_COUNTDOWN,
                    _("To %s. The person comes back when nobody answers."), name);
    else
        draw_text(a, y, 1, -1, ROLE_COUNTDOWN, _("The person comes back when nobody answers."));
}

/* What is wrong with the line that is heard. */
static void draw_line(struct tui *t, struct area a, int y, int left)
{
    char text[160];
    const struct line_quality *line = call_lines_line(t);
    if (!toolbar_line_text(line, text, sizeof text))
        return;
    int x = a.cols - 1 - draw_width(text);
    draw_text(a, y, x > left ? x : left, a.cols - 1 - left,
              line->grade == LINE_POOR ? ROLE_WARNING : ROLE_COUNTDOWN, text);
}

const struct line_quality *call_lines_line(const struct tui *t)
{
    const struct ws_offer *o = &t->view->offer;
    return workstation_ear(o) == WS_EAR_EXPERT ? &o->consult.line : &o->line;
}

int call_lines_draw(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    const int top = y;
    if (is_consulting(t)) {
        draw_both(t, a, y++);
        draw_ear(t, a, y);
        draw_line(t, a, y++, 50);
        return y - top;
    }
    if (o->state != HOLD_CALL)
        return 0;
    if (!call_lines_are_wide(a)) {
        int x = 1 + draw_state(t, a, y, 1, &o->call, o->dial_pending);
        draw_line(t, a, y++, x + 2);
    }
    if (is_transferring(t))
        draw_transfer(t, a, y++);
    return y - top;
}
