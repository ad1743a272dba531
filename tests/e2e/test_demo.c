/* SPDX-License-Identifier: Apache-2.0 */
/* `./dev demo` from start to end, with stand-ins for the programs that it starts: whichever way it
 * is left, nothing runs on and nothing remains but the logs. */
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

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/harness/proc.h"
#include "tests/harness/strays.h"
#include "tests/harness/term.h"
#include "tests/harness/tmpdir.h"

enum {
    LONG_MS = 30000,
};

/* The screen shows what it was given; like the real one it starts a desk (here: tail) in a session
 * of its own, whose environment cannot be read and which does not go by itself. "q" ends it. It
 * reads a second at a time: a signal between two looks of bash would otherwise wait for a key. */
static const char SCREEN[] =
    "#!/bin/bash\n"
    "read -r password <&3\n"
    "setsid env -i bash -c 'exec -a \"pupitre-desk --instance $0\" tail -f /dev/null' \"$4\" &\n"
    "until [[ $(</proc/$!/comm) == tail ]]; do :; done\n"
    "trap 'stty sane; echo screen ends; exit 0' TERM HUP\n"
    "stty raw -echo\n"
    "printf 'screen of %s at %s, ' \"$4\" \"$2\"\n"
    "[[ -n $password ]] && printf 'password read'\n"
    "printf '\\r\\n'\n"
    "while IFS= read -rn1 -t 1 key; [[ $key != q ]]; do [[ $key == x ]] && exit 9; done\n"
    "stty sane\n";

static const char BACKEND[] = "#!/bin/bash\n"
                              "trap '' HUP INT\n"
                              "echo 127.0.0.1:4242 >\"$2/address\"\n"
                              "while :; do sleep 1000 & wait $!; done\n";

static const char ADMIN[] = "#!/bin/bash\n"
                            "echo \"$3 $4\" >>\"$2/done\"\n"
                            "[[ $3 != import ]] || wc -l <\"$4\"\n"
                            "[[ $3 != import || ! -e $HOME/import-fails ]] || "
                            "{ echo 'row 3: niss'; exit 65; }\n";

struct fixture {
    char *dir;
    char *build;
    char *tmp;
    struct term *t;
};

static char *under(const char *dir, const char *name)
{
    char *path = tmpdir_path(dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static void stand_in(const char *dir, const char *name, const char *script)
{
    CLEANUP_FREE char *path = tmpdir_path(dir, name);
    tmpdir_write(path, script);
    assert_int_equal(chmod(path, 0700), 0);
}

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){.dir = tmpdir_new()};
    f.tmp = under(f.dir, "tmp");
    f.build = under(f.dir, "build");
    CLEANUP_FREE char *net = under(f.build, "net");
    CLEANUP_FREE char *ctl = under(net, "ctl");
    CLEANUP_FREE char *server = under(net, "server");
    CLEANUP_FREE char *tui = under(f.build, "tui");
    stand_in(ctl, "pupitrectl", ADMIN);
    stand_in(server, "pupitred", BACKEND);
    stand_in(tui, "pupitre", SCREEN);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    f->t = term_close(f->t);
    (void)strays_kill();
    free(f->build);
    free(f->tmp);
    f->dir = tmpdir_free(f->dir);
    return 0;
}

static struct term *demo_start_from(struct fixture *f, const char *build_root)
{
    CLEANUP_BUF struct buf build = {0};
    CLEANUP_BUF struct buf tmp = {0};
    buf_printf(&build, "PUPITRE_BUILD_ROOT=%s", build_root);
    buf_printf(&tmp, "TMPDIR=%s", f->tmp);
    const char *const env[] = {buf_text(&build), buf_text(&tmp), NULL};
    return term_start(&(struct term_opts){
        .spawn = {.argv = (const char *const[]){DEV, "demo", "--no-install", NULL},
                  .env = env,
                  .home = f->dir}
    });
}

static struct term *demo_start(struct fixture *f)
{
    return demo_start_from(f, f->build);
}

/* One directory of logs is left, and no process. */
static void assert_nothing_remains(struct fixture *f)
{
    assert_true(strays_wait_none(NULL, LONG_MS));
    CLEANUP_FREE char *left = NULL;
    const char *const argv[] = {"bash", "-c", "cd \"$0\" && ls -A | sed 's/-......\\./-X./'",
                                f->tmp, NULL};
    assert_int_equal(proc_run(&(struct spawn){.argv = argv, .home = f->dir}, &left, LONG_MS), 0);
    assert_string_equal(left, "pupitre-demo-X.log\n");
}

static void the_screen_is_opened_with_people_and_password(void **state)
{
    struct fixture *f = *state;
    f->t = demo_start(f);
    assert_screen_shows(f->t, "screen of demo-");
    assert_screen_shows(f->t, "at http://127.0.0.1:4242, password read");
    assert_int_equal(strays_list("sipp", NULL, 0), 1);
    assert_int_equal(strays_list("tail", NULL, 0), 1);
    term_send_keys(f->t, "q");
    assert_screen_shows(f->t, "Its logs are in");
    assert_term_exits(f->t, 0);
    assert_false(term_is_raw(f->t));
    assert_nothing_remains(f);
    const char *const argv[] = {"bash", "-c", "cat \"$0\"/*.log/setup.log", f->tmp, NULL};
    CLEANUP_FREE char *log = NULL;
    assert_int_equal(proc_run(&(struct spawn){.argv = argv, .home = f->dir}, &log, LONG_MS), 0);
    /* The person who answers first and 199 others, each with a header. */
    assert_non_null(strstr(log, "2\n200\n"));
}

static void the_status_of_the_screen_is_that_of_the_demo(void **state)
{
    struct fixture *f = *state;
    f->t = demo_start(f);
    assert_screen_shows(f->t, "password read");
    term_send_keys(f->t, "x");
    assert_term_exits(f->t, 9);
    assert_nothing_remains(f);
}

