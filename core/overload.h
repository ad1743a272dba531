/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Overload: more people wait than agents can call. While it is on for a service in a region, index
 * cases come first, and contacts who wait are flagged for SMS instead of being offered, when the
 * service's definition says so; a callback that was agreed with somebody is kept, whoever it is. */

#include <stdbool.h>
#include <stdint.h>

#include "core/person.h"

/* Who comes first: as a person waits in the store. */
enum person_rank {
    RANK_CALLBACK,
    RANK_INDEX,
    RANK_CONTACT,
};
#define PERSON_RANK_COUNT (RANK_CONTACT + 1)

/* Is somebody of this rank, who waits, to get an SMS instead of a call? sms: the kinds of person
 * that the service's definition says, of which only contacts count. A callback and an index case
 * are never one. */
bool overload_flags_for_sms(bool is_on, const bool sms[PERSON_KIND_COUNT], int64_t rank);

/* May somebody of this rank be offered? Whoever is not flagged. */
bool overload_may_offer(bool is_on, const bool sms[PERSON_KIND_COUNT], int64_t rank);

/* What is known at one instant of the people who wait and of those who call them. */
struct overload_figures {
    int64_t waiting[PERSON_RANK_COUNT];
    bool sms[PERSON_KIND_COUNT]; /* the service's kinds */
    int64_t agents_on_queue;
    /* Of the last hour, by the agents who are on queue: */
    int64_t offers_accepted;
    int64_t agent_s;           /* seconds on queue, of all of them */
    int64_t standard_per_hour; /* people an agent calls in an hour, where too little is measured */
};

/* What it comes to. Hours are of the agents on queue now, in tenths, -1 = never: nobody is there.
 */
struct overload_effect {
    int64_t flagged;               /* contacts who would get an SMS */
    int64_t called;                /* who would be called all the same */
    int64_t per_agent_hour_tenths; /* the pace that was reckoned with */
    bool is_measured;              /* else the standard one */
    int64_t hours_tenths_off;      /* until everybody who waits now is called, as it is */
    int64_t hours_tenths_on;       /* the same in overload */
};
struct overload_effect overload_reckon(const struct overload_figures *f);
