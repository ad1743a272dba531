/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: the permit, and what happened. */

#include "core/call.h"

#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/blind.h"
#include "net/store/call_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/numbers.h"
#include "net/store/person_read.h"
#include "net/store/response_change.h"
#include "net/store/seal.h"
#include "net/store/store_call.h"
#include "net/store/store_hours.h"
#include "net/store/token.h"

/* The number at a place of the preview's list, if this service may dial it. */
static enum err_code choose_number(struct store *st, const struct hold_row *row, size_t phone_index,
                                   char ret[PHONE_SIZE], struct err *err)
{
    CLEANUP_PERSON struct person_row person = {0};
    enum err_code code = person_read(st, row->person_id, row->region, &person, err);
    if (code) {
        return code;
    }
    CLEANUP_NUMBERS struct offer_numbers all = {.n = 0};
    const struct service *service = NULL;
    code = offer_numbers_read(st, row->offer_id, row->person_id, row->region, &person.record, &all,
                              err);
    if (!code && phone_index >= all.n) {
        code = err_field(err, ERR_INVALID, "/phone_index", N_("The person has fewer numbers."));
    }
    code = code ? code : store_service(st, row->service_id, &service, err);
    if (!code && !service_may_dial(service, all.numbers[phone_index])) {
        code = err_field(err, ERR_PHONE, "/phone_index", N_("This number may not be dialled."));
    }
    if (!code) {
        memcpy(ret, all.numbers[phone_index], PHONE_SIZE);
    }
    return code;
}

/* Nobody is called outside hours, nor on a number that is not wanted: whoever's it is. A short code
 * is nobody's. */
