/* SPDX-License-Identifier: Apache-2.0 */
/* The client and the event stream: what the backend says by itself. */

#include <string.h>

#include <sodium.h>

#include "net/api/json.h"
#include "net/client/client_state.h"

bool client_take_work(struct client *c, const char *data, size_t len)
{
    CLEANUP_JSON cJSON *j = NULL;
    struct ws_work work;
    if (json_parse(data, len, &json_limits_api, &j, NULL) != ERR_OK ||
        wire_work(j, &work, NULL) != ERR_OK) {
        client_say(c, "the backend's work could not be understood");
        return false;
    }
    client_keep_work(c, &work, data, len);
    c->handlers.backend(c->handlers.arg, WS_BACKEND_OK, NULL);
    c->handlers.work(c->handlers.arg, &work);
    sodium_memzero(&work, sizeof work);
    return true;
}

static bool take_queues(struct client *c, const char *data, size_t len)
{
    CLEANUP_JSON cJSON *j = NULL;
    struct ws_queue queues[WS_QUEUES_MAX];
    size_t n = 0;
    if (json_parse(data, len, &json_limits_api, &j, NULL) != ERR_OK ||
        wire_queues(j, queues, WS_QUEUES_MAX, &n, NULL) != ERR_OK)
        return false;
    c->handlers.queues(c->handlers.arg, queues, n);
    return true;
}

static enum ws_end end_of(const char *reason)
{
    static const struct {
        const char *reason;
        enum ws_end end;
    } ends[] = {
        {"other_login", WS_END_OTHER_LOGIN},
        {"operator",    WS_END_OPERATOR   },
        {"disabled",    WS_END_DISABLED   },
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (strcmp(ends[i].reason, reason) == 0)
            return ends[i].end;
    return WS_END_TIME;
}

static bool on_event(const char *name, const char *data, size_t len, void *arg)
{
    struct client *c = arg;
    if (strcmp(name, "work") == 0)
        return client_take_work(c, data, len);
    if (strcmp(name, "queues") == 0)
        return take_queues(c, data, len);
    if (strcmp(name, "alarms") == 0 && c->handlers.alarms) {
        CLEANUP_JSON cJSON *j = NULL;
        if (json_parse(data, len, &json_limits_api, &j, NULL) != ERR_OK)
            return false;
        c->handlers.alarms(c->handlers.arg, json_int(j, "raised", 0), json_int(j, "seen", 0));
    }
    if (strcmp(name, "signed_out") == 0) {
        CLEANUP_JSON cJSON *j = NULL;
        if (json_parse(data, len, &json_limits_api, &j, NULL) != ERR_OK)
            return false;
        c->handlers.ended(c->handlers.arg, end_of(json_str(j, "reason", "")));
    }
    return true;
}

static void on_beat(const char *body, size_t len, void *arg)
{
    struct client *c = arg;
    CLEANUP_JSON cJSON *j = NULL;
    int64_t at = 0;
    if (json_parse(body, len, &json_limits_api, &j, NULL) != ERR_OK ||
        wire_time(j, "server_time", false, &at, NULL) != ERR_OK)
        return;
    c->handlers.time(c->handlers.arg, at);
    for (const struct pending *p = c->pending; p; p = p->next)
        if (p->what == PENDING_WORK)
            return;
    struct pending *p = c->has_session ? client_begin(c, PENDING_WORK, 0) : NULL;
    if (!p)
        return;
    const struct http_request http = {.method = "GET",
                                      .path = "/v1/work",
                                      .token = c->session->token,
                                      .body_limit = WRITE_ANSWER_LIMIT,
                                      .timeout_ms = c->timeout_ms};
    p->call = http_start(c->http, &http, NULL, client_on_done, p);
    if (!p->call)
        client_end(p);
}

static void on_away(const char *why, void *arg)
{
    struct client *c = arg;
    c->handlers.backend(c->handlers.arg, WS_BACKEND_AWAY, why);
}

static void on_refused(void *arg)
{
    struct client *c = arg;
    c->handlers.ended(c->handlers.arg, WS_END_TIME);
}

const struct stream_handlers client_stream_handlers = {
    .event = on_event,
    .beat = on_beat,
    .away = on_away,
    .refused = on_refused,
};
