/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* HTTP requests through libcurl's multi interface on libre's loop. Nothing here waits, names are
 * resolved in libcurl's thread. Handlers are called from the loop, never from inside a function of
 * this file, and may start and stop requests. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct http;
struct http_call;

/* base: as backend_url_check wants it, without a path. ca: the certificates to trust (PEM text,
 * copied), NULL = the system's. Errors: ERR_INVALID, ERR_NOMEM. */
enum err_code http_new(struct http **ret, const char *base, const char *ca,
                       struct err *err) MUSTCHECK;
/* Stops all calls without a word. Accepts NULL, returns NULL. */
struct http *http_free(struct http *h);

struct http_request {
    const char *method;        /* "GET", … */
    const char *path;          /* "/v1/work" */
    const char *accept;        /* media type; NULL = application/json */
    const char *token;         /* bearer, NULL = none */
    const char *last_event_id; /* NULL = none */
    const char *key;           /* Idempotency-Key, NULL = none */
    const char *body;          /* JSON, NULL = none; copied and wiped afterwards */
    size_t body_limit;         /* largest answer in bytes */
    long timeout_ms;           /* for all of it; 0 = a stream */
    long idle_s;               /* a stream that is silent so long is dead; 0 = never */
};

/* What came of a call. Borrowed by the handler. */
struct http_reply {
    enum err_code code; /* ERR_OK: a 2xx with the media type asked for (or no body at all).
                           ERR_UNAVAILABLE: not reached, too slow, too large, or no answer of
                           ours; else the code of a problem+json */
    struct err err;     /* the problem, or the reason; detail is for the log */
    bool is_transport;  /* nothing sensible came back at all */
    const char *why;    /* and the reason, when it is one that waiting alone does not mend: English,
                           marked for gettext; NULL = none */
    int status;         /* 0 = none */
    const char *body;   /* NUL-terminated, "" = none */
    size_t len;
    int64_t retry_after_s; /* of a 429 or 503, at most an hour; 0 = it does not say */
    bool has_version;      /* members of the problem */
    unsigned version;
    unsigned position; /* in a line; 0 = it does not say */
};

typedef void http_done_fn(const struct http_reply *reply, void *arg);
/* A stream: called with the answer's head (data NULL, len 0) once it is a good 2xx, then with every
 * piece of the body. */
typedef void http_data_fn(const char *data, size_t len, void *arg);

/* Start. data NULL: done gets the whole body. done is called exactly once, unless stopped. NULL
 * when out of memory: done is not called then. */
struct http_call *http_start(struct http *h, const struct http_request *req, http_data_fn *data,
                             http_done_fn *done, void *arg);
/* Stop without a word. Accepts NULL, returns NULL. */
struct http_call *http_stop(struct http_call *c);
