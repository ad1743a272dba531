/* SPDX-License-Identifier: Apache-2.0 */
/* The interviews that come with the product (scripts/interviews). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "net/api/questionnaire.h"
#include "net/api/response.h"
#include "tests/harness/script_flat.h"

#define TEXT_MAX 400 /* characters that still stand beside the answers on 80x24 */

static const char *const names[] = {"tracing-index", "tracing-contact"};
#define N_NAMES (sizeof names / sizeof names[0])

struct interview {
    struct script s;
    struct script_answers *a;
    size_t n_warnings;
};

static int load_all(void **state)
{
    struct interview *all = calloc(N_NAMES, sizeof *all);
    *state = all;
    for (size_t i = 0; i < N_NAMES; i++) {
        CLEANUP_BUF struct buf b = {0};
        CLEANUP_FINDINGS struct findings findings = {0};
        struct err err = {0};
        char path[1024], block[8192];
        snprintf(path, sizeof path, SOURCE_ROOT "/scripts/interviews/%s.json", names[i]);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
            buf_add(&b, block, n);
        fclose(f);
        if (questionnaire_load(b.data, b.len, names[i], &all[i].s, &findings, &err) != ERR_OK)
            fail_msg("%s", err.sentence);
        all[i].n_warnings = findings.n_warnings;
        all[i].a = script_answers_new(&all[i].s);
    }
    return 0;
}

static int drop_all(void **state)
{
    struct interview *all = *state;
    for (size_t i = 0; i < N_NAMES; i++) {
        script_answers_free(all[i].a);
        script_deinit(&all[i].s);
    }
    free(all);
    return 0;
}

static void they_load_without_a_warning(void **state)
{
    struct interview *all = *state;
    for (size_t i = 0; i < N_NAMES; i++) {
        assert_int_equal(all[i].n_warnings, 0);
        assert_string_equal(all[i].s.id, names[i]);
        assert_non_null(strstr(all[i].s.url, names[i]));
        assert_non_null(all[i].s.version);
    }
}

static void assert_french(const struct script_string *s, const char *link_id)
{
    if (!s->text)
        return;
    const char *fr = script_text(s, "fr-BE");
    if (fr == s->text || fr[0] == '\0')
        fail_msg("%s has no French", link_id);
    if (text_chars(s->text, strlen(s->text)) > TEXT_MAX || text_chars(fr, strlen(fr)) > TEXT_MAX)
        fail_msg("%s is too long", link_id);
}

static void every_text_is_there_in_french(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < N_NAMES; n++) {
        const struct script *s = &all[n].s;
        assert_french(&s->title, "title");
        for (size_t i = 0; i < s->n_items; i++) {
            const struct script_item *item = &s->items[i];
            assert_non_null(item->text.text);
            assert_french(&item->text, item->link_id);
            assert_french(&item->hint, item->link_id);
            assert_french(&item->label, item->link_id);
            for (size_t k = 0; k < item->n_options; k++)
                assert_french(&item->options[k].text, item->link_id);
        }
    }
}

/* Durations and dates change: they are data, and no sentence holds a figure but 112. */
static void no_text_holds_a_duration(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < N_NAMES; n++) {
        for (size_t i = 0; i < all[n].s.n_items; i++) {
            const char *text = all[n].s.items[i].text.text;
            const size_t digit = strcspn(text, "0123456789");
            if (text[digit] && strncmp(text + digit, "112", 3) != 0)
                fail_msg("%s", all[n].s.items[i].link_id);
        }
    }
}

static void answer(struct interview *v, const char *link_id, const char *value)
{
    const size_t i = script_find(&v->s, link_id);
    if (i == SCRIPT_NONE || !script_is_shown(v->a, i))
        fail_msg("%s is not asked", link_id);
    struct script_value given = {.text = (char *)(uintptr_t)value};
    const bool yes = strcmp(value, "yes") == 0;
    switch ((int)v->s.items[i].type) {
    case SCRIPT_BOOLEAN:
        given = (struct script_value){.kind = SCRIPT_VALUE_BOOLEAN, .boolean = yes};
        break;
    case SCRIPT_CHOICE:
        given.kind = SCRIPT_VALUE_CODING;
        break;
    default:
        given.kind = SCRIPT_VALUE_TEXT;
    }
    struct err err = {0};
    if (script_answer_set(v->a, i, &given, &err) != ERR_OK)
        fail_msg("%s: %s", link_id, err.sentence);
}

