/* SPDX-License-Identifier: Apache-2.0 */
/* The present page of the script: what to say, the question, its answers.
 *
 * A page is laid out twice: once without drawing, to know its lines, then as it is seen. The
 * question and its answers are always in sight: of a page that is longer than the screen, what is
 * read before them is turned on its own, above them. From then on the field keeps its row, whatever
 * appears or goes above and below it: nothing jumps under the agent's fingers. */

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/script_entry.h"
#include "tui/script_options.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"
#include "tui/script_text.h"

#define TEXT_COLS_MAX 88 /* a longer line is hard to read aloud */

/* On this PC for the moment that the backend needs: not worth two words one after the other. */
static enum ws_saved saved_now(const struct tui *t)
{
    const struct workstation_view *v = t->view;
    const enum ws_saved saved = v->offer.saved;
    const bool moment = v->backend == WS_BACKEND_OK && !v->sending_is_slow;
    return saved == WS_SAVED_JOURNAL && moment ? WS_SAVING : saved;
}

static const char *saved_text(enum ws_saved saved)
{
    switch (saved) {
    case WS_SAVED_NOTHING:
        return "";
    case WS_SAVING:
        return _("saving…");
    case WS_SAVED_JOURNAL:
        return _("kept on this PC");
    case WS_SAVED_BACKEND:
        return _("saved");
    }
    return "";
}

static void draw_title(struct tui *t, struct area a)
{
    const struct ws_offer *o = &t->view->offer;
    const char *lang = script_language(t);
    const char *dot = draw_sign(a, SIGN_DOT);
    struct script_count n = script_counted(t);
    char title[512], state[128], name[256];
    char place[96];
    snprintf(place, sizeof place, _("Question %zu of %zu"), n.place, n.questions);
    snprintf(title, sizeof title, "%s %s %s", t->script.node == SCRIPT_END ? _("End") : place, dot,
             script_text_said(t, &o->script->title, t->lang, name, sizeof name));
    const enum ws_saved saved = saved_now(t);
    snprintf(state, sizeof state, " %s%s%s ", lang, saved_text(saved)[0] ? "  " : "",
             saved_text(saved));
    int end = a.cols - 2;
    draw_rule(a, 0, NULL);
    int start = draw_right(a, 0, end, saved == WS_SAVED_JOURNAL ? ROLE_WARNING : ROLE_DIM, state);
    draw_format(a, 0, 2, start - 3, ROLE_STRONG, " %s ", title);
}

/* A text with a bar beside it, so that the eye finds what to say. */
static int draw_speech(struct area a, int y, enum role role, const char *text)
{
    int lines = draw_wrapped(area_part(a, 0, 2, -1, -1), y, 0, role, text);
    for (int i = 0; i < lines; i++)
        draw_text(a, y + i, 0, 1, ROLE_KEY, draw_sign(a, SIGN_BAR));
    return lines + 1;
}

static int draw_item_text(const struct tui *t, struct area a, int y, size_t node)
{
    const struct script_item *it = script_item_of(t, node);
    char text[SCRIPT_TEXT_SIZE + 512], words[SCRIPT_TEXT_SIZE], number[256];
    /* What is read aloud is in the person's language, what the agent alone reads in the agent's. */
    const char *lang = it->for_agent ? t->lang : script_language(t);
    const char *mark = it->security ? _("Keep to yourself: ") : it->for_agent ? _("For you: ") : "";
    const char *prefix = script_text_said(t, &it->prefix, lang, number, sizeof number);
    snprintf(text, sizeof text, "%s%s%s%s", mark, prefix, *prefix ? " " : "",
             script_text_said(t, &it->text, lang, words, sizeof words));
    if (it->for_agent)
        return draw_wrapped(area_part(a, 0, 2, -1, -1), y, 0, ROLE_INSTRUCTION, text) + 1;
    return draw_speech(a, y, script_is_question(it) ? ROLE_QUESTION : ROLE_SPEECH, text);
}

static int draw_radio(struct area a, int y, int x, bool chosen, const char *text, const char *key)
{
    char shown[256];
    snprintf(shown, sizeof shown, "%s %s", draw_sign(a, chosen ? SIGN_BULLET : SIGN_OPEN), text);
    int used = draw_text(a, y, x, -1, chosen ? ROLE_CHOSEN : ROLE_TEXT, shown);
    snprintf(shown, sizeof shown, " (%s)", key);
    return used + draw_text(a, y, x + used, -1, ROLE_DIM, shown) + 3;
}

