/* SPDX-License-Identifier: Apache-2.0 */
/* Finding placeholders in a text, and what stands for them. */

#include "core/placeholder.h"

#include <stdio.h>
#include <string.h>

#include "core/duration.h"
#include "core/person.h"
#include "core/placeholder_words.h"
#include "core/service.h"
#include "core/text.h"

/* What a name stands for; nothing appended: it is not known. */
struct filling {
    const struct placeholder_values *values;
    const char *lang;
    struct buf out; /* as it comes, to be cleaned */
};

static void add_given(struct filling *f)
{
    buf_str(&f->out, f->values->record ? f->values->record->given_name : "");
}

static void add_family(struct filling *f)
{
    buf_str(&f->out, f->values->record ? f->values->record->family_name : "");
}

static void add_full_name(struct filling *f)
{
    add_given(f);
    if (f->out.len && f->values->record->family_name[0])
        buf_char(&f->out, ' ');
    add_family(f);
}

/* The first word: agents are enrolled by given and family name. */
static void add_agent(struct filling *f)
{
    const char *name = f->values->agent ? f->values->agent : "";
    size_t len = strlen(name);
    text_trim_view(&name, &len);
    const char *blank = memchr(name, ' ', len);
    buf_add(&f->out, name, blank ? (size_t)(blank - name) : len);
}

static void add_service(struct filling *f)
{
    char lang[LANGUAGE_SIZE] = ""; /* a service knows no regions of a language */
    snprintf(lang, sizeof lang, "%.2s", f->lang);
    if (f->values->service)
        buf_str(&f->out, service_label(&f->values->service->title, lang));
}

/* It is read out in one go: no line may end within it. */
static void add_number(struct filling *f)
{
    char text[PHONE_TEXT_SIZE];
    if (!f->values->service || !f->values->service->public_number[0])
        return;
    phone_format(f->values->service->public_number, text);
    const bool is_belgian = strncmp(text, "+32 ", 4) == 0; /* as people there dial it */
    buf_str(&f->out, is_belgian ? "0" : "");
    for (const char *c = text + (is_belgian ? 4 : 0); *c; c++)
        if (*c == ' ')
            buf_str(&f->out, "\u00a0");
        else
            buf_char(&f->out, *c);
}

static void add_ticket(struct filling *f)
{
    buf_str(&f->out, f->values->record ? f->values->record->ticket : "");
}

static void add_date(struct filling *f, struct date d)
{
    if (d.day > 0 && date_exists(d))
        placeholder_date(d, f->lang, &f->out);
}

static void add_today(struct filling *f)
{
    add_date(f, f->values->today);
}

static struct date record_date(const struct filling *f, enum duration_from from)
{
    const struct record *r = f->values->record;
    const char *text = !r                             ? ""
                       : from == DURATION_FROM_SAMPLE ? r->sample_date
                                                      : r->last_contact_date;
    struct date d = {0};
    if (!date_parse(text, &d))
        return (struct date){0};
    return d;
}

static void add_sample(struct filling *f)
{
    add_date(f, record_date(f, DURATION_FROM_SAMPLE));
}

static void add_last_contact(struct filling *f)
{
    add_date(f, record_date(f, DURATION_FROM_LAST_CONTACT));
}

static const struct {
    const char *name;
    void (*add)(struct filling *f);
    enum placeholder_word lack; /* what is said to be unknown */
} names[] = {
    {"given",             add_given,        PLACEHOLDER_WORD_GIVEN       },
    {"family",            add_family,       PLACEHOLDER_WORD_FAMILY      },
    {"full_name",         add_full_name,    PLACEHOLDER_WORD_NAME        },
    {"agent",             add_agent,        PLACEHOLDER_WORD_AGENT       },
    {"service",           add_service,      PLACEHOLDER_WORD_SERVICE     },
    {"public_number",     add_number,       PLACEHOLDER_WORD_NUMBER      },
    {"today",             add_today,        PLACEHOLDER_WORD_TODAY       },
    {"ticket",            add_ticket,       PLACEHOLDER_WORD_TICKET      },
    {"sample_date",       add_sample,       PLACEHOLDER_WORD_SAMPLE      },
    {"last_contact_date", add_last_contact, PLACEHOLDER_WORD_LAST_CONTACT},
};
#define N_NAMES (sizeof names / sizeof names[0])

