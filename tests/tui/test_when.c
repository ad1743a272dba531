/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "net/calendar/calendar.h"

#define NOW 1588507500 /* Sunday 3 May 2020, 14:05 in Brussels */

static const struct when_zone here = {0};
static struct when_zone brussels(void)
{
    return (struct when_zone){calendar_hours(), "Europe/Brussels"};
}

static int in_brussels(void **state)
{
    (void)state;
    setenv("TZ", "Europe/Brussels", 1);
    tzset();
    return 0;
}

static void a_time_is_typed_in_many_ways(void **state)
{
    (void)state;
    static const char *const typed[] = {"15:30", "1530", "15h30", "15.30", "+85", " 15:30"};
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        int64_t at = 0;
        assert_true(when_time_typed(typed[i], here, NOW, &at));
        assert_int_equal(at, NOW + 85 * 60);
    }
    int64_t at = 0;
    assert_true(when_time_typed("15h", here, NOW, &at));
    assert_int_equal(at, NOW + 55 * 60);
    assert_true(when_time_typed("15", here, NOW, &at));
    assert_int_equal(at, NOW + 55 * 60);
}

static void what_is_no_time_of_later_today_is_refused(void **state)
{
    (void)state;
    static const char *const typed[] = {"",
                                        "14:05",
                                        "14:04",
                                        "24:00",
                                        "15:60",
                                        "15:",
                                        "15:3x",
                                        "abc",
                                        "+0",
                                        "+99999",
                                        "-5",
                                        "15:30:00",
                                        "99999999999999999999"};
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        int64_t at = 7;
        assert_false(when_time_typed(typed[i], here, NOW, &at));
        assert_int_equal(at, 7);
    }
}

#define LATE 1588542600    /* Sunday 3 May 2020, 23:50 */
#define FORWARD 1585443000 /* Sunday 29 March 2020, 01:50: at 02:00 it is 03:00 */
#define BACK 1603583400    /* Sunday 25 October 2020, 01:50: at 03:00 it is 02:00, once more */

static void minutes_go_on_over_midnight_and_a_clock_that_is_set(void **state)
{
    (void)state;
    static const struct {
        int64_t now;
        const char *typed, *shown;
        int64_t later_s; /* 0: refused */
    } rows[] = {
        {LATE,           "+9",    "23:59",            9 * 60  },
        {LATE,           "+10",   "4 May 00:00",      10 * 60 },
        {LATE,           "+20",   "4 May 00:10",      20 * 60 },
        {LATE,           "+1440", "4 May 23:50",      86400   },
        {LATE,           "+1441", "",                 0       },
        {LATE,           "23:59", "23:59",            9 * 60  },
        {LATE,           "00:10", "",                 0       }, /* of today: it is over */
        {FORWARD,        "+10",   "03:00",            10 * 60 },
        {FORWARD,        "+30",   "03:20",            30 * 60 },
        {FORWARD,        "03:20", "03:20",            30 * 60 },
        {FORWARD,        "02:20", "",                 0       }, /* the clocks leave it out */
        {FORWARD,        "+1440", "30 March 02:50",   86400   },
        {BACK,           "+30",   "02:20",            30 * 60 },
        {BACK,           "+90",   "02:20",            90 * 60 }, /* once more */
        {BACK,           "02:20", "02:20",            30 * 60 }, /* the first of the two */
        {BACK,           "03:20", "03:20",            150 * 60},
        {BACK + 70 * 60, "02:30", "02:30",            30 * 60 }, /* the first is over: the second */
        {BACK,           "+1440", "26 October 00:50", 86400   },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[WHEN_SIZE];
        int64_t at = 7;
        assert_int_equal(when_time_typed(rows[i].typed, here, rows[i].now, &at),
                         rows[i].later_s != 0);
        assert_int_equal(at, rows[i].later_s ? rows[i].now + rows[i].later_s : 7);
        if (rows[i].later_s) {
            assert_string_equal(when_instant(here, at, rows[i].now, text), rows[i].shown);
        }
    }
}

static void dates_are_typed_in_the_languages_of_the_country(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *iso;
    } rows[] = {
        {"hier",       "2020-05-02"},
        {"gisteren",   "2020-05-02"},
        {"gestern",    "2020-05-02"},
        {"yesterday",  "2020-05-02"},
        {"vrijdag",    "2020-05-01"},
        {"3/4",        "2020-04-03"},
        {"30 avril",   "2020-04-30"},
        {"2020-05-03", "2020-05-03"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char iso[WHEN_SIZE];
        assert_true(when_date_typed(rows[i].typed, here, NOW, iso));
        assert_string_equal(iso, rows[i].iso);
    }
    char iso[WHEN_SIZE];
    assert_false(when_date_typed("32/4", here, NOW, iso));
}

