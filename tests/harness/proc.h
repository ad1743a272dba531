/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A child process without a terminal: a daemon, a scripted peer, a command line tool.
 * Its output goes to a log file; nothing sleeps, every wait has a deadline. */

#include <stdbool.h>
#include <sys/types.h>

#include "tests/harness/spawn.h"

struct proc;

/* Start it with stdin on /dev/null, stdout and stderr appended to log_path (made when missing).
 * Never NULL. */
struct proc *proc_start(const struct spawn *how, const char *log_path);

/* SIGKILL its whole group, reap, free. NULL allowed; returns NULL. */
struct proc *proc_free(struct proc *p);

pid_t proc_pid(const struct proc *p);
bool proc_is_alive(struct proc *p);

/* Until the log contains the text. False at the deadline, or if it ended without that. */
bool proc_wait_log(struct proc *p, const char *text, int deadline_ms);

/* Until the file exists and is not empty. False at the deadline or when the process ended. */
bool proc_wait_file(struct proc *p, const char *path, int deadline_ms);

/* Until it has ended. *ret_status (NULL allowed): 0..255 = exit status, -N = signal N ended it. */
bool proc_wait_exit(struct proc *p, int *ret_status, int deadline_ms);

/* A signal to the process alone. */
void proc_kill(struct proc *p, int signal);

/* SIGTERM and wait. False if it did not end in time; then its group was killed with SIGKILL. */
bool proc_stop(struct proc *p, int *ret_status, int deadline_ms);

/* What it has written so far. Borrowed until the next call. */
const char *proc_log(struct proc *p);

/* Run a command to its end: exit status (-N = signal N), -1000 at the deadline (it is killed).
 * *ret_output (NULL allowed): stdout and stderr, malloc. */
int proc_run(const struct spawn *how, char **ret_output, int deadline_ms);
