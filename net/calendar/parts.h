/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of net/calendar share: a calendar that was read. */

#include <libical/ical.h>

#include "core/hours.h"

#define CALENDAR_EVENTS 64
#define CALENDAR_DATES 512 /* RDATE and EXDATE of all events together */
#define CALENDAR_COUNT_MAX 10000

/* A date, or a time of day in a zone; where it stands in the calendar. */
struct calendar_time {
    struct icaltimetype wall; /* without a zone */
    icaltimezone *zone;       /* NULL: a date */
    size_t line;
};

struct calendar_event {
    bool closed;
    struct calendar_time start; /* zone NULL: whole days of the service's zone */
    bool has_start, has_length, has_end, has_rule;
    int64_t days, seconds; /* how long: nominal days, then seconds (RFC 5545 3.3.6) */
    struct calendar_time end;
    const char *summary; /* in the text that was read, not ended; NULL = none */
    size_t summary_len;
    struct icalrecurrencetype rule; /* its UNTIL stands below */
    int64_t until_utc_s;            /* INT64_MAX = none */
    size_t begin_line, rule_line, length_line, closed_line;
};

struct calendar_date {
    struct calendar_time time;
    size_t event;
    bool excluded; /* EXDATE, else RDATE */
};

struct calendar {
    icaltimezone *zone; /* the service's */
    struct calendar_event events[CALENDAR_EVENTS];
    size_t n_events;
    struct calendar_date dates[CALENDAR_DATES];
    size_t n_dates;
    size_t n_faults;
};

/* Read content lines; NULL when out of memory. Each fault is told (fault may be NULL) and counted.
 * free(3). */
struct calendar *calendar_read(const char *zone, const char *text, hours_fault_fn *fault,
                               void *fault_arg);

/* The spans that touch [from, to). False: more than cap. */
bool calendar_expand(const struct calendar *c, int64_t from_utc_s, int64_t to_utc_s,
                     struct hours_span *ret, size_t cap, size_t *ret_n);

/* The closing that covers an instant, or NULL. */
const struct calendar_event *calendar_closing(const struct calendar *c, int64_t at_utc_s);

/* Without a rule, or with one whose first occurrence is DTSTART. */
bool calendar_starts_in_rule(const struct calendar_event *e);
/* Does an occurrence of the date's event begin at that date? */
bool calendar_occurs(const struct calendar *c, const struct calendar_date *d);

/* The zone of an IANA name, or NULL. */
icaltimezone *calendar_zone(const char *name);
/* The instant at which clocks in the zone show a time: the first of two, else by the offset before
 * the gap (RFC 5545 3.3.5; libical takes the offset after it). */
int64_t calendar_utc_of(const struct icaltimetype *wall, icaltimezone *zone);
/* The same of a time as it was read; a date begins at midnight in `zone`. */
int64_t calendar_instant(const struct calendar_time *t, icaltimezone *zone);
/* What clocks in the zone show. */
struct icaltimetype calendar_wall_of(int64_t utc_s, icaltimezone *zone);
