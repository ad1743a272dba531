/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks: lists, and one of them agreed, moved or taken back after the wrap-up. */

#include "net/server/on_callback.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_audit.h"

#define CALLBACKS_MAX 200

const struct json_field callback_wish_fields[] = {
    {"date",        JSON_STRING, true,  false, 10, 10                 },
    {"time",        JSON_STRING, true,  false, 5,  5                  },
    {"zone",        JSON_STRING, false, false, 1,  HOURS_ZONE_SIZE - 1},
    {"phone",       JSON_STRING, false, false, 0,  40                 },
    {"route_to_me", JSON_BOOL,   true,  false, 0,  0                  },
    {"fallback_at", JSON_STRING, false, false, 20, 20                 },
};
const size_t callback_wish_n_fields = sizeof callback_wish_fields / sizeof callback_wish_fields[0];

static enum err_code read_members(const cJSON *j, struct callback_wish *ret, struct err *err)
{
    struct callback_wish w = {.route_to_me = json_bool(j, "route_to_me", false)};
    const char *time = json_str(j, "time", "");
    const char *phone = json_str(j, "phone", "");
    if (!date_parse(json_str(j, "date", ""), &w.date) || w.date.day == 0)
        return err_field(err, ERR_INVALID, "/date", "There is no such day.");
    if (time[2] != ':' || !callback_time_typed(time, &w.minute_of_day))
        return err_field(err, ERR_INVALID, "/time", "A time is written like 15:30.");
    snprintf(w.zone, sizeof w.zone, "%s", json_str(j, "zone", ""));
    enum err_code code = request_time(j, "fallback_at", 0, &w.fallback_utc_s, err);
    if (code == ERR_OK && phone[0] && phone_parse(phone, strlen(phone), w.phone, err) != ERR_OK) {
        code = ERR_PHONE;
        if (err)
            snprintf(err->field, sizeof err->field, "/phone");
    }
    if (code == ERR_OK)
        *ret = w;
    return code;
}

enum err_code callback_wish_read(const cJSON *j, struct callback_wish *ret, struct err *err)
{
    enum err_code code = json_check(j, callback_wish_fields, callback_wish_n_fields, err);
    if (code == ERR_OK)
        code = read_members(j, ret, err);
    if (code != ERR_OK && err) {
        char field[sizeof err->field];
        snprintf(field, sizeof field, "/callback%.40s", err->field);
        memcpy(err->field, field, sizeof field);
    }
    return code;
}

static cJSON *callback_json(const struct store_callback *c)
{
    cJSON *j = cJSON_CreateObject();
    const bool made = wire_add_id(j, "callback_id", c->callback_id) &&
                      wire_add_int(j, "version", c->version) &&
                      wire_add(j, "state", cJSON_CreateString(callback_state_name(c->state))) &&
                      wire_add(j, "at", wire_time(c->at_utc_s)) &&
                      wire_add(j, "zone", wire_text_or_null(c->zone)) &&
                      wire_add(j, "route_to_agent", cJSON_CreateBool(c->route_to_agent)) &&
                      wire_add(j, "fallback_at", wire_time(c->fallback_utc_s)) &&
                      wire_add(j, "missed_at", wire_time(c->miss_utc_s)) &&
                      wire_add(j, "other_phone", cJSON_CreateBool(c->other_phone)) &&
                      wire_add(j, "agent", cJSON_CreateString(c->agent)) &&
                      wire_add(j, "service_id", cJSON_CreateString(c->service_id)) &&
                      wire_add_id(j, "person_id", c->person_id) &&
                      wire_add(j, "name", cJSON_CreateString(c->name));
    if (made)
        return j;
    cJSON_Delete(j);
    return NULL;
}

