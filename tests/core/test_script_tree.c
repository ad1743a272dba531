/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as a tree: instances come, go and move with what hangs on them, and what is computed
 * after each change is what a fresh look finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/script_tree.h"
#include "tests/core/script_build.h"

/* gate; contact* { name, sick, since (sick), symptom* { severe (symptom = a), remark } }, note
 * (some contact's sick, the last one's), end (gate). */
enum { GATE, CONTACT, NAME, SICK, SINCE, SYMPTOM, SEVERE, REMARK, NOTE, END, N_ITEMS };

struct tree {
    struct script s;
    struct script_answers *a;
};

static int make(void **state)
{
    struct tree *t = calloc(1, sizeof *t);
    add_item(&t->s, "gate", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    add_item(&t->s, "contact", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(&t->s, "name", SCRIPT_STRING, CONTACT);
    add_item(&t->s, "sick", SCRIPT_BOOLEAN, CONTACT);
    add_item(&t->s, "since", SCRIPT_DATE, CONTACT);
    add_item(&t->s, "symptom", SCRIPT_STRING, CONTACT);
    add_item(&t->s, "severe", SCRIPT_BOOLEAN, SYMPTOM);
    add_item(&t->s, "remark", SCRIPT_STRING, SYMPTOM);
    add_item(&t->s, "note", SCRIPT_STRING, SCRIPT_NO_PARENT);
    add_item(&t->s, "end", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    t->s.items[CONTACT].repeats = true;
    t->s.items[SYMPTOM].repeats = true;
    add_condition(&t->s, CONTACT, GATE, SCRIPT_NE, boolean(false));
    add_condition(&t->s, SINCE, SICK, SCRIPT_EQ, boolean(true));
    add_condition(&t->s, SEVERE, SYMPTOM, SCRIPT_EQ, plain(SCRIPT_STRING, "a"));
    add_condition(&t->s, NOTE, SICK, SCRIPT_EQ, boolean(true));
    add_condition(&t->s, END, SINCE, SCRIPT_EXISTS, boolean(true));
    t->a = script_answers_new(&t->s);
    *state = t;
    return 0;
}

static int drop(void **state)
{
    struct tree *t = *state;
    script_answers_free(t->a);
    script_deinit(&t->s);
    free(t);
    return 0;
}

static size_t add(struct tree *t, size_t behind)
{
    size_t node = 0;
    assert_int_equal(script_node_add(t->a, behind, true, &node, NULL), ERR_OK);
    return node;
}

static void set(struct tree *t, size_t node, struct script_value v)
{
    assert_int_equal(script_node_set(t->a, script_node_answer(t->a, node), &v, NULL), ERR_OK);
}

static void assert_key(struct tree *t, size_t node, const char *key)
{
    CLEANUP_BUF struct buf b = {0};
    script_node_key(t->a, node, &b);
    assert_string_equal(buf_text(&b), key);
}

static void the_middle_instance_goes_and_the_last_keeps_its_own(void **state)
{
    struct tree *t = *state;
    const size_t one = script_node_first(t->a, CONTACT), two = add(t, one), three = add(t, two);
    const size_t sick = script_node_child(t->a, three, SICK);
    const size_t since = script_node_child(t->a, three, SINCE);
    set(t, sick, boolean(true));
    set(t, since, plain(SCRIPT_DATE, "2020-05-03"));
    set(t, script_node_child(t->a, two, NAME), plain(SCRIPT_STRING, "two"));
    assert_key(t, since, "since@2");
    assert_int_equal(script_node_remove(t->a, two, NULL), ERR_OK);
    assert_key(t, since, "since@1");
    assert_true(script_node_is_kept(t->a, since));
    assert_false(script_node_exists(t->a, two));
    assert_string_equal(script_node_value(t->a, script_node_answer(t->a, since))->text,
                        "2020-05-03");
    assert_false(script_node_is_enabled(t->a, script_node_child(t->a, one, SINCE)));
    script_node_move(t->a, three, 0);
    assert_key(t, since, "since@0");
    assert_true(script_node_is_kept(t->a, since));
    assert_int_equal(script_node_first(t->a, CONTACT), three);
}

static void a_closed_branch_keeps_its_answers_in_memory(void **state)
{
    struct tree *t = *state;
    const size_t name = script_node_first(t->a, NAME), gate = script_node_first(t->a, GATE);
    set(t, name, plain(SCRIPT_STRING, "Ann"));
    set(t, gate, boolean(false));
    assert_false(script_node_is_kept(t->a, name));
    assert_string_equal(script_node_value(t->a, script_node_answer(t->a, name))->text, "Ann");
    set(t, gate, boolean(true));
    assert_true(script_node_is_kept(t->a, name));
}

static void items_stand_below_each_answer(void **state)
{
    struct tree *t = *state;
    const size_t question = script_node_first(t->a, SYMPTOM);
    const size_t first = script_node_answer(t->a, question), second = add(t, first);
    const struct script_value b = plain(SCRIPT_STRING, "b"), a = plain(SCRIPT_STRING, "a");
    assert_key(t, script_node_child(t->a, second, SEVERE), "severe@0.1");
    assert_int_equal(script_node_set(t->a, first, &b, NULL), ERR_OK);
    assert_false(script_node_is_enabled(t->a, script_node_child(t->a, first, SEVERE)));
    assert_int_equal(script_node_set(t->a, second, &a, NULL), ERR_OK);
    assert_true(script_node_is_enabled(t->a, script_node_child(t->a, first, SEVERE)));
    assert_int_equal(script_node_remove(t->a, second, NULL), ERR_OK);
    assert_false(script_node_is_enabled(t->a, script_node_child(t->a, first, SEVERE)));
    assert_int_equal(script_node_remove(t->a, first, NULL), ERR_OK);
    assert_int_equal(script_node_value(t->a, script_node_answer(t->a, question))->kind,
                     SCRIPT_VALUE_NONE);
}

static void what_is_below_an_empty_answer_does_not_count(void **state)
{
    struct tree *t = *state;
    const size_t question = script_node_first(t->a, SYMPTOM);
    const size_t remark = script_node_first(t->a, REMARK);
    set(t, remark, plain(SCRIPT_STRING, "r"));
    assert_true(script_node_is_enabled(t->a, remark));
    assert_false(script_node_is_kept(t->a, remark));
    set(t, question, plain(SCRIPT_STRING, "b"));
    assert_true(script_node_is_kept(t->a, remark));
    set(t, question, (struct script_value){0});
    assert_false(script_node_is_kept(t->a, remark));
}

static void of_several_before_it_the_last_is_nearest(void **state)
{
    struct tree *t = *state;
    const size_t one = script_node_first(t->a, CONTACT), two = add(t, one);
    const size_t note = script_node_first(t->a, NOTE), sick = script_node_child(t->a, two, SICK);
    assert_int_equal(script_node_nearest(t->a, note, SICK), sick);
    set(t, script_node_child(t->a, one, SICK), boolean(true));
    assert_false(script_node_is_enabled(t->a, note));
    set(t, sick, boolean(true));
    assert_true(script_node_is_enabled(t->a, note));
}

static void what_repeats_not_or_is_full_takes_no_more(void **state)
{
    struct tree *t = *state;
    size_t node = 7;
    const size_t one = script_node_first(t->a, CONTACT);
    const size_t name = script_node_answer(t->a, script_node_first(t->a, NAME));
    assert_int_equal(script_node_add(t->a, name, true, &node, NULL), ERR_STATE);
    t->s.items[CONTACT].max_occurs = 1;
    assert_int_equal(script_node_add(t->a, one, true, &node, NULL), ERR_STATE);
    assert_int_equal(node, 7);
}

static void initial_values_are_set_with_each_instance(void **state)
{
    struct tree *t = *state;
    struct script_value yes = boolean(true);
    t->s.items[SICK].initials = &yes;
    t->s.items[SICK].n_initials = 1;
    const size_t two = add(t, script_node_first(t->a, CONTACT));
    t->s.items[SICK].initials = NULL;
    t->s.items[SICK].n_initials = 0;
    assert_true(script_node_is_enabled(t->a, script_node_child(t->a, two, SINCE)));
    assert_false(script_node_is_enabled(t->a, script_node_first(t->a, SINCE)));
}

/* Answers that initial values add bring questions with initial values of their own. */
static void a_fresh_tree_starts_with_its_initial_values(void **state)
{
    struct tree *t = *state;
    struct script_value yes = boolean(true);
    struct script_value two[] = {plain(SCRIPT_STRING, "a"), plain(SCRIPT_STRING, "b")};
    struct script_value late = plain(SCRIPT_STRING, "not a date");
    t->s.items[SICK].initials = t->s.items[SEVERE].initials = &yes;
    t->s.items[SICK].n_initials = t->s.items[SEVERE].n_initials = 1;
    t->s.items[SYMPTOM].initials = two;
    t->s.items[SYMPTOM].n_initials = 2;
    t->s.items[NAME].initials = two; /* the second has no place */
    t->s.items[NAME].n_initials = 2;
    t->s.items[SINCE].initials = &late;
    t->s.items[SINCE].n_initials = 1;
    assert_int_equal(script_answers_start(t->a, NULL), ERR_OK);
    for (size_t i = 0; i < t->s.n_items; i++) {
        t->s.items[i].initials = NULL;
        t->s.items[i].n_initials = 0;
    }
    assert_true(script_node_is_kept(t->a, script_node_first(t->a, SICK)));
    assert_true(script_node_is_enabled(t->a, script_node_first(t->a, SINCE)));
    assert_false(script_node_is_kept(t->a, script_node_first(t->a, SINCE)));
    const size_t a = script_node_answer(t->a, script_node_first(t->a, SYMPTOM));
    const size_t b = script_node_next_instance(t->a, a);
    assert_string_equal(script_node_value(t->a, b)->text, "b");
    assert_int_equal(script_node_next_instance(t->a, b), SCRIPT_NODE_NONE);
    assert_true(script_node_is_kept(t->a, script_node_child(t->a, a, SEVERE)));
    assert_true(script_node_is_kept(t->a, script_node_child(t->a, b, SEVERE)));
    const size_t name = script_node_answer(t->a, script_node_first(t->a, NAME));
    assert_string_equal(script_node_value(t->a, name)->text, "a");
    assert_int_equal(script_node_next_instance(t->a, name), SCRIPT_NODE_NONE);
}

static void a_branch_is_explained_by_its_conditions(void **state)
{
    struct tree *t = *state;
    struct script_reason why;
    const size_t sick = script_node_first(t->a, SICK), since = script_node_first(t->a, SINCE);
    assert_true(script_node_reason(t->a, since, 0, &why));
    assert_false(why.holds);
    set(t, sick, boolean(true));
    assert_true(script_node_reason(t->a, since, 0, &why));
    assert_true(why.holds);
    assert_int_equal(why.found, sick);
    assert_int_equal(why.condition->op, SCRIPT_EQ);
    assert_false(script_node_reason(t->a, since, 1, &why));
}

/* How many nodes a change evaluates is what it costs; a hundred other groups are none of it. */
static void a_change_touches_only_what_depends_on_it(void **state)
{
    (void)state;
    enum { GROUPS = 100, BELOW = 9 };
    struct script s = {0};
    for (size_t g = 0; g < GROUPS; g++) {
        const size_t group = add_item(&s, "g", SCRIPT_GROUP, SCRIPT_NO_PARENT);
        s.items[group].repeats = true;
        const size_t gate = add_item(&s, "gate", SCRIPT_BOOLEAN, group);
        for (size_t k = 0; k < BELOW; k++)
            add_condition(&s, add_item(&s, "q", SCRIPT_STRING, group), gate, SCRIPT_EQ,
                          boolean(true));
    }
    struct script_answers *a = script_answers_new(&s);
    const struct script_value yes = boolean(true), x = plain(SCRIPT_STRING, "x");
    const size_t group = script_node_first(a, 50 * (BELOW + 2));
    const size_t gate = script_node_below(a, group), q = script_node_beside(a, gate);
    size_t before = script_answers_touched(a), more;
    assert_int_equal(script_node_set(a, script_node_answer(a, gate), &yes, NULL), ERR_OK);
    assert_true(script_node_is_enabled(a, q));
    assert_int_equal(script_answers_touched(a) - before, BELOW);
    before = script_answers_touched(a);
    assert_int_equal(script_node_set(a, script_node_answer(a, q), &x, NULL), ERR_OK);
    assert_int_equal(script_answers_touched(a) - before, 0);
    assert_int_equal(script_node_add(a, group, false, &more, NULL), ERR_OK);
    assert_int_equal(script_answers_touched(a) - before, BELOW + 2);
    before = script_answers_touched(a);
    assert_int_equal(script_node_remove(a, more, NULL), ERR_OK);
    assert_int_equal(script_answers_touched(a) - before, 0);
    script_answers_free(a);
    script_deinit(&s);
}

/* ---- random edits ---- */

static unsigned roll(uint64_t *seed, unsigned n)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(*seed >> 33) % n;
}

static size_t pick(struct tree *t, uint64_t *seed)
{
    size_t n = 0, found = SCRIPT_NODE_NONE;
    for (size_t i = script_node_walk(t->a, SCRIPT_NODE_NONE); i != SCRIPT_NODE_NONE;
         i = script_node_walk(t->a, i))
        if (roll(seed, (unsigned)++n) == 0)
            found = i;
    return found;
}

static void edit(struct tree *t, uint64_t *seed)
{
    size_t node = pick(t, seed), fresh;
    const struct script_item *item = &t->s.items[script_node_item(t->a, node)];
    struct script_value v = {0};
    if (script_is_question(item)) {
        node = script_node_answer(t->a, node);
        for (size_t next;
             (next = script_node_next_instance(t->a, node)) != SCRIPT_NODE_NONE && roll(seed, 2);)
            node = next;
        if (item->type == SCRIPT_BOOLEAN && roll(seed, 4))
            v = boolean(roll(seed, 3) > 0);
        else if (item->type == SCRIPT_DATE && roll(seed, 3))
            v = plain(SCRIPT_DATE, "2020-05-03");
        else if (item->type == SCRIPT_STRING && roll(seed, 3))
            v = plain(SCRIPT_STRING, roll(seed, 2) ? "a" : "b");
    }
    switch (item->repeats ? roll(seed, 4) : 0) {
    case 0:
        if (script_is_question(item))
            assert_int_equal(script_node_set(t->a, node, &v, NULL), ERR_OK);
        break;
    case 1:
        assert_int_equal(script_node_add(t->a, node, false, &fresh, NULL), ERR_OK);
        break;
    case 2:
        assert_int_equal(script_node_remove(t->a, node, NULL), ERR_OK);
        break;
    default:
        script_node_move(t->a, node, roll(seed, 4));
    }
}

/* Build the same tree anew, answer by answer, in document order. */
static void copy_answers(struct tree *t, size_t from, struct script_answers *b, size_t to)
{
    for (size_t x = from, y = to, next;; y = next) {
        if (script_is_question(&t->s.items[script_node_item(t->a, x)]))
            assert_int_equal(script_node_set(b, y, script_node_value(t->a, x), NULL), ERR_OK);
        for (size_t i = 0; i < t->s.n_items; i++) {
            size_t cx = script_node_child(t->a, x, i), cy = script_node_child(b, y, i);
            if (cx == SCRIPT_NODE_NONE)
                continue;
            if (script_is_question(&t->s.items[i])) {
                cx = script_node_answer(t->a, cx);
                cy = script_node_answer(b, cy);
            }
            copy_answers(t, cx, b, cy);
        }
        if ((x = script_node_next_instance(t->a, x)) == SCRIPT_NODE_NONE)
            return;
        assert_int_equal(script_node_add(b, y, false, &next, NULL), ERR_OK);
    }
}

static void assert_same_as_fresh(struct tree *t, uint64_t seed)
{
    struct script_answers *b = script_answers_new(&t->s);
    for (size_t i = 0; i < t->s.n_items; i++) {
        if (t->s.items[i].parent != SCRIPT_NO_PARENT)
            continue;
        size_t x = script_node_child(t->a, SCRIPT_NODE_NONE, i);
        size_t y = script_node_child(b, SCRIPT_NODE_NONE, i);
        if (script_is_question(&t->s.items[i])) {
            x = script_node_answer(t->a, x);
            y = script_node_answer(b, y);
        }
        copy_answers(t, x, b, y);
    }
    size_t y = SCRIPT_NODE_NONE;
    for (size_t x = script_node_walk(t->a, SCRIPT_NODE_NONE); x != SCRIPT_NODE_NONE;
         x = script_node_walk(t->a, x)) {
        y = script_node_walk(b, y);
        if (y == SCRIPT_NODE_NONE || script_node_item(t->a, x) != script_node_item(b, y) ||
            script_node_is_enabled(t->a, x) != script_node_is_enabled(b, y) ||
            script_node_is_kept(t->a, x) != script_node_is_kept(b, y) ||
            script_node_is_filled(t->a, x) != script_node_is_filled(b, y))
            fail_msg("%s differs, seed %llu", t->s.items[script_node_item(t->a, x)].link_id,
                     (unsigned long long)seed);
    }
    assert_int_equal(script_node_walk(b, y), SCRIPT_NODE_NONE);
    script_answers_free(b);
}

static void any_row_of_edits_leaves_what_a_fresh_look_finds(void **state)
{
    struct tree *t = *state;
    for (uint64_t start = 1; start <= 60; start++) {
        uint64_t seed = start;
        script_answers_clear(t->a);
        for (int i = 0; i < 60; i++) {
            edit(t, &seed);
            assert_same_as_fresh(t, start);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_middle_instance_goes_and_the_last_keeps_its_own, make,
                                        drop),
        cmocka_unit_test_setup_teardown(a_closed_branch_keeps_its_answers_in_memory, make, drop),
        cmocka_unit_test_setup_teardown(items_stand_below_each_answer, make, drop),
        cmocka_unit_test_setup_teardown(what_is_below_an_empty_answer_does_not_count, make, drop),
        cmocka_unit_test_setup_teardown(of_several_before_it_the_last_is_nearest, make, drop),
        cmocka_unit_test_setup_teardown(what_repeats_not_or_is_full_takes_no_more, make, drop),
        cmocka_unit_test_setup_teardown(initial_values_are_set_with_each_instance, make, drop),
        cmocka_unit_test_setup_teardown(a_fresh_tree_starts_with_its_initial_values, make, drop),
        cmocka_unit_test_setup_teardown(a_branch_is_explained_by_its_conditions, make, drop),
        cmocka_unit_test(a_change_touches_only_what_depends_on_it),
        cmocka_unit_test_setup_teardown(any_row_of_edits_leaves_what_a_fresh_look_finds, make,
                                        drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
