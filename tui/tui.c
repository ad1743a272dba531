/* SPDX-License-Identifier: Apache-2.0 */
/* The screen's life, the way of a key, and painting.
 *
 * Each paint draws everything into one window; curses finds out what differs from the terminal and
 * only that is sent. Popups and the offer are drawn last, over the rest. */

#include "tui/tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/callback_form.h"
#include "tui/command.h"
#include "tui/emergency.h"
#include "tui/frame.h"
#include "tui/job.h"
#include "tui/panes.h"
#include "tui/paste.h"
#include "tui/script_outline.h"
#include "tui/script_place.h"
#include "tui/state.h"
#include "tui/when.h"

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
    const char *sentence = err_sentence(err, code);
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
    callback_form_clear(&t->wrapup.callback);
    edit_set(&t->dialled, "");
    another_forget(t);
    t->script = (struct script_place){0};
    t->wrapup = (struct wrapup_form){0};
    edit_set(&t->wrapup.note, t->view->offer.note ? t->view->offer.note : "");
    if (t->view->offer.form)
        callback_form_read(t, t->view->offer.form);
    t->see_script = false;
    t->incident.about_person = false;
    if (t->popup == POPUP_WISH) /* it asks about somebody else */
        tui_close_popup(t);
}

/* What one agent typed is nothing for the next. */
static void forget_agent(struct tui *t)
{
    edit_set(&t->incident.what, "");
    edit_set(&t->incident.when, "");
    edit_set(&t->alarm.reason, "");
    callback_form_clear(&t->correct.callback);
    t->correct = (struct correct_form){0};
}

/* An offer rings as a telephone does: at once, then every few seconds. */
#define RING_EVERY_S 5

static void ring(struct tui *t)
{
    bool fresh = t->offers_seen != t->view->offers_seen;
    t->offers_seen = t->view->offers_seen;
    const bool rings =
        tui_is_offered(t) || (incoming_is_up(t) && t->view->incoming.call.state == CALL_INCOMING);
    if (!rings || (!fresh && t->view->now_utc_s - t->rang_utc_s < RING_EVERY_S))
        return;
    t->rang_utc_s = t->view->now_utc_s;
    terminal_bell(t->terminal);
}

/* The work goes on: what belonged to the step before closes, so that the screen shows the step that
 * the agent is in. Help stays; nobody loses what they read. */
static void follow(struct tui *t)
{
    const struct ws_offer *offer = &t->view->offer;
    const unsigned scripts = t->options.demo ? t->options.demo->scripts : 0;
    const bool another_script = scripts != t->demo_scripts && t->demo_scripts;
    callback_form_follow(t);
    if (strcmp(t->offer_id, offer->offer_id) != 0) {
        forget_person(t);
        t->demo_said = SCRIPT_END;
        if (another_script)
            tui_say(t, WS_NOTICE_INFO, _("This is another script: it begins anew."));
    }
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
                    t->popup == POPUP_INCIDENT || t->popup == POPUP_CALLBACK ||
                    t->popup == POPUP_PREFERENCES || t->popup == POPUP_STATUS ||
                    t->popup == POPUP_SOUND ||
                    (t->popup == POPUP_WISH && hold_shows_record(offer->state)) ||
                    ((tui_shows_alarms(t->popup) || t->popup == POPUP_CORRECT_WHEN) &&
                     offer->state <= HOLD_OFFERED);
        if (t->popup != POPUP_NONE && !keep)
            tui_close_popup(t);
        if (t->popup == POPUP_NOTE && offer->state != HOLD_CALL)
            tui_close_popup(t);
    }
    if (t->popup == POPUP_DIALPAD && offer->call.state == CALL_ENDED)
        tui_close_popup(t);
    if (t->popup == POPUP_TARGET && offer->call.state != CALL_TALKING &&
        offer->call.state != CALL_HELD)
        tui_close_popup(t);
    if (another_script && offer->answers)
        script_changed(t);
    t->demo_scripts = scripts;
    if (offer->answers && offer->state != HOLD_NONE)
        script_follow(t);
    if (t->options.demo)
        demo_follow(t);
    incoming_follow(t);
    ring(t);
    if (t->view->login != WS_SIGNED_IN && (tui_shows_alarms(t->popup) || t->popup == POPUP_SOUND))
        tui_close_popup(t);
    if (t->view->login != WS_SIGNED_IN &&
        (t->incident.what.len || t->alarm.reason.len || t->correct.offer_id[0]))
        forget_agent(t);
    if (t->view->login == WS_SIGNED_IN && t->sign_in.password.len) {
        edit_set(&t->sign_in.password, "");
        t->sign_in.on_password = false;
    }
}