static void a_moment_has_the_offset_of_its_own_day(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *iso;
    } rows[] = {
        {"3/5 14:30",        "2020-05-03T14:30:00+02:00"},
        {"gisteren 9h",      "2020-05-02T09:00:00+02:00"},
        {"3 januari 8h05",   "2020-01-03T08:05:00+01:00"},
        {"2020-03-29 03:00", "2020-03-29T03:00:00+02:00"},
        {"2020-05-01T10:00", "2020-05-01T10:00:00+02:00"},
        {"14:00",            "2020-05-03T14:00:00+02:00"},
        {"1/5",              "2020-05-01"               },
        {"mai 2020",         "2020-05"                  },
    };
    char iso[WHEN_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(when_moment_typed(rows[i].typed, here, NOW, iso));
        assert_string_equal(iso, rows[i].iso);
    }
    assert_false(
        when_moment_typed("2020-03-29 02:30", here, NOW, iso)); /* the clocks leave it out */
    assert_false(when_moment_typed("mai 2020 14:30", here, NOW, iso));
    assert_string_equal(when_moment("2020-05-03T14:30:00+02:00", iso), "Sunday 3 May 2020 14:30");
    assert_true(when_clock_typed(" 7:05:09 ", iso));
    assert_string_equal(iso, "07:05:09");
    assert_false(when_clock_typed("24:00", iso));
}

static void dates_are_shown_in_full(void **state)
{
    (void)state;
    char text[WHEN_SIZE];
    assert_string_equal(when_date("2020-05-03", text), "Sunday 3 May 2020");
    assert_string_equal(when_date("2020-05", text), "May 2020");
    assert_string_equal(when_date("2020", text), "2020");
    assert_string_equal(when_date("soon", text), "soon");
}

static void durations_are_short(void **state)
{
    (void)state;
    char text[WHEN_SIZE];
    assert_string_equal(when_minutes(59, text), "0 min");
    assert_string_equal(when_minutes(754, text), "12 min");
    assert_string_equal(when_minutes(3900, text), "1 h 05");
    assert_string_equal(when_seconds(37, text), "0:37");
    assert_string_equal(when_seconds(3723, text), "1:02:03");
    assert_string_equal(when_seconds(-4, text), "0:00");
    assert_string_equal(when_clock(here, NOW, text), "14:05");
    assert_string_equal(when_instant(here, NOW - 86400, NOW, text), "2 May 14:05");
}

static void terminal_in(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

/* An agent at home in Lisbon, or a server on UTC, types what the person in Brussels says. */
static void days_and_times_are_those_of_the_service(void **state)
{
    (void)state;
    static const char *const terminals[] = {"UTC", "Europe/Lisbon", "America/New_York",
                                            "Pacific/Kiritimati", "Europe/Brussels"};
    static const struct {
        int64_t now;
        const char *typed, *iso;
    } rows[] = {
  /* Half past midnight on 3 May in Brussels: it is still 2 May elsewhere. */
        {1588458600, "today",            "2020-05-03"               },
        {1588458600, "hier",             "2020-05-02"               },
        {1588458600, "gisteren",         "2020-05-02"               },
        {1588458600, "gestern 23:50",    "2020-05-02T23:50:00+02:00"},
        {1588458600, "0:10",             "2020-05-03T00:10:00+02:00"},
 /* A minute before it. */
        {1588456740, "today",            "2020-05-02"               },
        {1588456740, "hier 9h15",        "2020-05-01T09:15:00+02:00"},
 /* The clocks change: the first of two, and winter. */
        {NOW,        "2019-10-27 02:30", "2019-10-27T02:30:00+02:00"},
        {NOW,        "2020-03-28 02:30", "2020-03-28T02:30:00+01:00"},
        {NOW,        "2020-01-15 8h",    "2020-01-15T08:00:00+01:00"},
    };
    for (size_t k = 0; k < sizeof terminals / sizeof terminals[0]; k++) {
        terminal_in(terminals[k]);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            char iso[WHEN_SIZE];
            assert_true(when_moment_typed(rows[i].typed, brussels(), rows[i].now, iso));
            assert_string_equal(iso, rows[i].iso);
        }
        char iso[WHEN_SIZE];
        assert_false(when_moment_typed("2020-03-29 02:30", brussels(), NOW, iso));
    }
    terminal_in("Europe/Brussels");
}

