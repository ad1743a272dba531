/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One side of a connection to pupitred that may be refused, cut or left without an answer at any
 * time: nothing blocks and nothing ends the program. Just enough HTTP/1.1 for pupitred's answers: a
 * body with Content-Length, or an event stream in chunks. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

enum wire_news {
    WIRE_NOTHING,
    WIRE_ANSWER, /* complete: wire_status, wire_body */
    WIRE_DATA,   /* of a stream: w->body has grown; drop what was read */
    WIRE_BROKEN, /* refused or closed; it is closed on this side, too */
};

struct wire {
    int fd; /* -1 = closed */
    int epoll_fd;
    void *owner; /* comes back with epoll's events */
    bool connected;
    bool stream;
    bool head_done;
    bool wants_out;
    int status;
    size_t chunk_left; /* of a stream */
    size_t sent;
    struct buf out;
    struct buf in;   /* as it came; of a stream: not yet decoded */
    struct buf body; /* of a stream: decoded */
};

/* A wire that is closed. tag: what epoll gives with its events. */
void wire_init(struct wire *w, int epoll_fd, bool stream, void *owner);
void wire_deinit(struct wire *w);

bool wire_is_open(const struct wire *w);
void wire_close(struct wire *w);

/* Send a request, over the open connection or a new one to 127.0.0.1. key, body NULL = none; more:
 * header lines, each with its line end, NULL = none. */
void wire_ask(struct wire *w, int port, const char *method, const char *path, const char *token,
              const char *key, const char *more, const char *body);

/* epoll has something. */
enum wire_news wire_on(struct wire *w, uint32_t events);

/* After WIRE_ANSWER, until the next wire_ask. */
const char *wire_body(const struct wire *w);
