/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions: what is honoured, what is named because it is not, and nothing else. */

#include <string.h>

#include "core/script_value.h"
#include "net/api/questionnaire_parts.h"
#include "net/api/regex_pcre2.h"

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

/* Whether a text is read aloud hangs on it, so that a code that says nothing is told. A group's
 * text is a heading, which nobody reads aloud. */
static void on_category(struct loader *l, const cJSON *e, struct script_item *item)
{
    const bool security = has_code(e, "security");
    if (!cJSON_GetObjectItemCaseSensitive(e, "valueCodeableConcept"))
        return; /* told by check_member */
    if (item->type == SCRIPT_GROUP) {
        findings_add(l->findings, false, "display-category", item->link_id,
                     "displayCategory on a group, whose text is not read aloud anyway");
        return;
    }
    if (!security && !has_code(e, "instructions")) {
        findings_add(l->findings, false, "display-category", item->link_id,
                     "displayCategory is neither instructions nor security: the text is read "
                     "aloud");
        return;
    }
    item->security |= security;
    item->for_agent = true;
}

static void on_control(struct loader *l, const cJSON *e, struct script_item *item)
{
    (void)l;
    item->help = item->type == SCRIPT_DISPLAY && has_code(e, "help");
    item->page = item->type == SCRIPT_GROUP && has_code(e, "page");
}

/* What needs FHIRPath; the lack is noted in the item. */
static const struct {
    const char *name;
    unsigned lacks;
} expressions[] = {
    {"enableWhenExpression",     SCRIPT_LACKS_ENABLE_EXPRESSION },
    {"calculatedExpression",     SCRIPT_LACKS_VALUE_EXPRESSION  },
    {"initialExpression",        SCRIPT_LACKS_VALUE_EXPRESSION  },
    {"answerExpression",         SCRIPT_LACKS_OPTIONS_EXPRESSION},
    {"candidateExpression",      SCRIPT_LACKS_OPTIONS_EXPRESSION},
    {"questionnaire-constraint", SCRIPT_LACKS_CONSTRAINT        },
    {"targetConstraint",         SCRIPT_LACKS_CONSTRAINT        },
};

static void on_expression(struct loader *l, const cJSON *e, struct script_item *item)
{
    const char *bar = strrchr(json_str(e, "url", ""), '/');
    const char *name = bar ? bar + 1 : "an expression";
    if (strncmp(name, "sdc-questionnaire-", strlen("sdc-questionnaire-")) == 0)
        name += strlen("sdc-questionnaire-");
    for (size_t i = 0; item && i < sizeof expressions / sizeof expressions[0]; i++)
        if (strcmp(expressions[i].name, name) == 0)
            item->lacks |= expressions[i].lacks;
    findings_add(l->findings, false, "unsupported-expression", item ? item->link_id : NULL,
                 "%s is not evaluated", name);
}

static void on_regex(struct loader *l, const cJSON *e, struct script_item *item)
{
    if (!item->regex)
        item->regex = load_copy(l, json_str(e, "valueString", NULL));
    if (item->regex && !regex_pcre2_is_readable(item->regex))
        findings_add(l->findings, false, "regex", item->link_id,
                     "an expression that cannot be read is not looked at");
}

/* A limit is of the item's type; whole numbers and decimals limit each other. */
static void load_limit(struct loader *l, const cJSON *e, struct script_item *item,
                       struct script_value *ret)
{
    struct script_value v;
    const cJSON *member;
    const enum load_value how = load_value(l, e, "value", &v, &member);
    const bool number = item->type == SCRIPT_INTEGER || item->type == SCRIPT_DECIMAL;
    if (how == LOAD_VALUE_GOOD && ret->kind == 0 &&
        (v.type == item->type || (number && v.type == SCRIPT_INTEGER) ||
         (number && v.type == SCRIPT_DECIMAL))) {
        *ret = v;
        return;
    }
    script_value_deinit(&v);
    if (how != LOAD_VALUE_TYPE)
        findings_add(l->findings, false, "limit", item->link_id,
                     "a minValue or maxValue is not of the item's type");
}

static void on_min_value(struct loader *l, const cJSON *e, struct script_item *item)
{
    load_limit(l, e, item, &item->min_value);
}

static void on_max_value(struct loader *l, const cJSON *e, struct script_item *item)
{
    load_limit(l, e, item, &item->max_value);
}

/* A count; *ret_good is false, and a warning is there, when it is none. */
static unsigned count_of(struct loader *l, const cJSON *e, const struct script_item *item,
                         bool *ret_good)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(e, "valueInteger");
    const int64_t n = json_int(e, "valueInteger", -1);
    *ret_good = n >= 0 && n <= 1000000;
    if (!*ret_good && (!m || cJSON_IsNumber(m))) /* else told by check_shape */
        findings_add(l->findings, false, "limit", item->link_id,
                     "a limit is no whole number from 0 to 1000000");
    return *ret_good ? (unsigned)n : 0;
}

