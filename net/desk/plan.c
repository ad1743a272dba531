/* SPDX-License-Identifier: Apache-2.0 */
/* What a request becomes (net/desk/plan.h). */

#include "net/desk/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/api/json.h"

struct plan {
    struct desk *desk;
    struct asker asker;
    struct legs_plan what;
    size_t at;                    /* of what.steps */
    struct desk_leg *leg;         /* of the step under way */
    char sip_call_id[129];        /* its call */
    struct desk_leg *called;      /* who was called: the answer tells */
    char call_id[65], token[257]; /* of the permit */
    char uri[257];
    int64_t ring_limit_s;
};

static void advance(struct plan *p);

struct plan *plan_free(struct plan *p)
{
    if (p)
        sodium_memzero(p, sizeof *p); /* the token */
    free(p);
    return NULL;
}

static bool is_ok(const cJSON *reply)
{
    return reply && strcmp(json_str(reply, "ok", "no"), "yes") == 0;
}

/* The plan is over, whatever came of it. */
static void close_plan(struct plan *p)
{
    struct desk *d = p->desk;
    d->plan = plan_free(p);
    if (d->resume_person)
        plan_resume_person(d);
}

static bool hands_on(const struct plan *p)
{
    for (size_t i = 0; i < LEGS_STEPS_MAX; i++)
        if (p->what.steps[i] == LEGS_STEP_TRANSFER)
            return true;
    return false;
}

static void refuse(struct plan *p, enum err_code code, const char *sentence)
{
    struct desk *d = p->desk;
    request_refuse(d, &p->asker, code, sentence);
    d->resume_person = d->resume_person || hands_on(p);
    close_plan(p);
}

static void finish(struct plan *p)
{
    cJSON *j = request_answer(&p->asker, true);
    if (p->called)
        (void)cJSON_AddStringToObject(j, "sip_call_id", p->called->call.sip_call_id);
    desk_server_send(p->desk->server, p->asker.peer, j);
    close_plan(p);
}

/* --- calling ------------------------------------------------------------------------------ */

static void on_dialled(const cJSON *reply, void *arg)
{
    struct plan *p = arg;
    struct desk_leg *leg = p->leg;
    const char *code = reply ? json_str(reply, "code", "") : "";
    const bool no_sound = strcmp(code, "no-sound") == 0;
    leg->call.asked = false;
    if (reply && !is_ok(reply) && !no_sound) {
        desk_leg_clear(leg);
        refuse(p, strcmp(code, "invalid") == 0 ? ERR_PHONE : ERR_UNAVAILABLE,
               json_str(reply, "message", NULL));
        return;
    }
    if (is_ok(reply))
        (void)snprintf(leg->call.sip_call_id, sizeof leg->call.sip_call_id, "%s",
                       json_str(reply, "call", ""));
    p->called = leg;
    p->at++;
    advance(p); /* the answer comes before the events */
    (void)desk_leg_happened(leg, CALL_EV_DIAL, CALL_END_NONE, 0, "");
    if (is_ok(reply))
        desk_leg_limit_ringing(leg);
    else /* a call all the same: the backend permitted it and wants to know how it ended */
        (void)desk_leg_happened(leg, CALL_EV_END,
                                no_sound ? CALL_END_NO_SOUND : CALL_END_PHONE_LOST, 0, "");
}

static bool dial(struct plan *p)
{
    struct desk *d = p->desk;
    const struct desk_permit permit = {p->call_id, p->token, p->uri, p->ring_limit_s};
    struct err err;
    if (p->leg->which == LEG_PERSON) /* of whoever was consulted about the former person */
        desk_leg_clear(&d->legs[LEG_CONSULT]);
    desk_leg_begin(p->leg, &permit);
    if (!voice_command(d->voice, "dial", "uri", p->uri, NULL, NULL, on_dialled, p, &err))
        return true;
    desk_leg_clear(p->leg);
    refuse(p, err.code, err.sentence);
    return false;
}

/* --- hold, resume, transfer --------------------------------------------------------------- */

static void on_done(const cJSON *reply, void *arg)
{
    struct plan *p = arg;
    enum leg which;
    enum call_event event;
    if (!is_ok(reply)) {
        refuse(p, reply ? ERR_STATE : ERR_UNAVAILABLE,
               reply ? json_str(reply, "message", NULL) : N_("The telephone program stopped."));
        return;
    }
    (void)legs_step_event(p->what.steps[p->at], &which, &event);
    if (event == CALL_EV_ANSWER) { /* the module tells when the caller has our answer */
        p->at++;
        advance(p);
        return;
    }
    if (strcmp(p->sip_call_id, p->leg->call.sip_call_id) != 0 ||
        !desk_leg_happened(p->leg, event, CALL_END_NONE, 0, "")) {
        refuse(p, ERR_STATE, N_("The call has ended."));
        return;
    }
    if (event == CALL_EV_TRANSFER)
        desk_leg_limit_ringing(p->leg);
    p->at++;
    advance(p);
}

