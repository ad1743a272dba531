/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A timer on libre's loop that does not care what the wall clock says: libre 1.1's own timers run
 * by gettimeofday(), so that a clock set back by an hour would stop them for an hour. */

#include <stdint.h>

typedef void timer_fn(void *arg);

struct timer {
    int fd; /* timerfd; -1 = none yet */
    timer_fn *fire;
    void *arg;
};

void timer_init(struct timer *t);
/* Fire once, delay_ms from now, from the loop; starting again moves it. If the machine has no
 * descriptor left it does not fire. */
void timer_start(struct timer *t, int64_t delay_ms, timer_fn *fire, void *arg);
void timer_cancel(struct timer *t);
/* Give its descriptor back. */
void timer_deinit(struct timer *t);
