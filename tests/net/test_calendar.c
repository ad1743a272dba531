/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours by libical, against the C library's own zones; and calendars with faults. */

#include "net/calendar/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/buf.h"

#define ZONE "Europe/Brussels"
#define DAY INT64_C(86400)

/* What the C library says that clocks in Brussels show; TZ is set in main. */
static int64_t local(int year, int month, int day, int hour, int minute)
{
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute,
                    .tm_isdst = -1};
    return (int64_t)mktime(&tm);
}

/* A whole calendar around the lines of events. */
static char *calendar_of(const char *events)
{
    struct buf b = {0};
    buf_str(&b, "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test\n");
    buf_str(&b, events);
    buf_str(&b, "END:VCALENDAR\n");
    char *text = strdup(buf_text(&b));
    buf_free(&b);
    assert_non_null(text);
    return text;
}

static struct hours *open_events(const char *events)
{
    CLEANUP_FREE char *text = calendar_of(events);
    struct hours *h = hours_new(calendar_hours(), ZONE, text);
    assert_non_null(h);
    return h;
}

#define DAILY                                                                                      \
    "BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20200501T080000\nDURATION:PT12H\n"                 \
    "RRULE:FREQ=DAILY\nEND:VEVENT\n"

static void each_day_of_twenty_years_opens_as_the_c_library_says(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_events(DAILY);
    for (int n = 0; n < 19 * 365; n++) {
        const int64_t opens = local(2020, 5, 2 + n, 8, 0);
        const int64_t closes = local(2020, 5, 2 + n, 20, 0);
        assert_int_equal(hours_opens(h, opens - 1), opens);
        assert_int_equal(hours_closes(h, opens), closes);
        assert_int_equal(hours_next_day(h, opens), local(2020, 5, 3 + n, 8, 0));
        assert_int_equal(hours_midnight(h, opens, 0), local(2020, 5, 2 + n, 0, 0));
        assert_int_equal(hours_midnight(h, opens, 1), local(2020, 5, 3 + n, 0, 0));
    }
}

/* Each half hour of the two days on which the clocks change, 2019 to 2037: what they show, and when
 * they show it. */
static void clocks_agree_with_the_c_library_when_they_change(void **state)
{
    (void)state;
    const struct hours_ops *ops = calendar_hours();
    for (int year = 2019; year < 2038; year++) {
        for (int month = 3; month <= 10; month += 7) {
            for (int64_t at = local(year, month, 24, 0, 0); at < local(year, month + 1, 1, 12, 0);
                 at += 1800) {
                struct tm tm;
                const time_t t = (time_t)at;
                localtime_r(&t, &tm);
                const int32_t second = tm.tm_hour * 3600 + tm.tm_min * 60;
                assert_int_equal(ops->second_of_day(ops->arg, ZONE, at), second);
                const int64_t again = ops->wall(ops->arg, ZONE, at, 0, second);
                /* The second of two equal times of day is the first. */
                assert_true(again == at || (again == at - 3600 && !tm.tm_isdst));
            }
        }
    }
    /* 29 March 2026: 02:30 is left out, and counts as 03:30. 25 October: it comes twice. */
    const int64_t spring = local(2026, 3, 29, 12, 0);
    assert_int_equal(ops->wall(ops->arg, ZONE, spring, 0, 9000), local(2026, 3, 29, 3, 30));
    assert_int_equal(ops->wall(ops->arg, ZONE, spring, -1, 9000), local(2026, 3, 28, 2, 30));
    const int64_t autumn = local(2026, 10, 25, 12, 0);
    assert_int_equal(ops->wall(ops->arg, ZONE, autumn, 0, 9000), 1792888200); /* 00:30 UTC */
    assert_int_equal(ops->wall(ops->arg, ZONE, autumn, 0, 10800), 1792893600 /* 02:00 UTC */);
}

