/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/core/script_build.h"
#include "tests/harness/script_flat.h"

#define TOP SCRIPT_NO_PARENT

static void set(struct script_answers *a, size_t item, struct script_value value)
{
    struct err err = {0};
    if (script_answer_set(a, item, &value, &err) != ERR_OK)
        fail_msg("%s", err.sentence);
}

static void take_away(struct script_answers *a, size_t item)
{
    set(a, item, (struct script_value){0});
}

/* One condition on a question of the type: enabled without an answer, and with the answer? */
static void assert_branch(enum script_type type, enum script_op op, struct script_value wanted,
                          struct script_value answer, bool when_empty, bool when_answered)
{
    struct script s = {0};
    const size_t q = add_item(&s, "q", type, TOP);
    const size_t t = add_item(&s, "t", SCRIPT_STRING, TOP);
    add_condition(&s, t, q, op, wanted);
    struct script_answers *a = script_answers_new(&s);
    assert_int_equal(script_is_enabled(a, t), when_empty);
    set(a, q, answer);
    assert_int_equal(script_is_enabled(a, t), when_answered);
    take_away(a, q);
    assert_int_equal(script_is_enabled(a, t), when_empty);
    a = script_answers_free(a);
    script_deinit(&s);
}

static void every_operator_knows_empty_answers(void **state)
{
    (void)state;
    static const enum script_type types[] = {SCRIPT_BOOLEAN, SCRIPT_INTEGER, SCRIPT_DECIMAL,
                                             SCRIPT_DATE,    SCRIPT_STRING,  SCRIPT_TEXT,
                                             SCRIPT_CHOICE};
    const struct script_value values[] = {
        boolean(false),
        plain(SCRIPT_INTEGER, "5"),
        plain(SCRIPT_DECIMAL, "5.5"),
        plain(SCRIPT_DATE, "2020-05-03"),
        plain(SCRIPT_STRING, "a"),
        plain(SCRIPT_STRING, "a"),
        coding("urn:x", "a"),
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const bool ordered = i >= 1 && i <= 3;
        const struct script_value v = values[i];
        assert_branch(types[i], SCRIPT_EXISTS, boolean(true), v, false, true);
        assert_branch(types[i], SCRIPT_EXISTS, boolean(false), v, true, false);
        assert_branch(types[i], SCRIPT_EQ, v, v, false, true);
        assert_branch(types[i], SCRIPT_NE, v, v, true, false);
        assert_branch(types[i], SCRIPT_GT, v, v, false, false);
        assert_branch(types[i], SCRIPT_LT, v, v, false, false);
        assert_branch(types[i], SCRIPT_GE, v, v, false, ordered);
        assert_branch(types[i], SCRIPT_LE, v, v, false, ordered);
    }
}

static void all_needs_every_condition_and_any_needs_one(void **state)
{
    (void)state;
    for (int any = 0; any <= 1; any++) {
        struct script s = {0};
        const size_t p = add_item(&s, "p", SCRIPT_BOOLEAN, TOP);
        const size_t q = add_item(&s, "q", SCRIPT_BOOLEAN, TOP);
        const size_t t = add_item(&s, "t", SCRIPT_DISPLAY, TOP);
        add_condition(&s, t, p, SCRIPT_EQ, boolean(true));
        add_condition(&s, t, q, SCRIPT_EQ, boolean(true));
        s.items[t].any = any;
        struct script_answers *a = script_answers_new(&s);
        assert_false(script_is_enabled(a, t));
        set(a, p, boolean(true));
        assert_int_equal(script_is_enabled(a, t), any);
        set(a, q, boolean(true));
        assert_true(script_is_enabled(a, t));
        set(a, p, boolean(false));
        assert_int_equal(script_is_enabled(a, t), any);
        a = script_answers_free(a);
        script_deinit(&s);
    }
}

