/* SPDX-License-Identifier: Apache-2.0 */
/* Days of the calendar: existence, order, printing, counting. What people type is date_typed.c. */

#include "core/date.h"

#include <stdio.h>
#include <string.h>

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool date_exists(struct date d)
{
    if (d.year < 1 || d.year > 9999 || d.month < 0 || d.month > 12 || d.day < 0)
        return false;
    if (d.month == 0)
        return d.day == 0;
    return d.day <= days_in_month(d.year, d.month);
}

static bool digits(const char *text, size_t n, int *ret)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        v = v * 10 + (text[i] - '0');
    }
    *ret = v;
    return true;
}

bool date_parse(const char *text, struct date *ret)
{
    const size_t len = strlen(text);
    struct date d = {0};
    if (len != 4 && len != 7 && len != 10)
        return false;
    if (!digits(text, 4, &d.year))
        return false;
    if (len >= 7 && (text[4] != '-' || !digits(text + 5, 2, &d.month) || d.month == 0))
        return false;
    if (len == 10 && (text[7] != '-' || !digits(text + 8, 2, &d.day) || d.day == 0))
        return false;
    if (!date_exists(d))
        return false;
    *ret = d;
    return true;
}

/* Numbers out of their range would not fit the buffer; a date that exists never has them. */
static unsigned bounded(int v, unsigned max)
{
    return v < 0 ? 0 : (unsigned)v > max ? max : (unsigned)v;
}

void date_print(struct date d, char ret[DATE_PRINT_SIZE])
{
    const unsigned y = bounded(d.year, 9999), m = bounded(d.month, 99), day = bounded(d.day, 99);
    if (m == 0)
        snprintf(ret, DATE_PRINT_SIZE, "%04u", y);
    else if (day == 0)
        snprintf(ret, DATE_PRINT_SIZE, "%04u-%02u", y, m);
    else
        snprintf(ret, DATE_PRINT_SIZE, "%04u-%02u-%02u", y, m, day);
}

void date_print_local(struct date d, char ret[DATE_PRINT_SIZE])
{
    const unsigned y = bounded(d.year, 9999), m = bounded(d.month, 99), day = bounded(d.day, 99);
    if (m == 0)
        snprintf(ret, DATE_PRINT_SIZE, "%04u", y);
    else if (day == 0)
        snprintf(ret, DATE_PRINT_SIZE, "%02u/%04u", m, y);
    else
        snprintf(ret, DATE_PRINT_SIZE, "%02u/%02u/%04u", day, m, y);
}

/* Days are counted from 1 March of the year 0, so that a leap day is the last of its year; 400
 * years are 146097 days. */
#define ERA_DAYS 146097
#define DAYS_TO_1970 719468

int64_t date_to_days(struct date d)
{
    const int64_t y = d.month <= 2 ? d.year - 1 : d.year;
    const int64_t month = (d.month + 9) % 12; /* March = 0 */
    const int64_t day_of_year = (153 * month + 2) / 5 + d.day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - DAYS_TO_1970;
}

struct date date_from_days(int64_t days)
{
    const int64_t z = days + DAYS_TO_1970;
    const int64_t era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
    const int64_t in_era = z - era * ERA_DAYS;
    const int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    const int64_t month = (5 * in_year + 2) / 153; /* March = 0 */
    return (struct date){
        .year = (int)(year + era * 400 + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(in_year - (153 * month + 2) / 5 + 1),
    };
}

int date_weekday(struct date d)
{
    const int64_t since_monday = (date_to_days(d) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)((since_monday + 7) % 7) + 1;
}

bool date_compare(struct date a, struct date b, int *ret)
{
    const int parts[][2] = {
        {a.year,  b.year },
        {a.month, b.month},
        {a.day,   b.day  }
    };
    for (size_t i = 0; i < 3; i++) {
        const int x = parts[i][0], y = parts[i][1];
        if (x == 0 && y == 0)
            break; /* equally exact, and equal */
        if (x == 0 || y == 0)
            return false;
        if (x != y) {
            *ret = x < y ? -1 : 1;
            return true;
        }
    }
    *ret = 0;
    return true;
}
