/* SPDX-License-Identifier: Apache-2.0 */
/* After-call work: the code, a note, when to call again; a minute that counts down. Nothing typed
 * is lost when the minute is over. */

#include <stdio.h>
#include <string.h>

#include "core/phone.h"
#include "core/wrapup.h"
#include "tui/callback_form.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/when.h"

static const struct wrapup_code *chosen_code(const struct tui *t)
{
    return t->wrapup.code[0] && t->view->service ? wrapup_find(t->view->service, t->wrapup.code)
                                                 : NULL;
}

static size_t codes_found(const struct tui *t, size_t *idx)
{
    const struct service *s = t->view->service;
    return s ? wrapup_search(s, t->lang, t->wrapup.search.text, idx, SERVICE_CODES) : 0;
}

/* The code that the call's end proposes is highlighted, also when it comes late; not once the agent
 * has moved. */
static void highlight_proposal(struct tui *t)
{
    size_t idx[SERVICE_CODES];
    struct wrapup_form *f = &t->wrapup;
    const char *proposed = t->view->offer.proposed_code;
    if (!t->view->service || f->moved || strcmp(f->proposed, proposed) == 0)
        return;
    snprintf(f->proposed, sizeof f->proposed, "%s", proposed);
    size_t n = codes_found(t, idx);
    for (size_t i = 0; i < n; i++)
        if (strcmp(t->view->service->codes[idx[i]].id, proposed) == 0)
            f->row = i;
}

static bool is_ready(const struct tui *t)
{
    struct callback_told told;
    const struct wrapup_code *code = chosen_code(t);
    return code &&
           (!code->needs_callback || (callback_form_is_used(&t->wrapup.callback)
                                          ? callback_form_wish(t, &t->wrapup.callback, &told)
                                          : callback_form_today(t, &t->wrapup.callback, &told)));
}

/* --- drawing --- */

static void draw_countdown(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    char time[WHEN_SIZE], text[128];
    if (o->state == HOLD_OVERDUE) {
        draw_format(a, y, 0, -1, ROLE_LATE, " %s ", _("Time is up"));
        return;
    }
    int64_t left = o->deadline_utc_s - t->view->now_utc_s;
    enum role role = left <= ACW_RED_S ? ROLE_LATE : ROLE_COUNTDOWN;
    int x = draw_text(a, y, 0, -1, ROLE_STRONG, _("After-call work"));
    snprintf(text, sizeof text, " %s ", when_seconds(left, time));
    x += 1 + draw_text(a, y, x + 1, -1, role, text);
    int64_t all = o->deadline_utc_s - o->state_since_utc_s;
    int gauge = a.cols - x - 2;
    gauge = gauge > 40 ? 40 : gauge;
    int full = all > 0 && left > 0 ? (int)((left * gauge + all - 1) / all) : 0;
    for (int i = 0; i < gauge; i++)
        draw_text(a, y, x + 1 + i, 1, left <= ACW_RED_S ? ROLE_ERROR : ROLE_COUNTDOWN,
                  draw_sign(a, i < full ? SIGN_FULL : SIGN_EMPTY));
}

#define NAME_COLS_MIN 10

/* How the call ended is what the code depends on: a long name gives way to it. */
static void draw_call(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    const char *dot = draw_sign(a, SIGN_DOT);
    char name[512], phone[PHONE_TEXT_SIZE], talk[WHEN_SIZE], rest[256];
    phone_format(o->call_phone, phone);
    person_name(t, name, sizeof name);
    int len = snprintf(rest, sizeof rest, " %s %s %s %s", dot, phone, dot,
                       gettext(call_end_text(o->call.end)));
    if (o->call.answered_utc_s && o->call.ended_utc_s && len > 0 && (size_t)len < sizeof rest)
        snprintf(rest + len, sizeof rest - (size_t)len, " %s %s", dot,
                 when_seconds(o->call.ended_utc_s - o->call.answered_utc_s, talk));
    int room = a.cols - draw_width(rest);
    room = room > a.cols / 2 ? a.cols / 2 : room < NAME_COLS_MIN ? NAME_COLS_MIN : room;
    int x = draw_text(a, y, 0, room, ROLE_STRONG, name);
    draw_text(a, y, x, -1, ROLE_TEXT, rest);
}

