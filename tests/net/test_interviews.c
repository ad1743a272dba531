/* SPDX-License-Identifier: Apache-2.0 */
/* The interviews that come with the product (scripts/interviews): the ways that a call goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/harness/script_flat.h"
#include "tests/net/interview_file.h"

static bool is_shown(const struct interview *v, const char *link_id)
{
    return script_is_shown(v->a, script_find(&v->s, link_id));
}

static void identify(struct interview *v)
{
    script_answers_clear(v->a);
    interview_answer(v, "opening.who", "self");
    interview_answer(v, "identity.birth-date", "yes");
    interview_answer(v, "identity.address", "same");
}

static void nothing_is_said_about_health_before_the_identity_is_sure(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < INTERVIEW_COUNT; n++) {
        struct interview *v = &all[n];
        for (size_t i = 0; i < v->s.n_items; i++)
            assert_int_equal(script_is_enabled(v->a, i),
                             strncmp(v->s.items[i].link_id, "opening", 7) == 0 &&
                                 v->s.items[i].n_conditions == 0);
        interview_answer(v, "opening.who", "self");
        interview_answer(v, "identity.birth-date", "yes");
        assert_false(is_shown(v, "consent.reason"));
        interview_answer(v, "identity.address", "wrong");
        assert_false(is_shown(v, "consent.reason"));
        assert_true(is_shown(v, "identity.failed"));
        interview_answer(v, "identity.address", "same");
        assert_true(is_shown(v, "consent.reason"));
        assert_false(is_shown(v, "health.danger"));
    }
}

static void the_early_ends_are_complete(void **state)
{
    struct interview *all = *state;
    for (size_t n = 0; n < INTERVIEW_COUNT; n++) {
        struct interview *v = &all[n];
        script_answers_clear(v->a);
        interview_answer(v, "opening.who", "other");
        interview_assert_complete(v);
        identify(v);
        interview_answer(v, "identity.birth-date", "no");
        interview_assert_complete(v);
        identify(v);
        interview_answer(v, "consent.agree", "no");
        assert_int_equal(script_missing(v->a, NULL, 0), 1);
        interview_answer(v, "consent.refusal", "later");
        assert_true(is_shown(v, "consent.callback"));
        interview_assert_complete(v);
    }
}

/* Who is called late hears that the days are over, and not that something lasts until then. */
static void assert_no_day_to_come(const struct interview *v)
{
    for (size_t i = 0; i < v->s.n_items; i++) {
        const struct script_item *item = &v->s.items[i];
        const bool is_to_come = strstr(item->text.text, "isolation_end}}") ||
                                strstr(item->text.text, "quarantine_end}}") ||
                                strstr(item->text.text, "watch_end}}");
        if (is_to_come && item->type == SCRIPT_DISPLAY && !item->for_agent &&
            strcmp(item->link_id, "advice.over") != 0 && script_is_shown(v->a, i))
            fail_msg("%s reads a day that is past", item->link_id);
    }
}

static void an_index_case_is_interviewed_to_the_end(void **state)
{
    static const char *const answers[][2] = {
        {"consent.agree",       "yes"       },
        {"result.known",        "no"        },
        {"health.danger",       "no"        },
        {"health.hospital",     "no"        },
        {"sample_date",         "2020-05-03"},
        {"result.reason",       "symptoms"  },
        {"symptoms.any",        "yes"       },
        {"onset",               "2020-05-01"},
        {"symptoms.list",       "cough"     },
        {"symptoms.course",     "better"    },
        {"health.fragile",      "none"      },
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
        {"advice.past",         "no"        },
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
        interview_answer(v, answers[i][0], answers[i][1]);
    }
    interview_assert_complete(v);
    assert_true(is_shown(v, "contact.high"));
    assert_true(is_shown(v, "advice.stay"));
    interview_answer(v, "advice.past", "yes");
    interview_assert_complete(v);
    assert_no_day_to_come(v);
    interview_answer(v, "health.danger", "yes");
    assert_true(is_shown(v, "health.emergency"));
    assert_false(is_shown(v, "symptoms.any"));
    assert_int_equal(script_missing(v->a, NULL, 0), 0);
}

