/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a choice, from answerOption or from a value set in the same file. */

#include <stdlib.h>
#include <string.h>

#include "core/script_fault.h"
#include "core/script_value.h"
#include "net/api/questionnaire_parts.h"

static struct script_option *add(struct loader *l, struct script_item *item, size_t *cap)
{
    if (l->n_options++ == OPTIONS_MAX)
        findings_add(l->findings, true, "options", item->link_id,
                     "the questionnaire has more than %d options", OPTIONS_MAX);
    if (l->n_options > OPTIONS_MAX)
        return NULL;
    if (item->n_options == *cap) {
        const size_t more = *cap ? *cap * 2 : 8;
        struct script_option *grown = realloc(item->options, more * sizeof *grown);
        if (!grown) {
            l->nomem = true;
            return NULL;
        }
        item->options = grown;
        *cap = more;
    }
    item->options[item->n_options] = (struct script_option){0};
    return &item->options[item->n_options++];
}

/* A coding without a display is shown by its code; plain values are shown as they are. */
static void show_value(struct loader *l, struct script_option *o)
{
    if (!o->text.text)
        o->text.text = load_clean(l, o->value.text);
}

static void load_option(struct loader *l, const cJSON *j, struct script_item *item, size_t *cap)
{
    struct script_value value;
    const cJSON *member;
    if (load_count_values(j, "value") > 1)
        findings_add(l->findings, true, "option-value", item->link_id,
                     "an option has more than one value");
    switch (load_value(l, j, "value", &value, &member)) {
    case LOAD_VALUE_GOOD:
        break;
    case LOAD_VALUE_NONE:
        findings_add(l->findings, true, "option-value", item->link_id, "an option has no value");
        return;
    case LOAD_VALUE_UNSUPPORTED:
        item->lacks |= SCRIPT_LACKS_VALUE_SET;
        findings_add(l->findings, false, "unsupported-option", item->link_id,
                     "an option is a %s, which is not for a call, and is left out", member->string);
        return;
    case LOAD_VALUE_TYPE:
        return;
    case LOAD_VALUE_FORM:
        findings_add(l->findings, true, "option-value", item->link_id,
                     value.type == SCRIPT_CHOICE ? "an option has no code"
                                                 : "an option is not of its type");
        return;
    }
    if (!script_value_fits(item->type, &value)) {
        script_value_deinit(&value);
        findings_add(l->findings, false, "option-type", item->link_id,
                     "an option can be no answer to this question");
        return;
    }
    struct script_option *o = value.kind != SCRIPT_VALUE_BOOLEAN ? add(l, item, cap) : NULL;
    if (!o) {
        script_value_deinit(&value);
        return;
    }
    o->value = value;
    if (value.kind == SCRIPT_VALUE_CODING)
        load_string(l, member, "display", &o->text);
    else if (value.type == SCRIPT_STRING)
        load_string(l, j, "valueString", &o->text);
    show_value(l, o);
    o->initial = json_bool(j, "initialSelected", false);
    o->exclusive =
        json_bool(extension_find(j, FHIR_EXTENSION "questionnaire-optionExclusive", NULL),
                  "valueBoolean", false);
}

/* ---- contained value sets ---- */

static void value_set_lacks(struct loader *l, struct script_item *item, const char *why)
{
    item->lacks |= SCRIPT_LACKS_VALUE_SET;
    findings_add(l->findings, false, "value-set", item->link_id, "%s", why);
}

static const cJSON *find_value_set(const struct loader *l, const char *canonical)
{
    const cJSON *contained = json_arr(l->root, "contained");
    if (canonical[0] != '#')
        return NULL;
    for (const cJSON *r = contained ? contained->child : NULL; r; r = r->next)
        if (strcmp(json_str(r, "resourceType", ""), "ValueSet") == 0 &&
            strcmp(json_str(r, "id", ""), canonical + 1) == 0)
            return r;
    return NULL;
}

/* concept.designation[].language/value are the translations of a concept's display. */
static void load_designations(struct loader *l, const cJSON *concept, struct script_string *text)
{
    const cJSON *list = json_arr(concept, "designation");
    for (const cJSON *d = list ? list->child : NULL; d; d = d->next) {
        const char *lang = json_str(d, "language", NULL);
        struct script_string one = {0};
        if (!lang || !load_has_words(l, "display", lang, json_str(d, "value", NULL)))
            continue;
        load_string(l, d, "value", &one);
        struct script_translation *grown =
            realloc(text->translations, (text->n + 1) * sizeof *grown);
        char *tag = load_copy(l, lang);
        if (grown)
            text->translations = grown;
        if (grown && tag && one.text) {
            grown[text->n++] = (struct script_translation){tag, one.text};
        } else {
            l->nomem = true;
            free(tag);
            free(one.text);
        }
        for (size_t i = 0; i < one.n; i++) { /* a translated designation is not a thing */
            free(one.translations[i].lang);
            free(one.translations[i].text);
        }
        free(one.translations);
    }
}