static void draw_code(struct tui *t, struct area row, size_t number, const struct wrapup_code *code,
                      bool focus)
{
    bool chosen = strcmp(code->id, t->wrapup.code) == 0;
    bool proposed = strcmp(code->id, t->view->offer.proposed_code) == 0;
    enum role role = focus ? ROLE_FOCUS : chosen ? ROLE_CHOSEN : ROLE_TEXT;
    char text[SERVICE_LABEL_CHARS * 4 + 64], place[24] = "  ";
    if (number < 9)
        snprintf(place, sizeof place, "%zu ", number + 1);
    draw_fill(row, 0, role);
    snprintf(text, sizeof text, " %s%s %s", place, draw_sign(row, chosen ? SIGN_CHECK : SIGN_OPEN),
             service_label(&code->labels, t->lang));
    int used = draw_text(row, 0, 0, -1, role, text);
    if (proposed)
        draw_format(row, 0, used + 2, -1, focus ? role : ROLE_DIM, "(%s)", _("proposed"));
}

/* The list and its search field; returns its lines. */
static int draw_codes(struct tui *t, struct area a, int y, int rows)
{
    size_t idx[SERVICE_CODES];
    struct wrapup_form *f = &t->wrapup;
    bool here = f->focus == WRAPUP_CODE;
    int cx = 0, top = y;
    int x = draw_text(a, y, 0, 16, here ? ROLE_STRONG : ROLE_DIM, _("Wrap-up code"));
    x = x < 17 ? 17 : x;
    edit_draw(&f->search, a, y, x, 24, here, &cx);
    if (!f->search.len)
        draw_text(area_part(a, y, x, 1, 24), 0, 1, -1, ROLE_DIM, _("type to search"));
    const struct wrapup_code *code = chosen_code(t);
    if (!code)
        draw_text(a, y, x + 26, -1, ROLE_WARNING, _("A code is required"));
    else
        draw_format(a, y, x + 26, -1, ROLE_CHOSEN, "%s %s", draw_sign(a, SIGN_CHECK),
                    service_label(&code->labels, t->lang));
    if (here)
        tui_cursor(t, a, y, cx);
    y++;
    size_t n = codes_found(t, idx), room = (size_t)rows;
    f->row = n && f->row >= n ? n - 1 : f->row;
    size_t skip = f->row >= room ? f->row - room + 1 : 0;
    for (size_t i = skip; i < n && i < skip + room; i++, y++) {
        struct area row = area_part(a, y, 2, 1, 56);
        bool focus = here && i == f->row;
        draw_code(t, row, i, &t->view->service->codes[idx[i]], focus);
        if (focus && f->on_row)
            tui_cursor(t, row, 0, 1);
    }
    if (!n)
        draw_text(a, y++, 2, -1, ROLE_DIM, _("No code fits what you typed."));
    return y - top;
}

/* What becomes of what was answered, with the code that is chosen. */
static const char *answers_text(const struct tui *t, const struct wrapup_code *code,
                                enum role *ret_role)
{
    const struct ws_offer *o = &t->view->offer;
    const enum response_words words = o->submitted ? RESPONSE_WHOLE : RESPONSE_DRAFT;
    *ret_role = ROLE_TEXT;
    switch (response_status_of(words, code->answers)) {
    case RESPONSE_IN_PROGRESS:
        return t->view->service->carry ? _("kept in progress: the next call goes on from here")
                                       : _("kept in progress: your next call goes on from here");
    case RESPONSE_COMPLETED:
        return _("kept as completed");
    case RESPONSE_AMENDED:
        return _("kept as amended");
    case RESPONSE_STOPPED:
        if (code->answers != RESPONSE_COMPLETED)
            return _("kept as stopped");
        *ret_role = ROLE_WARNING;
        return _("not submitted: kept as stopped");
    case RESPONSE_ENTERED_IN_ERROR:
        *ret_role = ROLE_WARNING;
        return _("of the wrong person: entered in error, they do not count");
    }
    return "";
}

