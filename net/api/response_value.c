/* SPDX-License-Identifier: Apache-2.0 */
/* The value of one answer of a response: read by the name of its member. */

#include <string.h>

#include "net/api/response_parts.h"

static char *borrow(const char *text)
{
    return (char *)(uintptr_t)text; /* script_node_take copies and does not write */
}

static bool read_coding(const cJSON *j, struct script_value *ret)
{
    if (!cJSON_IsObject(j))
        return false;
    *ret = (struct script_value){.kind = SCRIPT_VALUE_CODING,
                                 .text = borrow(json_str(j, "code", "")),
                                 .system = borrow(json_str(j, "system", NULL)),
                                 .display = borrow(json_str(j, "display", NULL))};
    return ret->text[0] != '\0';
}

static bool read_boolean(const cJSON *j, struct script_value *ret)
{
    *ret = (struct script_value){.kind = SCRIPT_VALUE_BOOLEAN, .boolean = cJSON_IsTrue(j)};
    return cJSON_IsBool(j);
}

static bool read_number(const cJSON *j, struct script_value *ret)
{
    *ret = (struct script_value){.kind = SCRIPT_VALUE_TEXT, .text = borrow(json_literal(j))};
    return ret->text != NULL;
}

static bool read_string(const cJSON *j, struct script_value *ret)
{
    *ret = (struct script_value){.kind = SCRIPT_VALUE_TEXT, .text = j->valuestring};
    return cJSON_IsString(j) && j->valuestring[0] != '\0';
}

static bool read_quantity(const cJSON *j, struct script_value *ret)
{
    const char *digits = json_literal(cJSON_GetObjectItemCaseSensitive(j, "value"));
    *ret = (struct script_value){.kind = SCRIPT_VALUE_QUANTITY,
                                 .text = borrow(digits),
                                 .system = borrow(json_str(j, "system", NULL)),
                                 .code = borrow(json_str(j, "code", NULL)),
                                 .unit = borrow(json_str(j, "unit", NULL))};
    return digits != NULL;
}

#define ITEM(a) (1U << (a))
#define CHOICES (ITEM(SCRIPT_CHOICE) | ITEM(SCRIPT_OPEN_CHOICE))

/* clang-format off */
static const struct {
    const char *key;
    enum script_type type; /* of the value */
    unsigned items;        /* the types of item that take it; a choice takes what its options are */
    bool (*read)(const cJSON *j, struct script_value *ret);
} readers[] = {
    {"valueBoolean",  SCRIPT_BOOLEAN,  ITEM(SCRIPT_BOOLEAN),                               read_boolean},
    {"valueCoding",   SCRIPT_CHOICE,   CHOICES,                                            read_coding},
    {"valueDate",     SCRIPT_DATE,     ITEM(SCRIPT_DATE) | CHOICES,                        read_string},
    {"valueDateTime", SCRIPT_DATETIME, ITEM(SCRIPT_DATETIME),                              read_string},
    {"valueDecimal",  SCRIPT_DECIMAL,  ITEM(SCRIPT_DECIMAL) | CHOICES,                     read_number},
    {"valueInteger",  SCRIPT_INTEGER,  ITEM(SCRIPT_INTEGER) | CHOICES,                     read_number},
    {"valueQuantity", SCRIPT_QUANTITY, ITEM(SCRIPT_QUANTITY),                              read_quantity},
    {"valueString",   SCRIPT_STRING,   ITEM(SCRIPT_STRING) | ITEM(SCRIPT_TEXT) | CHOICES,  read_string},
    {"valueTime",     SCRIPT_TIME,     ITEM(SCRIPT_TIME) | CHOICES,                        read_string},
    {"valueUri",      SCRIPT_URL,      ITEM(SCRIPT_URL),                                   read_string},
};
/* clang-format on */

/* Read one member named value[x]; false when the item takes no such member. */
static bool decode_member(struct decoder *d, const cJSON *m, size_t answer)
{
    const struct script_item *item = &d->script->items[script_node_item(d->answers, answer)];
    struct script_value value;
    struct err err = {0};
    size_t k = 0;
    const size_t n = sizeof readers / sizeof readers[0];
    while (k < n && strcmp(readers[k].key, m->string) != 0)
        k++;
    if (k == n || !(readers[k].items >> item->type & 1))
        return false;
    if (!readers[k].read(m, &value)) {
        response_wrong_answer(d, "invalidAnswerType", answer, "the answer is not of its type");
        return true;
    }
    value.type = readers[k].type;
    const enum err_code code = script_node_take(d->answers, answer, &value, &err);
    if (code == ERR_INVALID)
        response_wrong_answer(d, "invalidAnswer", answer, err.sentence);
    else if (code != ERR_OK)
        d->code = code;
    return true;
}

void response_decode_value(struct decoder *d, const cJSON *j, size_t answer)
{
    size_t n_values = 0;
    bool taken = true;
    for (const cJSON *m = j->child; m; m = m->next) {
        if (strncmp(m->string, "value", strlen("value")) != 0)
            continue;
        n_values++;
        taken = taken && decode_member(d, m, answer);
    }
    if (n_values > 1)
        response_wrong_answer(d, "invalidAnswerType", answer, "an answer has one value");
    if (!taken)
        response_wrong_answer(d, "invalidAnswerType", answer,
                              "the answer is not of the question's type");
    if (n_values == 0 && !json_arr(j, "item"))
        response_wrong_answer(d, "invalidAnswerType", answer, "an answer without a value");
}
