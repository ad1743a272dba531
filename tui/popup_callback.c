/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a callback: day, time, zone, another number, to whom; beside it what the agent has
 * promised already, day by day. Reachable during the call and in after-call work; the time is the
 * one of the wrap-up. What is typed is kept like the note. */

#include "tui/popup_callback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/callback.h"
#include "core/phone.h"
#include "tui/callback_calendar.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/script_entry.h"
#include "tui/script_place.h"
#include "tui/when.h"

static const char *const labels[] = {
    [CALLBACK_DATE] = N_("Day"),   [CALLBACK_TIME] = N_("Time"),
    [CALLBACK_ZONE] = N_("Zone"),  [CALLBACK_PHONE] = N_("Other number"),
    [CALLBACK_MINE] = N_("To me"), [CALLBACK_FALLBACK] = N_("Else at"),
};
_Static_assert(sizeof labels / sizeof labels[0] == CALLBACK_FIELD_COUNT, "one label a field");

static const char *const hints[] = {
    [CALLBACK_DATE] = N_("empty = today; tomorrow, monday, 3/5, +2"),
    [CALLBACK_TIME] = N_("15:30, or +45 (minutes from now)"),
    [CALLBACK_ZONE] = N_("empty = here; Europe/London"),
    [CALLBACK_PHONE] = N_("empty = the person's own"),
    [CALLBACK_MINE] = N_("Space changes it"),
    [CALLBACK_FALLBACK] = N_("then to anybody; empty = by the service's rule"),
    [CALLBACK_CALENDAR] = N_("arrows: day and half-hour; - over or not allowed"),
};

static struct edit *field(struct tui *t, enum callback_field f)
{
    struct callback_form *c = &t->wrapup.callback;
    switch (f) {
    case CALLBACK_DATE:
        return &c->date;
    case CALLBACK_TIME:
        return &t->wrapup.when;
    case CALLBACK_ZONE:
        return &c->zone;
    case CALLBACK_PHONE:
        return &c->phone;
    case CALLBACK_FALLBACK:
        return &c->fallback;
    case CALLBACK_MINE:
    case CALLBACK_CALENDAR:
        break;
    }
    return NULL;
}

/* --- what is typed, as text that is kept --- */

void callback_form_text(const struct tui *t, char *ret, size_t size)
{
    const struct callback_form *c = &t->wrapup.callback;
    const struct script_place *p = &t->script;
    if (!callback_form_is_used(t) && !t->wrapup.when.len && !p->started) {
        ret[0] = '\0';
        return;
    }
    snprintf(ret, size, "%.60s\n%.20s\n%.60s\n%.60s\n%d\n%.20s", c->date.text, t->wrapup.when.text,
             c->zone.text, c->phone.text, !c->to_anybody, c->fallback.text);
    const size_t used = strlen(ret);
    if (p->started) /* with the forms of the work: where the agent is, and what is typed there */
        snprintf(ret + used, size - used, "\n%.120s\n%.150s",
                 p->node == SCRIPT_END ? SCRIPT_END_KEY : p->key, script_draft(t));
}

void callback_form_read(struct tui *t, const char *text)
{
    char copy[512];
    char *at = copy;
    snprintf(copy, sizeof copy, "%s", text);
    for (int f = 0; f < CALLBACK_FIELD_COUNT && at; f++) {
        char *end = strchr(at, '\n');
        if (end)
            *end = '\0';
        struct edit *e = field(t, (enum callback_field)f);
        if (e)
            edit_set(e, at);
        else
            t->wrapup.callback.to_anybody = at[0] == '0';
        at = end ? end + 1 : NULL;
    }
    char *typed = at ? strchr(at, '\n') : NULL;
    if (typed) {
        *typed = '\0';
        snprintf(t->script.draft_key, sizeof t->script.draft_key, "%s", at);
        snprintf(t->script.draft, sizeof t->script.draft, "%s", typed + 1);
    }
}

bool callback_form_is_used(const struct tui *t)
{
    const struct callback_form *c = &t->wrapup.callback;
    return c->date.len || c->zone.len || c->phone.len || c->fallback.len || c->to_anybody;
}

/* --- what it comes to --- */

static bool fault(struct callback_told *ret, enum callback_field f, const char *sentence)
{
    ret->field = f;
    snprintf(ret->wrong, sizeof ret->wrong, "%s", gettext(sentence));
    return false;
}

/* Core names a member of the API. */
static bool refused(struct callback_told *ret, const struct err *err)
{
    static const struct {
        const char *member;
        enum callback_field field;
    } rows[] = {
        {"date",        CALLBACK_DATE    },
        {"time",        CALLBACK_TIME    },
        {"zone",        CALLBACK_ZONE    },
        {"phone",       CALLBACK_PHONE   },
        {"fallback_at", CALLBACK_FALLBACK},
    };
    enum callback_field field = CALLBACK_TIME;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].member, err->field) == 0)
            field = rows[i].field;
    return fault(ret, field, err->sentence);
}

