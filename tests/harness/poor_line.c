/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/poor_line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/harness/deadline.h"
#include "tests/harness/die.h"

enum {
    PAIRS_MAX = 32,
    PIECE = 1024,            /* a slow line tells pieces apart */
    ON_WAY_MAX = 128 * 1024, /* more is not read: who sends too much waits, as on a line */
};

struct piece {
    struct piece *next;
    int64_t due_ms;
    size_t len;
    char bytes[PIECE];
};

/* One way of a connection. */
struct way {
    int from, to;
    struct piece *first, **last;
    size_t on_way;
    int64_t free_ms; /* when the slow end is done with what it has */
};

struct pair {
    struct way ways[2]; /* there, back */
    bool pulled;
};

struct poor_line {
    int listener;
    int to_port;
    int wake[2];
    pthread_t thread;
    pthread_mutex_t mutex; /* of all that follows */
    struct poor_line_opts opts;
    bool still[2];
    int64_t paused_until_ms;
    bool closed, quit;
    uint64_t bytes;
    struct pair *pairs[PAIRS_MAX];
    size_t n;
};

static struct sockaddr_in local(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void reset(int fd)
{
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                     sizeof(struct linger));
    close(fd);
}

static void drop_pair(struct poor_line *l, size_t i)
{
    struct pair *p = l->pairs[i];
    for (size_t k = 0; k < 2; k++) {
        reset(p->ways[k].from);
        for (struct piece *next, *at = p->ways[k].first; at; at = next) {
            next = at->next;
            free(at);
        }
    }
    free(p);
    l->pairs[i] = l->pairs[--l->n];
}

