/* SPDX-License-Identifier: Apache-2.0 */
/* An agent on a server, with the telephone on the own PC: over a real sshd and a poor line. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/far_server.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/deadline.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

#define STALL_MS 5000

static const struct poor_line_opts good = {0};
static const struct poor_line_opts poor = {.delay_ms = 300, .bits_per_s = 64000};

/* The tracing service gives a screen 60 s, the test service 4 s. */
static const struct world_opts patient = {.digits = "00", .tracing = true};
static const struct world_opts hasty = {.digits = "0"};

struct far_fixture {
    struct world *w;
    struct far_server *s;
    struct term *t;
    struct term *other;
    struct proc *desk, *ssh; /* by hand */
};

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct far_fixture));
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    struct far_fixture *f = *state;
    f->t = term_close(f->t);
    f->other = term_close(f->other);
    f->ssh = proc_free(f->ssh);
    f->desk = proc_free(f->desk);
    f->s = far_server_free(f->s);
    f->w = world_free(f->w);
    free(f);
    return 0;
}

/* The agent has typed the one command, and signed in. */
static struct far_fixture *far_with(void **state, const struct world_opts *opts,
                                    const struct poor_line_opts *line, const char *silence_s)
{
    struct far_fixture *f = *state;
    struct world_opts told = *opts;
    told.messages = true;
    f->w = world_new_as(&told);
    f->s = far_server_new(f->w, line);
    f->t = far_screen(f->s, "e2e", silence_s);
    far_sign_in(f->t);
    return f;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        n++;
    return n;
}

/* The backend has heard of each of these once, and of no other of its kind. */
static void assert_told_once(struct world *w, const char *const kinds[])
{
    CLEANUP_FREE char *calls = world_export(w, "calls");
    const char *rows = strchr(calls, '\n'); /* the names of the columns say "end", too */
    assert_non_null(rows);
    for (size_t i = 0; kinds[i]; i++) {
        char field[32];
        (void)snprintf(field, sizeof field, ",%s,", kinds[i]);
        if (count(rows, field) != 1)
            fail_msg("%s is there %zu times", kinds[i], count(rows, field));
    }
}

/* The peer was asked this often for a call or for a change of one. What SIP itself repeats, and the
 * answers, have the same number. */
static void assert_invited(struct world *w, size_t times)
{
    CLEANUP_FREE char *path = tmpdir_path(w->logs, "citizens_messages");
    CLEANUP_FREE char *messages = tmpdir_read(path);
    unsigned long seen[32];
    size_t n = 0;
    for (const char *at = messages ? messages : ""; (at = strstr(at, "CSeq: ")); at++) {
        char *end = NULL;
        const unsigned long number = strtoul(at + 6, &end, 10);
        size_t i = 0;
        while (i < n && seen[i] != number)
            i++;
        if (strncmp(end, " INVITE", 7) == 0 && i == n && n < 32)
            seen[n++] = number;
    }
    assert_int_equal(n, times);
}

static void talk_and_answer(struct term *t)
{
    agent_calls(t, "Talking");
    assert_screen_shows(t, "la bonne personne");
    term_send_keys(t, "y");
    assert_screen_shows(t, "Quels symptômes");
    assert_screen_shows(t, "fr  saved");
}

static void finish(struct far_fixture *f)
{
    agent_ends_call(f->t);
    agent_closes(f->t, "Closed without data");
    assert_told_once(f->w, (const char *const[]){"dial", "answer", "end", NULL});
}

static void one_command_brings_the_telephone_along(void **state)
{
    struct far_fixture *f = far_with(state, &hasty, &good, "15");
    agent_calls(f->t, "Talking");
    assert_int_equal(far_folders(f->s), 1);
    agent_interviews(f->t);
    agent_ends_call(f->t);
    agent_closes(f->t, "Closed with data");
    assert_exported(f->w, "answers", ",completed,");
    agent_ends_preview(f->t);
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "Sign out?");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "Password");
    /* The same desk takes the next one. */
    far_sign_in_again(f->t);
    assert_screen_shows(f->t, "Phone ok");
    term_send_keys(f->t, "<C-q>");
    assert_screen_shows(f->t, "Sign out?");
    term_send_keys(f->t, "1");
    assert_screen_shows(f->t, "Password");
    term_send_keys(f->t, "<C-q>");
    assert_term_exits(f->t, 0);
    assert_int_equal(far_folders(f->s), 0);
}

