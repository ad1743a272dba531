/* SPDX-License-Identifier: Apache-2.0 */
/* The desk and baresip are killed in every state that a person can be in; then the headset goes.
 * The call is over, of course: the person's telephone is told, the screen says so, the books have
 * it once, nobody is called a second time by itself, and the agent goes on with the telephone that
 * comes back. */
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
#include "tests/e2e/books.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/deadline.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

static pid_t the_one(const char *program)
{
    pid_t pid = 0;
    int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    while (strays_list(program, &pid, 1) != 1)
        if (deadline_left(until) == 0)
            fail_msg("not one %s", program);
    return pid;
}

/* kill -9, and another one is there. */
static void dies(struct fixture *f, const char *program)
{
    pid_t old = the_one(program);
    int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    kill(old, SIGKILL);
    pid_t now = old;
    while (now == old || now == 0) {
        now = 0;
        (void)strays_list(program, &now, 1);
        (void)term_wait_quiet(f->t, 100, 100);
        if (deadline_left(until) == 0)
            fail_msg("%s did not come back", program);
    }
}

static void calls_until(struct term *t, const char *shown)
{
    assert_screen_shows(t, "Call +32 470");
    assert_screen_shows(t, "Phone ok");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, shown);
}

static void holds(struct term *t)
{
    assert_screen_shows(t, "Talking");
    term_send_keys(t, "<F7>");
    assert_screen_shows(t, "ON HOLD");
}

static void mutes(struct term *t)
{
    term_send_keys(t, "<F6>");
    assert_screen_shows(t, "MUTED");
}

/* Which citizens are called, and how far the call is when the program dies. */
static const struct state {
    char digit;
    bool silent; /* the gateway answers nothing at all */
    const char *shown;
    void (*then)(struct term *t);
    const char *attempts;
} states[] = {
    {'0', true,  "Dialling",             NULL,  "0"},
    {'2', false, "Ringing",              NULL,  "1"},
    {'0', false, "Talking",              NULL,  "1"},
    {'0', false, "Talking",              mutes, "1"},
    {'0', false, "Talking",              holds, "1"},
    {'7', false, "They put you on hold", NULL,  "1"},
};
#define STATE_COUNT (sizeof states / sizeof states[0])

static void gateway(int sig)
{
    kill(the_one("sipp"), sig);
}

/* The agent is told, and the code that is chosen is taken. */
static void closes(struct fixture *f, const char *why)
{
    assert_screen_shows(f->t, why);
    assert_screen_shows(f->t, "choose a code first");
    term_send_keys(f->t, "5");
    assert_screen_shows(f->t, "✓ No Answer");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "The backend has it.");
    agent_ends_preview(f->t);
}

/* How many calls the citizens were told that they are over: BYE, or CANCEL before the answer. */
static size_t calls_told(struct world *w)
{
    enum { MANY = 32, ID_SIZE = 128 };
    char ids[MANY][ID_SIZE];
    size_t n = 0;
    CLEANUP_FREE char *path = tmpdir_path(w->logs, "citizens_messages");
    CLEANUP_FREE char *messages = tmpdir_read(path);
    for (const char *at = messages; at && (at = strchr(at, '\n')); at++) {
        if (strncmp(at, "\nBYE ", 5) != 0 && strncmp(at, "\nCANCEL ", 8) != 0)
            continue;
        char id[ID_SIZE] = "";
        const char *field = strstr(at, "\nCall-ID:");
        if (!field || sscanf(field, "\nCall-ID: %127s", id) != 1)
            continue;
        size_t i = 0;
        while (i < n && strcmp(ids[i], id) != 0)
            i++;
        if (i == n && n < MANY)
            memcpy(ids[n++], id, sizeof id);
    }
    return n;
}

static void assert_told(struct fixture *f, size_t calls)
{
    int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    while (calls_told(f->w) < calls) {
        (void)term_wait_quiet(f->t, 100, 100);
        if (deadline_left(until) == 0)
            fail_msg("%zu of %zu persons were told", calls_told(f->w), calls);
    }
    assert_int_equal(calls_told(f->w), calls);
}

