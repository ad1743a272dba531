/* SPDX-License-Identifier: Apache-2.0 */
/* An agent reports an incident with F12 in the middle of a call; the supervisor, at another screen,
 * is told at once and reads the words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/fixture.h"

#define SUPERVISOR "chief"
#define WORDS "A list of contacts went to a wrong address."

static void make_supervisor(struct world *w)
{
    world_agent_add(w, SUPERVISOR);
    free(world_ctl(
        w, (const char *const[]){"agent", "edit", SUPERVISOR, "--role", "supervisor", NULL}));
}

static void report(struct term *t)
{
    term_send_keys(t, "<F12>");
    assert_screen_shows(t, "What happened");
    term_send_keys(t, WORDS "<Tab><Tab> ");
    assert_screen_shows(t, "Yes, it is about this person");
    term_send_keys(t, "<Tab><Enter>");
    assert_screen_drops(t, "What happened");
}

static size_t readings(struct world *w)
{
    CLEANUP_FREE char *audit = world_export(w, "audit");
    size_t n = 0;
    for (const char *at = audit; (at = strstr(at, "incident_read")); at++)
        n++;
    return n;
}

static void a_supervisor_sees_the_report_at_once_and_reads_it(void **state)
{
    struct fixture *f = *state;
    f->w = world_new("0");
    make_supervisor(f->w);
    f->t = world_screen(f->w, "en", 24, 80);
    f->other = world_screen_of(f->w, "e2e-2", SUPERVISOR);
    assert_screen_shows(f->other, "OFF QUEUE");
    assert_screen_drops(f->other, "alarm");
    term_send_keys(f->t, "<F11>"); /* nothing for an agent */
    agent_calls(f->t, "Talking");
    report(f->t);
    assert_screen_shows(f->t, "The supervisors have your report.");

    assert_screen_shows(f->other, "F11 1 alarm");
    assert_int_equal(readings(f->w), 0);
    term_send_keys(f->other, "<F11>");
    assert_screen_shows(f->other, "An incident was reported.");
    assert_null(strstr(term_text(f->other), WORDS)); /* not before it is opened */
    term_send_keys(f->other, "<Enter>");
    assert_screen_shows(f->other, WORDS);
    assert_screen_shows(f->other, "Reported by   " WORLD_LOGIN);
    assert_screen_shows(f->other, "Seen by       " SUPERVISOR);
    assert_int_equal(readings(f->w), 1);
    term_send_keys(f->other, "<Esc>");
    assert_screen_drops(f->other, WORDS);

    /* Closed with two keys, and gone from the header. */
    assert_screen_shows(f->other, "An incident was reported.");
    term_send_keys(f->other, "<Delete>");
    assert_screen_shows(f->other, "once more");
    term_send_keys(f->other, "<Delete>");
    assert_screen_shows(f->other, "No alarm is open.");
    assert_screen_drops(f->other, "1 alarm");
    assert_screen_shows(f->t, "Talking"); /* the call went on */
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_supervisor_sees_the_report_at_once_and_reads_it,
                                        fixture_begin, fixture_end),
    };
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
