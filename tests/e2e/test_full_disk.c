/* SPDX-License-Identifier: Apache-2.0 */
/* A full disk, under the backend and under the agent's PC: said in words, nothing is called saved
 * that is not, and all goes on by itself when there is room again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/e2e/agent.h"
#include "tests/e2e/disk.h"
#include "tests/e2e/fixture.h"

static struct fixture *talk(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "la bonne personne");
    return f;
}

static void a_full_disk_of_the_backend_is_said_and_waited_for(void **state)
{
    struct fixture *f = talk(state);
    disk_of_backend(f->w, true);
    term_send_keys(f->t, "y");
    assert_screen_shows(f->t, "Quels symptômes");
    assert_screen_shows(f->t, "The backend cannot save now.");
    assert_screen_shows(f->t, "fr  kept on this PC");
    assert_screen_shows(f->t, "Talking");
    agent_ends_call(f->t);
    disk_of_backend(f->w, false);
    assert_screen_drops(f->t, "The backend cannot save now.");
    agent_closes(f->t, "Closed without data");
    assert_exported(f->w, "answers", "\"\"valueBoolean\"\":true");
    assert_exported(f->w, "calls", ",end,by_agent,");
    assert_exported(f->w, "wrapups", ",closed_without_data,0,");
}

static void a_full_disk_of_the_pc_is_said_and_nothing_is_called_kept(void **state)
{
    struct fixture *f = talk(state);
    disk_of_pc(f->w, true);
    term_send_keys(f->t, "y");
    assert_screen_shows(f->t, "Quels symptômes");
    assert_screen_shows(f->t, "This PC cannot keep answers (disk full?). The backend still does.");
    assert_screen_shows(f->t, "fr  saved"); /* at the backend */
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Nothing can be saved now");
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "Depuis quel jour");
    assert_screen_shows(f->t, "fr  saving");
    disk_of_pc(f->w, false);
    term_send_keys(f->t, "yesterday<Enter>");
    assert_screen_shows(f->t, "fr  kept on this PC");
    assert_screen_drops(f->t, "Nothing can be saved now");
    world_backend_start(f->w);
    assert_screen_shows(f->t, "Backend ok");
    assert_screen_shows(f->t, "fr  saved");
    assert_exported(f->w, "answers", "\"\"fever\"\"");
}

#define disk_test(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        disk_test(a_full_disk_of_the_backend_is_said_and_waited_for),
        disk_test(a_full_disk_of_the_pc_is_said_and_nothing_is_called_kept),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
