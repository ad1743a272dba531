/* SPDX-License-Identifier: Apache-2.0 */
/* Questionnaires written for these tests. JSON stands in single quotes here, to be readable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/script_strings.h"
#include "core/service.h"
#include "net/api/questionnaire.h"

#define EXT "http://hl7.org/fhir/StructureDefinition/"
#define SDC "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
#define FRENCH(text)                                                                               \
    "{'extension':[{'url':'" EXT "translation','extension':[{'url':'lang','valueCode':'fr'},"      \
    "{'url':'content','valueString':'" text "'}]}]}"
#define CATEGORY(code)                                                                             \
    "{'url':'" EXT "questionnaire-displayCategory','valueCodeableConcept':{'coding':"              \
    "[{'code':'" code "'}]}}"

static void quote(const char *single, struct buf *b)
{
    buf_str(b, single);
    for (char *c = b->data; *c; c++)
        *c = *c == '\'' ? '"' : *c;
}

static enum err_code load(const char *json, struct script *s, struct findings *p, struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    quote(json, &b);
    return questionnaire_load(b.data, b.len, "x.json", s, p, err);
}

static enum err_code load_items(const char *items, struct script *s, struct findings *p,
                                struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    buf_printf(&b, "{'resourceType':'Questionnaire','status':'active','item':[%s]}", items);
    return load(buf_text(&b), s, p, err);
}

static void the_head_is_kept(void **state)
{
    (void)state;
    struct script s = {0};
    assert_int_equal(load("{'resourceType':'Questionnaire','id':'i','url':'u','version':'v',"
                          "'language':'en','title':'Title','_title':" FRENCH("Titre") "}",
                          &s, NULL, NULL),
                     ERR_OK);
    assert_string_equal(s.id, "i");
    assert_string_equal(s.url, "u");
    assert_string_equal(s.version, "v");
    assert_string_equal(s.language, "en");
    assert_string_equal(script_text(&s.title, "fr"), "Titre");
    assert_string_equal(script_text(&s.title, "de"), "Title");
    assert_int_equal(s.n_items, 0);
    script_deinit(&s);
}

static void items_come_in_document_order_with_their_members(void **state)
{
    (void)state;
    struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        load_items(
            "{'linkId':'g','type':'group','prefix':'A','text':'Group','extension':["
            " {'url':'" SDC "shortText','valueString':'G','_valueString':" FRENCH(
                "Gé") "},"
                      " {'url':'" EXT "questionnaire-itemControl','valueCodeableConcept':{'coding':"
                      "  [{'code':'page'}]}}],'item':["
                      " {'linkId':'q','type':'string','text':'?','required':true,'readOnly':true,"
                      "  'maxLength':40,'extension':[{'url':'" EXT "minLength','valueInteger':3},"
                      "   {'url':'" EXT "entryFormat','valueString':'hint'},"
                      "   {'url':'" EXT "questionnaire-hidden','valueBoolean':true}],'item':["
                      "  {'linkId':'h','type':'display','text':'help','extension':[{'url':'" EXT
                      "questionnaire-itemControl','valueCodeableConcept':{'coding':[{'code':'help'}"
                      "]}}]}]},"
                      " {'linkId':'d','type':'display','text':'x','extension':[{'url':'" EXT
                      "questionnaire-displayCategory','valueCodeableConcept':{'coding':"
                      "[{'code':'instructions'}]}}]}]},"
                      "{'linkId':'z','type':'date','text':'when'}",
            &s, &p, NULL),
        ERR_OK);
    assert_int_equal(p.n_warnings, 0);
    assert_int_equal(s.n_items, 5);
    const struct script_item *g = &s.items[0], *q = &s.items[1], *h = &s.items[2];
    assert_string_equal(g->prefix.text, "A");
    assert_string_equal(script_text(&g->label, "fr"), "Gé");
    assert_true(g->page);
    assert_true(q->required && q->read_only && q->hidden);
    assert_int_equal(q->max_length, 40);
    assert_int_equal(q->min_length, 3);
    assert_string_equal(q->hint.text, "hint");
    assert_int_equal(q->parent, 0);
    assert_true(h->help);
    assert_int_equal(h->parent, 1);
    assert_int_equal(h->depth, 2);
    assert_true(s.items[3].for_agent);
    assert_int_equal(s.items[4].parent, SCRIPT_NO_PARENT);
    assert_int_equal(script_find(&s, "z"), 4);
    script_deinit(&s);
}

static void options_are_codings_or_plain_values(void **state)
{
    (void)state;
    struct script s = {0};
    assert_int_equal(
        load_items("{'linkId':'c','type':'choice','answerOption':["
                   "{'valueCoding':{'system':'urn:x','code':'a','display':'Yes','_display':" FRENCH(
                       "Oui") "}},"
                              "{'valueCoding':{'code':'b'}},"
                              "{'valueString':'word','_valueString':" FRENCH(
                                  "mot") "},"
                                         "{'valueInteger':7},{'valueDate':'2020-05'}]}",
                   &s, NULL, NULL),
        ERR_OK);
    const struct script_option *o = s.items[0].options;
    assert_int_equal(s.items[0].n_options, 5);
    assert_string_equal(o[0].value.system, "urn:x");
    assert_string_equal(script_text(&o[0].text, "fr"), "Oui");
    assert_string_equal(o[1].text.text, "b");
    assert_string_equal(o[2].value.text, "word");
    assert_string_equal(script_text(&o[2].text, "fr"), "mot");
    assert_int_equal(o[3].value.type, SCRIPT_INTEGER);
    assert_string_equal(o[4].text.text, "2020-05");
    script_deinit(&s);
}

static void options_come_from_a_contained_value_set(void **state)
{
    (void)state;
    struct script s = {0};
    assert_int_equal(
        load("{'resourceType':'Questionnaire','contained':[{'resourceType':'ValueSet','id':'vs',"
             "'compose':{'include':[{'system':'urn:x','concept':[{'code':'a','display':'Yes',"
             "'designation':[{'language':'fr','value':'Oui'}]}]},"
             "{'system':'urn:y','concept':[{'code':'b'}]}]}},"
             "{'resourceType':'ValueSet','id':'ex','expansion':{'contains':["
             "{'system':'urn:z','code':'z','display':'Zed'}]}}],"
             "'item':[{'linkId':'c','type':'choice','answerValueSet':'#vs'},"
             "{'linkId':'d','type':'choice','answerValueSet':'#ex'}]}",
             &s, NULL, NULL),
        ERR_OK);
    assert_int_equal(s.items[0].n_options, 2);
    assert_string_equal(script_text(&s.items[0].options[0].text, "fr"), "Oui");
    assert_string_equal(s.items[0].options[1].value.system, "urn:y");
    assert_string_equal(s.items[1].options[0].value.system, "urn:z");
    script_deinit(&s);
}

static void conditions_are_read_with_their_types(void **state)
{
    (void)state;
    struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        load_items("{'linkId':'t','type':'display','enableBehavior':'all','enableWhen':["
                   "{'question':'n','operator':'>=','answerDecimal':37.50},"
                   "{'question':'c','operator':'!=','answerCoding':{'system':'u','code':'a'}},"
                   "{'question':'n','operator':'exists','answerBoolean':true}]},"
                   "{'linkId':'n','type':'decimal'},{'linkId':'c','type':'choice'}",
                   &s, &p, NULL),
        ERR_OK);
    assert_int_equal(p.n_warnings, 0);
    const struct script_condition *c = s.items[0].conditions;
    assert_false(s.items[0].any);
    assert_int_equal(s.items[0].n_conditions, 3);
    assert_int_equal(c[0].item, 1);
    assert_int_equal(c[0].op, SCRIPT_GE);
    assert_string_equal(c[0].value.text, "37.50");
    assert_int_equal(c[0].value.type, SCRIPT_DECIMAL);
    assert_int_equal(c[1].value.kind, SCRIPT_VALUE_CODING);
    assert_true(c[2].value.boolean);
    script_deinit(&s);
}

static void texts_lose_what_could_steer_a_terminal(void **state)
{
    (void)state;
    struct script s = {0};
    assert_int_equal(load_items("{'linkId':'d','type':'display','text':'a\\u001b[2Jb\\u0007c\\nd'}",
                                &s, NULL, NULL),
                     ERR_OK);
    assert_string_equal(s.items[0].text.text, "abc\nd");
    script_deinit(&s);
}

/* Each row: items, and the one problem they make. */
/* clang-format off */
static const struct {
    const char *code, *at;
    bool is_error;
    const char *items;
} faults[] = {
    {"link-id", "", true,
     "{'type':'string'}"},
    {"link-id", "g", true,
     "{'linkId':'g','type':'group','item':[{'type':'string'}]}"},
    {"que-2", "a", true,
     "{'linkId':'a','type':'string'},{'linkId':'a','type':'string'}"},
    {"unknown-type", "a", true,
     "{'linkId':'a','type':'question'}"},
    {"unknown-type", "a", true,
     "{'linkId':'a'}"},
    {"screen", "a", true,
     "{'linkId':'a','type':'boolean','repeats':true}"},
    {"unsupported-option", "a", false,
     "{'linkId':'a','type':'choice','answerOption':[{'valueReference':{}}]}"},
    {"option-value", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{'valueCoding':{'display':'x'}}]}"},
    {"option-value", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{}]}"},
    {"dangling-enablewhen", "a", true,
     "{'linkId':'a','type':'string','enableWhen':[{'question':'b','operator':'exists',"
     "'answerBoolean':true}]}"},
    {"unknown-operator", "b", true,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableWhen':[{'question':'a',"
     "'operator':'like','answerBoolean':true}]}"},
    {"enablewhen-answer", "b", true,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableWhen':[{'question':'a',"
     "'operator':'='}]}"},
    {"que-7", "b", true,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableWhen':[{'question':'a',"
     "'operator':'exists','answerString':'x'}]}"},
    {"enable-behavior", "b", true,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableBehavior':'one',"
     "'enableWhen':[{'question':'a','operator':'=','answerBoolean':true}]}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'display','text':'Good day {{givn}}'}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'display','text':'born on {{birth_date}}'}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'display','text':'{{given'}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'display','text':'{{given {{family}}}}'}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'display','text':'given}}'}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'display','text':'{{first name}}'}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'display','text':'{{_days}}'}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{'valueString':'until {{until}}'}]}"},
    {"placeholder", "a", true,
     "{'linkId':'a','type':'display','text':'good','_text':{'extension':[{'url':'http://hl7.org/"
     "fhir/StructureDefinition/translation','extension':[{'url':'lang','valueCode':'nl'},"
     "{'url':'content','valueString':'{{voornaam}}'}]}]}}"},
    {"circular", "a", true,
     "{'linkId':'a','type':'boolean','enableWhen':[{'question':'b','operator':'=',"
     "'answerBoolean':true}]},{'linkId':'b','type':'boolean','enableWhen':[{'question':'a',"
     "'operator':'=','answerBoolean':true}]}"},
    {"circular", "g", true,
     "{'linkId':'g','type':'group','enableWhen':[{'question':'a','operator':'=',"
     "'answerBoolean':true}],'item':[{'linkId':'a','type':'boolean'}]}"},
    {"modifier-extension", "a", true,
     "{'linkId':'a','type':'string','modifierExtension':[{'url':'urn:x'}]}"},
    {"answer-json-type", "b", false,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableWhen':[{'question':'a',"
     "'operator':'=','answerBoolean':'true'}]}"},
    {"enablewhen-type", "b", false,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableWhen':[{'question':'a',"
     "'operator':'=','answerString':'x'}]}"},
    {"enablewhen-type", "b", false,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableWhen':[{'question':'a',"
     "'operator':'=','answerTime':'10:00:00'}]}"},
    {"que-12", "b", false,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableWhen':[{'question':'a',"
     "'operator':'exists','answerBoolean':true},{'question':'a','operator':'=',"
     "'answerBoolean':true}]}"},
    {"que-1", "a", false,
     "{'linkId':'a','type':'group'}"},
    {"que-3", "a", false,
     "{'linkId':'a','type':'display','code':[{}]}"},
    {"que-4", "a", false,
     "{'linkId':'a','type':'choice','answerOption':[{'valueInteger':1}],'answerValueSet':'#v'}"},
    {"que-5", "a", false,
     "{'linkId':'a','type':'string','answerValueSet':'#v'}"},
    {"option-type", "a", false,
     "{'linkId':'a','type':'date','answerOption':[{'valueString':'x'}]}"},
    {"que-6", "a", false,
     "{'linkId':'a','type':'display','required':true}"},
    {"que-8", "a", false,
     "{'linkId':'a','type':'display','initial':[{'valueBoolean':true}]}"},
    {"que-9", "a", false,
     "{'linkId':'a','type':'display','readOnly':true}"},
    {"que-10", "a", false,
     "{'linkId':'a','type':'date','maxLength':4}"},
    {"value-set", "a", false,
     "{'linkId':'a','type':'choice','answerValueSet':'#none'}"},
    {"value-set", "a", false,
     "{'linkId':'a','type':'choice','answerValueSet':'http://x'}"},
    {"json-type", "a", false,
     "{'linkId':'a','type':'string','required':'true'}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','required':'yes'}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','repeats':1}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','text':5}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','_text':'x'}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','_text':{'extension':{}}}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','text':null}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','prefix':['1.']}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','maxLength':'3'}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','maxLength':-1}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','maxLength':1.5}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','extension':{'url':'urn:x'}}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','extension':[{'url':5}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','extension':['urn:x']}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','extension':[{'url':'" EXT "questionnaire-hidden','valueBoolean':'true'}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','extension':[{'url':'" EXT "minLength','valueInteger':'3'}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'integer','extension':[{'url':'" EXT "minValue','valueInteger':'3'}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','extension':[{'url':'" EXT "entryFormat','valueString':'x','_valueString':[]}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'choice','answerOption':{'valueString':'x'}}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{'valueInteger':'1'}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{'valueString':'x','initialSelected':'true'}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{'valueCoding':{'code':'x','display':5}}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{'valueCoding':{'code':'x','system':[]}}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{'valueCoding':'x'}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'choice','answerValueSet':['#x']}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','initial':{'valueString':'x'}}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'integer','initial':[{'valueInteger':'1'}]}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','enableWhen':{'question':'b','operator':'=','answerBoolean':true}}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','enableBehavior':true}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'group','item':{'linkId':'b','type':'string'}}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','code':{'code':'x'}}"},
    {"json-type", "a", true,
     "{'linkId':'a','type':'string','modifierExtension':{'url':'urn:x'}}"},
    {"enablewhen-answer", "b", true,
     "{'linkId':'a','type':'boolean'},{'linkId':'b','type':'string','enableWhen':[{'question':'a',"
     "'operator':'=','answerBoolean':true,'answerString':'x'}]}"},
    {"enablewhen-type", "b", false,
     "{'linkId':'a','type':'display','text':'x'},{'linkId':'b','type':'string','enableWhen':["
     "{'question':'a','operator':'exists','answerBoolean':true}]}"},
    {"enablewhen-type", "b", false,
     "{'linkId':'a','type':'group','item':[{'linkId':'c','type':'string'}]},{'linkId':'b',"
     "'type':'string','enableWhen':[{'question':'a','operator':'!=','answerBoolean':true}]}"},
    {"option-value", "a", true,
     "{'linkId':'a','type':'choice','answerOption':[{'valueString':'x','valueInteger':5}]}"},
    {"translation", "a", false,
     "{'linkId':'a','type':'string','text':'x','_text':" FRENCH("") "}"},
    {"translation", "a", false,
     "{'linkId':'a','type':'string','text':'x','_text':" FRENCH(" ") "}"},
    {"translation", "a", false,
     "{'linkId':'a','type':'string','text':'x','_text':{'extension':[{'url':'" EXT "translation',"
     "'extension':[{'url':'lang','valueCode':'fr'}]}]}}"},
    {"translation", "a", false,
     "{'linkId':'a','type':'string','text':'x','_text':{'extension':[{'url':'" EXT "translation',"
     "'extension':[{'url':'content','valueString':'y'}]}]}}"},
    {"unsupported-expression", "a", false,
     "{'linkId':'a','type':'string','_text':{'extension':[{'url':'" EXT "cqf-expression'}]}}"},
    {"unsupported-expression", "a", false,
     "{'linkId':'a','type':'string','_prefix':{'extension':[{'url':'" EXT "cqf-calculatedValue'}]}}"},
    {"unsupported-expression", "a", false,
     "{'linkId':'a','type':'choice','answerOption':[{'valueString':'x','_valueString':{'extension':["
     "{'url':'" EXT "cqf-expression'}]}}]}"},
    {"unsupported-expression", "a", false,
     "{'linkId':'a','type':'choice','answerOption':[{'valueCoding':{'code':'x','_display':{"
     "'extension':[{'url':'" EXT "cqf-expression'}]}}}]}"},
    {"limit", "a", false,
     "{'linkId':'a','type':'string','extension':[{'url':'" EXT "minLength','valueInteger':-1}]}"},
    {"initial", "a", false,
     "{'linkId':'a','type':'date','initial':[{'valueDate':'2020-02-30'}]}"},
    {"initial", "a", false,
     "{'linkId':'a','type':'string','initial':[{'valueBoolean':true}]}"},
    {"initial", "a", false,
     "{'linkId':'a','type':'string','initial':[{}]}"},
    {"initial", "a", false,
     "{'linkId':'a','type':'string','initial':[{'valueString':'x','valueInteger':1}]}"},
    {"limit", "a", false,
     "{'linkId':'a','type':'integer','extension':[{'url':'" EXT "minValue','valueDate':'2020'}]}"},
    {"limit", "a", false,
     "{'linkId':'a','type':'decimal','extension':[{'url':'" EXT "maxDecimalPlaces','valueInteger':-1}]}"},
    {"extension-value", "a", false,
     "{'linkId':'a','type':'display','text':'x','extension':[{'url':'" EXT "questionnaire-displayCategory',"
     "'valueCoding':{'code':'instructions'}}]}"},
    {"extension-value", "a", false,
     "{'linkId':'a','type':'string','extension':[{'url':'" EXT "questionnaire-hidden','valueString':'true'}]}"},
    {"regex", "a", false,
     "{'linkId':'a','type':'string','extension':[{'url':'" EXT "regex','valueString':'[A-Z'}]}"},
    {"unit", "a", false,
     "{'linkId':'a','type':'decimal','extension':[{'url':'" EXT "questionnaire-unit','valueCoding':{}}]}"},
    {"unsupported-expression", "a", false,
     "{'linkId':'a','type':'string','extension':[{'url':'" SDC "enableWhenExpression'}]}"},
};
/* clang-format on */

