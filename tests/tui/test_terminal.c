/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal itself: kinds of it, too small ones, those that stop reading or go away, shells, and
 * every way out. */

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
#include "tests/harness/golden.h"
#include "tests/harness/strays.h"
#include "tests/tui/screen.h"

static void start(struct screen *s, const char *view, const char *marker)
{
    screen_start(s, view, 24, 80, NULL);
    assert_screen_shows(s->term, marker);
}

static void press(struct screen *s, const char *keys, const char *command)
{
    term_send_keys(s->term, keys);
    assert_command(s, command);
}

static bool raw_has(struct term *t, const char *bytes)
{
    size_t len;
    const char *raw = term_raw(t, &len);
    return memmem(raw, len, bytes, strlen(bytes)) != NULL;
}

/* The last of the two that was sent. */
static bool last_is(struct term *t, const char *wanted, const char *other)
{
    size_t len;
    const char *raw = term_raw(t, &len), *last = NULL;
    for (const char *p = raw; (p = memmem(p, len - (size_t)(p - raw), "\033[", 2)) != NULL; p++)
        if (strncmp(p, wanted, strlen(wanted)) == 0 || strncmp(p, other, strlen(other)) == 0)
            last = p;
    return last && strncmp(last, wanted, strlen(wanted)) == 0;
}

#define assert_given_back(t) assert_given_back_(t, __FILE__, __LINE__)
static void assert_given_back_(struct term *t, const char *file, int line)
{
    int row, col;
    bool visible;
    term_cursor(t, &row, &col, &visible);
    const struct {
        const char *what;
        bool is;
    } claims[] = {
        {"the first screen",     !term_on_alternate_screen(t)},
        {                 "modes",       !term_is_raw(t)                            },
        {          "cursor",                      visible                              },
        { "no bracketed paste",        last_is(t,                                    "\033[?2004l", "\033[?2004h")},
        {                               "ordinary cursor keys",            last_is(t,                             "\033[?1l", "\033[?1h")},
        {                 "title",             last_is(t,                 "\033[23;2t", "\033[22;2t")},
        {    "nothing left to read", strstr(term_text(t),          "Lucas") == NULL},
    };
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        if (claims[i].is)
            continue;
        print_error("not given back: %s\n", claims[i].what);
        _fail(file, line);
    }
}

/* Ctrl-L and F6, say, while nobody reads the terminal. */
static void type_unread(struct term *t, const char *bytes)
{
    term_send_bytes(t, bytes, strlen(bytes));
}

/* --- ways out --- */

static void a_terminated_program_gives_the_terminal_back(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Question 1 of 2");
    term_send_keys(s.term, "<F1>");
    assert_screen_shows(s.term, "Help: keys");
    term_kill(s.term, SIGTERM);
    assert_term_exits(s.term, 0);
    assert_given_back(s.term);
    screen_stop(&s);
}

static void a_crash_gives_the_terminal_back_and_is_a_crash(void **state)
{
    static const struct {
        const char *how;
        int signal;
    } crashes[] = {
        {"null",     SIGSEGV},
        {"stack",    SIGSEGV},
        {"assert",   SIGABRT},
        {"division", SIGFPE },
        {"7",        SIGBUS },
        {"4",        SIGILL },
        {"31",       SIGSYS },
        {"14",       SIGALRM},
    };
    (void)state;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        char how[32];
        snprintf(how, sizeof how, "FIXTURE_CRASH=%s", crashes[i].how);
        struct screen s;
        const char *const env[] = {how, NULL};
        screen_start(&s, "talking", 24, 80, env);
        assert_screen_shows(s.term, "Question 1 of 2");
        term_kill(s.term, SIGRTMIN);
        assert_term_exits(s.term, -crashes[i].signal);
        assert_given_back(s.term);
        screen_stop(&s);
    }
}

static void a_terminal_that_stopped_reading_is_given_back_too(void **state)
{
    static const char *const env[] = {"FIXTURE_CRASH=null", NULL};
    const int ways[] = {SIGTERM, SIGRTMIN};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct screen s;
        screen_start(&s, "talking", 24, 80, env);
        assert_screen_shows(s.term, "Question 1 of 2");
        for (size_t turn = 1; turn <= 60; turn++) {
            type_unread(s.term, "\x0c\033[17~");
            assert_true(screen_wait_commands(&s, turn));
        }
        term_kill(s.term, ways[i]);
        assert_term_exits(s.term, ways[i] == SIGTERM ? 0 : -SIGSEGV);
        assert_given_back(s.term);
        screen_stop(&s);
    }
}

