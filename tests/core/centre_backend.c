/* SPDX-License-Identifier: Apache-2.0 */
/* The backend of the simulated centre: who holds whom, by core/hold.h, and what was said. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/centre_internal.h"

/* --- who holds whom --- */

static void carry_out(struct centre *c, struct offer_row *o, const struct hold_change *change)
{
    struct person_row *p = &c->people[o->person];
    struct lease_row *lease = &c->leases[centre_number_of(o->person)];
    struct agent_row *agent = &c->agents[o->agent];
    const int self = (int)(o - c->offers);
    const unsigned fx = change->effects;
    if (fx & HOLD_FX_NEW_FENCE)
        o->fence = ++p->fence;
    if (fx & HOLD_FX_RETURN_PERSON) {
        if (p->unclosed)
            centre_fault(c, "somebody who may have been spoken to was put back");
        p->is = fx & HOLD_FX_PAUSE_PERSON ? IS_RESTING : IS_WAITING;
        p->due_s = c->utc_s + 40;
        if (o->is_another) { /* what the code before decided stands */
            p->is = o->before;
            p->due_s = o->before_due_s;
        }
    }
    if (fx & HOLD_FX_PARK_PERSON) {
        p->is = IS_UNRESOLVED;
        c->counts.parked++;
    }
    if (fx & HOLD_FX_APPLY_RULE) {
        p->is = centre_roll(c, 4) ? IS_RESTING : IS_CLOSED;
        p->due_s = c->utc_s + 20 + centre_roll(c, 60);
        p->unclosed = false;
    }
    if (fx & (HOLD_FX_LEASE_NUMBERS | HOLD_FX_LEASE_PHONE))
        *lease = (struct lease_row){.offer = self};
    if (fx & HOLD_FX_FREE_PHONE)
        *lease = (struct lease_row){.offer = -1};
    if (fx & HOLD_FX_QUARANTINE_PHONE) {
        lease->until_s = c->utc_s + HOLD_PHONE_QUARANTINE_S;
        o->overridden = true;
        o->overridden_s = c->utc_s;
    }
    if (fx & HOLD_FX_FREE_AGENT)
        agent->offer = -1;
    if (fx & HOLD_FX_AGENT_OFF_QUEUE)
        agent->on_queue = false;
    const int64_t durations[] = {
        [HOLD_OFFER_S] = OFFER_S, [HOLD_PREVIEW_S] = PREVIEW_S, [HOLD_ACW_S] = ACW_S};
    if (change->deadline == HOLD_NO_DEADLINE)
        o->deadline_s = 0;
    else if (change->deadline != HOLD_KEEP_DEADLINE)
        o->deadline_s = c->utc_s + durations[change->deadline];
    o->state = change->state;
}

static enum err_code step(struct centre *c, struct offer_row *o, enum hold_event event)
{
    struct hold_change change;
    if (!hold_step(o->state, event, &change))
        return ERR_STATE;
    carry_out(c, o, &change);
    return ERR_OK;
}

static enum err_code fenced(struct centre *c, struct offer_row *o, int agent, int64_t fence,
                            enum hold_event event)
{
    if (!o || o->agent != agent)
        return ERR_NOT_FOUND;
    if (o->fence != fence || o->state == HOLD_NONE) {
        c->counts.stale++;
        return ERR_STALE;
    }
    return step(c, o, event);
}

static struct offer_row *offer_of(struct centre *c, const char *id)
{
    const int n = centre_id_of(id);
    return n >= 0 && n < c->n_offers ? &c->offers[n] : NULL;
}

static bool is_leased(const struct centre *c, int person)
{
    const struct lease_row *lease = &c->leases[centre_number_of(person)];
    return lease->offer >= 0 && (!lease->until_s || c->utc_s < lease->until_s);
}

static void offer_somebody(struct centre *c, int a)
{
    struct agent_row *agent = &c->agents[a];
    if (agent->offer >= 0 || !agent->on_queue || c->utc_s - agent->last_seen_s > GONE_S ||
        c->n_offers == OFFERS)
        return;
    const int first = (int)centre_roll(c, PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
        const int p = (first + i) % PEOPLE;
        if (c->people[p].is != IS_WAITING || is_leased(c, p))
            continue;
        if (c->people[p].unclosed)
            centre_fault(c, "somebody without a code was offered again by itself");
        struct offer_row *o = &c->offers[c->n_offers];
        *o = (struct offer_row){.person = p, .agent = a};
        c->people[p].is = IS_HELD;
        c->people[p].was_offered = true;
        agent->offer = c->n_offers++;
        (void)step(c, o, HOLD_EV_OFFER);
        c->counts.offers++;
        return;
    }
}

