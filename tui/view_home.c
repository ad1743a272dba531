/* SPDX-License-Identifier: Apache-2.0 */
/* Home: status, queues, own callbacks, today's interactions; where an agent waits. */

#include <stdio.h>

#include "core/wrapup.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/popup_list.h"
#include "tui/when.h"

#define STATUS_COLS 26

/* What the agent is waiting for, or has to do so that somebody comes. */
static void draw_waiting(struct tui *t, struct area a)
{
    const struct workstation_view *v = t->view;
    char since[WHEN_SIZE], key[16], name[512];
    if (v->offer.state == HOLD_PREVIEW || v->offer.state == HOLD_ACW) {
        /* The time runs here, too: the call starts by itself, the code is missing. */
        int64_t left = v->offer.deadline_utc_s - v->now_utc_s;
        command_key_text(command_of(do_home), key, sizeof key);
        draw_format(a, 0, 1, -1, ROLE_WARNING, _("You are with %s, %s left. %s goes back."),
                    person_name(t, name, sizeof name), when_seconds(left > 0 ? left : 0, since),
                    key);
    } else if (v->offer.state != HOLD_NONE && v->offer.state != HOLD_OFFERED) {
        command_key_text(command_of(do_home), key, sizeof key);
        draw_format(a, 0, 1, -1, ROLE_WARNING, _("You are with %s. %s goes back."),
                    person_name(t, name, sizeof name), key);
    } else if (v->backend == WS_BACKEND_AWAY && v->offer.state == HOLD_NONE) {
        draw_text(a, 0, 1, -1, ROLE_WARNING,
                  _("The backend is away: nobody is offered to you until it is back."));
    } else if (!v->on_queue && v->status != AGENT_AVAILABLE && v->status != AGENT_AWAY) {
        draw_text(a, 0, 1, -1, ROLE_WARNING,
                  _("Off queue: nobody is offered to you. Choose available first."));
    } else if (!v->on_queue) {
        command_key_text(command_of(do_queue), key, sizeof key);
        draw_format(a, 0, 1, -1, ROLE_WARNING,
                    _("Off queue: nobody is offered to you. %s puts you on queue."), key);
    } else {
        draw_format(a, 0, 1, -1, ROLE_STRONG, _("Waiting… since %s"),
                    when_clock(tui_zone(t), v->on_queue_since_utc_s, since));
    }
}

static void draw_status(struct tui *t, struct area a)
{
    draw_rule(a, 0, _("Status"));
    for (size_t i = 0; i < AGENT_STATUS_COUNT; i++) {
        enum agent_status status = (enum agent_status)i;
        bool present = t->view->status == status;
        struct area row = area_part(a, 1 + (int)i, 0, 1, -1);
        list_draw_choice(row, i, present, present ? ROLE_STRONG : ROLE_TEXT,
                         gettext(agent_status_text(status)));
        if (present)
            tui_cursor(t, row, 0, 3);
    }
}

/* The columns of numbers of the queues table, from the right. */
static const struct {
    const char *title;
    int cols;
} columns[] = {
    {N_("On queue"), 10},
    {N_("Free"),     8 },
    {N_("Waiting"),  10},
    {N_("Longest"),  10},
};
#define COLUMN_COUNT ((int)(sizeof columns / sizeof columns[0]))

static int column_end(const struct area a, int column)
{
    int end = a.cols - 1;
    for (int i = COLUMN_COUNT - 1; i > column; i--)
        end -= columns[i].cols;
    return end;
}

static void draw_queue(const struct area a, int y, const struct ws_queue *q, int64_t age_s)
{
    char text[WHEN_SIZE];
    draw_text(a, y, 1, column_end(a, 0) - columns[0].cols, ROLE_TEXT, q->queue);
    snprintf(text, sizeof text, "%u", q->agents_on_queue);
    draw_right(a, y, column_end(a, 0), ROLE_TEXT, text);
    snprintf(text, sizeof text, "%u", q->agents_available);
    draw_right(a, y, column_end(a, 1), ROLE_TEXT, text);
    snprintf(text, sizeof text, "%u", q->waiting);
    draw_right(a, y, column_end(a, 2), q->waiting ? ROLE_STRONG : ROLE_TEXT, text);
    if (q->waiting)
        draw_right(a, y, column_end(a, 3), ROLE_TEXT,
                   when_minutes(q->longest_wait_s + age_s, text));
    else
        draw_right(a, y, column_end(a, 3), ROLE_DIM, "-");
}

static void draw_queues(struct tui *t, struct area a)
{
    const struct workstation_view *v = t->view;
    draw_rule(a, 0, _("Queues"));
    for (int i = 0; i < COLUMN_COUNT; i++)
        draw_right(a, 1, column_end(a, i), ROLE_DIM, gettext(columns[i].title));
    draw_text(a, 1, 1, 12, ROLE_DIM, _("Queue"));
    int room = a.rows - 2;
    /* The list comes when something changes; who waits in it waits on. */
    int64_t age_s = v->queues_at_utc_s ? v->now_utc_s - v->queues_at_utc_s : 0;
    for (size_t i = 0; i < v->n_queues && (int)i < room; i++) {
        bool more = (int)i == room - 1 && i + 1 < v->n_queues;
        if (more)
            draw_format(a, 2 + (int)i, 1, -1, ROLE_DIM, _("… and %zu more"), v->n_queues - i);
        else
            draw_queue(a, 2 + (int)i, &v->queues[i], age_s);
    }
    if (!v->n_queues)
        draw_text(a, 2, 1, -1, ROLE_DIM, _("No queues yet."));
}

