/* SPDX-License-Identifier: Apache-2.0 */
/* QuestionnaireResponse -> answers, with every rule that the response breaks. */

#include <stdlib.h>
#include <string.h>

#include "net/api/response_parts.h"

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
    response_note(d, answer, NOTE_SEEN);
    if (!cJSON_IsObject(j)) {
        response_wrong_answer(d, "invalidAnswerType", answer, "an answer is an object");
        return;
    }
    response_check_modifiers(d, j, d->script->items[i].link_id);
    response_decode_value(d, j, answer);
    decode_list(d, cJSON_GetObjectItemCaseSensitive(j, "item"), i, answer);
}

static void decode_answers(struct decoder *d, const cJSON *j, size_t node)
{
    const struct script_item *item = &d->script->items[script_node_item(d->answers, node)];
    if (cJSON_HasObjectItem(j, "item"))
        response_wrong(d, "qrs-1", item->link_id, "items below a question stand in its answer");
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(j, "answer");
    if (list && !cJSON_IsArray(list))
        response_wrong(d, "json-type", item->link_id, "answer is not a list");
    size_t answer = script_node_answer(d->answers, node);
    if (cJSON_GetArraySize(list) == 0 && !response_has_note(d, answer, NOTE_SEEN))
        response_note(d, node, NOTE_EMPTY);
    for (const cJSON *k = cJSON_IsArray(list) ? list->child : NULL; k && !d->code; k = k->next) {
        if (response_has_note(d, answer, NOTE_SEEN) && !item->repeats) {
            response_wrong(d, "maxCount", item->link_id, "the question takes one answer");
            return;
        }
        if (response_has_note(d, answer, NOTE_SEEN))
            answer = append(d, answer);
        if (answer == SCRIPT_NODE_NONE)
            continue;
        decode_answer(d, k, answer);
        if (script_node_value(d->answers, answer)->kind == SCRIPT_VALUE_NONE)
            response_note(d, node, NOTE_EMPTY);
    }
}

static void decode_item(struct decoder *d, const cJSON *j, size_t node)
{
    const size_t i = script_node_item(d->answers, node);
    const struct script_item *item = &d->script->items[i];
    response_note(d, node, NOTE_SEEN);
    response_check_modifiers(d, j, item->link_id);
    if (script_is_question(item)) {
        decode_answers(d, j, node);
        return;
    }
    if (cJSON_HasObjectItem(j, "answer"))
        response_wrong(d,
                       item->type == SCRIPT_GROUP ? "groupShouldNotHaveAnswers" : "displayAnswer",
                       item->link_id, "this item takes no answer");
    else if (item->type == SCRIPT_GROUP && cJSON_GetArraySize(json_arr(j, "item")) == 0)
        response_note(d, node, NOTE_EMPTY);
    decode_list(d, cJSON_GetObjectItemCaseSensitive(j, "item"), i, node);
}

/* The node that an item of the response stands for: the instance after the one before. *last is
 * the node of the list's former item. */
static size_t place_item(struct decoder *d, size_t i, size_t below, size_t *last)
{
    const struct script_item *item = &d->script->items[i];
    if (*last != SCRIPT_NODE_NONE && i < script_node_item(d->answers, *last))
        response_wrong(d, "order", item->link_id, "the item is not in its place");
    const bool again = *last != SCRIPT_NODE_NONE && script_node_item(d->answers, *last) == i;
    size_t node = again ? *last : script_node_child(d->answers, below, i);
    if (response_has_note(d, node, NOTE_SEEN)) {
        if (item->type == SCRIPT_GROUP && item->repeats)
            node = append(d, node);
        else
            response_wrong(d, "maxCount", item->link_id, "the item stands there twice");
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
        response_wrong(d, "json-type", at, "item is not a list");
    for (const cJSON *j = cJSON_IsArray(list) ? list->child : NULL; j && !d->code; j = j->next) {
        const char *link_id = json_str(j, "linkId", "");
        const size_t i = script_find_below(d->script, parent, link_id);
        if (i != SCRIPT_NONE) {
            const size_t node = place_item(d, i, below, &last);
            if (node != SCRIPT_NODE_NONE)
                decode_item(d, j, node);
        } else if (script_find(d->script, link_id) != SCRIPT_NONE) {
            response_wrong(d, "nesting", link_id, "the item does not belong here");
        } else {
            response_wrong(d, "invalidLinkId", link_id, "the questionnaire has no such item");
        }
    }
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
        response_check_head(&d, response);
        response_check_modifiers(&d, response, NULL);
        if (response_status_parse(json_str(response, "status", ""), &status)) {
            if (ret_status)
                *ret_status = status;
        } else {
            response_wrong(&d, "status", NULL, "the status is not one of FHIR's");
        }
    }
    script_answers_hold(a);
    decode_list(&d, items, SCRIPT_NO_PARENT, SCRIPT_NODE_NONE);
    script_answers_release(a);
    if (!d.code)
        response_check_answers(&d, status);
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
