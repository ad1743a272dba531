/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Durations that a service prescribes: how long a quarantine lasts, how far back contacts are
 * looked for. They change in the course of an epidemic, so that each is a list of dated periods of
 * the service's definition, and no sentence of a script holds one. Counted on calendar days. */

#include <stdbool.h>
#include <stddef.h>

#include "core/date.h"

#define DURATION_NAME_SIZE 49 /* [a-z][a-z0-9_]*, 1..48 characters, NUL */
#define DURATION_FROM_CHARS 64
#define DURATION_FROM_SIZE (DURATION_FROM_CHARS * 4 + 1)
#define DURATION_FROMS 4
#define DURATION_PERIODS 16
#define DURATION_DAYS_MAX 366

/* From that day on it lasts so long. */
struct duration_period {
    struct date since;
    int days; /* 0..DURATION_DAYS_MAX; 0 = there is none any more */
};

struct duration {
    char name[DURATION_NAME_SIZE]; /* "quarantine" */
    /* Where it is counted from: the first that is known of these. A name of duration_from_name, or
     * the linkId of a question about a date. */
    char froms[DURATION_FROMS][DURATION_FROM_SIZE];
    size_t n_froms;
    bool back; /* counted backwards: its end is before the day that it is counted from */
    struct duration_period periods[DURATION_PERIODS]; /* ascending by since, at least one */
    size_t n_periods;
};

/* The dates of a record that a duration may be counted from. */
enum duration_from {
    DURATION_FROM_LAST_CONTACT, /* "last_contact_date" */
    DURATION_FROM_SAMPLE,       /* "sample_date" */
    DURATION_FROM_TODAY,        /* "today" */
    DURATION_FROM_QUESTION,     /* anything else: the date answered to this linkId */
};
enum duration_from duration_from_by_name(const char *name);

/* A name of the form above? */
bool duration_name_is_valid(const char *name, size_t len);

/* How many days it is today: the last period that has begun. False: none has yet. */
bool duration_days(const struct duration *d, struct date today, int *ret);

/* The day so many days after (or before, back) a full date. False: beyond year 1 or 9999, or from
 * is no full date that exists. */
bool duration_end(struct date from, int days, bool back, struct date *ret);
