/* SPDX-License-Identifier: Apache-2.0 */
/* Lists for the screens. */

#include "net/store/store_list.h"

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "net/store/internal.h"
#include "net/store/person_read.h"
#include "net/store/store_offer.h"

static enum err_code interaction(struct store *st, struct sql_rows *q,
                                 struct store_interaction *row, struct err *err)
{
    char kind[16];
    char state[16];
    char end[32];
    *row = (struct store_interaction){.offer_id = sql_col_int(q, 0), .at_utc_s = sql_col_int(q, 1)};
    sql_col_text(q, 3, kind, sizeof kind);
    sql_col_text(q, 4, state, sizeof state);
    sql_col_text(q, 7, end, sizeof end);
    if (!person_kind_by_name(kind, strlen(kind), &row->kind) ||
        !hold_state_by_name(state, &row->state) || (end[0] && !call_end_by_name(end, &row->end))) {
        return err_set(err, ERR_STORE, "an offer in the database is broken");
    }
    int64_t answered = sql_col_int(q, 8);
    int64_t ended = sql_col_int(q, 9);
    row->talk_s = answered && ended > answered ? ended - answered : 0;
    sql_col_text(q, 10, row->code, sizeof row->code);
    row->late = sql_col_int(q, 11) != 0;
    sql_col_text(q, 12, row->service_id, sizeof row->service_id);
    if (sql_col_is_null(q, 5)) {
        return ERR_OK; /* it rings: nobody is shown yet */
    }
    size_t len;
    const void *ident = sql_col_blob(q, 6, &len);
    return person_name(st, sql_col_int(q, 2), ident, len, row->name, sizeof row->name, err);
}

enum err_code store_interactions(struct store *st, const struct store_actor *actor,
                                 const struct store_day *day, int64_t now_utc_s,
                                 struct store_interaction *rows, size_t cap, size_t *ret_n,
                                 struct err *err)
{
    (void)now_utc_s;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each(st, SQL_INTERACTIONS, &q, err, sql_int(actor->agent_id),
                                  sql_text(region_name(actor->region)), sql_int(day->start_utc_s),
                                  sql_int((int64_t)cap));
    size_t n = 0;
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row && n < cap) {
        code = interaction(st, q, &rows[n++], err);
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}

enum err_code store_unresolved(struct store *st, const struct store_actor *actor, int64_t now_utc_s,
                               int64_t stuck_after_s, struct store_unresolved *rows, size_t cap,
                               size_t *ret_n, struct err *err)
{
    if (actor->role != AGENT_ROLE_SUPERVISOR) {
        return err_set(err, ERR_FORBIDDEN, N_("Only a supervisor may do this."));
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each(st, SQL_UNRESOLVED, &q, err, sql_text(region_name(actor->region)),
                                  sql_int(now_utc_s - stuck_after_s), sql_int((int64_t)cap),
                                  sql_int(now_utc_s - STORE_STUCK_S));
    size_t n = 0;
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row && n < cap) {
        struct store_unresolved *u = &rows[n++];
        char state[16];
        *u = (struct store_unresolved){.offer_id = sql_col_int(q, 0),
                                       .person_id = sql_col_int(q, 1),
                                       .since_utc_s = sql_col_int(q, 4),
                                       .stuck = sql_col_int(q, 5) != 0};
        sql_col_text(q, 2, u->agent, sizeof u->agent);
        sql_col_text(q, 3, state, sizeof state);
        if (!hold_state_by_name(state, &u->state)) {
            code = err_set(err, ERR_STORE, "an offer in the database is broken");
        }
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}
