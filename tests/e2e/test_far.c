/* SPDX-License-Identifier: Apache-2.0 */
/* An agent on a server, with the telephone on the own PC: over a real sshd and a poor line. */
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
#include "tests/e2e/far_server.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

static const struct poor_line_opts good = {0};
static const struct poor_line_opts poor = {.delay_ms = 300, .bits_per_s = 64000};

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
    f->f.other = term_close(f->f.other);
    f->s = far_server_free(f->s);
    f->f.w = world_free(f->f.w);
    free(f);
    return 0;
}

/* The agent has typed the one command, and signed in. */
static struct far_fixture *far_with(void **state, const char *digits,
                                    const struct poor_line_opts *line, const char *silence_s)
{
    struct far_fixture *f = *state;
    f->f.w = world_new(digits);
    f->s = far_server_new(f->f.w, line);
    f->f.t = far_screen(f->s, "e2e", silence_s);
    far_sign_in(f->f.t);
    return f;
}

static void one_command_brings_the_telephone_along(void **state)
{
    struct far_fixture *f = far_with(state, "0", &good, "15");
    struct term *t = f->f.t;
    agent_calls(t, "Talking");
    assert_int_equal(far_folders(f->s), 1);
    agent_interviews(t);
    agent_ends_call(t);
    agent_closes(t, "Closed with data");
    assert_exported(f->f.w, "answers", ",completed,");
    assert_exported(f->f.w, "calls", ",end,by_agent,");
    agent_ends_preview(t);
    term_send_keys(t, "<C-q>");
    assert_screen_shows(t, "Sign out?");
    term_send_keys(t, "1");
    assert_screen_shows(t, "Password");
    /* The same desk takes the next one. */
    far_sign_in_again(t);
    assert_screen_shows(t, "Phone ok");
}

#define far_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        far_test(one_command_brings_the_telephone_along),
    };
    (void)poor;
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
