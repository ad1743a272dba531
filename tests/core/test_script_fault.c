/* SPDX-License-Identifier: Apache-2.0 */
/* Each rule of a value, and what scripts with repeated groups lack or have too much of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/script_fault.h"
#include "tests/core/script_build.h"

/* Stands in for a library: an expression is a text that has to be the value. */
static enum regex_result same(void *arg, const char *pattern, const char *text)
{
    (void)arg;
    if (pattern[0] == '(')
        return REGEX_UNKNOWN;
    if (pattern[0] == '+')
        return REGEX_GAVE_UP;
    return strcmp(pattern, text) == 0 ? REGEX_MATCHES : REGEX_DIFFERS;
}

static const struct regex_ops plain_regex = {.match = same};

static struct script_value quantity(const char *digits, const char *code, const char *unit)
{
    return (struct script_value){.kind = SCRIPT_VALUE_QUANTITY,
                                 .type = SCRIPT_QUANTITY,
                                 .text = unconst(digits),
                                 .system = code ? unconst("urn:u") : NULL,
                                 .code = unconst(code),
                                 .unit = unconst(unit)};
}

#define NO_FAULT SCRIPT_FAULT_COUNT

/* Every rule has a row that keeps it and one that breaks it. Limits are those of set_rules. */
struct row {
    enum script_type type;
    struct script_value value;
    enum script_fault_kind fault;
};

static void set_rules(struct script *s, enum script_type type)
{
    struct script_item *it = &s->items[0];
    const bool number = type == SCRIPT_INTEGER || type == SCRIPT_DECIMAL;
    it->type = type;
    if (type == SCRIPT_STRING || type == SCRIPT_TEXT || type == SCRIPT_OPEN_CHOICE) {
        it->min_length = 2;
        it->max_length = 4;
    }
    if (type == SCRIPT_DATE)
        it->min_length = 10;
    if (type == SCRIPT_URL)
        it->regex = strdup("urn:x");
    if (type == SCRIPT_TIME)
        it->regex = strdup("(");
    if (type == SCRIPT_DATETIME)
        it->regex = strdup("+");
    struct script_value min = plain(type, number ? "-1.5" : "2020-02-28");
    struct script_value max = plain(type, number ? "1e2" : "2020-03");
    if (type == SCRIPT_QUANTITY) {
        min = quantity("1", "kg", NULL);
        max = quantity("2.50", "kg", NULL);
    }
    if (number || type == SCRIPT_DATE || type == SCRIPT_QUANTITY) {
        assert_true(script_value_copy(&min, &it->min_value));
        assert_true(script_value_copy(&max, &it->max_value));
        it->has_max_decimals = true;
        it->max_decimals = 1;
    }
    if (type == SCRIPT_CHOICE || type == SCRIPT_OPEN_CHOICE) {
        add_option(s, 0, coding("urn:c", "a"));
        add_option(s, 0, plain(SCRIPT_INTEGER, "7"));
    }
    if (type == SCRIPT_QUANTITY) {
        it->units = calloc(1, sizeof *it->units);
        it->n_units = 1;
        const struct script_value kg = coding("urn:u", "kg");
        assert_true(script_value_copy(&kg, &it->units[0].value));
        it->units[0].text.text = strdup("kilo");
    }
}

