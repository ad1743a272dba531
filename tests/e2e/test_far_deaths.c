/* SPDX-License-Identifier: Apache-2.0 */
/* The server's sshd is killed while an agent, whose telephone is at the other end of it, has
 * somebody on the line: the call goes on, the agent is told so, and comes back to it as it was. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/e2e/agent.h"
#include "tests/e2e/books.h"
#include "tests/e2e/far_server.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/strays.h"

static const struct poor_line_opts good = {0};

struct far_fixture {
    struct fixture f; /* first: cmocka's state is one */
    struct far_server *s;
};

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct far_fixture));
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    struct far_fixture *f = *state;
    f->f.t = term_close(f->f.t);
    f->s = far_server_free(f->s);
    f->f.w = world_free(f->f.w);
    free(f);
    return 0;
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

static const struct moment {
    char digit;
    const char *reached;
    void (*then)(struct term *t);
    const char *shown;
} moments[] = {
    {'2', "Ringing", NULL,  "Ringing"},
    {'0', "Talking", NULL,  "Talking"},
    {'0', "Talking", mutes, "MUTED"  },
    {'0', "Talking", holds, "ON HOLD"},
};
#define MOMENT_COUNT (sizeof moments / sizeof moments[0])

/* Every process of it, but the one that listens. */
static void kill_sshd(const struct far_server *s)
{
    pid_t pids[32];
    const size_t n = strays_list("sshd", pids, sizeof pids / sizeof pids[0]);
    assert_in_range(n, 2, sizeof pids / sizeof pids[0]);
    for (size_t i = 0; i < n; i++)
        if (pids[i] != proc_pid(s->sshd))
            (void)kill(pids[i], SIGKILL);
}

static void a_killed_sshd_leaves_each_call_as_it_was(void **state)
{
    struct far_fixture *f = *state;
    char digits[MOMENT_COUNT + 1] = {0};
    for (size_t i = 0; i < MOMENT_COUNT; i++)
        digits[i] = moments[i].digit;
    f->f.w =
        world_new_as(&(struct world_opts){.digits = digits, .tracing = true, .rings_long = true});
    f->s = far_server_new(f->f.w, &good);
    f->f.t = far_screen(f->s, "e2e", "15");
    struct term *t = f->f.t;
    far_sign_in(t);
    agent_goes_on_queue(t);
    for (size_t i = 0; i < MOMENT_COUNT; i++) {
        const struct moment *m = &moments[i];
        agent_accepts(t);
        assert_screen_shows(t, "Call +32 470");
        assert_screen_shows(t, "Phone ok");
        term_send_keys(t, "<Enter>");
        assert_screen_shows(t, m->reached);
        if (m->then)
            m->then(t);
        kill_sshd(f->s);
        assert_screen_shows(t, "Your call goes on.");
        assert_screen_drops(t, "Your call goes on.");
        assert_screen_shows(t, m->shown);
        agent_ends_call(t);
        assert_screen_shows(t, "5 ○ No Answer");
        term_send_keys(t, "5");
        assert_screen_shows(t, "✓ No Answer");
        term_send_keys(t, "<Enter>");
        assert_screen_shows(t, "The backend has it.");
        agent_ends_preview(t);
    }
    for (int person = 1; person <= (int)MOMENT_COUNT; person++) {
        assert_int_equal(books_count(f->f.w, "calls", person, "\"event\": \"dial\""), 1);
        assert_int_equal(books_count(f->f.w, "calls", person, "\"event\": \"end\""), 1);
        assert_books(f->f.w, "calls", person, "end", "by_agent");
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_killed_sshd_leaves_each_call_as_it_was, setup, teardown),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
