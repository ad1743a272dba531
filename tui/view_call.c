/* SPDX-License-Identifier: Apache-2.0 */
/* The call: toolbar, record, script and its sections beside each other where there is room; where
 * there is less, the record is in brief above the script, then the sections are left out. */

#include "tui/panes.h"
#include "tui/script_entry.h"
#include "tui/script_place.h"

#define LIST_FROM_COLS 104   /* the sections stand beside the script */
#define RECORD_FROM_COLS 124 /* the whole record, too */
#define ROOMY_FROM_COLS 160  /* both are wider */
#define RECORD_COLS 36
#define LIST_COLS 30
#define MORE_COLS 16

/* The script, and the sections at its right. */
static void draw_script(struct tui *t, struct area a, int list_cols)
{
    draw_vertical(area_part(a, 0, a.cols - list_cols - 1, -1, 1), 0);
    question_list_draw(t, area_part(a, 0, a.cols - list_cols, -1, list_cols));
    script_pane_draw(t, area_part(a, 0, 0, -1, a.cols - list_cols - 1));
}

void call_panes_draw(struct tui *t, struct area rest)
{
    if (rest.cols < RECORD_FROM_COLS) {
        int rows = record_brief_draw(t, rest, 0);
        struct area below = area_part(rest, rows, 0, -1, -1);
        if (rest.cols < LIST_FROM_COLS)
            script_pane_draw(t, below);
        else
            draw_script(t, below, LIST_COLS);
        return;
    }
    int extra = rest.cols >= ROOMY_FROM_COLS ? MORE_COLS : 0;
    int left = RECORD_COLS + extra;
    struct area record = area_part(rest, 0, 0, -1, left);
    draw_rule(record, 0, _("Record"));
    record_pane_draw(t, area_part(record, 2, 1, -1, -2), 0);
    draw_vertical(area_part(rest, 0, left, -1, 1), 0);
    draw_script(t, area_part(rest, 0, left + 1, -1, -1), LIST_COLS + extra);
}

static void call_draw(struct tui *t, struct area a)
{
    const int rows = toolbar_draw(t, a, 0);
    call_panes_draw(t, area_part(a, rows, 0, -1, -1));
}

scope_set call_script_scopes(const struct tui *t)
{
    scope_set scopes = 0;
    if (!t->view->offer.answers || !t->script.started)
        return scopes;
    scopes |= SCOPE_SCRIPT;
    const struct script_item *it = script_question(t);
    if (it && it->type == SCRIPT_BOOLEAN)
        scopes |= SCOPE_YES_NO;
    if (it && script_has_list(it))
        scopes |= SCOPE_CHOICE;
    return scopes;
}

static scope_set call_scopes(const struct tui *t)
{
    return SCOPE_WORK | call_script_scopes(t);
}

struct edit *call_editor(struct tui *t)
{
    const struct script_item *it = script_question(t);
    return it && script_is_typed(t) && !it->read_only ? &t->script.edit : NULL;
}

void call_edited(struct tui *t)
{
    t->script.edited = true;
    if (!t->script.drawn.seen)
        t->script.scroll = 0; /* what is typed is seen */
    t->script.fault[0] = '\0';
    t->script.refused = false;
}

const struct view view_call = {
    .draw = call_draw,
    .scopes = call_scopes,
    .editor = call_editor,
    .edited = call_edited,
};
