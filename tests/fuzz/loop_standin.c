/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/loop_standin.h"

#include <re_types.h>

#include <poll.h>
#include <re_fmt.h>
#include <re_list.h>
#include <re_main.h>
#include <re_tmr.h>

#include "tests/fuzz/fuzz.h"

#define FDS_MAX 256
#define TIMERS_MAX 64
#define ROUNDS_MAX 64 /* a handler that is always ready must not hold the run up */

/* libre's functions take no context, so these have none either. */
static struct {
    int flags;
    fd_h *handler;
    void *arg;
} fds[FDS_MAX];
static struct tmr *timers[TIMERS_MAX];
static uint64_t now_ms;
static bool over;

int fd_listen(int fd, int flags, fd_h *fh, void *arg)
{
    FUZZ_HOLDS(fd >= 0 && fd < FDS_MAX);
    fds[fd].flags = flags;
    fds[fd].handler = flags ? fh : NULL;
    fds[fd].arg = arg;
    return 0;
}

void fd_close(int fd)
{
    if (fd >= 0)
        (void)fd_listen(fd, 0, NULL, NULL);
}

void tmr_init(struct tmr *tmr)
{
    *tmr = (struct tmr){.th = NULL};
}

void tmr_cancel(struct tmr *tmr)
{
    for (size_t i = 0; i < TIMERS_MAX; i++)
        if (timers[i] == tmr)
            timers[i] = NULL;
    tmr->th = NULL;
}

void tmr_start(struct tmr *tmr, uint64_t delay, tmr_h *th, void *arg)
{
    tmr_cancel(tmr);
    if (!th)
        return;
    tmr->th = th;
    tmr->arg = arg;
    tmr->jfs = now_ms + delay;
    size_t i = 0;
    while (i < TIMERS_MAX && timers[i])
        i++;
    FUZZ_HOLDS(i < TIMERS_MAX);
    timers[i] = tmr;
}

uint64_t tmr_jiffies(void)
{
    return now_ms;
}

void re_cancel(void)
{
    over = true;
}

bool loop_fire(void)
{
    struct tmr *first = NULL;
    for (size_t i = 0; i < TIMERS_MAX; i++)
        if (timers[i] && (!first || timers[i]->jfs < first->jfs))
            first = timers[i];
    if (!first)
        return false;
    tmr_h *const handler = first->th;
    void *const arg = first->arg;
    now_ms = first->jfs > now_ms ? first->jfs : now_ms;
    tmr_cancel(first);
    handler(arg);
    return true;
}

static int ready_flags(short events)
{
    return (events & (POLLIN | POLLHUP | POLLERR) ? FD_READ : 0) |
           (events & POLLOUT ? FD_WRITE : 0);
}

/* One turn; false when nothing was ready. A handler may close what was ready a moment ago. */
static bool turn(void)
{
    struct pollfd ready[FDS_MAX];
    nfds_t n = 0;
    bool any = false;
    for (int fd = 0; fd < FDS_MAX; fd++)
        if (fds[fd].handler)
            ready[n++] = (struct pollfd){
                .fd = fd,
                .events = (short)((fds[fd].flags & FD_READ ? POLLIN : 0) |
                                  (fds[fd].flags & FD_WRITE ? POLLOUT : 0)),
            };
    if (n == 0 || poll(ready, n, 0) <= 0)
        return false;
    for (nfds_t i = 0; i < n; i++) {
        const int flags = ready_flags(ready[i].revents) & fds[ready[i].fd].flags;
        if (!flags || !fds[ready[i].fd].handler)
            continue;
        fds[ready[i].fd].handler(flags, fds[ready[i].fd].arg);
        any = true;
    }
    return any;
}

void loop_settle(void)
{
    for (int i = 0; i < ROUNDS_MAX && !over && turn(); i++)
        ;
}

bool loop_is_over(void)
{
    return over;
}

void loop_begin(void)
{
    for (int fd = 0; fd < FDS_MAX; fd++)
        FUZZ_HOLDS(!fds[fd].handler);
    for (size_t i = 0; i < TIMERS_MAX; i++)
        FUZZ_HOLDS(!timers[i]);
    now_ms = 1000;
    over = false;
}
