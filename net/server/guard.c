/* SPDX-License-Identifier: Apache-2.0 */
/* The guard of the connections: each has an entry in one list, found through its socket context.
 *
 * libmicrohttpd 0.9.75 takes two Content-Length, Content-Length beside Transfer-Encoding, any
 * Transfer-Encoding, blanks before a colon, folded lines (whose rest it joins to the name) and a
 * missing Host; it sends the head of an answer twice after a Content-Length that is no number, and
 * never answers when the arguments of a query fill its memory. Each header is looked at before it
 * keeps it; refused there, its own answer becomes ours. */

#define _GNU_SOURCE /* RTLD_NEXT */

#include "net/server/guard.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "core/buf.h"
#include "net/api/json.h"
#include "net/api/problem.h"
#include "net/host/log.h"
#include "net/server/head.h"
#include "net/server/server.h"

#define BYTES_PER_S 1024
#define HEAD_MARGIN_MS 2000 /* libmicrohttpd closes an idle connection first, without a word */
#define ARGUMENTS_MAX 16    /* of a query that are kept; no route has so many */

typedef enum MHD_Result (*set_value)(struct MHD_Connection *, enum MHD_ValueKind, const char *,
                                     size_t, const char *, size_t);
typedef enum MHD_Result (*queue_response)(struct MHD_Connection *, unsigned, struct MHD_Response *);

/* What a client is doing. */
enum phase { PHASE_HEAD, PHASE_BODY, PHASE_ANSWER };

struct peer {
    struct peer *next, **link; /* guard.peers */
    struct guard *guard;
    struct MHD_Connection *connection;
    enum phase phase;
    int64_t since_ms; /* in this phase */
    size_t received;  /* of the body */
    struct head head;
    bool is_closing; /* answered past libmicrohttpd */
};

struct guard {
    struct log *log;
    struct guard_limits limits;
    set_value set_value; /* libmicrohttpd's */
    queue_response queue_response;
    struct peer *peers;
    unsigned n_peers;
    unsigned n_crowded, n_slow; /* refused since the last tick */
};

static struct peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void enter(struct peer *p, enum phase phase)
{
    p->phase = phase;
    p->since_ms = server_now_ms();
}

/* ---- answers ---- */

/* The problem as text. The status is the answer's: that of the code, or a closer one. */
static bool problem_text(const struct err *err, unsigned status, struct buf *ret)
{
    CLEANUP_JSON cJSON *problem = problem_json(err);
    cJSON *told = cJSON_GetObjectItemCaseSensitive(problem, "status");
    if (!told)
        return false;
    (void)cJSON_SetNumberValue(told, (double)status);
    json_print(problem, ret);
    return !ret->failed;
}

static void fault_to_err(const struct fault *fault, struct err *ret)
{
    (void)err_field(ret, fault->code, fault->field, "%s", fault->sentence);
}

/* What libmicrohttpd says by a status of its own. */
static void err_of_status(unsigned status, struct err *ret)
{
    switch (status) {
    case MHD_HTTP_BAD_REQUEST:
        (void)err_set(ret, ERR_MALFORMED, NULL);
        break;
    case MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED:
        (void)err_set(ret, ERR_MALFORMED, "HTTP/1.1 is spoken here.");
        break;
    case MHD_HTTP_CONTENT_TOO_LARGE:
        (void)err_set(ret, ERR_TOO_LARGE, NULL);
        break;
    case MHD_HTTP_URI_TOO_LONG:
    case MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE:
        fault_to_err(&head_too_large, ret);
        break;
    default:
        (void)err_set(ret, ERR_INTERNAL, NULL);
        break;
    }
}

static struct MHD_Response *problem_response(const struct err *err, unsigned status)
{
    struct buf text = {0};
    const bool made = problem_text(err, status, &text);
    const size_t len = text.len;
    char *body = made ? buf_take(&text) : NULL;
    buf_free(&text);
    struct MHD_Response *response =
        body ? MHD_create_response_from_buffer_with_free_callback(len, body, free) : NULL;
    if (!response) {
        free(body);
        return NULL;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, PROBLEM_MEDIA_TYPE);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    return response;
}

