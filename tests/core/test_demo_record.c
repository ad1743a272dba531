/* SPDX-License-Identifier: Apache-2.0 */
/* The made-up person of a demonstration, and the days that are read to them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/demo_record.h"
#include "core/placeholder.h"

#define SAID                                                                                       \
    "{{quarantine_end}} {{quarantine_days}} {{isolation_end}} {{contagious_before_end}} "          \
    "{{source_window_end}} {{watch_end}} {{rest_end}} {{rest_days}}"

static bool onset(void *arg, const char *link_id, struct date *ret)
{
    *ret = (struct date){2020, 5, 1};
    return arg && strcmp(link_id, "onset") == 0;
}

/* The text as it is read on 10 May 2020, with an onset on 1 May or none. */
static void assert_read(const char *text, bool with_onset, const char *read)
{
    const struct date today = {2020, 5, 10};
    char said[] = SAID;
    const struct script script = {.title = {.text = said}};
    struct service *service = calloc(1, sizeof *service);
    struct record *record = calloc(1, sizeof *record);
    CLEANUP_BUF struct buf out = {0};
    assert_non_null(service);
    assert_non_null(record);
    demo_record_make("fr", today, 0, record);
    demo_service_make(&script, service);
    const struct placeholder_values values = {.record = record,
                                              .service = service,
                                              .today = today,
                                              .answer = onset,
                                              .arg = with_onset ? service : NULL};
    placeholder_fill(text, &values, "en", &out);
    assert_string_equal(buf_text(&out), read);
    free(service);
    free(record);
}

/* "since Wednesday 20 May", read on the 10th, would be a strange thing to say. */
static void days_before_lie_before(void **state)
{
    (void)state;
    assert_read("since {{contagious_before_end}}", false, "since Wednesday 6 May 2020");
    assert_read("since {{contagious_before_end}}", true, "since Wednesday 29 April 2020");
    assert_read("from {{source_window_end}} on", true, "from Friday 17 April 2020 on");
}

static void days_are_counted_from_what_the_call_is_about(void **state)
{
    (void)state;
    assert_read("{{isolation_days}} days: {{isolation_end}}", false, "10 days: Monday 18 May 2020");
    assert_read("{{isolation_end}}", true, "Monday 11 May 2020");
    assert_read("{{quarantine_end}}, {{watch_end}}", true,
                "Sunday 17 May 2020, Thursday 21 May 2020");
}

static void whatever_else_a_script_names_has_a_day_too(void **state)
{
    (void)state;
    assert_read("{{rest_days}} days: {{rest_end}}", false, "10 days: Sunday 17 May 2020");
}

static void the_person_is_of_the_kind_that_the_script_is_for(void **state)
{
    (void)state;
    static const struct {
        char text[64];
        enum person_kind kind;
    } cases[] = {
        {"Hello.",                                 PERSON_INDEX  },
        {"Tested on {{sample_date}}.",             PERSON_INDEX  },
        {"Near on {{last_contact_date}}.",         PERSON_CONTACT},
        {"{{sample_date}}, {{last_contact_date}}", PERSON_INDEX  },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        memcpy(text, cases[i].text, sizeof text);
        const struct script script = {.title = {.text = text}};
        assert_int_equal(demo_kind_of(&script), cases[i].kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_person_is_of_the_kind_that_the_script_is_for),
        cmocka_unit_test(days_before_lie_before),
        cmocka_unit_test(days_are_counted_from_what_the_call_is_about),
        cmocka_unit_test(whatever_else_a_script_names_has_a_day_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
