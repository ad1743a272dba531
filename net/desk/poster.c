/* SPDX-License-Identifier: Apache-2.0 */
/* Tells the backend about the call (net/desk/poster.h). */

#include "net/desk/poster.h"

#include <re_types.h>

#include <re_list.h>
#include <re_tmr.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/buf.h"
#include "net/api/json.h"
#include "net/desk/http.h"

#define BATCH_MAX 200 /* as in openapi.yaml, CallEvents */
#define RETRY_FIRST_MS 1000
#define RETRY_MAX_MS 30000

/* What is being posted. The same batch keeps its key and its text until it is settled. */
struct batch {
    unsigned last_seq; /* 0 = none */
    char call_id[65];
    char key[33];
    char *json;
};

struct desk_poster {
    struct desk_call *call;
    const struct desk_session *session;
    const char *call_token;
    struct desk_http *http;
    struct tmr retry;
    uint64_t retry_ms;
    struct batch batch;
    bool on;
    bool under_way;
    bool refused; /* for good, for this call */
};

static void batch_drop(struct batch *b)
{
    free(b->json);
    *b = (struct batch){0};
}

static cJSON *body_of(const struct desk_call *call, unsigned *ret_last)
{
    cJSON *j = cJSON_CreateObject();
    cJSON *events = j ? cJSON_AddArrayToObject(j, "events") : NULL;
    bool ok = events && (!call->sip_call_id[0] ||
                         cJSON_AddStringToObject(j, "sip_call_id", call->sip_call_id));
    unsigned n = 0;
    for (size_t i = call->acked; ok && i < call->n_events && n < BATCH_MAX; i++, n++) {
        cJSON *ev = desk_call_event_json(&call->events[i]);
        ok = ev && cJSON_AddItemToArray(events, ev);
        *ret_last = call->events[i].seq;
    }
    return ok && n ? j : json_free(j);
}

/* seq counts from 1 without a gap, so events[acked] is the first that nobody has. */
static bool batch_make(struct desk_poster *p)
{
    unsigned last = 0;
    unsigned char bytes[16];
    CLEANUP_JSON cJSON *j = body_of(p->call, &last);
    struct buf text = {0};
    if (!j)
        return false;
    json_print(j, &text);
    char *json = buf_take(&text);
    if (!json)
        return false;
    p->batch.json = json;
    p->batch.last_seq = last;
    memcpy(p->batch.call_id, p->call->call_id, sizeof p->batch.call_id);
    randombytes_buf(bytes, sizeof bytes);
    (void)sodium_bin2hex(p->batch.key, sizeof p->batch.key, bytes, sizeof bytes);
    return true;
}

static void on_retry(void *arg)
{
    desk_poster_kick(arg);
}

static void retry_later(struct desk_poster *p)
{
    tmr_start(&p->retry, p->retry_ms, on_retry, p);
    p->retry_ms = p->retry_ms * 2 < RETRY_MAX_MS ? p->retry_ms * 2 : RETRY_MAX_MS;
}

static bool is_for_good(long status)
{
    return status >= 400 && status < 500 && status != 408 && status != 429;
}

static void on_done(long status, void *arg)
{
    struct desk_poster *p = arg;
    p->under_way = false;
    const bool same_call = strcmp(p->batch.call_id, p->call->call_id) == 0;
    if (status >= 200 && status < 300) {
        if (same_call && p->batch.last_seq > p->call->acked)
            p->call->acked = p->batch.last_seq;
        p->retry_ms = RETRY_FIRST_MS;
        batch_drop(&p->batch);
    } else if (is_for_good(status)) {
        p->refused = same_call || p->refused;
        batch_drop(&p->batch);
    } else if (same_call) {
        retry_later(p);
        return;
    } else {
        batch_drop(&p->batch);
    }
    desk_poster_kick(p);
}

void desk_poster_kick(struct desk_poster *p)
{
    struct err err;
    if (!p->on || !p->session->posts || p->under_way || p->refused || desk_poster_is_done(p) ||
        !p->session->signed_in || tmr_isrunning(&p->retry))
        return;
    if (!p->batch.last_seq && !batch_make(p))
        return;
    CLEANUP_BUF struct buf url = {0};
    buf_printf(&url, "%s/calls/%s/events", p->session->backend, p->batch.call_id);
    if (!url.failed && desk_http_post(p->http, buf_text(&url), p->session->ca, p->call_token,
                                      p->batch.key, p->batch.json, &err) == ERR_OK)
        p->under_way = true;
    else
        retry_later(p);
}

void desk_poster_switch(struct desk_poster *p, bool on)
{
    p->on = on;
    tmr_cancel(&p->retry);
    p->retry_ms = RETRY_FIRST_MS;
    /* The screen may have acknowledged what this batch holds: the next one is made afresh. */
    if (!p->under_way)
        batch_drop(&p->batch);
    desk_poster_kick(p);
}

void desk_poster_forget(struct desk_poster *p)
{
    p->refused = false;
    tmr_cancel(&p->retry);
    if (!p->under_way)
        batch_drop(&p->batch);
}

bool desk_poster_is_done(const struct desk_poster *p)
{
    /* A call that the backend did not permit has no token, and is not its business. */
    return p->refused || !p->call_token[0] || p->call->acked >= p->call->n_events;
}

struct desk_poster *desk_poster_new(struct desk_call *call, const struct desk_session *session,
                                    const char *call_token)
{
    struct desk_poster *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    *p = (struct desk_poster){
        .call = call, .session = session, .call_token = call_token, .retry_ms = RETRY_FIRST_MS};
    tmr_init(&p->retry);
    p->http = desk_http_new(on_done, p);
    return p->http ? p : desk_poster_free(p);
}

struct desk_poster *desk_poster_free(struct desk_poster *p)
{
    if (!p)
        return NULL;
    tmr_cancel(&p->retry);
    p->http = desk_http_free(p->http);
    batch_drop(&p->batch);
    free(p);
    return NULL;
}
