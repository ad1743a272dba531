/* SPDX-License-Identifier: Apache-2.0 */
/* Does a value keep the rules of its item? One row a type; sentences name the rule, never the
 * value. */

#include <string.h>

#include "core/date.h"
#include "core/decimal.h"
#include "core/i18n.h"
#include "core/script_answers.h"
#include "core/script_fault.h"
#include "core/script_value.h"
#include "core/text.h"
#include "core/time_text.h"

static enum err_code refuse(const struct script_item *item, const char *rule, struct err *err)
{
    return err_field(err, ERR_INVALID, item->link_id ? item->link_id : "", "%s", rule);
}

static bool is_line(const char *text)
{
    return text_is_plain(text, strlen(text), TEXT_ONE_LINE);
}

static bool is_paragraph(const char *text)
{
    return text_is_plain(text, strlen(text), TEXT_LINES);
}

static bool is_date(const char *text)
{
    struct date d;
    return date_parse(text, &d);
}

/* FHIR R4 time: hh:mm:ss, perhaps with a fraction; no zone, no 24:00. */
static bool is_time(const char *text)
{
    static const char form[] = "dd:dd:dd";
    for (size_t i = 0; i < 8; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != ':')
            return false;
    if (memcmp(text, "23", 2) > 0 || text[3] > '5' || memcmp(text + 6, "60", 2) > 0)
        return false;
    text += 8;
    return *text == '\0' ||
           (*text == '.' && text[1] && text[1 + strspn(text + 1, "0123456789")] == '\0');
}

static bool is_datetime(const char *text)
{
    int64_t utc_s;
    const bool has_time = strlen(text) > 10;
    return has_time ? text[10] == 'T' && time_text_parse(text, strlen(text), &utc_s)
                    : is_date(text);
}

static bool is_url(const char *text)
{
    return is_line(text) && !strchr(text, ' ');
}

/* clang-format off */
static const struct {
    bool (*fits)(const char *text); /* NULL: not given as a text */
    const char *rule;
} types[] = {
    [SCRIPT_GROUP]   = {NULL,               N_("A group takes no answer.")},
    [SCRIPT_DISPLAY] = {NULL,               N_("A text to read takes no answer.")},
    [SCRIPT_BOOLEAN] = {NULL,               N_("The answer is yes or no.")},
    [SCRIPT_INTEGER] = {decimal_is_integer, N_("The answer is a whole number.")},
    [SCRIPT_DECIMAL] = {decimal_is_valid,   N_("The answer is a number.")},
    [SCRIPT_DATE]    = {is_date,            N_("The answer is a date that exists.")},
    [SCRIPT_STRING]  = {is_line,            N_("The answer is one line without control characters.")},
    [SCRIPT_TEXT]    = {is_paragraph,       N_("The answer is a text without control characters.")},
    [SCRIPT_CHOICE]  = {is_line,            N_("The answer is one of the options.")},
    [SCRIPT_TIME]    = {is_time,            N_("The answer is a time of day with seconds.")},
    [SCRIPT_DATETIME] = {is_datetime,       N_("The answer is a date, or a date and time with its zone.")},
    [SCRIPT_URL]     = {is_url,             N_("The answer is an address without blanks.")},
    [SCRIPT_OPEN_CHOICE] = {is_line,        N_("The answer is one of the options or one line.")},
    [SCRIPT_QUANTITY] = {NULL,              N_("The answer is a number with its unit.")},
};
/* clang-format on */
_Static_assert(sizeof types / sizeof types[0] == SCRIPT_TYPE_COUNT, "one row a type");

static bool is_line_or_none(const char *text)
{
    return !text || is_line(text);
}

static bool is_coding(const struct script_value *value)
{
    return value->text && is_line(value->text) && is_line_or_none(value->system) &&
           is_line_or_none(value->display);
}

static bool is_quantity(const struct script_value *value)
{
    return value->kind == SCRIPT_VALUE_QUANTITY && value->text && decimal_is_valid(value->text) &&
           is_line_or_none(value->unit) && is_line_or_none(value->code) &&
           is_line_or_none(value->system);
}

bool script_value_fits(enum script_type type, const struct script_value *value)
{
    const bool choice = type == SCRIPT_CHOICE || type == SCRIPT_OPEN_CHOICE;
    if (type == SCRIPT_QUANTITY)
        return is_quantity(value);
    if (choice && value->kind == SCRIPT_VALUE_CODING)
        return is_coding(value);
    if (choice && value->kind == SCRIPT_VALUE_TEXT && types[value->type].fits)
        return types[value->type].fits(value->text);
    if (type == SCRIPT_BOOLEAN)
        return value->kind == SCRIPT_VALUE_BOOLEAN;
    return value->kind == SCRIPT_VALUE_TEXT && types[type].fits && types[type].fits(value->text);
}

/* Is it a whole number that 32 bits do not hold? */
static bool is_too_large(const struct script_value *value)
{
    return value->kind == SCRIPT_VALUE_TEXT && decimal_is_valid(value->text) &&
           !strpbrk(value->text, ".eE");
}

enum err_code script_check_type(const struct script_item *item, const struct script_value *value,
                                struct err *err)
{
    if (script_value_fits(item->type, value))
        return ERR_OK;
    if (item->type == SCRIPT_INTEGER && is_too_large(value))
        return refuse(item, N_("The answer is a whole number from -2147483648 to 2147483647."),
                      err);
    return refuse(item, types[item->type].rule, err);
}

static bool is_nothing(const struct script_value *v)
{
    return v->kind == SCRIPT_VALUE_NONE ||
           (v->kind != SCRIPT_VALUE_BOOLEAN && (!v->text || v->text[0] == '\0'));
}

static enum err_code copy(const struct script_item *item, const struct script_value *value,
                          const struct script_option *option, struct script_value *ret,
                          struct err *err)
{
    if (!script_value_copy(option ? &option->value : value, ret))
        return err_set(err, ERR_NOMEM, NULL);
    const bool choice = item->type == SCRIPT_CHOICE || item->type == SCRIPT_OPEN_CHOICE;
    if (!option && value->kind == SCRIPT_VALUE_TEXT && choice)
        ret->type = value->type == SCRIPT_GROUP ? SCRIPT_STRING : value->type;
    else if (!option)
        ret->type = item->type;
    return ERR_OK;
}

enum err_code script_admit_any(const struct script_item *item, const struct script_value *value,
                               struct script_value *ret, struct err *err)
{
    *ret = (struct script_value){0};
    if (is_nothing(value))
        return ERR_OK;
    const enum err_code code = script_check_type(item, value, err);
    return code == ERR_OK ? copy(item, value, NULL, ret, err) : code;
}

enum err_code script_admit(const struct script_answers *a, size_t item,
                           const struct script_value *value, struct script_value *ret,
                           struct err *err)
{
    const struct script_item *it = &a->script->items[item];
    *ret = (struct script_value){0};
    if (is_nothing(value))
        return ERR_OK;
    enum err_code code = script_check_type(it, value, err);
    if (code != ERR_OK)
        return code;
    struct script_value typed = {0};
    const struct script_option *option = script_option_of(it, value);
    code = copy(it, value, option, &typed, err);
    if (code != ERR_OK)
        return code;
    const unsigned faults = option ? 0 : script_value_faults(it, &typed, a->regex);
    if (faults) {
        script_value_forget(&typed);
        return script_fault_tell(it, (enum script_fault_kind)__builtin_ctz(faults), err);
    }
    *ret = typed;
    return ERR_OK;
}
