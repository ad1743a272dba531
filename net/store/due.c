/* SPDX-License-Identifier: Apache-2.0 */
/* What falls due by itself: deadlines, people who rested, numbers in quarantine. */

#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/store_alarm.h"
#include "net/store/store_offer.h"

#define STUCK_MAX 64 /* in one look; the rest in the next */

enum err_code store_deadlines_due(struct store *st, int64_t now_utc_s, int64_t *offer_ids,
                                  size_t cap, size_t *ret_n, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each(st, SQL_OFFER_DUE, &q, err, sql_int(now_utc_s));
    return code ? code : sql_ids(st, q, offer_ids, cap, ret_n, err);
}

enum err_code store_deadline_apply(struct store *st, int64_t offer_id, int64_t now_utc_s,
                                   int64_t *ret_agent_id, struct err *err)
{
    struct hold_row row;
    struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = hold_load(st, offer_id, &row, err);
    if (code) {
        return code;
    }
    if (row.deadline_utc_s == 0 || row.deadline_utc_s > now_utc_s) {
        *ret_agent_id = 0; /* it went on meanwhile */
        return ERR_OK;
    }
    code = hold_change(st, &row, HOLD_EV_DEADLINE, &in, err);
    if (!code) {
        *ret_agent_id = row.agent_id;
    }
    return code;
}

enum err_code store_stuck_alarm(struct store *st, int64_t now_utc_s, struct err *err)
{
    int64_t offer_ids[STUCK_MAX];
    size_t n = 0;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_each(st, SQL_HOLDS_STUCK, &q, err, sql_int(now_utc_s - STORE_STUCK_S),
                     sql_text(alarm_kind_name(ALARM_HOLD_STUCK)), sql_int(STUCK_MAX));
        code = code ? code : sql_ids(st, q, offer_ids, STUCK_MAX, &n, err);
        if (code) {
            return code;
        }
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < n; i++) {
        code = store_alarm_of_offer(st, ALARM_HOLD_STUCK, offer_ids[i], now_utc_s, err);
    }
    return code;
}

enum err_code store_next_due(struct store *st, int64_t *ret_utc_s, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_NEXT_DUE, NULL, 0, &q, err);
    if (!code) {
        *ret_utc_s = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_wake_people(struct store *st, int64_t now_utc_s, size_t limit, size_t *ret_n,
                                struct err *err)
{
    enum err_code code =
        sql_run(st, SQL_PERSON_WAKE, err, sql_int(now_utc_s), sql_int((int64_t)limit));
    if (!code) {
        *ret_n = (size_t)sql_changes(st);
    }
    return code;
}

enum err_code store_free_phones(struct store *st, int64_t now_utc_s, size_t *ret_n, struct err *err)
{
    enum err_code code = sql_run(st, SQL_LEASE_EXPIRE, err, sql_int(now_utc_s));
    if (!code) {
        *ret_n = (size_t)sql_changes(st);
    }
    return code;
}
