/* SPDX-License-Identifier: Apache-2.0 */
/* Texts with their translations, extensions, and value[x]: the small parts of a questionnaire. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"
#include "core/script_value.h"
#include "core/text.h"
#include "net/api/questionnaire_parts.h"

char *load_copy(struct loader *l, const char *text)
{
    if (!text)
        return NULL;
    char *copy = strdup(text);
    if (!copy)
        l->nomem = true;
    return copy;
}

char *load_clean(struct loader *l, const char *text)
{
    if (!text)
        return NULL;
    CLEANUP_BUF struct buf b = {0};
    text_clean(text, strlen(text), TEXT_LINES, &b);
    char *copy = buf_take(&b);
    if (!copy)
        l->nomem = true;
    return copy;
}

const cJSON *extension_find(const cJSON *obj, const char *url, const cJSON *from)
{
    const cJSON *list = json_arr(obj, "extension");
    const cJSON *e = from ? from->next : list ? list->child : NULL;
    for (; e; e = e->next)
        if (strcmp(json_str(e, "url", ""), url) == 0)
            return e;
    return NULL;
}

bool load_has_words(struct loader *l, const char *key, const char *lang, const char *text)
{
    const char *words = text ? text + strspn(text, " \t\r\n") : "";
    if (!lang || !*lang)
        findings_add(l->findings, false, "translation", l->at,
                     "a translation of %s has no language", key);
    else if (!*words)
        findings_add(l->findings, false, "translation", l->at,
                     "the translation of %s into %s is empty", key, lang);
    return lang && *lang && *words;
}

/* What FHIRPath would compute stands as it is written, in every language. */
static void tell_expressions(struct loader *l, const cJSON *extended, const char *key)
{
    static const char *const names[] = {"cqf-expression", "cqf-calculatedValue"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char url[96];
        snprintf(url, sizeof url, FHIR_EXTENSION "%s", names[i]);
        if (extension_find(extended, url, NULL))
            findings_add(l->findings, false, "unsupported-expression", l->at,
                         "%s of %s is not evaluated", names[i], key);
    }
}

static void add_translation(struct loader *l, const cJSON *e, const char *key,
                            struct script_string *ret)
{
    const cJSON *lang = extension_find(e, "lang", NULL);
    const cJSON *content = extension_find(e, "content", NULL);
    const char *tag = json_str(lang, "valueCode", json_str(lang, "valueString", NULL));
    const char *text = json_str(content, "valueString", json_str(content, "valueMarkdown", NULL));
    if (!load_has_words(l, key, tag, text))
        return;
    struct script_translation *grown =
        realloc(ret->translations, (ret->n + 1) * sizeof *ret->translations);
    if (!grown) {
        l->nomem = true;
        return;
    }
    ret->translations = grown;
    grown[ret->n] = (struct script_translation){load_copy(l, tag), load_clean(l, text)};
    if (grown[ret->n].lang && grown[ret->n].text) {
        ret->n++;
    } else {
        free(grown[ret->n].lang);
        free(grown[ret->n].text);
    }
}

void load_string(struct loader *l, const cJSON *obj, const char *key, struct script_string *ret)
{
    char sibling[32];
    const char *text = json_str(obj, key, NULL);
    if (text)
        ret->text = load_clean(l, text);
    snprintf(sibling, sizeof sibling, "_%s", key);
    const cJSON *extended = json_obj(obj, sibling);
    tell_expressions(l, extended, key);
    for (const cJSON *e = extension_find(extended, FHIR_EXTENSION "translation", NULL); e;
         e = extension_find(extended, FHIR_EXTENSION "translation", e))
        add_translation(l, e, key, ret);
}

/* ---- value[x] ---- */

static const struct {
    const char *name;
    enum script_type type;
} value_types[] = {
    {"Boolean",  SCRIPT_BOOLEAN },
    {"Coding",   SCRIPT_CHOICE  },
    {"Date",     SCRIPT_DATE    },
    {"DateTime", SCRIPT_DATETIME},
    {"Decimal",  SCRIPT_DECIMAL },
    {"Integer",  SCRIPT_INTEGER },
    {"Quantity", SCRIPT_QUANTITY},
    {"String",   SCRIPT_STRING  },
    {"Time",     SCRIPT_TIME    },
    {"Uri",      SCRIPT_URL     },
};

