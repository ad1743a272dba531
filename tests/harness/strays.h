/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Descendants of the test program, also those that left their group or session: orphans are adopted
 * by the test (PR_SET_CHILD_SUBREAPER), so that "nothing is left running" can be proved. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Called by spawn_start: from now on orphans come to this process. */
void strays_adopt(void);

/* Live descendants whose name (comm, at most 15 bytes) is `name`, or all if NULL. Writes up to
 * `size` pids and returns how many there are. */
size_t strays_list(const char *name, pid_t *ret_pids, size_t size);

/* Until no such descendant lives. At the deadline their pids and names go to stderr as TAP comments
 * and it returns false. */
bool strays_wait_none(const char *name, int deadline_ms);

/* SIGKILL every descendant and reap it: for the teardown of a test group. Returns how many. */
size_t strays_kill(void);
