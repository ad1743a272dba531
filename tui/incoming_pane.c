/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody calls whom no queue sent. It takes no key that a text could have: who types goes on. */

#include <stdio.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/when.h"

bool incoming_is_up(const struct tui *t)
{
    return t->view->login == WS_SIGNED_IN && call_is_up(&t->view->incoming.call);
}

static const char *from(const struct tui *t)
{
    const char *words = t->view->incoming.from;
    return words[0] ? words : _("Unknown number");
}

static bool is_answered(const struct tui *t)
{
    const enum call_state state = t->view->incoming.call.state;
    return state == CALL_TALKING || state == CALL_HELD;
}

static const char *state_text(const struct tui *t, char *ret, size_t size)
{
    const struct call *call = &t->view->incoming.call;
    char time[WHEN_SIZE];
    if (!is_answered(t))
        return _("SOMEBODY CALLS YOU");
    snprintf(ret, size, "%s %s",
             call->peer_holds ? _("They put you on hold") : gettext(call_state_text(call->state)),
             when_seconds(t->view->now_utc_s - call->answered_utc_s, time));
    return ret;
}

/* A key and its word, at x; returns where the next one begins. */
static int draw_word(struct area a, int y, int x, action *run, const char *text, enum role role)
{
    char key[16];
    command_key_text(command_of(run), key, sizeof key);
    return x + draw_format(a, y, x, -1, role, " %s  %s ", key, text) + 2;
}

static void draw_words(struct tui *t, struct area a, int y, int x)
{
    const struct call *call = &t->view->incoming.call;
    if (!is_answered(t)) {
        x = draw_word(a, y, x, do_incoming_take, _("Answer"), ROLE_FOCUS);
        draw_word(a, y, x, do_incoming_end, _("Decline"), ROLE_BANNER);
        return;
    }
    x = draw_word(a, y, x, do_incoming_mute, call->muted ? _("MUTED") : _("Mute"),
                  call->muted ? ROLE_ON : ROLE_BANNER);
    x = draw_word(a, y, x, do_incoming_hold, call->state == CALL_HELD ? _("ON HOLD") : _("Hold"),
                  call->state == CALL_HELD ? ROLE_ON : ROLE_BANNER);
    draw_word(a, y, x, do_incoming_end, _("End call"), ROLE_BANNER);
}

void incoming_draw(struct tui *t, struct area a)
{
    char text[128];
    for (int y = 0; y < a.rows; y++)
        draw_fill(a, y, ROLE_BANNER);
    draw_text(a, 0, 3, -1, ROLE_BANNER, state_text(t, text, sizeof text));
    draw_text(a, 1, 3, a.cols - 6, ROLE_BANNER, from(t));
    draw_words(t, a, 3, 2);
}

int incoming_draw_small(struct tui *t, struct area a, int y)
{
    char text[128];
    int rows = draw_wrapped(a, y, 0, ROLE_WARNING, state_text(t, text, sizeof text));
    rows += draw_wrapped(a, y + rows, 0, ROLE_TEXT, from(t));
    draw_words(t, a, y + rows, 0);
    return rows + 1;
}

void incoming_follow(struct tui *t)
{
    const struct ws_incoming *in = &t->view->incoming;
    const enum call_state before = t->incoming;
    char text[sizeof in->from + 128];
    t->incoming = in->call.state;
    if (in->call.state != CALL_ENDED || before == CALL_ENDED || before == CALL_NONE ||
        (before == CALL_INCOMING && in->call.end == CALL_END_BY_AGENT))
        return;
    snprintf(text, sizeof text, "%s: %s", gettext(call_end_text(in->call.end)), from(t));
    tui_say(t, in->call.end == CALL_END_MISSED ? WS_NOTICE_WARNING : WS_NOTICE_INFO, text);
}

void do_incoming_take(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    tui_done(t, t->commands.take_call(t->commands.arg, &err), &err);
}

void do_incoming_mute(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    tui_done(t, t->commands.mute(t->commands.arg, !t->view->incoming.call.muted, &err), &err);
}

void do_incoming_hold(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    const bool on = t->view->incoming.call.state != CALL_HELD;
    tui_done(t, t->commands.hold(t->commands.arg, on, &err), &err);
}

void do_incoming_end(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    tui_done(t, t->commands.end_call(t->commands.arg, &err), &err);
}
