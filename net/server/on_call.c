/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: the permit to dial, and what happened to the call. */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/options.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/wire.h"
#include "net/store/store_call.h"

#define REFERENCE "call"
#define TEXT_CHARS 80

static cJSON *permit_json(const struct request *req, const struct store_permit *permit)
{
    char uri[256];
    snprintf(uri, sizeof uri, "sip:%s@%s", permit->number, req->server->phone.gateway);
    cJSON *j = cJSON_CreateObject();
    if (wire_add_id(j, "call_id", permit->call_id) &&
        wire_add(j, "call_token", cJSON_CreateString(permit->call_token)) &&
        wire_add(j, "number", cJSON_CreateString(permit->number)) &&
        wire_add(j, "uri", cJSON_CreateString(uri)) &&
        wire_add_int(j, "ring_limit_s", permit->ring_limit_s) &&
        wire_add(j, "has_answers", cJSON_CreateBool(permit->has_answers)))
        return j;
    cJSON_Delete(j);
    return NULL;
}

static enum err_code permit_again(struct request *req, struct store *store,
                                  struct store_permit *ret, struct err *err)
{
    int64_t call_id;
    const enum err_code known = request_referred(req, REFERENCE, &call_id, err);
    if (known)
        return known;
    return store_permit_read(store, &req->actor, call_id, ret, err);
}

static enum err_code permit(struct request *req, struct store *store, struct store_permit *ret,
                            struct err *err)
{
    int64_t offer_id;
    if (!store_id_parse(json_str(req->json, "offer_id", ""), &offer_id))
        return err_field(err, ERR_NOT_FOUND, "/offer_id", "There is no such offer.");
    const enum err_code code =
        store_call_permit(store, &req->actor, offer_id, request_fence(req),
                          (size_t)json_int(req->json, "phone_index", 0), req->now_utc_s, ret, err);
    if (code != ERR_OK)
        return code;
    request_refer(req, REFERENCE, ret->call_id);
    news_add(&req->news, NEWS_WORK, req->actor.agent_id, 0);
    return ERR_OK;
}

enum err_code on_permit_call(struct request *req, struct store *store, struct err *err)
{
    struct store_permit given;
    enum err_code code =
        req->repeated ? permit_again(req, store, &given, err) : permit(req, store, &given, err);
    if (code != ERR_OK)
        return code;
    code = request_answer_json(req, 201, permit_json(req, &given), err);
    sodium_memzero(&given, sizeof given);
    return code;
}

static const struct json_field event_fields[] = {
    {"seq",        JSON_INT,    true,  false, 1,  100000    },
    {"at",         JSON_STRING, true,  false, 20, 20        },
    {"kind",       JSON_STRING, true,  false, 1,  32        },
    {"end",        JSON_STRING, false, false, 1,  32        },
    {"sip_status", JSON_INT,    false, false, 0,  699       },
    {"text",       JSON_STRING, false, false, 0,  TEXT_CHARS},
};

static enum err_code read_event(const cJSON *j, struct store_call_event *ret, struct err *err)
{
    enum err_code code =
        json_check(j, event_fields, sizeof event_fields / sizeof event_fields[0], err);
    if (code == ERR_OK)
        code = request_time(j, "at", 0, &ret->at_utc_s, err);
    if (code != ERR_OK)
        return code;
    if (!call_event_by_name(json_str(j, "kind", ""), &ret->event))
        return err_field(err, ERR_INVALID, "/kind", "There is no such event of a call.");
    ret->end = CALL_END_NONE;
    if (!call_end_by_name(json_str(j, "end", "none"), &ret->end))
        return err_field(err, ERR_INVALID, "/end", "There is no such end of a call.");
    if (ret->event == CALL_EV_END && ret->end == CALL_END_NONE)
        return err_field(err, ERR_INVALID, "/end", "An end says why.");
    ret->seq = json_int(j, "seq", 0);
    ret->sip_status = (int)json_int(j, "sip_status", 0);
    ret->text = json_str(j, "text", "");
    return ERR_OK;
}

/* err->field of a member -> of the whole body: "/events/3/kind". */
static enum err_code in_event(struct err *err, size_t i)
{
    char field[sizeof err->field];
    snprintf(field, sizeof field, "/events/%zu%.30s", i, err->field);
    memcpy(err->field, field, sizeof field);
    return err->code;
}

static enum err_code read_events(const cJSON *list, struct store_call_event *events, size_t *ret_n,
                                 struct err *err)
{
    size_t n = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        const enum err_code code = read_event(item, &events[n], err);
        if (code != ERR_OK)
            return in_event(err, n);
        n++;
    }
    *ret_n = n;
    return ERR_OK;
}

/* Events are told apart by their seq: the store passes over those it has. */
enum err_code on_report_call(struct request *req, struct store *store, struct err *err)
{
    if (req->repeated)
        return request_answer_again(req, err);
    int64_t call_id, last_seq, agent_id;
    enum err_code code = request_id(req, &call_id, err);
    if (code != ERR_OK)
        return code;
    if (req->call_id && req->call_id != call_id)
        return err_set(err, ERR_FORBIDDEN, "This token is for another call.");
    struct store_call_event *events = calloc(CALL_REPORT_MAX, sizeof *events);
    if (!events)
        return err_set(err, ERR_NOMEM, NULL);
    size_t n = 0;
    code = read_events(json_arr(req->json, "events"), events, &n, err);
    if (code == ERR_OK)
        code = store_call_report(store, req->call_id ? NULL : &req->actor, call_id,
                                 json_str(req->json, "sip_call_id", ""), events, n, req->now_utc_s,
                                 &last_seq, &agent_id, err);
    free(events);
    if (code != ERR_OK)
        return code;
    news_add(&req->news, NEWS_WORK, agent_id, 0);
    cJSON *j = cJSON_CreateObject();
    if (!wire_add_int(j, "last_seq", last_seq)) {
        cJSON_Delete(j);
        j = NULL;
    }
    code = request_answer_json(req, 200, j, err);
    if (code == ERR_OK)
        request_keep_answer(req);
    return code;
}
