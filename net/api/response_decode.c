/* SPDX-License-Identifier: Apache-2.0 */
/* QuestionnaireResponse -> answers, with every rule that the response breaks. */

#include <stdlib.h>
#include <string.h>

#include "net/api/response.h"

struct decoder {
    const struct script *script;
    struct script_answers *answers;
    struct findings *findings;
    bool *seen; /* items that the response names */
    bool nomem;
};

static void wrong(struct decoder *d, const char *code, const char *at, const char *rule)
{
    findings_add(d->findings, true, code, at, "%s", rule);
}

/* Who does not know a modifier extension must refuse what it stands on (FHIR R4, extensibility). */
static void check_modifiers(struct decoder *d, const cJSON *j, const char *at)
{
    if (cJSON_GetArraySize(json_arr(j, "modifierExtension")) > 0)
        wrong(d, "modifier-extension", at, "a modifier extension that is not known");
}

/* ---- one answer ---- */

static char *borrow(const char *text)
{
    return (char *)(uintptr_t)text; /* script_answer_set copies and does not write */
}

static bool read_coding(const cJSON *j, struct script_value *ret)
{
    if (!cJSON_IsObject(j))
        return false;
    *ret = (struct script_value){.kind = SCRIPT_VALUE_CODING,
                                 .text = borrow(json_str(j, "code", "")),
                                 .system = borrow(json_str(j, "system", NULL)),
                                 .display = borrow(json_str(j, "display", NULL))};
    return ret->text[0] != '\0';
}

static bool read_boolean(const cJSON *j, struct script_value *ret)
{
    *ret = (struct script_value){.kind = SCRIPT_VALUE_BOOLEAN, .boolean = cJSON_IsTrue(j)};
    return cJSON_IsBool(j);
}

static bool read_number(const cJSON *j, struct script_value *ret)
{
    *ret = (struct script_value){.kind = SCRIPT_VALUE_TEXT, .text = borrow(json_literal(j))};
    return ret->text != NULL;
}

static bool read_string(const cJSON *j, struct script_value *ret)
{
    *ret = (struct script_value){.kind = SCRIPT_VALUE_TEXT, .text = j->valuestring};
    return cJSON_IsString(j) && j->valuestring[0] != '\0';
}

#define ITEMS_1(a) (1U << (a))
#define ITEMS_2(a, b) (ITEMS_1(a) | ITEMS_1(b))
#define ITEMS_3(a, b, c) (ITEMS_2(a, b) | ITEMS_1(c))

/* clang-format off */
static const struct {
    const char *key;
    enum script_type type; /* of the value */
    unsigned items;        /* the types of item that take it; a choice takes what its options are */
    bool (*read)(const cJSON *j, struct script_value *ret);
} readers[] = {
    {"valueBoolean", SCRIPT_BOOLEAN, ITEMS_1(SCRIPT_BOOLEAN),                            read_boolean},
    {"valueCoding",  SCRIPT_CHOICE,  ITEMS_1(SCRIPT_CHOICE),                             read_coding},
    {"valueDate",    SCRIPT_DATE,    ITEMS_2(SCRIPT_DATE, SCRIPT_CHOICE),                read_string},
    {"valueDecimal", SCRIPT_DECIMAL, ITEMS_2(SCRIPT_DECIMAL, SCRIPT_CHOICE),             read_number},
    {"valueInteger", SCRIPT_INTEGER, ITEMS_2(SCRIPT_INTEGER, SCRIPT_CHOICE),             read_number},
    {"valueString",  SCRIPT_STRING,  ITEMS_3(SCRIPT_STRING, SCRIPT_TEXT, SCRIPT_CHOICE), read_string},
};
/* clang-format on */

