/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of services: the two that the repository holds, and broken ones. */

#include "net/api/service_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/time_text.h"
#include "core/wrapup.h"
#include "net/api/json.h"
#include "net/calendar/calendar.h"

#define TRACING SOURCE_ROOT "/scripts/services/tracing.json"
#define CRISIS SOURCE_ROOT "/scripts/services/crisis.json"
#define DISABILITY SOURCE_ROOT "/scripts/services/disability.json"
#define TEST SOURCE_ROOT "/tests/fixtures/services/test.json"

static void read_file(const char *path, struct buf *ret)
{
    char chunk[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(ret, chunk, n);
    fclose(f);
}

static struct service *load_file(const char *path)
{
    CLEANUP_BUF struct buf text = {0};
    struct service *s = NULL;
    struct err err = {0};
    read_file(path, &text);
    if (service_json_load(text.data, text.len, &s, NULL, &err))
        fail_msg("%s", err.sentence);
    return s;
}

static void the_services_of_the_repository_load(void **state)
{
    (void)state;
    CLEANUP_FREE struct service *s = load_file(TRACING);
    assert_string_equal(s->id, "tracing");
    assert_string_equal(s->public_number, "+3222141919");
    assert_string_equal(s->sms_number, "8811");
    assert_int_equal(s->direction, SERVICE_OUTBOUND);
    assert_int_equal(s->times.acw_s, 60);
    assert_int_equal(s->times.screen_grace_s, 60);
    assert_int_equal(s->times.agent_gone_s, 30);
    assert_string_equal(s->scripts[PERSON_INDEX], "tracing-index");
    assert_int_equal(s->n_durations, 5);
    assert_string_equal(s->durations[0].name, "quarantine");
    assert_int_equal(s->durations[0].n_froms, 2);
    assert_string_equal(s->durations[0].froms[1], "last_contact_date");
    int days = 0;
    assert_true(duration_days(&s->durations[0], (struct date){2020, 9, 30}, &days));
    assert_int_equal(days, 14);
    assert_true(s->durations[2].back);
    for (unsigned r = 0; r < REGION_COUNT; r++)
        assert_true(s->regions[r]);
    CLEANUP_FREE struct service *t = load_file(TEST);
    assert_string_equal(t->id, "test");
    assert_true(t->times.acw_s < 10);
}

static void the_two_services_have_the_same_codes(void **state)
{
    (void)state;
    static const char *const ids[] = {"bad_number",          "busy",      "closed_with_data",
                                      "closed_without_data", "no_answer", "rescheduled",
                                      "transfer_consulted",  "voicemail"};
    static const char *const paths[] = {TRACING, TEST};
    for (size_t p = 0; p < 2; p++) {
        CLEANUP_FREE struct service *s = load_file(paths[p]);
        assert_int_equal(s->n_codes, sizeof ids / sizeof ids[0]);
        for (size_t i = 0; i < s->n_codes; i++)
            assert_string_equal(s->codes[i].id, ids[i]);
        assert_true(wrapup_find(s, "rescheduled")->needs_callback);
        assert_true(wrapup_find(s, "bad_number")->data_quality);
        assert_int_equal(wrapup_find(s, "bad_number")->next_phone, SERVICE_PHONE_DROP);
        assert_true(wrapup_find(s, "closed_with_data")->final);
        assert_int_equal(wrapup_find(s, "closed_with_data")->answers, RESPONSE_COMPLETED);
        assert_int_equal(wrapup_find(s, "closed_without_data")->answers, RESPONSE_STOPPED);
        assert_int_equal(wrapup_find(s, "rescheduled")->answers, RESPONSE_IN_PROGRESS);
        assert_int_equal(wrapup_find(s, "bad_number")->answers, RESPONSE_ENTERED_IN_ERROR);
        assert_false(s->carry);
        assert_null(wrapup_find(s, "gone_fishing"));
    }
}

static void labels_are_those_of_the_agents_language(void **state)
{
    (void)state;
    static const char *const french[] = {
        "mauvais numéro", "occupé",     "réussi avec données",  "réussi sans données",
        "pas de réponse", "replanifié", "transféré / consulté", "messagerie vocale"};
    CLEANUP_FREE struct service *s = load_file(TRACING);
    for (size_t i = 0; i < s->n_codes; i++) {
        assert_string_equal(service_label(&s->codes[i].labels, "fr"), french[i]);
        assert_string_equal(service_label(&s->codes[i].labels, "xx"), french[i]);
    }
    size_t idx[SERVICE_CODES];
    assert_int_equal(wrapup_search(s, "fr", "reussi", idx, SERVICE_CODES), 2);
    assert_string_equal(s->codes[idx[0]].id, "closed_with_data");
    assert_int_equal(wrapup_search(s, "fr", "", idx, SERVICE_CODES), 8);
    assert_int_equal(wrapup_search(s, "en", "with", idx, 1), 2);
    assert_int_equal(wrapup_search(s, "de", "zzz", idx, SERVICE_CODES), 0);
}

static void the_end_of_a_call_proposes_a_code(void **state)
{
    (void)state;
    static const struct {
        enum call_end end;
        bool answered, begun, complete;
        const char *code;
    } cases[] = {
        {CALL_END_BY_AGENT,    true,  true,  true,  "closed_with_data"   },
        {CALL_END_BY_PERSON,   true,  true,  true,  "closed_with_data"   },
        {CALL_END_BY_AGENT,    true,  true,  false, "closed_without_data"},
        {CALL_END_BY_AGENT,    true,  false, false, "voicemail"          },
        {CALL_END_BY_PERSON,   true,  true,  false, "closed_without_data"},
        {CALL_END_BY_PERSON,   true,  false, false, "closed_without_data"},
        {CALL_END_BY_AGENT,    false, false, false, "no_answer"          },
        {CALL_END_BUSY,        false, false, false, "busy"               },
        {CALL_END_BAD_NUMBER,  false, false, false, "bad_number"         },
        {CALL_END_NO_ANSWER,   false, false, false, "no_answer"          },
        {CALL_END_DECLINED,    false, false, false, "no_answer"          },
        {CALL_END_UNAVAILABLE, false, false, false, "no_answer"          },
        {CALL_END_FAILED,      false, false, false, NULL                 },
        {CALL_END_LINE_LOST,   true,  true,  false, NULL                 },
        {CALL_END_NEVER_MADE,  false, true,  true,  NULL                 },
        {CALL_END_TRANSFERRED, true,  false, false, "transfer_consulted" },
        {CALL_END_TRANSFERRED, true,  true,  true,  "transfer_consulted" },
    };
    CLEANUP_FREE struct service *s = load_file(TRACING);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct wrapup_signs signs = {.end = cases[i].end,
                                           .answered = cases[i].answered,
                                           .script_begun = cases[i].begun,
                                           .script_complete = cases[i].complete};
        const struct wrapup_code *code = wrapup_propose(s, &signs);
        if (cases[i].code)
            assert_string_equal(code->id, cases[i].code);
        else
            assert_null(code);
    }
}

