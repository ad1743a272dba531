/* SPDX-License-Identifier: Apache-2.0 */
/* An expert is consulted, or the person is handed on. */

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/agent_row.h"
#include "net/store/blind.h"
#include "net/store/call_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_target.h"
#include "net/store/token.h"

#define VALUE "/target/value"

/* Not the number of somebody whom a colleague has on the screen or on the line, in whatever region;
 * of that person nothing is told. */
static enum err_code check_lease(struct store *st, const struct hold_row *row,
                                 const uint8_t bidx[BLIND_BYTES], int64_t now_utc_s,
                                 struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    const enum err_code code =
        sql_one(st, SQL_LEASE_OF, &q, err, sql_blob(bidx, BLIND_BYTES), sql_int(now_utc_s));
    if (code) {
        return code == ERR_NOT_FOUND ? ERR_OK : code;
    }
    return err_field(err, ERR_STATE, VALUE,
                     sql_col_int(q, 0) == row->person_id
                         ? N_("This is a number of the person on the line.")
                         : N_("This number is being dialled from another place."));
}

static enum err_code check_wish(struct store *st, const uint8_t bidx[BLIND_BYTES], struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    const enum err_code code =
        sql_one(st, SQL_WISH_FORBIDS, &q, err, sql_blob(bidx, BLIND_BYTES), sql_int(0));
    return !code && sql_col_int(q, 0) > 0
               ? err_field(err, ERR_PHONE, VALUE,
                           N_("Somebody asked not to be called again on this number."))
               : code;
}

/* Short codes (112) are nobody's: they are called whatever else holds. */
static enum err_code check_number(struct store *st, const struct hold_row *row, const char *number,
                                  const uint8_t bidx[BLIND_BYTES], int64_t now_utc_s,
                                  struct err *err)
{
    if (phone_short_code(number)) {
        return ERR_OK;
    }
    if (!service_may_dial(row->service, number)) {
        return err_field(err, ERR_PHONE, VALUE, N_("This number may not be dialled."));
    }
    const enum err_code code = check_wish(st, bidx, err);
    return code ? code : check_lease(st, row, bidx, now_utc_s, err);
}

static enum err_code check_user(struct store *st, const struct store_actor *actor,
                                const struct hold_row *row, const char *login, int64_t now_utc_s,
                                struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    const enum err_code code =
        sql_one(st, SQL_DIRECTORY, &q, err, sql_text(region_name(actor->region)),
                sql_int(now_utc_s), sql_text(login));
    if (code == ERR_NOT_FOUND) {
        return err_field(err, ERR_INVALID, VALUE, N_("Nobody with this name is signed in."));
    }
    if (code) {
        return code;
    }
    struct queue_names services;
    agent_read_names(q, 3, &services);
    if (sql_col_int(q, 0) == actor->agent_id) {
        return err_field(err, ERR_INVALID, VALUE, N_("That is you."));
    }
    return queue_names_hold(&services, row->service_id)
               ? ERR_OK
               : err_field(err, ERR_INVALID, VALUE, N_("Nobody with this name is signed in."));
}

/* The hold with its call up, and the target as one that may be called. */
static enum err_code check(struct store *st, const struct store_actor *actor, int64_t offer_id,
                           int64_t fence, const struct target *target, int64_t now_utc_s,
                           struct hold_row *row, uint8_t ret_bidx[BLIND_BYTES],
                           int64_t *ret_call_id, struct err *err)
{
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, row, err);
    if (!code && row->state == HOLD_CALL) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_CALL_NOW, &q, err, sql_int(offer_id));
        *ret_call_id = code ? 0 : sql_col_int(q, 0);
    } else if (!code) {
        code = ERR_NOT_FOUND;
    }
    if (code == ERR_NOT_FOUND && row->offer_id) {
        return err_set(err, ERR_STATE, N_("There is no call with the person now."));
    }
    if (!code) {
        code = store_service(st, row->service_id, &row->service, err);
    }
    if (code) {
        return code;
    }
    code = blind_phone(st, target->kind == TARGET_NUMBER ? target->value : "", ret_bidx, err);
    if (code) {
        return code;
    }
    switch (target->kind) {
    case TARGET_NUMBER:
        return check_number(st, row, target->value, ret_bidx, now_utc_s, err);
    case TARGET_USER:
        return check_user(st, actor, row, target->value, now_utc_s, err);
    case TARGET_QUEUE:
        return service_find_queue(row->service, target->value)
                   ? ERR_OK
                   : err_field(err, ERR_INVALID, VALUE, N_("There is no such queue."));
    }
    return err_set(err, ERR_INTERNAL, NULL);
}

/* In the log stands who was called, but no number of anybody. */
static enum err_code audit(struct store *st, const struct store_actor *actor,
                           const struct hold_row *row, int64_t call_id, const char *action,
                           const struct target *target, int64_t now_utc_s, struct err *err)
{
    char subject[TARGET_VALUE_SIZE + 16];
    const bool named = target->kind != TARGET_NUMBER;
    snprintf(subject, sizeof subject, "%s%s%s", target_kind_name(target->kind), named ? ":" : "",
             named ? target->value : "");
    return store_audit_append(st,
                              &(struct store_audit){.at_utc_s = now_utc_s,
                                                    .agent_id = actor->agent_id,
                                                    .action = action,
                                                    .subject = subject,
                                                    .person_id = row->person_id,
                                                    .offer_id = row->offer_id,
                                                    .call_id = call_id},
                              err);
}

