/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a response: noted while it is read, and looked for when it is read. */

#include <stdlib.h>
#include <string.h>

#include "core/script_fault.h"
#include "net/api/response_parts.h"

void response_wrong(struct decoder *d, const char *code, const char *at, const char *rule)
{
    findings_add(d->findings, true, code, at, "%s", rule);
}

void response_note(struct decoder *d, size_t node, unsigned char what)
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

bool response_has_note(const struct decoder *d, size_t node, unsigned char what)
{
    return node < d->n_notes && (d->notes[node] & what);
}

void response_wrong_answer(struct decoder *d, const char *code, size_t answer, const char *rule)
{
    const struct script_answers *a = d->answers;
    const struct script_item *item = &d->script->items[script_node_item(a, answer)];
    findings_add_answer(d->findings, code, item->link_id, script_node_position(a, answer), rule);
    for (size_t at = answer; at != SCRIPT_NODE_NONE && !response_has_note(d, at, NOTE_WRONG);
         at = script_node_above(a, at))
        response_note(d, at, NOTE_WRONG);
}

void response_check_modifiers(struct decoder *d, const cJSON *j, const char *at)
{
    if (cJSON_GetArraySize(json_arr(j, "modifierExtension")) > 0)
        response_wrong(d, "modifier-extension", at, "a modifier extension that is not known");
}

void response_check_head(struct decoder *d, const cJSON *r)
{
    const struct script *s = d->script;
    const char *canonical = json_str(r, "questionnaire", "");
    const size_t url = strcspn(canonical, "|");
    const char *version = canonical[url] == '|' ? canonical + url + 1 : NULL;
    if (strcmp(json_str(r, "resourceType", ""), "QuestionnaireResponse") != 0)
        response_wrong(d, "resource-type", NULL, "this is no FHIR QuestionnaireResponse");
    if (s->url && (strlen(s->url) != url || strncmp(s->url, canonical, url) != 0))
        response_wrong(d, "questionnaire", NULL, "the response belongs to another questionnaire");
    else if (s->url && s->version && version && strcmp(s->version, version) != 0)
        response_wrong(d, "questionnaire", NULL,
                       "the response belongs to another version of the questionnaire");
}

static void note_lack(struct decoder *d, size_t node)
{
    for (; node != SCRIPT_NODE_NONE && !response_has_note(d, node, NOTE_LACKS);
         node = script_node_above(d->answers, node))
        response_note(d, node, NOTE_LACKS);
}

static void tell(struct decoder *d, const struct script_fault *fault)
{
    const struct script_item *item = &d->script->items[script_node_item(d->answers, fault->node)];
    struct err err = {0};
    (void)script_fault_tell(item, fault->kind, &err);
    if (fault->answer == SCRIPT_NODE_NONE)
        response_wrong(d, script_fault_code(fault->kind), item->link_id, err.sentence);
    else
        response_wrong_answer(d, script_fault_code(fault->kind), fault->answer, err.sentence);
    response_note(d, fault->node, NOTE_WRONG);
    note_lack(d, fault->node);
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
            (whole && !response_has_note(d, faults[i].node, NOTE_WRONG)))
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
           !script_node_is_kept(a, node) && !response_has_note(d, node, NOTE_WRONG) &&
           above != SCRIPT_NODE_NONE && response_has_note(d, above, NOTE_SEEN) &&
           !script_is_question(&d->script->items[script_node_item(a, above)]);
}

/* An item of a completed response has an answer or holds items: what was not answered is left out.
 * What lacks something that is required is told as that. */
static void check_empty(struct decoder *d, size_t node)
{
    const struct script_item *item = &d->script->items[script_node_item(d->answers, node)];
    if (!response_has_note(d, node, NOTE_EMPTY) || !script_node_is_enabled(d->answers, node) ||
        response_has_note(d, node, NOTE_WRONG | NOTE_LACKS))
        return;
    if (script_is_question(item))
        response_wrong(d, "noAnswer", item->link_id, "the question stands there without an answer");
    else
        response_wrong(d, "emptyGroup", item->link_id, "the group holds nothing");
}

/* What a completed response must not be: with items that are disabled or empty, or lacking some. */
static void check_complete(struct decoder *d)
{
    const struct script_answers *a = d->answers;
    for (size_t node = script_node_walk(a, SCRIPT_NODE_NONE); node != SCRIPT_NODE_NONE;
         node = script_node_walk(a, node)) {
        const char *at = d->script->items[script_node_item(a, node)].link_id;
        if (response_has_note(d, node, NOTE_SEEN) && !script_node_is_enabled(a, node))
            response_wrong(d, "disabledAnswer", at, "the item is disabled");
        if (lacks_in_named_group(d, node)) {
            response_wrong(d, "required", at, "an answer is required");
            note_lack(d, node);
        }
    }
    for (size_t node = script_node_walk(a, SCRIPT_NODE_NONE); node != SCRIPT_NODE_NONE;
         node = script_node_walk(a, node))
        check_empty(d, node);
}

void response_check_answers(struct decoder *d, enum response_status status)
{
    const bool whole = status == RESPONSE_COMPLETED || status == RESPONSE_AMENDED;
    if (status != RESPONSE_IN_PROGRESS)
        check_rules(d, whole);
    if (whole)
        check_complete(d);
}
