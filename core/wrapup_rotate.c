/* SPDX-License-Identifier: Apache-2.0 */
/* Rotating times of day: who did not answer in the morning is tried in the evening. */

#include "core/wrapup.h"

#define DAYS_AHEAD 14
#define DAY_S 86400

/* The part in which a time of day lies, else the one that ended last before it, else the last one
 * of the day (yesterday's). */
static size_t part_of(const struct service_attempts *a, int32_t second)
{
    size_t best = a->n_parts;
    size_t latest = 0;
    for (size_t i = 0; i < a->n_parts; i++) {
        const struct service_part *p = &a->parts[i];
        if (second >= p->from_s && second < p->to_s)
            return i;
        if (p->to_s <= second && (best == a->n_parts || p->to_s > a->parts[best].to_s))
            best = i;
        if (p->to_s > a->parts[latest].to_s)
            latest = i;
    }
    return best < a->n_parts ? best : latest;
}

static int64_t wall(struct hours *h, int64_t at_utc_s, int days, int32_t second)
{
    return second == DAY_S ? hours_midnight(h, at_utc_s, days + 1)
                           : hours_wall(h, at_utc_s, days, second);
}

int64_t wrapup_rotate(struct hours *hours, const struct service_attempts *attempts,
                      int64_t now_utc_s, int64_t earliest_utc_s, int64_t lead_s)
{
    const size_t from = part_of(attempts, hours_second_of_day(hours, now_utc_s));
    const struct service_part *next = &attempts->parts[(from + 1) % attempts->n_parts];
    for (int days = 0; days < DAYS_AHEAD; days++) {
        const int64_t begins = wall(hours, earliest_utc_s, days, next->from_s);
        const int64_t ends = wall(hours, earliest_utc_s, days, next->to_s);
        const int64_t at = begins > earliest_utc_s ? begins : earliest_utc_s;
        const int64_t open = at < ends ? hours_next_present(hours, at, lead_s) : 0;
        if (open && open < ends)
            return open;
    }
    const int64_t open = hours_next_present(hours, earliest_utc_s, lead_s);
    return open ? open : earliest_utc_s;
}