static enum err_code parse_items(const char *items, struct script *s, struct findings *p)
{
    CLEANUP_BUF struct buf plain = {0};
    CLEANUP_BUF struct buf b = {0};
    buf_printf(&plain, "{'resourceType':'Questionnaire','status':'active','item':[%s]}", items);
    quote(buf_text(&plain), &b);
    return questionnaire_parse(b.data, b.len, "x.json", s, p, NULL);
}

/* clang-format off */
static void rules_of_items_are_read(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(parse_items(
        "{'linkId':'n','type':'decimal','repeats':true,'initial':[{'valueDecimal':1.50},{'valueDecimal':2}],"
        " 'extension':[{'url':'" EXT "minValue','valueInteger':1},{'url':'" EXT "maxValue','valueDecimal':9.5},"
        " {'url':'" EXT "maxDecimalPlaces','valueInteger':2},{'url':'" EXT "questionnaire-minOccurs','valueInteger':1},"
        " {'url':'" EXT "questionnaire-maxOccurs','valueInteger':3},"
        " {'url':'" EXT "questionnaire-unit','valueCoding':{'system':'urn:u','code':'kg'}}]},"
        "{'linkId':'s','type':'string','extension':[{'url':'" EXT "regex','valueString':'[a-z]+'}]},"
        "{'linkId':'q','type':'quantity','initial':[{'valueQuantity':{'value':3.0,'code':'d'}}],'extension':["
        " {'url':'" EXT "questionnaire-unitOption','valueCoding':{'code':'d','display':'day','_display':" FRENCH("jour") "}},"
        " {'url':'" EXT "questionnaire-unitOption','valueCoding':{'code':'wk','display':'week'}}]},"
        "{'linkId':'o','type':'open-choice','answerOption':[{'valueCoding':{'code':'x'},'initialSelected':true},"
        " {'valueCoding':{'code':'none'},'extension':[{'url':'" EXT "questionnaire-optionExclusive','valueBoolean':true}]}]},"
        "{'linkId':'t','type':'time','initial':[{'valueTime':'10:00:00'}]},"
        "{'linkId':'d','type':'dateTime'},{'linkId':'u','type':'url'},"
        "{'linkId':'g','type':'group','repeats':true,'item':[{'linkId':'g1','type':'string','extension':["
        " {'url':'" SDC "enableWhenExpression'},{'url':'" EXT "questionnaire-constraint'}]}]}", &s, &p), ERR_OK);
    assert_int_equal(p.n_errors, 0);
    assert_int_equal(p.n_warnings, 2); /* the two expressions */
    const struct script_item *n = &s.items[0], *q = &s.items[2], *o = &s.items[3];
    assert_true(n->repeats && n->has_max_decimals);
    assert_int_equal(n->max_decimals, 2);
    assert_int_equal(n->min_occurs, 1);
    assert_int_equal(n->max_occurs, 3);
    assert_string_equal(n->min_value.text, "1");
    assert_string_equal(n->max_value.text, "9.5");
    assert_int_equal(n->n_initials, 2);
    assert_string_equal(n->initials[0].text, "1.50"); /* the digits of the file */
    assert_string_equal(n->units[0].value.text, "kg");
    assert_string_equal(s.items[1].regex, "[a-z]+");
    assert_int_equal(q->n_units, 2);
    assert_string_equal(script_text(&q->units[0].text, "fr"), "jour");
    assert_string_equal(q->initials[0].text, "3.0");
    assert_true(o->options[0].initial && !o->options[0].exclusive && o->options[1].exclusive);
    assert_int_equal(s.items[4].n_initials, 1);
    assert_true(s.items[7].repeats);
    assert_int_equal(s.items[8].lacks, SCRIPT_LACKS_ENABLE_EXPRESSION | SCRIPT_LACKS_CONSTRAINT);
}

