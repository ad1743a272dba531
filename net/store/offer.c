/* SPDX-License-Identifier: Apache-2.0 */
/* Offers: the steps from the ring until the agent is free again. */

#include <string.h>

#include "core/i18n.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_offer.h"

enum err_code store_offer_accept(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, int64_t fence, int64_t now_utc_s,
                                 struct err *err)
{
    struct hold_row row;
    struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (!code) {
        code = hold_change(st, &row, HOLD_EV_ACCEPT, &in, err);
    }
    if (!code) {
        code = sql_run(st, SQL_OFFER_ACCEPTED, err, sql_int(offer_id), sql_int(now_utc_s));
    }
    if (!code) { /* name and number are shown from now on */
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = actor->agent_id,
                                                        .action = "preview",
                                                        .subject = "",
                                                        .person_id = row.person_id,
                                                        .offer_id = offer_id},
                                  err);
    }
    return code;
}

enum err_code store_offer_skip(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               int64_t fence, const char *reason, int64_t now_utc_s,
                               struct err *err)
{
    struct hold_row row;
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (!code) {
        code = store_service(st, row.service_id, &row.service, err);
    }
    if (code) {
        return code;
    }
    const struct service_skip *skip = service_find_skip(row.service, reason);
    if (!skip) {
        return err_field(err, ERR_INVALID, "/reason", N_("This is no reason of the service."));
    }
    struct hold_input in = {.now_utc_s = now_utc_s, .rest_s = skip->rest_s};
    code = hold_change(st, &row, HOLD_EV_SKIP, &in, err);
    return code ? code : sql_run(st, SQL_OFFER_SKIPPED, err, sql_int(offer_id), sql_text(skip->id));
}

enum err_code store_offer_end(struct store *st, const struct store_actor *actor, int64_t offer_id,
                              int64_t fence, int64_t now_utc_s, struct err *err)
{
    struct hold_row row;
    struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    return code ? code : hold_change(st, &row, HOLD_EV_END_PREVIEW, &in, err);
}

static enum err_code read_outcome(struct store *st, const struct hold_row *row,
                                  struct store_outcome *ret, struct err *err)
{
    char state[16];
    struct store_outcome o = {.agent_id = row->agent_id};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_PERSON_READ_STATE, &q, err, sql_int(row->person_id),
                                 sql_text(region_name(row->region)));
    if (code) {
        return code;
    }
    sql_col_text(q, 0, state, sizeof state);
    o.due_utc_s = sql_col_int(q, 1);
    if (!person_state_by_name(state, strlen(state), &o.person_state)) {
        return err_set(err, ERR_STORE, "a person in the database is broken");
    }
    *ret = o;
    return ERR_OK;
}

enum err_code store_offer_release(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, const char *reason, int64_t now_utc_s,
                                  struct store_outcome *ret, struct err *err)
{
    if (actor->role != AGENT_ROLE_SUPERVISOR) {
        return err_set(err, ERR_FORBIDDEN, N_("Only a supervisor may do this."));
    }
    struct hold_row row;
    struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = hold_load_in_region(st, actor->region, offer_id, &row, err);
    if (!code) {
        code = hold_change(st, &row, HOLD_EV_RELEASE, &in, err);
    }
    CLEANUP_BUF struct buf sealed = {0};
    struct seal_place place = {"offer", "release", offer_id};
    if (!code) {
        code = seal(st->keys, &place, reason, strlen(reason), &sealed, err);
    }
    if (!code) {
        code = sql_run(st, SQL_OFFER_RELEASED, err, sql_int(offer_id),
                       sql_blob(sealed.data, sealed.len));
    }
    if (!code) {
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = actor->agent_id,
                                                        .action = "release",
                                                        .subject = "",
                                                        .person_id = row.person_id,
                                                        .offer_id = offer_id},
                                  err);
    }
    return code ? code : read_outcome(st, &row, ret, err);
}
