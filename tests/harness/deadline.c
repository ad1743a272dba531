/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/deadline.h"

#include <limits.h>
#include <time.h>

int64_t deadline_now_ms(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int deadline_left(int64_t at_ms)
{
    int64_t left = at_ms - deadline_now_ms();
    if (left < 0)
        return 0;
    return left > INT_MAX ? INT_MAX : (int)left;
}
