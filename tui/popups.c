/* SPDX-License-Identifier: Apache-2.0 */
/* The popups that are short lists (status, reasons, preferences, signing out) and short texts
 * (record, note). The help has a file of its own, and so has the dialpad. */

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/popup_list.h"

void do_close(struct tui *t, int key)
{
    (void)key;
    tui_close_popup(t);
}

void do_scroll(struct tui *t, int key)
{
    switch (key) {
    case KEY_BASE + KEY_UP:
        t->scroll--;
        break;
    case KEY_BASE + KEY_DOWN:
        t->scroll++;
        break;
    case KEY_BASE + KEY_PPAGE:
        t->scroll -= 10;
        break;
    default:
        t->scroll += 10;
        break;
    }
    t->scroll = t->scroll < 0 ? 0 : t->scroll;
}

/* --- status --- */

static size_t status_count(const struct tui *t)
{
    (void)t;
    return AGENT_STATUS_COUNT;
}

static void status_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    enum agent_status status = (enum agent_status)i;
    list_draw_choice(row, i, t->view->status == status, role, gettext(agent_status_text(status)));
}

static void status_opened(struct tui *t)
{
    t->list_row = t->view->status;
}

static void status_choose(struct tui *t, size_t i)
{
    struct err err = {0};
    tui_close_popup(t);
    tui_done(t, t->commands.set_status(t->commands.arg, (enum agent_status)i, &err), &err);
}

const struct popup popup_status = {
    .title = N_("Status"),
    .scopes = SCOPE_LIST,
    .rows = AGENT_STATUS_COUNT + 2,
    .cols = 34,
    .draw = list_draw,
    .opened = status_opened,
    .count = status_count,
    .item = status_item,
    .choose = status_choose,
};

/* --- reasons not to call --- */

static size_t skip_count(const struct tui *t)
{
    return t->view->service ? t->view->service->n_skips : 0;
}

static void skip_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    list_draw_choice(row, i, false, role,
                     service_label(&t->view->service->skips[i].labels, t->lang));
}

static void skip_choose(struct tui *t, size_t i)
{
    struct err err = {0};
    const char *reason = t->view->service->skips[i].id;
    tui_close_popup(t);
    tui_done(t, t->commands.skip(t->commands.arg, reason, &err), &err);
}

const struct popup popup_skip = {
    .title = N_("Why is this person not called now?"),
    .scopes = SCOPE_LIST,
    .rows = 12,
    .cols = 60,
    .draw = list_draw,
    .count = skip_count,
    .item = skip_item,
    .choose = skip_choose,
};

/* --- signing out --- */

static size_t sign_out_count(const struct tui *t)
{
    (void)t;
    return 2;
}

static void sign_out_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    (void)t;
    list_draw_choice(row, i, false, role, i == 0 ? _("Sign out") : _("Stay signed in"));
}

static void sign_out_choose(struct tui *t, size_t i)
{
    struct err err = {0};
    tui_close_popup(t);
    if (i == 0)
        tui_done(t, t->commands.sign_out(t->commands.arg, &err), &err);
}

const struct popup popup_sign_out = {
    .title = N_("Sign out?"),
    .scopes = SCOPE_LIST,
    .rows = 4,
    .cols = 40,
    .draw = list_draw,
    .count = sign_out_count,
    .item = sign_out_item,
    .choose = sign_out_choose,
};

/* --- preferences --- */

static bool has_sound(const struct tui *t)
{
    return t->view->login == WS_SIGNED_IN && !t->options.demo;
}

static size_t preferences_count(const struct tui *t)
{
    size_t n;
    (void)lang_all(&n);
    return n + 1 + has_sound(t);
}

static void preferences_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    size_t n;
    const struct lang *langs = lang_all(&n);
    if (i < n)
        list_draw_choice(row, i, strcmp(t->lang, langs[i].code) == 0, role, langs[i].name);
    else if (i == n)
        list_draw_choice(row, i, !t->preferences.hide_clock, role, _("Clock"));
    else
        list_draw_choice(row, i, false, role, _("Sound…"));
}

static void preferences_choose(struct tui *t, size_t i)
{
    size_t n;
    const struct lang *langs = lang_all(&n);
    if (i > n) {
        tui_close_popup(t);
        do_sound(t, 0);
        return;
    }
    if (i < n) {
        t->lang = lang_use(langs[i].code);
        snprintf(t->preferences.language, sizeof t->preferences.language, "%s", t->lang);
    } else {
        t->preferences.hide_clock = !t->preferences.hide_clock;
    }
    if (t->options.preferences_changed)
        t->options.preferences_changed(t->options.arg, &t->preferences);
}

const struct popup popup_preferences = {
    .title = N_("Preferences"),
    .scopes = SCOPE_LIST,
    .rows = 6,
    .cols = 40,
    .draw = list_draw,
    .count = preferences_count,
    .item = preferences_item,
    .choose = preferences_choose,
};

/* --- the whole record --- */

static void record_draw(struct tui *t, struct area a)
{
    struct area nothing = a;
    nothing.rows = 0;
    int lines = record_pane_draw(t, nothing, 0);
    int most = lines > a.rows ? lines - a.rows : 0;
    t->scroll = t->scroll > most ? most : t->scroll;
    record_pane_draw(t, a, t->scroll);
    tui_cursor(t, a, 0, 0);
}

const struct popup popup_record = {
    .title = N_("Record"),
    .scopes = SCOPE_SCROLL,
    .rows = 0,
    .cols = 76,
    .draw = record_draw,
};

/* --- the note --- */

static struct edit *note_editor(struct tui *t)
{
    return &t->wrapup.note;
}

static void note_draw(struct tui *t, struct area a)
{
    int cy = 0, cx = 0;
    draw_text(a, 0, 0, -1, ROLE_DIM, _("Kept for the wrap-up; sent with the code."));
    edit_draw_wrapped(&t->wrapup.note, a, 2, a.rows - 2, &cy, &cx);
    tui_cursor(t, a, cy, cx);
}

const struct popup popup_note = {
    .title = N_("Note about this call"),
    .scopes = SCOPE_NOTE,
    .rows = 9,
    .cols = 70,
    .draw = note_draw,
    .editor = note_editor,
};
