/* SPDX-License-Identifier: Apache-2.0 */
/* One whole handled call with all real programs (tests/e2e): what it costs on the agent's terminal
 * at 80x24, what the programs take of memory, what keys and idle minutes cost.
 *
 * The call is driven faster than a person would, so its seconds are counted apart: a long call is
 * the driven one plus the seconds that it is longer. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/bench/figure.h"
#include "tests/bench/keys.h"
#include "tests/bench/peers.h"
#include "tests/bench/usage.h"
#include "tests/e2e/agent.h"
#include "tests/harness/deadline.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

#define KIB 1024.0
#define MIB (1024.0 * 1024.0)
/* Fifteen calls an hour: four minutes each, of which this long on the line and after it. */
#define TALK_S 200
#define ACW_S 40

struct bench {
    size_t keys;
    int idle_ms;
    int look_ms; /* how long a running view is looked at for its bytes a second */
    struct world *w;
    struct world *w_no_clock;
    struct term *t;
    struct term *t_no_clock;
};

static uint64_t wait_and_count(struct term *t, int for_ms)
{
    const uint64_t before = term_bytes(t);
    (void)term_wait_text(t, "\001", for_ms); /* which is never shown: everything is read */
    return term_bytes(t) - before;
}

/* One key after another, each painted before the next comes, as from a hand. */
static void type(struct term *t, const char *text)
{
    for (; *text; text++) {
        const char key[2] = {*text, '\0'};
        term_send_bytes(t, key, 1);
        (void)term_wait_quiet(t, 15, 500);
    }
}

/* --- memory --- */

static struct usage_memory memory_of(const char *name)
{
    pid_t pid;
    struct usage_memory m = {0};
    if (strays_list(name, &pid, 1) >= 1)
        (void)usage_memory(pid, &m);
    return m;
}

static void print_memory(struct bench *b, const char *when)
{
    static const char *const names[] = {"pupitre", "pupitre-desk", "baresip", "pupitred"};
    char what[96];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct usage_memory m;
        if (i == 0)
            (void)usage_memory(term_pid(b->t), &m);
        else
            m = memory_of(names[i]);
        (void)snprintf(what, sizeof what, "private memory, %s, %s", names[i], when);
        if (m.rss_b > 0)
            figure_print(&(struct figure){
                .what = what,
                .unit = "B",
                .ours = m.private_b,
                .beside = {{"with what is shared (RSS)", m.rss_b}},
                .rule = i == 0 ? FIGURE_BELOW : FIGURE_SHOWN,
                .target = i == 0 ? 8 * MIB : 0,
            });
        else
            figure_note("The memory of %s, %s, could not be read: that takes root.", names[i],
                        when);
    }
}

/* --- keys --- */

static void print_keys(struct bench *b, const char *where, const char *down, const char *up)
{
    char what[96];
    const struct keys_figures k = keys_press(b->t, down, up, b->keys);
    (void)snprintf(what, sizeof what, "terminal output a key, %s", where);
    figure_print(&(struct figure){.what = what, .unit = "B", .ours = k.bytes});
    (void)snprintf(what, sizeof what, "processor time a key, %s", where);
    figure_print(&(struct figure){
        .what = what, .unit = "s", .ours = k.cpu_s, .rule = FIGURE_BELOW, .target = 0.0005});
}

static void keys_at_home(struct bench *b)
{
    assert_screen_shows(b->t, "OFF QUEUE");
    assert_screen_shows(b->t, "Phone ok");
    term_send_keys(b->t, "<F1>");
    assert_screen_shows(b->t, "Help: keys");
    print_keys(b, "scrolling the help", "\033OB", "\033OA");
    term_send_keys(b->t, "<Esc>");
    assert_screen_drops(b->t, "Help: keys");
}

/* --- the call --- */

/* As agent_interviews, but key by key. */
static void interview(struct term *t)
{
    assert_screen_shows(t, "la bonne personne");
    type(t, "y");
    assert_screen_shows(t, "Quels symptômes");
    type(t, "2");
    assert_screen_shows(t, "Depuis quel jour");
    type(t, "yesterday\r");
    assert_screen_shows(t, "autre chose");
    type(t, "Merci beaucoup\r");
    assert_screen_shows(t, "All required questions are answered");
    term_send_keys(t, "<C-s>");
    assert_screen_shows(t, "The script is handed in");
}

static void handle_call(struct bench *b)
{
    struct term *t = b->t;
    (void)term_wait_quiet(t, 300, 5000);
    const uint64_t before = term_bytes(t);
    const double began_s = figure_now_s();
    agent_calls(t, "Talking");
    assert_screen_shows(t, "la bonne personne");
    (void)term_wait_quiet(t, 200, 2000);

    const uint64_t talk = wait_and_count(t, b->look_ms);
    interview(t);
    const double talk_s = figure_now_s() - began_s;
    agent_ends_call(t);
    (void)term_wait_quiet(t, 200, 2000);
    const uint64_t acw = wait_and_count(t, b->look_ms);
    agent_closes(t, "Closed with data");
    agent_ends_preview(t);
    (void)term_wait_quiet(t, 300, 2000);
    const uint64_t whole = term_bytes(t) - before;

    const double look_s = (double)b->look_ms / 1000;
    const double talk_rate = (double)talk / look_s;
    const double acw_rate = (double)acw / look_s;
    figure_print(&(struct figure){
        .what = "terminal output of a whole call, as driven", .unit = "B", .ours = (double)whole});
    figure_print(&(struct figure){
        .what = "terminal output a second, talking", .unit = "B", .ours = talk_rate});
    figure_print(&(struct figure){
        .what = "terminal output a second, after-call work", .unit = "B", .ours = acw_rate});
    figure_print(&(struct figure){
        .what = "terminal output of a whole call of four minutes",
        .unit = "B",
        .ours = (double)whole + talk_rate * (TALK_S - talk_s) + acw_rate * (ACW_S - look_s),
        .rule = FIGURE_BELOW,
        .target = 24 * KIB,
    });
    figure_note("A whole call: from going on queue over offer, preview, dialling, four questions "
                "answered key by key and handed in, to Done; four minutes: %d s until the call "
                "ends and %d s of after-call work.",
                TALK_S, ACW_S);
}