static enum err_code answer_list(struct request *req, struct store *store, bool of_region,
                                 struct err *err)
{
    const struct store_callback_filter filter = {.of_region = of_region};
    struct store_callback *rows = calloc(CALLBACKS_MAX, sizeof *rows);
    if (!rows)
        return err_set(err, ERR_NOMEM, NULL);
    size_t n = 0;
    const enum err_code code =
        store_callbacks(store, &req->actor, &filter, rows, CALLBACKS_MAX, &n, err);
    cJSON *j = code == ERR_OK ? cJSON_CreateObject() : NULL;
    cJSON *list = j ? cJSON_AddArrayToObject(j, "callbacks") : NULL;
    bool made = list != NULL;
    for (size_t i = 0; made && i < n; i++) {
        cJSON *row = callback_json(&rows[i]);
        made = row && cJSON_AddItemToArray(list, row);
        if (!made)
            cJSON_Delete(row);
    }
    if (!made) {
        cJSON_Delete(j);
        j = NULL;
    }
    sodium_memzero(rows, CALLBACKS_MAX * sizeof *rows); /* they hold names */
    free(rows);
    return code == ERR_OK ? request_answer_json(req, 200, j, err) : code;
}

enum err_code on_list_callbacks(struct request *req, struct store *store, struct err *err)
{
    return answer_list(req, store, false, err);
}

enum err_code on_list_region_callbacks(struct request *req, struct store *store, struct err *err)
{
    return answer_list(req, store, true, err);
}

/* A request that is repeated is told what became of its callback, whatever that is. */
static enum err_code answer_one(struct request *req, struct store *store, int status, int64_t id,
                                struct err *err)
{
    struct store_callback c;
    enum err_code code = req->repeated ? store_callback_read_again(store, &req->actor, id, &c, err)
                                       : store_callback_read(store, &req->actor, id, &c, err);
    if (code != ERR_OK)
        return code;
    req->answer.version = c.version;
    code = request_answer_json(req, status, callback_json(&c), err);
    sodium_memzero(&c, sizeof c);
    return code;
}

enum err_code on_get_callback(struct request *req, struct store *store, struct err *err)
{
    int64_t id;
    const enum err_code code = request_id(req, &id, err);
    return code == ERR_OK ? answer_one(req, store, 200, id, err) : code;
}

/* What was agreed, by the policy of the service. Fields as the body has them. */
static enum err_code plan(struct request *req, struct store *store, const char *service_id,
                          const struct callback_wish *wish, struct callback_plan *ret,
                          struct err *err)
{
    const enum err_code code =
        store_callback_plan(store, service_id, wish, 0, req->now_utc_s, ret, err);
    if (code != ERR_OK && err && err->field[0] && err->field[0] != '/') {
        char field[sizeof err->field];
        snprintf(field, sizeof field, "/callback/%.40s", err->field);
        memcpy(err->field, field, sizeof field);
    }
    return code;
}

enum err_code on_add_callback(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id, id = 0;
    struct callback_wish wish;
    struct callback_plan p;
    if (req->repeated)
        return store_id_parse(req->repeat.body, &id) ? answer_one(req, store, 201, id, err)
                                                     : err_set(err, ERR_INTERNAL, NULL);
    enum err_code code = callback_wish_read(json_obj(req->json, "callback"), &wish, err);
    if (code != ERR_OK)
        return code;
    if (!store_id_parse(json_str(req->json, "offer_id", ""), &offer_id))
        return err_field(err, ERR_NOT_FOUND, "/offer_id", NULL);
    char service_id[SERVICE_ID_SIZE];
    code = store_callback_service(store, &req->actor, offer_id, service_id, err);
    if (code == ERR_OK)
        code = plan(req, store, service_id, &wish, &p, err);
    if (code == ERR_OK)
        code = store_callback_add(store, &req->actor, offer_id, &p, req->now_utc_s, &id, err);
    if (code == ERR_OK)
        store_id_print(id, req->repeat.body);
    return code == ERR_OK ? answer_one(req, store, 201, id, err) : code;
}