static void hours_across_the_change_of_the_clocks(void **state)
{
    (void)state;
    /* Nights from 22:00; the length is time that passes, so closes an hour later in spring. */
    CLEANUP_HOURS struct hours *night =
        open_events("BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20200501T220000\nDURATION:PT8H\n"
                    "RRULE:FREQ=DAILY\nEND:VEVENT\n");
    const int64_t spring = local(2026, 3, 28, 22, 0);
    assert_int_equal(hours_closes(night, spring), spring + 8 * 3600);
    assert_int_equal(hours_closes(night, spring), local(2026, 3, 29, 7, 0));
    assert_int_equal(hours_day_start(night, local(2026, 3, 29, 3, 0)), spring);
    const int64_t autumn = local(2026, 10, 24, 22, 0);
    assert_int_equal(hours_closes(night, autumn), local(2026, 10, 25, 5, 0));
    /* Whole days never close, whether they have 23 hours or 25. */
    CLEANUP_HOURS struct hours *always =
        open_events("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY\nEND:VEVENT\n");
    CLEANUP_HOURS struct hours *one_day =
        open_events("BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20200101T000000\nDURATION:P1D\n"
                    "RRULE:FREQ=DAILY\nEND:VEVENT\n");
    for (int64_t at = local(2026, 3, 27, 0, 0); at < local(2026, 3, 31, 0, 0); at += 900)
        assert_true(hours_is_open(always, at) && hours_is_open(one_day, at));
    for (int64_t at = local(2026, 10, 24, 0, 0); at < local(2026, 10, 27, 0, 0); at += 900)
        assert_true(hours_is_open(always, at) && hours_is_open(one_day, at));
    assert_int_equal(hours_closes(always, spring), INT64_MAX);
    assert_int_equal(hours_next_day(always, local(2026, 10, 25, 2, 0)), local(2026, 10, 26, 0, 0));
    assert_int_equal(hours_next_day(always, local(2026, 10, 25, 2, 0)) -
                         hours_day_start(always, local(2026, 10, 25, 12, 0)),
                     25 * 3600);
}

static void holidays_close_and_effective_dates_count(void **state)
{
    (void)state;
    /* Until 16:30 before Monday 5 October 2020, 08:30 to 13:00 from then on. */
    CLEANUP_HOURS struct hours *h = open_events(
        "BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20200106T083000\nDURATION:PT8H\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20201004T215959Z\nEND:VEVENT\n"
        "BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20201005T083000\nDURATION:PT4H30M\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\n"
        "EXDATE;TZID=Europe/Brussels:20201102T083000,20201103T083000\nEND:VEVENT\n"
        "BEGIN:VEVENT\nCATEGORIES:CLOSED\nDTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\n"
        "END:VEVENT\n"
        "BEGIN:VEVENT\nCATEGORIES:CLOSED\nDTSTART;VALUE=DATE:20210405\nRDATE;VALUE=DATE:20220418\n"
        "END:VEVENT\n");
    assert_true(hours_is_open(h, local(2020, 10, 2, 16, 29))); /* Friday */
    assert_false(hours_is_open(h, local(2020, 10, 3, 10, 0))); /* Saturday */
    assert_true(hours_is_open(h, local(2020, 10, 5, 8, 30)));  /* that Monday */
    assert_false(hours_is_open(h, local(2020, 10, 5, 13, 0)));
    assert_false(hours_is_open(h, local(2020, 11, 2, 9, 0))); /* taken out */
    assert_false(hours_is_open(h, local(2020, 11, 3, 9, 0)));
    assert_true(hours_is_open(h, local(2020, 11, 4, 9, 0)));
    assert_false(hours_is_open(h, local(2020, 12, 25, 9, 0))); /* Christmas, a Friday */
    assert_int_equal(hours_opens(h, local(2020, 12, 25, 9, 0)), local(2020, 12, 28, 8, 30));
    assert_false(hours_is_open(h, local(2024, 12, 25, 9, 0))); /* a Wednesday, years later */
    assert_true(hours_is_open(h, local(2024, 12, 24, 9, 0)));
    assert_false(hours_is_open(h, local(2021, 4, 5, 9, 0))); /* Easter Mondays */
    assert_false(hours_is_open(h, local(2022, 4, 18, 9, 0)));
    assert_true(hours_is_open(h, local(2022, 4, 19, 9, 0)));
}

/* Rules that begin in the middle of what is asked, and every second week, agree with a walk from
 * the beginning. */
