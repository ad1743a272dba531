/* SPDX-License-Identifier: Apache-2.0 */
/* The desk as the workstation sees it: is it there, is its phone ready, and what has it told.
 *
 * The desk tells its call event by event, and the same table as everywhere gives the state. What it
 * told is kept whole (`told`), so that a screen that comes back, or learns late which offer the
 * call belongs to, arrives at the same state. */

#include "core/workstation_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/phone_fault.h"

#define EVENTS_MAX 100000

bool ws_phone_ask(struct workstation *ws, const struct ws_phone_request *req)
{
    return ws->desk_up && ws->ports.phone(ws->ports.arg, req, NULL) == ERR_OK;
}

bool ws_phone_is_ready(const struct workstation *ws)
{
    return ws->desk_up && ws->desk_signed_in && ws->desk_told && ws->desk_phone == WS_PHONE_READY;
}

enum err_code ws_check_phone(const struct workstation *ws, struct err *err)
{
    if (ws_phone_is_ready(ws))
        return ERR_OK;
    if (ws->desk_up && ws->desk_phone == WS_PHONE_NO_SOUND)
        return err_set(err, ERR_STATE, N_("There is no sound device. Plug in the headset."));
    return err_set(err, ERR_STATE, N_("The telephone is not ready yet."));
}

void ws_call_ack(struct workstation *ws, const char *call_id, unsigned seq)
{
    if (strcmp(call_id, ws->told.call_id) == 0 || strcmp(call_id, ws->consult_told.call_id) == 0)
        ws_phone_ask(
            ws, &(struct ws_phone_request){.op = WS_PHONE_ACK, .call_id = call_id, .seq = seq});
}

void ws_told_clear(struct ws_told *t)
{
    t->call_id[0] = t->sip_call_id[0] = '\0';
    t->n = 0;
    t->reported = 0;
    t->end_asked = false;
    t->stray_ms = 0;
    t->call = (struct call){0};
    t->media = WS_MEDIA_UNKNOWN;
}

/* Instants of the desk's clock, moved to the server's. A live event happened just now. */
static int64_t server_instant(struct workstation *ws, int64_t at_utc_s, bool live)
{
    int64_t now = ws->view.now_utc_s;
    if (live) {
        int64_t off = now - at_utc_s;
        ws->desk_offset_s = off > 2 || off < -2 ? off : 0;
    }
    int64_t at = at_utc_s + ws->desk_offset_s;
    return at > now ? now : at;
}

static bool told_add(struct workstation *ws, struct ws_told *t, const struct ws_call_event *e,
                     bool live)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 16;
        struct ws_call_event *more = realloc(t->events, cap * sizeof *more);
        if (!more)
            return false;
        t->events = more;
        t->cap = cap;
    }
    struct ws_call_event *kept = &t->events[t->n++];
    *kept = *e;
    kept->at_utc_s = server_instant(ws, e->at_utc_s, live);
    /* A pair that the table does not list changes nothing here, and is reported all the same. */
    (void)call_step(&t->call, kept->kind, kept->end, kept->at_utc_s);
    return true;
}

static void take_desk_call(struct workstation *ws, struct ws_told *t,
                           const struct ws_desk_call *call)
{
    unsigned reported = call && strcmp(t->call_id, call->call_id) == 0 ? t->reported : 0;
    ws_told_clear(t);
    ws->desk_told = true;
    if (!call || !call->call_id[0])
        return;
    ws_copy(t->call_id, sizeof t->call_id, call->call_id);
    ws_copy(t->sip_call_id, sizeof t->sip_call_id, call->sip_call_id);
    t->media = call->media;
    for (size_t i = 0; i < call->n_events; i++) {
        if (call->events[i].seq == t->n + 1 && !told_add(ws, t, &call->events[i], false))
            break;
    }
    t->reported = reported <= t->n ? reported : (unsigned)t->n;
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->write.kind == WS_WRITE_CALL_EVENT && o->write.event.seq > t->reported &&
            o->write.event.seq <= t->n && strcmp(o->write.call_id, t->call_id) == 0)
            t->reported = o->write.event.seq;
}

void workstation_desk_call(struct workstation *ws, const struct ws_desk_call *call,
                           const struct ws_desk_call *consult)
{
    take_desk_call(ws, &ws->told, call);
    take_desk_call(ws, &ws->consult_told, consult);
    ws_settle(ws);
}

void workstation_desk_up(struct workstation *ws, bool signed_in, const struct ws_desk_call *call,
                         const struct ws_desk_call *consult)
{
    ws->desk_up = true;
    ws->desk_signed_in = signed_in;
    ws->phone_signing_in = false;
    ws->here.dialling = false;
    ws->here.consult.dialling = ws->here.transfer.pending = false;
    ws->dial_asked[0] = ws->consult_dial[0] = '\0';
    take_desk_call(ws, &ws->told, call);
    take_desk_call(ws, &ws->consult_told, consult);
    ws->desk_reason[0] = '\0';
    ws->keep_stale = true;
    ws_settle(ws);
}

void workstation_kept(struct workstation *ws)
{
    ws->keeping_ms = 0;
    ws_settle(ws);
}

