/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "core/script_play.h"
#include "script_build.h"

/* ill; signs (several); contact (repeats) with name and below it town; end. */
enum { ILL, SIGNS, CONTACT, NAME, TOWN, END };

struct world {
    struct script s;
    struct script_answers *walk, *said;
};

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){0};
    struct script *s = &w.s;
    add_item(s, "ill", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    add_item(s, "signs", SCRIPT_STRING, SCRIPT_NO_PARENT);
    add_item(s, "contact", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(s, "name", SCRIPT_STRING, CONTACT);
    add_item(s, "town", SCRIPT_STRING, NAME);
    add_item(s, "end", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    s->items[SIGNS].repeats = s->items[CONTACT].repeats = true;
    s->items[NAME].max_length = 5;
    assert_true(script_index(s));
    w.walk = script_answers_new(s);
    w.said = script_answers_new(s);
    *state = &w;
    return w.walk && w.said ? 0 : -1;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    script_answers_free(w->walk);
    script_answers_free(w->said);
    script_deinit(&w->s);
    return 0;
}

static size_t first(const struct script_answers *a, size_t item)
{
    return script_node_first(a, item);
}

static void take(struct script_answers *a, size_t answer, struct script_value value)
{
    assert_int_equal(script_node_take(a, answer, &value, NULL), ERR_OK);
}

/* Ann of Mons and Bo, fever and cough. */
static void speak(struct world *w)
{
    struct script_answers *said = w->said;
    size_t at = script_node_answer(said, first(said, SIGNS));
    take(said, at, plain(SCRIPT_STRING, "fever"));
    assert_int_equal(script_node_append(said, at, &at, NULL), ERR_OK);
    take(said, at, plain(SCRIPT_STRING, "cough"));
    size_t contact = first(said, CONTACT);
    size_t name = script_node_answer(said, script_node_child(said, contact, NAME));
    take(said, name, plain(SCRIPT_STRING, "Ann"));
    take(said, script_node_answer(said, script_node_child(said, name, TOWN)),
         plain(SCRIPT_STRING, "Mons"));
    assert_int_equal(script_node_append(said, contact, &contact, NULL), ERR_OK);
    take(said, script_node_answer(said, script_node_child(said, contact, NAME)),
         plain(SCRIPT_STRING, "Bo"));
    assert_int_equal(script_node_append(said, contact, &contact, NULL), ERR_OK);
}

static void give(struct world *w, size_t question)
{
    assert_true(script_play_has(w->walk, w->said, question));
    assert_false(script_play_is_given(w->walk, w->said, question));
    assert_int_equal(script_play_give(w->walk, w->said, question, NULL), ERR_OK);
    assert_true(script_play_is_given(w->walk, w->said, question));
}

static void expect_said(struct world *w, size_t question, const char *wanted)
{
    CLEANUP_BUF struct buf b = {0};
    const struct script_words words = {0};
    script_play_print(w->walk, w->said, question, &words, &b);
    assert_string_equal(buf_text(&b), wanted);
}

static void several_answers_are_given_in_place_of_what_was_there(void **state)
{
    struct world *w = *state;
    speak(w);
    const size_t signs = first(w->walk, SIGNS);
    size_t at = script_node_answer(w->walk, signs);
    for (size_t i = 0; i < 3; i++) {
        take(w->walk, at, plain(SCRIPT_STRING, "mine"));
        assert_int_equal(script_node_append(w->walk, at, &at, NULL), ERR_OK);
    }
    give(w, signs);
    expect_said(w, signs, "fever, cough");
    at = script_node_answer(w->walk, signs);
    assert_string_equal(script_node_value(w->walk, at)->text, "fever");
    at = script_node_next_instance(w->walk, at);
    assert_string_equal(script_node_value(w->walk, at)->text, "cough");
    assert_int_equal(script_node_next_instance(w->walk, at), SCRIPT_NODE_NONE);
}

static void what_the_person_has_no_answer_to_is_left(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    speak(w);
    const size_t ill = first(w->walk, ILL);
    assert_false(script_play_has(w->walk, w->said, ill));
    assert_false(script_play_has(w->walk, w->said, first(w->walk, CONTACT)));
    assert_int_equal(script_play_give(w->walk, w->said, ill, &err), ERR_STATE);
    expect_said(w, ill, "");
}

/* Contacts are added one by one, and only those that the person speaks of. */
static void instances_are_added_when_the_one_before_is_left(void **state)
{
    struct world *w = *state;
    bool grown;
    speak(w);
    size_t contact = first(w->walk, CONTACT);
    const size_t end = first(w->walk, END);
    size_t name = script_node_child(w->walk, contact, NAME);
    give(w, name);
    const size_t town = script_node_child(w->walk, script_node_answer(w->walk, name), TOWN);
    assert_int_equal(script_play_grow(w->walk, w->said, name, town, &grown, NULL), ERR_OK);
    assert_false(grown); /* still within */
    give(w, town);
    assert_int_equal(script_play_grow(w->walk, w->said, town, end, &grown, NULL), ERR_OK);
    assert_true(grown);
    contact = script_node_next_instance(w->walk, contact);
    assert_int_equal(script_play_grow(w->walk, w->said, town, end, &grown, NULL), ERR_OK);
    assert_false(grown); /* it is there */
    name = script_node_child(w->walk, contact, NAME);
    expect_said(w, name, "Bo");
    give(w, name);
    assert_int_equal(script_play_grow(w->walk, w->said, name, SCRIPT_NODE_NONE, &grown, NULL),
                     ERR_OK);
    assert_false(grown); /* the third one is empty */
    assert_int_equal(script_play_grow(w->walk, w->said, end, SCRIPT_NODE_NONE, &grown, NULL),
                     ERR_OK);
    assert_false(grown);
}

static void an_answer_against_the_rules_is_refused_with_the_rule(void **state)
{
    struct world *w = *state;
    struct err err = {0};
    const size_t name = first(w->said, NAME);
    take(w->said, script_node_answer(w->said, name), plain(SCRIPT_STRING, "Annemarie"));
    assert_int_equal(script_play_give(w->walk, w->said, first(w->walk, NAME), &err), ERR_INVALID);
    assert_string_equal(err.field, "name");
    assert_false(script_play_is_given(w->walk, w->said, first(w->walk, NAME)));
}

#define play_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        play_test(several_answers_are_given_in_place_of_what_was_there),
        play_test(what_the_person_has_no_answer_to_is_left),
        play_test(instances_are_added_when_the_one_before_is_left),
        play_test(an_answer_against_the_rules_is_refused_with_the_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
