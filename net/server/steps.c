/* SPDX-License-Identifier: Apache-2.0 */
#include "net/server/steps.h"

#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void steps_read(int64_t *ret_wall_ms, int64_t *ret_boot_ms)
{
    *ret_wall_ms = read_ms(CLOCK_REALTIME);
    *ret_boot_ms = read_ms(CLOCK_BOOTTIME);
}

int64_t steps_since(const struct steps *s, int64_t wall_ms, int64_t boot_ms)
{
    if (!s->known)
        return 0;
    const int64_t step_ms = (wall_ms - s->wall_ms) - (boot_ms - s->boot_ms);
    if (step_ms > -STEPS_LEAST_MS && step_ms < STEPS_LEAST_MS)
        return 0;
    return (step_ms + (step_ms < 0 ? -500 : 500)) / 1000;
}

void steps_keep(struct steps *s, int64_t wall_ms, int64_t boot_ms)
{
    *s = (struct steps){.wall_ms = wall_ms, .boot_ms = boot_ms, .known = true};
}
