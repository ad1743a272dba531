/* SPDX-License-Identifier: Apache-2.0 */
/* A small child answers: the agent closes that call and calls the mother, who answers. The screen
 * is killed in between; what was done and who answered stands in the books. */
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
#include "tests/e2e/books.h"
#include "tests/e2e/fixture.h"

static void the_mother_of_a_small_child_is_called_and_answers(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
    /* A number that this service does not call is refused before anybody is asked. */
    term_send_keys(f->t, "<C-a>1Marie Voorbeeld<Enter>0900 12 345<Enter>");
    assert_screen_shows(f->t, "This service may not call that number.");
    term_send_keys(f->t, "<C-u>0470 99 99 90<Enter>");
    assert_screen_shows(f->t, "Calls instead");
    assert_screen_shows(f->t, "parent, Marie Voorbeeld");
    assert_screen_shows(f->t, "Call +32 470 99 99 90");

    /* Screen and desk go on with the second call, whatever happens to the first screen. */
    term_kill(f->t, SIGKILL);
    assert_term_exits(f->t, -SIGKILL);
    term_close(f->t);
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "parent, Marie Voorbeeld");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "Called instead parent, Marie Voorbeeld");
    agent_interviews(f->t);
    agent_ends_call(f->t);
    agent_closes(f->t, "Closed with data");
    agent_ends_preview(f->t);

    CLEANUP_FREE char *calls = world_export(f->w, "calls");
    assert_non_null(strstr(calls, "Marie Voorbeeld"));
    assert_books(f->w, "calls", 1, "phone", "+32470999990");
    assert_books(f->w, "calls", 1, "party_relation", "parent");
    assert_books(f->w, "calls", 1, "party_name", "Marie Voorbeeld");
    assert_books(f->w, "calls", 1, "end", "by_agent");
    assert_int_equal(books_count(f->w, "wrapups", 1, "voicemail"), 1);
    assert_int_equal(books_count(f->w, "wrapups", 1, "closed_with_data"), 1);
    assert_books(f->w, "people", 1, "state", "closed");
    assert_books(f->w, "people", 1, "attempts", "2");
}

/* Nobody is called after all: the first code stands, and the next agent's work is as ever. */
static void who_is_skipped_in_the_second_preview_stays_as_the_first_code_said(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
    CLEANUP_FREE char *due = books_value(f->w, "people", 1, "due_at");
    term_send_keys(f->t, "<C-a>3<Enter>0470 99 99 92<Enter>");
    assert_screen_shows(f->t, "Call +32 470 99 99 92");
    assert_books(f->w, "people", 1, "state", "held");
    term_send_keys(f->t, "s1");
    assert_screen_shows(f->t, "Waiting");
    assert_books(f->w, "people", 1, "state", "resting");
    CLEANUP_FREE char *after = books_value(f->w, "people", 1, "due_at");
    assert_true(strcmp(after, due) >= 0);
    assert_books(f->w, "people", 1, "attempts", "1");
}

/* With the backend away nobody else is called, and the screen says so; then it goes on. */
static void it_waits_for_the_backend(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "away");
    term_send_keys(f->t, "<C-a>1<Enter>0470 99 99 90<Enter>");
    assert_screen_shows(f->t, "not reachable");
    world_backend_start(f->w);
    assert_screen_shows(f->t, "Backend ok");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Call +32 470 99 99 90");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Talking");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_mother_of_a_small_child_is_called_and_answers),
        TEST(who_is_skipped_in_the_second_preview_stays_as_the_first_code_said),
        TEST(it_waits_for_the_backend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
