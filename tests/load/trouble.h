/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What happens to the backend while the crowd works, by the dice. Nothing waits: the crowd's loop
 * calls in. */

#include <stdbool.h>
#include <stdint.h>

#include "tests/load/shift.h"

enum trouble_kind {
    TROUBLE_KILL = 1 << 0,     /* SIGKILL of a pupitred, started again at once, as systemd does */
    TROUBLE_DISK = 1 << 1,     /* the disk is full for a second */
    TROUBLE_DATABASE = 1 << 3, /* PostgreSQL is killed: whoever runs it is told to, and starts it */
    TROUBLE_CLOCK = 1 << 2,    /* the wall clock jumps by up to a minute and a half */
};

struct trouble {
    struct shift *shift;
    unsigned kinds;
    int64_t every_ms; /* between two of a kind, on average */
    uint64_t dice;
    int database_fd;                                 /* where "kill" is said, a line each time */
    int64_t kill_us, disk_us, clock_us, database_us; /* the next one; 0 = not planned yet */
    int64_t begin_us; /* a node that ended by itself is not begun before */
    bool disk_is_full;
    uint64_t kills, full_disks, jumps, restarts, databases;
};

/* Do what is due, and see to it that every node comes back. */
void trouble_tick(struct trouble *t, int64_t now_us);
/* No more of it: the disk works, the clock is right, every node is there. */
void trouble_end(struct trouble *t);