static enum load_value read_coding(struct loader *l, const cJSON *j, struct script_value *ret)
{
    if (!cJSON_IsObject(j))
        return LOAD_VALUE_TYPE;
    const char *code = json_str(j, "code", NULL);
    if (!code || !*code)
        return LOAD_VALUE_FORM;
    ret->kind = SCRIPT_VALUE_CODING;
    ret->text = load_copy(l, code);
    ret->system = load_copy(l, json_str(j, "system", NULL));
    ret->display = load_copy(l, json_str(j, "display", NULL));
    return LOAD_VALUE_GOOD;
}

static enum load_value read_quantity(struct loader *l, const cJSON *j, struct script_value *ret)
{
    if (!cJSON_IsObject(j))
        return LOAD_VALUE_TYPE;
    const char *digits = json_literal(cJSON_GetObjectItemCaseSensitive(j, "value"));
    if (!digits || !decimal_is_valid(digits))
        return LOAD_VALUE_FORM;
    ret->kind = SCRIPT_VALUE_QUANTITY;
    ret->text = load_copy(l, digits);
    ret->system = load_copy(l, json_str(j, "system", NULL));
    ret->code = load_copy(l, json_str(j, "code", NULL));
    ret->unit = load_copy(l, json_str(j, "unit", NULL));
    return LOAD_VALUE_GOOD;
}

/* A text in a condition or an option may have any characters; all others have a form. */
static bool is_of_form(enum script_type type, const char *text)
{
    const struct script_value v = {.kind = SCRIPT_VALUE_TEXT,
                                   .text = (char *)(uintptr_t)text}; /* only read */
    return type == SCRIPT_STRING || script_value_fits(type, &v);
}

static enum load_value read_value(struct loader *l, const cJSON *j, size_t row,
                                  struct script_value *ret)
{
    const enum script_type type = value_types[row].type;
    if (type == SCRIPT_CHOICE)
        return read_coding(l, j, ret);
    if (type == SCRIPT_QUANTITY)
        return read_quantity(l, j, ret);
    if (type == SCRIPT_BOOLEAN) {
        ret->kind = SCRIPT_VALUE_BOOLEAN;
        ret->boolean = cJSON_IsTrue(j);
        return cJSON_IsBool(j) ? LOAD_VALUE_GOOD : LOAD_VALUE_TYPE;
    }
    const bool number = type == SCRIPT_INTEGER || type == SCRIPT_DECIMAL;
    const char *text = number ? json_literal(j) : cJSON_IsString(j) ? j->valuestring : NULL;
    if (!text)
        return LOAD_VALUE_TYPE;
    if (!is_of_form(type, text))
        return LOAD_VALUE_FORM;
    ret->kind = SCRIPT_VALUE_TEXT;
    ret->text = load_copy(l, text);
    return LOAD_VALUE_GOOD;
}

static const cJSON *member_with_prefix(const cJSON *obj, const char *prefix)
{
    const size_t n = strlen(prefix);
    for (const cJSON *m = cJSON_IsObject(obj) ? obj->child : NULL; m; m = m->next)
        if (strncmp(m->string, prefix, n) == 0 && m->string[n] >= 'A' && m->string[n] <= 'Z')
            return m;
    return NULL;
}

size_t load_count_values(const cJSON *obj, const char *prefix)
{
    const size_t len = strlen(prefix);
    size_t n = 0;
    for (const cJSON *m = cJSON_IsObject(obj) ? obj->child : NULL; m; m = m->next)
        n += strncmp(m->string, prefix, len) == 0 && m->string[len] >= 'A' && m->string[len] <= 'Z';
    return n;
}

enum load_value load_value(struct loader *l, const cJSON *obj, const char *prefix,
                           struct script_value *ret, const cJSON **ret_member)
{
    const cJSON *m = member_with_prefix(obj, prefix);
    *ret = (struct script_value){0};
    *ret_member = m;
    if (!m)
        return LOAD_VALUE_NONE;
    for (size_t i = 0; i < sizeof value_types / sizeof value_types[0]; i++) {
        if (strcmp(m->string + strlen(prefix), value_types[i].name) != 0)
            continue;
        enum load_value how = read_value(l, m, i, ret);
        if (l->nomem) { /* perhaps in the middle of it */
            script_value_deinit(ret);
            how = LOAD_VALUE_FORM;
        }
        if (how != LOAD_VALUE_GOOD)
            *ret = (struct script_value){0};
        ret->type = value_types[i].type;
        return how;
    }
    return LOAD_VALUE_UNSUPPORTED;
}
