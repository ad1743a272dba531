/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The doors: for each address one libmicrohttpd in epoll mode, driven by our loop.
 *
 * MHD_USE_EPOLL_INTERNAL_THREAD must not be used: libmicrohttpd 0.9.75 hangs when epoll_wait gives
 * exactly 128 events. Here MHD_run is called once each turn and never waits. */

#include <stddef.h>

#include <microhttpd.h>

#include "core/err.h"
#include "net/server/listen.h"

struct doors;
struct guard;
struct server;

/* Who takes what comes in. */
struct door_calls {
    MHD_AccessHandlerCallback request;
    MHD_RequestCompletedCallback completed;
    void *arg; /* for both */
};

/* How many connections the descriptors of this process are enough for; one more is told so by the
 * guard. */
unsigned door_connections_max(void);

/* Listen where the options say, with the certificate that they name. The guard is borrowed.
 * Errors: those of listen_open and tls_pair_new. */
struct doors *doors_open(struct server *server, struct guard *guard, unsigned connections,
                         const struct door_calls *calls, struct err *err);
/* Everybody is sent away; no connection may be suspended. NULL is fine. */
struct doors *doors_free(struct doors *d);

/* The addresses, with the ports that were chosen. */
const struct listen_list *doors_addresses(const struct doors *d);
unsigned doors_connections(const struct doors *d);

/* Let libmicrohttpd work; returns the longest wait in ms before the next call, -1 = any. */
int doors_run(struct doors *d);
/* Once a second, and when somebody says so: is there a new certificate? */
void doors_look(struct doors *d);
/* Take no new connections; those that are there go on. */
void doors_close(struct doors *d);
