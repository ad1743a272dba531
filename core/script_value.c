/* SPDX-License-Identifier: Apache-2.0 */
/* Equality and order of values, by the type of the condition's answer[x] (FHIR R4, Questionnaire
 * .item.enableWhen; where R4 is vague the wording of R5 decides). */

#include "core/script_value.h"

#include <stdlib.h>
#include <string.h>

#include "core/date.h"
#include "core/decimal.h"
#include "core/time_text.h"

void script_value_deinit(struct script_value *v)
{
    free(v->text);
    free(v->system);
    free(v->display);
    free(v->code);
    free(v->unit);
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
        copy_text(v->display, &ret->display) && copy_text(v->code, &ret->code) &&
        copy_text(v->unit, &ret->unit))
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

static bool is_words(const struct script_value *v)
{
    return v->type == SCRIPT_STRING || v->type == SCRIPT_TEXT || v->type == SCRIPT_URL;
}

/* The same unit by system and code, or by its text where one of the two has no code. Nothing is
 * converted. */
static bool same_or_none(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_unit(const struct script_value *a, const struct script_value *b)
{
    if (a->code && b->code)
        return strcmp(a->code, b->code) == 0 && same_or_none(a->system, b->system);
    return same_or_none(a->unit, b->unit);
}

static int compare_digits(const struct script_value *a, const struct script_value *b)
{
    if (!a->text || !b->text || !decimal_is_valid(a->text) || !decimal_is_valid(b->text))
        return 2;
    const int order = decimal_compare(a->text, b->text);
    return order < 0 ? -1 : order > 0;
}

/* The digits behind the point of the seconds, as far as they go: .5 = .50. */
static int compare_fractions(const char *a, const char *b)
{
    a = strchr(a, '.');
    b = strchr(b, '.');
    a = a ? a + 1 : "";
    b = b ? b + 1 : "";
    for (;;) {
        const bool more_a = *a >= '0' && *a <= '9', more_b = *b >= '0' && *b <= '9';
        if (!more_a && !more_b)
            return 0;
        const char x = more_a ? *a++ : '0', y = more_b ? *b++ : '0';
        if (x != y)
            return x < y ? -1 : 1;
    }
}

static bool is_datetime(const struct script_value *v)
{
    return v->kind == SCRIPT_VALUE_TEXT && v->type == SCRIPT_DATETIME;
}

/* The order of two dateTimes: < 0, 0, > 0 in *ret. Both with a time: instants, the fraction of a
 * second too. Otherwise the common part of the days; equal so far is unknown unless both end there.
 */
static bool order_instants(const struct script_value *a, const struct script_value *b, int *ret)
{
    int64_t x, y;
    struct date dx, dy;
    if (!is_datetime(a) || !is_datetime(b))
        return false;
    const bool tx = strchr(a->text, 'T') != NULL, ty = strchr(b->text, 'T') != NULL;
    if (tx && ty) {
        if (!time_text_parse(a->text, strlen(a->text), &x) ||
            !time_text_parse(b->text, strlen(b->text), &y))
            return false;
        *ret = x != y ? (x > y) - (x < y) : compare_fractions(a->text, b->text);
        return true;
    }
    char day_a[11] = {0}, day_b[11] = {0};
    memcpy(day_a, a->text, strnlen(a->text, 10));
    memcpy(day_b, b->text, strnlen(b->text, 10));
    if (!date_parse(day_a, &dx) || !date_parse(day_b, &dy) || !date_compare(dx, dy, ret))
        return false;
    return *ret != 0 || (!tx && !ty);
}

static bool same_instant(const struct script_value *answer, const struct script_value *wanted)
{
    int order;
    return order_instants(answer, wanted, &order) && order == 0;
}

static bool same_text(const struct script_value *answer, const struct script_value *wanted)
{
    const bool exact = wanted->type == SCRIPT_DATE || wanted->type == SCRIPT_TIME;
    const bool fits = exact ? answer->type == wanted->type : is_words(answer);
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
    case SCRIPT_VALUE_QUANTITY:
        return answer->kind == SCRIPT_VALUE_QUANTITY && same_unit(answer, wanted) &&
               compare_digits(answer, wanted) == 0;
    case SCRIPT_VALUE_TEXT:
        if (wanted->type == SCRIPT_DATETIME)
            return same_instant(answer, wanted);
        if (is_number(wanted))
            return is_number(answer) && decimal_compare(answer->text, wanted->text) == 0;
        return same_text(answer, wanted);
    }
    return false;
}

/* Only numbers, quantities, dates and times have an order; false when these two have none. */
static bool order_of(const struct script_value *answer, const struct script_value *wanted, int *ret)
{
    struct date a, b;
    if (answer->kind == SCRIPT_VALUE_QUANTITY && wanted->kind == SCRIPT_VALUE_QUANTITY) {
        *ret = compare_digits(answer, wanted);
        return *ret != 2 && same_unit(answer, wanted);
    }
    if (is_datetime(answer) && is_datetime(wanted))
        return order_instants(answer, wanted, ret);
    if (answer->kind != SCRIPT_VALUE_TEXT || wanted->kind != SCRIPT_VALUE_TEXT)
        return false;
    if (is_number(answer) && is_number(wanted)) {
        *ret = decimal_compare(answer->text, wanted->text);
        return true;
    }
    if (answer->type == SCRIPT_TIME && wanted->type == SCRIPT_TIME) {
        *ret = strcmp(answer->text, wanted->text);
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

static bool is_same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

bool script_value_is_same(const struct script_value *a, const struct script_value *b)
{
    return a->kind == b->kind && a->boolean == b->boolean && is_same_text(a->text, b->text) &&
           is_same_text(a->system, b->system) && is_same_text(a->code, b->code) &&
           is_same_text(a->unit, b->unit);
}