static void jumping_into_a_rule_misses_nothing(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h =
        open_events("BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20200107T080000\nDURATION:PT1H\n"
                    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU\nEND:VEVENT\n"
                    "BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20200131T120000\nDURATION:PT1H\n"
                    "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1\nEND:VEVENT\n"
                    "BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20200102T140000\nDURATION:PT1H\n"
                    "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=500\nEND:VEVENT\n");
    for (int n = 0; n < 6 * 365; n++) {
        const int64_t noon = local(2020, 1, 7 + n, 12, 30);
        const time_t t = (time_t)noon;
        struct tm tm;
        struct tm tomorrow;
        const time_t later = t + DAY;
        localtime_r(&t, &tm);
        localtime_r(&later, &tomorrow);
        assert_int_equal(hours_is_open(h, local(2020, 1, 7 + n, 8, 30)), n % 14 == 0);
        assert_int_equal(hours_is_open(h, noon), tomorrow.tm_mday == 1);
        assert_int_equal(hours_is_open(h, local(2020, 1, 7 + n, 14, 30)),
                         (n + 5) % 3 == 0 && (n + 5) / 3 < 500);
    }
}

struct heard {
    size_t n;
    size_t line;
    char sentence[128];
};

static void hear(void *arg, size_t line, const char *sentence)
{
    struct heard *h = arg;
    if (h->n++)
        return;
    h->line = line;
    snprintf(h->sentence, sizeof h->sentence, "%s", sentence);
}

static struct heard check(const char *text)
{
    struct heard h = {0};
    const struct hours_ops *ops = calendar_hours();
    ops->check(ops->arg, ZONE, text, hear, &h);
    return h;
}

#define HEAD "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x\n"
#define EVENT HEAD "BEGIN:VEVENT\n" /* lines 0 to 3; the next is line 4 */
#define START "DTSTART;TZID=Europe/Brussels:20200501T080000\n"
#define CLOSE "END:VEVENT\nEND:VCALENDAR\n"