/* 300 ms each way and 64 kbit/s. */
static void each_control_answers_over_a_poor_line(void **state)
{
    struct far_fixture *f = far_with(state, &patient, &poor, "15");
    struct term *t = f->t;
    assert_screen_shows(t, "Slow line ");
    term_send_keys(t, "<F4>");
    assert_screen_shows(t, " ON QUEUE");
    agent_accepts(t);
    assert_screen_shows(t, "Call +32 470");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "Talking");
    term_send_keys(t, "<F6>");
    assert_screen_shows(t, "MUTED");
    term_send_keys(t, "<F6>");
    assert_screen_drops(t, "MUTED");
    term_send_keys(t, "<F7>");
    assert_screen_shows(t, "ON HOLD");
    term_send_keys(t, "<F7>");
    assert_screen_drops(t, "ON HOLD");
    term_send_keys(t, "<F5>");
    assert_screen_shows(t, "Send a tone");
    term_send_keys(t, "7");
    assert_screen_shows(t, "Sent: 7");
    term_send_keys(t, "<Esc>");
    assert_screen_drops(t, "Sent:");
    agent_interviews(t);
    agent_ends_call(t);
    agent_closes(t, "Closed with data");
    assert_told_once(f->w, (const char *const[]){"dial", "answer", "mute", "unmute", "hold",
                                                 "resume", "dtmf", "end", NULL});
    assert_invited(f->w, 3);
}

/* Keys that are typed into the silence act once, when it is over. */
static void a_line_that_stands_still_loses_nothing_and_repeats_nothing(void **state)
{
    static const struct {
        const char *key, *shown, *dropped;
    } steps[] = {
        {"<F6>",  "MUTED",           NULL     },
        {"<F6>",  NULL,              "MUTED"  },
        {"<F7>",  "ON HOLD",         NULL     },
        {"<F7>",  NULL,              "ON HOLD"},
        {"<C-x>", "After-call work", NULL     },
    };
    struct far_fixture *f = far_with(state, &patient, &good, "15");
    talk_and_answer(f->t);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        poor_line_pause(f->s->line, STALL_MS);
        term_send_keys(f->t, steps[i].key);
        if (steps[i].shown)
            assert_screen_shows(f->t, steps[i].shown);
        else
            assert_screen_drops(f->t, steps[i].dropped);
    }
    agent_closes(f->t, "Closed without data");
    assert_told_once(f->w, (const char *const[]){"dial", "answer", "mute", "unmute", "hold",
                                                 "resume", "end", NULL});
    assert_invited(f->w, 3);
}

static void a_line_that_drops_leaves_the_call_up_and_the_agent_comes_back(void **state)
{
    struct far_fixture *f = far_with(state, &patient, &good, "15");
    talk_and_answer(f->t);
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "Depuis quel jour");
    agent_waits_until_kept(f->t);
    poor_line_cut(f->s->line, true);
    assert_screen_shows(f->t, "The line to the server is lost.");
    assert_screen_shows(f->t, "Your call goes on. It ends in ");
    assert_screen_shows(f->t, "Trying again in ");
    assert_false(term_on_alternate_screen(f->t));
    assert_int_equal(strays_list("baresip", NULL, 0), 1);
    poor_line_cut(f->s->line, false);

    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "Phone ok");
    assert_int_equal(far_folders(f->s), 1);
    assert_screen_shows(f->t, "Depuis quel jour");
    term_send_keys(f->t, "yesterday<Enter>");
    assert_screen_shows(f->t, "autre chose");
    finish(f);
    assert_exported(f->w, "answers", "\"\"fever\"\"");
    assert_invited(f->w, 1);
}

/* Nothing comes from the server any more, but what is typed still arrives: the desk never hears of
 * the answer, and the next screen has it. */
static void an_answer_typed_into_the_cut_is_kept(void **state)
{
    struct far_fixture *f = far_with(state, &patient, &good, "15");
    talk_and_answer(f->t);
    poor_line_still(f->s->line, false, true);
    term_send_keys(f->t, "2");
    assert_exported(f->w, "answers", "\"\"fever\"\"");
    poor_line_cut(f->s->line, true);
    poor_line_still(f->s->line, false, false);
    assert_screen_shows(f->t, "Your call goes on.");
    poor_line_cut(f->s->line, false);
    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "2 ● Fièvre");
    term_send_keys(f->t, "<Tab>");
    assert_screen_shows(f->t, "Depuis quel jour");
    term_send_keys(f->t, "yesterday<Enter>");
    assert_screen_shows(f->t, "autre chose");
    assert_screen_shows(f->t, "fr  saved");
    finish(f);
    assert_exported(f->w, "answers", "\"\"fever\"\"");
}

