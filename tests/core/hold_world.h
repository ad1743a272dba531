/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A small world to try the table of who holds a person: three agents, each with two PCs (a screen
 * and a desk on each), five people of whom two share a number, one backend with a durable and a
 * volatile half, and a network that delays and loses messages. Everything may die at any step. The
 * clock is fake, the dice are seeded: a fault can be played again. */

#include <stdbool.h>
#include <stdint.h>

#include "core/hold.h"

struct world;

/* A wrong row of the table, to see that the rules notice it. */
struct world_mutation {
    const char *what; /* in words */
    enum hold_state from;
    enum hold_event event;
    bool refuse;         /* the row is missing */
    unsigned without;    /* effects that it lacks */
    unsigned with;       /* effects that it has too many */
    bool goes_elsewhere; /* to `to` */
    enum hold_state to;
};

struct world_counts {
    uint64_t offers, permits, dials, double_logins, wrapups, late_answers, parked;
    uint64_t screen_deaths, desk_deaths, backend_deaths, cuts, releases, resumed_calls;
    uint64_t replies_lost, permits_too_old, calls_never_made, stale_writes, repeated;
};

struct world *world_new(uint64_t seed);
void world_free(struct world *w);

/* From now on the table has a wrong row; borrowed. */
void world_mutate(struct world *w, const struct world_mutation *m);

/* One random thing happens. Returns NULL while all rules hold, else the rule that broke
 * (static text). */
const char *world_step(struct world *w);

/* Everything is repaired and everybody works on without accidents; every person must come free
 * within a bounded number of steps. Returns as world_step. */
const char *world_settle(struct world *w);

const struct world_counts *world_counts(const struct world *w);
