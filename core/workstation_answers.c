/* SPDX-License-Identifier: Apache-2.0 */
/* The answers of the interview: every one is kept as it is given.
 *
 * After each answer the whole response goes into the outbox, which drops the older ones. A screen
 * that came in the middle of a call first learns what was answered before (from the journal, the
 * desk or the backend), and shows the script only then: nothing may be overwritten unseen. */

#include "core/workstation_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/script_change.h"
#include "core/script_fault.h"
#include "core/script_tree.h"

#define ASK_AGAIN_MS 3000

static char *drop_text(char *text)
{
    if (text)
        ws_wipe(text, strlen(text));
    free(text);
    return NULL;
}

void ws_script_drop(struct workstation *ws)
{
    ws->view.offer.script = NULL;
    if (ws->script)
        script_deinit(ws->script);
    free(ws->script);
    ws->script = NULL;
    ws->script_id[0] = '\0';
}

void ws_answers_drop(struct workstation *ws)
{
    ws->answers = script_answers_free(ws->answers);
    ws->view.offer.answers = NULL;
    ws->view.offer.script = NULL;
    ws->draft = drop_text(ws->draft);
    ws->response = drop_text(ws->response);
    ws->desk_has_word = false; /* they were these */
}

void ws_script_take(struct workstation *ws, struct script *script, const char *id)
{
    ws->answers = script_answers_free(ws->answers);
    ws->view.offer.answers = NULL;
    ws_script_drop(ws);
    ws->script = script;
    ws_copy(ws->script_id, sizeof ws->script_id, id);
    ws->script_offer[0] = '\0';
    ws->keep_stale = true;
}

void ws_answers_take_draft(struct workstation *ws, const char *response, bool completed)
{
    ws->answers = script_answers_free(ws->answers);
    ws->view.offer.answers = NULL;
    ws->draft = drop_text(ws->draft);
    ws->draft = strdup(response);
    ws->draft_completed = completed;
    ws->here.draft_known = true;
    if (ws->ports.version)
        ws->ports.version(ws->ports.arg, response, ws->here.script_version);
    if (!ws->draft)
        ws_notice(ws, WS_NOTICE_ERROR, N_("Out of memory."));
}

/* What has begun goes on with its version; what begins has the newest. "" = whichever comes. */
static const char *wanted_version(const struct workstation *ws)
{
    return ws->here.script_version[0] ? ws->here.script_version : ws->work.offer.script_version;
}

static bool script_is_right(const struct workstation *ws)
{
    const struct script *s = ws->script;
    const char *wanted = wanted_version(ws);
    if (!s || strcmp(ws->script_id, ws->work.offer.script_id) != 0)
        return false;
    if (wanted[0])
        return s->version && strcmp(s->version, wanted) == 0;
    return !ws->script_offer[0] || strcmp(ws->script_offer, ws->here.offer_id) == 0;
}

/* Answers exist from here on: with their initial values, or as the draft says. */
static void begin_answers(struct workstation *ws)
{
    ws->answers = script_answers_new(ws->script);
    if (!ws->answers)
        return;
    script_answers_use_regex(ws->answers, ws->ports.regex);
    struct err err = {0};
    /* From here on it stays, whatever is loaded meanwhile: somebody reads it aloud. */
    if (ws->script->version)
        ws_copy(ws->here.script_version, sizeof ws->here.script_version, ws->script->version);
    if (!ws->draft && script_answers_start(ws->answers, &err) != ERR_OK)
        ws_notice(ws, WS_NOTICE_ERROR, err.sentence);
    if (ws->draft) {
        if (ws->ports.decode(ws->ports.arg, ws->script, ws->draft, ws->answers, &err) != ERR_OK)
            ws_notice(ws, WS_NOTICE_ERROR, err.sentence);
        ws->here.submitted = ws->draft_completed;
        if (ws->here.saved == WS_SAVED_NOTHING)
            ws->here.saved = WS_SAVED_BACKEND;
        drop_text(ws->response);
        ws->response = ws->draft;
        ws->draft = NULL;
    }
}

