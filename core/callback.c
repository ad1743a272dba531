/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks: their states as a table, and what a service's policy makes of a wish. */

#include "core/callback.h"

#include <string.h>

#include "core/i18n.h"
#include "core/service.h"
#include "core/time_text.h"

#define MINUTE_S 60
#define DAY_S INT64_C(86400)

static const struct {
    enum callback_state from;
    enum callback_event event;
    enum callback_state to;
} rows[] = {
    {CALLBACK_OPEN,      CALLBACK_EV_TIME,    CALLBACK_DUE      },
    {CALLBACK_OPEN,      CALLBACK_EV_MISS,    CALLBACK_MISSED   }, /* the backend was away all the time */
    {CALLBACK_OPEN,      CALLBACK_EV_RANG,    CALLBACK_OPEN     }, /* another call than the promised */
    {CALLBACK_OPEN,      CALLBACK_EV_MOVE,    CALLBACK_OPEN     },
    {CALLBACK_OPEN,      CALLBACK_EV_CANCEL,  CALLBACK_CANCELLED},
    {CALLBACK_DUE,       CALLBACK_EV_TIME,    CALLBACK_DUE      },
    {CALLBACK_DUE,       CALLBACK_EV_MISS,    CALLBACK_MISSED   },
    {CALLBACK_DUE,       CALLBACK_EV_RANG,    CALLBACK_SERVED   },
    {CALLBACK_DUE,       CALLBACK_EV_MOVE,    CALLBACK_OPEN     },
    {CALLBACK_DUE,       CALLBACK_EV_CANCEL,  CALLBACK_CANCELLED},
    {CALLBACK_MISSED,    CALLBACK_EV_TIME,    CALLBACK_MISSED   },
    {CALLBACK_MISSED,    CALLBACK_EV_MISS,    CALLBACK_MISSED   },
    {CALLBACK_MISSED,    CALLBACK_EV_RANG,    CALLBACK_SERVED   },
    {CALLBACK_MISSED,    CALLBACK_EV_MOVE,    CALLBACK_OPEN     },
    {CALLBACK_MISSED,    CALLBACK_EV_CANCEL,  CALLBACK_CANCELLED},
    {CALLBACK_CANCELLED, CALLBACK_EV_RESTORE, CALLBACK_OPEN     },
};

static const char *const state_names[] = {
    [CALLBACK_OPEN] = "open",           [CALLBACK_DUE] = "due",
    [CALLBACK_MISSED] = "missed",       [CALLBACK_SERVED] = "served",
    [CALLBACK_CANCELLED] = "cancelled",
};
_Static_assert(sizeof state_names / sizeof state_names[0] == CALLBACK_STATE_COUNT, "one a state");

static const char *const event_names[] = {
    [CALLBACK_EV_TIME] = "time", [CALLBACK_EV_MISS] = "miss",     [CALLBACK_EV_RANG] = "rang",
    [CALLBACK_EV_MOVE] = "move", [CALLBACK_EV_CANCEL] = "cancel", [CALLBACK_EV_RESTORE] = "restore",
};
_Static_assert(sizeof event_names / sizeof event_names[0] == CALLBACK_EVENT_COUNT, "one an event");

static const char *const why_names[] = {
    [CALLBACK_WHY_NONE] = "",
    [CALLBACK_WHY_REACHED] = "reached",
    [CALLBACK_WHY_RANG_IN] = "rang_in",
    [CALLBACK_WHY_REPLACED] = "replaced",
    [CALLBACK_WHY_AGENT] = "agent",
    [CALLBACK_WHY_SUPERVISOR] = "supervisor",
    [CALLBACK_WHY_NOT_CALLED] = "not_called",
    [CALLBACK_WHY_ERASED] = "erased",
};
_Static_assert(sizeof why_names / sizeof why_names[0] == CALLBACK_WHY_COUNT, "one a reason");

bool callback_step(enum callback_state state, enum callback_event event, enum callback_state *ret)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].from == state && rows[i].event == event) {
            *ret = rows[i].to;
            return true;
        }
    }
    return false;
}

bool callback_lives(enum callback_state state)
{
    return state == CALLBACK_OPEN || state == CALLBACK_DUE || state == CALLBACK_MISSED;
}

