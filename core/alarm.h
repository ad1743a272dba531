/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An alarm: something that a supervisor has to look at, because nobody else will.
 *
 * An alarm tells kinds and ids, never a word about a person: what it is about is read through the
 * routes that audit it. While one of a kind about a subject is open there is no second one. */

#include <stdbool.h>
#include <stddef.h>

enum alarm_kind {
    ALARM_CALLBACK_MISSED,     /* its time passed and nobody rang */
    ALARM_CALLBACK_AT_RISK,    /* due, and nobody is there who could ring */
    ALARM_CALL_WITHOUT_SCREEN, /* a call is up and its agent is away */
    ALARM_HOLD_STUCK,          /* a person is held and nobody works on it */
    ALARM_INCIDENT,            /* an agent reported one, a leak perhaps */
    ALARM_ANSWERS_STUCK,       /* submitted answers do not get to the federal side */
    ALARM_WISH_LATE,      /* word came that a person wants no call while they are with an agent */
    ALARM_ANSWERS_UNREAD, /* submitted too late, or to a script that is not loaded: whom they name
                             is not called by itself */
    ALARM_PERSON_UNREADABLE, /* what is stored was damaged: nobody can call */
};
#define ALARM_KIND_COUNT (ALARM_PERSON_UNREADABLE + 1)

/* Which of an alarm's ids says what it is about: two alarms of a kind with the same one are one. */
enum alarm_subject {
    ALARM_ABOUT_PERSON,
    ALARM_ABOUT_OFFER,
    ALARM_ABOUT_CALLBACK,
    ALARM_ABOUT_INCIDENT,
};

enum alarm_state {
    ALARM_RAISED, /* nobody looked yet */
    ALARM_SEEN,   /* a supervisor is on it */
    ALARM_CLOSED, /* over: by a supervisor, or by itself when its reason went */
};
#define ALARM_STATE_COUNT (ALARM_CLOSED + 1)

enum alarm_event {
    ALARM_EV_SEE,
    ALARM_EV_CLOSE,
    ALARM_EV_SETTLE, /* the reason is gone */
    ALARM_EV_AGAIN,  /* the same thing happened again */
};
#define ALARM_EVENT_COUNT (ALARM_EV_AGAIN + 1)

/* Look up what `event` does in `state`. False, *ret untouched: refused, nothing changes. */
bool alarm_step(enum alarm_state state, enum alarm_event event, enum alarm_state *ret);

/* What an alarm of this kind is about. */
enum alarm_subject alarm_about(enum alarm_kind kind);

/* Short sentence for a supervisor, marked for gettext. Never NULL. */
const char *alarm_title(enum alarm_kind kind);

/* Names as in API and database: "callback_missed", "raised". False leaves *ret. */
const char *alarm_kind_name(enum alarm_kind kind);
const char *alarm_state_name(enum alarm_state state);
bool alarm_kind_by_name(const char *name, enum alarm_kind *ret);
bool alarm_state_by_name(const char *name, enum alarm_state *ret);
