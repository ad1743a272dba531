/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP: requests are collected here and answers sent; what happens between stands in pipeline.c. */

#include "net/server/http.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/api/client_version.h"
#include "net/server/answer.h"
#include "net/server/door.h"
#include "net/server/etag.h"
#include "net/server/guard.h"
#include "net/server/handlers.h"
#include "net/server/options.h"
#include "net/server/people.h"
#include "net/server/pipeline.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/stream.h"

/* A body over its limit is read and dropped up to here, so that the answer reaches a client which
 * sends first and reads later. */
#define DROP_MAX ((size_t)1024 * 1024)

struct http {
    struct server *server;
    struct guard *guard;
    struct doors *doors;
    size_t n_requests; /* begun and not completed */
};

static const char *header(struct request *req, const char *name)
{
    return MHD_lookup_connection_value(req->connection, MHD_HEADER_KIND, name);
}

/* application/json, perhaps with parameters. */
static bool is_json(const char *content_type)
{
    static const char json[] = "application/json";
    if (!content_type || strncasecmp(content_type, json, sizeof json - 1) != 0)
        return false;
    const char end = content_type[sizeof json - 1];
    return end == '\0' || end == ';' || end == ' ';
}

/* The head goes without its body: GET in all else (RFC 9110, 9.3.2). */
static const char *looked_up(const char *method)
{
    return strcmp(method, MHD_HTTP_METHOD_HEAD) == 0 ? MHD_HTTP_METHOD_GET : method;
}

/* A stream without its body would only end the agent's other one. */
static void refuse_head(struct request *req)
{
    snprintf(req->allow, sizeof req->allow, "%s", route_method_name(req->route->method));
    (void)err_set(&req->refused, ERR_METHOD, NULL);
    req->route = NULL;
}

/* The daemon leaves escapes as they are. What is cut is no version that there is, and too long to
 * be searched. */
static void take_query(struct request *req)
{
    const char *version =
        MHD_lookup_connection_value(req->connection, MHD_GET_ARGUMENT_KIND, "version");
    snprintf(req->version, sizeof req->version, "%s", version ? version : "");
    (void)MHD_http_unescape(req->version);
    const char *typed = MHD_lookup_connection_value(req->connection, MHD_GET_ARGUMENT_KIND, "q");
    snprintf(req->typed, sizeof req->typed, "%s", typed ? typed : "");
    (void)MHD_http_unescape(req->typed);
}

static struct request *begin(struct http *http, struct MHD_Connection *connection, const char *path,
                             const char *method, const char *version)
{
    struct request *req = request_new(http->server, connection);
    if (!req)
        return NULL;
    http->n_requests++;
    req->began_ms = server_now_ms();
    if (guard_head(connection, method, path, version, &req->refused) != ERR_OK)
        return req;
    const enum err_code code =
        route_find(looked_up(method), path, &req->route, req->param, req->allow, sizeof req->allow);
    if (code != ERR_OK)
        (void)err_set(&req->refused, code, NULL);
    else
        req->allow[0] = '\0';
    if (req->route && req->route->handler == on_stream_events && method[0] == 'H')
        refuse_head(req);
    req->has_token = token_from_header(header(req, MHD_HTTP_HEADER_AUTHORIZATION), req->token);
    req->is_too_old = client_is_too_old(header(req, MHD_HTTP_HEADER_USER_AGENT), CLIENT_OLDEST);
    req->is_json = is_json(header(req, MHD_HTTP_HEADER_CONTENT_TYPE));
    req->is_local = remote_is_local(connection);
    remote_print(connection, req->address);
    const char *last_id = header(req, "Last-Event-ID"); /* one that is cut is none of ours */
    snprintf(req->last_event_id, sizeof req->last_event_id, "%s", last_id ? last_id : "");
    const char *key = header(req, "Idempotency-Key");
    /* Too long a key is cut to one that is refused for its length. */
    snprintf(req->key, sizeof req->key, "%s", key ? key : "");
    req->if_match = etag_parse(header(req, MHD_HTTP_HEADER_IF_MATCH));
    take_query(req);
    req->key_too_long = key && strlen(key) >= sizeof req->key;
    if (req->route && req->route->body_max == ROUTE_STREAM && !(req->upload = upload_new(req)))
        (void)err_set(&req->refused, ERR_NOMEM, NULL);
    return req;
}

