/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a callback: what is typed in it, and what that comes to by the service's rules. */

#include "tui/callback_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/phone.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/script_entry.h"
#include "tui/script_place.h"
#include "tui/when.h"

struct callback_form *callback_form_present(struct tui *t)
{
    return t->popup == POPUP_CORRECT_WHEN ? &t->correct.callback : &t->wrapup.callback;
}

struct edit *callback_form_field(struct callback_form *c, enum callback_field f)
{
    switch (f) {
    case CALLBACK_DATE:
        return &c->date;
    case CALLBACK_TIME:
        return &c->when;
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

void callback_form_clear(struct callback_form *c)
{
    for (int f = 0; f < CALLBACK_FIELD_COUNT; f++) {
        struct edit *e = callback_form_field(c, (enum callback_field)f);
        if (e)
            edit_set(e, "");
    }
    *c = (struct callback_form){0};
}

/* --- what is typed, as text that is kept --- */

void callback_form_text(const struct tui *t, char *ret, size_t size)
{
    const struct callback_form *c = &t->wrapup.callback;
    const struct script_place *p = &t->script;
    if (!callback_form_is_used(c) && !c->when.len && !p->started) {
        ret[0] = '\0';
        return;
    }
    snprintf(ret, size, "%.60s\n%.20s\n%.60s\n%.60s\n%d\n%.20s", c->date.text, c->when.text,
             c->zone.text, c->phone.text, !c->to_anybody, c->fallback.text);
    const size_t used = strlen(ret);
    if (p->started) /* with the forms of the work: where the agent is, and what is typed there */
        snprintf(ret + used, size - used, "\n%.120s\n%.150s",
                 p->node == SCRIPT_END ? SCRIPT_END_KEY : p->key, script_draft(t));
}

void callback_form_read(struct tui *t, const char *text)
{
    struct callback_form *c = &t->wrapup.callback;
    char copy[512];
    char *at = copy;
    snprintf(copy, sizeof copy, "%s", text);
    for (int f = 0; f < CALLBACK_FIELD_COUNT && at; f++) {
        char *end = strchr(at, '\n');
        if (end)
            *end = '\0';
        struct edit *e = callback_form_field(c, (enum callback_field)f);
        if (e)
            edit_set(e, at);
        else
            c->to_anybody = at[0] == '0';
        at = end ? end + 1 : NULL;
    }
    char *typed = at ? strchr(at, '\n') : NULL;
    if (typed) {
        *typed = '\0';
        snprintf(t->script.draft_key, sizeof t->script.draft_key, "%s", at);
        snprintf(t->script.draft, sizeof t->script.draft, "%s", typed + 1);
    }
}

bool callback_form_is_used(const struct callback_form *c)
{
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

static bool read_when(const struct tui *t, const struct callback_form *c, struct callback_told *ret)
{
    const int64_t now = t->view->now_utc_s;
    const bool here = !c->zone.len;
    struct callback_wish *w = &ret->wish;
    if (!when_day_to_come(c->date.text, tui_zone(t), now, &w->date))
        return fault(ret, CALLBACK_DATE, N_("There is no such day."));
    int64_t at = 0;
    if (c->when.text[0] == '+' && !c->date.len && here) {
        if (!when_time_typed(c->when.text, tui_zone(t), now, &at))
            return fault(ret, CALLBACK_TIME, N_("There is no such time."));
        when_there(tui_zone(t), at, &w->date, &w->minute_of_day);
    } else if (!callback_time_typed(c->when.text, &w->minute_of_day)) {
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

bool callback_form_wish(const struct tui *t, const struct callback_form *c,
                        struct callback_told *ret)
{
    struct callback_wish *w = &ret->wish;
    struct callback_plan plan;
    struct err err = {0};
    *ret = (struct callback_told){.wish.route_to_me = !c->to_anybody};
    if (!read_when(t, c, ret))
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

bool callback_form_today(const struct tui *t, const struct callback_form *c,
                         struct callback_told *ret)
{
    struct callback_plan plan;
    struct err err = {0};
    *ret = (struct callback_told){.field = CALLBACK_TIME};
    if (!when_time_typed(c->when.text, tui_zone(t), t->view->now_utc_s, &ret->at_utc_s))
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
