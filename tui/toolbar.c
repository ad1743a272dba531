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

bool toolbar_line_text(const struct line_quality *line, char *ret, size_t size)
{
    char fault[96];
    if (line->grade != LINE_FAIR && line->grade != LINE_POOR)
        return false;
    fault_text(line, fault, sizeof fault);
    snprintf(ret, size, line->grade == LINE_POOR ? _("poor line: %s") : _("fair line: %s"), fault);
    return true;
}

/* --- the tools --- */

/* Whom mute, tones and the end of the call are for. */
static bool is_for_expert(const struct tui *t)
{
    const struct call *call = &t->view->offer.consult.call;
    return t->view->offer.consult.there && call_is_up(call) && call->state != CALL_HELD;
}

const struct call *toolbar_ear_call(const struct tui *t)
{
    return is_for_expert(t) ? &t->view->offer.consult.call : &t->view->offer.call;
}

static bool expert_is_up(const struct tui *t)
{
    return call_is_up(&t->view->offer.consult.call);
}

/* A tool: its words while it is off, and while it is on; whether either makes sense now. */
struct tool {
    action *run;
    const char *text;
    bool on;
    bool possible;
};

static struct tool dialpad_tool(const struct tui *t)
{
    return (struct tool){do_dialpad, _("Dialpad"), t->popup == POPUP_DIALPAD,
                         toolbar_ear_call(t)->state == CALL_TALKING};
}

static struct tool mute_tool(const struct tui *t)
{
    const struct call *call = toolbar_ear_call(t);
    return (struct tool){do_mute, call->muted ? _("MUTED") : _("Mute"), call->muted,
                         call_is_up(call)};
}

static struct tool hold_tool(const struct tui *t)
{
    const enum call_state state = t->view->offer.call.state;
    const bool held = state == CALL_HELD;
    if (expert_is_up(t))
        return (struct tool){do_hold, _("Take back"), false, held || state == CALL_TALKING};
    return (struct tool){do_hold, held ? _("ON HOLD") : _("Hold"), held,
                         held || state == CALL_TALKING};
}

static struct tool transfer_tool(const struct tui *t)
{
    const struct ws_offer *o = &t->view->offer;
    const bool on = o->transfer.pending || o->call.state == CALL_TRANSFERRING;
    const bool possible = o->call.state == CALL_TALKING || o->call.state == CALL_HELD;
    return (struct tool){do_transfer, on ? _("TRANSFER") : _("Transfer"), on, on || possible};
}

static struct tool consult_tool(const struct tui *t)
{
    const struct ws_offer *o = &t->view->offer;
    const bool up = expert_is_up(t) || o->consult.pending;
    const bool possible = o->call.state == CALL_TALKING || o->call.state == CALL_HELD;
    return (struct tool){do_consult, up ? _("Swap") : _("Consult"), up, up || possible};
}

static struct tool end_tool(const struct tui *t)
{
    const char *text = is_for_expert(t)  ? _("End expert")
                       : expert_is_up(t) ? _("End person")
                                         : _("End call");
    const enum call_state state = toolbar_ear_call(t)->state;
    const bool waits = state == CALL_TRANSFERRING ||
                       (state == CALL_HELD && t->view->offer.consult.there); /* for the agent */
    return (struct tool){do_end_call, text, false, call_is_up(toolbar_ear_call(t)) && !waits};
}

typedef struct tool tool_fn(const struct tui *t);
static tool_fn *const tools[] = {dialpad_tool,  mute_tool,    hold_tool,
                                 transfer_tool, consult_tool, end_tool};
#define TOOL_COUNT (sizeof tools / sizeof tools[0])

static int draw_one(struct tui *t, struct area a, int y, int x, tool_fn *tool)
{
    const struct tool it = tool(t);
    return draw_tool(a, y, x, it.run, it.text, it.on, it.possible);
}

/* Where there is room for both: the call's state at the end of the tools. */
static void draw_state_beside(struct tui *t, struct area a, int y, int x)
{
    const struct ws_offer *o = &t->view->offer;
    char text[128], line[256], shown[400];
    call_state_line(t, &o->call, o->dial_pending, text, sizeof text);
    const bool has_line = toolbar_line_text(&o->line, line, sizeof line);
    if (has_line)
        snprintf(shown, sizeof shown, "%s %s %s", line, draw_sign(a, SIGN_DOT), text);
    else
        snprintf(shown, sizeof shown, "%s", text);
    int start = a.cols - 1 - draw_width(shown);
    draw_text(a, y, start > x ? start : x, a.cols - 1 - x,
              !has_line                    ? call_role(&o->call)
              : o->line.grade == LINE_POOR ? ROLE_WARNING
                                           : ROLE_COUNTDOWN,
              shown);
    draw_plain_time(a, y, text);
}

int toolbar_draw(struct tui *t, struct area a, int y)
{
    if (t->view->offer.state != HOLD_CALL) {
        draw_closing(t, a, y);
        return 1 + call_lines_draw(t, a, y + 1);
    }
    const bool wide = call_lines_are_wide(a);
    int x = 1;
    for (size_t i = 0; i < TOOL_COUNT; i++)
        x += draw_one(t, a, y, x, tools[i]) + (wide ? 2 : 1);
    if (wide && !t->view->offer.consult.there && !t->view->offer.consult.pending)
        draw_state_beside(t, a, y, x);
    return 1 + call_lines_draw(t, a, y + 1);
}

void toolbar_draw_small(struct tui *t, struct area a)
{
    int y = 0;
    draw_one(t, a, y++, 0, mute_tool);
    draw_one(t, a, y++, 0, hold_tool);
    if (expert_is_up(t))
        draw_one(t, a, y++, 0, consult_tool);
    draw_one(t, a, y, 0, end_tool);
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
    bool on = !toolbar_ear_call(t)->muted;
    tui_done(t, t->commands.mute(t->commands.arg, on, &err), &err);
}

void do_hold(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    bool on = t->view->offer.call.state != CALL_HELD;
    tui_done(t,
             expert_is_up(t) ? t->commands.take_back(t->commands.arg, &err)
                             : t->commands.hold(t->commands.arg, on, &err),
             &err);
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