static void a_lost_line_ends_the_program(void **state)
{
    static const int ways[] = {0, SIGHUP};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct screen s;
        start(&s, "talking", "Question 1 of 2");
        if (ways[i])
            term_kill(s.term, ways[i]);
        else
            term_hangup(s.term);
        assert_term_exits(s.term, 0);
        screen_stop(&s);
    }
}

/* Started by nohup: only the end of the line tells. */
static void a_lost_line_is_seen_without_its_signal(void **state)
{
    (void)state;
    struct screen s;
    screen_start_shell(&s);
    term_send_keys(s.term, "trap '' HUP; exec $fixture home $commands<Enter>");
    assert_screen_shows(s.term, "Waiting…");
    term_hangup(s.term);
    assert_term_exits(s.term, 0);
    screen_stop(&s);
}

/* --- a shell with job control --- */

static void run_in_shell(struct screen *s, const char *view, const char *marker)
{
    screen_start_shell(s);
    assert_screen_shows(s->term, "$");
    CLEANUP_BUF struct buf line = {0};
    buf_printf(&line, "$fixture %s $commands<Enter>", view);
    term_send_keys(s->term, buf_text(&line));
    assert_screen_shows(s->term, marker);
}

static void ctrl_z_goes_to_the_shell_and_fg_comes_back(void **state)
{
    (void)state;
    struct screen s;
    run_in_shell(&s, "date", "Depuis quand");
    term_send_keys(s.term, "3/4");
    assert_screen_shows(s.term, "Friday 3 April");
    for (int turn = 0; turn < 2; turn++) {
        term_send_keys(s.term, "<C-z>");
        assert_screen_shows(s.term, "Stopped");
        assert_false(term_on_alternate_screen(s.term));
        term_send_keys(s.term, "stty intr ^G; echo o''k<Enter>"); /* other modes meanwhile */
        assert_screen_shows(s.term, "ok");
        term_send_keys(s.term, "clear; fg<Enter>");
        assert_screen_shows(s.term, "Friday 3 April");
        assert_true(term_on_alternate_screen(s.term));
        assert_golden(s.term, "script_date_80x24",
                      GOLDEN_CURSOR); /* what was typed is still there */
    }
    term_paste(s.term, "\x07\x18");
    press(&s, "<F6>", "mute on");
    press(&s, "<C-x>", "end_call");
    term_send_keys(s.term, "<C-z>");
    assert_screen_shows(s.term, "Stopped");
    term_send_keys(s.term, "stty -a | grep -o 'intr = ^.'<Enter>");
    assert_screen_shows(s.term, "intr = ^G"); /* the shell's modes, not those of the start */
    screen_stop(&s);
}

static void a_program_stopped_from_outside_takes_the_terminal_again(void **state)
{
    (void)state;
    struct screen s;
    pid_t pid = 0;
    run_in_shell(&s, "talking", "Question 1 of 2");
    assert_int_equal(strays_list("screen_fixture", &pid, 1), 1);
    kill(pid, SIGSTOP);
    assert_screen_shows(s.term, "Stopped");
    term_send_keys(s.term, "printf '\\e[?2004l\\e[?1l\\e[?25l'; fg<Enter>");
    assert_golden(s.term, "talking_80x24", GOLDEN_CURSOR);
    term_paste(s.term, "yyy\x18");
    press(&s, "<F6>", "mute on");
    assert_false(screen_gave(&s, "answer"));
    assert_false(screen_gave(&s, "end_call"));
    screen_stop(&s);
}

/* In a window of its own nobody could wake it: it must not stop. */
static void without_a_shell_ctrl_z_says_so(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Question 1 of 2");
    term_send_keys(s.term, "<C-z>");
    assert_screen_shows(s.term, "There is no shell here to go back to.");
    press(&s, "y", "answer identity yes");
    screen_stop(&s);
}

/* --- sizes --- */

