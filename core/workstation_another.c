/* SPDX-License-Identifier: Apache-2.0 */
/* Calling another number after a call whose code is chosen. The backend does it in one step: this
 * offer ends and the next begins in its preview, so that here nothing is to be undone. Nothing of
 * it is journaled: with the backend away nobody could be called anyway, and the agent is told. */

#include <string.h>

#include "core/i18n.h"
#include "core/workstation_state.h"

static enum err_code check(const struct workstation *ws, struct err *err)
{
    enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    if (ws->view.offer.state != HOLD_DONE)
        return err_set(err, ERR_STATE, N_("Choose the wrap-up code of this call first."));
    code = ws_check_backend(ws, err);
    if (code != ERR_OK)
        return code;
    /* What is still on its way belongs to this call, and would come too late behind its end. */
    if (ws->work.offer.state != HOLD_DONE || ws_outbox_has_any(ws, ws->here.offer_id))
        return err_set(err, ERR_STATE,
                       N_("The code is on its way to the backend. Try again in a moment."));
    return ERR_OK;
}

void ws_contacts_drop(struct workstation *ws)
{
    struct workstation_view *v = &ws->view;
    ws_wipe(v->contacts, sizeof v->contacts);
    v->n_contacts = 0;
    v->contacts_known = v->contacts_more = false;
    ws->in_flight[WS_REQ_CONTACTS] = 0; /* what comes now is for nobody */
}

enum err_code ws_list_contacts(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = check(ws, err);
    if (code != ERR_OK)
        return code;
    ws_contacts_drop(ws);
    struct ws_request req = {
        .kind = WS_REQ_CONTACTS, .offer_id = ws->here.offer_id, .fence = ws->work.offer.fence};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("This is being done."));
    ws_settle(ws);
    return ERR_OK;
}

static enum err_code ask(struct workstation *ws, struct ws_request *req, struct err *err)
{
    enum err_code code = check(ws, err);
    if (code != ERR_OK)
        return code;
    req->kind = WS_REQ_ANOTHER;
    req->offer_id = ws->here.offer_id;
    req->fence = ws->work.offer.fence;
    if (!ws_ask(ws, req))
        return err_set(err, ERR_STATE, N_("This is being done."));
    ws_copy(ws->another_offer, sizeof ws->another_offer, ws->here.offer_id);
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_call_party(void *arg, const struct party *party, struct err *err)
{
    struct workstation *ws = arg;
    if (ws->service && !service_may_dial(ws->service, party->number))
        return err_field(err, ERR_PHONE, "number", N_("This service may not call that number."));
    struct ws_request req = {.party = party};
    return ask(ws, &req, err);
}

enum err_code ws_call_contact(void *arg, const char *person_id, struct err *err)
{
    struct workstation *ws = arg;
    for (size_t i = 0; i < ws->view.n_contacts; i++) {
        const struct ws_contact *c = &ws->view.contacts[i];
        if (strcmp(c->person_id, person_id) == 0 && c->refusal != ANOTHER_MAY)
            return err_set(err, ERR_STATE, "%s", another_refusal_text(c->refusal));
    }
    struct ws_request req = {.contact_id = person_id};
    return ask(ws, &req, err);
}

static void take_contacts(struct workstation *ws, const struct ws_answer *a)
{
    struct workstation_view *v = &ws->view;
    v->n_contacts = a->n_contacts < WS_CONTACTS_MAX ? a->n_contacts : WS_CONTACTS_MAX;
    if (v->n_contacts)
        memcpy(v->contacts, a->contacts, v->n_contacts * sizeof *a->contacts);
    v->contacts_more = a->contacts_more || a->n_contacts > WS_CONTACTS_MAX;
    v->contacts_known = true;
}

void ws_another_answered(struct workstation *ws, const struct ws_answer *a)
{
    if (a->code != ERR_OK) {
        ws_refused(ws, a);
    } else if (a->kind == WS_REQ_CONTACTS) {
        take_contacts(ws, a);
    } else if (a->work) {
        ws_copy(ws->left_offer, sizeof ws->left_offer, ws->another_offer);
        ws->left_unasked = false;
        ws_take_work(ws, a->work, true);
    }
}

void ws_another_settle(struct workstation *ws)
{
    ws->view.another_pending = ws->in_flight[WS_REQ_ANOTHER] != 0;
    if (ws->view.offer.state != HOLD_DONE && (ws->view.contacts_known || ws->view.n_contacts))
        ws_contacts_drop(ws);
}
