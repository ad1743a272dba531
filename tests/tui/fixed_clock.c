/* SPDX-License-Identifier: Apache-2.0 */
/* For LD_PRELOAD: the time of day is that of noon on 3 May 2020 in Brussels, so that a screen with
 * dates on it can be compared. Monotonic clocks go on. */

#include <time.h>

__attribute__((visibility("default"))) time_t time(time_t *ret)
{
    const time_t noon = 1588500000;
    if (ret)
        *ret = noon;
    return noon;
}
