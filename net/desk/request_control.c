/* SPDX-License-Identifier: Apache-2.0 */
/* What is done with a call that is up: the module does it first, then it happened. */

#include "net/desk/requests.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/api/json.h"

/* Is the call that the request names up? Refuses by itself. */
static bool names_call(struct desk *d, const struct asker *a, const cJSON *r)
{
    if (strcmp(json_str(r, "call_id", ""), d->call.call_id) != 0)
        request_refuse(d, a, ERR_NOT_FOUND, N_("The desk knows no such call."));
    else if (!call_is_up(&d->call.call) || d->call.ending != CALL_END_NONE)
        request_refuse(d, a, ERR_STATE, N_("The call has ended."));
    else
        return true;
    return false;
}

void request_end(struct desk *d, const struct asker *a, const cJSON *r)
{
    if (!names_call(d, a, r))
        return;
    request_ok(d, a);
    desk_hang_up(d, CALL_END_BY_AGENT);
}

/* mute, unmute, hold, resume, dtmf: the module did it, so it happened. */
static void on_done(const cJSON *reply, void *arg)
{
    struct waiting *w = arg;
    struct desk *d = w->desk;
    const bool same_call = strcmp(w->sip_call_id, d->call.sip_call_id) == 0;
    if (reply && strcmp(json_str(reply, "ok", "no"), "yes") == 0) {
        request_ok(d, &w->asker);
        if (same_call)
            desk_call_happened(d, w->kind, CALL_END_NONE, 0, "");
    } else {
        request_refuse(d, &w->asker, reply ? ERR_STATE : ERR_UNAVAILABLE,
                       reply ? json_str(reply, "message", NULL)
                             : N_("The telephone program stopped."));
    }
    free(w);
}

static bool may_step(struct desk *d, const struct asker *a, enum call_event kind)
{
    struct call trial = d->call.call;
    if (!desk_call_has_room(&d->call))
        request_refuse(d, a, ERR_THROTTLED, N_("Too much happened in this call already."));
    else if (!call_step(&trial, kind, CALL_END_NONE, 0))
        request_refuse(d, a, ERR_STATE, NULL);
    else
        return true;
    return false;
}

static void switch_to(struct desk *d, const struct asker *a, const char *cmd, bool on,
                      enum call_event kind)
{
    struct waiting *w = may_step(d, a, kind) ? waiting_new(d, a, kind) : NULL;
    if (w)
        (void)waiting_command(w, cmd, "call", w->sip_call_id, "on", on ? "yes" : "no", on_done);
}

void request_mute(struct desk *d, const struct asker *a, const cJSON *r)
{
    const bool on = json_bool(r, "on", false);
    if (!names_call(d, a, r))
        return;
    if (on == d->call.call.muted)
        request_ok(d, a);
    else
        switch_to(d, a, "mute", on, on ? CALL_EV_MUTE : CALL_EV_UNMUTE);
}

void request_hold(struct desk *d, const struct asker *a, const cJSON *r)
{
    const bool on = json_bool(r, "on", false);
    if (!names_call(d, a, r))
        return;
    const enum call_state state = d->call.call.state;
    if (state == (on ? CALL_HELD : CALL_TALKING))
        request_ok(d, a);
    else
        switch_to(d, a, "hold", on, on ? CALL_EV_HOLD : CALL_EV_RESUME);
}

void request_dtmf(struct desk *d, const struct asker *a, const cJSON *r)
{
    if (!names_call(d, a, r) || !may_step(d, a, CALL_EV_DTMF))
        return;
    struct waiting *w = waiting_new(d, a, CALL_EV_DTMF);
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
    struct waiting *w = names_call(d, a, r) ? waiting_new(d, a, CALL_EV_DIAL) : NULL;
    if (w)
        (void)waiting_command(w, "stats", "call", w->sip_call_id, NULL, NULL, on_stats);
}
