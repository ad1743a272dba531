/* SPDX-License-Identifier: Apache-2.0 */
/* What a script of 10,000 items costs: looks at its nodes are counted, as the linker lets them pass
 * through here (--wrap). Painting and moving look at what is on the screen; an answer evaluates
 * what depends on it, and the outline of the whole is made once and not again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/script_fault.h"
#include "core/script_tree.h"
#include "tests/tui/inside.h"
#include "tui/keys.h"
#include "tui/script_place.h"

#define SECTIONS 100
#define QUESTIONS 99 /* and the section itself */
#define ITEMS (SECTIONS * (QUESTIONS + 1))
#define FEW 600 /* looks at nodes for a screen; far fewer than there are items */

#define K(name) (KEY_BASE + KEY_##name)

static size_t looks;

#define COUNTED(type, name, params, args)                                                          \
    type __real_##name params;                                                                     \
    type __wrap_##name params;                                                                     \
    type __wrap_##name params                                                                      \
    {                                                                                              \
        looks++;                                                                                   \
        return __real_##name args;                                                                 \
    }
COUNTED(size_t, script_node_walk, (const struct script_answers *a, size_t node), (a, node))
COUNTED(size_t, script_node_next, (const struct script_answers *a, size_t node), (a, node))
COUNTED(size_t, script_node_prev, (const struct script_answers *a, size_t node), (a, node))
COUNTED(size_t, script_node_below, (const struct script_answers *a, size_t node), (a, node))
COUNTED(size_t, script_node_beside, (const struct script_answers *a, size_t node), (a, node))
COUNTED(size_t, script_node_answer, (const struct script_answers *a, size_t node), (a, node))
COUNTED(bool, script_node_is_shown, (const struct script_answers *a, size_t node), (a, node))
COUNTED(const struct script_value *, script_node_value,
        (const struct script_answers *a, size_t node), (a, node))

static size_t whole; /* walks through all of it */

size_t __real_script_missing_nodes(const struct script_answers *a, struct script_fault *ret,
                                   size_t cap);
size_t __wrap_script_missing_nodes(const struct script_answers *a, struct script_fault *ret,
                                   size_t cap);
size_t __wrap_script_missing_nodes(const struct script_answers *a, struct script_fault *ret,
                                   size_t cap)
{
    whole++;
    return __real_script_missing_nodes(a, ret, cap);
}

/* In each section the second question depends on the first. */
static void large(struct buf *b)
{
    buf_str(b, "{\"resourceType\":\"Questionnaire\",\"url\":\"https://example.org/large\","
               "\"version\":\"1\",\"status\":\"active\",\"language\":\"en\",\"item\":[");
    for (int s = 0; s < SECTIONS; s++) {
        buf_printf(b, "%s{\"linkId\":\"s%d\",\"type\":\"group\",\"text\":\"Section %d\",\"item\":[",
                   s ? "," : "", s, s);
        for (int q = 0; q < QUESTIONS; q++) {
            buf_printf(b, "%s{\"linkId\":\"%d.%d\",\"type\":\"boolean\",\"text\":\"Question %d\"",
                       q ? "," : "", s, q, q);
            if (q == 1)
                buf_printf(b,
                           ",\"enableWhen\":[{\"question\":\"%d.0\",\"operator\":\"=\","
                           "\"answerBoolean\":true}]",
                           s);
            buf_str(b, "}");
        }
        buf_str(b, "]}");
    }
    buf_str(b, "]}");
}

static void begin(struct inside *s)
{
    CLEANUP_BUF struct buf b = {0};
    large(&b);
    inside_start(s, "talking", 24, 80, "en");
    inside_script_text(s, buf_text(&b), b.len);
    assert_int_equal(s->fixture.script.n_items, ITEMS);
    inside_paint(s);
    looks = whole = 0;
}

static void an_answer_evaluates_what_depends_on_it(void **state)
{
    (void)state;
    struct inside s;
    begin(&s);
    const size_t before = script_answers_touched(s.fixture.answers);
    inside_press(&s, 'y');
    assert_true(script_answers_touched(s.fixture.answers) - before <= 4);
    assert_string_equal(s.t->script.key, "0.1"); /* it was opened */
    inside_stop(&s);
}

static void painting_looks_at_what_is_on_the_screen(void **state)
{
    (void)state;
    static const struct {
        int rows, cols;
    } sizes[] = {
        {24, 80 },
        {43, 132},
        {60, 200},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct inside s;
        begin(&s);
        resizeterm(sizes[i].rows, sizes[i].cols);
        inside_paint(&s);
        looks = whole = 0;
        inside_paint(&s);
        inside_second(&s);
        assert_true(looks < FEW);
        assert_int_equal(whole, 0);
        inside_stop(&s);
    }
}

static void going_on_and_back_looks_at_what_is_on_the_screen(void **state)
{
    (void)state;
    struct inside s;
    begin(&s);
    for (int i = 0; i < 500; i++) /* into the middle */
        inside_press(&s, '\t');
    looks = whole = 0;
    inside_press(&s, '\t');
    inside_press(&s, K(BTAB));
    inside_press(&s, 'V' & 0x1f); /* another language */
    assert_true(looks < FEW);
    assert_int_equal(whole, 0);
    inside_stop(&s);
}

/* One walk for the outline, one for what lacks; not one more for each count that is shown. */
static void an_answer_makes_the_outline_once(void **state)
{
    (void)state;
    struct inside s;
    begin(&s);
    inside_press(&s, 'y');
    assert_true(looks < 8 * ITEMS);
    assert_true(whole <= 2);
    looks = whole = 0;
    inside_paint(&s);
    assert_true(looks < FEW);
    assert_int_equal(whole, 0);
    inside_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_evaluates_what_depends_on_it),
        cmocka_unit_test(painting_looks_at_what_is_on_the_screen),
        cmocka_unit_test(going_on_and_back_looks_at_what_is_on_the_screen),
        cmocka_unit_test(an_answer_makes_the_outline_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