static void queues_are_found_by_region_and_language(void **state)
{
    (void)state;
    CLEANUP_FREE struct service *s = load_file(TRACING);
    assert_string_equal(service_language_queue(s, REGION_WAL, "fr")->id, "WAL_French");
    assert_null(service_language_queue(s, REGION_WAL, "tr"));
    assert_string_equal(service_queue_for(s, REGION_WAL, "tr")->id, "WAL_French");
    assert_string_equal(service_queue_for(s, REGION_OOS, "tr")->id, "OOS_German");
    assert_string_equal(service_queue_for(s, REGION_VLG, "en")->id, "VLG_English");
    assert_int_equal(service_find_queue(s, "BXL_Public-Health")->kind, SERVICE_QUEUE_COMPETENCE);
    assert_null(service_find_queue(s, "BXL_Nothing"));
    assert_non_null(service_find_skip(s, "not_ready"));
    assert_null(service_find_skip(s, "too_lazy"));
    assert_true(service_may_dial(s, "+33600000123"));
    assert_false(service_may_dial(s, "+12125550123"));
    assert_true(service_may_dial(s, "112"));
}

/* The test service with one piece of its text replaced. */
static enum err_code load_changed(const char *from, const char *to, struct service_faults *faults,
                                  struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_BUF struct buf changed = {0};
    read_file(TEST, &text);
    const char *at = strstr(text.data, from);
    if (!at)
        fail_msg("the test service has no %s", from);
    buf_add(&changed, text.data, (size_t)(at - text.data));
    buf_str(&changed, to);
    buf_str(&changed, at + strlen(from));
    struct service *s = NULL;
    const enum err_code code = service_json_load(changed.data, changed.len, &s, faults, err);
    assert_true((code == ERR_OK) == (s != NULL));
    free(s);
    return code;
}

