/* SPDX-License-Identifier: Apache-2.0 */
/* Typed text as a value: numbers keep their digits, times get what people leave out. */

#include "tui/script_typed.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/decimal.h"
#include "core/script_fault.h"
#include "core/script_value.h"
#include "core/text.h"
#include "tui/panes.h"
#include "tui/script_place.h"
#include "tui/script_text.h"
#include "tui/when.h"

static bool wrong(struct script_typed *ret, const char *sentence)
{
    snprintf(ret->wrong, sizeof ret->wrong, "%s", sentence);
    return false;
}

static void point(char *text)
{
    for (char *comma = strchr(text, ','); comma; comma = strchr(comma, ','))
        *comma = '.';
}

const char *script_units(const struct tui *t, const struct script_item *item, char *ret,
                         size_t size)
{
    size_t used = 0;
    ret[0] = '\0';
    for (size_t i = 0; i < item->n_units && used + 1 < size; i++) {
        const int n = snprintf(ret + used, size - used, "%s%s", used ? ", " : "",
                               script_text(&item->units[i].text, script_language(t)));
        used += n > 0 ? (size_t)n : 0;
    }
    ret[text_cut(ret, strlen(ret), size - 1)] = '\0';
    return ret;
}

static bool is_unit(const struct script_option *o, const char *typed)
{
    bool same = strcasecmp(o->value.text, typed) == 0 ||
                (o->text.text && strcasecmp(o->text.text, typed) == 0);
    for (size_t i = 0; !same && i < o->text.n; i++)
        same = strcasecmp(o->text.translations[i].text, typed) == 0;
    return same;
}

static bool read_unit(const struct tui *t, const struct script_item *item, const char *typed,
                      struct script_typed *ret)
{
    char units[200];
    if (item->n_units == 0) {
        snprintf(ret->unit, sizeof ret->unit, "%s", typed);
        ret->value.unit = *typed ? ret->unit : NULL;
        return true;
    }
    for (size_t i = 0; i < item->n_units; i++) {
        const struct script_option *o = &item->units[i];
        if (!is_unit(o, typed) && (*typed || item->n_units > 1))
            continue;
        ret->value.code = o->value.text;
        ret->value.system = o->value.system;
        ret->value.unit = o->text.text;
        return true;
    }
    snprintf(ret->wrong, sizeof ret->wrong, _("Type the number with one of its units: %s."),
             script_units(t, item, units, sizeof units));
    return false;
}

static bool read_quantity(const struct tui *t, const struct script_item *item,
                          struct script_typed *ret)
{
    const size_t digits = strspn(ret->text, "+-0123456789.,");
    const char *unit = ret->text + digits;
    char typed[sizeof ret->unit];
    snprintf(typed, sizeof typed, "%.127s", unit + strspn(unit, " "));
    ret->text[digits] = '\0';
    point(ret->text);
    if (!decimal_is_valid(ret->text))
        return wrong(ret, _("This is not a number. Type the number, then its unit."));
    ret->value.kind = SCRIPT_VALUE_QUANTITY;
    return read_unit(t, item, typed, ret);
}

