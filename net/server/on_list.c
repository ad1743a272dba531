/* SPDX-License-Identifier: Apache-2.0 */
/* Lists: queues, interactions, unresolved people; and the documents that the work
 * follows: the service's definition and the interview scripts. */

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_hours.h"
#include "net/store/store_list.h"

#define INTERACTIONS_MAX 200
#define UNRESOLVED_MAX 1000
#define STUCK_AFTER_S 3600 /* a call longer than this deserves a supervisor's look */

/* An object with one list in it, and the list to fill; NULL when out of memory. */
static cJSON *list_new(const char *name, cJSON **ret_list)
{
    cJSON *j = cJSON_CreateObject();
    *ret_list = cJSON_AddArrayToObject(j, name);
    if (*ret_list)
        return j;
    cJSON_Delete(j);
    return NULL;
}

static bool append(cJSON *list, cJSON *row_take, bool made)
{
    if (made && row_take && cJSON_AddItemToArray(list, row_take))
        return true;
    cJSON_Delete(row_take);
    return false;
}

/* Answer with a list whose rows were all made; else out of memory. */
static enum err_code answer_list(struct request *req, cJSON *j, bool made, struct err *err)
{
    if (!made) {
        cJSON_Delete(j);
        j = NULL;
    }
    return request_answer_json(req, 200, j, err);
}

static void *rows_new(size_t n, size_t size, struct err *err)
{
    void *rows = calloc(n, size);
    if (!rows)
        (void)err_set(err, ERR_NOMEM, NULL);
    return rows;
}

/* The rows hold names. */
static void rows_free(void *rows, size_t size)
{
    sodium_memzero(rows, size);
    free(rows);
}

enum err_code on_list_queues(struct request *req, struct store *store, struct err *err)
{
    size_t n;
    struct store_queue *rows = rows_new(SERVICE_QUEUES, sizeof *rows, err);
    if (!rows)
        return ERR_NOMEM;
    enum err_code code =
        store_queues(store, &req->actor, req->now_utc_s, rows, SERVICE_QUEUES, &n, err);
    if (code == ERR_OK)
        code = request_answer_json(req, 200, wire_queues(rows, n), err);
    free(rows);
    return code;
}

static const char *interaction_state(enum hold_state state)
{
    return state == HOLD_NONE ? "ended" : hold_state_name(state);
}

static bool add_interaction(cJSON *list, const struct store_interaction *row)
{
    cJSON *j = cJSON_CreateObject();
    const bool made = wire_add_id(j, "offer_id", row->offer_id) &&
                      wire_add(j, "service_id", cJSON_CreateString(row->service_id)) &&
                      wire_add(j, "at", wire_time(row->at_utc_s)) &&
                      wire_add(j, "name", cJSON_CreateString(row->name)) &&
                      wire_add(j, "kind", cJSON_CreateString(person_kind_name(row->kind))) &&
                      wire_add(j, "state", cJSON_CreateString(interaction_state(row->state))) &&
                      wire_add(j, "end", cJSON_CreateString(call_end_name(row->end))) &&
                      wire_add_int(j, "talk_s", row->talk_s) &&
                      wire_add(j, "code", wire_text_or_null(row->code)) &&
                      wire_add(j, "late", cJSON_CreateBool(row->late));
    return append(list, j, made);
}

enum err_code on_list_interactions(struct request *req, struct store *store, struct err *err)
{
    size_t n;
    struct store_day day;
    struct store_interaction *rows = rows_new(INTERACTIONS_MAX, sizeof *rows, err);
    if (!rows)
        return ERR_NOMEM;
    enum err_code code = store_day_of(store, &req->actor, req->now_utc_s, &day, err);
    if (code == ERR_OK)
        code = store_interactions(store, &req->actor, &day, req->now_utc_s, rows, INTERACTIONS_MAX,
                                  &n, err);
    if (code == ERR_OK) {
        cJSON *list;
        cJSON *j = list_new("interactions", &list);
        bool made = j != NULL;
        for (size_t i = 0; made && i < n; i++)
            made = add_interaction(list, &rows[i]);
        code = answer_list(req, j, made, err);
    }
    rows_free(rows, INTERACTIONS_MAX * sizeof *rows);
    return code;
}

static bool add_unresolved(cJSON *list, const struct store_unresolved *row)
{
    /* An unresolved person whose hold is over still owes a code: overdue, outside. */
    const enum hold_state state = row->state == HOLD_NONE ? HOLD_OVERDUE : row->state;
    cJSON *j = cJSON_CreateObject();
    const bool made = wire_add_id(j, "offer_id", row->offer_id) &&
                      wire_add_id(j, "person_id", row->person_id) &&
                      wire_add(j, "agent", cJSON_CreateString(row->agent)) &&
                      wire_add(j, "state", cJSON_CreateString(hold_state_name(state))) &&
                      wire_add(j, "since", wire_time(row->since_utc_s)) &&
                      wire_add(j, "stuck", cJSON_CreateBool(row->stuck));
    return append(list, j, made);
}

enum err_code on_list_unresolved(struct request *req, struct store *store, struct err *err)
{
    size_t n;
    struct store_unresolved *rows = rows_new(UNRESOLVED_MAX, sizeof *rows, err);
    if (!rows)
        return ERR_NOMEM;
    enum err_code code = store_unresolved(store, &req->actor, req->now_utc_s, STUCK_AFTER_S, rows,
                                          UNRESOLVED_MAX, &n, err);
    if (code == ERR_OK) {
        cJSON *list;
        cJSON *j = list_new("unresolved", &list);
        bool made = j != NULL;
        for (size_t i = 0; made && i < n; i++)
            made = add_unresolved(list, &rows[i]);
        code = answer_list(req, j, made, err);
    }
    free(rows);
    return code;
}

/* Answer with a stored text as it is. */
static enum err_code answer_text(struct request *req, const char *media_type, const char *text,
                                 size_t len, struct err *err)
{
    buf_add(&req->answer.body, text, len);
    if (req->answer.body.failed)
        return err_set(err, ERR_NOMEM, NULL);
    req->answer.status = 200;
    req->answer.media_type = media_type;
    return ERR_OK;
}

enum err_code on_get_service(struct request *req, struct store *store, struct err *err)
{
    CLEANUP_FREE char *text = NULL;
    size_t len;
    char service_id[SERVICE_ID_SIZE];
    enum err_code code = store_agent_service_now(store, req->actor.agent_id, service_id, err);
    if (code == ERR_OK)
        code = store_service_json(store, service_id, &text, &len, err);
    return code == ERR_OK ? answer_text(req, "application/json", text, len, err) : code;
}

enum err_code on_get_script(struct request *req, struct store *store, struct err *err)
{
    CLEANUP_FREE char *text = NULL;
    size_t len;
    if (!text_is_plain(req->version, strlen(req->version), TEXT_ONE_LINE))
        return err_set(err, ERR_NOT_FOUND, NULL);
    const enum err_code code = store_script_json(
        store, req->param, req->version[0] ? req->version : NULL, &text, &len, err);
    return code == ERR_OK ? answer_text(req, "application/fhir+json", text, len, err) : code;
}
