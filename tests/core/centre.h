/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A whole contact centre in memory: the real workstation of core/ on four PCs of three agents (one
 * agent has two, and moves between them), each with a journal, a desk and a line that breaks; a
 * backend that keeps who holds whom by core/hold.h; and people, of whom two share a number. Nothing
 * happens but by the dice: requests are late, lost on the way there or back, answers overtake the
 * event stream, writes reach the disk or not, programs die, agents log in elsewhere, supervisors
 * set people free, time passes with nobody there. */

#include <stdint.h>

struct centre;

struct centre_counts {
    uint64_t offers, dials, wrapups, words, late_words, parked, logins, taken_over, released;
    uint64_t screens_died, desks_died, backends_died, cuts, lost, stale, promises_of_words;
    uint64_t promises_of_codes, codes_overruled, resumed, another;
};

struct centre *centre_new(uint64_t seed);
void centre_free(struct centre *c);

/* One random thing happens. NULL while all rules hold, else the rule that broke (static text). */
const char *centre_step(struct centre *c);

/* All is repaired and everybody works on: what was promised must be at the backend, every hold come
 * to its end, and everybody who is neither closed nor parked be offered again. */
const char *centre_settle(struct centre *c);

const struct centre_counts *centre_counts(const struct centre *c);
