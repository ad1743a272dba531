/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Server-sent events (WHATWG HTML, 9.2.6): bytes in, in pieces of any size; events out. Only what
 * Pupitre's backend sends matters: `event`, `data` and `id`; `retry` is passed over. */

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

#define SSE_LINE_MAX (256 * 1024)
#define SSE_NAME_MAX 64
#define SSE_ID_MAX 128

/* data: NUL-terminated. Borrowed. */
typedef void sse_event_fn(const char *name, const char *data, size_t len, void *arg);

struct sse {
    struct buf line;
    struct buf data;
    char name[SSE_NAME_MAX];
    char id[SSE_ID_MAX];      /* of the event that is coming */
    char last_id[SSE_ID_MAX]; /* of the newest one that came whole; "" = none. Outlives sse_reset */
    bool started;             /* past a byte order mark */
    bool has_data;            /* a data field came, possibly empty */
    bool after_cr;            /* a '\n' now belongs to the '\r' before it */
    sse_event_fn *event;
    void *arg;
};

void sse_init(struct sse *s, sse_event_fn *event, void *arg);
/* Forget what came so far: the stream begins anew. */
void sse_reset(struct sse *s);
/* Wipe and free. */
void sse_deinit(struct sse *s);

/* Take in len bytes. False: a line or an event over its limit, or no memory; the stream is of no
 * use any more. */
bool sse_feed(struct sse *s, const char *bytes, size_t len);
