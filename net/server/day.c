/* SPDX-License-Identifier: Apache-2.0 */
/* The calling day. */

#include "net/server/day.h"

#include <time.h>

/* mktime finds the right offset itself: a day may have 23 or 25 hours. */
static int64_t midnight(struct tm tm, int days_later)
{
    tm.tm_mday += days_later;
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm);
}

struct store_day day_of(int64_t now_utc_s)
{
    const time_t now = (time_t)now_utc_s;
    struct tm tm;
    localtime_r(&now, &tm);
    return (struct store_day){.start_utc_s = midnight(tm, 0), .next_utc_s = midnight(tm, 1)};
}
