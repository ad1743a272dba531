/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks for those who agreed them and for supervisors: lists, and changes afterwards. */

#include <string.h>

#include "core/i18n.h"
#include "net/calendar/calendar.h"
#include "net/store/blind.h"
#include "net/store/callback_change.h"
#include "net/store/internal.h"
#include "net/store/person_read.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_callback.h"
#include "net/store/store_hours.h"

enum err_code store_callback_plan(struct store *st, const char *service_id,
                                  const struct callback_wish *wish, int64_t at_utc_s,
                                  int64_t now_utc_s, struct callback_plan *ret, struct err *err)
{
    const struct service *s;
    struct hours *hours;
    enum err_code code = store_working_hours(st, service_id, &hours, err);
    if (!code) {
        code = store_service(st, service_id, &s, err);
    }
    if (code) {
        return code;
    }
    const struct hours_ops *ops = st->calendar ? st->calendar : calendar_hours();
    return at_utc_s ? callback_plan_at(s, hours, at_utc_s, wish, now_utc_s, ret, err)
                    : callback_plan(s, hours, ops, wish, now_utc_s, ret, err);
}

static enum err_code take(struct store *st, struct sql_rows *q, struct store_callback *ret,
                          struct err *err)
{
    char state[16];
    size_t len;
    *ret = (struct store_callback){
        .callback_id = sql_col_int(q, 0),
        .version = sql_col_int(q, 1),
        .at_utc_s = sql_col_int(q, 3),
        .fallback_utc_s = sql_col_int(q, 5),
        .miss_utc_s = sql_col_int(q, 6),
        .route_to_agent = sql_col_int(q, 7) != 0,
        .other_phone = !sql_col_is_null(q, 8),
        .person_id = sql_col_int(q, 11),
    };
    sql_col_text(q, 2, state, sizeof state);
    sql_col_text(q, 4, ret->zone, sizeof ret->zone);
    sql_col_text(q, 9, ret->agent, sizeof ret->agent);
    sql_col_text(q, 10, ret->service_id, sizeof ret->service_id);
    if (!callback_state_by_name(state, &ret->state)) {
        return err_set(err, ERR_STORE, "a callback in the database is broken");
    }
    const void *ident = sql_col_blob(q, 12, &len);
    return person_name(st, ret->person_id, ident, len, ret->name, sizeof ret->name, err);
}

