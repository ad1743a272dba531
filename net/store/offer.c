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
