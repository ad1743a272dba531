/* SPDX-License-Identifier: Apache-2.0 */
/* A supervisor sets free whatever is stuck: an offer in any state, and a person whom nobody holds
 * but who does not come back by itself either. */

#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/store/callback_change.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_offer.h"

static enum err_code read_outcome(struct store *st, enum region region, int64_t person_id,
                                  struct store_outcome *ret, struct err *err)
{
    char state[16];
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_PERSON_READ_STATE, &q, err, sql_int(person_id),
                                 sql_text(region_name(region)));
    if (code) {
        return code;
    }
    sql_col_text(q, 0, state, sizeof state);
    ret->due_utc_s = sql_col_int(q, 1);
    if (!person_state_by_name(state, strlen(state), &ret->person_state)) {
        return err_set(err, ERR_STORE, "a person in the database is broken");
    }
    return ERR_OK;
}

/* The reason stands with the offer, the act in the audit log. */
static enum err_code keep_reason(struct store *st, const struct store_actor *actor,
                                 int64_t person_id, int64_t offer_id, const char *reason,
                                 int64_t now_utc_s, struct err *err)
{
    CLEANUP_BUF struct buf sealed = {0};
    const struct seal_place place = {"offer", "release", offer_id};
    enum err_code code = ERR_OK;
    if (offer_id != 0) {
        code = seal(st->keys, &place, reason, strlen(reason), &sealed, err);
    }
    if (!code && offer_id != 0) {
        code = sql_run(st, SQL_OFFER_RELEASED, err, sql_int(offer_id),
                       sql_blob(sealed.data, sealed.len));
    }
    if (!code) {
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = actor->agent_id,
                                                        .action = "release",
                                                        .subject = "",
                                                        .person_id = person_id,
                                                        .offer_id = offer_id},
                                  err);
    }
    return code;
}

static enum err_code only_supervisor(const struct store_actor *actor, struct err *err)
{
    return actor->role == AGENT_ROLE_SUPERVISOR
               ? ERR_OK
               : err_set(err, ERR_FORBIDDEN, N_("Only a supervisor may do this."));
}

/* It is shown to other supervisors, on terminals. */
static enum err_code plain_reason(const char *reason, struct err *err)
{
    return text_is_plain(reason, strlen(reason), TEXT_LINES)
               ? ERR_OK
               : err_field(err, ERR_INVALID, "/reason", N_("A reason is plain text."));
}

enum err_code store_offer_release(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, const char *reason, int64_t now_utc_s,
                                  struct store_outcome *ret, struct err *err)
{
    struct hold_row row;
    const struct hold_input in = {.now_utc_s = now_utc_s};
    struct store_outcome o = {0};
    enum err_code code = only_supervisor(actor, err);
    code = code ? code : plain_reason(reason, err);
    if (!code) {
        code = hold_load_in_region(st, actor->region, offer_id, &row, err);
    }
    if (!code) {
        code = hold_change(st, &row, HOLD_EV_RELEASE, &in, err);
    }
    if (!code) {
        code = keep_reason(st, actor, row.person_id, offer_id, reason, now_utc_s, err);
    }
    if (!code) {
        code = read_outcome(st, row.region, row.person_id, &o, err);
    }
    if (!code) {
        o.agent_id = row.agent_id;
        *ret = o;
    }
    return code;
}

/* End the hold of the person, if there is one: *ret_agent whose it was. *ret_offer: that one, or
 * the newest; 0 = none. */
static enum err_code end_hold(struct store *st, enum region region, int64_t person_id,
                              int64_t now_utc_s, int64_t *ret_offer, int64_t *ret_agent,
                              struct err *err)
{
    struct hold_row row;
    const struct hold_input in = {.now_utc_s = now_utc_s};
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_PERSON_LAST_OFFER, &q, err, sql_int(person_id),
                                     sql_text(region_name(region)));
        if (code) {
            return code; /* no such person here */
        }
        *ret_offer = sql_col_int(q, 0);
    }
    *ret_agent = 0;
    if (*ret_offer == 0) {
        return ERR_OK;
    }
    enum err_code code = hold_load(st, *ret_offer, &row, err);
    if (!code && row.state != HOLD_NONE && row.state != HOLD_DONE) { /* done: went on already */
        *ret_agent = row.agent_id;
        code = hold_change(st, &row, HOLD_EV_RELEASE, &in, err);
    }
    return code;
}

/* Nobody rings a person who is closed. */
static enum err_code cancel_callback(struct store *st, const struct store_actor *actor,
                                     int64_t person_id, int64_t now_utc_s, struct err *err)
{
    struct callback_row row;
    const struct callback_cause cause = {
        .now_utc_s = now_utc_s, .why = CALLBACK_WHY_SUPERVISOR, .agent_id = actor->agent_id};
    enum err_code code = callback_of_person(st, person_id, actor->region, &row, err);
    return code || row.callback_id == 0
               ? code
               : callback_happens(st, &row, CALLBACK_EV_CANCEL, &cause, err);
}

enum err_code store_person_release(struct store *st, const struct store_actor *actor,
                                   int64_t person_id, enum person_state then, const char *reason,
                                   int64_t now_utc_s, struct store_outcome *ret, struct err *err)
{
    int64_t offer_id = 0;
    struct store_outcome o = {0};
    enum err_code code = only_supervisor(actor, err);
    if (!code && then != PERSON_WAITING && then != PERSON_CLOSED) {
        code = err_field(err, ERR_INVALID, "/then", N_("waiting or closed"));
    }
    code = code ? code : plain_reason(reason, err);
    if (!code) {
        code = end_hold(st, actor->region, person_id, now_utc_s, &offer_id, &o.agent_id, err);
    }
    if (!code) { /* whoever waits already, or is closed, is not stuck */
        code = sql_run(st, SQL_PERSON_FREED, err, sql_int(person_id),
                       sql_text(region_name(actor->region)), sql_text(person_state_name(then)),
                       sql_int(now_utc_s), sql_int(o.agent_id != 0));
    }
    if (!code && sql_changes(st) == 0 && o.agent_id == 0) { /* else the end of the hold closed it */
        code = err_set(err, ERR_STATE, N_("This person is not stuck."));
    }
    if (!code && then == PERSON_CLOSED) {
        code = cancel_callback(st, actor, person_id, now_utc_s, err);
    }
    if (!code) {
        code = keep_reason(st, actor, person_id, offer_id, reason, now_utc_s, err);
    }
    if (!code) {
        code = read_outcome(st, actor->region, person_id, &o, err);
    }
    if (!code) {
        *ret = o;
    }
    return code;
}
