/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The event streams: who is told what, and when. Loop thread only.
 *
 * One stream an agent; a newer one replaces the older. Nothing is queued for a slow reader: each
 * kind of event has one place, and the newest takes it, so that a stream costs the same however far
 * behind its reader is. */

#include "core/buf.h"
#include "core/err.h"
#include "net/store/store.h"

struct MHD_Connection;
struct MHD_Response;
struct hub;
struct news;
struct server;
struct stream;

struct hub *hub_new(struct server *server);
/* All streams must be gone (hub_end_all, then the connections). */
struct hub *hub_free(struct hub *hub);

/* A stream for the agent, whose first events are these two texts (JSON, one line each; taken).
 * NULL: out of memory. */
struct stream *hub_open(struct hub *hub, const struct store_actor *actor,
                        struct MHD_Connection *connection, struct buf *work, struct buf *queues);
/* The response that plays the stream, and owns it from then on. NULL: out of memory. */
struct MHD_Response *stream_response(struct stream *stream);
/* A stream whose response was never made. */
void stream_abandon(struct stream *stream);

/* Tell what a committed job changed. */
void hub_news(struct hub *hub, const struct news *news);
/* Once a second: keep-alives, changed figures of the queues. */
void hub_tick(struct hub *hub, int64_t now_ms);
/* End all streams, at the end of the program. */
void hub_end_all(struct hub *hub);
