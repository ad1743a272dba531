/* SPDX-License-Identifier: Apache-2.0 */
/* A demonstration: the panes of a call without the call, or what is wrong with the file. Its frame
 * says on every line that nobody is on the line. */

#include <stdio.h>

#include "core/script_why.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/script_place.h"
#include "tui/script_text.h"
#include "tui/when.h"

/* --- the frame --- */

static int draw_menu(struct area a)
{
    static const struct {
        const char *text;
        action *run;
    } menu[] = {
        {N_("Help"),        do_help       },
        {N_("Preferences"), do_preferences},
        {N_("Leave"),       do_quit       },
    };
    int x = a.cols - 1;
    for (size_t i = sizeof menu / sizeof menu[0]; i-- > 0;) {
        char key[16];
        const char *text = gettext(menu[i].text);
        command_key_text(command_of(menu[i].run), key, sizeof key);
        x -= draw_width(key) + 1 + draw_width(text);
        draw_key(a, 0, x, ROLE_BAR_KEY, ROLE_BAR, key, text);
        x -= 2;
    }
    return x;
}

static const char *problems_text(const struct demo_view *d, char *ret, size_t size)
{
    const size_t warnings = d->problems.n - d->problems.n_errors;
    if (d->problems.n_errors)
        snprintf(ret, size, ngettext("%zu error", "%zu errors", d->problems.n_errors),
                 d->problems.n_errors);
    else if (warnings)
        snprintf(ret, size, ngettext("%zu warning", "%zu warnings", warnings), warnings);
    else
        snprintf(ret, size, "%s", _("no problem found"));
    return ret;
}

void demo_frame_draw(struct tui *t, struct area screen)
{
    const struct demo_view *d = t->options.demo;
    char text[WHEN_SIZE], problems[64];
    draw_fill(screen, 0, ROLE_BAR);
    draw_fill(screen, 1, ROLE_BAR);
    const int end = draw_menu(screen);
    draw_format(screen, 0, 0, end, ROLE_ON, " %s ", _("DEMONSTRATION: nobody is on the line"));
    struct area line = area_part(screen, 1, 1, 1, screen.cols - 2);
    if (!t->preferences.hide_clock)
        line.cols = draw_right(line, 0, line.cols, ROLE_BAR,
                               when_clock(tui_zone(t), t->view->now_utc_s, text));
    problems_text(d, problems, sizeof problems);
    const enum role role = d->problems.n_errors ? ROLE_BAR_ERROR
                           : d->problems.n      ? ROLE_BAR_WARNING
                                                : ROLE_BAR_OK;
    const char *watch = d->watches ? _("read again when saved") : "";
    int room = line.cols - draw_width(problems) - draw_width(watch) - 6;
    int x = draw_text(line, 0, 0, room > 8 ? room : 8, ROLE_BAR, d->file) + 2;
    x += draw_text(line, 0, x, -1, role, problems) + 2;
    draw_text(line, 0, x, -1, ROLE_BAR, watch);
}

/* --- what is wrong --- */

/* "interview.json:12:5: error: que-2: the linkId is used twice (symptoms)" */
static int draw_problem(const struct tui *t, struct area a, int y, const struct demo_problem *p)
{
    char text[1024], place[64] = "";
    if (p->line)
        snprintf(place, sizeof place, ":%zu:%zu", p->line, p->column);
    snprintf(text, sizeof text, "%s%s: %s: %s: %s%s%s%s", p->file ? p->file : t->options.demo->file,
             place, p->is_error ? _("error") : _("warning"), p->code, p->message,
             p->at[0] ? " (" : "", p->at, p->at[0] ? ")" : "");
    return draw_wrapped(a, y, 0, p->is_error ? ROLE_ERROR : ROLE_WARNING, text);
}

static int draw_problems(const struct tui *t, struct area a, int y)
{
    const struct demo_problems *p = &t->options.demo->problems;
    const int top = y;
    if (!p->n)
        y += draw_wrapped(a, y, 0, ROLE_OK, _("The script is without fault."));
    for (size_t i = 0; i < p->n; i++)
        y += draw_problem(t, a, y, &p->rows[i]);
    return y - top;
}

