/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Instants and dates as text (RFC 3339, ISO 8601): no locale, no time-zone database.
 * The calendar is the proleptic Gregorian one, years 1 to 9999. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_TEXT_SIZE 21 /* "2026-03-28T07:05:09Z" and NUL */
#define DATE_TEXT_SIZE 11 /* "2026-03-28" and NUL */

/* A day and a time of day, in whatever zone the caller means. */
struct time_civil {
    int year, month, day; /* month 1..12, day 1..31 */
    int hour, minute, second;
};

/* UTC seconds since 1970 <-> UTC civil time. time_utc_of takes a date that exists. */
struct time_civil time_civil_of(int64_t utc_s);
int64_t time_utc_of(const struct time_civil *t);

/* Does the date exist? */
bool time_date_exists(int year, int month, int day);

/* Print as "2026-03-28T07:05:09Z". Out of the years 1..9999 it prints the nearest instant. */
void time_text_print(int64_t utc_s, char ret[TIME_TEXT_SIZE]);

/* Parse an RFC 3339 date-time with any offset; fractions of a second are dropped, a leap second is
 * taken as the second before it. False, *ret untouched, when it is none. */
bool time_text_parse(const char *text, size_t len, int64_t *ret);

/* Parse "YYYY-MM-DD", a day that exists; hour, minute, second become 0. False leaves *ret. */
bool time_text_parse_date(const char *text, size_t len, struct time_civil *ret);