static void each_fault_is_named_by_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *path;
    } cases[] = {
        {"\"version\": 1",                     "\"version\": \"1\"",                      "/version"                   },
        {"\"version\": 1",                     "\"version\": 0",                          "/version"                   },
        {"\"version\": 1,",                    "",                                        "/version"                   },
        {"\"version\": 1,",                    "\"version\": 1, \"a/b~\": 2,",            "/a~1b~0"                    },
        {"\"id\": \"test\"",                   "\"id\": \"a b\"",                         "/id"                        },
        {"\"id\": \"test\"",                   "\"id\": \"\"",                            "/id"                        },
        {"[\"fr\", \"nl\"",                    "[\"xx\", \"nl\"",                         "/languages/0"               },
        {"[\"fr\", \"nl\"",                    "[\"nl\", \"nl\"",                         "/languages"                 },
        {"\"direction\": \"outbound\"",        "\"direction\": \"up\"",                   "/direction"                 },
        {"02-214.19.19",                       "214.19.19",                               "/public_number"             },
        {"\"8811\"",                           "\"88x\"",                                 "/sms_number"                },
        {"\"+31\"",                            "\"31\"",                                  "/dial_prefixes/0"           },
        {"[\"VLG\", ",                         "[\"FLA\", ",                              "/regions/0"                 },
        {"[\"VLG\", ",                         "[\"WAL\", ",                              "/regions/1"                 },
        {"\"VLG_French\"",                     "\"VLG_Dutch\"",                           "/queues/1/id"               },
        {"\"VLG_French\"",                     "\"WAL_Latin\"",                           "/queues/1/id"               },
        {"\"language\", \"language\": \"nl\"", "\"language\"",                            "/queues/0/language"         },
        {"\"competence\"",                     "\"competence\", \"language\": \"fr\"",    "/queues/5/language"         },
        {"\"competence\"",                     "\"skill\"",                               "/queues/5/kind"             },
        {"\"acw_s\": 8",                       "\"acw_s\": 8.5",                          "/times/acw_s"               },
        {"\"acw_s\": 8",                       "\"acw_s\": 1e9",                          "/times/acw_s"               },
        {"\"agent_gone_s\": 4",                "\"agent_gone_s\": 2, \"x\": 1",           "/times/x"                   },
        {"\"heartbeat_s\": 1",                 "\"heartbeat_s\": 3",                      "/times/agent_gone_s"        },
        {"\"index\": \"tracing",               "\"suspect\": \"tracing",                  "/scripts/suspect"           },
        {"\"fr\": \"occupé\", ",              "",                                        "/codes/1/labels/fr"         },
        {"\"fr\": \"occupé\", ",              "\"fr\": \"\", ",                          "/codes/1/labels/fr"         },
        {"\"fr\": \"occupé\", ",              "\"fr\": \"o\", \"es\": \"o\", ",          "/codes/1/labels/es"         },
        {"\"final\": true",                    "\"final\": true, \"requeue_after_s\": 1", "/codes/2/requeue_after_s"   },
        {"\"requeue_after_s\": 2, ",           "",                                        "/codes/1/requeue_after_s"   },
        {"\"next_phone\": \"drop\"",           "\"next_phone\": \"none\"",                "/codes/0/next_phone"        },
        {"\"entered-in-error\"",               "\"wrong person\"",                        "/codes/0/answers"           },
        {"\"entered-in-error\"",               "\"amended\"",                             "/codes/0/answers"           },
        {"\"entered-in-error\"",               "true",                                    "/codes/0/answers"           },
        {"\"completed\"",                      "\"in-progress\"",                         "/codes/2/answers"           },
        {"\"times\"",                          "\"carry\": 1, \"times\"",                 "/carry"                     },
        {"\"max_attempts_total\": 4",          "\"max_attempts_total\": 0",               "/codes/1/max_attempts_total"},
        {"\"id\": \"voicemail\"",              "\"id\": \"busy\"",                        "/codes/7/id"                },
        {"\"code\": \"bad_number\"",           "\"code\": \"good_number\"",               "/proposals/11/code"         },
        {"\"end\": \"busy\"",                  "\"end\": \"bored\"",                      "/proposals/10/end"          },
        {"\"answered\": false",                "\"answered\": 0",                         "/proposals/8/answered"      },
        {"\"rest_s\": 2",                      "\"rest_s\": -2",                          "/skips/0/rest_s"            },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct service_faults faults;
        struct err err = {0};
        assert_int_equal(load_changed(cases[i].from, cases[i].to, &faults, &err), ERR_INVALID);
        assert_string_equal(faults.items[0].path, err.field);
        if (strcmp(err.field, cases[i].path) != 0)
            fail_msg("%s gives %s %s", cases[i].to, err.field, err.sentence);
    }
}

/* A definition of the repository with one piece of its text replaced, as 'service check' sees it.
 */
static enum err_code check_changed(const char *file, const char *from, const char *to,
                                   struct service_faults *faults)
{
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_BUF struct buf changed = {0};
    read_file(file, &text);
    const char *at = strstr(buf_text(&text), from);
    if (!at)
        fail_msg("%s has no %s", file, from);
    buf_add(&changed, text.data, (size_t)(at - text.data));
    buf_str(&changed, to);
    buf_str(&changed, at + strlen(from));
    struct service *s = NULL;
    const enum err_code code =
        service_json_check(changed.data, changed.len, calendar_hours(), &s, faults, NULL);
    assert_true((code == ERR_OK) == (s != NULL));
    free(s);
    return code;
}

static void every_definition_of_the_repository_is_clean(void **state)
{
    (void)state;
    static const char *const files[] = {TRACING, CRISIS, DISABILITY, TEST};
    static const char *const ids[] = {"tracing", "crisis", "disability", "test"};
    static struct service_faults faults;
    for (size_t i = 0; i < 4; i++) {
        CLEANUP_BUF struct buf text = {0};
        CLEANUP_FREE struct service *s = NULL;
        read_file(files[i], &text);
        if (service_json_check(text.data, text.len, calendar_hours(), &s, &faults, NULL))
            fail_msg("%s: %s %s", files[i], faults.items[0].path, faults.items[0].sentence);
        assert_string_equal(s->id, ids[i]);
        for (unsigned r = 0; r < REGION_COUNT; r++)
            assert_non_null(service_queue_for(s, (enum region)r, "fr"));
    }
}

