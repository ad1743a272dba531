/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One side of many connections to pupitred, kept alive, without a library's cost: just enough
 * HTTP/1.1 for its own answers (a body with Content-Length, or an event stream that never ends). */

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

struct load_connection {
    int fd;
    struct buf in;
};

/* Raise this process's limit of open files to what so many connections need; dies if refused. */
void load_allow_files(size_t n);

/* Connect to 127.0.0.1, blocking; the connection does not block from then on. */
void load_connect(struct load_connection *c, int port);
void load_close(struct load_connection *c);

/* Send a request whole. body and key NULL = none. */
void load_send(struct load_connection *c, const char *method, const char *path, const char *token,
               const char *key, const char *body);

/* Read what has come. False when the peer closed. */
bool load_read(struct load_connection *c);

/* Is an answer complete? Its status and where its body begins (NUL-terminated, borrowed); it is
 * dropped with the next load_send. */
bool load_answer(struct load_connection *c, int *ret_status, const char **ret_body);
