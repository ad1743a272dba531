/* SPDX-License-Identifier: Apache-2.0 */
/* A person is offered, and prepared: the banner that rings, and the preview. */

#include <stdio.h>

#include "core/phone.h"
#include "tui/command.h"
#include "tui/frame.h"
#include "tui/lang.h"
#include "tui/panes.h"
#include "tui/when.h"

static int64_t left_s(const struct tui *t)
{
    int64_t deadline = t->view->offer.deadline_utc_s;
    return deadline ? deadline - t->view->now_utc_s : 0;
}

void offer_draw(struct tui *t, struct area a)
{
    const struct ws_offer *o = &t->view->offer;
    const char *dot = draw_sign(a, SIGN_DOT);
    char time[WHEN_SIZE], key[16], text[128];
    for (int y = 0; y < a.rows; y++)
        draw_fill(a, y, ROLE_BANNER);
    draw_text(a, 1, 3, -1, ROLE_BANNER, _("SOMEBODY TO CALL"));
    snprintf(text, sizeof text, _("%s left"), when_seconds(left_s(t), time));
    if (o->deadline_utc_s)
        draw_right(a, 1, a.cols - 3, left_s(t) <= 5 ? ROLE_LATE : ROLE_BANNER, text);
    draw_format(a, 2, 3, -1, ROLE_BANNER, "%s %s %s %s %s", gettext(person_kind_text(o->kind)), dot,
                lang_name(o->language), dot, o->queue);
    command_key_text(command_of(do_accept), key, sizeof key);
    int x = 3 + draw_format(a, 3, 3, -1, ROLE_FOCUS, "  %s  %s  ", key, _("Accept"));
    command_key_text(command_of(do_skip), key, sizeof key);
    draw_format(a, 3, x + 3, -1, ROLE_BANNER, "%s  %s", key, _("Skip…"));
    tui_cursor(t, a, 3, 5);
}

static void draw_fact(struct area a, int y, const char *label, enum role role, const char *value)
{
    draw_text(a, y, 0, 18, ROLE_DIM, label);
    draw_text(a, y, 20, -1, role, value);
}

/* The number that Enter calls, and so does the countdown: whose turn it is by the service's rules,
 * until the agent chooses another. */
static size_t chosen_phone(const struct tui *t)
{
    const struct ws_offer *o = &t->view->offer;
    return o->phone_index < o->preview.n_phones ? o->phone_index : 0;
}

/* The button that Enter presses, and what happens without. */
static void draw_button(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    char phone[PHONE_TEXT_SIZE], time[WHEN_SIZE], key[16];
    phone_format(o->preview.phones[chosen_phone(t)], phone);
    if (o->dial_pending) {
        draw_format(a, y, 0, -1, ROLE_COUNTDOWN, _("Asking for permission to call %s…"), phone);
        tui_cursor(t, a, y, 0);
        return;
    }
    command_key_text(command_of(do_dial), key, sizeof key);
    char text[128];
    snprintf(text, sizeof text, _("Call %s"), phone);
    int x = draw_format(a, y, 0, -1, ROLE_FOCUS, "  %s  %s  ", key, text);
    tui_cursor(t, a, y, 2);
    if (t->view->phone != WS_PHONE_READY) {
        draw_text(a, y, x + 2, -1, ROLE_WARNING, _("waits for the telephone"));
    } else if (o->deadline_utc_s) {
        x += 2;
        x += draw_text(a, y, x, -1, ROLE_DIM, _("calls by itself in "));
        draw_text(a, y, x, -1, left_s(t) <= 5 ? ROLE_LATE : ROLE_COUNTDOWN,
                  when_seconds(left_s(t), time));
    }
}

static void draw_phones(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    char phone[PHONE_TEXT_SIZE];
    for (size_t i = 0; i < o->preview.n_phones; i++) {
        bool chosen = i == chosen_phone(t);
        phone_format(o->preview.phones[i], phone);
        int x = draw_format(a, y + (int)i, 20, -1, chosen ? ROLE_STRONG : ROLE_TEXT, "%s %zu  %s",
                            chosen ? draw_sign(a, SIGN_POINTER) : " ", i + 1, phone);
        if (o->preview.unwanted_phones >> i & 1U)
            draw_text(a, y + (int)i, 20 + x, -1, ROLE_WARNING, _("  not to be called again"));
    }
    draw_text(a, y, 0, 18, ROLE_DIM,
              o->preview.n_phones > 1 ? _("Telephone numbers") : _("Telephone number"));
}

static void preview_draw(struct tui *t, struct area a)
{
    const struct ws_offer *o = &t->view->offer;
    char text[512];
    int width = a.cols > 90 ? 90 : a.cols - 4;
    struct area in = area_part(a, a.rows > 30 ? 3 : 1, 2, -1, width);
    draw_rule(in, 0, _("Preview"));
    if (!o->has_person) {
        draw_text(in, 2, 0, -1, ROLE_DIM, _("The person is being fetched…"));
        tui_cursor(t, in, 2, 0);
        return;
    }
    draw_fact(in, 2, _("Name"), ROLE_STRONG, person_name(t, text, sizeof text));
    draw_fact(in, 3, _("Kind"), ROLE_TEXT, gettext(person_kind_text(o->kind)));
    draw_fact(in, 4, _("Language"), ROLE_TEXT, lang_name(o->language));
    draw_fact(in, 5, _("Region"), ROLE_TEXT, gettext(region_text(o->preview.region)));
    snprintf(text, sizeof text, "%u", o->preview.attempts);
    draw_fact(in, 6, _("Attempts so far"), ROLE_TEXT, text);
    draw_fact(in, 7, _("Queue"), ROLE_TEXT, o->queue);
    int y = 8;
    if (o->preview.callback_utc_s)
        draw_fact(in, y++, _("Callback"), ROLE_WARNING,
                  when_instant(tui_zone(t), o->preview.callback_utc_s, t->view->now_utc_s, text));
    if (o->preview.has_party)
        draw_fact(in, y++, _("Calls instead"), ROLE_STRONG,
                  party_text(&o->preview.party, text, sizeof text));
    draw_phones(t, in, y);
    draw_button(t, in, y + 2 + (int)o->preview.n_phones);
}

static scope_set preview_scopes(const struct tui *t)
{
    (void)t;
    return SCOPE_PREVIEW;
}

void do_accept(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    if (t->popup == POPUP_NONE || t->popup == POPUP_SKIP || t->popup == POPUP_HELP)
        tui_close_popup(t);
    tui_done(t, t->commands.accept(t->commands.arg, &err), &err);
}

void do_skip(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_SKIP);
}

static void choose_phone(struct tui *t, size_t i)
{
    struct err err = {0};
    tui_done(t, t->commands.choose_phone(t->commands.arg, i, &err), &err);
}

void do_phone(struct tui *t, int key)
{
    size_t n = t->view->offer.preview.n_phones, i = chosen_phone(t);
    choose_phone(t, key == KEY_BASE + KEY_UP ? (i + n - 1) % n : (i + 1) % n);
}

void do_phone_digit(struct tui *t, int key)
{
    size_t i = (size_t)(key - '1');
    if (i < t->view->offer.preview.n_phones)
        choose_phone(t, i);
}

void do_dial(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    if (!t->view->offer.dial_pending)
        tui_done(t, t->commands.dial(t->commands.arg, chosen_phone(t), &err), &err);
}

const struct view view_preview = {
    .draw = preview_draw,
    .scopes = preview_scopes,
};
