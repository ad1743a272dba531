/* SPDX-License-Identifier: Apache-2.0 */
/* Reporting an incident: what happened, when, and whether it is about the person in front of the
 * agent. What was typed stays until it is sent, whatever closes the form. */

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/when.h"

static bool has_person(const struct tui *t)
{
    return t->view->offer.state != HOLD_NONE && t->view->offer.state != HOLD_OFFERED;
}

/* Nothing typed is now. */
static bool when_is(const struct tui *t, int64_t *ret)
{
    *ret = 0;
    return t->incident.when.len == 0 ||
           when_past_typed(t->incident.when.text, tui_zone(t), t->view->now_utc_s, ret);
}

static void incident_opened(struct tui *t)
{
    t->incident.focus = INCIDENT_WHAT;
    t->incident.what.max_chars = WS_INCIDENT_CHARS;
    t->incident.when.max_chars = 16;
}

static enum role label_role(const struct tui *t, enum incident_focus field)
{
    return t->incident.focus == field ? ROLE_STRONG : ROLE_DIM;
}

#define FIELD_COLS 17

static void draw_when(struct tui *t, struct area a, int y)
{
    struct incident_form *f = &t->incident;
    const bool here = f->focus == INCIDENT_WHEN;
    int cx = 0;
    int64_t at;
    char text[WHEN_SIZE];
    draw_text(a, y, 0, FIELD_COLS - 1, label_role(t, INCIDENT_WHEN), _("When"));
    edit_draw(&f->when, a, y, FIELD_COLS, 12, here, &cx);
    if (!when_is(t, &at))
        draw_text(a, y, FIELD_COLS + 14, -1, ROLE_ERROR, _("14:30, or -45 (minutes)"));
    else if (at)
        draw_format(a, y, FIELD_COLS + 14, -1, ROLE_CHOSEN, "= %s",
                    when_instant(tui_zone(t), at, t->view->now_utc_s, text));
    else
        draw_text(a, y, FIELD_COLS + 14, -1, ROLE_DIM, _("now; or 14:30, or -45 (minutes)"));
    if (here)
        tui_cursor(t, a, y, cx);
}

static void draw_about(struct tui *t, struct area a, int y)
{
    struct incident_form *f = &t->incident;
    const bool here = f->focus == INCIDENT_ABOUT;
    if (!has_person(t))
        return;
    draw_text(a, y, 0, FIELD_COLS - 1, label_role(t, INCIDENT_ABOUT), _("This person"));
    const char *text = f->about_person ? _("Yes, it is about this person") : _("No");
    draw_text(a, y, FIELD_COLS, -1, here ? ROLE_FOCUS : ROLE_TEXT, text);
    if (here)
        tui_cursor(t, a, y, FIELD_COLS);
}

static void draw_button(struct tui *t, struct area a, int y)
{
    const bool here = t->incident.focus == INCIDENT_BUTTON;
    char text[64];
    snprintf(text, sizeof text, "[ %s ]", _("Report"));
    draw_text(a, y, FIELD_COLS, -1,
              !t->incident.what.len ? ROLE_DISABLED
              : here                ? ROLE_FOCUS
                                    : ROLE_STRONG,
              text);
    if (here)
        tui_cursor(t, a, y, FIELD_COLS + 2);
}

static void incident_draw(struct tui *t, struct area a)
{
    struct incident_form *f = &t->incident;
    int cy = 0, cx = 0;
    draw_text(a, 0, 0, -1, ROLE_DIM, _("A leak, or what may be one. Supervisors see it at once."));
    draw_text(a, 2, 0, FIELD_COLS - 1, label_role(t, INCIDENT_WHAT), _("What happened"));
    struct area field = area_part(a, 0, FIELD_COLS, -1, -1);
    edit_draw_wrapped(&f->what, field, 2, 5, &cy, &cx);
    if (f->focus == INCIDENT_WHAT)
        tui_cursor(t, field, cy, cx);
    draw_when(t, a, 8);
    draw_about(t, a, 9);
    draw_button(t, a, 11);
}

static struct edit *incident_editor(struct tui *t)
{
    switch (t->incident.focus) {
    case INCIDENT_WHAT:
        return &t->incident.what;
    case INCIDENT_WHEN:
        return &t->incident.when;
    case INCIDENT_ABOUT:
    case INCIDENT_BUTTON:
        break;
    }
    return NULL;
}

void do_incident(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_INCIDENT);
}

void do_incident_field(struct tui *t, int key)
{
    const int step = key == KEY_BASE + KEY_UP || key == KEY_BASE + KEY_BTAB ? 3 : 1;
    int focus = ((int)t->incident.focus + step) % 4;
    if (focus == INCIDENT_ABOUT && !has_person(t))
        focus = (focus + step) % 4;
    t->incident.focus = (enum incident_focus)focus;
}

void do_incident_about(struct tui *t, int key)
{
    (void)key;
    if (t->incident.focus == INCIDENT_ABOUT)
        t->incident.about_person = !t->incident.about_person;
}

void do_incident_enter(struct tui *t, int key)
{
    struct incident_form *f = &t->incident;
    struct err err = {0};
    int64_t at;
    if (f->focus != INCIDENT_BUTTON) {
        do_incident_field(t, key);
        return;
    }
    if (!when_is(t, &at)) {
        f->focus = INCIDENT_WHEN;
        tui_say(t, WS_NOTICE_WARNING, _("Say when it happened, or leave it empty."));
        return;
    }
    const bool about = f->about_person && has_person(t);
    if (!tui_done(t, t->commands.report_incident(t->commands.arg, f->what.text, at, about, &err),
                  &err)) {
        f->focus = INCIDENT_WHAT;
        return;
    }
    edit_set(&f->what, "");
    edit_set(&f->when, "");
    f->about_person = false;
    tui_close_popup(t);
}

const struct popup popup_incident = {
    .title = N_("Report an incident"),
    .scopes = SCOPE_INCIDENT,
    .rows = 14,
    .cols = 74,
    .draw = incident_draw,
    .opened = incident_opened,
    .editor = incident_editor,
};