enum err_code store_callbacks(struct store *st, const struct store_actor *actor,
                              const struct store_callback_filter *f, struct store_callback *rows,
                              size_t cap, size_t *ret_n, struct err *err)
{
    if (f->of_region && actor->role != AGENT_ROLE_SUPERVISOR) {
        return err_set(err, ERR_FORBIDDEN, N_("Only a supervisor may do this."));
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    const int64_t from = f->with_late ? 0 : f->from_utc_s;
    const int64_t to = f->to_utc_s ? f->to_utc_s : INT64_MAX;
    enum err_code code =
        f->of_region
            ? sql_each(st, SQL_CALLBACKS_OF_REGION, &q, err, sql_text(region_name(actor->region)),
                       sql_int(from), sql_int(to), sql_int((int64_t)cap))
            : sql_each(st, SQL_CALLBACKS_OF_AGENT, &q, err, sql_text(region_name(actor->region)),
                       sql_int(from), sql_int(to), sql_int((int64_t)cap), sql_int(actor->agent_id));
    size_t n = 0;
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row && n < cap) {
        code = take(st, q, &rows[n++], err);
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}

/* May the actor see and change it? What is somebody else's, or another region's, is not there. */
static enum err_code find(struct store *st, const struct store_actor *actor, int64_t callback_id,
                          struct callback_row *ret, struct err *err)
{
    struct callback_row row;
    enum err_code code = callback_by_id(st, callback_id, actor->region, &row, err);
    if (!code && row.agent_id != actor->agent_id && actor->role != AGENT_ROLE_SUPERVISOR) {
        code = err_set(err, ERR_NOT_FOUND, NULL);
    }
    if (!code) {
        *ret = row;
    }
    return code;
}

static enum err_code show(struct store *st, enum region region, int64_t callback_id,
                          struct store_callback *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    const enum err_code code = sql_one(st, SQL_CALLBACK_SHOWN, &q, err,
                                       sql_text(region_name(region)), sql_int(callback_id));
    return code ? code : take(st, q, ret, err);
}

enum err_code store_callback_read(struct store *st, const struct store_actor *actor,
                                  int64_t callback_id, struct store_callback *ret, struct err *err)
{
    struct callback_row row;
    enum err_code code = find(st, actor, callback_id, &row, err);
    if (!code && !callback_lives(row.state)) {
        code = err_set(err, ERR_NOT_FOUND, NULL);
    }
    return code ? code : show(st, actor->region, callback_id, ret, err);
}

enum err_code store_callback_read_again(struct store *st, const struct store_actor *actor,
                                        int64_t callback_id, struct store_callback *ret,
                                        struct err *err)
{
    struct callback_row row;
    enum err_code code = find(st, actor, callback_id, &row, err);
    code = code ? code : show(st, actor->region, callback_id, ret, err);
    return code == ERR_NOT_FOUND
               ? err_set(err, code,
                         N_("This callback was agreed. Its person was erased since, or belongs to "
                            "another region."))
               : code;
}

static enum err_code audit(struct store *st, const struct store_actor *actor, const char *action,
                           const struct callback_row *row, int64_t now_utc_s, struct err *err)
{
    return store_audit_append(st,
                              &(struct store_audit){.at_utc_s = now_utc_s,
                                                    .agent_id = actor->agent_id,
                                                    .action = action,
                                                    .subject = "callback",
                                                    .person_id = row->person_id,
                                                    .offer_id = row->offer_id},
                              err);
}

/* The state of the person: who is with an agent cannot be moved about. *ret_parked: unresolved. */
static enum err_code check_person(struct store *st, int64_t person_id, enum region region,
                                  bool *ret_parked, struct err *err)
{
    char state[16];
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_PERSON_READ_STATE, &q, err, sql_int(person_id),
                                 sql_text(region_name(region)));
    if (code) {
        return code;
    }
    sql_col_text(q, 0, state, sizeof state);
    if (strcmp(state, "held") == 0) {
        return err_set(err, ERR_STATE, N_("This person is with an agent now."));
    }
    if (strcmp(state, "closed") == 0) {
        return err_set(err, ERR_STATE, N_("This person is closed already."));
    }
    *ret_parked = strcmp(state, "unresolved") == 0;
    return ERR_OK;
}

enum err_code store_callback_service(struct store *st, const struct store_actor *actor,
                                     int64_t offer_id, char ret[SERVICE_ID_SIZE], struct err *err)
{
    struct hold_row hold;
    const enum err_code code = hold_load_own(st, actor, offer_id, &hold, err);
    if (!code) {
        memcpy(ret, hold.service_id, SERVICE_ID_SIZE);
    }
    return code;
}

enum err_code store_callback_add(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, const struct callback_plan *plan,
                                 int64_t now_utc_s, int64_t *ret_callback_id, struct err *err)
{
    struct hold_row hold;
    struct callback_row row;
    bool parked = false;
    enum err_code code = hold_load_own(st, actor, offer_id, &hold, err);
    if (!code) {
        code = check_person(st, hold.person_id, hold.region, &parked, err);
    }
    if (!code && parked) {
        code = err_set(err, ERR_STATE, N_("Choose the wrap-up code of this person first."));
    }
    if (!code) {
        code = callback_agree(st, &hold, plan, false, now_utc_s, &row, err);
    }
    if (!code) {
        code = callback_lead(st, &row, row.at_utc_s, now_utc_s, err);
    }
    if (!code) {
        code = audit(st, actor, "callback_add", &row, now_utc_s, err);
    }
    if (!code) {
        *ret_callback_id = row.callback_id;
    }
    return code;
}

