/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One run of baresip as a child process, with a socketpair to our module in it. */

#include <sys/types.h>

#include "core/err.h"

struct voice_process {
    pid_t pid; /* 0 = none */
    int pidfd; /* readable when it has ended */
    int fd;    /* our end of the socketpair, SOCK_SEQPACKET, non-blocking */
};

/* Start `baresip -4 -f dir` with stdin from /dev/null, stdout and stderr appended to log, no other
 * descriptor of ours, no core dumps, and SIGTERM when this thread ends. preload: a library that
 * comes before all others. Errors: ERR_IO. */
enum err_code voice_process_start(struct voice_process *p, const char *baresip, const char *preload,
                                  const char *dir, const char *log, struct err *err) MUSTCHECK;

void voice_process_signal(const struct voice_process *p, int sig);

/* Collect the ended child (never waits), close both descriptors. */
void voice_process_reap(struct voice_process *p);
