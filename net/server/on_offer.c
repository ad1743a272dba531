/* SPDX-License-Identifier: Apache-2.0 */
/* Offers: accept, skip, wrap up, end, release. A repeated request changes nothing and answers with
 * what is now. */

#include <string.h>

#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/on_callback.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_offer.h"

enum err_code on_accept_offer(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    bool parked = false;
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK && req->repeated)
        return answer_work(req, store, err);
    if (code == ERR_OK)
        code = store_offer_park_unreadable(store, &req->actor, offer_id, request_fence(req),
                                           req->now_utc_s, &parked, err);
    if (code == ERR_OK && parked) {
        news_add(&req->news, NEWS_ALARM, 0, 0);
        return answer_next(req, store, err);
    }
    if (code == ERR_OK) {
        code = store_offer_accept(store, &req->actor, offer_id, request_fence(req), req->now_utc_s,
                                  err);
        news_add(&req->news, NEWS_WORK, req->actor.agent_id, 0);
    }
    return code == ERR_OK ? answer_work(req, store, err) : code;
}

enum err_code on_skip_offer(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK && req->repeated)
        return answer_work(req, store, err);
    if (code == ERR_OK)
        code = store_offer_skip(store, &req->actor, offer_id, request_fence(req),
                                json_str(req->json, "reason", ""), req->now_utc_s, err);
    return code == ERR_OK ? answer_next(req, store, err) : code;
}

enum err_code on_end_preview(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK && req->repeated)
        return answer_work(req, store, err);
    if (code == ERR_OK)
        code =
            store_offer_end(store, &req->actor, offer_id, request_fence(req), req->now_utc_s, err);
    return code == ERR_OK ? answer_next(req, store, err) : code;
}

/* correcting: an older choice is replaced, by whoever may. */
static enum err_code choose(struct request *req, struct store *store, int64_t offer_id,
                            bool correcting, struct store_outcome *ret, struct err *err)
{
    struct store_wrapup wrapup = {
        .code = json_str(req->json, "code", ""),
        .note = json_str(req->json, "note", ""),
    };
    /* Whether the service has it is asked later, when the call is known to be at its end. */
    static const char of_an_id[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    if (wrapup.code[strspn(wrapup.code, of_an_id)])
        return err_field(err, ERR_INVALID, "/code", "A code has letters, digits, '-' and '_'.");
    enum err_code code =
        request_time(req->json, "chosen_at", req->now_utc_s, &wrapup.chosen_utc_s, err);
    if (code == ERR_OK)
        code = request_time(req->json, "callback_at", 0, &wrapup.callback_utc_s, err);
    struct callback_wish wish;
    const cJSON *agreed = json_obj(req->json, "callback");
    if (code == ERR_OK && agreed) {
        code = callback_wish_read(agreed, &wish, err);
        wrapup.callback = &wish;
    }
    if (code != ERR_OK)
        return code;
    if (correcting)
        return store_offer_correct(store, &req->actor, offer_id,
                                   json_int(req->json, "revision", -1), &wrapup, req->now_utc_s,
                                   ret, err);
    return store_offer_wrapup(store, &req->actor, offer_id, request_fence(req), &wrapup,
                              req->now_utc_s, ret, err);
}

enum err_code on_wrap_up(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    struct store_outcome outcome;
    if (req->repeated && req->repeat.body[0])
        return request_answer_again(req, err);
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK && req->repeated) /* answered before answers were kept: as it is now */
        code = store_outcome_read(store, &req->actor, offer_id, &outcome, err);
    else if (code == ERR_OK)
        code = choose(req, store, offer_id, false, &outcome, err);
    if (code == ERR_OK)
        code = request_answer_json(req, 200, wire_outcome(&outcome), err);
    if (code != ERR_OK || req->repeated)
        return code;
    memcpy(req->served, outcome.service_id, sizeof req->served);
    request_keep_answer(req);
    news_add(&req->news, NEWS_WORK, req->actor.agent_id, 0);
    return ERR_OK;
}

enum err_code on_correct_wrapup(struct request *req, struct store *store, struct err *err)
{
    if (req->repeated)
        return request_answer_again(req, err);
    int64_t offer_id;
    struct store_outcome outcome;
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK)
        code = choose(req, store, offer_id, true, &outcome, err);
    if (code == ERR_OK)
        code = request_answer_json(req, 200, wire_outcome(&outcome), err);
    if (code != ERR_OK)
        return code;
    memcpy(req->served, outcome.service_id, sizeof req->served);
    request_keep_answer(req);
    news_add(&req->news, NEWS_WORK, outcome.agent_id, 0);
    return ERR_OK;
}

/* The person may have gone on since, and is no longer the supervisor's to be asked for: a repeated
 * request gets the words of the first answer. */
enum err_code on_release_offer(struct request *req, struct store *store, struct err *err)
{
    if (req->repeated)
        return request_answer_again(req, err);
    int64_t offer_id;
    struct store_outcome outcome;
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK)
        code = store_offer_release(store, &req->actor, offer_id, json_str(req->json, "reason", ""),
                                   req->now_utc_s, &outcome, err);
    if (code == ERR_OK)
        code = request_answer_json(req, 200, wire_outcome(&outcome), err);
    if (code != ERR_OK)
        return code;
    request_keep_answer(req);
    news_add(&req->news, NEWS_FREE, outcome.agent_id, 0);
    return ERR_OK;
}
