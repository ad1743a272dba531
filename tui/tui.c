/* SPDX-License-Identifier: Apache-2.0 */
/* The screen's life, the way of a key, and painting.
 *
 * Each paint draws everything into one window; curses finds out what differs from the terminal and
 * only that is sent. Popups and the offer are drawn last, over the rest. */

#include "tui/tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/frame.h"
#include "tui/script_place.h"
#include "tui/state.h"

static const struct view *const views[] = {
    [VIEW_SIGN_IN] = &view_sign_in, [VIEW_LOCKED] = &view_locked, [VIEW_HOME] = &view_home,
    [VIEW_PREVIEW] = &view_preview, [VIEW_CALL] = &view_call,     [VIEW_WRAPUP] = &view_wrapup,
    [VIEW_DONE] = &view_done,
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
    [POPUP_QUESTIONS] = &popup_questions,
    [POPUP_MISSING] = &popup_missing,
};
_Static_assert(sizeof popups / sizeof popups[0] == POPUP_COUNT, "one row a popup");

/* --- where the agent is --- */

enum view_id tui_view_id(const struct tui *t)
{
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
static bool popup_has_keys(const struct tui *t)
{
    return t->popup != POPUP_NONE && (!tui_is_offered(t) || t->popup == POPUP_SKIP);
}

struct edit *tui_editor(struct tui *t)
{
    if (popup_has_keys(t))
        return popups[t->popup]->editor ? popups[t->popup]->editor(t) : NULL;
    const struct view *v = tui_view(t);
    return !tui_is_offered(t) && v->editor ? v->editor(t) : NULL;
}

unsigned tui_scopes(const struct tui *t)
{
    const struct workstation_view *v = t->view;
    bool signed_in = v->login == WS_SIGNED_IN;
    unsigned scopes = SCOPE_ALWAYS;
    if (signed_in && v->offer.state == HOLD_CALL && v->offer.call.state != CALL_ENDED)
        scopes |= SCOPE_CALL;
    if (popup_has_keys(t))
        scopes |= SCOPE_POPUP | popups[t->popup]->scopes;
    else if (tui_is_offered(t))
        scopes |= SCOPE_OFFER;
    else
        scopes |= (signed_in ? SCOPE_FRAME : 0U) | tui_view(t)->scopes(t);
    /* Asking for the editor changes nothing; the table's conditions get a const screen. */
    if (tui_editor((struct tui *)(uintptr_t)t))
        scopes |= SCOPE_TYPING;
    return scopes;
}

void tui_open(struct tui *t, enum popup_id popup)
{
    t->popup = popup;
    t->list_row = 0;
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

void tui_cursor(struct tui *t, struct area a, int y, int x)
{
    t->cursor_y = a.y + y;
    t->cursor_x = a.x + (x < a.cols ? x : a.cols - 1);
}

void tui_say(struct tui *t, int kind, const char *text)
{
    snprintf(t->notice.text, sizeof t->notice.text, "%s", text);
    t->notice.kind = kind;
    t->notice.at_utc_s = t->view->now_utc_s;
}

bool tui_done(struct tui *t, enum err_code code, const struct err *err)
{
    if (code == ERR_OK) {
        t->notice.kind = WS_NOTICE_NONE;
        return true;
    }
    const char *sentence = err->sentence[0] ? err->sentence : err_info(code)->sentence;
    tui_say(t, WS_NOTICE_WARNING, *sentence ? gettext(sentence) : "");
    return false;
}

/* --- what has changed since the last look --- */

static void forget_person(struct tui *t)
{
    snprintf(t->offer_id, sizeof t->offer_id, "%s", t->view->offer.offer_id);
    edit_set(&t->script.edit, "");
    edit_set(&t->wrapup.note, "");
    edit_set(&t->wrapup.search, "");
    edit_set(&t->wrapup.when, "");
    edit_set(&t->dialled, "");
    t->script = (struct script_place){0};
    t->wrapup = (struct wrapup_form){0};
    t->phone = 0;
    t->see_script = false;
}

/* The work goes on: what belonged to the step before closes, so that the screen shows the step that
 * the agent is in. Help stays; nobody loses what they read. */
static void follow(struct tui *t)
{
    const struct ws_offer *offer = &t->view->offer;
    if (strcmp(t->offer_id, offer->offer_id) != 0)
        forget_person(t);
    if (t->hold != offer->state) {
        /* The other side hung up in the middle of a word: the next Enter must not choose a code. */
        t->see_script = t->hold == HOLD_CALL && offer->state == HOLD_ACW && t->script.edited &&
                        offer->call.end != CALL_END_BY_AGENT;
        if (t->see_script)
            tui_say(t, WS_NOTICE_WARNING,
                    _("The call has ended. Finish the answer, then choose the code."));
        if (t->hold == HOLD_CALL && offer->answers)
            script_hand_over(t);
        t->hold = offer->state;
        t->home = false;
        bool keep = t->popup == POPUP_HELP || t->popup == POPUP_NOTE ||
                    t->popup == POPUP_PREFERENCES || t->popup == POPUP_STATUS;
        if (t->popup != POPUP_NONE && !keep)
            tui_close_popup(t);
        if (t->popup == POPUP_NOTE && offer->state != HOLD_CALL)
            tui_close_popup(t);
    }
    if (t->popup == POPUP_DIALPAD && offer->call.state == CALL_ENDED)
        tui_close_popup(t);
    if (offer->answers && offer->state != HOLD_NONE)
        script_follow(t);
    if (t->offers_seen != t->view->offers_seen) {
        t->offers_seen = t->view->offers_seen;
        if (tui_is_offered(t))
            terminal_bell(t->terminal);
    }
    if (t->view->login == WS_SIGNED_IN && t->sign_in.password.len) {
        edit_set(&t->sign_in.password, "");
        t->sign_in.on_password = false;
    }
}

/* --- painting --- */

static void draw_too_small(struct tui *t, struct area a)
{
    char text[256];
    snprintf(text, sizeof text, _("Pupitre needs %dx%d; this terminal has %dx%d. Enlarge it."),
             TUI_COLS_MIN, TUI_ROWS_MIN, a.cols, a.rows);
    int lines = draw_wrapped(a, 0, 0, ROLE_STRONG, text);
    if (tui_is_offered(t))
        draw_wrapped(a, lines + 1, 0, ROLE_WARNING, _("Somebody is offered to you."));
    else if (call_is_up(&t->view->offer.call))
        draw_wrapped(a, lines + 1, 0, ROLE_WARNING, _("The call goes on."));
    tui_cursor(t, a, a.rows - 1, 0);
}

static void draw_popup(struct tui *t, struct area middle)
{
    const struct popup *p = popups[t->popup];
    int rows = p->rows > 0 ? p->rows : middle.rows + p->rows;
    int cols = p->cols > 0 ? p->cols : middle.cols + p->cols;
    if (p->count && !p->item_matches && (int)p->count(t) + 2 < rows)
        rows = (int)p->count(t) + 2;
    rows = rows > middle.rows ? middle.rows : rows;
    cols = cols > middle.cols - 2 ? middle.cols - 2 : cols;
    struct area box =
        area_part(middle, (middle.rows - rows) / 2, (middle.cols - cols) / 2, rows, cols);
    struct area inside = draw_box(box, gettext(p->title));
    p->draw(t, inside);
}

static void draw_all(struct tui *t)
{
    struct area screen = {stdscr, 0, 0, LINES, COLS, t->unicode};
    t->cursor_y = -1;
    werase(stdscr);
    if (screen.rows < TUI_ROWS_MIN || screen.cols < TUI_COLS_MIN) {
        draw_too_small(t, screen);
        return;
    }
    bool framed = t->view->login == WS_SIGNED_IN;
    int top = framed ? FRAME_TOP_ROWS : 0;
    frame_draw(t, screen);
    struct area middle = area_part(screen, top, 0, screen.rows - top - FRAME_BOTTOM_ROWS, -1);
    tui_view(t)->draw(t, middle);
    if (tui_is_offered(t)) {
        if (t->popup != POPUP_NONE && t->popup != POPUP_SKIP)
            draw_popup(t, middle);
        offer_draw(t, area_part(middle, 0, 0, OFFER_ROWS, -1));
        if (t->popup == POPUP_SKIP)
            draw_popup(t, area_part(middle, OFFER_ROWS, 0, -1, -1));
    } else if (t->popup != POPUP_NONE) {
        draw_popup(t, middle);
    }
}

void tui_paint(struct tui *t)
{
    terminal_flush(t->terminal);
    follow(t);
    if (terminal_pending(t->terminal))
        return;
    draw_all(t);
    terminal_update(t->terminal, stdscr, t->cursor_y, t->cursor_x);
    terminal_title(t->terminal, tui_is_offered(t) ? "(!) Pupitre: somebody is offered" : "Pupitre");
}

void tui_resize(struct tui *t)
{
    terminal_fit(t->terminal);
    tui_paint(t);
}

bool tui_output_pending(const struct tui *t)
{
    return terminal_pending(t->terminal);
}

int tui_output_fd(const struct tui *t)
{
    return terminal_output_fd(t->terminal);
}

void tui_flush(struct tui *t)
{
    terminal_flush(t->terminal);
    if (!terminal_pending(t->terminal))
        tui_paint(t);
}

/* --- keys --- */

static void press(struct tui *t, int key)
{
    struct edit *e = tui_editor(t);
    if (e && edit_key(e, key)) {
        if (popup_has_keys(t))
            t->list_row = 0;
        else if (tui_view(t)->edited)
            tui_view(t)->edited(t);
        return;
    }
    command_run(t, key);
}

/* Pasted text goes into a line editor or nowhere: a pasted letter never presses a key. */
static void paste(struct tui *t, int key)
{
    struct edit *e = tui_editor(t);
    if (key == '\r' || key == '\n' || key == '\t')
        key = ' ';
    if (!e || key < ' ' || key >= 0x110000)
        return;
    edit_key(e, key);
    if (!popup_has_keys(t) && tui_view(t)->edited)
        tui_view(t)->edited(t);
}

bool tui_read(struct tui *t)
{
    for (;;) {
        int key = terminal_key(t->terminal);
        if (key == TERMINAL_NO_KEY)
            break;
        if (key == TERMINAL_PASTE_BEGIN || key == TERMINAL_PASTE_END) {
            t->pasting = key == TERMINAL_PASTE_BEGIN;
            continue;
        }
        follow(t);
        if (t->pasting)
            paste(t, key);
        else if (LINES >= TUI_ROWS_MIN && COLS >= TUI_COLS_MIN)
            press(t, key);
    }
    return !terminal_is_gone(t->terminal);
}

bool tui_wants_quit(const struct tui *t)
{
    return t->quit;
}

bool tui_wants_suspend(const struct tui *t)
{
    return t->suspend;
}

void tui_suspend(struct tui *t)
{
    t->suspend = false;
    terminal_suspend(t->terminal);
}

void tui_resume(struct tui *t)
{
    t->suspend = false;
    terminal_resume(t->terminal);
    tui_paint(t);
}

/* --- life --- */

static bool wants_colour(void)
{
    const char *no = getenv("NO_COLOR"); /* https://no-color.org: set and not empty */
    return !no || !*no;
}

struct tui *tui_new(const struct workstation_view *view,
                    const struct workstation_commands *commands, const struct tui_options *options,
                    struct err *err)
{
    struct tui *t = calloc(1, sizeof *t);
    if (!t) {
        err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    t->terminal = terminal_open(err);
    if (!t->terminal) {
        free(t);
        return NULL;
    }
    t->view = view;
    t->commands = *commands;
    t->options = *options;
    t->preferences = options->preferences;
    t->lang =
        lang_use(t->preferences.language[0] ? t->preferences.language : lang_of_environment());
    t->unicode = lang_is_unicode();
    t->sign_in.password.secret = true;
    edit_set(&t->sign_in.login, options->login ? options->login : "");
    t->sign_in.on_password = t->sign_in.login.len > 0;
    t->offers_seen = view->offers_seen;
    t->hold = view->offer.state;
    if (tui_is_offered(t))
        t->offers_seen--; /* rings at the first paint, too */
    role_init(wants_colour());
    return t;
}

struct tui *tui_free(struct tui *t)
{
    if (!t)
        return NULL;
    terminal_close(t->terminal);
    explicit_bzero(t, sizeof *t);
    free(t);
    return NULL;
}

void tui_emergency_restore(void)
{
    terminal_emergency();
}