/* What is said of secrecy is true: places go to the inspection, and that is told before both. */
static void where_the_places_go_is_told_before_they_are_asked_for(void **state)
{
    struct interview *v = *state;
    const char *promise = v->s.items[script_find(&v->s, "consent.confidential")].text.text;
    assert_non_null(strstr(promise, "inspection"));
    assert_null(strstr(promise, "any other service"));
    identify(v);
    interview_answer(v, "consent.agree", "yes");
    interview_answer(v, "health.danger", "no");
    assert_true(is_shown(v, "places.told"));
    assert_true(script_find(&v->s, "places.told") < script_find(&v->s, "places.intro"));
}

static void assert_silent(const struct interview *v, const char *const words[], size_t n)
{
    for (size_t i = 0; i < v->s.n_items; i++)
        for (size_t k = 0; k < n && script_is_shown(v->a, i) && !v->s.items[i].for_agent; k++)
            if (strstr(v->s.items[i].text.text, words[k]))
                fail_msg("%s says \"%s\"", v->s.items[i].link_id, words[k]);
}

/* Who lies in a hospital is neither asked to stay at home nor sent to a doctor: the ward decides.
 */
static void somebody_in_hospital_is_not_told_to_stay_at_home(void **state)
{
    static const char *const answers[][2] = {
        {"consent.agree",     "yes"   },
        {"result.known",      "yes"   },
        {"health.danger",     "no"    },
        {"health.hospital",   "yes"   },
        {"symptoms.any",      "yes"   },
        {"symptoms.course",   "worse" },
        {"health.fragile",    "immune"},
        {"household.number",  "3"     },
        {"household.fragile", "yes"   },
        {"advice.past",       "no"    },
    };
    static const char *const at_home[] = {
        "Please have no visitors", "to the shops",   "doctor today", "at the door",
        "Tell your doctor",        "a room of your", "a bathroom",   "you stay at home until",
    };
    static const char *const said[] = {"health.ward",      "symptoms.ward",     "advice.ward",
                                       "advice.ward-home", "advice.ward-worse", "closing.sum-ward"};
    static const char *const over[] = {"advice.ward-over", "advice.ward-worse",
                                       "closing.sum-ward-over"};
    struct interview *v = *state;
    identify(v);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        interview_answer(v, answers[i][0], answers[i][1]);
    assert_silent(v, at_home, sizeof at_home / sizeof at_home[0]);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        assert_true(is_shown(v, said[i]));
    interview_answer(v, "advice.past", "yes");
    assert_silent(v, at_home, sizeof at_home / sizeof at_home[0]);
    assert_no_day_to_come(v);
    for (size_t i = 0; i < sizeof over / sizeof over[0]; i++)
        assert_true(is_shown(v, over[i]));
}

/* From wherever an index case refuses to go on: "stay at home" is said, unless it is not true. */
static void an_index_case_who_refuses_is_asked_to_stay_at_home(void **state)
{
    static const char *const stops[] = {
        "result.stop", "symptoms.stop",  "health.stop",   "work.stop",   "source.stop",
        "places.stop", "household.stop", "contacts.stop", "advice.stop", "support.stop"};
    struct interview *v = *state;
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        identify(v);
        interview_answer(v, "consent.agree", "yes");
        interview_answer(v, "health.danger", "no");
        interview_answer(v, stops[i], "refuses");
        const size_t said = script_find(&v->s, "farewell.refuses");
        assert_true(script_is_shown(v->a, said));
        assert_non_null(strstr(v->s.items[said].text.text, "stay at home"));
        interview_answer(v, "health.hospital", "yes");
        assert_false(script_is_shown(v->a, said));
        assert_true(is_shown(v, "farewell.ward-refuses"));
    }
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
        interview_answer(v, answers[i][0], answers[i][1]);
    }
    interview_assert_complete(v);
    assert_true(is_shown(v, "risk.high"));
    assert_true(is_shown(v, "quarantine.until"));
    interview_answer(v, "risk.level", "low");
    assert_true(is_shown(v, "calm.low"));
    assert_false(is_shown(v, "quarantine.code"));
    interview_answer(v, "calm.past", "no");
    interview_answer(v, "calm.vulnerable", "no");
    interview_assert_complete(v);
    assert_true(is_shown(v, "calm.watch"));
    interview_answer(v, "calm.past", "yes");
    interview_assert_complete(v);
    assert_no_day_to_come(v);
    interview_answer(v, "risk.level", "over");
    interview_assert_complete(v);
    assert_no_day_to_come(v);
}

