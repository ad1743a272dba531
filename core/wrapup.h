/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a wrap-up code does to a person: closed, or called again, when, and on which number.
 *
 * An attempt counts when the telephone of the person was tried (struct call, rang): a call that
 * failed on our side, or a number that does not exist, is none. A person whose after-call work ran
 * out is unresolved and never redialled by itself. Nobody rests until an instant at which nobody
 * could be presented: such a one is moved to the next at which somebody can. Only what was agreed
 * with the person (a callback) stays as it is.
 *
 * A wish not to be called again stands above every code: a number that is not wanted is dropped,
 * and a person who wants no call at all is closed.
 *
 * Applying a rule is a pure function of the counters as they stood before the call, so that a
 * corrected code is simply applied again. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/call.h"
#include "core/err.h"
#include "core/hours.h"
#include "core/person.h"
#include "core/service.h"

/* The person before this call, and the call. */
struct wrapup_input {
    int attempts;            /* calls that counted before this one, in all */
    int attempts_today;      /* the same, this calling day */
    bool rang;               /* this call counts */
    size_t phone;            /* position of the number that was called, from 0 */
    size_t n_phones;         /* numbers that the person has, at most 32 */
    uint32_t dropped_phones; /* bit n: number n is not tried any more. Must be kept, or a person
                                with two bad numbers comes back for ever */
    int64_t callback_utc_s;  /* agreed with the person; 0 = none */
    int64_t now_utc_s;       /* when the code was chosen */
    int64_t next_day_utc_s;  /* when the next calling day opens; 0 = hours tell it, or 24 h from now
                              */
    struct hours *hours;     /* when people are called; NULL = always */
    int64_t lead_s;          /* service_lead_s */
    const struct service_attempts *policy; /* limits and parts of the day; NULL = none */
    uint32_t unwanted_phones; /* bit n: the person does not want to be called on number n */
    bool unwanted;            /* … on any number */
};

struct wrapup_outcome {
    enum person_state state; /* waiting, resting, unresolved or closed */
    int64_t due_utc_s;       /* resting: not before; else 0 */
    size_t phone;            /* number to call next */
    uint32_t dropped_phones;
    int attempts; /* after this call */
    int attempts_today;
    bool callback;     /* due_utc_s (or now) was agreed with the person */
    bool not_reached;  /* closed because no attempt or no number was left: for a field visit */
    bool data_quality; /* put the number on the list of wrong data */
};

/* Apply a code's rule. Errors: ERR_INVALID with field "callback_at" when a callback is missing, or
 * given with a code that closes the person or for one who wants no call; *ret is untouched then. */
enum err_code wrapup_apply(const struct wrapup_code *code, const struct wrapup_input *in,
                           struct wrapup_outcome *ret, struct err *err) MUSTCHECK;

/* When somebody may be called next who was called at now_utc_s, not before earliest_utc_s: in the
 * part of the day that follows, in the list's order, the one in which now lies (or which ended last
 * before it), while hours are open for a call. Within two weeks, else the first instant at all. */
int64_t wrapup_rotate(struct hours *hours, const struct service_attempts *attempts,
                      int64_t now_utc_s, int64_t earliest_utc_s, int64_t lead_s);

/* The time for after-call work ran out without a code. */
void wrapup_expire(const struct wrapup_input *in, struct wrapup_outcome *ret);

/* The code with this id, or NULL. */
const struct wrapup_code *wrapup_find(const struct service *s, const char *id);

/* A call that is over, as far as it says which code is likely. */
struct wrapup_signs {
    enum call_end end;
    bool answered;
    bool script_begun;    /* at least one answer was given */
    bool script_complete; /* it was handed in */
    bool consulted;       /* an expert was spoken to meanwhile */
};

/* The code that the signs propose, or NULL: the agent decides. */
const struct wrapup_code *wrapup_propose(const struct service *s, const struct wrapup_signs *signs);

/* The codes whose label in this language contains what was typed (text_matches): fills idx[]
 * (indices in s->codes) in the service's order and returns how many. cap SERVICE_CODES holds all.
 */
size_t wrapup_search(const struct service *s, const char *lang, const char *typed, size_t *idx,
                     size_t cap);
