/* SPDX-License-Identifier: Apache-2.0 */
/* What is done with a call that is up: the module does it first, then it happened. */

#include "net/desk/plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/api/json.h"

void request_end(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct desk_leg *leg = request_named(d, a, r);
    if (!leg)
        return;
    request_ok(d, a);
    desk_leg_hit(leg, DESK_BLOW_AGENT);
}

/* mute, unmute, dtmf: the module did it, so it happened. */
static void on_done(const cJSON *reply, void *arg)
{
    struct waiting *w = arg;
    struct desk *d = w->desk;
    const bool same_call = strcmp(w->sip_call_id, w->leg->call.sip_call_id) == 0;
    if (reply && strcmp(json_str(reply, "ok", "no"), "yes") == 0) {
        request_ok(d, &w->asker);
        if (same_call)
            (void)desk_leg_happened(w->leg, w->kind, CALL_END_NONE, 0, "");
    } else {
        request_refuse(d, &w->asker, reply ? ERR_STATE : ERR_UNAVAILABLE,
                       reply ? json_str(reply, "message", NULL)
                             : N_("The telephone program stopped."));
    }
    free(w);
}

static bool may_step(struct desk_leg *leg, const struct asker *a, enum call_event kind)
{
    struct call trial = leg->call.call;
    if (!desk_call_may(&leg->call, kind))
        request_refuse(leg->desk, a, ERR_THROTTLED, N_("Too much happened in this call already."));
    else if (!call_step(&trial, kind, CALL_END_NONE, 0))
        request_refuse(leg->desk, a, ERR_STATE, NULL);
    else
        return true;
    return false;
}

void request_mute(struct desk *d, const struct asker *a, const cJSON *r)
{
    const bool on = json_bool(r, "on", false);
    const enum call_event kind = on ? CALL_EV_MUTE : CALL_EV_UNMUTE;
    struct desk_leg *leg = request_named(d, a, r);
    if (!leg)
        return;
    if (on == leg->call.call.muted) {
        request_ok(d, a);
        return;
    }
    struct waiting *w = may_step(leg, a, kind) ? waiting_for(leg, a, kind) : NULL;
    if (w)
        (void)waiting_command(w, "mute", "call", w->sip_call_id, "on", on ? "yes" : "no", on_done);
}

/* Whoever is taken off hold is talked with, and nobody else: core/legs.h. */
void request_hold(struct desk *d, const struct asker *a, const cJSON *r)
{
    static const enum legs_ask asks[LEG_COUNT][2] = {
        [LEG_PERSON] = {LEGS_RESUME_PERSON,  LEGS_HOLD_PERSON },
        [LEG_CONSULT] = {LEGS_RESUME_CONSULT, LEGS_HOLD_CONSULT},
    };
    const struct desk_leg *leg = request_named(d, a, r);
    if (leg)
        plan_ask(d, a, asks[leg->which][json_bool(r, "on", false)], NULL, NULL);
}

void request_dtmf(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct desk_leg *leg = request_named(d, a, r);
    if (!leg || !may_step(leg, a, CALL_EV_DTMF))
        return;
    struct waiting *w = waiting_for(leg, a, CALL_EV_DTMF);
    if (w)
        (void)waiting_command(w, "dtmf", "call", w->sip_call_id, "digits",
                              json_str(r, "digits", ""), on_done);
}

static void on_stats(const cJSON *reply, void *arg)
{
    static const char *const names[] = {"sent", "received", "lost", "jitter_us", "rtt_us"};
    struct waiting *w = arg;
    if (reply && strcmp(json_str(reply, "ok", "no"), "yes") == 0) {
        cJSON *j = request_answer(&w->asker, true);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            (void)cJSON_AddNumberToObject(
                j, names[i], (double)strtoul(json_str(reply, names[i], "0"), NULL, 10));
        desk_server_send(w->desk->server, w->asker.peer, j);
    } else {
        request_refuse(w->desk, &w->asker, ERR_UNAVAILABLE, NULL);
    }
    free(w);
}

void request_stats(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct desk_leg *leg = request_named(d, a, r);
    struct waiting *w = leg ? waiting_for(leg, a, CALL_EV_DIAL) : NULL;
    if (w)
        (void)waiting_command(w, "stats", "call", w->sip_call_id, NULL, NULL, on_stats);
}