/* Whoever wants it anyway gets what can be used of a faulty file. */
static void a_faulty_file_can_be_had(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(parse_items(
        "{'linkId':'a','type':'string'},{'linkId':'a','type':'date'},{'type':'string'},"
        "{'linkId':'b','type':'x','enableWhen':[{'question':'nobody','operator':'=','answerString':'x'}]}",
        &s, &p), ERR_OK);
    assert_int_equal(p.n_errors, 4);
    assert_int_equal(s.n_items, 4);
    assert_int_equal(script_find(&s, "a"), 0);
    assert_int_equal(s.items[3].conditions[0].item, SCRIPT_NONE);
}

static void a_condition_into_another_repeat_is_told(void **state)
{
    (void)state;
    static const struct { const char *items; size_t warnings; } rows[] = {
        {"{'linkId':'g','type':'group','repeats':true,'item':[{'linkId':'a','type':'boolean'}]},"
         "{'linkId':'b','type':'string','enableWhen':[{'question':'a','operator':'=','answerBoolean':true}]}", 1},
        {"{'linkId':'g','type':'group','repeats':true,'item':[{'linkId':'a','type':'boolean'},"
         "{'linkId':'b','type':'string','enableWhen':[{'question':'a','operator':'=','answerBoolean':true}]}]}", 0},
        {"{'linkId':'a','type':'boolean','repeats':true},"
         "{'linkId':'b','type':'string','enableWhen':[{'question':'a','operator':'=','answerBoolean':true}]}", 0},
        {"{'linkId':'q','type':'string','repeats':true,'item':[{'linkId':'a','type':'boolean'}]},"
         "{'linkId':'b','type':'string','enableWhen':[{'question':'a','operator':'=','answerBoolean':true}]}", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CLEANUP(script_deinit) struct script s = {0};
        CLEANUP_FINDINGS struct findings p = {0};
        assert_int_equal(parse_items(rows[i].items, &s, &p), ERR_OK);
        assert_int_equal(p.n_errors, 0);
        assert_int_equal(p.n_warnings, rows[i].warnings);
        assert_true(p.n == 0 || strcmp(p.rows[0].code, "separate-repeat") == 0);
    }
}
/* clang-format on */

static void each_fault_is_named_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct script s = {0};
        struct err err = {0};
        CLEANUP_FINDINGS struct findings p = {0};
        const enum err_code code = load_items(faults[i].items, &s, &p, &err);
        if (code != (faults[i].is_error ? ERR_INVALID : ERR_OK) || p.n != 1 ||
            p.rows[0].is_error != faults[i].is_error ||
            strcmp(p.rows[0].code, faults[i].code) != 0 || strcmp(p.rows[0].at, faults[i].at) != 0)
            fail_msg("%s: %zu findings, first %s", faults[i].items, p.n, p.n ? p.rows[0].code : "");
        if (faults[i].is_error) {
            assert_int_equal(strncmp(err.sentence, "x.json: ", 8), 0);
            assert_int_equal(s.n_items, 0);
        }
        script_deinit(&s);
    }
}

