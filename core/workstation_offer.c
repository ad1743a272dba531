/* SPDX-License-Identifier: Apache-2.0 */
/* The offer: taking the snapshot over, deriving what the agent sees of it, and the commands that
 * concern the person as a whole. */

#include "core/workstation_state.h"

#include <string.h>

#include "core/i18n.h"

#define ASK_AGAIN_MS 3000

static bool is(const char *a, const char *b)
{
    return a[0] && strcmp(a, b) == 0;
}

/* Who waits does so since the last person, not since the switch was turned in the morning. */
void ws_waiting_settle(struct workstation *ws)
{
    int64_t since = ws->work.on_queue_since_utc_s;
    if (ws->work.on_queue && ws->free_since_utc_s > since)
        since = ws->free_since_utc_s;
    ws->view.on_queue_since_utc_s = since;
}

void ws_offer_drop(struct workstation *ws)
{
    if (ws->here.offer_id[0])
        ws->free_since_utc_s = ws->view.now_utc_s;
    ws_waiting_settle(ws);
    ws_answers_drop(ws);
    ws_note_drop(ws);
    ws_form_drop(ws);
    ws_contacts_drop(ws);
    record_wipe(ws->record);
    ws->has_record = false;
    ws_wipe(&ws->here, sizeof ws->here);
    ws_wipe(&ws->doubted, sizeof ws->doubted);
    ws->doubting = false;
    ws_wipe(&ws->view.offer, sizeof ws->view.offer);
}

/* What the writes that are still on their way say about the present offer. */
void ws_facts_recall(struct workstation *ws)
{
    struct ws_facts *here = &ws->here;
    const char *response = NULL;
    bool completed = false;
    for (struct ws_outgoing *o = ws->outbox.first; o; o = o->next) {
        const struct ws_write *w = &o->write;
        if (o->refused)
            continue;
        if (w->kind == WS_WRITE_CALL_EVENT)
            ws_call_recall(ws, w);
        if (!is(here->offer_id, w->offer_id))
            continue;
        if (w->kind == WS_WRITE_WRAPUP) {
            ws_copy(here->code, sizeof here->code, w->code);
        } else if (w->kind == WS_WRITE_WISH) {
            here->wish = w->wish > here->wish ? w->wish : here->wish;
        } else if (w->kind == WS_WRITE_RESPONSE && !ws_is_of_older_login(ws, w)) {
            response = w->response;
            completed = w->completed;
            here->response_id = w->id;
            here->saved = o->durable ? WS_SAVED_JOURNAL : WS_SAVING;
        } else if (w->kind == WS_WRITE_END) {
            ws_copy(ws->left_offer, sizeof ws->left_offer, w->offer_id);
            ws->left_unasked = false;
        }
    }
    if (response)
        ws_answers_take_draft(ws, response, completed);
    if (is(ws->left_offer, here->offer_id))
        ws_offer_drop(ws);
}

static void say_why_gone(struct workstation *ws)
{
    switch (ws->view.offer.state) {
    case HOLD_PREVIEW:
        ws_notice(ws, WS_NOTICE_WARNING, N_("This person went back to the queue."));
        break;
    case HOLD_CALL:
    case HOLD_ACW:
    case HOLD_OVERDUE:
        ws_notice(ws, WS_NOTICE_WARNING, N_("A supervisor took this person from you."));
        break;
    case HOLD_OFFERED:
        /* Rung out, unless a supervisor was quicker: that leaves the agent on queue. */
        if (!ws->work.on_queue && ws->work.status == AGENT_AWAY)
            ws_notice(ws, WS_NOTICE_WARNING,
                      N_("You did not answer an offer, so you are away and off queue."));
        else if (ws->work.on_queue)
            ws_notice(ws, WS_NOTICE_INFO, N_("This person is no longer offered to you."));
        break;
    case HOLD_NONE:
    case HOLD_DONE:
        break;
    }
}

