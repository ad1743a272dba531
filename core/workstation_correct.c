/* SPDX-License-Identifier: Apache-2.0 */
/* Correcting a code later in the day. It waits for the backend, which alone knows whether it may:
 * nothing is kept, and what did not come about is said. */

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

enum err_code ws_correct(void *arg, const char *offer_id, const char *code, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code ret = ws_check_signed_in(ws, err);
    if (ret == ERR_OK)
        ret = ws_check_backend(ws, err);
    if (ret != ERR_OK)
        return ret;
    const struct ws_interaction *in = interaction_of(ws, offer_id);
    const struct wrapup_code *row = ws->service ? wrapup_find(ws->service, code) : NULL;
    if (!in || in->state != HOLD_NONE || !in->code[0])
        return err_set(err, ERR_STATE, N_("This call has no code yet that could be corrected."));
    if (!row)
        return err_field(err, ERR_INVALID, "/code", N_("Wrap-up code is required."));
    if (row->needs_callback)
        return err_set(err, ERR_INVALID,
                       N_("This code needs a time to call back: ask your supervisor. The code was "
                          "not changed."));
    if (strcmp(in->code, code) == 0)
        return err_set(err, ERR_STATE, N_("That is its code already. The code was not changed."));
    struct ws_request req = {.kind = WS_REQ_CORRECT, .offer_id = offer_id, .reason = code};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("Another correction is under way."));
    ws_settle(ws);
    return ERR_OK;
}

/* The backend's reason, and what it means. */
static void say_refused(struct workstation *ws, const struct ws_answer *a)
{
    ws_refused(ws, a);
    struct ws_notice *n = &ws->view.notice;
    const char *end = ws->ports.translate(ws->ports.arg, N_("The code was not changed."));
    const size_t len = strlen(n->text);
    if (len + 1 + strlen(end) < sizeof n->text) {
        n->text[len] = ' ';
        ws_copy(n->text + len + 1, sizeof n->text - len - 1, end);
    }
}

void ws_correct_answered(struct workstation *ws, const struct ws_answer *a)
{
    ws->lists_stale = true; /* what counts is what the backend has */
    if (a->code == ERR_OK)
        ws_notice(ws, WS_NOTICE_INFO, N_("The code is corrected."));
    else if (a->code == ERR_UNAVAILABLE)
        ws_notice(ws, WS_NOTICE_ERROR,
                  N_("No answer from the backend: today's list will say whether the code was "
                     "changed."));
    else
        say_refused(ws, a);
}