/* In the place of libmicrohttpd's: what it answers by itself. */
__attribute__((visibility("default"))) enum MHD_Result
MHD_queue_response(struct MHD_Connection *connection, unsigned status,
                   struct MHD_Response *response)
{
    struct peer *p = peer_of(connection);
    if (!p || p->is_closing)
        return MHD_NO;
    struct err err;
    if (p->head.fault) {
        fault_to_err(p->head.fault, &err);
        if (p->head.fault !=
            &head_too_large) /* for that libmicrohttpd's status is the closer one */
            status = (unsigned)err_info(p->head.fault->code)->http_status;
    } else {
        err_of_status(status, &err);
    }
    struct MHD_Response *ours = problem_response(&err, status);
    const enum MHD_Result queued =
        p->guard->queue_response(connection, status, ours ? ours : response);
    if (ours)
        MHD_destroy_response(ours);
    return queued;
}

enum MHD_Result guard_queue(struct MHD_Connection *connection, unsigned status,
                            struct MHD_Response *response)
{
    struct peer *p = peer_of(connection);
    return p ? p->guard->queue_response(connection, status, response) : MHD_NO;
}

static int socket_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/* libmicrohttpd finds the connection closed and lets go of it. */
static void close_with(struct peer *p, const struct err *err)
{
    const unsigned status = (unsigned)err_info(err->code)->http_status;
    CLEANUP_BUF struct buf body = {0}, text = {0};
    const int fd = socket_of(p->connection);
    p->is_closing = true;
    if (!MHD_get_connection_info(p->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION) &&
        problem_text(err, status, &body)) {
        buf_printf(&text, "HTTP/1.1 %u %s\r\nConnection: close\r\n", status,
                   MHD_get_reason_phrase_for(status));
        buf_printf(&text, "Content-Type: %s\r\nCache-Control: no-store\r\n", PROBLEM_MEDIA_TYPE);
        if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
            buf_printf(&text, "Retry-After: %d\r\n", GUARD_RETRY_AFTER_S);
        buf_printf(&text, "Content-Length: %zu\r\n\r\n%s", body.len, buf_text(&body));
        /* A few hundred bytes into an empty buffer; who does not take them gets the end only. */
        if (!text.failed)
            (void)!send(fd, text.data, text.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    (void)shutdown(fd, SHUT_RDWR);
}

void guard_refuse(struct MHD_Connection *connection, const struct err *err)
{
    struct peer *p = peer_of(connection);
    if (p && !p->is_closing)
        close_with(p, err);
}

bool guard_is_closing(struct MHD_Connection *connection)
{
    const struct peer *p = peer_of(connection);
    return !p || p->is_closing;
}

/* ---- heads ---- */

/* In the place of libmicrohttpd's: each header as it comes, and the first of the query's arguments
 * as they are. Cookies and what follows a chunked body are read by nobody here, and are not kept.
 */
__attribute__((visibility("default"))) enum MHD_Result
MHD_set_connection_value_n(struct MHD_Connection *connection, enum MHD_ValueKind kind,
                           const char *key, size_t key_size, const char *value, size_t value_size)
{
    struct peer *p = peer_of(connection);
    if (!p || p->is_closing)
        return MHD_NO;
    if (kind == MHD_GET_ARGUMENT_KIND && ++p->head.n_arguments <= ARGUMENTS_MAX)
        return p->guard->set_value(connection, kind, key, key_size, value, value_size);
    if (kind != MHD_HEADER_KIND)
        return MHD_YES;
    if (head_header(&p->head, key, key_size, value, value_size))
        return MHD_NO;
    return p->guard->set_value(connection, kind, key, key_size, value, value_size);
}

void *guard_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    (void)cls;
    struct peer *p = peer_of(connection);
    if (p)
        head_begin(&p->head, uri);
    return NULL;
}

enum err_code guard_head(struct MHD_Connection *connection, const char *method, const char *path,
                         const char *version, struct err *err)
{
    struct peer *p = peer_of(connection);
    enter(p, PHASE_BODY);
    p->received = 0;
    const size_t size =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    const struct fault *fault = head_judge(&p->head, path, version, method + size);
    if (!fault)
        return ERR_OK;
    fault_to_err(fault, err);
    return err->code;
}

/* ---- time ---- */

void guard_received(struct MHD_Connection *connection, size_t len)
{
    peer_of(connection)->received += len;
}

void guard_complete(struct MHD_Connection *connection)
{
    enter(peer_of(connection), PHASE_ANSWER);
}

void guard_more(struct MHD_Connection *connection)
{
    struct peer *p = peer_of(connection);
    enter(p, PHASE_BODY);
    p->received = 0;
}

void guard_answered(struct MHD_Connection *connection)
{
    struct peer *p = peer_of(connection);
    if (p)
        enter(p, PHASE_HEAD);
}

static int64_t patience_of(const struct peer *p)
{
    const int64_t patience_ms = p->guard->limits.patience_ms;
    switch (p->phase) {
    case PHASE_HEAD:
        return patience_ms + HEAD_MARGIN_MS;
    case PHASE_BODY:
        return patience_ms + (int64_t)(p->received / BYTES_PER_S) * 1000;
    case PHASE_ANSWER:
        break;
    }
    return INT64_MAX;
}

/* The end of what a client sends is one edge with its last bytes when both come together, and
 * libmicrohttpd then waits for more until its time is up. */
static bool has_gone(struct peer *p)
{
    char c;
    return p->phase != PHASE_ANSWER &&
           recv(socket_of(p->connection), &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void guard_tick(struct guard *g, int64_t now_ms)
{
    struct err err;
    (void)err_set(&err, ERR_TIMEOUT, NULL);
    for (struct peer *p = g->peers; p; p = p->next) {
        if (p->is_closing)
            continue;
        if (now_ms - p->since_ms > patience_of(p)) {
            close_with(p, &err);
            g->n_slow++;
        } else if (has_gone(p)) {
            p->is_closing = true;
            (void)shutdown(socket_of(p->connection), SHUT_RDWR);
        }
    }
    if (g->n_slow || g->n_crowded)
        log_line(g->log, LOG_WARNING, "refused", "connections=%u slow=%u beyond_limit=%u",
                 g->n_peers, g->n_slow, g->n_crowded);
    g->n_slow = g->n_crowded = 0;
}

/* ---- connections ---- */

static void welcome(struct guard *g, struct MHD_Connection *connection, void **context)
{
    struct peer *p = *context = calloc(1, sizeof *p);
    if (!p) {
        (void)shutdown(socket_of(connection), SHUT_RDWR);
        return;
    }
    p->guard = g;
    p->connection = connection;
    enter(p, PHASE_HEAD);
    p->link = &g->peers;
    p->next = g->peers;
    if (p->next)
        p->next->link = &p->next;
    g->peers = p;
    if (++g->n_peers <= g->limits.connections)
        return;
    struct err err;
    (void)err_set(&err, ERR_UNAVAILABLE, "There are too many connections. Please wait.");
    close_with(p, &err);
    g->n_crowded++;
}

void guard_connection(void *cls, struct MHD_Connection *connection, void **context,
                      enum MHD_ConnectionNotificationCode code)
{
    struct guard *g = cls;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        welcome(g, connection, context);
        return;
    }
    struct peer *p = *context;
    *context = NULL;
    if (!p)
        return;
    *p->link = p->next;
    if (p->next)
        p->next->link = p->link;
    g->n_peers--;
    free(p);
}

struct guard *guard_new(struct log *log, const struct guard_limits *limits, struct err *err)
{
    struct guard *g = calloc(1, sizeof *g);
    if (!g) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    g->log = log;
    g->limits = *limits;
    /* POSIX: a pointer of dlsym holds a function's address, too. */
    *(void **)&g->set_value = dlsym(RTLD_NEXT, "MHD_set_connection_value_n");
    *(void **)&g->queue_response = dlsym(RTLD_NEXT, "MHD_queue_response");
    if (g->set_value && g->queue_response)
        return g;
    (void)err_set(err, ERR_INTERNAL, "libmicrohttpd is not the one that this was built for.");
    return guard_free(g);
}

struct guard *guard_free(struct guard *g)
{
    free(g);
    return NULL;
}
