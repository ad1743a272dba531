/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts and responses of scripts with repeated groups, several answers, items under answers and
 * every type of value. JSON stands in single quotes here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/script_tree.h"
#include "net/api/response.h"
#include "tests/core/script_build.h"

/* contact* { name!, sick, since (sick), symptom*2 { severe } }, weight (kg), temperature, born, at,
 * hour, page, drink. */
enum { CONTACT, NAME, SICK, SINCE, SYMPTOM, SEVERE, WEIGHT, TEMPERATURE, AT, HOUR, PAGE, DRINK };

struct fixture {
    struct script s;
    struct script_answers *a;
};

static int make(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct script *s = &f->s;
    s->url = strdup("urn:tree");
    add_item(s, "contact", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(s, "name", SCRIPT_STRING, CONTACT);
    add_item(s, "sick", SCRIPT_BOOLEAN, CONTACT);
    add_item(s, "since", SCRIPT_DATE, CONTACT);
    add_item(s, "symptom", SCRIPT_CHOICE, CONTACT);
    add_item(s, "severe", SCRIPT_BOOLEAN, SYMPTOM);
    add_item(s, "weight", SCRIPT_QUANTITY, SCRIPT_NO_PARENT);
    add_item(s, "temperature", SCRIPT_DECIMAL, SCRIPT_NO_PARENT);
    add_item(s, "at", SCRIPT_DATETIME, SCRIPT_NO_PARENT);
    add_item(s, "hour", SCRIPT_TIME, SCRIPT_NO_PARENT);
    add_item(s, "page", SCRIPT_URL, SCRIPT_NO_PARENT);
    add_item(s, "drink", SCRIPT_OPEN_CHOICE, SCRIPT_NO_PARENT);
    s->items[CONTACT].repeats = true;
    s->items[NAME].required = true;
    s->items[SYMPTOM].repeats = true;
    s->items[SYMPTOM].max_occurs = 2;
    s->items[TEMPERATURE].has_max_decimals = true;
    s->items[TEMPERATURE].max_decimals = 1;
    add_option(s, SYMPTOM, coding("urn:s", "cough"));
    add_option(s, SYMPTOM, coding("urn:s", "fever"));
    add_option(s, SYMPTOM, coding("urn:s", "none"));
    s->items[SYMPTOM].options[2].exclusive = true;
    add_option(s, DRINK, coding("urn:d", "tea"));
    add_condition(s, SINCE, SICK, SCRIPT_EQ, boolean(true));
    assert_true(script_index(s));
    f->a = script_answers_new(s);
    *state = f;
    return 0;
}

static int drop(void **state)
{
    struct fixture *f = *state;
    script_answers_free(f->a);
    script_deinit(&f->s);
    free(f);
    return 0;
}

static cJSON *parse(const char *single)
{
    CLEANUP_BUF struct buf b = {0};
    struct err err = {0};
    cJSON *j = NULL;
    buf_str(&b, single);
    for (char *c = b.data; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    if (json_parse(b.data, b.len, &json_limits_script, &j, &err) != ERR_OK)
        fail_msg("%s: %s", single, err.sentence);
    return j;
}

static void assert_form(const struct fixture *f, enum response_status status, const char *items)
{
    CLEANUP_JSON cJSON *r = NULL, *wanted = parse(items);
    CLEANUP_BUF struct buf a = {0}, b = {0};
    assert_int_equal(response_encode_anyway(f->a, status, NULL, NULL, &r, NULL), ERR_OK);
    json_print(cJSON_GetObjectItemCaseSensitive(r, "item"), &a);
    json_print(wanted, &b);
    assert_string_equal(buf_text(&a), buf_text(&b));
}

static const char draft[] =
    "[{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'Ann'}]},"
    " {'linkId':'sick','answer':[{'valueBoolean':false}]},"
    " {'linkId':'since','answer':[{'valueDate':'2020-05'}]},"
    " {'linkId':'symptom','answer':[{'item':[{'linkId':'severe','answer':[{'valueBoolean':true}]}]}"
    ","
    "  {'valueCoding':{'system':'urn:s','code':'fever','display':'Fever!'},"
    "   'item':[{'linkId':'severe','answer':[{'valueBoolean':false}]}]}]}]},"
    "{'linkId':'contact'},"
    "{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'Cem'}]}]},"
    "{'linkId':'weight','answer':[{'valueQuantity':{'value':70.50,'unit':'kg','system':'urn:u',"
    " 'code':'kg'}}]},"
    "{'linkId':'temperature','answer':[{'valueDecimal':37.50}]},"
    "{'linkId':'at','answer':[{'valueDateTime':'2020-05-03T10:00:00+02:00'}]},"
    "{'linkId':'hour','answer':[{'valueTime':'10:00:00'}]},"
    "{'linkId':'page','answer':[{'valueUri':'urn:x'}]},"
    "{'linkId':'drink','answer':[{'valueString':'cold milk'}]}]";

/* As the draft, without what does not count. */
static const char whole[] =
    "[{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'Ann'}]},"
    " {'linkId':'sick','answer':[{'valueBoolean':false}]},"
    " {'linkId':'symptom','answer':["
    "  {'valueCoding':{'system':'urn:s','code':'fever','display':'Fever!'},"
    "   'item':[{'linkId':'severe','answer':[{'valueBoolean':false}]}]}]}]},"
    "{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'Cem'}]}]},"
    "{'linkId':'weight','answer':[{'valueQuantity':{'value':70.50,'unit':'kg','system':'urn:u',"
    " 'code':'kg'}}]},"
    "{'linkId':'temperature','answer':[{'valueDecimal':37.50}]},"
    "{'linkId':'at','answer':[{'valueDateTime':'2020-05-03T10:00:00+02:00'}]},"
    "{'linkId':'hour','answer':[{'valueTime':'10:00:00'}]},"
    "{'linkId':'page','answer':[{'valueUri':'urn:x'}]},"
    "{'linkId':'drink','answer':[{'valueString':'cold milk'}]}]";

static void fill(struct fixture *f, const char *items)
{
    CLEANUP_JSON cJSON *j = parse(items);
    struct err err = {0};
    if (response_decode_items(j, f->a, NULL, &err) != ERR_OK)
        fail_msg("%s: %s", err.field, err.sentence);
}

static void a_draft_gives_the_same_tree_again(void **state)
{
    struct fixture *f = *state;
    fill(f, draft);
    assert_form(f, RESPONSE_IN_PROGRESS, draft);
    const size_t first = script_node_first(f->a, CONTACT);
    const size_t third = script_node_next_instance(f->a, script_node_next_instance(f->a, first));
    assert_int_equal(script_node_position(f->a, third), 2);
    const size_t name = script_node_child(f->a, third, NAME);
    assert_string_equal(script_node_value(f->a, script_node_answer(f->a, name))->text, "Cem");
    /* What was disabled comes back as it was. */
    const struct script_value yes = boolean(true);
    const size_t sick = script_node_child(f->a, first, SICK);
    const size_t since = script_node_child(f->a, first, SINCE);
    assert_false(script_node_is_kept(f->a, since));
    assert_int_equal(script_node_set(f->a, script_node_answer(f->a, sick), &yes, NULL), ERR_OK);
    assert_true(script_node_is_kept(f->a, since));
}

static void a_completed_response_holds_what_counts(void **state)
{
    struct fixture *f = *state;
    fill(f, draft);
    assert_form(f, RESPONSE_COMPLETED, whole);
    fill(f, whole);
    assert_form(f, RESPONSE_COMPLETED, whole);
    assert_form(f, RESPONSE_IN_PROGRESS, whole);
}

/* Cells that were removed before are used again: any number of drafts can be read. */
static void reading_again_takes_no_more_room(void **state)
{
    struct fixture *f = *state;
    fill(f, draft);
    size_t node = script_node_first(f->a, CONTACT);
    for (int i = 0; i < 20; i++) {
        size_t fresh;
        assert_int_equal(script_node_add(f->a, node, false, &fresh, NULL), ERR_OK);
        assert_int_equal(script_node_remove(f->a, node, NULL), ERR_OK);
        node = fresh;
    }
    for (int i = 0; i < 50; i++)
        fill(f, draft);
    assert_form(f, RESPONSE_IN_PROGRESS, draft);
    fill(f, "[]");
    const size_t last = script_node_first(f->a, DRINK);
    fill(f, draft);
    fill(f, "[]");
    assert_int_equal(script_node_first(f->a, DRINK), last);
}

/* Each row: the items of a completed response and its one fault. */
/* clang-format off */
static const struct {
    const char *code, *at;
    size_t answer;
    const char *items;
} faults[] = {
    {"required", "name", FINDING_WHOLE,
     "[{'linkId':'contact','item':[{'linkId':'sick','answer':[{'valueBoolean':false}]}]}]"},
    {"required", "name", FINDING_WHOLE,
     "[{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'x'}]}]},"
     "{'linkId':'contact','item':[]}]"},
    {"disabledAnswer", "since", FINDING_WHOLE,
     "[{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'x'}]},"
     "{'linkId':'since','answer':[{'valueDate':'2020'}]}]}]"},
    {"maxCount", "symptom", FINDING_WHOLE,
     "[{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'x'}]},"
     "{'linkId':'symptom','answer':[{'valueCoding':{'system':'urn:s','code':'cough'}},"
     "{'valueCoding':{'system':'urn:s','code':'cough'}},"
     "{'valueCoding':{'system':'urn:s','code':'fever'}}]}]}]"},
    {"optionExclusive", "symptom", 1,
     "[{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'x'}]},"
     "{'linkId':'symptom','answer':[{'valueCoding':{'system':'urn:s','code':'cough'}},"
     "{'valueCoding':{'system':'urn:s','code':'none'}}]}]}]"},
    {"invalidAnswerOption", "symptom", 1,
     "[{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'x'}]},"
     "{'linkId':'symptom','answer':[{'valueCoding':{'system':'urn:s','code':'cough'}},"
     "{'valueCoding':{'system':'urn:t','code':'fever'}}]}]}]"},
    {"invalidAnswerType", "symptom", 0,
     "[{'linkId':'contact','item':[{'linkId':'name','answer':[{'valueString':'x'}]},"
     "{'linkId':'symptom','answer':[{'valueBoolean':true},"
     "{'valueCoding':{'system':'urn:s','code':'fever'}}]}]}]"},
    {"maxDecimalPlaces", "temperature", 0,
     "[{'linkId':'temperature','answer':[{'valueDecimal':37.50}]}]"},
    {"maxCount", "temperature", FINDING_WHOLE,
     "[{'linkId':'temperature','answer':[{'valueDecimal':37.5}]},"
     "{'linkId':'temperature'}]"},
    {"invalidAnswer", "at", 0,
     "[{'linkId':'at','answer':[{'valueDateTime':'2020-05-03T10:00:00'}]}]"},
    {"invalidAnswerOption", "drink", 0,
     "[{'linkId':'drink','answer':[{'valueCoding':{'system':'urn:d','code':'milk'}}]}]"},
    {"invalidAnswerType", "weight", 0,
     "[{'linkId':'weight','answer':[{'valueQuantity':{'unit':'kg'}}]}]"},
};
/* clang-format on */

static void each_fault_is_found_at_its_answer_and_no_other(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        CLEANUP_BUF struct buf b = {0};
        CLEANUP_FINDINGS struct findings p = {0};
        buf_printf(&b,
                   "{'resourceType':'QuestionnaireResponse','questionnaire':'urn:tree',"
                   "'status':'completed','item':%s}",
                   faults[i].items);
        CLEANUP_JSON cJSON *r = parse(buf_text(&b));
        assert_int_equal(response_decode(r, f->a, NULL, &p, NULL), ERR_INVALID);
        assert_string_equal(p.rows[0].code, faults[i].code);
        assert_string_equal(p.rows[0].at, faults[i].at);
        assert_int_equal(p.rows[0].answer, faults[i].answer);
        if (p.n != 1)
            fail_msg("%s: %s at %s too", faults[i].items, p.rows[1].code, p.rows[1].at);
    }
}

/* A draft may break every rule but that of the type. */
static void a_draft_keeps_what_breaks_rules(void **state)
{
    struct fixture *f = *state;
    static const char items[] = "[{'linkId':'contact','item':[{'linkId':'symptom','answer':["
                                "{'valueCoding':{'system':'urn:s','code':'unknown'}},"
                                "{'valueCoding':{'system':'urn:s','code':'none'}},"
                                "{'valueCoding':{'system':'urn:s','code':'none'}}]}]},"
                                "{'linkId':'temperature','answer':[{'valueDecimal':37.123}]}]";
    fill(f, items);
    assert_form(f, RESPONSE_IN_PROGRESS, items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_draft_gives_the_same_tree_again, make, drop),
        cmocka_unit_test_setup_teardown(a_completed_response_holds_what_counts, make, drop),
        cmocka_unit_test_setup_teardown(reading_again_takes_no_more_room, make, drop),
        cmocka_unit_test_setup_teardown(each_fault_is_found_at_its_answer_and_no_other, make, drop),
        cmocka_unit_test_setup_teardown(a_draft_keeps_what_breaks_rules, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