static void draw_answers(struct tui *t, struct area a, int y)
{
    enum role role;
    const struct wrapup_code *code = chosen_code(t);
    if (!code || t->view->offer.saved == WS_SAVED_NOTHING)
        return;
    draw_text(a, y, 0, 16, ROLE_DIM, _("Answers"));
    const char *text = answers_text(t, code, &role);
    draw_text(a, y, 17, -1, role, text);
}

/* More than a time of today: what it comes to, or what is wrong. */
static void draw_agreed(struct tui *t, struct area a, int y)
{
    struct callback_told told;
    char text[WHEN_SIZE], key[16];
    const bool ok = callback_form_wish(t, &t->wrapup.callback, &told);
    const int64_t at = told.at_utc_s;
    command_key_text(command_of(do_callback), key, sizeof key);
    if (!ok)
        draw_format(a, y, 31, -1, ROLE_ERROR, "%s  %s", told.wrong, key);
    else
        draw_format(a, y, 31, -1, ROLE_CHOSEN, "= %s%s%s  %s",
                    at ? when_instant(tui_zone(t), at, t->view->now_utc_s, text)
                       : t->wrapup.callback.when.text,
                    at ? "" : " ", at ? "" : told.wish.zone, told.wish.phone);
}

static int draw_when(struct tui *t, struct area a, int y)
{
    struct wrapup_form *f = &t->wrapup;
    bool here = f->focus == WRAPUP_WHEN;
    int cx = 0, x = 31;
    struct callback_told told;
    char text[WHEN_SIZE], key[16];
    draw_text(a, y, 0, 16, here ? ROLE_STRONG : ROLE_DIM, _("Call back at"));
    edit_draw(&f->callback.when, a, y, 17, 12, here, &cx);
    if (here)
        tui_cursor(t, a, y, cx);
    if (callback_form_is_used(&t->wrapup.callback)) {
        draw_agreed(t, a, y);
        return 1;
    }
    if (callback_form_today(t, &t->wrapup.callback, &told))
        x += draw_format(a, y, x, -1, ROLE_CHOSEN, _("= today %s"),
                         when_clock(tui_zone(t), told.at_utc_s, text));
    else if (told.wrong[0])
        x += draw_text(a, y, x, -1, ROLE_ERROR, told.wrong);
    else
        x += draw_text(a, y, x, -1, f->callback.when.len ? ROLE_ERROR : ROLE_DIM,
                       f->callback.when.len ? _("not later today; 15:30, or +45 (minutes)")
                                            : _("today: 15:30, or +45 (minutes)"));
    draw_key(a, y, x + 2, ROLE_KEY, ROLE_DIM,
             command_key_text(command_of(do_callback), key, sizeof key), _("more"));
    return 1;
}

static void draw_note(struct tui *t, struct area a, int y, int rows)
{
    struct wrapup_form *f = &t->wrapup;
    bool here = f->focus == WRAPUP_NOTE;
    int cy = 0, cx = 0;
    draw_text(a, y, 0, 16, here ? ROLE_STRONG : ROLE_DIM, _("Note"));
    struct area field = area_part(a, 0, 17, -1, -1);
    edit_draw_wrapped(&f->note, field, y, rows, &cy, &cx);
    if (here)
        tui_cursor(t, field, cy, cx);
}

