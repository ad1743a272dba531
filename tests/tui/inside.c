/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/tui/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/script_fault.h"
#include "core/script_tree.h"
#include "core/utf8.h"
#include "net/api/questionnaire.h"
#include "net/api/regex_pcre2.h"
#include "net/calendar/calendar.h"
#include "tui/command.h"
#include "tui/script_outline.h"
#include "tui/script_place.h"
#include "tui/tui.h"

static enum err_code answer(void *arg, size_t at, const struct script_value *value, struct err *err)
{
    struct fixture *f = arg;
    return script_node_set(f->answers, at, value, err);
}

static enum err_code repeat(void *arg, size_t node, enum ws_repeat how, size_t *ret,
                            struct err *err)
{
    return fixture_repeat(arg, node, how, ret, err);
}

static void fail(const char *what)
{
    fprintf(stderr, "inside: %s\n", what);
    exit(1);
}

void inside_paint(struct inside *s)
{
    struct tui *t = s->t;
    const struct area screen = {stdscr, 0, 0, LINES, COLS, t->unicode};
    script_follow(t);
    werase(stdscr);
    t->cursor_y = -1;
    tui_view(t)->draw(t, area_part(screen, 2, 0, screen.rows - 4, -1)); /* as between the frame */
}

void inside_start(struct inside *s, const char *view, int rows, int cols, const char *lang)
{
    memset(s, 0, sizeof *s);
    setenv("TZ", "Europe/Brussels", 1);
    tui_locale(getenv("PUPITRE_LOCALEDIR"));
    fixture_init(&s->fixture);
    s->nowhere = fopen("/dev/null", "r+");
    s->screen = s->nowhere ? newterm("xterm-256color", s->nowhere, s->nowhere) : NULL;
    s->t = calloc(1, sizeof *s->t);
    if (!fixture_fill(&s->fixture, view) || !s->screen || !s->t ||
        !(s->t->outline = script_outline_new()))
        fail("cannot start");
    set_term(s->screen);
    resizeterm(rows, cols);
    s->t->view = &s->fixture.view;
    s->t->commands =
        (struct workstation_commands){.answer = answer, .repeat = repeat, .arg = &s->fixture};
    s->t->options.hours = calendar_hours();
    s->t->hold = s->fixture.view.offer.state;
    s->t->lang = lang_use(lang);
    s->t->unicode = lang_is_unicode();
    role_init(false);
    script_answers_use_regex(s->fixture.answers, &regex_pcre2);
    inside_paint(s);
}

static void begin_script(struct inside *s)
{
    s->fixture.view.offer.answers = s->fixture.answers;
    script_answers_use_regex(s->fixture.answers, &regex_pcre2);
    memset(&s->t->script, 0, sizeof s->t->script);
    script_outline_free(s->t->outline); /* the new answers may stand where the old ones did */
    s->t->outline = script_outline_new();
    inside_paint(s);
}

void inside_script(struct inside *s, const char *path)
{
    fixture_script(&s->fixture, path);
    begin_script(s);
}

void inside_script_text(struct inside *s, const char *json, size_t len)
{
    struct fixture *f = &s->fixture;
    struct err err = {0};
    f->answers = script_answers_free(f->answers);
    script_deinit(&f->script);
    if (questionnaire_load(json, len, "script", &f->script, NULL, &err) ||
        !(f->answers = script_answers_new(&f->script)))
        fail(err.sentence);
    begin_script(s);
}

void inside_stop(struct inside *s)
{
    script_outline_free(s->t->outline);
    free(s->t);
    endwin();
    delscreen(s->screen);
    fclose(s->nowhere);
    fixture_deinit(&s->fixture);
}

void inside_press(struct inside *s, int key)
{
    struct edit *e = tui_editor(s->t);
    if (e && edit_key(e, key))
        tui_edited(s->t);
    else
        (void)command_run(s->t, key);
    inside_paint(s);
}

void inside_type(struct inside *s, const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        uint32_t c;
        i += utf8_decode(text + i, len - i, &c);
        inside_press(s, (int)c);
    }
}

void inside_second(struct inside *s)
{
    s->fixture.view.now_utc_s++;
    inside_paint(s);
}

const char *inside_row(struct inside *s, int y, int x, char *ret, size_t size)
{
    (void)s;
    ret[0] = '\0';
    if (y >= 0 && y < LINES && x >= 0 && x < COLS)
        mvwinnstr(stdscr, y, x, ret, (int)size - 1);
    for (size_t len = strlen(ret); len && ret[len - 1] == ' ';)
        ret[--len] = '\0';
    return ret;
}

int inside_find(struct inside *s, const char *text)
{
    char row[2048];
    for (int y = 0; y < LINES; y++)
        if (strstr(inside_row(s, y, 0, row, sizeof row), text))
            return y;
    return -1;
}