static bool is_shown(const struct interview *v, const char *link_id)
{
    return script_is_shown(v->a, script_find(&v->s, link_id));
}

/* Complete, and the same again after the way through a response. */
static void assert_complete(struct interview *v)
{
    size_t at = 0;
    struct err err = {0};
    CLEANUP_JSON cJSON *r = NULL, *again = NULL;
    CLEANUP_BUF struct buf before = {0}, after = {0};
    if (script_missing(v->a, &at, 1) > 0)
        fail_msg("%s is missing", v->s.items[at].link_id);
    assert_int_equal(response_encode(v->a, RESPONSE_COMPLETED, NULL, "fr", &r, &err), ERR_OK);
    if (response_decode(r, v->a, NULL, NULL, &err) != ERR_OK)
        fail_msg("%s", err.sentence);
    assert_int_equal(response_encode(v->a, RESPONSE_COMPLETED, NULL, "fr", &again, &err), ERR_OK);
    json_print(r, &before);
    json_print(again, &after);
    assert_string_equal(buf_text(&before), buf_text(&after));
}

static void identify(struct interview *v)
{
    script_answers_clear(v->a);
    answer(v, "opening.who", "self");
    answer(v, "identity.birth-date", "yes");
    answer(v, "identity.address", "same");
}

static void nothing_is_said_about_health_before_the_identity_is_sure(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < N_NAMES; n++) {
        struct interview *v = &all[n];
        for (size_t i = 0; i < v->s.n_items; i++)
            assert_int_equal(script_is_enabled(v->a, i),
                             strncmp(v->s.items[i].link_id, "opening", 7) == 0 &&
                                 v->s.items[i].n_conditions == 0);
        answer(v, "opening.who", "self");
        answer(v, "identity.birth-date", "yes");
        assert_false(is_shown(v, "consent.reason"));
        answer(v, "identity.address", "wrong");
        assert_false(is_shown(v, "consent.reason"));
        assert_true(is_shown(v, "identity.failed"));
        answer(v, "identity.address", "same");
        assert_true(is_shown(v, "consent.reason"));
        assert_false(is_shown(v, "health.danger"));
    }
}

static void the_early_ends_are_complete(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < N_NAMES; n++) {
        struct interview *v = &all[n];
        script_answers_clear(v->a);
        answer(v, "opening.who", "other");
        assert_complete(v);
        identify(v);
        answer(v, "identity.birth-date", "no");
        assert_complete(v);
        identify(v);
        answer(v, "consent.agree", "no");
        assert_int_equal(script_missing(v->a, NULL, 0), 1);
        answer(v, "consent.refusal", "later");
        assert_true(is_shown(v, "consent.callback"));
        assert_complete(v);
    }
}

static void an_index_case_is_interviewed_to_the_end(void **state)
{
    static const char *const answers[][2] = {
        {"consent.agree",       "yes"       },
        {"result.known",        "no"        },
        {"health.danger",       "no"        },
        {"sample_date",         "2020-05-03"},
        {"result.reason",       "symptoms"  },
        {"symptoms.any",        "yes"       },
        {"onset",               "2020-05-01"},
        {"symptoms.list",       "cough"     },
        {"symptoms.course",     "better"    },
        {"health.fragile",      "none"      },
        {"health.hospital",     "no"        },
        {"work.status",         "pupil"     },
        {"work.window",         "yes"       },
        {"work.last-day",       "2020-04-30"},
        {"source.known",        "no"        },
        {"source.travel",       "no"        },
        {"places.any",          "yes"       },
        {"collectivity.kind",   "school"    },
        {"collectivity.name",   "School"    },
        {"collectivity.place",  "Anywhere"  },
        {"collectivity.last",   "2020-04-30"},
        {"collectivity.role",   "pupil"     },
        {"household.number",    "0"         },
        {"contacts.any",        "yes"       },
        {"contact.given",       "Another"   },
        {"contact.family",      "Person"    },
        {"contact.relation",    "family"    },
        {"contact.last",        "2020-04-30"},
        {"contact.touch",       "no"        },
        {"contact.secretions",  "no"        },
        {"contact.close",       "yes"       },
        {"contact.masks",       "no"        },
        {"contact.risk",        "high"      },
        {"advice.clear",        "yes"       },
        {"support.needs",       "none"      },
        {"support.certificate", "no"        },
        {"closing.questions",   "no"        },
        {"closing.language",    "fr"        },
    };
    struct interview *v = *state;
    identify(v);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        assert_true(script_missing(v->a, NULL, 0) > 0);
        answer(v, answers[i][0], answers[i][1]);
    }
    assert_complete(v);
    assert_true(is_shown(v, "contact.high"));
    answer(v, "health.danger", "yes");
    assert_true(is_shown(v, "health.emergency"));
    assert_false(is_shown(v, "symptoms.any"));
    assert_int_equal(script_missing(v->a, NULL, 0), 0);
}

