/* SPDX-License-Identifier: Apache-2.0 */
/* Durations: which period is in force, and which day is the end. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/duration.h"

static struct date day(const char *text)
{
    struct date d = {0};
    assert_true(date_parse(text, &d));
    return d;
}

static void the_last_period_that_has_begun_counts(void **state)
{
    (void)state;
    const struct duration d = {
        .periods = {{{2020, 5, 4}, 14}, {{2020, 10, 1}, 10}, {{2022, 3, 1}, 0}},
          .n_periods = 3
    };
    static const struct {
        const char *today;
        int days;
    } rows[] = {
        {"2020-05-04", 14},
        {"2020-09-30", 14},
        {"2020-10-01", 10},
        {"2022-02-28", 10},
        {"2022-03-01", 0 },
        {"2031-01-01", 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int days = -1;
        assert_true(duration_days(&d, day(rows[i].today), &days));
        assert_int_equal(days, rows[i].days);
    }
    int days = -1;
    assert_false(duration_days(&d, day("2020-05-03"), &days));
    assert_false(duration_days(&d, day("2020-06"), &days));
    assert_int_equal(days, -1);
}

static void ends_pass_over_months_years_leap_days_and_changes_of_the_clock(void **state)
{
    (void)state;
    static const struct {
        const char *from, *end;
        int days;
        bool back;
    } rows[] = {
        {"2020-05-03", "2020-05-17", 14,  false},
        {"2020-02-20", "2020-03-05", 14,  false}, /* a leap year */
        {"2021-02-20", "2021-03-06", 14,  false},
        {"2020-02-29", "2021-02-28", 365, false},
        {"2020-12-25", "2021-01-04", 10,  false},
        {"2020-03-28", "2020-03-30", 2,   false}, /* summer time begins on the 29th */
        {"2020-10-24", "2020-10-26", 2,   false},
        {"2020-03-01", "2020-02-28", 2,   true },
        {"2021-03-01", "2021-02-27", 2,   true },
        {"2021-01-01", "2020-12-18", 14,  true },
        {"2020-05-03", "2020-05-03", 0,   false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct date end;
        char text[DATE_PRINT_SIZE];
        assert_true(duration_end(day(rows[i].from), rows[i].days, rows[i].back, &end));
        date_print(end, text);
        assert_string_equal(text, rows[i].end);
    }
    struct date end = {1, 2, 3};
    assert_false(duration_end(day("9999-12-31"), 1, false, &end));
    assert_false(duration_end(day("0001-01-01"), 1, true, &end));
    assert_false(duration_end(day("2020-05"), 1, false, &end));
    assert_false(duration_end((struct date){2021, 2, 29}, 1, false, &end));
    assert_int_equal(end.year, 1);
}

static void names_have_one_form(void **state)
{
    (void)state;
    assert_true(duration_name_is_valid("contagious_before", 17));
    assert_true(duration_name_is_valid("a2", 2));
    assert_false(duration_name_is_valid("", 0));
    assert_false(duration_name_is_valid("2a", 2));
    assert_false(duration_name_is_valid("Watch", 5));
    assert_false(duration_name_is_valid("a-b", 3));
    assert_false(duration_name_is_valid("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 49));
    assert_int_equal(duration_from_by_name("sample_date"), DURATION_FROM_SAMPLE);
    assert_int_equal(duration_from_by_name("last_contact_date"), DURATION_FROM_LAST_CONTACT);
    assert_int_equal(duration_from_by_name("today"), DURATION_FROM_TODAY);
    assert_int_equal(duration_from_by_name("onset"), DURATION_FROM_QUESTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_period_that_has_begun_counts),
        cmocka_unit_test(ends_pass_over_months_years_leap_days_and_changes_of_the_clock),
        cmocka_unit_test(names_have_one_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
