/* SPDX-License-Identifier: Apache-2.0 */
/* Asking an expert while the person is on hold, and handing the person on.
 *
 * Both begin with the backend's word (who may be called) and are done by the desk. Nothing is asked
 * for twice: when an answer is lost, nobody was called, and the agent asks again. What the desk
 * tells of the expert's call is kept as that of the person's call is (workstation_call.c); the one
 * never changes what is known of the other. */

#include "core/workstation_state.h"

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"

static bool is(const char *a, const char *b)
{
    return a[0] && strcmp(a, b) == 0;
}

bool ws_consult_is(const struct workstation *ws, const char *call_id)
{
    return is(call_id, ws->here.consult.call_id) || is(call_id, ws->consult_dial) ||
           is(call_id, ws->consult_told.call_id);
}

bool ws_consult_has_ear(const struct workstation *ws)
{
    const struct call *call = &ws->here.consult.call;
    return call_is_up(call) && call->state != CALL_HELD;
}

enum ws_ear workstation_ear(const struct ws_offer *o)
{
    if (o->consult.there && o->consult.call.state == CALL_TALKING)
        return WS_EAR_EXPERT;
    return o->call.state == CALL_TALKING ? WS_EAR_PERSON : WS_EAR_NOBODY;
}

/* --- what is known of the expert's call --- */

/* Which call it is: the one that was asked for here, or, for a screen that came later, the one that
 * the backend or the desk tells of. */
static void adopt(struct workstation *ws)
{
    struct ws_consult_facts *c = &ws->here.consult;
    const struct ws_work_offer *o = &ws->work.offer;
    const struct ws_told *t = &ws->consult_told;
    if (ws->in_flight[WS_REQ_CONSULT] || c->dialling || call_is_up(&c->call) || c->permitted)
        return;
    const bool person_is_ours = is(ws->here.call_id, ws->told.call_id);
    const char *id = call_is_up(&t->call) && person_is_ours ? t->call_id
                     : o->has_consult                       ? o->consult.call_id
                                                            : "";
    if (id[0] && strcmp(id, c->call_id) != 0) {
        *c = (struct ws_consult_facts){0};
        ws_copy(c->call_id, sizeof c->call_id, id);
    }
}

static void follow(struct workstation *ws)
{
    struct ws_consult_facts *c = &ws->here.consult;
    const struct ws_told *t = &ws->consult_told;
    const struct ws_work_call *base = ws_call_base(ws, c->call_id);
    if (base && !c->has_target) {
        c->target = ws->work.offer.consult_target;
        c->has_target = true;
    }
    if (is(c->call_id, t->call_id) && t->n && !c->ended_here) {
        c->dialled = c->followed = true;
        c->dialling = false;
        c->seq = (unsigned)t->n;
        if (c->call.state != CALL_ENDED || t->call.state == CALL_ENDED)
            c->call = t->call;
    } else if (base && !is(c->call_id, t->call_id) && c->call.state != CALL_ENDED &&
               (base->ended_utc_s || base->last_seq > c->seq)) {
        c->call = ws_call_mirror(base);
    }
    const enum call_state person = ws->here.call.state;
    if (c->call.state == CALL_ENDED &&
        (person == CALL_TALKING || person == CALL_TRANSFERRING || person == CALL_ENDED))
        c->settled = true;
}

static void end_write(struct workstation *ws, const char *call_id, unsigned seq, enum call_end end)
{
    struct ws_write w = {
        .kind = WS_WRITE_CALL_EVENT,
        .event = {.seq = seq + 1, .at_utc_s = ws->view.now_utc_s, .kind = CALL_EV_END, .end = end}
    };
    ws_copy(w.call_id, sizeof w.call_id, call_id);
    (void)ws_outbox_add(ws, &w, NULL); /* without memory the backend's row stays as it is */
}

static void report_end(struct workstation *ws, enum call_end end)
{
    struct ws_consult_facts *c = &ws->here.consult;
    const unsigned seq = ws_call_highest_seq(ws, c->call_id, c->seq);
    end_write(ws, c->call_id, seq, end);
    c->dialling = false;
    c->ended_here = true;
    c->seq = seq + 1;
    (void)call_step(&c->call, CALL_EV_END, end, ws->view.now_utc_s);
    ws->keep_stale = true;
}

