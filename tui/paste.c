/* SPDX-License-Identifier: Apache-2.0 */
/* Pasted text. */

#include "tui/paste.h"

#include "tui/state.h"

#define PATIENCE_S 2 /* a paste that stalls so long may have lost its end */

static void begin(struct tui *t)
{
    struct edit *e = t->too_small ? NULL : tui_editor(t);
    t->paste = (struct paste){.begun = true, .into = e, .room = e ? EDIT_MAX : 0};
}

void paste_take(struct tui *t, int c)
{
    if (!t->paste.begun)
        begin(t);
    struct paste *p = &t->paste;
    bool second = p->after_return && c == '\n';
    p->after_return = c == '\r';
    p->last_utc_s = t->view->now_utc_s;
    if (second)
        return;
    if (c < ' ')
        c = ' ';
    if (!p->into || p->into != tui_editor(t) || !p->room) {
        p->dropped = true;
        return;
    }
    p->room--;
    size_t before = p->into->len;
    edit_key(p->into, c);
    p->dropped = p->dropped || p->into->len == before;
    p->edited = true;
}

void paste_settle(struct tui *t)
{
    struct paste *p = &t->paste;
    if (!p->begun)
        return;
    if (p->edited && p->into == tui_editor(t))
        tui_edited(t);
    if (p->dropped)
        tui_say(t, WS_NOTICE_WARNING,
                p->into ? _("Not all of the pasted text went into the field.")
                        : _("Pasted text is ignored here: no field has the focus."));
    p->edited = p->dropped = false;
    p->begun = keys_is_pasting(terminal_keys(t->terminal));
}

void paste_watch(struct tui *t)
{
    struct paste *p = &t->paste;
    if (!keys_is_pasting(terminal_keys(t->terminal))) {
        if (p->asked)
            tui_say(t, WS_NOTICE_NONE, "");
        p->asked = false;
        p->begun = false;
        p->last_utc_s = 0;
        return;
    }
    if (!p->last_utc_s)
        p->last_utc_s = t->view->now_utc_s;
    if (t->view->now_utc_s - p->last_utc_s < PATIENCE_S)
        return;
    tui_say(t, WS_NOTICE_WARNING,
            _("A paste has not ended: until then keys do nothing. Esc ends it."));
    p->asked = true;
}