/* The field is here, if that is in sight. */
static void put_cursor(struct tui *t, struct area a, int y, int x)
{
    if (y >= 0 && y < a.rows)
        tui_cursor(t, a, y, x);
}

static int draw_yes_no(struct tui *t, struct area a, int y)
{
    const struct script_value *answer = script_value_of(t, t->script.node);
    int x = 2, at = 2;
    bool yes = answer && answer->boolean, no = answer && !answer->boolean;
    x += draw_radio(a, y, x, yes, _("Yes"), _("y"));
    at = no ? x : at;
    x += draw_radio(a, y, x, no, _("No"), _("n"));
    at = answer ? at : x;
    draw_radio(a, y, x, !answer, _("unanswered"), _("Del"));
    put_cursor(t, a, y, at);
    return 1;
}

/* One line, or several, to type into. */
static int draw_field(struct tui *t, struct area field, int y)
{
    const struct script_item *it = script_question(t);
    const bool words = it->type == SCRIPT_STRING || it->type == SCRIPT_URL;
    int rows = it->type == SCRIPT_TEXT ? 4 : 1, cy = y, cx = 0;
    int cols = words ? field.cols : 32;
    if (it->type == SCRIPT_INTEGER || it->type == SCRIPT_DECIMAL || it->type == SCRIPT_DATE ||
        it->type == SCRIPT_TIME)
        cols = 24;
    cols = cols < field.cols ? cols : field.cols;
    if (it->type == SCRIPT_TEXT)
        edit_draw_wrapped(&t->script.edit, field, y, rows, &cy, &cx);
    else
        edit_draw(&t->script.edit, field, y, 0, cols, true, &cx);
    if (it->n_units == 1 && !words && it->type != SCRIPT_QUANTITY)
        draw_text(field, y, cols + 1, -1, ROLE_TEXT,
                  script_text(&it->units[0].text, script_language(t)));
    put_cursor(t, field, cy, cx);
    return rows;
}

/* What is typed as it will be kept, or how it is typed. */
static int draw_read_back(struct tui *t, struct area field, int y)
{
    char text[512];
    if (script_read_back(t, text, sizeof text))
        draw_format(field, y, 0, -1, ROLE_CHOSEN, "= %s", text);
    else if (!t->script.fault[0] && script_how_typed(t, text, sizeof text))
        draw_text(field, y, 0, -1, ROLE_DIM, text);
    else
        return 0;
    return 1;
}

/* *ret_least: the rows that it may take before another answer is added. */
static int draw_open(struct tui *t, struct area a, int y, int *ret_least)
{
    const struct script_item *it = script_question(t);
    const struct script_answers *answers = t->view->offer.answers;
    struct area field = area_part(a, 0, 2, -1, -1);
    const int top = y;
    bool drawn = false;
    for (size_t k = it->repeats ? script_node_answer(answers, t->script.node) : SCRIPT_NODE_NONE;
         k != SCRIPT_NODE_NONE; k = script_node_next_instance(answers, k)) {
        char text[256];
        if (k == t->script.answer) {
            y += draw_field(t, field, y);
            drawn = true;
        } else if (*script_one_text(t, t->script.node, k, text, sizeof text)) {
            draw_format(field, y, 0, -1, ROLE_CHOSEN, "%s %s", draw_sign(field, SIGN_CHECK), text);
            y++;
        }
    }
    if (!drawn)
        y += draw_field(t, field, y);
    *ret_least = y - top + 2 + it->repeats; /* what is read back or wrong, which may be long */
    y += draw_read_back(t, field, y);
    if (it->repeats)
        draw_text(field, y++, 0, -1, ROLE_DIM,
                  _("Enter adds one more; on an empty line it goes on."));
    return y - top;
}

/* Returns its lines with those that may come once something is typed, or wrong: what stands below
 * keeps its place, too. */
static int draw_answers(struct tui *t, struct area a, int y, int rows)
{
    const struct script_item *it = script_question(t);
    int lines, least = 0;
    if (it->type == SCRIPT_BOOLEAN)
        lines = draw_yes_no(t, a, y);
    else if (script_has_list(it))
        lines = script_options_draw(t, a, y, rows);
    else
        lines = draw_open(t, a, y, &least);
    least = least ? least : lines + 1;
    if (t->script.fault[0])
        lines +=
            draw_wrapped(area_part(a, 0, 2, -1, -1), y + lines, 0, ROLE_ERROR, t->script.fault);
    else if (it->required && !script_value_of(t, t->script.node) &&
             !(t->script.edited && t->script.edit.len))
        draw_text(a, y + lines++, 2, -1, ROLE_DIM, _("An answer is required."));
    return lines > least ? lines : least;
}

