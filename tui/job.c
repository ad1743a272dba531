/* SPDX-License-Identifier: Apache-2.0 */
/* Stopping and going on, as shells with job control want it. */

#include "tui/job.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static bool take_pending(int sig)
{
    static const struct timespec now = {0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    return sigtimedwait(&set, NULL, &now) == sig;
}

bool job_stop(void)
{
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    struct sigaction before;
    sigset_t stop, mask;
    (void)take_pending(SIGCONT);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &by_default, &before);
    sigprocmask(SIG_BLOCK, &stop, &mask);
    kill(0, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* stops here */
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &before, NULL);
    return take_pending(SIGCONT);
}
