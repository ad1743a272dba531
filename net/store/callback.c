/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks: agreeing one, and everything that happens to it. */

#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/blind.h"
#include "net/store/callback_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_alarm.h"
#include "net/store/store_callback.h"

static enum err_code take_row(struct sql_rows *q, enum region region, struct callback_row *ret,
                              struct err *err)
{
    char state[16];
    struct callback_row r = {
        .callback_id = sql_col_int(q, 0),
        .person_id = sql_col_int(q, 1),
        .offer_id = sql_col_int(q, 2),
        .agent_id = sql_col_int(q, 3),
        .region = region,
        .at_utc_s = sql_col_int(q, 5),
        .fallback_utc_s = sql_col_int(q, 6),
        .miss_utc_s = sql_col_int(q, 7),
        .route_to_agent = sql_col_int(q, 8) != 0,
        .version = sql_col_int(q, 10),
        .agreed_revision = sql_col_int(q, 11),
    };
    sql_col_text(q, 4, r.service_id, sizeof r.service_id);
    sql_col_text(q, 9, state, sizeof state);
    if (!callback_state_by_name(state, &r.state)) {
        return err_set(err, ERR_STORE, "a callback in the database is broken");
    }
    *ret = r;
    return ERR_OK;
}

enum err_code callback_of_person(struct store *st, int64_t person_id, enum region region,
                                 struct callback_row *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = false;
    enum err_code code = sql_each(st, SQL_CALLBACK_OF_PERSON, &q, err, sql_int(person_id),
                                  sql_text(region_name(region)));
    if (!code) {
        code = sql_next(st, q, &row, err);
    }
    if (!code && !row) {
        *ret = (struct callback_row){0};
    }
    return code || !row ? code : take_row(q, region, ret, err);
}

enum err_code callback_by_id(struct store *st, int64_t callback_id, enum region region,
                             struct callback_row *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_CALLBACK_BY_ID, &q, err, sql_int(callback_id),
                                 sql_text(region_name(region)));
    return code ? code : take_row(q, region, ret, err);
}

/* Supervisors hear of what nobody rang for, and of nothing that is over. */
static enum err_code tell_supervisors(struct store *st, const struct callback_row *row,
                                      const struct callback_cause *cause, struct err *err)
{
    if (row->state != CALLBACK_MISSED) {
        return store_alarm_settle(st, ALARM_CALLBACK_MISSED, row->callback_id, cause->now_utc_s,
                                  err);
    }
    return store_alarm_raise(st,
                             &(struct store_alarm){.kind = ALARM_CALLBACK_MISSED,
                                                   .region = row->region,
                                                   .service_id = row->service_id,
                                                   .person_id = row->person_id,
                                                   .agent_id = row->agent_id,
                                                   .callback_id = row->callback_id,
                                                   .at_utc_s = cause->now_utc_s},
                             err);
}

enum err_code callback_happens(struct store *st, struct callback_row *row,
                               enum callback_event event, const struct callback_cause *cause,
                               struct err *err)
{
    enum callback_state to;
    if (!callback_step(row->state, event, &to)) {
        err_set(err, ERR_STATE, N_("This callback is over."));
        err_detail(err, "%s in state %s", callback_event_name(event),
                   callback_state_name(row->state));
        return ERR_STATE;
    }
    if (to == row->state) {
        return ERR_OK;
    }
    const bool over = !callback_lives(to);
    enum err_code code = sql_run(
        st, SQL_CALLBACK_STATE, err, sql_int(row->callback_id), sql_text(region_name(row->region)),
        sql_text(callback_state_name(to)), sql_opt(to == CALLBACK_MISSED ? cause->now_utc_s : 0),
        sql_opt(over ? cause->now_utc_s : 0), sql_opt(over ? cause->agent_id : 0),
        sql_text(callback_why_name(to == CALLBACK_CANCELLED ? cause->why : CALLBACK_WHY_NONE)));
    if (!code) {
        row->state = to;
        row->version++;
        code = tell_supervisors(st, row, cause, err);
    }
    return code;
}

enum err_code callback_restore(struct store *st, const struct hold_row *hold, bool replaced,
                               const struct callback_cause *cause, struct callback_row *ret,
                               struct err *err)
{
    struct callback_row row = {0};
    int64_t id = 0;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        bool found = false;
        enum err_code code =
            sql_each(st, SQL_CALLBACK_ENDED_BY_CODE, &q, err, sql_int(hold->offer_id),
                     sql_text(region_name(hold->region)), sql_int(replaced));
        code = code ? code : sql_next(st, q, &found, err);
        if (code) {
            return code;
        }
        id = found ? sql_col_int(q, 0) : 0;
    }
    enum err_code code = id ? callback_by_id(st, id, hold->region, &row, err) : ERR_OK;
    if (!code && id) {
        code = callback_happens(st, &row, CALLBACK_EV_RESTORE, cause, err);
    }
    if (!code) {
        *ret = row;
    }
    return code;
}

