/* SPDX-License-Identifier: Apache-2.0 */
/* What a session and an address may ask for. Time is given. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "net/server/rate.h"
#include "net/server/route.h"

#define NOW 5000000
#define SESSION 60 /* a minute: 30 at once */
#define ADDRESS 120

static int begin(void **state)
{
    assert_true(sodium_init() >= 0);
    *state = rate_new(&(struct rate_limits){SESSION, ADDRESS});
    assert_non_null(*state);
    return 0;
}

static int end(void **state)
{
    assert_null(rate_free(*state));
    return 0;
}

static int ask(struct rate *r, const char *token, int64_t now_ms)
{
    return rate_pay(r, token, "192.0.2.1", 1, now_ms);
}

static void half_a_minute_may_come_at_once_and_then_it_flows(void **state)
{
    rate_known(*state, "t", NOW);
    for (int i = 0; i < SESSION / 2; i++)
        assert_int_equal(ask(*state, "t", NOW), 0);
    assert_int_equal(ask(*state, "t", NOW), 1);
    assert_int_equal(ask(*state, "t", NOW + 999), 1);
    assert_int_equal(ask(*state, "t", NOW + 1000), 0);
    assert_int_equal(ask(*state, "t", NOW + 1000), 1);
    int n = 0;
    for (int64_t ms = NOW + 1000; ms < NOW + 601000; ms += 100)
        n += ask(*state, "t", ms) == 0;
    assert_int_equal(n, 599);
}

static void the_wait_that_is_told_is_enough(void **state)
{
    rate_known(*state, "t", NOW);
    int64_t now = NOW;
    for (int i = 0; i < 200; i++) {
        const int64_t cost = 1 + i % 20;
        const int wait_s = rate_pay(*state, "t", "", cost, now);
        assert_in_range(wait_s, 0, 60);
        now += (int64_t)wait_s * 1000;
        if (wait_s)
            assert_int_equal(rate_pay(*state, "t", "", cost, now), 0);
    }
}

static void what_costs_more_than_a_bucket_holds_needs_a_full_one(void **state)
{
    rate_known(*state, "t", NOW);
    assert_int_equal(rate_pay(*state, "t", "", 1000, NOW), 0);
    assert_int_equal(rate_pay(*state, "t", "", 1000, NOW), 30);
    assert_int_equal(rate_pay(*state, "t", "", 1000, NOW + 30000), 0);
}

static void sessions_do_not_pay_for_each_other_or_for_their_address(void **state)
{
    rate_known(*state, "t", NOW);
    rate_known(*state, "u", NOW);
    for (int i = 0; i < 1000; i++)
        (void)ask(*state, "t", NOW);
    for (int i = 0; i < 1000; i++)
        (void)ask(*state, "", NOW);
    assert_int_not_equal(ask(*state, "t", NOW), 0);
    assert_int_not_equal(ask(*state, "", NOW), 0);
    assert_int_equal(ask(*state, "u", NOW), 0);
    assert_int_equal(rate_pay(*state, "", "192.0.2.2", 1, NOW), 0);
}

static void invented_tokens_are_charged_to_the_address(void **state)
{
    int n = 0;
    for (int i = 0; i < 1000; i++) {
        char token[32];
        snprintf(token, sizeof token, "invented-%d", i);
        n += ask(*state, token, NOW) == 0;
    }
    assert_int_equal(n, ADDRESS / 2);
}

static void a_token_that_has_ended_is_charged_to_the_address_again(void **state)
{
    rate_known(*state, "t", NOW);
    for (int i = 0; i < 1000; i++)
        (void)ask(*state, "", NOW);
    assert_int_equal(ask(*state, "t", NOW), 0);
    rate_unknown(*state, "t");
    assert_int_not_equal(ask(*state, "t", NOW), 0);
}

static void a_flood_of_addresses_forgets_no_session(void **state)
{
    rate_known(*state, "t", NOW);
    for (int i = 0; i < SESSION / 2; i++)
        assert_int_equal(ask(*state, "t", NOW), 0);
    for (int i = 0; i < 4 * RATE_CELLS; i++) {
        char address[32];
        snprintf(address, sizeof address, "%d", i);
        assert_int_equal(rate_pay(*state, "", address, 1, NOW), 0);
    }
    assert_int_equal(ask(*state, "t", NOW), 1);
}

static void zero_is_no_limit(void **state)
{
    (void)state;
    struct rate *r = rate_new(&(struct rate_limits){0, 0});
    assert_non_null(r);
    rate_known(r, "t", NOW);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(rate_pay(r, "t", "a", 20, NOW), 0);
        assert_int_equal(rate_pay(r, "", "a", 20, NOW), 0);
    }
    rate_free(r);
}

static void each_cost_is_that_of_a_route(void **state)
{
    (void)state;
    size_t n;
    const struct route *routes = route_table(&n);
    const char *operation;
    for (unsigned i = 0; (operation = rate_costly(i)); i++) {
        size_t j = 0;
        while (j < n && strcmp(routes[j].operation, operation) != 0)
            j++;
        if (j == n)
            fail_msg("%s is no operation", operation);
        assert_in_range(rate_cost(operation), 2, 20);
    }
    assert_int_equal(rate_cost("get_work"), 1);
}

#define rate_test(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        rate_test(half_a_minute_may_come_at_once_and_then_it_flows),
        rate_test(the_wait_that_is_told_is_enough),
        rate_test(what_costs_more_than_a_bucket_holds_needs_a_full_one),
        rate_test(sessions_do_not_pay_for_each_other_or_for_their_address),
        rate_test(invented_tokens_are_charged_to_the_address),
        rate_test(a_token_that_has_ended_is_charged_to_the_address_again),
        rate_test(a_flood_of_addresses_forgets_no_session),
        rate_test(zero_is_no_limit),
        cmocka_unit_test(each_cost_is_that_of_a_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
