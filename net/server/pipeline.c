/* SPDX-License-Identifier: Apache-2.0 */
/* A request's way through the program. */

#include "net/server/pipeline.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/cleanup.h"
#include "net/api/json.h"
#include "net/host/log.h"
#include "net/server/duty.h"
#include "net/server/handlers.h"
#include "net/server/http.h"
#include "net/server/hub.h"
#include "net/server/logins.h"
#include "net/server/metrics.h"
#include "net/server/presence.h"
#include "net/server/rate.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/store/store_call.h"

#define KEY_MIN 16
#define READY_MS 1000 /* who asks so soon after another is told what that one was told */

static struct request *request_of(struct job *job)
{
    return (struct request *)((char *)job - offsetof(struct request, job));
}

enum err_code pipeline_check_key(const struct request *req, struct err *err)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    const size_t len = strlen(req->key);
    if (len == 0)
        return err_field(err, ERR_INVALID, "Idempotency-Key",
                         "The header Idempotency-Key is missing.");
    if (len < KEY_MIN || req->key_too_long || strspn(req->key, allowed) != len)
        return err_field(err, ERR_INVALID, "Idempotency-Key",
                         "Idempotency-Key has 16 to 64 letters, digits, '-' or '_'.");
    return ERR_OK;
}

static enum err_code check_body(struct request *req, struct err *err)
{
    const struct route *route = req->route;
    if (!route->body_max)
        return ERR_OK;
    if (!req->is_json)
        return err_set(err, ERR_MEDIA_TYPE, NULL);
    if (req->dropped)
        return err_set(err, ERR_TOO_LARGE, "The body is larger than %zu bytes.", route->body_max);
    const enum err_code code =
        json_parse(buf_text(&req->body), req->body.len, &json_limits_api, &req->json, err);
    if (code != ERR_OK)
        return code;
    return json_check(req->json, route->fields, route->n_fields, err);
}

static enum err_code check_role(const struct request *req, struct err *err)
{
    if (req->route->roles & ROUTE_ROLE(req->actor.role))
        return ERR_OK;
    return err_set(err, ERR_FORBIDDEN, "This is not for the role %s.",
                   agent_role_name(req->actor.role));
}

/* Whose token is it? */
enum err_code pipeline_identify(struct request *req, struct store *store, struct err *err)
{
    const unsigned roles = req->route->roles;
    if (roles == ROUTE_OPEN)
        return ERR_OK;
    enum err_code code = store_session_find(store, req->token, req->now_utc_s, &req->actor, err);
    if (code == ERR_UNAUTHENTICATED && (roles & ROUTE_CALL_TOKEN))
        return store_call_by_token(store, req->token, &req->call_id, err);
    if (code != ERR_OK)
        return code;
    /* Whatever an agent asks shows that somebody is there; this a desk asks by itself. */
    if (req->route->handler != on_sip_secret)
        presence_beat(req->server->presence, req->actor.agent_id, server_now_ms());
    return check_role(req, err);
}

/* Whose keys they are: two agents may choose the same one. */
static void repeat_scope(const struct request *req, char *ret, size_t size)
{
    if (req->actor.agent_id)
        snprintf(ret, size, "agent:%lld", (long long)req->actor.agent_id);
    else if (req->call_id)
        snprintf(ret, size, "call:%lld", (long long)req->call_id);
    else
        snprintf(ret, size, "login:%lld", (long long)req->agent_id);
}

static void repeat_fingerprint(const struct request *req, struct buf *ret)
{
    buf_printf(ret, "%s %s\n", req->route->operation, req->param);
    buf_add(ret, req->body.data, req->body.len);
}

/* Run the handler; with an Idempotency-Key, look first whether it was done before, and remember
 * it in the same savepoint. */
enum err_code pipeline_handle(struct request *req, struct store *store, struct err *err)
{
    if (!req->route->needs_key)
        return req->route->handler(req, store, err);

    char scope[64];
    CLEANUP_BUF struct buf print = {0};
    repeat_scope(req, scope, sizeof scope);
    repeat_fingerprint(req, &print);
    if (print.failed)
        return err_set(err, ERR_NOMEM, NULL);
    enum err_code code = store_repeat_find(store, scope, req->key, print.data, print.len,
                                           req->now_utc_s, &req->repeat, err);
    req->repeated = code == ERR_OK;
    if (code == ERR_CONFLICT)
        return err_field(err, code, "Idempotency-Key",
                         "This Idempotency-Key was used with another request.");
    if (code != ERR_OK && code != ERR_NOT_FOUND)
        return code;
    code = req->route->handler(req, store, err);
    if (code != ERR_OK || req->repeated)
        return code;
    req->repeat.http_status = req->answer.status;
    return store_repeat_put(store, scope, req->key, print.data, print.len, &req->repeat,
                            req->now_utc_s, err);
}

static enum err_code run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct request *req = request_of(job);
    req->now_utc_s = now_utc_s;
    const enum err_code code = pipeline_identify(req, store, &job->err);
    if (code != ERR_OK)
        return code;
    if (req->refused.code != ERR_OK) {
        job->err = req->refused;
        return job->err.code;
    }
    return pipeline_handle(req, store, &job->err);
}