enum err_code callback_lead(struct store *st, const struct callback_row *row, int64_t due_utc_s,
                            int64_t now_utc_s, struct err *err)
{
    const bool later = due_utc_s > now_utc_s;
    return sql_run(st, SQL_PERSON_LEAD, err, sql_int(row->person_id),
                   sql_text(region_name(row->region)), sql_text(later ? "resting" : "waiting"),
                   sql_int(now_utc_s), sql_opt(later ? due_utc_s : 0), sql_int(row->at_utc_s),
                   sql_opt(row->route_to_agent ? row->agent_id : 0),
                   sql_opt(row->route_to_agent ? row->fallback_utc_s : 0));
}

struct number {
    uint8_t bidx[BLIND_BYTES];
    struct buf sealed;
};

enum err_code callback_check_number(struct store *st, const uint8_t bidx[BLIND_BYTES],
                                    struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    const enum err_code code =
        sql_one(st, SQL_WISH_FORBIDS, &q, err, sql_blob(bidx, BLIND_BYTES), sql_int(0));
    return code || sql_col_int(q, 0) == 0
               ? code
               : err_field(err, ERR_PHONE, "/callback/phone",
                           N_("Somebody asked not to be called again on this number."));
}

static enum err_code seal_number(struct store *st, int64_t callback_id, const char *phone,
                                 struct number *ret, struct err *err)
{
    struct seal_place place = {"callback", "phone", callback_id};
    enum err_code code = blind_phone(st, phone, ret->bidx, err);
    code = code ? code : callback_check_number(st, ret->bidx, err);
    return code ? code : seal(st->keys, &place, phone, strlen(phone), &ret->sealed, err);
}

enum err_code callback_agree(struct store *st, const struct hold_row *hold,
                             const struct callback_plan *plan, bool by_code, int64_t now_utc_s,
                             struct callback_row *ret_row, struct err *err)
{
    struct callback_row old;
    struct callback_row r = {
        .person_id = hold->person_id,
        .offer_id = hold->offer_id,
        .agent_id = hold->agent_id,
        .region = hold->region,
        .at_utc_s = plan->at_utc_s,
        .fallback_utc_s = plan->fallback_utc_s,
        .miss_utc_s = plan->miss_utc_s,
        .route_to_agent = plan->route_to_me,
        .state = CALLBACK_OPEN,
        .version = 1,
    };
    memcpy(r.service_id, hold->service_id, sizeof r.service_id);
    enum err_code code = callback_of_person(st, hold->person_id, hold->region, &old, err);
    if (!code && old.callback_id) {
        code = callback_happens(
            st, &old, CALLBACK_EV_CANCEL,
            &(struct callback_cause){now_utc_s, CALLBACK_WHY_REPLACED, hold->agent_id}, err);
    }
    if (!code) {
        code = store_next_id(st, "callback", &r.callback_id, err);
    }
    struct number number = {0};
    if (!code && plan->phone[0]) {
        code = seal_number(st, r.callback_id, plan->phone, &number, err);
    }
    if (!code) {
        code = sql_run(st, SQL_CALLBACK_INSERT, err, sql_int(r.callback_id), sql_int(r.person_id),
                       sql_int(r.offer_id), sql_int(r.agent_id), sql_text(region_name(r.region)),
                       sql_text(r.service_id), sql_int(r.at_utc_s), sql_text(plan->zone),
                       sql_blob(number.bidx, plan->phone[0] ? BLIND_BYTES : 0),
                       sql_blob(number.sealed.data, number.sealed.len), sql_int(r.route_to_agent),
                       sql_int(r.fallback_utc_s), sql_int(r.miss_utc_s), sql_int(now_utc_s),
                       sql_int(by_code));
    }
    buf_free(&number.sealed);
    if (!code) {
        *ret_row = r;
    }
    return code;
}

enum err_code callback_call_ended(struct store *st, const struct hold_row *hold, int64_t now_utc_s,
                                  struct err *err)
{
    struct callback_row row;
    const struct callback_cause cause = {now_utc_s, CALLBACK_WHY_NONE, hold->agent_id};
    enum err_code code = callback_of_person(st, hold->person_id, hold->region, &row, err);
    if (code || row.callback_id == 0) {
        return code;
    }
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_CALL_OF_OFFER, &q, err, sql_int(hold->offer_id));
        if (code || sql_col_int(q, 1) == 0) {
            return code; /* it did not ring: the promise stands */
        }
    }
    if (row.at_utc_s <= now_utc_s) {
        code = callback_happens(st, &row, CALLBACK_EV_TIME, &cause, err);
    }
    return code ? code : callback_happens(st, &row, CALLBACK_EV_RANG, &cause, err);
}

