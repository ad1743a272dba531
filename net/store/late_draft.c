/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that came too late for their hold: kept as they are, for the supervisor. */

#include <string.h>

#include "core/i18n.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_list.h"

static enum err_code only_supervisor(const struct store_actor *actor, struct err *err)
{
    return actor->role == AGENT_ROLE_SUPERVISOR
               ? ERR_OK
               : err_set(err, ERR_FORBIDDEN, N_("Only a supervisor may do this."));
}

enum err_code store_late_drafts(struct store *st, const struct store_actor *actor, int64_t before,
                                struct store_late_draft *rows, size_t cap, size_t *ret_n,
                                struct err *err)
{
    enum err_code code = only_supervisor(actor, err);
    if (code) {
        return code;
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    size_t n = 0;
    bool row = true;
    code = sql_each(st, SQL_LATE_DRAFTS, &q, err, sql_text(region_name(actor->region)),
                    sql_int(before ? before : INT64_MAX), sql_int((int64_t)cap));
    while (!code && n < cap && !(code = sql_next(st, q, &row, err)) && row) {
        struct store_late_draft *d = &rows[n++];
        *d = (struct store_late_draft){.late_draft_id = sql_col_int(q, 0),
                                       .offer_id = sql_col_int(q, 1),
                                       .person_id = sql_col_int(q, 2),
                                       .completed = sql_col_int(q, 4) != 0,
                                       .received_utc_s = sql_col_int(q, 5)};
        sql_col_text(q, 3, d->agent, sizeof d->agent);
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}

enum err_code store_late_draft_read(struct store *st, const struct store_actor *actor,
                                    int64_t late_draft_id, int64_t now_utc_s, struct buf *out,
                                    struct err *err)
{
    int64_t person_id = 0;
    int64_t offer_id = 0;
    enum err_code code = only_supervisor(actor, err);
    if (!code) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_LATE_DRAFT_READ, &q, err, sql_int(late_draft_id),
                       sql_text(region_name(actor->region)));
        if (!code) {
            size_t len;
            const void *blob = sql_col_blob(q, 2, &len);
            offer_id = sql_col_int(q, 0);
            person_id = sql_col_int(q, 1);
            const struct seal_place place = {"late_draft", "body", offer_id};
            code = unseal(st->keys, &place, blob, len, out, err);
        }
    }
    return code ? code
                : store_audit_append(st,
                                     &(struct store_audit){.at_utc_s = now_utc_s,
                                                           .agent_id = actor->agent_id,
                                                           .action = "late_draft_read",
                                                           .subject = "",
                                                           .person_id = person_id,
                                                           .offer_id = offer_id},
                                     err);
}