static void a_disabled_ancestor_disables_all_below_it(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t q = add_item(&s, "q", SCRIPT_BOOLEAN, TOP);
    const size_t g = add_item(&s, "g", SCRIPT_GROUP, TOP);
    const size_t h = add_item(&s, "h", SCRIPT_GROUP, g);
    const size_t t = add_item(&s, "t", SCRIPT_STRING, h);
    add_condition(&s, g, q, SCRIPT_EQ, boolean(true));
    add_condition(&s, t, q, SCRIPT_NE, boolean(true));
    struct script_answers *a = script_answers_new(&s);
    assert_false(script_is_enabled(a, g));
    assert_false(script_is_enabled(a, h));
    assert_false(script_is_enabled(a, t));
    set(a, q, boolean(true));
    assert_true(script_is_enabled(a, h));
    assert_false(script_is_enabled(a, t));
    a = script_answers_free(a);
    script_deinit(&s);
}

static void disabled_answers_stay_and_do_not_count(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t q = add_item(&s, "q", SCRIPT_BOOLEAN, TOP);
    const size_t r = add_item(&s, "r", SCRIPT_BOOLEAN, TOP);
    const size_t t = add_item(&s, "t", SCRIPT_STRING, TOP);
    const size_t u = add_item(&s, "u", SCRIPT_STRING, TOP);
    add_condition(&s, r, q, SCRIPT_EQ, boolean(true));
    add_condition(&s, t, r, SCRIPT_EQ, boolean(true));
    add_condition(&s, u, r, SCRIPT_NE, boolean(true));
    struct script_answers *a = script_answers_new(&s);
    set(a, q, boolean(true));
    set(a, r, boolean(true));
    assert_true(script_is_enabled(a, t));
    set(a, q, boolean(false));
    assert_false(script_is_enabled(a, r));
    assert_false(script_is_enabled(a, t));
    assert_true(script_is_enabled(a, u));
    assert_false(script_is_kept(a, r));
    assert_non_null(script_answer(a, r));
    set(a, q, boolean(true));
    assert_true(script_is_enabled(a, t));
    assert_true(script_is_kept(a, r));
    a = script_answers_free(a);
    script_deinit(&s);
}

static void conditions_may_point_forwards(void **state)
{
    (void)state;
    struct script s = {0};
    for (int i = 0; i < 5; i++) {
        char id[8];
        snprintf(id, sizeof id, "q%d", i);
        add_item(&s, id, SCRIPT_BOOLEAN, TOP);
    }
    for (size_t i = 0; i < 4; i++)
        add_condition(&s, i, i + 1, SCRIPT_EQ, boolean(true));
    struct script_answers *a = script_answers_new(&s);
    for (size_t i = 0; i < 5; i++)
        set(a, i, boolean(true));
    assert_true(script_is_enabled(a, 0));
    set(a, 4, boolean(false));
    for (size_t i = 0; i < 4; i++)
        assert_false(script_is_enabled(a, i));
    assert_true(script_is_enabled(a, 4));
    a = script_answers_free(a);
    script_deinit(&s);
}

static void a_chain_of_many_conditions_needs_no_deep_stack(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct script s = {.items = calloc(N, sizeof *s.items), .n_items = N};
    for (size_t i = 0; i < N; i++) {
        s.items[i] =
            (struct script_item){.link_id = strdup("q"), .type = SCRIPT_BOOLEAN, .parent = TOP};
        if (i + 1 < N)
            add_condition(&s, i, i + 1, SCRIPT_EXISTS, boolean(true));
    }
    struct script_answers *a = script_answers_new(&s);
    for (size_t i = 0; i < N; i++)
        set(a, i, boolean(true));
    assert_true(script_is_enabled(a, 0));
    take_away(a, N - 1);
    assert_false(script_is_enabled(a, 0));
    a = script_answers_free(a);
    script_deinit(&s);
}