enum err_code callback_number(struct store *st, int64_t person_id, enum region region,
                              char ret[PHONE_SIZE], struct err *err)
{
    CLEANUP_BUF struct buf number = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = false;
    ret[0] = '\0';
    enum err_code code = sql_each(st, SQL_CALLBACK_NUMBER, &q, err, sql_int(person_id),
                                  sql_text(region_name(region)));
    if (!code) {
        code = sql_next(st, q, &row, err);
    }
    if (code || !row) {
        return code;
    }
    size_t len;
    const void *blob = sql_col_blob(q, 1, &len);
    struct seal_place place = {"callback", "phone", sql_col_int(q, 0)};
    code = unseal(st->keys, &place, blob, len, &number, err);
    if (!code && number.len >= PHONE_SIZE) {
        code = err_set(err, ERR_STORE, "a callback in the database is broken");
    }
    if (!code) {
        memcpy(ret, buf_text(&number), number.len + 1);
    }
    if (number.data) {
        sodium_memzero(number.data, number.len);
    }
    return code;
}

/* --- by itself --- */

enum err_code store_callbacks_due(struct store *st, int64_t now_utc_s, struct err *err)
{
    return sql_run(st, SQL_CALLBACKS_DUE, err, sql_int(now_utc_s));
}

enum err_code store_callbacks_to_miss(struct store *st, int64_t now_utc_s, int64_t *callback_ids,
                                      size_t cap, size_t *ret_n, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_CALLBACKS_TO_MISS, &q, err, sql_int(now_utc_s), sql_int((int64_t)cap));
    return code ? code : sql_ids(st, q, callback_ids, cap, ret_n, err);
}

/* Whoever waits goes on waiting, for anybody from now on; held, parked or resting ones stay. */
static enum err_code lead_when_waiting(struct store *st, struct callback_row *row,
                                       int64_t now_utc_s, struct err *err)
{
    char state[16];
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_PERSON_READ_STATE, &q, err, sql_int(row->person_id),
                                     sql_text(region_name(row->region)));
        if (code) {
            return code;
        }
        sql_col_text(q, 0, state, sizeof state);
    }
    row->route_to_agent = false;
    return strcmp(state, "waiting") == 0 ? callback_lead(st, row, 0, now_utc_s, err) : ERR_OK;
}

enum err_code store_callback_miss(struct store *st, int64_t callback_id, int64_t now_utc_s,
                                  bool *ret_missed, struct err *err)
{
    struct callback_row row;
    enum region region;
    bool to_miss;
    {
        char name[8];
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_one(st, SQL_CALLBACK_TO_MISS, &q, err, sql_int(callback_id), sql_int(now_utc_s));
        if (code) {
            return code;
        }
        sql_col_text(q, 0, name, sizeof name);
        to_miss = sql_col_int(q, 1) != 0;
        if (!region_by_name(name, strlen(name), &region)) {
            return err_set(err, ERR_STORE, "a callback in the database is broken");
        }
    }
    *ret_missed = false;
    if (!to_miss) {
        return ERR_OK;
    }
    enum err_code code = callback_by_id(st, callback_id, region, &row, err);
    if (!code) {
        code = callback_happens(st, &row, CALLBACK_EV_MISS,
                                &(struct callback_cause){.now_utc_s = now_utc_s}, err);
    }
    if (!code) {
        code = lead_when_waiting(st, &row, now_utc_s, err);
    }
    *ret_missed = !code;
    return code;
}

enum err_code store_callback_end(struct store *st, int64_t person_id, enum region region,
                                 enum callback_why why, int64_t agent_id, int64_t now_utc_s,
                                 struct err *err)
{
    struct callback_row row;
    enum err_code code = callback_of_person(st, person_id, region, &row, err);
    if (code || row.callback_id == 0) {
        return code;
    }
    code = callback_happens(st, &row, CALLBACK_EV_CANCEL,
                            &(struct callback_cause){now_utc_s, why, agent_id}, err);
    return code ? code
                : sql_run(st, SQL_PERSON_FOLLOW, err, sql_int(person_id),
                          sql_text(region_name(region)), sql_int(why == CALLBACK_WHY_RANG_IN),
                          sql_int(now_utc_s));
}

enum err_code store_callback_person_rang_in(struct store *st, enum region region, const char *phone,
                                            int64_t agent_id, int64_t now_utc_s, size_t *ret_n,
                                            struct err *err)
{
    uint8_t bidx[BLIND_BYTES];
    int64_t people[16];
    size_t n = 0;
    enum err_code code = blind_phone(st, phone, bidx, err);
    if (!code) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_each(st, SQL_CALLBACKS_OF_NUMBER, &q, err, sql_blob(bidx, sizeof bidx),
                        sql_text(region_name(region)));
        code = code ? code : sql_ids(st, q, people, sizeof people / sizeof people[0], &n, err);
    }
    for (size_t i = 0; !code && i < n; i++) {
        code = store_callback_end(st, people[i], region, CALLBACK_WHY_RANG_IN, agent_id, now_utc_s,
                                  err);
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}
