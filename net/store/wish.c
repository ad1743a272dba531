/* SPDX-License-Identifier: Apache-2.0 */
/* Wishes not to be called again. */

#include "net/store/store_wish.h"

#include <string.h>

#include "core/i18n.h"
#include "net/store/callback_change.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/store_admin.h"
#include "net/store/store_alarm.h"
#include "net/store/store_callback.h"

static const char *const scopes[] = {
    [STORE_WISH_NUMBER] = "number",
    [STORE_WISH_ANY] = "any",
};

const char *store_wish_scope_name(enum store_wish_scope scope)
{
    return scopes[scope];
}

bool store_wish_scope_by_name(const char *name, enum store_wish_scope *ret)
{
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        if (strcmp(scopes[i], name) == 0) {
            *ret = (enum store_wish_scope)i;
            return true;
        }
    }
    return false;
}

enum err_code store_wish_look(struct store *st, int64_t person_id, enum region region,
                              struct store_unwanted *ret, struct err *err)
{
    struct store_unwanted found = {0};
    bool row = true;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_WISH_LOOK, &q, err, sql_int(person_id), sql_text(region_name(region)));
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        const int64_t position = sql_col_int(q, 0);
        found.any = found.any || position == -1;
        found.callback_number = found.callback_number || position == -2;
        found.callback_wanted = found.callback_wanted || position == -3;
        if (position >= 0 && position < 32) {
            found.phones |= UINT32_C(1) << position;
        }
    }
    if (!code) {
        *ret = found;
    }
    return code;
}

enum err_code store_wish_settle(struct store *st, int64_t person_id, enum region region,
                                int64_t now_utc_s, bool *ret_closed, struct err *err)
{
    struct store_unwanted unwanted;
    *ret_closed = false;
    enum err_code code = store_wish_look(st, person_id, region, &unwanted, err);
    if (code || (!unwanted.any && unwanted.phones == 0)) {
        return code;
    }
    int64_t n_phones = 0;
    int64_t next = 0;
    uint32_t dropped = unwanted.phones;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_PERSON_PHONES, &q, err, sql_int(person_id),
                       sql_text(region_name(region)));
        if (code) {
            return code;
        }
        n_phones = sql_col_int(q, 0);
        dropped |= (uint32_t)sql_col_int(q, 1);
        next = sql_col_int(q, 2);
    }
    int64_t left = 0;
    while (left < n_phones && dropped >> ((next + left) % n_phones) & 1U) {
        left++;
    }
    const bool closed = unwanted.any || (left == n_phones && !unwanted.callback_wanted);
    code = sql_run(st, closed ? SQL_WISH_CLOSE : SQL_WISH_DROP, err, sql_int(person_id),
                   sql_text(region_name(region)), sql_int(closed ? now_utc_s : dropped),
                   sql_int(closed ? dropped : (next + left) % n_phones));
    if (!code && closed) {
        code =
            store_callback_end(st, person_id, region, CALLBACK_WHY_NOT_CALLED, 0, now_utc_s, err);
    }
    if (!code) {
        *ret_closed = closed;
    }
    return code;
}

/* The number of the call, or all that the person has and the person as such. */
static enum err_code write_wish(struct store *st, const struct hold_row *row,
                                enum store_wish_scope scope, int64_t now_utc_s, struct err *err)
{
    if (scope == STORE_WISH_ANY) {
        enum err_code code =
            sql_run(st, SQL_WISH_PERSON, err, sql_int(row->person_id), sql_int(row->agent_id),
                    sql_int(row->offer_id), sql_int(now_utc_s), sql_text(region_name(row->region)));
        if (!code) {
            code = sql_run(st, SQL_WISH_NUMBERS, err, sql_int(row->person_id),
                           sql_int(row->agent_id), sql_int(row->offer_id), sql_int(now_utc_s));
        }
        if (code) {
            return code;
        }
    }
    return sql_run(st, SQL_WISH_CALL, err, sql_int(row->person_id), sql_int(row->agent_id),
                   sql_int(row->offer_id), sql_int(now_utc_s));
}

