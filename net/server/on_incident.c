/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents: anybody who is signed in reports one, the supervisors of the region read them. */

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_incident.h"

#define INCIDENTS_MAX 50

static const char id_characters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

static enum err_code read_report(const struct request *req, struct store_incident *ret,
                                 int64_t *ret_offer_id, struct err *err)
{
    const char *what = json_str(req->json, "what", "");
    const char *offer = json_str(req->json, "offer_id", "");
    if (!text_is_plain(what, strlen(what), TEXT_LINES) ||
        text_trim(ret->what, sizeof ret->what, what, strlen(what)) == 0)
        return err_field(err, ERR_INVALID, "/what", "Say in plain words what happened.");
    if (offer[strspn(offer, id_characters)])
        return err_field(err, ERR_INVALID, "/offer_id", "This is no id.");
    if (!store_id_parse(offer, ret_offer_id))
        *ret_offer_id = 0; /* none that we gave: nobody's */
    enum err_code code =
        request_time(req->json, "reported_at", req->now_utc_s, &ret->reported_utc_s, err);
    if (code == ERR_OK)
        code =
            request_time(req->json, "happened_at", ret->reported_utc_s, &ret->happened_utc_s, err);
    return code;
}

enum err_code on_report_incident(struct request *req, struct store *store, struct err *err)
{
    if (req->repeated)
        return request_answer_again(req, err);
    struct store_incident incident = {0};
    int64_t offer_id, id;
    enum err_code code = read_report(req, &incident, &offer_id, err);
    if (code == ERR_OK)
        code = store_incident_report(store, &req->actor, &incident, offer_id, req->now_utc_s, &id,
                                     err);
    sodium_memzero(&incident, sizeof incident);
    if (code != ERR_OK)
        return code;
    cJSON *j = cJSON_CreateObject();
    if (!wire_add_id(j, "incident_id", id)) {
        cJSON_Delete(j);
        j = NULL;
    }
    code = request_answer_json(req, 201, j, err);
    if (code == ERR_OK) {
        request_keep_answer(req);
        news_add(&req->news, NEWS_ALARM, 0, 0);
    }
    return code;
}

static bool add_incident(cJSON *list, const struct store_incident *i)
{
    char person[STORE_ID_SIZE] = "";
    cJSON *j = cJSON_CreateObject();
    if (i->person_id)
        store_id_print(i->person_id, person);
    const bool made = wire_add_id(j, "incident_id", i->incident_id) &&
                      wire_add(j, "agent", cJSON_CreateString(i->agent)) &&
                      wire_add(j, "happened_at", wire_time(i->happened_utc_s)) &&
                      wire_add(j, "reported_at", wire_time(i->reported_utc_s)) &&
                      wire_add(j, "received_at", wire_time(i->received_utc_s)) &&
                      wire_add(j, "person_id", wire_text_or_null(person)) &&
                      wire_add(j, "what", cJSON_CreateString(i->what));
    if (made && cJSON_AddItemToArray(list, j))
        return true;
    cJSON_Delete(j);
    return false;
}

static cJSON *list_of(const struct store_incident *rows, size_t n)
{
    cJSON *j = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(j, "incidents");
    bool made = list != NULL;
    for (size_t i = 0; made && i < n; i++)
        made = add_incident(list, &rows[i]);
    if (!made) {
        cJSON_Delete(j);
        j = NULL;
    }
    return j;
}

enum err_code on_list_incidents(struct request *req, struct store *store, struct err *err)
{
    struct store_incident *rows = calloc(INCIDENTS_MAX, sizeof *rows);
    if (!rows)
        return err_set(err, ERR_NOMEM, NULL);
    size_t n = 0;
    enum err_code code =
        store_incidents(store, &req->actor, 0, req->now_utc_s, rows, INCIDENTS_MAX, &n, err);
    if (code == ERR_OK)
        code = request_answer_json(req, 200, list_of(rows, n), err);
    sodium_memzero(rows, INCIDENTS_MAX * sizeof *rows);
    free(rows);
    return code;
}
