/* SPDX-License-Identifier: Apache-2.0 */
/* The toolbar of a call, and what its keys do. */

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/script_place.h"
#include "tui/when.h"

static int draw_tool(struct area a, int y, int x, action *run, const char *text, bool on,
                     bool possible)
{
    char key[16];
    command_key_text(command_of(run), key, sizeof key);
    int used = draw_text(a, y, x, -1, possible ? ROLE_KEY : ROLE_DISABLED, key);
    used += 1;
    if (on) {
        char shown[64];
        snprintf(shown, sizeof shown, " %s ", text);
        return used + draw_text(a, y, x + used, -1, ROLE_ON, shown);
    }
    return used + draw_text(a, y, x + used, -1, possible ? ROLE_TEXT : ROLE_DISABLED, text);
}

const char *toolbar_call_text(const struct tui *t, char *ret, size_t size)
{
    const struct ws_offer *o = &t->view->offer;
    const struct call *call = &o->call;
    char time[WHEN_SIZE];
    int64_t since = 0;
    switch (call->state) {
    case CALL_NONE:
        snprintf(ret, size, "%s", o->dial_pending ? _("Asking for permission…") : _("No call"));
        return ret;
    case CALL_ENDED:
        snprintf(ret, size, "%s", gettext(call_end_text(call->end)));
        return ret;
    case CALL_DIALLING:
        since = call->dialled_utc_s;
        break;
    case CALL_RINGING:
        since = call->rang_utc_s ? call->rang_utc_s : call->dialled_utc_s;
        break;
    case CALL_TALKING:
    case CALL_HELD:
    case CALL_TRANSFERRING:
        since = call->answered_utc_s;
        break;
    }
    snprintf(ret, size, "%s %s",
             call->peer_holds ? _("They put you on hold") : gettext(call_state_text(call->state)),
             when_seconds(t->view->now_utc_s - since, time));
    return ret;
}

static enum role call_role(const struct call *call)
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
        return ROLE_COUNTDOWN;
    case CALL_ENDED:
        break;
    }
    return ROLE_STRONG;
}

/* After the call, while the script is looked at: the minute runs. */
static void draw_closing(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    char time[WHEN_SIZE], key[16];
    int64_t left = o->deadline_utc_s - t->view->now_utc_s;
    int x = 1 + draw_text(a, y, 1, -1, ROLE_STRONG, _("After-call work"));
    if (o->state == HOLD_OVERDUE)
        x += 1 + draw_format(a, y, x + 1, -1, ROLE_LATE, " %s ", _("Time is up"));
    else
        x += 1 + draw_format(a, y, x + 1, -1, left <= ACW_RED_S ? ROLE_LATE : ROLE_COUNTDOWN,
                             " %s ", when_seconds(left, time));
    command_key_text(command_of(do_see_script), key, sizeof key);
    draw_key(a, y, x + 2, ROLE_KEY, ROLE_TEXT, key, _("Wrap-up code"));
    draw_right(a, y, a.cols - 1, ROLE_DIM, gettext(call_end_text(o->call.end)));
}

/* The time at the end of the text in plain letters: each second costs a slow line half as much. */
static void draw_plain_time(struct area a, int y, const char *text)
{
    const char *time = strrchr(text, ' ');
    if (time && time[1] >= '0' && time[1] <= '9')
        draw_right(a, y, a.cols - 1, ROLE_TEXT, time + 1);
}

static void fault_text(const struct line_quality *line, char *ret, size_t size)
{
    switch (line->fault) {
    case LINE_FAULT_NONE:
        ret[0] = '\0';
        break;
    case LINE_FAULT_SILENT:
        snprintf(ret, size, "%s", _("no sound comes"));
        break;
    case LINE_FAULT_LOST:
        snprintf(ret, size, _("%d %% of sound lost"), line->value);
        break;
    case LINE_FAULT_LATE:
        snprintf(ret, size, _("sound %d ms late"), line->value);
        break;
    case LINE_FAULT_UNEVEN:
        snprintf(ret, size, _("sound uneven by %d ms"), line->value);
        break;
    }
}

/* What is wrong with the line, for the end of the toolbar: before the words of the call, or, where
 * there is no room for both, in their place. "" when there is nothing to say. */
