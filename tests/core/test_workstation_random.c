/* SPDX-License-Identifier: Apache-2.0 */
/* Thousands of random minutes: cuts, deaths, lost answers, old news, impatient keys. Whatever
 * happens, nobody is dialled without a fresh permit, no call ends that is the agent's and that he
 * did not end, nothing that was accepted is lost, and a person never moves backwards on the screen.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

#define RUNS 800
#define STEPS 600
#define OLD_NEWS 32

/* What the agent saw accepted. */
struct promise {
    char offer_id[WS_ID_MAX];
    char response[64]; /* newest answer, "" = none */
    char code[SERVICE_ID_SIZE];
    enum ws_wish wish;
};

struct run {
    struct fixture *fx;
    uint64_t seed;
    struct promise promises[64];
    size_t n_promises;
    char shown_offer[WS_ID_MAX];
    enum hold_state shown;
    bool excused;                  /* a supervisor, or a refusal, may take the screen back */
    char ended[WS_ID_MAX];         /* the call that the agent ended last */
    struct ws_work news[OLD_NEWS]; /* of the last few steps, in turn */
    unsigned steps;
    unsigned old_news;
};

static unsigned roll(struct run *r, unsigned n)
{
    r->seed = r->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((r->seed >> 33) % n);
}

static struct promise *promise_of(struct run *r)
{
    const char *id = r->fx->view->offer.offer_id;
    for (size_t i = 0; i < r->n_promises; i++)
        if (strcmp(r->promises[i].offer_id, id) == 0)
            return &r->promises[i];
    struct promise *p = &r->promises[r->n_promises++];
    *p = (struct promise){0};
    (void)snprintf(p->offer_id, sizeof p->offer_id, "%s", id);
    return p;
}

static void agent_acts(struct run *r)
{
    struct fixture *fx = r->fx;
    const struct workstation_commands *c = &fx->cmd;
    bool yes = roll(r, 2);
    switch (roll(r, 14)) {
    case 0:
        (void)c->accept(c->arg, NULL);
        break;
    case 1:
        if (roll(r, 50) == 0)
            (void)(c->skip)(c->arg, "known", NULL);
        break;
    case 2:
        (void)c->dial(c->arg, roll(r, 2), NULL);
        break;
    case 3:
        if (c->end_call(c->arg, NULL) == ERR_OK)
            memcpy(r->ended, fx->phones[fx->n_phones - 1].call_id, sizeof r->ended);
        break;
    case 4:
        (void)c->mute(c->arg, yes, NULL);
        break;
    case 5:
        (void)c->hold(c->arg, yes, NULL);
        break;
    case 6:
    case 7:
    case 8:
        if (fx_answer(fx, yes, NULL) == ERR_OK)
            snprintf(promise_of(r)->response, sizeof r->promises[0].response, "%s/in-progress",
                     yes ? "yes" : "no");
        break;
    case 9:
        if (c->submit(c->arg, NULL) == ERR_OK) {
            char *response = promise_of(r)->response;
            const size_t given = strcspn(response, "/");
            if (response[given])
                (void)snprintf(response + given, sizeof promise_of(r)->response - given,
                               "/completed");
        }
        break;
    case 10:
        if (c->wrapup(c->arg, "no_answer", "", 0, NULL) == ERR_OK)
            (void)snprintf(promise_of(r)->code, sizeof promise_of(r)->code, "%s", "no_answer");
        break;
    case 11:
        if (yes || fx->n_offers > 60 ||
            c->call_party(c->arg, &(struct party){.number = "+32470000109"}, NULL) != ERR_OK)
            (void)c->end_preview(c->arg, NULL);
        break;
    case 12:
        (void)c->reveal_niss(c->arg, yes, NULL);
        break;
    case 13: {
        const enum ws_wish wish = yes ? WS_WISH_ANY : WS_WISH_NUMBER;
        if (c->wish(c->arg, fx->view->offer.offer_id, wish, NULL) == ERR_OK &&
            promise_of(r)->wish < wish)
            promise_of(r)->wish = wish;
        break;
    }
    }
}

/* The desk carries out what it was asked to, and the citizen does as he likes. */
static void desk_acts(struct run *r)
{
    struct fixture *fx = r->fx;
    fx_desk_dial(fx);
    if (fx_phone_asked(fx, WS_PHONE_END) && call_is_up(&fx->desk_state))
        fx_desk_event(fx, CALL_EV_END, CALL_END_BY_AGENT, roll(r, 8) == 0);
    fx->n_phones = 0;
    static const enum call_event events[] = {CALL_EV_RING,   CALL_EV_ANSWER,    CALL_EV_HOLD,
                                             CALL_EV_RESUME, CALL_EV_PEER_HOLD, CALL_EV_END};
    if (roll(r, 3) == 0)
        fx_desk_event(fx, events[roll(r, 6)], CALL_END_BY_PERSON, roll(r, 8) == 0);
}

static void desk_comes_back(struct run *r)
{
    fx_desk_up(r->fx, true);
    r->fx->desk_gone = false;
}

/* Whose call the backend holds for the agent goes on until somebody ends it. */
static void check_calls(struct run *r)
{
    const struct fx_offer *o = fx_held(r->fx);
    for (size_t i = 0; o && i < r->fx->n_phones; i++) {
        const struct fx_phone *p = &r->fx->phones[i];
        if (p->op == WS_PHONE_END && strcmp(p->call_id, o->call_id) == 0 &&
            strcmp(p->call_id, r->ended) != 0)
            fail_msg("nobody ended %s", p->call_id);
    }
}