static void load_concepts(struct loader *l, const cJSON *list, const char *system,
                          struct script_item *item, size_t *cap)
{
    for (const cJSON *c = list ? list->child : NULL; c; c = c->next) {
        const char *code = json_str(c, "code", "");
        struct script_option *o = *code ? add(l, item, cap) : NULL;
        if (!*code)
            findings_add(l->findings, false, "value-set", item->link_id,
                         "an entry of the value set has no code, and is left out");
        if (!o)
            continue;
        o->value = (struct script_value){
            .kind = SCRIPT_VALUE_CODING,
            .type = SCRIPT_CHOICE,
            .text = load_copy(l, code),
            .system = load_copy(l, json_str(c, "system", system)),
            .display = load_copy(l, json_str(c, "display", NULL)),
        };
        load_string(l, c, "display", &o->text);
        load_designations(l, c, &o->text);
        show_value(l, o);
    }
}

static void load_value_set(struct loader *l, const cJSON *set, struct script_item *item)
{
    size_t cap = 0;
    const cJSON *expansion = json_arr(json_obj(set, "expansion"), "contains");
    const cJSON *include = json_arr(json_obj(set, "compose"), "include");
    if (expansion) {
        load_concepts(l, expansion, NULL, item, &cap);
    } else {
        for (const cJSON *i = include ? include->child : NULL; i; i = i->next)
            load_concepts(l, json_arr(i, "concept"), json_str(i, "system", NULL), item, &cap);
    }
    if (item->n_options == 0)
        value_set_lacks(l, item, "the value set has no codes of its own");
}

void load_options(struct loader *l, const cJSON *j, struct script_item *item)
{
    size_t cap = 0;
    const cJSON *options = json_arr(j, "answerOption");
    const char *canonical = json_str(j, "answerValueSet", NULL);
    if (!script_is_question(item))
        return;
    for (const cJSON *o = options ? options->child : NULL; o; o = o->next)
        load_option(l, o, item, &cap);
    if (options || !canonical || (item->type != SCRIPT_CHOICE && item->type != SCRIPT_OPEN_CHOICE))
        return;
    const cJSON *set = find_value_set(l, canonical);
    if (set)
        load_value_set(l, set, item);
    else
        value_set_lacks(l, item, "the value set is not in the file");
}

/* ---- units and initial values ---- */

void load_unit(struct loader *l, const cJSON *e, struct script_item *item)
{
    struct script_value v;
    const cJSON *member;
    const enum load_value how = load_value(l, e, "value", &v, &member);
    if (how != LOAD_VALUE_GOOD || v.kind != SCRIPT_VALUE_CODING) {
        script_value_deinit(&v);
        if (how != LOAD_VALUE_TYPE)
            findings_add(l->findings, false, "unit", item->link_id, "a unit has no code");
        return;
    }
    struct script_option *grown = realloc(item->units, (item->n_units + 1) * sizeof *grown);
    if (!grown) {
        script_value_deinit(&v);
        l->nomem = true;
        return;
    }
    item->units = grown;
    struct script_option *o = &grown[item->n_units++];
    *o = (struct script_option){.value = v};
    load_string(l, member, "display", &o->text);
    show_value(l, o);
}

/* Is it a value that an answer can have? Plain values of a choice are options, too. */
static bool can_be_answer(const struct script_item *item, const struct script_value *v)
{
    return script_value_fits(item->type, v) &&
           !(script_value_faults(item, v, NULL) & (1U << SCRIPT_FAULT_OPTION));
}

void load_initial(struct loader *l, const cJSON *j, struct script_item *item)
{
    const cJSON *list = json_arr(j, "initial");
    const int n = script_is_question(item) ? cJSON_GetArraySize(list) : 0;
    if (n == 0)
        return;
    item->initials = calloc((size_t)n, sizeof *item->initials);
    if (!item->initials) {
        l->nomem = true;
        return;
    }
    for (const cJSON *i = list->child; i; i = i->next) {
        struct script_value v;
        const cJSON *member;
        const enum load_value how = load_value(l, i, "value", &v, &member);
        const bool good =
            how == LOAD_VALUE_GOOD && load_count_values(i, "value") == 1 && can_be_answer(item, &v);
        if (good && (item->repeats || item->n_initials == 0)) {
            item->initials[item->n_initials++] = v;
            continue;
        }
        script_value_deinit(&v);
        if (!good && how != LOAD_VALUE_TYPE)
            findings_add(l->findings, false, "initial", item->link_id,
                         "an initial value is no answer to this question");
    }
}