/* The backend believes in a call that nobody makes. */
static void settle_missing(struct workstation *ws)
{
    const struct ws_consult_facts *c = &ws->here.consult;
    if (ws->view.login != WS_SIGNED_IN || !c->call_id[0] || c->call.state == CALL_ENDED ||
        c->dialling || is(c->call_id, ws->consult_dial) || ws->in_flight[WS_REQ_CONSULT] ||
        !ws_call_is_lost(ws, &ws->consult_told, c->call_id) || (!c->followed && !ws->work_fresh))
        return;
    const bool made = c->dialled || ws_call_highest_seq(ws, c->call_id, c->seq) > 0;
    report_end(ws, made ? CALL_END_PHONE_LOST : CALL_END_NEVER_MADE);
}

/* --- what came of handing the person on --- */

/* The events tell it to every screen, also to one that came later. */
static const struct ws_call_event *last_outcome(const struct ws_told *t)
{
    for (size_t i = t->n; i > 0; i--) {
        const enum call_event kind = t->events[i - 1].kind;
        if (kind == CALL_EV_TRANSFER_FAILED)
            return &t->events[i - 1];
        if (kind == CALL_EV_TRANSFER)
            return NULL;
    }
    return NULL;
}

static void say_reason(struct workstation *ws, const struct ws_call_event *e)
{
    struct ws_transfer *t = &ws->here.transfer;
    const enum call_end why =
        e->sip_status >= 300 ? call_end_of_sip(e->sip_status, false) : CALL_END_NONE;
    const char *text = why != CALL_END_NONE ? call_end_text(why) : e->text;
    ws_copy(t->reason, sizeof t->reason, ws->ports.translate(ws->ports.arg, text));
}

static void follow_transfer(struct workstation *ws)
{
    struct ws_transfer *t = &ws->here.transfer;
    if (!is(ws->here.call_id, ws->told.call_id))
        return;
    if (ws->here.call.state == CALL_TRANSFERRING || ws->here.call.state == CALL_ENDED) {
        t->pending = t->failed = false;
        return;
    }
    const struct ws_call_event *e = last_outcome(&ws->told);
    if (!e || e->seq <= ws->here.transfer_seen)
        return;
    ws->here.transfer_seen = e->seq;
    t->pending = false;
    t->failed = true;
    say_reason(ws, e);
    ws_notice(ws, WS_NOTICE_WARNING, N_("The transfer failed: the person is with you again."));
}

static void say_what_ended(struct workstation *ws, bool expert_was_up, bool person_was_up)
{
    const struct ws_facts *here = &ws->here;
    const bool expert_is_up = call_is_up(&here->consult.call);
    if (expert_was_up && !expert_is_up && here->consult.call.end != CALL_END_BY_AGENT &&
        here->call.state == CALL_HELD)
        ws_notice(ws, WS_NOTICE_WARNING,
                  N_("The expert's call is over. The person is still on hold: take them back."));
    if (person_was_up && here->call.state == CALL_ENDED && expert_is_up)
        ws_notice(ws, WS_NOTICE_WARNING,
                  N_("The person has hung up. The expert's call goes on: end it."));
}

void ws_consult_settle(struct workstation *ws)
{
    struct ws_facts *here = &ws->here;
    if (!here->offer_id[0])
        return;
    const bool expert_was_up = call_is_up(&here->consult.call);
    const bool person_was_up = call_is_up(&ws->view.offer.call);
    adopt(ws);
    if (here->consult.call_id[0]) {
        follow(ws);
        settle_missing(ws);
    }
    follow_transfer(ws);
    say_what_ended(ws, expert_was_up, person_was_up);
}

void ws_consult_derive(struct workstation *ws)
{
    const struct ws_consult_facts *c = &ws->here.consult;
    struct ws_consult *v = &ws->view.offer.consult;
    const bool asking = ws->in_flight[WS_REQ_CONSULT] != 0 || c->dialling;
    *v = (struct ws_consult){.pending = asking, .there = c->call_id[0] && !c->settled};
    if (asking && !c->call_id[0]) {
        v->target = ws->consult_target;
        ws_copy(v->name, sizeof v->name, ws->consult_name);
    } else {
        v->target = c->target;
        ws_copy(v->name, sizeof v->name, c->name);
    }
    v->call = c->call;
    if (call_is_up(&c->call) && is(c->call_id, ws->consult_told.call_id))
        v->line = ws->consult_told.line;
    ws->view.offer.transfer = ws->here.transfer;
}

/* --- commands --- */

