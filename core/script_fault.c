/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a value, one row a kind: whether it is broken, and how that is told. */

#include "core/script_fault.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "core/script_answers.h"
#include "core/script_value.h"
#include "core/text.h"

void script_answers_use_regex(struct script_answers *a, const struct regex_ops *ops)
{
    a->regex = ops;
}

/* ---- options and units ---- */

static bool is_words(enum script_type type)
{
    return type == SCRIPT_STRING || type == SCRIPT_TEXT || type == SCRIPT_URL;
}

static bool is_option(const struct script_value *option, const struct script_value *value)
{
    if (option->kind != value->kind || !option->text || !value->text ||
        strcmp(option->text, value->text) != 0)
        return false;
    /* Who knows that it is the number 7 and not the word is not given the other. */
    if (value->kind == SCRIPT_VALUE_TEXT && value->type != SCRIPT_GROUP &&
        value->type != option->type && !(is_words(value->type) && is_words(option->type)))
        return false;
    /* A picker may give the code alone; a system that is given has to be the right one. */
    return value->kind != SCRIPT_VALUE_CODING || !value->system ||
           (option->system && strcmp(option->system, value->system) == 0);
}

const struct script_option *script_option_of(const struct script_item *item,
                                             const struct script_value *value)
{
    for (size_t i = 0; i < item->n_options; i++)
        if (is_option(&item->options[i].value, value))
            return &item->options[i];
    return NULL;
}

/* Options bind whatever has them; only the words of an open choice are free. A choice whose value
 * set is not in the file takes any code, and nothing but codes. */
static bool breaks_option(const struct script_item *item, const struct script_value *value,
                          enum regex_result form)
{
    (void)form;
    if (item->type == SCRIPT_OPEN_CHOICE && value->kind == SCRIPT_VALUE_TEXT)
        return false;
    if (item->n_options > 0)
        return !script_option_of(item, value);
    return item->type == SCRIPT_CHOICE && value->kind != SCRIPT_VALUE_CODING;
}

static bool is_same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool breaks_unit(const struct script_item *item, const struct script_value *value,
                        enum regex_result form)
{
    (void)form;
    if (value->kind != SCRIPT_VALUE_QUANTITY || item->n_units == 0)
        return false;
    for (size_t i = 0; i < item->n_units; i++) {
        const struct script_value *unit = &item->units[i].value;
        if (value->code ? is_same(unit->text, value->code) &&
                              (!value->system || is_same(unit->system, value->system))
                        : is_same(item->units[i].text.text, value->unit) ||
                              is_same(unit->text, value->unit))
            return false;
    }
    return true;
}

/* ---- lengths, numbers, expressions ---- */

static bool has_length(const struct script_value *value)
{
    return value->kind == SCRIPT_VALUE_TEXT;
}

static size_t length(const struct script_value *value)
{
    return text_chars(value->text, strlen(value->text));
}

static bool breaks_min_length(const struct script_item *item, const struct script_value *value,
                              enum regex_result form)
{
    (void)form;
    return item->min_length && item->type != SCRIPT_CHOICE && has_length(value) &&
           length(value) < item->min_length;
}

static bool breaks_max_length(const struct script_item *item, const struct script_value *value,
                              enum regex_result form)
{
    (void)form;
    return item->max_length && item->type != SCRIPT_CHOICE && has_length(value) &&
           length(value) > item->max_length;
}

static bool breaks_decimals(const struct script_item *item, const struct script_value *value,
                            enum regex_result form)
{
    (void)form;
    const bool number = value->kind == SCRIPT_VALUE_QUANTITY || item->type == SCRIPT_DECIMAL;
    const char *point = item->has_max_decimals && number ? strchr(value->text, '.') : NULL;
    return point && strspn(point + 1, "0123456789") > item->max_decimals;
}

static bool breaks_min_value(const struct script_item *item, const struct script_value *value,
                             enum regex_result form)
{
    (void)form;
    return item->min_value.kind != SCRIPT_VALUE_NONE &&
           script_value_fulfils(value, SCRIPT_LT, &item->min_value);
}

static bool breaks_max_value(const struct script_item *item, const struct script_value *value,
                             enum regex_result form)
{
    (void)form;
    return item->max_value.kind != SCRIPT_VALUE_NONE &&
           script_value_fulfils(value, SCRIPT_GT, &item->max_value);
}

static bool breaks_regex(const struct script_item *item, const struct script_value *value,
                         enum regex_result form)
{
    (void)item, (void)value;
    return form == REGEX_DIFFERS;
}

static bool breaks_regex_limit(const struct script_item *item, const struct script_value *value,
                               enum regex_result form)
{
    (void)item, (void)value;
    return form == REGEX_GAVE_UP;
}

