/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The clock by which a permit to dial grows old: it goes on while the machine sleeps. */

#include <stdint.h>
#include <time.h>

static inline int64_t desk_clock_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
