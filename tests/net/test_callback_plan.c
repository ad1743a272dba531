/* SPDX-License-Identifier: Apache-2.0 */
/* What a service's policy makes of a wish, with real zones and calendars: hours, days, clocks that
 * are put forward and back, numbers, fallbacks. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/callback.h"
#include "core/service.h"
#include "core/time_text.h"
#include "net/calendar/calendar.h"

/* Open 08:00 to 20:00 every day. */
static const char eight_to_eight[] = "BEGIN:VCALENDAR\n"
                                     "VERSION:2.0\n"
                                     "PRODID:-//Pupitre//Test//EN\n"
                                     "BEGIN:VEVENT\n"
                                     "UID:1\n"
                                     "DTSTAMP:20200101T000000Z\n"
                                     "DTSTART;TZID=Europe/Brussels:20200101T080000\n"
                                     "DURATION:PT12H\n"
                                     "RRULE:FREQ=DAILY\n"
                                     "END:VEVENT\n"
                                     "END:VCALENDAR\n";

struct bench {
    struct service *s;
    struct hours *hours;
    int64_t now;
    struct callback_wish wish;
    struct callback_plan plan;
    struct err err;
};

static int64_t at(const char *text)
{
    int64_t utc_s = 0;
    assert_true(time_text_parse(text, strlen(text), &utc_s));
    return utc_s;
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->s = calloc(1, sizeof *b->s);
    snprintf(b->s->zone, sizeof b->s->zone, "Europe/Brussels");
    snprintf(b->s->dial_prefixes[0], sizeof b->s->dial_prefixes[0], "+33");
    b->s->n_dial_prefixes = 1;
    b->s->callbacks = (struct service_callbacks){
        .same_day = true, .inside_hours = true, .fallback_s = 900, .missed_after_s = 1800};
    b->hours = hours_new(calendar_hours(), b->s->zone, eight_to_eight);
    assert_non_null(b->hours);
    b->now = at("2026-06-10T08:00:00Z"); /* 10:00 in Brussels */
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    hours_free(b->hours);
    free(b->s);
    free(b);
    return 0;
}

static void wish(struct bench *b, const char *date, const char *time)
{
    assert_true(date_parse(date, &b->wish.date));
    assert_true(callback_time_typed(time, &b->wish.minute_of_day));
}

static enum err_code plan(struct bench *b)
{
    memset(&b->err, 0, sizeof b->err);
    memset(&b->plan, 0, sizeof b->plan);
    return callback_plan(b->s, b->hours, calendar_hours(), &b->wish, b->now, &b->plan, &b->err);
}

static void refused(struct bench *b, const char *field)
{
    const enum err_code code = plan(b);
    assert_true(code == ERR_INVALID || code == ERR_PHONE);
    assert_string_equal(b->err.field, field);
    assert_int_equal(b->plan.at_utc_s, 0); /* untouched */
}

static void any_day(struct bench *b, int64_t max_days)
{
    b->s->callbacks.same_day = false;
    b->s->callbacks.max_days = max_days;
}

static void a_time_of_today_is_that_of_the_service(void **state)
{
    struct bench *b = *state;
    wish(b, "2026-06-10", "15:30");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.at_utc_s, at("2026-06-10T13:30:00Z"));
    assert_int_equal(b->plan.miss_utc_s, b->plan.at_utc_s + 1800);
    assert_int_equal(b->plan.fallback_utc_s, b->plan.at_utc_s); /* to anybody from the beginning */
    assert_false(b->plan.twice);
}