/* Read one member named value[x]; false when the item takes no such member. */
static bool decode_member(struct decoder *d, const cJSON *m, size_t i)
{
    const struct script_item *item = &d->script->items[i];
    struct script_value value;
    struct err err = {0};
    size_t k = 0;
    const size_t n = sizeof readers / sizeof readers[0];
    while (k < n && strcmp(readers[k].key, m->string) != 0)
        k++;
    if (k == n || !(readers[k].items >> item->type & 1))
        return false;
    if (!readers[k].read(m, &value)) {
        wrong(d, "invalidAnswerType", item->link_id, "the answer is not of its type");
        return true;
    }
    value.type = readers[k].type;
    const enum err_code code = script_answer_set(d->answers, i, &value, &err);
    if (code == ERR_NOMEM)
        d->nomem = true;
    else if (code != ERR_OK)
        wrong(d, item->type == SCRIPT_CHOICE ? "invalidAnswerOption" : "invalidAnswer",
              item->link_id, err.sentence);
    return true;
}

static void decode_value(struct decoder *d, const cJSON *answer, size_t i)
{
    const char *at = d->script->items[i].link_id;
    size_t n_values = 0;
    bool taken = true;
    for (const cJSON *m = answer->child; m; m = m->next) {
        if (strncmp(m->string, "value", strlen("value")) != 0)
            continue;
        n_values++;
        taken = taken && decode_member(d, m, i);
    }
    if (n_values > 1)
        wrong(d, "invalidAnswerType", at, "an answer has one value");
    if (!taken)
        wrong(d, "invalidAnswerType", at, "the answer is not of the question's type");
    if (n_values == 0 && !json_arr(answer, "item"))
        wrong(d, "invalidAnswerType", at, "an answer without a value");
}

/* ---- items ---- */

static void decode_list(struct decoder *d, const cJSON *list, size_t parent, const char *at);

static void decode_answers(struct decoder *d, const cJSON *j, size_t i)
{
    const char *at = d->script->items[i].link_id;
    const cJSON *answers = json_arr(j, "answer");
    if (cJSON_HasObjectItem(j, "item"))
        wrong(d, "qrs-1", at, "items below a question stand in its answer");
    if (!answers)
        return;
    if (cJSON_GetArraySize(answers) > 1)
        wrong(d, "maxCount", at, "the question takes one answer");
    const cJSON *answer = answers->child;
    if (!cJSON_IsObject(answer)) {
        wrong(d, "invalidAnswerType", at, "an answer is an object");
        return;
    }
    check_modifiers(d, answer, at);
    decode_value(d, answer, i);
    decode_list(d, cJSON_GetObjectItemCaseSensitive(answer, "item"), i, at);
}

static void decode_item(struct decoder *d, const cJSON *j, size_t i)
{
    const struct script_item *item = &d->script->items[i];
    if (d->seen[i])
        wrong(d, "maxCount", item->link_id, "the item stands there twice");
    d->seen[i] = true;
    check_modifiers(d, j, item->link_id);
    if (script_is_question(item)) {
        decode_answers(d, j, i);
        return;
    }
    if (cJSON_HasObjectItem(j, "answer"))
        wrong(d, item->type == SCRIPT_GROUP ? "groupShouldNotHaveAnswers" : "displayAnswer",
              item->link_id, "this item takes no answer");
    decode_list(d, cJSON_GetObjectItemCaseSensitive(j, "item"), i, item->link_id);
}

/* A list of items below `parent`; the recursion goes down with the questionnaire. */
static void decode_list(struct decoder *d, const cJSON *list, size_t parent, const char *at)
{
    size_t last = SCRIPT_NONE;
    if (list && !cJSON_IsArray(list))
        wrong(d, "json-type", at, "item is not a list");
    for (const cJSON *j = cJSON_IsArray(list) ? list->child : NULL; j; j = j->next) {
        const char *link_id = json_str(j, "linkId", "");
        const size_t i = script_find(d->script, link_id);
        if (i == SCRIPT_NONE) {
            wrong(d, "invalidLinkId", link_id, "the questionnaire has no such item");
        } else if (d->script->items[i].parent != parent) {
            wrong(d, "nesting", link_id, "the item does not belong here");
        } else {
            if (last != SCRIPT_NONE && i < last)
                wrong(d, "order", link_id, "the item is not in its place");
            last = i;
            decode_item(d, j, i);
        }
    }
}

