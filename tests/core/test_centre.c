/* SPDX-License-Identifier: Apache-2.0 */
/* The real workstation and the hold table in a simulated centre (centre.h): whatever the order of
 * deaths and cuts, nobody is dialled from two places or redialled by itself, nothing is lost that a
 * screen called safe, and when all works again everybody's turn comes.
 *
 * Eight million steps (a tenth under the sanitizers); CENTRE_SEEDS=N: how many seeds;
 * CENTRE_STEPS=N: steps a seed; CENTRE_SEED=N: only this one, to play a failure again: its message
 * names both. */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/core/centre.h"

#ifdef __SANITIZE_ADDRESS__ /* each step costs ten times as much there */
enum { SEEDS = 40 };
#else
enum { SEEDS = 400 };
#endif
enum { STEPS = 20000, SETTLE_EVERY = 2500 };

static int64_t wished(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoll(text, NULL, 10) : otherwise;
}

static void whatever_dies_nothing_that_must_not_happens(void **state)
{
    (void)state;
    const int64_t steps = wished("CENTRE_STEPS", STEPS);
    const uint64_t first = (uint64_t)wished("CENTRE_SEED", 1);
    const uint64_t seeds = getenv("CENTRE_SEED") ? 1 : (uint64_t)wished("CENTRE_SEEDS", SEEDS);
    struct centre_counts all = {0};
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        struct centre *c = centre_new(seed);
        for (int64_t step = 1; step <= steps; step++) {
            const char *fault = centre_step(c);
            if (!fault && step % SETTLE_EVERY == 0)
                fault = centre_settle(c);
            if (fault)
                fail_msg("%s: CENTRE_SEED=%" PRIu64 ", step %" PRId64, fault, seed, step);
        }
        const struct centre_counts *n = centre_counts(c);
        for (size_t i = 0; i < sizeof all / sizeof(uint64_t); i++)
            ((uint64_t *)&all)[i] += ((const uint64_t *)n)[i];
        centre_free(c);
    }
    if (getenv("CENTRE_SEED") || seeds < 20)
        return;
    /* The dice reach every kind of trouble, and work happens all the same. */
    const uint64_t least[] = {
        all.dials / 20,
        all.wrapups / 20,
        all.words / 50,
        all.late_words,
        all.parked,
        all.taken_over / 10,
        all.released,
        all.screens_died / 10,
        all.desks_died / 10,
        all.backends_died / 5,
        all.cuts / 5,
        all.lost / 10,
        all.stale,
        all.promises_of_words / 50,
        all.promises_of_codes / 10,
        all.codes_overruled,
        all.resumed,
        all.another,
    };
    for (size_t i = 0; i < sizeof least / sizeof least[0]; i++)
        if (least[i] < seeds)
            fail_msg("too little of figure %zu happened: %" PRIu64, i, least[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_dies_nothing_that_must_not_happens),
    };
    return cmocka_run_group_tests_name("centre", tests, NULL, NULL);
}
