/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON type of each member that is read. One of another type would be passed over, and with it
 * a condition, a translation or all that stands below an item: so it is an error, whatever the
 * member is. Members that are not read may be what they like. */

#include <stdint.h>
#include <string.h>

#include "net/api/questionnaire_parts.h"

enum kind {
    KIND_STRING,
    KIND_BOOLEAN,
    KIND_FLAG, /* a boolean; the words "true" and "false" are read as what they mean, and told */
    KIND_NUMBER,
    KIND_COUNT, /* a whole number of at least 1, 32 bits */
    KIND_OBJECT,
    KIND_LIST,
    KIND_ANSWER, /* an object is looked into; that it is none is told by load_conditions */
};

enum part {
    PART_LEAF,
    PART_WHOLE,
    PART_ITEM,
    PART_CONDITION,
    PART_VALUE, /* value[x]: an option, an initial value */
    PART_EXTENSION,
    PART_EXTENDED, /* the sibling of a string */
    PART_TRANSLATION,
    PART_TRANSLATED,
    PART_CONCEPTS,
    PART_CODING,
    PART_QUANTITY,
    PART_VALUE_SET,
    PART_COMPOSE,
    PART_INCLUDE,
    PART_EXPANSION,
    PART_CONCEPT,
    PART_DESIGNATION,
};
#define PART_COUNT (PART_DESIGNATION + 1)

struct member {
    const char *name;
    enum kind kind;
    enum part part; /* what the object, or each entry of the list, is */
};

/* clang-format off */
#define VALUES                                        \
    {"valueBoolean",  KIND_BOOLEAN, PART_LEAF},       \
    {"valueCoding",   KIND_OBJECT,  PART_CODING},     \
    {"valueDate",     KIND_STRING,  PART_LEAF},       \
    {"valueDateTime", KIND_STRING,  PART_LEAF},       \
    {"valueDecimal",  KIND_NUMBER,  PART_LEAF},       \
    {"valueInteger",  KIND_NUMBER,  PART_LEAF},       \
    {"valueQuantity", KIND_OBJECT,  PART_QUANTITY},   \
    {"valueString",   KIND_STRING,  PART_LEAF},       \
    {"_valueString",  KIND_OBJECT,  PART_EXTENDED},   \
    {"valueTime",     KIND_STRING,  PART_LEAF},       \
    {"valueUri",      KIND_STRING,  PART_LEAF}

