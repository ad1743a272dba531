/* SPDX-License-Identifier: Apache-2.0 */
/* The dialpad: each key sends its tone at once. What was sent is shown while the pad is open and
 * forgotten when it closes. */

#include <string.h>

#include "tui/command.h"
#include "tui/panes.h"

/* Why no tone can be sent now; NULL = one can. The pad opens all the same: who presses its key and
 * goes on with digits must not answer the script with them. */
static const char *dialpad_problem(const struct tui *t)
{
    switch (toolbar_ear_call(t)->state) {
    case CALL_TALKING:
        return NULL;
    case CALL_HELD:
        return _("Take the person off hold first: nobody hears tones on hold.");
    case CALL_TRANSFERRING:
        return _("The person is being transferred.");
    case CALL_NONE:
    case CALL_INCOMING:
    case CALL_DIALLING:
    case CALL_RINGING:
    case CALL_ENDED:
        break;
    }
    return _("The dialpad works once the call is answered.");
}

static void dialpad_opened(struct tui *t)
{
    const char *problem = dialpad_problem(t);
    if (problem)
        tui_say(t, WS_NOTICE_WARNING, problem);
}

static void dialpad_draw(struct tui *t, struct area a)
{
    static const char *const rows[] = {"1   2   3   A", "4   5   6   B", "7   8   9   C",
                                       "*   0   #   D"};
    int x = (a.cols - draw_width(rows[0])) / 2, cx = 0;
    for (int i = 0; i < 4; i++)
        draw_text(a, i + 1, x, -1, ROLE_STRONG, rows[i]);
    int label = draw_text(a, 6, 0, -1, ROLE_DIM, _("Sent: "));
    edit_draw(&t->dialled, a, 6, label, a.cols - label, true, &cx);
    tui_cursor(t, a, 6, cx);
}

void do_digit(struct tui *t, int key)
{
    if (key >= 'a' && key <= 'd')
        key += 'A' - 'a';
    if (key <= 0 || key >= 0x80 || !strchr("0123456789*#ABCD", key))
        return;
    const char *problem = dialpad_problem(t);
    if (problem) {
        tui_say(t, WS_NOTICE_WARNING, problem);
        return;
    }
    struct err err = {0};
    char digit[2] = {(char)key, '\0'};
    if (tui_done(t, t->commands.dtmf(t->commands.arg, digit, &err), &err))
        edit_key(&t->dialled, key);
}

const struct popup popup_dialpad = {
    .title = N_("Dialpad"),
    .scopes = SCOPE_DIALPAD,
    .rows = 9,
    .cols = 34,
    .draw = dialpad_draw,
    .opened = dialpad_opened,
};