void ws_offer_adopt(struct workstation *ws)
{
    const struct ws_work_offer *o = &ws->work.offer;
    /* What rang out here may have been accepted there, and only the answer was lost. */
    if (ws->left_unasked && ws->work_fresh && o->state > HOLD_OFFERED &&
        is(ws->left_offer, o->offer_id))
        ws->left_offer[0] = '\0';
    const char *id = is(ws->left_offer, o->offer_id) ? "" : o->offer_id;
    if (strcmp(id, ws->here.offer_id) == 0)
        return;
    if (ws->here.offer_id[0] && ws->work_fresh && !ws->asked_to_leave)
        say_why_gone(ws);
    ws->asked_to_leave = false;
    ws_offer_drop(ws);
    ws->lists_stale = true;
    if (!id[0])
        return;
    ws_copy(ws->here.offer_id, sizeof ws->here.offer_id, id);
    /* Whoever saw the offer before its call knows that there are no answers yet. */
    ws->here.draft_known = o->state < HOLD_CALL;
    if (o->state == HOLD_OFFERED && ws->work_fresh)
        ws->view.offers_seen++;
    ws_facts_recall(ws);
}

/* One that is closed may go, and one that an old snapshot brought back. */
bool ws_offer_is_doubtful(const struct workstation *ws, const struct ws_work_offer *next)
{
    const struct ws_facts *here = &ws->here;
    if (!ws->work_fresh || !here->offer_id[0] || is(here->offer_id, next->offer_id))
        return false;
    const bool asking = ws->in_flight[WS_REQ_PERMIT] && is(ws->permit_offer, here->offer_id);
    return asking || call_is_up(&here->call) || (here->permitted && !here->code[0]);
}

void ws_offer_doubt(struct workstation *ws, const struct ws_work_offer *next)
{
    ws->doubted = *next;
    if (!ws->doubting)
        ws->doubting_ms = ws_now_ms(ws);
    ws->doubting = true;
}

/* Nobody has said otherwise: a supervisor took the person. */
void ws_offer_believe(struct workstation *ws)
{
    if (!ws->doubting || !ws->work_fresh || ws_now_ms(ws) - ws->doubting_ms < WS_DOUBT_MS)
        return;
    ws->work.offer = ws->doubted;
    ws->told.stray_ms = ws->consult_told.stray_ms = ws->doubting_ms;
    ws_offer_adopt(ws);
}

static enum hold_state later(enum hold_state a, enum hold_state b)
{
    return a > b ? a : b;
}

static enum hold_state derive_state(const struct workstation *ws)
{
    const struct ws_facts *here = &ws->here;
    if (!here->offer_id[0])
        return HOLD_NONE;
    enum hold_state state = ws->work.offer.state;
    if (here->call_id[0])
        state = later(state, HOLD_CALL);
    if (here->call.state == CALL_ENDED)
        state = later(state, HOLD_ACW);
    if (state == HOLD_ACW && here->acw_deadline_s && ws->view.now_utc_s > here->acw_deadline_s)
        state = HOLD_OVERDUE;
    if (here->code[0])
        state = later(state, HOLD_DONE);
    return state;
}

static int64_t derive_deadline(const struct workstation *ws, enum hold_state state)
{
    const struct ws_work_offer *o = &ws->work.offer;
    if (state == HOLD_ACW || state == HOLD_OVERDUE)
        return ws->here.acw_deadline_s;
    return state == o->state ? o->deadline_utc_s : 0;
}

