/* SPDX-License-Identifier: Apache-2.0 */
/* The model of what can die (see the header). */

#include "survival_world.h"

#include <stdlib.h>
#include <string.h>

#define SOON_S 3    /* a cut, a restart by hand */
#define LONG_S 100  /* longer than the grace time and a screen's patience with its desk */
#define RESTART_S 1 /* by a program that watches another */
#define GRACE_S 60
#define RING_LIMIT_S 45
#define SILENCE_S 30 /* baresip's rtp_timeout */
#define ROUNDS_MAX 50

static const char *const death_names[] = {
    [DEATH_SCREEN] = "the screen",
    [DEATH_SCREEN_LONG] = "the screen, for long",
    [DEATH_LINE] = "the line to the desk",
    [DEATH_LINE_LONG] = "the line to the desk, for long",
    [DEATH_DESK] = "the desk",
    [DEATH_PHONE] = "the telephone program",
    [DEATH_BACKEND] = "the backend",
    [DEATH_BACKEND_LONG] = "the backend, for long",
    [DEATH_PEER_ENDS] = "they end it",
    [DEATH_PEER] = "their telephone",
};
_Static_assert(sizeof death_names / sizeof death_names[0] == DEATH_COUNT, "one name a death");

static const char *const moment_names[] = {
    [MOMENT_PREVIEW] = "preview",     [MOMENT_ASKED] = "asked to dial",
    [MOMENT_DIALLING] = "dialling",   [MOMENT_RINGING] = "ringing",
    [MOMENT_TALKING] = "talking",     [MOMENT_MUTED] = "muted",
    [MOMENT_HELD] = "held",           [MOMENT_PEER_HELD] = "held by them",
    [MOMENT_BOTH_HELD] = "both hold", [MOMENT_TRANSFERRING] = "being transferred",
    [MOMENT_ACW] = "after-call work", [MOMENT_DONE] = "done",
};
_Static_assert(sizeof moment_names / sizeof moment_names[0] == MOMENT_COUNT, "one name a moment");

const char *death_name(enum death d)
{
    return death_names[d];
}

const char *moment_name(enum moment m)
{
    return moment_names[m];
}

static bool is_attached(const struct survival *s)
{
    return s->screen && s->line && s->desk;
}

static bool person_waits(const struct survival *s)
{
    return s->peer && !s->dialog && s->peer_is >= PEER_ASKED && s->peer_is <= PEER_TALKS;
}

/* --- the desk --- */

static void happened(struct survival *s, enum call_event kind, enum call_end end)
{
    const bool quiet = !is_attached(s);
    if (kind == CALL_EV_ANSWER || kind == CALL_EV_END)
        s->ring_at = 0;
    fx_desk_event(s->fx, kind, end, quiet);
    if (kind == CALL_EV_END)
        s->ending = CALL_END_NONE;
}

/* The telephone program tells the other side, if there is one of both. */
static void tell_person(struct survival *s)
{
    if (s->dialog && s->peer && s->peer_is >= PEER_ASKED && s->peer_is <= PEER_TALKS) {
        s->peer_is = PEER_TOLD;
        s->told++;
    }
    s->dialog = false;
    s->silent_at = 0;
}

static void blow(struct survival *s, enum desk_blow what)
{
    const struct desk_verdict v = desk_rule_blow(what, &s->fx->desk_state, s->ending);
    if (v.end == CALL_END_NONE)
        return;
    if (v.hang_up) {
        s->ending = v.end;
        tell_person(s);
        happened(s, CALL_EV_END, desk_rule_end("local", 0, &s->fx->desk_state, s->ending));
    } else {
        happened(s, CALL_EV_END, v.end);
    }
}

/* Of the person's telephone, by way of the telephone program. */
static void person_did(struct survival *s, enum call_event kind, const char *cause, int status)
{
    if (!s->dialog || !s->phone || !s->desk)
        return;
    if (kind == CALL_EV_END) {
        s->dialog = false;
        s->silent_at = 0;
        happened(s, kind, desk_rule_end(cause, status, &s->fx->desk_state, s->ending));
    } else {
        happened(s, kind, CALL_END_NONE);
    }
}

