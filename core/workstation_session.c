/* SPDX-License-Identifier: Apache-2.0 */
/* The session: signing in and out, status and queue, the service, the phone's own sign-in. */

#include "core/workstation_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define SIGN_OUT_PATIENCE_MS 5000
#define PHONE_RETRY_MS 3000

enum err_code ws_check_signed_in(const struct workstation *ws, struct err *err)
{
    if (ws->view.login == WS_TAKEN_OVER)
        return err_set(err, ERR_STATE,
                       N_("You are logged in somewhere else. This screen is locked."));
    if (ws->view.login != WS_SIGNED_IN)
        return err_set(err, ERR_UNAUTHENTICATED, NULL);
    return ERR_OK;
}

enum err_code ws_check_backend(const struct workstation *ws, struct err *err)
{
    if (ws->view.backend != WS_BACKEND_OK)
        return err_set(err, ERR_UNAVAILABLE, N_("The backend is not reachable. Please wait."));
    return ERR_OK;
}

enum err_code ws_sign_in(void *arg, const char *login, const char *password, struct err *err)
{
    struct workstation *ws = arg;
    if (ws->view.login == WS_SIGNED_IN)
        return err_set(err, ERR_STATE, N_("You are logged in already."));
    if (!login[0] || !password[0])
        return err_set(err, ERR_INVALID, N_("Name and password are needed."));
    struct ws_request req = {.kind = WS_REQ_SIGN_IN, .login = login, .password = password};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("Logging in is under way."));
    ws->view.login = WS_SIGNING_IN;
    ws->view.login_place = 0;
    ws->view.login_error[0] = '\0';
    ws_settle(ws);
    return ERR_OK;
}

static void begin(struct workstation *ws)
{
    ws->view.login = WS_SIGNED_IN;
    ws->view.login_error[0] = '\0';
    ws->lists_stale = true;
    ws->outbox.restoring = true;
    ws->outbox.restoring_ms = ws_now_ms(ws);
    ws->signing_out = ws->desk_to_sign_out = false;
    ws->phone_retry_ms = ws->ask_again_ms = 0;
}

void workstation_resume(struct workstation *ws, const struct ws_kept *kept)
{
    begin(ws);
    ws->service = (free(ws->service), kept->service);
    if (kept->work) {
        ws_copy(ws->service_id, sizeof ws->service_id, kept->work->service_id);
        ws_copy(ws->service_version, sizeof ws->service_version, kept->work->service_version);
        ws_script_take(ws, kept->script, kept->work->offer.script_id);
        ws_copy(ws->script_offer, sizeof ws->script_offer, kept->work->offer.offer_id);
        ws_take_work(ws, kept->work, false);
        if (kept->record)
            ws_record_take(ws, kept->record, kept->niss_masked ? kept->niss_masked : "");
        if (kept->words.note && ws->here.offer_id[0])
            ws->note = strdup(kept->words.note);
        if (kept->words.form && ws->here.offer_id[0])
            ws->form = strdup(kept->words.form);
        if (kept->words.response) {
            ws_answers_take_draft(ws, kept->words.response, kept->words.completed);
            ws->desk_has_word = true;
            ws->here.saved = WS_SAVING;
        }
    } else {
        ws_script_take(ws, kept->script, "");
    }
    if (!kept->service)
        ws->service_version[0] = '\0';
    ws_settle(ws);
}

void ws_session_drop(struct workstation *ws, enum ws_login login, const char *msgid)
{
    struct workstation_view *v = &ws->view;
    /* Nobody could end it from a screen without a session. */
    const struct ws_told *told[] = {&ws->consult_told, &ws->told};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (call_is_up(&told[i]->call))
            ws_phone_ask(
                ws, &(struct ws_phone_request){.op = WS_PHONE_END, .call_id = told[i]->call_id});
    ws->desk_to_sign_out = true;
    ws->phone_retry_ms = 0;
    ws->ports.session_over(ws->ports.arg);
    memset(ws->in_flight, 0, sizeof ws->in_flight);
    ws_offer_drop(ws);
    ws_outbox_clear(ws);
    ws->left_offer[0] = '\0';
    ws->has_work = ws->work_fresh = ws->signing_out = false;
    ws_wipe(&ws->work, sizeof ws->work);
    v->n_queues = v->n_interactions = v->n_callbacks = 0;
    v->alarms_raised = v->alarms_seen = 0;
    v->alarms_told = false;
    ws_alarms_drop(ws);
    ws_sound_drop(ws);
    ws->listening.wanted = false;
    ws_wipe(v->interactions, sizeof v->interactions);
    ws_wipe(v->callbacks, sizeof v->callbacks);
    v->on_queue = false;
    v->login = login;
    ws_copy(v->login_error, sizeof v->login_error,
            msgid ? ws->ports.translate(ws->ports.arg, msgid) : "");
}

void workstation_queued(struct workstation *ws, unsigned place)
{
    if (ws->view.login != WS_SIGNING_IN)
        return;
    ws->view.login_place = place;
    ws_backend_is(ws, WS_BACKEND_OK, NULL); /* it has just answered */
    ws_settle(ws);
}

