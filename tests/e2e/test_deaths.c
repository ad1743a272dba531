/* SPDX-License-Identifier: Apache-2.0 */
/* Screens and backends die in the middle of a call; the call, the person and the answers do not. */
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
#include "tests/e2e/books.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/strays.h"

static int setup(void **state)
{
    if (fixture_begin(state) != 0)
        return -1;
    (void)fixture_with(state, "0");
    return 0;
}

static void kill_screen(struct fixture *f)
{
    term_kill(f->t, SIGKILL);
    assert_term_exits(f->t, -SIGKILL);
    f->t = term_close(f->t);
}

static void talk_and_answer_one_question(struct fixture *f)
{
    agent_calls(f->t, "Talking");
    assert_screen_shows(f->t, "la bonne personne");
    term_send_keys(f->t, "y");
    assert_screen_shows(f->t, "Quels symptômes");
    assert_screen_shows(f->t, "fr  saved");
}

static void finish(struct fixture *f, const char *code)
{
    agent_ends_call(f->t);
    agent_closes(f->t, code);
}

static void a_killed_screen_comes_back_to_the_running_call(void **state)
{
    struct fixture *f = *state;
    talk_and_answer_one_question(f);
    kill_screen(f);
    assert_int_equal(strays_list("baresip", NULL, 0), 1);

    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "+32 470 00 00 00");
    assert_screen_shows(f->t, "Ticket DEMO-001-000001");
    assert_screen_shows(f->t, "Quels symptômes"); /* shown because the first answer is yes */
    term_send_keys(f->t, "1<Enter>");
    finish(f, "Closed without data");
    assert_exported(f->w, "calls", ",end,by_agent,");
    assert_exported(f->w, "answers", "\"\"valueBoolean\"\":true");
}

static void a_screen_that_stays_away_ends_the_call_in_good_order(void **state)
{
    struct fixture *f = *state;
    talk_and_answer_one_question(f);
    kill_screen(f);
    /* The test service gives a screen four seconds. The desk ends the call and tells the backend;
     * how it goes on is for the one who comes back. */
    assert_exported(f->w, "calls", ",end,screen_lost,");
    f->t = world_screen(f->w, "en", 24, 80);
    assert_screen_shows(f->t, "The screen did not come back in time");
}

/* What was typed of a callback is there again, field by field, and can be agreed. */
static void a_killed_screen_brings_the_form_of_a_callback_back(void **state)
{
    struct fixture *f = fixture_with(state, "1");
    agent_calls(f->t, "The number is busy");
    assert_screen_shows(f->t, "(proposed)");
    term_send_keys(f->t, "6");
    assert_screen_shows(f->t, "Call back at");
    term_send_keys(f->t, "<C-p>");
    assert_screen_shows(f->t, "When to call back");
    term_send_keys(f->t, "31/12<Tab>15:30<Tab><Tab>0475 99 98 88");
    assert_screen_shows(f->t, "0475 99 98 88");
    term_send_keys(f->t, "<Esc>");
    assert_screen_drops(f->t, "When to call back");
    agent_waits_until_kept(f->t);
    kill_screen(f);

    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "The number is busy");
    term_send_keys(f->t, "6");
    assert_screen_shows(f->t, "Call back at");
    term_send_keys(f->t, "<C-p>");
    assert_screen_shows(f->t, "When to call back");
    assert_screen_shows(f->t, "31/12");
    assert_screen_shows(f->t, "15:30");
    assert_screen_shows(f->t, "0475 99 98 88");
}

/* What could be no answer is there again, with what is wrong with it. */
static void a_killed_screen_brings_back_what_was_no_answer(void **state)
{
    struct fixture *f = *state;
    talk_and_answer_one_question(f);
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "Depuis quel jour");
    term_send_keys(f->t, "32/1<Enter>");
    assert_screen_shows(f->t, "This is not a date.");
    agent_waits_until_kept(f->t);
    kill_screen(f);

    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Depuis quel jour");
    assert_screen_shows(f->t, "32/1");
    assert_screen_shows(f->t, "This is not a date.");
    term_send_keys(f->t, "<C-u>yesterday<Enter>");
    assert_screen_shows(f->t, "autre chose");
    finish(f, "Closed without data");
}

/* Not at the next question without an answer: where the agent was. */
static void a_killed_screen_is_at_the_same_question_again(void **state)
{
    struct fixture *f = *state;
    talk_and_answer_one_question(f);
    term_send_keys(f->t, "<S-Tab>");
    assert_screen_shows(f->t, "la bonne personne");
    agent_waits_until_kept(f->t);
    kill_screen(f);

    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "la bonne personne");
    term_send_keys(f->t, "<Tab>");
    assert_screen_shows(f->t, "Quels symptômes");
    finish(f, "Closed without data");
}

