/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/load/trouble.h"

#include <errno.h>
#include <unistd.h>

enum { RESTART_US = 200000 };

static int64_t roll(struct trouble *t, int64_t sides)
{
    t->dice = t->dice * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((t->dice >> 33) % (uint64_t)sides);
}

/* Is it time for this one? Plans the next. */
static bool is_due(struct trouble *t, enum trouble_kind kind, int64_t *at_us, int64_t now_us)
{
    if (!(t->kinds & kind) || (*at_us && now_us < *at_us))
        return false;
    const bool due = *at_us != 0;
    *at_us = now_us + (t->every_ms / 2 + roll(t, t->every_ms)) * 1000;
    return due;
}

static void see_to_nodes(struct trouble *t, int64_t now_us)
{
    for (size_t i = 0; i < t->shift->n_nodes; i++) {
        struct shift_node *node = &t->shift->nodes[i];
        if (shift_is_up(t->shift, i) || now_us < t->begin_us || proc_is_alive(node->proc))
            continue;
        t->begin_us = now_us + RESTART_US;
        shift_kill(t->shift, i); /* it ended by itself: a full disk at its start, say */
        shift_begin(t->shift, i);
        t->restarts++;
    }
}

void trouble_tick(struct trouble *t, int64_t now_us)
{
    struct shift *s = t->shift;
    see_to_nodes(t, now_us);
    if (is_due(t, TROUBLE_KILL, &t->kill_us, now_us)) {
        const size_t node = (size_t)roll(t, (int64_t)s->n_nodes);
        shift_kill(s, node);
        shift_begin(s, node);
        t->kills++;
    }
    if (is_due(t, TROUBLE_DISK, &t->disk_us, now_us)) {
        t->disk_is_full = !t->disk_is_full;
        s->trouble.disk[0] = t->disk_is_full ? ENOSPC : 0;
        t->full_disks += t->disk_is_full;
    }
    if (is_due(t, TROUBLE_DATABASE, &t->database_us, now_us))
        t->databases += write(t->database_fd, "kill\n", 5) == 5;
    if (is_due(t, TROUBLE_CLOCK, &t->clock_us, now_us)) {
        *s->trouble.clock = roll(t, 181) - 90;
        t->jumps++;
    }
}

void trouble_end(struct trouble *t)
{
    t->kinds = 0;
    t->disk_is_full = false;
    t->shift->trouble.disk[0] = 0;
    *t->shift->trouble.clock = 0;
}
