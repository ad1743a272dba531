/* SPDX-License-Identifier: Apache-2.0 */
#include "core/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct service_queue queue(const char *id, enum region region, const char *language)
{
    struct service_queue q = {.region = region,
                              .kind = language ? SERVICE_QUEUE_LANGUAGE : SERVICE_QUEUE_COMPETENCE};
    snprintf(q.id, sizeof q.id, "%s", id);
    snprintf(q.language, sizeof q.language, "%s", language ? language : "");
    return q;
}

static void queues_are_served_by_language_skill_and_name(void **state)
{
    (void)state;
    static const char fr[][LANGUAGE_SIZE] = {"fr"};
    static const struct {
        const char *queue;
        enum region region;
        const char *language; /* NULL = by competence */
        int line;
        const char *skills, *queues;
        bool served;
    } cases[] = {
        {"WAL_French",        REGION_WAL, "fr", 1, "",              "",                  true },
        {"WAL_Dutch",         REGION_WAL, "nl", 1, "",              "",                  false},
        {"WAL_Dutch",         REGION_WAL, "nl", 1, "",              "WAL_Dutch",         true },
        {"WAL_French",        REGION_WAL, "fr", 2, "",              "",                  false},
        {"WAL_French",        REGION_WAL, "fr", 3, "",              "WAL_French",        true },
        {"WAL_Public-Health", REGION_WAL, NULL, 1, "",              "",                  false},
        {"WAL_Public-Health", REGION_WAL, NULL, 2, "Public-Health", "",                  true },
        {"WAL_Public-Health", REGION_WAL, NULL, 2, "Public-Health", "WAL_Other",         true },
        {"WAL_Public-Health", REGION_WAL, NULL, 3, "",              "WAL_Public-Health", true },
        {"WAL_Public-Health", REGION_WAL, NULL, 2, "Public",        "WAL_Public",        false},
 /* Of another region never, not even by name. */
        {"BXL_French",        REGION_BXL, "fr", 1, "",              "BXL_French",        false},
        {"BXL_Public-Health", REGION_BXL, NULL, 2, "Public-Health", "BXL_Public-Health", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct queue_names skills;
        struct queue_names queues;
        const struct service_queue q = queue(cases[i].queue, cases[i].region, cases[i].language);
        assert_true(queue_names_parse(cases[i].skills, &skills));
        assert_true(queue_names_parse(cases[i].queues, &queues));
        const struct queue_server by = {.region = REGION_WAL,
                                        .line = cases[i].line,
                                        .languages = fr,
                                        .n_languages = 1,
                                        .skills = &skills,
                                        .queues = &queues};
        if (queue_is_served(&q, &by) != cases[i].served)
            fail_msg("case %zu", i);
    }
}

static void lines_and_skills_are_those_that_the_definition_names(void **state)
{
    (void)state;
    static const char fr[][LANGUAGE_SIZE] = {"fr"};
    struct queue_names none = {.n = 0};
    struct queue_names skills;
    assert_true(queue_names_parse("d2", &skills));
    struct queue_server by = {REGION_WAL, 1, fr, 1, &skills, &none};
    struct service_queue language = queue("WAL_D5-French", REGION_WAL, "fr");
    struct service_queue victims = queue("WAL_D2", REGION_WAL, NULL);
    snprintf(victims.skill, sizeof victims.skill, "d2");
    assert_string_equal(queue_skill(&victims), "d2");
    language.lines = 1U << SERVICE_LINE_SECOND;
    victims.lines = 1U << SERVICE_LINE_SECOND | 1U << SERVICE_LINE_THIRD;
    for (by.line = 1; by.line <= 3; by.line++) {
        assert_int_equal(queue_is_served(&language, &by), by.line == 2);
        assert_int_equal(queue_is_served(&victims, &by), by.line != 1);
    }
    by.line = 3;
    by.skills = &none;
    assert_false(queue_is_served(&victims, &by));
}

static void a_list_of_names_is_read_as_it_is_printed(void **state)
{
    (void)state;
    struct queue_names names = {.n = 7};
    char text[QUEUE_NAMES_SIZE];
    assert_true(queue_names_parse("tracing,WAL_Public-Health", &names));
    assert_int_equal(names.n, 2);
    assert_string_equal(names.items[1], "WAL_Public-Health");
    queue_names_print(&names, text);
    assert_string_equal(text, "tracing,WAL_Public-Health");
    assert_true(queue_names_parse("", &names));
    assert_int_equal(names.n, 0);
    queue_names_print(&names, text);
    assert_string_equal(text, "");
}

static void a_list_of_names_with_a_fault_is_refused(void **state)
{
    (void)state;
    static const char *const faulty[] = {
        ",",
        "a,",
        ",a",
        "a,,b",
        "a b",
        "a,a",
        "a;b",
        "caf\xC3\xA9",
        "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
        "a2345678901234567890123456789012345678901234567890",
    };
    struct queue_names names = {.n = 1, .items = {"kept"}};
    for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++)
        assert_false(queue_names_parse(faulty[i], &names));
    assert_string_equal(names.items[0], "kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues_are_served_by_language_skill_and_name),
        cmocka_unit_test(lines_and_skills_are_those_that_the_definition_names),
        cmocka_unit_test(a_list_of_names_is_read_as_it_is_printed),
        cmocka_unit_test(a_list_of_names_with_a_fault_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
