/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <setjmp.h>

#include <cmocka.h>
#include <sodium.h>

#include "net/server/throttle.h"

#define NOW 100000

static struct throttle *throttle(void)
{
    assert_true(sodium_init() >= 0);
    struct throttle *t = throttle_new();
    assert_non_null(t);
    return t;
}

static void the_first_failures_cost_nothing(void **state)
{
    (void)state;
    struct throttle *t = throttle();
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(t, "agent.one", NOW), 0);
    assert_int_equal(throttle_try(t, "agent.one", NOW), 1);
    assert_int_equal(throttle_try(t, "agent.two", NOW), 0);
    assert_null(throttle_free(t));
}

static void each_further_failure_doubles_the_wait_up_to_a_limit(void **state)
{
    (void)state;
    struct throttle *t = throttle();
    int64_t now = NOW;
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(t, "agent.one", now), 0);
    int wait = 1;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(throttle_try(t, "agent.one", now), wait);
        now += wait;
        assert_int_equal(throttle_try(t, "agent.one", now), 0);
        wait = wait * 2 < THROTTLE_WAIT_MAX_S ? wait * 2 : THROTTLE_WAIT_MAX_S;
    }
    throttle_free(t);
}

static void a_success_forgets_the_failures(void **state)
{
    (void)state;
    struct throttle *t = throttle();
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(t, "agent.one", NOW), 0);
    throttle_success(t, "agent.one");
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(t, "agent.one", NOW), 0);
    throttle_free(t);
}

static void an_hour_without_a_try_forgets_the_failures(void **state)
{
    (void)state;
    struct throttle *t = throttle();
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(t, "agent.one", NOW), 0);
    const int64_t later = NOW + THROTTLE_FORGET_S + 1;
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(t, "agent.one", later), 0);
    assert_int_equal(throttle_try(t, "agent.one", later), 1);
    throttle_free(t);
}

static void a_flood_of_names_harms_nobody_else(void **state)
{
    (void)state;
    struct throttle *t = throttle();
    char login[32];
    for (int i = 0; i < 10 * THROTTLE_NAMES; i++) {
        snprintf(login, sizeof login, "invented.%d", i);
        assert_int_equal(throttle_try(t, login, NOW), 0);
    }
    assert_int_equal(throttle_try(t, "agent.one", NOW), 0);
    throttle_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failures_cost_nothing),
        cmocka_unit_test(each_further_failure_doubles_the_wait_up_to_a_limit),
        cmocka_unit_test(a_success_forgets_the_failures),
        cmocka_unit_test(an_hour_without_a_try_forgets_the_failures),
        cmocka_unit_test(a_flood_of_names_harms_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
