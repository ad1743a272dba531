/* SPDX-License-Identifier: Apache-2.0 */
/* Forty million random steps of cuts and deaths, and after each the rules of who holds a person.
 *
 * HOLD_STEPS=N makes so many steps a seed (2,000,000 when nobody says), HOLD_SEED=N begins with
 * that seed and tries no other: how a failure is played again. Its message names both; the world
 * depends on nothing else, so that the step of the message is the shortest way there for this seed.
 * The failing seed is tried with the next ones, too, and the one that fails first is told. */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/core/hold_world.h"

enum { SEEDS = 20, STEPS = 2000000, SETTLE_EVERY = 10000, SEEDS_TO_SHRINK = 200 };

static int64_t wished(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoll(text, NULL, 10) : otherwise;
}

/* The rule that broke, NULL = none, and at which step. */
static const char *play(uint64_t seed, int64_t steps, const struct world_mutation *m,
                        int64_t *ret_step)
{
    struct world *w = world_new(seed);
    const char *fault = NULL;
    world_mutate(w, m);
    for (int64_t step = 1; step <= steps && !fault; step++) {
        fault = world_step(w);
        if (!fault && step % SETTLE_EVERY == 0)
            fault = world_settle(w);
        *ret_step = step;
    }
    world_free(w);
    return fault;
}

static void told(uint64_t seed, int64_t step, const char *fault)
{
    int64_t shortest = step;
    uint64_t shorter = seed;
    for (uint64_t other = seed + 1; other < seed + SEEDS_TO_SHRINK; other++) {
        int64_t at;
        if (play(other, shortest - 1, NULL, &at) == fault) {
            shortest = at;
            shorter = other;
        }
    }
    fail_msg("%s: HOLD_SEED=%" PRIu64 ", step %" PRId64, fault, shorter, shortest);
}

static void no_order_of_deaths_breaks_a_rule(void **state)
{
    (void)state;
    const int64_t steps = wished("HOLD_STEPS", STEPS);
    const uint64_t first = (uint64_t)wished("HOLD_SEED", 1);
    const uint64_t seeds = getenv("HOLD_SEED") ? 1 : SEEDS;
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        int64_t step;
        const char *fault = play(seed, steps, NULL, &step);
        if (fault)
            told(seed, step, fault);
    }
}

/* --- can it fail? --- */

/* clang-format off */
static const struct world_mutation mutations[] = {
    {.what = "an offer without a new fence",       .from = HOLD_NONE,    .event = HOLD_EV_OFFER,       .without = HOLD_FX_NEW_FENCE},
    {.what = "an offer without its numbers",       .from = HOLD_NONE,    .event = HOLD_EV_OFFER,       .without = HOLD_FX_LEASE_NUMBERS},
    {.what = "an offer that rings for ever",       .from = HOLD_OFFERED, .event = HOLD_EV_DEADLINE,    .refuse = true},
    {.what = "an offer to somebody who is gone",   .from = HOLD_OFFERED, .event = HOLD_EV_AGENT_GONE,  .refuse = true},
    {.what = "a skip that keeps the agent",        .from = HOLD_OFFERED, .event = HOLD_EV_SKIP,        .without = HOLD_FX_FREE_AGENT},
    {.what = "a preview of somebody who is gone",  .from = HOLD_PREVIEW, .event = HOLD_EV_AGENT_GONE,  .refuse = true},
    {.what = "a person who does not come back",    .from = HOLD_PREVIEW, .event = HOLD_EV_SKIP,        .without = HOLD_FX_RETURN_PERSON},
    {.what = "a permit without a lease",           .from = HOLD_PREVIEW, .event = HOLD_EV_PERMIT,      .without = HOLD_FX_LEASE_PHONE},
    {.what = "a call that ends by absence",        .from = HOLD_CALL,    .event = HOLD_EV_AGENT_GONE,  .with = HOLD_FX_PARK_PERSON | HOLD_FX_FREE_AGENT, .goes_elsewhere = true, .to = HOLD_NONE},
    {.what = "an end that keeps the number",       .from = HOLD_CALL,    .event = HOLD_EV_CALL_ENDED,  .without = HOLD_FX_FREE_PHONE},
    {.what = "a login that frees the number",      .from = HOLD_CALL,    .event = HOLD_EV_LOGIN,       .without = HOLD_FX_QUARANTINE_PHONE, .with = HOLD_FX_FREE_PHONE},
    {.what = "a login that keeps the fence",       .from = HOLD_CALL,    .event = HOLD_EV_LOGIN,       .without = HOLD_FX_NEW_FENCE},
    {.what = "a login that puts a person back",    .from = HOLD_CALL,    .event = HOLD_EV_LOGIN,       .with = HOLD_FX_RETURN_PERSON},
    {.what = "a release that puts a person back",  .from = HOLD_CALL,    .event = HOLD_EV_RELEASE,     .without = HOLD_FX_PARK_PERSON, .with = HOLD_FX_RETURN_PERSON},
    {.what = "a release that frees the number",    .from = HOLD_CALL,    .event = HOLD_EV_RELEASE,     .without = HOLD_FX_QUARANTINE_PHONE, .with = HOLD_FX_FREE_PHONE},
    {.what = "time that puts a person back",       .from = HOLD_ACW,     .event = HOLD_EV_DEADLINE,    .without = HOLD_FX_PARK_PERSON, .with = HOLD_FX_RETURN_PERSON},
    {.what = "after-call work that never ends",    .from = HOLD_ACW,     .event = HOLD_EV_DEADLINE,    .refuse = true},
    {.what = "a code without its rule",            .from = HOLD_ACW,     .event = HOLD_EV_WRAPUP,      .without = HOLD_FX_APPLY_RULE},
    {.what = "a code that comes too late",         .from = HOLD_OVERDUE, .event = HOLD_EV_WRAPUP,      .refuse = true},
    {.what = "an end that keeps the agent",        .from = HOLD_DONE,    .event = HOLD_EV_END_PREVIEW, .without = HOLD_FX_FREE_AGENT},
    {.what = "a preview that cannot be ended",     .from = HOLD_DONE,    .event = HOLD_EV_END_PREVIEW, .refuse = true},
};
/* clang-format on */

static void every_wrong_row_is_noticed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mutations / sizeof mutations[0]; i++) {
        const char *fault = NULL;
        int64_t step;
        for (uint64_t seed = 1; seed <= SEEDS && !fault; seed++)
            fault = play(seed, 2 * SETTLE_EVERY, &mutations[i], &step);
        if (!fault)
            fail_msg("nobody noticed %s", mutations[i].what);
    }
}

static void the_dice_reach_every_kind_of_trouble(void **state)
{
    (void)state;
    struct world *w = world_new(4711);
    for (int step = 0; step < 100000; step++) {
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
    assert_true(c->stale_writes > 5);
    assert_true(c->repeated > 5);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_order_of_deaths_breaks_a_rule),
        cmocka_unit_test(every_wrong_row_is_noticed),
        cmocka_unit_test(the_dice_reach_every_kind_of_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
