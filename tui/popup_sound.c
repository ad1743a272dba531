/* SPDX-License-Identifier: Apache-2.0 */
/* Sound: which devices, how loud, and whether the agent would be heard. Before the work, and in a
 * call, whose other side hears nothing of it.
 *
 * Two lists, one above the other, and the test tone below: one cursor goes through all of them. The
 * first row of a list chooses nothing: the PC's own setting counts then. */

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/panes.h"

#define BAR_COLS 30
#define STEP 10

static const struct ws_sound_way *way_of(const struct tui *t, enum ws_way way)
{
    return &t->view->sound.ways[way];
}

static size_t rows_of(const struct tui *t, enum ws_way way)
{
    return 1 + way_of(t, way)->n_devices;
}

/* Rows of the input, rows of the output, the tone. */
static size_t row_count(const struct tui *t)
{
    return rows_of(t, WS_INPUT) + rows_of(t, WS_OUTPUT) + 1;
}

/* Where the cursor is. False: on the tone. */
static bool place(const struct tui *t, enum ws_way *ret_way, size_t *ret_row)
{
    const size_t inputs = rows_of(t, WS_INPUT), row = t->list_row;
    *ret_way = row < inputs ? WS_INPUT : WS_OUTPUT;
    *ret_row = row < inputs ? row : row - inputs;
    return row + 1 < row_count(t);
}

static bool is_chosen(const struct ws_sound_way *w, size_t row)
{
    return row == 0 ? !w->chosen[0] : strcmp(w->chosen, w->devices[row - 1].name) == 0;
}

static void draw_row(struct tui *t, struct area line, enum ws_way way, size_t row, bool here)
{
    const struct ws_sound_way *w = way_of(t, way);
    const enum role role = here ? ROLE_FOCUS : ROLE_TEXT;
    if (here) {
        draw_fill(line, 0, ROLE_FOCUS);
        tui_cursor(t, line, 0, 1);
    }
    if (is_chosen(w, row))
        draw_text(line, 0, 1, 2, role, draw_sign(line, SIGN_CHECK));
    draw_text(line, 0, 3, -1, role, row == 0 ? _("As this PC is set") : w->devices[row - 1].label);
}

/* What is in use, and how loud; in a call what is wrong. */
static void draw_head(struct tui *t, struct area a, int y, enum ws_way way)
{
    const struct ws_sound_way *w = way_of(t, way);
    char volume[64];
    snprintf(volume, sizeof volume, _("Volume %d %%"), w->volume);
    const int end = draw_right(a, y, a.cols, ROLE_STRONG, volume) - 2;
    const int x =
        draw_text(a, y, 0, -1, ROLE_STRONG, way == WS_INPUT ? _("Microphone") : _("Headphones"));
    if (w->gone)
        draw_text(a, y, x + 2, end - x - 2, ROLE_ERROR, _("gone: plug it in again"));
    else if (w->label[0])
        draw_format(a, y, x + 2, end - x - 2, ROLE_DIM, _("now: %s"), w->label);
}

static void draw_list(struct tui *t, struct area a, enum ws_way way)
{
    enum ws_way here_way;
    size_t here_row;
    const bool here = place(t, &here_way, &here_row) && here_way == way;
    const size_t n = rows_of(t, way), rows = a.rows > 0 ? (size_t)a.rows : 0;
    const size_t skip = here && here_row >= rows ? here_row - rows + 1 : 0;
    for (size_t i = 0; i < rows && skip + i < n; i++)
        draw_row(t, area_part(a, (int)i, 0, 1, -1), way, skip + i, here && skip + i == here_row);
    if (skip)
        draw_text(a, 0, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_UP));
    if (skip + rows < n)
        draw_text(a, a.rows - 1, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_DOWN));
}

static enum role word_role(enum sound_word word)
{
    switch (word) {
    case SOUND_GOOD:
        return ROLE_OK;
    case SOUND_SILENT:
    case SOUND_LOUD:
        return ROLE_ERROR;
    case SOUND_NO_VOICE:
    case SOUND_QUIET:
        return ROLE_WARNING;
    case SOUND_NOT_MEASURED:
        break;
    }
    return ROLE_DIM;
}