static const struct member parts[PART_COUNT][20] = {
    [PART_WHOLE] = {
        {"id",                KIND_STRING,  PART_LEAF},
        {"url",               KIND_STRING,  PART_LEAF},
        {"version",           KIND_STRING,  PART_LEAF},
        {"language",          KIND_STRING,  PART_LEAF},
        {"title",             KIND_STRING,  PART_LEAF},
        {"_title",            KIND_OBJECT,  PART_EXTENDED},
        {"extension",         KIND_LIST,    PART_EXTENSION},
        {"modifierExtension", KIND_LIST,    PART_LEAF},
        {"contained",         KIND_LIST,    PART_VALUE_SET},
        {"item",              KIND_LIST,    PART_ITEM},
    },
    [PART_ITEM] = {
        {"linkId",            KIND_STRING,  PART_LEAF},
        {"type",              KIND_STRING,  PART_LEAF},
        {"text",              KIND_STRING,  PART_LEAF},
        {"_text",             KIND_OBJECT,  PART_EXTENDED},
        {"prefix",            KIND_STRING,  PART_LEAF},
        {"_prefix",           KIND_OBJECT,  PART_EXTENDED},
        {"code",              KIND_LIST,    PART_CODING},
        {"required",          KIND_FLAG,    PART_LEAF},
        {"repeats",           KIND_FLAG,    PART_LEAF},
        {"readOnly",          KIND_FLAG,    PART_LEAF},
        {"enableBehavior",    KIND_STRING,  PART_LEAF},
        {"maxLength",         KIND_COUNT,   PART_LEAF},
        {"answerValueSet",    KIND_STRING,  PART_LEAF},
        {"answerOption",      KIND_LIST,    PART_VALUE},
        {"initial",           KIND_LIST,    PART_VALUE},
        {"enableWhen",        KIND_LIST,    PART_CONDITION},
        {"extension",         KIND_LIST,    PART_EXTENSION},
        {"modifierExtension", KIND_LIST,    PART_LEAF},
        {"item",              KIND_LIST,    PART_ITEM},
    },
    [PART_CONDITION] = {
        {"question",          KIND_STRING,  PART_LEAF},
        {"operator",          KIND_STRING,  PART_LEAF},
        {"answerCoding",      KIND_ANSWER,  PART_CODING},
        {"answerQuantity",    KIND_ANSWER,  PART_QUANTITY},
    },
    [PART_VALUE] = {
        VALUES,
        {"initialSelected",   KIND_BOOLEAN, PART_LEAF},
        {"extension",         KIND_LIST,    PART_EXTENSION},
    },
    [PART_EXTENSION] = {
        VALUES,
        {"valueCodeableConcept", KIND_OBJECT, PART_CONCEPTS},
    },
    [PART_EXTENDED] = {
        {"extension",         KIND_LIST,    PART_TRANSLATION},
    },
    [PART_TRANSLATION] = {
        {"extension",         KIND_LIST,    PART_TRANSLATED},
    },
    [PART_TRANSLATED] = {
        {"url",               KIND_STRING,  PART_LEAF},
        {"valueCode",         KIND_STRING,  PART_LEAF},
        {"valueString",       KIND_STRING,  PART_LEAF},
        {"valueMarkdown",     KIND_STRING,  PART_LEAF},
    },
    [PART_CONCEPTS] = {
        {"coding",            KIND_LIST,    PART_CODING},
    },
    [PART_CODING] = {
        {"system",            KIND_STRING,  PART_LEAF},
        {"code",              KIND_STRING,  PART_LEAF},
        {"display",           KIND_STRING,  PART_LEAF},
        {"_display",          KIND_OBJECT,  PART_EXTENDED},
    },
    [PART_QUANTITY] = {
        {"value",             KIND_NUMBER,  PART_LEAF},
        {"unit",              KIND_STRING,  PART_LEAF},
        {"system",            KIND_STRING,  PART_LEAF},
        {"code",              KIND_STRING,  PART_LEAF},
    },
    [PART_VALUE_SET] = {
        {"id",                KIND_STRING,  PART_LEAF},
        {"compose",           KIND_OBJECT,  PART_COMPOSE},
        {"expansion",         KIND_OBJECT,  PART_EXPANSION},
    },
    [PART_COMPOSE] = {
        {"include",           KIND_LIST,    PART_INCLUDE},
    },
    [PART_INCLUDE] = {
        {"system",            KIND_STRING,  PART_LEAF},
        {"concept",           KIND_LIST,    PART_CONCEPT},
    },
    [PART_EXPANSION] = {
        {"contains",          KIND_LIST,    PART_CONCEPT},
    },
    [PART_CONCEPT] = {
        {"system",            KIND_STRING,  PART_LEAF},
        {"code",              KIND_STRING,  PART_LEAF},
        {"display",           KIND_STRING,  PART_LEAF},
        {"_display",          KIND_OBJECT,  PART_EXTENDED},
        {"designation",       KIND_LIST,    PART_DESIGNATION},
    },
    [PART_DESIGNATION] = {
        {"language",          KIND_STRING,  PART_LEAF},
        {"value",             KIND_STRING,  PART_LEAF},
        {"_value",            KIND_OBJECT,  PART_EXTENDED},
    },
};
/* clang-format on */

#define NO_INDEX SIZE_MAX

/* Where a member stands, from its item downwards. */
struct place {
    const struct place *up;
    const char *member;
    size_t index; /* in a list; NO_INDEX: the member itself */
};

const char *json_type_name(const cJSON *j)
{
    return cJSON_IsBool(j)     ? "a boolean"
           : cJSON_IsNull(j)   ? "null"
           : cJSON_IsNumber(j) ? "a number"
           : cJSON_IsString(j) ? "a string"
           : cJSON_IsArray(j)  ? "a list"
                               : "an object";
}

static bool is_kind(const cJSON *j, enum kind kind)
{
    switch (kind) {
    case KIND_STRING:
        return cJSON_IsString(j);
    case KIND_BOOLEAN:
    case KIND_FLAG:
        return cJSON_IsBool(j);
    case KIND_NUMBER:
        return cJSON_IsNumber(j);
    case KIND_COUNT:
        return json_is_whole(j) && j->valuedouble >= 1 && j->valuedouble <= INT32_MAX;
    case KIND_OBJECT:
        return cJSON_IsObject(j);
    case KIND_LIST:
        return cJSON_IsArray(j);
    case KIND_ANSWER:
        return true;
    }
    return false;
}