static bool read_when(const struct tui *t, struct callback_told *ret)
{
    const struct callback_form *c = &t->wrapup.callback;
    const int64_t now = t->view->now_utc_s;
    const bool here = !c->zone.len;
    struct callback_wish *w = &ret->wish;
    if (!when_day_to_come(c->date.text, tui_zone(t), now, &w->date))
        return fault(ret, CALLBACK_DATE, N_("There is no such day."));
    int64_t at = 0;
    if (t->wrapup.when.text[0] == '+' && !c->date.len && here) {
        if (!when_time_typed(t->wrapup.when.text, tui_zone(t), now, &at))
            return fault(ret, CALLBACK_TIME, N_("There is no such time."));
        when_there(tui_zone(t), at, &w->date, &w->minute_of_day);
    } else if (!callback_time_typed(t->wrapup.when.text, &w->minute_of_day)) {
        return fault(ret, CALLBACK_TIME, N_("There is no such time."));
    }
    if (here && !when_instant_of(tui_zone(t), w->date, w->minute_of_day, &at))
        return fault(ret, CALLBACK_TIME,
                     N_("The clocks are put forward that night and leave this time out."));
    if (here && at <= now)
        return fault(ret, CALLBACK_TIME, N_("This time is over: choose one to come."));
    if (!here && !when_zone_exists(c->zone.text))
        return fault(ret, CALLBACK_ZONE, N_("There is no such time zone."));
    snprintf(w->zone, sizeof w->zone, "%.47s", c->zone.text);
    ret->at_utc_s = here ? at : 0;
    return true;
}

bool callback_form_wish(const struct tui *t, struct callback_told *ret)
{
    const struct callback_form *c = &t->wrapup.callback;
    struct callback_wish *w = &ret->wish;
    struct callback_plan plan;
    struct err err = {0};
    *ret = (struct callback_told){.wish.route_to_me = !c->to_anybody};
    if (!read_when(t, ret))
        return false;
    if (c->phone.len && (phone_parse(c->phone.text, c->phone.len, w->phone, NULL) != ERR_OK ||
                         (t->view->service && !service_may_dial(t->view->service, w->phone))))
        return fault(ret, CALLBACK_PHONE, N_("This service may not call that number."));
    int minute;
    if (c->fallback.len && !c->to_anybody) {
        if (!callback_time_typed(c->fallback.text, &minute) ||
            !when_instant_of(tui_zone(t), w->date, minute, &w->fallback_utc_s))
            return fault(ret, CALLBACK_FALLBACK, N_("There is no such time."));
        if (ret->at_utc_s && w->fallback_utc_s < ret->at_utc_s)
            return fault(ret, CALLBACK_FALLBACK,
                         N_("The fallback comes before the callback: choose a later time."));
    }
    if (!t->agenda)
        return true;
    if (agenda_plan(t->agenda, w, t->view->now_utc_s, &plan, &err) != ERR_OK)
        return refused(ret, &err);
    ret->at_utc_s = plan.at_utc_s;
    ret->twice = plan.twice;
    return true;
}

bool callback_form_today(const struct tui *t, struct callback_told *ret)
{
    struct callback_plan plan;
    struct err err = {0};
    *ret = (struct callback_told){.field = CALLBACK_TIME};
    if (!when_time_typed(t->wrapup.when.text, tui_zone(t), t->view->now_utc_s, &ret->at_utc_s))
        return false;
    if (t->agenda &&
        agenda_plan_at(t->agenda, ret->at_utc_s, t->view->now_utc_s, &plan, &err) != ERR_OK)
        return refused(ret, &err);
    return true;
}

/* The service's hours and rules, made anew when another definition has come. */
void callback_form_follow(struct tui *t)
{
    const struct service *s = t->view->service;
    const int64_t version = s ? s->version : 0;
    if (!t->options.hours || (s == t->agenda_service && version == t->agenda_version &&
                              (!s || strcmp(s->id, t->agenda_id) == 0)))
        return;
    agenda_free(t->agenda);
    t->agenda = s ? agenda_new(t->options.hours, s) : NULL;
    t->agenda_service = s;
    t->agenda_version = version;
    snprintf(t->agenda_id, sizeof t->agenda_id, "%s", s ? s->id : "");
}

/* --- drawing --- */

#define FIELD_X 15
#define FIELD_COLS 22
#define FORM_COLS 43

static void draw_field(struct tui *t, struct area a, int y, enum callback_field f)
{
    const bool here = t->wrapup.callback.focus == f;
    struct edit *e = field(t, f);
    int cx = FIELD_X;
    draw_text(a, y, 0, FIELD_X - 1, here ? ROLE_STRONG : ROLE_DIM, gettext(labels[f]));
    if (e) {
        edit_draw(e, a, y, FIELD_X, FIELD_COLS, here, &cx);
    } else {
        const bool mine = !t->wrapup.callback.to_anybody;
        draw_format(a, y, FIELD_X, FIELD_COLS, here ? ROLE_FOCUS : ROLE_TEXT, "%s %s",
                    draw_sign(a, mine ? SIGN_CHECK : SIGN_OPEN),
                    mine ? _("to me if possible") : _("to anybody"));
    }
    if (here)
        tui_cursor(t, a, y, cx);
}