const char *callback_state_name(enum callback_state state)
{
    return (unsigned)state < CALLBACK_STATE_COUNT ? state_names[state] : "";
}

const char *callback_event_name(enum callback_event event)
{
    return (unsigned)event < CALLBACK_EVENT_COUNT ? event_names[event] : "";
}

const char *callback_why_name(enum callback_why why)
{
    return (unsigned)why < CALLBACK_WHY_COUNT ? why_names[why] : "";
}

bool callback_state_by_name(const char *name, enum callback_state *ret)
{
    for (int i = 0; i < CALLBACK_STATE_COUNT; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *ret = (enum callback_state)i;
            return true;
        }
    }
    return false;
}

bool callback_why_by_name(const char *name, enum callback_why *ret)
{
    for (int i = 0; i < CALLBACK_WHY_COUNT; i++) {
        if (strcmp(why_names[i], name) == 0) {
            *ret = (enum callback_why)i;
            return true;
        }
    }
    return false;
}

/* --- a wish becomes a plan --- */

/* An offset that holds near it is tried, then the one that holds there. */
bool callback_instant(const struct hours_ops *ops, const char *zone, struct date date,
                      int minute_of_day, int64_t *ret, bool *ret_twice)
{
    const int64_t civil = date_to_days(date) * DAY_S + (int64_t)minute_of_day * MINUTE_S;
    bool found = false;
    int64_t first = 0;
    int64_t last = 0;
    /* The offsets of the day before and the day after are all that can hold on the day itself. */
    for (int i = -1; i <= 1; i++) {
        const int64_t at = civil - ops->offset_s(ops->arg, zone, civil + i * DAY_S);
        if (at + ops->offset_s(ops->arg, zone, at) != civil) {
            continue;
        }
        first = !found || at < first ? at : first;
        last = !found || at > last ? at : last;
        found = true;
    }
    if (!found) {
        return false;
    }
    *ret = first;
    *ret_twice = first != last;
    return true;
}

static enum err_code check_when(const struct service *s, struct hours *h, int64_t at_utc_s,
                                int64_t now_utc_s, struct err *err)
{
    const struct service_callbacks *p = &s->callbacks;
    if (at_utc_s <= now_utc_s) {
        return err_field(err, ERR_INVALID, "time", N_("This time is over: choose one to come."));
    }
    if (p->same_day && hours_day_start(h, at_utc_s) != hours_day_start(h, now_utc_s)) {
        return err_field(err, ERR_INVALID, "date",
                         N_("This service calls back the same day: choose a time today."));
    }
    if (!p->same_day && p->max_days > 0 &&
        at_utc_s >= hours_midnight(h, now_utc_s, (int)p->max_days + 1)) {
        return err_field(err, ERR_INVALID, "date",
                         N_("This day is too far ahead for this service."));
    }
    if (p->inside_hours && !hours_is_open(h, at_utc_s)) {
        return err_field(err, ERR_INVALID, "time",
                         N_("Nobody is called then: choose a time within opening hours."));
    }
    return ERR_OK;
}

/* Until when somebody has to have rung. */
static int64_t miss_of(const struct service *s, struct hours *h, int64_t at_utc_s)
{
    const int64_t late = at_utc_s + s->callbacks.missed_after_s;
    const int64_t closes = s->callbacks.inside_hours ? hours_closes(h, at_utc_s) : 0;
    return closes > at_utc_s && closes < late ? closes : late;
}

static enum err_code check_phone(const struct service *s, const char *phone, struct err *err)
{
    char number[PHONE_SIZE];
    if (!phone[0]) {
        return ERR_OK;
    }
    if (phone_parse(phone, strlen(phone), number, err)) {
        if (err) {
            memcpy(err->field, "phone", sizeof "phone");
        }
        return ERR_PHONE;
    }
    return service_may_dial(s, number)
               ? ERR_OK
               : err_field(err, ERR_PHONE, "phone", N_("This service may not call that number."));
}