void workstation_desk_down(struct workstation *ws, const char *sentence)
{
    if (ws->desk_up || !ws->desk_down_ms)
        ws->desk_down_ms = ws_now_ms(ws);
    ws->desk_up = ws->desk_told = ws->phone_signing_in = false;
    ws->told.media = ws->consult_told.media = WS_MEDIA_UNKNOWN;
    ws->told.line = ws->consult_told.line = (struct line_quality){.grade = LINE_UNKNOWN};
    ws->here.dialling = ws->here.consult.dialling = ws->here.transfer.pending = false;
    ws->dial_asked[0] = ws->consult_dial[0] = '\0';
    ws_sound_drop(ws);
    ws->keeping_ms = 0;
    ws_copy(ws->desk_reason, sizeof ws->desk_reason, ws->ports.translate(ws->ports.arg, sentence));
    ws_settle(ws);
}

void workstation_desk_replaced(struct workstation *ws)
{
    ws->desk_up = false;
    ws->desk_down_ms = ws_now_ms(ws);
    /* Also one that was not signed in yet: whoever did so here would have no telephone. */
    ws->view.desk_replaced = true;
    ws_session_drop(ws, WS_TAKEN_OVER, N_("Another screen took over. This one is locked."));
    ws->desk_to_sign_out = false; /* the other screen uses it */
    ws_settle(ws);
}

void workstation_desk_phone(struct workstation *ws, enum ws_phone state, const char *reason)
{
    if (state == WS_PHONE_READY && ws->desk_phone == WS_PHONE_NO_SOUND)
        ws->sound_since_ms = ws_now_ms(ws);
    ws->desk_phone = state;
    ws_copy(ws->desk_reason, sizeof ws->desk_reason, ws->ports.translate(ws->ports.arg, reason));
    ws_settle(ws);
}

/* Why a call failed that was answered is not to be seen in its end alone. */
static void take_event(struct workstation *ws, struct ws_told *t, const struct ws_call_event *event)
{
    (void)told_add(ws, t, event, true); /* without memory: asked for again after the next one */
    if (event->kind == CALL_EV_END && strcmp(event->text, PHONE_NOT_ENCRYPTED) == 0)
        ws_notice(ws, WS_NOTICE_ERROR, PHONE_NOT_ENCRYPTED);
}

void workstation_desk_event(struct workstation *ws, const char *call_id, const char *sip_call_id,
                            const struct ws_call_event *event)
{
    struct ws_told *t = ws_consult_is(ws, call_id) ? &ws->consult_told : &ws->told;
    if (strcmp(t->call_id, call_id) != 0) {
        ws_told_clear(t);
        ws_copy(t->call_id, sizeof t->call_id, call_id);
        ws->desk_told = true;
    }
    if (sip_call_id[0])
        ws_copy(t->sip_call_id, sizeof t->sip_call_id, sip_call_id);
    if (event->seq > t->n + 1 && event->seq < EVENTS_MAX)
        ws_phone_ask(ws, &(struct ws_phone_request){.op = WS_PHONE_CALL, .call_id = call_id});
    else if (event->seq == t->n + 1)
        take_event(ws, t, event);
    ws_settle(ws);
}

void workstation_desk_media(struct workstation *ws, const char *call_id, enum ws_media media)
{
    struct ws_told *t = ws_consult_is(ws, call_id) ? &ws->consult_told : &ws->told;
    if (strcmp(t->call_id, call_id) != 0)
        return;
    t->media = media;
    ws_settle(ws);
}

void workstation_desk_line(struct workstation *ws, const char *call_id,
                           const struct line_quality *quality)
{
    struct ws_told *t = ws_consult_is(ws, call_id) ? &ws->consult_told : &ws->told;
    if (strcmp(t->call_id, call_id) != 0)
        return;
    t->line = *quality;
    ws_settle(ws);
}

void workstation_desk_pace(struct workstation *ws, const struct desk_pace_told *told)
{
    ws->view.desk_pace = *told;
    ws_settle(ws);
}

void workstation_phone_done(struct workstation *ws, enum ws_phone_op op, const char *call_id,
                            enum err_code code, const struct err *err)
{
    struct ws_facts *here = &ws->here;
    bool ours = call_id[0] && strcmp(call_id, here->call_id) == 0;
    /* The offer may be another one by now, by a snapshot that is old or by right. */
    bool asked = op == WS_PHONE_DIAL && call_id[0] && strcmp(call_id, ws->dial_asked) == 0;
    if (asked)
        ws->dial_asked[0] = '\0';
    if (op == WS_PHONE_SIGN_IN || op == WS_PHONE_SIGN_OUT) {
        ws_session_phone_done(ws, op, code, err);
    } else if (op == WS_PHONE_DIAL && (ours || asked)) {
        if (ours) {
            here->dialling = false;
            here->dialled = here->dialled || code == ERR_OK;
        }
        /* The answer may come before the first event: from now on this is the desk's call. */
        if (code == ERR_OK && strcmp(ws->told.call_id, call_id) != 0) {
            ws_told_clear(&ws->told);
            ws_copy(ws->told.call_id, sizeof ws->told.call_id, call_id);
        }
        /* Unavailable: the desk may have dialled or not; it says so when it is back. */
        if (ours && code != ERR_OK && code != ERR_UNAVAILABLE && here->call.state == CALL_NONE)
            ws_call_report_end(ws, CALL_END_NEVER_MADE);
    }
    ws_consult_phone_done(ws, op, call_id, code, err);
    if (op == WS_PHONE_DEVICES || op == WS_PHONE_CHOOSE || op == WS_PHONE_VOLUME ||
        op == WS_PHONE_SOUND_TEST)
        ws_sound_done(ws, op, code, err);
    else if (code != ERR_OK && op != WS_PHONE_ACK && op != WS_PHONE_SIGN_OUT && op != WS_PHONE_CALL)
        ws_notice(ws, WS_NOTICE_ERROR, err_sentence(err, code));
    ws_settle(ws);
}