static void the_services_are_those_of_the_domain(void **state)
{
    (void)state;
    CLEANUP_FREE struct service *t = load_file(TRACING);
    CLEANUP_FREE struct service *c = load_file(CRISIS);
    CLEANUP_FREE struct service *d = load_file(DISABILITY);
    assert_int_equal(c->direction, SERVICE_INBOUND);
    assert_int_equal(d->direction, SERVICE_BOTH);
    assert_string_equal(service_find_queue(c, "BXL_D2")->skill, "d2");
    assert_string_equal(service_language_queue(c, REGION_OOS, "de")->id, "OOS_D5-German");
    assert_true(service_find_queue(c, "BXL_D2")->priority <
                service_find_queue(c, "BXL_D5-French")->priority);
    assert_int_equal(service_find_queue(d, "VLG_Case-Managers")->lines, 1U << SERVICE_LINE_SECOND);
    assert_true(t->callbacks.same_day && t->callbacks.inside_hours);
    assert_false(c->callbacks.same_day);
    assert_int_equal(d->callbacks.max_days, 30);
    assert_true(t->overload.sms[PERSON_CONTACT]);
    assert_false(t->overload.sms[PERSON_INDEX]);
    assert_int_equal(t->attempts.n_parts, 3);
    assert_string_equal(t->attempts.parts[1].id, "evening");
    assert_true(wrapup_find(t, "no_answer")->rotate);
    assert_int_equal(t->purge.people_days, 60);
    assert_int_equal(t->contacts.again_after_days, 14);
    assert_int_equal(d->contacts.again_after_days, 0);
}

/* A member that is there with a fault is not missing; calendars are looked at in whatever zone. */
static void faults_hide_no_others_and_make_none(void **state)
{
    (void)state;
    static struct service_faults faults;
    static const char *const present[] = {"/attempts", "/callbacks", "/purge", "/hours"};
    static const char *const changes[][2] = {
        {"\"max_total\": 6",        "\"max_total\": 0"     },
        {"\"missed_after_s\": 600", "\"missed_after_s\": 0"},
        {"\"people_days\": 365",    "\"people_days\": 0"   },
        {"\"BEGIN:VCALENDAR\"",     "7"                    },
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        assert_int_equal(check_changed(CRISIS, changes[i][0], changes[i][1], &faults), ERR_INVALID);
        for (size_t k = 0; k < faults.n; k++)
            if (strcmp(faults.items[k].path, present[i]) == 0)
                fail_msg("%s: %s", faults.items[k].path, faults.items[k].sentence);
    }
    assert_int_equal(check_changed(TRACING, "\"zone\": \"Europe/Brussels\"",
                                   "\"zone\": \"Europe/Bruxelles\"", &faults),
                     ERR_INVALID);
    assert_int_equal(faults.n, 1);
    CLEANUP_BUF struct buf text = {0};
    struct service *s = NULL;
    read_file(TRACING, &text);
    char *zone = strstr(text.data, "Europe/Brussels");
    char *version = strstr(text.data, "\"VERSION:2.0\"");
    assert_true(zone && version);
    zone[0] = 'X';
    version[9] = '3';
    assert_int_equal(service_json_check(text.data, text.len, calendar_hours(), &s, &faults, NULL),
                     ERR_INVALID);
    assert_int_equal(faults.n, 2);
    assert_string_equal(faults.items[0].path, "/zone");
    assert_string_equal(faults.items[1].path, "/hours/0/inbound/1");
}

/* Whether somebody can ever be called, or ring in: seen from an instant. */
static void hours_that_never_open_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *at;
        bool rings, called;
    } cases[] = {
        {"UID:open@tracing",     "UID:open@tracing",             "2026-01-05T12:00:00Z", true,  true},
        {"\"DURATION:PT12H\"",   "\"DURATION:PT10S\"",           "2026-01-05T12:00:00Z", true,  true},
        {"\"RRULE:FREQ=DAILY\"", "\"RRULE:FREQ=DAILY;COUNT=3\"", "2026-01-05T12:00:00Z", false,
         true                                                                                       },
        {"\"RRULE:FREQ=DAILY\"", "\"RRULE:FREQ=DAILY;COUNT=3\"", "2020-04-30T12:00:00Z", true,
         true                                                                                       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t at = 0;
        CLEANUP_FREE struct service *s = NULL;
        CLEANUP_BUF struct buf text = {0};
        CLEANUP_BUF struct buf changed = {0};
        read_file(TRACING, &text);
        assert_true(time_text_parse(cases[i].at, strlen(cases[i].at), &at));
        const char *found = strstr(buf_text(&text), cases[i].from);
        assert_non_null(found);
        buf_add(&changed, text.data, (size_t)(found - text.data));
        buf_str(&changed, cases[i].to);
        buf_str(&changed, found + strlen(cases[i].from));
        assert_int_equal(service_json_load(changed.data, changed.len, &s, NULL, NULL), ERR_OK);
        assert_int_equal(service_json_opens(s, 0, SERVICE_RINGS_IN, calendar_hours(), at),
                         cases[i].rings);
        assert_int_equal(service_json_opens(s, 0, SERVICE_IS_CALLED, calendar_hours(), at),
                         cases[i].called);
        /* Ten seconds are enough to ring in, not for offer and preview before a call. */
        memcpy(s->classes[0].outbound, s->classes[0].inbound, sizeof s->classes[0].outbound);
        assert_int_equal(service_json_opens(s, 0, SERVICE_IS_CALLED, calendar_hours(), at),
                         cases[i].rings && !strstr(cases[i].to, "PT10S"));
        s->classes[0].outbound[0] = '\0'; /* said on purpose */
        assert_true(service_json_opens(s, 0, SERVICE_IS_CALLED, calendar_hours(), at));
    }
}

