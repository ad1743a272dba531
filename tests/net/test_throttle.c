/* SPDX-License-Identifier: Apache-2.0 */
/* Guessing is slowed down, and nobody is locked out by it. Time is given. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <setjmp.h>

#include <cmocka.h>
#include <sodium.h>

#include "net/server/throttle.h"

#define NOW 100000
#define HOME "192.0.2.1"
#define AWAY "198.51.100.7"

static int set_up(void **state)
{
    assert_true(sodium_init() >= 0);
    *state = throttle_new();
    assert_non_null(*state);
    return 0;
}

static int tear_down(void **state)
{
    assert_null(throttle_free(*state));
    return 0;
}

/* As many wrong passwords as are let through. */
static int guesses(struct throttle *t, const char *login, const char *address, int64_t from_s,
                   int64_t until_s)
{
    int n = 0;
    for (int64_t now = from_s; now < until_s; now++) {
        if (throttle_try(t, login, address, now) == 0) {
            throttle_wrong(t, login, address, now);
            n++;
        }
    }
    return n;
}

static void the_first_failures_cost_nothing(void **state)
{
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(*state, "agent.one", HOME, NOW), 0);
    assert_int_equal(throttle_try(*state, "agent.one", HOME, NOW), 1);
    assert_int_equal(throttle_try(*state, "agent.two", HOME, NOW), 0);
    assert_int_equal(throttle_try(*state, "agent.one", AWAY, NOW), 0);
}

static void each_further_failure_doubles_the_wait_up_to_a_limit(void **state)
{
    int64_t now = NOW;
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(*state, "agent.one", HOME, now), 0);
    int wait = 1;
    for (int i = 0; i < 14; i++) {
        assert_int_equal(throttle_try(*state, "agent.one", HOME, now), wait);
        now += wait;
        assert_int_equal(throttle_try(*state, "agent.one", HOME, now), 0);
        wait = wait * 2 < THROTTLE_WAIT_MAX_S ? wait * 2 : THROTTLE_WAIT_MAX_S;
    }
}

static void a_success_forgets_the_failures(void **state)
{
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(*state, "agent.one", HOME, NOW), 0);
    throttle_right(*state, "agent.one", HOME, NOW);
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(*state, "agent.one", HOME, NOW), 0);
}

static void an_hour_without_any_forgets_them(void **state)
{
    for (int i = 0; i <= THROTTLE_FREE; i++)
        (void)throttle_try(*state, "agent.one", HOME, NOW);
    assert_int_not_equal(throttle_try(*state, "agent.one", HOME, NOW), 0);
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(throttle_try(*state, "agent.one", HOME, NOW + THROTTLE_FORGET_S + 1), 0);
}

/* One name from a thousand addresses. */
static void guesses_from_everywhere_are_slowed_together(void **state)
{
    int n = 0;
    for (int i = 0; i < 1000; i++) {
        char address[32];
        snprintf(address, sizeof address, "203.0.%d.%d", i / 200, i % 200);
        n += guesses(*state, "agent.one", address, NOW + i / 10, NOW + i / 10 + 1);
    }
    assert_in_range(n, THROTTLE_NAME_FREE, THROTTLE_NAME_FREE + 10);
}

/* A thousand names, a word each. */
static void a_spray_from_one_address_is_slowed(void **state)
{
    int n = 0;
    for (int i = 0; i < 1000; i++) {
        char login[32];
        snprintf(login, sizeof login, "agent.%d", i);
        n += guesses(*state, login, AWAY, NOW + i / 10, NOW + i / 10 + 1);
    }
    assert_in_range(n, THROTTLE_ADDRESS_FREE, THROTTLE_ADDRESS_FREE + 10);
}

static void who_signed_in_from_there_before_is_not_kept_out_by_others(void **state)
{
    assert_int_equal(throttle_try(*state, "agent.one", HOME, NOW), 0);
    assert_false(throttle_knows(*state, "agent.one", HOME));
    throttle_right(*state, "agent.one", HOME, NOW);
    assert_true(throttle_knows(*state, "agent.one", HOME));
    for (int i = 0; i < 200; i++) { /* the name elsewhere, other names from here */
        char word[32];
        snprintf(word, sizeof word, "203.0.113.%d", i);
        (void)guesses(*state, "agent.one", word, NOW + 1, NOW + 2);
        (void)guesses(*state, word, HOME, NOW + 1, NOW + 2);
    }
    assert_int_not_equal(throttle_try(*state, "agent.one", AWAY, NOW + 1), 0);
    assert_int_not_equal(throttle_try(*state, "agent.two", HOME, NOW + 1), 0);
    assert_int_equal(throttle_try(*state, "agent.one", HOME, NOW + 2), 0);
    throttle_right(*state, "agent.one", HOME, NOW + 2);
    assert_int_not_equal(throttle_try(*state, "agent.one", AWAY, NOW + 1), 0);
}

/* An agent at a new place, whose name others guess at all the time. */
static void nobody_waits_longer_than_a_minute_for_what_others_do(void **state)
{
    for (int i = 0; i < 200; i++)
        (void)guesses(*state, "agent.one", AWAY, NOW + i * 60, NOW + i * 60 + 60);
    const int wait_s = throttle_try(*state, "agent.one", HOME, NOW + 200 * 60);
    assert_in_range(wait_s, 0, THROTTLE_NAME_WAIT_MAX_S);
}

static void a_shift_behind_one_address_signs_in(void **state)
{
    for (int i = 0; i < 2000; i++) {
        char login[32];
        snprintf(login, sizeof login, "agent.%d", i);
        assert_int_equal(throttle_try(*state, login, HOME, NOW + i / 200), 0);
    }
    for (int i = 0; i < 2000; i++) {
        char login[32];
        snprintf(login, sizeof login, "agent.%d", i);
        throttle_right(*state, login, HOME, NOW + 10 + i / 12);
    }
}

static void a_flood_of_names_does_not_make_room_for_a_known_one_to_be_forgotten(void **state)
{
    throttle_right(*state, "agent.one", HOME, NOW);
    for (int i = 0; i < 4 * THROTTLE_CELLS; i++) {
        char login[32];
        snprintf(login, sizeof login, "nobody.%d", i);
        (void)throttle_try(*state, login, AWAY, NOW + i / 1000);
    }
    assert_true(throttle_knows(*state, "agent.one", HOME));
}

#define throttle_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        throttle_test(the_first_failures_cost_nothing),
        throttle_test(each_further_failure_doubles_the_wait_up_to_a_limit),
        throttle_test(a_success_forgets_the_failures),
        throttle_test(an_hour_without_any_forgets_them),
        throttle_test(guesses_from_everywhere_are_slowed_together),
        throttle_test(a_spray_from_one_address_is_slowed),
        throttle_test(who_signed_in_from_there_before_is_not_kept_out_by_others),
        throttle_test(nobody_waits_longer_than_a_minute_for_what_others_do),
        throttle_test(a_shift_behind_one_address_signs_in),
        throttle_test(a_flood_of_names_does_not_make_room_for_a_known_one_to_be_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