/* How much is in the journal on the server. */
static size_t journal_size(const struct far_server *s)
{
    CLEANUP_FREE char *path = tmpdir_path(s->dir, "state/pupitre/default");
    DIR *dir = opendir(path);
    size_t size = 0;
    for (const struct dirent *e; dir && (e = readdir(dir));) {
        CLEANUP_FREE char *file = tmpdir_path(path, e->d_name);
        struct stat st;
        size += stat(file, &st) == 0 && S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
    }
    if (dir)
        (void)closedir(dir);
    return size;
}

/* The same, and the line is cut before the backend has it: it waits for the desk to have it first.
 */
static void an_answer_that_only_the_journal_has_is_kept(void **state)
{
    struct far_fixture *f = far_with(state, &patient, &good, "15");
    talk_and_answer(f->t);
    agent_waits_until_kept(f->t);
    const size_t before = journal_size(f->s);
    const int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    poor_line_still(f->s->line, false, true);
    term_send_keys(f->t, "2");
    while (journal_size(f->s) <= before)
        assert_true(deadline_left(until) > 0);
    poor_line_cut(f->s->line, true);
    poor_line_still(f->s->line, false, false);
    assert_screen_shows(f->t, "Your call goes on.");
    poor_line_cut(f->s->line, false);
    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "2 ● Fièvre");
    assert_screen_shows(f->t, "fr  saved");
    assert_exported(f->w, "answers", "\"\"fever\"\"");
    finish(f);
}

/* A cable is pulled: neither end is told. The screen there hangs until the next login sends it
 * away, with its journal for the next one. */
static void a_line_that_dies_silently_is_given_up_and_its_screen_is_sent_away(void **state)
{
    struct far_fixture *f = far_with(state, &patient, &good, "3");
    talk_and_answer(f->t);
    poor_line_pull(f->s->line);
    assert_screen_drops(f->t, "Talking");
    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "Quels symptômes");
    assert_int_equal(strays_list("pupitre", NULL, 0), 1);
    assert_int_equal(far_folders(f->s), 1);
    term_send_keys(f->t, "2");
    assert_screen_shows(f->t, "Depuis quel jour");
    finish(f);
}

static void who_comes_back_too_late_finds_the_call_ended_in_good_order(void **state)
{
    struct far_fixture *f = far_with(state, &hasty, &good, "15");
    talk_and_answer(f->t);
    poor_line_cut(f->s->line, true);
    assert_screen_shows(f->t, "Your call goes on. It ends in ");
    assert_screen_shows(f->t, "You are still signed in.");
    poor_line_cut(f->s->line, false);
    assert_screen_shows(f->t, "The screen did not come back in time");
    assert_exported(f->w, "calls", ",end,screen_lost,");
    assert_told_once(f->w, (const char *const[]){"dial", "answer", "end", NULL});
}

/* Whoever closes the window in a call, and types the command again. */
static void a_closed_terminal_leaves_the_call_to_the_desk(void **state)
{
    struct far_fixture *f = far_with(state, &patient, &good, "15");
    talk_and_answer(f->t);
    term_hangup(f->t);
    int status = 0;
    assert_true(term_wait_exit(f->t, &status, TERM_DEADLINE_MS));
    f->t = term_close(f->t);
    f->t = far_screen(f->s, "e2e", "15");
    assert_screen_shows(f->t, "Talking");
    assert_screen_shows(f->t, "Quels symptômes");
    assert_int_equal(far_folders(f->s), 1);
    finish(f);
}

static void a_desk_that_is_killed_is_started_again_under_the_screen(void **state)
{
    struct far_fixture *f = far_with(state, &hasty, &good, "15");
    assert_screen_shows(f->t, "Phone ok");
    CLEANUP_FREE char *path = tmpdir_path(f->w->dir, "run/pupitre/e2e/lock");
    CLEANUP_FREE char *number = tmpdir_read(path);
    assert_non_null(number);
    assert_int_equal(kill((pid_t)strtol(number, NULL, 10), SIGKILL), 0);
    assert_screen_drops(f->t, "Phone ok");
    agent_calls(f->t, "Talking");
    agent_ends_call(f->t);
    agent_closes(f->t, "Voicemail");
}

