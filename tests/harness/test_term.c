/* SPDX-License-Identifier: Apache-2.0 */
/* The screen harness, tried on small programs that everybody has. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/golden.h"
#include "tests/harness/strays.h"
#include "tests/harness/term.h"
#include "tests/harness/tmpdir.h"

struct fixture {
    char *dir;
    struct term *t;
};

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){.dir = tmpdir_new()};
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    f->t = term_close(f->t);
    f->dir = tmpdir_free(f->dir);
    return strays_wait_none(NULL, TERM_DEADLINE_MS) ? 0 : -1;
}

static void run_sized(struct fixture *f, const char *script, int rows, int cols)
{
    f->t = term_start(&(struct term_opts){
        .spawn = {.argv = (const char *const[]){"bash", "-c", script, NULL}, .home = f->dir},
        .rows = rows,
        .cols = cols,
    });
}

static struct term *run(void **state, const char *script)
{
    struct fixture *f = *state;
    run_sized(f, script, 0, 0);
    return f->t;
}

static void text_is_read_by_row_and_column(void **state)
{
    struct term *t = run(state, "printf '\\033[2J\\033[3;5Hh\\303\\251llo \\346\\274\\242x'; read");
    assert_screen_shows(t, "héllo 漢x");
    assert_string_equal(term_row(t, 2), "    héllo 漢x");
    int row;
    int col;
    assert_true(term_find(t, "x", &row, &col));
    assert_int_equal(row, 2);
    assert_int_equal(col, 12); /* a wide character takes two columns */
    bool visible;
    term_cursor(t, &row, &col, &visible);
    assert_int_equal(row, 2);
    assert_int_equal(col, 13);
    assert_true(visible);
}

static void a_wait_ends_at_its_deadline_or_with_the_program(void **state)
{
    struct term *t = run(state, "echo here; read");
    assert_false(term_wait_text(t, "elsewhere", 50));
    assert_screen_shows(t, "here");
    term_send_keys(t, "<Enter>");
    assert_false(term_wait_text(t, "elsewhere", TERM_DEADLINE_MS));
    assert_term_exits(t, 0);
}

static void what_goes_is_waited_for(void **state)
{
    struct term *t = run(state, "echo going; read; clear; read");
    assert_screen_shows(t, "going");
    term_send_keys(t, "<Enter>");
    assert_screen_drops(t, "going");
}

static void exit_status_and_signal_are_told(void **state)
{
    struct fixture *f = *state;
    struct term *t = run(state, "exit 7");
    assert_term_exits(t, 7);
    f->t = term_close(t);
    t = run(state, "echo up; read");
    assert_screen_shows(t, "up");
    term_kill(t, SIGKILL);
    assert_term_exits(t, -SIGKILL);
}

static void a_program_that_does_not_exist_says_so(void **state)
{
    struct fixture *f = *state;
    f->t = term_start(&(struct term_opts){
        .spawn = {.argv = (const char *const[]){"/nowhere/pupitre", NULL}, .home = f->dir}
    });
    assert_screen_shows(f->t, "No such file");
    assert_term_exits(f->t, 127);
}

static void keys_arrive_as_terminfo_says(void **state)
{
    struct fixture *f = *state;
    /* keypad_xmit (smkx) puts cursor keys into application mode, as curses does. */
    run_sized(f,
              "stty raw -echo; tput smkx; printf ready; "
              "dd bs=1 count=29 status=none | od -An -c -w29; read",
              24, 132);
    assert_screen_shows(f->t, "ready");
    term_send_keys(f->t, "a<F1><Up><S-Tab><Backspace><C-c><M-x><Enter><Delete><F5>é<lt>b<Esc>");
    assert_screen_shows(f->t, "   a 033   O   P 033   O   A 033   [   Z 177 003 033   x  \\r"
                              " 033   [   3   ~ 033   [   1   5   ~ 303 251   <   b 033");
}

static void paste_is_bracketed_when_asked(void **state)
{
    struct term *t = run(state, "stty raw -echo; printf '\\033[?2004hready'; "
                                "dd bs=1 count=15 status=none | od -An -c -w32; read");
    assert_screen_shows(t, "ready");
    term_paste(t, "abc");
    assert_screen_shows(t, "033   [   2   0   0   ~   a   b   c 033   [   2   0   1   ~");
}

static void colours_and_attributes_are_told(void **state)
{
    struct term *t = run(state, "printf 'p\\033[1;31mb\\033[0;7;48;5;20mr\\033[0;4mu'; read");
    assert_screen_shows(t, "pbru");
    struct term_cell c;
    term_cell(t, 0, 0, &c);
    assert_true(c.fg == -1 && c.bg == -1 && !c.bold && !c.reverse);
    term_cell(t, 0, 1, &c);
    assert_true(c.bold && c.fg == 1);
    term_cell(t, 0, 2, &c);
    assert_true(c.reverse && c.bg == 20);
    term_cell(t, 0, 3, &c);
    assert_true(c.underline);
    char *picture = golden_picture(t, GOLDEN_ATTRIBUTES);
    assert_non_null(strstr(picture, "0: 1-1 bold fg=1, 2-2 reverse bg=20, 3-3 underline\n"));
    free(picture);
}