static void a_contact_is_called_to_the_end(void **state)
{
    static const char *const answers[][2] = {
        {"consent.agree",          "yes"       },
        {"health.danger",          "no"        },
        {"symptoms.any",           "no"        },
        {"health.recent-positive", "no"        },
        {"health.fragile",         "no"        },
        {"risk.housemate",         "no"        },
        {"risk.day",               "known"     },
        {"last_contact",           "2020-05-03"},
        {"risk.touch",             "no"        },
        {"risk.secretions",        "no"        },
        {"risk.care",              "no"        },
        {"risk.transport",         "no"        },
        {"risk.close",             "yes"       },
        {"risk.masks",             "no"        },
        {"risk.level",             "high"      },
        {"quarantine.will",        "yes"       },
        {"quarantine.code",        "sms"       },
        {"quarantine.here",        "yes"       },
        {"work.status",            "work"      },
        {"work.job",               "Carpenter" },
        {"work.remote",            "no"        },
        {"support.needs",          "none"      },
        {"support.certificate",    "yes"       },
        {"support.channel",        "post"      },
        {"household.number",       "0"         },
        {"next.wanted",            "no"        },
        {"closing.questions",      "no"        },
        {"closing.language",       "fr"        },
    };
    struct interview *v = *state;
    v++;
    identify(v);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        assert_true(script_missing(v->a, NULL, 0) > 0);
        answer(v, answers[i][0], answers[i][1]);
    }
    assert_complete(v);
    assert_true(is_shown(v, "risk.high"));
    assert_true(is_shown(v, "quarantine.until"));
    answer(v, "risk.level", "low");
    assert_true(is_shown(v, "calm.low"));
    assert_false(is_shown(v, "quarantine.code"));
    answer(v, "calm.vulnerable", "no");
    assert_complete(v);
}

/* A date that is not known is never read aloud as a gap: another sentence is there instead. */
static void a_contact_without_a_day_is_told_so_in_words(void **state)
{
    struct interview *v = *state;
    v++;
    identify(v);
    answer(v, "consent.agree", "yes");
    answer(v, "health.danger", "no");
    answer(v, "symptoms.any", "no");
    answer(v, "risk.housemate", "no");
    answer(v, "risk.day", "unknown");
    answer(v, "risk.level", "high");
    assert_false(is_shown(v, "quarantine.until"));
    assert_true(is_shown(v, "quarantine.unknown"));
    assert_true(is_shown(v, "closing.sum-open"));
    for (size_t i = 0; i < v->s.n_items; i++) {
        const struct script_item *item = &v->s.items[i];
        if (item->type == SCRIPT_DISPLAY && !item->for_agent && script_is_shown(v->a, i) &&
            strstr(item->text.text, "_end}}"))
            fail_msg("%s reads a day that nobody knows", item->link_id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(they_load_without_a_warning, load_all, drop_all),
        cmocka_unit_test_setup_teardown(every_text_is_there_in_french, load_all, drop_all),
        cmocka_unit_test_setup_teardown(no_text_holds_a_duration, load_all, drop_all),
        cmocka_unit_test_setup_teardown(nothing_is_said_about_health_before_the_identity_is_sure,
                                        load_all, drop_all),
        cmocka_unit_test_setup_teardown(the_early_ends_are_complete, load_all, drop_all),
        cmocka_unit_test_setup_teardown(an_index_case_is_interviewed_to_the_end, load_all,
                                        drop_all),
        cmocka_unit_test_setup_teardown(a_contact_is_called_to_the_end, load_all, drop_all),
        cmocka_unit_test_setup_teardown(a_contact_without_a_day_is_told_so_in_words, load_all,
                                        drop_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
