/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop. The events of one turn are kept in the loop, so that removing a source can also
 * strike out what is still to be delivered to it. */

#include "net/server/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TURN_EVENTS 256

struct loop {
    int epoll_fd;
    bool stopping;
    int n_events;
    struct epoll_event events[TURN_EVENTS];
};

struct loop *loop_new(struct err *err)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd < 0) {
        (void)err_set(err, ERR_IO, "epoll: %s", strerror(errno));
        free(loop);
        return NULL;
    }
    return loop;
}

struct loop *loop_free(struct loop *loop)
{
    if (loop) {
        close(loop->epoll_fd);
        free(loop);
    }
    return NULL;
}

enum err_code loop_add(struct loop *loop, struct loop_source *source, uint32_t events,
                       struct err *err)
{
    struct epoll_event ev = {.events = events, .data.ptr = source};
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source->fd, &ev) < 0)
        return err_set(err, ERR_IO, "epoll: %s", strerror(errno));
    return ERR_OK;
}

void loop_remove(struct loop *loop, struct loop_source *source)
{
    if (source->fd < 0)
        return;
    (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL); /* closed already: gone */
    source->fd = -1;
    for (int i = 0; i < loop->n_events; i++)
        if (loop->events[i].data.ptr == source)
            loop->events[i].data.ptr = NULL;
}

void loop_run(struct loop *loop, loop_before_wait before, void *arg)
{
    while (!loop->stopping) {
        const int timeout_ms = before(arg);
        if (loop->stopping)
            break;
        loop->n_events = epoll_wait(loop->epoll_fd, loop->events, TURN_EVENTS, timeout_ms);
        for (int i = 0; i < loop->n_events; i++) {
            struct loop_source *source = loop->events[i].data.ptr;
            if (source)
                source->ready(source->arg, loop->events[i].events);
        }
        loop->n_events = 0;
    }
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}