static void a_small_terminal_takes_only_the_keys_it_shows(void **state)
{
    static const int sizes[][2] = {
        {23, 80 },
        {24, 79 },
        {1,  200},
        {60, 1  },
        {10, 40 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct screen s;
        start(&s, "date", "Depuis quand");
        term_send_keys(s.term, "3/4");
        assert_screen_shows(s.term, "Friday 3 April");
        term_resize(s.term, sizes[i][0], sizes[i][1]);
        screen_settle(&s);
        if (sizes[i][0] >= 10 && sizes[i][1] >= 40)
            assert_screen_shows(s.term, "^X End call");
        term_send_keys(s.term, "5<Enter><Tab><C-u><C-q>");
        term_paste(s.term, "6");
        press(&s, "<F6>", "mute on");
        press(&s, "<F6>", "mute off");
        assert_false(screen_gave(&s, "answer"));
        term_resize(s.term, 24, 80);
        assert_golden(s.term, "script_date_80x24", GOLDEN_CURSOR);
        term_resize(s.term, 5, 30);
        screen_settle(&s);
        press(&s, "<C-x>", "end_call");
        screen_stop(&s);
    }
}

static void a_small_terminal_can_be_left_before_signing_in(void **state)
{
    (void)state;
    struct screen s;
    screen_start(&s, "sign-in", 10, 30, NULL);
    assert_screen_shows(s.term, "Pupitre needs 80x24");
    term_send_keys(s.term, "x<C-q>");
    assert_term_exits(s.term, 0);
    screen_stop(&s);
}

/* --- a terminal that does not read --- */

static void a_terminal_that_stops_reading_stops_nothing(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Question 1 of 2");
    uint64_t before = term_bytes(s.term);
    /* Each turn paints some 3 KiB anew, and nobody reads them. */
    for (size_t turn = 1; turn <= 100; turn++) {
        type_unread(s.term, "\x0c\033[17~");
        assert_true(screen_wait_commands(&s, turn));
    }
    press(&s, "<F7>", "hold on");
    assert_screen_shows(s.term, "ON HOLD"); /* read again: it catches up */
    screen_settle(&s);
    term_send_keys(s.term, "<F7>");
    assert_golden(s.term, "talking_80x24", GOLDEN_CURSOR); /* nothing was cut in two */
    /* What was in the line's own buffer, one picture that waited, and the newest one. */
    assert_in_range(term_bytes(s.term) - before, 1, 100000);
    screen_stop(&s);
}

/* So many pictures that nobody reads: the line's own buffer is full after them. */
static void fill_line(struct screen *s, size_t turns)
{
    for (size_t turn = 1; turn <= turns; turn++) {
        type_unread(s->term, "\x0c"
                             "a");
        assert_true(screen_wait_commands(s, turn));
    }
}

static void a_bell_waits_but_once(void **state)
{
    enum { FILLING = 60, RINGING = 60 };
    (void)state;
    struct screen s;
    start(&s, "offer", "SOMEBODY TO CALL");
    screen_settle(&s);
    int before = term_bells(s.term);
    fill_line(&s, FILLING); /* no second goes by: what rings later finds no room */
    for (size_t turn = 1; turn <= RINGING; turn++) {
        for (int second = 0; second < 6; second++)
            term_kill(s.term, SIGUSR1); /* several may arrive as one, never as none */
        type_unread(s.term, "a");
        assert_true(screen_wait_commands(&s, FILLING + turn));
    }
    screen_settle(&s);
    /* The one that waited, and that of a second which had not gone by when the line was read. */
    assert_in_range(term_bells(s.term) - before, 1, 2);
    screen_stop(&s);
}

/* --- kinds of terminals --- */

static void every_usual_terminal_works(void **state)
{
    static const char *const kinds[] = {
        "TERM=xterm", "TERM=linux", "TERM=screen",     "TERM=tmux",          "TERM=vt100",
        "TERM=vt220", "TERM=rxvt",  "TERM=xterm-mono", "TERM=tmux-256color", "TERM=screen-256color",
    };
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct screen s;
        const char *const env[] = {kinds[i], NULL};
        screen_start(&s, "date", 24, 80, env);
        assert_screen_shows(s.term, "Depuis quand");
        term_send_keys(s.term, "3/4");
        assert_golden(s.term, "script_date_80x24", GOLDEN_CURSOR);
        press(&s, "<F6>", "mute on"); /* whatever TERM says, the keys are xterm's */
        term_kill(s.term, SIGTERM);
        assert_term_exits(s.term, 0);
        assert_false(term_is_raw(s.term));
        assert_null(memmem(term_text(s.term), 10, "$<", 2));
        screen_stop(&s);
    }
}

static void a_terminal_that_cannot_do_it_is_refused_with_a_sentence(void **state)
{
    static const char *const kinds[] = {"TERM=dumb", "TERM=no-such-terminal", "TERM=", "TERM"};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct screen s;
        const char *const env[] = {kinds[i], NULL};
        screen_start(&s, "home", 24, 80, env);
        assert_screen_shows(s.term, "TERM");
        assert_term_exits(s.term, 69);
        assert_false(term_is_raw(s.term));
        assert_false(raw_has(s.term, "\033"));
        screen_stop(&s);
    }
}