/* Others of the set are options all the same. */
static void an_entry_of_a_value_set_without_a_code_is_told(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        load("{'resourceType':'Questionnaire','contained':[{'resourceType':'ValueSet','id':'v',"
             "'compose':{'include':[{'concept':[{'display':'lost'},{'code':'c'}]}]}}],'item':["
             "{'linkId':'a','type':'choice','answerValueSet':'#v'}]}",
             &s, &p, NULL),
        ERR_OK);
    assert_int_equal(s.items[0].n_options, 1);
    assert_int_equal(p.n, 1);
    assert_string_equal(p.rows[0].code, "value-set");
    assert_string_equal(p.rows[0].at, "a");
}

/* By its path from the item, so that it is found in a long one; at the top from the whole. */
static void a_member_of_the_wrong_type_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *json, *at, *message;
    } rows[] = {
        {"'title':[]",                                                                              "",  "title is a list, not a string"                                        },
        {"'_title':'x'",                                                                            "",  "_title is a string, not an object"                                    },
        {"'item':{'linkId':'a'}",                                                                   "",  "item is an object, not a list"                                        },
        {"'item':[null]",                                                                           "",  "item[0] is null, not an object"                                       },
        {"'contained':[{'resourceType':'ValueSet','id':'v','compose':{'include':{}}}]",             "",
         "contained[0].compose.include is an object, not a list"                                                                                                                },
        {"'contained':[{'resourceType':'Basic','id':5}],'item':[{'linkId':'a','type':'string',"
         "'answerOption':[{'valueString':'x'},{'valueString':'y','initialSelected':1}]}]", "a", "answerOption[1].initialSelected is a number, not true or false"       },
        {"'item':[{'linkId':'g','type':'group','item':[{'linkId':'a','type':'string','_text':{"
         "'extension':[{'url':'" EXT "translation','extension':[{'url':'lang','valueCode':'fr'},"
         "{'url':'content','valueString':5}]}]}}]}]",                                      "a", "_text.extension[0].extension[1].valueString is a number, not a string"},
        {"'item':[{'linkId':'a','type':'string','maxLength':-1}]",                                  "a",
         "maxLength is no whole number of at least 1"                                                                                                                           },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CLEANUP(script_deinit) struct script s = {0};
        CLEANUP_FINDINGS struct findings p = {0};
        CLEANUP_BUF struct buf b = {0};
        buf_printf(&b, "{'resourceType':'Questionnaire',%s}", rows[i].json);
        assert_int_equal(load(buf_text(&b), &s, &p, NULL), ERR_INVALID);
        assert_string_equal(p.rows[0].code, "json-type");
        assert_true(p.rows[0].is_error);
        assert_string_equal(p.rows[0].at, rows[i].at);
        assert_string_equal(p.rows[0].message, rows[i].message);
    }
}