static bool is_name(const char *name, const char *text, size_t len)
{
    return strlen(name) == len && memcmp(name, text, len) == 0;
}

static bool ends_in(const char *text, size_t len, const char *end, size_t *ret_len)
{
    const size_t n = strlen(end);
    if (len <= n || memcmp(text + len - n, end, n) != 0 || !duration_name_is_valid(text, len - n))
        return false;
    if (ret_len)
        *ret_len = len - n;
    return true;
}

enum placeholder_kind placeholder_kind(const char *name, size_t len, size_t *ret_name_len)
{
    for (size_t i = 0; i < N_NAMES; i++)
        if (is_name(names[i].name, name, len))
            return PLACEHOLDER_VALUE;
    if (is_name("birth_date", name, len))
        return PLACEHOLDER_FORBIDDEN;
    if (ends_in(name, len, "_days", ret_name_len))
        return PLACEHOLDER_DAYS;
    if (ends_in(name, len, "_end", ret_name_len))
        return PLACEHOLDER_END;
    return PLACEHOLDER_UNKNOWN;
}

/* ---- finding ---- */

static bool is_pair(const char *at, char c)
{
    return at[0] == c && at[1] == c;
}

static bool is_of_form(const char *name, size_t len)
{
    if (len == 0 || len > PLACEHOLDER_NAME_CHARS || name[0] < 'a' || name[0] > 'z')
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") >= len;
}

/* From behind "{{" to "}}". */
static enum placeholder_found read_name(const char *from, size_t *ret_used, const char **ret_name,
                                        size_t *ret_len)
{
    const char *p = from;
    *ret_used = 0;
    while (!is_pair(p, '}')) {
        if (is_pair(p, '{'))
            return PLACEHOLDER_NESTED;
        if (*p == '\0' || *p == '\n')
            return PLACEHOLDER_UNCLOSED;
        p++;
    }
    *ret_used = (size_t)(p - from) + 2;
    *ret_name = from;
    *ret_len = (size_t)(p - from);
    text_trim_view(ret_name, ret_len);
    return is_of_form(*ret_name, *ret_len) ? PLACEHOLDER_FOUND : PLACEHOLDER_FORM;
}

enum placeholder_found placeholder_next(const char *text, size_t *at, const char **ret_name,
                                        size_t *ret_len)
{
    for (const char *p = text + *at; *p; p++) {
        *at = (size_t)(p - text) + 2;
        if (is_pair(p, '}'))
            return PLACEHOLDER_UNOPENED;
        if (!is_pair(p, '{'))
            continue;
        size_t used;
        const enum placeholder_found found = read_name(p + 2, &used, ret_name, ret_len);
        *at += used;
        return found;
    }
    *at = strlen(text);
    return PLACEHOLDER_NONE;
}

bool placeholder_is_in(const char *text)
{
    size_t at = 0, len;
    const char *name;
    return placeholder_next(text, &at, &name, &len) != PLACEHOLDER_NONE;
}

/* ---- filling ---- */

static const struct duration *find_duration(const struct filling *f, const char *name, size_t len)
{
    const struct service *s = f->values->service;
    for (size_t i = 0; s && i < s->n_durations; i++)
        if (is_name(s->durations[i].name, name, len))
            return &s->durations[i];
    return NULL;
}

static bool find_from(const struct filling *f, const char *from, struct date *ret)
{
    const struct placeholder_values *v = f->values;
    const enum duration_from kind = duration_from_by_name(from);
    switch (kind) {
    case DURATION_FROM_QUESTION:
        return v->answer && v->answer(v->arg, from, ret) && ret->day > 0;
    case DURATION_FROM_TODAY:
        *ret = v->today;
        return true;
    case DURATION_FROM_SAMPLE:
    case DURATION_FROM_LAST_CONTACT:
        *ret = record_date(f, kind);
        return ret->day > 0;
    }
    return false;
}

