/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the parts of pupitred share: one struct, made in main and passed down. */

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "net/server/loop.h"
#include "net/server/notify.h"
#include "net/server/phone_settings.h"

struct cross;
struct duty;
struct federal;
struct http;
struct hub;
struct log;
struct logins;
struct metrics;
struct options;
struct people;
struct presence;
struct rate;
struct store;
struct writer;

struct server {
    const struct options *options;
    struct log *log;
    struct loop *loop;
    struct store *store; /* the writer's, once that runs */
    struct writer *writer;
    struct presence *presence;
    struct logins *logins;
    struct rate *rate;
    struct hub *hub;
    struct duty *duty;
    struct cross *cross; /* NULL = the only node */
    struct federal *federal;
    struct people *people;
    struct phone_settings phone;
    struct http *http;
    struct metrics *metrics;
    struct notify notify;
    const char *address; /* that is served, for the service manager */
    struct loop_source signals, ticks, completions;
    int64_t ready_until_ms; /* a write for /readyz was on the disk a moment ago */
    int64_t writer_seen_ms; /* when it last gave something back */
    /* See stop.h. */
    bool draining; /* not ready any more */
    bool stopping; /* nothing new is begun */
    int64_t stop_until_ms;
};

/* Make the parts, the store being open. On an error server_deinit lets go of what there is. */
enum err_code server_init(struct server *s, struct err *err) MUSTCHECK;
/* Serve until SIGTERM or SIGINT; address: what the service manager is told. */
void server_run(struct server *s, const char *address);
/* Finish what was accepted, end the streams, join the threads. The store stays open. */
void server_deinit(struct server *s);

/* The writer, which has something to do each second, gave nothing back for SERVER_SLOW_MS, or for
 * half the watchdog's time. */
#define SERVER_SLOW_MS 15000
bool server_store_is_slow(const struct server *s);

/* Monotonic milliseconds. */
int64_t server_now_ms(void);