/* The agent's own, by day: what is promised already. */
static void draw_promised(struct tui *t, struct area a)
{
    const struct workstation_view *v = t->view;
    char day[WHEN_SIZE], last[WHEN_SIZE] = "", clock[WHEN_SIZE];
    int y = 1;
    draw_text(a, 0, 0, -1, ROLE_STRONG, _("Your callbacks"));
    for (size_t i = 0; i < v->n_callbacks && y < a.rows; i++) {
        const struct ws_callback *c = &v->callbacks[i];
        when_day(tui_zone(t), c->at_utc_s, v->now_utc_s, day);
        if (strcmp(day, last) != 0) {
            draw_text(a, y++, 0, -1, ROLE_DIM, day);
            memcpy(last, day, sizeof last);
        }
        const bool due = c->at_utc_s <= v->now_utc_s;
        int x = draw_text(a, y, 1, 6, due ? ROLE_WARNING : ROLE_TEXT,
                          when_clock(tui_zone(t), c->at_utc_s, clock));
        draw_text(a, y++, x + 2, -1, ROLE_TEXT, c->name);
    }
    if (!v->n_callbacks)
        draw_text(a, 1, 0, -1, ROLE_DIM, _("None."));
}

/* What is wrong is said once something is typed: an empty day is today, which may be wrong, too. */
static bool field_has_text(struct tui *t, enum callback_field f)
{
    return field(t, f)->len || (f == CALLBACK_DATE && t->wrapup.when.len);
}

static void callback_draw(struct tui *t, struct area a)
{
    struct callback_told told;
    char text[WHEN_SIZE];
    struct area form = area_part(a, 0, 0, -1, FORM_COLS - 1);
    struct area beside = area_part(a, 0, FORM_COLS, -1, -1);
    if (t->agenda)
        callback_calendar_draw(t, beside, t->wrapup.callback.focus == CALLBACK_CALENDAR);
    else
        draw_promised(t, beside);
    for (int f = 0; f < CALLBACK_FIELD_COUNT; f++)
        draw_field(t, form, f, (enum callback_field)f);
    int y = CALLBACK_FIELD_COUNT + 1;
    y += draw_wrapped(form, y, 0, ROLE_DIM, gettext(hints[t->wrapup.callback.focus]));
    const bool ok = callback_form_wish(t, &told);
    if (ok && told.at_utc_s)
        y += draw_format(form, y, 0, -1, ROLE_CHOSEN, "= %s",
                         when_instant(tui_zone(t), told.at_utc_s, t->view->now_utc_s, text)) > 0;
    else if (!ok && told.field != CALLBACK_MINE && field_has_text(t, told.field))
        draw_wrapped(form, y, 0, ROLE_ERROR, told.wrong);
    if (ok && told.twice)
        draw_wrapped(form, y, 0, ROLE_WARNING,
                     _("The clocks show this time twice that night: the first is taken."));
}

/* --- keys --- */

static struct edit *callback_editor(struct tui *t)
{
    return field(t, t->wrapup.callback.focus);
}

static void callback_opened(struct tui *t)
{
    t->wrapup.callback.focus = CALLBACK_DATE;
}

void do_callback(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_CALLBACK);
}

void do_callback_field(struct tui *t, int key)
{
    const int stops = t->agenda ? CALLBACK_STOP_COUNT : CALLBACK_FIELD_COUNT;
    const int step = key == KEY_BASE + KEY_UP || key == KEY_BASE + KEY_BTAB ? stops - 1 : 1;
    struct callback_form *c = &t->wrapup.callback;
    c->focus = (enum callback_field)(((int)c->focus + step) % stops);
}

void do_callback_mine(struct tui *t, int key)
{
    (void)key;
    t->wrapup.callback.to_anybody = !t->wrapup.callback.to_anybody;
}

/* To the field that is wrong, or back to the work. */
void do_callback_enter(struct tui *t, int key)
{
    struct callback_told told;
    (void)key;
    if (callback_form_wish(t, &told)) {
        tui_close_popup(t);
    } else {
        t->wrapup.callback.focus = told.field;
        tui_say(t, WS_NOTICE_WARNING, told.wrong);
    }
}

const struct popup popup_callback = {
    .title = N_("When to call back"),
    .scopes = SCOPE_CALLBACK,
    .rows = 19,
    .cols = 76,
    .wide_rows = 36,
    .wide_cols = 190,
    .draw = callback_draw,
    .opened = callback_opened,
    .editor = callback_editor,
};
