/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing jumps under the agent's fingers: while a question is answered its field stays on its row,
 * whatever branches open and close, and the cursor is on it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tui/inside.h"
#include "tui/keys.h"
#include "tui/script_entry.h"
#include "tui/script_options.h"
#include "tui/script_outline.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"

#define K(name) (KEY_BASE + KEY_##name)

static const char *const typed[] = {
    [SCRIPT_INTEGER] = "12",           [SCRIPT_DECIMAL] = "37,5",    [SCRIPT_DATE] = "hier",
    [SCRIPT_DATETIME] = "hier 9h15",   [SCRIPT_TIME] = "14h30",      [SCRIPT_STRING] = "Zoë Modèle",
    [SCRIPT_TEXT] = "a few words",     [SCRIPT_URL] = "urn:x:y",     [SCRIPT_CHOICE] = "BE",
    [SCRIPT_OPEN_CHOICE] = "a qq zzz", [SCRIPT_QUANTITY] = "38,5 C",
};

#define ITEMS_MAX 600
static bool asked[ITEMS_MAX]; /* items of the script in all walks through it */

struct walk {
    struct inside s;
    const char *what;
    unsigned seed;
    unsigned daring; /* of 8 answers so many are not the first */
    int row;         /* of the cursor */
    size_t node;
};

static unsigned draw_lot(struct walk *w, unsigned n)
{
    w->seed = w->seed * 1103515245U + 12345U;
    return (w->seed >> 16) % n;
}

static void show(const struct walk *w, const char *why)
{
    char row[2048];
    struct inside s = w->s;
    print_error("%s: %s at %s (cursor %d,%d; was on row %d)\n", w->what, why, w->s.t->script.key,
                s.t->cursor_y, s.t->cursor_x, w->row);
    for (int y = 0; y < LINES; y++)
        print_error("%2d %s\n", y, inside_row(&s, y, 0, row, sizeof row));
    fail();
}

/* The row that has the focus shows what it should. */
static void assert_cursor_on_field(struct walk *w)
{
    struct tui *t = w->s.t;
    const struct script_item *it = script_question(t);
    char row[2048], before[64];
    inside_row(&w->s, t->cursor_y, 0, row, sizeof row);
    if (t->cursor_y < 0)
        show(w, "no cursor");
    if (!it)
        return;
    if (script_is_typed(t)) {
        if (!t->script.edit.len)
            return;
        inside_row(&w->s, t->cursor_y, t->cursor_x - 1, before, sizeof before);
        const char *end = t->script.edit.text + t->script.edit.len - 1;
        while (((unsigned char)*end & 0xc0) == 0x80)
            end--;
        if (*end != ' ' && strncmp(before, end, strlen(end)) != 0)
            show(w, "the cursor is not behind what is typed");
    } else if (it->type == SCRIPT_BOOLEAN) {
        if (!strstr(row, "(y)"))
            show(w, "the cursor is not on yes and no");
    } else if (!strstr(row, "Search:") && !strstr(row, "○") && !strstr(row, "●") &&
               !strstr(row, "[ ]") && !strstr(row, "[x]")) {
        show(w, "the cursor is on no option");
    }
}

static void arrive(struct walk *w)
{
    struct tui *t = w->s.t;
    for (int i = 0; i < 50 && t->script.hidden_below; i++) /* what is to be read comes first */
        inside_press(&w->s, K(NPAGE));
    w->row = t->cursor_y;
    w->node = t->script.node;
    assert_cursor_on_field(w);
}

/* After what moves nothing: the same question on the same row. */
static void assert_still(struct walk *w)
{
    struct tui *t = w->s.t;
    if (t->script.node != w->node)
        show(w, "the question was left");
    if (t->cursor_y != w->row)
        show(w, "the field moved");
    assert_cursor_on_field(w);
}

static void press_still(struct walk *w, int key)
{
    inside_press(&w->s, key);
    assert_still(w);
}