static void derive(struct workstation *ws)
{
    const struct ws_work_offer *o = &ws->work.offer;
    const struct ws_facts *here = &ws->here;
    struct ws_offer *v = &ws->view.offer;
    enum hold_state state = derive_state(ws);
    if (state == HOLD_NONE)
        return;
    if (state == o->state)
        v->state_since_utc_s = o->state_since_utc_s;
    else if (state != v->state)
        v->state_since_utc_s = ws->view.now_utc_s;
    v->state = state;
    v->deadline_utc_s = derive_deadline(ws, state);
    ws_copy(v->offer_id, sizeof v->offer_id, o->offer_id);
    v->fence = o->fence;
    ws_copy(v->queue, sizeof v->queue, o->queue);
    v->kind = o->kind;
    ws_copy(v->language, sizeof v->language, o->language);
    v->has_person = o->has_person;
    memcpy(v->preview.given_name, o->person.given_name, sizeof v->preview.given_name);
    memcpy(v->preview.family_name, o->person.family_name, sizeof v->preview.family_name);
    memcpy(v->preview.phones, o->person.phones, sizeof v->preview.phones);
    v->preview.callback_utc_s = o->person.callback_utc_s;
    v->preview.has_party = o->person.has_party;
    v->preview.party = o->person.party;
    v->preview.n_phones = o->person.n_phones;
    v->preview.region = o->person.region;
    v->preview.attempts = o->person.attempts;
    v->phone_index = here->phone_index;
    v->dial_pending = here->dial_wanted || here->dialling;
    v->call = here->call;
    const bool told = call_is_up(&here->call) && strcmp(ws->told.call_id, here->call_id) == 0;
    v->line = told ? ws->told.line : (struct line_quality){.grade = LINE_UNKNOWN};
    v->media = told ? ws->told.media : WS_MEDIA_UNKNOWN;
    ws_consult_derive(ws);
    ws_copy(v->call_phone, sizeof v->call_phone, here->call_phone);
    v->record = ws->has_record && hold_shows_record(state) ? ws->record : NULL;
    ws_copy(v->chosen_code, sizeof v->chosen_code, here->code[0] ? here->code : o->code);
    v->wrapup_pending = here->code[0] && !here->code_accepted && !o->code[0];
    v->wrapup_kept = v->wrapup_pending && ws_outbox_has_kept_code(ws, here->offer_id);
    v->submitted = here->submitted;
    v->saved = here->saved;
    ws_wish_settle(ws);
}

/* An offer that rang out while nobody could be asked: it is somebody else's by now. */
static void settle_lapsed(struct workstation *ws)
{
    const struct ws_work_offer *o = &ws->work.offer;
    if (ws->here.offer_id[0] && o->state == HOLD_OFFERED && !ws->work_fresh && o->deadline_utc_s &&
        ws->view.now_utc_s > o->deadline_utc_s) {
        ws_copy(ws->left_offer, sizeof ws->left_offer, o->offer_id);
        ws->left_unasked = true;
        ws_offer_drop(ws);
    }
}

void ws_offer_settle(struct workstation *ws)
{
    settle_lapsed(ws);
    if (ws->work.offer.has_person && !ws->here.phone_chosen)
        ws->here.phone_index = ws->work.offer.person.next_phone;
    derive(ws);
    struct ws_offer *v = &ws->view.offer;
    if (ws->view.backend != WS_BACKEND_OK || !ws->work_fresh || !hold_shows_record(v->state) ||
        ws->has_record || ws_now_ms(ws) < ws->here.record_again_ms)
        return;
    /* The backend shows the record from the call on as *it* knows it. */
    if (!hold_shows_record(ws->work.offer.state) && !ws->here.call_id[0])
        return;
    struct ws_request req = {
        .kind = WS_REQ_RECORD, .offer_id = ws->here.offer_id, .fence = ws->work.offer.fence};
    if (ws_ask(ws, &req))
        ws_copy(ws->record_offer, sizeof ws->record_offer, ws->here.offer_id);
}

void ws_record_take(struct workstation *ws, const struct record *r, const char *niss_masked)
{
    *ws->record = *r;
    ws->has_record = true;
    ws_copy(ws->view.offer.niss_masked, sizeof ws->view.offer.niss_masked, niss_masked);
    ws->keep_stale = true;
}

static enum err_code check_state(const struct workstation *ws, unsigned states, struct err *err)
{
    enum err_code code = ws_check_signed_in(ws, err);
    if (code == ERR_OK && !(states & 1u << ws->view.offer.state))
        code = err_set(err, ERR_STATE, NULL);
    return code;
}