/* A translation without a word is none: the text itself stands in. */
static void an_empty_translation_is_a_missing_one(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        load("{'resourceType':'Questionnaire','language':'en','contained':[{'resourceType':"
             "'ValueSet','id':'v','compose':{'include':[{'concept':[{'code':'c','display':'C',"
             "'designation':[{'language':'fr','value':' '}]}]}]}}],'item':[{'linkId':'a','type':"
             "'choice','text':'Who?','_text':" FRENCH("") ",'answerValueSet':'#v'}]}",
             &s, &p, NULL),
        ERR_OK);
    assert_string_equal(script_text(&s.items[0].text, "fr"), "Who?");
    assert_false(script_string_has(&s, &s.items[0].text, "fr"));
    assert_string_equal(script_text(&s.items[0].options[0].text, "fr"), "C");
    assert_int_equal(p.n, 2);
    for (size_t i = 0; i < p.n; i++) {
        assert_string_equal(p.rows[i].code, "translation");
        assert_string_equal(p.rows[i].at, "a");
    }
    assert_string_equal(p.rows[0].message, "the translation of text into fr is empty");
    assert_string_equal(p.rows[1].message, "the translation of display into fr is empty");
}

/* Whatever JSON it breaks is a finding with its place, that of too much as any other. */
static void json_that_cannot_be_read_is_a_finding(void **state)
{
    (void)state;
    char deep[300];
    memset(deep, '[', sizeof deep);
    const struct {
        const char *text;
        size_t len;
        enum err_code code;
        const char *message;
    } rows[] = {
        {"{",  1,           ERR_INVALID,   "line 1, column 2: the text ends too early"},
        {deep, sizeof deep, ERR_TOO_LARGE, "line 1, column 201: nested too deep"      },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int whole = 0; whole < 2; whole++) {
            struct script s = {0};
            CLEANUP_FINDINGS struct findings p = {0};
            struct err err = {0};
            assert_int_equal(
                whole ? questionnaire_load(rows[i].text, rows[i].len, "x.json", &s, &p, &err)
                      : questionnaire_parse(rows[i].text, rows[i].len, "x.json", &s, &p, &err),
                rows[i].code);
            assert_int_equal(p.n, 1);
            assert_string_equal(p.rows[0].code, "json");
            assert_string_equal(p.rows[0].message, rows[i].message);
            assert_int_equal(strncmp(err.sentence, "x.json: line 1", 14), 0);
        }
    }
}