void backend_tick(struct centre *c)
{
    for (int a = 0; a < AGENTS; a++) {
        struct agent_row *agent = &c->agents[a];
        struct offer_row *o = agent->offer >= 0 ? &c->offers[agent->offer] : NULL;
        if (o && o->deadline_s && c->utc_s > o->deadline_s && o->state != HOLD_PREVIEW)
            (void)step(c, o, HOLD_EV_DEADLINE);
        if (o && agent->offer >= 0 && c->utc_s - agent->last_seen_s > GONE_S)
            (void)step(c, o, HOLD_EV_AGENT_GONE);
    }
    for (int p = 0; p < PEOPLE; p++)
        if (c->people[p].is == IS_RESTING && c->utc_s >= c->people[p].due_s)
            c->people[p].is = IS_WAITING;
    for (int n = 0; n < NUMBERS; n++)
        if (c->leases[n].until_s && c->utc_s >= c->leases[n].until_s)
            c->leases[n] = (struct lease_row){.offer = -1};
    for (int a = 0; a < AGENTS; a++)
        offer_somebody(c, a);
}

void backend_release(struct centre *c, int person)
{
    struct person_row *p = &c->people[person];
    for (int a = 0; a < AGENTS; a++) {
        const int offer = c->agents[a].offer;
        if (offer >= 0 && c->offers[offer].person == person &&
            step(c, &c->offers[offer], HOLD_EV_RELEASE) == ERR_OK) {
            c->offers[offer].released = true;
            c->counts.released++;
            return;
        }
    }
    if (p->is == IS_UNRESOLVED || p->is == IS_CLOSED) { /* the supervisor puts them back */
        p->is = IS_RESTING;
        p->due_s = c->utc_s + 10;
        p->unclosed = false;
    }
}

/* --- what is told --- */

void backend_work(const struct centre *c, int a, struct ws_work *ret)
{
    const struct agent_row *agent = &c->agents[a];
    *ret = (struct ws_work){.server_utc_s = c->utc_s,
                            .status = AGENT_AVAILABLE,
                            .on_queue = agent->on_queue,
                            .on_queue_since_utc_s = agent->on_queue ? c->utc_s : 0};
    (void)snprintf(ret->agent_id, sizeof ret->agent_id, "agent-%d", a);
    (void)snprintf(ret->agent_login, sizeof ret->agent_login, "agent%d", a);
    (void)snprintf(ret->service_id, sizeof ret->service_id, "test");
    (void)snprintf(ret->service_version, sizeof ret->service_version, "1");
    if (agent->offer < 0)
        return;
    const struct offer_row *o = &c->offers[agent->offer];
    struct ws_work_offer *w = &ret->offer;
    centre_id(w->offer_id, "offer", agent->offer);
    w->fence = o->fence;
    w->state = o->state;
    w->state_since_utc_s = c->utc_s;
    w->deadline_utc_s = o->deadline_s;
    (void)snprintf(w->script_id, sizeof w->script_id, "short");
    (void)snprintf(w->language, sizeof w->language, "fr");
    w->has_person = o->state >= HOLD_PREVIEW;
    if (w->has_person) {
        (void)snprintf(w->person.family_name, sizeof w->person.family_name, "Peeters");
        (void)snprintf(w->person.phones[0], sizeof w->person.phones[0], "+3247000010%d",
                       centre_number_of(o->person));
        w->person.n_phones = 1;
    }
    w->has_call = o->permitted;
    if (w->has_call) {
        centre_id(w->call.call_id, "call", agent->offer);
        (void)snprintf(w->call.phone, sizeof w->call.phone, "%s", w->person.phones[0]);
        w->call.permitted_utc_s = o->permit_first_ms / 1000;
        w->call.rang_utc_s = o->call.rang_utc_s;
        w->call.answered_utc_s = o->call.answered_utc_s;
        w->call.ended_utc_s = o->call.ended_utc_s;
        w->call.end = o->call.end;
        w->call.last_seq = o->last_seq;
    }
    (void)snprintf(w->code, sizeof w->code, "%s", o->code);
}

