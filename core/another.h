/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Calling another number after a call (domain.md 2, step 6): may this person be called now?
 *
 * The code of the first call is chosen; the second is a call of its own, of the same person or of
 * one of the index case's contacts. Where the person goes is decided by the second call's code once
 * there was such a call; until then what the first code decided stands, and comes back when the
 * second preview ends without a call. */

#include <stdbool.h>
#include <stdint.h>

#include "core/person.h"

/* Why not. The order is that of what is said first. */
enum another_refusal {
    ANOTHER_MAY,        /* nothing is against it */
    ANOTHER_UNREADABLE, /* what is stored of the person was damaged */
    ANOTHER_HELD,       /* another agent has the person */
    ANOTHER_UNWANTED,   /* wished not to be called again, or on none of the numbers */
    ANOTHER_CLOSED,     /* is closed already */
    ANOTHER_UNRESOLVED, /* a supervisor decides first */
    ANOTHER_NOT_SERVED, /* of a service that is not the agent's */
    ANOTHER_HOURS,      /* the service is closed now */
    ANOTHER_NUMBER,     /* a number of the person is presented or called elsewhere */
};
#define ANOTHER_REFUSAL_COUNT (ANOTHER_NUMBER + 1)

/* The person as stored now. */
struct another_person {
    bool same;    /* that of the call before: may be closed by its code */
    bool damaged; /* what is stored does not open */
    enum person_state state;
    bool unwanted;    /* no call at all, or no number is left */
    bool served;      /* the agent serves the person's service */
    bool open;        /* its hours allow a call now */
    bool number_busy; /* one of the numbers is another's */
};

enum another_refusal another_refuse(const struct another_person *p);

/* "held", as in the API; and the sentence for the agent, marked for gettext. */
const char *another_refusal_name(enum another_refusal refusal);
const char *another_refusal_text(enum another_refusal refusal);
/* False leaves *ret. */
bool another_refusal_by_name(const char *name, enum another_refusal *ret);

/* Where a person goes back to whose second preview ended without a call, and when (0 = at once).
 * before, before_due_utc_s: as the first code left the person. pause_until_utc_s: a skip lets the
 * person rest until then; 0 = no pause. */
enum person_state another_back(enum person_state before, int64_t before_due_utc_s,
                               int64_t pause_until_utc_s, int64_t now_utc_s,
                               int64_t *ret_due_utc_s);