/* clang-format off */
static const struct {
    const char *code;
    bool (*is_broken)(const struct script_item *item, const struct script_value *value,
                      enum regex_result form);
    const char *rule;
} kinds[] = {
    [SCRIPT_FAULT_OPTION]     = {"invalidAnswerOption", breaks_option,     N_("The answer is one of the options.")},
    [SCRIPT_FAULT_UNIT]       = {"invalidUnit",         breaks_unit,       N_("The unit is one of those of the question.")},
    [SCRIPT_FAULT_MIN_LENGTH] = {"minLength",           breaks_min_length, N_("The answer has at least %s characters.")},
    [SCRIPT_FAULT_MAX_LENGTH] = {"maxLength",           breaks_max_length, N_("The answer has at most %s characters.")},
    [SCRIPT_FAULT_DECIMALS]   = {"maxDecimalPlaces",    breaks_decimals,   N_("The answer has at most %s digits behind the point.")},
    [SCRIPT_FAULT_MIN_VALUE]  = {"minValue",            breaks_min_value,  N_("The least that may be answered is %s.")},
    [SCRIPT_FAULT_MAX_VALUE]  = {"maxValue",            breaks_max_value,  N_("The most that may be answered is %s.")},
    [SCRIPT_FAULT_REGEX]      = {"regex",               breaks_regex,      N_("The answer does not have the form that is asked for.")},
    [SCRIPT_FAULT_REGEX_LIMIT] = {"regexLimit",         breaks_regex_limit, N_("It takes too long to find out whether the answer has the form that is asked for.")},
    [SCRIPT_FAULT_EXCLUSIVE]  = {"optionExclusive",     NULL,              N_("This option stands alone.")},
    [SCRIPT_FAULT_REQUIRED]   = {"required",            NULL,              N_("An answer is required.")},
    [SCRIPT_FAULT_MIN_OCCURS] = {"minCount",            NULL,              N_("There are at least %s.")},
    [SCRIPT_FAULT_MAX_OCCURS] = {"maxCount",            NULL,              N_("There are at most %s.")},
};
/* clang-format on */
_Static_assert(sizeof kinds / sizeof kinds[0] == SCRIPT_FAULT_COUNT, "one row a kind");

const char *script_fault_code(enum script_fault_kind kind)
{
    return kinds[kind].code;
}

unsigned script_value_faults(const struct script_item *item, const struct script_value *value,
                             const struct regex_ops *regex)
{
    unsigned faults = 0;
    if (value->kind == SCRIPT_VALUE_NONE)
        return 0;
    const enum regex_result form = regex && item->regex && has_length(value)
                                       ? regex->match(regex->arg, item->regex, value->text)
                                       : REGEX_UNKNOWN;
    for (unsigned i = 0; i < SCRIPT_FAULT_COUNT; i++)
        if (kinds[i].is_broken && kinds[i].is_broken(item, value, form))
            faults |= 1U << i;
    return faults;
}

/* The limit that is named in the rule, as text. */
static const char *limit_of(const struct script_item *item, enum script_fault_kind kind,
                            char number[16])
{
    const unsigned numbers[SCRIPT_FAULT_COUNT] = {
        [SCRIPT_FAULT_MIN_LENGTH] = item->min_length, [SCRIPT_FAULT_MAX_LENGTH] = item->max_length,
        [SCRIPT_FAULT_DECIMALS] = item->max_decimals, [SCRIPT_FAULT_MIN_OCCURS] = item->min_occurs,
        [SCRIPT_FAULT_MAX_OCCURS] = item->max_occurs,
    };
    if (kind == SCRIPT_FAULT_MIN_VALUE || kind == SCRIPT_FAULT_MAX_VALUE) {
        const bool least = kind == SCRIPT_FAULT_MIN_VALUE;
        const char *text = least ? item->min_value.text : item->max_value.text;
        return text ? text : "";
    }
    snprintf(number, 16, "%u", numbers[kind]);
    return number;
}

void script_fault_print(const struct script_item *item, enum script_fault_kind kind,
                        const char *(*translate)(void *arg, const char *msgid), void *arg,
                        struct buf *b)
{
    const char *rule = kinds[kind].rule;
    char number[16];
    if (kind == SCRIPT_FAULT_MIN_LENGTH && item->type == SCRIPT_DATE && item->min_length >= 10)
        rule = N_("The answer is a full date with its day.");
    rule = translate ? translate(arg, rule) : rule;
    const char *place = strstr(rule, "%s");
    buf_add(b, rule, place ? (size_t)(place - rule) : strlen(rule));
    if (place) {
        buf_str(b, limit_of(item, kind, number));
        buf_str(b, place + 2);
    }
}

enum err_code script_fault_tell(const struct script_item *item, enum script_fault_kind kind,
                                struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    script_fault_print(item, kind, NULL, NULL, &b);
    return err_field(err, ERR_INVALID, item->link_id ? item->link_id : "", "%s", buf_text(&b));
}

static size_t count_answers(const struct script_answers *a, size_t answer)
{
    size_t n = 0;
    for (size_t k = a->cells[a->cells[answer].up].answers; k != SCRIPT_NODE_NONE;
         k = a->cells[k].next)
        n += a->cells[k].value.kind != SCRIPT_VALUE_NONE;
    return n;
}

unsigned script_answer_faults(const struct script_answers *a, size_t answer)
{
    const struct script_cell *c = &a->cells[answer];
    const struct script_item *item = &a->script->items[c->item];
    unsigned faults = script_value_faults(item, &c->value, a->regex);
    if (c->value.kind != SCRIPT_VALUE_NONE && item->n_options > 0) {
        const struct script_option *option = script_option_of(item, &c->value);
        if (option && option->exclusive && count_answers(a, answer) > 1)
            faults |= 1U << SCRIPT_FAULT_EXCLUSIVE;
    }
    return faults;
}
