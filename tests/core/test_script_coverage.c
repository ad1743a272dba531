/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "core/script_coverage.h"
#include "script_build.h"

/* hello (text), ill, fever (ill = yes), bye (text), secret (hidden), since, tip (below since). */
enum { HELLO, ILL, FEVER, BYE, SECRET, SINCE, TIP };

struct world {
    struct script s;
    struct script_answers *a;
    struct script_coverage c;
};

static void build(struct script *s)
{
    add_item(s, "hello", SCRIPT_DISPLAY, SCRIPT_NO_PARENT);
    add_item(s, "ill", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    add_item(s, "fever", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    add_item(s, "bye", SCRIPT_DISPLAY, SCRIPT_NO_PARENT);
    add_item(s, "secret", SCRIPT_STRING, SCRIPT_NO_PARENT);
    add_item(s, "since", SCRIPT_STRING, SCRIPT_NO_PARENT);
    add_item(s, "tip", SCRIPT_DISPLAY, SINCE);
    s->items[SECRET].hidden = true;
    s->items[ILL].text.text = strdup("Are you\till?");
    add_condition(s, FEVER, ILL, SCRIPT_EQ, boolean(true));
    s->url = strdup("http://c/one");
    assert_true(script_index(s));
}

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){0};
    build(&w.s);
    w.a = script_answers_new(&w.s);
    *state = &w;
    return w.a && script_coverage_follow(&w.c, &w.s) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    script_coverage_deinit(&w->c);
    script_answers_free(w->a);
    script_deinit(&w->s);
    return 0;
}

static void go(struct world *w, size_t item)
{
    script_coverage_reach(&w->c, w->a,
                          item == SCRIPT_NONE ? SCRIPT_NODE_NONE : script_node_first(w->a, item));
}

static void answer(struct world *w, bool yes)
{
    const struct script_value value = boolean(yes);
    const size_t node = script_node_first(w->a, ILL);
    assert_int_equal(script_node_set(w->a, script_node_answer(w->a, node), &value, NULL), ERR_OK);
}

static void expect(const struct world *w, size_t item, unsigned reached, unsigned opened)
{
    const struct script_coverage_count n = script_coverage_of(&w->c.rows[item]);
    assert_int_equal(n.reached, reached);
    assert_int_equal(n.opened, opened);
}

static void a_question_is_reached_with_the_texts_around_it(void **state)
{
    struct world *w = *state;
    go(w, ILL);
    expect(w, HELLO, 1, 1);
    expect(w, ILL, 1, 1);
    expect(w, FEVER, 0, 0);
    expect(w, BYE, 0, 1);
    expect(w, SINCE, 0, 1);
    go(w, SINCE);
    expect(w, BYE, 1, 1);
    expect(w, SINCE, 1, 1);
    expect(w, TIP, 1, 1);
    const struct script_coverage_total total = script_coverage_total(&w->c);
    assert_int_equal(total.walks, 1);
    assert_int_equal(total.items, 6); /* all but the hidden one */
    assert_int_equal(total.reached, 5);
    assert_int_equal(total.opened, 5);
}

static void what_was_opened_only_is_told_apart(void **state)
{
    struct world *w = *state;
    go(w, ILL);
    answer(w, true);
    go(w, ILL); /* the answer changed what is shown */
    go(w, SINCE);
    answer(w, false);
    go(w, SINCE);
    expect(w, FEVER, 0, 1);
    script_coverage_end_walk(&w->c);
    expect(w, FEVER, 0, 1);
    expect(w, SECRET, 0, 0);
}

static void walks_add_up_and_a_mere_look_is_none(void **state)
{
    struct world *w = *state;
    for (unsigned i = 0; i < 2; i++) {
        go(w, ILL);
        answer(w, i == 1);
        go(w, ILL);
        go(w, i == 1 ? FEVER : SINCE);
        script_coverage_end_walk(&w->c);
    }
    expect(w, FEVER, 1, 1);
    expect(w, SINCE, 1, 2);
    go(w, ILL);
    go(w, ILL);
    script_coverage_end_walk(&w->c);
    expect(w, ILL, 2, 2);
    assert_int_equal(script_coverage_total(&w->c).walks, 2);
}

static void print(struct world *w, struct buf *b)
{
    const struct script_words words = {0};
    script_coverage_print(&w->c, w->a, &words, b);
    assert_false(b->failed);
}