/* When the public reaches whom: instants of 2020 to 2026, UTC. */
static void the_hours_are_those_of_the_domain(void **state)
{
    (void)state;
    static const struct {
        const char *file, *class;
        enum service_way way;
        const char *at;
        bool open;
    } cases[] = {
        {TRACING,    "",             SERVICE_IS_CALLED, "2020-07-01T06:00:00Z", true }, /* 08:00 */
        {TRACING,    "",             SERVICE_IS_CALLED, "2020-07-01T05:59:59Z", false},
        {TRACING,    "",             SERVICE_IS_CALLED, "2020-12-27T18:59:59Z", true }, /* Sunday */
        {TRACING,    "",             SERVICE_IS_CALLED, "2020-12-27T19:00:00Z", false},
        {CRISIS,     "public",       SERVICE_RINGS_IN,  "2026-03-29T01:30:00Z", true },
        {DISABILITY, "person",       SERVICE_RINGS_IN,  "2021-10-01T14:29:59Z", true }, /* 16:29 */
        {DISABILITY, "person",       SERVICE_RINGS_IN,  "2021-10-04T10:59:59Z", true }, /* Monday */
        {DISABILITY, "person",       SERVICE_RINGS_IN,  "2021-10-04T11:00:00Z", false},
        {DISABILITY, "professional", SERVICE_RINGS_IN,  "2021-10-01T10:00:00Z", true },
        {DISABILITY, "professional", SERVICE_RINGS_IN,  "2021-10-04T10:00:00Z", false},
        {DISABILITY, "professional", SERVICE_IS_CALLED, "2021-10-04T10:59:59Z", false},
        {DISABILITY, "professional", SERVICE_IS_CALLED, "2021-10-04T11:00:00Z", true }, /* 13:00 */
        {DISABILITY, "person",       SERVICE_RINGS_IN,  "2026-04-06T08:00:00Z", false}, /* Easter */
        {DISABILITY, "person",       SERVICE_RINGS_IN,  "2026-04-07T08:00:00Z", true },
        {DISABILITY, "person",       SERVICE_RINGS_IN,  "2026-05-14T08:00:00Z", false}, /* Ascension */
        {DISABILITY, "person",       SERVICE_RINGS_IN,  "2026-07-21T08:00:00Z", false},
        {DISABILITY, "person",       SERVICE_RINGS_IN,  "2026-11-28T09:00:00Z", false}, /* Saturday */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t at = 0;
        CLEANUP_FREE struct service *s = load_file(cases[i].file);
        CLEANUP_HOURS struct hours *h =
            hours_new(calendar_hours(), s->zone, service_calendar(s, cases[i].class, cases[i].way));
        assert_true(time_text_parse(cases[i].at, strlen(cases[i].at), &at));
        if (hours_is_open(h, at) != cases[i].open)
            fail_msg("%s %s at %s", s->id, cases[i].class, cases[i].at);
    }
}

