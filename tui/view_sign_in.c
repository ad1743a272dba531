/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in, and the locked screen of somebody who signed in elsewhere. */

#include <stdio.h>

#include "tui/command.h"

static struct edit *sign_in_editor(struct tui *t)
{
    if (t->view->login == WS_SIGNING_IN)
        return NULL;
    return t->sign_in.on_password ? &t->sign_in.password : &t->sign_in.login;
}

static void draw_field(struct tui *t, struct area a, int y, const char *label, struct edit *e,
                       bool focus)
{
    int cx = 0;
    draw_text(a, y, 0, 15, focus ? ROLE_STRONG : ROLE_DIM, label);
    edit_draw(e, a, y, 16, a.cols - 16, focus, &cx);
    if (focus)
        tui_cursor(t, a, y, cx);
}

static const char *backend_text(const struct workstation_view *v)
{
    if (v->login_error[0])
        return "";
    switch (v->backend) {
    case WS_BACKEND_CONNECTING:
        return _("Connecting to the backend…");
    case WS_BACKEND_AWAY:
        if (v->backend_reason[0])
            return v->backend_reason;
        return _("The backend cannot be reached. It is tried again and again.");
    case WS_BACKEND_OK:
        break;
    }
    return "";
}

static struct area centre(struct area a, int rows, int cols)
{
    return area_part(a, (a.rows - rows) / 2, (a.cols - cols) / 2, rows, cols);
}

static void sign_in_draw(struct tui *t, struct area a)
{
    const struct workstation_view *v = t->view;
    struct area box = draw_box(centre(a, 13, 64), "Pupitre");
    draw_text(box, 1, 0, -1, ROLE_STRONG, _("Sign in to your workstation"));
    bool waiting = v->login == WS_SIGNING_IN;
    draw_field(t, box, 3, _("Name"), &t->sign_in.login, !waiting && !t->sign_in.on_password);
    draw_field(t, box, 5, _("Password"), &t->sign_in.password, !waiting && t->sign_in.on_password);
    if (waiting) {
        if (v->login_place)
            draw_format(box, 7, 16, -1, ROLE_COUNTDOWN, _("Signing in: place %u in the line…"),
                        v->login_place);
        else
            draw_text(box, 7, 16, -1, ROLE_COUNTDOWN, _("Signing in…"));
        tui_cursor(t, box, 7, 16);
    } else if (v->login_error[0]) {
        draw_wrapped(area_part(box, 0, 0, 9, -1), 7, 0, ROLE_ERROR, v->login_error);
    }
    draw_wrapped(box, 9, 0, ROLE_WARNING, backend_text(v));
}

static scope_set sign_in_scopes(const struct tui *t)
{
    (void)t;
    return SCOPE_SIGN_IN;
}

void do_field(struct tui *t, int key)
{
    (void)key;
    t->sign_in.on_password = !t->sign_in.on_password;
}

void do_sign_in(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    if (t->view->login == WS_SIGNING_IN)
        return;
    if (!t->sign_in.on_password && !t->sign_in.password.len) {
        t->sign_in.on_password = true;
        return;
    }
    if (!t->sign_in.login.len) {
        t->sign_in.on_password = false;
        tui_say(t, WS_NOTICE_WARNING, _("Type your name."));
        return;
    }
    enum err_code code =
        t->commands.sign_in(t->commands.arg, t->sign_in.login.text, t->sign_in.password.text, &err);
    if (tui_done(t, code, &err))
        edit_set(&t->sign_in.password, "");
}

const struct view view_sign_in = {
    .draw = sign_in_draw,
    .scopes = sign_in_scopes,
    .editor = sign_in_editor,
};

static void locked_draw(struct tui *t, struct area a)
{
    struct area box = draw_box(centre(a, 9, 64), "Pupitre");
    draw_text(box, 1, 0, -1, ROLE_WARNING, _("This screen is locked"));
    draw_wrapped(box, 3, 0, ROLE_TEXT,
                 t->view->desk_replaced
                     ? _("This workstation was opened in another terminal and goes on there. For a "
                         "second agent on this machine use another --instance.")
                     : _("You have signed in elsewhere, and your work goes on there. If that was "
                         "not you, tell your supervisor at once."));
    tui_cursor(t, box, 1, 0);
}

static scope_set locked_scopes(const struct tui *t)
{
    (void)t;
    return SCOPE_LOCKED;
}

const struct view view_locked = {
    .draw = locked_draw,
    .scopes = locked_scopes,
};