void workstation_ended(struct workstation *ws, enum ws_end why)
{
    static const struct {
        enum ws_login login;
        const char *text;
    } ends[] = {
        [WS_END_TIME] = {WS_SIGNED_OUT, N_("Your session has ended. Please log in again.")},
        [WS_END_OTHER_LOGIN] = {WS_TAKEN_OVER,
                         N_("You logged in somewhere else. This screen is locked.")       },
        [WS_END_OPERATOR] = {WS_SIGNED_OUT,
                         N_("An operator has ended your session. Please log in again.")   },
        [WS_END_DISABLED] = {WS_SIGNED_OUT,
                         N_("You may not log in any more. Ask your supervisor.")          },
    };
    if (ws->view.login != WS_SIGNED_IN)
        return;
    ws_session_drop(ws, ends[why].login, ends[why].text);
    ws_settle(ws);
}

enum err_code ws_sign_out(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    if (ws->view.login == WS_TAKEN_OVER) {
        ws_session_drop(ws, WS_SIGNED_OUT, NULL);
        ws_settle(ws);
        return ERR_OK;
    }
    enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    enum hold_state state = ws->view.offer.state;
    if (state == HOLD_CALL || call_is_up(&ws->view.incoming.call) || ws->in_flight[WS_REQ_PERMIT] ||
        ws->here.dialling)
        return err_set(err, ERR_STATE, N_("End the call first, then sign out."));
    if (state == HOLD_ACW)
        return err_set(err, ERR_STATE, N_("Choose a wrap-up code first, then sign out."));
    ws->here.dial_wanted = false;
    ws->signing_out = true;
    ws->sign_out_by_ms = ws_now_ms(ws) + SIGN_OUT_PATIENCE_MS;
    ws_settle(ws);
    return ERR_OK;
}

/* Signing out waits a little for what is unsent; what stays is in the journal for the next login.
 * Without a backend the session there ends by itself. */
static void settle_sign_out(struct workstation *ws)
{
    bool away = ws->view.backend != WS_BACKEND_OK;
    if (!ws->signing_out || ws->in_flight[WS_REQ_SIGN_OUT])
        return;
    if (ws->view.unsent && !away && ws_now_ms(ws) < ws->sign_out_by_ms)
        return;
    if (away) {
        ws_session_drop(ws, WS_SIGNED_OUT, NULL);
        return;
    }
    struct ws_request req = {.kind = WS_REQ_SIGN_OUT};
    ws_ask(ws, &req);
}

enum err_code ws_set_status(void *arg, enum agent_status status, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = ws_check_signed_in(ws, err);
    if (code == ERR_OK)
        code = ws_check_backend(ws, err);
    if (code != ERR_OK)
        return code;
    struct ws_request req = {.kind = WS_REQ_SET_STATUS, .status = status};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("The status is being changed."));
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_set_on_queue(void *arg, bool on_queue, struct err *err)
{
    struct workstation *ws = arg;
    enum agent_state state = agent_state_of(ws->view.status, ws->view.on_queue);
    enum agent_event event = on_queue ? AGENT_EV_ON_QUEUE : AGENT_EV_OFF_QUEUE;
    enum err_code code = ws_check_signed_in(ws, err);
    if (code == ERR_OK)
        code = ws_check_backend(ws, err);
    if (code == ERR_OK && *agent_refusal(state, event))
        code = err_set(err, ERR_STATE, "%s", agent_refusal(state, event));
    if (code == ERR_OK && on_queue)
        code = ws_check_phone(ws, err);
    if (code == ERR_OK && on_queue && call_is_up(&ws->view.incoming.call))
        code = err_set(err, ERR_STATE, N_("There is a call already."));
    if (code != ERR_OK)
        return code;
    struct ws_request req = {.kind = WS_REQ_SET_ON_QUEUE, .on_queue = on_queue};
    if (!ws_ask(ws, &req))
        return err_set(err, ERR_STATE, N_("The switch is being changed."));
    if (on_queue && ws_sound_was_silent(ws))
        ws_notice(
            ws, WS_NOTICE_WARNING,
            N_("Your microphone was silent in the test: nobody will hear you. Look at Sound."));
    ws_settle(ws);
    return ERR_OK;
}

void ws_refused(struct workstation *ws, const struct ws_answer *a)
{
    const char *sentence = err_sentence(a->err, a->code);
    if (a->code == ERR_UNAVAILABLE && !a->why)
        sentence = N_("The backend is not reachable. Please wait.");
    ws_notice(ws, WS_NOTICE_ERROR, sentence);
}