static void each_rule_is_kept_or_broken(void **state)
{
    (void)state;
    const struct row rows[] = {
        {SCRIPT_STRING,          plain(SCRIPT_STRING,  "ab"),                               NO_FAULT               },
        {SCRIPT_STRING,          plain(SCRIPT_STRING,  "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), NO_FAULT               },
        {SCRIPT_STRING,          plain(SCRIPT_STRING,  "a"),                                SCRIPT_FAULT_MIN_LENGTH},
        {SCRIPT_TEXT,            plain(SCRIPT_STRING,  "abcde"),                            SCRIPT_FAULT_MAX_LENGTH},
        {SCRIPT_OPEN_CHOICE,     plain(SCRIPT_STRING,  "abcde"),                            SCRIPT_FAULT_MAX_LENGTH},
        {SCRIPT_OPEN_CHOICE,     plain(SCRIPT_STRING,  "milk"),                             NO_FAULT               },
        {SCRIPT_OPEN_CHOICE,     coding("urn:c",       "b"),                                SCRIPT_FAULT_OPTION    },
        {SCRIPT_CHOICE,          coding("urn:c",       "a"),                                NO_FAULT               },
        {SCRIPT_CHOICE,          coding(NULL,          "a"),                                NO_FAULT               },
        {SCRIPT_CHOICE,          coding("urn:d",       "a"),                                SCRIPT_FAULT_OPTION    },
        {SCRIPT_CHOICE,          plain(SCRIPT_INTEGER, "7"),                                NO_FAULT               },
        {SCRIPT_CHOICE,          plain(SCRIPT_STRING,  "7"),                                SCRIPT_FAULT_OPTION    },
        {SCRIPT_INTEGER,         plain(SCRIPT_INTEGER, "-1"),                               NO_FAULT               },
        {SCRIPT_INTEGER,         plain(SCRIPT_INTEGER, "-2"),                               SCRIPT_FAULT_MIN_VALUE },
        {SCRIPT_INTEGER,         plain(SCRIPT_INTEGER, "100"),                              NO_FAULT               },
        {SCRIPT_INTEGER,         plain(SCRIPT_INTEGER, "101"),                              SCRIPT_FAULT_MAX_VALUE },
        {SCRIPT_DECIMAL,         plain(SCRIPT_DECIMAL, "-1.5"),                             NO_FAULT               },
        {SCRIPT_DECIMAL,         plain(SCRIPT_DECIMAL, "1.50"),                             SCRIPT_FAULT_DECIMALS  },
        {SCRIPT_DECIMAL,         plain(SCRIPT_DECIMAL, "100.1"),                            SCRIPT_FAULT_MAX_VALUE },
        {SCRIPT_DATE,            plain(SCRIPT_DATE,    "2020-02-28"),                       NO_FAULT               },
        {SCRIPT_DATE,            plain(SCRIPT_DATE,    "2020-02-27"),                       SCRIPT_FAULT_MIN_VALUE },
        {SCRIPT_DATE,            plain(SCRIPT_DATE,    "2020-03-31"),                       NO_FAULT               },
        {SCRIPT_DATE,            plain(SCRIPT_DATE,    "2020-04-01"),                       SCRIPT_FAULT_MAX_VALUE },
        {SCRIPT_DATE,            plain(SCRIPT_DATE,    "2020-03"),                          SCRIPT_FAULT_MIN_LENGTH},
        {SCRIPT_QUANTITY,        quantity("2.5",       "kg",                                NULL),                   NO_FAULT},
        {SCRIPT_QUANTITY,                      quantity("1.25",                            "kg",                           NULL),                   SCRIPT_FAULT_DECIMALS},
        {SCRIPT_QUANTITY, quantity("2.6",                     "kg",                                          NULL),                                 SCRIPT_FAULT_MAX_VALUE},
        {SCRIPT_QUANTITY,                 quantity("2.6",               "g",         NULL),SCRIPT_FAULT_UNIT},
        {SCRIPT_QUANTITY,                   quantity("2.5",                    NULL,                              "kilo"),                                                                    NO_FAULT},
        {SCRIPT_QUANTITY,quantity("2.5",NULL,NULL),SCRIPT_FAULT_UNIT},
        {SCRIPT_URL,        plain(SCRIPT_URL,                         "urn:x"),                                                                      NO_FAULT                                                                                                      },
        {SCRIPT_URL,                      plain(SCRIPT_URL,                                 "urn:xy"),                                             SCRIPT_FAULT_REGEX                                   },
        {SCRIPT_TIME,                      plain(SCRIPT_TIME,                                 "10:00:00"),                               NO_FAULT},
        {SCRIPT_DATETIME,                      plain(SCRIPT_DATETIME,                                "2020"),                             SCRIPT_FAULT_REGEX_LIMIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script s = {0};
        struct err err = {0};
        const unsigned want = rows[i].fault == NO_FAULT ? 0 : 1U << rows[i].fault;
        add_item(&s, "q", SCRIPT_STRING, SCRIPT_NO_PARENT);
        set_rules(&s, rows[i].type);
        if (script_value_faults(&s.items[0], &rows[i].value, &plain_regex) != want)
            fail_msg("row %zu: %x", i,
                     script_value_faults(&s.items[0], &rows[i].value, &plain_regex));
        struct script_answers *a = script_answers_new(&s);
        script_answers_use_regex(a, &plain_regex);
        const size_t answer = script_node_answer(a, script_node_first(a, 0));
        assert_int_equal(script_node_set(a, answer, &rows[i].value, &err),
                         want ? ERR_INVALID : ERR_OK);
        assert_int_equal(want != 0, err.sentence[0] != '\0');
        assert_null(strchr(err.sentence, '%'));
        /* A draft takes it, and it is told. */
        assert_int_equal(script_node_take(a, answer, &rows[i].value, &err), ERR_OK);
        assert_int_equal(script_answer_faults(a, answer), want);
        assert_int_equal(script_faults(a, NULL, 0), want != 0);
        script_answers_free(a);
        script_deinit(&s);
    }
}

/* An expression is looked at once, whatever it says. */
static enum regex_result counted(void *arg, const char *pattern, const char *text)
{
    (void)pattern, (void)text;
    ++*(int *)arg;
    return REGEX_GAVE_UP;
}

static void an_expression_is_looked_at_once(void **state)
{
    (void)state;
    int n = 0;
    char pattern[] = "x";
    const struct regex_ops ops = {.match = counted, .arg = &n};
    const struct script_item item = {.type = SCRIPT_STRING, .regex = pattern};
    const struct script_value value = plain(SCRIPT_STRING, "y");
    assert_int_equal(script_value_faults(&item, &value, &ops), 1U << SCRIPT_FAULT_REGEX_LIMIT);
    assert_int_equal(n, 1);
    assert_string_equal(script_fault_code(SCRIPT_FAULT_REGEX_LIMIT), "regexLimit");
}

static const char *upside(void *arg, const char *msgid)
{
    assert_string_equal(msgid, "The answer has at most %s characters.");
    return arg;
}

static void rules_are_told_in_the_language_of_the_person(void **state)
{
    (void)state;
    static char french[] = "Au plus %s caract\xc3\xa8res.";
    const struct script_item item = {.type = SCRIPT_STRING, .max_length = 12};
    CLEANUP_BUF struct buf b = {0};
    script_fault_print(&item, SCRIPT_FAULT_MAX_LENGTH, upside, french, &b);
    assert_string_equal(buf_text(&b), "Au plus 12 caract\xc3\xa8res.");
}

/* contact* 1..3 { name!, phone* 2..2, kin { sick! } }, end! { note }. */
enum { CONTACT, NAME, PHONE, KIN, SICK, END, NOTE };

struct tree {
    struct script s;
    struct script_answers *a;
};

static int make(void **state)
{
    struct tree *t = calloc(1, sizeof *t);
    add_item(&t->s, "contact", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(&t->s, "name", SCRIPT_STRING, CONTACT);
    add_item(&t->s, "phone", SCRIPT_STRING, CONTACT);
    add_item(&t->s, "kin", SCRIPT_GROUP, CONTACT);
    add_item(&t->s, "sick", SCRIPT_BOOLEAN, KIN);
    add_item(&t->s, "end", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(&t->s, "note", SCRIPT_STRING, END);
    t->s.items[CONTACT].repeats = t->s.items[PHONE].repeats = true;
    t->s.items[CONTACT].min_occurs = 1;
    t->s.items[CONTACT].max_occurs = 2;
    t->s.items[PHONE].min_occurs = t->s.items[PHONE].max_occurs = 2;
    t->s.items[NAME].required = t->s.items[SICK].required = t->s.items[END].required = true;
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

/* "required name@0; …" */
static void assert_faults(const struct tree *t, const char *expected)
{
    CLEANUP_BUF struct buf b = {0};
    struct script_fault faults[16];
    const size_t n = script_faults(t->a, faults, 16);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&b, "%s%s ", i ? "; " : "", script_fault_code(faults[i].kind));
        script_node_key(t->a, faults[i].node, &b);
        if (faults[i].answer != SCRIPT_NODE_NONE)
            buf_printf(&b, " %zu", script_node_position(t->a, faults[i].answer));
    }
    assert_string_equal(buf_text(&b), expected);
}

static void put(struct tree *t, size_t below, size_t item, const char *text)
{
    const struct script_value v = plain(SCRIPT_STRING, text);
    const size_t node = script_node_child(t->a, below, item);
    assert_int_equal(script_node_take(t->a, script_node_answer(t->a, node), &v, NULL), ERR_OK);
}

static void what_is_missing_is_named_at_its_instance(void **state)
{
    struct tree *t = *state;
    size_t first = script_node_first(t->a, CONTACT), second, third;
    assert_faults(t, "required name@0; minCount phone@0; required end");
    assert_int_equal(script_missing_nodes(t->a, NULL, 0), 3);
    put(t, script_node_first(t->a, END), NOTE, "x");
    put(t, first, NAME, "Ann");
    assert_faults(t, "minCount phone@0");
    put(t, first, PHONE, "1");
    assert_faults(t, "minCount phone@0");
    /* An empty instance beside one that is there lacks nothing. */
    assert_int_equal(script_node_append(t->a, first, &second, NULL), ERR_OK);
    assert_faults(t, "minCount phone@0");
    put(t, second, PHONE, "2");
    assert_faults(t, "minCount phone@0; required name@1; minCount phone@1");
    /* A group that is begun is asked whole; one that is not is left out. */
    const struct script_value yes = boolean(true);
    const size_t kin = script_node_child(t->a, second, KIN);
    const size_t sick = script_node_child(t->a, kin, SICK);
    assert_int_equal(script_node_set(t->a, script_node_answer(t->a, sick), &yes, NULL), ERR_OK);
    assert_faults(t, "minCount phone@0; required name@1; minCount phone@1");
    assert_int_equal(script_node_remove(t->a, second, NULL), ERR_OK);
    assert_faults(t, "minCount phone@0");
    assert_int_equal(script_node_append(t->a, first, &second, NULL), ERR_OK);
    assert_int_equal(script_node_append(t->a, second, &third, NULL), ERR_OK);
    put(t, second, NAME, "Bea");
    put(t, third, NAME, "Cem");
    assert_faults(t, "minCount phone@0; minCount phone@1; maxCount contact@2; minCount phone@2");
}

static void too_many_answers_are_counted_and_missing_ones_too(void **state)
{
    struct tree *t = *state;
    const size_t first = script_node_first(t->a, CONTACT);
    size_t answer = script_node_answer(t->a, script_node_child(t->a, first, PHONE));
    put(t, script_node_first(t->a, END), NOTE, "x");
    put(t, first, NAME, "Ann");
    put(t, first, PHONE, "1");
    for (int i = 0; i < 2; i++) {
        const struct script_value v = plain(SCRIPT_STRING, "2");
        assert_int_equal(script_node_append(t->a, answer, &answer, NULL), ERR_OK);
        assert_int_equal(script_node_set(t->a, answer, &v, NULL), ERR_OK);
        assert_faults(t, i ? "maxCount phone@0" : "");
    }
    /* Two contacts are asked for, and there is one place. */
    t->s.items[CONTACT].min_occurs = 2;
    assert_faults(t, "maxCount phone@0; minCount contact@0");
}

static void an_exclusive_option_stands_alone(void **state)
{
    (void)state;
    struct script s = {0};
    add_item(&s, "q", SCRIPT_CHOICE, SCRIPT_NO_PARENT);
    s.items[0].repeats = true;
    add_option(&s, 0, coding("urn:c", "a"));
    add_option(&s, 0, coding("urn:c", "none"));
    s.items[0].options[1].exclusive = true;
    struct tree t = {s, script_answers_new(&s)};
    const struct script_value a = coding("urn:c", "a"), none = coding("urn:c", "none");
    size_t first = script_node_answer(t.a, script_node_first(t.a, 0)), second;
    assert_int_equal(script_node_set(t.a, first, &none, NULL), ERR_OK);
    assert_faults(&t, "");
    assert_int_equal(script_node_add(t.a, first, false, &second, NULL), ERR_OK);
    assert_faults(&t, "");
    assert_int_equal(script_node_set(t.a, second, &a, NULL), ERR_OK);
    assert_faults(&t, "optionExclusive q 0");
    script_answers_free(t.a);
    script_deinit(&s);
}

static void what_is_disabled_lacks_nothing(void **state)
{
    struct tree *t = *state;
    const size_t gate = add_item(&t->s, "gate", SCRIPT_BOOLEAN, SCRIPT_NO_PARENT);
    add_condition(&t->s, CONTACT, gate, SCRIPT_EXISTS, boolean(true));
    add_condition(&t->s, END, gate, SCRIPT_EXISTS, boolean(true));
    t->a = script_answers_free(t->a);
    t->a = script_answers_new(&t->s);
    put(t, script_node_first(t->a, CONTACT), PHONE, "1");
    assert_faults(t, "");
    const struct script_value yes = boolean(true);
    const size_t node = script_node_first(t->a, gate);
    assert_int_equal(script_node_set(t->a, script_node_answer(t->a, node), &yes, NULL), ERR_OK);
    assert_faults(t, "required name@0; minCount phone@0; required end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_kept_or_broken),
        cmocka_unit_test(an_expression_is_looked_at_once),
        cmocka_unit_test(rules_are_told_in_the_language_of_the_person),
        cmocka_unit_test_setup_teardown(what_is_missing_is_named_at_its_instance, make, drop),
        cmocka_unit_test_setup_teardown(too_many_answers_are_counted_and_missing_ones_too, make,
                                        drop),
        cmocka_unit_test(an_exclusive_option_stands_alone),
        cmocka_unit_test_setup_teardown(what_is_disabled_lacks_nothing, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
