/* SPDX-License-Identifier: Apache-2.0 */
/* Asks for the telephone's next secret (net/desk/secret_renewal.h). */

#include "net/desk/secret_renewal.h"

#include <re_types.h>

#include <re_list.h>
#include <re_tmr.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "net/api/json.h"
#include "net/desk/http.h"

#define RETRY_FIRST_MS 2000
#define RETRY_MAX_MS 30000

struct secret_renewal {
    struct desk_session *session;
    void (*renewed)(void *arg);
    void *arg;
    struct desk_http *http; /* of the request under way, and of the next */
    struct tmr timer;
    uint64_t retry_ms;
};

static void on_time(void *arg);

static void try_later(struct secret_renewal *r)
{
    tmr_start(&r->timer, r->retry_ms, on_time, r);
    r->retry_ms = r->retry_ms * 2 < RETRY_MAX_MS ? r->retry_ms * 2 : RETRY_MAX_MS;
}

/* Take the secret out of the answer; seconds until the next, -1 = it is no such answer. */
static int64_t take_secret(struct secret_renewal *r, const struct buf *body)
{
    static const struct json_field fields[] = {
        {"sip_secret",         JSON_STRING, true, false, 1, sizeof r->session->sip_secret - 1},
        {"sip_secret_renew_s", JSON_INT,    true, false, 1, 604800                           },
    };
    CLEANUP_JSON cJSON *j = NULL;
    struct err err;
    if (json_parse(buf_text(body), body->len, &json_limits_api, &j, &err) ||
        json_check(j, fields, sizeof fields / sizeof fields[0], &err))
        return -1;
    const char *secret = json_str(j, "sip_secret", "");
    memcpy(r->session->sip_secret, secret, strlen(secret) + 1);
    return json_int(j, "sip_secret_renew_s", -1);
}

static void on_done(long status, void *arg)
{
    struct secret_renewal *r = arg;
    const int64_t next_s =
        status == 200 && r->session->signed_in ? take_secret(r, desk_http_body(r->http)) : -1;
    if (next_s > 0) {
        secret_renewal_start(r, next_s);
        r->renewed(r->arg);
    } else if (status != 401 && status != 403) {
        try_later(r);
    }
}

static void on_time(void *arg)
{
    struct secret_renewal *r = arg;
    struct err err;
    CLEANUP_BUF struct buf url = {0};
    buf_printf(&url, "%s/session/sip-secret", r->session->backend);
    if (url.failed ||
        desk_http_get(r->http, buf_text(&url), r->session->ca, r->session->token, &err) != ERR_OK)
        try_later(r);
}

struct secret_renewal *secret_renewal_new(struct desk_session *session, void (*renewed)(void *arg),
                                          void *arg)
{
    struct secret_renewal *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    *r = (struct secret_renewal){.session = session, .renewed = renewed, .arg = arg};
    tmr_init(&r->timer);
    r->http = desk_http_new(on_done, r);
    return r->http ? r : secret_renewal_free(r);
}

void secret_renewal_start(struct secret_renewal *r, int64_t in_s)
{
    secret_renewal_stop(r);
    r->retry_ms = RETRY_FIRST_MS;
    if (in_s > 0)
        tmr_start(&r->timer, (uint64_t)in_s * 1000, on_time, r);
}

void secret_renewal_stop(struct secret_renewal *r)
{
    tmr_cancel(&r->timer);
    desk_http_cancel(r->http);
}

struct secret_renewal *secret_renewal_free(struct secret_renewal *r)
{
    if (!r)
        return NULL;
    tmr_cancel(&r->timer);
    r->http = desk_http_free(r->http);
    free(r);
    return NULL;
}