static void signed_in(struct workstation *ws, const struct ws_answer *a)
{
    if (a->code == ERR_OK && a->work) {
        begin(ws);
        ws->desk_signed_in = false; /* it has to learn the new session */
        ws_backend_is(ws, WS_BACKEND_OK, NULL);
        ws_take_work(ws, a->work, true);
        return;
    }
    const char *why = err_sentence(a->err, a->code);
    if (a->code == ERR_UNAVAILABLE) {
        ws_backend_is(ws, WS_BACKEND_AWAY, a->why);
        why = ""; /* the view says what is wrong with the backend, for as long as it is */
    } else if (a->code == ERR_NOT_FOUND || a->code == ERR_METHOD) {
        why = N_("The backend is of another version than this program. Call the helpdesk.");
    }
    ws->view.login = WS_SIGNED_OUT;
    ws_copy(ws->view.login_error, sizeof ws->view.login_error,
            ws->ports.translate(ws->ports.arg, why));
}

static void signed_out(struct workstation *ws, const struct ws_answer *a)
{
    ws->signing_out = false;
    if (a->code == ERR_OK || a->code == ERR_UNAUTHENTICATED || a->code == ERR_UNAVAILABLE)
        ws_session_drop(ws, WS_SIGNED_OUT, NULL);
    else
        ws_refused(ws, a);
}

static bool service_is_old(const struct workstation *ws)
{
    return !ws->service || strcmp(ws->service_id, ws->work.service_id) != 0 ||
           strcmp(ws->service_version, ws->work.service_version) != 0;
}

void ws_session_answered(struct workstation *ws, const struct ws_answer *a)
{
    if (a->kind == WS_REQ_SIGN_IN) {
        signed_in(ws, a);
    } else if (a->kind == WS_REQ_SIGN_OUT) {
        signed_out(ws, a);
    } else if (a->kind == WS_REQ_SERVICE) {
        if (a->code == ERR_OK && a->service) {
            free(ws->service);
            ws->service = a->service;
            ws->view.service = a->service;
            /* What came, not what was asked for: the next offer may be another service's. */
            ws_copy(ws->service_id, sizeof ws->service_id, a->service->id);
            (void)snprintf(ws->service_version, sizeof ws->service_version, "%" PRId64,
                           a->service->version);
            if (service_is_old(ws))
                ws->ask_again_ms = ws_now_ms(ws) + PHONE_RETRY_MS;
            ws->keep_stale = true;
        } else {
            ws->ask_again_ms = ws_now_ms(ws) + PHONE_RETRY_MS;
        }
    } else if (a->code == ERR_OK && a->work) {
        ws_take_work(ws, a->work, true);
    } else {
        ws_refused(ws, a);
    }
}

static void ask_lists(struct workstation *ws)
{
    struct ws_request interactions = {.kind = WS_REQ_INTERACTIONS};
    struct ws_request callbacks = {.kind = WS_REQ_CALLBACKS};
    if (ws->in_flight[WS_REQ_INTERACTIONS] || ws->in_flight[WS_REQ_CALLBACKS])
        return;
    ws->lists_stale = false;
    ws_ask(ws, &interactions);
    ws_ask(ws, &callbacks);
}

void ws_session_phone_done(struct workstation *ws, enum ws_phone_op op, enum err_code code,
                           const struct err *err)
{
    if (op == WS_PHONE_SIGN_OUT) {
        if (code == ERR_OK)
            ws->desk_signed_in = ws->desk_to_sign_out = false;
        return;
    }
    ws->phone_signing_in = false;
    ws->desk_signed_in = code == ERR_OK;
    if (code != ERR_OK && err)
        ws_copy(ws->desk_reason, sizeof ws->desk_reason,
                ws->ports.translate(ws->ports.arg, err->sentence));
    ws->phone_retry_ms = ws_now_ms(ws) + PHONE_RETRY_MS;
}

/* The desk refuses to sign out while its call ends: asked again. */
static void settle_desk_sign_out(struct workstation *ws)
{
    if (!ws->desk_to_sign_out || !ws->desk_up || ws_now_ms(ws) < ws->phone_retry_ms)
        return;
    ws->phone_retry_ms = ws_now_ms(ws) + 1000;
    ws_phone_ask(ws, &(struct ws_phone_request){.op = WS_PHONE_SIGN_OUT});
}

void ws_session_settle(struct workstation *ws)
{
    if (ws->view.login != WS_SIGNED_IN)
        settle_desk_sign_out(ws);
    if (ws->view.login != WS_SIGNED_IN)
        return;
    if (ws->desk_up && !ws->desk_signed_in && !ws->phone_signing_in &&
        ws_now_ms(ws) >= ws->phone_retry_ms)
        ws->phone_signing_in = ws_phone_ask(ws, &(struct ws_phone_request){.op = WS_PHONE_SIGN_IN});
    settle_sign_out(ws);
    if (ws->view.login != WS_SIGNED_IN || ws->view.backend != WS_BACKEND_OK || !ws->work_fresh)
        return;
    const bool old = service_is_old(ws);
    struct ws_request service = {.kind = WS_REQ_SERVICE};
    if (old && ws_now_ms(ws) >= ws->ask_again_ms)
        ws_ask(ws, &service);
    if (ws->lists_stale)
        ask_lists(ws);
}
