/* SPDX-License-Identifier: Apache-2.0 */
/* One of the desk's two calls (net/desk/desk_leg.h). */

#include "net/desk/desk_leg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/desk/clock.h"
#include "net/desk/desk.h"

#include "net/desk/plan.h"

enum err_code desk_leg_init(struct desk_leg *leg, struct desk *d, enum leg which, struct err *err)
{
    *leg = (struct desk_leg){.desk = d, .which = which};
    tmr_init(&leg->ring_limit);
    leg->poster = desk_poster_new(&leg->call, d->session, d->session->call_tokens[which]);
    return leg->poster ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
}

void desk_leg_deinit(struct desk_leg *leg)
{
    tmr_cancel(&leg->ring_limit);
    leg->poster = desk_poster_free(leg->poster);
}

void desk_leg_clear(struct desk_leg *leg)
{
    desk_call_clear(&leg->call);
    desk_poster_forget(leg->poster);
    leg->kept = (struct line_quality){.grade = LINE_UNKNOWN};
}

void desk_leg_begin(struct desk_leg *leg, const struct desk_permit *permit)
{
    desk_leg_clear(leg);
    desk_call_begin(&leg->call, permit->call_id);
    leg->call.asked = true;
    leg->ring_limit_s = permit->ring_limit_s;
    char *token = leg->desk->session->call_tokens[leg->which];
    (void)snprintf(token, sizeof leg->desk->session->call_tokens[0], "%s", permit->call_token);
}

struct desk_leg *desk_leg_named(struct desk *d, const char *call_id)
{
    for (size_t i = 0; i < LEG_COUNT; i++)
        if (*call_id && strcmp(call_id, d->legs[i].call.call_id) == 0)
            return &d->legs[i];
    return NULL;
}

enum call_state desk_leg_state(const struct desk_leg *leg)
{
    if (leg->call.asked)
        return CALL_DIALLING;
    return leg->call.ending != CALL_END_NONE ? CALL_ENDED : leg->call.call.state;
}

bool desk_legs_are_busy(const struct desk *d)
{
    for (size_t i = 0; i < LEG_COUNT; i++)
        if (desk_call_is_busy(&d->legs[i].call))
            return true;
    return false;
}

/* --- what happened ------------------------------------------------------------------------ */

/* Of the backend, as the screen knew it at the dial; this machine's clock may be wrong, and may be
 * moved in the midst of a call. */
static int64_t now_utc_s(const struct desk *d)
{
    return (d->utc_at_0_ms + desk_clock_ms()) / 1000;
}

static void tell(const struct desk_leg *leg, const struct desk_call_event *ev)
{
    struct desk_server *server = leg->desk->server;
    cJSON *j = desk_call_event_json(ev);
    if (j && cJSON_AddStringToObject(j, "event", "call") &&
        cJSON_AddStringToObject(j, "call_id", leg->call.call_id) &&
        cJSON_AddStringToObject(j, "sip_call_id", leg->call.sip_call_id))
        desk_server_send(server, desk_server_screen(server), j);
    else
        json_free(j);
}

bool desk_leg_happened(struct desk_leg *leg, enum call_event kind, enum call_end end,
                       int sip_status, const char *text)
{
    const struct desk_call_event *ev =
        desk_call_step(&leg->call, kind, end, sip_status, text, now_utc_s(leg->desk));
    if (!ev)
        return false;
    if (kind == CALL_EV_ANSWER || kind == CALL_EV_TRANSFER_FAILED || kind == CALL_EV_END)
        tmr_cancel(&leg->ring_limit);
    tell(leg, ev);
    line_watch_follow(leg->desk);
    desk_sound_follow(leg->desk);
    desk_poster_kick(leg->poster);
    return true;
}

/* --- ending ------------------------------------------------------------------------------- */

/* The module knew no such call, or died: there is nobody left who would report the end. */
static void on_hung_up(const cJSON *reply, void *arg)
{
    struct desk_leg *leg = arg;
    if (call_is_up(&leg->call.call) && (!reply || strcmp(json_str(reply, "ok", "no"), "yes") != 0))
        (void)desk_leg_happened(leg, CALL_EV_END, leg->call.ending, 0, "");
}

