/* SPDX-License-Identifier: Apache-2.0 */
/* The headset before the work and in it: tested, pulled out while somebody talks, and plugged in
 * again; the call stays, and so does everything that is done with it. */
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

static void the_sound_is_tested_and_a_lost_headset_loses_no_call(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "0", .headset = true});
    world_headset(f->w, true);
    f->t = world_screen(f->w, "en", 24, 80);
    assert_screen_shows(f->t, "Phone ok");
    assert_screen_shows(f->t, "OFF QUEUE");
    term_send_keys(f->t, "s");
    assert_screen_shows(f->t, "Agent's headset");
    assert_screen_shows(f->t, "Level");
    assert_screen_shows(f->t, "Good");
    term_send_keys(f->t, "t");
    assert_screen_shows(f->t, "you should hear it now");
    term_send_keys(f->t, "<Down><Enter>");
    assert_screen_shows(f->t, "✓ Agent's headset");
    term_send_keys(f->t, "<Right>");
    assert_screen_shows(f->t, "Volume 60 %");
    term_send_keys(f->t, "<Esc>");
    assert_screen_drops(f->t, "Test tone");

    agent_calls(f->t, "Talking");
    world_headset(f->w, false);
    assert_screen_shows(f->t, "The headset is gone: nobody hears anything.");
    assert_screen_shows(f->t, "Phone: no sound");
    term_send_keys(f->t, "<F6>");
    assert_screen_shows(f->t, "MUTED");
    term_send_keys(f->t, "<F7>");
    assert_screen_shows(f->t, "ON HOLD");
    term_send_keys(f->t, "<F7><F6>");
    assert_screen_shows(f->t, "Talking");
    assert_screen_drops(f->t, "MUTED");
    world_headset(f->w, true);
    assert_screen_shows(f->t, "The sound is back.");
    assert_screen_shows(f->t, "Phone ok");
    assert_screen_drops(f->t, "The headset is gone");
    assert_screen_shows(f->t, "Talking");
    agent_ends_call(f->t);
    agent_takes_proposed(f->t, "Voicemail");
    assert_books(f->w, "calls", 1, "end", "by_agent");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_sound_is_tested_and_a_lost_headset_loses_no_call,
                                        fixture_begin, fixture_end),
    };
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
