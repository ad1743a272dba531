/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: what they consist of, their headers, and their line in the log. */

#include "net/server/answer.h"

#include <malloc.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/api/problem.h"
#include "net/host/log.h"
#include "net/server/etag.h"
#include "net/server/guard.h"
#include "net/server/metrics.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/stream.h"

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

enum MHD_Result answer_send(struct request *req)
{
    struct answer *answer = &req->answer;
    struct MHD_Response *response = make_response(answer);
    if (!response)
        return MHD_NO;
    char retry_after[16] = "", etag[ETAG_SIZE] = "";
    if (answer->version)
        etag_print(answer->version, etag);
    if (answer->status == MHD_HTTP_SERVICE_UNAVAILABLE && answer->retry_after_s <= 0)
        answer->retry_after_s = GUARD_RETRY_AFTER_S;
    if (answer->retry_after_s > 0)
        snprintf(retry_after, sizeof retry_after, "%d", answer->retry_after_s);
    const bool made = add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->media_type) &&
                      add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") &&
                      add_header(response, MHD_HTTP_HEADER_ALLOW, req->allow) &&
                      add_header(response, MHD_HTTP_HEADER_ETAG, etag) &&
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
