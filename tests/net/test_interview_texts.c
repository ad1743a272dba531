/* SPDX-License-Identifier: Apache-2.0 */
/* The interviews that come with the product: what is read aloud, in each language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/placeholder.h"
#include "core/service.h"
#include "core/text.h"
#include "net/api/service_json.h"
#include "tests/net/interview_file.h"

#define TEXT_MAX 400 /* characters that still stand beside the answers on 80x24 */

static const char *const languages[] = {"en", "fr", "nl", "de"};
#define N_LANGUAGES (sizeof languages / sizeof languages[0])

/* Look at every text of both interviews in each of the languages; base is the English one. */
typedef void looker(void *arg, const char *at, const char *lang, const char *text,
                    const char *base);

static void look_at_one(const struct script_string *s, const char *at, looker *look, void *arg)
{
    for (size_t i = 0; s->text && i < N_LANGUAGES; i++)
        look(arg, at, languages[i], script_text(s, languages[i]), s->text);
}

static void look_at_all(struct interview *all, looker *look, void *arg)
{
    for (size_t n = 0; n < INTERVIEW_COUNT; n++) {
        const struct script *s = &all[n].s;
        look_at_one(&s->title, "title", look, arg);
        for (size_t i = 0; i < s->n_items; i++) {
            const struct script_item *item = &s->items[i];
            look_at_one(&item->text, item->link_id, look, arg);
            look_at_one(&item->hint, item->link_id, look, arg);
            look_at_one(&item->label, item->link_id, look, arg);
            for (size_t k = 0; k < item->n_options; k++)
                look_at_one(&item->options[k].text, item->link_id, look, arg);
        }
    }
}

static void they_load_without_a_warning(void **state)
{
    struct interview *all = *state;
    for (size_t i = 0; i < INTERVIEW_COUNT; i++) {
        assert_int_equal(all[i].n_warnings, 0);
        assert_string_equal(all[i].s.id, interview_names[i]);
        assert_non_null(strstr(all[i].s.url, interview_names[i]));
        assert_non_null(all[i].s.version);
        for (size_t k = 0; k < all[i].s.n_items; k++)
            assert_non_null(all[i].s.items[k].text.text);
    }
}

/* The screen shows help below the question that it is for, and nowhere else. */
static void help_stands_below_its_question(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < INTERVIEW_COUNT; n++) {
        const struct script *s = &all[n].s;
        for (size_t i = 0; i < s->n_items; i++)
            if (s->items[i].help && !script_is_question(&s->items[s->items[i].parent]))
                fail_msg("%s is never shown", s->items[i].link_id);
    }
}

/* Whatever an answer opens stands below it: nothing moves above the question where the agent is. */
static void no_condition_looks_ahead(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < INTERVIEW_COUNT; n++) {
        const struct script *s = &all[n].s;
        for (size_t i = 0; i < s->n_items; i++)
            for (size_t k = 0; k < s->items[i].n_conditions; k++)
                if (s->items[i].conditions[k].item >= i)
                    fail_msg("%s is opened from below", s->items[i].link_id);
    }
}

/* What the agent finds out or decides alone is not put to the person; everything else is. */
static void questions_for_the_agent_are_marked(void **state)
{
    static const char *const for_agent[] = {
        "opening.who",  "opening.absent",   "identity.birth-date", "identity.address",
        "advice.past",  "calm.past",        "contact.risk",        "risk.level",
        "closing.note", "closing.language", "farewell.note",       "quarantine.test-due",
    };
    struct interview *all = *state;
    for (size_t n = 0; n < INTERVIEW_COUNT; n++)
        for (size_t i = 0; i < all[n].s.n_items; i++) {
            const struct script_item *item = &all[n].s.items[i];
            const char *end = strrchr(item->link_id, '.');
            bool is_for_agent = end && strcmp(end, ".stop") == 0;
            for (size_t k = 0; k < sizeof for_agent / sizeof for_agent[0]; k++)
                is_for_agent |= strcmp(item->link_id, for_agent[k]) == 0;
            if (script_is_question(item) && item->for_agent != is_for_agent)
                fail_msg("%s is %sfor the agent alone", item->link_id, is_for_agent ? "" : "not ");
        }
}

/* A word may be the same in two languages ("Name"), but then it stands there twice. */
static void assert_translated(const struct script_string *s, const char *at)
{
    for (size_t i = 1; s->text && i < N_LANGUAGES; i++) {
        const char *own = NULL;
        if (script_text_in(s, languages[i], &own)[0] == '\0' || !own)
            fail_msg("%s is not there in %s", at, languages[i]);
    }
}