/* The first PC's line hangs; the agent goes to another one. */
static void another_pc_takes_over_from_one_that_hangs(void **state)
{
    struct far_fixture *f = far_with(state, &patient, &good, "60");
    assert_screen_shows(f->t, "Phone ok");
    poor_line_pull(f->s->line);
    f->other = far_screen(f->s, "e2e-2", "15");
    far_sign_in(f->other);
    agent_calls(f->other, "Talking");
    /* The first one's line is found dead: it is told, and takes nothing away. */
    poor_line_cut(f->s->line, false);
    assert_screen_shows(f->t, "Password");
    assert_screen_shows(f->other, "Talking");
    term_send_keys(f->other, "<F6>");
    assert_screen_shows(f->other, "MUTED");
    agent_ends_call(f->other);
    agent_closes(f->other, "Voicemail");
    assert_told_once(f->w, (const char *const[]){"dial", "answer", "mute", "end", NULL});
}

/* --- what crosses the line, and what can be seen --- */

static void sound_stays_on_the_pc(void **state)
{
    struct far_fixture *f = far_with(state, &patient, &good, "15");
    agent_calls(f->t, "Talking");
    agent_waits_until_kept(f->t);
    const uint64_t before = poor_line_bytes(f->s->line);
    agent_waits_until_kept(f->t); /* two seconds: 32,000 bytes of sound, were it here */
    assert_in_range(poor_line_bytes(f->s->line) - before, 1, 8000);
}

static bool file_holds(const char *path, const char *text)
{
    static char bytes[131072];
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    const size_t n = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    return memmem(bytes, n, text, strlen(text));
}

/* The folder of the present login on the server (malloc). */
static char *login_folder(const struct far_server *s)
{
    CLEANUP_FREE char *path = tmpdir_path(s->dir, "run/pupitre");
    DIR *dir = opendir(path);
    char *found = NULL;
    assert_non_null(dir);
    for (const struct dirent *e; !found && (e = readdir(dir));)
        if (strncmp(e->d_name, "ssh.", 4) == 0)
            found = tmpdir_path(path, e->d_name);
    (void)closedir(dir);
    assert_non_null(found);
    return found;
}

/* Not in the arguments nor in the environment of any process. */
static void the_token_is_in_one_file(void **state)
{
    struct far_fixture *f = far_with(state, &hasty, &good, "15");
    pid_t pids[64];
    CLEANUP_FREE char *folder = login_folder(f->s);
    CLEANUP_FREE char *attach = tmpdir_path(folder, "attach");
    CLEANUP_FREE char *token = tmpdir_read(attach);
    CLEANUP_FREE char *own = tmpdir_path(f->w->dir, "run/pupitre/e2e/attach");
    assert_non_null(token);
    assert_int_equal(strlen(token), 64);
    assert_false(file_holds(own, token)); /* of this login alone */
    const size_t n = strays_list(NULL, pids, 64);
    assert_in_range(n, 5, 64);
    for (size_t i = 0; i < n; i++) {
        char path[64];
        (void)snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pids[i]);
        assert_false(file_holds(path, token));
        (void)snprintf(path, sizeof path, "/proc/%d/environ", (int)pids[i]);
        assert_false(file_holds(path, token));
    }
}

/* --- by hand, as the manual says --- */

static void start_listening(struct far_fixture *f, const char *attach)
{
    static const char *const argv[] = {BUILD_ROOT "/net/desk/pupitre-desk",
                                       "--listen",
                                       "--foreground",
                                       "--instance",
                                       "e2e",
                                       "--audio",
                                       "tone",
                                       NULL};
    CLEANUP_FREE char *log = tmpdir_path(f->w->logs, "desk");
    CLEANUP_FREE char *own = tmpdir_path(f->w->dir, "run/pupitre/e2e/attach");
    static const char *const above[] = {"run", "run/pupitre", "run/pupitre/e2e"};
    for (size_t i = 0; i < 3; i++) {
        CLEANUP_FREE char *dir = tmpdir_path(f->w->dir, above[i]);
        (void)mkdir(dir, 0700); /* what is waited for needs a folder */
    }
    (void)remove(own); /* of one that was killed */
    f->desk = proc_start(&(struct spawn){.argv = argv, .home = f->w->dir}, log);
    assert_true(proc_wait_file(f->desk, own, WORLD_DEADLINE_MS));
    CLEANUP_FREE char *token = tmpdir_read(own);
    tmpdir_write(attach, token);
}

static void forward(struct far_fixture *f, const char *there)
{
    struct buf sockets = {0};
    struct stat st;
    CLEANUP_FREE char *log = tmpdir_path(f->w->logs, "ssh");
    const int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    buf_printf(&sockets, "%s:%s/run/pupitre/e2e/desk.sock", there, f->w->dir);
    const char *const argv[] = {"ssh", "-F", f->s->ssh_config, "-N", "-R", buf_text(&sockets),
                                "far", NULL};
    f->ssh = proc_start(&(struct spawn){.argv = argv, .home = f->w->dir}, log);
    buf_free(&sockets);
    while (stat(there, &st) != 0)
        assert_true(proc_is_alive(f->ssh) && deadline_left(until) > 0);
}

