/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to and from a QuestionnaireResponse. JSON stands in single quotes here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/api/questionnaire.h"
#include "net/api/response.h"
#include "tests/harness/script_flat.h"

static const char form[] =
    "{'resourceType':'Questionnaire','url':'urn:form','version':'7','item':["
    "{'linkId':'g','type':'group','text':'g','required':true,'item':["
    " {'linkId':'say','type':'display','text':'say'},"
    " {'linkId':'yes','type':'boolean','text':'yes','required':true},"
    " {'linkId':'why','type':'text','text':'why','required':true,'enableWhen':"
    "  [{'question':'yes','operator':'=','answerBoolean':true}]}]},"
    "{'linkId':'c','type':'choice','text':'c','answerOption':["
    " {'valueCoding':{'system':'urn:x','code':'a','display':'A'}},{'valueInteger':3},"
    " {'valueString':'three'}],'item':["
    " {'linkId':'below','type':'string','text':'below','maxLength':5}]},"
    "{'linkId':'opt','type':'group','text':'opt','item':["
    " {'linkId':'n','type':'integer','text':'n','required':true},"
    " {'linkId':'t','type':'decimal','text':'t'},{'linkId':'d','type':'date','text':'d'}]},"
    "{'linkId':'free','type':'group','text':'free','item':["
    " {'linkId':'deep','type':'group','text':'deep','item':["
    "  {'linkId':'said','type':'display','text':'said'},"
    "  {'linkId':'note','type':'string','text':'note'}]}]}]}";

struct fixture {
    struct script s;
    struct script_answers *a;
};

static void quote(const char *single, struct buf *b)
{
    buf_str(b, single);
    for (char *c = b->data; *c; c++)
        *c = *c == '\'' ? '"' : *c;
}

static cJSON *parse(const char *single)
{
    CLEANUP_BUF struct buf b = {0};
    struct err err = {0};
    cJSON *j = NULL;
    quote(single, &b);
    if (json_parse(b.data, b.len, &json_limits_api, &j, &err) != ERR_OK)
        fail_msg("%s: %s", single, err.sentence);
    return j;
}