/* The durations are those of a service. */
static void a_service_has_the_durations_of_its_scripts(void **state)
{
    (void)state;
    static const struct {
        const char *items, *fault; /* NULL = none */
    } rows[] = {
        {"{'linkId':'a','type':'display','text':'{{rest_days}} {{given}}'}",                         NULL                         },
        {"{'linkId':'a','type':'display','text':'{{quiet_end}}'}",                                   NULL                         },
        {"{'linkId':'a','type':'display','text':'{{rest_end}}'},{'linkId':'onset','type':'date'}",
         NULL                                                                                                                     },
        {"{'linkId':'a','type':'display','text':'{{rest_end}}'}",                                    "x.json: a: {{rest_end}} is "},
        {"{'linkId':'a','type':'display','text':'{{rest_end}}'},{'linkId':'onset','type':'string'}",
         "x.json: a: {{rest_end}} is "                                                                                            },
        {"{'linkId':'a','type':'display','text':'{{res_days}}'}",                                    "x.json: a: {{res_days}} is "},
    };
    struct service *service = calloc(1, sizeof *service);
    assert_non_null(service);
    service->durations[0] = (struct duration){.name = "rest", .froms = {"onset"}, .n_froms = 1};
    service->durations[1] = (struct duration){
        .name = "quiet", .froms = {"begin", "sample_date"},
             .n_froms = 2
    };
    service->n_durations = 2;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script s = {0};
        struct err err = {0};
        assert_int_equal(load_items(rows[i].items, &s, NULL, &err), ERR_OK);
        const enum err_code code = questionnaire_check_durations(&s, service, "x.json", &err);
        assert_int_equal(code, rows[i].fault ? ERR_INVALID : ERR_OK);
        if (rows[i].fault)
            assert_int_equal(strncmp(err.sentence, rows[i].fault, strlen(rows[i].fault)), 0);
        script_deinit(&s);
    }
    free(service);
}

static void all_faults_of_a_file_are_listed(void **state)
{
    (void)state;
    struct script s = {0};
    struct err err = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    CLEANUP_BUF struct buf b = {0};
    assert_int_equal(load_items("{'linkId':'a','type':'group'},{'linkId':'b','type':'relation'},"
                                "{'linkId':'c','type':'annex'}",
                                &s, &p, &err),
                     ERR_INVALID);
    assert_string_equal(err.sentence, "x.json: b: a type that FHIR R4 lacks");
    assert_string_equal(err.field, "b");
    assert_int_equal(p.n_errors, 2);
    assert_int_equal(p.n_warnings, 1);
    for (size_t i = 0; i < p.n; i++)
        finding_print(&p.rows[i], "x.json", &b);
    assert_string_equal(buf_text(&b),
                        "x.json: a: warning: que-1: a group has items, a display has none\n"
                        "x.json: b: error: unknown-type: a type that FHIR R4 lacks\n"
                        "x.json: c: error: unknown-type: a type that FHIR R4 lacks\n");
    CLEANUP_JSON cJSON *j = finding_json(&p.rows[1], "x.json");
    buf_clear(&b);
    json_print(j, &b);
    assert_string_equal(buf_text(&b),
                        "{\"file\":\"x.json\",\"at\":\"b\",\"severity\":\"error\",\"code\":"
                        "\"unknown-type\",\"msg\":\"a type that FHIR R4 lacks\"}");
}

/* A code that is shown for want of a display is as little to be trusted as any text; with a control
 * character it is no answer either. */
static void what_is_shown_has_no_escapes(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        parse_items("{'linkId':'a','type':'choice','text':'b\\u001b[2Jc','answerOption':["
                    "{'valueCoding':{'code':'x\\u001b[2Jy'}}]},"
                    "{'linkId':'q','type':'quantity','extension':[{'url':'" EXT
                    "questionnaire-unitOption','valueCoding':{'code':'x\\u001b[2Jy'}}]}",
                    &s, &p),
        ERR_OK);
    assert_string_equal(s.items[0].text.text, "bc");
    assert_int_equal(s.items[0].n_options, 0);
    assert_string_equal(p.rows[0].code, "option-type");
    assert_string_equal(s.items[1].units[0].text.text, "xy");
}

