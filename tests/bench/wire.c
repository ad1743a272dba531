/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/wire.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/cleanup.h"
#include "tests/harness/die.h"
#include "tests/harness/tmpdir.h"

struct wire {
    int listener;
    int stop[2];
    struct sockaddr_un desk;
    pthread_t thread;
    _Atomic uint64_t bytes;
};

static struct sockaddr_un address(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (snprintf(a.sun_path, sizeof a.sun_path, "%s", path) >= (int)sizeof a.sun_path)
        die("wire", path);
    return a;
}

static bool pass(struct wire *w, int from, int to)
{
    char data[65536];
    const ssize_t n = recv(from, data, sizeof data, 0);
    if (n <= 0)
        return false;
    atomic_fetch_add(&w->bytes, (uint64_t)n);
    for (ssize_t done = 0; done < n;) {
        const ssize_t sent = send(to, data + done, (size_t)(n - done), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        done += sent;
    }
    return true;
}

/* Until one of the two has enough, or it is over. */
static bool serve(struct wire *w, int screen, int desk)
{
    for (;;) {
        struct pollfd p[] = {
            {.fd = screen,     .events = POLLIN},
            {.fd = desk,       .events = POLLIN},
            {.fd = w->stop[0], .events = POLLIN}
        };
        if (poll(p, 3, -1) < 0 || p[2].revents)
            return false;
        if ((p[0].revents && !pass(w, screen, desk)) || (p[1].revents && !pass(w, desk, screen)))
            return true;
    }
}

static void *run(void *arg)
{
    struct wire *w = arg;
    for (bool on = true; on;) {
        struct pollfd p[] = {
            {.fd = w->listener, .events = POLLIN},
            {.fd = w->stop[0],  .events = POLLIN}
        };
        if (poll(p, 2, -1) < 0 || p[1].revents)
            break;
        const int screen = accept(w->listener, NULL, NULL);
        const int desk = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (screen >= 0 && connect(desk, (struct sockaddr *)&w->desk, sizeof w->desk) == 0)
            on = serve(w, screen, desk);
        (void)close(screen);
        (void)close(desk);
    }
    return NULL;
}

struct wire *wire_new(const char *dir)
{
    CLEANUP_FREE char *path = tmpdir_path(dir, "desk.sock");
    CLEANUP_FREE char *moved = tmpdir_path(dir, "real.sock");
    const struct sockaddr_un here = address(path);
    struct wire *w = calloc(1, sizeof *w);
    if (!w || rename(path, moved) != 0 || pipe(w->stop) != 0)
        die("wire", path);
    w->desk = address(moved);
    w->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(w->listener, (const struct sockaddr *)&here, sizeof here) != 0 ||
        listen(w->listener, 4) != 0 || pthread_create(&w->thread, NULL, run, w) != 0)
        die("wire", path);
    return w;
}

uint64_t wire_bytes(const struct wire *w)
{
    return atomic_load(&w->bytes);
}

struct wire *wire_free(struct wire *w)
{
    if (!w)
        return NULL;
    (void)!write(w->stop[1], "x", 1);
    (void)pthread_join(w->thread, NULL);
    (void)close(w->listener);
    (void)close(w->stop[0]);
    (void)close(w->stop[1]);
    free(w);
    return NULL;
}
