/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The desk's end of its Unix socket: connections, lines, and which of them is the screen.
 *
 * It knows lines and JSON, not what they mean. A connection is named by a number that is never
 * used twice, so that an answer which comes late finds its screen or nobody. */

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/err.h"
#include "net/desk/place.h"

struct desk_server;

struct desk_server_handlers {
    /* A line that is a JSON object. Borrowed. */
    void (*request)(uint64_t peer, const cJSON *request, void *arg);
    /* The screen went away (closed, killed, broke the rules); not when it was replaced. */
    void (*gone)(void *arg);
    void *arg;
};

/* Take the place (its lock, its socket, a new attach token in its file) and listen. Errors:
 * ERR_CONFLICT (a desk of this instance runs already), ERR_IO, ERR_NOMEM. */
enum err_code desk_server_new(struct desk_server **ret, const struct desk_place *place,
                              const struct desk_server_handlers *handlers,
                              struct err *err) MUSTCHECK;

/* Is this the token of the attach file, or one that was lent? Takes the same time for every wrong
 * one. */
bool desk_server_knows(const struct desk_server *s, const char *token);

/* Make a connection the screen. The former screen is told {"event":"replaced"} and closed. */
void desk_server_attach(struct desk_server *s, uint64_t peer);

/* Make a connection a keeper: it lends a new token to a screen that comes another way, which is
 * good as long as this connection lives. Borrowed; NULL when there is no such connection. */
const char *desk_server_lend(struct desk_server *s, uint64_t peer);
bool desk_server_is_keeper(const struct desk_server *s, uint64_t peer);

/* Is there a keeper at all? */
bool desk_server_is_kept(const struct desk_server *s);

/* The screen's number, 0 = none is attached. */
uint64_t desk_server_screen(const struct desk_server *s);

/* Send an object to a connection (0 and unknown numbers: nobody). Takes the object, NULL allowed;
 * "v":1 is added. */
void desk_server_send(struct desk_server *s, uint64_t peer, cJSON *object);

/* Close a connection once what was sent to it is out. */
void desk_server_close(struct desk_server *s, uint64_t peer);

/* Write out what fits, close all, remove socket and attach file. Accepts NULL, returns NULL. */
struct desk_server *desk_server_free(struct desk_server *s);