static pid_t gateway(void)
{
    pid_t pid = 0;
    assert_int_equal(strays_list("sipp", &pid, 1), 1);
    return pid;
}

static void mutes(struct term *t)
{
    term_send_keys(t, "<F6>");
    assert_screen_shows(t, "MUTED");
}

static void holds(struct term *t)
{
    term_send_keys(t, "<F7>");
    assert_screen_shows(t, "ON HOLD");
}

/* Whom the agent calls, how far the call is, and what shows that on either screen. That the person
 * hears on is measured in tests/net/desk_deaths.py. */
static const struct moment {
    char digit;
    bool silent; /* the gateway answers nothing until the new screen is there */
    const char *reached;
    void (*then)(struct term *t);
    const char *shown;
} moments[] = {
    {'0', true,  "Dialling", NULL,  "Dialling"},
    {'2', false, "Ringing",  NULL,  "Ringing" },
    {'0', false, "Talking",  NULL,  "Talking" },
    {'0', false, "Talking",  mutes, "MUTED"   },
    {'0', false, "Talking",  holds, "ON HOLD" },
};
#define MOMENT_COUNT (sizeof moments / sizeof moments[0])

static void comes_back_to(struct fixture *f, const char *shown)
{
    kill_screen(f);
    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, shown);
}

static void a_killed_screen_finds_each_call_as_it_was(void **state)
{
    struct fixture *f = *state;
    char digits[MOMENT_COUNT + 1] = {0};
    for (size_t i = 0; i < MOMENT_COUNT; i++)
        digits[i] = moments[i].digit;
    f->w =
        world_new_as(&(struct world_opts){.digits = digits, .tracing = true, .rings_long = true});
    f->t = world_screen(f->w, "en", 24, 80);
    agent_goes_on_queue(f->t);
    for (size_t i = 0; i < MOMENT_COUNT; i++) {
        const struct moment *m = &moments[i];
        agent_accepts(f->t);
        assert_screen_shows(f->t, "Call +32 470");
        assert_screen_shows(f->t, "Phone ok");
        if (m->silent)
            assert_int_equal(kill(gateway(), SIGSTOP), 0);
        term_send_keys(f->t, "<Enter>");
        assert_screen_shows(f->t, m->reached);
        if (m->then)
            m->then(f->t);
        comes_back_to(f, m->shown);
        if (m->silent)
            assert_int_equal(kill(gateway(), SIGCONT), 0);
        agent_ends_call(f->t);
        comes_back_to(f, "You ended the call"); /* after-call work */
        assert_screen_shows(f->t, "5 ○ No Answer");
        term_send_keys(f->t, "5");
        assert_screen_shows(f->t, "✓ No Answer");
        term_send_keys(f->t, "<Enter>");
        assert_screen_shows(f->t, "The backend has it.");
        if (i == 0)
            comes_back_to(f, "── Done");
        agent_ends_preview(f->t);
    }
    for (size_t i = 0; i < MOMENT_COUNT; i++) {
        int person = (int)i + 1;
        assert_int_equal(books_count(f->w, "calls", person, "\"event\": \"dial\""), 1);
        assert_int_equal(books_count(f->w, "calls", person, "\"event\": \"end\""), 1);
        assert_books(f->w, "calls", person, "end", "by_agent");
    }
}

static pid_t desk_of(void)
{
    pid_t desk = 0;
    assert_int_equal(strays_list("pupitre-desk", &desk, 1), 1);
    return desk;
}

/* Or at the next question, if the desk took that, too. */
static bool is_where_it_was_given(struct term *t, void *arg)
{
    (void)arg;
    return strstr(term_text(t), "Question 1 of 4") || strstr(term_text(t), "Question 2 of 4");
}

/* An answer never goes to the desk with a place that was left before it was given, not even when
 * the screen dies before it can say where it went then. */
static void an_answer_goes_with_the_place_where_it_was_given(void **state)
{
    struct fixture *f = *state;
    talk_and_answer_one_question(f);
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "Depuis quel jour");
    assert_screen_shows(f->t, "fr  saved");
    agent_waits_until_kept(f->t);
    assert_int_equal(kill(desk_of(), SIGSTOP), 0); /* takes one picture more, and then no other */
    term_send_keys(f->t, "<S-Tab><S-Tab>y");
    assert_screen_shows(f->t, "Quels symptômes");
    assert_screen_shows(f->t, "fr  saved"); /* the desk was told before the backend could say so */
    kill_screen(f);
    assert_int_equal(kill(desk_of(), SIGCONT), 0);

    f->t = world_screen_again(f->w);
    assert_true(term_wait(f->t, is_where_it_was_given, NULL, TERM_DEADLINE_MS));
    finish(f, "Closed without data");
}