void desk_leg_hit(struct desk_leg *leg, enum desk_blow blow)
{
    struct err err;
    const struct desk_verdict v = desk_rule_blow(blow, &leg->call.call, leg->call.ending);
    if (v.end == CALL_END_NONE)
        return;
    if (!v.hang_up) {
        (void)desk_leg_happened(leg, CALL_EV_END, v.end, 0, "");
        return;
    }
    leg->call.ending = v.end;
    if (voice_command(leg->desk->voice, "hangup", "call", leg->call.sip_call_id, NULL, NULL,
                      on_hung_up, leg, &err))
        on_hung_up(NULL, leg);
}

/* --- ringing ------------------------------------------------------------------------------ */

static void transfer_failed(struct desk_leg *leg, int status, const char *text)
{
    if (desk_leg_happened(leg, CALL_EV_TRANSFER_FAILED, CALL_END_NONE, status, text))
        plan_resume_person(leg->desk);
}

/* Nobody answered; or nothing was ever heard of the call, so that nobody's telephone rang. Whoever
 * was to be called in our place and does not answer: the person is taken back. */
static void on_ring_limit(void *arg)
{
    struct desk_leg *leg = arg;
    if (leg->call.call.state == CALL_TRANSFERRING)
        transfer_failed(leg, 0, N_("Nobody answered in time."));
    else
        desk_leg_hit(leg, DESK_BLOW_RING_LIMIT);
}

void desk_leg_limit_ringing(struct desk_leg *leg)
{
    tmr_start(&leg->ring_limit, (uint64_t)leg->ring_limit_s * 1000, on_ring_limit, leg);
}

/* --- what the module tells ---------------------------------------------------------------- */

/* A gateway says 180 again every minute: that is no news. */
static bool rings_already(const struct desk_call *c, int status)
{
    const struct desk_call_event *last = c->n_events ? &c->events[c->n_events - 1] : NULL;
    return last && last->kind == CALL_EV_RING && last->sip_status == status;
}

static struct desk_leg *leg_of_sip(struct desk *d, const char *sip_call_id)
{
    for (size_t i = 0; i < LEG_COUNT; i++)
        if (*sip_call_id && strcmp(sip_call_id, d->legs[i].call.sip_call_id) == 0)
            return &d->legs[i];
    return NULL;
}

static void media_is(struct desk_leg *leg, bool encrypted)
{
    struct desk *d = leg->desk;
    leg->call.media = encrypted ? DESK_MEDIA_ENCRYPTED : DESK_MEDIA_PLAIN;
    cJSON *j = cJSON_CreateObject();
    if (cJSON_AddStringToObject(j, "event", "media") &&
        cJSON_AddStringToObject(j, "call_id", leg->call.call_id) &&
        cJSON_AddBoolToObject(j, "encrypted", encrypted))
        desk_server_send(d->server, desk_server_screen(d->server), j);
    else
        json_free(j);
}

void desk_leg_told(struct desk *d, const char *event, const cJSON *m)
{
    enum call_event kind;
    struct desk_leg *leg = leg_of_sip(d, json_str(m, "call", ""));
    if (leg && strcmp(event, "secure") == 0)
        media_is(leg, strcmp(json_str(m, "on", "no"), "yes") == 0);
    if (!leg || !call_event_by_name(event, &kind))
        return;
    const int status = (int)strtol(json_str(m, "status", "0"), NULL, 10);
    const char *cause = json_str(m, "cause", "line");
    const bool insecure = kind == CALL_EV_END && strcmp(cause, "media") == 0;
    const char *text = insecure ? PHONE_NOT_ENCRYPTED : json_str(m, "text", "");
    if (kind == CALL_EV_END)
        (void)desk_leg_happened(leg, kind,
                                desk_rule_end(cause, status, &leg->call.call, leg->call.ending),
                                status, text);
    else if (kind == CALL_EV_TRANSFER_FAILED)
        transfer_failed(leg, status, text);
    else if (kind == CALL_EV_RING && rings_already(&leg->call, status))
        return;
    else if (kind == CALL_EV_RING || kind == CALL_EV_ANSWER || kind == CALL_EV_PEER_HOLD ||
             kind == CALL_EV_PEER_RESUME)
        (void)desk_leg_happened(leg, kind, CALL_END_NONE, kind == CALL_EV_ANSWER ? 200 : status,
                                "");
}