static void dial(struct survival *s, const struct fx_phone *p)
{
    struct fixture *fx = s->fx;
    if (s->slow) {
        fx->phones[fx->n_phones++] = *p;
        return;
    }
    struct err err;
    if (call_is_up(&fx->desk_state) || !s->phone) {
        err_set(&err, s->phone ? ERR_STATE : ERR_UNAVAILABLE, NULL);
        workstation_phone_done(fx->ws, WS_PHONE_DIAL, p->call_id, err.code, &err);
        return;
    }
    fx->phones[fx->n_phones++] = *p;
    fx_desk_dial(fx);
    s->dialog = true;
    s->ring_at = fx->utc_s + RING_LIMIT_S;
    if (s->peer) {
        s->peer_is = PEER_ASKED;
        s->invites++;
    }
}

static void control(struct survival *s, const struct fx_phone *p)
{
    struct fixture *fx = s->fx;
    const bool ours = strcmp(p->call_id, fx->desk_call) == 0 && call_is_up(&fx->desk_state);
    if (p->op == WS_PHONE_END && ours)
        blow(s, DESK_BLOW_AGENT);
    else if (p->op == WS_PHONE_MUTE && ours && s->phone)
        happened(s, p->on ? CALL_EV_MUTE : CALL_EV_UNMUTE, CALL_END_NONE);
    else if (p->op == WS_PHONE_HOLD && ours && s->phone)
        happened(s, p->on ? CALL_EV_HOLD : CALL_EV_RESUME, CALL_END_NONE);
}

static void serve_one(struct survival *s, const struct fx_phone *p)
{
    struct fixture *fx = s->fx;
    switch (p->op) {
    case WS_PHONE_DIAL:
        dial(s, p);
        break;
    case WS_PHONE_END:
    case WS_PHONE_MUTE:
    case WS_PHONE_HOLD:
    case WS_PHONE_DTMF:
        control(s, p);
        workstation_phone_done(fx->ws, p->op, p->call_id, ERR_OK, NULL);
        break;
    case WS_PHONE_SIGN_IN:
    case WS_PHONE_SIGN_OUT:
        workstation_phone_done(fx->ws, p->op, "", ERR_OK, NULL);
        break;
    case WS_PHONE_CALL:
        fx_desk_tell(fx);
        break;
    case WS_PHONE_ACK:
    case WS_PHONE_CONSULT: /* nobody here consults or hands on */
    case WS_PHONE_SWAP:
    case WS_PHONE_TAKE_BACK:
    case WS_PHONE_TRANSFER:
    case WS_PHONE_ANSWER:  /* nor does anybody call in */
    case WS_PHONE_DEVICES: /* nobody looks at the sound here */
    case WS_PHONE_CHOOSE:
    case WS_PHONE_VOLUME:
    case WS_PHONE_SOUND_TEST:
        break;
    }
}

/* True: something was asked. */
static bool serve_phones(struct survival *s)
{
    struct fx_phone asked[32];
    const size_t n = s->fx->n_phones < 32 ? s->fx->n_phones : 32;
    bool any = false;
    memcpy(asked, s->fx->phones, n * sizeof asked[0]);
    s->fx->n_phones = 0;
    for (size_t i = 0; i < n && is_attached(s); i++) {
        any |= !(s->slow && asked[i].op == WS_PHONE_DIAL);
        serve_one(s, &asked[i]);
    }
    return any;
}

/* With no screen the desk tells the backend what no screen has acknowledged. */
static void post(struct survival *s)
{
    struct fixture *fx = s->fx;
    if (!s->desk || desk_rule_teller(is_attached(s), true) != DESK_TELLER_DESK)
        return;
    while (fx->up && fx->desk_acked < fx->n_desk_events)
        if (fx_post_event(fx, fx->desk_call, &fx->desk_events[fx->desk_acked]) != ERR_UNAVAILABLE)
            fx->desk_acked++;
}

void survival_carry(struct survival *s)
{
    post(s);
    for (int i = 0; s->screen && i < ROUNDS_MAX; i++) {
        fx_settle_journal(s->fx, true);
        fx_serve(s->fx);
        if (!serve_phones(s) && !s->fx->n_asks && !s->fx->n_sends && !s->fx->n_unsettled)
            break;
    }
}