static int draw_end(struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    struct script_count n = script_counted(t);
    char key[16], text[256];
    command_key_text(command_of(do_submit), key, sizeof key);
    if (o->submitted)
        draw_format(a, y, 2, -1, ROLE_CHOSEN, "%s %s", draw_sign(a, SIGN_CHECK),
                    _("The script is handed in."));
    else if (n.missing) {
        snprintf(text, sizeof text,
                 ngettext("%zu required question is not answered yet: %s shows it.",
                          "%zu required questions are not answered yet: %s lists them.", n.missing),
                 n.missing, key);
        draw_text(a, y, 2, -1, ROLE_WARNING, text);
    } else
        draw_format(a, y, 2, -1, ROLE_CHOSEN, _("All required questions are answered. %s submits."),
                    key);
    put_cursor(t, a, y, 2);
    return 1;
}

/* Where things stand on a page, in lines from its top. */
struct layout {
    int list_rows; /* room for a list of options */
    int question;  /* where the question's own text begins */
    int field;     /* where the answers begin */
    int end;       /* behind them, and behind what is said about them */
    int lines;
};

#define UPPER_MIN 5 /* rows of what is read before, when it is turned on its own */

/* The page from line y on. With an area of no rows it only finds out where things are; list_rows
 * and, if that is 0, the rows of the whole page say how long a list may be. */
static void draw_page(struct tui *t, struct area a, int y, int rows, struct layout *l)
{
    const struct script_answers *answers = t->view->offer.answers;
    const size_t node = t->script.node;
    int top = y;
    const size_t instance = node == SCRIPT_END ? SCRIPT_END : script_instance(t, node);
    if (instance != SCRIPT_END) {
        char text[320];
        draw_text(a, y, 2, -1, ROLE_STRONG, script_instance_text(t, instance, text, sizeof text));
        y += 2;
    }
    char about[320];
    if (node != SCRIPT_END && script_answer_above_text(t, node, about, sizeof about)) {
        draw_format(a, y, 2, -1, ROLE_STRONG, "%s %s", draw_sign(a, SIGN_POINTER), about);
        y += 2;
    }
    for (size_t i = script_page_start(t, node); i != node; i = script_node_next(answers, i))
        y += draw_item_text(t, a, y, i);
    l->question = y - top;
    if (node == SCRIPT_END) {
        l->field = y - top;
        l->end = l->lines = l->field + draw_end(t, a, y);
        return;
    }
    y += draw_item_text(t, a, y, node);
    l->field = y - top;
    if (!l->list_rows)
        l->list_rows = rows - l->field - 1; /* what is said about it stands below */
    y += draw_answers(t, a, y, l->list_rows);
    l->end = y - top;
    char help[SCRIPT_TEXT_SIZE];
    for (size_t i = script_node_below(answers, script_node_answer(answers, node));
         i != SCRIPT_NODE_NONE; i = script_node_beside(answers, i)) {
        const struct script_item *it = script_item_of(t, i);
        if (it->type == SCRIPT_DISPLAY && script_node_is_shown(answers, i))
            y += 1 + (it->help ? draw_wrapped(area_part(a, 0, 2, -1, -1), y + 1, 0, ROLE_DIM,
                                              script_text_spoken(t, &it->text, help, sizeof help))
                               : draw_item_text(t, a, y + 1, i));
    }
    l->lines = y - top;
}

/* The first line in sight; below 0 there are empty rows above it. One line more than the page has
 * rows finds its place where else it is said that there is more. */
static int first_line(const struct script_place *p, const struct layout *l, int rows)
{
    const int hidden = l->lines > rows + 1 ? l->lines - rows : 0;
    const struct script_drawn *d = &p->drawn;
    if (!d->rows)
        return p->scroll < hidden ? hidden - p->scroll : 0;
    const int first = l->field - d->field;
    const int least = l->end - rows - 1; /* what is wrong with an answer is seen */
    return d->seen && first < least ? least : first;
}

/* What is seen of a page: the upper part, which a row parts from the lower one; or the lower one
 * alone. */
struct sight {
    int upper;       /* rows; 0 = there is none */
    int upper_first; /* lines */
    int first;       /* of the lower part */
};

/* A page that is longer than the screen, and has something to read before the question. */
static int upper_rows(const struct layout *l, int rows)
{
    const int left = rows - (l->lines - l->question);
    const int upper = left < UPPER_MIN ? UPPER_MIN : left;
    return l->lines > rows + 1 && l->question > upper ? upper : 0;
}