static bool command(struct plan *p, enum call_event event)
{
    struct voice *voice = p->desk->voice;
    struct err err;
    memcpy(p->sip_call_id, p->leg->call.sip_call_id, sizeof p->sip_call_id);
    enum err_code code;
    if (event == CALL_EV_TRANSFER)
        code = voice_command(voice, "transfer", "call", p->sip_call_id, "uri", p->uri, on_done, p,
                             &err);
    else if (event == CALL_EV_ANSWER)
        code = voice_command(voice, "answer", "call", p->sip_call_id, NULL, NULL, on_done, p, &err);
    else
        code = voice_command(voice, "hold", "call", p->sip_call_id, "on",
                             event == CALL_EV_HOLD ? "yes" : "no", on_done, p, &err);
    if (code)
        refuse(p, err.code, err.sentence);
    return !code;
}

/* --- one step after another --------------------------------------------------------------- */

static bool is_possible(const struct desk_leg *leg, enum call_event event)
{
    struct call trial = leg->call.call;
    return event == CALL_EV_DIAL ||
           (leg->call.ending == CALL_END_NONE && call_step(&trial, event, CALL_END_BY_AGENT, 0));
}

static void advance(struct plan *p)
{
    enum leg which;
    enum call_event event;
    while (p->at < LEGS_STEPS_MAX && legs_step_event(p->what.steps[p->at], &which, &event)) {
        p->leg = &p->desk->legs[which];
        if (event == CALL_EV_END) { /* the module does one thing after the other */
            desk_leg_hit(p->leg, DESK_BLOW_AGENT);
            p->at++;
        } else if (!is_possible(p->leg, event)) {
            refuse(p, ERR_STATE, N_("The call has ended."));
            return;
        } else {
            (void)(event == CALL_EV_DIAL ? dial(p) : command(p, event));
            return;
        }
    }
    finish(p);
}

/* What the agent causes has to fit among the call's events. */
static bool has_room(const struct desk *d, const struct legs_plan *what)
{
    enum leg which;
    enum call_event event;
    for (size_t i = 0; i < LEGS_STEPS_MAX; i++)
        if (legs_step_event(what->steps[i], &which, &event) && event != CALL_EV_END &&
            event != CALL_EV_DIAL && !desk_call_may(&d->legs[which].call, event))
            return false;
    return true;
}

static void copy_permit(struct plan *p, const struct desk_permit *permit)
{
    (void)snprintf(p->call_id, sizeof p->call_id, "%s", permit->call_id);
    (void)snprintf(p->token, sizeof p->token, "%s", permit->call_token);
    (void)snprintf(p->uri, sizeof p->uri, "%s", permit->uri);
    p->ring_limit_s = permit->ring_limit_s;
}

void plan_ask(struct desk *d, const struct asker *a, enum legs_ask ask,
              const struct desk_permit *permit, const char *uri)
{
    const struct legs_plan what =
        legs_ask(ask, desk_leg_state(&d->legs[LEG_PERSON]), desk_leg_state(&d->legs[LEG_CONSULT]));
    struct plan *p = NULL;
    if (d->plan)
        request_refuse(d, a, ERR_STATE, N_("The telephone still does what was asked before."));
    else if (!what.allowed)
        request_refuse(d, a, ERR_STATE, what.refusal);
    else if (!has_room(d, &what))
        request_refuse(d, a, ERR_THROTTLED, N_("Too much happened in this call already."));
    else if (!(p = calloc(1, sizeof *p)))
        request_refuse(d, a, ERR_NOMEM, NULL);
    if (!p)
        return;
    *p = (struct plan){.desk = d, .asker = *a, .what = what};
    if (permit)
        copy_permit(p, permit);
    if (uri)
        (void)snprintf(p->uri, sizeof p->uri, "%s", uri);
    d->plan = p;
    advance(p);
}

void plan_resume_person(struct desk *d)
{
    static const struct asker nobody = {0};
    d->resume_person = d->plan != NULL; /* with a plan under way: when it is over */
    if (d->resume_person)
        return;
    if (desk_leg_state(&d->legs[LEG_PERSON]) == CALL_HELD)
        plan_ask(d, &nobody, LEGS_RESUME_PERSON, NULL, NULL);
}
