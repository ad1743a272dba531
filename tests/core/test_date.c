/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/date.h"

static const struct date today = {2020, 5, 10}; /* a Sunday */

static const struct date_word words[] = {
    {"today",                DATE_WORD_OFFSET,  0 },
    {"hier",                 DATE_WORD_OFFSET,  -1},
    {"avant-hier",           DATE_WORD_OFFSET,  -2},
    {"day before yesterday", DATE_WORD_OFFSET,  -2},
    {"dimanche",             DATE_WORD_WEEKDAY, 7 },
    {"samedi",               DATE_WORD_WEEKDAY, 6 },
    {"mai",                  DATE_WORD_MONTH,   5 },
    {"f\xC3\xA9vrier",       DATE_WORD_MONTH,   2 },
    {"december",             DATE_WORD_MONTH,   12},
};

static void leap_years_follow_the_calendar(void **state)
{
    (void)state;
    assert_true(date_exists((struct date){2020, 2, 29}));
    assert_true(date_exists((struct date){2000, 2, 29}));
    assert_false(date_exists((struct date){1900, 2, 29}));
    assert_false(date_exists((struct date){2021, 2, 29}));
    assert_false(date_exists((struct date){2020, 4, 31}));
    assert_false(date_exists((struct date){2020, 13, 1}));
    assert_false(date_exists((struct date){2020, 0, 1}));
    assert_false(date_exists((struct date){0, 1, 1}));
}