/* The second person's call: what a call takes, and the keys of its views. */
static void measure_in_call(struct bench *b)
{
    struct term *t = b->t;
    agent_accepts(t);
    assert_screen_shows(t, "Call +32 470");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "Talking");
    assert_screen_shows(t, "la bonne personne");
    print_memory(b, "in a call");
    print_keys(b, "moving between questions", "\t", "\033[Z");
    agent_ends_call(t);
    print_keys(b, "choosing a wrap-up code", "\033OB", "\033OA");
    term_send_keys(t, "3"); /* a final one: nobody is offered in the idle minute */
    assert_screen_shows(t, "✓ Closed with data");
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "The backend has it.");
    agent_ends_preview(t);
}

/* --- the idle minute --- */

static void print_idle(struct bench *b)
{
    static const char *const peers_shown[] = {"tig", "mutt", "htop"};
    struct term *peers[PEER_COUNT] = {0};
    struct term *all[PEER_COUNT + 2] = {b->t, b->t_no_clock};
    uint64_t bytes[PEER_COUNT + 2];
    double cpu_s[PEER_COUNT + 2];
    CLEANUP_FREE char *dir = tmpdir_path(b->w->dir, "peers");
    if (mkdir(dir, 0700) != 0)
        fail();
    peers_prepare(dir);
    for (size_t i = 0; i < PEER_COUNT; i++)
        if (peer_is_here((enum peer)i)) {
            all[i + 2] = peers[i] = peer_start((enum peer)i, dir);
            assert_true(term_wait_text(peers[i], peer_marker((enum peer)i), TERM_DEADLINE_MS));
        }
    (void)term_wait_quiet(b->t, 500, 5000);
    for (size_t i = 0; i < PEER_COUNT + 2; i++)
        if (all[i]) {
            bytes[i] = term_bytes(all[i]);
            cpu_s[i] = usage_cpu_s(term_pid(all[i]));
        }
    const int64_t until = deadline_now_ms() + b->idle_ms;
    while (deadline_left(until) > 0)
        for (size_t i = 0; i < PEER_COUNT + 2; i++)
            if (all[i])
                (void)wait_and_count(all[i],
                                     deadline_left(until) < 100 ? deadline_left(until) : 100);

    const double minutes = (double)b->idle_ms / 60000;
    struct figure f[] = {
        {.what = "terminal output an idle minute", .unit = "B"},
        {.what = "processor time an idle minute",  .unit = "s"},
    };
    size_t n = 0;
    for (size_t i = 0; i < PEER_COUNT + 2; i++) {
        if (!all[i])
            continue;
        const double values[] = {(double)(term_bytes(all[i]) - bytes[i]) / minutes,
                                 (usage_cpu_s(term_pid(all[i])) - cpu_s[i]) / minutes};
        for (size_t k = 0; k < 2; k++)
            if (i == 0) {
                f[k].ours = values[k];
            } else {
                f[k].beside[n].name = i == 1 ? "without clock" : peers_shown[i - 2];
                f[k].beside[n].value = values[k];
            }
        n += i != 0;
    }
    figure_print(&f[0]);
    figure_print(&f[1]);
    for (size_t i = 0; i < PEER_COUNT; i++)
        peers[i] = term_close(peers[i]);
}

/* --- the worlds --- */

/* A workstation whose clock is switched off, in a world of its own. */
static void start_without_clock(struct bench *b)
{
    static const char *const folders[] = {"config", "config/pupitre"};
    b->w_no_clock = world_new("0");
    for (size_t i = 0; i < 2; i++) {
        CLEANUP_FREE char *path = tmpdir_path(b->w_no_clock->dir, folders[i]);
        (void)mkdir(path, 0700);
    }
    CLEANUP_FREE char *path = tmpdir_path(b->w_no_clock->dir, "config/pupitre/pupitre.conf");
    tmpdir_write(path, "[screen]\nclock = no\n");
    b->t_no_clock = world_screen(b->w_no_clock, "en", 24, 80);
    assert_screen_shows(b->t_no_clock, "OFF QUEUE");
    assert_screen_shows(b->t_no_clock, "Phone ok");
}

int main(int argc, char **argv)
{
    const bool smoke = figure_size_of(argc, argv) == FIGURE_SMOKE;
    struct bench b = {
        .keys = smoke ? 4 : 100,
        .idle_ms = smoke ? 200 : 60000,
        .look_ms = smoke ? 1000 : 3000,
    };
    b.w = world_new("00");
    b.t = world_screen(b.w, "en", 24, 80);
    keys_at_home(&b);
    print_memory(&b, "idle");
    handle_call(&b);
    measure_in_call(&b);
    if (!smoke) {
        (void)fprintf(stderr, "bench_call: an idle minute\n");
        start_without_clock(&b);
    }
    if (!smoke)
        print_idle(&b);
    b.t_no_clock = term_close(b.t_no_clock);
    b.t = term_close(b.t);
    b.w_no_clock = world_free(b.w_no_clock);
    b.w = world_free(b.w);
    return 0;
}