/* --- coming and going --- */

static void detach(struct survival *s)
{
    if (s->desk)
        s->grace_at = s->fx->utc_s + GRACE_S;
    s->fx->desk_gone = true;
    s->fx->n_phones = 0;
}

static void attach(struct survival *s)
{
    s->grace_at = 0;
    fx_desk_up(s->fx, true);
    workstation_desk_phone(s->fx->ws, s->phone ? WS_PHONE_READY : WS_PHONE_STARTING, "");
}

static void screen_dies(struct survival *s, int64_t back_s)
{
    s->screen = false;
    s->slow = false; /* with it went what it had asked */
    s->screen_at = s->fx->utc_s + back_s;
    detach(s);
}

static void line_dies(struct survival *s, int64_t back_s)
{
    s->line = false;
    s->slow = false;
    s->line_at = s->fx->utc_s + back_s;
    detach(s);
    workstation_desk_down(s->fx->ws, "The desk is gone.");
}

static void desk_dies(struct survival *s)
{
    tell_person(s); /* the telephone program does, when it misses its desk */
    s->desk = s->phone = s->goodbye = s->slow = false;
    s->ending = CALL_END_NONE;
    s->grace_at = s->ring_at = s->phone_at = 0;
    s->desk_at = s->fx->utc_s + RESTART_S;
    s->fx->desk_acked = 0;
    fx_desk_dies(s->fx);
}

static void phone_dies(struct survival *s)
{
    s->phone = false;
    s->phone_at = s->fx->utc_s + RESTART_S;
    s->goodbye = s->dialog;
    s->dialog = false;
    s->silent_at = 0;
    if (is_attached(s))
        workstation_desk_phone(s->fx->ws, WS_PHONE_STARTING, "");
    blow(s, DESK_BLOW_PHONE);
}

static void peer_ends(struct survival *s)
{
    const bool answered = s->peer_is == PEER_TALKS;
    s->peer_is = PEER_HUNG_UP;
    person_did(s, CALL_EV_END, answered ? "peer" : "sip", answered ? 0 : 486);
}

bool survival_kill(struct survival *s, enum death d)
{
    const bool called = s->peer && s->peer_is >= PEER_ASKED && s->peer_is <= PEER_TALKS;
    switch (d) {
    case DEATH_SCREEN:
    case DEATH_SCREEN_LONG:
        if (!s->screen || !s->line || !s->desk) /* desk and screen at once: a new login */
            return false;
        screen_dies(s, d == DEATH_SCREEN ? SOON_S : LONG_S);
        break;
    case DEATH_LINE:
    case DEATH_LINE_LONG:
        if (!is_attached(s))
            return false;
        line_dies(s, d == DEATH_LINE ? SOON_S : LONG_S);
        break;
    case DEATH_DESK:
        if (!is_attached(s) || s->goodbye) /* nobody is left who could say it */
            return false;
        desk_dies(s);
        break;
    case DEATH_PHONE:
        if (!s->desk || !s->phone)
            return false;
        phone_dies(s);
        break;
    case DEATH_BACKEND:
    case DEATH_BACKEND_LONG:
        if (!s->fx->up || !s->screen)
            return false;
        fx_backend(s->fx, false);
        s->backend_at = s->fx->utc_s + (d == DEATH_BACKEND ? SOON_S : LONG_S);
        break;
    case DEATH_PEER_ENDS:
        if (!called || !s->dialog)
            return false;
        peer_ends(s);
        break;
    case DEATH_PEER:
        if (!s->peer)
            return false;
        s->peer = false;
        if (s->dialog && s->peer_is == PEER_TALKS)
            s->silent_at = s->fx->utc_s + SILENCE_S;
        break;
    }
    return true;
}

static bool is_due(const struct survival *s, int64_t *at)
{
    if (!*at || s->fx->utc_s < *at)
        return false;
    *at = 0;
    return true;
}