/* Who will not stay at home is never taken for somebody who will, and who is ill not for well. */
static void a_contact_who_refuses_is_not_spoken_to_as_if_agreed(void **state)
{
    static const char *const answers[][2] = {
        {"consent.agree",    "yes"    },
        {"health.danger",    "no"     },
        {"symptoms.any",     "yes"    },
        {"risk.housemate",   "no"     },
        {"risk.level",       "high"   },
        {"quarantine.will",  "refuses"},
        {"quarantine.code",  "sms"    },
        {"work.status",      "pupil"  },
        {"household.number", "2"      },
    };
    static const char *const agreed[] = {
        "what we agreed", "you are staying at home", "in order to stay",     "stay at home, too",
        "at the door",    "even if you feel well",   "if you get symptoms,", "you stay at home",
    };
    struct interview *v = *state;
    v++;
    identify(v);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        interview_answer(v, answers[i][0], answers[i][1]);
    assert_silent(v, agreed, sizeof agreed / sizeof agreed[0]);
    assert_true(is_shown(v, "quarantine.result-refused"));
    assert_true(is_shown(v, "closing.sum-refused-ill"));
    interview_answer(v, "quarantine.code", "none");
    assert_silent(v, agreed, sizeof agreed / sizeof agreed[0]);
    assert_true(is_shown(v, "quarantine.untested-refused"));
}

/* A date that is not known is never read aloud as a gap: another sentence is there instead. */
static void a_contact_without_a_day_is_told_so_in_words(void **state)
{
    struct interview *v = *state;
    v++;
    identify(v);
    interview_answer(v, "consent.agree", "yes");
    interview_answer(v, "health.danger", "no");
    interview_answer(v, "symptoms.any", "no");
    interview_answer(v, "risk.housemate", "no");
    interview_answer(v, "risk.day", "unknown");
    interview_answer(v, "risk.level", "high");
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
        cmocka_unit_test_setup_teardown(nothing_is_said_about_health_before_the_identity_is_sure,
                                        interviews_load, interviews_free),
        cmocka_unit_test_setup_teardown(the_early_ends_are_complete, interviews_load,
                                        interviews_free),
        cmocka_unit_test_setup_teardown(an_index_case_is_interviewed_to_the_end, interviews_load,
                                        interviews_free),
        cmocka_unit_test_setup_teardown(where_the_places_go_is_told_before_they_are_asked_for,
                                        interviews_load, interviews_free),
        cmocka_unit_test_setup_teardown(somebody_in_hospital_is_not_told_to_stay_at_home,
                                        interviews_load, interviews_free),
        cmocka_unit_test_setup_teardown(an_index_case_who_refuses_is_asked_to_stay_at_home,
                                        interviews_load, interviews_free),
        cmocka_unit_test_setup_teardown(a_contact_is_called_to_the_end, interviews_load,
                                        interviews_free),
        cmocka_unit_test_setup_teardown(a_contact_who_refuses_is_not_spoken_to_as_if_agreed,
                                        interviews_load, interviews_free),
        cmocka_unit_test_setup_teardown(a_contact_without_a_day_is_told_so_in_words,
                                        interviews_load, interviews_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