static void draw_callbacks(struct tui *t, struct area a)
{
    const struct workstation_view *v = t->view;
    char at[WHEN_SIZE];
    draw_rule(a, 0, _("Your callbacks"));
    for (size_t i = 0; i < v->n_callbacks && (int)i + 1 < a.rows; i++) {
        bool due = v->callbacks[i].at_utc_s <= v->now_utc_s;
        int x =
            1 + draw_text(a, 1 + (int)i, 1, -1, due ? ROLE_WARNING : ROLE_TEXT,
                          when_instant(tui_zone(t), v->callbacks[i].at_utc_s, v->now_utc_s, at));
        draw_text(a, 1 + (int)i, x + 1, -1, ROLE_TEXT, v->callbacks[i].name);
    }
    if (!v->n_callbacks)
        draw_text(a, 1, 1, -1, ROLE_DIM, _("None."));
}

/* How an interaction ended: its code in the agent's words, or what is still owed. */
static const char *outcome(const struct tui *t, const struct ws_interaction *in, char *ret,
                           size_t size)
{
    const struct wrapup_code *code =
        t->view->service ? wrapup_find(t->view->service, in->code) : NULL;
    if (in->code[0])
        snprintf(ret, size, "%s%s", code ? service_label(&code->labels, t->lang) : in->code,
                 in->late ? _(" (late)") : "");
    else if (in->state == HOLD_ACW || in->state == HOLD_OVERDUE)
        snprintf(ret, size, "%s", _("code missing"));
    else if (in->state != HOLD_NONE)
        snprintf(ret, size, "%s", _("under way"));
    else
        snprintf(ret, size, "%s",
                 in->end == CALL_END_NONE ? _("not called") : gettext(call_end_text(in->end)));
    return ret;
}

static void draw_interactions(struct tui *t, struct area a)
{
    const struct workstation_view *v = t->view;
    char text[256], talk[WHEN_SIZE], title[64];
    snprintf(title, sizeof title, _("Today: %zu"), v->n_interactions);
    draw_rule(a, 0, title);
    int code_cols = a.cols >= 70 ? 30 : a.cols / 2 - 4;
    int hidden = (int)v->n_interactions - (a.rows - 1);
    t->today_skip = t->today_skip > hidden ? hidden : t->today_skip;
    t->today_skip = t->today_skip < 0 ? 0 : t->today_skip;
    for (size_t i = (size_t)t->today_skip; i < v->n_interactions; i++) {
        const struct ws_interaction *in = &v->interactions[i];
        int y = 1 + (int)i - t->today_skip;
        draw_text(a, y, 1, 6, ROLE_DIM, when_clock(tui_zone(t), in->at_utc_s, text));
        draw_text(a, y, 7, a.cols - 7 - code_cols - 8, ROLE_TEXT, in->name);
        draw_right(a, y, a.cols - code_cols - 2, ROLE_DIM,
                   in->talk_s ? when_seconds(in->talk_s, talk) : "-");
        draw_text(a, y, a.cols - code_cols, code_cols - 1,
                  in->code[0] && !in->late ? ROLE_TEXT : ROLE_WARNING,
                  outcome(t, in, text, sizeof text));
    }
    if (t->today_skip < hidden)
        draw_text(a, a.rows - 1, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_DOWN));
    if (!v->n_interactions)
        draw_text(a, 1, 1, -1, ROLE_DIM, _("Nobody yet."));
}

static void home_draw(struct tui *t, struct area a)
{
    int upper = a.rows / 2;
    upper = upper < 10 ? 10 : upper > 16 ? 16 : upper;
    bool call = t->view->offer.state == HOLD_CALL;
    const int rows = call ? toolbar_draw(t, a, 0) : 1;
    draw_waiting(t, area_part(a, rows, 0, 1, -1));
    struct area top = area_part(a, rows + 1, 0, upper, -1);
    struct area bottom = area_part(a, rows + 1 + upper, 0, -1, -1);
    int left = a.cols >= 110 ? 36 : STATUS_COLS;
    draw_status(t, area_part(top, 0, 0, -1, left));
    struct area right = area_part(top, 0, left + 1, -1, -1);
    right.cols = right.cols > 90 ? 90 : right.cols; /* numbers stay near their names */
    draw_queues(t, right);
    draw_callbacks(t, area_part(bottom, 0, 0, -1, left));
    draw_interactions(t, area_part(bottom, 0, left + 1, -1, right.cols));
}

static scope_set home_scopes(const struct tui *t)
{
    (void)t;
    return SCOPE_HOME;
}

void do_back_to_work(struct tui *t, int key)
{
    (void)key;
    t->home = false;
}

void do_today(struct tui *t, int key)
{
    switch (key - KEY_BASE) {
    case KEY_UP:
        t->today_skip--;
        break;
    case KEY_DOWN:
        t->today_skip++;
        break;
    case KEY_PPAGE:
        t->today_skip -= 8;
        break;
    default:
        t->today_skip += 8;
        break;
    }
}

void do_status_digit(struct tui *t, int key)
{
    struct err err = {0};
    int i = key - '1';
    if (i < AGENT_STATUS_COUNT)
        tui_done(t, t->commands.set_status(t->commands.arg, (enum agent_status)i, &err), &err);
}

const struct view view_home = {
    .draw = home_draw,
    .scopes = home_scopes,
};
