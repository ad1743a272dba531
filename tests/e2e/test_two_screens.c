/* SPDX-License-Identifier: Apache-2.0 */
/* Two agents of one machine; and one agent who signs in a second time: the new screen takes over,
 * the first is locked and told, and may take it back. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/books.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/deadline.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

static void assert_exists(const char *dir, const char *name)
{
    CLEANUP_FREE char *path = tmpdir_path(dir, name);
    if (access(path, F_OK) != 0)
        fail_msg("there is no %s", name);
}

/* --- two agents --- */

static void calls_and_talks(struct term *t)
{
    agent_accepts(t);
    assert_screen_shows(t, "Call +32 470");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "Talking");
}

static void two_agents_of_one_machine_call_at_the_same_time(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "00", .tracing = true});
    world_agent_add(f->w, "second");
    f->t = world_screen(f->w, "en", 24, 80);
    f->other = world_screen_of(f->w, "e2e-2", "second");
    agent_goes_on_queue(f->t);
    calls_and_talks(f->t);
    agent_goes_on_queue(f->other);
    calls_and_talks(f->other);

    /* Each has a telephone, a socket, a journal of its own; two people are called. */
    assert_int_equal(strays_list("pupitre-desk", NULL, 0), 2);
    assert_int_equal(strays_list("baresip", NULL, 0), 2);
    assert_exists(f->w->dir, "run/pupitre/e2e/desk.sock");
    assert_exists(f->w->dir, "run/pupitre/e2e-2/desk.sock");
    assert_screen_shows(f->t, "+32 470 00 00 00");
    assert_screen_shows(f->other, "+32 470 00 00 10");
    agent_interviews(f->t);
    assert_screen_shows(f->other, "la bonne personne"); /* untouched */
    term_send_keys(f->other, "y");
    assert_screen_shows(f->other, "Quels symptômes");
    assert_screen_shows(f->other, "fr  saved");
    agent_ends_call(f->t);
    assert_screen_shows(f->other, "Talking");
    agent_closes(f->t, "Closed with data");
    agent_ends_call(f->other);
    agent_closes(f->other, "Closed without data");
    assert_books(f->w, "calls", 1, "agent", "demo");
    assert_books(f->w, "calls", 2, "agent", "second");
    assert_books(f->w, "people", 1, "state", "closed");
    assert_books(f->w, "people", 2, "state", "closed");
}

/* The desk belongs to whoever is signed in there; a second screen of it is the same agent's. */
static void the_same_workstation_started_twice_says_so(void **state)
{
    struct fixture *f = *state;
    f->w = world_new("0");
    world_agent_add(f->w, "second");
    f->t = world_screen(f->w, "en", 24, 80);
    agent_calls(f->t, "Talking");
    f->other = world_screen_of(f->w, "e2e", "second");
    /* The call goes on here, and for the agent who is signed in. */
    assert_screen_shows(f->other, "Talking");
    assert_screen_shows(f->other, "Somebody else is signed in here");
    assert_screen_shows(f->t, "This screen is locked");
    assert_screen_shows(f->t, "This workstation was opened in another terminal");
    assert_int_equal(strays_list("baresip", NULL, 0), 1);
    agent_ends_call(f->other);
    agent_closes(f->other, "Voicemail");
    assert_books(f->w, "calls", 1, "agent", "demo");
    assert_books(f->w, "calls", 1, "end", "by_agent");
}

/* --- a second login --- */

static void on_queue(struct term *t)
{
    agent_goes_on_queue(t);
    assert_screen_shows(t, "SOMEBODY TO CALL");
}

static void in_preview(struct term *t)
{
    agent_goes_on_queue(t);
    agent_accepts(t);
}

static void talking(struct term *t)
{
    in_preview(t);
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "la bonne personne");
    term_send_keys(t, "y");
    assert_screen_shows(t, "Quels symptômes");
    assert_screen_shows(t, "fr  saved");
}

static void in_after_call_work(struct term *t)
{
    in_preview(t);
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "The number is busy");
}

/* What the agent was at, and what the new screen shows of it. */
static const struct takeover {
    char digit;
    void (*at)(struct term *t);
    const char *shown;
    const char *code; /* the key of the code to choose; NULL = the person went back */
    const char *end;  /* of the call; NULL = none was made */
} takeovers[] = {
    {'0', on_queue,           "OFF QUEUE",                     NULL, NULL        },
    {'0', in_preview,         "OFF QUEUE",                     NULL, NULL        },
    {'0', talking,            "The telephone program stopped", "5",  "phone_lost"},
    {'1', in_after_call_work, "The number is busy",            "2",  "busy"      },
};

/* The first PC's desk hangs up and goes: its telephone is no more. */
static void the_first_telephone_goes(void)
{
    int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    while (strays_list("baresip", NULL, 0) != 1 || strays_list("pupitre-desk", NULL, 0) != 1) {
        (void)poll(NULL, 0, 50);
        if (deadline_left(until) == 0)
            fail_msg("the first PC's telephone stays");
    }
}

