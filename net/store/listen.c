/* SPDX-License-Identifier: Apache-2.0 */
/* Hearing what other nodes tell: LISTEN on a session of its own, in a thread of its own, since a
 * connection is made in steps that wait. */

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "net/store/internal.h"
#include "net/store/sql_postgresql.h"
#include "net/store/store_nodes.h"

#define AGAIN_MS 250 /* when nobody answers */
#define LOOK_MS 5000 /* at the latest: a session that died without a word */

struct heard {
    struct heard *next;
    char *text; /* NULL: something may be missed */
};

struct store_listener {
    char *url;
    char instance[STORE_INSTANCE_SIZE];
    pthread_t thread;
    pthread_mutex_t mutex;
    struct heard *first;
    struct heard **end;
    int heard_fd; /* for who takes */
    int stop_fd;  /* for the thread */
};

static void signal_fd(int fd)
{
    const uint64_t one = 1;
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

/* Without memory it is as if it were missed, and the next one says so. */
static void push(struct store_listener *l, const char *text)
{
    struct heard *h = calloc(1, sizeof *h);
    if (!h) {
        return;
    }
    h->text = text ? strdup(text) : NULL;
    pthread_mutex_lock(&l->mutex);
    *l->end = h;
    l->end = &h->next;
    pthread_mutex_unlock(&l->mutex);
    signal_fd(l->heard_fd);
}

/* True: stop. */
static bool wait_for(struct store_listener *l, PGconn *conn, int ms)
{
    struct pollfd fds[2] = {
        {.fd = l->stop_fd,                 .events = POLLIN},
        {.fd = conn ? PQsocket(conn) : -1, .events = POLLIN}
    };
    (void)poll(fds, 2, ms); /* cut short: looks a little earlier */
    return (fds[0].revents & POLLIN) != 0;
}

static void take_notices(struct store_listener *l, PGconn *conn)
{
    PGnotify *n;
    const size_t own = strlen(l->instance);
    while ((n = PQnotifies(conn))) {
        const char *space = strchr(n->extra, ' ');
        if (space &&
            ((size_t)(space - n->extra) != own || strncmp(n->extra, l->instance, own) != 0)) {
            push(l, space + 1);
        }
        PQfreemem(n);
    }
}

/* Until the session ends, or this thread is to. */
static bool listen_on(struct store_listener *l, PGconn *conn)
{
    for (;;) {
        take_notices(l, conn);
        if (wait_for(l, conn, LOOK_MS)) {
            return true;
        }
        if (!PQconsumeInput(conn) || PQstatus(conn) != CONNECTION_OK) {
            return false;
        }
    }
}

static void *listener_main(void *arg)
{
    struct store_listener *l = arg;
    bool stop = false;
    while (!stop) {
        PGconn *conn = postgresql_listen(l->url);
        if (conn) {
            push(l, NULL); /* what was told before this session */
            stop = listen_on(l, conn);
            PQfinish(conn);
        }
        stop = stop || wait_for(l, NULL, AGAIN_MS);
    }
    return NULL;
}

enum err_code store_listener_new(struct store *st, const char *url, struct store_listener **ret,
                                 struct err *err)
{
    struct store_listener *l = calloc(1, sizeof *l);
    if (!l || !(l->url = strdup(url))) {
        free(l);
        return err_set(err, ERR_NOMEM, NULL);
    }
    memcpy(l->instance, st->instance, sizeof l->instance);
    l->end = &l->first;
    pthread_mutex_init(&l->mutex, NULL);
    l->heard_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    l->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->heard_fd < 0 || l->stop_fd < 0 ||
        pthread_create(&l->thread, NULL, listener_main, l) != 0) {
        close(l->heard_fd);
        close(l->stop_fd);
        free(l->url);
        free(l);
        return err_set(err, ERR_IO, "a thread cannot be made");
    }
    *ret = l;
    return ERR_OK;
}

struct store_listener *store_listener_free(struct store_listener *l)
{
    if (!l) {
        return NULL;
    }
    signal_fd(l->stop_fd);
    pthread_join(l->thread, NULL);
    for (struct heard *h = l->first; h;) {
        struct heard *next = h->next;
        free(h->text);
        free(h);
        h = next;
    }
    close(l->heard_fd);
    close(l->stop_fd);
    pthread_mutex_destroy(&l->mutex);
    free(l->url);
    free(l);
    return NULL;
}

int store_listener_fd(const struct store_listener *l)
{
    return l->heard_fd;
}

void store_listener_take(struct store_listener *l, store_heard_fn *fn, void *arg)
{
    uint64_t count;
    if (read(l->heard_fd, &count, sizeof count) < 0) {
        return;
    }
    pthread_mutex_lock(&l->mutex);
    struct heard *h = l->first;
    l->first = NULL;
    l->end = &l->first;
    pthread_mutex_unlock(&l->mutex);
    while (h) {
        struct heard *next = h->next;
        fn(arg, h->text);
        free(h->text);
        free(h);
        h = next;
    }
}
