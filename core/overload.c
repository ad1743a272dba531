/* SPDX-License-Identifier: Apache-2.0 */
/* The rule of overload, and what it would change. */

#include "core/overload.h"

#define ENOUGH_S 1800 /* half an hour of one agent says something about the pace */
#define ENOUGH_OFFERS 5
#define STANDARD_PER_HOUR 15

bool overload_flags_for_sms(bool is_on, const bool sms[PERSON_KIND_COUNT], int64_t rank)
{
    return is_on && rank == RANK_CONTACT && sms[PERSON_CONTACT];
}

bool overload_may_offer(bool is_on, const bool sms[PERSON_KIND_COUNT], int64_t rank)
{
    return !overload_flags_for_sms(is_on, sms, rank);
}

/* Rounded up: what is left of an hour is work, too. */
static int64_t hours_tenths(int64_t people, int64_t agents, int64_t per_hour_tenths)
{
    if (people == 0)
        return 0;
    const int64_t pace = agents * per_hour_tenths; /* people an hour, in tenths */
    return pace > 0 ? (people * 100 + pace - 1) / pace : -1;
}

struct overload_effect overload_reckon(const struct overload_figures *f)
{
    const int64_t standard = f->standard_per_hour > 0 ? f->standard_per_hour : STANDARD_PER_HOUR;
    struct overload_effect e = {
        .is_measured = f->agent_s >= ENOUGH_S && f->offers_accepted >= ENOUGH_OFFERS,
    };
    for (int rank = 0; rank < PERSON_RANK_COUNT; rank++)
        *(overload_flags_for_sms(true, f->sms, rank) ? &e.flagged : &e.called) += f->waiting[rank];
    e.per_agent_hour_tenths =
        e.is_measured ? f->offers_accepted * 36000 / f->agent_s : standard * 10;
    if (e.per_agent_hour_tenths == 0)
        e.per_agent_hour_tenths = 1;
    e.hours_tenths_off =
        hours_tenths(e.called + e.flagged, f->agents_on_queue, e.per_agent_hour_tenths);
    e.hours_tenths_on = hours_tenths(e.called, f->agents_on_queue, e.per_agent_hour_tenths);
    return e;
}
