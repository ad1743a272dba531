/* SPDX-License-Identifier: Apache-2.0 */
/* A wish not to be called again. */

#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/store/store_wish.h"

enum err_code on_record_wish(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id, held_by = 0;
    enum store_wish_scope scope;
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK && !req->repeated) {
        if (!store_wish_scope_by_name(json_str(req->json, "scope", ""), &scope))
            return err_field(err, ERR_INVALID, "/scope", "The scope is number or any.");
        code = store_wish_record(store, &req->actor, offer_id, request_fence(req), scope,
                                 req->now_utc_s, &held_by, err);
        news_add(&req->news, NEWS_WORK, req->actor.agent_id, 0);
        if (held_by) {
            news_add(&req->news, NEWS_WORK, held_by, 0);
            news_add(&req->news, NEWS_ALARM, 0, 0);
        }
    }
    return code == ERR_OK ? answer_work(req, store, err) : code;
}
