/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP: requests are collected here and answers sent; what happens between stands in pipeline.c. */

#include "net/server/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/api/problem.h"
#include "net/host/log.h"
#include "net/server/guard.h"
#include "net/server/handlers.h"
#include "net/server/hub.h"
#include "net/server/loop.h"
#include "net/server/metrics.h"
#include "net/server/options.h"
#include "net/server/people.h"
#include "net/server/pipeline.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/tls.h"

/* 2,000 agents have a stream and a second connection each; the default of 1,020 lets number 1,021
 * hang without an error. */
#define CONNECTIONS_MAX 12000u
/* libmicrohttpd takes some more, so that they can be told; and the database, the log and the event
 * loop have descriptors, too. */
#define CONNECTIONS_SPARE 256u
#define DESCRIPTORS_SPARE 64u
#define POOL_BYTES                                                                                 \
    ((size_t)8 * 1024) /* a connection's memory: headers, and one write of a stream */
/* A body over its limit is read and dropped up to here, so that the answer reaches a client which
 * sends first and reads later. */
#define DROP_MAX ((size_t)1024 * 1024)
#define CERT_WARNING_S ((int64_t)14 * 24 * 3600)

struct http {
    struct server *server;
    struct guard *guard;
    struct MHD_Daemon *daemon;
    struct loop_source source;
    size_t n_requests; /* begun and not completed */
};

static enum MHD_Result add_header(struct MHD_Response *response, const char *name,
                                  const char *value)
{
    return value && value[0] ? MHD_add_response_header(response, name, value) : MHD_YES;
}

static void log_request(const struct request *req)
{
    const int64_t took_ms = server_now_ms() - req->began_ms;
    metrics_answered(req->server->metrics, req, took_ms);
    const bool failed = req->answer.status >= 500;
    const bool looks = !req->route || req->route->method == ROUTE_GET || !req->route->body_max;
    log_line(req->server->log,
             failed  ? LOG_WARNING
             : looks ? LOG_DEBUG
                     : LOG_INFO,
             "request", "op=%s status=%d agent=%lld ms=%lld",
             req->route ? req->route->operation : "-", req->answer.status,
             (long long)req->actor.agent_id, (long long)took_ms);
}

/* Answers hold records and tokens: none of it stays in freed memory. */
static void free_wiped(void *body)
{
    if (body)
        sodium_memzero(body, malloc_usable_size(body));
    free(body);
}

/* What there is no memory to say otherwise. */
static struct MHD_Response *no_memory_response(struct answer *answer)
{
    static const char text[] =
        "{\"type\":\"/problems/no-memory\",\"title\":\"Out of memory.\",\"status\":503}";
    answer->status = MHD_HTTP_SERVICE_UNAVAILABLE;
    answer->media_type = PROBLEM_MEDIA_TYPE;
    return MHD_create_response_from_buffer(sizeof text - 1, (void *)(uintptr_t)text,
                                           MHD_RESPMEM_PERSISTENT);
}

static struct MHD_Response *make_response(struct answer *answer)
{
    if (answer->stream) {
        struct MHD_Response *response = stream_response(answer->stream);
        if (response)
            answer->stream = NULL; /* the response lets go of it */
        return response;
    }
    if (!answer->media_type)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    const size_t len = answer->body.len;
    char *body = len ? buf_take(&answer->body) : NULL;
    if (!body)
        return no_memory_response(answer);
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback(len, body, free_wiped);
    if (!response)
        free_wiped(body);
    return response;
}

static enum MHD_Result send_answer(struct request *req)
{
    struct answer *answer = &req->answer;
    struct MHD_Response *response = make_response(answer);
    if (!response)
        return MHD_NO;
    char retry_after[16] = "";
    if (answer->status == MHD_HTTP_SERVICE_UNAVAILABLE && answer->retry_after_s <= 0)
        answer->retry_after_s = GUARD_RETRY_AFTER_S;
    if (answer->retry_after_s > 0)
        snprintf(retry_after, sizeof retry_after, "%d", answer->retry_after_s);
    const bool made = add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->media_type) &&
                      add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") &&
                      add_header(response, MHD_HTTP_HEADER_ALLOW, req->allow) &&
                      add_header(response, MHD_HTTP_HEADER_RETRY_AFTER, retry_after) &&
                      add_header(response, MHD_HTTP_HEADER_CONNECTION,
                                 req->refused.code == ERR_MALFORMED ? "close" : NULL) &&
                      add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                                 answer->status == MHD_HTTP_UNAUTHORIZED ? "Bearer" : NULL);
    log_request(req);
    const enum MHD_Result sent =
        made ? guard_queue(req->connection, (unsigned)answer->status, response) : MHD_NO;
    MHD_destroy_response(response);
    return sent;
}

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

/* Somebody on this machine, and not by way of a proxy. */
static bool is_local(struct request *req)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(req->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *peer = info ? info->client_addr : NULL;
    if (!peer || header(req, "Forwarded") || header(req, "X-Forwarded-For"))
        return false;
    if (peer->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)peer)->sin_addr.s_addr) >> 24 ==
               127;
    return peer->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr);
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
    req->is_json = is_json(header(req, MHD_HTTP_HEADER_CONTENT_TYPE));
    req->is_local = is_local(req);
    const char *key = header(req, "Idempotency-Key");
    /* Too long a key is cut to one that is refused for its length. */
    snprintf(req->key, sizeof req->key, "%s", key ? key : "");
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
        return send_answer(req);
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
    return req->ready ? send_answer(req) : MHD_YES;
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
        return send_answer(req);
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
    return req->ready ? send_answer(req) : MHD_YES;
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

