/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The event streams of all agents: who is told what, and when. Loop thread only. One stream an
 * agent; a newer one ends the older. */

#include "core/buf.h"
#include "net/server/stream.h"

struct hub;
struct news;
struct store_session_end;
struct server;

/* NULL: out of memory. */
struct hub *hub_new(struct server *server);
/* After the last connection is gone: their responses own the streams. */
struct hub *hub_free(struct hub *hub);

/* A stream for the agent, whose first events are these two texts (JSON, one line each; taken); the
 * queues only if they are others than the reader has who comes back with last_id ("" = none).
 * NULL: out of memory. */
struct stream *hub_open(struct hub *hub, const struct store_actor *actor,
                        struct MHD_Connection *connection, const char *last_id, struct buf *work,
                        struct buf *queues);

/* Tell what a committed job changed. */
void hub_news(struct hub *hub, const struct news *news);
/* Tell everybody's work anew. */
void hub_tell_all(struct hub *hub);
/* This session ended, whoever ended it. */
void hub_session_ended(struct hub *hub, const struct store_session_end *end);
/* Once a second: keep-alives, changed figures of the queues. */
void hub_tick(struct hub *hub, int64_t now_ms);
/* How many streams are open. */
size_t hub_streams(const struct hub *hub);
/* End all streams, at the end of the program. */
void hub_end_all(struct hub *hub);
