/* SPDX-License-Identifier: Apache-2.0 */
/* The call of the offer: followed from what the desk tells, reported to the backend, ended when
 * nobody makes it any more; and the agent's commands on it.
 *
 * Each event goes to the backend once, by its number. */

#include "core/workstation_state.h"

#include <string.h>

#include "core/i18n.h"

/* The desk ends a call after its time without a screen, and reports that. */
#define GRACE_S 60
#define REPORT_MS 30000
#define ACW_DEFAULT_S 60

void ws_call_recall(struct workstation *ws, const struct ws_write *w)
{
    struct ws_facts *here = &ws->here;
    struct ws_told *told[] = {&ws->told, &ws->consult_told};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (strcmp(told[i]->call_id, w->call_id) == 0 && w->event.seq > told[i]->reported)
            told[i]->reported = w->event.seq;
    if (strcmp(here->offer_id, w->offer_id) != 0)
        return;
    ws_copy(here->call_id, sizeof here->call_id, w->call_id);
    here->dialled = here->dialled || w->event.kind != CALL_EV_END;
    if (w->event.seq > here->seq &&
        call_step(&here->call, w->event.kind, w->event.end, w->event.at_utc_s))
        here->seq = w->event.seq;
}

const struct ws_work_call *ws_call_base(const struct workstation *ws, const char *call_id)
{
    const struct ws_work_offer *o = &ws->work.offer;
    if (!ws->has_work || !o->offer_id[0] || !call_id[0])
        return NULL;
    if (o->has_call && strcmp(o->call.call_id, call_id) == 0)
        return &o->call;
    return o->has_consult && strcmp(o->consult.call_id, call_id) == 0 ? &o->consult : NULL;
}

/* Every event that the backend has not got goes into the outbox, once. Those of an expert's call
 * are of no offer: nothing that is to be said of the person waits for them. */
static void report(struct workstation *ws, struct ws_told *t)
{
    if (ws->view.login != WS_SIGNED_IN || !ws->has_work || !t->call_id[0] || ws_told_came_in(t))
        return;
    const struct ws_work_call *base = ws_call_base(ws, t->call_id);
    if (base && base->last_seq > t->reported && base->last_seq <= t->n) {
        t->reported = base->last_seq;
        ws_call_ack(ws, t->call_id, t->reported);
    }
    bool ours = t == &ws->told && strcmp(t->call_id, ws->here.call_id) == 0;
    while (t->reported < t->n) {
        struct ws_write w = {.kind = WS_WRITE_CALL_EVENT, .event = t->events[t->reported]};
        ws_copy(w.call_id, sizeof w.call_id, t->call_id);
        ws_copy(w.sip_call_id, sizeof w.sip_call_id, t->sip_call_id);
        if (ours) {
            ws_copy(w.offer_id, sizeof w.offer_id, ws->here.offer_id);
            w.fence = ws->work.offer.fence;
        }
        if (ws_outbox_add(ws, &w, NULL) != ERR_OK)
            return;
        t->reported++;
    }
}

unsigned ws_call_highest_seq(const struct workstation *ws, const char *call_id, unsigned seen)
{
    const struct ws_work_call *base = ws_call_base(ws, call_id);
    unsigned seq = base && base->last_seq > seen ? base->last_seq : seen;
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->write.kind == WS_WRITE_CALL_EVENT && o->write.event.seq > seq &&
            strcmp(o->write.call_id, call_id) == 0)
            seq = o->write.event.seq;
    return seq;
}

void ws_call_report_end(struct workstation *ws, enum call_end end)
{
    struct ws_facts *here = &ws->here;
    unsigned seq = ws_call_highest_seq(ws, here->call_id, here->seq);
    struct ws_write w = {
        .kind = WS_WRITE_CALL_EVENT,
        .fence = ws->work.offer.fence,
        .event = {.seq = seq + 1, .at_utc_s = ws->view.now_utc_s, .kind = CALL_EV_END, .end = end}
    };
    ws_copy(w.call_id, sizeof w.call_id, here->call_id);
    ws_copy(w.offer_id, sizeof w.offer_id, here->offer_id);
    here->dialling = here->dial_wanted = false;
    here->ended_here = true;
    here->seq = seq + 1;
    (void)call_step(&here->call, CALL_EV_END, end, ws->view.now_utc_s);
    (void)ws_outbox_add(ws, &w, NULL); /* without memory the supervisor sees the stuck hold */
    ws->keep_stale = true;
}

