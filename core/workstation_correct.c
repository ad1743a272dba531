/* SPDX-License-Identifier: Apache-2.0 */
/* Correcting a code later in the day. It is kept like a code and goes out behind everything else of
 * its offer; the backend alone knows whether it may, and what did not come about is said. */

#include <string.h>

#include "core/i18n.h"
#include "core/workstation_state.h"
#include "core/wrapup.h"

static const struct ws_interaction *interaction_of(const struct workstation *ws, const char *id)
{
    for (size_t i = 0; i < ws->view.n_interactions; i++)
        if (strcmp(ws->view.interactions[i].offer_id, id) == 0)
            return &ws->view.interactions[i];
    return NULL;
}

/* The newest code that was chosen for it, whether the backend has it yet or not. */
static const char *code_of(const struct workstation *ws, const struct ws_interaction *in)
{
    const char *kept = ws_outbox_corrected_code(ws, in->offer_id);
    return kept ? kept : in->code;
}

enum err_code ws_correct(void *arg, const char *offer_id, const char *code,
                         const struct callback_wish *callback, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code ret = ws_check_signed_in(ws, err);
    if (ret != ERR_OK)
        return ret;
    const struct ws_interaction *in = interaction_of(ws, offer_id);
    if (!in || in->state != HOLD_NONE || !in->code[0])
        return err_set(err, ERR_STATE, N_("This call has no code yet that could be corrected."));
    if (!ws->service)
        return err_set(err, ERR_UNAVAILABLE, N_("The wrap-up codes are not loaded yet."));
    if (in->service_id[0] && strcmp(in->service_id, ws->service->id) != 0)
        return err_set(err, ERR_STATE,
                       N_("This call was for another service than yours now: ask your supervisor "
                          "to correct its code."));
    const struct wrapup_code *row = wrapup_find(ws->service, code);
    if (!row)
        return err_field(err, ERR_INVALID, "/code", N_("Wrap-up code is required."));
    if (row->needs_callback && !callback)
        return err_field(err, ERR_INVALID, "/callback",
                         N_("Choose when to call back: a time still to come."));
    if (!row->needs_callback && strcmp(code_of(ws, in), code) == 0)
        return err_set(err, ERR_STATE, N_("That is its code already. The code was not changed."));
    struct ws_write w = {.kind = WS_WRITE_CORRECT, .chosen_utc_s = ws->view.now_utc_s};
    if (row->needs_callback) {
        w.has_callback = true;
        w.callback = *callback;
    }
    ws_copy(w.offer_id, sizeof w.offer_id, offer_id);
    ws_copy(w.code, sizeof w.code, code);
    ret = ws_outbox_add(ws, &w, err);
    if (ret == ERR_OK)
        ws_settle(ws);
    return ret;
}

void ws_correct_kept(struct workstation *ws)
{
    ws_notice(ws, WS_NOTICE_INFO, N_("The right code is kept, and goes to the backend."));
}

void ws_correct_accepted(struct workstation *ws)
{
    ws->lists_stale = true; /* what counts is what the backend has */
    ws_notice(ws, WS_NOTICE_INFO, N_("The code is corrected."));
}

/* What the reason means comes first: a narrow screen may cut the end. */
void ws_correct_take_back(struct workstation *ws, const struct err *err, enum err_code code)
{
    struct ws_notice *n = &ws->view.notice;
    char reason[sizeof n->text];
    ws->lists_stale = true;
    ws_notice(ws, WS_NOTICE_ERROR, err_sentence(err, code));
    ws_copy(reason, sizeof reason, n->text);
    ws_notice(ws, WS_NOTICE_ERROR, N_("Not corrected:"));
    const size_t len = strlen(n->text);
    if (len + 1 + strlen(reason) < sizeof n->text) {
        n->text[len] = ' ';
        ws_copy(n->text + len + 1, sizeof n->text - len - 1, reason);
    }
}
