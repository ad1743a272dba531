/* SPDX-License-Identifier: Apache-2.0 */
/* Dates as people type them. The text is cut into numbers and words; how many there are of each
 * says which form it is. */

#include <string.h>

#include "core/date.h"

#define PARTS_MAX 3

struct part {
    bool word;
    const struct date_word *meaning; /* of a word */
    int number;
    unsigned digits;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_separator(char c)
{
    return is_blank(c) || c == '/' || c == '.' || c == '-' || c == ',';
}

static bool same_word(const char *typed, size_t len, const char *word)
{
    if (strlen(word) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        const char c = typed[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c) != word[i])
            return false;
    }
    return true;
}

static const struct date_word *find_word(const char *typed, size_t len,
                                         const struct date_word *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (same_word(typed, len, words[i].word))
            return &words[i];
    return NULL;
}

/* Take the next part off *text; false when it is no number of up to 8 digits and no known word. */
static bool next_part(const char **text, const struct date_word *words, size_t n_words,
                      struct part *ret)
{
    const char *t = *text;
    *ret = (struct part){0};
    if (is_digit(*t)) {
        for (; is_digit(*t); t++) {
            if (++ret->digits > 8)
                return false;
            ret->number = ret->number * 10 + (*t - '0');
        }
    } else {
        while (*t && !is_digit(*t) && !is_separator(*t))
            t++;
        ret->word = true;
        ret->meaning = find_word(*text, (size_t)(t - *text), words, n_words);
        if (!ret->meaning)
            return false;
    }
    while (is_separator(*t))
        t++;
    *text = t;
    return true;
}

/* A year of two digits, for a day and month that are known. */
static int full_year(struct date d, struct date today, enum date_lean lean)
{
    d.year += 2000;
    const bool to_come = date_exists(d) && date_to_days(d) > date_to_days(today);
    return lean == DATE_LEAN_PAST && to_come ? d.year - 100 : d.year;
}

/* A day and month without a year. 29 February may be up to eight years away. */
static bool nearest_year(struct date *d, struct date today, enum date_lean lean)
{
    const int step = lean == DATE_LEAN_PAST ? -1 : 1;
    d->year = today.year;
    for (int i = 0; i <= 9; i++, d->year += step) {
        if (!date_exists(*d))
            continue;
        const int64_t away = date_to_days(*d) - date_to_days(today);
        if (away * step >= 0)
            return true;
    }
    return false;
}

static bool from_word(const struct date_word *w, struct date today, struct date *ret)
{
    int64_t days = date_to_days(today);
    if (w->kind == DATE_WORD_OFFSET) {
        days += w->value;
    } else if (w->kind == DATE_WORD_WEEKDAY) {
        const int back = (date_weekday(today) - w->value + 7) % 7;
        days -= back == 0 ? 7 : back;
    } else {
        return false;
    }
    *ret = date_from_days(days);
    return true;
}

/* One number alone: a year, or a whole day without separators. */
static bool from_number(const struct part *p, struct date *ret)
{
    if (p->digits == 4)
        *ret = (struct date){.year = p->number};
    else if (p->digits == 8)
        *ret = (struct date){p->number % 10000, p->number / 10000 % 100, p->number / 1000000};
    else
        return false;
    return p->digits == 4 || (ret->month != 0 && ret->day != 0);
}

static bool month_of(const struct part *p, int *ret)
{
    if (p->word)
        *ret = p->meaning->kind == DATE_WORD_MONTH ? p->meaning->value : 0;
    else
        *ret = p->digits <= 2 ? p->number : 0;
    return *ret != 0;
}

static bool from_two(const struct part *p, struct date today, enum date_lean lean, struct date *ret)
{
    struct date d = {0};
    if (!p[1].word && p[1].digits == 4) { /* month and year */
        d.year = p[1].number;
        if (!month_of(&p[0], &d.month))
            return false;
    } else if (!p[0].word && p[0].digits == 4) { /* year and month */
        d.year = p[0].number;
        if (!month_of(&p[1], &d.month))
            return false;
    } else { /* day and month */
        d.day = p[0].word || p[0].digits > 2 ? 0 : p[0].number;
        if (d.day == 0 || !month_of(&p[1], &d.month) || !nearest_year(&d, today, lean))
            return false;
    }
    *ret = d;
    return true;
}

static bool from_three(const struct part *p, struct date today, enum date_lean lean,
                       struct date *ret)
{
    if (p[0].word || p[2].word)
        return false;
    const bool year_first = p[0].digits == 4;
    const struct part *day = year_first ? &p[2] : &p[0], *year = year_first ? &p[0] : &p[2];
    struct date d = {.year = year->number, .day = day->digits <= 2 ? day->number : 0};
    if (d.day == 0 || !month_of(&p[1], &d.month))
        return false;
    if (year->digits == 2)
        d.year = full_year(d, today, lean);
    else if (year->digits != 4)
        return false;
    *ret = d;
    return true;
}

/* "-2", "+3": days from today. */
static bool from_offset(const char *text, struct date today, struct date *ret)
{
    const int sign = *text == '-' ? -1 : *text == '+' ? 1 : 0;
    int days = 0;
    const char *t = text + 1;
    if (sign == 0 || !is_digit(*t))
        return false;
    for (; is_digit(*t) && days < 10000; t++)
        days = days * 10 + (*t - '0');
    while (is_blank(*t))
        t++;
    if (*t != '\0')
        return false;
    *ret = date_from_days(date_to_days(today) + sign * days);
    return true;
}

bool date_parse_typed(const char *text, struct date today, enum date_lean lean,
                      const struct date_word *words, size_t n_words, struct date *ret)
{
    struct part parts[PARTS_MAX];
    struct date d = {0};
    size_t n = 0;
    bool found = false;
    while (is_blank(*text))
        text++;
    size_t len = strlen(text);
    while (len && is_blank(text[len - 1]))
        len--;
    const struct date_word *whole = find_word(text, len, words, n_words); /* "avant-hier" */
    if (whole) {
        found = from_word(whole, today, &d);
    } else if (from_offset(text, today, &d)) {
        found = true;
    } else if (!is_separator(*text)) {
        while (*text) {
            if (n == PARTS_MAX || !next_part(&text, words, n_words, &parts[n]))
                return false;
            n++;
        }
        if (n == 1)
            found =
                parts[0].word ? from_word(parts[0].meaning, today, &d) : from_number(&parts[0], &d);
        else if (n == 2)
            found = from_two(parts, today, lean, &d);
        else if (n == 3)
            found = from_three(parts, today, lean, &d);
    }
    if (!found || !date_exists(d))
        return false;
    *ret = d;
    return true;
}