static enum err_code insert(struct store *st, const struct hold_row *row,
                            const struct target *target, const uint8_t bidx[BLIND_BYTES],
                            struct store_permit *p, struct err *err)
{
    uint8_t salt[TOKEN_SALT_BYTES];
    uint8_t hash[TOKEN_HASH_BYTES];
    randombytes_buf(salt, sizeof salt);
    token_derive(st->keys, "call", p->call_id, salt, p->call_token);
    token_hash(p->call_token, hash);

    CLEANUP_BUF struct buf number = {0};
    struct seal_place place = {"call", "phone", p->call_id};
    const enum err_code code = seal(st->keys, &place, p->number, strlen(p->number), &number, err);
    return code ? code
                : sql_run(st, SQL_CONSULT_INSERT, err, sql_int(p->call_id), sql_int(row->offer_id),
                          sql_int(row->person_id), sql_int(row->agent_id),
                          sql_text(region_name(row->region)), sql_blob(bidx, BLIND_BYTES),
                          sql_blob(number.data, number.len), sql_blob(salt, sizeof salt),
                          sql_blob(hash, sizeof hash), sql_int(p->ring_limit_s),
                          sql_int(p->permitted_utc_s), sql_text(target_kind_name(target->kind)),
                          sql_text(target->kind == TARGET_NUMBER ? "" : target->value));
}

enum err_code store_consult_permit(struct store *st, const struct store_actor *actor,
                                   int64_t offer_id, int64_t fence, struct target *target,
                                   int64_t now_utc_s, struct store_permit *ret, struct err *err)
{
    struct hold_row row = {0};
    struct store_permit p = {.permitted_utc_s = now_utc_s};
    uint8_t bidx[BLIND_BYTES];
    int64_t person_call;
    enum err_code code =
        check(st, actor, offer_id, fence, target, now_utc_s, &row, bidx, &person_call, err);
    if (!code && target->kind == TARGET_QUEUE) {
        code = err_field(err, ERR_INVALID, "/target/kind",
                         N_("An expert is called by name or by number."));
    }
    if (!code) {
        code = store_next_id(st, "call", &p.call_id, err);
    }
    if (!code) {
        p.ring_limit_s = row.service->times.ring_limit_s;
        if (target->kind == TARGET_NUMBER) {
            memcpy(p.number, target->value, sizeof p.number);
        }
        code = insert(st, &row, target, bidx, &p, err);
    }
    if (!code) {
        code = audit(st, actor, &row, p.call_id, "consult", target, now_utc_s, err);
    }
    if (!code) {
        *ret = p;
    }
    sodium_memzero(&p, sizeof p);
    return code;
}

enum err_code target_columns(struct sql_rows *q, int at, const char *number, struct target *ret,
                             struct err *err)
{
    char kind[16];
    struct target t = {0};
    sql_col_text(q, at, kind, sizeof kind);
    if (!target_kind_by_name(kind, &t.kind)) {
        return err_set(err, ERR_STORE, "a call in the database is broken");
    }
    if (t.kind == TARGET_NUMBER) {
        memcpy(t.value, number, PHONE_SIZE);
    } else {
        sql_col_text(q, at + 1, t.value, sizeof t.value);
    }
    *ret = t;
    return ERR_OK;
}

enum err_code store_consult_read(struct store *st, const struct store_actor *actor, int64_t call_id,
                                 struct target *target, struct store_permit *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_CONSULT_PERMIT, &q, err, sql_int(call_id),
                                 sql_int(actor->agent_id), sql_text(region_name(actor->region)));
    if (!code) {
        code = permit_columns(st, q, call_id, ret, err);
    }
    return code ? code : target_columns(q, 6, ret->number, target, err);
}

static enum err_code keep_transfer(struct store *st, int64_t call_id, const struct target *target,
                                   struct err *err)
{
    CLEANUP_BUF struct buf number = {0};
    const bool named = target->kind != TARGET_NUMBER;
    struct seal_place place = {"call", "transfer", call_id};
    const enum err_code code =
        named ? ERR_OK : seal(st->keys, &place, target->value, strlen(target->value), &number, err);
    return code ? code
                : sql_run(st, SQL_CALL_TRANSFER, err, sql_int(call_id),
                          sql_text(target_kind_name(target->kind)),
                          sql_text(named ? target->value : ""), sql_blob(number.data, number.len));
}

enum err_code store_transfer_permit(struct store *st, const struct store_actor *actor,
                                    int64_t offer_id, int64_t fence, struct target *target,
                                    bool repeated, int64_t now_utc_s, int64_t *ret_call_id,
                                    struct err *err)
{
    struct hold_row row = {0};
    uint8_t bidx[BLIND_BYTES];
    int64_t call_id = 0;
    enum err_code code =
        check(st, actor, offer_id, fence, target, now_utc_s, &row, bidx, &call_id, err);
    if (!code && !repeated) {
        code = keep_transfer(st, call_id, target, err);
    }
    if (!code && !repeated) {
        code = audit(st, actor, &row, call_id, "transfer", target, now_utc_s, err);
    }
    if (!code) {
        *ret_call_id = call_id;
    }
    return code;
}
