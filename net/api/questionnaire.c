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
} types[] = {
    {"boolean",     SCRIPT_BOOLEAN    },
    {"choice",      SCRIPT_CHOICE     },
    {"date",        SCRIPT_DATE       },
    {"dateTime",    SCRIPT_DATETIME   },
    {"decimal",     SCRIPT_DECIMAL    },
    {"display",     SCRIPT_DISPLAY    },
    {"group",       SCRIPT_GROUP      },
    {"integer",     SCRIPT_INTEGER    },
    {"open-choice", SCRIPT_OPEN_CHOICE},
    {"quantity",    SCRIPT_QUANTITY   },
    {"string",      SCRIPT_STRING     },
    {"text",        SCRIPT_TEXT       },
    {"time",        SCRIPT_TIME       },
    {"url",         SCRIPT_URL        },
};

/* What is of no type that can be asked reads as a line of text, should somebody want it anyway. */
static void load_type(struct loader *l, const cJSON *j, struct script_item *item)
{
    const char *name = json_str(j, "type", "");
    item->type = SCRIPT_STRING;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, name) == 0) {
            item->type = types[i].type;
            return;
        }
    }
    if (strcmp(name, "attachment") != 0 && strcmp(name, "reference") != 0) {
        findings_add(l->findings, true, "unknown-type", item->link_id, "a type that FHIR R4 lacks");
        return;
    }
    item->lacks |= SCRIPT_LACKS_TYPE;
    findings_add(l->findings, false, "unsupported-type", item->link_id,
                 "the type %s is not for a call, which refuses it", name);
}

/* The word "true" is read as what it means; anything else as if it were not there, which
 * check_shape tells. */
static bool flag(const cJSON *j, const char *key)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(j, key);
    return cJSON_IsTrue(m) || (cJSON_IsString(m) && strcmp(m->valuestring, "true") == 0);
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
    l->at = item->link_id;
    load_type(l, j, item);
    load_role(l, j, item);
    load_string(l, j, "text", &item->text);
    load_string(l, j, "prefix", &item->prefix);
    item->required = flag(j, "required") && item->type != SCRIPT_DISPLAY;
    item->read_only = flag(j, "readOnly");
    item->repeats = flag(j, "repeats") && item->type != SCRIPT_DISPLAY;
    const int64_t max = json_int(j, "maxLength", 0);
    if (max > 0 && max <= INT32_MAX)
        item->max_length = (unsigned)max;
    load_extensions(l, j, item);
    load_options(l, j, item);
    load_initial(l, j, item);
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
    check_shape(l);
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

enum err_code questionnaire_parse_json(const cJSON *questionnaire, struct script *ret,
                                       struct findings *findings, struct err *err)
{
    struct script script = {0};
    struct loader l = {.script = &script, .findings = findings, .root = questionnaire};
    if (strcmp(json_str(questionnaire, "resourceType", ""), "Questionnaire") != 0) {
        findings_add(findings, true, "resource-type", NULL, "this is no FHIR Questionnaire");
        return findings_tell(findings, NULL, err);
    }
    load_whole(&l);
    free(l.sources);
    findings->failed |= l.nomem;
    if (findings->failed) {
        script_deinit(&script);
        return err_set(err, ERR_NOMEM, NULL);
    }
    *ret = script;
    return ERR_OK;
}

/* What is not JSON is a fault like any other. */
static enum err_code read_json(const char *text, size_t len, cJSON **ret, struct findings *findings,
                               struct err *err)
{
    struct err why = {0};
    const enum err_code code = json_parse(text, len, &json_limits_script, ret, &why);
    if (code != ERR_OK && code != ERR_NOMEM && findings)
        findings_add(findings, true, "json", NULL, "%s", why.sentence);
    if (code != ERR_OK && err)
        *err = why;
    return code;
}

enum err_code questionnaire_parse(const char *text, size_t len, const char *file,
                                  struct script *ret, struct findings *findings, struct err *err)
{
    CLEANUP_JSON cJSON *j = NULL;
    enum err_code code = read_json(text, len, &j, findings, err);
    if (code == ERR_OK)
        code = questionnaire_parse_json(j, ret, findings, err);
    if (code != ERR_OK && file)
        err_prefix(err, "%s", file);
    return code;
}

enum err_code questionnaire_load_json(const cJSON *questionnaire, const char *file,
                                      struct script *ret, struct findings *findings,
                                      struct err *err)
{
    struct script script = {0};
    CLEANUP_FINDINGS struct findings own = {0};
    struct findings *all = findings ? findings : &own;
    enum err_code code = questionnaire_parse_json(questionnaire, &script, all, err);
    if (code == ERR_OK) {
        check_screen(&script, all);
        code = findings_tell(all, NULL, err);
    }
    if (code != ERR_OK && file)
        err_prefix(err, "%s", file);
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
    const enum err_code code = read_json(text, len, &j, findings, err);
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
    const enum err_code code = questionnaire_parse(text, len, NULL, &script, findings, &err);
    findings->failed |= code == ERR_NOMEM;
    script_deinit(&script);
    return findings->n_errors == 0 && !findings->failed;
}