static void by_hand_a_listening_desk_and_ssh_do_the_same(void **state)
{
    struct far_fixture *f = *state;
    f->w = world_new("0");
    f->s = far_server_new(f->w, &good);
    CLEANUP_FREE char *folder = tmpdir_path(f->s->dir, "run/by-hand");
    CLEANUP_FREE char *there = tmpdir_path(folder, "desk.sock");
    CLEANUP_FREE char *attach = tmpdir_path(folder, "attach");
    assert_int_equal(mkdir(folder, 0700), 0);
    start_listening(f, attach);
    forward(f, there);
    f->t = far_bare_screen(f->w, there);
    far_sign_in(f->t);
    assert_screen_shows(f->t, "Phone ok");
    proc_kill(f->desk, SIGKILL);
    assert_screen_shows(f->t, "No desk answers on your PC. There, run: pupitre-desk --listen");
    f->desk = proc_free(f->desk);
    start_listening(f, attach);
    assert_screen_shows(f->t, "Phone ok");
    agent_calls(f->t, "Talking");
}

/* --- without a line --- */

static void a_screen_without_its_desk_says_what_to_do(void **state)
{
    struct far_fixture *f = *state;
    f->w = world_new("0");
    CLEANUP_FREE char *nowhere = tmpdir_path(f->w->dir, "nowhere/desk.sock");
    CLEANUP_FREE char *open = tmpdir_path(f->w->dir, "log/people.sock");
    f->t = far_bare_screen(f->w, nowhere);
    assert_screen_shows(f->t, "The line to your PC is gone. There, run: pupitre-desk ssh HOST");
    f->t = term_close(f->t);
    tmpdir_write(open, "no socket");
    f->t = far_bare_screen(f->w, open);
    assert_screen_shows(f->t, "PUPITRE_DESK does not name a socket.");
    f->t = term_close(f->t);
    f->t = far_bare_screen(f->w, "desk.sock");
    int status = 0;
    assert_true(term_wait_exit(f->t, &status, TERM_DEADLINE_MS));
    assert_non_null(strstr(term_text(f->t), "PUPITRE_DESK must be a path"));
    assert_int_not_equal(status, 0);
}

static void a_server_that_forwards_no_sockets_is_named(void **state)
{
    struct far_fixture *f = *state;
    f->w = world_new("0");
    f->s = far_server_new_with(f->w, &good, "AllowStreamLocalForwarding no\n");
    f->t = far_screen(f->s, "e2e", "15");
    int status = 0;
    assert_true(term_wait_exit(f->t, &status, TERM_DEADLINE_MS));
    assert_non_null(strstr(term_text(f->t), "The server forwards no sockets"));
    assert_int_not_equal(status, 0);
    assert_int_equal(far_folders(f->s), 0);
}

static void a_server_that_is_not_there_is_said_at_once(void **state)
{
    struct far_fixture *f = *state;
    f->w = world_new("0");
    f->s = far_server_new(f->w, &good);
    poor_line_cut(f->s->line, true);
    f->t = far_screen(f->s, "e2e", "15");
    assert_term_exits(f->t, 69);
    assert_non_null(strstr(term_text(f->t), "The server cannot be reached."));
}

#define far_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        far_test(one_command_brings_the_telephone_along),
        far_test(each_control_answers_over_a_poor_line),
        far_test(a_line_that_stands_still_loses_nothing_and_repeats_nothing),
        far_test(a_line_that_drops_leaves_the_call_up_and_the_agent_comes_back),
        far_test(an_answer_typed_into_the_cut_is_kept),
        far_test(an_answer_that_only_the_journal_has_is_kept),
        far_test(a_line_that_dies_silently_is_given_up_and_its_screen_is_sent_away),
        far_test(who_comes_back_too_late_finds_the_call_ended_in_good_order),
        far_test(a_closed_terminal_leaves_the_call_to_the_desk),
        far_test(a_desk_that_is_killed_is_started_again_under_the_screen),
        far_test(another_pc_takes_over_from_one_that_hangs),
        far_test(sound_stays_on_the_pc),
        far_test(the_token_is_in_one_file),
        far_test(a_screen_without_its_desk_says_what_to_do),
        far_test(by_hand_a_listening_desk_and_ssh_do_the_same),
        far_test(a_server_that_forwards_no_sockets_is_named),
        far_test(a_server_that_is_not_there_is_said_at_once),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
