/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/desk_pace.h"

static bool answer_after(struct desk_pace *p, int64_t at_ms, int64_t took_ms)
{
    desk_pace_asked(p, at_ms);
    return desk_pace_answered(p, at_ms + took_ms);
}

static void a_fast_line_is_not_worth_a_word(void **state)
{
    (void)state;
    struct desk_pace p = {0};
    assert_true(desk_pace_is_due(&p, 1000));
    for (int64_t at = 1000; at < 100000; at += 1000)
        assert_false(answer_after(&p, at, 60));
    assert_int_equal(p.told.slow_ms, 0);
}

static void a_slow_line_is_told_in_steps(void **state)
{
    (void)state;
    struct desk_pace p = {0};
    assert_true(answer_after(&p, 1000, 620));
    assert_int_equal(p.told.slow_ms, 600);
    assert_false(answer_after(&p, 3000, 680)); /* no other number for so little */
    assert_int_equal(p.told.slow_ms, 600);
    assert_true(answer_after(&p, 5000, 1400));
    assert_int_equal(p.told.slow_ms, 1000);
}

static void it_is_fast_again_when_it_really_is(void **state)
{
    (void)state;
    struct desk_pace p = {0};
    answer_after(&p, 1000, 260);
    assert_int_equal(p.told.slow_ms, 300);
    assert_false(answer_after(&p, 2000, 200)); /* 230: between the two limits */
    answer_after(&p, 3000, 20);
    assert_int_equal(p.told.slow_ms, 0);
}

static void silence_is_counted_until_the_answer(void **state)
{
    (void)state;
    struct desk_pace p = {0};
    desk_pace_asked(&p, 1000);
    assert_false(desk_pace_passes(&p, 2900));
    assert_true(desk_pace_passes(&p, 3100));
    assert_int_equal(p.told.silent_s, 2);
    assert_false(desk_pace_passes(&p, 3200));
    assert_true(desk_pace_passes(&p, 6000));
    assert_int_equal(p.told.silent_s, 5);
    assert_true(desk_pace_answered(&p, 6100));
    assert_int_equal(p.told.silent_s, 0);
    assert_int_equal(p.told.slow_ms, 5100);
    assert_false(desk_pace_passes(&p, 16100)); /* nothing is awaited */
}

static void an_idle_line_is_asked_once_a_minute(void **state)
{
    (void)state;
    struct desk_pace p = {0};
    answer_after(&p, 1000, 50);
    assert_false(desk_pace_is_due(&p, 60000));
    assert_true(desk_pace_is_due(&p, 61050));
    desk_pace_used(&p, 2000);
    assert_false(desk_pace_is_due(&p, 16000));
    assert_true(desk_pace_is_due(&p, 16050));
    desk_pace_asked(&p, 17000);
    assert_false(desk_pace_is_due(&p, 300000)); /* one question at a time */
}

static void a_line_that_is_gone_is_forgotten(void **state)
{
    (void)state;
    struct desk_pace p = {0};
    answer_after(&p, 1000, 900);
    assert_true(desk_pace_lost(&p));
    assert_int_equal(p.told.slow_ms, 0);
    assert_true(desk_pace_is_due(&p, 2000));
    assert_false(desk_pace_answered(&p, 3000)); /* of a question that was never asked */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fast_line_is_not_worth_a_word),
        cmocka_unit_test(a_slow_line_is_told_in_steps),
        cmocka_unit_test(it_is_fast_again_when_it_really_is),
        cmocka_unit_test(silence_is_counted_until_the_answer),
        cmocka_unit_test(an_idle_line_is_asked_once_a_minute),
        cmocka_unit_test(a_line_that_is_gone_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
