/* SPDX-License-Identifier: Apache-2.0 */
/* The whole minute with each kind of citizen: from the queue to the wrap-up and what is kept of it.
 * Everything is real: screen, desk, baresip, sipp, backend, database. */
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
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

static void one_who_answers_is_interviewed(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "Ticket DEMO-001-000001");
    agent_interviews(f->t);
    agent_ends_call(f->t);
    agent_closes(f->t, "Closed with data");
    agent_ends_preview(f->t);
    assert_screen_shows(f->t, "Waiting…");
    assert_screen_shows(f->t, "Closed with data"); /* among today's interactions */

    assert_exported(f->w, "calls", ",dial,,");
    assert_exported(f->w, "calls", ",ring,,180,");
    assert_exported(f->w, "calls", ",answer,,200,");
    assert_exported(f->w, "calls", ",end,by_agent,");
    assert_exported(f->w, "wrapups", ",closed_with_data,0,");
    assert_exported(f->w, "answers", ",completed,");
    assert_exported(f->w, "answers", "\"\"Merci beaucoup\"\"");
    assert_exported(f->w, "people", ",closed,,1,");
}

static void one_who_is_busy_is_tried_again(void **state)
{
    struct fixture *f = fixture_with(state, "1");
    agent_calls(f->t, "The number is busy");
    agent_closes(f->t, "Busy");
    assert_exported(f->w, "calls", ",end,busy,486,");
    assert_exported(f->w, "wrapups", ",busy,0,");
    assert_exported(f->w, "wrapups", ",resting,");
    /* The test service's rule brings the same person back after two seconds. */
    agent_ends_preview(f->t);
    agent_accepts(f->t);
    assert_screen_shows(f->t, "+32 470 00 00 01");
}

static void a_bad_number_is_not_tried_again(void **state)
{
    struct fixture *f = fixture_with(state, "3");
    agent_calls(f->t, "The number does not exist");
    agent_closes(f->t, "Bad Number");
    agent_ends_preview(f->t);
    assert_screen_shows(f->t, "Waiting…");
    assert_exported(f->w, "calls", ",end,bad_number,404,");
    assert_exported(f->w, "wrapups", ",bad_number,0,");
    assert_exported(f->w, "people", ",closed,");
}

static void one_who_never_answers_rings_for_so_long(void **state)
{
    struct fixture *f = fixture_with(state, "2");
    agent_calls(f->t, "Ringing");
    assert_screen_shows(f->t, "Nobody answered");
    agent_closes(f->t, "No Answer");
    assert_exported(f->w, "calls", ",end,no_answer,");
    assert_exported(f->w, "wrapups", ",no_answer,0,");
    assert_exported(f->w, "wrapups", ",resting,");
}

static void one_who_hangs_up_leaves_what_was_answered(void **state)
{
    struct fixture *f = fixture_with(state, "5");
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "la bonne personne");
    term_send_keys(f->t, "y");
    assert_screen_shows(f->t, "Quels symptômes");
    assert_screen_shows(f->t, "The person hung up");
    agent_closes(f->t, "Closed without data");
    assert_exported(f->w, "calls", ",end,by_person,");
    assert_exported(f->w, "answers", ",stopped,");
    assert_exported(f->w, "answers", "\"\"valueBoolean\"\":true");
}

static void one_who_declines_counts_as_no_answer(void **state)
{
    struct fixture *f = fixture_with(state, "4");
    agent_calls(f->t, "The call was declined");
    agent_closes(f->t, "No Answer");
    assert_exported(f->w, "calls", ",end,declined,603,");
}

/* One after another, with no login in between; at the end nothing is left of the desk's calls. */
static void people_come_one_after_another(void **state)
{
    struct fixture *f = fixture_with(state, "130");
    agent_calls(f->t, "The number is busy");
    agent_closes(f->t, "Busy");
    agent_ends_preview(f->t);
    agent_accepts(f->t);
    assert_screen_shows(f->t, "+32 470 00 00 13");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "The number does not exist");
    agent_closes(f->t, "Bad Number");
    agent_ends_preview(f->t);
    agent_accepts(f->t);
}

static void assert_clean(const char *what, const char *text)
{
    if (strpbrk(text, "\x1b\x07\x08\x7f") || strstr(text, "\xc2\x9b") ||
        strstr(text, "\xe2\x80\xae"))
        fail_msg("%s holds what a terminal would obey", what);
}

/* Whatever stands in SIP: not on the screen, not in the books, not in a log. */
static void a_hostile_telephone_does_not_reach_the_terminal(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "10", .tracing = true, .hostile = true});
    f->t = world_screen(f->w, "en", 24, 80);
    agent_calls(f->t, "The number is busy");
    agent_closes(f->t, "Busy");
    agent_ends_preview(f->t);
    agent_accepts(f->t);
    assert_screen_shows(f->t, "Call +32 470");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Talking");
    int bells = term_bells(f->t);
    agent_ends_call(f->t);
    assert_int_equal(term_bells(f->t), bells);
    assert_null(strstr(term_title(f->t), "OWNED"));
    assert_null(strstr(term_text(f->t), "OWNED"));

    assert_exported(f->w, "calls", ",end,busy,486,");
    CLEANUP_FREE char *calls = world_export(f->w, "calls");
    assert_non_null(strstr(calls, "Busy"));
    assert_clean("the export of calls", calls);
    CLEANUP_FREE char *desk = tmpdir_path(f->w->dir, "run/pupitre/e2e/desk.log");
    CLEANUP_FREE char *log = tmpdir_read(desk);
    assert_non_null(log);
    assert_clean("the desk's log", log);
    assert_clean("the backend's log", proc_log(f->w->backend));
}

#define citizen_test(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        citizen_test(one_who_answers_is_interviewed),
        citizen_test(one_who_is_busy_is_tried_again),
        citizen_test(a_bad_number_is_not_tried_again),
        citizen_test(one_who_never_answers_rings_for_so_long),
        citizen_test(one_who_hangs_up_leaves_what_was_answered),
        citizen_test(one_who_declines_counts_as_no_answer),
        citizen_test(people_come_one_after_another),
        citizen_test(a_hostile_telephone_does_not_reach_the_terminal),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
