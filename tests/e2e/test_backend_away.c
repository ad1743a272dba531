/* SPDX-License-Identifier: Apache-2.0 */
/* The backend is away for longer than every deadline, in the middle of a call: the agent finishes
 * it, closes it, gets nobody new, and is told all that. When it is back it gets everything, with
 * the time at which it was chosen. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/fixture.h"

static struct fixture *talk_without_backend(void **state)
{
    struct fixture *f = fixture_with(state, "00");
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "la bonne personne");
    term_send_keys(f->t, "y");
    assert_screen_shows(f->t, "Quels symptômes");
    assert_screen_shows(f->t, "fr  saved");
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "fr  kept on this PC");
    return f;
}

static void assert_all_arrived(struct fixture *f, const char *wrapup)
{
    assert_screen_shows(f->t, "Backend ok");
    assert_exported(f->w, "calls", ",end,by_agent,");
    assert_exported(f->w, "wrapups", wrapup);
    assert_exported(f->w, "answers", "\"\"fever\"\"");
}

static void every_deadline_passes_and_the_call_is_closed(void **state)
{
    struct fixture *f = talk_without_backend(state);
    term_send_keys(f->t, "<C-n>");
    assert_screen_shows(f->t, "Keep the note");
    term_send_keys(f->t, "voisine sonne demain<Enter>");
    assert_screen_drops(f->t, "Keep the note");
    agent_ends_call(f->t);
    /* The test service gives eight seconds, which nobody is there to count but the screen. */
    assert_screen_shows(f->t, "Time is up");
    agent_promises_callback(f->t, NULL);
    term_send_keys(f->t, "<Enter><Enter>");
    assert_screen_shows(f->t, "── Done");
    assert_screen_shows(f->t, "Kept on this PC; sent when the backend is back.");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "nobody is offered to you until it is back");
    world_backend_start(f->w);
    assert_all_arrived(f, ",rescheduled,1,");
    assert_exported(f->w, "wrapups", "voisine sonne demain");
    assert_exported(f->w, "calls", ",none,");
}

static void who_chooses_in_time_is_not_late_however_long_the_backend_was_away(void **state)
{
    struct fixture *f = talk_without_backend(state);
    agent_ends_call(f->t);
    agent_takes_proposed(f->t, "Closed without data");
    assert_screen_shows(f->t, "Kept on this PC; sent when the backend is back.");
    world_backend_start(f->w);
    assert_screen_shows(f->t, "The backend has it.");
    assert_all_arrived(f, ",closed_without_data,0,");
}

static void a_screen_killed_meanwhile_loses_neither_answers_nor_code(void **state)
{
    struct fixture *f = talk_without_backend(state);
    agent_ends_call(f->t);
    agent_takes_proposed(f->t, "Closed without data");
    assert_screen_shows(f->t, "Kept on this PC; sent when the backend is back.");
    term_kill(f->t, SIGKILL);
    assert_term_exits(f->t, -SIGKILL);
    f->t = term_close(f->t);
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "✓ Closed without data");
    world_backend_start(f->w);
    assert_all_arrived(f, ",closed_without_data,0,");
}

/* What the person said in the call is on disk before the screen says so, is still marked on the
 * next screen, and closes the person when the backend is back, whatever the code would have done.
 */
static void a_wish_not_to_be_called_outlives_backend_and_screen(void **state)
{
    struct fixture *f = talk_without_backend(state);
    term_send_keys(f->t, "<C-y>");
    assert_screen_shows(f->t, "nothing takes it back");
    term_send_keys(f->t, "<Down><Down><Enter>");
    assert_screen_shows(f->t, "wish is kept");
    term_kill(f->t, SIGKILL);
    assert_term_exits(f->t, -SIGKILL);
    f->t = term_close(f->t);
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Not to be called again (not sent yet)");
    agent_ends_call(f->t);
    agent_takes_proposed(f->t, "Closed without data");
    assert_screen_shows(f->t, "Not to be called again (not sent yet)");
    world_backend_start(f->w);
    assert_all_arrived(f, ",closed_without_data,0,");
    assert_screen_drops(f->t, "(not sent yet)");
    assert_screen_shows(f->t, "Not to be called again");
    assert_exported(f->w, "audit", "wish_not_called,any,");
}

