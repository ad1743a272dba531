/* SPDX-License-Identifier: Apache-2.0 */
/* A person whose record does not open, for what is stored was damaged: nobody could call, and
 * whoever is offered them could only fail. They are parked for a supervisor. */

#include "net/store/callback_change.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/record_seal.h"
#include "net/store/store_alarm.h"
#include "net/store/store_offer.h"

/* A key that this database has used and this machine's file has not: the operator's to bring, and
 * no reason to park everybody. */
static bool lacks_key(const struct store *st, const void *blob, size_t len)
{
    const uint32_t id = seal_key_id(blob, len);
    return id != 0 && id <= keys_newest(st->keys) && !keys_get(st->keys, id, KEY_FIELDS);
}

/* What opening a blob says of it. */
static enum err_code judge(const struct store *st, enum err_code opened, const void *blob,
                           size_t len, bool *ret_opens)
{
    if (opened == ERR_STORE && !lacks_key(st, blob, len)) {
        *ret_opens = false;
        return ERR_OK;
    }
    return opened;
}

static enum err_code look_at_record(struct store *st, const struct hold_row *row, bool *ret_opens,
                                    struct err *err)
{
    struct record r = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_PERSON_SEALED, &q, err, sql_int(row->person_id),
                                 sql_text(region_name(row->region)));
    for (unsigned i = 0; !code && i < RECORD_GROUP_COUNT; i++) {
        size_t len;
        const void *blob = sql_col_blob(q, (int)i, &len);
        code = record_unseal(st->keys, (enum record_group)i, row->person_id, blob, len, &r, err);
        code = judge(st, code, blob, len, ret_opens);
    }
    record_wipe(&r);
    return code;
}

/* The number that was agreed for a callback is shown with the person. */
static enum err_code look_at_callback(struct store *st, const struct hold_row *row, bool *ret_opens,
                                      struct err *err)
{
    CLEANUP_BUF struct buf number = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool is = false;
    enum err_code code = sql_each(st, SQL_CALLBACK_NUMBER, &q, err, sql_int(row->person_id),
                                  sql_text(region_name(row->region)));
    if (!code) {
        code = sql_next(st, q, &is, err);
    }
    if (code || !is) {
        return code;
    }
    size_t len;
    const void *blob = sql_col_blob(q, 1, &len);
    const struct seal_place place = {"callback", "phone", sql_col_int(q, 0)};
    code = unseal(st->keys, &place, blob, len, &number, err);
    return judge(st, code, blob, len, ret_opens);
}

static enum err_code park(struct store *st, struct hold_row *row, int64_t now_utc_s,
                          struct err *err)
{
    const struct hold_input in = {.now_utc_s = now_utc_s};
    const struct store_alarm alarm = {.kind = ALARM_PERSON_UNREADABLE,
                                      .region = row->region,
                                      .service_id = row->service_id,
                                      .person_id = row->person_id,
                                      .offer_id = row->offer_id,
                                      .at_utc_s = now_utc_s};
    enum err_code code = hold_change(st, row, HOLD_EV_UNREADABLE, &in, err);
    return code ? code : store_alarm_raise(st, &alarm, err);
}

enum err_code store_offer_park_unreadable(struct store *st, const struct store_actor *actor,
                                          int64_t offer_id, int64_t fence, int64_t now_utc_s,
                                          bool *ret_parked, struct err *err)
{
    struct hold_row row;
    bool opens = true;
    bool moved;
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (code || row.state != HOLD_OFFERED) {
        *ret_parked = false;
        return code;
    }
    code = import_settle(st, row.person_id, &moved, err);
    if (!code) {
        code = look_at_record(st, &row, &opens, err);
    }
    if (!code) {
        code = look_at_callback(st, &row, &opens, err);
    }
    if (!code && !opens) {
        code = park(st, &row, now_utc_s, err);
    }
    if (!code) {
        *ret_parked = !opens;
    }
    return code;
}
