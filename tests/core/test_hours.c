/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours from spans: a fake calendar at UTC, where a day has 86400 seconds. */

#include "core/hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_hours.h"

#define H(hours) ((int64_t)(hours)*3600)
#define D0 FAKE_DAY0

static struct hours *open_plan(const char *calendar)
{
    fake_hours_asked = 0;
    fake_hours_no_memory = false;
    struct hours *h = hours_new(&fake_hours, "UTC", calendar);
    assert_non_null(h);
    return h;
}

static void a_span_is_open_at_its_first_second_and_closed_at_its_last(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("day");
    assert_false(hours_is_open(h, D0 + H(8) - 1));
    assert_true(hours_is_open(h, D0 + H(8)));
    assert_true(hours_is_open(h, D0 + H(20) - 1));
    assert_false(hours_is_open(h, D0 + H(20)));
    assert_int_equal(hours_closes(h, D0 + H(8)), D0 + H(20));
    assert_int_equal(hours_closes(h, D0 + H(7)), 0);
    assert_int_equal(hours_opens(h, D0 + H(7)), D0 + H(8));
    assert_int_equal(hours_opens(h, D0 + H(9)), D0 + H(9));
    assert_int_equal(hours_opens(h, D0 + H(20)), D0 + DAY + H(8));
}

static void nobody_is_presented_whose_call_would_begin_after_the_end(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("day");
    assert_true(hours_may_present(h, D0 + H(20) - 51, 50));
    assert_false(hours_may_present(h, D0 + H(20) - 50, 50)); /* would begin at 20:00 */
    assert_false(hours_may_present(h, D0 + H(8) - 1, 50));
    assert_int_equal(hours_next_present(h, D0 + H(20) - 51, 50), D0 + H(20) - 51);
    assert_int_equal(hours_next_present(h, D0 + H(20) - 50, 50), D0 + DAY + H(8));
    assert_int_equal(hours_next_present(h, D0 + H(3), 50), D0 + H(8));
    assert_int_equal(hours_next_present(h, D0 + H(3), H(12)), 0); /* never long enough */
}

static void a_break_at_noon_does_not_end_the_calling_day(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("lunch");
    assert_int_equal(hours_closes(h, D0 + H(9)), D0 + H(12));
    assert_int_equal(hours_opens(h, D0 + H(12)), D0 + H(13));
    assert_int_equal(hours_day_start(h, D0 + H(15)), D0 + H(8));
    assert_int_equal(hours_next_day(h, D0 + H(9)), D0 + DAY + H(8));
    assert_int_equal(hours_day_start(h, D0 + H(7)), D0 - DAY + H(8));
    assert_int_equal(hours_next_day(h, D0 + H(7)), D0 + H(8));
}

static void a_night_is_one_calling_day(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("night");
    assert_true(hours_is_open(h, D0 + H(1)));
    assert_int_equal(hours_day_start(h, D0 + H(1)), D0 - DAY + H(18));
    assert_int_equal(hours_next_day(h, D0 + H(1)), D0 + H(18));
    assert_int_equal(hours_day_start(h, D0 + H(19)), D0 + H(18));
    assert_int_equal(hours_next_day(h, D0 + H(19)), D0 + DAY + H(18));
}

static void what_never_closes_has_a_new_day_at_each_midnight(void **state)
{
    (void)state;
    static const char *const calendars[] = {"always", NULL};
    for (size_t i = 0; i < 2; i++) {
        CLEANUP_HOURS struct hours *h = open_plan(calendars[i]);
        assert_true(hours_is_open(h, D0));
        assert_true(hours_may_present(h, D0 + DAY - 1, 3600));
        assert_int_equal(hours_closes(h, D0 + 5), INT64_MAX);
        assert_int_equal(hours_day_start(h, D0 + H(23)), D0);
        assert_int_equal(hours_day_start(h, D0), D0);
        assert_int_equal(hours_next_day(h, D0 + H(23)), D0 + DAY);
        assert_int_equal(hours_next_day(h, D0), D0 + DAY);
    }
}

static void a_holiday_is_cut_out(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("holiday"); /* D0 is one: 20000 % 5 == 0 */
    assert_false(hours_is_open(h, D0 + H(9)));
    assert_int_equal(hours_opens(h, D0 + H(9)), D0 + DAY + H(8));
    assert_int_equal(hours_next_day(h, D0 - DAY + H(9)), D0 + DAY + H(8));
    assert_int_equal(hours_day_start(h, D0 + H(9)), D0 - DAY + H(8));
    CLEANUP_HOURS struct hours *bitten = open_plan("bitten");
    assert_int_equal(hours_closes(bitten, D0 + H(9)), D0 + H(10));
    assert_int_equal(hours_opens(bitten, D0 + H(10)), D0 + H(11));
    assert_int_equal(hours_closes(bitten, D0 + H(11)), D0 + H(20));
    assert_int_equal(hours_day_start(bitten, D0 + H(12)), D0 + H(8));
}