/* Below the question alone a list has less room, or more, than below all that is read before. */
static int list_rows_below(const struct layout *l, int rows)
{
    return rows - UPPER_MIN - 1 - (l->field - l->question) - 1;
}

/* Of the lower part the answers are always seen; what it cuts off is read in the upper one. */
static struct sight part(struct script_place *p, const struct layout *l, int rows, int upper)
{
    const struct script_drawn *d = &p->drawn;
    const int lower = rows - upper, least = l->end - lower;
    int first = d->rows ? l->field - (d->field - upper - 1) : l->question;
    first = first < least ? least : first;
    const bool cut = l->lines - first > lower;
    int most = (cut ? l->lines : first) - upper;
    most = most < 0 ? 0 : most;
    p->hidden_below = p->scroll < most ? p->scroll : most;
    p->hidden_above = most - p->hidden_below;
    p->scroll = p->hidden_below;
    return (struct sight){upper, p->hidden_above, first};
}

static struct sight whole(struct script_place *p, const struct layout *l, int rows)
{
    const int first = first_line(p, l, rows), below = l->lines - first;
    p->hidden_above = first > 0 ? first : 0;
    p->hidden_below = below > rows + 1 ? below - rows : 0;
    p->scroll = p->hidden_below;
    return (struct sight){0, 0, first};
}

/* Lay it out, and keep where the field is. */
static struct sight lay_out(struct tui *t, struct area page)
{
    struct script_place *p = &t->script;
    struct script_drawn *d = &p->drawn;
    const int rows = page.rows - 1; /* the last one is for what follows, or that it does */
    struct area nothing = page;
    nothing.rows = 0;
    if (d->node != p->node || d->rows != rows || d->cols != page.cols ||
        (d->scroll != p->scroll && !d->upper))
        *d = (struct script_drawn){.node = p->node}; /* the agent moved */
    struct layout l = {.list_rows = d->list_rows};
    draw_page(t, nothing, 0, rows, &l);
    int upper = d->rows ? d->upper : upper_rows(&l, rows);
    if (upper && !d->rows) {
        l = (struct layout){.list_rows = list_rows_below(&l, rows)};
        draw_page(t, nothing, 0, rows, &l);
        upper = upper_rows(&l, rows);
    }
    const struct sight s = upper ? part(p, &l, rows, upper) : whole(p, &l, rows);
    *d =
        (struct script_drawn){.node = p->node,
                              .rows = rows,
                              .cols = page.cols,
                              .scroll = p->scroll,
                              .upper = upper,
                              .field = l.field - s.first + (upper ? upper + 1 : 0),
                              .list_rows = l.list_rows,
                              .seen = upper || (l.field >= s.first && l.end - s.first <= rows + 1)};
    return s;
}

/* Parted, the lower part begins a row below the upper one. */
static void draw_sight(struct tui *t, struct area page, const struct sight *s)
{
    const struct layout l = {.list_rows = t->script.drawn.list_rows};
    struct layout again = l;
    struct area lower = s->upper ? area_part(page, s->upper + 1, 0, -1, -1) : page;
    if (s->upper)
        draw_page(t, area_part(page, 0, 0, s->upper, -1), -s->upper_first, page.rows, &again);
    else
        lower.rows -= t->script.hidden_below > 0;
    again = l;
    t->cursor_y = -1;
    draw_page(t, lower, -s->first, page.rows, &again);
    if (t->cursor_y < 0)
        tui_cursor(t, page, 0, 0); /* nothing stands above them, and they are out of sight */
}

void script_pane_draw(struct tui *t, struct area a)
{
    const struct ws_offer *o = &t->view->offer;
    if (!o->script || !o->answers || !t->script.started) {
        draw_rule(a, 0, _("Script"));
        draw_text(a, 2, 2, -1, ROLE_DIM, _("The script is being fetched…"));
        tui_cursor(t, a, 2, 1);
        return;
    }
    draw_title(t, a);
    struct area page = area_part(a, 2, 1, -1, -2);
    page.cols = page.cols > TEXT_COLS_MAX ? TEXT_COLS_MAX : page.cols;
    const struct sight sight = lay_out(t, page);
    const bool below = t->script.hidden_below > 0;
    draw_sight(t, page, &sight);
    if (t->script.hidden_above)
        draw_format(a, 1, 2, -1, ROLE_WARNING, "%s %s", draw_sign(a, SIGN_UP), _("PgUp"));
    if (below)
        draw_format(a, sight.upper ? 2 + sight.upper : a.rows - 1, 2, -1, ROLE_WARNING, "%s %s",
                    draw_sign(a, SIGN_DOWN), _("PgDn: there is more"));
}