static enum err_code check_version(const struct request *req, struct err *err)
{
    return req->if_match ? ERR_OK
                         : err_field(err, ERR_INVALID, "If-Match",
                                     "If-Match names the version that was read.");
}

enum err_code on_move_callback(struct request *req, struct store *store, struct err *err)
{
    int64_t id;
    const cJSON *body = json_obj(req->json, "callback");
    struct callback_wish wish;
    struct callback_plan p;
    struct store_callback now;
    enum err_code code = request_id(req, &id, err);
    if (code == ERR_OK)
        code = callback_wish_read(body, &wish, err);
    if (code == ERR_OK)
        code = store_callback_read(store, &req->actor, id, &now, err);
    if (code == ERR_OK)
        code = check_version(req, err);
    if (code == ERR_OK)
        code = plan(req, store, now.service_id, &wish, &p, err);
    const bool keep_phone = !cJSON_HasObjectItem(body, "phone");
    if (code == ERR_OK)
        code = store_callback_move(store, &req->actor, id, req->if_match, &p, keep_phone,
                                   req->now_utc_s, err);
    sodium_memzero(&now, sizeof now);
    return code == ERR_OK ? answer_one(req, store, 200, id, err) : code;
}

enum err_code on_cancel_callback(struct request *req, struct store *store, struct err *err)
{
    int64_t id;
    enum err_code code = request_id(req, &id, err);
    if (code == ERR_OK)
        code = check_version(req, err);
    if (code == ERR_OK)
        code = store_callback_cancel(store, &req->actor, id, req->if_match, req->now_utc_s, err);
    return code == ERR_OK ? request_answer_empty(req, 204) : code;
}

/* A supervisor tells it of the own region, an operator (or what routes calls, as one) of any. */
static enum err_code read_rang_in(const struct request *req, enum region *ret_region,
                                  char ret_phone[PHONE_SIZE], struct err *err)
{
    const char *region = json_str(req->json, "region", "");
    const char *phone = json_str(req->json, "phone", "");
    if (!region_by_name(region, strlen(region), ret_region))
        return err_field(err, ERR_INVALID, "/region", "A region is VLG, WAL, BXL or OOS.");
    if (req->actor.role != AGENT_ROLE_OPERATOR && *ret_region != req->actor.region)
        return err_field(err, ERR_NOT_FOUND, "/region", "This is another region.");
    const enum err_code code = phone_parse(phone, strlen(phone), ret_phone, err);
    if (code != ERR_OK && err)
        snprintf(err->field, sizeof err->field, "/phone");
    return code;
}

enum err_code on_rang_in(struct request *req, struct store *store, struct err *err)
{
    char phone[PHONE_SIZE];
    enum region region = REGION_VLG;
    size_t n = 0;
    if (req->repeated)
        return request_answer_again(req, err);
    enum err_code code = read_rang_in(req, &region, phone, err);
    if (code == ERR_OK)
        code = store_callback_person_rang_in(store, region, phone, req->actor.agent_id,
                                             req->now_utc_s, &n, err);
    if (code == ERR_OK)
        code = store_audit_append(store,
                                  &(struct store_audit){.at_utc_s = req->now_utc_s,
                                                        .agent_id = req->actor.agent_id,
                                                        .action = "person_rang_in",
                                                        .subject = region_name(region)},
                                  err);
    sodium_memzero(phone, sizeof phone);
    cJSON *j = code == ERR_OK ? cJSON_CreateObject() : NULL;
    if (code != ERR_OK)
        return code;
    if (!wire_add_int(j, "cancelled", (int64_t)n)) {
        cJSON_Delete(j);
        j = NULL;
    }
    code = request_answer_json(req, 200, j, err);
    if (code == ERR_OK) {
        request_keep_answer(req);
        news_add(&req->news, NEWS_ALARM, 0, 0); /* a missed one is over, and its alarm */
    }
    return code;
}
