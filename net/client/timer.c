/* SPDX-License-Identifier: Apache-2.0 */
/* Monotonic timers: one timerfd each. */

#include "net/client/timer.h"

#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "net/client/loop.h"

void timer_init(struct timer *t)
{
    *t = (struct timer){.fd = -1};
}

static void on_ready(int flags, void *arg)
{
    (void)flags;
    struct timer *t = arg;
    uint64_t times;
    /* Nothing to read: it was moved or cancelled after the loop had seen it. */
    if (read(t->fd, &times, sizeof times) == (ssize_t)sizeof times && t->fire)
        t->fire(t->arg);
}

static bool open_fd(struct timer *t)
{
    if (t->fd >= 0)
        return true;
    t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (t->fd >= 0 && fd_listen(t->fd, FD_READ, on_ready, t) != 0) {
        close(t->fd);
        t->fd = -1;
    }
    return t->fd >= 0;
}

void timer_start(struct timer *t, int64_t delay_ms, timer_fn *fire, void *arg)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = delay_ms / 1000, .tv_nsec = delay_ms % 1000 * 1000000}
    };
    if (delay_ms <= 0)
        when.it_value = (struct timespec){.tv_nsec = 1}; /* zero would disarm it */
    t->fire = fire;
    t->arg = arg;
    if (open_fd(t))
        (void)timerfd_settime(t->fd, 0, &when, NULL);
}

void timer_cancel(struct timer *t)
{
    struct itimerspec never;
    memset(&never, 0, sizeof never);
    t->fire = NULL;
    if (t->fd >= 0)
        (void)timerfd_settime(t->fd, 0, &never, NULL);
}

void timer_deinit(struct timer *t)
{
    if (t->fd >= 0) {
        fd_close(t->fd);
        close(t->fd);
    }
    timer_init(t);
}