/* Nobody rings one who is closed. While the hold owes its code, the wrap-up does it. */
static enum err_code cancel_callback(struct store *st, const struct hold_row *row,
                                     int64_t now_utc_s, struct err *err)
{
    struct callback_row live;
    const struct callback_cause cause = {now_utc_s, CALLBACK_WHY_NOT_CALLED, row->agent_id};
    enum err_code code = callback_of_person(st, row->person_id, row->region, &live, err);
    if (code || live.callback_id == 0 || (row->state != HOLD_DONE && row->state != HOLD_NONE)) {
        return code;
    }
    return callback_happens(st, &live, CALLBACK_EV_CANCEL, &cause, err);
}

/* Somebody else has the person meanwhile, and is perhaps ringing: supervisors hear of it, too.
 * Their alarm stays until they close it, for it may have been too late. */
static enum err_code tell_who_holds(struct store *st, const struct hold_row *row, int64_t now_utc_s,
                                    int64_t *ret_agent_id, struct err *err)
{
    int64_t offer_id = 0;
    {
        bool held = false;
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_each(st, SQL_WISH_HELD, &q, err, sql_int(row->person_id),
                                      sql_text(region_name(row->region)), sql_int(row->offer_id));
        code = code ? code : sql_next(st, q, &held, err);
        if (code || !held) {
            return code;
        }
        offer_id = sql_col_int(q, 0);
        *ret_agent_id = sql_col_int(q, 1);
    }
    return store_alarm_of_offer(st, ALARM_WISH_LATE, offer_id, now_utc_s, err);
}

/* The offer, if there was a call: else nobody can have said anything. What was said stays said: an
 * older fence, or a hold that is over, is no reason to drop it. */
static enum err_code load_spoken_to(struct store *st, const struct store_actor *actor,
                                    int64_t offer_id, int64_t fence, struct hold_row *ret,
                                    struct err *err)
{
    struct hold_row row = {.offer_id = 0};
    enum err_code code = hold_load_own(st, actor, offer_id, &row, err);
    if (!code && fence > row.fence) {
        code = err_set(err, ERR_STALE, NULL);
    }
    if (!code) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_CALL_OF_OFFER, &q, err, sql_int(offer_id));
    }
    if (code == ERR_NOT_FOUND && row.offer_id == offer_id) {
        code = row.state == HOLD_NONE || fence != row.fence
                   ? err_set(err, ERR_STALE, NULL)
                   : err_set(err, ERR_STATE, N_("Nobody has been called yet."));
    }
    if (!code) {
        *ret = row;
    }
    return code;
}

enum err_code store_wish_record(struct store *st, const struct store_actor *actor, int64_t offer_id,
                                int64_t fence, enum store_wish_scope scope, int64_t now_utc_s,
                                int64_t *ret_held_by, struct err *err)
{
    struct hold_row row;
    bool closed = false;
    int64_t held_by = 0;
    enum err_code code = load_spoken_to(st, actor, offer_id, fence, &row, err);
    if (!code) {
        code = write_wish(st, &row, scope, now_utc_s, err);
    }
    if (!code) {
        code = store_wish_settle(st, row.person_id, row.region, now_utc_s, &closed, err);
    }
    if (!code && closed) {
        code = cancel_callback(st, &row, now_utc_s, err);
    }
    if (!code) {
        code = tell_who_holds(st, &row, now_utc_s, &held_by, err);
    }
    if (!code) {
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = actor->agent_id,
                                                        .action = "wish_not_called",
                                                        .subject = store_wish_scope_name(scope),
                                                        .person_id = row.person_id,
                                                        .offer_id = offer_id},
                                  err);
    }
    if (!code) {
        *ret_held_by = held_by;
    }
    return code;
}