static void come_back(struct survival *s)
{
    if (is_due(s, &s->backend_at)) {
        s->fx->up = true;
        if (s->screen)
            fx_backend(s->fx, true);
    }
    if (is_due(s, &s->phone_at)) {
        s->phone = true;
        s->dialog = s->goodbye;
        s->goodbye = false;
        tell_person(s);
        if (is_attached(s))
            workstation_desk_phone(s->fx->ws, WS_PHONE_READY, "");
    }
    if (is_due(s, &s->desk_at)) {
        s->desk = s->phone = true;
        fx_desk_up(s->fx, false);
    }
    if (is_due(s, &s->line_at)) {
        s->line = true;
        attach(s);
    }
    if (is_due(s, &s->screen_at)) {
        s->screen = true;
        s->fx->desk_gone = false;
        fx_restart(s->fx);
        attach(s);
        if (!s->fx->up)
            fx_backend(s->fx, false);
    }
}

static void clocks(struct survival *s)
{
    if (is_due(s, &s->grace_at))
        blow(s, DESK_BLOW_GRACE);
    if (is_due(s, &s->ring_at)) {
        /* Whoever was to be called in our place does not answer: the person is taken back. */
        if (s->fx->desk_state.state == CALL_TRANSFERRING)
            happened(s, CALL_EV_TRANSFER_FAILED, CALL_END_NONE);
        else
            blow(s, DESK_BLOW_RING_LIMIT);
    }
    /* Who is on hold hears nothing, and says nothing (facts of baresip: rtp_timeout). */
    const bool sounds = s->fx->desk_state.state == CALL_TALKING && !s->fx->desk_state.peer_holds;
    if (s->silent_at && !sounds)
        s->silent_at = s->fx->utc_s + SILENCE_S;
    else if (is_due(s, &s->silent_at))
        person_did(s, CALL_EV_END, "rtp", 0);
}

static void count_alone(struct survival *s)
{
    if (!person_waits(s))
        s->alone_since_s = 0;
    else if (!s->alone_since_s)
        s->alone_since_s = s->fx->utc_s;
    else if (s->fx->utc_s - s->alone_since_s > s->alone_s)
        s->alone_s = s->fx->utc_s - s->alone_since_s;
}

void survival_pass(struct survival *s, int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++) {
        if (s->screen) {
            fx_pass(s->fx, 1);
        } else {
            s->fx->now_ms += 1000;
            s->fx->utc_s++;
        }
        come_back(s);
        clocks(s);
        survival_carry(s);
        count_alone(s);
    }
}

/* --- the person --- */

void survival_peer_rings(struct survival *s)
{
    if (!s->peer || s->peer_is != PEER_ASKED || !s->dialog)
        return;
    s->peer_is = PEER_RINGS;
    person_did(s, CALL_EV_RING, "", 0);
}

void survival_peer_answers(struct survival *s)
{
    if (!s->peer || (s->peer_is != PEER_ASKED && s->peer_is != PEER_RINGS) || !s->dialog)
        return;
    s->peer_is = PEER_TALKS;
    person_did(s, CALL_EV_ANSWER, "", 0);
}

void survival_peer_holds(struct survival *s, bool on)
{
    if (s->peer && s->peer_is == PEER_TALKS)
        person_did(s, on ? CALL_EV_PEER_HOLD : CALL_EV_PEER_RESUME, "", 0);
}

/* --- the agent --- */

static void calls(struct survival *s)
{
    (void)s->fx->cmd.dial(s->fx->cmd.arg, 0, NULL);
    survival_carry(s);
}

static void transfer(struct survival *s)
{
    happened(s, CALL_EV_TRANSFER, CALL_END_NONE);
    s->ring_at = s->fx->utc_s + RING_LIMIT_S;
}

static void is_offered_somebody(struct survival *s)
{
    fx_offer(s->fx);
    s->peer = true;
    s->peer_is = PEER_IDLE;
    survival_carry(s);
    (void)s->fx->cmd.accept(s->fx->cmd.arg, NULL);
    survival_carry(s);
}

