/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One request on its way: collected in the loop, handled in the writer thread, answered in the
 * loop. Exactly one thread has it at a time. */

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/buf.h"
#include "core/err.h"
#include "net/server/event_id.h"
#include "net/server/news.h"
#include "net/server/remote.h"
#include "net/server/route.h"
#include "net/server/token.h"
#include "net/server/writer.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"

struct MHD_Connection;
struct server;
struct stream;
struct upload;

#define REQUEST_KEY_SIZE 65      /* Idempotency-Key, NUL */
#define REQUEST_TYPED_SIZE 769   /* 64 characters that somebody searches, escaped, NUL */
#define REQUEST_VERSION_SIZE 769 /* 64 characters of a script's version, escaped, NUL */

struct answer {
    int status; /* 0 = not answered yet */
    const char *media_type;
    struct buf body;
    int retry_after_s;     /* with 429 */
    int64_t version;       /* told as ETag; 0 = none */
    struct stream *stream; /* instead of a body */
};

struct request {
    struct server *server;
    struct MHD_Connection *connection;
    int64_t began_ms;

    /* What was asked. */
    const struct route *route; /* NULL: no such path or method, `refused` says so */
    char param[ROUTE_PARAM_SIZE];
    char allow[40]; /* the methods that a path takes, with ERR_METHOD */
    char token[STORE_TOKEN_SIZE];
    bool has_token;
    bool is_too_old; /* a workstation that is no longer served, by its User-Agent */
    bool is_json;    /* by its Content-Type */
    bool is_local;   /* from this machine, not through a proxy */
    char last_event_id[EVENT_ID_SIZE];
    char address[REMOTE_SIZE];  /* that limits go by */
    char key[REQUEST_KEY_SIZE]; /* Idempotency-Key; "" = none */
    bool key_too_long;
    int64_t if_match;                   /* the version in If-Match; 0 = none */
    char version[REQUEST_VERSION_SIZE]; /* in the query; "" = none */
    char typed[REQUEST_TYPED_SIZE];     /* `q` in the query; "" = none */
    struct buf body;
    size_t dropped; /* bytes of the body beyond its limit */
    cJSON *json;
    struct upload *upload; /* of a route that takes a stream */
    bool upload_began;     /* its head is dealt with */
    bool upload_waits;     /* suspended: what came is with the writer */
    struct err refused;    /* found without the database; told once the caller is known */

    /* Who asks: filled in the writer thread. */
    struct store_actor actor; /* agent_id 0 = nobody */
    int64_t call_id;          /* of a call token, else 0 */
    int64_t agent_id;         /* whose password was right (sign_in) */
    int64_t now_utc_s;

    /* What comes of it. */
    struct job job;
    bool repeated; /* done before: build the same answer from `repeat`, change nothing */
    struct store_repeat repeat;
    struct answer answer;
    char served[SERVICE_ID_SIZE]; /* the service that a wrap-up was of */
    bool was_ready;               /* a write of its own is on the disk */
    bool offered;                 /* the next person was reserved for the agent */
    bool opens_stream;            /* answer.body is the first event, queues_body the second */
    struct buf queues_body;       /* see opens_stream */
    int64_t problem_version;      /* `version` of the problem, -1 = none */
    bool problem_kept;            /* `kept` of the problem */
    unsigned problem_position;    /* `position` of the problem; 0 = none */
    cJSON *problem_rows;          /* `rows` of the problem; NULL = none */
    struct news news;             /* what others have to be told after the commit */
    bool started;
    bool ready; /* answer is complete */
};

struct request *request_new(struct server *server, struct MHD_Connection *connection);
/* Forget what the handler left, before it runs once more. */
void request_forget(struct request *req);
/* Wipes what was sent. NULL is fine. */
struct request *request_free(struct request *req);

/* Answer with a JSON tree, which is taken (NULL = out of memory). */
enum err_code request_answer_json(struct request *req, int status, cJSON *tree_take,
                                  struct err *err) MUSTCHECK;
/* Answer without a body. */
enum err_code request_answer_empty(struct request *req, int status) MUSTCHECK;
/* Remember a small answer without personal data, to be given again to a repeated request; and give
 * it. ERR_INTERNAL when there is none. */
void request_keep_answer(struct request *req);
enum err_code request_answer_again(struct request *req, struct err *err) MUSTCHECK;
/* Turn an error into the answer. */
void request_answer_problem(struct request *req, const struct err *err);

/* The offer or call id in the path. ERR_NOT_FOUND when it cannot be one. */
enum err_code request_id(const struct request *req, int64_t *ret, struct err *err) MUSTCHECK;

/* A member of the body that is a Time of the contract. Absent gives `fallback`. ERR_INVALID. */
enum err_code request_time(const cJSON *obj, const char *name, int64_t fallback, int64_t *ret,
                           struct err *err) MUSTCHECK;

/* What the request made, for one that repeats it: kept beside its key as "call:3", and read again.
 * Errors: ERR_INTERNAL when no such thing was kept. */
void request_refer(struct request *req, const char *what, int64_t id);
enum err_code request_referred(const struct request *req, const char *what, int64_t *ret,
                               struct err *err) MUSTCHECK;

/* The fence in the body. */
int64_t request_fence(const struct request *req);