static void look_at_length(void *arg, const char *at, const char *lang, const char *text,
                           const char *base)
{
    (void)arg;
    (void)base;
    if (text_chars(text, strlen(text)) > TEXT_MAX)
        fail_msg("%s is too long in %s", at, lang);
}

static void every_text_is_there_in_each_language(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < INTERVIEW_COUNT; n++) {
        const struct script *s = &all[n].s;
        assert_translated(&s->title, "title");
        for (size_t i = 0; i < s->n_items; i++) {
            const struct script_item *item = &s->items[i];
            assert_translated(&item->text, item->link_id);
            assert_translated(&item->hint, item->link_id);
            assert_translated(&item->label, item->link_id);
            for (size_t k = 0; k < item->n_options; k++)
                assert_translated(&item->options[k].text, item->link_id);
        }
    }
    look_at_all(all, look_at_length, NULL);
}

/* ---- durations ---- */

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* The word at *at, in lower case as far as it is ASCII; *at moves behind it. False: no more. */
static bool next_word(const char **at, char ret[64])
{
    const char *p = *at;
    size_t n = 0;
    while (*p && !is_word_byte(*p) && !(*p >= '0' && *p <= '9'))
        p++;
    for (; n < 63 && (is_word_byte(*p) || (*p >= '0' && *p <= '9')); p++) {
        if (p[0] == '\xc2' && p[1] == '\xa0') /* no-break space */
            break;
        ret[n++] = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
    }
    if (p[0] == '\xc2' && p[1] == '\xa0')
        p += 2;
    ret[n] = '\0';
    *at = p;
    return n > 0 || *p;
}