static void each_fault_names_its_line_and_its_rule(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        size_t line;
        const char *rule; /* part of it */
    } cases[] = {
        {"", 0, "END:VCALENDAR is missing"},
        {"garbage\n", 0, "NAME:VALUE"},
        {"BEGIN:VEVENT\n", 0, "begins nothing"},
        {"BEGIN:VCALENDAR\nEND:VCALENDAR\n", 0, "VERSION"},
        {"BEGIN:VCALENDAR\nVERSION:1.0\nEND:VCALENDAR\n", 1, "2.0"},
        {HEAD "BEGIN:VTIMEZONE\nEND:VTIMEZONE\nEND:VCALENDAR\n", 3, "begins nothing"},
        {HEAD, 2, "END:VCALENDAR is missing"},
        {HEAD "END:VCALENDAR\nX:Y\n", 4, "after the end"},
        {HEAD "END:VEVENT\nEND:VCALENDAR\n", 3, "ends nothing"},
        {HEAD START "END:VCALENDAR\n", 3, "may not stand here"},
        {EVENT "DURATION:PT1H\n" CLOSE, 3, "no DTSTART"},
        {EVENT START CLOSE, 3, "no DURATION"},
        {EVENT START "DURATION:PT1H\nX-COLOUR:red\n" CLOSE, 6, "no property"},
        {EVENT START "DURATION:PT1H\nRECURRENCE-ID:20200101\n" CLOSE, 6, "no property"},
        {EVENT "DTSTART;TZID=Europe/Bruxelles:20200501T080000\nDURATION:PT1H\n" CLOSE, 4, "time zone"},
        {EVENT "DTSTART;TZID=../../etc/passwd:20200501T080000\nDURATION:PT1H\n" CLOSE, 4, "time zone"},
        {EVENT "DTSTART:20200501T080000\nDURATION:PT1H\n" CLOSE, 4, "TZID"},
        {EVENT "DTSTART;TZID=Europe/Brussels:20200501T080000Z\nDURATION:PT1H\n" CLOSE, 4, "one of them"},
        {EVENT "DTSTART;TZID=Europe/Brussels:20200230T080000\nDURATION:PT1H\n" CLOSE, 4, "exists"},
        {EVENT "DTSTART;TZID=Europe/Brussels:20201301T080000\nDURATION:PT1H\n" CLOSE, 4, "exists"},
        {EVENT "DTSTART;TZID=Europe/Brussels:20200501T280000\nDURATION:PT1H\n" CLOSE, 4, "exists"},
        {EVENT "DTSTART;TZID=Europe/Brussels:2020050T080000\nDURATION:PT1H\n" CLOSE, 4, "exists"},
        {EVENT "DTSTART;VALUE=DATE:20200501T080000\nDURATION:PT1H\n" CLOSE, 4, "must be a date"},
        {EVENT "DTSTART;TZID=Europe/Brussels:20200501\nDURATION:PT1H\n" CLOSE, 4, "VALUE=DATE"},
        {EVENT "DTSTART;VALUE=DATE:20210229\n" CLOSE, 4, "exists"},
        {EVENT START START "DURATION:PT1H\n" CLOSE, 5, "twice"},
        {EVENT START "DURATION:12H\n" CLOSE, 5, "duration"},
        {EVENT START "DURATION:-PT1H\n" CLOSE, 5, "duration"},
        {EVENT START "DURATION:PT0S\n" CLOSE, 5, "duration"},
        {EVENT START "DURATION:P8D\n" CLOSE, 5, "seven days"},
        {EVENT START "DURATION:PT999999999H\n" CLOSE, 5, ""},
        {EVENT START "DURATION:PT1H\nDTEND;TZID=Europe/Brussels:20200501T090000\n" CLOSE, 6, "twice"},
        {EVENT START "DTEND;TZID=Europe/Brussels:20200501T080000\n" CLOSE, 5, "after DTSTART"},
        {EVENT START "DTEND;VALUE=DATE:20200502\n" CLOSE, 5, "same kind"},
        {EVENT START "DTEND;TZID=Europe/Brussels:20200502T080000\nRRULE:FREQ=DAILY\n" CLOSE, 5, "P1D"},
        {EVENT "DTSTART;VALUE=DATE:20200501\nDURATION:PT1H\n" CLOSE, 5, "whole days"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DALY\n" CLOSE, 6, "recurrence"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY;BYDAY=XX\n" CLOSE, 6, "recurrence"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=0\n" CLOSE, 6, "recurrence"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=20000\n" CLOSE, 6, "10000"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=MINUTELY\n" CLOSE, 6, "daily"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY;BYHOUR=8,14\n" CLOSE, 6, "once a day"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20210101\n" CLOSE, 6, "UTC"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20210101T080000\n" CLOSE, 6, "UTC"},
        {EVENT "DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=DAILY;UNTIL=20210101T080000Z\n" CLOSE, 5, "date"},
        {EVENT "RRULE:FREQ=DAILY\n" START "DURATION:PT1H\n" CLOSE, 4, "after DTSTART"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY\n" CLOSE, 7, "twice"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=MO\n" CLOSE, 6, "begin at DTSTART"}, /* a Friday */
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Brussels:20201225T090000\n" CLOSE, 7, "nothing begins"},
        {EVENT START "DURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20201225\n" CLOSE, 7, "same kind"},
        {EVENT START "DURATION:PT1H\nRDATE;VALUE=PERIOD:20200601T080000/PT1H\n" CLOSE, 6, "nothing else"},
        {EVENT START "DURATION:PT1H\nRDATE;TZID=Europe/Brussels:20200601T080000,\n" CLOSE, 6, "exists"},
        {EVENT START "DURATION:PT1H\nCATEGORIES:HOLIDAY\n" CLOSE, 6, "CLOSED"},
        {EVENT START "DURATION:PT1H\nSUMMARY:a\tb\001\n" CLOSE, 6, "NAME:VALUE"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct heard h = check(cases[i].text);
        if (h.n == 0 || h.line != cases[i].line || !strstr(h.sentence, cases[i].rule))
            fail_msg("%zu: %zu faults, line %zu: %s\n%s", i, h.n, h.line, h.sentence,
                     cases[i].text);
    }
}

