/* SPDX-License-Identifier: Apache-2.0 */
/* Instants and dates as text. */

#include "core/time_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void known_instants_print_and_parse(void **state)
{
    (void)state;
    static const struct {
        int64_t utc_s;
        const char *text;
    } cases[] = {
        {0,            "1970-01-01T00:00:00Z"},
        {-1,           "1969-12-31T23:59:59Z"},
        {951782400,    "2000-02-29T00:00:00Z"},
        {1774681509,   "2026-03-28T07:05:09Z"},
        {4107542400,   "2100-03-01T00:00:00Z"},
        {253402300799, "9999-12-31T23:59:59Z"},
        {-62135596800, "0001-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[TIME_TEXT_SIZE];
        int64_t back = 7;
        time_text_print(cases[i].utc_s, text);
        assert_string_equal(text, cases[i].text);
        assert_true(time_text_parse(text, strlen(text), &back));
        assert_true(back == cases[i].utc_s);
    }
}

static void every_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -719162; day <= 2932896; day += 13) {
        const time_t at = (time_t)day * 86400 + 12345;
        struct tm tm;
        assert_non_null(gmtime_r(&at, &tm));
        const struct time_civil t = time_civil_of(at);
        assert_int_equal(t.year, tm.tm_year + 1900);
        assert_int_equal(t.month, tm.tm_mon + 1);
        assert_int_equal(t.day, tm.tm_mday);
        assert_int_equal(t.hour, tm.tm_hour);
        assert_int_equal(t.second, tm.tm_sec);
        assert_true(time_utc_of(&t) == at);
        assert_true(time_date_exists(t.year, t.month, t.day));
    }
}

static void instants_out_of_range_print_the_nearest(void **state)
{
    (void)state;
    char text[TIME_TEXT_SIZE];
    time_text_print(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    time_text_print(INT64_MIN, text);
    assert_string_equal(text, "0001-01-01T00:00:00Z");
}

static void offsets_fractions_and_leap_seconds_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text, *same;
    } cases[] = {
        {"2026-03-28T08:05:09+01:00",   "2026-03-28T07:05:09Z"},
        {"2026-03-28T00:05:09-07:30",   "2026-03-28T07:35:09Z"},
        {"2026-03-28t07:05:09z",        "2026-03-28T07:05:09Z"},
        {"2026-03-28 07:05:09.123456Z", "2026-03-28T07:05:09Z"},
        {"2016-12-31T23:59:60Z",        "2016-12-31T23:59:59Z"},
        {"2026-03-28T07:05:09-00:00",   "2026-03-28T07:05:09Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t at;
        char text[TIME_TEXT_SIZE];
        assert_true(time_text_parse(cases[i].text, strlen(cases[i].text), &at));
        time_text_print(at, text);
        assert_string_equal(text, cases[i].same);
    }
}

static void what_is_no_instant_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-03-28",
        "2026-03-28T07:05:09",
        "2026-03-28T07:05Z",
        "2026-02-29T07:05:09Z",
        "2026-13-01T07:05:09Z",
        "2026-00-10T07:05:09Z",
        "2026-03-28T24:00:00Z",
        "2026-03-28T07:60:09Z",
        "2026-03-28T07:05:61Z",
        "2026-03-28T07:05:09.Z",
        "2026-03-28T07:05:09+1:00",
        "2026-03-28T07:05:09+24:00",
        "2026-03-28T07:05:09Zx",
        " 2026-03-28T07:05:09Z",
        "28/03/2026 07:05:09",
        "0000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "+026-03-28T07:05:09Z",
    };
    int64_t at = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(time_text_parse(bad[i], strlen(bad[i]), &at));
    assert_int_equal(at, 7);
    assert_false(time_text_parse("2026-03-28T07:05:09Z\0", 21, &at));
}

static void dates_have_to_exist(void **state)
{
    (void)state;
    struct time_civil t = {0};
    assert_true(time_text_parse_date("2024-02-29", 10, &t));
    assert_int_equal(t.year, 2024);
    assert_int_equal(t.month, 2);
    assert_int_equal(t.day, 29);
    static const char *const bad[] = {"",           "2023-02-29", "1900-02-29",  "2024-04-31",
                                      "2024-4-30",  "29-02-2024", "2024-02-29 ", "2024-02-00",
                                      "0000-01-01", "2024/02/29"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(time_text_parse_date(bad[i], strlen(bad[i]), &t));
    assert_int_equal(t.day, 29);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_instants_print_and_parse),
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(instants_out_of_range_print_the_nearest),
        cmocka_unit_test(offsets_fractions_and_leap_seconds_are_understood),
        cmocka_unit_test(what_is_no_instant_is_refused),
        cmocka_unit_test(dates_have_to_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