static enum err_code find_newest(struct store *st, const struct store_actor *actor,
                                 int64_t callback_id, int64_t version, struct callback_row *ret,
                                 bool *ret_parked, struct err *err)
{
    enum err_code code = find(st, actor, callback_id, ret, err);
    if (!code && ret->version != version) {
        code = err_set(err, ERR_CHANGED, NULL);
    }
    if (!code && !callback_lives(ret->state)) {
        code = err_set(err, ERR_STATE, N_("This callback is over."));
    }
    return code ? code : check_person(st, ret->person_id, ret->region, ret_parked, err);
}

static enum err_code write_phone(struct store *st, const struct callback_row *row,
                                 const char *phone, struct err *err)
{
    CLEANUP_BUF struct buf sealed = {0};
    uint8_t bidx[BLIND_BYTES] = {0};
    enum err_code code = ERR_OK;
    if (phone[0]) {
        struct seal_place place = {"callback", "phone", row->callback_id};
        code = blind_phone(st, phone, bidx, err);
        code = code ? code : callback_check_number(st, bidx, err);
        code = code ? code : seal(st->keys, &place, phone, strlen(phone), &sealed, err);
    }
    return code ? code
                : sql_run(st, SQL_CALLBACK_PHONE, err, sql_int(row->callback_id),
                          sql_text(region_name(row->region)),
                          sql_blob(bidx, phone[0] ? BLIND_BYTES : 0),
                          sql_blob(sealed.data, sealed.len));
}

enum err_code store_callback_move(struct store *st, const struct store_actor *actor,
                                  int64_t callback_id, int64_t version,
                                  const struct callback_plan *plan, bool keep_phone,
                                  int64_t now_utc_s, struct err *err)
{
    struct callback_row row;
    bool parked = false;
    enum err_code code = find_newest(st, actor, callback_id, version, &row, &parked, err);
    if (!code) {
        code = callback_happens(st, &row, CALLBACK_EV_MOVE,
                                &(struct callback_cause){.now_utc_s = now_utc_s}, err);
    }
    if (!code && !keep_phone) {
        code = write_phone(st, &row, plan->phone, err);
    }
    if (!code) {
        row.at_utc_s = plan->at_utc_s;
        row.fallback_utc_s = plan->fallback_utc_s;
        row.miss_utc_s = plan->miss_utc_s;
        row.route_to_agent = plan->route_to_me;
        code = sql_run(st, SQL_CALLBACK_MOVE, err, sql_int(callback_id),
                       sql_text(region_name(row.region)), sql_int(row.at_utc_s),
                       sql_text(plan->zone), sql_int(row.route_to_agent),
                       sql_int(row.fallback_utc_s), sql_int(row.miss_utc_s), sql_int(version + 1));
    }
    if (!code && !parked) {
        code = callback_lead(st, &row, row.at_utc_s, now_utc_s, err);
    }
    return code ? code : audit(st, actor, "callback_move", &row, now_utc_s, err);
}

enum err_code store_callback_cancel(struct store *st, const struct store_actor *actor,
                                    int64_t callback_id, int64_t version, int64_t now_utc_s,
                                    struct err *err)
{
    struct callback_row row;
    bool parked = false;
    enum err_code code = find_newest(st, actor, callback_id, version, &row, &parked, err);
    if (!code) {
        code = store_callback_end(st, row.person_id, row.region,
                                  row.agent_id == actor->agent_id ? CALLBACK_WHY_AGENT
                                                                  : CALLBACK_WHY_SUPERVISOR,
                                  actor->agent_id, now_utc_s, err);
    }
    return code ? code : audit(st, actor, "callback_cancel", &row, now_utc_s, err);
}