static void good_calendars_have_no_fault(void **state)
{
    (void)state;
    static const char *const good[] = {
        HEAD "END:VCALENDAR\n", /* never open */
        EVENT START "DURATION:PT12H\n" CLOSE,
        EVENT START "DTEND;TZID=Europe/London:20200501T190000\nRRULE:FREQ=DAILY\n" CLOSE,
        EVENT
        "DTSTART:20200501T060000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20210101T000000Z\n" CLOSE,
        EVENT "DTSTART;VALUE=DATE:20201224\nDTEND;VALUE=DATE:20201227\nCATEGORIES:CLOSED\n" CLOSE,
        EVENT
        "dtstart;tzid=Europe/Brussels:20200501T080000\nduration:PT1H\nrrule:freq=daily\n" CLOSE,
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const struct heard h = check(good[i]);
        if (h.n)
            fail_msg("%zu: line %zu %s", i, h.line, h.sentence);
    }
}

static void too_many_openings_are_refused_before_they_stop_a_day(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 12; i++)
        buf_printf(&b,
                   "BEGIN:VEVENT\nDTSTART;TZID=Europe/Brussels:20200501T%02d0000\nDURATION:PT30M\n"
                   "RRULE:FREQ=DAILY\nEND:VEVENT\n",
                   8 + i);
    CLEANUP_FREE char *text = calendar_of(buf_text(&b));
    buf_free(&b);
    const struct heard h = check(text);
    assert_int_equal(h.n, 1);
    assert_non_null(strstr(h.sentence, "512"));
}

static void zones_are_those_of_iana(void **state)
{
    (void)state;
    const struct hours_ops *ops = calendar_hours();
    static const char *const good[] = {"Europe/Brussels", "UTC", "America/New_York",
                                       "Asia/Kolkata"};
    static const char *const bad[] = {"",
                                      "Brussels",
                                      "Europe/Bruxelles",
                                      "/etc/passwd",
                                      "CET-1CEST",
                                      "right/Europe/Brussels",
                                      "posix/Europe/Brussels",
                                      "posixrules",
                                      "localtime",
                                      "Factory"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(ops->zone_exists(ops->arg, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(ops->zone_exists(ops->arg, bad[i]));
}

static void a_closing_is_named_on_its_day_and_on_no_other(void **state)
{
    (void)state;
    CLEANUP_FREE char *text =
        calendar_of(DAILY "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20200505\n"
                          "RRULE:FREQ=YEARLY\nCATEGORIES:CLOSED\n"
                          "RDATE;VALUE=DATE:20200610\nEXDATE;VALUE=DATE:20220505\n"
                          "SUMMARY:Tea\\, cakes\nEND:VEVENT\n"
                          "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20200507\n"
                          "CATEGORIES:CLOSED\nEND:VEVENT\n");
    const struct hours_ops *ops = calendar_hours();
    static const struct {
        int year, month, day;
        bool named;
    } cases[] = {
        {2020, 5, 4,  false},
        {2020, 5, 5,  true },
        {2020, 5, 6,  false},
        {2021, 5, 5,  true },
        {2022, 5, 5,  false},
        {2020, 6, 10, true },
        {2020, 5, 7,  false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[32] = "untouched";
        const int64_t noon = local(cases[i].year, cases[i].month, cases[i].day, 12, 0);
        assert_int_equal(ops->closing(ops->arg, ZONE, text, noon, name, sizeof name),
                         cases[i].named);
        assert_string_equal(name, cases[i].named ? "Tea, cakes" : "untouched");
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_day_of_twenty_years_opens_as_the_c_library_says),
        cmocka_unit_test(clocks_agree_with_the_c_library_when_they_change),
        cmocka_unit_test(hours_across_the_change_of_the_clocks),
        cmocka_unit_test(holidays_close_and_effective_dates_count),
        cmocka_unit_test(jumping_into_a_rule_misses_nothing),
        cmocka_unit_test(each_fault_names_its_line_and_its_rule),
        cmocka_unit_test(good_calendars_have_no_fault),
        cmocka_unit_test(too_many_openings_are_refused_before_they_stop_a_day),
        cmocka_unit_test(zones_are_those_of_iana),
        cmocka_unit_test(a_closing_is_named_on_its_day_and_on_no_other),
    };
    setenv("TZ", ZONE, 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
