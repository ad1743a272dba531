/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Instants, durations and dates as the agent reads and types them. Clocks and days are those of a
 * zone: the service's, as soon as there is a service, wherever the agent's terminal stands
 * (tui_zone in tui/panes.h), so that the clock on the screen, a callback and an answer are one
 * time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/date.h"
#include "core/hours.h"

#define WHEN_SIZE 64

/* Clocks on the wall. ops NULL: those of TZ. Both borrowed. */
struct when_zone {
    const struct hours_ops *ops;
    const char *name; /* IANA */
};

/* What clocks and calendar show there. */
void when_there(struct when_zone zone, int64_t utc_s, struct date *ret_day, int *ret_minute);

/* "14:05" */
const char *when_clock(struct when_zone zone, int64_t utc_s, char ret[WHEN_SIZE]);
/* "14:05" today, else "2 May 14:05" */
const char *when_instant(struct when_zone zone, int64_t utc_s, int64_t now_utc_s,
                         char ret[WHEN_SIZE]);
/* In whole minutes, so that it changes once a minute: "12 min", "1 h 05" */
const char *when_minutes(int64_t seconds, char ret[WHEN_SIZE]);
/* To the second, for what runs: "0:37", "1:02:03"; below zero it stays 0:00 */
const char *when_seconds(int64_t seconds, char ret[WHEN_SIZE]);

/* An ISO date in full: "Sunday 3 May 2020", "May 2020", "2020"; anything else as it is. */
const char *when_date(const char *iso, char ret[WHEN_SIZE]);
/* A date as it was typed, in any of the languages of the region, to ISO. Instants are given because
 * "yesterday" needs today, in a zone. False leaves *ret. */
bool when_date_typed(const char *typed, struct when_zone zone, int64_t now_utc_s,
                     char ret[WHEN_SIZE]);

/* A time of day to "14:30:00"; a day with or without a time, "3/5 14:30", to an ISO date or to an
 * instant with the zone's offset. False leaves *ret: not that, or a time that the clocks leave
 * out. */
bool when_clock_typed(const char *typed, char ret[WHEN_SIZE]);
bool when_moment_typed(const char *typed, struct when_zone zone, int64_t now_utc_s,
                       char ret[WHEN_SIZE]);
/* Such a text in full, its seconds only where there are any: "Sunday 3 May 2020 14:30". */
const char *when_moment(const char *iso, char ret[WHEN_SIZE]);

/* A day to come as it was typed ("" = today), full; a civil time there as an instant, the first of
 * two (false: the clocks leave it out); "Monday 3 May" or "Today". */
bool when_day_to_come(const char *typed, struct when_zone zone, int64_t now_utc_s,
                      struct date *ret);
bool when_instant_of(struct when_zone zone, struct date day, int minute_of_day, int64_t *ret_utc_s);
const char *when_day(struct when_zone zone, int64_t utc_s, int64_t now_utc_s, char ret[WHEN_SIZE]);
const char *when_day_of_week(struct date day, char ret[WHEN_SIZE]); /* "Monday 3 May" */
/* Is this a name of the IANA database that the system knows? */
bool when_zone_exists(const char *zone);

/* A time of today as it was typed: "15:30", "1530", "15h30", "15h", "+45" (minutes from now,
 * over midnight, too). Of two that the clocks show that day it is the first that is to come. False
 * leaves *ret: not a time, left out by the clocks, or not later than now. */
bool when_time_typed(const char *typed, struct when_zone zone, int64_t now_utc_s,
                     int64_t *ret_utc_s);
/* One that has passed: "15:30" is the last time that it was so late, "-45" is minutes ago. False
 * leaves *ret: not a time, or left out by the clocks that day. */
bool when_past_typed(const char *typed, struct when_zone zone, int64_t now_utc_s,
                     int64_t *ret_utc_s);