/* The journal of the run is settled before a death: what is not on the disk was never promised. */
static void fate_acts(struct run *r)
{
    struct fixture *fx = r->fx;
    fx_make_work(fx, &r->news[r->steps++ % OLD_NEWS]);
    switch (roll(r, 24)) {
    case 0:
        fx_backend(fx, !fx->up);
        break;
    case 1:
        if (!fx->up)
            fx_backend(fx, true);
        break;
    case 2:
        fx_settle_journal(fx, true);
        fx_restart(fx);
        r->steps = 0; /* and another stream */
        r->shown_offer[0] = '\0';
        break;
    case 3:
        if (roll(r, 4) == 0)
            fx_desk_dies(fx);
        break;
    case 4:
        desk_comes_back(r);
        break;
    case 5:
        fx_serve_deaf(fx);
        break;
    case 6:
        if (roll(r, 10) == 0) {
            fx_release(fx);
            r->excused = true;
        }
        break;
    case 7:
        fx_pass(fx, 1 + roll(r, roll(r, 8) ? 6 : 90));
        break;
    case 8: /* held up on its way; the newest follows */
        if (!fx->up || fx->view->backend != WS_BACKEND_OK || !r->steps)
            break;
        workstation_work(fx->ws, &r->news[roll(r, r->steps < OLD_NEWS ? r->steps : OLD_NEWS)]);
        check_calls(r);
        fx_push(fx);
        r->excused = true;
        r->old_news++;
        break;
    default:
        fx_settle_journal(fx, true);
        fx_serve(fx);
        if (fx->up && !fx_held(fx))
            fx_offer(fx);
        break;
    }
}

/* The screen hears of it a little later, and may be refused something until then. */
static bool was_released(const struct run *r, const char *offer_id)
{
    for (size_t i = 0; i < r->fx->n_offers; i++)
        if (strcmp(r->fx->offers[i].offer_id, offer_id) == 0)
            return r->fx->offers[i].released;
    return false;
}

static void check(struct run *r)
{
    const struct ws_offer *o = &r->fx->view->offer;
    assert_int_equal(r->fx->bad_dials, 0);
    check_calls(r);
    /* A backend that hears late of the call's end may give the agent more time than the screen
     * had reckoned with. */
    bool more_time = r->shown == HOLD_OVERDUE && o->state == HOLD_ACW;
    if (o->offer_id[0] && strcmp(o->offer_id, r->shown_offer) == 0 && o->state < r->shown &&
        !r->excused && !more_time && !was_released(r, o->offer_id))
        fail_msg("%s went back from %s to %s", o->offer_id, hold_state_name(r->shown),
                 hold_state_name(o->state));
    snprintf(r->shown_offer, sizeof r->shown_offer, "%s", o->offer_id);
    r->shown = o->state;
    r->excused = false;
}

/* Everything is there again, and time enough to send all. */
static void calm_down(struct run *r)
{
    desk_comes_back(r);
    fx_backend(r->fx, true);
    for (int i = 0; i < 60; i++) {
        fx_settle_journal(r->fx, true);
        fx_serve(r->fx);
        fx_desk_dial(r->fx);
        r->fx->n_phones = 0;
        fx_pass(r->fx, 1);
    }
}

static void check_promises(struct run *r)
{
    assert_int_equal(r->fx->view->unsent, 0);
    for (size_t i = 0; i < r->n_promises; i++) {
        const struct promise *p = &r->promises[i];
        for (size_t k = 0; k < r->fx->n_offers; k++) {
            const struct fx_offer *o = &r->fx->offers[k];
            if (strcmp(o->offer_id, p->offer_id) != 0)
                continue;
            if (p->response[0])
                assert_string_equal(o->response, p->response);
            if (p->code[0] && !o->released)
                assert_string_equal(o->code, p->code);
            if (!o->released)
                assert_true(o->wish >= p->wish);
            assert_true(o->n_wrapups <= 1);
        }
    }
}

static void whatever_happens_nothing_accepted_is_lost(void **state)
{
    (void)state;
    unsigned dials = 0, wrapups = 0, wishes = 0, old_news = 0;
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct run r = {.fx = fx_at_work(), .seed = seed * 7919};
        for (unsigned i = 0; i < STEPS; i++) {
            if (r.fx->n_offers > 60)
                break;
            agent_acts(&r);
            check(&r);
            desk_acts(&r);
            check(&r);
            fate_acts(&r);
            check(&r);
        }
        calm_down(&r);
        check_promises(&r);
        dials += r.fx->dials;
        old_news += r.old_news;
        for (size_t k = 0; k < r.fx->n_offers; k++) {
            wrapups += r.fx->offers[k].n_wrapups;
            wishes += r.fx->offers[k].wish != WS_WISH_NONE;
        }
        fx_free(r.fx);
    }
    /* The storm must let work happen, or it proves nothing. */
    assert_true(dials > 3 * RUNS);
    assert_true(wrapups > 2 * RUNS);
    assert_true(wishes > RUNS);
    assert_true(old_news > RUNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_nothing_accepted_is_lost),
    };
    return cmocka_run_group_tests_name("workstation_random", tests, NULL, NULL);
}
