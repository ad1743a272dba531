/* SPDX-License-Identifier: Apache-2.0 */
/* QuestionnaireResponse -> answers, with every rule that the response breaks. */

#include <stdlib.h>
#include <string.h>

#include "core/script_fault.h"
#include "core/script_tree.h"
#include "net/api/response.h"

/* What is noted of a node or an answer while it is read. */
enum {
    NOTE_SEEN = 1,  /* the response names it */
    NOTE_WRONG = 2, /* something at or below it was told already */
};

struct decoder {
    const struct script *script;
    struct script_answers *answers;
    struct findings *findings;
    unsigned char *notes; /* of each node and answer */
    size_t n_notes;
    enum err_code code; /* what makes the whole fail */
};

static void wrong(struct decoder *d, const char *code, const char *at, const char *rule)
{
    findings_add(d->findings, true, code, at, "%s", rule);
}

static void note(struct decoder *d, size_t node, unsigned char what)
{
    if (node >= d->n_notes) {
        const size_t n = node + node / 2 + 64;
        unsigned char *notes = realloc(d->notes, n);
        if (!notes) {
            d->code = ERR_NOMEM;
            return;
        }
        memset(notes + d->n_notes, 0, n - d->n_notes);
        d->notes = notes;
        d->n_notes = n;
    }
    d->notes[node] |= what;
}

static bool has_note(const struct decoder *d, size_t node, unsigned char what)
{
    return node < d->n_notes && (d->notes[node] & what);
}