/* Paths are compared as they came: an Id needs no escapes, and "%2e%2e" is no id. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *s)
{
    (void)cls;
    (void)connection;
    return strlen(s);
}

/* MHD's own lines may quote what a client sent: only their kind is told. */
static void on_mhd_log(void *cls, const char *fmt, va_list ap)
{
    (void)ap;
    const struct server *server = cls;
    log_line(server->log, LOG_DEBUG, "http", "%.*s", (int)strcspn(fmt, "\n"), fmt);
}

static void on_readable(void *arg, uint32_t events)
{
    (void)arg; /* waking the loop is enough: http_run comes before each wait */
    (void)events;
}

static unsigned connections_max(void)
{
    const unsigned spare = CONNECTIONS_SPARE + DESCRIPTORS_SPARE;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= CONNECTIONS_MAX + spare)
        return CONNECTIONS_MAX;
    return files.rlim_cur > 2 * spare ? (unsigned)files.rlim_cur - spare : spare;
}

/* A certificate that is not good today is served all the same: every client says so, and the
 * clock may be what is wrong. */
static void log_times(struct log *log, const struct tls_files *files)
{
    const int64_t now = (int64_t)time(NULL);
    if (now < files->not_before_utc_s)
        log_line(log, LOG_ERROR, "tls", "the certificate is not valid yet");
    else if (now > files->not_after_utc_s)
        log_line(log, LOG_ERROR, "tls", "the certificate has expired");
    else if (now > files->not_after_utc_s - CERT_WARNING_S)
        log_line(log, LOG_WARNING, "tls", "the certificate expires in %lld days",
                 (long long)((files->not_after_utc_s - now) / (24 * 3600)));
}

static enum err_code cannot_listen(const struct sockaddr_in *address, int why, struct err *err)
{
    char host[INET_ADDRSTRLEN] = "";
    (void)inet_ntop(AF_INET, &address->sin_addr, host, sizeof host);
    return err_set(err, ERR_IO, "%s:%u cannot be listened on: %s", host, ntohs(address->sin_port),
                   why == EADDRINUSE ? "another program has this address" : strerror(why));
}

/* Not with MHD_OPTION_LISTENING_ADDRESS_REUSE: that is SO_REUSEPORT, and a second pupitred of the
 * same user would share the address and take every other connection. Without it libmicrohttpd sets
 * SO_REUSEADDR, as a restart needs.
 * tls: certificate and key, which libmicrohttpd reads at the start only, or nothing. */
static enum err_code start_daemon(struct http *http, unsigned connections,
                                  const struct tls_files *tls, struct err *err)
{
    struct server *server = http->server;
    const struct sockaddr *address = (const struct sockaddr *)&server->options->listen;
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT,   0, tls->cert             },
        {MHD_OPTION_HTTPS_MEM_KEY,    0, tls->key              },
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)TLS_PRIORITIES},
        {MHD_OPTION_END,              0, NULL                  },
    };
    const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    http->daemon = MHD_start_daemon(
        tls->cert ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, on_request, http,
        MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, server, MHD_OPTION_SOCK_ADDR, address,
        MHD_OPTION_CONNECTION_LIMIT, connections + CONNECTIONS_SPARE,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)server->options->request_timeout_s, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        http, MHD_OPTION_NOTIFY_CONNECTION, guard_connection, http->guard,
        MHD_OPTION_URI_LOG_CALLBACK, guard_uri, NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes,
        NULL, MHD_OPTION_ARRAY, tls->cert ? secure : &secure[3], MHD_OPTION_END);
    return http->daemon ? ERR_OK : cannot_listen(&server->options->listen, errno, err);
}

struct http *http_new(struct server *server, struct err *err)
{
    const struct options *options = server->options;
    struct tls_files tls = {0};
    struct http *http = calloc(1, sizeof *http);
    if (!http) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    http->server = server;
    http->source.fd = -1;
    const struct guard_limits limits = {
        .connections = connections_max(),
        .patience_ms = server->options->request_timeout_s * 1000,
    };
    http->guard = guard_new(server->log, &limits, err);
    if (!http->guard ||
        (options->tls_cert && tls_load(options->tls_cert, options->tls_key, &tls, err) != ERR_OK))
        return http_free(http);
    if (tls.cert)
        log_times(server->log, &tls);
    const enum err_code code = start_daemon(http, limits.connections, &tls, err);
    tls_unload(&tls);
    if (code != ERR_OK)
        return http_free(http);
    http->source = (struct loop_source){
        .fd = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
        .ready = on_readable,
    };
    if (loop_add(server->loop, &http->source, EPOLLIN, err) != ERR_OK)
        return http_free(http);
    return http;
}

struct http *http_free(struct http *http)
{
    if (!http)
        return NULL;
    loop_remove(http->server->loop, &http->source);
    if (http->daemon)
        MHD_stop_daemon(http->daemon);
    guard_free(http->guard);
    free(http);
    return NULL;
}

unsigned http_connections(const struct http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

size_t http_requests_open(const struct http *http)
{
    return http->n_requests;
}

void http_close_door(struct http *http)
{
    const MHD_socket door = MHD_quiesce_daemon(http->daemon);
    if (door != MHD_INVALID_SOCKET)
        (void)close(door); /* whoever knocks is refused at once, and not left waiting */
}

uint16_t http_port(const struct http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void http_tick(struct http *http)
{
    guard_tick(http->guard, server_now_ms());
}

int http_run(struct http *http)
{
    MHD_run(http->daemon);
    MHD_UNSIGNED_LONG_LONG timeout_ms;
    if (MHD_get_timeout(http->daemon, &timeout_ms) != MHD_YES)
        return -1;
    return timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms;
}
