/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* When a service is open, and the calling days that follow from it.
 *
 * Hours are an iCalendar (RFC 5545) in the service's definition; core knows no calendar and no time
 * zone: struct hours_ops, filled by net/calendar, tells the spans of a calendar and what the clocks
 * on the wall say. From them struct hours answers everything else, and remembers what it was told
 * for the weeks around the last question, so that asking again costs a search in a short list.
 *
 * A span is half open: open at from_utc_s, closed at to_utc_s. Openings that touch or overlap are
 * one; a closing span (a holiday) is cut out of every opening.
 *
 * A calling day begins with the first opening of a date (in the service's zone) and ends where that
 * of the next date with an opening begins. So a service that is open from 18:00 to 02:00 has one
 * calling day for that night, and one that never closes has a new one at each midnight. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define HOURS_ZONE_SIZE 48                     /* "America/Argentina/ComodRivadavia" and NUL */
#define HOURS_HORIZON_S (400 * INT64_C(86400)) /* openings are looked for so far ahead */
#define HOURS_SPANS 512 /* a calendar has fewer in eight weeks; checked with the definition */

struct hours_span {
    int64_t from_utc_s;
    int64_t to_utc_s;
    int64_t day_utc_s; /* midnight of the date on which it begins */
    bool closed;       /* cuts out of the others */
};

/* What is wrong with a calendar: line counts from 0; sentence is a rule, English. */
typedef void hours_fault_fn(void *fault_arg, size_t line, const char *sentence);

/* Calendars and clocks on the wall. zone is an IANA name that exists; calendar is content lines,
 * each ended by '\n', NUL at the end. */
struct hours_ops {
    /* Tell every fault of a calendar. Whatever passes without one, expand understands. */
    void (*check)(void *arg, const char *zone, const char *calendar, hours_fault_fn *fault,
                  void *fault_arg);
    /* All spans that touch [from, to), in any order. ERR_INVALID: a calendar with faults, or more
     * than cap spans. ERR_NOMEM. */
    enum err_code (*expand)(void *arg, const char *zone, const char *calendar, int64_t from_utc_s,
                            int64_t to_utc_s, struct hours_span *ret, size_t cap, size_t *ret_n,
                            struct err *err);
    bool (*zone_exists)(void *arg, const char *zone);
    /* The instant at which the clocks show second_of_day, on the date of at_utc_s in the zone and
     * days later. A time that the clocks pass twice is the first; one that they leave out counts
     * from the offset before (02:30 is 03:30 then). */
    int64_t (*wall)(void *arg, const char *zone, int64_t at_utc_s, int days, int32_t second_of_day);
    /* What the clocks show: seconds since midnight, 0..86399. */
    int32_t (*second_of_day)(void *arg, const char *zone, int64_t at_utc_s);
    /* How far the clocks are ahead of UTC at an instant; below zero west of it. */
    int32_t (*offset_s)(void *arg, const char *zone, int64_t at_utc_s);
    /* Why it is closed at an instant: the name of the closing that covers it. False: it has none,
     * or none covers it. NULL: names are not known. */
    bool (*closing)(void *arg, const char *zone, const char *calendar, int64_t at_utc_s, char *ret,
                    size_t size);
    void *arg;
};

struct hours;

/* zone and calendar are copied; ops is borrowed. calendar NULL: always open, a new calling day at
 * each midnight; "": never open. NULL: out of memory. */
struct hours *hours_new(const struct hours_ops *ops, const char *zone, const char *calendar);
struct hours *hours_free(struct hours *h);
#define CLEANUP_HOURS CLEANUP(hours_free_at)
void hours_free_at(struct hours **h);

/* An answer for which memory is missing, or whose calendar has faults, reads as closed; the next
 * question tries again. */

bool hours_is_open(struct hours *h, int64_t at_utc_s);

/* When it closes next, seen from an instant at which it is open. 0: it is closed then. INT64_MAX:
 * not within HOURS_HORIZON_S. */
int64_t hours_closes(struct hours *h, int64_t at_utc_s);

/* The first instant from at_utc_s on at which it is open: that instant itself, or the next opening.
 * 0: none within HOURS_HORIZON_S. */
int64_t hours_opens(struct hours *h, int64_t at_utc_s);

/* May somebody be presented now, so that a call which begins lead_s later (the offer rings to its
 * end, then the whole preview) still begins while it is open? */
bool hours_may_present(struct hours *h, int64_t at_utc_s, int64_t lead_s);

/* The first instant from at_utc_s on at which hours_may_present. 0: none within the horizon. */
int64_t hours_next_present(struct hours *h, int64_t at_utc_s, int64_t lead_s);

/* The calling day of an instant: when it began. Closed for more than a week before: midnight. */
int64_t hours_day_start(struct hours *h, int64_t at_utc_s);

/* When the next calling day begins. 0: none within the horizon. */
int64_t hours_next_day(struct hours *h, int64_t at_utc_s);

/* Do two instants fall on the same date in the zone? */
bool hours_same_date(struct hours *h, int64_t a_utc_s, int64_t b_utc_s);

/* Midnight of an instant's date, and days later. */
int64_t hours_midnight(struct hours *h, int64_t at_utc_s, int days);

/* hours_ops.wall and .second_of_day with the service's zone. */
int64_t hours_wall(struct hours *h, int64_t at_utc_s, int days, int32_t second_of_day);
int32_t hours_second_of_day(struct hours *h, int64_t at_utc_s);
