/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The agents' notes against the database, when nobody works any more. */

#include <stdbool.h>

#include "tests/load/agent.h"

/* Prints what breaks each rule (the first cases) on standard error; what: the rule as a sentence,
 * n: how many things were looked at, faults: how many break it. */
typedef void judge_tell(void *arg, const char *what, uint64_t n, uint64_t faults);

/* So many of the first rules are told by the notes; the others by the database alone. */
enum { JUDGE_OF_NOTES = 10 };

/* steady: the wall clock was never moved, so that instants of the database can be compared. */
void judge(const struct crowd *c, bool steady, judge_tell *tell, void *arg);