/* ---- the whole ---- */

static void check_head(struct decoder *d, const cJSON *r)
{
    const struct script *s = d->script;
    const char *canonical = json_str(r, "questionnaire", "");
    const size_t url = strcspn(canonical, "|");
    const char *version = canonical[url] == '|' ? canonical + url + 1 : NULL;
    if (strcmp(json_str(r, "resourceType", ""), "QuestionnaireResponse") != 0)
        wrong(d, "resource-type", NULL, "this is no FHIR QuestionnaireResponse");
    if (s->url && (strlen(s->url) != url || strncmp(s->url, canonical, url) != 0))
        wrong(d, "questionnaire", NULL, "the response belongs to another questionnaire");
    else if (s->url && s->version && version && strcmp(s->version, version) != 0)
        wrong(d, "questionnaire", NULL,
              "the response belongs to another version of the questionnaire");
}

/* A group that the response names was not left out, so that what it requires has to be there, even
 * where script_missing() would let a group without any answer pass. */
static bool lacks_in_named_group(const struct decoder *d, size_t i)
{
    const struct script_item *item = &d->script->items[i];
    return item->required && script_is_question(item) && !script_answer(d->answers, i) &&
           script_is_enabled(d->answers, i) && item->parent != SCRIPT_NO_PARENT &&
           d->seen[item->parent] && !script_is_question(&d->script->items[item->parent]);
}

/* What a completed response must not be: with answers that are disabled, or lacking some. */
static void check_complete(struct decoder *d)
{
    const size_t n = d->script->n_items;
    size_t *missing = calloc(n + 1, sizeof *missing);
    if (!missing) {
        d->nomem = true;
        return;
    }
    const size_t n_missing = script_missing(d->answers, missing, n);
    for (size_t i = 0, k = 0; i < n; i++) {
        const char *at = d->script->items[i].link_id;
        const bool is_missing = k < n_missing && missing[k] == i;
        k += is_missing;
        if (d->seen[i] && !script_is_enabled(d->answers, i))
            wrong(d, "disabledAnswer", at, "the item is disabled");
        if (is_missing || lacks_in_named_group(d, i))
            wrong(d, "required", at, "an answer is required");
    }
    free(missing);
}

static enum err_code decode(const cJSON *response, const cJSON *items, struct script_answers *a,
                            enum response_status *ret_status, struct findings *findings,
                            struct err *err)
{
    CLEANUP_FINDINGS struct findings own = {0};
    struct decoder d = {
        .script = script_answers_script(a), .answers = a, .findings = findings ? findings : &own};
    enum response_status status = RESPONSE_IN_PROGRESS;
    d.seen = calloc(d.script->n_items + 1, sizeof *d.seen);
    if (!d.seen)
        return err_set(err, ERR_NOMEM, NULL);
    script_answers_clear(a);
    if (response) {
        check_head(&d, response);
        check_modifiers(&d, response, NULL);
        if (response_status_parse(json_str(response, "status", ""), &status)) {
            if (ret_status)
                *ret_status = status;
        } else {
            wrong(&d, "status", NULL, "the status is not one of FHIR's");
        }
    }
    decode_list(&d, items, SCRIPT_NO_PARENT, NULL);
    if (status == RESPONSE_COMPLETED || status == RESPONSE_AMENDED)
        check_complete(&d);
    free(d.seen);
    d.findings->failed |= d.nomem;
    return findings_tell(d.findings, NULL, err);
}

enum err_code response_decode(const cJSON *response, struct script_answers *a,
                              enum response_status *ret_status, struct findings *findings,
                              struct err *err)
{
    return decode(response, cJSON_GetObjectItemCaseSensitive(response, "item"), a, ret_status,
                  findings, err);
}

enum err_code response_decode_items(const cJSON *items, struct script_answers *a,
                                    struct findings *findings, struct err *err)
{
    return decode(NULL, items, a, NULL, findings, err);
}