/* What the snapshot says of a call of which the desk tells nothing. */
struct call ws_call_mirror(const struct ws_work_call *base)
{
    struct call c = {.dialled_utc_s = base->permitted_utc_s,
                     .rang_utc_s = base->rang_utc_s,
                     .answered_utc_s = base->answered_utc_s,
                     .ended_utc_s = base->ended_utc_s,
                     .end = base->end};
    c.rang = base->rang_utc_s || base->answered_utc_s;
    c.state = base->ended_utc_s      ? CALL_ENDED
              : base->answered_utc_s ? CALL_TALKING
              : base->rang_utc_s     ? CALL_RINGING
              : base->last_seq       ? CALL_DIALLING
                                     : CALL_NONE;
    return c;
}

/* Which call belongs to the offer, and how far it is. */
static void follow(struct workstation *ws)
{
    struct ws_facts *here = &ws->here;
    const struct ws_work_offer *o = &ws->work.offer;
    if (!here->offer_id[0])
        return;
    bool asking = here->dial_wanted || ws->in_flight[WS_REQ_PERMIT];
    if (!here->call_id[0] && o->has_call && !asking) {
        ws_copy(here->call_id, sizeof here->call_id, o->call.call_id);
        ws_copy(here->call_phone, sizeof here->call_phone, o->call.phone);
    }
    if (!here->call_id[0])
        return;
    const struct ws_work_call *base = ws_call_base(ws, here->call_id);
    if (base && !here->call_phone[0])
        ws_copy(here->call_phone, sizeof here->call_phone, base->phone);
    if (strcmp(ws->told.call_id, here->call_id) == 0 && ws->told.n && !here->ended_here) {
        here->dialled = here->followed = true;
        here->dialling = false;
        here->seq = (unsigned)ws->told.n;
        if (here->call.state != CALL_ENDED || ws->told.call.state == CALL_ENDED)
            here->call = ws->told.call;
    } else if (base && base->last_seq > here->seq && here->call.state != CALL_ENDED) {
        here->call = ws_call_mirror(base);
    }
    /* The hold may have gone on without a proof of the end: a new login elsewhere ended it. */
    if (base && base->ended_utc_s && here->call.state != CALL_ENDED &&
        strcmp(ws->told.call_id, here->call_id) != 0)
        here->call = ws_call_mirror(base);
    /* A screen that gave its desk up, and the desk that goes on elsewhere, may name the end
     * differently: what the books have is said. */
    if (base && base->ended_utc_s && base->end != CALL_END_NONE && here->call.state == CALL_ENDED)
        here->call.end = base->end;
}

/* The desk is away for so long that no call of it can be up any more. */
static bool desk_is_lost(const struct workstation *ws)
{
    const int64_t grace_s = ws->service ? ws->service->times.screen_grace_s : GRACE_S;
    return ws_now_ms(ws) - ws->desk_down_ms > grace_s * 1000 + REPORT_MS;
}

bool ws_call_is_lost(const struct workstation *ws, const struct ws_told *told, const char *call_id)
{
    const bool is_told = strcmp(told->call_id, call_id) == 0;
    return ws->desk_up ? ws->desk_told && !is_told : desk_is_lost(ws);
}

/* The backend believes in a call that nobody makes. The end needs a number that no event has: a
 * screen that came late waits for the backend's word on that. */
static void settle_missing(struct workstation *ws)
{
    struct ws_facts *here = &ws->here;
    if (ws->view.login != WS_SIGNED_IN || !here->call_id[0] || here->call.state == CALL_ENDED ||
        here->dialling || strcmp(ws->dial_asked, here->call_id) == 0 ||
        ws->in_flight[WS_REQ_PERMIT])
        return;
    if (!ws_call_is_lost(ws, &ws->told, here->call_id) || ws->work.offer.state > HOLD_CALL ||
        (!here->followed && !ws->work_fresh))
        return;
    bool made = here->dialled || ws_call_highest_seq(ws, here->call_id, here->seq) > 0;
    ws_call_report_end(ws, made ? CALL_END_PHONE_LOST : CALL_END_NEVER_MADE);
}

static bool is_stray(const struct workstation *ws, const struct ws_told *t)
{
    const struct ws_facts *here = &ws->here;
    const bool is_person = t == &ws->told;
    const char *ours = is_person ? here->call_id : here->consult.call_id;
    const bool asking = ws->in_flight[is_person ? WS_REQ_PERMIT : WS_REQ_CONSULT];
    return ws->view.login == WS_SIGNED_IN && ws->work_fresh && ws->desk_up && !t->end_asked &&
           call_is_up(&t->call) && !ws_told_came_in(t) && !asking &&
           !(is_person ? here->dialling : here->consult.dialling) && strcmp(t->call_id, ours) != 0;
}

/* A call of the desk that is not the offer's: nobody could see it or end it. Not at once: what the
 * backend says of the call may be a moment behind what the desk does. */