/* --- painting --- */

/* What runs out goes on running. */
static void draw_small_countdown(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    char time[WHEN_SIZE];
    when_seconds(o->deadline_utc_s - t->view->now_utc_s, time);
    if (o->state == HOLD_OVERDUE)
        draw_text(a, y, 0, -1, ROLE_LATE, _("Time is up"));
    else if (o->state == HOLD_ACW)
        draw_format(a, y, 0, -1, ROLE_COUNTDOWN, "%s  %s", _("After-call work"), time);
    else if (o->state == HOLD_PREVIEW && o->deadline_utc_s)
        draw_format(a, y, 0, -1, ROLE_COUNTDOWN, "%s%s", _("calls by itself in "), time);
}

/* Nobody has to hunt for the window's edge to end a call: what must be possible still is, and the
 * screen says so. */
static void draw_too_small(struct tui *t, struct area a)
{
    char text[256];
    snprintf(text, sizeof text, _("Pupitre needs %dx%d; this terminal has %dx%d. Enlarge it."),
             TUI_COLS_MIN, TUI_ROWS_MIN, a.cols, a.rows);
    int y = draw_wrapped(a, 0, 0, ROLE_STRONG, text);
    tui_cursor(t, a, 0, 0);
    if (incoming_is_up(t)) {
        (void)incoming_draw_small(t, a, y + 1);
    } else if (tui_is_offered(t)) {
        draw_wrapped(a, y + 1, 0, ROLE_WARNING, _("Somebody is offered to you."));
    } else if (call_is_up(&t->view->offer.call)) {
        y += draw_wrapped(a, y, 0, ROLE_WARNING, _("The call goes on."));
        toolbar_draw_small(t, area_part(a, y, 0, -1, -1));
    } else {
        draw_small_countdown(t, a, y);
    }
}

static void draw_popup(struct tui *t, struct area middle)
{
    const struct popup *p = tui_popup(t);
    int rows = p->rows > 0 ? p->rows : middle.rows + p->rows;
    int cols = p->cols > 0 ? p->cols : middle.cols + p->cols;
    if (p->wide_cols && middle.cols >= p->wide_cols + 2 && middle.rows >= p->wide_rows) {
        rows = p->wide_rows;
        cols = p->wide_cols;
    }
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
    if (t->too_small) {
        draw_too_small(t, screen);
        return;
    }
    bool framed = t->view->login == WS_SIGNED_IN;
    int top = framed ? FRAME_TOP_ROWS : 0;
    frame_draw(t, screen);
    struct area middle = area_part(screen, top, 0, screen.rows - top - FRAME_BOTTOM_ROWS, -1);
    if (incoming_is_up(t)) {
        incoming_draw(t, area_part(middle, 0, 0, INCOMING_ROWS, -1));
        middle = area_part(middle, INCOMING_ROWS, 0, -1, -1);
    }
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
    paste_watch(t);
    if (terminal_pending(t->terminal))
        return;
    draw_all(t);
    terminal_update(t->terminal, stdscr, t->cursor_y, t->cursor_x);
    terminal_title(t->terminal, tui_is_offered(t) ? "(!) Pupitre: somebody is offered"
                                : t->view->incoming.call.state == CALL_INCOMING
                                    ? "(!) Pupitre: somebody calls"
                                : t->options.demo ? "Pupitre: demonstration"
                                                  : "Pupitre");
}