static void each_fault_of_policy_is_named_by_its_path(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *file, *from, *to, *path;
    } cases[] = {
        {CRISIS, "\"id\": \"d2\",", "\"id\": \"d 2\",", "/skills/0/id"},
        {CRISIS, "\"id\": \"d2\",", "\"id\": \"d3\",", "/queues/4/skill"},
        {CRISIS, "\"skill\": \"d2\"", "\"skill\": 2", "/queues/4/skill"},
        {CRISIS, "\"lines\": [\"first\"]", "\"lines\": []", "/queues/0/lines"},
        {CRISIS, "\"lines\": [\"first\"]", "\"lines\": \"first\"", "/queues/0/lines"},
        {CRISIS, "\"lines\": [\"first\"]", "\"lines\": [\"fourth\"]", "/queues/0/lines/0"},
        {CRISIS, "\"lines\": [\"first\"]", "\"lines\": [\"first\", \"first\"]", "/queues/0/lines/1"},
        {CRISIS, "\"priority\": 5", "\"priority\": 0", "/queues/0/priority"},
        {CRISIS, "\"priority\": 5", "\"priority\": 10", "/queues/0/priority"},
        {TEST, "\"kind\": \"language\", \"language\": \"fr\"", "\"kind\": \"language\", \"language\": \"nl\"", "/queues/1/language"},
        {CRISIS, "\"max_total\": 6", "\"max_total\": 0", "/attempts/max_total"},
        {CRISIS, "\"max_per_day\": 6", "\"per_day\": 6", "/attempts/max_per_day"},
        {CRISIS, "\"max_days\": 7, ", "", "/callbacks/max_days"},
        {CRISIS, "\"max_days\": 7", "\"max_days\": 400", "/callbacks/max_days"},
        {CRISIS, "\"same_day\": false", "\"same_day\": true", "/callbacks/max_days"},
        {CRISIS, "\"inside_hours\": true", "\"inside_hours\": 1", "/callbacks/inside_hours"},
        {CRISIS, "\"missed_after_s\": 600", "\"missed_after_s\": 0", "/callbacks/missed_after_s"},
        {CRISIS, "\"fallback_s\": 300", "\"fallback_s\": -1", "/callbacks/fallback_s"},
        {CRISIS, "\"people_days\": 365", "\"people_days\": 0", "/purge/people_days"},
        {CRISIS, "\"answers_days\": 30", "\"answers_days\": 30, \"audit_days\": 3650", "/purge/audit_days"},
        {CRISIS, "\"answers_days\": 30", "\"answer_days\": 30", "/purge/answers_days"},
        {CRISIS, "\"purge\":", "\"overload\": {\"sms\": [\"contact\"]}, \"purge\":", "/overload/sms"},
        {TRACING, "\"again_after_days\": 14", "\"again_after_days\": 0", "/contacts/again_after_days"},
        {TRACING, "\"again_after_days\": 14", "\"after_days\": 14", "/contacts/again_after_days"},
        {TRACING, "\"sms\": [\"contact\"]", "\"sms\": [\"everybody\"]", "/overload/sms/0"},
        {TRACING, "\"sms\": [\"contact\"]", "\"sms\": [\"index\"]", "/overload/sms"},
        {TRACING, "\"sms\": [\"contact\"]", "\"sms\": [\"index\", \"contact\"]", "/overload/sms"},
        {TRACING, "\"sms\": [\"contact\"]", "\"sms\": [\"contact\", \"contact\"]", "/overload/sms/1"},
        {TRACING, "\"sms\": [\"contact\"]", "\"text\": [\"contact\"]", "/overload/sms"},
        {TRACING, "\"zone\": \"Europe/Brussels\"", "\"zone\": \"Europe/Bruxelles\"", "/zone"},
        {TRACING, "\"zone\": \"Europe/Brussels\"", "\"zone\": \"\"", "/zone"},
        {TRACING, "\"zone\": \"Europe/Brussels\"", "\"zone\": \"CET CEST\"", "/zone"},
        {TRACING, "  \"zone\": \"Europe/Brussels\",\n", "", "/zone"},
        {TRACING, "\"hours\": [", "\"hours\": [], \"more\": [", "/hours"},
        {TRACING, "{\"id\": \"person\",", "{\"id\": \"\",", "/hours/0/id"},
        {TRACING, "\"outbound\": [\n       \"BEGIN:VCALENDAR\"", "\"outward\": [\n       \"BEGIN:VCALENDAR\"", "/hours/0/outward"},
        {TRACING, "\"inbound\": [\n", "\"inbound\": [7,\n", "/hours/0/inbound/0"},
        {TRACING, "\"inbound\": [\n", "\"inbound\": [\"\",\n", "/hours/0/inbound/0"},
        {TRACING, "\"VERSION:2.0\"", "\"VERSION:3.0\"", "/hours/0/inbound/1"},
        {TRACING, "\"DURATION:PT12H\"", "\"DURATION:12\"", "/hours/0/inbound/8"},
        {TRACING, "TZID=Europe/Brussels:", "TZID=Europe/Brussel:", "/hours/0/inbound/7"},
        {TRACING, "20200501T080000", "20200501T250000", "/hours/0/inbound/7"},
        {TRACING, "20200501T080000", "20200431T080000", "/hours/0/inbound/7"},
        {TRACING, "\"RRULE:FREQ=DAILY\"", "\"RRULE:FREQ=HOURLY\"", "/hours/0/inbound/9"},
        {TRACING, "\"RRULE:FREQ=DAILY\"", "\"RRULE:FREQ=WEEKLY;BYDAY=SU\"", "/hours/0/inbound/9"},
        {TRACING, "\"END:VEVENT\",", "", "/hours/0/inbound/10"},
        {TRACING, "\"UID:open@tracing\"", "\"ATTENDEE:x\"", "/hours/0/inbound/4"},
        {DISABILITY, "\"id\": \"professional\",\n     \"labels\": {\"fr\": \"professionnels\"", "\"id\": \"person\",\n     \"labels\": {\"fr\": \"professionnels\"", "/hours/1/id"},
        {DISABILITY, "UNTIL=20211003T215959Z", "UNTIL=20211003", "/hours/0/inbound/9"},
        {DISABILITY, "CATEGORIES:CLOSED", "CATEGORIES:HOLIDAY", "/hours/0/inbound/23"},
        {DISABILITY, "RDATE;VALUE=DATE:20210405", "RDATE;VALUE=DATE:20210431", "/hours/0/inbound/81"},
        {TRACING, "\"from\": \"08:00\"", "\"from\": \"8:00\"", "/attempts/parts/0/from"},
        {TRACING, "\"from\": \"08:00\"", "\"from\": \"25:00\"", "/attempts/parts/0/from"},
        {TRACING, "\"from\": \"08:00\"", "\"from\": \"12:00\"", "/attempts/parts/0/to"},
        {TRACING, "\"from\": \"17:00\"", "\"from\": \"11:00\"", "/attempts/parts/1/from"},
        {TRACING, "\"id\": \"evening\"", "\"id\": \"morning\"", "/attempts/parts/1/id"},
        {TRACING, "\"parts\": [", "\"pieces\": [", "/attempts/pieces"},
        {TRACING, "\"rotate\": true", "\"rotate\": \"yes\"", "/codes/4/rotate"},
        {TRACING, "\"final\": true", "\"final\": true, \"rotate\": true", "/codes/2/rotate"},
        {CRISIS, "\"requeue_after_s\": 1800", "\"requeue_after_s\": 1800, \"rotate\": true", "/codes/4/rotate"},
        {TRACING, "  \"callbacks\": {\"same_day\": true, \"inside_hours\": true, \"fallback_s\": 300, \"missed_after_s\": 900},\n", "", "/callbacks"},
        {TRACING, "\"fallback_s\": 300", "\"fallback_s\": 900", "/callbacks/fallback_s"},
        {TRACING, "  \"purge\": {\"people_days\": 60, \"answers_days\": 30},\n", "", "/purge"},
        {TRACING, "\"max_attempts_per_day\": 3", "\"max_attempts_per_day\": 101", "/codes/1/max_attempts_per_day"},
        {TRACING, "\"direction\": \"outbound\"", "\"direction\": \"sideways\"", "/direction"},
        {TRACING, "\"durations\": {", "\"durations\": [], \"more\": {", "/durations"},
        {TRACING, "\"watch\": {", "\"Watch\": {", "/durations/Watch"},
        {TRACING, "\"watch\": {", "\"watch\": 14, \"more\": {", "/durations/watch"},
        {TRACING, "\"watch\": {", "\"watch\": {\"unit\": \"d\",", "/durations/watch/unit"},
        {TRACING, "\"from\": [\"onset\", \"sample_date\"]", "\"from\": []", "/durations/isolation/from"},
        {TRACING, "\"from\": [\"onset\", \"sample_date\"]", "\"from\": \"\"", "/durations/isolation/from"},
        {TRACING, "\"from\": [\"onset\", \"sample_date\"]", "\"from\": [\"onset\", 1]", "/durations/isolation/from/1"},
        {TRACING, "\"from\": [\"onset\", \"sample_date\"],\n      \"periods\"", "\"periods\"", "/durations/isolation/from"},
        {TRACING, "\"back\": true", "\"back\": \"yes\"", "/durations/contagious_before/back"},
        {TRACING, "\"periods\": [{\"since\": \"2020-05-04\", \"days\": 2}]", "\"periods\": []", "/durations/contagious_before/periods"},
        {TRACING, "\"since\": \"2020-10-01\"", "\"since\": \"2020-02-30\"", "/durations/quarantine/periods/1/since"},
        {TRACING, "\"since\": \"2020-10-01\"", "\"since\": \"2020-10\"", "/durations/quarantine/periods/1/since"},
        {TRACING, "\"since\": \"2020-10-01\"", "\"since\": \"2020-05-04\"", "/durations/quarantine/periods/1/since"},
        {TRACING, "\"days\": 10", "\"days\": 367", "/durations/quarantine/periods/1/days"},
        {TRACING, "\"days\": 10", "\"days\": -1", "/durations/quarantine/periods/1/days"},
        {TRACING, "\"days\": 10", "\"hours\": 240", "/durations/quarantine/periods/1/days"},
    };
    /* clang-format on */
    static struct service_faults faults;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool named = false;
        assert_int_equal(check_changed(cases[i].file, cases[i].from, cases[i].to, &faults),
                         ERR_INVALID);
        for (size_t k = 0; k < faults.n; k++)
            named = named || strcmp(faults.items[k].path, cases[i].path) == 0;
        if (!named)
            fail_msg("%zu: %s gives %zu faults, first %s %s", i, cases[i].to, faults.n,
                     faults.items[0].path, faults.items[0].sentence);
    }
}

