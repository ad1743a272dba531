/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Calendar days, possibly only a month or a year (FHIR date), and dates as people type them.
 * Proleptic Gregorian, years 1 to 9999; no clock, no zone: today is given. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_PRINT_SIZE 11 /* "2020-05-03" and NUL */

struct date {
    int year;
    int month; /* 1..12; 0: only the year is known */
    int day;   /* 1..31; 0: only the year and month are known */
};

/* Does it exist (leap years count)? */
bool date_exists(struct date d);

/* Parse exactly "YYYY", "YYYY-MM" or "YYYY-MM-DD". False, *ret untouched, if it is none or does
 * not exist. */
bool date_parse(const char *text, struct date *ret);

/* Print in that form. */
void date_print(struct date d, char ret[DATE_PRINT_SIZE]);

/* Print day first: "03/05/2020", "05/2020", "2020". */
void date_print_local(struct date d, char ret[DATE_PRINT_SIZE]);

/* Full days only: days since 1970-01-01 and back, and the day of the week (1 = Monday … 7). */
int64_t date_to_days(struct date d);
struct date date_from_days(int64_t days);
int date_weekday(struct date d);

/* Compare two dates: < 0, 0, > 0 in *ret. Where one is less exact the common part decides; if that
 * is equal the order is unknown: false. */
bool date_compare(struct date a, struct date b, int *ret);

/* Words that stand for a date or a part of one, in the languages that the caller offers. */
struct date_word {
    const char *word; /* lower case, UTF-8 */
    enum {
        DATE_WORD_OFFSET,  /* value: days from today, "hier" = -1 */
        DATE_WORD_WEEKDAY, /* value: 1 = Monday …; the last such day before today */
        DATE_WORD_MONTH,   /* value: 1..12; "3 mai 2020", "mai 2020" */
    } kind;
    int value;
};

/* Where a date without a year belongs: an interview asks for what was, a callback for what comes.
 */
enum date_lean {
    DATE_LEAN_PAST,   /* the last such day up to today */
    DATE_LEAN_FUTURE, /* the first such day from today on */
};

/* Parse a date as it is typed, day before month: "3/5", "3.5.20", "03-05-2020", "3 5", "5/2020",
 * "2020", "2020-05-03", "03052020", "hier", "lundi", "3 mai", "mai 2020", "-2" (days ago),
 * "+3" (in days). ASCII letters in either case; blanks around it do not count. Two digits of a year
 * are 20xx, or 19xx when leaning to the past makes 20xx a day to come.
 * The result may be partial: who wants the day looks at ret->day. False leaves *ret. */
bool date_parse_typed(const char *text, struct date today, enum date_lean lean,
                      const struct date_word *words, size_t n_words, struct date *ret);
