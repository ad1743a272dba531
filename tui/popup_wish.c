/* SPDX-License-Identifier: Apache-2.0 */
/* The person does not want to be called again. Nothing takes that back, so that the list begins at
 * the row that records nothing, a row is chosen by moving to it and Enter alone, and neither digits
 * nor letters mean anything here. */

#include <stdio.h>

#include "core/phone.h"
#include "tui/command.h"
#include "tui/panes.h"

enum wish_row {
    WISH_BACK,
    WISH_NUMBER,
    WISH_ANY,
};
#define WISH_ROW_COUNT ((size_t)WISH_ANY + 1)

static void row_text(const struct tui *t, size_t row, char *ret, size_t size)
{
    char phone[PHONE_TEXT_SIZE];
    phone_format(t->view->offer.call_phone, phone);
    switch ((enum wish_row)row) {
    case WISH_BACK:
        snprintf(ret, size, "%s", _("Back, nothing is recorded"));
        break;
    case WISH_NUMBER:
        snprintf(ret, size, _("No call on this number again: %s"), phone);
        break;
    case WISH_ANY:
        snprintf(ret, size, "%s", _("No call at all again, on no number"));
        break;
    }
}

static void wish_draw(struct tui *t, struct area a)
{
    char text[256];
    int y = 1 + draw_wrapped(a, 0, 0, ROLE_TEXT,
                             _("Only if the person says so. It holds for every service, and "
                               "nothing takes it back."));
    for (size_t i = 0; i < WISH_ROW_COUNT; i++) {
        const bool here = i == t->list_row;
        const struct area row = area_part(a, y + (int)i, 0, 1, -1);
        row_text(t, i, text, sizeof text);
        if (here) {
            draw_fill(row, 0, ROLE_FOCUS);
            draw_text(row, 0, 1, 2, ROLE_FOCUS, draw_sign(row, SIGN_POINTER));
            tui_cursor(t, row, 0, 1);
        }
        draw_text(row, 0, 3, -1, here ? ROLE_FOCUS : ROLE_TEXT, text);
    }
}

void do_wish(struct tui *t, int key)
{
    (void)key;
    if (t->view->offer.wish == WS_WISH_ANY)
        tui_say(t, WS_NOTICE_INFO, _("That is recorded already."));
    else
        tui_open(t, POPUP_WISH);
}

void do_wish_move(struct tui *t, int key)
{
    const bool up = key == KEY_BASE + KEY_UP || key == KEY_BASE + KEY_BTAB;
    if (up)
        t->list_row -= t->list_row > 0;
    else
        t->list_row += t->list_row + 1 < WISH_ROW_COUNT;
}

void do_wish_choose(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    const enum wish_row row = (enum wish_row)t->list_row;
    tui_close_popup(t);
    if (row != WISH_BACK)
        tui_done(t,
                 t->commands.wish(t->commands.arg, t->offer_id,
                                  row == WISH_ANY ? WS_WISH_ANY : WS_WISH_NUMBER, &err),
                 &err);
}

const struct popup popup_wish = {
    .title = N_("Not to be called again"),
    .scopes = SCOPE_WISH,
    .rows = 8,
    .cols = 60,
    .draw = wish_draw,
};