static void draw_meter(struct tui *t, struct area a, int y)
{
    const struct sound_meter *m = &t->view->sound.meter;
    const enum sound_word word = sound_meter_word(m, m->second);
    const int lit = m->second ? sound_level_cells(m->level_db, BAR_COLS) : 0;
    int x = 1 + draw_text(a, y, 1, -1, ROLE_TEXT, _("Level")) + 1;
    for (int i = 0; i < BAR_COLS; i++)
        draw_text(a, y, x + i, 1, i < lit ? word_role(word) : ROLE_DIM,
                  draw_sign(a, i < lit ? SIGN_FULL : SIGN_EMPTY));
    draw_text(a, y, x + BAR_COLS + 1, -1, word_role(word), gettext(sound_word_text(word)));
}

static void draw_tone(struct tui *t, struct area a, int y)
{
    const bool here = t->list_row + 1 == row_count(t);
    const struct area line = area_part(a, y, 0, 1, -1);
    if (here) {
        draw_fill(line, 0, ROLE_FOCUS);
        tui_cursor(t, line, 0, 1);
    }
    draw_text(line, 0, 1, -1, here ? ROLE_FOCUS : ROLE_TEXT,
              t->view->sound.tone ? _("Test tone: you should hear it now. Stop it")
                                  : _("Test tone: play it"));
}

static void sound_draw(struct tui *t, struct area a)
{
    if (t->list_row >= row_count(t))
        t->list_row = row_count(t) - 1;
    if (!t->view->sound.known) {
        draw_text(a, 0, 0, -1, ROLE_DIM, _("Asking the telephone for its devices…"));
        return;
    }
    const int lists = a.rows - 5; /* two heads, meter, air, tone */
    int inputs = (int)rows_of(t, WS_INPUT);
    const int outputs = (int)rows_of(t, WS_OUTPUT);
    const int half = lists - outputs > lists / 2 ? lists - outputs : lists / 2;
    inputs = inputs > half ? half : inputs;
    draw_head(t, a, 0, WS_INPUT);
    draw_list(t, area_part(a, 1, 0, inputs, -1), WS_INPUT);
    draw_meter(t, a, 1 + inputs);
    draw_head(t, a, 3 + inputs, WS_OUTPUT);
    const int left = lists - inputs;
    draw_list(t, area_part(a, 4 + inputs, 0, outputs > left ? left : outputs, -1), WS_OUTPUT);
    draw_tone(t, a, 4 + inputs + (outputs > left ? left : outputs));
}

void do_sound(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    if (tui_done(t, t->commands.watch_sound(t->commands.arg, true, &err), &err))
        tui_open(t, POPUP_SOUND);
}

void do_sound_move(struct tui *t, int key)
{
    const bool up = key == KEY_BASE + KEY_UP || key == KEY_BASE + KEY_BTAB;
    if (up)
        t->list_row -= t->list_row > 0;
    else
        t->list_row += t->list_row + 1 < row_count(t);
}

void do_sound_tone(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    tui_done(t, t->commands.sound_tone(t->commands.arg, !t->view->sound.tone, &err), &err);
}

void do_sound_choose(struct tui *t, int key)
{
    enum ws_way way;
    size_t row;
    struct err err = {0};
    if (!place(t, &way, &row)) {
        do_sound_tone(t, key);
        return;
    }
    const char *name = row == 0 ? "" : way_of(t, way)->devices[row - 1].name;
    tui_done(t, t->commands.choose_device(t->commands.arg, way, name, &err), &err);
}

void do_sound_volume(struct tui *t, int key)
{
    enum ws_way way;
    size_t row;
    struct err err = {0};
    (void)place(t, &way, &row); /* on the tone: of what it is heard with */
    const int step = key == KEY_BASE + KEY_LEFT || key == '-' ? -STEP : STEP;
    tui_done(t, t->commands.set_volume(t->commands.arg, way, way_of(t, way)->volume + step, &err),
             &err);
}

const struct popup popup_sound = {
    .title = N_("Sound"),
    .scopes = SCOPE_SOUND,
    .rows = 19,
    .cols = 76,
    .wide_rows = 30,
    .wide_cols = 90,
    .draw = sound_draw,
};
