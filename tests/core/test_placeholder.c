/* SPDX-License-Identifier: Apache-2.0 */
/* Placeholders: found, filled in the language that is spoken, and harmless whatever a record has.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/duration.h"
#include "core/person.h"
#include "core/placeholder.h"
#include "core/service.h"

/* Everything there is; a test takes away or changes what it is about. */
struct filled {
    struct record record;
    struct service *service;
    struct placeholder_values values;
    const char *onset; /* answered to "onset"; NULL = not */
    struct buf out;
};

static bool answer(void *arg, const char *link_id, struct date *ret)
{
    const struct filled *f = arg;
    return f->onset && strcmp(link_id, "onset") == 0 && date_parse(f->onset, ret);
}

static int set_up(void **state)
{
    struct filled *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->service = calloc(1, sizeof *f->service);
    assert_non_null(f->service);
    struct err err;
    assert_int_equal(record_set_field(&f->record, RECORD_GIVEN_NAME, "Zoé", 4, &err), ERR_OK);
    assert_int_equal(record_set_field(&f->record, RECORD_FAMILY_NAME, "Ardenbois", 9, &err),
                     ERR_OK);
    assert_int_equal(record_set_field(&f->record, RECORD_TICKET, "T-17", 4, &err), ERR_OK);
    assert_int_equal(record_set_field(&f->record, RECORD_SAMPLE_DATE, "2020-05-01", 10, &err),
                     ERR_OK);
    assert_int_equal(record_set_field(&f->record, RECORD_LAST_CONTACT_DATE, "2020-05-03", 10, &err),
                     ERR_OK);
    struct service *s = f->service;
    s->title = (struct service_labels){
        {{"fr", "Suivi"}, {"nl", "Opvolging"}},
        2
    };
    memcpy(s->public_number, "+3222141919", 12);
    s->durations[0] = (struct duration){
        .name = "quarantine",
        .froms = {"last_contact_date" },
        .n_froms = 1,
        .periods = { {{2020, 5, 4}, 14}, {{2020, 10, 1}, 10}},
        .n_periods = 2
    };
    s->durations[1] = (struct duration){
        .name = "contagious_before",
        .froms = {"onset", "sample_date"},
        .n_froms = 2,
        .back = true,
        .periods = {{{2020, 5, 4}, 2}      },
        .n_periods = 1
    };
    s->durations[2] = (struct duration){.name = "isolation",
                                        .froms = {"onset"},
                                        .n_froms = 1,
                                        .periods = {{{2020, 5, 4}, 7}},
                                        .n_periods = 1};
    s->n_durations = 3;
    f->values = (struct placeholder_values){
        .record = &f->record,
        .service = s,
        .agent = "Aline Van Damme",
        .today = {2020, 5, 6},
        .answer = answer,
        .arg = f
    };
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct filled *f = *state;
    buf_free(&f->out);
    free(f->service);
    free(f);
    return 0;
}

static const char *fill(struct filled *f, const char *text, const char *lang)
{
    buf_clear(&f->out);
    placeholder_fill(text, &f->values, lang, &f->out);
    assert_false(f->out.failed);
    return buf_text(&f->out);
}

