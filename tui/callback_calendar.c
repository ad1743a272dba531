/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar beside the form of a callback: the chosen day, or its week where there is room, by
 * half-hours: when the service is open, what is over or not allowed, what the agent has promised.
 */

#include "tui/callback_calendar.h"

#include <stdio.h>
#include <string.h>

#include "tui/actions.h"
#include "tui/callback_form.h"
#include "tui/panes.h"
#include "tui/when.h"

#define SLOT_MIN 30
#define SLOTS (24 * 60 / SLOT_MIN)
#define CLOCK_COLS 6
#define DAY_COLS 15 /* at least */
#define HEAD_ROWS 2

struct place {
    struct date day;
    int minute; /* -1 = no time is typed */
};

static struct place chosen(const struct tui *t, const struct callback_form *c)
{
    struct place p = {.minute = -1};
    int64_t at;
    if (!when_day_to_come(c->date.text, tui_zone(t), t->view->now_utc_s, &p.day))
        (void)when_day_to_come("", tui_zone(t), t->view->now_utc_s, &p.day);
    if (c->when.text[0] == '+') {
        if (when_time_typed(c->when.text, tui_zone(t), t->view->now_utc_s, &at))
            when_there(tui_zone(t), at, &p.day, &p.minute);
    } else if (!callback_time_typed(c->when.text, &p.minute)) {
        p.minute = -1;
    }
    return p;
}

static const char *zone_of(const struct callback_form *c)
{
    const char *zone = c->zone.text;
    return when_zone_exists(zone) && strlen(zone) < HOURS_ZONE_SIZE ? zone : "";
}

static int slot_now(const struct tui *t)
{
    struct date day;
    int minute;
    when_there(tui_zone(t), t->view->now_utc_s, &day, &minute);
    return minute / SLOT_MIN + 1 < SLOTS ? minute / SLOT_MIN + 1 : SLOTS - 1;
}

static const struct ws_callback *promised(const struct tui *t, int64_t from_utc_s)
{
    for (size_t i = 0; i < t->view->n_callbacks; i++) {
        const int64_t at = t->view->callbacks[i].at_utc_s;
        if (at >= from_utc_s && at < from_utc_s + SLOT_MIN * 60)
            return &t->view->callbacks[i];
    }
    return NULL;
}

static void draw_slot(const struct tui *t, const char *zone, struct area a, int y, struct date day,
                      int slot, bool here)
{
    int64_t at = 0;
    char text[64] = "";
    const enum agenda_slot kind =
        agenda_slot(t->agenda, zone, day, slot * SLOT_MIN, t->view->now_utc_s, &at);
    const struct ws_callback *c = kind == AGENDA_NONE ? NULL : promised(t, at);
    const char *sign = kind == AGENDA_CLOSED ? draw_sign(a, SIGN_EMPTY) : "-";
    const enum role role = here                  ? ROLE_FOCUS
                           : c                   ? ROLE_STRONG
                           : kind == AGENDA_FREE ? ROLE_TEXT
                                                 : ROLE_DIM;
    if (here)
        draw_fill(a, y, role);
    draw_text(a, y, 0, 1, role, here ? draw_sign(a, SIGN_POINTER) : " ");
    if (!c && kind != AGENDA_FREE)
        snprintf(text, sizeof text, "%s%s%s%s", sign, sign, sign, sign);
    draw_text(a, y, 1, a.cols - 2, role, c ? c->name : text);
}

static bool is_closed(const struct tui *t, const char *zone, struct date day)
{
    int64_t at;
    for (int slot = 0; slot < SLOTS; slot++)
        if (agenda_slot(t->agenda, zone, day, slot * SLOT_MIN, t->view->now_utc_s, &at) !=
            AGENDA_CLOSED)
            return false;
    return true;
}

static void draw_head(const struct tui *t, const char *zone, struct area a, struct date day)
{
    char text[WHEN_SIZE], name[64];
    struct date today;
    (void)when_day_to_come("", tui_zone(t), t->view->now_utc_s, &today);
    const bool is_today = date_to_days(day) == date_to_days(today);
    when_day_of_week(day, text);
    draw_format(a, 0, 0, a.cols - 1, is_today ? ROLE_STRONG : ROLE_DIM, "%s%s",
                is_today ? draw_sign(a, SIGN_BULLET) : " ", text);
    if (is_closed(t, zone, day)) {
        const bool named = agenda_closing(t->agenda, day, name, sizeof name);
        draw_text(a, 1, 1, a.cols - 2, ROLE_WARNING, named ? name : _("Closed"));
    } else if (is_today) {
        draw_text(a, 1, 1, a.cols - 2, ROLE_STRONG, _("Today"));
    }
}

void callback_calendar_draw(struct tui *t, struct area a, bool focus)
{
    const struct callback_form *c = callback_form_present(t);
    const struct place p = chosen(t, c);
    const char *zone = zone_of(c);
    const bool week = a.cols >= CLOCK_COLS + 7 * DAY_COLS;
    const int n_days = week ? 7 : 1, rows = a.rows - HEAD_ROWS < SLOTS ? a.rows - HEAD_ROWS : SLOTS;
    const int cols = (a.cols - CLOCK_COLS) / n_days;
    const int here = p.minute >= 0 ? p.minute / SLOT_MIN : -1;
    const int64_t first = date_to_days(p.day) - (week ? date_weekday(p.day) - 1 : 0);
    int top = (here >= 0 ? here : slot_now(t)) - rows / 2;
    top = top > SLOTS - rows ? SLOTS - rows : top;
    top = top < 0 ? 0 : top;
    for (int row = 0; row < rows; row++)
        draw_format(a, HEAD_ROWS + row, 0, -1, ROLE_DIM, "%02d:%02d", (top + row) / 2,
                    (top + row) % 2 * SLOT_MIN);
    for (int i = 0; i < n_days; i++) {
        const struct date day = date_from_days(first + i);
        const struct area column = area_part(a, 0, CLOCK_COLS + i * cols, -1, cols);
        const bool mine = first + i == date_to_days(p.day);
        draw_head(t, zone, column, day);
        for (int row = 0; row < rows; row++) {
            const bool at = mine && top + row == here;
            draw_slot(t, zone, column, HEAD_ROWS + row, day, top + row, at);
            if (focus && at)
                tui_cursor(t, column, HEAD_ROWS + row, 0);
        }
        if (focus && mine && here < 0)
            tui_cursor(t, column, 0, 0);
    }
}

void do_callback_slot(struct tui *t, int key)
{
    struct callback_form *c = callback_form_present(t);
    struct place p = chosen(t, c);
    struct date today;
    char date[DATE_PRINT_SIZE], clock[8];
    (void)when_day_to_come("", tui_zone(t), t->view->now_utc_s, &today);
    int64_t day = date_to_days(p.day);
    int slot = p.minute >= 0 ? p.minute / SLOT_MIN : slot_now(t);
    if (key == KEY_BASE + KEY_LEFT)
        day -= day > date_to_days(today);
    else if (key == KEY_BASE + KEY_RIGHT)
        day++;
    else if (key == KEY_BASE + KEY_UP && p.minute >= 0)
        slot -= slot > 0 && p.minute % SLOT_MIN == 0;
    else if (key == KEY_BASE + KEY_DOWN && p.minute >= 0)
        slot += slot < SLOTS - 1;
    date_print_local(date_from_days(day), date);
    snprintf(clock, sizeof clock, "%02d:%02d", slot / 2 % 24, slot % 2 * SLOT_MIN);
    edit_set(&c->date, day == date_to_days(today) ? "" : date);
    edit_set(&c->when, clock);
}