static void openings_that_overlap_are_one(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("twice");
    assert_int_equal(hours_closes(h, D0 + H(9)), D0 + H(20));
    assert_int_equal(hours_closes(h, D0 + H(13)), D0 + H(20));
    assert_int_equal(hours_next_day(h, D0 + H(9)), D0 + DAY + H(8));
}

static void an_opening_far_away_is_found_and_none_is_0(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("rare"); /* every 100 days: D0 is one */
    assert_int_equal(hours_opens(h, D0 + DAY), D0 + 100 * DAY + H(8));
    assert_int_equal(hours_next_day(h, D0 + DAY), D0 + 100 * DAY + H(8));
    assert_int_equal(hours_day_start(h, D0 + 50 * DAY + 7), D0 + 50 * DAY); /* midnight */
    CLEANUP_HOURS struct hours *never = open_plan("");
    assert_false(hours_is_open(never, D0));
    assert_int_equal(hours_opens(never, D0), 0);
    assert_int_equal(hours_next_present(never, D0, 1), 0);
    assert_int_equal(hours_next_day(never, D0), 0);
}

static void the_calendar_is_read_once_for_weeks(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("day");
    for (int64_t at = D0; at < D0 + 30 * DAY; at += 600) {
        const bool open = at % DAY >= H(8) && at % DAY < H(20);
        assert_int_equal(hours_is_open(h, at), open);
    }
    assert_true(fake_hours_asked <= 2);
}

static void without_memory_it_is_closed_until_there_is_some(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = open_plan("day");
    fake_hours_no_memory = true;
    assert_false(hours_is_open(h, D0 + H(9)));
    assert_int_equal(hours_opens(h, D0 + H(9)), 0);
    assert_false(hours_may_present(h, D0 + H(9), 1));
    fake_hours_no_memory = false;
    assert_true(hours_is_open(h, D0 + H(9)));
}

/* Each answer against one found by trying every minute. */
static void every_answer_agrees_with_a_walk(void **state)
{
    (void)state;
    static const char *const calendars[] = {"day", "lunch", "night", "holiday", "bitten", "twice"};
    for (size_t c = 0; c < sizeof calendars / sizeof calendars[0]; c++) {
        CLEANUP_HOURS struct hours *h = open_plan(calendars[c]);
        for (int64_t at = D0 - DAY; at < D0 + 3 * DAY; at += 900) {
            int64_t opens = at;
            while (!hours_is_open(h, opens))
                opens += 60;
            assert_int_equal(hours_opens(h, at), opens);
            int64_t closes = opens;
            while (hours_is_open(h, closes))
                closes += 60;
            assert_int_equal(hours_closes(h, opens), closes);
            assert_int_equal(hours_may_present(h, opens, 1800), opens + 1800 < closes);
            const int64_t next = hours_next_day(h, at);
            assert_int_equal(hours_day_start(h, next), next);
            assert_true(hours_is_open(h, next));
            assert_true(hours_day_start(h, next - 1) < next);
            assert_int_equal(hours_day_start(h, next - 1), hours_day_start(h, at));
        }
    }
}

static void a_service_that_never_closes_is_read_as_seldom(void **state)
{
    (void)state;
    fake_hours_asked = 0;
    struct hours *h = hours_new(&fake_hours, "UTC", "always");
    for (int64_t s = 0; s < 1000; s++) {
        assert_true(hours_may_present(h, FAKE_DAY0 + s, 100));
        assert_int_equal(hours_next_present(h, FAKE_DAY0 + s, 100), FAKE_DAY0 + s);
    }
    assert_true(fake_hours_asked <= 2);
    hours_free(h);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_is_open_at_its_first_second_and_closed_at_its_last),
        cmocka_unit_test(nobody_is_presented_whose_call_would_begin_after_the_end),
        cmocka_unit_test(a_break_at_noon_does_not_end_the_calling_day),
        cmocka_unit_test(a_night_is_one_calling_day),
        cmocka_unit_test(what_never_closes_has_a_new_day_at_each_midnight),
        cmocka_unit_test(a_holiday_is_cut_out),
        cmocka_unit_test(openings_that_overlap_are_one),
        cmocka_unit_test(an_opening_far_away_is_found_and_none_is_0),
        cmocka_unit_test(the_calendar_is_read_once_for_weeks),
        cmocka_unit_test(without_memory_it_is_closed_until_there_is_some),
        cmocka_unit_test(every_answer_agrees_with_a_walk),
        cmocka_unit_test(a_service_that_never_closes_is_read_as_seldom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