static void draw_list(struct tui *t, struct area a)
{
    struct area nothing = a;
    nothing.rows = 0;
    const int lines = draw_problems(t, nothing, 0), most = lines > a.rows ? lines - a.rows : 0;
    t->scroll = t->scroll > most ? most : t->scroll;
    draw_problems(t, a, -t->scroll);
    if (t->scroll < most)
        draw_text(a, a.rows - 1, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_DOWN));
    if (t->scroll > 0)
        draw_text(a, 0, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_UP));
    tui_cursor(t, a, 0, 0);
}

const struct popup popup_problems = {
    .title = N_("Problems of the file"),
    .scopes = SCOPE_SCROLL,
    .rows = 0,
    .cols = -4,
    .draw = draw_list,
};

/* --- the view --- */

static bool is_usable(const struct tui *t)
{
    return t->view->offer.script && !t->options.demo->is_broken;
}

void demo_follow(struct tui *t)
{
    const struct demo_commands *c = &t->options.demo_commands;
    if (t->demo_said != t->script.node)
        t->demo_said = SCRIPT_END;
    if (is_usable(t) && t->script.started && c->at)
        c->at(c->arg, t->script.node, script_language(t));
}

/* "Shown because Symptoms = yes", below all panes; returns its rows. */
static int draw_why(const struct tui *t, struct area a)
{
    if (!t->demo_why || !t->script.started || t->script.node == SCRIPT_END)
        return 0;
    const struct script_words words = {.lang = script_language(t), .translate = script_text_ours};
    CLEANUP_BUF struct buf text = {0};
    script_why_print(t->view->offer.answers, t->script.node, &words, &text);
    struct area line = area_part(a, 0, 2, -1, -2);
    struct area nothing = line;
    nothing.rows = 0;
    int lines = draw_wrapped(nothing, 0, 0, ROLE_TEXT, buf_text(&text));
    lines = lines > 3 ? 3 : lines;
    draw_rule(a, a.rows - lines - 1, _("Why"));
    draw_wrapped(area_part(line, a.rows - lines, 0, -1, -1), 0, 0, ROLE_TEXT, buf_text(&text));
    return lines + 1;
}

static void demo_draw(struct tui *t, struct area a)
{
    if (is_usable(t)) {
        a = area_part(a, 0, 0, a.rows - draw_why(t, a), -1);
        a = area_part(a, 0, 0, a.rows - demo_play_draw(t, a), -1);
        call_panes_draw(t, a);
        return;
    }
    draw_rule(a, 0, _("This file cannot be shown"));
    const char *next = !t->options.demo->watches
                           ? _("Mend it, save it and read it again with F9.")
                           : _("Mend it and save it: it is read again by itself.");
    const char *kept = t->view->offer.script ? _("The answers so far are kept.") : "";
    draw_format(a, 2, 2, -1, ROLE_TEXT, "%s %s", next, kept);
    draw_list(t, area_part(a, 4, 2, -1, -4));
}

static scope_set demo_scopes(const struct tui *t)
{
    return SCOPE_DEMO | (is_usable(t) ? call_script_scopes(t) : 0U);
}

static struct edit *demo_editor(struct tui *t)
{
    return is_usable(t) ? call_editor(t) : NULL;
}

const struct view view_demo = {
    .draw = demo_draw,
    .scopes = demo_scopes,
    .editor = demo_editor,
    .edited = call_edited,
};

/* --- commands --- */

void do_demo_problems(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_PROBLEMS);
}

void do_demo_why(struct tui *t, int key)
{
    (void)key;
    t->demo_why = !t->demo_why;
}

void do_demo_restart(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    const struct demo_commands *c = &t->options.demo_commands;
    tui_done(t, c->restart(c->arg, &err), &err);
}

void do_demo_read(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    const struct demo_commands *c = &t->options.demo_commands;
    tui_hand_over(t); /* what is no answer stays in the line editor */
    tui_done(t, c->read_again(c->arg, &err), &err);
}

void do_demo_transcript(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    char text[512];
    const char *file;
    const struct demo_commands *c = &t->options.demo_commands;
    tui_hand_over(t);
    if (!tui_done(t, c->transcript(c->arg, &file, &err), &err))
        return;
    snprintf(text, sizeof text, _("The transcript is written: %s"), file);
    tui_say(t, WS_NOTICE_INFO, text);
}

void do_demo_scroll(struct tui *t, int key)
{
    do_scroll(t, key);
}