/* A text about secrecy is never read aloud. */
static void a_text_of_category_security_is_for_the_agent(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        parse_items("{'linkId':'a','type':'display','text':'x','extension':[{'url':'" EXT
                    "questionnaire-displayCategory','valueCodeableConcept':{'coding':["
                    "{'code':'security'}]}}]}",
                    &s, &p),
        ERR_OK);
    assert_true(s.items[0].for_agent && s.items[0].security);
}

/* A question may be for the agent to see to, not to be put to the person. */
static void a_question_of_category_instructions_is_for_the_agent(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        parse_items(
            "{'linkId':'a','type':'boolean','text':'x','extension':[" CATEGORY(
                "instructions") "]},"
                                "{'linkId':'b','type':'string','text':'x','extension':[" CATEGORY(
                                    "security") "]},{'linkId':'c','type':'string','text':'x'}",
            &s, &p),
        ERR_OK);
    assert_int_equal(p.n, 0);
    assert_true(s.items[0].for_agent && !s.items[0].security);
    assert_true(s.items[1].for_agent && s.items[1].security);
    assert_false(s.items[2].for_agent);
}

/* With a code that is misspelt an instruction would be read aloud; a heading is never read. */
static void a_category_that_is_not_known_is_told(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        parse_items(
            "{'linkId':'a','type':'display','text':'x','extension':[" CATEGORY(
                "instruction") "]},"
                               "{'linkId':'g','type':'group','text':'x','extension':[" CATEGORY(
                                   "instructions") "],'item':[{'linkId':'q','type':'string'}]}",
            &s, &p),
        ERR_OK);
    assert_false(s.items[0].for_agent || s.items[1].for_agent);
    assert_int_equal(p.n, 2);
    for (size_t i = 0; i < p.n; i++)
        assert_string_equal(p.rows[i].code, "display-category");
    assert_string_equal(p.rows[0].at, "a");
    assert_string_equal(p.rows[1].at, "g");
    assert_int_equal(p.n_errors, 0);
}

/* What can be evaluated, and not asked on the telephone. */
static void a_reference_is_warned_of_and_refused_for_a_call(void **state)
{
    (void)state;
    CLEANUP(script_deinit) struct script s = {0};
    CLEANUP_FINDINGS struct findings parsed = {0};
    CLEANUP_FINDINGS struct findings loaded = {0};
    static const char items[] = "{'linkId':'a','type':'reference'}";
    assert_int_equal(parse_items(items, &s, &parsed), ERR_OK);
    assert_int_equal(parsed.n_errors, 0);
    assert_string_equal(parsed.rows[0].code, "unsupported-type");
    struct script none = {0};
    assert_int_equal(load_items(items, &none, &loaded, NULL), ERR_INVALID);
    assert_string_equal(loaded.rows[1].code, "screen");
}

static void a_bar_in_url_or_version_is_refused(void **state)
{
    (void)state;
    struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(load("{'resourceType':'Questionnaire','url':'u|v'}", &s, &p, NULL),
                     ERR_INVALID);
    assert_int_equal(load("{'resourceType':'Questionnaire','version':'1|2'}", &s, NULL, NULL),
                     ERR_INVALID);
    assert_string_equal(p.rows[0].code, "canonical");
}

static void a_check_of_broken_json_names_the_place(void **state)
{
    (void)state;
    CLEANUP_FINDINGS struct findings p = {0};
    CLEANUP_BUF struct buf b = {0};
    assert_false(questionnaire_check("{\n\"a\":1,\n\"a\":2}", 16, &p));
    finding_print(&p.rows[0], "x.json", &b);
    assert_string_equal(buf_text(&b), "x.json: error: json: line 3, column 1: a name is used twice "
                                      "in one object\n");
    findings_deinit(&p);
    assert_false(questionnaire_check("[]", 2, &p));
    assert_string_equal(p.rows[0].code, "resource-type");
}

static void ids_from_a_file_cannot_steer_the_terminal(void **state)
{
    (void)state;
    struct script s = {0};
    struct err err = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    CLEANUP_BUF struct buf b = {0};
    assert_int_equal(
        load_items("{'linkId':'\\u001b[2J\\nx','type':'boolean','repeats':true}", &s, &p, &err),
        ERR_INVALID);
    finding_print(&p.rows[0], "x.json", &b);
    assert_null(strchr(buf_text(&b), '\x1B'));
    assert_int_equal(strcspn(buf_text(&b), "\n"), b.len - 1);
    assert_null(strchr(err.sentence, '\x1B'));
}

static void the_list_of_findings_is_bounded(void **state)
{
    (void)state;
    struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    CLEANUP_BUF struct buf b = {0};
    for (int i = 0; i < 3 * FINDINGS_MAX; i++)
        buf_printf(&b, "%s{'linkId':'i%d','type':'boolean','repeats':true}", i ? "," : "", i);
    assert_int_equal(load_items(buf_text(&b), &s, &p, NULL), ERR_INVALID);
    assert_int_equal(p.n, FINDINGS_MAX);
    assert_int_equal(p.n_errors, 3 * FINDINGS_MAX);
}

static void items_that_are_no_objects_are_faults_not_crashes(void **state)
{
    (void)state;
    static const char *const odd[] = {"1",
                                      "null",
                                      "[]",
                                      "'x'",
                                      "{'linkId':1,'type':2,'item':3}",
                                      "{'linkId':'a','type':'choice','answerOption':[1,null,[]]}",
                                      "{'linkId':'a','type':'group','item':{'linkId':'b'}}",
                                      "{'linkId':'a','type':'string','enableWhen':[1]}",
                                      "{'linkId':'a','type':'string','extension':[1,{},[]]}"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct script s = {0};
        CLEANUP_FINDINGS struct findings p = {0};
        (void)!load_items(odd[i], &s, &p, NULL);
        assert_true(p.n_errors > 0 || i == 6 || i == 8);
        script_deinit(&s);
    }
}

#define OURS(system, code) "'code':[{'system':'urn:pupitre:" system "','code':'" code "'}]"