static void a_zone_moves_it(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *zone, *date, *time, *utc;
    } cases[] = {
        {"Europe/London",      "2026-06-10", "14:30", "2026-06-10T13:30:00Z"},
        {"America/New_York",   "2026-06-10", "10:00", "2026-06-10T14:00:00Z"},
        {"Asia/Kolkata",       "2026-06-10", "17:00", "2026-06-10T11:30:00Z"},
        {"Pacific/Kiritimati", "2026-06-11", "03:00", "2026-06-10T13:00:00Z"}, /* + 14 */
        {"Pacific/Pago_Pago",  "2026-06-10", "02:00", "2026-06-10T13:00:00Z"}, /* - 11 */
        {"Pacific/Tongatapu",  "2026-06-11", "02:00", "2026-06-10T13:00:00Z"}, /* + 13 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(b->wish.zone, sizeof b->wish.zone, "%s", cases[i].zone);
        wish(b, cases[i].date, cases[i].time);
        assert_int_equal(plan(b), ERR_OK);
        assert_int_equal(b->plan.at_utc_s, at(cases[i].utc));
        assert_string_equal(b->plan.zone, cases[i].zone);
    }
    snprintf(b->wish.zone, sizeof b->wish.zone, "Europe/Atlantis");
    refused(b, "zone");
}

static void only_today_only_to_come_only_while_open(void **state)
{
    struct bench *b = *state;
    wish(b, "2026-06-11", "10:00");
    refused(b, "date");
    wish(b, "2026-06-10", "09:59");
    refused(b, "time");
    wish(b, "2026-06-10", "10:00"); /* this very instant is over, too */
    refused(b, "time");
    wish(b, "2026-06-10", "20:00"); /* closed from then on */
    refused(b, "time");
    wish(b, "2026-06-10", "19:59");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.miss_utc_s, at("2026-06-10T18:00:00Z")); /* not after closing */
    b->wish.date = (struct date){2026, 2, 30};
    refused(b, "date");
    b->wish.date = (struct date){2026, 6, 0};
    refused(b, "date");
}

static void other_services_look_further_ahead(void **state)
{
    struct bench *b = *state;
    any_day(b, 3);
    wish(b, "2026-06-13", "19:59");
    assert_int_equal(plan(b), ERR_OK);
    wish(b, "2026-06-14", "08:00");
    refused(b, "date");
    any_day(b, 0);
    wish(b, "2026-12-24", "10:00");
    assert_int_equal(plan(b), ERR_OK); /* no limit */
    b->s->callbacks.inside_hours = false;
    wish(b, "2026-12-24", "03:00");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.miss_utc_s, b->plan.at_utc_s + 1800);
}

/* 29 March 2026, 02:00 -> 03:00; 25 October 2026, 03:00 -> 02:00. */
static void a_time_that_the_clocks_leave_out_is_refused(void **state)
{
    struct bench *b = *state;
    any_day(b, 0);
    b->s->callbacks.inside_hours = false;
    b->now = at("2026-03-28T10:00:00Z");
    wish(b, "2026-03-29", "02:30");
    refused(b, "time");
    assert_non_null(strstr(b->err.sentence, "clocks"));
    wish(b, "2026-03-29", "02:00");
    refused(b, "time");
    wish(b, "2026-03-29", "01:59");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.at_utc_s, at("2026-03-29T00:59:00Z"));
    wish(b, "2026-03-29", "03:00");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.at_utc_s, at("2026-03-29T01:00:00Z"));
}

static void a_time_that_comes_twice_is_the_first_of_the_two(void **state)
{
    struct bench *b = *state;
    any_day(b, 0);
    b->s->callbacks.inside_hours = false;
    b->now = at("2026-10-24T10:00:00Z");
    wish(b, "2026-10-25", "02:30");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.at_utc_s, at("2026-10-25T00:30:00Z"));
    assert_true(b->plan.twice);
    wish(b, "2026-10-25", "01:59");
    assert_int_equal(plan(b), ERR_OK);
    assert_false(b->plan.twice);
    wish(b, "2026-10-25", "03:00");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.at_utc_s, at("2026-10-25T02:00:00Z"));
    assert_false(b->plan.twice);
    /* Half an hour only: Lord Howe, 5 April 2026, 02:00 -> 01:30. */
    snprintf(b->wish.zone, sizeof b->wish.zone, "Australia/Lord_Howe");
    b->now = at("2026-04-01T10:00:00Z");
    wish(b, "2026-04-05", "01:45");
    assert_int_equal(plan(b), ERR_OK);
    assert_true(b->plan.twice);
    assert_int_equal(b->plan.at_utc_s, at("2026-04-04T14:45:00Z"));
}