static enum err_code check_permitted(struct store *st, const struct hold_row *row,
                                     const char *number, const uint8_t phone_bidx[BLIND_BYTES],
                                     int64_t now_utc_s, struct err *err)
{
    struct hours *hours;
    enum err_code code = store_working_hours(st, row->service_id, &hours, err);
    if (code) {
        return code;
    }
    if (!hours_is_open(hours, now_utc_s)) {
        return err_set(err, ERR_STATE, N_("The service is closed: nobody is called now."));
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    code = sql_one(st, SQL_WISH_FORBIDS, &q, err, sql_blob(phone_bidx, BLIND_BYTES),
                   sql_int(row->person_id));
    if (!code && sql_col_int(q, 0) > 0 && phone_kind(number) != PHONE_SHORT) {
        code = err_field(err, ERR_PHONE, "/phone_index",
                         N_("Somebody asked not to be called again on this number."));
    }
    return code;
}

static enum err_code insert_call(struct store *st, const struct hold_row *row, size_t phone_index,
                                 const uint8_t phone_bidx[BLIND_BYTES], int64_t now_utc_s,
                                 struct store_permit *p, struct err *err)
{
    uint8_t salt[TOKEN_SALT_BYTES];
    uint8_t hash[TOKEN_HASH_BYTES];
    randombytes_buf(salt, sizeof salt);
    token_derive(st->keys, "call", p->call_id, salt, p->call_token);
    token_hash(p->call_token, hash);

    CLEANUP_BUF struct buf number = {0};
    struct seal_place place = {"call", "phone", p->call_id};
    enum err_code code = seal(st->keys, &place, p->number, strlen(p->number), &number, err);
    return code ? code
                : sql_run(st, SQL_CALL_INSERT, err, sql_int(p->call_id), sql_int(row->offer_id),
                          sql_int(row->person_id), sql_int(row->agent_id),
                          sql_text(region_name(row->region)), sql_int((int64_t)phone_index),
                          sql_blob(phone_bidx, BLIND_BYTES), sql_blob(number.data, number.len),
                          sql_blob(salt, sizeof salt), sql_blob(hash, sizeof hash),
                          sql_int(p->ring_limit_s), sql_int(now_utc_s));
}

enum err_code store_call_permit(struct store *st, const struct store_actor *actor, int64_t offer_id,
                                int64_t fence, size_t phone_index, int64_t now_utc_s,
                                struct store_permit *ret, struct err *err)
{
    struct hold_row row;
    struct hold_change possible;
    struct store_permit p = {.permitted_utc_s = now_utc_s};
    uint8_t bidx[BLIND_BYTES];
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (!code && !hold_step(row.state, HOLD_EV_PERMIT, &possible)) {
        code = err_set(err, ERR_STATE, NULL);
    }
    if (!code) {
        code = choose_number(st, &row, phone_index, p.number, err);
    }
    if (!code) {
        code = store_service(st, row.service_id, &row.service, err);
    }
    if (!code) {
        code = store_next_id(st, "call", &p.call_id, err);
    }
    if (!code) {
        p.ring_limit_s = row.service->times.ring_limit_s;
        code = blind_phone(st, p.number, bidx, err);
    }
    if (!code) {
        code = check_permitted(st, &row, p.number, bidx, now_utc_s, err);
    }
    if (!code) {
        code = insert_call(st, &row, phone_index, bidx, now_utc_s, &p, err);
    }
    if (!code) {
        struct hold_input in = {
            .now_utc_s = now_utc_s,
            .call_id = p.call_id,
            .phone_bidx = phone_kind(p.number) == PHONE_SHORT ? NULL : bidx,
        };
        code = hold_change(st, &row, HOLD_EV_PERMIT, &in, err);
    }
    if (!code) {
        code = response_go_on(st, &row, now_utc_s, &p.has_answers, err);
    }
    if (!code) {
        *ret = p;
    }
    sodium_memzero(&p, sizeof p);
    return code;
}

enum err_code call_number(struct store *st, int64_t call_id, const void *blob, size_t len,
                          char ret[PHONE_SIZE], struct err *err)
{
    CLEANUP_BUF struct buf number = {0};
    struct seal_place place = {"call", "phone", call_id};
    enum err_code code = unseal(st->keys, &place, blob, len, &number, err);
    if (!code && number.len >= PHONE_SIZE) {
        code = err_set(err, ERR_STORE, "a call in the database is broken");
    }
    if (!code) {
        memcpy(ret, buf_text(&number), number.len + 1);
    }
    return code;
}

enum err_code permit_columns(struct store *st, struct sql_rows *q, int64_t call_id,
                             struct store_permit *ret, struct err *err)
{
    struct store_permit p = {.call_id = call_id};
    if (!sql_col_int(q, 4)) {
        return err_set(err, ERR_STATE, N_("This call is over, or the person is no longer yours."));
    }
    size_t len;
    const void *blob = sql_col_blob(q, 0, &len);
    enum err_code code = call_number(st, call_id, blob, len, p.number, err);
    if (!code) {
        const void *salt = sql_col_blob(q, 1, &len);
        code = token_again(st->keys, "call", call_id, salt, sql_col_blob(q, 5, &len), p.call_token)
                   ? ERR_OK
                   : err_set(err, ERR_STATE, NULL);
    }
    if (!code) {
        p.ring_limit_s = sql_col_int(q, 2);
        p.permitted_utc_s = sql_col_int(q, 3);
        *ret = p;
    }
    sodium_memzero(&p, sizeof p);
    return code;
}

enum err_code store_permit_read(struct store *st, const struct store_actor *actor, int64_t call_id,
                                struct store_permit *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_CALL_PERMIT, &q, err, sql_int(call_id),
                                 sql_int(actor->agent_id), sql_text(region_name(actor->region)));
    if (!code) {
        code = permit_columns(st, q, call_id, ret, err);
    }
    if (!code) {
        ret->has_answers = sql_col_int(q, 6) != 0;
    }
    return code;
}

enum err_code store_call_by_token(struct store *st, const char *token, int64_t *ret_call_id,
                                  struct err *err)
{
    uint8_t hash[TOKEN_HASH_BYTES];
    token_hash(token, hash);
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_CALL_BY_TOKEN, &q, err, sql_blob(hash, sizeof hash));
    if (code) {
        return code == ERR_NOT_FOUND ? err_set(err, ERR_UNAUTHENTICATED, NULL) : code;
    }
    *ret_call_id = sql_col_int(q, 0);
    return ERR_OK;
}