void survival_reach(struct survival *s, enum moment m)
{
    struct workstation_commands *c = &s->fx->cmd;
    is_offered_somebody(s);
    if (m == MOMENT_PREVIEW)
        return;
    s->slow = m == MOMENT_ASKED;
    calls(s);
    if (m >= MOMENT_RINGING)
        survival_peer_rings(s);
    if (m >= MOMENT_TALKING)
        survival_peer_answers(s);
    if (m == MOMENT_MUTED)
        (void)c->mute(c->arg, true, NULL);
    if (m == MOMENT_HELD || m == MOMENT_BOTH_HELD || m == MOMENT_TRANSFERRING)
        (void)c->hold(c->arg, true, NULL);
    survival_carry(s);
    if (m == MOMENT_PEER_HELD || m == MOMENT_BOTH_HELD)
        survival_peer_holds(s, true);
    if (m == MOMENT_TRANSFERRING)
        transfer(s);
    if (m >= MOMENT_ACW)
        peer_ends(s);
    survival_carry(s);
    if (m == MOMENT_DONE)
        (void)c->wrapup(c->arg, "no_answer", "", 0, NULL);
    survival_carry(s);
}

/* --- what must hold --- */

const char *survival_fault(const struct survival *s)
{
    const struct ws_offer *o = &s->fx->view->offer;
    const struct fx_offer *held = s->fx->n_offers ? &s->fx->offers[s->fx->n_offers - 1] : NULL;
    const bool desk_up = call_is_up(&s->fx->desk_state);
    if (person_waits(s))
        return "the person has nobody at the other end, and was not told";
    if (s->dialog != desk_up)
        return "the desk does not know whether there is a call";
    if (call_is_up(&o->call) != desk_up)
        return "the screen does not say whether there is a call";
    if (held && held->call_id[0] && call_is_up(&held->call) != desk_up)
        return "the backend does not know whether there is a call";
    if (o->call.state == CALL_ENDED &&
        (o->call.end == CALL_END_NONE || !*call_end_text(o->call.end)))
        return "the agent is not told how it ended";
    if (held && o->call.state == CALL_ENDED && held->call.end != o->call.end)
        return "the books say another end than the screen";
    if (s->invites > s->fx->n_offers)
        return "somebody was called twice";
    if (s->fx->bad_dials)
        return "somebody was called without a permit";
    if (s->fx->view->unsent)
        return "something was never told to the backend";
    return NULL;
}

static const char *talks_to_the_next(struct survival *s)
{
    is_offered_somebody(s);
    const unsigned before = s->invites;
    calls(s);
    survival_peer_rings(s);
    survival_peer_answers(s);
    survival_carry(s);
    if (s->invites != before + 1)
        return "the next person cannot be called";
    if (s->fx->view->offer.call.state != CALL_TALKING || s->peer_is != PEER_TALKS)
        return "the agent does not talk to the next person";
    return survival_fault(s);
}

const char *survival_go_on(struct survival *s)
{
    struct workstation_commands *c = &s->fx->cmd;
    const struct ws_offer *o = &s->fx->view->offer;
    if (o->state == HOLD_PREVIEW) {
        calls(s);
        survival_peer_answers(s);
    }
    if (call_is_up(&o->call)) {
        if (c->end_call(c->arg, NULL) != ERR_OK)
            return "the call cannot be ended";
        survival_carry(s);
        if (o->call.end != CALL_END_BY_AGENT)
            return "the call did not end when the agent ended it";
    }
    if (o->state == HOLD_ACW || o->state == HOLD_OVERDUE) {
        if (c->wrapup(c->arg, "no_answer", "", 0, NULL) != ERR_OK)
            return "no code can be chosen";
        survival_carry(s);
    }
    if (o->state != HOLD_DONE || c->end_preview(c->arg, NULL) != ERR_OK)
        return "the preview cannot be ended";
    survival_carry(s);
    if (o->state != HOLD_NONE || fx_held(s->fx))
        return "the person stays";
    return talks_to_the_next(s);
}

struct survival *survival_new(void)
{
    struct survival *s = calloc(1, sizeof *s);
    s->fx = fx_at_work();
    s->screen = s->line = s->desk = s->phone = s->peer = true;
    s->fx->n_phones = 0;
    return s;
}

void survival_free(struct survival *s)
{
    fx_free(s->fx);
    free(s);
}
