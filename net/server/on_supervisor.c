/* SPDX-License-Identifier: Apache-2.0 */
/* What supervisors do beside taking calls: setting a person free, reading answers that came late.
 */

#include <stdlib.h>
#include <string.h>

#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_list.h"
#include "net/store/store_offer.h"

#define LATE_DRAFTS_MAX 200

enum err_code on_release_person(struct request *req, struct store *store, struct err *err)
{
    if (req->repeated)
        return request_answer_again(req, err);
    int64_t person_id;
    struct store_outcome outcome;
    enum person_state then = PERSON_HELD; /* refused by the store */
    const char *text = json_str(req->json, "then", "");
    (void)person_state_by_name(text, strlen(text), &then);
    enum err_code code = request_id(req, &person_id, err);
    if (code == ERR_OK)
        code =
            store_person_release(store, &req->actor, person_id, then,
                                 json_str(req->json, "reason", ""), req->now_utc_s, &outcome, err);
    if (code == ERR_OK)
        code = request_answer_json(req, 200, wire_outcome(&outcome), err);
    if (code != ERR_OK)
        return code;
    request_keep_answer(req);
    if (outcome.agent_id)
        news_add(&req->news, NEWS_FREE, outcome.agent_id, 0);
    return ERR_OK;
}

static cJSON *late_draft(const struct store_late_draft *row)
{
    cJSON *j = cJSON_CreateObject();
    const bool made =
        wire_add_id(j, "late_draft_id", row->late_draft_id) &&
        wire_add_id(j, "offer_id", row->offer_id) && wire_add_id(j, "person_id", row->person_id) &&
        wire_add(j, "agent", cJSON_CreateString(row->agent)) &&
        wire_add(j, "status", cJSON_CreateString(row->completed ? "completed" : "in-progress")) &&
        wire_add(j, "received_at", wire_time(row->received_utc_s));
    if (made)
        return j;
    cJSON_Delete(j);
    return NULL;
}

enum err_code on_list_late_drafts(struct request *req, struct store *store, struct err *err)
{
    size_t n;
    CLEANUP_FREE struct store_late_draft *rows = calloc(LATE_DRAFTS_MAX, sizeof *rows);
    if (!rows)
        return err_set(err, ERR_NOMEM, NULL);
    const enum err_code code =
        store_late_drafts(store, &req->actor, 0, rows, LATE_DRAFTS_MAX, &n, err);
    if (code != ERR_OK)
        return code;
    cJSON *j = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(j, "late_drafts");
    bool made = list != NULL;
    for (size_t i = 0; made && i < n; i++)
        made = cJSON_AddItemToArray(list, late_draft(&rows[i]));
    if (!made) {
        cJSON_Delete(j);
        j = NULL;
    }
    return request_answer_json(req, 200, j, err);
}

enum err_code on_read_late_draft(struct request *req, struct store *store, struct err *err)
{
    int64_t id;
    enum err_code code = request_id(req, &id, err);
    if (code == ERR_OK)
        code =
            store_late_draft_read(store, &req->actor, id, req->now_utc_s, &req->answer.body, err);
    if (code != ERR_OK)
        return code;
    req->answer.status = 200;
    req->answer.media_type = "application/fhir+json";
    return ERR_OK;
}
