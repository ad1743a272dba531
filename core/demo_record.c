/* SPDX-License-Identifier: Apache-2.0 */
#include "core/demo_record.h"

#include <stdio.h>
#include <string.h>

#include "core/placeholder.h"
#include "core/script_strings.h"

static void print_day(struct date today, int days_ago, char ret[DATE_TEXT_SIZE])
{
    char text[DATE_PRINT_SIZE];
    date_print(date_from_days(date_to_days(today) - days_ago), text);
    snprintf(ret, DATE_TEXT_SIZE, "%s", text);
}

void demo_record_make(const char *language, struct date today, int64_t now_utc_s,
                      struct record *ret)
{
    *ret = (struct record){.region = REGION_WAL,
                           .kind = PERSON_INDEX,
                           .ticket = "DEMO-0001",
                           .ticket_at_utc_s = now_utc_s - 24 * 3600,
                           .given_name = "Camille",
                           .family_name = "Voorbeeld",
                           .municipality = "Namur",
                           .birth_date = "1985-07-14",
                           .attempts = 1};
    snprintf(ret->language, sizeof ret->language, "%.2s", language);
    snprintf(ret->phones[0].number, sizeof ret->phones[0].number, "+32470123456");
    print_day(today, 2, ret->sample_date);
    print_day(today, 3, ret->last_contact_date);
}

/* --- durations --- */

/* Made up like the person, and counted as the scripts of contact tracing mean them, so that what
 * has been is not read as to come; of any other duration nothing is known but the name. */
static const struct duration known[] = {
  /* clang-format off */
    {.name = "contagious_before", .froms = {"onset", "sample_date"}, .n_froms = 2, .back = true,
     .periods = {{{1, 1, 1}, 2}}},
    {.name = "isolation", .froms = {"onset", "sample_date"}, .n_froms = 2,
     .periods = {{{1, 1, 1}, DEMO_DAYS}}},
    {.name = "quarantine", .froms = {"last_contact", "last_contact_date"}, .n_froms = 2,
     .periods = {{{1, 1, 1}, DEMO_DAYS}}},
    {.name = "source_window", .froms = {"onset", "sample_date"}, .n_froms = 2, .back = true,
     .periods = {{{1, 1, 1}, 14}}},
    {.name = "watch", .froms = {"last_contact", "last_contact_date"}, .n_froms = 2,
     .periods = {{{1, 1, 1}, 14}}},
  /* clang-format on */
};
static const struct duration any = {
    .froms = {"last_contact_date"}, .n_froms = 1, .periods = {{{1, 1, 1}, DEMO_DAYS}}};

static bool is_named(const struct duration *d, const char *name, size_t len)
{
    return strlen(d->name) == len && memcmp(d->name, name, len) == 0;
}

static const struct duration *like(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (is_named(&known[i], name, len))
            return &known[i];
    return &any;
}

static void add_duration(struct service *s, const char *name, size_t len)
{
    for (size_t i = 0; i < s->n_durations; i++)
        if (is_named(&s->durations[i], name, len))
            return;
    if (s->n_durations == SERVICE_DURATIONS || len >= DURATION_NAME_SIZE)
        return;
    struct duration *d = &s->durations[s->n_durations++];
    *d = *like(name, len);
    memcpy(d->name, name, len);
    d->n_periods = 1;
}

static void find_durations(struct service *s, const char *text)
{
    const char *name;
    size_t at = 0, len, name_len;
    enum placeholder_found found;
    while ((found = placeholder_next(text, &at, &name, &len)) != PLACEHOLDER_NONE) {
        if (found != PLACEHOLDER_FOUND)
            continue;
        const enum placeholder_kind kind = placeholder_kind(name, len, &name_len);
        if (kind == PLACEHOLDER_DAYS || kind == PLACEHOLDER_END)
            add_duration(s, name, name_len);
    }
}

static void look_at(void *arg, size_t item, const char *what, const struct script_string *s)
{
    (void)item;
    (void)what;
    if (s->text)
        find_durations(arg, s->text);
    for (size_t i = 0; i < s->n; i++)
        find_durations(arg, s->translations[i].text);
}

void demo_record_be(struct record *r, enum person_kind kind)
{
    const bool contact = kind == PERSON_CONTACT;
    r->kind = kind;
    snprintf(r->index_ticket, sizeof r->index_ticket, "%s", contact ? "DEMO-0000" : r->ticket);
    snprintf(r->name_index_patient, sizeof r->name_index_patient, "%s",
             contact ? "Dominique Voorbeeld" : "Camille Voorbeeld");
}

struct days_told {
    bool sample, last_contact;
};

static void find_days(void *arg, size_t item, const char *what, const struct script_string *s)
{
    struct days_told *told = arg;
    (void)item;
    (void)what;
    if (!s->text)
        return;
    told->sample |= strstr(s->text, "{{sample_date}}") != NULL;
    told->last_contact |= strstr(s->text, "{{last_contact_date}}") != NULL;
}

enum person_kind demo_kind_of(const struct script *s)
{
    struct days_told told = {0};
    script_each_string(s, find_days, &told);
    return told.last_contact && !told.sample ? PERSON_CONTACT : PERSON_INDEX;
}

static void add_title(struct service *s, const char *lang, const char *text)
{
    struct service_label *l = &s->title.items[s->title.n++];
    snprintf(l->lang, sizeof l->lang, "%s", lang);
    snprintf(l->text, sizeof l->text, "%s", text);
}

void demo_service_make(const struct script *s, struct service *ret)
{
    *ret = (struct service){.id = "demo", .version = 1, .public_number = "+3222141919"};
    add_title(ret, "en", "example service");
    add_title(ret, "fr", "service d'exemple");
    add_title(ret, "nl", "voorbeelddienst");
    add_title(ret, "de", "Beispieldienst");
    script_each_string(s, look_at, ret);
}
