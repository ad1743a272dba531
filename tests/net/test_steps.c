/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/server/steps.h"

#define WALL INT64_C(1764000000000)
#define HOUR_MS INT64_C(3600000)

static void a_clock_that_nobody_moves_makes_no_step(void **state)
{
    (void)state;
    struct steps s = {0};
    assert_int_equal(steps_since(&s, WALL, 1000), 0); /* nothing to compare with */
    steps_keep(&s, WALL, 1000);
    assert_int_equal(steps_since(&s, WALL, 1000), 0);
    assert_int_equal(steps_since(&s, WALL + 10 * HOUR_MS, 1000 + 10 * HOUR_MS), 0); /* it slept */
    assert_int_equal(steps_since(&s, WALL + 1000 + 4999, 2000), 0); /* corrected a little */
    assert_int_equal(steps_since(&s, WALL + 1000 - 4999, 2000), 0);
}

static void a_step_is_told_in_whole_seconds_and_once(void **state)
{
    (void)state;
    struct steps s = {0};
    steps_keep(&s, WALL, 1000);
    assert_int_equal(steps_since(&s, WALL + HOUR_MS + 20, 1020), 3600);
    assert_int_equal(steps_since(&s, WALL - HOUR_MS + 20, 1020), -3600);
    assert_int_equal(steps_since(&s, WALL + 5600, 1000), 6);
    assert_int_equal(steps_since(&s, WALL - 5600, 1000), -6);
    steps_keep(&s, WALL + HOUR_MS, 2000);
    assert_int_equal(steps_since(&s, WALL + HOUR_MS + 500, 2500), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_nobody_moves_makes_no_step),
        cmocka_unit_test(a_step_is_told_in_whole_seconds_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