/* Of a date that is not known: the last one of the record that it may be counted from. */
static enum placeholder_word lacking_date(const struct duration *d)
{
    for (size_t i = d ? d->n_froms : 0; i-- > 0;) {
        const enum duration_from kind = duration_from_by_name(d->froms[i]);
        if (kind == DURATION_FROM_SAMPLE)
            return PLACEHOLDER_WORD_SAMPLE;
        if (kind == DURATION_FROM_LAST_CONTACT)
            return PLACEHOLDER_WORD_LAST_CONTACT;
    }
    return PLACEHOLDER_WORD_DATE;
}

static enum placeholder_word add_duration(struct filling *f, enum placeholder_kind kind,
                                          const char *name, size_t len)
{
    const struct duration *d = find_duration(f, name, len);
    int days;
    if (!d || !duration_days(d, f->values->today, &days))
        return kind == PLACEHOLDER_DAYS ? PLACEHOLDER_WORD_DAYS : PLACEHOLDER_WORD_DATE;
    if (kind == PLACEHOLDER_DAYS) {
        buf_printf(&f->out, "%d", days);
        return PLACEHOLDER_WORD_DAYS;
    }
    struct date from = {0}, end;
    for (size_t i = 0; i < d->n_froms; i++) {
        if (!find_from(f, d->froms[i], &from))
            continue;
        if (duration_end(from, days, d->back, &end))
            add_date(f, end);
        break;
    }
    return lacking_date(d);
}

/* One line, no braces, not too long. */
static void add_clean(const struct buf *value, struct buf *out)
{
    CLEANUP_BUF struct buf clean = {0};
    text_clean(buf_text(value), value->len, TEXT_ONE_LINE, &clean);
    const char *text = buf_text(&clean);
    const size_t shown = text_cut_chars(text, clean.len, PLACEHOLDER_VALUE_CHARS);
    for (size_t i = 0; i < shown; i++)
        if (text[i] != '{' && text[i] != '}')
            buf_char(out, text[i]);
    if (shown < clean.len)
        buf_str(out, "…");
    out->failed |= clean.failed;
}

static void add_value(const char *name, size_t len, const struct placeholder_values *values,
                      const char *lang, struct buf *out)
{
    struct filling f = {.values = values, .lang = lang};
    enum placeholder_word lack = PLACEHOLDER_WORD_DATE;
    size_t name_len;
    const enum placeholder_kind kind = placeholder_kind(name, len, &name_len);
    if (kind == PLACEHOLDER_DAYS || kind == PLACEHOLDER_END)
        lack = add_duration(&f, kind, name, name_len);
    for (size_t i = 0; kind == PLACEHOLDER_VALUE && i < N_NAMES; i++) {
        if (!is_name(names[i].name, name, len))
            continue;
        names[i].add(&f);
        lack = names[i].lack;
    }
    const size_t before = out->len;
    add_clean(&f.out, out);
    out->failed |= f.out.failed;
    buf_free(&f.out);
    if (out->len == before)
        placeholder_lack(lack, lang, out);
}

void placeholder_fill(const char *text, const struct placeholder_values *values, const char *lang,
                      struct buf *out)
{
    size_t at = 0, done = 0, len = 0;
    const char *name = NULL;
    enum placeholder_found found;
    while ((found = placeholder_next(text, &at, &name, &len)) != PLACEHOLDER_NONE) {
        if (found != PLACEHOLDER_FOUND)
            continue;
        const enum placeholder_kind kind = placeholder_kind(name, len, NULL);
        if (kind == PLACEHOLDER_UNKNOWN || kind == PLACEHOLDER_FORBIDDEN)
            continue;
        const char *braces = name; /* blanks may stand between */
        while (!is_pair(braces - 2, '{'))
            braces--;
        buf_add(out, text + done, (size_t)(braces - 2 - text) - done);
        add_value(name, len, values, lang ? lang : "", out);
        done = at;
    }
    buf_str(out, text + done);
}

void placeholder_script_text(const struct script *script, const struct script_string *s,
                             const char *lang, const struct placeholder_values *values,
                             struct buf *out)
{
    const char *own = NULL;
    const char *text = script_text_in(s, lang, &own);
    if (!values)
        buf_str(out, text);
    else
        placeholder_fill(text, values, own ? own : script->language ? script->language : lang, out);
}
