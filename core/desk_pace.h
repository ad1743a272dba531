/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How long a desk on another machine takes to answer, as the agent is told it: over a poor line a
 * key acts late, and who does not see that presses it again. Instants and durations are monotonic
 * milliseconds. */

#include <stdbool.h>
#include <stdint.h>

/* What is told. It changes seldom, so that an idle screen stays silent. */
struct desk_pace_told {
    int64_t slow_ms;  /* how long an answer takes, in hundreds; 0 = not worth a word */
    int64_t silent_s; /* no answer for so long, from 2 s on; 0 = nothing is awaited */
};

struct desk_pace {
    int64_t asked_ms; /* the open question; 0 = none */
    int64_t took_ms;  /* smoothed; 0 = nothing measured yet */
    int64_t used_ms;  /* the line carried something else; 0 = never */
    int64_t done_ms;  /* the last answer; 0 = none yet */
    struct desk_pace_told told;
};

/* Is it time to ask? Every 15 s while the line is used, else once a minute; never twice at once. */
bool desk_pace_is_due(const struct desk_pace *p, int64_t now_ms);

void desk_pace_asked(struct desk_pace *p, int64_t now_ms);
/* True when what is told changed, likewise below. */
bool desk_pace_answered(struct desk_pace *p, int64_t now_ms);
/* Time passes: once a second while an answer is awaited. */
bool desk_pace_passes(struct desk_pace *p, int64_t now_ms);
/* There is no line: nothing is known. */
bool desk_pace_lost(struct desk_pace *p);

/* Something else was said. */
void desk_pace_used(struct desk_pace *p, int64_t now_ms);
