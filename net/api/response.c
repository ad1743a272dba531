/* SPDX-License-Identifier: Apache-2.0 */
/* Answers -> QuestionnaireResponse: the tree has its nesting and order already. */

#include "net/api/response.h"

#include <string.h>

#include "core/script_fault.h"
#include "core/script_tree.h"

struct encoder {
    const struct script *script;
    const struct script_answers *answers;
    bool draft; /* keeps what does not count now */
    bool nomem;
};

/* Hand a value over to an object, or note that there was no memory for one of the two. */
static void put(struct encoder *e, cJSON *obj, const char *key, cJSON *value)
{
    if (value && obj && cJSON_AddItemToObject(obj, key, value))
        return;
    cJSON_Delete(value);
    e->nomem = true;
}

static void append(struct encoder *e, cJSON *list, cJSON *value)
{
    if (value && list && cJSON_AddItemToArray(list, value))
        return;
    cJSON_Delete(value);
    e->nomem = true;
}

static void put_text(struct encoder *e, cJSON *obj, const char *key, const char *text)
{
    if (text)
        put(e, obj, key, cJSON_CreateString(text));
}

static cJSON *encode_coding(struct encoder *e, const struct script_value *v)
{
    cJSON *coding = cJSON_CreateObject();
    put_text(e, coding, "system", v->system);
    put_text(e, coding, "code", v->text);
    put_text(e, coding, "display", v->display);
    return coding;
}

static cJSON *encode_quantity(struct encoder *e, const struct script_value *v)
{
    cJSON *quantity = cJSON_CreateObject();
    put(e, quantity, "value", json_decimal(v->text));
    put_text(e, quantity, "unit", v->unit);
    put_text(e, quantity, "system", v->system);
    put_text(e, quantity, "code", v->code);
    return quantity;
}

static const char *text_key(enum script_type type)
{
    static const char *const keys[SCRIPT_TYPE_COUNT] = {
        [SCRIPT_INTEGER] = "valueInteger",   [SCRIPT_DECIMAL] = "valueDecimal",
        [SCRIPT_DATE] = "valueDate",         [SCRIPT_TIME] = "valueTime",
        [SCRIPT_DATETIME] = "valueDateTime", [SCRIPT_URL] = "valueUri",
    };
    return keys[type] ? keys[type] : "valueString";
}

static void put_value(struct encoder *e, cJSON *answer, const struct script_value *v)
{
    switch (v->kind) {
    case SCRIPT_VALUE_NONE:
        return;
    case SCRIPT_VALUE_CODING:
        put(e, answer, "valueCoding", encode_coding(e, v));
        return;
    case SCRIPT_VALUE_BOOLEAN:
        put(e, answer, "valueBoolean", cJSON_CreateBool(v->boolean));
        return;
    case SCRIPT_VALUE_QUANTITY:
        put(e, answer, "valueQuantity", encode_quantity(e, v));
        return;
    case SCRIPT_VALUE_TEXT:
        put(e, answer, text_key(v->type),
            v->type == SCRIPT_INTEGER || v->type == SCRIPT_DECIMAL ? json_decimal(v->text)
                                                                   : cJSON_CreateString(v->text));
        return;
    }
}

/* The recursion goes down with the script. */
static cJSON *encode_nodes(struct encoder *e, size_t below);

static void put_below(struct encoder *e, cJSON *holder, size_t below)
{
    cJSON *list = encode_nodes(e, below);
    if (cJSON_GetArraySize(list) > 0)
        put(e, holder, "item", list);
    else
        cJSON_Delete(list);
}