static void finishes(struct fixture *f, struct term *t, const struct takeover *k)
{
    if (!k->code) {
        assert_int_equal(books_count(f->w, "calls", 1, "\"event\": \"dial\""), 0);
        return;
    }
    assert_screen_shows(t, "After-call work");
    assert_screen_shows(t, "8 ○ Voicemail"); /* the codes are loaded */
    term_send_keys(t, k->code);
    assert_screen_shows(t, "✓ ");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "The backend has it.");
    agent_ends_preview(t);
}

static void a_second_login_takes_over_in_every_state(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof takeovers / sizeof takeovers[0]; i++) {
        const struct takeover *k = &takeovers[i];
        char digits[] = {k->digit, '\0'};
        f->w = world_new_as(&(struct world_opts){.digits = digits, .tracing = true});
        f->t = world_screen(f->w, "en", 24, 80);
        k->at(f->t);
        f->other = world_screen_of(f->w, "e2e-2", WORLD_LOGIN);
        assert_screen_shows(f->t, "This screen is locked");
        assert_screen_shows(f->t, "You have signed in elsewhere");
        assert_screen_shows(f->other, k->shown);
        if (k->at == talking)
            the_first_telephone_goes();
        finishes(f, f->other, k);

        /* The first PC again: it takes back, the person is nobody's or done. */
        term_send_keys(f->t, "<C-q>");
        assert_term_exits(f->t, 0);
        f->t = term_close(f->t);
        f->t = world_screen(f->w, "en", 24, 80);
        assert_screen_shows(f->t, "OFF QUEUE");
        assert_screen_shows(f->other, "This screen is locked");
        if (k->end) {
            assert_books(f->w, "calls", 1, "end", k->end);
            assert_int_equal(books_count(f->w, "calls", 1, "\"event\": \"dial\""), 1);
            assert_books(f->w, "people", 1, "state", "resting");
        } else {
            agent_goes_on_queue(f->t);
            agent_accepts(f->t); /* the same person, who was called by nobody */
            assert_screen_shows(f->t, "Attempts so far     0");
        }
        f->other = term_close(f->other);
        f->t = term_close(f->t);
        f->w = world_free(f->w);
    }
}

/* --- two PCs, each with a journal --- */

static void kill_with_its_desk(struct term *t)
{
    pid_t desk = 0;
    assert_int_equal(strays_list("pupitre-desk", &desk, 1), 1);
    assert_int_equal(kill(desk, SIGKILL), 0);
    term_kill(t, SIGKILL);
    assert_term_exits(t, -SIGKILL);
}

static void see_script_after_call(struct term *t)
{
    assert_screen_shows(t, "8 ○ Voicemail"); /* the codes are loaded */
    term_send_keys(t, "<C-t>");
    assert_screen_shows(t, "A short call");
}

/* What the first PC could not send is older than what was said at the second one since. When it
 * comes back it overwrites nothing, shows what counts, and is kept as a late draft. */
static void an_older_journal_of_another_pc_overwrites_nothing(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "0", .tracing = true, .link = true});
    f->t = world_screen(f->w, "en", 24, 80);
    talking(f->t);
    relay_set(f->w->link, RELAY_CLOSED);
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "Depuis quel jour");
    assert_screen_shows(f->t, "fr  kept on this PC");
    kill_with_its_desk(f->t);
    f->t = term_close(f->t);
    relay_set(f->w->link, RELAY_OPEN);

    f->other = world_screen_of(f->w, "e2e-2", WORLD_LOGIN);
    see_script_after_call(f->other);
    assert_screen_shows(f->other, "Quels symptômes");
    term_send_keys(f->other, "1");
    assert_screen_shows(f->other, "autre chose");
    assert_screen_shows(f->other, "fr  saved");
    assert_exported(f->w, "answers", "\"\"none\"\"");

    f->t = world_screen(f->w, "en", 24, 80);
    assert_screen_shows(f->other, "This screen is locked");
    see_script_after_call(f->t);
    assert_screen_shows(f->t, "autre chose");
    term_send_keys(f->t, "<S-Tab>");
    assert_screen_shows(f->t, "1 ● Aucun symptôme");
    assert_exported(f->w, "late-drafts", "\"\"fever\"\"");
    assert_exported(f->w, "answers", "\"\"none\"\"");
    CLEANUP_FREE char *answers = world_export(f->w, "answers");
    assert_null(strstr(answers, "fever"));
}

#define two_test(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        two_test(two_agents_of_one_machine_call_at_the_same_time),
        two_test(the_same_workstation_started_twice_says_so),
        two_test(a_second_login_takes_over_in_every_state),
        two_test(an_older_journal_of_another_pc_overwrites_nothing),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