static void line_text(const struct tui *t, struct area a, const char *call_text, int room,
                      char *ret, size_t size)
{
    const struct line_quality *line = &t->view->offer.line;
    char fault[96], time[WHEN_SIZE];
    const char *dot = draw_sign(a, SIGN_DOT);
    ret[0] = '\0';
    if (line->grade != LINE_FAIR && line->grade != LINE_POOR)
        return;
    fault_text(line, fault, sizeof fault);
    snprintf(ret, size, line->grade == LINE_POOR ? _("poor line: %s") : _("fair line: %s"), fault);
    snprintf(ret + strlen(ret), size - strlen(ret), " %s %s", dot, call_text);
    if (draw_width(ret) > room)
        snprintf(ret, size, "%s %s %s", fault, dot, call_text);
    if (draw_width(ret) > room)
        snprintf(ret, size, "%s %s", fault,
                 when_seconds(t->view->now_utc_s - t->view->offer.call.answered_utc_s, time));
}

static enum role line_role(const struct tui *t)
{
    return t->view->offer.line.grade == LINE_POOR ? ROLE_WARNING : ROLE_COUNTDOWN;
}

static int draw_mute(struct tui *t, struct area a, int y, int x)
{
    const struct call *call = &t->view->offer.call;
    return draw_tool(a, y, x, do_mute, call->muted ? _("MUTED") : _("Mute"), call->muted,
                     call_is_up(call));
}

static int draw_hold(struct tui *t, struct area a, int y, int x)
{
    const struct call *call = &t->view->offer.call;
    bool held = call->state == CALL_HELD;
    return draw_tool(a, y, x, do_hold, held ? _("ON HOLD") : _("Hold"), held,
                     held || call->state == CALL_TALKING);
}

static int draw_end_call(struct tui *t, struct area a, int y, int x)
{
    return draw_tool(a, y, x, do_end_call, _("End call"), false, call_is_up(&t->view->offer.call));
}

void toolbar_draw(struct tui *t, struct area a, int y)
{
    if (t->view->offer.state != HOLD_CALL) {
        draw_closing(t, a, y);
        return;
    }
    const struct call *call = &t->view->offer.call;
    char text[128], line[256];
    int x = 1;
    x += draw_tool(a, y, x, do_dialpad, _("Dialpad"), t->popup == POPUP_DIALPAD,
                   call->state == CALL_TALKING) +
         2;
    x += draw_mute(t, a, y, x) + 2;
    x += draw_hold(t, a, y, x) + 2;
    x += draw_end_call(t, a, y, x) + 2;
    toolbar_call_text(t, text, sizeof text);
    line_text(t, a, text, a.cols - 1 - x, line, sizeof line);
    const char *shown = line[0] ? line : text;
    int start = a.cols - 1 - draw_width(shown);
    draw_text(a, y, start > x ? start : x, a.cols - 1 - x, line[0] ? line_role(t) : call_role(call),
              shown);
    draw_plain_time(a, y, text);
}

void toolbar_draw_small(struct tui *t, struct area a)
{
    draw_mute(t, a, 0, 0);
    draw_hold(t, a, 1, 0);
    draw_end_call(t, a, 2, 0);
}

void do_dialpad(struct tui *t, int key)
{
    (void)key;
    if (t->popup == POPUP_DIALPAD)
        tui_close_popup(t);
    else
        tui_open(t, POPUP_DIALPAD);
}

void do_mute(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    bool on = !t->view->offer.call.muted;
    tui_done(t, t->commands.mute(t->commands.arg, on, &err), &err);
}

void do_hold(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    bool on = t->view->offer.call.state != CALL_HELD;
    tui_done(t, t->commands.hold(t->commands.arg, on, &err), &err);
}

void do_end_call(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    if (t->view->offer.answers)
        script_hand_over(t); /* refused or not: the call ends, the field keeps what was typed */
    tui_done(t, t->commands.end_call(t->commands.arg, &err), &err);
}

void do_record(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_RECORD);
}

void do_reveal(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    bool on = !t->view->offer.niss[0];
    tui_done(t, t->commands.reveal_niss(t->commands.arg, on, &err), &err);
}

void do_note(struct tui *t, int key)
{
    (void)key;
    if (tui_view_id(t) == VIEW_WRAPUP)
        t->wrapup.focus = WRAPUP_NOTE;
    else
        tui_open(t, POPUP_NOTE);
}