/* A body announced as larger than anybody would read is answered before it comes. */
static bool is_hopeless(struct request *req)
{
    const char *length = header(req, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return length && strtoull(length, NULL, 10) > DROP_MAX;
}

/* Is there something to say as soon as the head is there? */
static bool is_refused_by_head(struct request *req)
{
    if (req->refused.code == ERR_MALFORMED || req->refused.code == ERR_TOO_LARGE ||
        req->refused.code == ERR_NOMEM)
        return true;
    if (req->upload)
        return false;
    if (!is_hopeless(req))
        return false;
    if (req->route)
        (void)err_set(&req->refused, ERR_TOO_LARGE, NULL);
    return true;
}

static enum MHD_Result collect(struct request *req, const char *data, size_t *len)
{
    const size_t max = req->route ? req->route->body_max : 0;
    const size_t room = max > req->body.len ? max - req->body.len : 0;
    const size_t n = *len < room ? *len : room;
    buf_add(&req->body, data, n);
    req->dropped += *len - n;
    guard_received(req->connection, *len);
    *len = 0;
    if (req->dropped > DROP_MAX || req->body.failed) {
        struct err err;
        (void)err_set(&err, req->body.failed ? ERR_NOMEM : ERR_TOO_LARGE, NULL);
        guard_refuse(req->connection, &err);
    }
    return MHD_YES;
}

/* A request whose body is taken as it comes. Once its head has been dealt with we are called again,
 * before the first byte of the body or a "100 Continue". */
static enum MHD_Result on_upload(struct request *req, const char *data, size_t *len)
{
    bool wait = false;
    if (req->upload_waits) /* libmicrohttpd goes on with the next chunk all the same: not yet */
        return MHD_YES;
    if (req->ready)
        return answer_send(req);
    if (*len) {
        wait = upload_take(req, data, *len);
        *len = 0;
    } else if (!req->started) {
        req->started = true;
        wait = upload_begin(req);
        req->ready = !wait;
    } else if (!req->upload_began) {
        req->upload_began = true;
        return MHD_YES;
    } else {
        wait = upload_end(req);
        req->ready = !wait;
    }
    req->upload_waits = wait;
    if (wait)
        MHD_suspend_connection(req->connection);
    return req->ready ? answer_send(req) : MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **ret_req)
{
    if (guard_is_closing(connection))
        return MHD_NO;
    struct request *req = *ret_req;
    if (!req) {
        req = *ret_req = begin(cls, connection, path, method, version);
        if (!req)
            return MHD_NO;
        if (!is_refused_by_head(req))
            return req->upload ? on_upload(req, data, len) : MHD_YES;
        request_answer_problem(req, &req->refused);
        return answer_send(req);
    }
    if (req->upload)
        return on_upload(req, data, len);
    if (*len)
        return collect(req, data, len);
    if (!req->started) {
        req->started = true;
        guard_complete(connection);
        if (!pipeline_start(req)) {
            MHD_suspend_connection(connection);
            return MHD_YES;
        }
    }
    return req->ready ? answer_send(req) : MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **ret_req,
                         enum MHD_RequestTerminationCode why)
{
    (void)why;
    guard_answered(connection);
    struct http *http = cls;
    struct request *req = *ret_req;
    http->n_requests -= req != NULL;
    if (req && req->answer.stream)
        stream_abandon(req->answer.stream);
    *ret_req = request_free(req);
}

void http_answer(struct request *req)
{
    req->ready = true;
    req->upload_waits = false;
    MHD_resume_connection(req->connection);
}

void http_go_on(struct request *req)
{
    req->upload_waits = false;
    guard_more(req->connection);
    MHD_resume_connection(req->connection);
}

struct http *http_new(struct server *server, struct err *err)
{
    struct http *http = calloc(1, sizeof *http);
    if (!http) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    http->server = server;
    const struct guard_limits limits = {
        .connections = door_connections_max(),
        .patience_ms = server->options->request_timeout_s * 1000,
    };
    const struct door_calls calls = {on_request, on_completed, http};
    http->guard = guard_new(server->log, &limits, err);
    if (http->guard)
        http->doors = doors_open(server, http->guard, limits.connections, &calls, err);
    return http->doors ? http : http_free(http);
}

struct http *http_free(struct http *http)
{
    if (!http)
        return NULL;
    doors_free(http->doors);
    guard_free(http->guard);
    free(http);
    return NULL;
}

unsigned http_connections(const struct http *http)
{
    return doors_connections(http->doors);
}

size_t http_requests_open(const struct http *http)
{
    return http->n_requests;
}

void http_close_door(struct http *http)
{
    doors_close(http->doors);
}

const struct listen_list *http_addresses(const struct http *http)
{
    return doors_addresses(http->doors);
}

void http_look(struct http *http)
{
    doors_look(http->doors);
}

void http_tick(struct http *http)
{
    guard_tick(http->guard, server_now_ms());
    doors_look(http->doors);
}

int http_run(struct http *http)
{
    return doors_run(http->doors);
}
