/* SPDX-License-Identifier: Apache-2.0 */
/* The open alarms of a supervisor's region: Enter looks after one, Del closes it. */

#include <stdio.h>

#include "tui/command.h"
#include "tui/popup_list.h"
#include "tui/when.h"

static size_t alarms_count(const struct tui *t)
{
    return t->view->n_alarms;
}

static void alarms_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    const struct ws_alarm *a = &t->view->alarms[i];
    char at[WHEN_SIZE], text[256];
    snprintf(text, sizeof text, "%s  %s %s", when_instant(a->raised_utc_s, t->view->now_utc_s, at),
             gettext(alarm_title(a->kind)), a->agent);
    list_draw_choice(row, i, a->state == ALARM_SEEN, role, text);
}

static void alarms_choose(struct tui *t, size_t i)
{
    struct err err = {0};
    tui_done(t, t->commands.alarm(t->commands.arg, t->view->alarms[i].alarm_id, false, &err), &err);
}

void do_alarms(struct tui *t, int key)
{
    struct err err = {0};
    (void)key;
    tui_open(t, POPUP_ALARMS);
    tui_done(t, t->commands.alarms(t->commands.arg, &err), &err);
}

void do_alarm_close(struct tui *t, int key)
{
    struct err err = {0};
    (void)key;
    if (t->list_row < t->view->n_alarms)
        tui_done(
            t,
            t->commands.alarm(t->commands.arg, t->view->alarms[t->list_row].alarm_id, true, &err),
            &err);
}

const struct popup popup_alarms = {
    .title = N_("Alarms"),
    .scopes = SCOPE_LIST | SCOPE_ALARMS,
    .rows = 16,
    .cols = 76,
    .draw = list_draw,
    .count = alarms_count,
    .item = alarms_item,
    .choose = alarms_choose,
};