static void take(struct poor_line *l)
{
    const int in = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    const struct sockaddr_in to = local(l->to_port);
    if (in < 0)
        return;
    const int out =
        !l->closed && l->n < PAIRS_MAX ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    if (out < 0 || connect(out, (const struct sockaddr *)&to, sizeof to) != 0) {
        if (out >= 0)
            close(out);
        reset(in);
        return;
    }
    (void)fcntl(out, F_SETFL, O_NONBLOCK);
    struct pair *p = calloc(1, sizeof *p);
    if (!p)
        die("poor_line", "memory");
    for (int k = 0; k < 2; k++) {
        struct way *w = &p->ways[k];
        *w = (struct way){.from = k ? out : in, .to = k ? in : out};
        w->last = &w->first;
    }
    l->pairs[l->n++] = p;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What came in is on its way. False: the connection is at its end. */
static bool collect(const struct poor_line *l, struct way *w)
{
    struct piece *p = calloc(1, sizeof *p);
    if (!p)
        die("poor_line", "memory");
    const ssize_t n = recv(w->from, p->bytes, sizeof p->bytes, MSG_DONTWAIT);
    if (n <= 0) {
        free(p);
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    }
    const int64_t takes_ms = l->opts.bits_per_s ? n * 8000 / l->opts.bits_per_s : 0;
    w->free_ms = later(w->free_ms, deadline_now_ms()) + takes_ms;
    p->len = (size_t)n;
    p->due_ms = w->free_ms + l->opts.delay_ms;
    w->on_way += p->len;
    *w->last = p;
    w->last = &p->next;
    return true;
}

/* What is due arrives. False: nobody takes it any more. */
static bool deliver(struct poor_line *l, struct way *w)
{
    while (w->first && w->first->due_ms <= deadline_now_ms()) {
        struct piece *p = w->first;
        const ssize_t n = send(w->to, p->bytes, p->len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            p->due_ms = deadline_now_ms() + 5;
            return true;
        }
        if (n < 0)
            return false;
        l->bytes += (uint64_t)n;
        w->on_way -= (size_t)n;
        memmove(p->bytes, p->bytes + n, p->len - (size_t)n);
        p->len -= (size_t)n;
        if (p->len)
            continue;
        w->first = p->next;
        if (!w->first)
            w->last = &w->first;
        free(p);
    }
    return true;
}

/* All that can move moves. Returns how long nothing will by itself, -1 = for ever. */
static int move(struct poor_line *l)
{
    const bool paused = deadline_now_ms() < l->paused_until_ms;
    int64_t next_ms = paused ? l->paused_until_ms : INT64_MAX;
    for (size_t i = l->n; i-- > 0;) {
        bool alive = true;
        for (size_t k = 0; k < 2 && alive; k++) {
            struct way *w = &l->pairs[i]->ways[k];
            if (l->pairs[i]->pulled)
                continue;
            alive = w->on_way >= ON_WAY_MAX || collect(l, w);
            if (paused || l->still[k])
                continue;
            alive = alive && deliver(l, w);
            if (alive && w->first && w->first->due_ms < next_ms)
                next_ms = w->first->due_ms;
        }
        if (!alive)
            drop_pair(l, i);
    }
    const int64_t left_ms = next_ms - deadline_now_ms();
    return next_ms == INT64_MAX ? -1 : (int)later(left_ms, 0);
}

/* Until something comes, is due, or is said by the test. */
static void rest(struct poor_line *l, int timeout_ms)
{
    struct pollfd fds[2 + 2 * PAIRS_MAX] = {
        {.fd = l->wake[0],  .events = POLLIN},
        {.fd = l->listener, .events = POLLIN},
    };
    nfds_t n = 2;
    for (size_t i = 0; i < l->n; i++)
        for (size_t k = 0; k < 2 && !l->pairs[i]->pulled; k++)
            if (l->pairs[i]->ways[k].on_way < ON_WAY_MAX)
                fds[n++] = (struct pollfd){.fd = l->pairs[i]->ways[k].from, .events = POLLIN};
    char byte;
    pthread_mutex_unlock(&l->mutex);
    (void)poll(fds, n, timeout_ms);
    if (fds[0].revents)
        (void)!read(l->wake[0], &byte, 1);
    pthread_mutex_lock(&l->mutex);
    if (fds[1].revents)
        take(l);
}

static void *run(void *arg)
{
    struct poor_line *l = arg;
    pthread_mutex_lock(&l->mutex);
    while (!l->quit)
        rest(l, move(l));
    while (l->n)
        drop_pair(l, 0);
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

struct poor_line *poor_line_new(int port, int to_port, const struct poor_line_opts *opts)
{
    struct poor_line *l = calloc(1, sizeof *l);
    const struct sockaddr_in at = local(port);
    const int on = 1;
    if (!l)
        die("poor_line", "memory");
    l->to_port = to_port;
    l->opts = *opts;
    l->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (l->listener < 0 || setsockopt(l->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(l->listener, (const struct sockaddr *)&at, sizeof at) != 0 ||
        listen(l->listener, PAIRS_MAX) != 0 || pipe2(l->wake, O_CLOEXEC) != 0)
        die("poor_line", "socket");
    pthread_mutex_init(&l->mutex, NULL);
    if (pthread_create(&l->thread, NULL, run, l) != 0)
        die("poor_line", "thread");
    return l;
}

static void wake_and_unlock(struct poor_line *l)
{
    pthread_mutex_unlock(&l->mutex);
    if (write(l->wake[1], "", 1) != 1)
        die("poor_line", "wake");
}

void poor_line_become(struct poor_line *l, const struct poor_line_opts *opts)
{
    pthread_mutex_lock(&l->mutex);
    l->opts = *opts;
    wake_and_unlock(l);
}

void poor_line_still(struct poor_line *l, bool there, bool back)
{
    pthread_mutex_lock(&l->mutex);
    l->still[0] = there;
    l->still[1] = back;
    wake_and_unlock(l);
}

void poor_line_pause(struct poor_line *l, int ms)
{
    pthread_mutex_lock(&l->mutex);
    l->paused_until_ms = deadline_now_ms() + ms;
    wake_and_unlock(l);
}

void poor_line_cut(struct poor_line *l, bool closed)
{
    pthread_mutex_lock(&l->mutex);
    l->closed = closed;
    while (l->n)
        drop_pair(l, 0);
    wake_and_unlock(l);
}

void poor_line_pull(struct poor_line *l)
{
    pthread_mutex_lock(&l->mutex);
    for (size_t i = 0; i < l->n; i++)
        l->pairs[i]->pulled = true;
    wake_and_unlock(l);
}

uint64_t poor_line_bytes(struct poor_line *l)
{
    pthread_mutex_lock(&l->mutex);
    const uint64_t bytes = l->bytes;
    pthread_mutex_unlock(&l->mutex);
    return bytes;
}

struct poor_line *poor_line_free(struct poor_line *l)
{
    if (!l)
        return NULL;
    pthread_mutex_lock(&l->mutex);
    l->quit = true;
    wake_and_unlock(l);
    pthread_join(l->thread, NULL);
    close(l->listener);
    close(l->wake[0]);
    close(l->wake[1]);
    pthread_mutex_destroy(&l->mutex);
    free(l);
    return NULL;
}