static void circles_are_found_and_stay_disabled(void **state)
{
    (void)state;
    struct script s = {0};
    size_t at = 0;
    const size_t g = add_item(&s, "g", SCRIPT_GROUP, TOP);
    const size_t d = add_item(&s, "d", SCRIPT_BOOLEAN, g);
    const size_t after = add_item(&s, "after", SCRIPT_BOOLEAN, TOP);
    const size_t p = add_item(&s, "p", SCRIPT_BOOLEAN, TOP);
    const size_t q = add_item(&s, "q", SCRIPT_BOOLEAN, TOP);
    const size_t self = add_item(&s, "self", SCRIPT_BOOLEAN, TOP);
    assert_true(script_find_circle(&s, SCRIPT_NONE, &at));
    assert_int_equal(at, SCRIPT_NONE);
    add_condition(&s, g, d, SCRIPT_EXISTS, boolean(false));
    add_condition(&s, after, d, SCRIPT_EXISTS, boolean(false));
    add_condition(&s, p, q, SCRIPT_EXISTS, boolean(false));
    add_condition(&s, q, p, SCRIPT_EXISTS, boolean(false));
    add_condition(&s, self, self, SCRIPT_EXISTS, boolean(false));
    assert_true(script_find_circle(&s, SCRIPT_NONE, &at));
    assert_int_equal(at, g);
    assert_true(script_find_circle(&s, at, &at));
    assert_int_equal(at, p);
    assert_true(script_find_circle(&s, at, &at));
    assert_int_equal(at, self);
    assert_true(script_find_circle(&s, at, &at));
    assert_int_equal(at, SCRIPT_NONE);
    struct script_answers *a = script_answers_new(&s);
    assert_false(script_is_enabled(a, g));
    assert_false(script_is_enabled(a, q));
    assert_false(script_is_enabled(a, self));
    a = script_answers_free(a);
    script_deinit(&s);
}

static void a_condition_on_no_question_sees_no_answer(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t t = add_item(&s, "t", SCRIPT_STRING, TOP);
    const size_t u = add_item(&s, "u", SCRIPT_STRING, TOP);
    add_condition(&s, t, SCRIPT_NONE, SCRIPT_EQ, boolean(true));
    add_condition(&s, u, SCRIPT_NONE, SCRIPT_EXISTS, boolean(false));
    struct script_answers *a = script_answers_new(&s);
    assert_false(script_is_enabled(a, t));
    assert_true(script_is_enabled(a, u));
    a = script_answers_free(a);
    script_deinit(&s);
}

static void items_below_a_question_belong_to_its_answer(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t q = add_item(&s, "q", SCRIPT_CHOICE, TOP);
    const size_t t = add_item(&s, "t", SCRIPT_STRING, q);
    const size_t u = add_item(&s, "u", SCRIPT_STRING, TOP);
    add_condition(&s, u, t, SCRIPT_EXISTS, boolean(true));
    s.items[t].required = true;
    struct script_answers *a = script_answers_new(&s);
    set(a, t, plain(SCRIPT_STRING, "x"));
    assert_true(script_is_enabled(a, t));
    assert_false(script_is_kept(a, t));
    assert_false(script_is_enabled(a, u));
    set(a, q, coding("urn:x", "a"));
    assert_true(script_is_kept(a, t));
    assert_true(script_is_enabled(a, u));
    take_away(a, t);
    assert_int_equal(script_missing(a, NULL, 0), 1);
    take_away(a, q);
    assert_int_equal(script_missing(a, NULL, 0), 0);
    a = script_answers_free(a);
    script_deinit(&s);
}

static void hidden_items_count_and_are_not_shown(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t g = add_item(&s, "g", SCRIPT_GROUP, TOP);
    const size_t q = add_item(&s, "q", SCRIPT_BOOLEAN, g);
    const size_t t = add_item(&s, "t", SCRIPT_STRING, TOP);
    s.items[g].hidden = true;
    add_condition(&s, t, q, SCRIPT_EQ, boolean(true));
    struct script_answers *a = script_answers_new(&s);
    set(a, q, boolean(true));
    assert_true(script_is_enabled(a, q));
    assert_false(script_is_shown(a, q));
    assert_true(script_is_shown(a, t));
    assert_int_equal(script_next(a, SCRIPT_NO_PARENT), t);
    a = script_answers_free(a);
    script_deinit(&s);
}

