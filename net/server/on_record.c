/* SPDX-License-Identifier: Apache-2.0 */
/* The person's record and its masked fields. The store audits every look. */

#include <sodium.h>
#include <string.h>

#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_offer.h"

enum err_code on_read_record(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    enum err_code code = request_id(req, &offer_id, err);
    if (code != ERR_OK)
        return code;
    struct record record;
    code = store_record_read(store, &req->actor, offer_id, request_fence(req), req->now_utc_s,
                             &record, err);
    if (code != ERR_OK)
        return code;
    cJSON *j = wire_record(&record);
    record_wipe(&record);
    return request_answer_json(req, 200, j, err);
}

enum err_code on_reveal(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    const char *field = json_str(req->json, "field", "");
    char value[NISS_TEXT_SIZE];
    if (strcmp(field, "niss") != 0)
        return err_field(err, ERR_INVALID, "/field", "There is no such masked field.");
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK)
        code = store_reveal(store, &req->actor, offer_id, request_fence(req), field, req->now_utc_s,
                            value, err);
    if (code != ERR_OK)
        return code;
    cJSON *j = cJSON_CreateObject();
    const bool made = wire_add(j, "field", cJSON_CreateString(field)) &&
                      wire_add(j, "value", cJSON_CreateString(value));
    sodium_memzero(value, sizeof value);
    if (!made) {
        cJSON_Delete(j);
        j = NULL;
    }
    return request_answer_json(req, 200, j, err);
}
