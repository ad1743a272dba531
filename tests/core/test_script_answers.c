/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/script_build.h"
#include "tests/harness/script_flat.h"

struct form {
    struct script s;
    struct script_answers *a;
};

static const enum script_type types[] = {
    SCRIPT_GROUP,    SCRIPT_DISPLAY, SCRIPT_BOOLEAN,     SCRIPT_INTEGER,  SCRIPT_DECIMAL,
    SCRIPT_DATE,     SCRIPT_STRING,  SCRIPT_TEXT,        SCRIPT_CHOICE,   SCRIPT_TIME,
    SCRIPT_DATETIME, SCRIPT_URL,     SCRIPT_OPEN_CHOICE, SCRIPT_QUANTITY,
};

/* One item of each type, at the index of its type. */
static int make(void **state)
{
    struct form *f = calloc(1, sizeof *f);
    for (size_t i = 0; i < SCRIPT_TYPE_COUNT; i++)
        add_item(&f->s, "item", types[i], SCRIPT_NO_PARENT);
    struct script_value a = coding("urn:x", "a");
    a.display = unconst("Letter A");
    add_option(&f->s, SCRIPT_CHOICE, a);
    add_option(&f->s, SCRIPT_CHOICE, coding("urn:y", "b"));
    add_option(&f->s, SCRIPT_CHOICE, plain(SCRIPT_STRING, "word"));
    add_option(&f->s, SCRIPT_CHOICE, plain(SCRIPT_INTEGER, "7"));
    f->a = script_answers_new(&f->s);
    *state = f;
    return 0;
}

static int drop(void **state)
{
    struct form *f = *state;
    script_answers_free(f->a);
    script_deinit(&f->s);
    free(f);
    return 0;
}

static enum err_code set(struct form *f, size_t item, struct script_value v)
{
    return script_answer_set(f->a, item, &v, NULL);
}

/* Who typed a whole number is told what is wrong with it. */
static void a_number_that_is_too_large_is_told_the_size(void **state)
{
    struct form *f = *state;
    static const struct {
        const char *text, *rule;
    } rows[] = {
        {"2147483648",            "The answer is a whole number from -2147483648 to 2147483647."},
        {"-99999999999999999999", "The answer is a whole number from -2147483648 to 2147483647."},
        {"1.5",                   "The answer is a whole number."                               },
        {"1e3",                   "The answer is a whole number."                               },
        {"many",                  "The answer is a whole number."                               },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err err = {0};
        const struct script_value v = plain(SCRIPT_INTEGER, rows[i].text);
        assert_int_equal(script_answer_set(f->a, SCRIPT_INTEGER, &v, &err), ERR_INVALID);
        assert_string_equal(err.sentence, rows[i].rule);
    }
}