static enum err_code check_target(const struct workstation *ws, const struct target *target,
                                  struct err *err)
{
    if (target->kind == TARGET_NUMBER && ws->service && !phone_short_code(target->value) &&
        !service_may_dial(ws->service, target->value))
        return err_field(err, ERR_PHONE, "/target/value", N_("This number may not be dialled."));
    if (target->kind == TARGET_USER && strcmp(target->value, ws->view.agent_login) == 0)
        return err_field(err, ERR_INVALID, "/target/value", N_("That is you."));
    return ERR_OK;
}

/* What asking an expert and handing on have in common. */
static enum err_code check(struct workstation *ws, const struct target *target, struct err *err)
{
    const struct ws_facts *here = &ws->here;
    enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    if (here->call.state == CALL_TRANSFERRING || here->transfer.pending ||
        ws->in_flight[WS_REQ_TRANSFER])
        return err_set(err, ERR_STATE, N_("The person is being transferred."));
    if (here->call.state != CALL_TALKING && here->call.state != CALL_HELD)
        return err_set(err, ERR_STATE, N_("There is no call with the person now."));
    if (here->consult.dialling || ws->in_flight[WS_REQ_CONSULT])
        return err_set(err, ERR_STATE, N_("The expert is being called."));
    code = check_target(ws, target, err);
    if (code == ERR_OK)
        code = ws_check_backend(ws, err);
    return code == ERR_OK ? ws_check_phone(ws, err) : code;
}

enum err_code ws_consult(void *arg, const struct target *target, const char *name, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = check(ws, target, err);
    if (code == ERR_OK && call_is_up(&ws->here.consult.call))
        code = err_set(err, ERR_STATE, N_("You are consulting somebody already."));
    if (code == ERR_OK && target->kind == TARGET_QUEUE)
        code = err_field(err, ERR_INVALID, "/target/kind",
                         N_("An expert is called by name or by number."));
    if (code != ERR_OK)
        return code;
    struct ws_request req = {.kind = WS_REQ_CONSULT,
                             .offer_id = ws->here.offer_id,
                             .fence = ws->work.offer.fence,
                             .target = target};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("The expert is being called."));
    ws_copy(ws->consult_offer, sizeof ws->consult_offer, ws->here.offer_id);
    ws->target_asked_ms = ws_now_ms(ws);
    ws->consult_target = *target;
    ws_copy(ws->consult_name, sizeof ws->consult_name, name);
    ws->here.consult = (struct ws_consult_facts){0};
    ws->here.transfer.failed = false;
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_transfer(void *arg, const struct target *target, const char *name, struct err *err)
{
    struct workstation *ws = arg;
    const enum err_code code = check(ws, target, err);
    if (code != ERR_OK)
        return code;
    struct ws_request req = {.kind = WS_REQ_TRANSFER,
                             .offer_id = ws->here.offer_id,
                             .fence = ws->work.offer.fence,
                             .target = target};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("The person is being transferred."));
    ws_copy(ws->transfer_offer, sizeof ws->transfer_offer, ws->here.offer_id);
    ws->target_asked_ms = ws_now_ms(ws);
    ws->here.transfer =
        (struct ws_transfer){.pending = true, .target = *target, .has_target = true};
    ws_copy(ws->here.transfer.name, sizeof ws->here.transfer.name, name);
    ws_settle(ws);
    return ERR_OK;
}

#define ANSWERED (1u << CALL_TALKING | 1u << CALL_HELD)

enum err_code ws_swap(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    const struct ws_consult_facts *c = &ws->here.consult;
    const enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    if (!call_is_up(&c->call))
        return err_set(err, ERR_STATE, N_("You are consulting nobody."));
    if (!(ANSWERED & 1u << c->call.state))
        return err_set(err, ERR_STATE, N_("The expert has not answered yet."));
    return ws_call_command(
        ws, &ws->here.call, ws->here.call_id, ANSWERED,
        &(struct ws_phone_request){.op = WS_PHONE_SWAP, .consult_id = c->call_id}, err);
}

enum err_code ws_take_back(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    return ws_call_command(ws, &ws->here.call, ws->here.call_id, ANSWERED,
                           &(struct ws_phone_request){.op = WS_PHONE_TAKE_BACK}, err);
}

/* --- answers --- */

static int64_t valid_ms(const struct workstation *ws)
{
    return ws->target_asked_ms + (int64_t)HOLD_PERMIT_MAX_AGE_S * 1000 - ws_now_ms(ws);
}