void tui_hand_over(struct tui *t)
{
    if (t->view->offer.answers && t->script.started)
        (void)script_hand_over(t);
}

static void measure(struct tui *t)
{
    t->too_small = LINES < TUI_ROWS_MIN || COLS < TUI_COLS_MIN;
}

void tui_resize(struct tui *t)
{
    terminal_fit(t->terminal);
    measure(t);
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

void tui_edited(struct tui *t)
{
    if (tui_popup_has_keys(t)) {
        t->list_row = 0;
        t->list_on_row = false;
        if (tui_popup(t)->edited)
            tui_popup(t)->edited(t);
    } else if (tui_view(t)->edited) {
        tui_view(t)->edited(t);
    }
}

static void press(struct tui *t, int key)
{
    struct edit *e = t->too_small ? NULL : tui_editor(t);
    if (e && edit_key(e, key))
        tui_edited(t);
    else
        command_run(t, key);
}

/* The note is kept as it is typed; what is wrong with it is said when it is handed in. */
static void keep_note(struct tui *t)
{
    const struct ws_offer *offer = &t->view->offer;
    const char *kept = offer->note ? offer->note : "";
    if (offer->state != HOLD_NONE && strcmp(t->offer_id, offer->offer_id) == 0 &&
        strcmp(t->wrapup.note.text, kept) != 0)
        (void)t->commands.note(t->commands.arg, t->wrapup.note.text, NULL);
}

void tui_keep_form(struct tui *t)
{
    const struct ws_offer *offer = &t->view->offer;
    char text[CALLBACK_FORM_SIZE];
    if (offer->state == HOLD_NONE || strcmp(t->offer_id, offer->offer_id) != 0 || !t->commands.form)
        return;
    callback_form_text(t, text, sizeof text);
    if (strcmp(text, offer->form ? offer->form : "") != 0)
        (void)t->commands.form(t->commands.arg, text, NULL);
}

bool tui_read(struct tui *t)
{
    struct keys *keys = terminal_keys(t->terminal);
    bool pasted;
    keys_begin(keys);
    for (int key; (key = keys_next(keys, &pasted)) != KEYS_NONE;) {
        if (pasted) {
            paste_take(t, key);
            continue;
        }
        paste_settle(t);
        follow(t);
        press(t, key);
    }
    paste_settle(t);
    keep_note(t);
    tui_keep_form(t);
    return !keys_is_gone(keys);
}

void tui_bytes(const struct tui *t, uint64_t *ret_typed, uint64_t *ret_sent)
{
    *ret_typed = keys_bytes(terminal_keys(t->terminal));
    *ret_sent = terminal_bytes(t->terminal);
}

bool tui_wants_quit(const struct tui *t)
{
    return t->quit;
}

bool tui_wants_suspend(const struct tui *t)
{
    return t->suspend;
}

void tui_resume(struct tui *t)
{
    terminal_resume(t->terminal);
    measure(t);
    tui_paint(t);
}

void tui_stop(struct tui *t)
{
    t->suspend = false;
    terminal_suspend(t->terminal);
    if (!job_stop())
        tui_say(t, WS_NOTICE_WARNING, _("There is no shell here to go back to."));
    tui_resume(t);
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
    t->outline = script_outline_new();
    t->terminal = t->outline ? terminal_open(err) : NULL;
    if (!t->terminal) {
        if (!t->outline)
            err_set(err, ERR_NOMEM, NULL);
        script_outline_free(t->outline);
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
    measure(t);
    return t;
}

struct tui *tui_free(struct tui *t)
{
    if (!t)
        return NULL;
    terminal_close(t->terminal);
    agenda_free(t->agenda);
    script_outline_free(t->outline);
    explicit_bzero(t, sizeof *t);
    free(t);
    return NULL;
}

void tui_catch_crashes(void)
{
    emergency_catch_crashes();
}
