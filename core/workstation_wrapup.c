/* SPDX-License-Identifier: Apache-2.0 */
/* After-call work: the code that is proposed, the code that is chosen, the time that runs out.
 *
 * The instant that counts is the one when the agent chose: a backend that was away makes nobody
 * late. */

#include "core/workstation_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/wrapup.h"

static void propose(struct workstation *ws)
{
    struct ws_offer *v = &ws->view.offer;
    const struct ws_work_offer *o = &ws->work.offer;
    v->proposed_code[0] = '\0';
    if (v->call.state != CALL_ENDED)
        return;
    /* The backend's word, unless this screen knows something that it does not know yet. */
    bool ahead = v->state != o->state || ws_outbox_has_any(ws, ws->here.offer_id);
    if (o->proposed_code[0] && !ahead) {
        ws_copy(v->proposed_code, sizeof v->proposed_code, o->proposed_code);
        return;
    }
    if (!ws->service)
        return;
    const struct wrapup_signs signs = {.end = v->call.end,
                                       .answered = v->call.answered_utc_s != 0,
                                       .script_begun = ws->response || ws->draft,
                                       .script_complete = ws->here.submitted};
    const struct wrapup_code *code = wrapup_propose(ws->service, &signs);
    if (code)
        ws_copy(v->proposed_code, sizeof v->proposed_code, code->id);
}

void ws_wrapup_settle(struct workstation *ws)
{
    struct ws_offer *v = &ws->view.offer;
    const struct ws_work_offer *o = &ws->work.offer;
    if (!ws->here.offer_id[0])
        return;
    propose(ws);
    v->note = ws->note;
    v->form = ws->form;
    v->late = v->state == HOLD_OVERDUE || (ws->here.code[0] ? ws->here.late : o->late);
}

static enum err_code check_note(const char *note, struct err *err)
{
    size_t len = strlen(note);
    if (text_chars(note, len) > RECORD_NOTES_CHARS || len >= WS_NOTE_MAX)
        return err_field(err, ERR_TOO_LARGE, "/note", N_("The note is too long."));
    if (!text_is_plain(note, len, TEXT_LINES))
        return err_field(err, ERR_INVALID, "/note",
                         N_("The note holds characters that cannot be kept."));
    return ERR_OK;
}

void ws_note_drop(struct workstation *ws)
{
    if (ws->note)
        ws_wipe(ws->note, strlen(ws->note));
    free(ws->note);
    ws->note = NULL;
    ws->view.offer.note = NULL;
    ws->note_stale = false;
}

enum err_code ws_note(void *arg, const char *text, struct err *err)
{
    struct workstation *ws = arg;
    if (!ws->here.offer_id[0])
        return err_set(err, ERR_STATE, NULL);
    enum err_code code = check_note(text, err);
    if (code != ERR_OK)
        return code;
    char *copy = text[0] ? strdup(text) : NULL;
    if (text[0] && !copy)
        return err_set(err, ERR_NOMEM, NULL);
    ws_note_drop(ws);
    ws->note = copy;
    ws->note_stale = true;
    ws_settle(ws);
    return ERR_OK;
}

#define FORM_MAX 1000 /* bytes */

void ws_form_drop(struct workstation *ws)
{
    if (ws->form)
        ws_wipe(ws->form, strlen(ws->form));
    free(ws->form);
    ws->form = NULL;
    ws->view.offer.form = NULL;
    ws->has_wish = false;
    ws_wipe(&ws->wish, sizeof ws->wish);
}

enum err_code ws_form(void *arg, const char *text, struct err *err)
{
    struct workstation *ws = arg;
    if (!ws->here.offer_id[0])
        return err_set(err, ERR_STATE, NULL);
    if (strlen(text) > FORM_MAX)
        return err_set(err, ERR_TOO_LARGE, NULL);
    char *copy = text[0] ? strdup(text) : NULL;
    if (text[0] && !copy)
        return err_set(err, ERR_NOMEM, NULL);
    ws_form_drop(ws);
    ws->form = copy;
    ws->note_stale = true;
    /* What changes with an answer goes with it: a new screen is where this one is after it. */
    ws->keep_stale |= ws->here.saved == WS_SAVING;
    ws_settle(ws);
    return ERR_OK;
}

/* Who wants no call at all is promised none. */
static const char wants_none[] = N_("This person does not want to be called again.");

enum err_code ws_agree(void *arg, const struct callback_wish *wish, struct err *err)
{
    struct workstation *ws = arg;
    if (!ws->here.offer_id[0])
        return err_set(err, ERR_STATE, NULL);
    if (wish && ws->here.wish == WS_WISH_ANY)
        return err_set(err, ERR_STATE, wants_none);
    ws->has_wish = wish != NULL;
    ws->wish = wish ? *wish : (struct callback_wish){0};
    return ERR_OK;
}

static enum err_code check_choice(const struct workstation *ws, const char *code, const char *note,
                                  int64_t callback_utc_s, struct err *err)
{
    if (!ws->service)
        return err_set(err, ERR_UNAVAILABLE, N_("The wrap-up codes are not loaded yet."));
    const struct wrapup_code *row = wrapup_find(ws->service, code);
    if (!row || !code[0])
        return err_field(err, ERR_INVALID, "/code", N_("Wrap-up code is required."));
    if (row->needs_callback && ws->here.wish == WS_WISH_ANY)
        return err_field(err, ERR_INVALID, "/code", wants_none);
    if (row->needs_callback && !ws->has_wish && callback_utc_s <= ws->view.now_utc_s)
        return err_field(err, ERR_INVALID, "/callback_at",
                         N_("Choose when to call back: a time still to come."));
    return check_note(note, err);
}

enum err_code ws_wrapup(void *arg, const char *code, const char *note, int64_t callback_utc_s,
                        struct err *err)
{
    struct workstation *ws = arg;
    enum err_code ret = ws_check_signed_in(ws, err);
    if (ret != ERR_OK)
        return ret;
    enum hold_state state = ws->view.offer.state;
    if (state == HOLD_CALL)
        return err_set(err, ERR_STATE, N_("End the call first."));
    if (state != HOLD_ACW && state != HOLD_OVERDUE)
        return err_set(err, ERR_STATE, NULL);
    if (!note)
        note = "";
    ret = check_choice(ws, code, note, callback_utc_s, err);
    if (ret != ERR_OK)
        return ret;
    const struct wrapup_code *row = wrapup_find(ws->service, code);
    struct ws_write w = {.kind = WS_WRITE_WRAPUP,
                         .fence = ws->work.offer.fence,
                         .chosen_utc_s = ws->view.now_utc_s,
                         .callback_utc_s =
                             row->needs_callback && !ws->has_wish ? callback_utc_s : 0,
                         .has_callback = row->needs_callback && ws->has_wish,
                         .callback = ws->wish,
                         .note = note[0] ? strdup(note) : NULL};
    if (note[0] && !w.note)
        return err_set(err, ERR_NOMEM, NULL);
    ws_copy(w.offer_id, sizeof w.offer_id, ws->here.offer_id);
    ws_copy(w.code, sizeof w.code, code);
    ret = ws_outbox_add(ws, &w, err);
    if (ret != ERR_OK)
        return ret;
    ws_copy(ws->here.code, sizeof ws->here.code, code);
    ws->here.code_accepted = false;
    ws->here.late =
        state == HOLD_OVERDUE || (ws->here.acw_deadline_s &&
                                  hold_wrapup_is_late(ws->view.now_utc_s, ws->here.acw_deadline_s));
    ws->keep_stale = true;
    ws_settle(ws);
    return ERR_OK;
}
