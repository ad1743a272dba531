/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Callbacks: a promise to ring at an instant, on a number, by somebody.
 *
 * One person has at most one callback that lives (open, due or missed). A promise never vanishes:
 * it ends as served (a call rang after its time) or as cancelled, which says why and by whom; when
 * its time passes and nobody rang it is missed, an alarm rises, and the person waits on, first of
 * all. What a wrap-up code cancelled comes back when the code is corrected. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/date.h"
#include "core/err.h"
#include "core/hours.h"
#include "core/phone.h"

struct service;

enum callback_state {
    CALLBACK_OPEN,      /* its time is still to come */
    CALLBACK_DUE,       /* its time is here: the person waits, first of all */
    CALLBACK_MISSED,    /* nobody rang in time: an alarm; the person waits on */
    CALLBACK_SERVED,    /* somebody rang */
    CALLBACK_CANCELLED, /* see enum callback_why */
};
#define CALLBACK_STATE_COUNT (CALLBACK_CANCELLED + 1)

enum callback_event {
    CALLBACK_EV_TIME,    /* the instant came */
    CALLBACK_EV_MISS,    /* it is over, by the service's policy, and nobody rang */
    CALLBACK_EV_RANG,    /* a call to the person rang and ended */
    CALLBACK_EV_MOVE,    /* another time was agreed, or something else about it changed */
    CALLBACK_EV_CANCEL,  /* with a reason */
    CALLBACK_EV_RESTORE, /* what had cancelled it was a mistake; its time may be over */
};
#define CALLBACK_EVENT_COUNT (CALLBACK_EV_RESTORE + 1)

/* Why one was cancelled. */
enum callback_why {
    CALLBACK_WHY_NONE,
    CALLBACK_WHY_REACHED,    /* the person was spoken with before its time */
    CALLBACK_WHY_RANG_IN,    /* the person rang us */
    CALLBACK_WHY_REPLACED,   /* another one was agreed */
    CALLBACK_WHY_AGENT,      /* by the agent who agreed it */
    CALLBACK_WHY_SUPERVISOR, /* by a supervisor */
    CALLBACK_WHY_NOT_CALLED, /* the person does not want to be called again */
    CALLBACK_WHY_ERASED,     /* the person's data were erased or purged */
};
#define CALLBACK_WHY_COUNT (CALLBACK_WHY_ERASED + 1)

/* Look up what `event` does in `state`. False, *ret untouched: refused, nothing changes. */
bool callback_step(enum callback_state state, enum callback_event event, enum callback_state *ret);

/* Open, due or missed: somebody still has to ring. */
bool callback_lives(enum callback_state state);

/* Names as in API and database: "open", "rang_in" ("" for none). False leaves *ret. */
const char *callback_state_name(enum callback_state state);
const char *callback_event_name(enum callback_event event);
const char *callback_why_name(enum callback_why why);
bool callback_state_by_name(const char *name, enum callback_state *ret);
bool callback_why_by_name(const char *name, enum callback_why *ret);

/* What was agreed with the person. */
struct callback_wish {
    struct date date;           /* a full day, in the zone */
    int minute_of_day;          /* 0..1439, what the clocks show there */
    char zone[HOURS_ZONE_SIZE]; /* IANA; "" = that of the service */
    char phone[PHONE_SIZE];     /* E.164; "" = a number that the person has */
    bool route_to_me;           /* to the agent who agreed it, if possible */
    int64_t fallback_utc_s;     /* then to anybody; 0 = by the service's policy. Counts only with
                                   route_to_me */
};

/* What comes of it. */
struct callback_plan {
    int64_t at_utc_s;
    int64_t fallback_utc_s;     /* at_utc_s when it goes to anybody from the beginning */
    int64_t miss_utc_s;         /* nobody rang until then: missed */
    char zone[HOURS_ZONE_SIZE]; /* "" = that of the service */
    char phone[PHONE_SIZE];
    bool route_to_me;
    bool twice; /* the clocks show this time twice on that day; it is the first of the two */
};

/* Turn a wish into instants by the service's policy. hours: when the person's class is called.
 * Errors (fields "date", "time", "zone", "phone", "fallback_at"), *ret untouched then:
 * ERR_INVALID: a day that is not there, a time that the clocks leave out or that is over, a day
 * that the policy does not allow, outside opening hours, no such zone; ERR_PHONE. */
enum err_code callback_plan(const struct service *s, struct hours *hours,
                            const struct hours_ops *ops, const struct callback_wish *wish,
                            int64_t now_utc_s, struct callback_plan *ret,
                            struct err *err) MUSTCHECK;

/* The same when the instant is given instead of date, time and zone. */
enum err_code callback_plan_at(const struct service *s, struct hours *hours, int64_t at_utc_s,
                               const struct callback_wish *wish, int64_t now_utc_s,
                               struct callback_plan *ret, struct err *err) MUSTCHECK;

/* The instant of a civil time in a zone that exists: of two the first, and *ret_twice says so.
 * False: the clocks leave it out. */
bool callback_instant(const struct hours_ops *ops, const char *zone, struct date date,
                      int minute_of_day, int64_t *ret, bool *ret_twice);

/* "15:30", "15.30", "15h30", "15h", "1530" -> minutes since midnight. False leaves *ret. */
bool callback_time_typed(const char *typed, int *ret);
