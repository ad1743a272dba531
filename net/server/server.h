/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the parts of pupitred share: one struct, made in main and passed down. */

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "net/server/loop.h"

struct duty;
struct http;
struct hub;
struct log;
struct logins;
struct options;
struct presence;
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
    struct hub *hub;
    struct duty *duty;
    struct http *http;
    struct loop_source signals, ticks, completions;
    bool stopping; /* nothing new is begun */
};

/* Make the parts, the store being open. On an error server_deinit lets go of what there is. */
enum err_code server_init(struct server *s, struct err *err) MUSTCHECK;
/* Serve until SIGTERM or SIGINT. */
void server_run(struct server *s);
/* Finish what was accepted, end the streams, join the threads. The store stays open. */
void server_deinit(struct server *s);

/* Monotonic milliseconds. */
int64_t server_now_ms(void);