/* An earlier login left words unsent on this machine, and the backend may know newer ones of
 * another: it decides, and what it has then is shown. */
bool ws_is_of_older_login(const struct workstation *ws, const struct ws_write *w)
{
    return ws->work_fresh && w->fence < ws->work.offer.fence;
}

static bool may_have_older(const struct workstation *ws)
{
    if (ws->outbox.restoring)
        return true; /* perhaps */
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->write.kind == WS_WRITE_RESPONSE && !o->refused &&
            strcmp(o->write.offer_id, ws->here.offer_id) == 0 &&
            ws_is_of_older_login(ws, &o->write))
            return true;
    return false;
}

bool ws_answers_ask_draft(struct workstation *ws)
{
    struct ws_request draft = {
        .kind = WS_REQ_DRAFT, .offer_id = ws->here.offer_id, .fence = ws->work.offer.fence};
    if (!ws_ask(ws, &draft))
        return false;
    ws_copy(ws->draft_offer, sizeof ws->draft_offer, ws->here.offer_id);
    return true;
}

static void ask_missing(struct workstation *ws)
{
    if (ws->view.backend != WS_BACKEND_OK || !ws->work_fresh || ws_now_ms(ws) < ws->ask_again_ms)
        return;
    const char *version = wanted_version(ws);
    struct ws_request script = {.kind = WS_REQ_SCRIPT,
                                .script_id = ws->work.offer.script_id,
                                .script_version = version[0] ? version : NULL};
    if (!script_is_right(ws) && ws->work.offer.script_id[0] && ws_ask(ws, &script)) {
        ws_copy(ws->asked_script, sizeof ws->asked_script, ws->work.offer.script_id);
        ws_copy(ws->asked_version, sizeof ws->asked_version, version);
    }
    if (!ws->here.draft_known && !may_have_older(ws))
        (void)ws_answers_ask_draft(ws);
}

void ws_answers_settle(struct workstation *ws)
{
    struct ws_offer *v = &ws->view.offer;
    if (!ws->here.offer_id[0])
        return;
    ask_missing(ws);
    bool ready = script_is_right(ws) && ws->here.draft_known && hold_shows_record(v->state);
    if (ready && !ws->answers)
        begin_answers(ws);
    ready = ready && ws->answers;
    v->script = ready ? ws->script : NULL;
    v->answers = ready ? ws->answers : NULL;
    v->submitted = ws->here.submitted;
    v->saved = ws->here.saved;
}

void ws_answers_answered(struct workstation *ws, const struct ws_answer *a)
{
    bool passing = a->code == ERR_UNAVAILABLE || a->code == ERR_THROTTLED || a->code == ERR_STORE;
    if (a->kind == WS_REQ_SCRIPT) {
        if (a->code == ERR_OK && a->script) {
            ws_script_take(ws, a->script, ws->asked_script);
            if (ws->asked_version[0])
                ws_copy(ws->script_offer, sizeof ws->script_offer, ws->here.offer_id);
            if (strcmp(ws->asked_version, wanted_version(ws)) == 0 && !script_is_right(ws))
                ws->ask_again_ms = ws_now_ms(ws) + ASK_AGAIN_MS; /* not what was asked for */
            return;
        }
        ws->ask_again_ms = ws_now_ms(ws) + (passing ? ASK_AGAIN_MS : 10 * ASK_AGAIN_MS);
        if (!passing)
            ws_refused(ws, a);
        return;
    }
    if (!ws->here.offer_id[0] || strcmp(ws->draft_offer, ws->here.offer_id) != 0)
        return;
    if (ws->desk_word_id)
        ws_outbox_compare(ws, a);
    if (ws->here.draft_known)
        return;
    if (a->code == ERR_OK) {
        ws_copy(ws->outbox.version_offer, WS_ID_MAX, ws->here.offer_id);
        ws->outbox.version = a->version;
        ws->here.draft_known = true;
        if (a->response)
            ws_answers_take_draft(ws, a->response, a->completed);
        ws->keep_stale = true;
    } else {
        ws->ask_again_ms = ws_now_ms(ws) + ASK_AGAIN_MS;
    }
}