static void a_killed_backend_is_said_and_nothing_is_lost(void **state)
{
    struct fixture *f = *state;
    talk_and_answer_one_question(f);
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    assert_screen_shows(f->t, "Talking");
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "Depuis quel jour");
    term_send_keys(f->t, "yesterday<Enter>");
    assert_screen_shows(f->t, "autre chose");
    assert_screen_shows(f->t, "fr  kept on this PC");

    world_backend_start(f->w);
    assert_screen_shows(f->t, "Backend ok");
    assert_screen_shows(f->t, "fr  saved");
    term_send_keys(f->t, "Merci<Enter>");
    assert_screen_shows(f->t, "All required questions are answered");
    term_send_keys(f->t, "<C-s>");
    assert_screen_shows(f->t, "The script is handed in");
    finish(f, "Closed with data");
    assert_exported(f->w, "answers", ",completed,");
    assert_exported(f->w, "answers", "\"\"Merci\"\"");
    assert_exported(f->w, "calls", ",answer,,200,");
    assert_exported(f->w, "calls", ",end,by_agent,");
}

/* Call and code happen while the backend is away; it gets all of it afterwards. */
static void a_call_that_ends_without_backend_is_told_later(void **state)
{
    struct fixture *f = *state;
    talk_and_answer_one_question(f);
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    agent_ends_call(f->t);
    agent_takes_proposed(f->t, "Closed without data");
    assert_screen_shows(f->t, "Kept on this PC; sent when the backend is back.");

    world_backend_start(f->w);
    assert_screen_shows(f->t, "The backend has it.");
    assert_exported(f->w, "calls", ",end,by_agent,");
    assert_exported(f->w, "wrapups", ",closed_without_data,0,");
}

static void both_killed_lose_nothing(void **state)
{
    struct fixture *f = *state;
    talk_and_answer_one_question(f);
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "Depuis quel jour");
    assert_screen_shows(f->t, "fr  kept on this PC");
    agent_waits_until_kept(f->t);
    kill_screen(f);

    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Talking");
    world_backend_start(f->w);
    assert_screen_shows(f->t, "Backend ok");
    assert_screen_shows(f->t, "Depuis quel jour");
    finish(f, "Closed without data");
    assert_exported(f->w, "answers", "\"\"fever\"\"");
}

/* The whole interview is larger than what a desk keeps, and no backend is there to say it again. */
static void without_a_backend_a_new_screen_has_the_interview_still(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "0", .kind = "index", .tracing = true});
    f->t = world_screen(f->w, "en", 24, 80);
    agent_calls(f->t, "Talking");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "── Question 2 of");
    assert_screen_shows(f->t, "fr  saved");
    world_backend_kill(f->w);
    assert_screen_shows(f->t, "Backend away");
    agent_waits_until_kept(f->t);
    kill_screen(f);

    f->t = world_screen_again(f->w);
    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "── Question 2 of");
    assert_screen_shows(f->t, "Backend away");
    term_send_keys(f->t, "<S-Tab>");
    assert_screen_shows(f->t, "── Question 1 of");
    term_send_keys(f->t, "2"); /* nor does it need one to go on */
    assert_screen_shows(f->t, "fr  kept on this PC");
    world_backend_start(f->w);
    assert_screen_shows(f->t, "Backend ok");
    assert_screen_shows(f->t, "fr  saved");
    assert_exported(f->w, "answers", "\"\"representative\"\"");
}

#define death_test(name) cmocka_unit_test_setup_teardown(name, setup, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        death_test(a_killed_screen_comes_back_to_the_running_call),
        cmocka_unit_test_setup_teardown(a_killed_screen_finds_each_call_as_it_was, fixture_begin,
                                        fixture_end),
        death_test(a_screen_that_stays_away_ends_the_call_in_good_order),
        cmocka_unit_test_setup_teardown(a_killed_screen_brings_the_form_of_a_callback_back,
                                        fixture_begin, fixture_end),
        death_test(a_killed_screen_brings_back_what_was_no_answer),
        death_test(a_killed_screen_is_at_the_same_question_again),
        death_test(an_answer_goes_with_the_place_where_it_was_given),
        death_test(a_killed_backend_is_said_and_nothing_is_lost),
        death_test(a_call_that_ends_without_backend_is_told_later),
        death_test(both_killed_lose_nothing),
        cmocka_unit_test_setup_teardown(without_a_backend_a_new_screen_has_the_interview_still,
                                        fixture_begin, fixture_end),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
