/* SPDX-License-Identifier: Apache-2.0 */
/* Dialling: nobody is called without the backend's permit, and never with an old one.
 *
 * The age of a permit counts from the *first* asking with its Idempotency-Key, because the backend
 * gives the same answer again for a day: by then the hold may be somebody else's. After
 * HOLD_PERMIT_MAX_AGE_S a new key is used. A permit that came too late is reported as a call that
 * was never made, so that the number's lease ends. */

#include "core/workstation_state.h"

#include <string.h>

#include "core/i18n.h"

#define ASK_AGAIN_MS 1000
#define HEADSET_ON_MS 5000 /* from its plug to the agent's ears */

/* How long a permit that was first asked for at asked_ms may still be used. */
static int64_t valid_ms(const struct workstation *ws, int64_t asked_ms)
{
    return asked_ms + (int64_t)HOLD_PERMIT_MAX_AGE_S * 1000 - ws_now_ms(ws);
}

static bool is_young(const struct workstation *ws, int64_t asked_ms)
{
    return valid_ms(ws, asked_ms) > 0;
}

enum err_code ws_dial(void *arg, size_t phone_index, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    if (ws->view.offer.state != HOLD_PREVIEW)
        return err_set(err, ERR_STATE, NULL);
    if (phone_index >= ws->work.offer.person.n_phones)
        return err_set(err, ERR_PHONE, N_("This person has no such number."));
    if (ws->here.dial_wanted || ws->in_flight[WS_REQ_PERMIT])
        return err_set(err, ERR_STATE, N_("The call is being started."));
    if (ws->in_flight[WS_REQ_SKIP])
        return err_set(err, ERR_STATE, N_("Skipping is under way."));
    code = ws_check_phone(ws, err);
    if (code != ERR_OK)
        return code;
    ws->here.dial_wanted = true;
    ws->here.dial_phone = phone_index;
    if (ws->view.backend != WS_BACKEND_OK)
        ws_notice(ws, WS_NOTICE_WARNING,
                  N_("The backend is not reachable. The call starts when it is back."));
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_choose_phone(void *arg, size_t phone_index, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    if (ws->view.offer.state != HOLD_PREVIEW || ws->here.dial_wanted)
        return err_set(err, ERR_STATE, NULL);
    if (phone_index >= ws->work.offer.person.n_phones)
        return err_set(err, ERR_PHONE, N_("This person has no such number."));
    ws->here.phone_index = phone_index;
    ws->here.phone_chosen = true;
    ws_settle(ws);
    return ERR_OK;
}

/* By itself only with a telephone that works, and a headset that is worn. */
static bool may_call_by_itself(const struct workstation *ws)
{
    return ws_phone_is_ready(ws) &&
           (!ws->sound_since_ms || ws_now_ms(ws) - ws->sound_since_ms >= HEADSET_ON_MS);
}

static void want_at_deadline(struct workstation *ws)
{
    const struct ws_offer *o = &ws->view.offer;
    if (o->state != HOLD_PREVIEW || !o->has_person || ws->here.dial_by_itself ||
        !o->deadline_utc_s || ws->view.now_utc_s < o->deadline_utc_s ||
        ws->in_flight[WS_REQ_SKIP] || ws->signing_out || !may_call_by_itself(ws))
        return;
    ws->here.dial_by_itself = true;
    if (!ws->here.dial_wanted && !ws->here.call_id[0]) {
        ws->here.dial_wanted = true;
        ws->here.dial_phone = ws->here.phone_index;
    }
}

static void ask_permit(struct workstation *ws)
{
    struct ws_facts *here = &ws->here;
    if (here->permit_key[0] && !is_young(ws, here->permit_asked_ms))
        here->permit_key[0] = '\0';
    /* The permit exists, but its answer was lost, and it is too old to be asked for again. */
    if (!here->permit_key[0] && ws->work.offer.state == HOLD_CALL) {
        here->dial_wanted = false;
        here->draft_known = ws->response != NULL; /* it would have said whether there is one */
        return;
    }
    struct ws_request req = {.kind = WS_REQ_PERMIT,
                             .offer_id = here->offer_id,
                             .fence = ws->work.offer.fence,
                             .phone_index = here->dial_phone};
    if (here->permit_key[0]) {
        memcpy(req.key, here->permit_key, WS_KEY_SIZE);
    } else {
        ws_new_key(ws, here->permit_key);
        memcpy(req.key, here->permit_key, WS_KEY_SIZE);
        here->permit_asked_ms = ws_now_ms(ws);
    }
    if (ws_ask(ws, &req)) {
        ws_copy(ws->permit_offer, sizeof ws->permit_offer, here->offer_id);
        ws->permit_asked_ms = here->permit_asked_ms;
    }
}

void ws_dial_settle(struct workstation *ws)
{
    want_at_deadline(ws);
    struct ws_facts *here = &ws->here;
    if (here->dial_wanted && !here->call_id[0] && ws->view.backend == WS_BACKEND_OK &&
        ws->work_fresh && ws_phone_is_ready(ws) && !call_is_up(&ws->view.incoming.call) &&
        !ws->in_flight[WS_REQ_PERMIT] && ws_now_ms(ws) >= here->dial_retry_ms)
        ask_permit(ws);
    ws->view.offer.dial_pending = here->dial_wanted || here->dialling;
}

/* A permit that must not be used: tell, so that the number is free again. */
static void waste(struct workstation *ws, const struct ws_permit *permit)
{
    struct ws_write w = {
        .kind = WS_WRITE_CALL_EVENT,
        .fence = 0,
        .event = {.seq = 1,
                  .at_utc_s = ws->view.now_utc_s,
                  .kind = CALL_EV_END,
                  .end = CALL_END_NEVER_MADE}
    };
    ws_copy(w.call_id, sizeof w.call_id, permit->call_id);
    ws_copy(w.offer_id, sizeof w.offer_id, ws->permit_offer);
    (void)ws_outbox_add(ws, &w, NULL); /* out of memory: a new login frees the number */
}

static void use(struct workstation *ws, const struct ws_permit *permit)
{
    struct ws_facts *here = &ws->here;
    bool present = here->offer_id[0] && strcmp(ws->permit_offer, here->offer_id) == 0;
    if (!present) {
        waste(ws, permit);
        return;
    }
    here->dial_wanted = false;
    here->permitted = true;
    ws_copy(here->call_id, sizeof here->call_id, permit->call_id);
    ws_copy(here->call_phone, sizeof here->call_phone, permit->number);
    ws->keep_stale = true;
    if (!is_young(ws, ws->permit_asked_ms)) {
        ws_notice(ws, WS_NOTICE_WARNING,
                  N_("The permit to call came too late. Nobody was called."));
        ws_call_report_end(ws, CALL_END_NEVER_MADE);
        return;
    }
    struct ws_phone_request req = {.op = WS_PHONE_DIAL,
                                   .call_id = permit->call_id,
                                   .permit = permit,
                                   .valid_ms = valid_ms(ws, ws->permit_asked_ms),
                                   .now_utc_s = ws->view.now_utc_s};
    here->dialling = ws_phone_ask(ws, &req);
    if (here->dialling)
        ws_copy(ws->dial_asked, sizeof ws->dial_asked, permit->call_id);
    else
        ws_call_report_end(ws, CALL_END_NEVER_MADE);
}

void ws_dial_answered(struct workstation *ws, const struct ws_answer *a)
{
    struct ws_facts *here = &ws->here;
    if (a->code == ERR_OK && a->permit) {
        if (a->permit->has_answers && strcmp(ws->permit_offer, here->offer_id) == 0 &&
            !ws->response)
            here->draft_known = false; /* the interview goes on */
        use(ws, a->permit);
        return;
    }
    if (!here->offer_id[0] || strcmp(ws->permit_offer, here->offer_id) != 0)
        return;
    if (a->code == ERR_OK || a->code == ERR_UNAVAILABLE || a->code == ERR_THROTTLED ||
        a->code == ERR_STORE) {
        here->dial_retry_ms = ws_now_ms(ws) + ASK_AGAIN_MS;
        return;
    }
    here->dial_wanted = false;
    here->permit_key[0] = '\0';
    ws_refused(ws, a);
}
