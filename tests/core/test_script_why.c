/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "core/script_why.h"
#include "script_build.h"

/* symptoms; group about (symptoms = yes) with fever and ward (fever > 38 or city exists). */
enum { SYMPTOMS, CITY, ABOUT, FEVER, WARD, SECRET };

struct world {
    struct script s;
    struct script_answers *a;
};

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){0};
    struct script *s = &w.s;
    add_item(s, "symptoms", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    add_item(s, "city", SCRIPT_CHOICE, SCRIPT_NO_PARENT);
    add_item(s, "about", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(s, "fever", SCRIPT_DECIMAL, ABOUT);
    add_item(s, "ward", SCRIPT_STRING, ABOUT);
    add_item(s, "secret", SCRIPT_STRING, SCRIPT_NO_PARENT);
    s->items[SYMPTOMS].text.text = strdup("Do you have any symptoms of the list that I read out?");
    s->items[SYMPTOMS].label.text = strdup("Symptoms");
    s->items[ABOUT].text.text = strdup("Your \033[31mfever");
    s->items[SECRET].hidden = true;
    s->items[WARD].any = true;
    add_option(s, CITY, coding("http://c", "lg"));
    s->items[CITY].options[0].text.text = strdup("Liège");
    add_condition(s, ABOUT, SYMPTOMS, SCRIPT_EQ, boolean(true));
    add_condition(s, WARD, FEVER, SCRIPT_GE, plain(SCRIPT_DECIMAL, "38.5"));
    add_condition(s, WARD, CITY, SCRIPT_EQ, coding("http://c", "lg"));
    assert_true(script_index(s));
    w.a = script_answers_new(s);
    *state = &w;
    return w.a ? 0 : -1;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    script_answers_free(w->a);
    script_deinit(&w->s);
    return 0;
}

static void set(struct world *w, size_t item, struct script_value value)
{
    const size_t node = script_node_first(w->a, item);
    assert_int_equal(script_node_set(w->a, script_node_answer(w->a, node), &value, NULL), ERR_OK);
}

static void expect_in(struct world *w, size_t item, const char *lang, const char *sentence)
{
    CLEANUP_BUF struct buf b = {0};
    const struct script_words words = {
        .lang = lang, .translate = script_words_spoken, .arg = unconst(lang)};
    script_why_print(w->a, script_node_first(w->a, item), &words, &b);
    assert_string_equal(buf_text(&b), sentence);
}

static void expect(struct world *w, size_t item, const char *sentence)
{
    expect_in(w, item, "en", sentence);
}

static void a_sentence_names_the_condition_and_the_answer(void **state)
{
    struct world *w = *state;
    expect(w, SYMPTOMS, "always shown");
    expect(w, ABOUT, "not shown because this does not hold: Symptoms = yes (no answer)");
    set(w, SYMPTOMS, boolean(false));
    expect(w, ABOUT, "not shown because this does not hold: Symptoms = yes (answer: no)");
    set(w, SYMPTOMS, boolean(true));
    expect(w, ABOUT, "shown because Symptoms = yes");
    expect_in(w, ABOUT, "nl-BE", "getoond omdat Symptoms = ja");
}

static void what_is_above_decides_for_what_is_below(void **state)
{
    struct world *w = *state;
    expect(w, FEVER,
           "not shown because this does not hold: Symptoms = yes (no answer) "
           "[condition of “Your fever”, above it]");
    set(w, SYMPTOMS, boolean(true));
    expect(w, FEVER, "shown because Symptoms = yes [condition of “Your fever”, above it]");
}

static void of_several_those_are_told_that_decide(void **state)
{
    struct world *w = *state;
    struct script_why why;
    set(w, SYMPTOMS, boolean(true));
    expect(w, WARD,
           "not shown because this does not hold: fever >= 38.5 (no answer); "
           "city = Liège (no answer)");
    set(w, CITY, coding("http://c", "lg"));
    expect(w, WARD, "shown because city = Liège");
    script_why(w->a, script_node_first(w->a, WARD), &why);
    assert_true(why.is_shown && why.any);
    assert_int_equal(why.n, 2);
    assert_int_equal(why.hold, 1);
    set(w, FEVER, plain(SCRIPT_DECIMAL, "39.0"));
    expect(w, WARD, "shown because fever >= 38.5 or city = Liège");
}

static void hidden_is_told_apart_from_disabled(void **state)
{
    expect(*state, SECRET, "never shown: hidden in the script");
}

/* The explanation and the evaluation agree for every node, whatever is answered. */
static void the_sentence_agrees_with_what_is_enabled(void **state)
{
    struct world *w = *state;
    for (unsigned bits = 0; bits < 8; bits++) {
        set(w, SYMPTOMS, boolean(bits & 1));
        set(w, FEVER, plain(SCRIPT_DECIMAL, bits & 2 ? "40" : "36"));
        set(w, CITY, bits & 4 ? coding("http://c", "lg") : (struct script_value){0});
        for (size_t n = script_node_walk(w->a, SCRIPT_NODE_NONE); n != SCRIPT_NODE_NONE;
             n = script_node_walk(w->a, n)) {
            struct script_why why;
            script_why(w->a, n, &why);
            if (why.kind == SCRIPT_WHY_CONDITIONS)
                assert_int_equal(why.is_shown, why.any ? why.hold > 0 : why.hold == why.n);
            else
                assert_int_equal(why.is_shown, why.kind == SCRIPT_WHY_ALWAYS);
        }
    }
}

static void a_long_label_is_cut_at_a_character(void **state)
{
    struct world *w = *state;
    CLEANUP_BUF struct buf b = {0};
    free(w->s.items[SYMPTOMS].label.text);
    w->s.items[SYMPTOMS].label.text = NULL;
    const struct script_words words = {0};
    script_words_label(&w->s, SYMPTOMS, &words, 12, &b);
    assert_string_equal(buf_text(&b), "Do you have…");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sentence_names_the_condition_and_the_answer, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_above_decides_for_what_is_below, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_several_those_are_told_that_decide, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hidden_is_told_apart_from_disabled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_sentence_agrees_with_what_is_enabled, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_long_label_is_cut_at_a_character, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