static void type_slowly(struct walk *w, const char *text)
{
    for (const char *p = text; *p;) {
        char one[5] = "";
        size_t n = 1;
        while (((unsigned char)p[n] & 0xc0) == 0x80)
            n++;
        memcpy(one, p, n);
        inside_type(&w->s, one);
        assert_still(w);
        inside_second(&w->s);
        assert_still(w);
        p += n;
    }
}

static size_t pages(const struct walk *w)
{
    return script_outline(w->s.t)->n_pages;
}

/* Back at the question that was answered; false: its branch has closed. */
static bool come_back(struct walk *w)
{
    inside_press(&w->s, K(BTAB));
    if (w->s.t->script.node != w->node)
        return false;
    arrive(w);
    return true;
}

/* Any option; at the beginning mostly the first one: others end the call. */
static unsigned option_by_lot(struct walk *w, size_t n)
{
    const bool opening = script_outline_page(w->s.t, w->node) < 8;
    return opening && draw_lot(w, 8) >= w->daring ? 0 : draw_lot(w, (unsigned)n);
}

static void answer_list(struct walk *w)
{
    struct tui *t = w->s.t;
    const struct script_item *it = script_question(t);
    const unsigned down = option_by_lot(w, it->n_options);
    for (unsigned i = 0; i < down; i++)
        inside_press(&w->s, K(DOWN));
    w->row = t->cursor_y;
    assert_cursor_on_field(w);
    if (script_is_several(t)) {
        press_still(w, ' ');
        press_still(w, ' ');
        press_still(w, ' ');
        return;
    }
    inside_press(&w->s, ' '); /* goes on */
    /* Optional ones are mostly why somebody stops. */
    const bool stays = it->required || draw_lot(w, 8) < w->daring;
    if (!come_back(w))
        return;
    press_still(w, K(DC));
    if (stays)
        inside_press(&w->s, ' ');
}

/* Both, and mostly the one that leads on. */
static void answer_yes_no(struct walk *w)
{
    inside_press(&w->s, 'n');
    const size_t with_no = pages(w);
    if (!come_back(w))
        return;
    press_still(w, K(DC));
    inside_press(&w->s, 'y');
    const bool no = with_no > pages(w);
    if (no == (draw_lot(w, 8) < w->daring) || !come_back(w))
        return;
    inside_press(&w->s, 'n');
}

static void answer_typed(struct walk *w)
{
    struct tui *t = w->s.t;
    const struct script_item *it = script_question(t);
    press_still(w, 'q'); /* mostly wrong, and said to be */
    inside_press(&w->s, '\r');
    if (t->script.node == w->node && !it->repeats)
        assert_still(w);
    if (t->script.node != w->node || it->repeats)
        return;
    press_still(w, 'U' & 0x1f);
    type_slowly(w, it->regex && strstr(it->regex, "[0-9]{4}") ? "1000" : typed[it->type]);
    press_still(w, 'U' & 0x1f);
    type_slowly(w, it->regex && strstr(it->regex, "[0-9]{4}") ? "1000" : typed[it->type]);
}

static void answer_one(struct walk *w)
{
    struct tui *t = w->s.t;
    const struct script_item *it = script_question(t);
    arrive(w);
    if (it->read_only)
        ;
    else if (it->type == SCRIPT_BOOLEAN)
        answer_yes_no(w);
    else if (script_has_list(it))
        answer_list(w);
    else
        answer_typed(w);
}

/* Each question once, from the first to the last, in the way that lots say. */
static void walk_script(const char *view, const char *path, int rows, int cols, const char *spoken,
                        unsigned seed)
{
    char what[256];
    struct walk w = {.what = what, .seed = seed, .daring = seed % 5};
    snprintf(what, sizeof what, "%s at %dx%d in %s, seed %u", path ? path : view, cols, rows,
             spoken, seed);
    inside_start(&w.s, view, rows, cols, "en");
    if (path)
        inside_script(&w.s, path);
    struct tui *t = w.s.t;
    snprintf(t->script.language, sizeof t->script.language, "%s", spoken);
    inside_paint(&w.s);
    size_t questions = 0;
    for (; t->script.node != SCRIPT_END && questions < 400; questions++) {
        const size_t before = t->script.node;
        asked[script_node_item(w.s.fixture.answers, before)] = true;
        answer_one(&w);
        if (t->script.node == before)
            inside_press(&w.s, '\t');
        if (t->script.node == before) { /* refused: it is left empty */
            inside_press(&w.s, 'U' & 0x1f);
            inside_press(&w.s, '\t');
        }
        assert_true(t->script.node != before);
    }
    assert_int_equal(t->script.node, SCRIPT_END);
    inside_stop(&w.s);
}