static void draw_button(struct tui *t, struct area a, int y)
{
    bool here = t->wrapup.focus == WRAPUP_BUTTON;
    const struct ws_offer *o = &t->view->offer;
    char text[64];
    snprintf(text, sizeof text, "[ %s ]", o->wrapup_pending ? _("Sending…") : _("Done"));
    enum role role = !is_ready(t) ? ROLE_DISABLED : here ? ROLE_FOCUS : ROLE_STRONG;
    int used = draw_text(a, y, 17, -1, role, text);
    if (!chosen_code(t))
        draw_text(a, y, 19 + used, -1, ROLE_DIM, _("choose a code first"));
    else if (!is_ready(t))
        draw_text(a, y, 19 + used, -1, ROLE_DIM, _("say when to call back"));
    if (here)
        tui_cursor(t, a, y, 19);
}

#define WIDE_COLS 150 /* the record stands beside from here on */
#define RECORD_COLS 48

static void wrapup_draw(struct tui *t, struct area a)
{
    const int above = call_lines_draw(t, a, 0); /* an expert is still on the line */
    a = area_part(a, above, 0, -1, -1);
    if (a.cols >= WIDE_COLS) {
        struct area record = area_part(a, 0, a.cols - RECORD_COLS, -1, -1);
        draw_vertical(area_part(a, 0, a.cols - RECORD_COLS - 1, -1, 1), 0);
        draw_rule(record, 0, _("Record"));
        record_pane_draw(t, area_part(record, 2, 1, -1, -2), 0);
        a.cols -= RECORD_COLS + 1;
    }
    int width = a.cols > 100 ? 100 : a.cols - 4;
    struct area in = area_part(a, a.rows > 30 ? 3 : 0, 2, -1, width);
    const struct wrapup_code *code = chosen_code(t);
    highlight_proposal(t);
    draw_countdown(t, in, 0);
    draw_call(t, in, 1);
    char wish[128];
    int y = 3, tail = code && code->needs_callback ? 5 : 4, top = 2;
    if (person_wish(t, wish, sizeof wish))
        draw_text(in, top++, 0, -1, ROLE_WARNING, wish);
    if (t->view->offer.state == HOLD_OVERDUE)
        y = top +
            draw_wrapped(in, top, 0, ROLE_WARNING,
                         _("This person is now unresolved: not called again by itself, and "
                           "your supervisor sees it. Choose the code all the same, marked "
                           "late; until then nobody new is offered to you.")) +
            1;
    size_t all = t->view->service ? t->view->service->n_codes : 1;
    int room = in.rows - y - 2 - tail;
    room += room < (int)all; /* the line above the button */
    room = room > (int)all ? (int)all : room;
    draw_codes(t, in, y, room);
    y += room + 2; /* the fields below keep their place while the list is filtered */
    draw_answers(t, in, y - 1);
    if (code && code->needs_callback)
        y += draw_when(t, in, y);
    draw_note(t, in, y, 2);
    draw_button(t, in, y + 3 < in.rows ? y + 3 : y + 2);
}

/* --- keys --- */

static scope_set wrapup_scopes(const struct tui *t)
{
    scope_set scopes = SCOPE_WRAPUP | SCOPE_WORK;
    if (t->wrapup.focus == WRAPUP_CODE)
        scopes |= SCOPE_CODES;
    if (t->wrapup.focus == WRAPUP_BUTTON)
        scopes |= SCOPE_RECODE;
    return scopes;
}

static struct edit *wrapup_editor(struct tui *t)
{
    switch (t->wrapup.focus) {
    case WRAPUP_CODE:
        return &t->wrapup.search;
    case WRAPUP_WHEN:
        return &t->wrapup.callback.when;
    case WRAPUP_NOTE:
        return &t->wrapup.note;
    case WRAPUP_BUTTON:
        break;
    }
    return NULL;
}

