/* SPDX-License-Identifier: Apache-2.0 */
/* A newer version of a script is loaded while an interview with the older one is under way: it goes
 * on with the version that it began with, on every screen, until it is handed in. Whoever is called
 * next is asked the newer one. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

#define SHORT_SCRIPT SOURCE_ROOT "/tests/fixtures/interviews/short.json"

static void replace(struct buf *text, const char *from, const char *to)
{
    CLEANUP_FREE char *old = buf_take(text);
    const char *at = strstr(old, from);
    assert_non_null(at);
    buf_add(text, old, (size_t)(at - old));
    buf_str(text, to);
    buf_str(text, at + strlen(from));
}

/* Another question stands in it, and another wording. */
static void load_newer_version(struct fixture *f)
{
    CLEANUP_FREE char *old = tmpdir_read(SHORT_SCRIPT);
    CLEANUP_FREE char *path = tmpdir_path(f->w->dir, "newer.json");
    CLEANUP_BUF struct buf text = {0};
    assert_non_null(old);
    buf_str(&text, old);
    replace(&text, "\"version\": \"1\"", "\"version\": \"2 été\"");
    replace(&text, "\"linkId\": \"since\"", "\"linkId\": \"since_when\"");
    replace(&text, "Depuis quel jour ?", "Et depuis quand ?");
    tmpdir_write(path, buf_text(&text));
    free(world_ctl(f->w, (const char *const[]){"script", "load", path, NULL}));
}

static void begin_interview(struct fixture *f)
{
    assert_screen_shows(f->t, "la bonne personne");
    term_send_keys(f->t, "y");
    assert_screen_shows(f->t, "Quels symptômes");
    term_send_keys(f->t, "2");
}

static void finish_interview(struct fixture *f)
{
    term_send_keys(f->t, "yesterday<Enter>");
    assert_screen_shows(f->t, "autre chose");
    term_send_keys(f->t, "Merci<Enter>");
    assert_screen_shows(f->t, "All required questions are answered");
    term_send_keys(f->t, "<C-s>");
    assert_screen_shows(f->t, "The script is handed in");
}

static void a_newer_script_does_not_take_an_open_draft_over(void **state)
{
    struct fixture *f = fixture_with(state, "00");
    pid_t desk = 0;
    agent_calls(f->t, "Talking");
    begin_interview(f);
    assert_screen_shows(f->t, "Depuis quel jour");
    assert_screen_shows(f->t, "fr  saved");
    load_newer_version(f);
    assert_int_equal(strays_list("pupitre-desk", &desk, 1), 1);
    assert_int_equal(kill(desk, SIGKILL), 0); /* or it would have kept the older one */
    term_kill(f->t, SIGKILL);
    assert_term_exits(f->t, -SIGKILL);
    f->t = term_close(f->t);

    f->t = world_screen(f->w, "en", 24, 80);
    assert_screen_shows(f->t, "4 ○ Closed without data");
    term_send_keys(f->t, "<C-t>");
    assert_screen_shows(f->t, "Depuis quel jour");
    assert_screen_shows(f->t, "Question 3 of 4");
    finish_interview(f);
    assert_exported(f->w, "answers", "tests/short|1");
    assert_exported(f->w, "answers", ",completed,");
    assert_exported(f->w, "answers", "\"\"fever\"\"");

    term_send_keys(f->t, "<C-t>");
    assert_screen_shows(f->t, "3 ○ Closed with data");
    term_send_keys(f->t, "3");
    assert_screen_shows(f->t, "✓ Closed with data");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "The backend has it.");
    agent_ends_preview(f->t);
    agent_calls(f->t, "Talking");
    begin_interview(f);
    assert_screen_shows(f->t, "Et depuis quand");
    finish_interview(f);
    assert_exported(f->w, "answers", "tests/short|2 été");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_newer_script_does_not_take_an_open_draft_over,
                                        fixture_begin, fixture_end),
    };
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
