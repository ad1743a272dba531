/* SPDX-License-Identifier: Apache-2.0 */
/* Time zones: what clocks on the wall show, and when they show it. */

#include <pthread.h>
#include <string.h>

#include "core/zone.h"
#include "net/calendar/parts.h"

#define DAY_S INT64_C(86400)

/* libical loads a zone when it is first used, into memory that all threads share. */
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

icaltimezone *calendar_zone(const char *name)
{
    if (!zone_is_iana(name))
        return NULL;
    if (strcmp(name, "UTC") == 0 || strcmp(name, "GMT") == 0) /* libical has no rules for them */
        return icaltimezone_get_utc_timezone();
    pthread_mutex_lock(&loading);
    icaltimezone *zone = icaltimezone_get_builtin_timezone(name);
    if (zone && !icaltimezone_get_component(zone))
        zone = NULL; /* in libical's list, but its rules are not on this machine */
    pthread_mutex_unlock(&loading);
    return zone;
}

static int64_t days_from_civil(int y, int m, int d)
{
    y -= m <= 2;
    const int64_t era = y / 400;
    const int64_t yoe = y - era * 400;
    const int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t as_if_utc(const struct icaltimetype *t)
{
    return days_from_civil(t->year, t->month, t->day) * DAY_S + t->hour * 3600 + t->minute * 60 +
           t->second;
}

static int64_t offset_at(int64_t utc_s, icaltimezone *zone)
{
    int daylight = 0;
    struct icaltimetype t =
        icaltime_from_timet_with_zone((time_t)utc_s, 0, icaltimezone_get_utc_timezone());
    pthread_mutex_lock(&loading);
    const int offset = icaltimezone_get_utc_offset_of_utc_time(zone, &t, &daylight);
    pthread_mutex_unlock(&loading);
    return offset;
}

int64_t calendar_utc_of(const struct icaltimetype *wall, icaltimezone *zone)
{
    const int64_t shown = as_if_utc(wall);
    const int64_t before = offset_at(shown - DAY_S, zone);
    const int64_t after = offset_at(shown + DAY_S, zone);
    if (before == after || offset_at(shown - before, zone) == before)
        return shown - before;
    return offset_at(shown - after, zone) == after ? shown - after : shown - before;
}

int64_t calendar_instant(const struct calendar_time *t, icaltimezone *zone)
{
    return calendar_utc_of(&t->wall, t->zone ? t->zone : zone);
}

struct icaltimetype calendar_wall_of(int64_t utc_s, icaltimezone *zone)
{
    struct icaltimetype t =
        icaltime_from_timet_with_zone((time_t)(utc_s + offset_at(utc_s, zone)), 0, NULL);
    t.zone = NULL;
    return t;
}
