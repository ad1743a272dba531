/* SPDX-License-Identifier: Apache-2.0 */
/* Does a value keep the rules of its item? One row a type; sentences name the rule, never the
 * value. */

#include <string.h>

#include "core/date.h"
#include "core/decimal.h"
#include "core/i18n.h"
#include "core/script_answers.h"
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

static bool is_option(const struct script_value *option, const struct script_value *value)
{
    if (option->kind != value->kind || !option->text || strcmp(option->text, value->text) != 0)
        return false;
    /* Who knows that it is the number 7 and not the word is not given the other. */
    if (value->kind == SCRIPT_VALUE_TEXT && value->type != SCRIPT_GROUP &&
        value->type != option->type)
        return false;
    /* A picker may give the code alone; a system that is given has to be the right one. */
    return value->kind != SCRIPT_VALUE_CODING || !value->system ||
           (option->system && strcmp(option->system, value->system) == 0);
}

static enum err_code check_choice(const struct script_item *item, const struct script_value *value,
                                  const struct script_option **ret_option, struct err *err)
{
    const char *rule = types[SCRIPT_CHOICE].rule;
    if (value->kind != SCRIPT_VALUE_CODING && value->kind != SCRIPT_VALUE_TEXT)
        return refuse(item, rule, err);
    for (size_t i = 0; i < item->n_options; i++) {
        if (is_option(&item->options[i].value, value)) {
            *ret_option = &item->options[i];
            return ERR_OK;
        }
    }
    /* A value set that is not in the file: any code may be meant. */
    if (item->n_options == 0 && value->kind == SCRIPT_VALUE_CODING && is_line(value->text) &&
        (!value->system || is_line(value->system)) && (!value->display || is_line(value->display)))
        return ERR_OK;
    return refuse(item, rule, err);
}

static enum err_code check_length(const struct script_item *item, const char *text, struct err *err)
{
    const size_t n = text_chars(text, strlen(text));
    if (item->type == SCRIPT_DATE && item->min_length >= 10 && n < 10)
        return refuse(item, N_("The answer is a full date with its day."), err);
    if (item->min_length && n < item->min_length)
        return err_field(err, ERR_INVALID, item->link_id ? item->link_id : "",
                         "The answer has at least %u characters.", item->min_length);
    if (item->max_length && n > item->max_length)
        return err_field(err, ERR_INVALID, item->link_id ? item->link_id : "",
                         "The answer has at most %u characters.", item->max_length);
    return ERR_OK;
}

static bool is_line_or_none(const char *text)
{
    return !text || is_line(text);
}

static enum err_code check_quantity(const struct script_item *item,
                                    const struct script_value *value, struct err *err)
{
    if (value->kind != SCRIPT_VALUE_QUANTITY || !value->text || !decimal_is_valid(value->text) ||
        !is_line_or_none(value->unit) || !is_line_or_none(value->code) ||
        !is_line_or_none(value->system))
        return refuse(item, types[SCRIPT_QUANTITY].rule, err);
    return ERR_OK;
}

enum err_code script_check(const struct script_item *item, const struct script_value *value,
                           const struct script_option **ret_option, struct err *err)
{
    *ret_option = NULL;
    if (item->type == SCRIPT_OPEN_CHOICE && value->kind == SCRIPT_VALUE_TEXT)
        return is_line(value->text) ? check_length(item, value->text, err)
                                    : refuse(item, types[item->type].rule, err);
    if (item->type == SCRIPT_QUANTITY)
        return check_quantity(item, value, err);
    if (item->type == SCRIPT_CHOICE || item->type == SCRIPT_OPEN_CHOICE)
        return check_choice(item, value, ret_option, err);
    if (item->type == SCRIPT_BOOLEAN && value->kind == SCRIPT_VALUE_BOOLEAN)
        return ERR_OK;
    if (value->kind != SCRIPT_VALUE_TEXT || !types[item->type].fits ||
        !types[item->type].fits(value->text))
        return refuse(item, types[item->type].rule, err);
    return check_length(item, value->text, err);
}