enum err_code ws_accept(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = check_state(ws, 1u << HOLD_OFFERED, err);
    if (code == ERR_OK)
        code = ws_check_backend(ws, err);
    if (code != ERR_OK)
        return code;
    struct ws_request req = {
        .kind = WS_REQ_ACCEPT, .offer_id = ws->here.offer_id, .fence = ws->work.offer.fence};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("Accepting is under way."));
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_skip(void *arg, const char *reason_id, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = check_state(ws, 1u << HOLD_OFFERED | 1u << HOLD_PREVIEW, err);
    if (code == ERR_OK)
        code = ws_check_backend(ws, err);
    if (code != ERR_OK)
        return code;
    if (ws->service && !service_find_skip(ws->service, reason_id))
        return err_field(err, ERR_INVALID, "/reason", N_("Choose a reason."));
    if (ws->in_flight[WS_REQ_PERMIT])
        return err_set(err, ERR_STATE, N_("The call is being started."));
    struct ws_request req = {.kind = WS_REQ_SKIP,
                             .offer_id = ws->here.offer_id,
                             .fence = ws->work.offer.fence,
                             .reason = reason_id};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("Skipping is under way."));
    ws->here.dial_wanted = false;
    ws->here.dial_by_itself = true;
    ws->asked_to_leave = true;
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_reveal_niss(void *arg, bool on, struct err *err)
{
    struct workstation *ws = arg;
    if (!on) {
        ws_wipe(ws->view.offer.niss, sizeof ws->view.offer.niss);
        ws_settle(ws);
        return ERR_OK;
    }
    enum err_code code = ws_check_signed_in(ws, err);
    if (code == ERR_OK && !ws->view.offer.record)
        code = err_set(err, ERR_STATE, N_("The record is not loaded yet."));
    if (code == ERR_OK)
        code = ws_check_backend(ws, err);
    if (code != ERR_OK)
        return code;
    struct ws_request req = {
        .kind = WS_REQ_REVEAL, .offer_id = ws->here.offer_id, .fence = ws->work.offer.fence};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("The number is being asked for."));
    ws_copy(ws->reveal_offer, sizeof ws->reveal_offer, ws->here.offer_id);
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_end_preview(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = check_state(ws, 1u << HOLD_DONE, err);
    if (code != ERR_OK)
        return err_set(err, code, code == ERR_STATE ? N_("Choose a wrap-up code first.") : NULL);
    if (ws->in_flight[WS_REQ_ANOTHER])
        return err_set(err, ERR_STATE, N_("Another number is being asked for."));
    struct ws_write w = {.kind = WS_WRITE_END, .fence = ws->work.offer.fence};
    ws_copy(w.offer_id, sizeof w.offer_id, ws->here.offer_id);
    code = ws_outbox_add(ws, &w, err);
    if (code != ERR_OK)
        return code;
    ws_copy(ws->left_offer, sizeof ws->left_offer, ws->here.offer_id);
    ws->left_unasked = false;
    ws_offer_drop(ws);
    ws->keep_stale = true;
    ws_settle(ws);
    return ERR_OK;
}

static void accepted_or_skipped(struct workstation *ws, const struct ws_answer *a)
{
    if (a->code == ERR_OK && a->work) {
        ws_take_work(ws, a->work, true);
        return;
    }
    ws->asked_to_leave = false;
    ws_refused(ws, a);
}

void ws_offer_answered(struct workstation *ws, const struct ws_answer *a)
{
    if (a->kind == WS_REQ_RECORD) {
        /* The answer to an earlier offer's question is not shown with this one. */
        if (a->code == ERR_OK && a->record && is(ws->record_offer, ws->here.offer_id))
            ws_record_take(ws, a->record, a->niss_masked ? a->niss_masked : "");
        else if (a->code != ERR_OK)
            ws->here.record_again_ms = ws_now_ms(ws) + ASK_AGAIN_MS;
    } else if (a->kind == WS_REQ_REVEAL) {
        if (a->code == ERR_OK && a->niss && is(ws->reveal_offer, ws->here.offer_id))
            ws_copy(ws->view.offer.niss, sizeof ws->view.offer.niss, a->niss);
        else if (a->code != ERR_OK)
            ws_refused(ws, a);
    } else {
        accepted_or_skipped(ws, a);
    }
}
