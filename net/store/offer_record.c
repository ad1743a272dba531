/* SPDX-License-Identifier: Apache-2.0 */
/* The record of the person on the line: every look is audited. */

#include <string.h>

#include "core/i18n.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/numbers.h"
#include "net/store/person_read.h"
#include "net/store/store_admin.h"
#include "net/store/store_offer.h"

/* The hold of a call that the actor may follow by a grant: an agent of whatever region, the record
 * only, while the call is up. */
static enum err_code load_granted(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, struct hold_row *ret, struct err *err)
{
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_one(st, SQL_GRANT_FIND, &q, err, sql_int(offer_id), sql_int(actor->agent_id));
        if (code) {
            return code;
        }
    }
    return hold_load(st, offer_id, ret, err);
}

/* The person of an offer in a state that shows the record, read and audited. */
static enum err_code look(struct store *st, const struct store_actor *actor, int64_t offer_id,
                          int64_t fence, const char *action, const char *subject, int64_t now_utc_s,
                          struct person_row *ret, struct err *err)
{
    struct hold_row row;
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (code == ERR_NOT_FOUND && strcmp(action, "record_read") == 0) {
        code = load_granted(st, actor, offer_id, &row, err);
        subject = "grant";
    }
    if (!code && !hold_shows_record(row.state)) {
        code = err_set(err, ERR_STATE, N_("The record is shown when the call is permitted."));
    }
    if (!code) {
        code = person_read(st, row.person_id, row.region, ret, err);
    }
    if (!code) {
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = actor->agent_id,
                                                        .action = action,
                                                        .subject = subject,
                                                        .person_id = row.person_id,
                                                        .offer_id = offer_id},
                                  err);
    }
    return code;
}

enum err_code store_record_read(struct store *st, const struct store_actor *actor, int64_t offer_id,
                                int64_t fence, int64_t now_utc_s, struct record *ret,
                                struct err *err)
{
    CLEANUP_PERSON struct person_row person = {0};
    int64_t person_id = 0;
    enum err_code code =
        look(st, actor, offer_id, fence, "record_read", "", now_utc_s, &person, err);
    if (!code && store_id_parse(person.record.person_id, &person_id)) {
        code =
            parties_of_person(st, person_id, person.record.region, offer_id, person.record.parties,
                              RECORD_PARTIES, &person.record.n_parties, err);
    }
    if (!code) {
        *ret = person.record;
    }
    return code;
}

enum err_code store_reveal(struct store *st, const struct store_actor *actor, int64_t offer_id,
                           int64_t fence, const char *field, int64_t now_utc_s,
                           char ret[NISS_TEXT_SIZE], struct err *err)
{
    if (strcmp(field, "niss") != 0) {
        return err_field(err, ERR_INVALID, "/field", N_("This field is not masked."));
    }
    CLEANUP_PERSON struct person_row person = {0};
    enum err_code code = look(st, actor, offer_id, fence, "reveal", field, now_utc_s, &person, err);
    if (!code) {
        niss_reveal(&person.record.niss, ret);
    }
    return code;
}

enum err_code store_call_grant(struct store *st, const struct store_actor *actor, int64_t call_id,
                               int64_t agent_id, int64_t now_utc_s, struct err *err)
{
    int64_t offer_id = 0;
    struct hold_row row;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_one(st, SQL_CALL_GRANTABLE, &q, err, sql_int(call_id), sql_int(actor->agent_id),
                    sql_text(region_name(actor->region)));
        if (code) {
            return code;
        }
        offer_id = sql_col_int(q, 0);
    }
    enum err_code code = hold_load_own(st, actor, offer_id, &row, err);
    if (!code && row.state != HOLD_CALL) {
        code = err_set(err, ERR_STATE, N_("This call is over, or the person is no longer yours."));
    }
    if (!code) {
        code = sql_run(st, SQL_GRANT_INSERT, err, sql_int(call_id), sql_int(agent_id),
                       sql_int(now_utc_s));
    }
    return code ? code
                : store_audit_append(st,
                                     &(struct store_audit){.at_utc_s = now_utc_s,
                                                           .agent_id = actor->agent_id,
                                                           .action = "grant",
                                                           .subject = "",
                                                           .person_id = row.person_id,
                                                           .offer_id = offer_id,
                                                           .call_id = call_id},
                                     err);
}
