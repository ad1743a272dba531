/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a callback: day, time, zone, another number, to whom; beside it what the agent has
 * promised already, day by day. Reachable during the call and in after-call work, where the time is
 * the one of the wrap-up and what is typed is kept like the note; and for a code that is corrected.
 */

#include "tui/popup_callback.h"

#include <stdio.h>
#include <string.h>

#include "tui/callback_calendar.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/when.h"

static const char *const labels[] = {
    [CALLBACK_DATE] = N_("Day"),   [CALLBACK_TIME] = N_("Time"),
    [CALLBACK_ZONE] = N_("Zone"),  [CALLBACK_PHONE] = N_("Other number"),
    [CALLBACK_MINE] = N_("To me"), [CALLBACK_FALLBACK] = N_("Else at"),
};
_Static_assert(sizeof labels / sizeof labels[0] == CALLBACK_FIELD_COUNT, "one label a field");

static const char *const hints[] = {
    [CALLBACK_DATE] = N_("empty = today; tomorrow, monday, 3/5, +2"),
    [CALLBACK_TIME] = N_("15:30, or +45 (minutes from now)"),
    [CALLBACK_ZONE] = N_("empty = here; Europe/London"),
    [CALLBACK_PHONE] = N_("empty = the person's own"),
    [CALLBACK_MINE] = N_("Space changes it"),
    [CALLBACK_FALLBACK] = N_("then to anybody; empty = by the service's rule"),
    [CALLBACK_CALENDAR] = N_("arrows: day and half-hour; - over or not allowed"),
};

/* --- drawing --- */

#define FIELD_X 15
#define FIELD_COLS 22
#define FORM_COLS 43

static void draw_field(struct tui *t, struct area a, int y, enum callback_field f)
{
    struct callback_form *c = callback_form_present(t);
    const bool here = c->focus == f;
    struct edit *e = callback_form_field(c, f);
    int cx = FIELD_X;
    draw_text(a, y, 0, FIELD_X - 1, here ? ROLE_STRONG : ROLE_DIM, gettext(labels[f]));
    if (e) {
        edit_draw(e, a, y, FIELD_X, FIELD_COLS, here, &cx);
    } else {
        const bool mine = !c->to_anybody;
        draw_format(a, y, FIELD_X, FIELD_COLS, here ? ROLE_FOCUS : ROLE_TEXT, "%s %s",
                    draw_sign(a, mine ? SIGN_CHECK : SIGN_OPEN),
                    mine ? _("to me if possible") : _("to anybody"));
    }
    if (here)
        tui_cursor(t, a, y, cx);
}

/* The agent's own, by day: what is promised already. */
static void draw_promised(struct tui *t, struct area a)
{
    const struct workstation_view *v = t->view;
    char day[WHEN_SIZE], last[WHEN_SIZE] = "", clock[WHEN_SIZE];
    int y = 1;
    draw_text(a, 0, 0, -1, ROLE_STRONG, _("Your callbacks"));
    for (size_t i = 0; i < v->n_callbacks && y < a.rows; i++) {
        const struct ws_callback *c = &v->callbacks[i];
        when_day(tui_zone(t), c->at_utc_s, v->now_utc_s, day);
        if (strcmp(day, last) != 0) {
            draw_text(a, y++, 0, -1, ROLE_DIM, day);
            memcpy(last, day, sizeof last);
        }
        const bool due = c->at_utc_s <= v->now_utc_s;
        int x = draw_text(a, y, 1, 6, due ? ROLE_WARNING : ROLE_TEXT,
                          when_clock(tui_zone(t), c->at_utc_s, clock));
        draw_text(a, y++, x + 2, -1, ROLE_TEXT, c->name);
    }
    if (!v->n_callbacks)
        draw_text(a, 1, 0, -1, ROLE_DIM, _("None."));
}

/* What is wrong is said once something is typed: an empty day is today, which may be wrong, too. */
static bool field_has_text(struct callback_form *c, enum callback_field f)
{
    return callback_form_field(c, f)->len || (f == CALLBACK_DATE && c->when.len);
}

static void callback_draw(struct tui *t, struct area a)
{
    struct callback_form *c = callback_form_present(t);
    struct callback_told told;
    char text[WHEN_SIZE];
    struct area form = area_part(a, 0, 0, -1, FORM_COLS - 1);
    struct area beside = area_part(a, 0, FORM_COLS, -1, -1);
    if (t->agenda)
        callback_calendar_draw(t, beside, c->focus == CALLBACK_CALENDAR);
    else
        draw_promised(t, beside);
    for (int f = 0; f < CALLBACK_FIELD_COUNT; f++)
        draw_field(t, form, f, (enum callback_field)f);
    int y = CALLBACK_FIELD_COUNT + 1;
    y += draw_wrapped(form, y, 0, ROLE_DIM, gettext(hints[c->focus]));
    const bool ok = callback_form_wish(t, c, &told);
    if (ok && told.at_utc_s)
        y += draw_format(form, y, 0, -1, ROLE_CHOSEN, "= %s",
                         when_instant(tui_zone(t), told.at_utc_s, t->view->now_utc_s, text)) > 0;
    else if (!ok && told.field != CALLBACK_MINE && field_has_text(c, told.field))
        draw_wrapped(form, y, 0, ROLE_ERROR, told.wrong);
    if (ok && told.twice)
        draw_wrapped(form, y, 0, ROLE_WARNING,
                     _("The clocks show this time twice that night: the first is taken."));
}

/* --- keys --- */

static struct edit *callback_editor(struct tui *t)
{
    struct callback_form *c = callback_form_present(t);
    return callback_form_field(c, c->focus);
}

static void callback_opened(struct tui *t)
{
    callback_form_present(t)->focus = CALLBACK_DATE;
}

void do_callback(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_CALLBACK);
}

void do_callback_field(struct tui *t, int key)
{
    const int stops = t->agenda ? CALLBACK_STOP_COUNT : CALLBACK_FIELD_COUNT;
    const int step = key == KEY_BASE + KEY_UP || key == KEY_BASE + KEY_BTAB ? stops - 1 : 1;
    struct callback_form *c = callback_form_present(t);
    c->focus = (enum callback_field)(((int)c->focus + step) % stops);
}

void do_callback_mine(struct tui *t, int key)
{
    (void)key;
    struct callback_form *c = callback_form_present(t);
    c->to_anybody = !c->to_anybody;
}

bool callback_is_right(struct tui *t, struct callback_told *ret)
{
    struct callback_form *c = callback_form_present(t);
    if (callback_form_wish(t, c, ret))
        return true;
    c->focus = ret->field;
    tui_say(t, WS_NOTICE_WARNING, ret->wrong);
    return false;
}

/* Back to the work. */
void do_callback_enter(struct tui *t, int key)
{
    struct callback_told told;
    (void)key;
    if (callback_is_right(t, &told))
        tui_close_popup(t);
}

const struct popup popup_callback = {
    .title = N_("When to call back"),
    .scopes = SCOPE_CALLBACK,
    .rows = 19,
    .cols = 76,
    .wide_rows = 36,
    .wide_cols = 190,
    .draw = callback_draw,
    .opened = callback_opened,
    .editor = callback_editor,
};

const struct popup popup_correct_when = {
    .title = N_("The right code: when to call back"),
    .scopes = SCOPE_CALLBACK | SCOPE_CORRECT,
    .rows = 19,
    .cols = 76,
    .wide_rows = 36,
    .wide_cols = 190,
    .draw = callback_draw,
    .opened = callback_opened,
    .editor = callback_editor,
};
