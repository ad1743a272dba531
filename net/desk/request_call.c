/* SPDX-License-Identifier: Apache-2.0 */
/* Making a call and looking at it. */

#include "net/desk/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/desk/clock.h"

static bool number_is_plain(const char *number)
{
    const size_t len = strlen(number);
    return len >= 1 && len <= 32 && strspn(number, "+0123456789*#") == len;
}

/* The call's name becomes part of a path at the backend. */
static bool call_id_is_plain(const char *id)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_.-";
    return id[0] != '.' && strspn(id, plain) == strlen(id);
}

/* sip:USER@HOST with the number as user; the module looks at the rest. */
static bool uri_is_for(const char *uri, const char *number)
{
    const size_t len = strlen(number);
    return strncmp(uri, "sip:", 4) == 0 && strncmp(uri + 4, number, len) == 0 &&
           uri[4 + len] == '@' && uri[5 + len];
}

/* Nobody answered; or nothing was ever heard of the call, so that nobody's telephone rang. */
static void on_ring_limit(void *arg)
{
    struct desk *d = arg;
    desk_hang_up(d, d->call.call.rang ? CALL_END_NO_ANSWER : CALL_END_FAILED);
}

static void answer_dial(struct desk *d, const struct asker *a)
{
    cJSON *j = request_answer(a, true);
    (void)cJSON_AddStringToObject(j, "sip_call_id", d->call.sip_call_id);
    desk_server_send(d->server, a->peer, j);
}

static void on_dialled(const cJSON *reply, void *arg)
{
    struct waiting *w = arg;
    struct desk *d = w->desk;
    const bool ok = reply && strcmp(json_str(reply, "ok", "no"), "yes") == 0;
    const char *code = reply ? json_str(reply, "code", "") : "";
    d->call.asked = false;
    if (ok) {
        (void)snprintf(d->call.sip_call_id, sizeof d->call.sip_call_id, "%s",
                       json_str(reply, "call", ""));
        answer_dial(d, &w->asker);
        desk_call_happened(d, CALL_EV_DIAL, CALL_END_NONE, 0, "");
        tmr_start(&d->ring_limit, (uint64_t)d->ring_limit_s * 1000, on_ring_limit, d);
    } else if (!reply || strcmp(code, "no-sound") == 0) {
        /* A call all the same: the backend permitted it and wants to know how it ended. */
        answer_dial(d, &w->asker);
        desk_call_happened(d, CALL_EV_DIAL, CALL_END_NONE, 0, "");
        desk_call_happened(d, CALL_EV_END, reply ? CALL_END_NO_SOUND : CALL_END_PHONE_LOST, 0, "");
    } else {
        desk_call_clear(&d->call);
        request_refuse(d, &w->asker, strcmp(code, "invalid") == 0 ? ERR_PHONE : ERR_UNAVAILABLE,
                       json_str(reply, "message", NULL));
    }
    free(w);
}

void request_dial(struct desk *d, const struct asker *a, const cJSON *r)
{
    const char *number = json_str(r, "number", "");
    const char *uri = json_str(r, "uri", "");
    const char *call_id = json_str(r, "call_id", "");
    if (desk_call_is_busy(&d->call)) {
        request_refuse(d, a, ERR_STATE, N_("There is a call already."));
    } else if (!call_id_is_plain(call_id)) {
        request_refuse(d, a, ERR_INVALID, N_("The name of the call is not valid."));
    } else if (!number_is_plain(number) || !uri_is_for(uri, number)) {
        request_refuse(d, a, ERR_PHONE, NULL);
    } else if (desk_clock_ms() >= json_int(r, "before_ms", 0)) {
        request_refuse(d, a, ERR_STATE, N_("The permit to call came too late. Nobody was called."));
    } else if (voice_state(d->voice) != VOICE_READY) {
        request_refuse(d, a, ERR_UNAVAILABLE, N_("The telephone is not ready."));
    } else {
        struct waiting *w = waiting_new(d, a, CALL_EV_DIAL);
        if (!w)
            return;
        desk_call_begin(&d->call, call_id);
        desk_poster_forget(d->poster);
        d->call.asked = true;
        d->ring_limit_s = json_int(r, "ring_limit_s", 30);
        if (json_int(r, "now_s", 0) > 0)
            d->utc_at_0_ms = json_int(r, "now_s", 0) * 1000 - desk_clock_ms();
        (void)snprintf(d->session->call_token, sizeof d->session->call_token, "%s",
                       json_str(r, "call_token", ""));
        if (!waiting_command(w, "dial", "uri", uri, NULL, NULL, on_dialled))
            desk_call_clear(&d->call);
    }
}

void request_call(struct desk *d, const struct asker *a, const cJSON *r)
{
    (void)r;
    cJSON *j = request_answer(a, true);
    (void)cJSON_AddItemToObject(j, "call", desk_call_json(&d->call));
    desk_server_send(d->server, a->peer, j);
}

void request_ack(struct desk *d, const struct asker *a, const cJSON *r)
{
    const int64_t seq = json_int(r, "seq", 0);
    if (strcmp(json_str(r, "call_id", ""), d->call.call_id) != 0 ||
        seq > (int64_t)d->call.n_events) {
        request_refuse(d, a, ERR_NOT_FOUND, N_("The desk knows no such event."));
        return;
    }
    if (seq > (int64_t)d->call.acked)
        d->call.acked = (unsigned)seq;
    request_ok(d, a);
}