static void iso_dates_may_be_partial(void **state)
{
    (void)state;
    static const char *const good[] = {"2020", "2020-05", "2020-02-29", "0001-01-01", "9999-12-31"};
    static const char *const bad[] = {
        "",           "20",         "2020-", "2020-5",     "2020-05-3",   "2020-13",     "2020-00",
        "2020-05-00", "2021-02-29", "0000",  "2020/05/03", "2020-05-03T", "2020-05-032", " 2020",
        "20x0",       "-020-05-03"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct date d;
        char again[DATE_PRINT_SIZE];
        assert_true(date_parse(good[i], &d));
        date_print(d, again);
        assert_string_equal(again, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct date d = {1, 2, 3};
        assert_false(date_parse(bad[i], &d));
        assert_int_equal(d.day, 3);
    }
}

static void local_form_is_day_first(void **state)
{
    (void)state;
    char text[DATE_PRINT_SIZE];
    date_print_local((struct date){2020, 5, 3}, text);
    assert_string_equal(text, "03/05/2020");
    date_print_local((struct date){2020, 5, 0}, text);
    assert_string_equal(text, "05/2020");
    date_print_local((struct date){2020, 0, 0}, text);
    assert_string_equal(text, "2020");
}

static void days_count_through_every_day_of_the_calendar(void **state)
{
    (void)state;
    struct date d = {1, 1, 1};
    int64_t days = date_to_days(d);
    int weekday = date_weekday(d);
    assert_int_equal(date_to_days((struct date){1970, 1, 1}), 0);
    assert_int_equal(date_weekday(today), 7);
    for (; d.year < 2500; days++) {
        const struct date back = date_from_days(days);
        if (date_to_days(d) != days || back.year != d.year || back.month != d.month ||
            back.day != d.day || date_weekday(d) != weekday)
            fail_msg("%d-%d-%d", d.year, d.month, d.day);
        weekday = weekday % 7 + 1;
        d.day++;
        if (!date_exists(d))
            d = (struct date){d.year, d.month + 1, 1};
        if (d.month == 13)
            d = (struct date){d.year + 1, 1, 1};
    }
}

static void the_common_part_decides_the_order(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int order; /* 9: unknown */
    } cases[] = {
        {"2020-05-03", "2020-05-03", 0 },
        {"2020-05-03", "2020-05-04", -1},
        {"2020-05-03", "2020-04-30", 1 },
        {"2019",       "2020-05-03", -1},
        {"2020",       "2020-05-03", 9 },
        {"2020-05",    "2020-05-03", 9 },
        {"2020-06",    "2020-05-31", 1 },
        {"2020",       "2020",       0 },
        {"2020-05",    "2020-05",    0 },
        {"2021",       "2020-12",    1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct date a, b;
        int order = 9;
        assert_true(date_parse(cases[i].a, &a) && date_parse(cases[i].b, &b));
        assert_int_equal(date_compare(a, b, &order), cases[i].order != 9);
        assert_int_equal(order, cases[i].order);
    }
}

static void assert_typed(const char *typed, struct date now, enum date_lean lean, const char *iso)
{
    struct date d;
    char text[DATE_PRINT_SIZE];
    if (!date_parse_typed(typed, now, lean, words, sizeof words / sizeof words[0], &d))
        fail_msg("not taken: %s", typed);
    date_print(d, text);
    assert_string_equal(text, iso);
}

static void dates_are_taken_as_people_type_them(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"3/5",                  "2020-05-03"},
        {"03/05",                "2020-05-03"},
        {"3.5.",                 "2020-05-03"},
        {" 3 5 ",                "2020-05-03"},
        {"10/5",                 "2020-05-10"},
        {"11/5",                 "2019-05-11"},
        {"29/2",                 "2020-02-29"},
        {"31/12",                "2019-12-31"},
        {"03/05/2020",           "2020-05-03"},
        {"3-5-2020",             "2020-05-03"},
        {"3/5/20",               "2020-05-03"},
        {"3/5/58",               "1958-05-03"},
        {"11/5/20",              "1920-05-11"},
        {"2020-05-03",           "2020-05-03"},
        {"03052020",             "2020-05-03"},
        {"5/2020",               "2020-05"   },
        {"2020-05",              "2020-05"   },
        {"2020",                 "2020"      },
        {"today",                "2020-05-10"},
        {"Today ",               "2020-05-10"},
        {"HIER",                 "2020-05-09"},
        {"avant-hier",           "2020-05-08"},
        {"day before yesterday", "2020-05-08"},
        {"samedi",               "2020-05-09"},
        {"dimanche",             "2020-05-03"},
        {"3 mai",                "2020-05-03"},
        {"3mai",                 "2020-05-03"},
        {"3 mai 1987",           "1987-05-03"},
        {"mai 2020",             "2020-05"   },
        {"29 f\xC3\xA9vrier",    "2020-02-29"},
        {"24 December",          "2019-12-24"},
        {"-1",                   "2020-05-09"},
        {"-10",                  "2020-04-30"},
        {"+22",                  "2020-06-01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_typed(cases[i][0], today, DATE_LEAN_PAST, cases[i][1]);
}

static void leaning_to_the_future_takes_what_comes(void **state)
{
    (void)state;
    assert_typed("3/5", today, DATE_LEAN_FUTURE, "2021-05-03");
    assert_typed("10/5", today, DATE_LEAN_FUTURE, "2020-05-10");
    assert_typed("29/2", today, DATE_LEAN_FUTURE, "2024-02-29");
    assert_typed("3/5/58", today, DATE_LEAN_FUTURE, "2058-05-03");
    assert_typed("29/2", (struct date){1903, 1, 1}, DATE_LEAN_PAST, "1896-02-29");
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",          " ",         "x",        "31/4",      "32/1",    "3/13",    "0/5",    "3/0",
        "29/2/2021", "3/5/2",     "3/5/202",  "3/5/20201", "1/2/3/4", "mai",     "3 hier", "hier 3",
        "mai mai",   "123",       "12345",    "123456789", "/3/5",    "-",       "+",      "--1",
        "3//",       "2020-5-32", "99999999", "00002020",  "0/2020",  "3 5 mai",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct date d = {1, 2, 3};
        if (date_parse_typed(bad[i], today, DATE_LEAN_PAST, words, sizeof words / sizeof words[0],
                             &d) ||
            d.day != 3)
            fail_msg("taken: %s", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leap_years_follow_the_calendar),
        cmocka_unit_test(iso_dates_may_be_partial),
        cmocka_unit_test(local_form_is_day_first),
        cmocka_unit_test(days_count_through_every_day_of_the_calendar),
        cmocka_unit_test(the_common_part_decides_the_order),
        cmocka_unit_test(dates_are_taken_as_people_type_them),
        cmocka_unit_test(leaning_to_the_future_takes_what_comes),
        cmocka_unit_test(what_is_no_date_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
