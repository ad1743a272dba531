/* SPDX-License-Identifier: Apache-2.0 */
/* The backend over TLS, and a backend that is not there when the agent comes. */
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

static void type_password(struct term *t)
{
    term_paste(t, WORLD_PASSWORD);
    term_send_keys(t, "<Enter>");
}

static void a_person_is_called_over_https(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_secure("0", "good");
    world_backend_start(f->w);
    f->t = world_screen(f->w, "en", 24, 80);
    agent_calls(f->t, "Talking");
    agent_interviews(f->t);
    agent_ends_call(f->t);
    agent_closes(f->t, "Closed with data");
    assert_exported(f->w, "answers", ",completed,");
}

/* A screen that dies over TLS: the desk alone tells the backend how the call ended. */
static void the_desk_tells_the_end_over_https(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_secure("0", "good");
    world_backend_start(f->w);
    f->t = world_screen(f->w, "en", 24, 80);
    agent_calls(f->t, "Talking");
    term_kill(f->t, SIGKILL);
    assert_exported(f->w, "calls", ",end,screen_lost,");
}

static void a_backend_that_is_not_proved_is_named_and_tried_again(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_secure("0", "wrong-name");
    world_backend_start(f->w);
    f->t = world_screen(f->w, "en", 24, 80);
    assert_screen_shows(f->t, "certificate is for another name");
    world_backend_kill(f->w);
    f->w->cert = "good";
    world_backend_start(f->w);
    assert_screen_drops(f->t, "certificate is for another name");
    type_password(f->t);
    assert_screen_shows(f->t, "OFF QUEUE");
}

/* It turns bad in the middle of the day: said in the agent's language, and mended by itself. */
static void a_certificate_that_expires_is_said_on_the_running_screen(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_secure("0", "good");
    world_backend_start(f->w);
    f->t = world_screen(f->w, "fr", 24, 80);
    assert_screen_shows(f->t, "HORS FILE");
    world_backend_kill(f->w);
    f->w->cert = "expired";
    world_backend_start(f->w);
    assert_screen_shows(f->t, "a expiré");
    world_backend_kill(f->w);
    f->w->cert = "good";
    world_backend_start(f->w);
    assert_screen_drops(f->t, "a expiré");
}

static void who_comes_before_the_backend_signs_in_when_it_is_there(void **state)
{
    struct fixture *f = *state;
    f->w = world_new("0");
    world_backend_kill(f->w);
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "The backend cannot be reached. It is tried again and again.");
    term_send_keys(f->t, WORLD_LOGIN "<Tab>");
    type_password(f->t); /* in vain, and said so */
    assert_screen_shows(f->t, "The backend cannot be reached. It is tried again and again.");
    world_backend_start(f->w);
    assert_screen_drops(f->t, "The backend cannot be reached");
    type_password(f->t);
    agent_calls(f->t, "Talking");
}

/* Nobody is told for ever that the backend is away. */
static void who_signed_out_without_backend_sees_it_come_back(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    assert_screen_shows(f->t, "Phone ok");
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "Sign out?");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "The backend cannot be reached. It is tried again and again.");
    world_backend_start(f->w);
    assert_screen_drops(f->t, "The backend cannot be reached");
    type_password(f->t);
    assert_screen_shows(f->t, "OFF QUEUE");
}

#define network_test(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        network_test(a_person_is_called_over_https),
        network_test(the_desk_tells_the_end_over_https),
        network_test(a_backend_that_is_not_proved_is_named_and_tried_again),
        network_test(a_certificate_that_expires_is_said_on_the_running_screen),
        network_test(who_comes_before_the_backend_signs_in_when_it_is_there),
        network_test(who_signed_out_without_backend_sees_it_come_back),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
