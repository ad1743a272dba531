/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with an answer: it is said right below it, in the agent's language, and what was
 * typed stays. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/script_tree.h"
#include "tests/tui/inside.h"
#include "tui/keys.h"
#include "tui/script_place.h"

#define K(name) (KEY_BASE + KEY_##name)

static void begin(struct inside *s, const char *lang)
{
    inside_start(s, "talking", 24, 80, lang);
    inside_script(s, "tests/tui/rules.json");
    snprintf(s->t->script.language, sizeof s->t->script.language, "%s", lang);
}

static size_t node_of(const struct inside *s, const char *link_id)
{
    return script_node_first(s->fixture.answers, script_find(&s->fixture.script, link_id));
}

static void go(struct inside *s, const char *link_id)
{
    assert_true(script_go(s->t, node_of(s, link_id)));
    inside_paint(s);
    assert_string_equal(s->t->script.key, link_id);
}

/* The sentence stands in the lines right below the cursor. */
static void assert_said(struct inside *s, const char *sentence)
{
    char row[512], text[1024] = "";
    for (int y = s->t->cursor_y + 1; y <= s->t->cursor_y + 3; y++) {
        inside_row(s, y, 0, row, sizeof row);
        const char *words = row + strspn(row, " ");
        if (*words)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? " " : "",
                     words);
    }
    if (!strstr(text, sentence))
        fail_msg("said: \"%s\", not \"%s\"", text, sentence);
}

static const struct {
    const char *link_id, *typed, *english, *french;
} faults[] = {
  /* clang-format off */
    {"postcode", "12345",       "It has this form: four digits",                      "La forme voulue : quatre chiffres"},
    {"postcode", "100x",        "It has this form: four digits",                      "La forme voulue : quatre chiffres"},
    {"badge",    "ab1",         "The answer does not have the form that is asked for.", "La réponse n’a pas la forme demandée."},
    {"name",     "Al",          "The answer has at least 3 characters.",              "La réponse a au moins 3 caractères."},
    {"name",     "éà",          "The answer has at least 3 characters.",              "La réponse a au moins 3 caractères."},
    {"height",   "1,785",       "The answer has at most 2 digits behind the point.",  "La réponse a au plus 2 décimales."},
    {"height",   "tall",        "The answer is a number.",                            "La réponse est un nombre."},
    {"age",      "17",          "The least that may be answered is 18.",              "La plus petite réponse possible est 18."},
    {"age",      "121",         "The most that may be answered is 120.",              "La plus grande réponse possible est 120."},
    {"age",      "40.5",        "The answer is a whole number.",                      "La réponse est un nombre entier."},
    {"age",      "99999999999", "The answer is a whole number from -2147483648 to 2147483647.", "La réponse est un nombre entier de -2147483648 à 2147483647."},
    {"weight",   "2,49",        "The least that may be answered is 2.5.",             "La plus petite réponse possible est 2.5."},
    {"weight",   "300.01",      "The most that may be answered is 300.",              "La plus grande réponse possible est 300."},
    {"day",      "31/3/2020",   "Not before Wednesday 1 April 2020.",                 "Pas avant : mercredi 1er avril 2020."},
    {"day",      "4/5/2020",    "Not after Sunday 3 May 2020.",                       "Pas après : dimanche 3 mai 2020."},
    {"day",      "tomorrow",    "Not after Sunday 3 May 2020.",                       "Pas après : dimanche 3 mai 2020."},
    {"day",      "mai 2020",    "The answer is a full date with its day.",            "La réponse est une date complète, avec son jour."},
    {"day",      "31/4",        "This is not a date. Type 3/5, 3 May, yesterday, 2020-05-03.", "Ce n’est pas une date. Tapez 3/5, 3 mai, hier, 2020-05-03."},
    {"moment",   "3/5 13h",     "Not after Sunday 3 May 2020 12:00.",                 "Pas après : dimanche 3 mai 2020 12:00."},
    {"moment",   "3/5 25h",     "This is no day and time. Type 3/5 14:30, yesterday 9h, 3 May.", "Ce n’est ni un jour ni un moment. Tapez 3/5 14h30, hier 9h, 3 mai."},
  /* clang-format on */
};

