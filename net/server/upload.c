/* SPDX-License-Identifier: Apache-2.0 */
/* A request whose body is people: from its head to the decision. */

#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/import/import.h"
#include "net/server/guard.h"
#include "net/server/handlers.h"
#include "net/server/http.h"
#include "net/server/people_parts.h"
#include "net/server/pipeline.h"
#include "net/server/request.h"
#include "net/server/server.h"

#define PIECE_BYTES ((size_t)32 * 1024)           /* some 250 people: a few ms of the writer */
#define UPLOAD_MAX ((uint64_t)4096 * 1024 * 1024) /* bytes */
#define DROP_MAX ((uint64_t)1024 * 1024) /* read after a fault, so that its answer is heard */
#define ROWS_TOLD 100                    /* faults in an answer */
#define RETRY_AFTER_S 10

struct upload {
    struct request *req;
    struct people *people;
    struct import *import;
    struct import_options options;
    char service[SERVICE_ID_SIZE]; /* "" = the only one */
    bool dry_run;
    bool failed;      /* req->refused says why; what still comes is dropped */
    uint64_t n_bytes; /* of the body */
    uint64_t n_dropped;
    crypto_generichash_state hash; /* of parameters and body */
    cJSON *rows;                   /* faults */
};

static struct upload *upload_of(struct job *job)
{
    return ((struct request *)((char *)job - offsetof(struct request, job)))->upload;
}

/* Another thing for the writer thread to do; one at a time. */
static void submit(struct upload *u, enum err_code (*run)(struct job *, struct store *, int64_t),
                   void (*done)(struct job *))
{
    guard_complete(u->req->connection); /* the time is ours now */
    u->req->job.run = run;
    u->req->job.done = done;
    u->req->job.again = NULL; /* its rows went through the reader already */
    writer_submit(u->req->server->writer, &u->req->job);
}

/* ---- what was asked ---- */

static void tell_fault(void *arg, const struct import_fault *fault)
{
    struct upload *u = arg;
    if (!u->rows || cJSON_GetArraySize(u->rows) >= ROWS_TOLD)
        return;
    cJSON *row = cJSON_CreateObject();
    if (!cJSON_AddNumberToObject(row, "line", (double)fault->line) ||
        (fault->field[0] && !cJSON_AddStringToObject(row, "field", fault->field)) ||
        !cJSON_AddStringToObject(row, "rule", fault->rule) || !cJSON_AddItemToArray(u->rows, row))
        cJSON_Delete(row);
}

static bool set_flag(bool *flag, const char *value)
{
    *flag = strcmp(value, "true") == 0;
    return *flag || strcmp(value, "false") == 0;
}

static bool set_dry_run(struct upload *u, const char *value)
{
    return set_flag(&u->dry_run, value);
}

static bool set_skip_bad(struct upload *u, const char *value)
{
    return set_flag(&u->options.skip_bad, value);
}

static bool set_niss(struct upload *u, const char *value)
{
    u->options.niss_warn = strcmp(value, "warn") == 0;
    return u->options.niss_warn || strcmp(value, "refuse") == 0;
}

static bool set_service(struct upload *u, const char *value)
{
    const int n = snprintf(u->service, sizeof u->service, "%s", value);
    return n > 0 && (size_t)n < sizeof u->service;
}

static const struct parameter {
    const char *name;
    bool (*set)(struct upload *u, const char *value);
    const char *rule;
} parameters[] = {
    {"dry_run",  set_dry_run,  "dry_run is true or false."      },
    {"niss",     set_niss,     "niss is refuse or warn."        },
    {"service",  set_service,  "service is the id of a service."},
    {"skip_bad", set_skip_bad, "skip_bad is true or false."     },
};

static enum MHD_Result on_parameter(void *cls, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct upload *u = cls;
    (void)kind;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        const struct parameter *p = &parameters[i];
        if (strcmp(p->name, name) == 0) {
            if (!p->set(u, value ? value : ""))
                (void)err_field(&u->req->refused, ERR_INVALID, p->name, "%s", p->rule);
            return MHD_YES;
        }
    }
    (void)err_set(&u->req->refused, ERR_INVALID, "There is a parameter that is not known here.");
    return MHD_YES;
}

/* "text/csv; charset=utf-8" is of the type "text/csv". */
static bool is_of_type(const char *content_type, const char *type)
{
    const size_t len = strlen(type);
    return content_type && strncasecmp(content_type, type, len) == 0 &&
           strchr("; ", content_type[len]);
}

static const char *header(const struct upload *u, const char *name)
{
    return MHD_lookup_connection_value(u->req->connection, MHD_HEADER_KIND, name);
}