static void on_min_length(struct loader *l, const cJSON *e, struct script_item *item)
{
    bool good;
    item->min_length = count_of(l, e, item, &good);
}

static void on_decimals(struct loader *l, const cJSON *e, struct script_item *item)
{
    item->max_decimals = count_of(l, e, item, &item->has_max_decimals);
}

static void on_min_occurs(struct loader *l, const cJSON *e, struct script_item *item)
{
    bool good;
    item->min_occurs = count_of(l, e, item, &good);
}

static void on_max_occurs(struct loader *l, const cJSON *e, struct script_item *item)
{
    bool good;
    item->max_occurs = count_of(l, e, item, &good);
}

static void on_unit(struct loader *l, const cJSON *e, struct script_item *item)
{
    load_unit(l, e, item);
}

static const struct {
    const char *url;
    void (*apply)(struct loader *l, const cJSON *e, struct script_item *item);
    bool anywhere; /* also on the questionnaire itself (item NULL) */
    /* What its value is called. With another one it would say nothing, and an instruction would be
     * read aloud; NULL: the function tells by itself. */
    const char *member;
} extensions[] = {
    {FHIR_EXTENSION "questionnaire-hidden",          on_hidden,     false, "valueBoolean"        },
    {FHIR_EXTENSION "entryFormat",                   on_hint,       false, "valueString"         },
    {SDC_EXTENSION "shortText",                      on_label,      false, "valueString"         },
    {FHIR_EXTENSION "minLength",                     on_min_length, false, NULL                  },
    {FHIR_EXTENSION "questionnaire-displayCategory", on_category,   false, "valueCodeableConcept"},
    {FHIR_EXTENSION "questionnaire-itemControl",     on_control,    false, "valueCodeableConcept"},
    {FHIR_EXTENSION "regex",                         on_regex,      false, "valueString"         },
    {FHIR_EXTENSION "minValue",                      on_min_value,  false, NULL                  },
    {FHIR_EXTENSION "maxValue",                      on_max_value,  false, NULL                  },
    {FHIR_EXTENSION "maxDecimalPlaces",              on_decimals,   false, NULL                  },
    {FHIR_EXTENSION "questionnaire-minOccurs",       on_min_occurs, false, NULL                  },
    {FHIR_EXTENSION "questionnaire-maxOccurs",       on_max_occurs, false, NULL                  },
    {FHIR_EXTENSION "questionnaire-unit",            on_unit,       false, NULL                  },
    {FHIR_EXTENSION "questionnaire-unitOption",      on_unit,       false, NULL                  },
    {SDC_EXTENSION "enableWhenExpression",           on_expression, false, NULL                  },
    {SDC_EXTENSION "calculatedExpression",           on_expression, false, NULL                  },
    {SDC_EXTENSION "initialExpression",              on_expression, false, NULL                  },
    {SDC_EXTENSION "answerExpression",               on_expression, false, NULL                  },
    {SDC_EXTENSION "candidateExpression",            on_expression, false, NULL                  },
    {SDC_EXTENSION "launchContext",                  on_expression, true,  NULL                  },
    {SDC_EXTENSION "subQuestionnaire",               on_expression, false, NULL                  },
    {FHIR_EXTENSION "variable",                      on_expression, true,  NULL                  },
    {FHIR_EXTENSION "questionnaire-constraint",      on_expression, true,  NULL                  },
    {FHIR_EXTENSION "targetConstraint",              on_expression, true,  NULL                  },
};

static void check_member(struct loader *l, const cJSON *e, const char *member,
                         const struct script_item *item)
{
    if (item && member && !cJSON_GetObjectItemCaseSensitive(e, member))
        findings_add(l->findings, false, "extension-value", item->link_id,
                     "%s has no %s, and does nothing", strrchr(json_str(e, "url", "/"), '/') + 1,
                     member);
}

bool extension_is_read(const char *url)
{
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
        if (extensions[i].apply != on_expression && strcmp(url, extensions[i].url) == 0)
            return true;
    return strcmp(url, FHIR_EXTENSION "questionnaire-optionExclusive") == 0;
}

void load_extensions(struct loader *l, const cJSON *j, struct script_item *item)
{
    const cJSON *list = json_arr(j, "extension");
    for (const cJSON *e = list ? list->child : NULL; e; e = e->next) {
        const char *url = json_str(e, "url", "");
        for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
            if ((item || extensions[i].anywhere) && strcmp(url, extensions[i].url) == 0) {
                check_member(l, e, extensions[i].member, item);
                extensions[i].apply(l, e, item);
            }
    }
}
