/* SPDX-License-Identifier: Apache-2.0 */
/* Calls beside that of the person: an expert is consulted, the person is handed on; and whom there
 * is to choose from. */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/options.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/sip_uri.h"
#include "net/server/wire.h"
#include "net/store/store_target.h"

#define REFERENCE "consult"

static enum err_code read_target(const struct request *req, struct target *ret, struct err *err)
{
    static const struct json_field fields[] = {
        {"kind",  JSON_STRING, true, false, 1, 16                   },
        {"value", JSON_STRING, true, false, 1, TARGET_VALUE_SIZE - 1},
    };
    const cJSON *j = json_obj(req->json, "target");
    enum target_kind kind;
    const enum err_code code = json_check(j, fields, sizeof fields / sizeof fields[0], err);
    if (code != ERR_OK) {
        char field[sizeof err->field];
        snprintf(field, sizeof field, "/target%.40s", err->field);
        memcpy(err->field, field, sizeof field);
        return code;
    }
    if (!target_kind_by_name(json_str(j, "kind", ""), &kind))
        return err_field(err, ERR_INVALID, "/target/kind", "There is no such kind of target.");
    return target_read(kind, json_str(j, "value", ""), ret, err);
}

/* What both answers say of whom to call. */
static bool add_called(const struct request *req, cJSON *j, const struct target *target)
{
    CLEANUP_BUF struct buf uri = {0};
    const bool is_number = target->kind == TARGET_NUMBER;
    sip_uri(target->value, req->server->options->gateway, &uri);
    return !uri.failed &&
           wire_add(j, "number", cJSON_CreateString(is_number ? target->value : "")) &&
           wire_add(j, "uri", cJSON_CreateString(buf_text(&uri))) &&
           wire_add(j, "target", wire_target(target));
}

static cJSON *consult_json(const struct request *req, const struct target *target,
                           const struct store_permit *permit)
{
    cJSON *j = cJSON_CreateObject();
    if (wire_add_id(j, "call_id", permit->call_id) &&
        wire_add(j, "call_token", cJSON_CreateString(permit->call_token)) &&
        add_called(req, j, target) && wire_add_int(j, "ring_limit_s", permit->ring_limit_s))
        return j;
    cJSON_Delete(j);
    return NULL;
}

static enum err_code permit_again(struct request *req, struct store *store, struct target *target,
                                  struct store_permit *ret, struct err *err)
{
    int64_t call_id;
    const enum err_code known = request_referred(req, REFERENCE, &call_id, err);
    if (known)
        return known;
    return store_consult_read(store, &req->actor, call_id, target, ret, err);
}

static enum err_code permit(struct request *req, struct store *store, struct target *target,
                            struct store_permit *ret, struct err *err)
{
    int64_t offer_id;
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK)
        code = read_target(req, target, err);
    if (code == ERR_OK)
        code = store_consult_permit(store, &req->actor, offer_id, request_fence(req), target,
                                    req->now_utc_s, ret, err);
    if (code != ERR_OK)
        return code;
    request_refer(req, REFERENCE, ret->call_id);
    news_add(&req->news, NEWS_WORK, req->actor.agent_id, 0);
    return ERR_OK;
}

enum err_code on_consult(struct request *req, struct store *store, struct err *err)
{
    struct store_permit given;
    struct target target;
    enum err_code code = req->repeated ? permit_again(req, store, &target, &given, err)
                                       : permit(req, store, &target, &given, err);
    if (code != ERR_OK)
        return code;
    code = request_answer_json(req, 201, consult_json(req, &target, &given), err);
    sodium_memzero(&given, sizeof given);
    sodium_memzero(&target, sizeof target);
    return code;
}

/* A repeated request is looked at again, and leaves nothing behind: whoever was signed in then may
 * not be there any more. */
enum err_code on_transfer(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id, call_id;
    struct target target;
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK)
        code = read_target(req, &target, err);
    if (code == ERR_OK)
        code = store_transfer_permit(store, &req->actor, offer_id, request_fence(req), &target,
                                     req->repeated, req->now_utc_s, &call_id, err);
    if (code != ERR_OK)
        return code;
    cJSON *j = cJSON_CreateObject();
    if (!wire_add_id(j, "call_id", call_id) || !add_called(req, j, &target)) {
        cJSON_Delete(j);
        j = NULL;
    }
    code = request_answer_json(req, 201, j, err);
    sodium_memzero(&target, sizeof target);
    return code;
}

static cJSON *user_json(const struct store_directory_user *user)
{
    cJSON *j = cJSON_CreateObject();
    if (wire_add(j, "login", cJSON_CreateString(user->login)) &&
        wire_add(j, "name", cJSON_CreateString(user->name)) &&
        wire_add(j, "status", cJSON_CreateString(agent_status_name(user->status))) &&
        wire_add(j, "on_queue", cJSON_CreateBool(user->on_queue)) &&
        wire_add(j, "is_free", cJSON_CreateBool(user->is_free)))
        return j;
    cJSON_Delete(j);
    return NULL;
}

static cJSON *queue_json(const struct store_directory_queue *queue)
{
    cJSON *j = cJSON_CreateObject();
    if (wire_add(j, "queue", cJSON_CreateString(queue->queue)) &&
        wire_add(j, "region", cJSON_CreateString(region_name(queue->region))))
        return j;
    cJSON_Delete(j);
    return NULL;
}

static cJSON *directory_json(const struct store_directory *d)
{
    cJSON *j = cJSON_CreateObject();
    cJSON *users = cJSON_CreateArray();
    cJSON *queues = cJSON_CreateArray();
    bool made = users && queues;
    for (size_t i = 0; made && i < d->n_users; i++)
        made = cJSON_AddItemToArray(users, user_json(&d->users[i]));
    for (size_t i = 0; made && i < d->n_queues; i++)
        made = cJSON_AddItemToArray(queues, queue_json(&d->queues[i]));
    made = wire_add(j, "users", users) && made;
    made = wire_add(j, "queues", queues) && made;
    if (made && wire_add_int(j, "all_users", (int64_t)d->all_users) &&
        wire_add_int(j, "all_queues", (int64_t)d->all_queues))
        return j;
    cJSON_Delete(j);
    return NULL;
}

enum err_code on_search_directory(struct request *req, struct store *store, struct err *err)
{
    const size_t len = strlen(req->typed);
    if (!text_is_plain(req->typed, len, TEXT_ONE_LINE) ||
        text_chars(req->typed, len) > STORE_DIRECTORY_CHARS)
        return err_field(err, ERR_INVALID, "q", "At most 64 characters of plain text.");
    struct store_directory *found = calloc(1, sizeof *found);
    if (!found)
        return err_set(err, ERR_NOMEM, NULL);
    enum err_code code =
        store_directory(store, &req->actor, req->typed, req->now_utc_s, found, err);
    if (code == ERR_OK)
        code = request_answer_json(req, 200, directory_json(found), err);
    free(found);
    return code;
}
