/* SPDX-License-Identifier: Apache-2.0 */
/* The workstation: its life, its clock, and the one place where a change becomes visible.
 *
 * Every input and every command changes the state and then calls ws_settle(), which carries out
 * what follows from the state: asks what is missing, sends what waits, derives the view. So the
 * order in which things arrive matters little, and a lost answer is asked for again by itself. */

#include "core/workstation_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

int64_t ws_now_ms(const struct workstation *ws)
{
    return ws->clock.monotonic_ms(ws->clock.arg);
}

void ws_copy(char *dst, size_t cap, const char *src)
{
    size_t len = strnlen(src, cap - 1);
    memmove(dst, src, len);
    dst[len] = '\0';
}

void ws_wipe(void *p, size_t len)
{
    volatile unsigned char *bytes = p;
    while (len--)
        *bytes++ = 0;
}

void ws_new_key(struct workstation *ws, char ret[WS_KEY_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[(WS_KEY_SIZE - 1) / 2];
    ws->random.fill(ws->random.arg, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[WS_KEY_SIZE - 1] = '\0';
}

void ws_notice(struct workstation *ws, int kind, const char *msgid)
{
    struct ws_notice *n = &ws->view.notice;
    n->kind = (unsigned)kind <= WS_NOTICE_ERROR ? kind : WS_NOTICE_ERROR;
    ws_copy(n->text, sizeof n->text, ws->ports.translate(ws->ports.arg, msgid));
    n->at_utc_s = ws->view.now_utc_s;
}

bool ws_ask(struct workstation *ws, struct ws_request *req)
{
    if (ws->in_flight[req->kind])
        return false;
    req->id = ++ws->last_request;
    if (!req->key[0])
        ws_new_key(ws, req->key);
    ws->in_flight[req->kind] = req->id;
    ws->ports.ask(ws->ports.arg, req);
    return true;
}

/* The server states whole seconds, cut: its clock is in [s, s+1) when it answers, and the answer
 * takes a while. So an answer allows every offset from `least` on, and makes those more than two
 * seconds above it unlikely. Staying inside keeps the clock steady and forgives no real step. */
static void take_time(struct workstation *ws, int64_t server_utc_s)
{
    const int64_t slack_ms = 2000;
    int64_t least = server_utc_s * 1000 - ws_now_ms(ws);
    if (!ws->has_offset || ws->offset_ms < least || ws->offset_ms > least + slack_ms)
        ws->offset_ms = least;
    ws->has_offset = true;
}

static int64_t now_utc_s(const struct workstation *ws)
{
    if (!ws->has_offset)
        return ws->clock.now_utc_s(ws->clock.arg);
    return (ws_now_ms(ws) + ws->offset_ms) / 1000;
}

static enum ws_phone phone_now(const struct workstation *ws)
{
    return ws->desk_up ? ws->desk_phone : WS_PHONE_NO_DESK;
}

/* A note is typed letter by letter, and a picture for the desk is large. */
#define NOTE_EVERY_MS 1000

void ws_settle(struct workstation *ws)
{
    struct workstation_view *v = &ws->view;
    v->now_utc_s = now_utc_s(ws);
    v->phone = phone_now(ws);
    ws_copy(v->phone_reason, sizeof v->phone_reason, ws->desk_reason);
    v->service = ws->service;

    ws_offer_believe(ws);
    ws_call_settle(ws);
    ws_offer_settle(ws);
    ws_dial_settle(ws);
    ws_directory_settle(ws);
    ws_answers_settle(ws);
    ws_wrapup_settle(ws);
    ws_session_settle(ws);
    ws_another_settle(ws);
    ws_alarms_settle(ws);
    ws_sound_settle(ws);
    ws_outbox_settle(ws);
    if (ws->note_stale && ws_now_ms(ws) - ws->note_kept_ms >= NOTE_EVERY_MS) {
        ws->note_kept_ms = ws_now_ms(ws);
        ws->note_stale = false;
        ws->keep_stale = true;
    }
    if (ws->keep_stale && v->login == WS_SIGNED_IN) {
        ws->keep_stale = false;
        if (ws->desk_up && !ws->keeping_ms)
            ws->keeping_ms = ws_now_ms(ws);
        const struct ws_words words = {
            .response = ws->response ? ws->response : ws->draft,
            .completed = ws->response ? ws->here.submitted : ws->draft_completed,
            .note = ws->note,
            .form = ws->form,
        };
        ws->ports.keep(ws->ports.arg, &words);
    }
    ws->ports.changed(ws->ports.arg);
}

void workstation_tick(struct workstation *ws)
{
    ws_settle(ws);
}

void workstation_time(struct workstation *ws, int64_t server_utc_s)
{
    take_time(ws, server_utc_s);
    ws_settle(ws);
}

void ws_backend_is(struct workstation *ws, enum ws_backend state, const char *why)
{
    struct workstation_view *v = &ws->view;
    ws_copy(v->backend_reason, sizeof v->backend_reason,
            why ? ws->ports.translate(ws->ports.arg, why) : "");
    if (v->backend != state) {
        v->backend = state;
        v->backend_since_utc_s = now_utc_s(ws);
        if (state != WS_BACKEND_OK)
            ws->work_fresh = false;
        ws->lists_stale = true;
        ws_outbox_try_now(ws);
        ws->here.dial_retry_ms = 0;
    }
}

void workstation_backend(struct workstation *ws, enum ws_backend state, const char *why)
{
    ws_backend_is(ws, state, why);
    ws_settle(ws);
}

void ws_take_work(struct workstation *ws, const struct ws_work *work, bool fresh)
{
    struct workstation_view *v = &ws->view;
    const struct ws_work_offer held = ws->work.offer;
    const bool doubtful = fresh && ws_offer_is_doubtful(ws, &work->offer);
    ws->work = *work;
    ws->has_work = true;
    ws->doubting = ws->doubting && doubtful;
    if (doubtful) {
        ws->work.offer = held;
        ws_offer_doubt(ws, &work->offer);
    }
    ws->work_fresh = fresh;
    ws->keep_stale = true;
    if (fresh)
        take_time(ws, work->server_utc_s);
    v->now_utc_s = now_utc_s(ws);
    ws_copy(v->agent_name, sizeof v->agent_name, work->agent_name);
    ws_copy(v->agent_login, sizeof v->agent_login, work->agent_login);
    ws_copy(v->service_name, sizeof v->service_name, work->service_name);
    v->region = work->region;
    v->status = work->status;
    v->status_since_utc_s = work->status_since_utc_s;
    v->on_queue = work->on_queue;
    ws_waiting_settle(ws);
    ws_offer_adopt(ws);
}

void workstation_work(struct workstation *ws, const struct ws_work *work)
{
    if (ws->view.login == WS_SIGNED_IN)
        ws_take_work(ws, work, true);
    ws_settle(ws);
}

void workstation_queues(struct workstation *ws, const struct ws_queue *queues, size_t n)
{
    struct workstation_view *v = &ws->view;
    v->n_queues = n < WS_QUEUES_MAX ? n : WS_QUEUES_MAX;
    if (v->n_queues)
        memcpy(v->queues, queues, v->n_queues * sizeof *queues);
    v->queues_at_utc_s = now_utc_s(ws);
    ws_settle(ws);
}

static void take_lists(struct workstation *ws, const struct ws_answer *a)
{
    struct workstation_view *v = &ws->view;
    if (a->code != ERR_OK)
        return;
    if (a->kind == WS_REQ_INTERACTIONS) {
        v->n_interactions =
            a->n_interactions < WS_INTERACTIONS_MAX ? a->n_interactions : WS_INTERACTIONS_MAX;
        if (v->n_interactions)
            memcpy(v->interactions, a->interactions, v->n_interactions * sizeof *a->interactions);
    } else {
        v->n_callbacks = a->n_callbacks < WS_CALLBACKS_MAX ? a->n_callbacks : WS_CALLBACKS_MAX;
        if (v->n_callbacks)
            memcpy(v->callbacks, a->callbacks, v->n_callbacks * sizeof *a->callbacks);
    }
}

/* An answer that nobody waits for any more still hands over what it owns. */
static void drop_taken(const struct ws_answer *a)
{
    free(a->service);
    if (a->script)
        script_deinit(a->script);
    free(a->script);
}

static void dispatch(struct workstation *ws, const struct ws_answer *a)
{
    switch (a->kind) {
    case WS_REQ_SIGN_IN:
    case WS_REQ_SIGN_OUT:
    case WS_REQ_SET_STATUS:
    case WS_REQ_SET_ON_QUEUE:
    case WS_REQ_SERVICE:
        ws_session_answered(ws, a);
        break;
    case WS_REQ_ACCEPT:
    case WS_REQ_SKIP:
    case WS_REQ_RECORD:
    case WS_REQ_REVEAL:
        ws_offer_answered(ws, a);
        break;
    case WS_REQ_PERMIT:
        ws_dial_answered(ws, a);
        break;
    case WS_REQ_CONSULT:
    case WS_REQ_TRANSFER:
        ws_consult_answered(ws, a);
        break;
    case WS_REQ_DIRECTORY:
        ws_directory_answered(ws, a);
        break;
    case WS_REQ_DRAFT:
    case WS_REQ_SCRIPT:
        ws_answers_answered(ws, a);
        break;
    case WS_REQ_INTERACTIONS:
    case WS_REQ_CALLBACKS:
        take_lists(ws, a);
        break;
    case WS_REQ_ALARMS:
    case WS_REQ_SEE_ALARM:
    case WS_REQ_CLOSE_ALARM:
    case WS_REQ_INCIDENTS:
    case WS_REQ_RELEASE:
        ws_alarms_answered(ws, a);
        break;
    case WS_REQ_CONTACTS:
    case WS_REQ_ANOTHER:
        ws_another_answered(ws, a);
        break;
    }
}

void workstation_answered(struct workstation *ws, const struct ws_answer *a)
{
    if ((unsigned)a->kind >= WS_REQUEST_KIND_COUNT || ws->in_flight[a->kind] != a->id) {
        drop_taken(a);
        return;
    }
    ws->in_flight[a->kind] = 0;
    if (a->code == ERR_UNAUTHENTICATED && a->kind != WS_REQ_SIGN_IN && a->kind != WS_REQ_SIGN_OUT)
        ws_session_drop(ws, WS_SIGNED_OUT, N_("Your session has ended. Please log in again."));
    else
        dispatch(ws, a);
    ws_settle(ws);
}

void workstation_warn(struct workstation *ws, const char *text)
{
    ws_notice(ws, WS_NOTICE_WARNING, text);
    ws->ports.changed(ws->ports.arg);
}

struct workstation *workstation_new(const struct ws_ports *ports, const struct clock_ops *clock,
                                    const struct random_ops *random)
{
    struct workstation *ws = calloc(1, sizeof *ws);
    if (!ws)
        return NULL;
    ws->record = calloc(1, sizeof *ws->record);
    if (!ws->record) {
        free(ws);
        return NULL;
    }
    ws->ports = *ports;
    ws->clock = *clock;
    ws->random = *random;
    ws->desk_phone = WS_PHONE_STARTING;
    ws->desk_down_ms = ws_now_ms(ws);
    ws->view.phone = WS_PHONE_NO_DESK;
    ws->view.now_utc_s = now_utc_s(ws);
    ws->view.backend_since_utc_s = ws->view.now_utc_s;
    return ws;
}

struct workstation *workstation_free(struct workstation *ws)
{
    if (!ws)
        return NULL;
    ws_offer_drop(ws);
    ws_script_drop(ws);
    ws_outbox_clear(ws);
    ws_told_clear(&ws->told);
    ws_told_clear(&ws->consult_told);
    free(ws->told.events);
    free(ws->consult_told.events);
    free(ws->service);
    free(ws->record);
    ws_wipe(ws, sizeof *ws);
    free(ws);
    return NULL;
}

const struct workstation_view *workstation_view(const struct workstation *ws)
{
    return &ws->view;
}

struct workstation_commands workstation_commands(struct workstation *ws)
{
    return (struct workstation_commands){
        .sign_in = ws_sign_in,
        .sign_out = ws_sign_out,
        .set_status = ws_set_status,
        .set_on_queue = ws_set_on_queue,
        .accept = ws_accept,
        .skip = ws_skip,
        .dial = ws_dial,
        .choose_phone = ws_choose_phone,
        .end_call = ws_end_call,
        .take_call = ws_take_call,
        .mute = ws_mute,
        .hold = ws_hold,
        .dtmf = ws_dtmf,
        .search = ws_search,
        .consult = ws_consult,
        .swap = ws_swap,
        .take_back = ws_take_back,
        .transfer = ws_transfer,
        .reveal_niss = ws_reveal_niss,
        .answer = ws_answer_give,
        .repeat = ws_answer_repeat,
        .submit = ws_submit,
        .note = ws_note,
        .form = ws_form,
        .agree = ws_agree,
        .wrapup = ws_wrapup,
        .end_preview = ws_end_preview,
        .list_contacts = ws_list_contacts,
        .call_contact = ws_call_contact,
        .call_party = ws_call_party,
        .report_incident = ws_report_incident,
        .wish = ws_wish,
        .watch_alarms = ws_watch_alarms,
        .see_alarm = ws_see_alarm,
        .close_alarm = ws_close_alarm,
        .read_incident = ws_read_incident,
        .release = ws_release,
        .correct = ws_correct,
        .watch_sound = ws_watch_sound,
        .sound_tone = ws_sound_tone,
        .choose_device = ws_choose_device,
        .set_volume = ws_set_volume,
        .arg = ws,
    };
}
