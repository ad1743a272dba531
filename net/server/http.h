/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* HTTP: what comes through the doors (door.h) becomes requests, and answers go out.
 *
 * A connection is suspended while its request is with the writer or a login worker; resuming does
 * not wake anything by itself, but it is done from the loop only, and the loop runs libmicrohttpd
 * before it waits. */

#include <stddef.h>

#include "core/err.h"

struct listen_list;
struct request;
struct server;

/* Listen where the options say and take requests once the loop runs. ERR_IO, and those of the
 * certificate. */
struct http *http_new(struct server *server, struct err *err);
struct http *http_free(struct http *http);

/* Where it listens, with the ports that were chosen. */
const struct listen_list *http_addresses(const struct http *http);

/* How many connections are open, and requests that are not answered to their end. */
unsigned http_connections(const struct http *http);
size_t http_requests_open(const struct http *http);
/* Take no new connections; those that are there go on. */
void http_close_door(struct http *http);

/* Let MHD work; returns the longest wait in ms before the next call, -1 = any. */
int http_run(struct http *http);

/* Once a second: end what takes too long to come, look for a new certificate. */
void http_tick(struct http *http);
/* Somebody says that there is a new certificate. */
void http_look(struct http *http);

/* The answer of a suspended request is complete: send it. Loop thread only. */
void http_answer(struct request *req);
/* The suspended request's next piece may come. Loop thread only. */
void http_go_on(struct request *req);
