/* SPDX-License-Identifier: Apache-2.0 */
/* The invariants of FHIR R4 Questionnaire (que-1 … que-13), and what makes a file unusable. */

#include <string.h>

#include "net/api/questionnaire_parts.h"

#define CIRCLES_MAX 20 /* each one found costs a pass over the script */

static size_t count(const cJSON *j, const char *key)
{
    return (size_t)cJSON_GetArraySize(json_arr(j, key));
}

static bool has(const cJSON *j, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(j, key) != NULL;
}

static bool is_choice(enum script_type type)
{
    return type == SCRIPT_CHOICE || type == SCRIPT_OPEN_CHOICE;
}

static bool que_1(const cJSON *j, enum script_type type)
{
    const bool is_list = !has(j, "item") || json_arr(j, "item"); /* else check_shape tells */
    return (type == SCRIPT_GROUP && is_list && count(j, "item") == 0) ||
           (type == SCRIPT_DISPLAY && count(j, "item") > 0);
}

static bool que_3(const cJSON *j, enum script_type type)
{
    return type == SCRIPT_DISPLAY && has(j, "code");
}

static bool que_4(const cJSON *j, enum script_type type)
{
    (void)type;
    return has(j, "answerOption") && has(j, "answerValueSet");
}

static bool que_5(const cJSON *j, enum script_type type)
{
    return !is_choice(type) && has(j, "answerValueSet");
}

static bool que_6(const cJSON *j, enum script_type type)
{
    return type == SCRIPT_DISPLAY && (has(j, "required") || has(j, "repeats"));
}

static bool que_8(const cJSON *j, enum script_type type)
{
    return (type == SCRIPT_GROUP || type == SCRIPT_DISPLAY) && has(j, "initial");
}

static bool que_9(const cJSON *j, enum script_type type)
{
    return type == SCRIPT_DISPLAY && has(j, "readOnly");
}

static bool que_10(const cJSON *j, enum script_type type)
{
    static const bool simple[SCRIPT_TYPE_COUNT] = {
        [SCRIPT_BOOLEAN] = true, [SCRIPT_DECIMAL] = true, [SCRIPT_INTEGER] = true,
        [SCRIPT_STRING] = true,  [SCRIPT_TEXT] = true,    [SCRIPT_OPEN_CHOICE] = true,
        [SCRIPT_URL] = true,
    };
    return has(j, "maxLength") && !simple[type];
}

static bool que_11(const cJSON *j, enum script_type type)
{
    (void)type;
    return count(j, "answerOption") > 0 && has(j, "initial");
}

static bool que_13(const cJSON *j, enum script_type type)
{
    (void)type;
    return count(j, "initial") > 1 && !json_bool(j, "repeats", false);
}

static const struct {
    const char *code;
    bool (*is_broken)(const cJSON *j, enum script_type type);
    const char *rule;
} invariants[] = {
    {"que-1",  que_1,  "a group has items, a display has none"        },
    {"que-3",  que_3,  "code on display"                              },
    {"que-4",  que_4,  "answerOption and answerValueSet together"     },
    {"que-5",  que_5,  "answerValueSet on something that is no choice"},
    {"que-6",  que_6,  "required/repeats on display"                  },
    {"que-8",  que_8,  "initial on group or display"                  },
    {"que-9",  que_9,  "readOnly on display"                          },
    {"que-10", que_10, "maxLength on something that is no simple type"},
    {"que-11", que_11, "initial together with answerOption"           },
    {"que-13", que_13, "several initial values without repeats"       },
};

void check_item(struct loader *l, const cJSON *j, const struct script_item *item)
{
    for (size_t i = 0; i < sizeof invariants / sizeof invariants[0]; i++)
        if (invariants[i].is_broken(j, item->type))
            findings_add(l->findings, false, invariants[i].code, item->link_id, "%s",
                         invariants[i].rule);
}

/* A modifier extension may change the meaning of what it stands on, so that a reader who does not
 * know it must refuse (FHIR R4, extensibility). The recursion is as deep as the JSON. */
static void find_modifiers(struct loader *l, const cJSON *j, const char *at)
{
    at = json_str(j, "linkId", at);
    if (cJSON_GetArraySize(json_arr(j, "modifierExtension")) > 0)
        findings_add(l->findings, true, "modifier-extension", at,
                     "a modifier extension that is not known");
    for (const cJSON *m = j->child; m; m = m->next)
        if (m->child)
            find_modifiers(l, m, at);
}

static void find_twice(struct loader *l)
{
    const struct script *s = l->script;
    for (size_t i = 1; i < s->n_items; i++) {
        const char *id = s->items[s->by_link_id[i]].link_id;
        if (*id && strcmp(id, s->items[s->by_link_id[i - 1]].link_id) == 0)
            findings_add(l->findings, true, "que-2", id, "linkId used twice");
    }
}

static void find_circles(struct loader *l)
{
    size_t at = SCRIPT_NONE;
    for (int i = 0; i < CIRCLES_MAX; i++) {
        if (!script_find_circle(l->script, at, &at)) {
            l->nomem = true;
            return;
        }
        if (at == SCRIPT_NONE)
            return;
        findings_add(l->findings, true, "circular", l->script->items[at].link_id,
                     "the item is enabled only if it is enabled itself");
    }
}

/* A canonical reference is url|version: neither part may hold the bar (FHIR R4, references). */
static void check_canonical(struct loader *l)
{
    const struct script *s = l->script;
    if ((s->url && strchr(s->url, '|')) || (s->version && strchr(s->version, '|')))
        findings_add(l->findings, true, "canonical", NULL, "url or version hold a |");
}

/* Yes and no several times is no question that anybody asks. */
void check_screen(const struct script *s, struct findings *findings)
{
    for (size_t i = 0; i < s->n_items; i++) {
        const struct script_item *item = &s->items[i];
        if (item->lacks & SCRIPT_LACKS_TYPE)
            findings_add(findings, true, "screen", item->link_id, "its type is not for a call");
        if (item->repeats && item->type == SCRIPT_BOOLEAN)
            findings_add(findings, true, "screen", item->link_id,
                         "yes or no has one answer: several are not for a call");
    }
}

void check_whole(struct loader *l)
{
    check_canonical(l);
    find_modifiers(l, l->root, NULL);
    find_twice(l);
    find_circles(l);
    check_placeholders(l->script, l->findings);
    check_roles(l->script, l->findings);
}