static void print_place(const struct place *p, struct buf *b)
{
    if (p->up) {
        print_place(p->up, b);
        buf_char(b, '.');
    }
    buf_str(b, p->member);
    if (p->index != NO_INDEX)
        buf_printf(b, "[%zu]", p->index);
}

static void tell(struct loader *l, const cJSON *j, enum kind kind, const char *at,
                 const struct place *place)
{
    static const char *const wanted[] = {
        [KIND_STRING] = "a string",
        [KIND_BOOLEAN] = "true or false",
        [KIND_FLAG] = "true or false",
        [KIND_NUMBER] = "a number",
        [KIND_COUNT] = "a whole number of at least 1",
        [KIND_OBJECT] = "an object",
        [KIND_LIST] = "a list",
        [KIND_ANSWER] = "an object",
    };
    CLEANUP_BUF struct buf path = {0};
    print_place(place, &path);
    l->nomem |= path.failed;
    const char *word = kind == KIND_FLAG && cJSON_IsString(j) ? j->valuestring : "";
    const bool is_lost = strcmp(word, "true") != 0 && strcmp(word, "false") != 0;
    if (kind == KIND_COUNT && cJSON_IsNumber(j))
        findings_add(l->findings, true, "json-type", at, "%s is no whole number of at least 1",
                     buf_text(&path));
    else
        findings_add(l->findings, is_lost, "json-type", at, "%s is %s, not %s", buf_text(&path),
                     json_type_name(j), wanted[kind]);
}

/* Of resources and extensions only those that are known are read. */
static bool is_read(const cJSON *j, enum part part)
{
    const char *url = json_str(j, "url", "");
    if (part == PART_VALUE_SET)
        return strcmp(json_str(j, "resourceType", ""), "ValueSet") == 0;
    if (part == PART_EXTENSION)
        return extension_is_read(url);
    if (part == PART_TRANSLATION)
        return strcmp(url, FHIR_EXTENSION "translation") == 0;
    return part != PART_LEAF;
}

/* An extension that does not say by a text which one it is. */
static bool has_no_name(const cJSON *j, enum part part)
{
    const cJSON *url = cJSON_GetObjectItemCaseSensitive(j, "url");
    return (part == PART_EXTENSION || part == PART_TRANSLATION) && url && !cJSON_IsString(url);
}

/* The recursion is as deep as the JSON. */
static void check_part(struct loader *l, const cJSON *j, enum part part, const char *at,
                       const struct place *up);

static void check_list(struct loader *l, const cJSON *list, enum part part, const char *at,
                       struct place *place)
{
    place->index = 0;
    for (const cJSON *j = list->child; j; j = j->next, place->index++) {
        if (cJSON_IsObject(j))
            check_part(l, j, part, at, place);
        else
            tell(l, j, KIND_OBJECT, at, place);
    }
}

static void check_part(struct loader *l, const cJSON *j, enum part part, const char *at,
                       const struct place *up)
{
    if (has_no_name(j, part))
        tell(l, cJSON_GetObjectItemCaseSensitive(j, "url"), KIND_STRING, at,
             &(struct place){.up = up, .member = "url", .index = NO_INDEX});
    if (!is_read(j, part))
        return;
    if (part == PART_ITEM) { /* which is named by its linkId */
        at = json_str(j, "linkId", at);
        up = NULL;
    }
    for (const cJSON *m = j->child; m; m = m->next) {
        const struct member *row = parts[part];
        const struct member *end = row + sizeof parts[part] / sizeof parts[part][0];
        while (row < end && row->name && strcmp(row->name, m->string) != 0)
            row++;
        if (row == end || !row->name)
            continue;
        struct place place = {.up = up, .member = row->name, .index = NO_INDEX};
        if (!is_kind(m, row->kind))
            tell(l, m, row->kind, at, &place);
        else if (row->kind == KIND_LIST)
            check_list(l, m, row->part, at, &place);
        else if (cJSON_IsObject(m))
            check_part(l, m, row->part, at, &place);
    }
}

void check_shape(struct loader *l)
{
    check_part(l, l->root, PART_WHOLE, NULL, NULL);
}