enum err_code pipeline_pay(struct request *req)
{
    const int wait_s = rate_pay(req->server->rate, req->has_token ? req->token : "", req->address,
                                rate_cost(req->route->operation), server_now_ms());
    if (!wait_s)
        return ERR_OK;
    req->answer.retry_after_s = wait_s;
    return err_set(&req->refused, ERR_THROTTLED, "Too many requests. Please wait.");
}

/* What became known of the token. */
static void remember_token(const struct request *req, enum err_code code)
{
    if (req->actor.agent_id)
        rate_known(req->server->rate, req->token, server_now_ms());
    else if (code == ERR_UNAUTHENTICATED)
        rate_unknown(req->server->rate, req->token);
}

void pipeline_answer_error(struct request *req, const struct err *err)
{
    if (err_info(err->code)->http_status >= 500) {
        metrics_count(req->server->metrics, METRIC_FAULTS);
        log_line(req->server->log, LOG_ERROR, "fault", "op=%s code=%s %s %s",
                 req->route ? req->route->operation : "-", err_info(err->code)->name, err->sentence,
                 err->detail);
    }
    request_answer_problem(req, err);
}

/* The events that were read in the job become the first of a stream. */
static void open_stream(struct request *req)
{
    struct server *server = req->server;
    if (!server->stopping)
        req->answer.stream = hub_open(server->hub, &req->actor, req->connection, req->last_event_id,
                                      &req->answer.body, &req->queues_body);
    req->answer.media_type = "text/event-stream";
    if (!req->answer.stream) {
        struct err away;
        (void)err_set(&away, ERR_UNAVAILABLE, NULL);
        request_answer_problem(req, &away);
    }
}

/* In the loop thread, after the commit. */
static void done(struct job *job)
{
    struct request *req = request_of(job);
    struct server *server = req->server;
    remember_token(req, job->err.code);
    if (job->err.code != ERR_OK) {
        /* When the commit failed nothing was kept, whatever the handler thought. */
        req->problem_kept = req->problem_kept && job->err.code == ERR_STALE;
        pipeline_answer_error(req, &job->err);
    } else {
        if (req->opens_stream)
            open_stream(req);
        if (req->was_ready)
            server->ready_until_ms = server_now_ms() + READY_MS;
        metrics_committed(server->metrics, req);
        if (req->offered)
            metrics_count(server->metrics, METRIC_OFFERS);
        hub_news(server->hub, &req->news);
        duty_news(server->duty, &req->news);
    }
    http_answer(req);
}

static void again(struct job *job)
{
    request_forget(request_of(job));
}

static void submit(struct request *req)
{
    req->job.run = run;
    req->job.done = done;
    req->job.again = again;
    req->job.news = &req->news;
    writer_submit(req->server->writer, &req->job);
}

/* Answer in the loop, without the database. */
static bool answer_now(struct request *req)
{
    struct err err = req->refused;
    if (err.code == ERR_OK && req->route->handler(req, NULL, &err) == ERR_OK) {
        req->ready = true;
        return true;
    }
    pipeline_answer_error(req, &err);
    req->ready = true;
    return true;
}

/* Nothing new is begun while it stops; and readiness is denied before, at the first sign. */
static enum err_code is_away(const struct request *req, struct err *err)
{
    const struct server *server = req->server;
    const bool asks_ready = req->route->handler == on_ready;
    if (server->stopping || (asks_ready && server->draining))
        return err_set(err, ERR_UNAVAILABLE, "The backend is stopping.");
    if (asks_ready && server_store_is_slow(server))
        return err_set(err, ERR_UNAVAILABLE, "The database does not answer.");
    return ERR_OK;
}

bool pipeline_start(struct request *req)
{
    if (req->refused.code != ERR_OK)
        return answer_now(req);
    /* (A sign-in that waits in line has paid.) */
    if (!req->route->verifies_password && pipeline_pay(req) != ERR_OK)
        return answer_now(req);
    if (req->route->is_instant)
        return answer_now(req);
    if (is_away(req, &req->refused) != ERR_OK) {
        request_answer_problem(req, &req->refused); /* as it should be: no fault */
        req->ready = true;
        return true;
    }
    if (req->route->handler == on_ready && server_now_ms() < req->server->ready_until_ms) {
        (void)on_health(req, NULL, &req->refused);
        req->ready = true;
        return true;
    }
    if (req->route->roles != ROUTE_OPEN && !req->has_token) {
        (void)err_set(&req->refused, ERR_UNAUTHENTICATED, NULL);
        return answer_now(req);
    }
    if (check_body(req, &req->refused) == ERR_OK && req->route->needs_key)
        (void)pipeline_check_key(req, &req->refused);
    if (!req->route->verifies_password) {
        submit(req);
        return false;
    }
    if (req->refused.code == ERR_OK && req->is_too_old)
        (void)err_set(&req->refused, ERR_CLIENT_TOO_OLD, NULL);
    if (req->refused.code != ERR_OK)
        return answer_now(req);
    if (logins_start(req->server->logins, req) != ERR_OK)
        return answer_now(req);
    return false;
}

void pipeline_login_done(struct request *req)
{
    if (req->refused.code == ERR_OK) {
        submit(req);
        return;
    }
    if (req->refused.code == ERR_QUEUED)
        request_answer_problem(req, &req->refused); /* as it should be: no fault */
    else
        pipeline_answer_error(req, &req->refused);
    http_answer(req);
}