static void hours_hold_on_the_days_of_the_change(void **state)
{
    struct bench *b = *state;
    b->now = at("2026-03-29T06:10:00Z"); /* 08:10, an hour ahead of yesterday */
    wish(b, "2026-03-29", "19:30");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.at_utc_s, at("2026-03-29T17:30:00Z"));
    assert_int_equal(b->plan.miss_utc_s, at("2026-03-29T18:00:00Z"));
    b->now = at("2026-10-25T07:10:00Z");
    wish(b, "2026-10-25", "19:30");
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.at_utc_s, at("2026-10-25T18:30:00Z"));
}

static void a_fallback_lies_between_the_time_and_the_alarm(void **state)
{
    struct bench *b = *state;
    wish(b, "2026-06-10", "15:30");
    const int64_t t = at("2026-06-10T13:30:00Z");
    b->wish.route_to_me = true;
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.fallback_utc_s, t + 900); /* the policy's */
    b->wish.fallback_utc_s = t + 1200;
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.fallback_utc_s, t + 1200);
    b->wish.fallback_utc_s = t - 1;
    refused(b, "fallback_at");
    b->wish.fallback_utc_s = t + 1801;
    refused(b, "fallback_at");
    b->wish.fallback_utc_s = 0;
    /* Never so late that nobody else can ring before the alarm, which is at closing at the latest.
     */
    const int64_t lead_s = service_lead_s(b->s);
    b->s->callbacks.fallback_s = 7200;
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.fallback_utc_s, t + 1800 - lead_s);
    wish(b, "2026-06-10", "19:50");
    b->wish.route_to_me = true;
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.miss_utc_s, at("2026-06-10T18:00:00Z"));
    assert_int_equal(b->plan.fallback_utc_s, b->plan.miss_utc_s - lead_s);
    wish(b, "2026-06-10", "15:30");
    b->wish.route_to_me = false;
    b->wish.fallback_utc_s = 1; /* counts for nothing then */
    assert_int_equal(plan(b), ERR_OK);
    assert_int_equal(b->plan.fallback_utc_s, t);
}

static void another_number_has_to_be_one_that_may_be_called(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *phone;
        bool good;
    } cases[] = {
        {"+32470123456", true },
        {"+33612345678", true },
        {"+31612345678", false},
        {"+3290212345",  false},
        {"112",          false},
        {"+32",          false},
    };
    wish(b, "2026-06-10", "15:30");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(b->wish.phone, sizeof b->wish.phone, "%s", cases[i].phone);
        if (cases[i].good) {
            assert_int_equal(plan(b), ERR_OK);
            assert_string_equal(b->plan.phone, cases[i].phone);
        } else {
            refused(b, "phone");
            assert_null(strstr(b->err.sentence, cases[i].phone));
        }
    }
}

static void an_instant_alone_follows_the_same_policy(void **state)
{
    struct bench *b = *state;
    const struct callback_wish mine = {.route_to_me = true};
    assert_int_equal(callback_plan_at(b->s, b->hours, at("2026-06-10T13:30:07Z"), &mine, b->now,
                                      &b->plan, &b->err),
                     ERR_OK);
    assert_int_equal(b->plan.fallback_utc_s, b->plan.at_utc_s + 900);
    assert_int_equal(callback_plan_at(b->s, b->hours, at("2026-06-10T18:00:00Z"), &mine, b->now,
                                      &b->plan, &b->err),
                     ERR_INVALID);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_time_of_today_is_that_of_the_service),
        TEST(a_zone_moves_it),
        TEST(only_today_only_to_come_only_while_open),
        TEST(other_services_look_further_ahead),
        TEST(a_time_that_the_clocks_leave_out_is_refused),
        TEST(a_time_that_comes_twice_is_the_first_of_the_two),
        TEST(hours_hold_on_the_days_of_the_change),
        TEST(a_fallback_lies_between_the_time_and_the_alarm),
        TEST(another_number_has_to_be_one_that_may_be_called),
        TEST(an_instant_alone_follows_the_same_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