static int make(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    CLEANUP_JSON cJSON *q = parse(form);
    struct err err = {0};
    if (questionnaire_load_json(q, NULL, &f->s, NULL, &err) != ERR_OK)
        fail_msg("%s", err.sentence);
    f->a = script_answers_new(&f->s);
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

/* Items of a response, decoded as the draft that they are. */
static void fill(struct fixture *f, const char *items)
{
    CLEANUP_JSON cJSON *j = parse(items);
    struct err err = {0};
    if (response_decode_items(j, f->a, NULL, &err) != ERR_OK)
        fail_msg("%s", err.sentence);
}

static void assert_encoded(const struct fixture *f, enum response_status status,
                           const char *expected)
{
    CLEANUP_JSON cJSON *r = NULL;
    CLEANUP_BUF struct buf seen = {0}, wanted = {0};
    struct err err = {0};
    if (response_encode(f->a, status, NULL, NULL, &r, &err) != ERR_OK)
        fail_msg("%s", err.sentence);
    json_print(r, &seen);
    quote(expected, &wanted);
    assert_string_equal(buf_text(&seen), buf_text(&wanted));
}

#define HEAD(status)                                                                               \
    "{'resourceType':'QuestionnaireResponse','questionnaire':'urn:form|7','status':'" status "'"

static void a_completed_response_mirrors_the_questionnaire(void **state)
{
    struct fixture *f = *state;
    static const char items[] =
        "[{'linkId':'g','item':[{'linkId':'yes','answer':[{'valueBoolean':true}]},"
        "{'linkId':'why','answer':[{'valueString':'one\\ntwo'}]}]},"
        "{'linkId':'c','answer':[{'valueCoding':{'system':'urn:x','code':'a','display':'A'},"
        "'item':[{'linkId':'below','answer':[{'valueString':'x'}]}]}]},"
        "{'linkId':'opt','item':[{'linkId':'n','answer':[{'valueInteger':-3}]},"
        "{'linkId':'t','answer':[{'valueDecimal':37.50}]},"
        "{'linkId':'d','answer':[{'valueDate':'2020-05'}]}]}]";
    CLEANUP_BUF struct buf expected = {0};
    buf_printf(&expected, HEAD("completed") ",'item':%s}", items);
    fill(f, items);
    assert_encoded(f, RESPONSE_COMPLETED, buf_text(&expected));
}

static void only_a_draft_keeps_what_is_disabled(void **state)
{
    struct fixture *f = *state;
    static const char items[] =
        "[{'linkId':'g','item':[{'linkId':'yes','answer':[{'valueBoolean':false}]},"
        "{'linkId':'why','answer':[{'valueString':'kept'}]}]},"
        "{'linkId':'c','answer':[{'item':[{'linkId':'below','answer':[{'valueString':'x'}]}]}]}]";
    static const char kept[] =
        "[{'linkId':'g','item':[{'linkId':'yes','answer':[{'valueBoolean':false}]}]}]";
    CLEANUP_BUF struct buf draft = {0}, done = {0}, stopped = {0};
    fill(f, items);
    buf_printf(&draft, HEAD("in-progress") ",'item':%s}", items);
    buf_printf(&done, HEAD("completed") ",'item':%s}", kept);
    buf_printf(&stopped, HEAD("stopped") ",'item':%s}", kept);
    assert_encoded(f, RESPONSE_IN_PROGRESS, buf_text(&draft));
    assert_encoded(f, RESPONSE_COMPLETED, buf_text(&done));
    assert_encoded(f, RESPONSE_STOPPED, buf_text(&stopped));
}

static void an_incomplete_script_is_not_completed(void **state)
{
    struct fixture *f = *state;
    cJSON *r = NULL;
    struct err err = {0};
    assert_int_equal(response_encode(f->a, RESPONSE_COMPLETED, NULL, NULL, &r, &err), ERR_STATE);
    assert_null(r);
    assert_encoded(f, RESPONSE_IN_PROGRESS, HEAD("in-progress") "}");
    assert_encoded(f, RESPONSE_ENTERED_IN_ERROR, HEAD("entered-in-error") "}");
}

static void time_and_language_stand_in_the_head(void **state)
{
    struct fixture *f = *state;
    CLEANUP_JSON cJSON *r = NULL;
    assert_int_equal(
        response_encode(f->a, RESPONSE_STOPPED, "2020-05-03T10:00:00Z", "fr", &r, NULL), ERR_OK);
    assert_string_equal(json_str(r, "authored", ""), "2020-05-03T10:00:00Z");
    assert_string_equal(json_str(r, "language", ""), "fr");
}

static void every_status_has_its_word(void **state)
{
    (void)state;
    enum response_status back = RESPONSE_AMENDED;
    for (unsigned i = 0; i < RESPONSE_STATUS_COUNT; i++) {
        const char *name = response_status_name((enum response_status)i);
        assert_true(response_status_parse(name, &back));
        assert_int_equal(back, i);
    }
    assert_false(response_status_parse("done", &back));
}

/* Each row: the items of a completed response, and what is wrong with them. */
/* clang-format off */
static const struct {
    const char *code, *at;
    const char *items;
} faults[] = {
    {"required", "yes",
     "[]"},
    {"required", "why",
     "[{'linkId':'g','item':[{'linkId':'yes','answer':[{'valueBoolean':true}]}]}]"},
    {"disabledAnswer", "why",
     "[{'linkId':'g','item':[{'linkId':'yes','answer':[{'valueBoolean':false}]},"
     "{'linkId':'why','answer':[{'valueString':'x'}]}]}]"},
};
/* clang-format on */

#define GOOD "{'linkId':'g','item':[{'linkId':'yes','answer':[{'valueBoolean':false}]}]}"

/* The same beside what makes the rest complete. */
/* clang-format off */
static const struct {
    const char *code, *at;
    const char *item;
} more_faults[] = {
    {"invalidLinkId", "none",
     "{'linkId':'none'}"},
    {"nesting", "yes",
     "{'linkId':'yes'}"},
    {"maxCount", "g",
     "{'linkId':'g','item':[]}"},
    {"groupShouldNotHaveAnswers", "opt",
     "{'linkId':'opt','answer':[{'valueString':'x'}]}"},
    {"required", "n",
     "{'linkId':'opt','item':[{'linkId':'t','answer':[{'valueDecimal':1}]}]}"},
    {"order", "n",
     "{'linkId':'opt','item':[{'linkId':'t','answer':[{'valueDecimal':1}]},"
     "{'linkId':'n','answer':[{'valueInteger':1}]}]}"},
    {"maxCount", "n",
     "{'linkId':'opt','item':[{'linkId':'n','answer':[{'valueInteger':1},{'valueInteger':2}]}]}"},
    {"invalidAnswer", "n",
     "{'linkId':'opt','item':[{'linkId':'n','answer':[{'valueInteger':1.5}]}]}"},
    {"invalidAnswerType", "n",
     "{'linkId':'opt','item':[{'linkId':'n','answer':[{'valueString':'1'}]}]}"},
    {"invalidAnswerType", "n",
     "{'linkId':'opt','item':[{'linkId':'n','answer':[{'valueInteger':'1'}]}]}"},
    {"invalidAnswer", "d",
     "{'linkId':'opt','item':[{'linkId':'n','answer':[{'valueInteger':1}]},"
     "{'linkId':'d','answer':[{'valueDate':'2021-02-29'}]}]}"},
    {"invalidAnswerOption", "c",
     "{'linkId':'c','answer':[{'valueCoding':{'system':'urn:x','code':'b'}}]}"},
    {"invalidAnswerOption", "c",
     "{'linkId':'c','answer':[{'valueString':'3'}]}"},
    {"invalidAnswerType", "c",
     "{'linkId':'c','answer':[{'valueCoding':{'code':'a'},'valueInteger':3}]}"},
    {"invalidAnswerType", "c",
     "{'linkId':'c','answer':[{}]}"},
    {"invalidAnswerType", "c",
     "{'linkId':'c','answer':[1]}"},
    {"modifier-extension", "c",
     "{'linkId':'c','modifierExtension':[{'url':'urn:x'}]}"},
    {"modifier-extension", "c",
     "{'linkId':'c','answer':[{'valueInteger':3,'modifierExtension':[{'url':'urn:x'}]}]}"},
    {"qrs-1", "c",
     "{'linkId':'c','item':[]}"},
    {"maxLength", "below",
     "{'linkId':'c','answer':[{'valueInteger':3,'item':[{'linkId':'below','answer':"
     "[{'valueString':'secret'}]}]}]}"},
    {"json-type", "c",
     "{'linkId':'c','answer':[{'valueInteger':3,'item':{}}]}"},
    {"noAnswer", "c",
     "{'linkId':'c'}"},
    {"noAnswer", "c",
     "{'linkId':'c','answer':[]}"},
    {"noAnswer", "c",
     "{'linkId':'c','answer':[{'item':[{'linkId':'below','answer':[{'valueString':'x'}]}]}]}"},
    {"noAnswer", "t",
     "{'linkId':'opt','item':[{'linkId':'n','answer':[{'valueInteger':1}]},{'linkId':'t'}]}"},
    {"emptyGroup", "free",
     "{'linkId':'free'}"},
    {"emptyGroup", "free",
     "{'linkId':'free','item':[]}"},
    {"emptyGroup", "deep",
     "{'linkId':'free','item':[{'linkId':'deep','item':[]}]}"},
};
/* clang-format on */

static void assert_fault(struct fixture *f, const char *items, const char *code, const char *at)
{
    CLEANUP_BUF struct buf b = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    struct err err = {0};
    buf_printf(&b, HEAD("completed") ",'item':%s}", items);
    CLEANUP_JSON cJSON *r = parse(buf_text(&b));
    assert_int_equal(response_decode(r, f->a, NULL, &p, &err), ERR_INVALID);
    bool found = false;
    for (size_t i = 0; i < p.n; i++) {
        found |= strcmp(p.rows[i].code, code) == 0 && strcmp(p.rows[i].at, at) == 0;
        assert_null(strstr(p.rows[i].message, "secret"));
    }
    if (!found)
        fail_msg("%s: %s instead of %s at %s", items, p.n ? p.rows[0].code : "nothing", code, at);
    assert_null(strstr(err.sentence, "secret"));
}

static void each_broken_rule_is_named_without_the_value(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        assert_fault(f, faults[i].items, faults[i].code, faults[i].at);
    for (size_t i = 0; i < sizeof more_faults / sizeof more_faults[0]; i++) {
        CLEANUP_BUF struct buf b = {0};
        buf_printf(&b, "[%s,%s]", GOOD, more_faults[i].item);
        assert_fault(f, buf_text(&b), more_faults[i].code, more_faults[i].at);
    }
}

/* One thing that is empty is one fault, and where something is told to be wrong it is no other. */
static void what_is_empty_is_told_once_and_where_it_is(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *items, *code;
    } rows[] = {
        {"[" GOOD ",{'linkId':'free','item':[{'linkId':'deep'}]}]",                            "emptyGroup"               },
        {"[" GOOD ",{'linkId':'free','item':[{'linkId':'deep','item':[{'linkId':'note'}]}]}]",
         "noAnswer"                                                                                                       },
        {"[{'linkId':'g','item':[{'linkId':'yes'}]}]",                                         "required"                 },
        {"[{'linkId':'g'}]",                                                                   "required"                 },
        {"[" GOOD ",{'linkId':'opt','answer':[]}]",                                            "groupShouldNotHaveAnswers"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CLEANUP_BUF struct buf b = {0};
        CLEANUP_FINDINGS struct findings p = {0};
        buf_printf(&b, HEAD("completed") ",'item':%s}", rows[i].items);
        CLEANUP_JSON cJSON *r = parse(buf_text(&b));
        assert_int_equal(response_decode(r, f->a, NULL, &p, NULL), ERR_INVALID);
        assert_string_equal(p.rows[0].code, rows[i].code);
        if (strcmp(rows[i].code, "groupShouldNotHaveAnswers") != 0)
            assert_int_equal(p.n, 1);
    }
    /* A text that was read stands there without an answer; a stopped response may lack all. */
    static const char *const good[] = {
        HEAD("completed") ",'item':[" GOOD ",{'linkId':'free','item':[{'linkId':'deep','item':["
                          "{'linkId':'said'}]}]}]}",
        HEAD("stopped") ",'item':[{'linkId':'g'},{'linkId':'c'}]}",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CLEANUP_JSON cJSON *r = parse(good[i]);
        assert_int_equal(response_decode(r, f->a, NULL, NULL, NULL), ERR_OK);
    }
}

static void a_draft_may_lack_and_keep(void **state)
{
    struct fixture *f = *state;
    enum response_status status = RESPONSE_COMPLETED;
    CLEANUP_JSON cJSON *r =
        parse(HEAD("in-progress") ",'item':[{'linkId':'g','item':[{'linkId':'why','answer':"
                                  "[{'valueString':'kept'}]}]}]}");
    assert_int_equal(response_decode(r, f->a, &status, NULL, NULL), ERR_OK);
    assert_int_equal(status, RESPONSE_IN_PROGRESS);
    assert_string_equal(script_answer(f->a, script_find(&f->s, "why"))->text, "kept");
}

static void a_response_belongs_to_one_version(void **state)
{
    struct fixture *f = *state;
#define STOPPED "{'resourceType':'QuestionnaireResponse','status':'stopped'"
    static const struct {
        enum err_code code;
        const char *head;
    } cases[] = {
        {ERR_OK,      STOPPED ",'questionnaire':'urn:form|7'}"                                    },
        {ERR_OK,      STOPPED ",'questionnaire':'urn:form'}"                                      },
        {ERR_INVALID, STOPPED ",'questionnaire':'urn:form|8'}"                                    },
        {ERR_INVALID, STOPPED ",'questionnaire':'urn:for|7'}"                                     },
        {ERR_INVALID, STOPPED "}"                                                                 },
        {ERR_INVALID, "{'resourceType':'QuestionnaireResponse','questionnaire':'urn:form|7'}"     },
        {ERR_INVALID, "{'resourceType':'Patient','status':'stopped','questionnaire':'urn:form|7'}"},
        {ERR_INVALID, "[]"                                                                        },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP_JSON cJSON *r = parse(cases[i].head);
        assert_int_equal(response_decode(r, f->a, NULL, NULL, NULL), cases[i].code);
    }
}

static void decoding_replaces_what_was_there(void **state)
{
    struct fixture *f = *state;
    fill(f, "[{'linkId':'opt','item':[{'linkId':'n','answer':[{'valueInteger':1}]}]}]");
    fill(f, "[]");
    assert_null(script_answer(f->a, script_find(&f->s, "n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_completed_response_mirrors_the_questionnaire, make, drop),
        cmocka_unit_test_setup_teardown(only_a_draft_keeps_what_is_disabled, make, drop),
        cmocka_unit_test_setup_teardown(an_incomplete_script_is_not_completed, make, drop),
        cmocka_unit_test_setup_teardown(time_and_language_stand_in_the_head, make, drop),
        cmocka_unit_test(every_status_has_its_word),
        cmocka_unit_test_setup_teardown(each_broken_rule_is_named_without_the_value, make, drop),
        cmocka_unit_test_setup_teardown(what_is_empty_is_told_once_and_where_it_is, make, drop),
        cmocka_unit_test_setup_teardown(a_draft_may_lack_and_keep, make, drop),
        cmocka_unit_test_setup_teardown(a_response_belongs_to_one_version, make, drop),
        cmocka_unit_test_setup_teardown(decoding_replaces_what_was_there, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