static void dies_in_every_state(struct fixture *f, const char *program)
{
    char digits[STATE_COUNT + 1] = {0};
    for (size_t i = 0; i < STATE_COUNT; i++)
        digits[i] = states[i].digit;
    f->w = world_new_as(&(struct world_opts){.digits = digits, .tracing = true, .messages = true});
    f->t = world_screen(f->w, "en", 24, 80);
    agent_goes_on_queue(f->t);
    dies(f, program);
    assert_screen_shows(f->t, "SOMEBODY TO CALL");
    dies(f, program);
    for (size_t i = 0; i < STATE_COUNT; i++) {
        agent_accepts(f->t);
        if (i == 0)
            dies(f, program); /* in the preview */
        if (states[i].silent)
            gateway(SIGSTOP);
        calls_until(f->t, states[i].shown);
        if (states[i].then)
            states[i].then(f->t);
        dies(f, program);
        if (states[i].silent)
            gateway(SIGCONT);
        if (i == 0)
            dies(f, program);                       /* once more, in after-call work */
        closes(f, "The telephone program stopped"); /* no code is guessed */
        assert_told(f, i + 1);
    }
    assert_screen_shows(f->t, "Waiting…");
    assert_screen_shows(f->t, "Phone ok");
    for (size_t i = 0; i < STATE_COUNT; i++) {
        int person = (int)i + 1;
        assert_int_equal(books_count(f->w, "calls", person, "\"event\": \"dial\""), 1);
        assert_int_equal(books_count(f->w, "calls", person, "\"event\": \"end\""), 1);
        assert_books(f->w, "calls", person, "end", "phone_lost");
        assert_books(f->w, "people", person, "state", "resting");
        assert_books(f->w, "people", person, "attempts", states[i].attempts);
    }
}

static void the_desk_dies_in_every_state(void **state)
{
    dies_in_every_state(*state, "pupitre-desk");
}

static void baresip_dies_in_every_state(void **state)
{
    dies_in_every_state(*state, "baresip");
}

/* Nothing is heard of the other side any more: the ring limit passes (six seconds here), and it is
 * said whether anybody's telephone rang. */
static void the_other_side_dies_before_it_answers(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "22", .tracing = true});
    f->t = world_screen(f->w, "en", 24, 80);
    agent_goes_on_queue(f->t);
    for (int person = 1; person <= 2; person++) {
        const bool rings = person == 2;
        agent_accepts(f->t);
        if (!rings)
            gateway(SIGSTOP);
        calls_until(f->t, rings ? "Ringing" : "Dialling");
        if (rings)
            gateway(SIGSTOP);
        assert_screen_shows(f->t, rings ? "Nobody answered" : "The line failed");
        gateway(SIGCONT);
        closes(f, rings ? "Nobody answered" : "The line failed");
        assert_books(f->w, "calls", person, "end", rings ? "no_answer" : "failed");
        assert_books(f->w, "people", person, "attempts", rings ? "1" : "0");
        assert_int_equal(books_count(f->w, "calls", person, "\"event\": \"dial\""), 1);
    }
}

static void without_a_headset_nobody_is_called(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "11", .headset = true});
    f->t = world_screen(f->w, "en", 24, 80);
    assert_screen_shows(f->t, "Phone: no sound");
    assert_screen_shows(f->t, "No sound device: plug in the headset");
    assert_screen_shows(f->t, "Backend ok");
    term_send_keys(f->t, "<F4>");
    assert_screen_shows(f->t, "There is no sound device. Plug in the headset.");
    world_headset(f->w, true);
    agent_goes_on_queue(f->t);

    /* Unplugged without a word: the call does not begin, and is no attempt. */
    agent_accepts(f->t);
    world_headset(f->w, false);
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "There is no sound device");
    assert_screen_shows(f->t, "choose a code first");
    term_send_keys(f->t, "2<Enter>");
    assert_screen_shows(f->t, "The backend has it.");
    assert_books(f->w, "calls", 1, "end", "no_sound");
    assert_books(f->w, "people", 1, "attempts", "0");
    agent_ends_preview(f->t);
    agent_accepts(f->t);
    assert_screen_shows(f->t, "waits for the telephone");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "There is no sound device. Plug in the headset.");
    /* The test service's preview lasts three seconds: they pass, and nobody is called. */
    assert_false(term_wait_text(f->t, "The number is busy", 4000));
    assert_screen_shows(f->t, "waits for the telephone");
    assert_int_equal(books_count(f->w, "calls", 2, "\"event\": \"dial\""), 0);

    world_headset(f->w, true);
    assert_screen_shows(f->t, "Phone ok");
    assert_screen_shows(f->t, "The number is busy"); /* by itself, after a moment */
}

#define lives(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        lives(the_desk_dies_in_every_state),
        lives(baresip_dies_in_every_state),
        lives(the_other_side_dies_before_it_answers),
        lives(without_a_headset_nobody_is_called),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
