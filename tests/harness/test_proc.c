/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/port.h"
#include "tests/harness/proc.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

enum {
    LONG_MS = 20000,
};

struct fixture {
    char *dir;
    char *log;
    struct proc *p;
};

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){.dir = tmpdir_new()};
    f.log = tmpdir_path(f.dir, "log");
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    f->p = proc_free(f->p);
    free(f->log);
    f->dir = tmpdir_free(f->dir);
    (void)strays_kill();
    return 0;
}

static struct proc *run(void **state, const char *script)
{
    struct fixture *f = *state;
    f->p = proc_start(
        &(struct spawn){
            .argv = (const char *const[]){"bash", "-c", script, NULL},
                .home = f->dir
    },
        f->log);
    return f->p;
}

static void a_marker_in_the_log_is_waited_for(void **state)
{
    struct proc *p = run(state, "echo starting; echo ready >&2; exec sleep 1000");
    assert_true(proc_wait_log(p, "ready", LONG_MS));
    assert_string_equal(proc_log(p), "starting\nready\n");
    assert_false(proc_wait_log(p, "never", 30));
    int status;
    assert_true(proc_stop(p, &status, LONG_MS));
    assert_int_equal(status, -SIGTERM);
}

static void waiting_ends_when_the_process_does(void **state)
{
    struct proc *p = run(state, "exit 3");
    assert_false(proc_wait_log(p, "ready", LONG_MS));
    int status;
    assert_true(proc_wait_exit(p, &status, LONG_MS));
    assert_int_equal(status, 3);
    assert_false(proc_is_alive(p));
}

static void a_file_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct proc *p = run(state, "echo 127.0.0.1:1 >$HOME/a.tmp; mv $HOME/a.tmp $HOME/address;"
                                "exec sleep 1000");
    char *path = tmpdir_path(f->dir, "address");
    assert_true(proc_wait_file(p, path, LONG_MS));
    char *text = tmpdir_read(path);
    assert_string_equal(text, "127.0.0.1:1\n");
    free(text);
    free(path);
}

static void one_that_ignores_sigterm_is_killed(void **state)
{
    struct proc *p =
        run(state, "trap '' TERM; echo ready; while :; do read -t 60 <>/dev/ptmx; done");
    assert_true(proc_wait_log(p, "ready", LONG_MS));
    int status;
    assert_false(proc_stop(p, &status, 50));
    assert_int_equal(status, -SIGKILL);
}

static void strays_of_another_session_are_found(void **state)
{
    struct fixture *f = *state;
    struct proc *p = run(state, "setsid bash -c 'echo ready; exec sleep 1000' & wait");
    assert_true(proc_wait_log(p, "ready", LONG_MS));
    f->p = proc_free(p);
    pid_t pid;
    assert_int_equal(strays_list(NULL, &pid, 1), 1);
    assert_false(strays_wait_none(NULL, 20));
    assert_int_equal(strays_kill(), 1);
    assert_true(strays_wait_none(NULL, 0));
}

static void a_command_gives_status_and_output(void **state)
{
    struct fixture *f = *state;
    char *output;
    const char *const argv[] = {"bash", "-c", "cat <&5; echo err >&2; exit 65", NULL};
    struct spawn how = {.argv = argv, .home = f->dir, .inputs = {{5, "in\n"}}};
    assert_int_equal(proc_run(&how, &output, LONG_MS), 65);
    assert_string_equal(output, "in\nerr\n");
    free(output);
    const char *const slow[] = {"sleep", "1000", NULL};
    assert_int_equal(proc_run(&(struct spawn){.argv = slow, .home = f->dir}, NULL, 20), -1000);
}

static void a_removed_directory_leaves_what_links_point_at(void **state)
{
    struct fixture *f = *state;
    char *other = tmpdir_new();
    char *kept = tmpdir_path(other, "kept");
    char *link = tmpdir_path(f->dir, "link");
    char *deep = tmpdir_path(f->dir, "deep");
    tmpdir_write(kept, "x");
    assert_int_equal(symlink(other, link), 0);
    assert_int_equal(mkdir(deep, 0700), 0);
    f->dir = tmpdir_free(f->dir);
    assert_int_not_equal(access(deep, F_OK), 0);
    assert_int_equal(access(kept, F_OK), 0);
    free(kept);
    free(link);
    free(deep);
    (void)tmpdir_free(other);
}

static void free_ports_are_even_and_below_the_ephemeral_ones(void **state)
{
    (void)state;
    int port = port_free(4);
    assert_in_range(port, 10240, 32000);
    assert_int_equal(port % 2, 0);
}

/* Nobody listens there yet: who asks next gets another one all the same. */
static void a_free_port_is_given_once(void **state)
{
    enum { MANY = 200 };
    (void)state;
    int ports[MANY];
    for (int i = 0; i < MANY; i++) {
        ports[i] = port_free(1);
        for (int k = 0; k < i; k++)
            assert_int_not_equal(ports[i], ports[k]);
    }
}

#define proc_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        proc_test(a_marker_in_the_log_is_waited_for),
        proc_test(waiting_ends_when_the_process_does),
        proc_test(a_file_is_waited_for),
        proc_test(one_that_ignores_sigterm_is_killed),
        proc_test(strays_of_another_session_are_found),
        proc_test(a_command_gives_status_and_output),
        proc_test(a_removed_directory_leaves_what_links_point_at),
        proc_test(free_ports_are_even_and_below_the_ephemeral_ones),
        proc_test(a_free_port_is_given_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