static void call_expert(struct workstation *ws, const struct ws_permit *permit)
{
    struct ws_consult_facts *c = &ws->here.consult;
    const enum call_state person = ws->here.call.state;
    if (!is(ws->consult_offer, ws->here.offer_id)) {
        end_write(ws, permit->call_id, 0, CALL_END_NEVER_MADE);
        return;
    }
    *c = (struct ws_consult_facts){
        .permitted = true, .target = ws->consult_target, .has_target = true};
    ws_copy(c->name, sizeof c->name, ws->consult_name);
    ws_copy(c->call_id, sizeof c->call_id, permit->call_id);
    ws->keep_stale = true;
    struct ws_phone_request req = {.op = WS_PHONE_CONSULT,
                                   .call_id = ws->here.call_id,
                                   .permit = permit,
                                   .valid_ms = valid_ms(ws),
                                   .now_utc_s = ws->view.now_utc_s};
    const bool may = (ANSWERED & 1u << person) && req.valid_ms > 0;
    c->dialling = may && ws_phone_ask(ws, &req);
    if (c->dialling)
        ws_copy(ws->consult_dial, sizeof ws->consult_dial, permit->call_id);
    else
        report_end(ws, CALL_END_NEVER_MADE);
    if (!may && person != CALL_ENDED)
        ws_notice(ws, WS_NOTICE_WARNING,
                  N_("The permit to call came too late. Nobody was called."));
}

static void transfer_person(struct workstation *ws, const struct ws_permit *permit)
{
    struct ws_transfer *t = &ws->here.transfer;
    if (!is(ws->transfer_offer, ws->here.offer_id))
        return;
    if (valid_ms(ws) <= 0) { /* the agent has gone on talking since */
        t->pending = false;
        ws_notice(ws, WS_NOTICE_WARNING,
                  N_("The backend answered too late. The person is with you: try again."));
        return;
    }
    const bool may =
        (ANSWERED & 1u << ws->here.call.state) && is(ws->here.call_id, permit->call_id);
    t->pending = may && ws_phone_ask(ws, &(struct ws_phone_request){.op = WS_PHONE_TRANSFER,
                                                                    .call_id = ws->here.call_id,
                                                                    .permit = permit});
    if (!t->pending && ws->here.call.state != CALL_ENDED)
        ws_notice(ws, WS_NOTICE_ERROR, N_("The telephone program does not answer."));
}

void ws_consult_answered(struct workstation *ws, const struct ws_answer *a)
{
    const bool is_consult = a->kind == WS_REQ_CONSULT;
    if (a->code == ERR_OK && a->permit) {
        if (is_consult)
            call_expert(ws, a->permit);
        else
            transfer_person(ws, a->permit);
        return;
    }
    if (!is_consult)
        ws->here.transfer.pending = false;
    if (a->code == ERR_UNAVAILABLE || a->code == ERR_OK)
        ws_notice(ws, WS_NOTICE_ERROR,
                  is_consult
                      ? N_("The backend did not answer. Nobody was called: try again.")
                      : N_("The backend did not answer. The person is with you: try again."));
    else
        ws_refused(ws, a);
}

void ws_consult_phone_done(struct workstation *ws, enum ws_phone_op op, const char *call_id,
                           enum err_code code, const struct err *err)
{
    struct ws_consult_facts *c = &ws->here.consult;
    if (op == WS_PHONE_TRANSFER && is(call_id, ws->here.call_id)) {
        ws->here.transfer.pending = code == ERR_OK && ws->here.call.state != CALL_TRANSFERRING &&
                                    ws->here.transfer.pending && !ws->here.transfer.failed;
        return;
    }
    if (op != WS_PHONE_CONSULT)
        return;
    (void)err;
    const bool ours = is(call_id, c->call_id);
    if (is(call_id, ws->consult_dial)) {
        ws->consult_dial[0] = '\0';
        /* The answer may come before the first event: from now on this is the desk's call. */
        if (code == ERR_OK && !is(call_id, ws->consult_told.call_id)) {
            ws_told_clear(&ws->consult_told);
            ws_copy(ws->consult_told.call_id, sizeof ws->consult_told.call_id, call_id);
        }
    }
    if (!ours)
        return;
    c->dialling = false;
    c->dialled = c->dialled || code == ERR_OK;
    /* Unavailable: the desk may have dialled or not; it says so when it is back. */
    if (code != ERR_OK && code != ERR_UNAVAILABLE && c->call.state == CALL_NONE)
        report_end(ws, CALL_END_NEVER_MADE);
}
