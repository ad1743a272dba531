/* SPDX-License-Identifier: Apache-2.0 */
/* libre's clock, in front of libre's own. Version 1.1 reads the time of day (gettimeofday), so that
 * a clock that is set back by an hour stops its timers for an hour, and one that is set forward
 * ends every call for want of sound. Later versions read the monotonic clock, as this does.
 *
 * A program that links this file has all of libre's timers right; baresip gets it by LD_PRELOAD
 * from pupitre-desk. */

#include <stdint.h>
#include <time.h>

uint64_t tmr_jiffies(void); /* as in re_tmr.h: "in [ms]" */

__attribute__((visibility("default"))) uint64_t tmr_jiffies(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
