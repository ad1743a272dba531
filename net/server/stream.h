/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One event stream: a suspended connection with one slot an event. Loop thread only.
 *
 * Nothing is queued for a slow reader: the newest event of a kind takes the slot of the older, so
 * that a stream costs the same however far behind its reader is. */

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "net/store/store.h"

struct MHD_Connection;
struct event_ids;
struct MHD_Response;
struct loop;
struct stream;

enum stream_slot { STREAM_WORK, STREAM_QUEUES, STREAM_ALARMS, STREAM_SIGNED_OUT };
#define STREAM_SLOT_COUNT (STREAM_SIGNED_OUT + 1)

/* The owner is told once, when the stream has begun to end or goes: it should forget it. */
struct stream_owner {
    struct event_ids *ids; /* borrowed */
    void (*ended)(void *arg, struct stream *stream);
    void *arg;
};

/* A stream on a connection; watches it for the peer hanging up. NULL: out of memory. */
struct stream *stream_new(struct loop *loop, struct MHD_Connection *connection,
                          const struct store_actor *actor, const struct stream_owner *owner);
/* The response that plays the stream, and owns it from then on. NULL: out of memory. */
struct MHD_Response *stream_response(struct stream *s);
/* Let go of a stream whose response was never made. */
void stream_abandon(struct stream *s);

/* Whose stream it is. */
const struct store_actor *stream_actor(const struct stream *s);

/* Say an event: JSON on one line, taken and wiped when it was read. */
void stream_say(struct stream *s, enum stream_slot slot, struct buf *text_take);
/* The reader has these figures of the queues already, and is told when they change. */
void stream_has(struct stream *s, uint64_t figures);
/* Write a comment line when nothing was written for a while. */
void stream_keep_alive(struct stream *s, int64_t now_ms);
/* Say what waits, with a reason (NULL = none) as `signed_out`, and end. */
void stream_end(struct stream *s, const char *reason);

/* The owner's marks: the work changed since it was read; a job reads it now; how many alarms were
 * told (-1 = never). */
struct stream_marks {
    bool stale;
    bool rendering;
    int64_t alarms_raised;
    int64_t alarms_seen;
};
struct stream_marks *stream_marks(struct stream *s);