static void choose(struct tui *t, size_t row)
{
    size_t idx[SERVICE_CODES];
    if (row >= codes_found(t, idx))
        return;
    const struct wrapup_code *code = &t->view->service->codes[idx[row]];
    snprintf(t->wrapup.code, sizeof t->wrapup.code, "%s", code->id);
    t->wrapup.row = idx[row];
    edit_set(&t->wrapup.search, ""); /* the whole list again: row = place in it */
    t->wrapup.focus = code->needs_callback ? WRAPUP_WHEN : WRAPUP_BUTTON;
}

/* A digit in the search field means the row of that number: no label has digits in it. */
static void wrapup_edited(struct tui *t)
{
    struct edit *e = &t->wrapup.search;
    if (t->wrapup.focus != WRAPUP_CODE)
        return;
    t->wrapup.moved = true;
    t->wrapup.on_row = false;
    char last = e->cursor ? e->text[e->cursor - 1] : '\0';
    if (last < '1' || last > '9') {
        t->wrapup.row = 0;
        return;
    }
    edit_key(e, 0x7f);
    if (!t->paste.edited) /* pasted text presses no key */
        choose(t, (size_t)(last - '1'));
}

void do_code(struct tui *t, int key)
{
    size_t idx[SERVICE_CODES], n = codes_found(t, idx);
    t->wrapup.moved = true;
    t->wrapup.on_row = true;
    if (key == KEY_BASE + KEY_UP)
        t->wrapup.row -= t->wrapup.row > 0;
    else if (t->wrapup.row + 1 < n)
        t->wrapup.row++;
    else
        do_wrapup_field(t, key);
}

void do_code_choose(struct tui *t, int key)
{
    (void)key;
    choose(t, t->wrapup.row);
}

void do_code_digit(struct tui *t, int key)
{
    choose(t, (size_t)(key - '1'));
}

void do_wrapup_field(struct tui *t, int key)
{
    const struct wrapup_code *code = chosen_code(t);
    int step = key == KEY_BASE + KEY_UP || key == KEY_BASE + KEY_BTAB ? 3 : 1;
    int focus = ((int)t->wrapup.focus + step) % 4;
    if (focus == WRAPUP_WHEN && !(code && code->needs_callback))
        focus = (focus + step) % 4;
    t->wrapup.focus = (enum wrapup_focus)focus;
}

void do_wrapup_enter(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    struct callback_told told;
    const struct wrapup_code *code = chosen_code(t);
    const bool used = callback_form_is_used(&t->wrapup.callback);
    const bool timed = used ? callback_form_wish(t, &t->wrapup.callback, &told)
                            : callback_form_today(t, &t->wrapup.callback, &told);
    if (t->wrapup.focus != WRAPUP_BUTTON && (t->wrapup.focus != WRAPUP_WHEN || timed)) {
        t->wrapup.focus = WRAPUP_BUTTON;
        return;
    }
    if (!code) {
        t->wrapup.focus = WRAPUP_CODE;
        tui_say(t, WS_NOTICE_WARNING, _("Choose a wrap-up code first."));
        return;
    }
    if (code->needs_callback && !timed) {
        t->wrapup.focus = WRAPUP_WHEN;
        tui_say(t, WS_NOTICE_WARNING,
                told.wrong[0] ? told.wrong : _("Say when to call back, later today."));
        return;
    }
    if (t->commands.agree)
        (void)t->commands.agree(t->commands.arg, code->needs_callback && used ? &told.wish : NULL,
                                NULL);
    enum err_code done =
        t->commands.wrapup(t->commands.arg, code->id, t->wrapup.note.text, told.at_utc_s, &err);
    tui_done(t, done, &err);
}

void do_see_script(struct tui *t, int key)
{
    (void)key;
    t->see_script = !t->see_script;
}

const struct view view_wrapup = {
    .draw = wrapup_draw,
    .scopes = wrapup_scopes,
    .editor = wrapup_editor,
    .edited = wrapup_edited,
};