static bool is_one_of(const char *word, const char *const list[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}
#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof(list)[0])

/* "ten days" in figures or in words; one and a half are no durations ("one day" is some day). */
static bool holds_duration(const char *text)
{
    static const char *const units[] = {
        "day",     "days",    "week",   "weeks",   "hour",    "hours",    "minute", "minutes",
        "month",   "months",  "jour",   "jours",   "semaine", "semaines", "heure",  "heures",
        "mois",    "dag",     "dagen",  "weken",   "uur",     "uren",     "minuut", "minuten",
        "maand",   "maanden", "tag",    "tage",    "tagen",   "woche",    "wochen", "stunde",
        "stunden", "monat",   "monate", "monaten",
    };
    static const char *const numbers[] = {
        "two",  "three",  "four",     "five",     "six",   "seven", "eight",    "nine",
        "ten",  "eleven", "twelve",   "fourteen", "deux",  "trois", "quatre",   "cinq",
        "sept", "huit",   "neuf",     "dix",      "onze",  "douze", "quatorze", "twee",
        "drie", "vier",   "vijf",     "zes",      "zeven", "acht",  "negen",    "tien",
        "elf",  "twaalf", "veertien", "zwei",     "drei",  "fünf",  "sechs",    "sieben",
        "neun", "zehn",   "zwölf",    "vierzehn",
    };
    char before[64] = "", word[64];
    while (next_word(&text, word)) {
        const bool number = IS_ONE_OF(before, numbers) || (before[0] >= '0' && before[0] <= '9');
        if (number && IS_ONE_OF(word, units))
            return true;
        memcpy(before, word, sizeof before);
    }
    return false;
}

/* No figure but the emergency number, and what to type where nobody else lives there. */
static bool holds_figure(const char *text)
{
    for (const char *p = text; (p += strcspn(p, "0123456789"))[0];) {
        const size_t n = strspn(p, "0123456789");
        if (!(n == 3 && memcmp(p, "112", 3) == 0) && !(n == 1 && p == text && *p == '0'))
            return true;
        p += n;
    }
    return false;
}

static void look_for_duration(void *arg, const char *at, const char *lang, const char *text,
                              const char *base)
{
    (void)arg;
    (void)base;
    if (holds_duration(text) || holds_figure(text))
        fail_msg("%s holds a figure in %s: %s", at, lang, text);
}

/* Durations and dates change: they are data, and no sentence holds them. */
static void no_text_holds_a_duration(void **state)
{
    assert_true(holds_duration("Stay at home for 14 days."));
    assert_true(holds_duration("Restez chez vous dix jours."));
    assert_true(holds_duration("Pendant 10\xc2\xa0jours"));
    assert_true(holds_duration("Blijf zeven dagen thuis."));
    assert_true(holds_duration("Noch zehn Tage, bitte."));
    assert_false(holds_duration("On what day? Call 112, it takes minutes."));
    assert_true(holds_figure("ten, then 7"));
    assert_false(holds_figure("In an emergency 112."));
    look_at_all(*state, look_for_duration, NULL);
}

/* ---- placeholders ---- */

static struct service *load_service(void)
{
    CLEANUP_BUF struct buf text = {0};
    struct service *s = NULL;
    struct err err = {0};
    char block[4096];
    FILE *f = fopen(SOURCE_ROOT "/scripts/services/tracing.json", "rb");
    assert_non_null(f);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_add(&text, block, n);
    fclose(f);
    if (service_json_load(text.data, text.len, &s, NULL, &err) != ERR_OK)
        fail_msg("%s", err.sentence);
    return s;
}

static bool has_duration(const struct service *s, const char *name, size_t len)
{
    for (size_t i = 0; i < s->n_durations; i++)
        if (strlen(s->durations[i].name) == len && memcmp(s->durations[i].name, name, len) == 0)
            return true;
    return false;
}

static void look_for_placeholders(void *arg, const char *at, const char *lang, const char *text,
                                  const char *base)
{
    const char *name = NULL;
    size_t from = 0, len = 0, name_len = 0, n = 0, n_base = 0;
    enum placeholder_found found;
    while ((found = placeholder_next(text, &from, &name, &len)) != PLACEHOLDER_NONE) {
        const enum placeholder_kind kind = placeholder_kind(name, len, &name_len);
        char braces[96];
        if (found != PLACEHOLDER_FOUND || kind == PLACEHOLDER_UNKNOWN ||
            kind == PLACEHOLDER_FORBIDDEN)
            fail_msg("%s has something in braces in %s that nobody knows", at, lang);
        if (kind != PLACEHOLDER_VALUE && !has_duration(arg, name, name_len))
            fail_msg("%s names a duration in %s that the service does not have", at, lang);
        assert_true(snprintf(braces, sizeof braces, "{{%.*s}}", (int)len, name) > 0);
        if (!strstr(base, braces))
            fail_msg("%s has %s in %s alone", at, braces, lang);
        n++;
    }
    for (from = 0; placeholder_next(base, &from, &name, &len) != PLACEHOLDER_NONE;)
        n_base++;
    if (n != n_base)
        fail_msg("%s has %zu placeholders in %s, and %zu in English", at, n, lang, n_base);
}

static void every_placeholder_is_known_and_the_same_in_each_language(void **state)
{
    struct service *s = load_service();
    look_at_all(*state, look_for_placeholders, s);
    free(s);
}

static bool follows(const char *text, const char *at, const char *word)
{
    const size_t len = strlen(word);
    return (size_t)(at - text) >= len && memcmp(at - len, word, len) == 0;
}

/* "depuis le vendredi 1er mai", and never "depuis vendredi 1er mai". */
static void look_for_article(void *arg, const char *at, const char *lang, const char *text,
                             const char *base)
{
    const char *name = NULL;
    size_t from = 0, len = 0;
    (void)arg;
    (void)base;
    while (strcmp(lang, "fr") == 0 &&
           placeholder_next(text, &from, &name, &len) != PLACEHOLDER_NONE) {
        const char *braces = name - 2;
        const bool is_day = (len == 5 && memcmp(name, "today", 5) == 0) ||
                            placeholder_kind(name, len, NULL) == PLACEHOLDER_END;
        if (is_day && !follows(text, braces, "le ") && !follows(text, braces, "Le ") &&
            !follows(text, braces, "au "))
            fail_msg("%s has a day without its article: %s", at, text);
    }
}

static void a_day_has_its_article_in_french(void **state)
{
    look_at_all(*state, look_for_article, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_load_without_a_warning),
        cmocka_unit_test(help_stands_below_its_question),
        cmocka_unit_test(no_condition_looks_ahead),
        cmocka_unit_test(questions_for_the_agent_are_marked),
        cmocka_unit_test(every_text_is_there_in_each_language),
        cmocka_unit_test(no_text_holds_a_duration),
        cmocka_unit_test(every_placeholder_is_known_and_the_same_in_each_language),
        cmocka_unit_test(a_day_has_its_article_in_french),
    };
    return cmocka_run_group_tests(tests, interviews_load, interviews_free);
}
