/* SPDX-License-Identifier: Apache-2.0 */
/* What answers are worth follows the call: what somebody said who then refused is stopped, that of
 * the wrong person is an error, and a draft is in progress until the next call, which goes on with
 * it, or begins anew with another agent unless the service hands drafts over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/books.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/tmpdir.h"

#define SERVICE SOURCE_ROOT "/tests/fixtures/services/test.json"

static void answers_one(struct term *t)
{
    assert_screen_shows(t, "la bonne personne");
    term_send_keys(t, "y");
    assert_screen_shows(t, "Quels symptômes");
    assert_screen_shows(t, "fr  saved");
}

/* After-call work: a code by its digit, and the backend has it. */
static void closes_with(struct term *t, const char *digit, const char *label)
{
    CLEANUP_BUF struct buf open = {0};
    CLEANUP_BUF struct buf chosen = {0};
    buf_printf(&open, "%s ○ %s", digit, label);
    buf_printf(&chosen, "✓ %s", label);
    assert_screen_shows(t, buf_text(&open));
    term_send_keys(t, digit);
    assert_screen_shows(t, buf_text(&chosen));
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "The backend has it.");
}

static void calls_again(struct term *t)
{
    agent_accepts(t);
    assert_screen_shows(t, "Call +32 470");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "Talking");
}

static void a_refusal_ends_as_stopped(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    answers_one(f->t);
    assert_books(f->w, "answers", 1, "status", "in-progress");
    agent_ends_call(f->t);
    closes_with(f->t, "4", "Closed without data");
    assert_books(f->w, "answers", 1, "status", "stopped");
    assert_books(f->w, "people", 1, "state", "closed");
}

static void the_wrong_person_ends_as_an_error(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    agent_calls(f->t, "Talking");
    agent_interviews(f->t);
    assert_books(f->w, "answers", 1, "status", "completed");
    agent_ends_call(f->t);
    closes_with(f->t, "1", "Bad Number");
    assert_books(f->w, "answers", 1, "status", "entered-in-error");
}

/* A minute that a form can still name: its day and its time, as typed. */
static void soon(char *ret_day, char *ret_time, size_t size)
{
    const time_t at = time(NULL) + 75;
    struct tm tm;
    assert_non_null(localtime_r(&at, &tm));
    assert_true(strftime(ret_day, size, "%d/%m", &tm) > 0);
    assert_true(strftime(ret_time, size, "%H:%M", &tm) > 0);
}

static void an_agreed_callback_goes_on_where_it_ended(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    char day[8], at[8];
    agent_calls(f->t, "Talking");
    answers_one(f->t);
    agent_ends_call(f->t);
    soon(day, at, sizeof at);
    assert_screen_shows(f->t, "(proposed)");
    term_send_keys(f->t, "6");
    assert_screen_shows(f->t, "Call back at");
    term_send_keys(f->t, at);
    term_send_keys(f->t, "<C-p>");
    assert_screen_shows(f->t, "When to call back");
    term_send_keys(f->t, day);
    term_send_keys(f->t, "<Enter>");
    assert_screen_drops(f->t, "When to call back");
    assert_screen_shows(f->t, "your next call goes on from here");
    term_send_keys(f->t, "<Enter><Enter>");
    assert_screen_shows(f->t, "The backend has it.");
    assert_books(f->w, "wrapups", 1, "code", "rescheduled");
    assert_books(f->w, "answers", 1, "status", "in-progress");
    agent_ends_preview(f->t);

    assert_true(term_wait_text(f->t, "SOMEBODY TO CALL", 120000));
    calls_again(f->t);
    assert_screen_shows(f->t, "Quels symptômes");
    assert_screen_shows(f->t, "Question 2 of ");
}

/* A draft, and then another agent has the same person. */
static void another_agent_calls(struct fixture *f)
{
    world_agent_add(f->w, "second");
    agent_calls(f->t, "Talking");
    answers_one(f->t);
    agent_ends_call(f->t);
    closes_with(f->t, "8", "Voicemail");
    assert_books(f->w, "answers", 1, "status", "in-progress");
    term_send_keys(f->t, "<F4>");
    assert_screen_shows(f->t, "OFF QUEUE");
    f->other = world_screen_of(f->w, "e2e-2", "second");
    agent_goes_on_queue(f->other);
    calls_again(f->other);
}

static void another_agent_begins_anew(void **state)
{
    struct fixture *f = fixture_with(state, "0");
    another_agent_calls(f);
    assert_screen_shows(f->other, "la bonne personne");
    assert_screen_shows(f->other, "Question 1 of ");
}

/* The next version of the service hands drafts over. */
static void load_carrying_service(struct world *w)
{
    static const char version[] = "\"version\": 1,";
    CLEANUP_FREE char *text = tmpdir_read(SERVICE);
    CLEANUP_FREE char *path = tmpdir_path(w->dir, "carrying.json");
    CLEANUP_BUF struct buf next = {0};
    assert_non_null(text);
    const char *at = strstr(text, version);
    assert_non_null(at);
    buf_add(&next, text, (size_t)(at - text));
    buf_str(&next, "\"version\": 2, \"carry\": true,");
    buf_str(&next, at + strlen(version));
    tmpdir_write(path, buf_text(&next));
    free(world_ctl(w, (const char *const[]){"service", "load", path, NULL}));
}

static void another_agent_goes_on_where_the_service_carries(void **state)
{
    struct fixture *f = *state;
    f->w = world_new("0");
    load_carrying_service(f->w);
    f->t = world_screen(f->w, "en", 24, 80);
    another_agent_calls(f);
    assert_screen_shows(f->other, "Quels symptômes");
    assert_screen_shows(f->other, "Question 2 of ");
    assert_exported(f->w, "audit", "answers_carried");
}

#define follow_test(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        follow_test(a_refusal_ends_as_stopped),
        follow_test(the_wrong_person_ends_as_an_error),
        follow_test(an_agreed_callback_goes_on_where_it_ended),
        follow_test(another_agent_begins_anew),
        follow_test(another_agent_goes_on_where_the_service_carries),
    };
    setenv("TZ", "Europe/Brussels", 1);
    tzset();
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
