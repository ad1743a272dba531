/* SPDX-License-Identifier: Apache-2.0 */
/* Equality and order of values, by the type of the condition's answer[x] (FHIR R4, Questionnaire
 * .item.enableWhen; where R4 is vague the wording of R5 decides). */

#include "core/script_value.h"

#include <stdlib.h>
#include <string.h>

#include "core/date.h"
#include "core/decimal.h"

void script_value_deinit(struct script_value *v)
{
    free(v->text);
    free(v->system);
    free(v->display);
    *v = (struct script_value){0};
}

static bool copy_text(const char *text, char **ret)
{
    if (!text)
        return true;
    *ret = strdup(text);
    return *ret != NULL;
}

bool script_value_copy(const struct script_value *v, struct script_value *ret)
{
    *ret = (struct script_value){.kind = v->kind, .type = v->type, .boolean = v->boolean};
    if (copy_text(v->text, &ret->text) && copy_text(v->system, &ret->system) &&
        copy_text(v->display, &ret->display))
        return true;
    script_value_deinit(ret);
    return false;
}

static bool is_number(const struct script_value *v)
{
    return v->kind == SCRIPT_VALUE_TEXT &&
           (v->type == SCRIPT_INTEGER || v->type == SCRIPT_DECIMAL) && decimal_is_valid(v->text);
}

/* A condition without a system matches on the code alone, as the HL7 validator does. */
static bool same_coding(const struct script_value *answer, const struct script_value *wanted)
{
    if (answer->kind != SCRIPT_VALUE_CODING || !answer->text || !wanted->text ||
        strcmp(answer->text, wanted->text) != 0)
        return false;
    return !wanted->system || (answer->system && strcmp(answer->system, wanted->system) == 0);
}

static bool same_text(const struct script_value *answer, const struct script_value *wanted)
{
    const bool fits = wanted->type == SCRIPT_DATE
                          ? answer->type == SCRIPT_DATE
                          : answer->type == SCRIPT_STRING || answer->type == SCRIPT_TEXT;
    return answer->kind == SCRIPT_VALUE_TEXT && fits && strcmp(answer->text, wanted->text) == 0;
}

static bool is_equal(const struct script_value *answer, const struct script_value *wanted)
{
    switch (wanted->kind) {
    case SCRIPT_VALUE_NONE:
        return false;
    case SCRIPT_VALUE_BOOLEAN:
        return answer->kind == SCRIPT_VALUE_BOOLEAN && answer->boolean == wanted->boolean;
    case SCRIPT_VALUE_CODING:
        return same_coding(answer, wanted);
    case SCRIPT_VALUE_TEXT:
        if (is_number(wanted))
            return is_number(answer) && decimal_compare(answer->text, wanted->text) == 0;
        return same_text(answer, wanted);
    }
    return false;
}

/* Only numbers and dates have an order; false when these two have none. */
static bool order_of(const struct script_value *answer, const struct script_value *wanted, int *ret)
{
    struct date a, b;
    if (answer->kind != SCRIPT_VALUE_TEXT || wanted->kind != SCRIPT_VALUE_TEXT)
        return false;
    if (is_number(answer) && is_number(wanted)) {
        *ret = decimal_compare(answer->text, wanted->text);
        return true;
    }
    return answer->type == SCRIPT_DATE && wanted->type == SCRIPT_DATE &&
           date_parse(answer->text, &a) && date_parse(wanted->text, &b) && date_compare(a, b, ret);
}

bool script_value_fulfils(const struct script_value *answer, enum script_op op,
                          const struct script_value *wanted)
{
    int order;
    switch (op) {
    case SCRIPT_EXISTS:
        return false;
    case SCRIPT_EQ:
        return is_equal(answer, wanted);
    case SCRIPT_NE:
        return !is_equal(answer, wanted);
    case SCRIPT_GT:
        return order_of(answer, wanted, &order) && order > 0;
    case SCRIPT_LT:
        return order_of(answer, wanted, &order) && order < 0;
    case SCRIPT_GE:
        return order_of(answer, wanted, &order) && order >= 0;
    case SCRIPT_LE:
        return order_of(answer, wanted, &order) && order <= 0;
    }
    return false;
}
