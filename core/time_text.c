/* SPDX-License-Identifier: Apache-2.0 */
/* Instants and dates as text: RFC 3339, and the day count behind it. */

#include "core/time_text.h"

#include <stdio.h>

#define DAY_S 86400
#define YEAR_MAX 9999

/* Days since 1970-01-01. Months are counted from March, so that the leap day comes last; 400 years
 * have 146,097 days (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013). Years
 * from 1 on only, so no division of negatives. */
static int64_t days_from_date(int year, int month, int day)
{
    const int64_t y = year - (month <= 2);
    const int64_t era = y / 400;
    const int64_t of_era = y - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_from_days(int64_t days, struct time_civil *ret)
{
    const int64_t z = days + 719468;
    const int64_t era = z / 146097;
    const int64_t of_era = z - era * 146097;
    const int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    const int64_t m = (5 * of_year + 2) / 153;
    ret->day = (int)(of_year - (153 * m + 2) / 5 + 1);
    ret->month = (int)(m < 10 ? m + 3 : m - 9);
    ret->year = (int)(y + era * 400 + (ret->month <= 2));
}

/* The first and the last second of the years 1..9999. */
static const int64_t least_utc_s = -62135596800;
static const int64_t greatest_utc_s = 253402300799;

struct time_civil time_civil_of(int64_t utc_s)
{
    if (utc_s < least_utc_s)
        utc_s = least_utc_s;
    if (utc_s > greatest_utc_s)
        utc_s = greatest_utc_s;
    int64_t days = utc_s / DAY_S;
    int64_t rest = utc_s % DAY_S;
    if (rest < 0) {
        rest += DAY_S;
        days--;
    }
    struct time_civil t = {
        .hour = (int)(rest / 3600),
        .minute = (int)(rest / 60 % 60),
        .second = (int)(rest % 60),
    };
    date_from_days(days, &t);
    return t;
}

int64_t time_utc_of(const struct time_civil *t)
{
    return days_from_date(t->year, t->month, t->day) * DAY_S + t->hour * 3600 + t->minute * 60 +
           t->second;
}

bool time_date_exists(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1)
        return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= lengths[month - 1] + (leap && month == 2);
}

void time_text_print(int64_t utc_s, char ret[TIME_TEXT_SIZE])
{
    const struct time_civil t = time_civil_of(utc_s);
    /* Unsigned and reduced, so that the compiler sees that it fits. */
    snprintf(ret, TIME_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)t.year % 10000U,
             (unsigned)t.month % 100U, (unsigned)t.day % 100U, (unsigned)t.hour % 100U,
             (unsigned)t.minute % 100U, (unsigned)t.second % 100U);
}

/* A view that is eaten from the left. */
struct cursor {
    const char *p;
    size_t left;
};

/* n digits -> their value, or -1. */
static int eat_number(struct cursor *c, size_t n)
{
    if (c->left < n)
        return -1;
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (c->p[i] < '0' || c->p[i] > '9')
            return -1;
        value = value * 10 + (c->p[i] - '0');
    }
    c->p += n;
    c->left -= n;
    return value;
}

/* One of the characters of `any`. */
static bool eat_char(struct cursor *c, const char *any)
{
    if (c->left == 0)
        return false;
    for (; *any; any++) {
        if (*c->p != *any)
            continue;
        c->p++;
        c->left--;
        return true;
    }
    return false;
}

static bool eat_date(struct cursor *c, struct time_civil *ret)
{
    *ret = (struct time_civil){0};
    ret->year = eat_number(c, 4);
    if (!eat_char(c, "-"))
        return false;
    ret->month = eat_number(c, 2);
    if (!eat_char(c, "-"))
        return false;
    ret->day = eat_number(c, 2);
    return time_date_exists(ret->year, ret->month, ret->day);
}

static bool eat_time(struct cursor *c, struct time_civil *ret)
{
    ret->hour = eat_number(c, 2);
    if (!eat_char(c, ":"))
        return false;
    ret->minute = eat_number(c, 2);
    if (!eat_char(c, ":"))
        return false;
    ret->second = eat_number(c, 2);
    if (ret->hour < 0 || ret->hour > 23 || ret->minute < 0 || ret->minute > 59 || ret->second < 0 ||
        ret->second > 60)
        return false;
    if (ret->second == 60)
        ret->second = 59;
    if (!eat_char(c, "."))
        return true;
    if (eat_number(c, 1) < 0)
        return false;
    while (eat_number(c, 1) >= 0)
        continue;
    return true;
}

static bool eat_offset(struct cursor *c, int64_t *ret_s)
{
    if (eat_char(c, "Zz")) {
        *ret_s = 0;
        return true;
    }
    const bool west = c->left > 0 && *c->p == '-';
    if (!eat_char(c, "+-"))
        return false;
    const int hours = eat_number(c, 2);
    if (hours < 0 || hours > 23 || !eat_char(c, ":"))
        return false;
    const int minutes = eat_number(c, 2);
    if (minutes < 0 || minutes > 59)
        return false;
    *ret_s = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

bool time_text_parse(const char *text, size_t len, int64_t *ret)
{
    struct cursor c = {text, len};
    struct time_civil t;
    int64_t offset_s;
    if (!eat_date(&c, &t) || !eat_char(&c, "Tt ") || !eat_time(&c, &t) ||
        !eat_offset(&c, &offset_s) || c.left != 0)
        return false;
    *ret = time_utc_of(&t) - offset_s;
    return true;
}

bool time_text_parse_date(const char *text, size_t len, struct time_civil *ret)
{
    struct cursor c = {text, len};
    struct time_civil t;
    if (!eat_date(&c, &t) || c.left != 0)
        return false;
    *ret = t;
    return true;
}