static void index_cases_for_sms_load_and_are_refused_anew(void **state)
{
    (void)state;
    assert_int_equal(load_changed("\"sms\": [\"contact\"]", "\"sms\": [\"index\"]", NULL, NULL),
                     ERR_OK);
}

static void a_former_term_of_the_audit_log_loads_and_is_refused_anew(void **state)
{
    (void)state;
    static const char before[] = "\"answers_days\": 30";
    static const char after[] = "\"answers_days\": 30, \"audit_days\": 3650";
    static struct service_faults faults;
    assert_int_equal(load_changed(before, after, NULL, NULL), ERR_OK);
    assert_int_equal(check_changed(TEST, before, after, &faults), ERR_INVALID);
    assert_int_equal(faults.n, 1);
    assert_string_equal(faults.items[0].path, "/purge/audit_days");
    assert_non_null(strstr(faults.items[0].sentence, "kept for good"));
}

static void definitions_of_before_hours_load_and_are_always_open(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf text = {0};
    struct service_faults *faults = calloc(1, sizeof *faults);
    struct service *s = NULL;
    assert_non_null(faults);
    read_file(SOURCE_ROOT "/tests/fixtures/services/before-hours.json", &text);
    assert_int_equal(service_json_load(text.data, text.len, &s, NULL, NULL), ERR_OK);
    assert_string_equal(s->zone, "Europe/Brussels");
    assert_null(service_calendar(s, "", SERVICE_IS_CALLED));
    assert_true(s->callbacks.same_day && s->callbacks.inside_hours);
    assert_int_equal(s->callbacks.missed_after_s, 900);
    for (size_t i = 0; i < s->n_codes; i++) /* nor did a code say what becomes of answers */
        assert_int_equal(s->codes[i].answers,
                         s->codes[i].final ? RESPONSE_COMPLETED : RESPONSE_IN_PROGRESS);
    free(s);
    s = NULL; /* but nobody writes such a one any more */
    assert_int_equal(service_json_check(text.data, text.len, calendar_hours(), &s, faults, NULL),
                     ERR_INVALID);
    assert_int_equal(faults->n, 5);
    assert_null(s);
    free(faults);
}