static void every_name_has_its_value(void **state)
{
    struct filled *f = *state;
    static const struct {
        const char *text, *lang, *filled;
    } rows[] = {
        {"{{given}}|{{family}}|{{full_name}}",                    "fr",    "Zoé|Ardenbois|Zoé Ardenbois"},
        {"{{ agent }}, {{service}}",                              "nl-BE", "Aline, Opvolging"             },
        {"{{service}}",                                           "fr",    "Suivi"                        },
        {"{{ticket}}",                                            "fr",    "T-17"                         },
        {"{{today}}",                                             "fr",    "mercredi 6 mai 2020"          },
        {"{{sample_date}}",                                       "fr",    "vendredi 1er mai 2020"        },
        {"{{sample_date}}",                                       "nl",    "vrijdag 1 mei 2020"           },
        {"{{sample_date}}",                                       "de",    "Freitag, 1. Mai 2020"         },
        {"{{sample_date}}",                                       "en",    "Friday 1 May 2020"            },
        {"{{last_contact_date}}",                                 "fr",    "dimanche 3 mai 2020"          },
        {"{{last_contact_date}}",                                 "nl",    "zondag 3 mei 2020"            },
        {"{{last_contact_date}}",                                 "de-BE", "Sonntag, 3. Mai 2020"         },
        {"{{last_contact_date}}",                                 "en",    "Sunday 3 May 2020"            },
        {"{{last_contact_date}}",                                 "es",    "03/05/2020"                   },
        {"{{quarantine_days}} dagen, tot {{quarantine_end}}.",    "nl",
         "14 dagen, tot zondag 17 mei 2020."                                                              },
        {"{{contagious_before_days}}: {{contagious_before_end}}", "en",
         "2: Wednesday 29 April 2020"                                                                     },
        {"no {single} braces, {{given}}",                         "en",    "no {single} braces, Zoé"     },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(fill(f, rows[i].text, rows[i].lang), rows[i].filled);
    assert_string_equal(fill(f, "{{public_number}}", "fr"), "02\u00a0214\u00a019\u00a019");
    memcpy(f->service->public_number, "+33140000000", 13);
    assert_int_equal(strncmp(fill(f, "{{public_number}}", "fr"), "+33\u00a0", 5), 0);
}

static void the_period_in_force_today_decides(void **state)
{
    struct filled *f = *state;
    f->values.today = (struct date){2020, 10, 1};
    assert_string_equal(fill(f, "{{quarantine_days}} {{quarantine_end}}", "fr"),
                        "10 mercredi 13 mai 2020");
    f->values.today = (struct date){2020, 5, 3};
    assert_string_equal(fill(f, "{{quarantine_days}} {{quarantine_end}}", "fr"),
                        "[nombre de jours : donnée manquante] [date : donnée manquante]");
}

static void an_answer_moves_what_is_counted_from_it(void **state)
{
    struct filled *f = *state;
    assert_string_equal(fill(f, "{{isolation_end}}", "en"), "[date: not known]");
    f->onset = "2020-04-27";
    assert_string_equal(fill(f, "{{isolation_end}}", "en"), "Monday 4 May 2020");
    assert_string_equal(fill(f, "{{contagious_before_end}}", "en"), "Saturday 25 April 2020");
    f->onset = "2020-04-28";
    assert_string_equal(fill(f, "{{isolation_end}}", "en"), "Tuesday 5 May 2020");
    f->onset = "2020-04"; /* the day is not known */
    assert_string_equal(fill(f, "{{isolation_end}}", "en"), "[date: not known]");
    assert_string_equal(fill(f, "{{contagious_before_end}}", "en"), "Wednesday 29 April 2020");
}

static void what_is_not_known_is_said_in_words(void **state)
{
    struct filled *f = *state;
    f->record.last_contact_date[0] = '\0';
    f->record.given_name[0] = '\0';
    assert_string_equal(fill(f, "{{last_contact_date}}", "en"),
                        "[date of last contact: not known]");
    assert_string_equal(fill(f, "{{quarantine_end}}", "nl"),
                        "[datum van het laatste contact: niet bekend]");
    assert_string_equal(fill(f, "{{quarantine_days}}", "nl"), "14");
    assert_string_equal(fill(f, "{{given}}, {{full_name}}", "de"),
                        "[Vorname: nicht bekannt], Ardenbois");
    f->values = (struct placeholder_values){0};
    assert_string_equal(fill(f, "{{agent}} {{public_number}} {{ticket}} {{watch_end}}", "es"),
                        "[your first name: not known] [number of the service: not known] "
                        "[file number: not known] [date: not known]");
    static const char *const names[] = {"given",   "family", "full_name",
                                        "service", "today",  "sample_date"};
    static const char *const langs[] = {"fr", "nl", "de", "en"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (size_t k = 0; k < 4; k++) {
            char text[64];
            snprintf(text, sizeof text, "{{%s}}", names[i]);
            const char *filled = fill(f, text, langs[k]);
            assert_true(filled[0] == '[' && filled[strlen(filled) - 1] == ']');
        }
}

static void hostile_values_stay_values(void **state)
{
    struct filled *f = *state;
    snprintf(f->record.given_name, sizeof f->record.given_name, "%s",
             "\x1b[31mEve\x1b]0;x\a\n{{ticket}}\xff{{{{agent}}}}");
    const char *filled = fill(f, "<{{given}}>", "fr");
    assert_string_equal(filled, "<Eve ticket\xef\xbf\xbd"
                                "agent>");
    /* A second filling finds nothing either. */
    char again[256];
    snprintf(again, sizeof again, "%s", filled);
    assert_string_equal(fill(f, again, "fr"), again);
    /* A very long name, cut between two characters. */
    char *given = f->record.given_name, *family = f->record.family_name;
    given[0] = family[0] = '\0';
    for (size_t i = 0; i < RECORD_NAME_CHARS; i++) {
        memcpy(given + 2 * i, "é", 3);
        memcpy(family + 2 * i, "é", 3);
    }
    filled = fill(f, "{{full_name}}", "fr");
    assert_int_equal(strlen(filled), 2 * PLACEHOLDER_VALUE_CHARS - 1 + strlen("…"));
    assert_string_equal(filled + strlen(filled) - 5, "é…");
    /* Nothing but what is thrown away. */
    snprintf(given, 10, "\x1b[2J{}");
    assert_string_equal(fill(f, "{{given}}", "fr"), "[prénom : donnée manquante]");
}

static void broken_syntax_is_named_and_left_as_it_is(void **state)
{
    struct filled *f = *state;
    static const struct {
        const char *text;
        enum placeholder_found found;
    } rows[] = {
        {"a {{given b",        PLACEHOLDER_UNCLOSED},
        {"a {{given\n}} b",    PLACEHOLDER_UNCLOSED},
        {"a {{",               PLACEHOLDER_UNCLOSED},
        {"a {{given} b",       PLACEHOLDER_UNCLOSED},
        {"a {{gi{{ven}} b",    PLACEHOLDER_NESTED  },
        {"a }} b",             PLACEHOLDER_UNOPENED},
        {"a {{}} b",           PLACEHOLDER_FORM    },
        {"a {{Given}} b",      PLACEHOLDER_FORM    },
        {"a {{first name}} b", PLACEHOLDER_FORM    },
        {"a {{ given }} b",    PLACEHOLDER_FOUND   },
        {"a {given} b",        PLACEHOLDER_NONE    },
        {"",                   PLACEHOLDER_NONE    },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t at = 0, len;
        const char *name;
        assert_int_equal(placeholder_next(rows[i].text, &at, &name, &len), rows[i].found);
        if (rows[i].found != PLACEHOLDER_FOUND)
            assert_string_equal(fill(f, rows[i].text, "fr"), rows[i].text);
        while (placeholder_next(rows[i].text, &at, &name, &len) != PLACEHOLDER_NONE)
            assert_true(at <= strlen(rows[i].text));
    }
    assert_string_equal(fill(f, "{{birth_date}} {{nothing}} {{given}}", "fr"),
                        "{{birth_date}} {{nothing}} Zoé");
}

static void names_are_of_a_kind(void **state)
{
    (void)state;
    size_t len = 0;
    assert_int_equal(placeholder_kind("given", 5, NULL), PLACEHOLDER_VALUE);
    assert_int_equal(placeholder_kind("givenx", 6, NULL), PLACEHOLDER_UNKNOWN);
    assert_int_equal(placeholder_kind("birth_date", 10, NULL), PLACEHOLDER_FORBIDDEN);
    assert_int_equal(placeholder_kind("quarantine_days", 15, &len), PLACEHOLDER_DAYS);
    assert_int_equal(len, 10);
    assert_int_equal(placeholder_kind("quarantine_end", 14, &len), PLACEHOLDER_END);
    assert_int_equal(len, 10);
    assert_int_equal(placeholder_kind("_end", 4, NULL), PLACEHOLDER_UNKNOWN);
    assert_int_equal(placeholder_kind("_days", 5, NULL), PLACEHOLDER_UNKNOWN);
}

static void a_text_is_filled_in_the_language_that_it_has(void **state)
{
    struct filled *f = *state;
    char tag[] = "nl", own[] = "en";
    char dutch[] = "tot {{last_contact_date}}", english[] = "until {{last_contact_date}}";
    struct script_translation nl = {tag, dutch};
    const struct script_string s = {english, &nl, 1};
    const struct script script = {.language = own};
    buf_clear(&f->out);
    placeholder_script_text(&script, &s, "nl-BE", &f->values, &f->out);
    buf_char(&f->out, '|');
    placeholder_script_text(&script, &s, "fr", &f->values, &f->out);
    buf_char(&f->out, '|');
    placeholder_script_text(&script, &s, "fr", NULL, &f->out);
    assert_string_equal(buf_text(&f->out), "tot zondag 3 mei 2020|until Sunday 3 May 2020|"
                                           "until {{last_contact_date}}");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(every_name_has_its_value),
        T(the_period_in_force_today_decides),
        T(an_answer_moves_what_is_counted_from_it),
        T(what_is_not_known_is_said_in_words),
        T(hostile_values_stay_values),
        T(broken_syntax_is_named_and_left_as_it_is),
        T(names_are_of_a_kind),
        T(a_text_is_filled_in_the_language_that_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
