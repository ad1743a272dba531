/* SPDX-License-Identifier: Apache-2.0 */
/* The agent's work: reading it, following it, status and queue switch. */

#include <sodium.h>
#include <stdlib.h>

#include "core/agent.h"
#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"

enum err_code answer_work(struct request *req, struct store *store, struct err *err)
{
    struct store_work work;
    const enum err_code code =
        store_work_read(store, req->actor.agent_id, req->now_utc_s, &work, err);
    if (code != ERR_OK)
        return code;
    cJSON *j = wire_work(&work, req->now_utc_s);
    store_work_wipe(&work);
    return request_answer_json(req, 200, j, err);
}

/* Nobody waits, or the agent takes nobody now: both are as good. What fails undoes all of it. */
enum err_code answer_next(struct request *req, struct store *store, struct err *err)
{
    struct err none;
    int64_t offer_id;
    const enum err_code code =
        store_offer_next(store, req->actor.agent_id, req->now_utc_s, &offer_id, &none);
    if (code != ERR_OK && code != ERR_NOT_FOUND && code != ERR_STATE) {
        *err = none;
        return code;
    }
    req->offered = code == ERR_OK;
    news_add(&req->news, NEWS_WORK, req->actor.agent_id, 0);
    return answer_work(req, store, err);
}

enum err_code on_get_work(struct request *req, struct store *store, struct err *err)
{
    return answer_work(req, store, err);
}

/* The two first events are read here; the stream begins when this is committed, so that no change
 * falls between them and the stream. */
enum err_code on_stream_events(struct request *req, struct store *store, struct err *err)
{
    enum err_code code = answer_work(req, store, err);
    if (code != ERR_OK)
        return code;
    struct store_queue *rows = calloc(SERVICE_QUEUES, sizeof *rows);
    if (!rows)
        return err_set(err, ERR_NOMEM, NULL);
    size_t n;
    code = store_queues(store, &req->actor, req->now_utc_s, rows, SERVICE_QUEUES, &n, err);
    if (code == ERR_OK) {
        CLEANUP_JSON cJSON *j = wire_queues(rows, n);
        if (j)
            json_print(j, &req->queues_body);
        if (!j || req->queues_body.failed)
            code = err_set(err, ERR_NOMEM, NULL);
    }
    free(rows);
    req->opens_stream = code == ERR_OK;
    return code;
}

enum err_code on_set_status(struct request *req, struct store *store, struct err *err)
{
    enum agent_status status;
    if (!agent_status_by_name(json_str(req->json, "status", ""), &status))
        return err_field(err, ERR_INVALID, "/status", "There is no such status.");
    const enum err_code code = store_set_status(store, &req->actor, status, req->now_utc_s, err);
    return code == ERR_OK ? answer_next(req, store, err) : code;
}

enum err_code on_set_on_queue(struct request *req, struct store *store, struct err *err)
{
    const bool on_queue = json_bool(req->json, "on_queue", false);
    const enum err_code code =
        store_set_on_queue(store, &req->actor, on_queue, req->now_utc_s, err);
    return code == ERR_OK ? answer_next(req, store, err) : code;
}
