/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions: what is honoured, what is named because it is not, and nothing else. */

#include <string.h>

#include "net/api/questionnaire_parts.h"

static bool has_code(const cJSON *e, const char *code)
{
    const cJSON *list = json_arr(json_obj(e, "valueCodeableConcept"), "coding");
    for (const cJSON *c = list ? list->child : NULL; c; c = c->next)
        if (strcmp(json_str(c, "code", ""), code) == 0)
            return true;
    return false;
}

static void on_hidden(struct loader *l, const cJSON *e, struct script_item *item)
{
    (void)l;
    item->hidden = json_bool(e, "valueBoolean", false);
}

static void on_hint(struct loader *l, const cJSON *e, struct script_item *item)
{
    if (!item->hint.text)
        load_string(l, e, "valueString", &item->hint);
}

static void on_label(struct loader *l, const cJSON *e, struct script_item *item)
{
    if (!item->label.text)
        load_string(l, e, "valueString", &item->label);
}

static void on_min_length(struct loader *l, const cJSON *e, struct script_item *item)
{
    (void)l;
    const int64_t n = json_int(e, "valueInteger", 0);
    item->min_length = n > 0 && n <= 1000000 ? (unsigned)n : 0;
}

static void on_category(struct loader *l, const cJSON *e, struct script_item *item)
{
    (void)l;
    item->for_agent = item->type == SCRIPT_DISPLAY && has_code(e, "instructions");
}

static void on_control(struct loader *l, const cJSON *e, struct script_item *item)
{
    (void)l;
    item->help = item->type == SCRIPT_DISPLAY && has_code(e, "help");
    item->page = item->type == SCRIPT_GROUP && has_code(e, "page");
}

static void on_expression(struct loader *l, const cJSON *e, struct script_item *item)
{
    const char *name = strrchr(json_str(e, "url", ""), '/');
    findings_add(l->findings, false, "unsupported-expression", item ? item->link_id : NULL,
                 "%s is not evaluated", name ? name + 1 : "an expression");
}

static void on_rule(struct loader *l, const cJSON *e, struct script_item *item)
{
    const char *name = strrchr(json_str(e, "url", ""), '/');
    findings_add(l->findings, false, "unsupported-extension", item ? item->link_id : NULL,
                 "%s is not applied yet", name ? name + 1 : "an extension");
}

static const struct {
    const char *url;
    void (*apply)(struct loader *l, const cJSON *e, struct script_item *item);
    bool anywhere; /* also on the questionnaire itself (item NULL) */
} extensions[] = {
    {FHIR_EXTENSION "questionnaire-hidden",          on_hidden,     false},
    {FHIR_EXTENSION "entryFormat",                   on_hint,       false},
    {SDC_EXTENSION "shortText",                      on_label,      false},
    {FHIR_EXTENSION "minLength",                     on_min_length, false},
    {FHIR_EXTENSION "questionnaire-displayCategory", on_category,   false},
    {FHIR_EXTENSION "questionnaire-itemControl",     on_control,    false},
    {SDC_EXTENSION "enableWhenExpression",           on_expression, false},
    {SDC_EXTENSION "calculatedExpression",           on_expression, false},
    {SDC_EXTENSION "initialExpression",              on_expression, false},
    {SDC_EXTENSION "answerExpression",               on_expression, false},
    {SDC_EXTENSION "candidateExpression",            on_expression, false},
    {SDC_EXTENSION "launchContext",                  on_expression, true },
    {SDC_EXTENSION "subQuestionnaire",               on_expression, false},
    {FHIR_EXTENSION "variable",                      on_expression, true },
    {FHIR_EXTENSION "questionnaire-constraint",      on_expression, true },
    {FHIR_EXTENSION "targetConstraint",              on_expression, true },
    {FHIR_EXTENSION "regex",                         on_rule,       false},
    {FHIR_EXTENSION "minValue",                      on_rule,       false},
    {FHIR_EXTENSION "maxValue",                      on_rule,       false},
    {FHIR_EXTENSION "maxDecimalPlaces",              on_rule,       false},
    {FHIR_EXTENSION "questionnaire-minOccurs",       on_rule,       false},
    {FHIR_EXTENSION "questionnaire-maxOccurs",       on_rule,       false},
};

void load_extensions(struct loader *l, const cJSON *j, struct script_item *item)
{
    const cJSON *list = json_arr(j, "extension");
    for (const cJSON *e = list ? list->child : NULL; e; e = e->next) {
        const char *url = json_str(e, "url", "");
        for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
            if ((item || extensions[i].anywhere) && strcmp(url, extensions[i].url) == 0)
                extensions[i].apply(l, e, item);
    }
}