/* All answers that have a value or something below them, even where they have no value yet. */
static cJSON *encode_answers(struct encoder *e, size_t node)
{
    const struct script_answers *a = e->answers;
    cJSON *list = cJSON_CreateArray();
    e->nomem |= list == NULL;
    if (!e->draft && !script_node_is_kept(a, node))
        return list;
    for (size_t k = script_node_answer(a, node); k != SCRIPT_NODE_NONE && !e->nomem;
         k = script_node_next_instance(a, k)) {
        cJSON *answer = cJSON_CreateObject();
        e->nomem |= answer == NULL;
        put_value(e, answer, script_node_value(a, k));
        put_below(e, answer, k);
        if (answer && answer->child)
            append(e, list, answer);
        else
            cJSON_Delete(answer);
    }
    return list;
}

/* A draft keeps an empty instance for its place among others. */
static bool has_a_place(const struct encoder *e, size_t node)
{
    return e->draft && e->script->items[script_node_item(e->answers, node)].repeats &&
           (script_node_position(e->answers, node) > 0 ||
            script_node_next_instance(e->answers, node) != SCRIPT_NODE_NONE);
}

/* The item of a group's instance or of a question, NULL when there is nothing to say. */
static cJSON *encode_node(struct encoder *e, size_t node)
{
    const struct script_item *item = &e->script->items[script_node_item(e->answers, node)];
    const bool question = script_is_question(item);
    cJSON *list = question ? encode_answers(e, node) : encode_nodes(e, node);
    if (cJSON_GetArraySize(list) == 0) {
        cJSON_Delete(list);
        if (question || !has_a_place(e, node))
            return NULL;
        list = NULL;
    }
    cJSON *self = cJSON_CreateObject();
    put_text(e, self, "linkId", item->link_id);
    if (list)
        put(e, self, question ? "answer" : "item", list);
    return self;
}

static cJSON *encode_nodes(struct encoder *e, size_t below)
{
    const struct script_answers *a = e->answers;
    cJSON *list = cJSON_CreateArray();
    e->nomem |= list == NULL;
    for (size_t node = script_node_below(a, below); node != SCRIPT_NODE_NONE && !e->nomem;
         node = script_node_beside(a, node)) {
        cJSON *self = encode_node(e, node);
        if (self)
            append(e, list, self);
    }
    return list;
}

static void put_head(struct encoder *e, cJSON *r, enum response_status status, const char *authored,
                     const char *language)
{
    const struct script *s = e->script;
    CLEANUP_BUF struct buf canonical = {0};
    if (s->url) {
        buf_str(&canonical, s->url);
        if (s->version)
            buf_printf(&canonical, "|%s", s->version);
    }
    e->nomem |= canonical.failed;
    put_text(e, r, "resourceType", "QuestionnaireResponse");
    put_text(e, r, "language", language);
    put_text(e, r, "questionnaire", s->url ? buf_text(&canonical) : NULL);
    put_text(e, r, "status", response_status_name(status));
    put_text(e, r, "authored", authored);
}

enum err_code response_encode_anyway(const struct script_answers *a, enum response_status status,
                                     const char *authored, const char *language, cJSON **ret,
                                     struct err *err)
{
    struct encoder e = {
        .script = script_answers_script(a), .answers = a, .draft = status == RESPONSE_IN_PROGRESS};
    CLEANUP_JSON cJSON *r = cJSON_CreateObject();
    if (!r)
        return err_set(err, ERR_NOMEM, NULL);
    put_head(&e, r, status, authored, language);
    put_below(&e, r, SCRIPT_NODE_NONE);
    if (e.nomem)
        return err_set(err, ERR_NOMEM, NULL);
    *ret = r;
    r = NULL;
    return ERR_OK;
}

enum err_code response_encode(const struct script_answers *a, enum response_status status,
                              const char *authored, const char *language, cJSON **ret,
                              struct err *err)
{
    if ((status == RESPONSE_COMPLETED || status == RESPONSE_AMENDED) &&
        script_missing_nodes(a, NULL, 0) > 0)
        return err_set(err, ERR_STATE, "The script is not complete.");
    return response_encode_anyway(a, status, authored, language, ret, err);
}