static void a_code_says_what_an_item_is_for(void **state)
{
    (void)state;
    struct script s = {0};
    CLEANUP_FINDINGS struct findings p = {0};
    assert_int_equal(
        load_items(
            "{'linkId':'c','type':'group','repeats':true," OURS(
                "person",
                "contact") ","
                           "'item':["
                           " {'linkId':'g','type':'string'," OURS(
                               "contact",
                               "given") "},"
                                        " {'linkId':'f','type':'string'," OURS(
                                            "contact",
                                            "family") "},"
                                                      " {'linkId':'in','type':'group','item':["
                                                      "  {'linkId':'p','type':'string','code':["
                                                      "   "
                                                      "{'system':'http://"
                                                      "loinc.org','code':'42077-8'},"
                                                      "   "
                                                      "{'system':'urn:pupitre:contact','code':'"
                                                      "phone'}]}]},"
                                                      " {'linkId':'x','type':'string',"
                                                      "  "
                                                      "'code':[{'system':'http://"
                                                      "loinc.org','code':'given'}]}]}",
            &s, &p, NULL),
        ERR_OK);
    assert_int_equal(p.n, 0);
    assert_int_equal(s.items[script_find(&s, "c")].role, SCRIPT_ROLE_CONTACT);
    assert_int_equal(s.items[script_find(&s, "g")].role, SCRIPT_ROLE_GIVEN);
    assert_int_equal(s.items[script_find(&s, "p")].role, SCRIPT_ROLE_PHONE);
    assert_int_equal(s.items[script_find(&s, "x")].role, SCRIPT_ROLE_NONE);
    script_deinit(&s);
}

static void a_code_that_would_lose_a_contact_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *items;
        const char *at;
        const char *message;
    } rows[] = {
  /* clang-format off */
        {"{'linkId':'q','type':'string'," OURS("contact", "fone") "}", "q", "that there is not"},
        {"{'linkId':'q','type':'string'," OURS("person", "phone") "}", "q", "that there is not"},
        {"{'linkId':'q','type':'boolean'," OURS("contact", "phone") "}", "q", "of this type"},
        {"{'linkId':'q','type':'string'," OURS("contact", "phone") "}", "q", "outside a group"},
        {"{'linkId':'c','type':'group'," OURS("person", "contact") ",'item':["
         "{'linkId':'f','type':'string'," OURS("contact", "family") "},"
         "{'linkId':'g','type':'string'," OURS("contact", "given") "}]}",
         "c", "a contact without an item for the phone"},
        {"{'linkId':'c','type':'group'," OURS("person", "collectivity") ",'item':["
         "{'linkId':'n','type':'string'," OURS("collectivity", "name") "},"
         "{'linkId':'k','type':'choice','answerOption':[{'valueCoding':{'code':'a'}}],"
         OURS("collectivity", "kind") "},"
         "{'linkId':'p','type':'string'," OURS("contact", "phone") "}]}",
         "p", "the phone stands outside a group with the code contact"},
        {"{'linkId':'c','type':'group','code':["
         "{'system':'urn:pupitre:person','code':'contact'},"
         "{'system':'urn:pupitre:person','code':'collectivity'}],'item':["
         "{'linkId':'f','type':'string'," OURS("contact", "family") "},"
         "{'linkId':'g','type':'string'," OURS("contact", "given") "},"
         "{'linkId':'p','type':'string'," OURS("contact", "phone") "}]}",
         "c", "the first one counts"},
  /* clang-format on */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script s = {0};
        CLEANUP_FINDINGS struct findings p = {0};
        assert_int_equal(load_items(rows[i].items, &s, &p, NULL), ERR_OK);
        assert_int_equal(p.n, 1);
        assert_false(p.rows[0].is_error);
        assert_string_equal(p.rows[0].code, "person-code");
        assert_string_equal(p.rows[0].at, rows[i].at);
        assert_non_null(strstr(p.rows[0].message, rows[i].message));
        script_deinit(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_is_kept),
        cmocka_unit_test(items_come_in_document_order_with_their_members),
        cmocka_unit_test(options_are_codings_or_plain_values),
        cmocka_unit_test(options_come_from_a_contained_value_set),
        cmocka_unit_test(conditions_are_read_with_their_types),
        cmocka_unit_test(texts_lose_what_could_steer_a_terminal),
        cmocka_unit_test(rules_of_items_are_read),
        cmocka_unit_test(a_faulty_file_can_be_had),
        cmocka_unit_test(what_is_shown_has_no_escapes),
        cmocka_unit_test(a_text_of_category_security_is_for_the_agent),
        cmocka_unit_test(a_question_of_category_instructions_is_for_the_agent),
        cmocka_unit_test(a_category_that_is_not_known_is_told),
        cmocka_unit_test(a_reference_is_warned_of_and_refused_for_a_call),
        cmocka_unit_test(a_condition_into_another_repeat_is_told),
        cmocka_unit_test(each_fault_is_named_once),
        cmocka_unit_test(an_entry_of_a_value_set_without_a_code_is_told),
        cmocka_unit_test(a_member_of_the_wrong_type_is_told_with_its_place),
        cmocka_unit_test(an_empty_translation_is_a_missing_one),
        cmocka_unit_test(json_that_cannot_be_read_is_a_finding),
        cmocka_unit_test(a_service_has_the_durations_of_its_scripts),
        cmocka_unit_test(a_code_says_what_an_item_is_for),
        cmocka_unit_test(a_code_that_would_lose_a_contact_is_told),
        cmocka_unit_test(all_faults_of_a_file_are_listed),
        cmocka_unit_test(a_bar_in_url_or_version_is_refused),
        cmocka_unit_test(a_check_of_broken_json_names_the_place),
        cmocka_unit_test(ids_from_a_file_cannot_steer_the_terminal),
        cmocka_unit_test(the_list_of_findings_is_bounded),
        cmocka_unit_test(items_that_are_no_objects_are_faults_not_crashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
