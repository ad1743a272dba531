/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Starting pupitre-desk without waiting for it. It goes into the background by itself; the process
 * that was started ends as soon as the desk listens, or could not. */

#include <stdbool.h>
#include <sys/types.h>

struct desk_start {
    pid_t pid; /* 0 = none under way */
    int pidfd; /* readable when it has ended */
};

/* argv[0] is the program's path. False when it could not even be tried. */
bool desk_start_begin(struct desk_start *s, char *const argv[]);

/* Collect the ended process: its exit status (sysexits(3)), -1 when it was killed. */
int desk_start_end(struct desk_start *s);
