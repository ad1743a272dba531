/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Another program, run to its end while this one waits, on the terminal of this one. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct child {
    pid_t pid; /* 0 = none */
    int pidfd; /* readable when it has ended */
};

/* argv[0] is found by PATH. quiet: it has no terminal for its words. False when it could not even
 * be tried. */
bool child_start(struct child *c, const char *const argv[], bool quiet);

/* Wait for its end: its exit status, 128 + N when signal N ended it. A signal that comes meanwhile
 * ends the wait: -1 then, and it still runs. */
int child_wait(struct child *c);

/* End it, if it runs. */
void child_end(struct child *c);

/* Start one, give it input, keep what it says on standard output (size bytes with the NUL; NULL:
 * nothing is kept), and wait for its end. As child_wait; -1 also when it could not be tried, and
 * nothing runs then. */
int child_run(const char *const argv[], const char *input, char *ret_output, size_t size,
              bool quiet);