static bool asks_which(struct term *t, void *arg)
{
    (void)arg;
    return strstr(term_text(t), "Correct the code of which call?") != NULL;
}

/* The key means something once the list has the call as one that is over. */
static void chooses_call_to_correct(struct fixture *f)
{
    int tries = 0;
    do
        term_send_keys(f->t, "c");
    while (!term_wait(f->t, asks_which, NULL, 500) && tries++ < 40);
    assert_screen_shows(f->t, "Correct the code of which call?");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "The right code");
}

/* Corrected at home, once the preview has ended. */
static void a_code_is_corrected_later(void **state)
{
    struct fixture *f = fixture_with(state, "00");
    agent_calls(f->t, "Talking");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
    term_send_keys(f->t, "<F4>");
    assert_screen_shows(f->t, "you are off queue");
    agent_ends_preview(f->t);
    chooses_call_to_correct(f);
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "The code is corrected.");
    assert_exported(f->w, "wrapups", ",bad_number,");
    /* With the backend away: what was agreed is kept, also by a screen that dies. */
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    chooses_call_to_correct(f);
    term_send_keys(f->t, "6");
    assert_screen_shows(f->t, "The right code: when to call back");
    term_send_keys(f->t, "tomorrow<Tab>12:00<Tab><Tab>0470000009<Enter>");
    assert_screen_shows(f->t, "The right code is kept");
    term_kill(f->t, SIGKILL);
    assert_term_exits(f->t, -SIGKILL);
    f->t = term_close(f->t);
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Backend away");
    world_backend_start(f->w);
    assert_screen_shows(f->t, "The code is corrected.");
    assert_exported(f->w, "wrapups", ",rescheduled,");
    assert_screen_shows(f->t, "Rescheduled"); /* today's list */
    assert_screen_shows(f->t, "12:00");       /* and the agent's callbacks */
}

/* The backend's reason comes late, and is said then: the code from before counts. Nobody is called
 * back who does not want to be called. */
static void a_correction_that_is_refused_later_says_so(void **state)
{
    struct fixture *f = fixture_with(state, "00");
    agent_calls(f->t, "Talking");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
    term_send_keys(f->t, "<C-y><Down><Down><Enter>");
    assert_screen_shows(f->t, "Recorded: this person is not called again.");
    term_send_keys(f->t, "<F4>");
    assert_screen_shows(f->t, "you are off queue");
    agent_ends_preview(f->t);
    chooses_call_to_correct(f);
    term_send_keys(f->t, "6");
    assert_screen_shows(f->t, "The right code: when to call back");
    term_send_keys(f->t, "tomorrow<Tab>12:00<Tab><Tab>0470000009");
    assert_screen_shows(f->t, "12:00");
    term_send_keys(f->t, "<Esc>");
    assert_screen_drops(f->t, "when to call back");
    term_send_keys(f->t, "6"); /* what was typed is there still */
    assert_screen_shows(f->t, "0470000009");
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "The right code is kept");
    world_backend_start(f->w);
    assert_screen_shows(f->t, "Not corrected:");
}

#define away_test(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        away_test(every_deadline_passes_and_the_call_is_closed),
        away_test(who_chooses_in_time_is_not_late_however_long_the_backend_was_away),
        away_test(a_screen_killed_meanwhile_loses_neither_answers_nor_code),
        away_test(a_wish_not_to_be_called_outlives_backend_and_screen),
        away_test(a_code_is_corrected_later),
        away_test(a_correction_that_is_refused_later_says_so),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
