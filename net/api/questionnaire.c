/* SPDX-License-Identifier: Apache-2.0 */
/* The questionnaire loader: items first, in document order; then conditions, which may point to any
 * of them; then what concerns the whole. Every fault found goes into the list; a script is handed
 * out only when none of them is an error. */

#include "net/api/questionnaire.h"

#include <stdlib.h>
#include <string.h>

#include "net/api/questionnaire_parts.h"

static const struct {
    const char *name;
    enum script_type type;
    bool supported;
} types[] = {
    {"attachment",  SCRIPT_STRING,  false},
    {"boolean",     SCRIPT_BOOLEAN, true },
    {"choice",      SCRIPT_CHOICE,  true },
    {"date",        SCRIPT_DATE,    true },
    {"dateTime",    SCRIPT_STRING,  false},
    {"decimal",     SCRIPT_DECIMAL, true },
    {"display",     SCRIPT_DISPLAY, true },
    {"group",       SCRIPT_GROUP,   true },
    {"integer",     SCRIPT_INTEGER, true },
    {"open-choice", SCRIPT_CHOICE,  false},
    {"quantity",    SCRIPT_STRING,  false},
    {"reference",   SCRIPT_STRING,  false},
    {"string",      SCRIPT_STRING,  true },
    {"text",        SCRIPT_TEXT,    true },
    {"time",        SCRIPT_STRING,  false},
    {"url",         SCRIPT_STRING,  false},
};

static void load_type(struct loader *l, const cJSON *j, struct script_item *item)
{
    const char *name = json_str(j, "type", "");
    item->type = SCRIPT_STRING;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, name) != 0)
            continue;
        item->type = types[i].type;
        if (!types[i].supported)
            findings_add(l->findings, true, "unsupported-type", item->link_id,
                         "the type %s is not supported", name);
        return;
    }
    findings_add(l->findings, true, "unknown-type", item->link_id, "a type that FHIR R4 lacks");
}

/* A member of the wrong JSON type is told and read as if it were not there. */
static bool flag(struct loader *l, const cJSON *j, const char *key, const char *at)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(j, key);
    if (m && !cJSON_IsBool(m))
        findings_add(l->findings, false, "json-type", at, "%s is neither true nor false", key);
    return cJSON_IsTrue(m);
}

static void load_link_id(struct loader *l, const cJSON *j, struct script_item *item)
{
    const char *link_id = json_str(j, "linkId", "");
    item->link_id = load_copy(l, link_id);
    if (*link_id)
        return;
    const struct script *s = l->script;
    const char *parent = item->parent == SCRIPT_NO_PARENT ? "" : s->items[item->parent].link_id;
    findings_add(l->findings, true, "link-id", parent, "an item %s has no linkId",
                 *parent ? "below this one" : "at the top");
}

static void load_members(struct loader *l, const cJSON *j, struct script_item *item)
{
    const char *at = item->link_id;
    load_type(l, j, item);
    load_string(l, j, "text", &item->text);
    load_string(l, j, "prefix", &item->prefix);
    item->required = flag(l, j, "required", at) && item->type != SCRIPT_DISPLAY;
    item->read_only = flag(l, j, "readOnly", at);
    if (flag(l, j, "repeats", at) && item->type != SCRIPT_DISPLAY)
        findings_add(l->findings, true, "unsupported-repeats", at, "repeats is not supported yet");
    const int64_t max = json_int(j, "maxLength", 0);
    if (max > 0 && max <= INT32_MAX)
        item->max_length = (unsigned)max;
    load_extensions(l, j, item);
    load_options(l, j, item);
    check_item(l, j, item);
}

/* One more item at the end; false when there is no memory. */
static bool make_room(struct loader *l)
{
    struct script *s = l->script;
    if (s->n_items < l->cap)
        return true;
    const size_t cap = l->cap ? l->cap * 2 : 64;
    struct script_item *items = realloc(s->items, cap * sizeof *items);
    if (items)
        s->items = items;
    const cJSON **sources = realloc(l->sources, cap * sizeof *sources);
    if (sources)
        l->sources = sources;
    if (!items || !sources)
        return false;
    l->cap = cap;
    return true;
}

static void load_items(struct loader *l, const cJSON *owner, size_t parent, size_t depth)
{
    const cJSON *list = json_arr(owner, "item");
    for (const cJSON *j = list ? list->child : NULL; j && !l->nomem; j = j->next) {
        struct script_item item = {.parent = parent, .depth = depth};
        if (!make_room(l)) {
            l->nomem = true;
            return;
        }
        load_link_id(l, j, &item);
        if (!item.link_id)
            return;
        load_members(l, j, &item);
        const size_t i = l->script->n_items++;
        l->script->items[i] = item;
        l->sources[i] = j;
        load_items(l, j, i, depth + 1);
    }
}

static void load_whole(struct loader *l)
{
    struct script *s = l->script;
    const cJSON *q = l->root;
    s->id = load_copy(l, json_str(q, "id", NULL));
    s->url = load_copy(l, json_str(q, "url", NULL));
    s->version = load_copy(l, json_str(q, "version", NULL));
    s->language = load_copy(l, json_str(q, "language", NULL));
    load_string(l, q, "title", &s->title);
    load_extensions(l, q, NULL);
    load_items(l, q, SCRIPT_NO_PARENT, 0);
    if (l->nomem || !script_index(s)) {
        l->nomem = true;
        return;
    }
    for (size_t i = 0; i < s->n_items; i++)
        load_conditions(l, i);
    check_whole(l);
}

enum err_code questionnaire_load_json(const cJSON *questionnaire, const char *file,
                                      struct script *ret, struct findings *findings,
                                      struct err *err)
{
    struct script script = {0};
    CLEANUP_FINDINGS struct findings own = {0};
    struct loader l = {
        .script = &script, .findings = findings ? findings : &own, .root = questionnaire};
    if (strcmp(json_str(questionnaire, "resourceType", ""), "Questionnaire") == 0)
        load_whole(&l);
    else
        findings_add(l.findings, true, "resource-type", NULL, "this is no FHIR Questionnaire");
    free(l.sources);
    l.findings->failed |= l.nomem;
    const enum err_code code = findings_tell(l.findings, file, err);
    if (code == ERR_OK)
        *ret = script;
    else
        script_deinit(&script);
    return code;
}

enum err_code questionnaire_load(const char *text, size_t len, const char *file, struct script *ret,
                                 struct findings *findings, struct err *err)
{
    CLEANUP_JSON cJSON *j = NULL;
    const enum err_code code = json_parse(text, len, &json_limits_script, &j, err);
    if (code == ERR_OK)
        return questionnaire_load_json(j, file, ret, findings, err);
    if (file)
        err_prefix(err, "%s", file);
    return code;
}

bool questionnaire_check(const char *text, size_t len, struct findings *findings)
{
    struct script script = {0};
    struct err err = {0};
    CLEANUP_JSON cJSON *j = NULL;
    const enum err_code code = json_parse(text, len, &json_limits_script, &j, &err);
    if (code == ERR_NOMEM)
        findings->failed = true;
    else if (code != ERR_OK)
        findings_add(findings, true, "json", NULL, "%s", err.sentence);
    else if (questionnaire_load_json(j, NULL, &script, findings, NULL) == ERR_OK)
        script_deinit(&script);
    return findings->n_errors == 0 && !findings->failed;
}
