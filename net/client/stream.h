/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The backend's presence: its event stream, connected again and again, and a heartbeat while the
 * stream is not there (a proxy may not let streams through). Says when the backend is away. */

#include <stdint.h>

#include "core/err.h"
#include "net/client/http.h"

struct stream;

struct stream_config {
    int64_t retry_min_ms; /* pause before connecting again, doubling … */
    int64_t retry_max_ms; /* … up to this, each shortened by chance */
    int64_t first_ms;     /* a connection that has said nothing useful by then is dead */
    int64_t heartbeat_ms; /* how often, while there is no stream */
    long idle_s;          /* silence that means dead; the backend speaks every 15 s */
};
extern const struct stream_config stream_config_default;

struct stream_handlers {
    /* An event of the stream. False: it could not be understood; the connection is dropped. */
    bool (*event)(const char *name, const char *data, size_t len, void *arg);
    /* A heartbeat was answered (body: Beat) although there is no stream: ask for what it would
     * have told. */
    void (*beat)(const char *body, size_t len, void *arg);
    /* why: as in struct http_reply. */
    void (*away)(const char *why, void *arg);
    /* The session is no longer good. */
    void (*refused)(void *arg);
    void *arg;
};

/* Make one, not connected. http and config are borrowed. NULL when out of memory. */
struct stream *stream_new(struct http *http, const struct stream_config *config,
                          const struct stream_handlers *handlers);
struct stream *stream_free(struct stream *s);

/* Connect and stay so. token: borrowed until stream_stop. */
void stream_start(struct stream *s, const char *token);
void stream_stop(struct stream *s);

/* A request got no sensible answer: look whether the backend is there at all. */
void stream_probe(struct stream *s);