/* The program itself: a sentence on standard error, 64..78, and nothing drawn. */
static void without_a_terminal_the_program_says_so(void **state)
{
    static const char *const ways[] = {
        "</dev/null",    ">/dev/null", "<&-",          ">&-",
        "</etc/passwd",  ">out",       "<&- >&-",      "</dev/null >/dev/null",
        "< <(echo y)",   "| cat",      "0<>/dev/zero", "</dev/null >&- 2>err",
        "<&- >&- 2>err",
    };
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct screen s;
        CLEANUP_BUF struct buf line = {0};
        screen_start_shell(&s);
        assert_screen_shows(s.term, "$");
        buf_printf(&line, "set -o pipefail; %s %s; echo status $?; cat err<Enter>", PUPITRE,
                   ways[i]);
        CLEANUP_BUF struct buf typed = {0};
        for (const char *p = buf_text(&line); *p; p++) /* "<" is written <lt> */
            if (*p == '<' && strncmp(p, "<Enter>", 7) != 0)
                buf_str(&typed, "<lt>");
            else
                buf_char(&typed, *p);
        term_send_keys(s.term, buf_text(&typed));
        assert_screen_shows(s.term, "status 69");
        assert_screen_shows(s.term, "must be a terminal");
        assert_false(term_on_alternate_screen(s.term));
        screen_stop(&s);
    }
}

/* --- pasted text --- */

static void pasted_text_without_a_field_is_told(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Question 1 of 2");
    term_paste(s.term, "yes\r\n\x18");
    assert_screen_shows(s.term, "Pasted text is ignored here: no field has the focus.");
    assert_false(screen_gave(&s, "answer"));
    assert_false(screen_gave(&s, "end_call"));
    screen_stop(&s);
}

static void a_paste_of_a_mebibyte_fills_the_field_and_no_more(void **state)
{
    (void)state;
    struct screen s;
    CLEANUP_BUF struct buf text = {0};
    while (text.len < 1 << 20)
        buf_str(&text, "y1\x18\rn \033[31m");
    start(&s, "text", "Voulez-vous nous dire");
    term_paste(s.term, buf_text(&text));
    assert_screen_shows(s.term, "Not all of the pasted text went into the field.");
    press(&s, "<F6>", "mute on");
    assert_false(screen_gave(&s, "end_call"));
    screen_stop(&s);
}

/* A second passes for the screen with each look; half a one is enough, but of the real clock. */
static bool paste_is_over(struct term *t, void *screen)
{
    int row, col;
    (void)screen;
    term_kill(t, SIGUSR1);
    return !term_find(t, "A paste has not ended", &row, &col);
}

static void a_paste_that_never_ends_is_told_and_ended(void **state)
{
    static const char begin[] = "\033[200~he";
    (void)state;
    struct screen s;
    start(&s, "text", "Voulez-vous nous dire");
    term_send_bytes(s.term, begin, sizeof begin - 1);
    screen_settle(&s);
    for (int second = 0; second < 3; second++) {
        term_kill(s.term, SIGUSR1);
        screen_settle(&s);
    }
    assert_screen_shows(s.term, "A paste has not ended");
    term_send_keys(s.term, "y\x18");
    term_send_keys(s.term, "<Esc>");
    screen_settle(&s);
    assert_true(term_wait(s.term, paste_is_over, &s, TERM_DEADLINE_MS));
    press(&s, "<C-x>", "end_call");
    screen_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminated_program_gives_the_terminal_back),
        cmocka_unit_test(a_crash_gives_the_terminal_back_and_is_a_crash),
        cmocka_unit_test(a_terminal_that_stopped_reading_is_given_back_too),
        cmocka_unit_test(a_lost_line_ends_the_program),
        cmocka_unit_test(a_lost_line_is_seen_without_its_signal),
        cmocka_unit_test(ctrl_z_goes_to_the_shell_and_fg_comes_back),
        cmocka_unit_test(a_program_stopped_from_outside_takes_the_terminal_again),
        cmocka_unit_test(without_a_shell_ctrl_z_says_so),
        cmocka_unit_test(a_small_terminal_takes_only_the_keys_it_shows),
        cmocka_unit_test(a_small_terminal_can_be_left_before_signing_in),
        cmocka_unit_test(a_terminal_that_stops_reading_stops_nothing),
        cmocka_unit_test(a_bell_waits_but_once),
        cmocka_unit_test(every_usual_terminal_works),
        cmocka_unit_test(a_terminal_that_cannot_do_it_is_refused_with_a_sentence),
        cmocka_unit_test(without_a_terminal_the_program_says_so),
        cmocka_unit_test(pasted_text_without_a_field_is_told),
        cmocka_unit_test(a_paste_of_a_mebibyte_fills_the_field_and_no_more),
        cmocka_unit_test(a_paste_that_never_ends_is_told_and_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