/* One answer is wrong: neither it nor what is around it is told to be missing. */
static void wrong_answer(struct decoder *d, const char *code, size_t answer, const char *rule)
{
    const struct script_answers *a = d->answers;
    const struct script_item *item = &d->script->items[script_node_item(a, answer)];
    findings_add_answer(d->findings, code, item->link_id, script_node_position(a, answer), rule);
    for (size_t at = answer; at != SCRIPT_NODE_NONE && !has_note(d, at, NOTE_WRONG);
         at = script_node_above(a, at))
        note(d, at, NOTE_WRONG);
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
    return (char *)(uintptr_t)text; /* script_node_take copies and does not write */
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

static bool read_quantity(const cJSON *j, struct script_value *ret)
{
    const char *digits = json_literal(cJSON_GetObjectItemCaseSensitive(j, "value"));
    *ret = (struct script_value){.kind = SCRIPT_VALUE_QUANTITY,
                                 .text = borrow(digits),
                                 .system = borrow(json_str(j, "system", NULL)),
                                 .code = borrow(json_str(j, "code", NULL)),
                                 .unit = borrow(json_str(j, "unit", NULL))};
    return digits != NULL;
}

#define ITEM(a) (1U << (a))
#define CHOICES (ITEM(SCRIPT_CHOICE) | ITEM(SCRIPT_OPEN_CHOICE))

/* clang-format off */
static const struct {
    const char *key;
    enum script_type type; /* of the value */
    unsigned items;        /* the types of item that take it; a choice takes what its options are */
    bool (*read)(const cJSON *j, struct script_value *ret);
} readers[] = {
    {"valueBoolean",  SCRIPT_BOOLEAN,  ITEM(SCRIPT_BOOLEAN),                               read_boolean},
    {"valueCoding",   SCRIPT_CHOICE,   CHOICES,                                            read_coding},
    {"valueDate",     SCRIPT_DATE,     ITEM(SCRIPT_DATE) | CHOICES,                        read_string},
    {"valueDateTime", SCRIPT_DATETIME, ITEM(SCRIPT_DATETIME),                              read_string},
    {"valueDecimal",  SCRIPT_DECIMAL,  ITEM(SCRIPT_DECIMAL) | CHOICES,                     read_number},
    {"valueInteger",  SCRIPT_INTEGER,  ITEM(SCRIPT_INTEGER) | CHOICES,                     read_number},
    {"valueQuantity", SCRIPT_QUANTITY, ITEM(SCRIPT_QUANTITY),                              read_quantity},
    {"valueString",   SCRIPT_STRING,   ITEM(SCRIPT_STRING) | ITEM(SCRIPT_TEXT) | CHOICES,  read_string},
    {"valueTime",     SCRIPT_TIME,     ITEM(SCRIPT_TIME) | CHOICES,                        read_string},
    {"valueUri",      SCRIPT_URL,      ITEM(SCRIPT_URL),                                   read_string},
};
/* clang-format on */

/* Read one member named value[x]; false when the item takes no such member. */
static bool decode_member(struct decoder *d, const cJSON *m, size_t answer)
{
    const struct script_item *item = &d->script->items[script_node_item(d->answers, answer)];
    struct script_value value;
    struct err err = {0};
    size_t k = 0;
    const size_t n = sizeof readers / sizeof readers[0];
    while (k < n && strcmp(readers[k].key, m->string) != 0)
        k++;
    if (k == n || !(readers[k].items >> item->type & 1))
        return false;
    if (!readers[k].read(m, &value)) {
        wrong_answer(d, "invalidAnswerType", answer, "the answer is not of its type");
        return true;
    }
    value.type = readers[k].type;
    const enum err_code code = script_node_take(d->answers, answer, &value, &err);
    if (code == ERR_INVALID)
        wrong_answer(d, "invalidAnswer", answer, err.sentence);
    else if (code != ERR_OK)
        d->code = code;
    return true;
}

static void decode_value(struct decoder *d, const cJSON *j, size_t answer)
{
    size_t n_values = 0;
    bool taken = true;
    for (const cJSON *m = j->child; m; m = m->next) {
        if (strncmp(m->string, "value", strlen("value")) != 0)
            continue;
        n_values++;
        taken = taken && decode_member(d, m, answer);
    }
    if (n_values > 1)
        wrong_answer(d, "invalidAnswerType", answer, "an answer has one value");
    if (!taken)
        wrong_answer(d, "invalidAnswerType", answer, "the answer is not of the question's type");
    if (n_values == 0 && !json_arr(j, "item"))
        wrong_answer(d, "invalidAnswerType", answer, "an answer without a value");
}

/* ---- items ---- */

static void decode_list(struct decoder *d, const cJSON *list, size_t parent, size_t below);

/* One more of its like behind the last; SCRIPT_NODE_NONE when there is no room. */
static size_t append(struct decoder *d, size_t node)
{
    size_t more = SCRIPT_NODE_NONE;
    const enum err_code code =
        script_node_append(d->answers, script_node_last_instance(d->answers, node), &more, NULL);
    if (code != ERR_OK)
        d->code = code;
    return more;
}

static void decode_answer(struct decoder *d, const cJSON *j, size_t answer)
{
    const size_t i = script_node_item(d->answers, answer);
    note(d, answer, NOTE_SEEN);
    if (!cJSON_IsObject(j)) {
        wrong_answer(d, "invalidAnswerType", answer, "an answer is an object");
        return;
    }
    check_modifiers(d, j, d->script->items[i].link_id);
    decode_value(d, j, answer);
    decode_list(d, cJSON_GetObjectItemCaseSensitive(j, "item"), i, answer);
}

static void decode_answers(struct decoder *d, const cJSON *j, size_t node)
{
    const struct script_item *item = &d->script->items[script_node_item(d->answers, node)];
    if (cJSON_HasObjectItem(j, "item"))
        wrong(d, "qrs-1", item->link_id, "items below a question stand in its answer");
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(j, "answer");
    if (list && !cJSON_IsArray(list))
        wrong(d, "json-type", item->link_id, "answer is not a list");
    size_t answer = script_node_answer(d->answers, node);
    for (const cJSON *k = cJSON_IsArray(list) ? list->child : NULL; k && !d->code; k = k->next) {
        if (has_note(d, answer, NOTE_SEEN) && !item->repeats) {
            wrong(d, "maxCount", item->link_id, "the question takes one answer");
            return;
        }
        if (has_note(d, answer, NOTE_SEEN))
            answer = append(d, answer);
        if (answer != SCRIPT_NODE_NONE)
            decode_answer(d, k, answer);
    }
}

static void decode_item(struct decoder *d, const cJSON *j, size_t node)
{
    const size_t i = script_node_item(d->answers, node);
    const struct script_item *item = &d->script->items[i];
    note(d, node, NOTE_SEEN);
    check_modifiers(d, j, item->link_id);
    if (script_is_question(item)) {
        decode_answers(d, j, node);
        return;
    }
    if (cJSON_HasObjectItem(j, "answer"))
        wrong(d, item->type == SCRIPT_GROUP ? "groupShouldNotHaveAnswers" : "displayAnswer",
              item->link_id, "this item takes no answer");
    decode_list(d, cJSON_GetObjectItemCaseSensitive(j, "item"), i, node);
}

/* The node that an item of the response stands for: the instance after the one before. *last is
 * the node of the list's former item. */
static size_t place_item(struct decoder *d, size_t i, size_t below, size_t *last)
{
    const struct script_item *item = &d->script->items[i];
    if (*last != SCRIPT_NODE_NONE && i < script_node_item(d->answers, *last))
        wrong(d, "order", item->link_id, "the item is not in its place");
    const bool again = *last != SCRIPT_NODE_NONE && script_node_item(d->answers, *last) == i;
    size_t node = again ? *last : script_node_child(d->answers, below, i);
    if (has_note(d, node, NOTE_SEEN)) {
        if (item->type == SCRIPT_GROUP && item->repeats)
            node = append(d, node);
        else
            wrong(d, "maxCount", item->link_id, "the item stands there twice");
    }
    *last = node == SCRIPT_NODE_NONE ? *last : node;
    return node;
}

/* A list of items below an item and its node or answer; the recursion goes down with the
 * questionnaire. */
static void decode_list(struct decoder *d, const cJSON *list, size_t parent, size_t below)
{
    const char *at = parent == SCRIPT_NO_PARENT ? NULL : d->script->items[parent].link_id;
    size_t last = SCRIPT_NODE_NONE;
    if (list && !cJSON_IsArray(list))
        wrong(d, "json-type", at, "item is not a list");
    for (const cJSON *j = cJSON_IsArray(list) ? list->child : NULL; j && !d->code; j = j->next) {
        const char *link_id = json_str(j, "linkId", "");
        const size_t i = script_find_below(d->script, parent, link_id);
        if (i != SCRIPT_NONE) {
            const size_t node = place_item(d, i, below, &last);
            if (node != SCRIPT_NODE_NONE)
                decode_item(d, j, node);
        } else if (script_find(d->script, link_id) != SCRIPT_NONE) {
            wrong(d, "nesting", link_id, "the item does not belong here");
        } else {
            wrong(d, "invalidLinkId", link_id, "the questionnaire has no such item");
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

static void tell(struct decoder *d, const struct script_fault *fault)
{
    const struct script_item *item = &d->script->items[script_node_item(d->answers, fault->node)];
    struct err err = {0};
    (void)script_fault_tell(item, fault->kind, &err);
    if (fault->answer == SCRIPT_NODE_NONE)
        wrong(d, script_fault_code(fault->kind), item->link_id, err.sentence);
    else
        wrong_answer(d, script_fault_code(fault->kind), fault->answer, err.sentence);
    note(d, fault->node, NOTE_WRONG);
}

/* What is wrong with the answers that count; whole: also what is missing and too much. What was
 * told to be wrong is not told to be missing. */
static void check_rules(struct decoder *d, bool whole)
{
    const size_t n = script_faults(d->answers, NULL, 0);
    struct script_fault *faults = calloc(n + 1, sizeof *faults);
    if (!faults) {
        d->code = ERR_NOMEM;
        return;
    }
    (void)script_faults(d->answers, faults, n);
    for (size_t i = 0; i < n; i++)
        if (faults[i].answer != SCRIPT_NODE_NONE ||
            (whole && !has_note(d, faults[i].node, NOTE_WRONG)))
            tell(d, &faults[i]);
    free(faults);
}

/* A group that the response names was not left out, so that what it requires has to be there, even
 * where script_missing_nodes() would let a group without any answer pass. */
static bool lacks_in_named_group(const struct decoder *d, size_t node)
{
    const struct script_answers *a = d->answers;
    const struct script_item *item = &d->script->items[script_node_item(a, node)];
    const size_t above = script_node_above(a, node);
    return item->required && script_is_question(item) && script_node_is_enabled(a, node) &&
           !script_node_is_kept(a, node) && !has_note(d, node, NOTE_WRONG) &&
           above != SCRIPT_NODE_NONE && has_note(d, above, NOTE_SEEN) &&
           !script_is_question(&d->script->items[script_node_item(a, above)]);
}

/* What a completed response must not be: with items that are disabled, or lacking some. */
static void check_complete(struct decoder *d)
{
    const struct script_answers *a = d->answers;
    for (size_t node = script_node_walk(a, SCRIPT_NODE_NONE); node != SCRIPT_NODE_NONE;
         node = script_node_walk(a, node)) {
        const char *at = d->script->items[script_node_item(a, node)].link_id;
        if (has_note(d, node, NOTE_SEEN) && !script_node_is_enabled(a, node))
            wrong(d, "disabledAnswer", at, "the item is disabled");
        if (lacks_in_named_group(d, node))
            wrong(d, "required", at, "an answer is required");
    }
}

static void check_all(struct decoder *d, enum response_status status)
{
    const bool whole = status == RESPONSE_COMPLETED || status == RESPONSE_AMENDED;
    if (status != RESPONSE_IN_PROGRESS)
        check_rules(d, whole);
    if (whole)
        check_complete(d);
}

static enum err_code decode(const cJSON *response, const cJSON *items, struct script_answers *a,
                            enum response_status *ret_status, struct findings *findings,
                            struct err *err)
{
    CLEANUP_FINDINGS struct findings own = {0};
    struct decoder d = {
        .script = script_answers_script(a), .answers = a, .findings = findings ? findings : &own};
    enum response_status status = RESPONSE_IN_PROGRESS;
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
    script_answers_hold(a);
    decode_list(&d, items, SCRIPT_NO_PARENT, SCRIPT_NODE_NONE);
    script_answers_release(a);
    if (!d.code)
        check_all(&d, status);
    free(d.notes);
    d.findings->failed |= d.code == ERR_NOMEM;
    return d.code ? err_set(err, d.code, NULL) : findings_tell(d.findings, NULL, err);
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