static void settle_stray(struct workstation *ws, struct ws_told *t)
{
    if (!is_stray(ws, t)) {
        t->stray_ms = 0;
        return;
    }
    if (!t->stray_ms)
        t->stray_ms = ws_now_ms(ws);
    if (ws_now_ms(ws) - t->stray_ms < WS_DOUBT_MS)
        return;
    t->end_asked =
        ws_phone_ask(ws, &(struct ws_phone_request){.op = WS_PHONE_END, .call_id = t->call_id});
}

void ws_call_settle(struct workstation *ws)
{
    struct ws_facts *here = &ws->here;
    ws_incoming_settle(ws);
    follow(ws);
    ws_consult_settle(ws);
    report(ws, &ws->told);
    report(ws, &ws->consult_told);
    settle_missing(ws);
    settle_stray(ws, &ws->told);
    settle_stray(ws, &ws->consult_told);
    const struct ws_work_offer *o = &ws->work.offer;
    if (here->offer_id[0] && o->state == HOLD_ACW && o->deadline_utc_s)
        here->acw_deadline_s = o->deadline_utc_s;
    else if (here->call.state == CALL_ENDED && !here->acw_deadline_s && o->state < HOLD_OVERDUE)
        here->acw_deadline_s =
            here->call.ended_utc_s + (ws->service ? ws->service->times.acw_s : ACW_DEFAULT_S);
}

/* --- commands --- */

enum err_code ws_call_command(struct workstation *ws, const struct call *call, const char *call_id,
                              unsigned states, struct ws_phone_request *req, struct err *err)
{
    enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    if (!call_is_up(call))
        return err_set(err, ERR_STATE, N_("There is no call."));
    if (!(states & 1u << call->state))
        return err_set(err, ERR_STATE, NULL);
    if (!ws->desk_up)
        return err_set(err, ERR_UNAVAILABLE, N_("The telephone program does not answer."));
    req->call_id = call_id;
    code = ws->ports.phone(ws->ports.arg, req, err);
    ws_settle(ws);
    return code;
}

static enum err_code command(struct workstation *ws, unsigned states, struct ws_phone_request *req,
                             struct err *err)
{
    if (call_is_up(&ws->view.incoming.call))
        return ws_call_command(ws, &ws->view.incoming.call, ws->told.call_id, states, req, err);
    return ws_call_command(ws, &ws->here.call, ws->here.call_id, states, req, err);
}

/* The same for whom the agent hears: the expert, when one is called or spoken with. */
static enum err_code command_to_ear(struct workstation *ws, unsigned states,
                                    struct ws_phone_request *req, struct err *err)
{
    const struct ws_consult_facts *consult = &ws->here.consult;
    if (ws_consult_has_ear(ws))
        return ws_call_command(ws, &consult->call, consult->call_id, states, req, err);
    return command(ws, states, req, err);
}

#define UP                                                                                         \
    (1u << CALL_DIALLING | 1u << CALL_RINGING | 1u << CALL_TALKING | 1u << CALL_HELD |             \
     1u << CALL_TRANSFERRING | 1u << CALL_INCOMING)

/* Nobody is hung up on who waits for the agent to come back. */
static bool waits_for_us(const struct workstation *ws)
{
    return ws->here.call.state == CALL_HELD && ws->here.consult.call_id[0] &&
           !ws->here.consult.settled;
}

enum err_code ws_end_call(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    if (ws->here.call.state == CALL_TRANSFERRING)
        return err_set(err, ERR_STATE, N_("The person is being transferred."));
    if (!ws_consult_has_ear(ws) && waits_for_us(ws))
        return err_set(err, ERR_STATE,
                       N_("The person is on hold: take them back first, then end the call."));
    return command_to_ear(ws, UP, &(struct ws_phone_request){.op = WS_PHONE_END}, err);
}

enum err_code ws_mute(void *arg, bool on, struct err *err)
{
    return command_to_ear(arg, UP, &(struct ws_phone_request){.op = WS_PHONE_MUTE, .on = on}, err);
}

enum err_code ws_hold(void *arg, bool on, struct err *err)
{
    return command(arg, 1u << CALL_TALKING | 1u << CALL_HELD,
                   &(struct ws_phone_request){.op = WS_PHONE_HOLD, .on = on}, err);
}

enum err_code ws_dtmf(void *arg, const char *digits, struct err *err)
{
    size_t n = strspn(digits, "0123456789*#ABCD");
    if (n == 0 || n > 32 || digits[n])
        return err_field(err, ERR_INVALID, "/digits", N_("Digits, * and # only."));
    return command_to_ear(arg, 1u << CALL_TALKING,
                          &(struct ws_phone_request){.op = WS_PHONE_DTMF, .digits = digits}, err);
}
