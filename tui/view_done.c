/* SPDX-License-Identifier: Apache-2.0 */
/* The person is closed; the agent may still look before the next one comes. */

#include <stdio.h>

#include "core/wrapup.h"
#include "tui/command.h"
#include "tui/panes.h"

/* Only what is on disk is called kept; and not for the moment that the backend needs. */
static const char *saved_text(const struct workstation_view *v)
{
    const bool moment = v->backend == WS_BACKEND_OK && !v->sending_is_slow;
    if (!v->offer.wrapup_pending)
        return _("The backend has it.");
    if (v->journal_fails)
        return _("Not saved yet. Do not switch this PC off.");
    if (moment || !v->offer.wrapup_kept)
        return _("Sending…");
    return _("Kept on this PC; sent when the backend is back.");
}

static void done_draw(struct tui *t, struct area a)
{
    const struct ws_offer *o = &t->view->offer;
    const struct service *s = t->view->service;
    const struct wrapup_code *code = s ? wrapup_find(s, o->chosen_code) : NULL;
    char name[512], key[16], wish[128];
    struct area in = area_part(a, a.rows > 30 ? 3 : 1, 2, -1, a.cols > 90 ? 90 : a.cols - 4);
    draw_rule(in, 0, _("Done"));
    draw_text(in, 2, 0, -1, ROLE_STRONG, person_name(t, name, sizeof name));
    draw_format(in, 3, 0, -1, ROLE_CHOSEN, "%s %s%s", draw_sign(a, SIGN_CHECK),
                code ? service_label(&code->labels, t->lang) : o->chosen_code,
                o->late ? _(" (late)") : "");
    draw_text(in, 4, 0, -1, o->wrapup_pending ? ROLE_WARNING : ROLE_DIM, saved_text(t->view));
    if (person_wish(t, wish, sizeof wish))
        draw_text(in, 5, 0, -1, ROLE_WARNING, wish);
    command_key_text(command_of(do_end_preview), key, sizeof key);
    int x = draw_format(in, 6, 0, -1, ROLE_FOCUS, "  %s  %s  ", key, _("End preview"));
    draw_text(in, 6, x + 2, -1, ROLE_DIM,
              t->view->on_queue ? _("the next person comes then") : _("you are off queue"));
    command_key_text(command_of(do_another), key, sizeof key);
    draw_key(in, 7, 2, ROLE_KEY, ROLE_DIM, key,
             _("Call another number: a parent, a helper, a contact"));
    tui_cursor(t, in, 6, 2);
    if (a.rows >= 20)
        record_pane_draw(t, area_part(in, 9, 0, -1, -1), 0);
}

static scope_set done_scopes(const struct tui *t)
{
    (void)t;
    return SCOPE_DONE | SCOPE_WORK;
}

void do_end_preview(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    tui_done(t, t->commands.end_preview(t->commands.arg, &err), &err);
}

const struct view view_done = {
    .draw = done_draw,
    .scopes = done_scopes,
};
