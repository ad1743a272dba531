/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent can do besides the straight way: the call's controls, refusals, skipping, being
 * late, the other language. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/agent.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/strays.h"

static void an_offer_rings_in_title_and_bell(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    assert_screen_shows(f->t, "Phone ok");
    int bells = term_bells(f->t);
    agent_goes_on_queue(f->t);
    assert_screen_shows(f->t, "SOMEBODY TO CALL");
    assert_true(term_wait_bells(f->t, bells + 1, WORLD_DEADLINE_MS));
    /* Whatever stands in front, the offer can be seen. */
    term_send_keys(f->t, "<F1>");
    assert_screen_shows(f->t, "SOMEBODY TO CALL");
}

static void the_call_starts_by_itself_after_the_preview(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_goes_on_queue(f->t);
    agent_accepts(f->t);
    assert_screen_shows(f->t, "calls by itself in");
    assert_screen_shows(f->t, "Talking");
}

static void controls_work_on_the_real_call(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    term_send_keys(f->t, "<F6>");
    assert_screen_shows(f->t, "MUTED");
    term_send_keys(f->t, "<F6>");
    assert_screen_drops(f->t, "MUTED");
    term_send_keys(f->t, "<F7>");
    assert_screen_shows(f->t, "ON HOLD");
    term_send_keys(f->t, "<F7>");
    assert_screen_shows(f->t, "Talking");
    term_send_keys(f->t, "<F5>");
    assert_screen_shows(f->t, "Send a tone");
    term_send_keys(f->t, "12#");
    assert_screen_shows(f->t, "Sent: 12#");
    term_send_keys(f->t, "<Esc>");
    assert_screen_drops(f->t, "Sent:");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
    assert_exported(f->w, "calls", ",mute,");
    assert_exported(f->w, "calls", ",unmute,");
    assert_exported(f->w, "calls", ",hold,");
    assert_exported(f->w, "calls", ",resume,");
    assert_exported(f->w, "calls", ",dtmf,");
}

static void what_is_missing_is_said_and_leaving_is_refused(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "la bonne personne");
    term_send_keys(f->t, "<C-s>");
    assert_screen_shows(f->t, "Not complete: these answers are missing");
    term_send_keys(f->t, "<Esc>");
    assert_screen_drops(f->t, "Not complete");
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "You cannot sign out during a call");
    agent_ends_call(f->t);
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "You cannot sign out yet");
    agent_closes(f->t, "Voicemail");
}

static void a_pasted_letter_presses_no_key(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "la bonne personne");
    term_paste(f->t, "y\x18n");
    term_send_keys(f->t, "<F6>");
    assert_screen_shows(f->t, "MUTED");
    assert_screen_shows(f->t, "la bonne personne");
    assert_screen_shows(f->t, "MUTED");
}

static void the_national_number_is_shown_on_request(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "**.**.**-***.");
    term_send_keys(f->t, "<C-r>");
    assert_screen_drops(f->t, "**.**.**-***.");
    term_send_keys(f->t, "<C-r>");
    assert_screen_shows(f->t, "**.**.**-***.");
    assert_exported(f->w, "audit", "reveal");
}

static void skipping_takes_a_reason_and_a_pause(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_goes_on_queue(f->t);
    agent_accepts(f->t);
    term_send_keys(f->t, "s");
    assert_screen_shows(f->t, "Why is this person not called now?");
    term_send_keys(f->t, "4");
    assert_screen_drops(f->t, "Preview");
    assert_exported(f->w, "calls", ",not_ready,");
    /* After a second the same person may come back. */
    assert_screen_shows(f->t, "SOMEBODY TO CALL");
}

static void who_does_not_answer_is_set_away(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_goes_on_queue(f->t);
    assert_screen_shows(f->t, "SOMEBODY TO CALL");
    assert_screen_drops(f->t, "SOMEBODY TO CALL");
    assert_screen_shows(f->t, "● Away");
    assert_screen_shows(f->t, "OFF QUEUE");
}

static void a_late_code_is_marked_and_the_person_unresolved(void **state)
{
    struct fixture *f = fixture_with(state, "10");
    agent_calls(f->t, "The number is busy");
    assert_screen_shows(f->t, "Time is up");
    assert_screen_shows(f->t, "This person is now unresolved");
    assert_exported(f->w, "people", ",unresolved,");
    /* A code chosen in the deadline's own second is still in time, and the screen's idea of the
     * server's clock is as coarse as that: meanwhile nobody may be offered. */
    assert_false(term_wait_text(f->t, "SOMEBODY TO CALL", 2200));
    agent_closes(f->t, "Busy");
    assert_screen_shows(f->t, "(late)");
    assert_exported(f->w, "wrapups", ",busy,1,");
    agent_ends_preview(f->t);
    agent_accepts(f->t);
}

static void a_callback_is_chosen_within_after_call_work(void **state)
{
    struct fixture *f = fixture_with(state, "1");
    agent_calls(f->t, "The number is busy");
    assert_screen_shows(f->t, "(proposed)");
    agent_promises_callback(f->t, NULL);
    term_send_keys(f->t, "<Enter><Enter>");
    assert_screen_shows(f->t, "── Done");
    assert_screen_shows(f->t, "The backend has it.");
    assert_exported(f->w, "wrapups", ",rescheduled,0,");
}

static void signing_out_ends_the_desk(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    assert_screen_shows(f->t, "Phone ok");
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "Sign out?");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "Sign in to your workstation");
    assert_true(strays_wait_none("baresip", WORLD_DEADLINE_MS));
    term_send_keys(f->t, "<C-q>");
    assert_term_exits(f->t, 0);
    assert_false(term_is_raw(f->t));
    assert_true(strays_wait_none("pupitre-desk", WORLD_DEADLINE_MS));
}

static void it_speaks_french(void **state)
{
    struct fixture *f = *state;
    f->w = world_new("1");
    f->t = world_screen(f->w, "fr", 24, 80);
    assert_screen_shows(f->t, "HORS FILE");
    assert_screen_shows(f->t, "Tél. ok");
    term_send_keys(f->t, "<F4>");
    assert_screen_shows(f->t, "QUELQU’UN À APPELER");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Appeler le +32 470 00 00 01");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Le numéro est occupé");
    assert_screen_shows(f->t, "occupé  (proposé)");
    term_send_keys(f->t, "<Enter><Enter>");
    assert_screen_shows(f->t, "✓ occupé");
}

#define minute_test(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        minute_test(an_offer_rings_in_title_and_bell),
        minute_test(the_call_starts_by_itself_after_the_preview),
        minute_test(controls_work_on_the_real_call),
        minute_test(what_is_missing_is_said_and_leaving_is_refused),
        minute_test(a_pasted_letter_presses_no_key),
        minute_test(the_national_number_is_shown_on_request),
        minute_test(skipping_takes_a_reason_and_a_pause),
        minute_test(who_does_not_answer_is_set_away),
        minute_test(a_late_code_is_marked_and_the_person_unresolved),
        minute_test(a_callback_is_chosen_within_after_call_work),
        minute_test(signing_out_ends_the_desk),
        minute_test(it_speaks_french),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