static void a_walk_stops_at_what_is_said_or_asked(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t g = add_item(&s, "g", SCRIPT_GROUP, TOP);
    const size_t read = add_item(&s, "read", SCRIPT_DISPLAY, g);
    const size_t q = add_item(&s, "q", SCRIPT_BOOLEAN, g);
    const size_t help = add_item(&s, "help", SCRIPT_DISPLAY, q);
    const size_t off = add_item(&s, "off", SCRIPT_STRING, g);
    const size_t last = add_item(&s, "last", SCRIPT_DATE, TOP);
    s.items[help].help = true;
    add_condition(&s, off, q, SCRIPT_EQ, boolean(true));
    struct script_answers *a = script_answers_new(&s);
    assert_int_equal(script_next(a, SCRIPT_NO_PARENT), read);
    assert_int_equal(script_next(a, read), q);
    assert_int_equal(script_next(a, q), last);
    assert_int_equal(script_next(a, last), SCRIPT_NO_PARENT);
    assert_int_equal(script_prev(a, SCRIPT_NO_PARENT), last);
    assert_int_equal(script_prev(a, last), q);
    set(a, q, boolean(true));
    assert_int_equal(script_prev(a, last), off);
    assert_int_equal(script_prev(a, read), SCRIPT_NO_PARENT);
    a = script_answers_free(a);
    script_deinit(&s);
}