static enum err_code check_open(const struct workstation *ws, struct err *err)
{
    enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    enum hold_state state = ws->view.offer.state;
    if (!ws->answers || !ws->view.offer.script)
        return err_set(err, ERR_STATE, N_("There is no script now."));
    if (state == HOLD_DONE)
        return err_set(err, ERR_STATE, N_("This person is closed already."));
    if (ws->here.submitted)
        return err_set(err, ERR_STATE, N_("The script was submitted already."));
    return ERR_OK;
}

/* Put the answers into the outbox as the newest that there are. */
static enum err_code write_response(struct workstation *ws, const char *text, bool completed,
                                    struct err *err)
{
    struct ws_write w = {.kind = WS_WRITE_RESPONSE,
                         .fence = ws->work.offer.fence,
                         .completed = completed,
                         .response = strdup(text)};
    if (!w.response)
        return err_set(err, ERR_NOMEM, NULL);
    ws_copy(w.offer_id, sizeof w.offer_id, ws->here.offer_id);
    ws->here.response_id = ws->outbox.last_id + 1;
    ws->here.saved = WS_SAVING;
    ws->keep_stale = true;
    return ws_outbox_add(ws, &w, err);
}

static enum err_code keep_response(struct workstation *ws, bool completed, struct err *err)
{
    char *text = ws->ports.encode(ws->ports.arg, ws->script, ws->answers, completed);
    if (!text)
        return err_set(err, ERR_NOMEM, NULL);
    drop_text(ws->response);
    ws->response = text;
    return write_response(ws, text, completed, err);
}

void ws_answers_keep_word(struct workstation *ws, const char *word, bool completed)
{
    const struct ws_write *last = NULL;
    for (const struct ws_outgoing *o = ws->outbox.first; o; o = o->next)
        if (o->write.kind == WS_WRITE_RESPONSE && !o->refused &&
            strcmp(o->write.offer_id, ws->here.offer_id) == 0)
            last = &o->write;
    const bool same = last && strcmp(last->response, word) == 0 && last->completed == completed;
    if (same || !ws->here.offer_id[0] || ws->work.offer.state == HOLD_DONE)
        return;
    ws_answers_take_draft(ws, word, completed);
    if (write_response(ws, word, completed, NULL) != ERR_OK)
        ws_notice(ws, WS_NOTICE_ERROR, N_("Out of memory."));
}

enum err_code ws_answer_give(void *arg, size_t answer, const struct script_value *value,
                             struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = check_open(ws, err);
    if (code == ERR_OK)
        code = script_change_answer(ws->answers, answer, value, err);
    if (code == ERR_OK)
        code = keep_response(ws, false, err);
    if (code == ERR_OK)
        ws_settle(ws);
    return code;
}

enum err_code ws_answer_repeat(void *arg, size_t node, enum ws_repeat how, size_t *ret,
                               struct err *err)
{
    struct workstation *ws = arg;
    size_t after = node;
    enum err_code code = check_open(ws, err);
    if (code == ERR_OK)
        code = script_change_repeat(ws->answers, node, how, &after, err);
    if (code == ERR_OK)
        code = keep_response(ws, false, err);
    if (code != ERR_OK)
        return code;
    *ret = after;
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_submit(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = check_open(ws, err);
    if (code != ERR_OK)
        return code;
    if (script_missing_nodes(ws->answers, NULL, 0) > 0)
        return err_set(err, ERR_STATE, N_("Some answers are missing."));
    code = keep_response(ws, true, err);
    if (code != ERR_OK)
        return code;
    ws->here.submitted = true;
    ws_settle(ws);
    return ERR_OK;
}