/* --- requests --- */

static enum err_code permit(struct centre *c, struct flight *f, struct offer_row *o, int agent)
{
    const int self = o ? (int)(o - c->offers) : 0;
    if (o && o->permitted && strcmp(o->permit_key, f->req.key) == 0) {
        if (o->state != HOLD_CALL)
            return ERR_STATE; /* the call is over, or the person was taken away */
    } else {
        const enum err_code code = fenced(c, o, agent, f->req.fence, HOLD_EV_PERMIT);
        if (code != ERR_OK)
            return code;
        o->permitted = true;
        o->permit_first_ms = c->now_ms;
        (void)snprintf(o->permit_key, sizeof o->permit_key, "%s", f->req.key);
        c->people[o->person].unclosed = true;
    }
    f->permit = (struct ws_permit){.ring_limit_s = 45};
    centre_id(f->permit.call_id, "call", self);
    (void)snprintf(f->permit.call_token, sizeof f->permit.call_token, "token");
    (void)snprintf(f->permit.number, sizeof f->permit.number, "+3247000010%d",
                   centre_number_of(o->person));
    (void)snprintf(f->permit.uri, sizeof f->permit.uri, "sip:x@127.0.0.1");
    return ERR_OK;
}

static void log_in(struct centre *c, int a, int pc, int64_t *ret_epoch)
{
    struct agent_row *agent = &c->agents[a];
    if (agent->epoch)
        c->counts.taken_over++;
    agent->epoch = *ret_epoch = ++c->next_id;
    agent->last_seen_s = c->utc_s;
    agent->on_queue = false;
    if (agent->offer >= 0) {
        c->offers[agent->offer].logins |= 1u << pc;
        (void)step(c, &c->offers[agent->offer], HOLD_EV_LOGIN);
    }
    c->counts.logins++;
}

/* Another number is called: this offer ends, and one more of the same person begins. */
static enum err_code another(struct centre *c, struct offer_row *o, int agent, int64_t fence)
{
    if (!o || o->agent != agent)
        return ERR_NOT_FOUND;
    const int p = o->person;
    struct person_row *person = &c->people[p];
    if (o->state != HOLD_DONE || person->is == IS_HELD || person->is == IS_UNRESOLVED ||
        is_leased(c, p) || c->n_offers == OFFERS)
        return ERR_STATE;
    const enum err_code code = fenced(c, o, agent, fence, HOLD_EV_END_PREVIEW);
    if (code != ERR_OK)
        return code;
    struct offer_row *next = &c->offers[c->n_offers];
    *next = (struct offer_row){.person = p,
                               .agent = agent,
                               .is_another = true,
                               .before = person->is,
                               .before_due_s = person->due_s};
    person->is = IS_HELD;
    c->agents[agent].offer = c->n_offers++;
    (void)step(c, next, HOLD_EV_ANOTHER);
    c->counts.another++;
    return ERR_OK;
}

static enum err_code request(struct centre *c, struct flight *f, int agent)
{
    struct offer_row *o = offer_of(c, f->offer_id);
    switch (f->req.kind) {
    case WS_REQ_SIGN_IN:
        log_in(c, agent, f->pc, &f->new_epoch);
        return ERR_OK;
    case WS_REQ_SET_ON_QUEUE:
        c->agents[agent].on_queue = f->req.on_queue;
        return ERR_OK;
    case WS_REQ_ACCEPT:
        return fenced(c, o, agent, f->req.fence, HOLD_EV_ACCEPT);
    case WS_REQ_SKIP:
        return fenced(c, o, agent, f->req.fence, HOLD_EV_SKIP);
    case WS_REQ_PERMIT:
        return permit(c, f, o, agent);
    case WS_REQ_ANOTHER:
        return another(c, o, agent, f->req.fence);
    case WS_REQ_RECORD:
    case WS_REQ_REVEAL:
        return o && o->fence == f->req.fence && hold_shows_record(o->state) ? ERR_OK : ERR_STATE;
    case WS_REQ_DRAFT:
        if (o && o->version) {
            (void)snprintf(f->response, sizeof f->response, "%s", o->response);
            f->version = o->version;
            f->completed = o->completed;
        }
        return ERR_OK;
    case WS_REQ_SIGN_OUT:
    case WS_REQ_SET_STATUS:
    case WS_REQ_SERVICE:
    case WS_REQ_SCRIPT:
    case WS_REQ_INTERACTIONS:
    case WS_REQ_CALLBACKS:
    case WS_REQ_ALARMS:
    case WS_REQ_SEE_ALARM:
    case WS_REQ_CLOSE_ALARM:
    case WS_REQ_INCIDENTS:
    case WS_REQ_DIRECTORY:
    case WS_REQ_CONSULT:
    case WS_REQ_TRANSFER:
    case WS_REQ_RELEASE:
    case WS_REQ_CONTACTS:
        return ERR_OK;
    }
    return ERR_INTERNAL;
}

