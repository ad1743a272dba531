/* SPDX-License-Identifier: Apache-2.0 */
/* Who may look at the answers of an offer, and the trace of each look. */

#include "net/store/agent_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/response_change.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_call.h"

static enum err_code audited(struct store *st, const struct store_actor *actor,
                             const struct hold_row *row, const char *action, int64_t now_utc_s,
                             struct err *err)
{
    return store_audit_append(st,
                              &(struct store_audit){.at_utc_s = now_utc_s,
                                                    .agent_id = actor->agent_id,
                                                    .action = action,
                                                    .subject = "",
                                                    .person_id = row->person_id,
                                                    .offer_id = row->offer_id},
                              err);
}

static enum err_code is_entitled(struct store *st, const struct store_actor *actor,
                                 const struct hold_row *row, bool *ret, struct err *err)
{
    struct agent_row agent;
    const struct service *service = NULL;
    enum err_code code = agent_look(st, actor->agent_id, &agent, err);
    if (!code) {
        code = store_service(st, row->service_id, &service, err);
    }
    if (!code) {
        *ret = queue_names_hold(&agent.agent.services, row->service_id) &&
               service_reads_health(service, actor->role == AGENT_ROLE_SUPERVISOR,
                                    agent.agent.line ? agent.agent.line : 1);
    }
    return code;
}

static enum err_code is_submitted(struct store *st, const struct hold_row *row, bool *ret,
                                  struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_RESPONSE_IN_REGION, &q, err, sql_int(row->offer_id),
                                 sql_text(region_name(row->region)));
    if (code && code != ERR_NOT_FOUND) {
        return code;
    }
    *ret = !code && sql_col_int(q, 1) != 0;
    return ERR_OK;
}

static enum err_code read_answers(struct store *st, const struct hold_row *row,
                                  struct store_response *ret, struct err *err)
{
    struct store_response r = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    CLEANUP_BUF struct buf text = {0};
    enum err_code code = sql_one(st, SQL_RESPONSE_IN_REGION, &q, err, sql_int(row->offer_id),
                                 sql_text(region_name(row->region)));
    if (code == ERR_NOT_FOUND) {
        *ret = r; /* nothing was answered */
        return ERR_OK;
    }
    if (code) {
        return code;
    }
    struct seal_place place = {"response", "body", row->offer_id};
    size_t len;
    const void *blob = sql_col_blob(q, 2, &len);
    code = unseal(st->keys, &place, blob, len, &text, err);
    if (!code) {
        code = response_status_column(q, 3, &r.status, err);
    }
    if (!code) {
        r.version = sql_col_int(q, 0);
        r.completed = sql_col_int(q, 1) != 0;
        r.json_len = text.len;
        r.json = buf_take(&text);
        code = r.json ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
    }
    if (!code) {
        *ret = r;
    }
    return code;
}

enum err_code store_response_look(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, int64_t now_utc_s, struct store_response *ret,
                                  bool *ret_refused, struct err *err)
{
    struct hold_row row;
    bool entitled = false;
    *ret_refused = false;
    enum err_code code = hold_load_in_region(st, actor->region, offer_id, &row, err);
    const bool holds = !code && row.agent_id == actor->agent_id && row.state != HOLD_NONE;
    if (!code && !holds) {
        code = is_entitled(st, actor, &row, &entitled, err);
    }
    if (code) {
        return code;
    }
    bool submitted = false;
    if (!holds && !entitled) {
        code = is_submitted(st, &row, &submitted, err);
        if (!code && !submitted) {
            code = err_set(err, ERR_NOT_FOUND, NULL); /* somebody else's work, as everywhere */
        }
        if (code) {
            return code;
        }
        code = audited(st, actor, &row, "answers_refused", now_utc_s, err);
        *ret_refused = code == ERR_OK;
        return code ? code : err_set(err, ERR_FORBIDDEN, NULL);
    }
    struct store_response r = {0};
    code = read_answers(st, &row, &r, err);
    if (!code && r.json && (r.completed || !holds)) { /* a draft is the agent's own work */
        code = audited(st, actor, &row, "answers_read", now_utc_s, err);
    }
    if (code) {
        store_response_deinit(&r);
        return code;
    }
    *ret = r;
    return ERR_OK;
}
