/* SPDX-License-Identifier: Apache-2.0 */
/* Where the agent is: which view, what stands in front of it, which keys mean something there. */

#include <stdint.h>

#include "tui/panes.h"
#include "tui/state.h"

static const struct view *const views[] = {
    [VIEW_SIGN_IN] = &view_sign_in, [VIEW_LOCKED] = &view_locked, [VIEW_HOME] = &view_home,
    [VIEW_PREVIEW] = &view_preview, [VIEW_CALL] = &view_call,     [VIEW_WRAPUP] = &view_wrapup,
    [VIEW_DONE] = &view_done,       [VIEW_DEMO] = &view_demo,
};
_Static_assert(sizeof views / sizeof views[0] == VIEW_COUNT, "one row a view");

static const struct popup *const popups[] = {
    [POPUP_NONE] = NULL,
    [POPUP_HELP] = &popup_help,
    [POPUP_PREFERENCES] = &popup_preferences,
    [POPUP_SIGN_OUT] = &popup_sign_out,
    [POPUP_STATUS] = &popup_status,
    [POPUP_SKIP] = &popup_skip,
    [POPUP_DIALPAD] = &popup_dialpad,
    [POPUP_RECORD] = &popup_record,
    [POPUP_NOTE] = &popup_note,
    [POPUP_INCIDENT] = &popup_incident,
    [POPUP_QUESTIONS] = &popup_questions,
    [POPUP_MISSING] = &popup_missing,
    [POPUP_CALLBACK] = &popup_callback,
    [POPUP_ALARMS] = &popup_alarms,
    [POPUP_WISH] = &popup_wish,
    [POPUP_ALARM] = &popup_alarm,
    [POPUP_RELEASE] = &popup_release,
    [POPUP_TODAY] = &popup_today,
    [POPUP_CORRECT] = &popup_correct,
    [POPUP_CORRECT_WHEN] = &popup_correct_when,
    [POPUP_REPEAT] = &popup_repeat,
    [POPUP_SECTIONS] = &popup_sections,
    [POPUP_PROBLEMS] = &popup_problems,
    [POPUP_COVERAGE] = &popup_coverage,
    [POPUP_ANOTHER] = &popup_another,
    [POPUP_PARTY] = &popup_party,
    [POPUP_CONTACTS] = &popup_contacts,
    [POPUP_SOUND] = &popup_sound,
    [POPUP_TARGET] = &popup_target,
};
_Static_assert(sizeof popups / sizeof popups[0] == POPUP_COUNT, "one row a popup");

/* --- where the agent is --- */

enum view_id tui_view_id(const struct tui *t)
{
    if (t->options.demo)
        return VIEW_DEMO;
    switch (t->view->login) {
    case WS_SIGNED_OUT:
    case WS_SIGNING_IN:
        return VIEW_SIGN_IN;
    case WS_TAKEN_OVER:
        return VIEW_LOCKED;
    case WS_SIGNED_IN:
        break;
    }
    if (t->home)
        return VIEW_HOME;
    switch (t->view->offer.state) {
    case HOLD_NONE:
    case HOLD_OFFERED:
        return VIEW_HOME;
    case HOLD_PREVIEW:
        return VIEW_PREVIEW;
    case HOLD_CALL:
        return VIEW_CALL;
    case HOLD_ACW:
    case HOLD_OVERDUE:
        return t->see_script ? VIEW_CALL : VIEW_WRAPUP;
    case HOLD_DONE:
        return VIEW_DONE;
    }
    return VIEW_HOME;
}

const struct view *tui_view(const struct tui *t)
{
    return views[tui_view_id(t)];
}

const struct popup *tui_popup(const struct tui *t)
{
    return popups[t->popup];
}

bool tui_is_offered(const struct tui *t)
{
    return t->view->login == WS_SIGNED_IN && t->view->offer.state == HOLD_OFFERED;
}

/* While somebody rings, only the offer and its list of reasons take keys: whatever else is open
 * waits behind it. */
bool tui_popup_has_keys(const struct tui *t)
{
    return t->popup != POPUP_NONE && (!tui_is_offered(t) || t->popup == POPUP_SKIP);
}

struct edit *tui_editor(struct tui *t)
{
    if (tui_popup_has_keys(t))
        return popups[t->popup]->editor ? popups[t->popup]->editor(t) : NULL;
    const struct view *v = tui_view(t);
    return !tui_is_offered(t) && v->editor ? v->editor(t) : NULL;
}

scope_set tui_scopes(const struct tui *t)
{
    const struct workstation_view *v = t->view;
    bool signed_in = v->login == WS_SIGNED_IN;
    scope_set scopes = SCOPE_ALWAYS;
    if (t->too_small)
        return scopes | SCOPE_SMALL;
    if (incoming_is_up(t))
        scopes |= SCOPE_INCOMING;
    if (signed_in && ((v->offer.state == HOLD_CALL && v->offer.call.state != CALL_ENDED) ||
                      (v->offer.consult.there && call_is_up(&v->offer.consult.call))))
        scopes |= SCOPE_CALL;
    if (tui_popup_has_keys(t))
        scopes |= SCOPE_POPUP | popups[t->popup]->scopes;
    else if (tui_is_offered(t))
        scopes |= SCOPE_OFFER;
    else
        scopes |= (signed_in && !t->options.demo ? SCOPE_FRAME : 0U) | tui_view(t)->scopes(t);
    /* Asking for the editor changes nothing; the table's conditions get a const screen. */
    if (tui_editor((struct tui *)(uintptr_t)t))
        scopes |= SCOPE_TYPING;
    return scopes;
}

bool tui_shows_alarms(enum popup_id popup)
{
    return popup == POPUP_ALARMS || popup == POPUP_ALARM || popup == POPUP_RELEASE;
}

void tui_open(struct tui *t, enum popup_id popup)
{
    if (tui_shows_alarms(t->popup) && !tui_shows_alarms(popup)) /* nobody reads it any more */
        (void)t->commands.watch_alarms(t->commands.arg, false, NULL);
    if (t->popup == POPUP_SOUND && popup != POPUP_SOUND)
        (void)t->commands.watch_sound(t->commands.arg, false, NULL);
    t->popup = popup;
    t->list_row = 0;
    t->list_on_row = false;
    t->scroll = 0;
    edit_set(&t->list_search, "");
    if (popups[popup] && popups[popup]->opened)
        popups[popup]->opened(t);
}

void tui_close_popup(struct tui *t)
{
    edit_set(&t->dialled, "");
    tui_open(t, POPUP_NONE);
}
