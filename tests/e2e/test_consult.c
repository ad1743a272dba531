/* SPDX-License-Identifier: Apache-2.0 */
/* An expert is consulted while the person is on hold, and the person is handed on: with real
 * telephones on all three ends. */
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

#define WITH_EXPERT "The expert hears you; the person is on hold."

/* For two seconds: sipp takes nothing in the moment in which it answers. */
static void talk(struct fixture *f)
{
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "Talking 0:0");
    agent_waits_until_kept(f->t);
}

/* Nobody's number: its last digit says how the expert behaves. */
static void consult(struct fixture *f, const char *number)
{
    term_send_keys(f->t, "<F9>");
    assert_screen_shows(f->t, "A consultation puts the person on hold");
    term_send_keys(f->t, number);
    assert_screen_shows(f->t, "outside number");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Chosen: +32");
    term_send_keys(f->t, "<Enter>");
    assert_screen_drops(f->t, "Chosen: ");
}

static void transfer(struct fixture *f, const char *whom, const char *chosen)
{
    term_send_keys(f->t, "<F8>");
    assert_screen_shows(f->t, "A transfer hands the person over");
    term_send_keys(f->t, whom);
    assert_screen_shows(f->t, chosen);
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Chosen: ");
    term_send_keys(f->t, "<Enter>");
    assert_screen_drops(f->t, "Chosen: ");
}

static void the_agent_goes_from_one_to_the_other_and_back(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    talk(f);
    consult(f, "0470 99 00 10");
    assert_screen_shows(f->t, WITH_EXPERT);
    assert_screen_shows(f->t, "End expert");
    term_send_keys(f->t, "<F9>");
    assert_screen_shows(f->t, "The person hears you; the expert is on hold.");
    assert_screen_shows(f->t, "End person");
    term_send_keys(f->t, "<F9>");
    assert_screen_shows(f->t, WITH_EXPERT);
    term_send_keys(f->t, "<F7>");
    assert_screen_drops(f->t, "Expert");
    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "End call");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail"); /* the test service proposes nothing because of the expert */
    assert_exported(f->w, "calls", ",consult,number,");
    assert_exported(f->w, "people", ",1,"); /* attempts: the expert's call is none */
}

static void an_expert_who_is_busy_leaves_the_person_on_hold(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    talk(f);
    consult(f, "0470 99 00 11");
    assert_screen_shows(f->t, "The number is busy");
    assert_screen_shows(f->t, "Nobody hears you: the person is on hold.");
    term_send_keys(f->t, "<C-x>"); /* not by accident */
    assert_screen_shows(f->t, "take them back first");
    term_send_keys(f->t, "<F7>");
    assert_screen_drops(f->t, "Expert");
    assert_screen_shows(f->t, "Talking");
    agent_ends_call(f->t);
}

static void a_transfer_that_is_refused_comes_back(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    talk(f);
    transfer(f, "0470 99 00 11", "outside number");
    assert_screen_shows(f->t, "Not transferred to +32 470 99 00 11: The number is busy");
    assert_screen_shows(f->t, "Talking 0:");
    agent_waits_until_kept(f->t);
    /* Then to somebody who answers: a queue, found by a part of its name. */
    transfer(f, "pub", "WAL_Public-Health");
    assert_screen_shows(f->t, "After-call work");
    assert_screen_shows(f->t, "Somebody else took the call");
    agent_closes(f->t, "Transfer / Consulted");
    assert_exported(f->w, "calls", ",transfer_failed,,486,");
    assert_exported(f->w, "calls", ",end,transferred,");
    assert_exported(f->w, "calls", ",person,queue,WAL_Public-Health,");
    assert_exported(f->w, "audit", ",transfer,queue:WAL_Public-Health,");
}

static void the_person_hangs_up_while_the_expert_is_asked(void **state)
{
    struct fixture *f = fixture_with(state, "5");
    talk(f);
    consult(f, "0470 99 00 10");
    assert_screen_shows(f->t, "The expert hears you; the person has hung up.");
    assert_screen_shows(f->t, "After-call work");
    term_send_keys(f->t, "<C-x>");
    assert_screen_drops(f->t, "The expert hears you");
    assert_screen_shows(f->t, "The person hung up");
    agent_closes(f->t, "Closed without data");
    assert_exported(f->w, "calls", ",end,by_person,");
    assert_exported(f->w, "calls", ",end,by_agent,");
}

static void a_killed_screen_comes_back_to_both_calls(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    talk(f);
    consult(f, "0470 99 00 10");
    assert_screen_shows(f->t, WITH_EXPERT);
    term_kill(f->t, SIGKILL);
    assert_term_exits(f->t, -SIGKILL);
    f->t = term_close(f->t);

    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, WITH_EXPERT);
    assert_screen_shows(f->t, "+32 470 99 00 10");
    term_send_keys(f->t, "<C-x>");
    assert_screen_shows(f->t, "Nobody hears you: the person is on hold.");
    term_send_keys(f->t, "<F7>");
    assert_screen_drops(f->t, "Expert");
    assert_screen_shows(f->t, "Talking");
    agent_ends_call(f->t);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(the_agent_goes_from_one_to_the_other_and_back),
        TEST(an_expert_who_is_busy_leaves_the_person_on_hold),
        TEST(a_transfer_that_is_refused_comes_back),
        TEST(the_person_hangs_up_while_the_expert_is_asked),
        TEST(a_killed_screen_comes_back_to_both_calls),
    };
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
