/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/time_text.h"
#include "net/server/day.h"

static int64_t at(int year, int month, int day, int hour, int minute)
{
    return time_utc_of(&(struct time_civil){
        .year = year, .month = month, .day = day, .hour = hour, .minute = minute});
}

static void expect_day(int64_t now, int64_t start, int64_t next)
{
    const struct store_day day = day_of(now);
    assert_int_equal(day.start_utc_s, start);
    assert_int_equal(day.next_utc_s, next);
}

static void the_day_is_that_of_brussels(void **state)
{
    (void)state;
    /* 23:30 UTC in winter is half past midnight there: the next day. */
    expect_day(at(2026, 1, 14, 22, 59), at(2026, 1, 13, 23, 0), at(2026, 1, 14, 23, 0));
    expect_day(at(2026, 1, 14, 23, 30), at(2026, 1, 14, 23, 0), at(2026, 1, 15, 23, 0));
    expect_day(at(2026, 7, 14, 22, 30), at(2026, 7, 14, 22, 0), at(2026, 7, 15, 22, 0));
}

static void days_on_which_the_clock_changes_have_23_and_25_hours(void **state)
{
    (void)state;
    expect_day(at(2026, 3, 29, 12, 0), at(2026, 3, 28, 23, 0), at(2026, 3, 29, 22, 0));
    expect_day(at(2026, 10, 25, 12, 0), at(2026, 10, 24, 22, 0), at(2026, 10, 25, 23, 0));
}

static void the_last_day_of_a_year_ends_with_it(void **state)
{
    (void)state;
    expect_day(at(2026, 12, 31, 12, 0), at(2026, 12, 30, 23, 0), at(2026, 12, 31, 23, 0));
}

int main(void)
{
    setenv("TZ", "Europe/Brussels", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_is_that_of_brussels),
        cmocka_unit_test(days_on_which_the_clock_changes_have_23_and_25_hours),
        cmocka_unit_test(the_last_day_of_a_year_ends_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
