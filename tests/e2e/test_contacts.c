/* SPDX-License-Identifier: Apache-2.0 */
/* A script with several answers and a group for each contact: what is added, moved and taken away
 * outlives screens and backends, and goes out as it stood on the screen. */
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

#define SEVERAL SOURCE_ROOT "/tests/fixtures/interviews/several.json"

static int setup(void **state)
{
    if (fixture_begin(state) != 0)
        return -1;
    struct fixture *f = *state;
    f->w = world_new("0");
    free(world_ctl(f->w, (const char *const[]){"script", "load", SEVERAL, NULL}));
    f->t = world_screen(f->w, "en", 24, 80);
    return 0;
}

static void kill_screen(struct fixture *f)
{
    term_kill(f->t, SIGKILL);
    assert_term_exits(f->t, -SIGKILL);
    f->t = term_close(f->t);
}

static void two_symptoms_and_two_contacts(struct fixture *f)
{
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "Quels symptômes");
    term_send_keys(f->t, "13");
    assert_screen_shows(f->t, "3 [x]");
    term_send_keys(f->t, "<Enter>Ann<Enter>");
    assert_screen_shows(f->t, "tout près de vous");
    term_send_keys(f->t, "y");
    assert_screen_shows(f->t, "combien de minutes");
    term_send_keys(f->t, "15<Insert>");
    assert_screen_shows(f->t, "Take this one away");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "Contact: 2 of 2");
    term_send_keys(f->t, "Bob<Enter>");
    assert_screen_shows(f->t, "tout près de vous");
}

static void hand_in(struct fixture *f)
{
    term_send_keys(f->t, "<C-s>");
    assert_screen_shows(f->t, "The script is handed in");
    agent_ends_call(f->t);
}

/* In the order in which they stood, each with its own answers. */
static void assert_sent(struct fixture *f)
{
    assert_exported(f->w, "answers", "fever\"\"");
    assert_exported(f->w, "answers", "tired\"\"");
    CLEANUP_FREE char *answers = world_export(f->w, "answers");
    const char *ann = strstr(answers, "Ann");
    const char *minutes = strstr(answers, "\"\"valueInteger\"\":15");
    const char *bob = strstr(answers, "Bob");
    assert_true(ann && minutes && bob && ann < minutes && minutes < bob);
    assert_non_null(strstr(answers, "\"\"status\"\":\"\"completed\"\""));
}

static void they_are_handed_in_as_they_stand(void **state)
{
    struct fixture *f = *state;
    two_symptoms_and_two_contacts(f);
    assert_screen_shows(f->t, "fr  saved");
    hand_in(f);
    assert_sent(f);
}

static void a_killed_screen_has_them_all_again(void **state)
{
    struct fixture *f = *state;
    two_symptoms_and_two_contacts(f);
    assert_screen_shows(f->t, "fr  saved");
    agent_waits_until_kept(f->t);
    kill_screen(f);
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Contact: 2 of 2");
    assert_screen_shows(f->t, "tout près de vous");
    hand_in(f);
    assert_sent(f);
}

static void both_killed_lose_no_contact(void **state)
{
    struct fixture *f = *state;
    two_symptoms_and_two_contacts(f);
    assert_screen_shows(f->t, "fr  saved");
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    term_send_keys(f->t, "<Insert>");
    assert_screen_shows(f->t, "Take this one away");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "Contact: 3 of 3");
    term_send_keys(f->t, "Cyd<Enter>");
    assert_screen_shows(f->t, "fr  kept on this PC");
    agent_waits_until_kept(f->t);
    kill_screen(f);
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Contact: 3 of 3");
    world_backend_start(f->w);
    assert_screen_shows(f->t, "Backend ok");
    hand_in(f);
    assert_sent(f);
    assert_exported(f->w, "answers", "Cyd");
}

#define contacts_test(name) cmocka_unit_test_setup_teardown(name, setup, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        contacts_test(they_are_handed_in_as_they_stand),
        contacts_test(a_killed_screen_has_them_all_again),
        contacts_test(both_killed_lose_no_contact),
    };
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
