/* SPDX-License-Identifier: Apache-2.0 */
/* The state of answers, as it changes with words and with wrap-up codes. */

#include "net/store/response_change.h"

#include "net/store/named_worth.h"
#include "net/store/outbox.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"

enum err_code response_status_column(struct sql_rows *q, int column, enum response_status *ret,
                                     struct err *err)
{
    char name[24];
    sql_col_text(q, column, name, sizeof name);
    return response_status_parse(name, ret)
               ? ERR_OK
               : err_set(err, ERR_STORE, "the status of a response in the database is broken");
}

/* *ret_version 0: nothing was answered, and *ret is an empty draft. */
static enum err_code read_state(struct store *st, int64_t offer_id, int64_t *ret_version,
                                struct response_state *ret, struct err *err)
{
    struct response_state state = {RESPONSE_DRAFT, RESPONSE_IN_PROGRESS};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_RESPONSE_STATE, &q, err, sql_int(offer_id));
    if (code == ERR_NOT_FOUND) {
        *ret_version = 0;
        *ret = state;
        return ERR_OK;
    }
    if (!code) {
        code = response_status_column(q, 3, &state.status, err);
    }
    if (code) {
        return code;
    }
    if (sql_col_int(q, 1)) {
        state.words = sql_col_int(q, 2) ? RESPONSE_ANEW : RESPONSE_WHOLE;
    }
    *ret_version = sql_col_int(q, 0);
    *ret = state;
    return ERR_OK;
}

/* What the code of the offer says of answers; without one they are in progress. */
static enum err_code read_verdict(struct store *st, const struct hold_row *row,
                                  enum response_status *ret, struct err *err)
{
    char id[SERVICE_ID_SIZE];
    const struct service *service = NULL;
    *ret = RESPONSE_IN_PROGRESS;
    if (row->state != HOLD_DONE) {
        return ERR_OK;
    }
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_RESPONSE_CODE, &q, err, sql_int(row->offer_id));
        if (code) {
            return code == ERR_NOT_FOUND ? ERR_OK : code;
        }
        sql_col_text(q, 0, id, sizeof id);
    }
    enum err_code code = store_service(st, row->service_id, &service, err);
    const struct wrapup_code *rule = code ? NULL : wrapup_find(service, id);
    if (rule) {
        *ret = rule->answers;
    }
    return code;
}

enum err_code response_write(struct store *st, const struct hold_row *row,
                             const struct store_response_put *put, int64_t made_fence,
                             int64_t now_utc_s, struct err *err)
{
    const int64_t version = put->base_version + 1;
    int64_t before;
    bool told = false;
    struct response_state state;
    enum response_status verdict;
    CLEANUP_BUF struct buf sealed = {0};
    struct seal_place place = {"response", "body", row->offer_id};
    enum err_code code = read_state(st, row->offer_id, &before, &state, err);
    if (!code) {
        code = read_verdict(st, row, &verdict, err);
    }
    if (!code) {
        state.words = response_words_next(state.words, put->completed);
        state.status = response_status_of(state.words, verdict);
        code = seal(st->keys, &place, put->json, put->json_len, &sealed, err);
    }
    if (!code) {
        code = sql_run(st, SQL_RESPONSE_WRITE, err, sql_int(row->offer_id), sql_int(version),
                       sql_int(put->completed), sql_int(state.words == RESPONSE_ANEW),
                       sql_text(response_status_name(state.status)),
                       sql_blob(sealed.data, sealed.len), sql_int(now_utc_s), sql_int(made_fence));
    }
    if (!code && put->completed) {
        code = outbox_is_told(st, row->offer_id, &told, err);
    }
    if (!code && put->completed && (told || state.status != RESPONSE_ENTERED_IN_ERROR)) {
        code = outbox_submit(st, row, version, now_utc_s, err); /* accepted means: it gets there */
    }
    return code;
}

enum err_code response_wrap(struct store *st, const struct hold_row *row, int64_t by_agent_id,
                            const struct wrapup_code *rule, int64_t now_utc_s, struct err *err)
{
    int64_t version;
    bool told;
    struct response_state was;
    enum err_code code = read_state(st, row->offer_id, &version, &was, err);
    if (!code) {
        code = outbox_is_told(st, row->offer_id, &told, err);
    }
    if (code || version == 0) {
        return code;
    }
    const struct response_state now = response_wrapped(was, rule->answers, told);
    const enum response_telling telling = response_telling(was, now, told);
    if (telling == RESPONSE_TELL) {
        version++; /* the other side goes by the order of versions */
    }
    code = sql_run(st, SQL_RESPONSE_MOVE, err, sql_int(row->offer_id), sql_int(version),
                   sql_int(now.words == RESPONSE_ANEW), sql_text(response_status_name(now.status)));
    if (!code && telling == RESPONSE_TELL) {
        code = outbox_submit(st, row, version, now_utc_s, err);
    }
    if (!code && telling == RESPONSE_RECALL) {
        code = outbox_recall(st, row->offer_id, now_utc_s, err);
    }
    const bool counted = was.status != RESPONSE_ENTERED_IN_ERROR;
    const bool counts = now.status != RESPONSE_ENTERED_IN_ERROR;
    if (!code && counted != counts && now.words != RESPONSE_DRAFT) { /* a draft names nobody */
        code = named_worth_follow(st, row, by_agent_id, counts, now_utc_s, err);
    }
    return code;
}

/* What goes on in another offer. */
struct draft {
    int64_t offer_id; /* that it is of; 0 = there is none */
    int64_t agent_id;
    int64_t fence;
    struct buf text;
};

static enum err_code read_before(struct store *st, const struct hold_row *row, struct draft *ret,
                                 struct err *err)
{
    enum response_status status;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_RESPONSE_BEFORE, &q, err, sql_int(row->person_id),
                                 sql_text(region_name(row->region)), sql_text(row->service_id),
                                 sql_text(person_kind_name(row->kind)), sql_int(row->offer_id));
    if (code == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    if (!code) {
        code = response_status_column(q, 1, &status, err);
    }
    if (code) {
        return code;
    }
    ret->agent_id = sql_col_int(q, 2);
    if (!response_goes_on(status, ret->agent_id == row->agent_id, row->service->carry)) {
        return ERR_OK;
    }
    struct seal_place place = {"response", "body", sql_col_int(q, 0)};
    size_t len;
    const void *blob = sql_col_blob(q, 3, &len);
    code = unseal(st->keys, &place, blob, len, &ret->text, err);
    if (!code) {
        ret->fence = sql_col_int(q, 4);
        ret->offer_id = place.id;
    }
    return code;
}

enum err_code response_go_on(struct store *st, const struct hold_row *row, int64_t now_utc_s,
                             bool *ret_has, struct err *err)
{
    int64_t version;
    struct response_state own;
    struct draft before = {0};
    enum err_code code = read_state(st, row->offer_id, &version, &own, err);
    if (!code && version == 0) {
        code = read_before(st, row, &before, err);
    }
    if (!code && before.offer_id) {
        const struct store_response_put put = {.json = before.text.data,
                                               .json_len = before.text.len};
        code = response_write(st, row, &put, row->fence, now_utc_s, err);
    }
    if (!code && before.offer_id && before.agent_id != row->agent_id) {
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = row->agent_id,
                                                        .action = "answers_carried",
                                                        .subject = "",
                                                        .person_id = row->person_id,
                                                        .offer_id = before.offer_id},
                                  err);
    }
    buf_free(&before.text);
    if (!code) {
        *ret_has = version != 0 || before.offer_id != 0;
    }
    return code;
}