static void each_type_takes_its_own_values(void **state)
{
    struct form *f = *state;
    static const struct {
        enum script_type type;
        const char *text;
        bool good;
    } cases[] = {
        {SCRIPT_GROUP,       "x",                         false},
        {SCRIPT_DISPLAY,     "x",                         false},
        {SCRIPT_BOOLEAN,     "true",                      false},
        {SCRIPT_INTEGER,     "0",                         true },
        {SCRIPT_INTEGER,     "-12",                       true },
        {SCRIPT_INTEGER,     "2147483647",                true },
        {SCRIPT_INTEGER,     "2147483648",                false},
        {SCRIPT_INTEGER,     "1.0",                       false},
        {SCRIPT_INTEGER,     "01",                        false},
        {SCRIPT_INTEGER,     "ten",                       false},
        {SCRIPT_DECIMAL,     "37.50",                     true },
        {SCRIPT_DECIMAL,     "-1e-3",                     true },
        {SCRIPT_DECIMAL,     "37,5",                      false},
        {SCRIPT_DECIMAL,     "1.",                        false},
        {SCRIPT_DATE,        "2020-02-29",                true },
        {SCRIPT_DATE,        "2020-02",                   true },
        {SCRIPT_DATE,        "2020",                      true },
        {SCRIPT_DATE,        "2021-02-29",                false},
        {SCRIPT_DATE,        "3/5",                       false},
        {SCRIPT_STRING,      "L\xC3\xA9ontine",           true },
        {SCRIPT_STRING,      "two\nlines",                false},
        {SCRIPT_STRING,      "bell\a",                    false},
        {SCRIPT_STRING,      "csi\xC2\x9B",               false},
        {SCRIPT_STRING,      "latin1 \xE9",               false},
        {SCRIPT_TEXT,        "two\nlines\tmore",          true },
        {SCRIPT_TEXT,        "esc\x1B[2J",                false},
        {SCRIPT_CHOICE,      "word",                      true },
        {SCRIPT_CHOICE,      "7",                         true },
        {SCRIPT_CHOICE,      "Word",                      false},
        {SCRIPT_CHOICE,      "a",                         false},
        {SCRIPT_TIME,        "10:00:00",                  true },
        {SCRIPT_TIME,        "23:59:59.5",                true },
        {SCRIPT_TIME,        "10:00",                     false},
        {SCRIPT_TIME,        "24:00:00",                  false},
        {SCRIPT_TIME,        "10:60:00",                  false},
        {SCRIPT_TIME,        "10:00:00.",                 false},
        {SCRIPT_DATETIME,    "2020-05",                   true },
        {SCRIPT_DATETIME,    "2020-05-03T10:00:00+02:00", true },
        {SCRIPT_DATETIME,    "2020-05-03T10:00:00",       false},
        {SCRIPT_DATETIME,    "2020-05-03 10:00:00Z",      false},
        {SCRIPT_DATETIME,    "2021-02-29",                false},
        {SCRIPT_URL,         "https://example.org/a",     true },
        {SCRIPT_URL,         "https://example.org/a b",   false},
        {SCRIPT_OPEN_CHOICE, "something else",            true },
        {SCRIPT_OPEN_CHOICE, "two\nlines",                false},
        {SCRIPT_QUANTITY,    "3",                         false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const enum err_code code = set(f, cases[i].type, plain(SCRIPT_GROUP, cases[i].text));
        if (code != (cases[i].good ? ERR_OK : ERR_INVALID))
            fail_msg("case %zu", i);
        if (cases[i].good)
            assert_string_equal(script_answer(f->a, cases[i].type)->text, cases[i].text);
    }
    assert_int_equal(set(f, SCRIPT_BOOLEAN, boolean(false)), ERR_OK);
    assert_false(script_answer(f->a, SCRIPT_BOOLEAN)->boolean);
    assert_int_equal(set(f, SCRIPT_STRING, boolean(true)), ERR_INVALID);
    assert_int_equal(set(f, SCRIPT_STRING, coding(NULL, "a")), ERR_INVALID);
    assert_int_equal(set(f, SCRIPT_TYPE_COUNT, boolean(true)), ERR_INVALID);
}

static void a_refused_value_leaves_the_former_one(void **state)
{
    struct form *f = *state;
    struct err err = {0};
    const struct script_value bad = plain(SCRIPT_GROUP, "31/02");
    assert_int_equal(set(f, SCRIPT_DATE, plain(SCRIPT_GROUP, "2020-05-03")), ERR_OK);
    assert_int_equal(script_answer_set(f->a, SCRIPT_DATE, &bad, &err), ERR_INVALID);
    assert_string_equal(err.sentence, "The answer is a date that exists.");
    assert_string_equal(err.field, "item");
    assert_string_equal(script_answer(f->a, SCRIPT_DATE)->text, "2020-05-03");
}

static void an_empty_text_takes_the_answer_away(void **state)
{
    struct form *f = *state;
    assert_null(script_answer(f->a, SCRIPT_STRING));
    assert_int_equal(set(f, SCRIPT_STRING, plain(SCRIPT_GROUP, "x")), ERR_OK);
    assert_int_equal(set(f, SCRIPT_STRING, plain(SCRIPT_GROUP, "")), ERR_OK);
    assert_null(script_answer(f->a, SCRIPT_STRING));
}

static void a_choice_keeps_the_whole_option(void **state)
{
    struct form *f = *state;
    assert_int_equal(set(f, SCRIPT_CHOICE, coding(NULL, "a")), ERR_OK);
    assert_string_equal(script_answer(f->a, SCRIPT_CHOICE)->system, "urn:x");
    assert_string_equal(script_answer(f->a, SCRIPT_CHOICE)->display, "Letter A");
    assert_int_equal(set(f, SCRIPT_CHOICE, coding("urn:x", "b")), ERR_INVALID);
    assert_int_equal(set(f, SCRIPT_CHOICE, coding("urn:y", "b")), ERR_OK);
    assert_int_equal(set(f, SCRIPT_CHOICE, plain(SCRIPT_GROUP, "7")), ERR_OK);
    assert_int_equal(script_answer(f->a, SCRIPT_CHOICE)->type, SCRIPT_INTEGER);
}

static void a_choice_without_options_takes_any_code(void **state)
{
    struct form *f = *state;
    const size_t n = f->s.items[SCRIPT_CHOICE].n_options;
    f->s.items[SCRIPT_CHOICE].n_options = 0;
    assert_int_equal(set(f, SCRIPT_CHOICE, coding("urn:z", "z")), ERR_OK);
    assert_int_equal(set(f, SCRIPT_CHOICE, plain(SCRIPT_GROUP, "z")), ERR_INVALID);
    assert_int_equal(set(f, SCRIPT_CHOICE, coding("urn:z", "z\n")), ERR_INVALID);
    f->s.items[SCRIPT_CHOICE].n_options = n;
}

static void a_quantity_is_a_number_with_a_unit(void **state)
{
    struct form *f = *state;
    struct script_value v = {
        .kind = SCRIPT_VALUE_QUANTITY, .text = unconst("37.50"), .unit = unconst("kg")};
    assert_int_equal(set(f, SCRIPT_QUANTITY, v), ERR_OK);
    assert_string_equal(script_answer(f->a, SCRIPT_QUANTITY)->text, "37.50");
    assert_string_equal(script_answer(f->a, SCRIPT_QUANTITY)->unit, "kg");
    v.unit = unconst("k\x1Bg");
    assert_int_equal(set(f, SCRIPT_QUANTITY, v), ERR_INVALID);
    v.unit = NULL;
    v.text = unconst("37,5");
    assert_int_equal(set(f, SCRIPT_QUANTITY, v), ERR_INVALID);
}

static void lengths_count_characters(void **state)
{
    struct form *f = *state;
    struct err err = {0};
    struct script_value v = plain(SCRIPT_GROUP, "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9");
    f->s.items[SCRIPT_STRING].max_length = 4;
    f->s.items[SCRIPT_STRING].min_length = 3;
    assert_int_equal(script_answer_set(f->a, SCRIPT_STRING, &v, &err), ERR_OK);
    v = plain(SCRIPT_GROUP, "abcde");
    assert_int_equal(script_answer_set(f->a, SCRIPT_STRING, &v, &err), ERR_INVALID);
    assert_string_equal(err.sentence, "The answer has at most 4 characters.");
    v = plain(SCRIPT_GROUP, "\xC3\xA9\xC3\xA9");
    assert_int_equal(script_answer_set(f->a, SCRIPT_STRING, &v, &err), ERR_INVALID);
    assert_string_equal(err.sentence, "The answer has at least 3 characters.");
    f->s.items[SCRIPT_DATE].min_length = 10;
    v = plain(SCRIPT_GROUP, "2020-05");
    assert_int_equal(script_answer_set(f->a, SCRIPT_DATE, &v, &err), ERR_INVALID);
    assert_string_equal(err.sentence, "The answer is a full date with its day.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_number_that_is_too_large_is_told_the_size, make, drop),
        cmocka_unit_test_setup_teardown(each_type_takes_its_own_values, make, drop),
        cmocka_unit_test_setup_teardown(a_refused_value_leaves_the_former_one, make, drop),
        cmocka_unit_test_setup_teardown(an_empty_text_takes_the_answer_away, make, drop),
        cmocka_unit_test_setup_teardown(a_choice_keeps_the_whole_option, make, drop),
        cmocka_unit_test_setup_teardown(a_choice_without_options_takes_any_code, make, drop),
        cmocka_unit_test_setup_teardown(a_quantity_is_a_number_with_a_unit, make, drop),
        cmocka_unit_test_setup_teardown(lengths_count_characters, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
