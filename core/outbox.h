/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A message on its way to another side, which may be away for days: one that follows the newest
 * version of what it carries, and is sent again until the other side has it or refuses it. */

#include <stdbool.h>
#include <stdint.h>

enum outbox_state {
    OUTBOX_WAITING, /* to be sent, now or at its next try */
    OUTBOX_SENT,    /* the other side has the newest version */
    OUTBOX_PARKED,  /* refused: sent again only when somebody says so, or when it changes */
};
#define OUTBOX_STATE_COUNT (OUTBOX_PARKED + 1)

enum outbox_event {
    OUTBOX_EV_SUBMIT,    /* there is a newer version */
    OUTBOX_EV_ACCEPTED,  /* the other side has the newest version */
    OUTBOX_EV_OVERTAKEN, /* an older version got an answer, whichever, and a newer one waits */
    OUTBOX_EV_LATER,     /* no answer, or one that may be another the next time */
    OUTBOX_EV_REFUSED,   /* it will not be taken as it is */
    OUTBOX_EV_RETRY,     /* an operator: try again, now */
};
#define OUTBOX_EVENT_COUNT (OUTBOX_EV_RETRY + 1)

/* Look up what `event` does in `state`. False, *ret untouched: refused, nothing changes. */
bool outbox_step(enum outbox_state state, enum outbox_event event, enum outbox_state *ret);

/* Names as in API and database: "waiting". False leaves *ret. */
const char *outbox_state_name(enum outbox_state state);
bool outbox_state_by_name(const char *name, enum outbox_state *ret);

/* What came of one try. */
struct outbox_answer {
    int http_status;       /* 0 = none came, or not all of it */
    bool unsent;           /* nothing of the message left us */
    bool is_ours;          /* a 2xx that says, in a form we know, that this very resource is kept */
    int64_t retry_after_s; /* 0 = not said */
};

/* ACCEPTED, LATER or REFUSED. What depends on us or on the way (credentials, address, a busy or
 * broken server) is tried again, so that one wrong setting parks nothing; what is about the content
 * (400, 413, 415, 422) is refused. A 2xx that is not ours (the page of a proxy) is none. */
enum outbox_event outbox_judge(const struct outbox_answer *a);

/* May the other side have the message after this answer? False only where it is sure: nothing left
 * us, or the answer says that it was not taken (3xx, 4xx, 503). */
bool outbox_may_be_there(const struct outbox_answer *a);

/* How long until the next try, after `tries` tries (from 1): it doubles from 5 s to an hour, and
 * `dice` (any number) moves it within its upper half, so that many do not come back at once. Never
 * before what the other side asked for, at most OUTBOX_RETRY_AFTER_MAX_S. */
#define OUTBOX_FIRST_S 5
#define OUTBOX_LONGEST_S 3600
#define OUTBOX_RETRY_AFTER_MAX_S 21600
int64_t outbox_pause_s(int64_t tries, int64_t retry_after_s, uint32_t dice);