static const struct {
    int rows, cols;
} sizes[] = {
    {24, 80 },
    {30, 112},
    {43, 132},
};
static const char *const languages[] = {"fr", "nl", "de", "en"};

/* All of them, but for so many that the lots do not reach. */
static void assert_all_asked(const char *view, const char *path, size_t left)
{
    struct fixture f;
    fixture_init(&f);
    assert_true(fixture_fill(&f, view));
    if (path)
        fixture_script(&f, path);
    size_t missed = 0;
    assert_true(f.script.n_items <= ITEMS_MAX);
    for (size_t i = 0; i < f.script.n_items; i++) {
        if (asked[i] || f.script.items[i].hidden || !script_is_question(&f.script.items[i]))
            continue;
        missed++;
        print_message("# not asked: %s\n", f.script.items[i].link_id);
    }
    fixture_deinit(&f);
    assert_true(missed <= left);
}

static void walk_often(const char *view, const char *path, size_t left)
{
    memset(asked, 0, sizeof asked);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (unsigned k = 0; k < 28; k++)
            walk_script(view, path, sizes[i].rows, sizes[i].cols, languages[k % 4],
                        k + 28 * (unsigned)i);
    assert_all_asked(view, path, left);
}

static void the_index_interview_stands_still(void **state)
{
    (void)state;
    walk_often("talking", "scripts/interviews/tracing-index.json", 3);
}

static void the_contact_interview_stands_still(void **state)
{
    (void)state;
    walk_often("talking", "scripts/interviews/tracing-contact.json", 3);
}

static void every_type_of_question_stands_still(void **state)
{
    (void)state;
    walk_often("types", NULL, 0);
    walk_often("many", NULL, 0);
}

/* A text above that comes and goes with the answer, and a help below. */
static void what_comes_and_goes_around_a_question_does_not_move_it(void **state)
{
    (void)state;
    struct walk w = {.what = "branches"};
    inside_start(&w.s, "talking", 24, 80, "en");
    inside_script(&w.s, "tests/tui/branches.json");
    arrive(&w);
    type_slowly(&w, "12"); /* it counts once a second has passed, or when it is left */
    inside_press(&w.s, '\t');
    inside_press(&w.s, K(BTAB));
    assert_true(inside_find(&w.s, "grands foyers") >= 0);
    arrive(&w);
    press_still(&w, K(BACKSPACE));
    type_slowly(&w, "4");
    inside_press(&w.s, '\r');
    inside_press(&w.s, 'y');
    arrive(&w);
    assert_true(inside_find(&w.s, "PgUp") < 0);
    press_still(&w, ' ');
    assert_true(inside_find(&w.s, "PgUp") >= 0); /* there is more to say now */
    press_still(&w, ' ');
    assert_true(inside_find(&w.s, "PgUp") < 0);
    inside_stop(&w.s);
}

static void what_a_typed_answer_opens_comes_next(void **state)
{
    (void)state;
    static const int keys[] = {'\r', '\t', K(DOWN), K(NPAGE), 'G' & 0x1f};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct inside s;
        inside_start(&s, "talking", 24, 80, "en");
        inside_script(&s, "tests/tui/branches.json");
        inside_type(&s, "3");
        inside_press(&s, keys[i]);
        assert_string_equal(s.t->script.key, "room");
        inside_stop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_interview_stands_still),
        cmocka_unit_test(the_contact_interview_stands_still),
        cmocka_unit_test(every_type_of_question_stands_still),
        cmocka_unit_test(what_comes_and_goes_around_a_question_does_not_move_it),
        cmocka_unit_test(what_a_typed_answer_opens_comes_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