static void assert_missing(const struct script_answers *a, const size_t *wanted, size_t n)
{
    size_t idx[8] = {0};
    assert_int_equal(script_missing(a, idx, 8), n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(idx[i], wanted[i]);
}

static void what_is_required_and_enabled_is_missing(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t q = add_item(&s, "q", SCRIPT_BOOLEAN, TOP);
    const size_t t = add_item(&s, "t", SCRIPT_STRING, TOP);
    add_item(&s, "free", SCRIPT_STRING, TOP);
    s.items[q].required = s.items[t].required = true;
    add_condition(&s, t, q, SCRIPT_EQ, boolean(true));
    struct script_answers *a = script_answers_new(&s);
    assert_missing(a, (size_t[]){q}, 1);
    set(a, q, boolean(true));
    assert_missing(a, (size_t[]){t}, 1);
    set(a, q, boolean(false));
    assert_missing(a, NULL, 0);
    take_away(a, q);
    assert_int_equal(script_missing(a, NULL, 0), 1);
    a = script_answers_free(a);
    script_deinit(&s);
}

static void an_optional_group_may_be_left_out_entirely(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t g = add_item(&s, "g", SCRIPT_GROUP, TOP);
    const size_t must = add_item(&s, "must", SCRIPT_STRING, g);
    const size_t may = add_item(&s, "may", SCRIPT_STRING, g);
    const size_t inner = add_item(&s, "inner", SCRIPT_GROUP, g);
    const size_t deep = add_item(&s, "deep", SCRIPT_STRING, inner);
    s.items[must].required = s.items[deep].required = true;
    struct script_answers *a = script_answers_new(&s);
    assert_missing(a, NULL, 0);
    set(a, may, plain(SCRIPT_STRING, "x"));
    assert_missing(a, (size_t[]){must}, 1);
    s.items[inner].required = true;
    assert_missing(a, (size_t[]){must, deep}, 2);
    a = script_answers_free(a);
    script_deinit(&s);
}

static void a_required_group_needs_an_answer_below_it(void **state)
{
    (void)state;
    struct script s = {0};
    const size_t g = add_item(&s, "g", SCRIPT_GROUP, TOP);
    const size_t may = add_item(&s, "may", SCRIPT_STRING, g);
    const size_t must = add_item(&s, "must", SCRIPT_STRING, g);
    s.items[g].required = true;
    struct script_answers *a = script_answers_new(&s);
    assert_missing(a, (size_t[]){g}, 1);
    s.items[must].required = true;
    assert_missing(a, (size_t[]){must}, 1);
    set(a, must, plain(SCRIPT_STRING, "x"));
    assert_missing(a, NULL, 0);
    take_away(a, must);
    s.items[must].required = false;
    set(a, may, plain(SCRIPT_STRING, "x"));
    assert_missing(a, NULL, 0);
    a = script_answers_free(a);
    script_deinit(&s);
}

static void texts_fall_back_from_the_tag_to_the_base(void **state)
{
    (void)state;
    struct script_translation translations[] = {
        {unconst("nl-BE"), unconst("belgisch")},
        {unconst("nl"),    unconst("neutraal")},
        {unconst("fr"),    unconst("neutre")  },
    };
    const struct script_string s = {.text = unconst("base"), .translations = translations, .n = 3};
    static const char *const cases[][2] = {
        {"nl-BE", "belgisch"},
        {"nl-NL", "neutraal"},
        {"nl",    "neutraal"},
        {"FR",    "neutre"  },
        {"fr-BE", "neutre"  },
        {"en",    "base"    },
        {"xx",    "base"    },
        {"",      "base"    },
        {"n",     "base"    },
        {"-",     "base"    },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(script_text(&s, cases[i][0]), cases[i][1]);
    assert_string_equal(script_text(&s, NULL), "base");
    const struct script_string none = {0};
    assert_string_equal(script_text(&none, "fr"), "");
}

static void items_are_found_by_their_link_id(void **state)
{
    (void)state;
    struct script s = {0};
    static const char *const ids[] = {"m", "b", "z", "b", "a"};
    for (size_t i = 0; i < 5; i++)
        add_item(&s, ids[i], SCRIPT_STRING, TOP);
    for (int indexed = 0; indexed <= 1; indexed++) {
        assert_int_equal(script_find(&s, "m"), 0);
        assert_int_equal(script_find(&s, "b"), 1);
        assert_int_equal(script_find(&s, "z"), 2);
        assert_int_equal(script_find(&s, "a"), 4);
        assert_int_equal(script_find(&s, ""), SCRIPT_NONE);
        assert_int_equal(script_find(&s, "zz"), SCRIPT_NONE);
        assert_true(script_index(&s));
    }
    script_deinit(&s);
    assert_int_equal(script_find(&s, "m"), SCRIPT_NONE);
    script_deinit(&s);
}

static void an_empty_script_asks_nothing(void **state)
{
    (void)state;
    struct script s = {0};
    struct script_answers *a = script_answers_new(&s);
    assert_int_equal(script_next(a, SCRIPT_NO_PARENT), SCRIPT_NO_PARENT);
    assert_int_equal(script_prev(a, SCRIPT_NO_PARENT), SCRIPT_NO_PARENT);
    assert_int_equal(script_missing(a, NULL, 0), 0);
    assert_null(script_answer(a, 0));
    a = script_answers_free(a);
    assert_null(script_answers_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_knows_empty_answers),
        cmocka_unit_test(all_needs_every_condition_and_any_needs_one),
        cmocka_unit_test(a_disabled_ancestor_disables_all_below_it),
        cmocka_unit_test(disabled_answers_stay_and_do_not_count),
        cmocka_unit_test(conditions_may_point_forwards),
        cmocka_unit_test(a_chain_of_many_conditions_needs_no_deep_stack),
        cmocka_unit_test(circles_are_found_and_stay_disabled),
        cmocka_unit_test(a_condition_on_no_question_sees_no_answer),
        cmocka_unit_test(items_below_a_question_belong_to_its_answer),
        cmocka_unit_test(hidden_items_count_and_are_not_shown),
        cmocka_unit_test(a_walk_stops_at_what_is_said_or_asked),
        cmocka_unit_test(what_is_required_and_enabled_is_missing),
        cmocka_unit_test(an_optional_group_may_be_left_out_entirely),
        cmocka_unit_test(a_required_group_needs_an_answer_below_it),
        cmocka_unit_test(texts_fall_back_from_the_tag_to_the_base),
        cmocka_unit_test(items_are_found_by_their_link_id),
        cmocka_unit_test(an_empty_script_asks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
