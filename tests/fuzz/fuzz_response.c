/* SPDX-License-Identifier: Apache-2.0 */
/* A response from anybody, for a script with every type of item: its faults are told, and what is
 * right in it says the same when it is written and read again. */

#include <string.h>

#include "core/script_fault.h"
#include "core/script_tree.h"
#include "net/api/questionnaire.h"
#include "net/api/regex_pcre2.h"
#include "net/api/response.h"
#include "tests/fuzz/fuzz.h"

/* JSON in single quotes. */
static const char form[] =
    "{'resourceType':'Questionnaire','url':'u','version':'1','status':'active','item':["
    "{'linkId':'g','type':'group','repeats':true,'required':true,'item':["
    " {'linkId':'n','type':'string','required':true,'maxLength':5},"
    " {'linkId':'m','type':'choice','repeats':true,'answerOption':["
    "  {'valueCoding':{'system':'s','code':'a'}},{'valueString':'b'},{'valueInteger':3}],'item':["
    "  {'linkId':'s','type':'boolean','enableWhen':["
    "   {'question':'m','operator':'=','answerCoding':{'system':'s','code':'a'}}]},"
    "  {'linkId':'h','type':'group','repeats':true,'item':[{'linkId':'i','type':'integer'}]}]}]},"
    "{'linkId':'q','type':'quantity'},{'linkId':'d','type':'decimal'},{'linkId':'t','type':'time'},"
    "{'linkId':'e','type':'dateTime'},{'linkId':'y','type':'date'},{'linkId':'w','type':'url'},"
    "{'linkId':'x','type':'text','enableWhen':[{'question':'n','operator':'exists',"
    " 'answerBoolean':true}],'extension':[{'url':"
    " 'http://hl7.org/fhir/StructureDefinition/regex','valueString':'(a|b)*c'}]},"
    "{'linkId':'o','type':'open-choice','answerOption':[{'valueString':'b'}]},"
    "{'linkId':'p','type':'display'}]}";

static struct script script;
static struct script_answers *answers;

static bool prepare(void)
{
    CLEANUP_BUF struct buf b = {0};
    CLEANUP_FINDINGS struct findings findings = {0};
    buf_str(&b, form);
    for (size_t i = 0; i < b.len; i++)
        b.data[i] = b.data[i] == '\'' ? '"' : b.data[i];
    if (questionnaire_parse(b.data, b.len, "form", &script, &findings, NULL) != ERR_OK)
        return false;
    FUZZ_HOLDS(findings.n_errors == 0);
    answers = script_answers_new(&script);
    if (answers)
        script_answers_use_regex(answers, &regex_pcre2);
    return answers != NULL;
}

static cJSON *encode(enum response_status status, struct buf *text)
{
    cJSON *r = NULL;
    FUZZ_HOLDS(response_encode_anyway(answers, status, NULL, NULL, &r, NULL) == ERR_OK);
    json_print(r, text);
    FUZZ_HOLDS(!text->failed);
    return r;
}

/* Written, read and written again it is the same; a draft is read without any fault. */
static void assert_stable(enum response_status status)
{
    CLEANUP_BUF struct buf once = {0}, twice = {0};
    CLEANUP_JSON cJSON *first = encode(status, &once);
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(first, "item");
    FUZZ_HOLDS(response_decode_items(items, answers, NULL, NULL) == ERR_OK);
    CLEANUP_JSON cJSON *second = encode(status, &twice);
    FUZZ_HOLDS(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
}

/* What is computed after a change is what a fresh look finds. */
static void assert_computed(void)
{
    for (size_t node = script_node_walk(answers, SCRIPT_NODE_NONE); node != SCRIPT_NODE_NONE;
         node = script_node_walk(answers, node)) {
        const bool enabled = script_node_is_enabled(answers, node);
        const size_t above = script_node_above(answers, node);
        FUZZ_HOLDS(!script_node_is_kept(answers, node) || enabled);
        FUZZ_HOLDS(!enabled || above == SCRIPT_NODE_NONE ||
                   script_is_question(&script.items[script_node_item(answers, above)]) ||
                   script_node_is_enabled(answers, above));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct json_limits limits = {64 * 1024, 40, 4000};
    CLEANUP_FINDINGS struct findings findings = {0};
    CLEANUP_JSON cJSON *r = NULL;
    struct err err = {0};
    if (!answers && !prepare())
        return 0;
    if (json_parse((const char *)data, len, &limits, &r, NULL) != ERR_OK)
        return 0;
    const enum err_code code = response_decode(r, answers, NULL, &findings, &err);
    FUZZ_HOLDS(code == ERR_OK || code == ERR_INVALID);
    FUZZ_HOLDS((code == ERR_OK) == (findings.n_errors == 0));
    FUZZ_HOLDS(code == ERR_OK || err.sentence[0]);
    assert_computed();
    assert_stable(RESPONSE_IN_PROGRESS);
    assert_stable(RESPONSE_COMPLETED);
    return 0;
}