/* An agent whose terminal stands elsewhere types and reads the service's clocks. */
static void an_agent_abroad_has_the_clocks_of_the_service(void **state)
{
    (void)state;
    char text[WHEN_SIZE];
    int64_t at = 0;
    struct date day;
    setenv("TZ", "America/New_York", 1);
    tzset();
    const struct when_zone zone = brussels();
    assert_string_equal(when_clock(zone, NOW, text), "14:05");
    assert_string_equal(when_clock(here, NOW, text), "08:05");
    assert_true(when_time_typed("15:30", zone, NOW, &at));
    assert_int_equal(at, NOW + 85 * 60);
    assert_true(when_past_typed("13:05", zone, NOW, &at));
    assert_int_equal(at, NOW - 3600);
    assert_true(when_past_typed("14:06", zone, NOW, &at)); /* yesterday's */
    assert_int_equal(at, NOW - 86400 + 60);
    assert_true(when_past_typed("-45", zone, NOW, &at));
    assert_int_equal(at, NOW - 45 * 60);

    /* Half past midnight in Brussels is the day before in New York. */
    const int64_t night = LATE + 40 * 60;
    assert_string_equal(when_instant(zone, night, NOW, text), "4 May 00:30");
    assert_string_equal(when_instant(zone, NOW, night, text), "3 May 14:05");
    assert_string_equal(when_day(zone, night, night, text), "Today");
    assert_string_equal(when_day(zone, NOW, night, text), "Sunday 3 May");
    assert_true(when_day_to_come("tomorrow", zone, night, &day));
    assert_int_equal(day.day, 5);
    assert_true(when_instant_of(zone, day, 15 * 60 + 30, &at));
    assert_string_equal(when_instant(zone, at, NOW, text), "5 May 15:30");
    setenv("TZ", "Europe/Brussels", 1);
    tzset();
}

/* 02:30 is not on the day that the clocks go forward, and twice on the day that they go back. */
static void clocks_that_are_set_are_those_of_the_service(void **state)
{
    (void)state;
    int64_t at = 7;
    setenv("TZ", "UTC", 1);
    tzset();
    const struct when_zone zone = brussels();
    assert_false(when_time_typed("02:30", zone, FORWARD, &at));
    assert_false(when_past_typed("02:30", zone, FORWARD + 3600, &at));
    assert_int_equal(at, 7);
    assert_true(when_time_typed("03:10", zone, FORWARD, &at));
    assert_int_equal(at, FORWARD + 20 * 60);
    assert_true(when_time_typed("02:30", zone, BACK, &at)); /* the first to come */
    assert_int_equal(at, BACK + 40 * 60);
    assert_true(when_time_typed("02:30", zone, BACK + 45 * 60, &at)); /* the second */
    assert_int_equal(at, BACK + 100 * 60);
    assert_true(when_past_typed("02:30", zone, BACK + 45 * 60, &at)); /* only the first was */
    assert_int_equal(at, BACK + 40 * 60);
    assert_true(when_past_typed("02:30", zone, BACK + 3 * 3600, &at)); /* the last that was so */
    assert_int_equal(at, BACK + 100 * 60);
    setenv("TZ", "Europe/Brussels", 1);
    tzset();
}

static void zones_are_those_that_the_backend_takes(void **state)
{
    (void)state;
    const struct hours_ops *ops = calendar_hours();
    static const char *const good[] = {"Europe/Brussels", "UTC", "America/New_York", "Etc/GMT+12"};
    static const char *const bad[] = {"right/Europe/Brussels",
                                      "posix/Europe/Brussels",
                                      "posixrules",
                                      "localtime",
                                      "Factory",
                                      "zone.tab",
                                      "Mars/Phobos",
                                      "Europe",
                                      "US",
                                      "../zoneinfo/UTC"};
    static const char *const either[] = {"CET", "EST5EDT", "GMT", "Zulu", "US/Pacific", "Japan"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(when_zone_exists(good[i]) && ops->zone_exists(ops->arg, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(when_zone_exists(bad[i]) || ops->zone_exists(ops->arg, bad[i]));
    for (size_t i = 0; i < sizeof either / sizeof either[0]; i++)
        assert_int_equal(when_zone_exists(either[i]), ops->zone_exists(ops->arg, either[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_typed_in_many_ways),
        cmocka_unit_test(what_is_no_time_of_later_today_is_refused),
        cmocka_unit_test(minutes_go_on_over_midnight_and_a_clock_that_is_set),
        cmocka_unit_test(dates_are_typed_in_the_languages_of_the_country),
        cmocka_unit_test(a_moment_has_the_offset_of_its_own_day),
        cmocka_unit_test(dates_are_shown_in_full),
        cmocka_unit_test(durations_are_short),
        cmocka_unit_test(days_and_times_are_those_of_the_service),
        cmocka_unit_test(an_agent_abroad_has_the_clocks_of_the_service),
        cmocka_unit_test(clocks_that_are_set_are_those_of_the_service),
        cmocka_unit_test(zones_are_those_that_the_backend_takes),
    };
    return cmocka_run_group_tests(tests, in_brussels, NULL);
}