/* Faults of the head: told once it is known who asks. */
static void check_head(struct upload *u)
{
    struct err *refused = &u->req->refused;
    const char *type = header(u, MHD_HTTP_HEADER_CONTENT_TYPE);
    const char *length = header(u, MHD_HTTP_HEADER_CONTENT_LENGTH);
    u->options = (struct import_options){.fault = tell_fault, .arg = u};
    u->options.format = is_of_type(type, "text/csv")               ? IMPORT_CSV
                        : is_of_type(type, "application/x-ndjson") ? IMPORT_NDJSON
                                                                   : IMPORT_ANY;
    (void)MHD_get_connection_values(u->req->connection, MHD_GET_ARGUMENT_KIND, on_parameter, u);
    if (refused->code == ERR_OK && u->options.format == IMPORT_ANY)
        (void)err_set(refused, ERR_MEDIA_TYPE,
                      "The body must be text/csv or application/x-ndjson.");
    if (refused->code == ERR_OK && length && strtoull(length, NULL, 10) > UPLOAD_MAX)
        (void)err_set(refused, ERR_TOO_LARGE, "The body is larger than %llu bytes.",
                      (unsigned long long)UPLOAD_MAX);
    if (refused->code == ERR_OK)
        (void)pipeline_check_key(u->req, refused);
}

/* ---- its steps ---- */

/* Nothing more comes of it: the answer is the error. */
static void end_with(struct upload *u, const struct err *err)
{
    struct request *req = u->req;
    people_release(u->people, u);
    req->problem_rows = u->rows;
    u->rows = NULL;
    if (err->code != ERR_UNAVAILABLE) {
        pipeline_answer_error(req, err);
        return;
    }
    request_answer_problem(req, err); /* another is at it: no fault that anybody has to look into */
    req->answer.retry_after_s = RETRY_AFTER_S;
}

void upload_refuse(struct upload *u, const struct err *err)
{
    end_with(u, err);
    http_answer(u->req);
}

static enum err_code identify(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct request *req = upload_of(job)->req;
    req->now_utc_s = now_utc_s;
    const enum err_code code = pipeline_identify(req, store, &job->err);
    if (code == ERR_OK && req->refused.code != ERR_OK)
        job->err = req->refused;
    return code == ERR_OK ? job->err.code : code;
}

static void identified(struct job *job)
{
    struct upload *u = upload_of(job);
    if (job->err.code != ERR_OK || people_claim(u->people, u, &job->err) != ERR_OK)
        upload_refuse(u, &job->err);
}

static enum err_code open_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct upload *u = upload_of(job);
    u->import = import_new(&u->options);
    u->rows = cJSON_CreateArray();
    if (!u->import || !u->rows)
        return err_set(&job->err, ERR_NOMEM, NULL);
    return import_begin(u->import, store, u->service[0] ? u->service : NULL, now_utc_s, &job->err);
}

static void opened(struct job *job)
{
    struct upload *u = upload_of(job);
    if (job->err.code != ERR_OK)
        upload_refuse(u, &job->err);
    else
        http_go_on(u->req);
}

void upload_go(struct upload *u)
{
    submit(u, open_run, opened);
}

static enum err_code feed(struct upload *u, struct store *store, struct err *err)
{
    const struct buf *body = &u->req->body;
    size_t at = 0;
    enum err_code code = body->failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
    while (code == ERR_OK && at < body->len) {
        size_t used = 0;
        code =
            import_feed(u->import, store, body->data + at, body->len - at, UINT64_MAX, &used, err);
        at += used;
    }
    return code;
}

static enum err_code feed_piece(struct job *job, struct store *store, int64_t now_utc_s)
{
    (void)now_utc_s;
    return feed(upload_of(job), store, &job->err);
}

static void fed(struct job *job)
{
    struct upload *u = upload_of(job);
    if (job->err.code != ERR_OK) {
        u->failed = true;
        u->req->refused = job->err;
    }
    buf_clear(&u->req->body);
    http_go_on(u->req);
}

static enum err_code decide(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct upload *u = upload_of(job);
    struct request *req = u->req;
    uint8_t print[crypto_generichash_BYTES];
    req->now_utc_s = now_utc_s;
    enum err_code code = feed(u, store, &job->err);
    if (code == ERR_OK)
        code = import_finish(u->import, store, &job->err);
    if (code != ERR_OK)
        return code;
    /* What tells a repeated request: the body itself is gone. */
    crypto_generichash_final(&u->hash, print, sizeof print);
    buf_clear(&req->body);
    buf_add(&req->body, print, sizeof print);
    return pipeline_handle(req, store, &job->err);
}

static void decided(struct job *job)
{
    struct upload *u = upload_of(job);
    if (job->err.code != ERR_OK)
        end_with(u, &job->err);
    people_release(u->people, u);
    http_answer(u->req);
}

/* ---- the answer ---- */

