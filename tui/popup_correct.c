/* SPDX-License-Identifier: Apache-2.0 */
/* Correcting the code of a call of today: which call, then which code, and for a code that needs it
 * when to call back. The second list begins at the code that it has; choosing that one changes
 * nothing, but for another time to call back. */

#include <stdio.h>
#include <string.h>

#include "core/wrapup.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/popup_callback.h"
#include "tui/popup_list.h"
#include "tui/when.h"

static bool is_closed(const struct ws_interaction *in)
{
    return in->state == HOLD_NONE && in->code[0];
}

static const struct ws_interaction *closed_at(const struct tui *t, size_t i)
{
    for (size_t k = 0; k < t->view->n_interactions; k++)
        if (is_closed(&t->view->interactions[k]) && i-- == 0)
            return &t->view->interactions[k];
    return NULL;
}

static size_t today_count(const struct tui *t)
{
    size_t n = 0;
    for (size_t k = 0; k < t->view->n_interactions; k++)
        n += is_closed(&t->view->interactions[k]);
    return n;
}

static const char *label_of(const struct tui *t, const char *id)
{
    const struct wrapup_code *code = t->view->service ? wrapup_find(t->view->service, id) : NULL;
    return code ? service_label(&code->labels, t->lang) : id;
}

static void today_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    const struct ws_interaction *in = closed_at(t, i);
    char at[WHEN_SIZE], text[512];
    if (!in)
        return;
    snprintf(text, sizeof text, "%s  %s", when_clock(tui_zone(t), in->at_utc_s, at), in->name);
    list_draw_choice(area_part(row, 0, 0, 1, row.cols - 30), i, false, role, text);
    if (role == ROLE_FOCUS)
        draw_fill(area_part(row, 0, row.cols - 30, 1, 30), 0, role);
    draw_text(row, 0, row.cols - 30, 29, role, label_of(t, in->code));
}

static void today_choose(struct tui *t, size_t i)
{
    const struct ws_interaction *in = closed_at(t, i);
    if (!in)
        return;
    if (strcmp(t->correct.offer_id, in->offer_id) != 0)
        callback_form_clear(&t->correct.callback);
    snprintf(t->correct.offer_id, sizeof t->correct.offer_id, "%s", in->offer_id);
    snprintf(t->correct.code, sizeof t->correct.code, "%s", in->code);
    tui_open(t, POPUP_CORRECT);
}

void do_correct(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_TODAY);
}

static size_t codes_count(const struct tui *t)
{
    return t->view->service ? t->view->service->n_codes : 0;
}

static void codes_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    const struct wrapup_code *code = &t->view->service->codes[i];
    list_draw_choice(row, i, strcmp(code->id, t->correct.code) == 0, role,
                     service_label(&code->labels, t->lang));
}

static void codes_opened(struct tui *t)
{
    for (size_t i = 0; i < codes_count(t); i++)
        if (strcmp(t->view->service->codes[i].id, t->correct.code) == 0)
            t->list_row = i;
}

static bool send(struct tui *t, const char *code, const struct callback_wish *callback)
{
    struct err err = {0};
    return tui_done(
        t, t->commands.correct(t->commands.arg, t->correct.offer_id, code, callback, &err), &err);
}

static void codes_choose(struct tui *t, size_t i)
{
    const struct wrapup_code *code = &t->view->service->codes[i];
    if (code->needs_callback) {
        snprintf(t->correct.right, sizeof t->correct.right, "%s", code->id);
        tui_open(t, POPUP_CORRECT_WHEN);
        return;
    }
    tui_close_popup(t);
    send(t, code->id, NULL);
}

/* Nothing that was typed is lost on the way. */
void do_correct_back(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_CORRECT);
}

void do_correct_enter(struct tui *t, int key)
{
    struct callback_told told;
    (void)key;
    if (!callback_is_right(t, &told) || !send(t, t->correct.right, &told.wish))
        return;
    callback_form_clear(&t->correct.callback);
    tui_close_popup(t);
}

const struct popup popup_today = {
    .title = N_("Correct the code of which call?"),
    .scopes = SCOPE_LIST,
    .rows = 14,
    .cols = 76,
    .draw = list_draw,
    .count = today_count,
    .item = today_item,
    .choose = today_choose,
};

const struct popup popup_correct = {
    .title = N_("The right code"),
    .scopes = SCOPE_LIST,
    .rows = 16,
    .cols = 50,
    .draw = list_draw,
    .opened = codes_opened,
    .count = codes_count,
    .item = codes_item,
    .choose = codes_choose,
};