static void title_and_bell_are_told(void **state)
{
    struct term *t = run(state, "printf '\\033]0;Offer: dring\\007\\a\\a'; read; printf '\\a'; "
                                "printf '\\033]2;\\303\\251t\\303\\251\\033\\\\'; read");
    assert_true(term_wait_title(t, "Offer: dring", TERM_DEADLINE_MS));
    assert_true(term_wait_bells(t, 2, TERM_DEADLINE_MS));
    assert_int_equal(term_bells(t), 2);
    term_send_keys(t, "<Enter>");
    assert_true(term_wait_bells(t, 3, TERM_DEADLINE_MS));
    assert_true(term_wait_title(t, "été", TERM_DEADLINE_MS));
}

static void long_titles_are_cut_and_not_more(void **state)
{
    struct term *t = run(state, "printf '\\033]0;%0400d\\007done' 1; read");
    assert_screen_shows(t, "done");
    assert_true(strlen(term_title(t)) < 256);
}

static void queries_are_answered(void **state)
{
    struct term *t = run(state, "stty raw -echo; printf '\\033[5;9H\\033[6n'; "
                                "IFS= read -r -d R answer; printf '<%q>' \"$answer\"; read");
    assert_screen_shows(t, "[5;9");
}

static void size_is_told_and_changed(void **state)
{
    struct fixture *f = *state;
    run_sized(f, "trap 'stty size' WINCH; stty size; while :; do read -t 60; done", 43, 132);
    assert_screen_shows(f->t, "43 132");
    term_resize(f->t, 24, 80);
    assert_screen_shows(f->t, "24 80");
    assert_int_equal(term_cols(f->t), 80);
}

static void alternate_screen_and_raw_mode_are_seen(void **state)
{
    struct term *t = run(state, "echo before; stty raw -echo; tput smcup; echo inside; read -n1; "
                                "tput rmcup; stty sane; echo after; read");
    assert_screen_shows(t, "inside");
    assert_true(term_on_alternate_screen(t));
    assert_true(term_is_raw(t));
    term_send_keys(t, "x");
    assert_screen_shows(t, "after");
    assert_false(term_on_alternate_screen(t));
    assert_false(term_is_raw(t));
    assert_screen_shows(t, "before");
}

static void hang_up_ends_the_program(void **state)
{
    struct term *t = run(state, "echo up; read");
    assert_screen_shows(t, "up");
    term_hangup(t);
    int status;
    assert_true(term_wait_exit(t, &status, TERM_DEADLINE_MS));
    assert_string_equal(term_row(t, 0), "up");
}

static void surroundings_are_fixed(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(setenv("PUPITRE_SECRET_OF_THE_DEVELOPER", "x", 1), 0);
    struct term *t = run(
        state, "printf '%s/%s/%s/%s' \"$TERM\" \"$TZ\" \"$LC_ALL\" \"$LANGUAGE\";"
               "test \"$XDG_RUNTIME_DIR\" = \"$HOME/run\" && printf %s $(stat -c /%a $HOME/run);"
               "echo /$(env | grep -c DEVELOPER); read");
    assert_screen_shows(t, "xterm-256color/Europe/Brussels/C.UTF-8/en/700/0");
    f->t = term_close(t);

    const char *const env[] = {"LANGUAGE=fr", "TZ", NULL};
    f->t = term_start(&(struct term_opts){
        .spawn = {.argv =
                      (const char *const[]){"bash", "-c", "echo $LANGUAGE${TZ-none}; read", NULL},
                  .env = env,
                  .home = f->dir}
    });
    assert_screen_shows(f->t, "frnone");
}

static void a_secret_is_given_by_descriptor(void **state)
{
    struct fixture *f = *state;
    f->t = term_start(&(struct term_opts){
        .spawn = {.argv = (const char *const[]){"bash", "-c",
                                                "read -r a <&3; read -r b <&9; echo $a-$b-"
                                                "$(ls /proc/self/fd | wc -l); read",
                                                NULL},
                  .home = f->dir,
                  .inputs = {{3, "one\n"}, {9, "two\n"}}}
    });
    /* 0, 1, 2, the two inputs, and ls's own directory */
    assert_screen_shows(f->t, "one-two-6");
}

static void golden_diff_names_the_rows(void **state)
{
    (void)state;
    assert_null(golden_diff("a\nb\n", "a\nb\n"));
    char *diff = golden_diff("a\nb\nc\n", "a\nx\nc\nd\n");
    assert_string_equal(diff, "  1 - b\n    + x\n  3 - \n    + d\n");
    free(diff);
}

static void golden_file_is_compared(void **state)
{
    struct term *t = run(state, "printf 'Pupitre 12:34\\n\\033[1mok\\033[0m\\n'; read");
    assert_screen_shows(t, "ok");
    assert_golden_but(t, "harness", GOLDEN_ATTRIBUTES, "[0-9]+:[0-9]{2}");
}

#define screen_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        screen_test(text_is_read_by_row_and_column),
        screen_test(a_wait_ends_at_its_deadline_or_with_the_program),
        screen_test(what_goes_is_waited_for),
        screen_test(exit_status_and_signal_are_told),
        screen_test(a_program_that_does_not_exist_says_so),
        screen_test(keys_arrive_as_terminfo_says),
        screen_test(paste_is_bracketed_when_asked),
        screen_test(colours_and_attributes_are_told),
        screen_test(title_and_bell_are_told),
        screen_test(long_titles_are_cut_and_not_more),
        screen_test(queries_are_answered),
        screen_test(size_is_told_and_changed),
        screen_test(alternate_screen_and_raw_mode_are_seen),
        screen_test(hang_up_ends_the_program),
        screen_test(surroundings_are_fixed),
        screen_test(a_secret_is_given_by_descriptor),
        screen_test(golden_diff_names_the_rows),
        screen_test(golden_file_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