/* From which instant anybody may ring. */
static enum err_code fallback_of(const struct service *s, const struct callback_wish *wish,
                                 struct callback_plan *plan, struct err *err)
{
    if (!wish->route_to_me) {
        plan->fallback_utc_s = plan->at_utc_s;
        return ERR_OK;
    }
    int64_t at = wish->fallback_utc_s;
    if (at == 0) {
        /* Others need the time that an offer and its preview take, before it counts as missed. */
        const int64_t latest = plan->miss_utc_s - service_lead_s(s);
        at = plan->at_utc_s + s->callbacks.fallback_s;
        at = at > latest ? latest : at;
        at = at < plan->at_utc_s ? plan->at_utc_s : at;
    } else if (at < plan->at_utc_s) {
        return err_field(err, ERR_INVALID, "fallback_at",
                         N_("The fallback comes before the callback: choose a later time."));
    } else if (at > plan->miss_utc_s) {
        return err_field(err, ERR_INVALID, "fallback_at",
                         N_("The callback would count as missed before: choose an earlier time."));
    }
    plan->fallback_utc_s = at;
    return ERR_OK;
}

enum err_code callback_plan_at(const struct service *s, struct hours *h, int64_t at_utc_s,
                               const struct callback_wish *wish, int64_t now_utc_s,
                               struct callback_plan *ret, struct err *err)
{
    struct callback_plan plan = {.at_utc_s = at_utc_s, .route_to_me = wish->route_to_me};
    enum err_code code = check_when(s, h, at_utc_s, now_utc_s, err);
    if (!code) {
        code = check_phone(s, wish->phone, err);
    }
    if (!code) {
        plan.miss_utc_s = miss_of(s, h, at_utc_s);
        code = fallback_of(s, wish, &plan, err);
    }
    if (!code) {
        memcpy(plan.phone, wish->phone, sizeof plan.phone);
        memcpy(plan.zone, wish->zone, sizeof plan.zone);
        *ret = plan;
    }
    return code;
}

enum err_code callback_plan(const struct service *s, struct hours *h, const struct hours_ops *ops,
                            const struct callback_wish *wish, int64_t now_utc_s,
                            struct callback_plan *ret, struct err *err)
{
    const char *zone = wish->zone[0] ? wish->zone : s->zone;
    int64_t at;
    bool twice;
    if (wish->date.day == 0 || !date_exists(wish->date)) {
        return err_field(err, ERR_INVALID, "date", N_("There is no such day."));
    }
    if (wish->minute_of_day < 0 || wish->minute_of_day >= 24 * 60) {
        return err_field(err, ERR_INVALID, "time", N_("There is no such time."));
    }
    if (wish->zone[0] && !ops->zone_exists(ops->arg, wish->zone)) {
        return err_field(err, ERR_INVALID, "zone", N_("There is no such time zone."));
    }
    if (!callback_instant(ops, zone, wish->date, wish->minute_of_day, &at, &twice)) {
        return err_field(err, ERR_INVALID, "time",
                         N_("The clocks are put forward that night and leave this time out."));
    }
    const enum err_code code = callback_plan_at(s, h, at, wish, now_utc_s, ret, err);
    if (!code) {
        ret->twice = twice;
    }
    return code;
}

bool callback_time_typed(const char *typed, int *ret)
{
    int digits = 0;
    int hour = 0;
    int minute = 0;
    const char *p = typed;
    while (*p == ' ') {
        p++;
    }
    for (; *p >= '0' && *p <= '9' && digits < 4; p++, digits++) {
        hour = hour * 10 + (*p - '0');
    }
    if (digits == 0) {
        return false;
    }
    if (*p == ':' || *p == '.' || *p == 'h' || *p == 'H') {
        const bool alone = *p == 'h' || *p == 'H';
        int n = 0;
        if (digits > 2) {
            return false;
        }
        for (p++; *p >= '0' && *p <= '9' && n < 2; p++, n++) {
            minute = minute * 10 + (*p - '0');
        }
        if (n != 2 && !(alone && n == 0)) {
            return false;
        }
    } else if (digits >= 3) {
        minute = hour % 100;
        hour /= 100;
    } else {
        return false;
    }
    while (*p == ' ') {
        p++;
    }
    if (*p || hour > 23 || minute > 59) {
        return false;
    }
    *ret = hour * 60 + minute;
    return true;
}
