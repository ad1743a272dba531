/* SPDX-License-Identifier: Apache-2.0 */
/* Answers -> QuestionnaireResponse: one pass over the items in their order, which gives nesting and
 * order by itself. */

#include "net/api/response.h"

#include <string.h>

static const char *const status_names[] = {
    [RESPONSE_IN_PROGRESS] = "in-progress",
    [RESPONSE_COMPLETED] = "completed",
    [RESPONSE_AMENDED] = "amended",
    [RESPONSE_STOPPED] = "stopped",
    [RESPONSE_ENTERED_IN_ERROR] = "entered-in-error",
};
_Static_assert(sizeof status_names / sizeof status_names[0] == RESPONSE_STATUS_COUNT,
               "one name a status");

const char *response_status_name(enum response_status status)
{
    return status_names[status];
}

bool response_status_parse(const char *name, enum response_status *ret)
{
    for (unsigned i = 0; i < RESPONSE_STATUS_COUNT; i++) {
        if (strcmp(status_names[i], name) == 0) {
            *ret = (enum response_status)i;
            return true;
        }
    }
    return false;
}

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

static const char *value_key(const struct script_value *v)
{
    if (v->kind == SCRIPT_VALUE_CODING)
        return "valueCoding";
    if (v->kind == SCRIPT_VALUE_BOOLEAN)
        return "valueBoolean";
    if (v->type == SCRIPT_INTEGER)
        return "valueInteger";
    if (v->type == SCRIPT_DECIMAL)
        return "valueDecimal";
    return v->type == SCRIPT_DATE ? "valueDate" : "valueString";
}

static cJSON *encode_value(struct encoder *e, const struct script_value *v)
{
    if (v->kind == SCRIPT_VALUE_CODING)
        return encode_coding(e, v);
    if (v->kind == SCRIPT_VALUE_BOOLEAN)
        return cJSON_CreateBool(v->boolean);
    if (v->type == SCRIPT_INTEGER || v->type == SCRIPT_DECIMAL)
        return json_decimal(v->text);
    return cJSON_CreateString(v->text);
}

/* The item of a group or question in the response, NULL when there is nothing to say. children is
 * taken. Items below a question stand in its answer, even in one that has no value yet. */
static cJSON *encode_self(struct encoder *e, size_t i, cJSON *children)
{
    const struct script_item *item = &e->script->items[i];
    const struct script_value *v =
        e->draft || script_is_kept(e->answers, i) ? script_answer(e->answers, i) : NULL;
    const bool parent = cJSON_GetArraySize(children) > 0;
    if (!v && !parent) {
        cJSON_Delete(children);
        return NULL;
    }
    cJSON *self = cJSON_CreateObject();
    put_text(e, self, "linkId", item->link_id);
    cJSON *holder = self;
    if (script_is_question(item)) {
        cJSON *list = cJSON_CreateArray();
        holder = cJSON_CreateObject();
        if (v)
            put(e, holder, value_key(v), encode_value(e, v));
        append(e, list, holder);
        put(e, self, "answer", list);
    }
    if (e->nomem) { /* holder may be gone */
        cJSON_Delete(children);
        return self;
    }
    if (parent)
        put(e, holder, "item", children);
    else
        cJSON_Delete(children);
    return self;
}

/* Encode item *next and what is below it into list; *next is then the item after them. */
static void encode_item(struct encoder *e, size_t *next, cJSON *list)
{
    const struct script *s = e->script;
    const size_t i = (*next)++;
    cJSON *children = cJSON_CreateArray();
    if (!children)
        e->nomem = true;
    while (*next < s->n_items && s->items[*next].depth > s->items[i].depth)
        encode_item(e, next, children);
    cJSON *self = encode_self(e, i, children);
    if (self)
        append(e, list, self);
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

enum err_code response_encode(const struct script_answers *a, enum response_status status,
                              const char *authored, const char *language, cJSON **ret,
                              struct err *err)
{
    struct encoder e = {
        .script = script_answers_script(a), .answers = a, .draft = status == RESPONSE_IN_PROGRESS};
    if ((status == RESPONSE_COMPLETED || status == RESPONSE_AMENDED) &&
        script_missing(a, NULL, 0) > 0)
        return err_set(err, ERR_STATE, "The script is not complete.");
    CLEANUP_JSON cJSON *r = cJSON_CreateObject();
    CLEANUP_JSON cJSON *list = cJSON_CreateArray();
    if (!r || !list)
        return err_set(err, ERR_NOMEM, NULL);
    put_head(&e, r, status, authored, language);
    for (size_t next = 0; next < e.script->n_items;)
        encode_item(&e, &next, list);
    if (cJSON_GetArraySize(list) > 0) {
        put(&e, r, "item", list);
        list = NULL;
    }
    if (e.nomem)
        return err_set(err, ERR_NOMEM, NULL);
    *ret = r;
    r = NULL;
    return ERR_OK;
}
