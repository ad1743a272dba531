/* SPDX-License-Identifier: Apache-2.0 */
/* The event stream and the heartbeat. The stream is up from its first good event on. */

#include "net/client/stream.h"

#include <stdlib.h>

#include <sodium.h>

#include "net/client/sse.h"
#include "net/client/timer.h"

#define BEAT_TIMEOUT_MS 5000
#define BEAT_LIMIT 4096
#define ASKED_MAX_MS 60000                 /* a backend may want to be left alone for longer */
#define STREAM_LIMIT ((size_t)1024 * 1024) /* of what waits to be handed over */

const struct stream_config stream_config_default = {
    .retry_min_ms = 250,
    .retry_max_ms = 8000,
    .first_ms = 10000,
    .heartbeat_ms = 5000,
    .idle_s = 40,
};

struct stream {
    struct http *http;
    const struct stream_config *config;
    struct stream_handlers handlers;
    const char *token; /* NULL = stopped */
    struct sse sse;
    struct http_call *call;
    struct http_call *beat;
    bool probing; /* the beat is a probe: it decides over the stream */
    bool up;
    bool broken; /* an event was garbage: drop the connection when its piece is through */
    unsigned failures;
    struct timer retry;
    struct timer first;
    struct timer pulse;
};

static void connect_now(void *arg);

static void schedule(struct stream *s, int64_t least_ms)
{
    int64_t wait = s->config->retry_min_ms;
    for (unsigned i = 1; i < s->failures && wait < s->config->retry_max_ms; i++)
        wait *= 2;
    if (wait > s->config->retry_max_ms)
        wait = s->config->retry_max_ms;
    wait = wait / 2 + randombytes_uniform((uint32_t)(wait / 2) + 1);
    if (least_ms > ASKED_MAX_MS)
        least_ms = ASKED_MAX_MS;
    timer_start(&s->retry, wait < least_ms ? least_ms : wait, connect_now, s);
}

/* The connection is no more. One that was up is tried again before anybody is told: a proxy may
 * cut streams that live long. */
static void lost(struct stream *s, const char *why, int64_t retry_after_s)
{
    bool was_up = s->up;
    s->call = http_stop(s->call);
    timer_cancel(&s->first);
    s->up = false;
    s->failures++;
    schedule(s, retry_after_s * 1000);
    if (!was_up || s->failures > 1)
        s->handlers.away(why, s->handlers.arg);
}

static void on_event(const char *name, const char *data, size_t len, void *arg)
{
    struct stream *s = arg;
    if (s->broken || !s->token)
        return;
    if (!s->handlers.event(name, data, len, s->handlers.arg)) {
        s->broken = true;
    } else if (s->token) {
        s->up = true;
        s->failures = 0;
        timer_cancel(&s->first);
    }
}

static void on_data(const char *data, size_t len, void *arg)
{
    struct stream *s = arg;
    if (!data) {
        sse_reset(&s->sse);
        s->broken = false;
        return;
    }
    bool ok = sse_feed(&s->sse, data, len);
    if (s->token && (!ok || s->broken)) {
        s->up = false;
        lost(s, NULL, 0);
    }
}

static void on_end(const struct http_reply *reply, void *arg)
{
    struct stream *s = arg;
    s->call = NULL;
    if (reply->code == ERR_UNAUTHENTICATED)
        s->handlers.refused(s->handlers.arg);
    else
        lost(s, reply->why, reply->retry_after_s);
}

static void on_first(void *arg)
{
    lost(arg, NULL, 0);
}

static void connect_now(void *arg)
{
    struct stream *s = arg;
    const struct http_request req = {.method = "GET",
                                     .path = "/v1/events",
                                     .accept = "text/event-stream",
                                     .token = s->token,
                                     .last_event_id = s->sse.last_id[0] ? s->sse.last_id : NULL,
                                     .body_limit = STREAM_LIMIT,
                                     .idle_s = s->config->idle_s};
    s->call = http_start(s->http, &req, on_data, on_end, s);
    if (s->call)
        timer_start(&s->first, s->config->first_ms, on_first, s);
    else
        schedule(s, 0);
}

static void on_beat(const struct http_reply *reply, void *arg)
{
    struct stream *s = arg;
    bool probing = s->probing;
    s->beat = NULL;
    s->probing = false;
    if (reply->code == ERR_UNAUTHENTICATED) {
        s->handlers.refused(s->handlers.arg);
    } else if (reply->code != ERR_OK) {
        if (probing && s->up) {
            s->up = false;
            lost(s, reply->why, reply->retry_after_s);
        } else if (!s->up) {
            s->handlers.away(reply->why, s->handlers.arg);
        }
    } else if (!s->up) {
        s->handlers.beat(reply->body, reply->len, s->handlers.arg);
    }
}

static void beat_now(struct stream *s)
{
    const struct http_request req = {.method = "POST",
                                     .path = "/v1/heartbeat",
                                     .token = s->token,
                                     .body_limit = BEAT_LIMIT,
                                     .timeout_ms = BEAT_TIMEOUT_MS};
    if (!s->beat)
        s->beat = http_start(s->http, &req, NULL, on_beat, s);
}

static void on_pulse(void *arg)
{
    struct stream *s = arg;
    timer_start(&s->pulse, s->config->heartbeat_ms, on_pulse, s);
    if (!s->up)
        beat_now(s);
}

void stream_probe(struct stream *s)
{
    if (!s->token || !s->up || s->beat)
        return;
    s->probing = true;
    beat_now(s);
}

void stream_start(struct stream *s, const char *token)
{
    stream_stop(s);
    s->token = token;
    s->sse.last_id[0] = '\0'; /* that was another session's */
    s->failures = 0;
    timer_start(&s->pulse, s->config->heartbeat_ms, on_pulse, s);
    connect_now(s);
}

void stream_stop(struct stream *s)
{
    s->token = NULL;
    s->up = s->probing = false;
    s->call = http_stop(s->call);
    s->beat = http_stop(s->beat);
    timer_cancel(&s->retry);
    timer_cancel(&s->first);
    timer_cancel(&s->pulse);
}

struct stream *stream_new(struct http *http, const struct stream_config *config,
                          const struct stream_handlers *handlers)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->http = http;
    s->config = config;
    s->handlers = *handlers;
    sse_init(&s->sse, on_event, s);
    timer_init(&s->retry);
    timer_init(&s->first);
    timer_init(&s->pulse);
    return s;
}

struct stream *stream_free(struct stream *s)
{
    if (!s)
        return NULL;
    stream_stop(s);
    timer_deinit(&s->retry);
    timer_deinit(&s->first);
    timer_deinit(&s->pulse);
    sse_deinit(&s->sse);
    free(s);
    return NULL;
}
