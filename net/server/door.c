/* SPDX-License-Identifier: Apache-2.0 */
/* The doors. A process has few addresses, and each has a daemon and an epoll descriptor in our
 * loop. */

#include "net/server/door.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/host/log.h"
#include "net/server/guard.h"
#include "net/server/loop.h"
#include "net/server/options.h"
#include "net/server/server.h"
#include "net/server/tls.h"
#include "net/server/tls_pair.h"

/* 2,000 agents have a stream and a second connection each; the default of 1,020 lets number 1,021
 * hang without an error. */
#define CONNECTIONS_MAX 12000u
/* libmicrohttpd takes some more, so that they can be told; and the database, the log and the event
 * loop have descriptors, too. */
#define CONNECTIONS_SPARE 256u
#define DESCRIPTORS_SPARE 64u
#define POOL_BYTES                                                                                 \
    ((size_t)8 * 1024) /* a connection's memory: headers, and one write of a stream */

struct door {
    struct MHD_Daemon *daemon;
    struct loop_source source;
};

struct doors {
    struct server *server;
    struct tls_pair *pair; /* NULL: plain HTTP */
    struct listen_list addresses;
    struct door at[LISTEN_MAX];
};

unsigned door_connections_max(void)
{
    const unsigned spare = CONNECTIONS_SPARE + DESCRIPTORS_SPARE;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= CONNECTIONS_MAX + spare)
        return CONNECTIONS_MAX;
    return files.rlim_cur > 2 * spare ? (unsigned)files.rlim_cur - spare : spare;
}

/* Paths are compared as they came: an Id needs no escapes, and "%2e%2e" is no id. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *s)
{
    (void)cls;
    (void)connection;
    return strlen(s);
}

/* MHD's own lines may quote what a client sent: only their kind is told. */
static void on_mhd_log(void *cls, const char *fmt, va_list ap)
{
    (void)ap;
    const struct server *server = cls;
    log_line(server->log, LOG_DEBUG, "http", "%.*s", (int)strcspn(fmt, "\n"), fmt);
}

static void on_readable(void *arg, uint32_t events)
{
    (void)arg; /* waking the loop is enough: doors_run comes before each wait */
    (void)events;
}

static struct MHD_Daemon *start(struct doors *d, int fd, struct guard *guard, unsigned connections,
                                const struct door_calls *calls)
{
    /* POSIX: a pointer holds a function's address, too. */
    void *callback = (void *)(intptr_t)tls_pair_callback();
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, callback              },
        {MHD_OPTION_HTTPS_PRIORITIES,    0, (void *)TLS_PRIORITIES},
        {MHD_OPTION_END,                 0, NULL                  },
    };
    const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    return MHD_start_daemon(
        d->pair ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, calls->request, calls->arg,
        MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, d->server, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, connections + CONNECTIONS_SPARE,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)d->server->options->request_timeout_s, MHD_OPTION_NOTIFY_COMPLETED,
        calls->completed, calls->arg, MHD_OPTION_NOTIFY_CONNECTION, guard_connection, guard,
        MHD_OPTION_URI_LOG_CALLBACK, guard_uri, NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes,
        NULL, MHD_OPTION_ARRAY, d->pair ? secure : &secure[2], MHD_OPTION_END);
}

static enum err_code open_one(struct doors *d, unsigned i, struct guard *guard,
                              unsigned connections, const struct door_calls *calls, struct err *err)
{
    struct door *door = &d->at[i];
    int fd;
    const enum err_code code = listen_open(&d->addresses.at[i], &fd, err);
    if (code != ERR_OK)
        return code;
    door->daemon = start(d, fd, guard, connections, calls);
    if (!door->daemon) { /* which has closed the socket, or leaves it to the end of the process */
        char text[LISTEN_TEXT_SIZE];
        listen_print(&d->addresses.at[i], text);
        return err_set(err, ERR_IO, "%s cannot be served.", text);
    }
    door->source = (struct loop_source){
        .fd = MHD_get_daemon_info(door->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
        .ready = on_readable,
    };
    return loop_add(d->server->loop, &door->source, EPOLLIN, err);
}

struct doors *doors_open(struct server *server, struct guard *guard, unsigned connections,
                         const struct door_calls *calls, struct err *err)
{
    const struct options *options = server->options;
    struct doors *d = calloc(1, sizeof *d);
    if (!d) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    d->server = server;
    d->addresses = options->listen;
    for (unsigned i = 0; i < LISTEN_MAX; i++)
        d->at[i].source.fd = -1;
    if (options->tls_cert &&
        !(d->pair = tls_pair_new(options->tls_cert, options->tls_key, server->log, err)))
        return doors_free(d);
    for (unsigned i = 0; i < d->addresses.n; i++)
        if (open_one(d, i, guard, connections, calls, err) != ERR_OK)
            return doors_free(d);
    return d;
}

struct doors *doors_free(struct doors *d)
{
    if (!d)
        return NULL;
    for (unsigned i = 0; i < d->addresses.n; i++) {
        loop_remove(d->server->loop, &d->at[i].source);
        if (d->at[i].daemon)
            MHD_stop_daemon(d->at[i].daemon);
    }
    tls_pair_free(d->pair);
    free(d);
    return NULL;
}

const struct listen_list *doors_addresses(const struct doors *d)
{
    return &d->addresses;
}

unsigned doors_connections(const struct doors *d)
{
    unsigned n = 0;
    for (unsigned i = 0; i < d->addresses.n; i++)
        n += MHD_get_daemon_info(d->at[i].daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
                 ->num_connections;
    return n;
}

int doors_run(struct doors *d)
{
    int wait_ms = -1;
    for (unsigned i = 0; i < d->addresses.n; i++)
        MHD_run(d->at[i].daemon);
    /* A second time around: what one did may have resumed connections of another. */
    for (unsigned i = 0; i < d->addresses.n; i++) {
        MHD_UNSIGNED_LONG_LONG timeout_ms;
        if (MHD_get_timeout(d->at[i].daemon, &timeout_ms) != MHD_YES)
            continue;
        const int ms = timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms;
        wait_ms = wait_ms < 0 || ms < wait_ms ? ms : wait_ms;
    }
    return wait_ms;
}

void doors_look(struct doors *d)
{
    if (d->pair)
        tls_pair_look(d->pair, server_now_ms());
}

void doors_close(struct doors *d)
{
    for (unsigned i = 0; i < d->addresses.n; i++) {
        const MHD_socket socket = MHD_quiesce_daemon(d->at[i].daemon);
        if (socket != MHD_INVALID_SOCKET)
            (void)close(socket); /* whoever knocks is refused at once, and not left waiting */
    }
}