static void say_in(const char *lang)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct inside s;
        begin(&s, lang);
        go(&s, faults[i].link_id);
        inside_type(&s, faults[i].typed);
        inside_press(&s, '\r');
        assert_string_equal(s.t->script.key, faults[i].link_id);
        assert_said(&s, lang[0] == 'f' ? faults[i].french : faults[i].english);
        assert_string_equal(s.t->script.edit.text, faults[i].typed);
        assert_null(script_value_of(s.t, s.t->script.node));
        /* Once more leaves it; an answer that cannot be kept is not lost, nor submitted over. */
        inside_press(&s, '\r');
        assert_string_not_equal(s.t->script.key, faults[i].link_id);
        inside_press(&s, K(BTAB));
        assert_string_equal(s.t->script.key, faults[i].link_id);
        assert_string_equal(s.t->script.edit.text, faults[i].typed);
        assert_said(&s, lang[0] == 'f' ? faults[i].french : faults[i].english);
        assert_null(script_value_of(s.t, s.t->script.node));
        inside_press(&s, 'U' & 0x1f);
        inside_press(&s, '\r');
        assert_string_not_equal(s.t->script.key, faults[i].link_id);
        inside_stop(&s);
    }
}

static void every_fault_is_said_in_english(void **state)
{
    (void)state;
    say_in("en");
}

static void every_fault_is_said_in_french(void **state)
{
    (void)state;
    say_in("fr");
}

/* Nobody types on, thinking that it is taken. */
static void no_more_is_typed_than_may_be(void **state)
{
    (void)state;
    struct inside s;
    begin(&s, "en");
    go(&s, "initials");
    inside_type(&s, "ÉABCD");
    assert_string_equal(s.t->script.edit.text, "ÉABC");
    inside_press(&s, '\r');
    assert_string_equal(s.t->script.key, "height");
    assert_string_equal(script_value_of(s.t, node_of(&s, "initials"))->text, "ÉABC");
    inside_stop(&s);
}

static size_t count_of(struct inside *s, const char *link_id)
{
    size_t n = 0;
    for (size_t k = script_node_answer(s->fixture.answers, node_of(s, link_id));
         k != SCRIPT_NODE_NONE; k = script_node_next_instance(s->fixture.answers, k))
        n += script_node_value(s->fixture.answers, k)->kind != SCRIPT_VALUE_NONE;
    return n;
}

/* Too many options, lines and instances. */
static void too_many_are_refused(void **state)
{
    (void)state;
    struct inside s;
    begin(&s, "en");
    go(&s, "toys");
    inside_type(&s, "123");
    assert_int_equal(count_of(&s, "toys"), 2);
    assert_string_equal(s.t->notice.text, "There are as many as there may be.");
    go(&s, "pets");
    inside_type(&s, "cat");
    inside_press(&s, '\r');
    inside_type(&s, "dog");
    inside_press(&s, '\r'); /* full: it goes on */
    assert_int_equal(count_of(&s, "pets"), 2);
    assert_string_equal(s.t->script.key, "child-name@0");
    inside_type(&s, "Ann");
    for (int i = 0; i < 2; i++) {
        s.t->notice.text[0] = '\0';
        inside_press(&s, K(IC));
        inside_type(&s, "1");
    }
    assert_string_equal(s.t->notice.text, "There are as many as there may be.");
    assert_string_equal(s.t->script.key, "child-name@1");
    inside_stop(&s);
}

/* The agent's terminal stands elsewhere, and it is another day there. */
static void what_is_typed_is_of_the_services_day(void **state)
{
    (void)state;
    struct inside s;
    begin(&s, "en");
    setenv("TZ", "America/New_York", 1);
    tzset();
    s.fixture.view.now_utc_s = 1588458600; /* 3 May, half past midnight in Brussels */
    go(&s, "day");
    inside_type(&s, "today");
    inside_press(&s, '\r');
    assert_string_equal(script_value_of(s.t, node_of(&s, "day"))->text, "2020-05-03");
    inside_type(&s, "gisteren 9h15");
    assert_said(&s, "= Saturday 2 May 2020 09:15");
    inside_press(&s, '\r');
    assert_string_equal(script_value_of(s.t, node_of(&s, "moment"))->text,
                        "2020-05-02T09:15:00+02:00");
    inside_stop(&s);
}

/* Of a person whose language is not known nothing is said, in place of what gettext has for "". */
static void an_unknown_language_is_left_out(void **state)
{
    (void)state;
    struct inside s;
    begin(&s, "fr");
    s.fixture.view.offer.language[0] = '\0';
    s.fixture.record.language[0] = '\0';
    inside_paint(&s);
    assert_true(inside_find(&s, "cas index") >= 0);
    assert_int_equal(inside_find(&s, "Project"), -1);
    resizeterm(60, 200);
    inside_paint(&s);
    assert_int_equal(inside_find(&s, "Project"), -1);
    inside_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_said_in_english),
        cmocka_unit_test(every_fault_is_said_in_french),
        cmocka_unit_test(no_more_is_typed_than_may_be),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(what_is_typed_is_of_the_services_day),
        cmocka_unit_test(an_unknown_language_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