static void assert_signal_ends_it(void **state, int signal)
{
    struct fixture *f = *state;
    f->t = demo_start(f);
    assert_screen_shows(f->t, "password read");
    term_kill(f->t, signal);
    assert_screen_shows(f->t, "screen ends");
    assert_term_exits(f->t, 128 + signal);
    assert_nothing_remains(f);
}

static void kill_ends_it(void **state)
{
    assert_signal_ends_it(state, SIGTERM);
}

static void interrupt_ends_it(void **state)
{
    assert_signal_ends_it(state, SIGINT);
}

static void hang_up_signal_ends_it(void **state)
{
    assert_signal_ends_it(state, SIGHUP);
}

static void a_closed_terminal_ends_it(void **state)
{
    struct fixture *f = *state;
    f->t = demo_start(f);
    assert_screen_shows(f->t, "password read");
    term_hangup(f->t);
    int status;
    assert_true(term_wait_exit(f->t, &status, LONG_MS));
    assert_nothing_remains(f);
}

static void ctrl_c_during_preparation_ends_it(void **state)
{
    struct fixture *f = *state;
    f->t = demo_start(f);
    assert_screen_shows(f->t, "Making a database");
    term_send_keys(f->t, "<C-c>");
    assert_term_exits(f->t, 130);
    assert_nothing_remains(f);
}

static void a_killed_screen_leaves_a_usable_terminal(void **state)
{
    struct fixture *f = *state;
    f->t = demo_start(f);
    assert_screen_shows(f->t, "password read");
    assert_true(term_is_raw(f->t));
    pid_t pids[64];
    size_t n = strays_list("pupitre", pids, 64);
    assert_int_equal(n, 1);
    assert_int_equal(kill(pids[0], SIGKILL), 0);
    assert_term_exits(f->t, 137);
    assert_false(term_is_raw(f->t));
    assert_nothing_remains(f);
}

static void a_failed_import_is_told(void **state)
{
    struct fixture *f = *state;
    CLEANUP_FREE char *flag = tmpdir_path(f->dir, "import-fails");
    tmpdir_write(flag, "yes");
    f->t = demo_start(f);
    assert_screen_shows(f->t, "row 3: niss");
    assert_term_exits(f->t, 1);
    assert_nothing_remains(f);
}

static void two_demos_run_at_once(void **state)
{
    struct fixture *f = *state;
    f->t = demo_start(f);
    struct term *other = demo_start(f);
    assert_screen_shows(f->t, "password read");
    assert_screen_shows(other, "password read");
    assert_int_equal(strays_list("sipp", NULL, 0), 2);
    term_send_keys(f->t, "q");
    assert_term_exits(f->t, 0);
    assert_int_equal(strays_list("tail", NULL, 0), 1);
    assert_int_equal(strays_list("sipp", NULL, 0), 1);
    term_send_keys(other, "q");
    assert_term_exits(other, 0);
    (void)term_close(other);
    assert_true(strays_wait_none(NULL, LONG_MS));
}

/* The same with the real programs: somebody is called, and the script is killed meanwhile. */
static void the_real_programs_work_and_all_go(void **state)
{
    struct fixture *f = *state;
    f->t = demo_start_from(f, BUILD_ROOT);
    assert_screen_shows(f->t, "OFF QUEUE");
    assert_screen_shows(f->t, "Demo Agent");
    assert_screen_shows(f->t, "Phone ok");
    term_send_keys(f->t, "<F4>");
    assert_screen_shows(f->t, "SOMEBODY TO CALL");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Call +32 470");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "Ticket DEMO-");
    assert_true(strays_list("baresip", NULL, 0) > 0);
    term_kill(f->t, SIGTERM);
    assert_term_exits(f->t, 128 + SIGTERM);
    assert_false(term_on_alternate_screen(f->t));
    assert_false(term_is_raw(f->t));
    assert_nothing_remains(f);
}

static void the_real_screen_is_left_by_signing_out(void **state)
{
    struct fixture *f = *state;
    f->t = demo_start_from(f, BUILD_ROOT);
    assert_screen_shows(f->t, "OFF QUEUE");
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "Sign out?");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "Sign in to your workstation");
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "Its logs are in");
    assert_term_exits(f->t, 0);
    assert_nothing_remains(f);
}

static void without_a_terminal_it_says_so(void **state)
{
    struct fixture *f = *state;
    CLEANUP_BUF struct buf build = {0};
    buf_printf(&build, "PUPITRE_BUILD_ROOT=%s", f->build);
    const char *const env[] = {buf_text(&build), NULL};
    const char *const argv[] = {DEV, "demo", "--no-install", NULL};
    CLEANUP_FREE char *told = NULL;
    struct spawn how = {.argv = argv, .env = env, .home = f->dir};
    assert_int_equal(proc_run(&how, &told, LONG_MS), 1);
    assert_non_null(strstr(told, "needs a terminal"));
}

#define demo_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        demo_test(the_screen_is_opened_with_people_and_password),
        demo_test(the_status_of_the_screen_is_that_of_the_demo),
        demo_test(kill_ends_it),
        demo_test(interrupt_ends_it),
        demo_test(hang_up_signal_ends_it),
        demo_test(a_closed_terminal_ends_it),
        demo_test(ctrl_c_during_preparation_ends_it),
        demo_test(a_killed_screen_leaves_a_usable_terminal),
        demo_test(a_failed_import_is_told),
        demo_test(two_demos_run_at_once),
        demo_test(the_real_programs_work_and_all_go),
        demo_test(the_real_screen_is_left_by_signing_out),
        demo_test(without_a_terminal_it_says_so),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