bool script_typed_read(const struct tui *t, const struct script_item *item, const char *typed,
                       struct script_typed *ret)
{
    char when[WHEN_SIZE];
    *ret = (struct script_typed){0};
    text_trim(ret->text, sizeof ret->text, typed, strlen(typed));
    if (!ret->text[0])
        return true;
    ret->value =
        (struct script_value){.kind = SCRIPT_VALUE_TEXT, .type = item->type, .text = ret->text};
    switch (item->type) {
    case SCRIPT_QUANTITY:
        return read_quantity(t, item, ret);
    case SCRIPT_DECIMAL:
        point(ret->text);
        return true;
    case SCRIPT_DATE:
        if (!when_date_typed(ret->text, tui_zone(t), t->view->now_utc_s, when))
            return wrong(ret, _("This is not a date. Type 3/5, 3 May, yesterday, 2020-05-03."));
        break;
    case SCRIPT_TIME:
        if (!when_clock_typed(ret->text, when))
            return wrong(ret, _("This is not a time of day. Type 14:30, 14h30, 9h."));
        break;
    case SCRIPT_DATETIME:
        if (!when_moment_typed(ret->text, tui_zone(t), t->view->now_utc_s, when))
            return wrong(ret, _("This is no day and time. Type 3/5 14:30, yesterday 9h, 3 May."));
        break;
    case SCRIPT_CHOICE:
        ret->value.kind = SCRIPT_VALUE_CODING; /* of a list that is not in the file */
        return true;
    case SCRIPT_OPEN_CHOICE:
        ret->value.type = SCRIPT_STRING;
        return true;
    case SCRIPT_GROUP:
    case SCRIPT_DISPLAY:
    case SCRIPT_BOOLEAN:
    case SCRIPT_INTEGER:
    case SCRIPT_STRING:
    case SCRIPT_TEXT:
    case SCRIPT_URL:
        return true;
    }
    snprintf(ret->text, sizeof ret->text, "%s", when);
    return true;
}

/* "2020-05-03T14:30:00+02:00" as "03/05/2020 14:30"; also a date alone. */
static void local_text(const char *iso, char *ret, size_t size)
{
    const char *time = strchr(iso, 'T');
    char day[16], text[DATE_PRINT_SIZE];
    struct date d;
    snprintf(day, sizeof day, "%.*s", time && time - iso < 15 ? (int)(time - iso) : 15, iso);
    if (!date_parse(day, &d)) {
        snprintf(ret, size, "%s", iso);
        return;
    }
    date_print_local(d, text);
    const int digits = time && strncmp(time + 6, ":00", 3) == 0 ? 5 : 8;
    snprintf(ret, size, "%s%s%.*s", text, time ? " " : "", time ? digits : 0, time ? time + 1 : "");
}

const char *script_typed_text(const struct script_item *item, const struct script_value *value,
                              char *ret, size_t size)
{
    const char *text = value && value->text ? value->text : "";
    if (item->type == SCRIPT_DATE || item->type == SCRIPT_DATETIME)
        local_text(text, ret, size);
    else if (item->type == SCRIPT_TIME && strlen(text) >= 8 && strcmp(text + 5, ":00") == 0)
        snprintf(ret, size, "%.5s", text);
    else if (value && value->kind == SCRIPT_VALUE_QUANTITY)
        snprintf(ret, size, "%s %s", text,
                 value->unit   ? value->unit
                 : value->code ? value->code
                               : "");
    else
        snprintf(ret, size, "%s", text);
    return ret;
}

void script_refusal(const struct tui *t, const struct script_item *item,
                    const struct script_value *value, const struct err *err, char *ret, size_t size)
{
    CLEANUP_BUF struct buf b = {0};
    char when[WHEN_SIZE], filled[SCRIPT_TEXT_SIZE];
    const char *form = script_text_said(t, &item->hint, t->lang, filled, sizeof filled);
    const bool fits = script_value_fits(item->type, value);
    const unsigned faults = fits ? script_value_faults(item, value, NULL) : 0;
    const int kind = faults ? __builtin_ctz(faults) : -1;
    const bool dated = item->type == SCRIPT_DATE || item->type == SCRIPT_DATETIME;
    if (dated && kind == SCRIPT_FAULT_MIN_VALUE)
        snprintf(ret, size, _("Not before %s."), when_moment(item->min_value.text, when));
    else if (dated && kind == SCRIPT_FAULT_MAX_VALUE)
        snprintf(ret, size, _("Not after %s."), when_moment(item->max_value.text, when));
    else if (kind >= 0) {
        script_fault_print(item, (enum script_fault_kind)kind, script_text_ours, NULL, &b);
        snprintf(ret, size, "%s", buf_text(&b));
    } else if (fits && item->regex && *form && err->code == ERR_INVALID)
        snprintf(ret, size, _("It has this form: %s"), form);
    else
        snprintf(ret, size, "%s", err->sentence[0] ? gettext(err->sentence) : "");
}
