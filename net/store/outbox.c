/* SPDX-License-Identifier: Apache-2.0 */
/* Submitted answers on their way to the federal side. */

#include "net/store/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "net/store/internal.h"
#include "net/store/record_seal.h"
#include "net/store/response_change.h"
#include "net/store/seal.h"
#include "net/store/store_alarm.h"
#include "net/store/store_outbox.h"

/* RFC 9562 5.4. */
static void new_uuid(char ret[STORE_RESOURCE_ID_SIZE])
{
    uint8_t b[16];
    char hex[33];
    randombytes_buf(b, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    sodium_bin2hex(hex, sizeof hex, b, sizeof b);
    snprintf(ret, STORE_RESOURCE_ID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
             hex + 16, hex + 20);
}

enum err_code outbox_submit(struct store *st, const struct hold_row *row, int64_t version,
                            int64_t now_utc_s, struct err *err)
{
    char id[STORE_RESOURCE_ID_SIZE];
    new_uuid(id); /* of the first submission: a later one keeps what is there */
    return sql_run(st, SQL_OUTBOX_SUBMIT, err, sql_int(row->offer_id),
                   sql_text(region_name(row->region)), sql_text(row->service_id), sql_text(id),
                   sql_int(version), sql_int(now_utc_s));
}

enum err_code outbox_is_sent(struct store *st, int64_t offer_id, int64_t version, bool *ret,
                             struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_OUTBOX_SENT_VERSION, &q, err, sql_int(offer_id));
    if (code && code != ERR_NOT_FOUND) {
        return code;
    }
    *ret = !code && sql_col_int(q, 0) >= version;
    return ERR_OK;
}

enum err_code outbox_is_told(struct store *st, int64_t offer_id, bool *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_OUTBOX_TOLD, &q, err, sql_int(offer_id));
    if (code && code != ERR_NOT_FOUND) {
        return code;
    }
    *ret = !code && sql_col_int(q, 0) != 0;
    return ERR_OK;
}

enum err_code outbox_recall(struct store *st, int64_t offer_id, int64_t now_utc_s, struct err *err)
{
    enum err_code code = sql_run(st, SQL_OUTBOX_RECALL, err, sql_int(offer_id));
    return code ? code : store_alarm_settle(st, ALARM_ANSWERS_STUCK, offer_id, now_utc_s, err);
}

void store_outbox_item_deinit(struct store_outbox_item *item)
{
    if (item->json) {
        sodium_memzero(item->json, item->json_len);
        free(item->json);
    }
    sodium_memzero(item, sizeof *item);
}

static enum err_code read_ticket(struct store *st, struct sql_rows *q,
                                 struct store_outbox_item *item, struct err *err)
{
    struct record r = {0};
    size_t len;
    const void *ident = sql_col_blob(q, 4, &len);
    enum err_code code =
        record_unseal(st->keys, RECORD_IDENT, sql_col_int(q, 3), ident, len, &r, err);
    if (!code) {
        snprintf(item->ticket, sizeof item->ticket, "%s", r.ticket);
    }
    record_wipe(&r);
    return code;
}

/* The answers and whose they are; an item whose answers are gone keeps json NULL. */
static enum err_code fill(struct store *st, struct store_outbox_item *item, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    CLEANUP_BUF struct buf text = {0};
    enum err_code code = sql_one(st, SQL_OUTBOX_CONTENT, &q, err, sql_int(item->offer_id));
    if (code == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    if (code) {
        return code;
    }
    struct seal_place place = {"response", "body", item->offer_id};
    size_t len;
    const void *blob = sql_col_blob(q, 0, &len);
    code = unseal(st->keys, &place, blob, len, &text, err);
    item->updated_utc_s = sql_col_int(q, 1);
    item->agent_id = sql_col_int(q, 2);
    if (!code) {
        code = response_status_column(q, 5, &item->status, err);
    }
    if (!code) {
        code = read_ticket(st, q, item, err);
    }
    if (!code) {
        item->json_len = text.len;
        item->json = buf_take(&text);
        code = item->json ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
    }
    return code;
}

static void take(struct sql_rows *q, struct store_outbox_item *item)
{
    *item = (struct store_outbox_item){
        .offer_id = sql_col_int(q, 0),
        .version = sql_col_int(q, 1),
        .claim = sql_col_int(q, 3),
        .tries = sql_col_int(q, 4),
    };
    sql_col_text(q, 2, item->resource_id, sizeof item->resource_id);
}

enum err_code store_outbox_claim(struct store *st, int64_t now_utc_s, int64_t lease_s,
                                 struct store_outbox_item *items, size_t cap, size_t *ret_n,
                                 struct err *err)
{
    size_t n = 0;
    enum err_code code = ERR_OK;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        bool row = true;
        code = sql_each(st, SQL_OUTBOX_CLAIM, &q, err, sql_int(now_utc_s),
                        sql_int(now_utc_s + lease_s), sql_int((int64_t)cap));
        while (!code && !(code = sql_next(st, q, &row, err)) && row) {
            if (n < cap) {
                take(q, &items[n++]);
            }
        }
    }
    for (size_t i = 0; !code && i < n; i++) {
        code = fill(st, &items[i], err);
    }
    if (code) {
        for (size_t i = 0; i < n; i++) {
            store_outbox_item_deinit(&items[i]);
        }
        return code;
    }
    *ret_n = n;
    return ERR_OK;
}