static const char *const figure_names[] = {"new", "changed", "same", "bad", "doubtful"};

static cJSON *figures_json(const struct import_counts *c)
{
    const double figures[] = {(double)c->figures.n_new, (double)c->figures.n_changed,
                              (double)c->figures.n_same, (double)c->n_bad, (double)c->n_doubtful};
    cJSON *j = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (!cJSON_AddNumberToObject(j, figure_names[i], figures[i])) {
            cJSON_Delete(j);
            return NULL;
        }
    return j;
}

static enum err_code answer(struct upload *u, cJSON *figures_take, struct err *err)
{
    cJSON *j = figures_take;
    if (!j || !cJSON_AddBoolToObject(j, "dry_run", u->dry_run) ||
        !cJSON_AddItemToObject(j, "rows", u->rows)) {
        cJSON_Delete(j);
        return err_set(err, ERR_NOMEM, NULL);
    }
    u->rows = NULL;
    return request_answer_json(u->req, 200, j, err);
}

enum err_code on_import_people(struct request *req, struct store *store, struct err *err)
{
    struct upload *u = req->upload;
    const struct import_counts counts = import_counts(u->import);
    CLEANUP_BUF struct buf text = {0};
    cJSON *figures = NULL;
    if (req->repeated) {
        const size_t len = strlen(req->repeat.body);
        const enum err_code code =
            json_parse(req->repeat.body, len, &json_limits_api, &figures, err);
        return code == ERR_OK ? answer(u, figures, err) : code;
    }
    if (counts.n_bad > 0 && !u->options.skip_bad)
        return err_set(err, ERR_INVALID, "There are bad rows: %llu. Nothing was imported.",
                       (unsigned long long)counts.n_bad);
    if (!u->dry_run) {
        const enum err_code code =
            import_decide(u->import, store, req->actor.agent_id, req->now_utc_s, err);
        if (code != ERR_OK)
            return code;
    }
    figures = figures_json(&counts);
    json_print(figures, &text);
    request_refer(req, "import", import_id(u->import));
    snprintf(req->repeat.body, sizeof req->repeat.body, "%s", buf_text(&text));
    return answer(u, figures, err);
}

/* ---- from http.c ---- */

struct upload *upload_new(struct request *req)
{
    struct upload *u = calloc(1, sizeof *u);
    if (!u)
        return NULL;
    u->req = req;
    u->people = req->server->people;
    crypto_generichash_init(&u->hash, NULL, 0, crypto_generichash_BYTES);
    return u;
}

struct upload *upload_free(struct upload *u)
{
    if (u) {
        people_release(u->people, u);
        import_free(u->import);
        cJSON_Delete(u->rows);
        free(u);
    }
    return NULL;
}

bool upload_begin(struct request *req)
{
    struct upload *u = req->upload;
    struct err err;
    if (req->server->stopping)
        (void)err_set(&err, ERR_UNAVAILABLE, "The backend is stopping.");
    else if (!req->has_token)
        (void)err_set(&err, ERR_UNAUTHENTICATED, NULL);
    else if (pipeline_pay(req) != ERR_OK)
        err = req->refused;
    else {
        check_head(u);
        submit(u, identify, identified);
        return true;
    }
    end_with(u, &err);
    return false;
}

bool upload_take(struct request *req, const char *data, size_t len)
{
    struct upload *u = req->upload;
    u->n_bytes += len;
    guard_received(req->connection, len);
    if (!u->failed && (u->n_bytes > UPLOAD_MAX || req->server->stopping)) {
        u->failed = true;
        (void)err_set(&req->refused, req->server->stopping ? ERR_UNAVAILABLE : ERR_TOO_LARGE, NULL);
    }
    if (u->failed) {
        u->n_dropped += len;
        if (u->n_dropped > DROP_MAX || req->server->stopping)
            guard_refuse(req->connection, &req->refused);
        return false;
    }
    crypto_generichash_update(&u->hash, (const unsigned char *)data, len);
    buf_add(&req->body, data, len);
    if (req->body.len < PIECE_BYTES && !req->body.failed)
        return false;
    submit(u, feed_piece, fed);
    return true;
}

bool upload_end(struct request *req)
{
    struct upload *u = req->upload;
    if (u->failed || req->server->stopping) {
        if (!u->failed)
            (void)err_set(&req->refused, ERR_UNAVAILABLE, "The backend is stopping.");
        end_with(u, &req->refused);
        return false;
    }
    const char options[] = {(char)u->dry_run, (char)u->options.skip_bad,
                            (char)u->options.niss_warn};
    crypto_generichash_update(&u->hash, (const unsigned char *)options, sizeof options);
    crypto_generichash_update(&u->hash, (const unsigned char *)u->service, strlen(u->service));
    submit(u, decide, decided);
    return true;
}
