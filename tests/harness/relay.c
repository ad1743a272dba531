/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/harness/die.h"

enum {
    PAIRS_MAX = 64,
};

/* A connection that came in, and the one that goes on; what one of them says goes to the other. */
struct pair {
    int fds[2];
};

struct relay {
    int listener;
    int to_port;
    int wake[2];
    pthread_t thread;
    pthread_mutex_t mutex;
    enum relay_line line; /* under the mutex */
    bool quit;            /* under the mutex */
    struct pair pairs[PAIRS_MAX];
    size_t n;
};

static struct sockaddr_in local(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* Closed with a reset: nobody waits for what was under way. */
static void reset(int fd)
{
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                     sizeof(struct linger));
    close(fd);
}

static void drop_pair(struct relay *r, size_t i)
{
    reset(r->pairs[i].fds[0]);
    reset(r->pairs[i].fds[1]);
    r->pairs[i] = r->pairs[--r->n];
}

static void take(struct relay *r, enum relay_line line)
{
    const int in = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
    if (in < 0)
        return;
    const struct sockaddr_in to = local(r->to_port);
    const int out = line != RELAY_CLOSED && r->n < PAIRS_MAX
                        ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)
                        : -1;
    if (out < 0 || connect(out, (const struct sockaddr *)&to, sizeof to) != 0) {
        if (out >= 0)
            close(out);
        reset(in);
        return;
    }
    r->pairs[r->n++] = (struct pair){
        {in, out}
    };
}

/* False: the pair is at its end. */
static bool pass(int from, int to)
{
    char bytes[16384];
    ssize_t len = recv(from, bytes, sizeof bytes, MSG_DONTWAIT);
    if (len < 0)
        return errno == EAGAIN || errno == EINTR;
    for (char *at = bytes; len > 0;) {
        const ssize_t n = send(to, at, (size_t)len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        at += n;
        len -= n;
        if (len == 0)
            return true;
    }
    return false;
}

static void turn(struct relay *r, enum relay_line line)
{
    struct pollfd fds[2 + 2 * PAIRS_MAX] = {
        {.fd = r->wake[0],  .events = POLLIN},
        {.fd = r->listener, .events = POLLIN},
    };
    const size_t n = line == RELAY_SILENT ? 0 : r->n;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 2; k++)
            fds[2 + 2 * i + k] = (struct pollfd){.fd = r->pairs[i].fds[k], .events = POLLIN};
    char byte;
    (void)poll(fds, (nfds_t)(2 + 2 * n), -1);
    if (fds[0].revents && read(r->wake[0], &byte, 1) != 1)
        return;
    for (size_t i = n; i-- > 0;)
        for (size_t k = 0; k < 2; k++)
            if (fds[2 + 2 * i + k].revents && !pass(r->pairs[i].fds[k], r->pairs[i].fds[!k])) {
                drop_pair(r, i);
                break;
            }
    if (fds[1].revents)
        take(r, line);
}

static void *run(void *arg)
{
    struct relay *r = arg;
    for (;;) {
        pthread_mutex_lock(&r->mutex);
        const bool quit = r->quit;
        const enum relay_line line = r->line;
        pthread_mutex_unlock(&r->mutex);
        while ((quit || line == RELAY_CLOSED) && r->n)
            drop_pair(r, 0);
        if (quit)
            return NULL;
        turn(r, line);
    }
}

struct relay *relay_new(int port, int to_port)
{
    struct relay *r = calloc(1, sizeof *r);
    const struct sockaddr_in at = local(port);
    const int on = 1;
    if (!r)
        die("relay", "memory");
    r->to_port = to_port;
    r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (r->listener < 0 || setsockopt(r->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(r->listener, (const struct sockaddr *)&at, sizeof at) != 0 ||
        listen(r->listener, PAIRS_MAX) != 0 || pipe2(r->wake, O_CLOEXEC) != 0)
        die("relay", "socket");
    pthread_mutex_init(&r->mutex, NULL);
    if (pthread_create(&r->thread, NULL, run, r) != 0)
        die("relay", "thread");
    return r;
}

static void wake(struct relay *r)
{
    if (write(r->wake[1], "", 1) != 1)
        die("relay", "wake");
}

void relay_set(struct relay *r, enum relay_line line)
{
    pthread_mutex_lock(&r->mutex);
    r->line = line;
    pthread_mutex_unlock(&r->mutex);
    wake(r);
}

struct relay *relay_free(struct relay *r)
{
    if (!r)
        return NULL;
    pthread_mutex_lock(&r->mutex);
    r->quit = true;
    pthread_mutex_unlock(&r->mutex);
    wake(r);
    pthread_join(r->thread, NULL);
    close(r->listener);
    close(r->wake[0]);
    close(r->wake[1]);
    pthread_mutex_destroy(&r->mutex);
    free(r);
    return NULL;
}
