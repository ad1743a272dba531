/* SPDX-License-Identifier: Apache-2.0 */
/* A million random steps of cuts and deaths, and after each the rules of who holds a person. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/hold_world.h"

enum { SEEDS = 20, STEPS = 50000, SETTLE_EVERY = 10000 };

static void no_order_of_deaths_breaks_a_rule(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct world *w = world_new(seed);
        for (int step = 1; step <= STEPS; step++) {
            const char *fault = world_step(w);
            if (fault)
                fail_msg("seed %llu, step %d: %s", (unsigned long long)seed, step, fault);
            if (step % SETTLE_EVERY == 0) {
                fault = world_settle(w);
                if (fault)
                    fail_msg("seed %llu, settling at %d: %s", (unsigned long long)seed, step,
                             fault);
            }
        }
        world_free(w);
    }
}

static void the_dice_reach_every_kind_of_trouble(void **state)
{
    (void)state;
    struct world *w = world_new(4711);
    for (int step = 0; step < STEPS * 2; step++) {
        const char *fault = world_step(w);
        if (fault)
            fail_msg("step %d: %s", step, fault);
    }
    const struct world_counts *c = world_counts(w);
    assert_true(c->offers > 200);
    assert_true(c->dials > 100);
    assert_true(c->wrapups > 100);
    assert_true(c->parked > 20);
    assert_true(c->double_logins > 20);
    assert_true(c->late_answers > 0);
    assert_true(c->resumed_calls > 5);
    assert_true(c->permits_too_old > 0);
    assert_true(c->calls_never_made > 5);
    assert_true(c->releases > 20);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_order_of_deaths_breaks_a_rule),
        cmocka_unit_test(the_dice_reach_every_kind_of_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
