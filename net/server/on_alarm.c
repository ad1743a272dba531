/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms, for the supervisors of a region. */

#include <stdlib.h>

#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_alarm.h"

#define ALARMS_MAX 200

static cJSON *id_or_null(int64_t id)
{
    char text[STORE_ID_SIZE];
    if (id == 0)
        return cJSON_CreateNull();
    store_id_print(id, text);
    return cJSON_CreateString(text);
}

static bool add_alarm(cJSON *list, const struct store_alarm_row *row)
{
    cJSON *j = cJSON_CreateObject();
    const bool made = wire_add_id(j, "alarm_id", row->alarm_id) &&
                      wire_add(j, "kind", cJSON_CreateString(alarm_kind_name(row->kind))) &&
                      wire_add(j, "state", cJSON_CreateString(alarm_state_name(row->state))) &&
                      wire_add(j, "service_id", wire_text_or_null(row->service_id)) &&
                      wire_add(j, "person_id", id_or_null(row->person_id)) &&
                      wire_add(j, "offer_id", id_or_null(row->offer_id)) &&
                      wire_add(j, "callback_id", id_or_null(row->callback_id)) &&
                      wire_add(j, "incident_id", id_or_null(row->incident_id)) &&
                      wire_add(j, "agent", wire_text_or_null(row->agent)) &&
                      wire_add(j, "raised_at", wire_time(row->raised_utc_s)) &&
                      wire_add(j, "again_at", wire_time(row->again_utc_s)) &&
                      wire_add_int(j, "times", row->times) &&
                      wire_add(j, "seen_by", wire_text_or_null(row->seen_by));
    if (made && cJSON_AddItemToArray(list, j))
        return true;
    cJSON_Delete(j);
    return false;
}

enum err_code on_list_alarms(struct request *req, struct store *store, struct err *err)
{
    struct store_alarm_row *rows = calloc(ALARMS_MAX, sizeof *rows);
    if (!rows)
        return err_set(err, ERR_NOMEM, NULL);
    size_t n = 0;
    const enum err_code code = store_alarms(store, &req->actor, 0, rows, ALARMS_MAX, &n, err);
    cJSON *j = NULL;
    if (code == ERR_OK) {
        j = cJSON_CreateObject();
        cJSON *list = cJSON_AddArrayToObject(j, "alarms");
        bool made = list != NULL;
        for (size_t i = 0; made && i < n; i++)
            made = add_alarm(list, &rows[i]);
        if (!made) {
            cJSON_Delete(j);
            j = NULL;
        }
    }
    free(rows);
    return code == ERR_OK ? request_answer_json(req, 200, j, err) : code;
}

static enum err_code change(struct request *req, struct store *store,
                            enum err_code (*fn)(struct store *, const struct store_actor *, int64_t,
                                                int64_t, struct err *),
                            struct err *err)
{
    int64_t id;
    enum err_code code = request_id(req, &id, err);
    if (code == ERR_OK && !req->repeated) {
        code = fn(store, &req->actor, id, req->now_utc_s, err);
        news_add(&req->news, NEWS_ALARM, 0, 0);
    }
    return code == ERR_OK ? on_list_alarms(req, store, err) : code;
}

enum err_code on_see_alarm(struct request *req, struct store *store, struct err *err)
{
    return change(req, store, store_alarm_see, err);
}

enum err_code on_close_alarm(struct request *req, struct store *store, struct err *err)
{
    return change(req, store, store_alarm_close, err);
}