static void the_report_is_read_again_and_added_to(void **state)
{
    struct world *w = *state;
    CLEANUP_BUF struct buf first = {0}, second = {0};
    go(w, ILL);
    go(w, SINCE);
    script_coverage_end_walk(&w->c);
    print(w, &first);
    assert_string_equal(
        buf_text(&first),
        "pupitre coverage 1\n"
        "# Which questions and texts of a script walks have come to: pupitre(1).\n"
        "script\thttp://c/one\n# title\t\nwalks\t1\n# reached\t5 of 6\n"
        "# A line: walks that came to it, walks in which it was shown, linkId, words.\n"
        "\n# No walk has opened:\n0\t0\tfever\tfever\tonly if Are you ill? = yes\n"
        "\n# Reached:\n1\t1\thello\thello\n1\t1\till\tAre you ill?\n1\t1\tbye\tbye\n"
        "1\t1\tsince\tsince\n1\t1\ttip\ttip\n");
    script_coverage_deinit(&w->c); /* another run */
    assert_true(script_coverage_follow(&w->c, &w->s));
    assert_int_equal(script_coverage_read(&w->c, buf_text(&first), first.len, NULL), ERR_OK);
    answer(w, true);
    go(w, ILL);
    go(w, FEVER);
    script_coverage_end_walk(&w->c);
    /* Somebody else wrote meanwhile: what is kept is what stands there, what is fresh stays. */
    assert_int_equal(script_coverage_read(&w->c, buf_text(&first), first.len, NULL), ERR_OK);
    print(w, &second);
    assert_non_null(strstr(buf_text(&second), "walks\t2\n# reached\t6 of 6\n"));
    assert_non_null(strstr(buf_text(&second), "\n1\t1\tfever\t"));
    assert_non_null(strstr(buf_text(&second), "\n2\t2\till\t"));
    assert_null(strstr(buf_text(&second), "No walk"));
    script_coverage_settle(&w->c);
    assert_int_equal(script_coverage_total(&w->c).walks, 2);
    expect(w, ILL, 2, 2);
}

static void an_item_that_comes_back_has_its_walks(void **state)
{
    struct world *w = *state;
    struct script shorter = {0};
    CLEANUP_BUF struct buf b = {0};
    go(w, ILL);
    go(w, SINCE);
    script_coverage_end_walk(&w->c);
    add_item(&shorter, "ill", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    assert_true(script_index(&shorter));
    assert_true(script_coverage_follow(&w->c, &shorter));
    struct script_answers *a = script_answers_new(&shorter);
    const struct script_words words = {0};
    script_coverage_print(&w->c, a, &words, &b);
    assert_non_null(strstr(buf_text(&b), "\n# No longer in the script:\n1\t1\thello\n"));
    assert_non_null(strstr(buf_text(&b), "# reached\t1 of 1\n"));
    assert_int_equal(script_coverage_read(&w->c, buf_text(&b), b.len, NULL), ERR_OK);
    assert_true(script_coverage_follow(&w->c, &w->s));
    script_answers_free(a);
    script_deinit(&shorter);
    assert_true(script_coverage_of(&w->c.rows[SINCE]).reached > 0);
}

static void expect_refused(struct world *w, const char *text, const char *why)
{
    struct err err = {0};
    assert_int_equal(script_coverage_read(&w->c, text, strlen(text), &err), ERR_INVALID);
    assert_string_equal(err.sentence, why);
}

static void what_is_no_report_is_refused_with_its_line(void **state)
{
    struct world *w = *state;
    expect_refused(w, "", "line 0: this is no report of a coverage");
    expect_refused(w, "{\"resourceType\": 1}", "line 1: this is no report of a coverage");
    expect_refused(w, "pupitre coverage 1\nscript\thttp://c/two\n",
                   "line 2: this is the coverage of another script");
    expect_refused(w, "pupitre coverage 1\n\nwalks\tmany\n", "line 3: a number is expected");
    static const char *const rows[] = {"1\till", "1\t-1\till", "x", "1\t2", "1\t99999999999\ta"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CLEANUP_BUF struct buf b = {0};
        buf_printf(&b, "pupitre coverage 1\n%s\n", rows[i]);
        expect_refused(w, buf_text(&b),
                       "line 2: two numbers and a linkId are expected, with tabs between them");
    }
    expect_refused(w, "pupitre coverage 1\n1\t1\t\033[31m\n",
                   "line 2: the linkId is no plain text");
    assert_int_equal(script_coverage_total(&w->c).walks, 0);
}

static void too_many_lines_are_refused(void **state)
{
    struct world *w = *state;
    CLEANUP_BUF struct buf b = {0};
    buf_str(&b, "pupitre coverage 1\n");
    for (size_t i = 0; i < SCRIPT_COVERAGE_ROWS_MAX + 10; i++)
        buf_str(&b, "1\t1\tx\n");
    assert_int_equal(script_coverage_read(&w->c, buf_text(&b), b.len, NULL), ERR_TOO_LARGE);
}

#define coverage_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        coverage_test(a_question_is_reached_with_the_texts_around_it),
        coverage_test(what_was_opened_only_is_told_apart),
        coverage_test(walks_add_up_and_a_mere_look_is_none),
        coverage_test(the_report_is_read_again_and_added_to),
        coverage_test(an_item_that_comes_back_has_its_walks),
        coverage_test(what_is_no_report_is_refused_with_its_line),
        coverage_test(too_many_lines_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