static void all_faults_are_gathered(void **state)
{
    (void)state;
    struct service_faults faults;
    struct service *s = NULL;
    struct err err = {0};
    const char *text = "{\"id\": 3, \"codes\": [{\"id\": \"a\", \"final\": true}], \"more\": 1}";
    assert_int_equal(service_json_load(text, strlen(text), &s, &faults, &err), ERR_INVALID);
    static const char *const paths[] = {
        "/id",      "/version", "/languages", "/title",   "/direction",      "/public_number",
        "/regions", "/queues",  "/times",     "/scripts", "/codes/0/labels", "/proposals",
        "/skips",   "/more"};
    assert_int_equal(faults.n, sizeof paths / sizeof paths[0]);
    for (size_t i = 0; i < faults.n; i++)
        assert_string_equal(faults.items[i].path, paths[i]);
    assert_null(s);
}

static void what_is_no_object_is_one_fault(void **state)
{
    (void)state;
    struct service_faults faults;
    struct service *s = NULL;
    assert_int_equal(service_json_load("[]", 2, &s, &faults, NULL), ERR_INVALID);
    assert_int_equal(faults.n, 1);
    assert_string_equal(faults.items[0].path, "");
    assert_int_equal(service_json_load("{", 1, &s, &faults, NULL), ERR_INVALID);
    assert_null(s);
}

static void more_faults_than_room_are_counted(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf text = {0};
    struct service_faults faults;
    struct service *s = NULL;
    buf_char(&text, '{');
    for (int i = 0; i < 100; i++)
        buf_printf(&text, "%s\"x%d\": 1", i ? "," : "", i);
    buf_char(&text, '}');
    assert_int_equal(service_json_load(text.data, text.len, &s, &faults, NULL), ERR_INVALID);
    assert_true(faults.n > 100);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_services_of_the_repository_load),
        cmocka_unit_test(the_two_services_have_the_same_codes),
        cmocka_unit_test(labels_are_those_of_the_agents_language),
        cmocka_unit_test(the_end_of_a_call_proposes_a_code),
        cmocka_unit_test(queues_are_found_by_region_and_language),
        cmocka_unit_test(each_fault_is_named_by_its_path),
        cmocka_unit_test(every_definition_of_the_repository_is_clean),
        cmocka_unit_test(the_services_are_those_of_the_domain),
        cmocka_unit_test(faults_hide_no_others_and_make_none),
        cmocka_unit_test(hours_that_never_open_are_known),
        cmocka_unit_test(the_hours_are_those_of_the_domain),
        cmocka_unit_test(each_fault_of_policy_is_named_by_its_path),
        cmocka_unit_test(a_former_term_of_the_audit_log_loads_and_is_refused_anew),
        cmocka_unit_test(index_cases_for_sms_load_and_are_refused_anew),
        cmocka_unit_test(definitions_of_before_hours_load_and_are_always_open),
        cmocka_unit_test(all_faults_are_gathered),
        cmocka_unit_test(what_is_no_object_is_one_fault),
        cmocka_unit_test(more_faults_than_room_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