/* What a row says now; ERR_NOT_FOUND. */
struct now_row {
    enum outbox_state state;
    int64_t version;
    int64_t claim;
};

static enum err_code read_row(struct store *st, int64_t offer_id, struct now_row *ret,
                              struct err *err)
{
    char state[16];
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_OUTBOX_ROW, &q, err, sql_int(offer_id));
    if (code) {
        return code;
    }
    sql_col_text(q, 0, state, sizeof state);
    ret->version = sql_col_int(q, 1);
    ret->claim = sql_col_int(q, 2);
    return outbox_state_by_name(state, &ret->state)
               ? ERR_OK
               : err_set(err, ERR_STORE, "an outbox row in the database is broken");
}

enum err_code store_outbox_record(struct store *st, const struct store_outbox_item *item,
                                  const struct store_outbox_result *result, int64_t now_utc_s,
                                  bool *ret_counts, struct err *err)
{
    struct now_row now;
    enum outbox_state to = OUTBOX_WAITING;
    *ret_counts = false;
    enum err_code code = read_row(st, item->offer_id, &now, err);
    if (code == ERR_NOT_FOUND || (!code && now.claim != item->claim)) {
        return ERR_OK;
    }
    const bool newest = !code && now.version == item->version;
    const enum outbox_event event =
        newest || result->event == OUTBOX_EV_LATER ? result->event : OUTBOX_EV_OVERTAKEN;
    if (code || !outbox_step(now.state, event, &to)) {
        return code;
    }
    /* A newer version that waits goes at once, unless the way itself is the trouble. */
    const int64_t due = now_utc_s + (event == OUTBOX_EV_LATER ? result->pause_s : 0);
    const bool accepted = result->event == OUTBOX_EV_ACCEPTED;
    code = sql_run(st, SQL_OUTBOX_RECORD, err, sql_int(item->offer_id), sql_int(item->claim),
                   sql_text(outbox_state_name(to)),
                   to == OUTBOX_WAITING ? sql_int(due) : (struct sql_arg){.kind = SQL_ARG_NULL},
                   sql_int(result->http_status), sql_text(result->fault),
                   sql_int(accepted ? item->version : 0), sql_opt(accepted ? now_utc_s : 0),
                   sql_int(!result->may_be_there));
    if (!code && to == OUTBOX_SENT) {
        code = store_alarm_settle(st, ALARM_ANSWERS_STUCK, item->offer_id, now_utc_s, err);
    }
    *ret_counts = code == ERR_OK;
    return code;
}

enum err_code store_outbox_retry(struct store *st, int64_t offer_id, int64_t limit,
                                 int64_t now_utc_s, int64_t *ret_n, struct err *err)
{
    enum err_code code =
        offer_id ? sql_run(st, SQL_OUTBOX_RETRY_ONE, err, sql_int(now_utc_s), sql_int(offer_id))
                 : sql_run(st, SQL_OUTBOX_RETRY_ALL, err, sql_int(now_utc_s), sql_int(limit));
    if (!code && offer_id && sql_changes(st) == 0) {
        code = err_set(err, ERR_NOT_FOUND, "these answers neither wait nor are parked");
    }
    if (!code) {
        *ret_n = sql_changes(st);
    }
    return code;
}

enum err_code store_outbox_watch(struct store *st, int64_t stuck_s, int64_t now_utc_s,
                                 struct err *err)
{
    enum err_code code = ERR_OK;
    for (int r = 0; !code && r < REGION_COUNT; r++) {
        int64_t stuck[2];
        size_t n = 0;
        {
            CLEANUP_SQL struct sql_rows *q = NULL;
            code = sql_each(st, SQL_OUTBOX_STUCK, &q, err, sql_text(region_name((enum region)r)),
                            sql_int(now_utc_s - stuck_s));
            if (!code) {
                code = sql_ids(st, q, stuck, 2, &n, err);
            }
        }
        for (size_t i = 0; !code && i < n; i++) {
            code = store_alarm_of_offer(st, ALARM_ANSWERS_STUCK, stuck[i], now_utc_s, err);
            if (!code) {
                code = sql_run(st, SQL_OUTBOX_ALARMED, err, sql_int(now_utc_s), sql_int(stuck[i]));
            }
        }
    }
    return code;
}

enum err_code store_outbox_figures(struct store *st, struct store_outbox_figures *ret,
                                   struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_OUTBOX_FIGURES, NULL, 0, &q, err);
    if (!code) {
        ret->waiting = sql_col_int(q, 0);
        ret->parked = sql_col_int(q, 1);
        ret->oldest_utc_s = sql_col_int(q, 2);
    }
    return code;
}
