/* SPDX-License-Identifier: Apache-2.0 */
/* A request's life and its answers. */

#include "net/server/request.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/time_text.h"
#include "net/api/json.h"
#include "net/api/problem.h"
#include "net/server/people.h"

struct request *request_new(struct server *server, struct MHD_Connection *connection)
{
    struct request *req = calloc(1, sizeof *req);
    if (!req)
        return NULL;
    req->server = server;
    req->connection = connection;
    req->problem_version = -1;
    return req;
}

/* Bodies hold passwords and health answers: none of it stays in freed memory. */
static void wipe_tree(cJSON *j)
{
    for (; j; j = j->next) {
        if (cJSON_IsString(j) && j->valuestring)
            sodium_memzero(j->valuestring, strlen(j->valuestring));
        wipe_tree(j->child);
    }
}

void request_forget(struct request *req)
{
    req->actor = (struct store_actor){0};
    req->call_id = 0;
    req->repeated = req->was_ready = req->offered = req->opens_stream = false;
    req->repeat = (struct store_repeat){0};
    req->answer.status = 0;
    req->answer.media_type = NULL;
    buf_clear(&req->answer.body);
    buf_clear(&req->queues_body);
    req->served[0] = '\0';
    req->problem_version = -1;
    req->problem_kept = false;
    req->problem_position = 0;
    req->problem_rows = json_free(req->problem_rows);
    news_deinit(&req->news);
}

struct request *request_free(struct request *req)
{
    if (!req)
        return NULL;
    wipe_tree(req->json);
    req->json = json_free(req->json);
    buf_free(&req->body);
    buf_free(&req->answer.body);
    buf_free(&req->queues_body);
    news_deinit(&req->news);
    req->upload = upload_free(req->upload);
    req->problem_rows = json_free(req->problem_rows);
    sodium_memzero(req, sizeof *req);
    free(req);
    return NULL;
}

enum err_code request_answer_json(struct request *req, int status, cJSON *tree_take,
                                  struct err *err)
{
    CLEANUP_JSON cJSON *tree = tree_take;
    if (!tree)
        return err_set(err, ERR_NOMEM, NULL);
    buf_clear(&req->answer.body);
    json_print(tree, &req->answer.body);
    if (req->answer.body.failed)
        return err_set(err, ERR_NOMEM, NULL);
    req->answer.status = status;
    req->answer.media_type = "application/json";
    return ERR_OK;
}

enum err_code request_answer_empty(struct request *req, int status)
{
    buf_clear(&req->answer.body);
    req->answer.status = status;
    req->answer.media_type = NULL;
    return ERR_OK;
}

void request_keep_answer(struct request *req)
{
    snprintf(req->repeat.body, sizeof req->repeat.body, "%s", buf_text(&req->answer.body));
}

enum err_code request_answer_again(struct request *req, struct err *err)
{
    if (!req->repeat.body[0])
        return err_set(err, ERR_INTERNAL, NULL);
    buf_clear(&req->answer.body);
    buf_str(&req->answer.body, req->repeat.body);
    if (req->answer.body.failed)
        return err_set(err, ERR_NOMEM, NULL);
    req->answer.status = req->repeat.http_status;
    req->answer.media_type = "application/json";
    return ERR_OK;
}

void request_answer_problem(struct request *req, const struct err *err)
{
    CLEANUP_JSON cJSON *problem = problem_json(err);
    if (req->problem_version >= 0)
        (void)cJSON_AddNumberToObject(problem, "version", (double)req->problem_version);
    if (req->problem_position)
        (void)cJSON_AddNumberToObject(problem, "position", req->problem_position);
    if (req->problem_kept)
        (void)cJSON_AddTrueToObject(problem, "kept");
    if (problem && req->problem_rows && cJSON_GetArraySize(req->problem_rows) > 0) {
        if (cJSON_AddItemToObject(problem, "rows", req->problem_rows))
            req->problem_rows = NULL;
    }
    buf_clear(&req->answer.body);
    if (problem)
        json_print(problem, &req->answer.body);
    req->answer.status = err_info(err->code)->http_status;
    req->answer.media_type = PROBLEM_MEDIA_TYPE;
}

enum err_code request_id(const struct request *req, int64_t *ret, struct err *err)
{
    if (!store_id_parse(req->param, ret))
        return err_set(err, ERR_NOT_FOUND, NULL);
    return ERR_OK;
}

void request_refer(struct request *req, const char *what, int64_t id)
{
    snprintf(req->repeat.reference, sizeof req->repeat.reference, "%s:%lld", what, (long long)id);
}

enum err_code request_referred(const struct request *req, const char *what, int64_t *ret,
                               struct err *err)
{
    const char *reference = req->repeat.reference;
    const size_t len = strlen(what);
    if (strncmp(reference, what, len) != 0 || reference[len] != ':' ||
        !store_id_parse(reference + len + 1, ret))
        return err_set(err, ERR_INTERNAL, NULL);
    return ERR_OK;
}

enum err_code request_time(const cJSON *obj, const char *name, int64_t fallback, int64_t *ret,
                           struct err *err)
{
    const char *text = json_str(obj, name, NULL);
    if (!text) {
        *ret = fallback;
        return ERR_OK;
    }
    char field[32];
    snprintf(field, sizeof field, "/%s", name);
    int64_t utc_s;
    char again[TIME_TEXT_SIZE];
    if (!time_text_parse(text, strlen(text), &utc_s))
        return err_field(err, ERR_INVALID, field, "This is not a time (RFC 3339, UTC).");
    time_text_print(utc_s, again);
    if (strcmp(again, text) != 0)
        return err_field(err, ERR_INVALID, field,
                         "A time is written like 2026-03-28T07:05:09Z, in UTC.");
    *ret = utc_s;
    return ERR_OK;
}

int64_t request_fence(const struct request *req)
{
    return json_int(req->json, "fence", 0);
}