/* --- writes --- */

void backend_event(struct centre *c, int offer, const struct ws_call_event *e)
{
    struct offer_row *o = &c->offers[offer];
    if (e->seq == o->last_seq + 1) {
        o->last_seq++;
        (void)call_step(&o->call, e->kind, e->end, e->at_utc_s);
    } else if (e->seq > o->last_seq && e->kind == CALL_EV_END) {
        (void)call_step(&o->call, CALL_EV_END, e->end, e->at_utc_s);
    }
    if (o->call.state != CALL_ENDED && e->kind != CALL_EV_END)
        return;
    if (o->state == HOLD_CALL)
        (void)step(c, o, HOLD_EV_CALL_ENDED);
    else if (c->leases[centre_number_of(o->person)].offer == offer &&
             c->leases[centre_number_of(o->person)].until_s)
        c->leases[centre_number_of(o->person)] = (struct lease_row){.offer = -1}; /* proved */
}

static enum err_code keep_words(struct centre *c, struct flight *f, struct offer_row *o)
{
    const struct ws_write *w = &f->write;
    const unsigned long words = strtoul(w->response + 1, NULL, 10); /* "w17/in-progress" */
    f->version = o->version;
    const bool stale = o->fence != f->fence || w->fence < o->made_fence;
    if (stale) {
        c->kept[words % WORDS] = true; /* aside */
        c->counts.late_words++;
        return ERR_STALE;
    }
    if (f->base_version != o->version)
        return strcmp(o->response, w->response) == 0 ? ERR_OK : ERR_CONFLICT;
    if (!o->permitted)
        return ERR_STATE;
    c->kept[words % WORDS] = true;
    o->made_fence = w->fence;
    o->completed = w->completed;
    (void)snprintf(o->response, sizeof o->response, "%s", w->response);
    f->version = ++o->version;
    c->counts.words++;
    return ERR_OK;
}

static enum err_code keep_write(struct centre *c, struct flight *f, int agent)
{
    const struct ws_write *w = &f->write;
    struct offer_row *o = offer_of(c, w->offer_id);
    if (w->kind == WS_WRITE_CALL_EVENT) {
        const int call = centre_id_of(w->call_id);
        if (call < 0 || call >= c->n_offers)
            return ERR_NOT_FOUND;
        backend_event(c, call, &w->event);
        return ERR_OK;
    }
    if (!o || o->agent != agent)
        return ERR_NOT_FOUND;
    if (w->kind == WS_WRITE_RESPONSE)
        return keep_words(c, f, o);
    if (w->kind == WS_WRITE_WRAPUP && o->code[0] && strcmp(o->code, w->code) == 0)
        return ERR_OK; /* the same key, the same answer */
    if (w->kind == WS_WRITE_END && o->state == HOLD_NONE && o->code[0])
        return ERR_OK;
    const enum err_code code = fenced(
        c, o, agent, f->fence, w->kind == WS_WRITE_WRAPUP ? HOLD_EV_WRAPUP : HOLD_EV_END_PREVIEW);
    if (code == ERR_OK && w->kind == WS_WRITE_WRAPUP) {
        if (o->code[0])
            centre_fault(c, "a code was written over another");
        (void)snprintf(o->code, sizeof o->code, "%s", w->code);
        c->counts.wrapups++;
    }
    return code;
}

void backend_serve(struct centre *c, struct flight *f)
{
    const int agent = c->pcs[f->pc].agent;
    const bool login = !f->is_write && f->req.kind == WS_REQ_SIGN_IN;
    if (!login && f->epoch != c->agents[agent].epoch)
        f->code = ERR_UNAUTHENTICATED;
    else
        f->code = f->is_write ? keep_write(c, f, agent) : request(c, f, agent);
    backend_work(c, agent, &f->work);
}
