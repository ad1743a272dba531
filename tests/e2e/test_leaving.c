/* SPDX-License-Identifier: Apache-2.0 */
/* The ways out of a workstation, and of a session: which of them end what. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/deadline.h"
#include "tests/harness/strays.h"

#define SCREEN BUILD_ROOT "/tui/pupitre"

static int setup(void **state)
{
    if (fixture_begin(state) != 0)
        return -1;
    (void)fixture_with(state, "00");
    return 0;
}

/* A second workstation of the same machine, with a desk of its own. */
static struct term *another_screen(struct world *w, const char *password)
{
    char backend[64];
    snprintf(backend, sizeof backend, "http://127.0.0.1:%d", w->http_port);
    const char *const argv[] = {SCREEN,  "--backend", backend,     "--instance",
                                "e2e-2", "--login",   WORLD_LOGIN, "--password-fd",
                                "3",     "--audio",   "tone",      NULL};
    return term_start(&(struct term_opts){
        .spawn = {.argv = argv, .home = w->dir, .inputs = {{3, password}}}
    });
}

static void the_terminal_is_given_back(struct fixture *f)
{
    assert_false(term_is_raw(f->t));
    assert_false(term_on_alternate_screen(f->t));
    f->t = term_close(f->t);
}

static void the_call_goes_on(struct fixture *f)
{
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Talking");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
    assert_exported(f->w, "calls", ",end,by_agent,");
}

static void a_terminated_screen_leaves_the_call_and_restores_the_terminal(void **state)
{
    struct fixture *f = *state;
    agent_calls(f->t, "Talking");
    term_kill(f->t, SIGTERM);
    assert_term_exits(f->t, 0);
    the_terminal_is_given_back(f);
    the_call_goes_on(f);
}

static void a_lost_terminal_leaves_the_call(void **state)
{
    struct fixture *f = *state;
    agent_calls(f->t, "Talking");
    term_hangup(f->t);
    assert_term_exits(f->t, 0);
    f->t = term_close(f->t);
    the_call_goes_on(f);
}

static int setup_hanging_up(void **state)
{
    if (fixture_begin(state) != 0)
        return -1;
    (void)fixture_with(state, "55");
    return 0;
}

/* The screen is painted anew again and again, and nobody reads it, until the backend has heard. */
static void unread_until_exported(struct fixture *f, const char *text)
{
    int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    bool heard = false;
    while (!heard && deadline_left(until) > 0) {
        term_send_bytes(f->t, "\x0c", 1);
        CLEANUP_FREE char *calls = world_export(f->w, "calls");
        heard = strstr(calls, text) != NULL;
    }
    assert_true(heard);
}

/* A held Ctrl-S far away, a dead line. The person hangs up meanwhile, and the minute after the call
 * runs out. */
static void a_terminal_that_stops_reading_stops_nothing(void **state)
{
    struct fixture *f = *state;
    agent_calls(f->t, "Talking");
    const uint64_t before = term_bytes(f->t);
    unread_until_exported(f, ",end,by_person,");
    unread_until_exported(f, ",overdue,");
    assert_screen_shows(f->t, "Time is up");
    assert_screen_shows(f->t, "Backend ok");
    /* What the line itself holds, one picture that waited, the newest one. */
    assert_in_range(term_bytes(f->t) - before, 8000, 100000);
    agent_closes(f->t, "Closed without data");
}

static void a_crashed_screen_restores_the_terminal(void **state)
{
    struct fixture *f = *state;
    agent_calls(f->t, "Talking");
    term_kill(f->t, SIGSEGV);
    assert_term_exits(f->t, -SIGSEGV);
    the_terminal_is_given_back(f);
    the_call_goes_on(f);
}

static void signing_out_is_refused_in_a_call_and_ends_the_desk_afterwards(void **state)
{
    struct fixture *f = *state;
    agent_calls(f->t, "Talking");
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "You cannot sign out during a call");
    agent_ends_call(f->t);
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "choose a wrap-up code first");
    agent_closes(f->t, "Voicemail");
    term_send_keys(f->t, "<F4>"); /* or the next offer rings before the question */
    assert_screen_shows(f->t, "OFF QUEUE");
    agent_ends_preview(f->t);
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "Sign out?");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Sign in to your workstation");
    term_send_keys(f->t, "<C-q>");
    assert_term_exits(f->t, 0);
    the_terminal_is_given_back(f);
    assert_true(strays_wait_none("pupitre-desk", WORLD_DEADLINE_MS));
    assert_true(strays_wait_none("baresip", WORLD_DEADLINE_MS));
}

static void a_wrong_password_is_said(void **state)
{
    struct fixture *f = *state;
    f->other = another_screen(f->w, "wrong\n");
    assert_screen_shows(f->other, "password");
    assert_screen_shows(f->other, "not right");
}

#define LIVES(f) cmocka_unit_test_setup_teardown(f, setup, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIVES(a_terminated_screen_leaves_the_call_and_restores_the_terminal),
        LIVES(a_lost_terminal_leaves_the_call),
        cmocka_unit_test_setup_teardown(a_terminal_that_stops_reading_stops_nothing,
                                        setup_hanging_up, fixture_end),
        LIVES(a_crashed_screen_restores_the_terminal),
        LIVES(signing_out_is_refused_in_a_call_and_ends_the_desk_afterwards),
        LIVES(a_wrong_password_is_said),
    };
    return cmocka_run_group_tests_name("leaving", tests, NULL, NULL);
}
