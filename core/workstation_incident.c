/* SPDX-License-Identifier: Apache-2.0 */
/* Reporting an incident. It belongs to no offer, so that no code and no answers wait for it, nor it
 * for them; from the journal on it is as safe as a code. */

#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/workstation_state.h"

enum err_code ws_report_incident(void *arg, const char *what, int64_t happened_utc_s,
                                 bool about_person, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code ret = ws_check_signed_in(ws, err);
    if (ret != ERR_OK)
        return ret;
    size_t len = strlen(what);
    text_trim_view(&what, &len);
    if (len == 0)
        return err_field(err, ERR_INVALID, "/what", N_("Say what happened."));
    if (text_chars(what, len) > WS_INCIDENT_CHARS)
        return err_field(err, ERR_TOO_LARGE, "/what", N_("At most 2000 characters."));
    const int64_t now = ws->view.now_utc_s;
    struct ws_write w = {.kind = WS_WRITE_INCIDENT,
                         .chosen_utc_s = now,
                         .happened_utc_s =
                             happened_utc_s && happened_utc_s < now ? happened_utc_s : now,
                         .note = strndup(what, len)};
    if (!w.note)
        return err_set(err, ERR_NOMEM, NULL);
    if (about_person)
        ws_copy(w.about_offer_id, sizeof w.about_offer_id, ws->here.offer_id);
    ret = ws_outbox_add(ws, &w, err);
    if (ret == ERR_OK)
        ws_settle(ws);
    return ret;
}
