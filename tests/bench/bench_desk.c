/* SPDX-License-Identifier: Apache-2.0 */
/* The desk and its baresip beside a baresip alone (plain.h): memory, idle processor time, a
 * thousand calls in a row, the time from the agent's key to the INVITE on the wire, and what a
 * handled call costs on the desk's socket, which over SSH is the agent's line. */

#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/bench/desk_client.h"
#include "tests/bench/figure.h"
#include "tests/bench/plain.h"
#include "tests/bench/telephone.h"
#include "tests/bench/usage.h"
#include "tests/bench/wire.h"
#include "tests/e2e/agent.h"
#include "tests/harness/deadline.h"
#include "tests/harness/die.h"
#include "tests/harness/port.h"
#include "tests/harness/proc.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

#define DESK BUILD_ROOT "/net/desk/pupitre-desk"
#define KIB 1024.0
#define SAMPLES_MAX 200
/* SIP keeps what belongs to a call for 64 times half a second (RFC 3261 17.1.1.2). */
#define REST_MS 34000
/* Fifteen calls an hour, as in bench_call.c. */
#define TALK_S 200
#define ACW_S 40
#define PARTS 3 /* desk, its baresip, the plain one */

struct bench {
    size_t calls, dials, keys;
    int idle_ms, look_ms, rest_ms;
    char *dir;
    int sip_port;
    struct telephone *telephone;
    struct proc *desk;
    struct desk_client *client;
    struct plain *plain;
    pid_t pids[PARTS];
};

static pid_t baresip_of(const char *what)
{
    pid_t pid = 0;
    if (strays_list(what, &pid, 1) != 1)
        die("bench_desk", "one baresip is expected");
    return pid;
}

static struct proc *desk_start(const char *home, const char *instance, char **ret_dir)
{
    char place[64];
    const char *const argv[] = {DESK,   "--instance",   instance, "--audio",
                                "tone", "--foreground", NULL};
    CLEANUP_FREE char *log = tmpdir_path(home, "desk.log");
    struct proc *p = proc_start(&(struct spawn){.argv = argv, .home = home}, log);
    (void)snprintf(place, sizeof place, "run/pupitre/%s", instance);
    *ret_dir = tmpdir_path(home, place);
    CLEANUP_FREE char *socket = tmpdir_path(*ret_dir, "desk.sock");
    const int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    while (access(socket, F_OK) != 0)
        if (deadline_left(until) == 0)
            die("bench_desk", proc_log(p));
    return p;
}

static void setup(struct bench *b)
{
    CLEANUP_FREE char *place = NULL;
    b->dir = tmpdir_new();
    b->sip_port = port_free(2);
    b->telephone = telephone_new(b->sip_port, false);
    b->desk = desk_start(b->dir, "bench", &place);
    b->client = desk_client_new(place, b->sip_port);
    b->pids[0] = proc_pid(b->desk);
    b->pids[1] = baresip_of("baresip");
    b->plain = plain_new(b->dir, b->sip_port);
    b->pids[2] = plain_pid(b->plain);
}

static void teardown(struct bench *b)
{
    b->client = desk_client_free(b->client);
    b->plain = plain_free(b->plain);
    b->desk = proc_free(b->desk);
    b->telephone = telephone_free(b->telephone);
    (void)strays_kill();
    b->dir = tmpdir_free(b->dir);
}

/* --- memory and processor --- */

static void print_memory(struct bench *b, const char *when)
{
    struct usage_memory m[PARTS];
    char what[96];
    for (size_t i = 0; i < PARTS; i++)
        if (!usage_memory(b->pids[i], &m[i])) {
            figure_note("The memory %s could not be read: that takes root.", when);
            return;
        }
    (void)snprintf(what, sizeof what, "private memory of the desk, %s", when);
    figure_print(&(struct figure){.what = what,
                                  .unit = "B",
                                  .ours = m[0].private_b,
                                  .beside = {{"with what is shared (RSS)", m[0].rss_b}}});
    (void)snprintf(what, sizeof what, "private memory of its baresip, %s", when);
    figure_print(&(struct figure){.what = what,
                                  .unit = "B",
                                  .ours = m[1].private_b,
                                  .beside = {{"plain baresip", m[2].private_b}}});
}

static void print_idle(struct bench *b)
{
    double before_s[PARTS], used_s[PARTS];
    for (size_t i = 0; i < PARTS; i++)
        before_s[i] = usage_cpu_s(b->pids[i]);
    const int64_t until = deadline_now_ms() + b->idle_ms;
    while (deadline_left(until) > 0)
        (void)poll(NULL, 0, deadline_left(until));
    for (size_t i = 0; i < PARTS; i++)
        used_s[i] = (usage_cpu_s(b->pids[i]) - before_s[i]) * 60000 / b->idle_ms;
    figure_print(&(struct figure){.what = "processor time an idle minute, desk and its baresip",
                                  .unit = "s",
                                  .ours = used_s[0] + used_s[1],
                                  .beside = {{"plain baresip", used_s[2]}}});
}

/* --- the way to the INVITE --- */

static double called_after_s(struct telephone *t, size_t n, double from_s)
{
    const double at_s = telephone_called_s(t, n, WORLD_DEADLINE_MS);
    if (at_s == 0)
        die("bench_desk", "no INVITE came");
    return at_s - from_s;
}

static void print_dials(struct bench *b)
{
    double ours_s[SAMPLES_MAX], theirs_s[SAMPLES_MAX];
    for (size_t i = 0; i < b->dials; i++) {
        double from_s = figure_now_s();
        size_t n = telephone_calls(b->telephone);
        desk_client_dial(b->client, "answer");
        ours_s[i] = called_after_s(b->telephone, n + 1, from_s);
        desk_client_end(b->client);
        from_s = figure_now_s();
        n = telephone_calls(b->telephone);
        plain_dial(b->plain);
        theirs_s[i] = called_after_s(b->telephone, n + 1, from_s);
        plain_hang_up(b->plain);
    }
    figure_print(&(struct figure){
        .what = "from the desk's socket to the INVITE on the wire",
        .unit = "s",
        .ours = figure_median(ours_s, b->dials),
        .beside = {{"plain baresip, from its control port", figure_median(theirs_s, b->dials)}}});
}

/* Calls that are offered, accepted, and answered busy; each with its wrap-up. */
static void print_key(struct bench *b)
{
    double waits_s[SAMPLES_MAX];
    char digits[SAMPLES_MAX + 1] = "";
    memset(digits, '1', b->keys + 1);
    struct world *w = world_new(digits);
    w->citizens = proc_free(w->citizens);
    if (!strays_wait_none("sipp", WORLD_DEADLINE_MS))
        die("bench_desk", "the citizens stay");
    struct telephone *t = telephone_new(w->sip_port, true);
    struct term *screen = world_screen(w, "en", 24, 80);
    agent_goes_on_queue(screen);
    for (size_t i = 0; i < b->keys; i++) {
        agent_accepts(screen);
        assert_screen_shows(screen, "Call +32 470");
        const double from_s = figure_now_s();
        term_send_keys(screen, "<Enter>");
        waits_s[i] = called_after_s(t, i + 1, from_s);
        assert_screen_shows(screen, "The number is busy");
        agent_closes(screen, "Busy");
        agent_ends_preview(screen);
    }
    figure_print(&(struct figure){.what = "from the agent's key to the INVITE on the wire",
                                  .unit = "s",
                                  .ours = figure_median(waits_s, b->keys),
                                  .rule = FIGURE_BELOW,
                                  .target = 0.1});
    screen = term_close(screen);
    t = telephone_free(t);
    w = world_free(w);
}

/* --- a thousand calls --- */

struct size {
    double memory_b;
    size_t descriptors;
};

static struct size size_of(pid_t pid)
{
    struct usage_memory m;
    struct size s = {0};
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    s.memory_b = usage_memory(pid, &m) ? m.anonymous_b : 0;
    DIR *d = opendir(path);
    while (d && readdir(d))
        s.descriptors++;
    if (d)
        (void)closedir(d);
    return s;
}

static void call(struct bench *b, bool plain)
{
    if (plain) {
        plain_dial(b->plain);
        plain_hang_up(b->plain);
    } else {
        desk_client_dial(b->client, "answer");
        desk_client_end(b->client);
    }
}

/* The same calls twice: the first time the pools of memory fill. */
static void make_calls(struct bench *b, double each_s[2])
{
    const size_t before = telephone_calls(b->telephone);
    for (int plain = 0; plain < 2; plain++) {
        const double from_s = figure_now_s();
        for (size_t i = 0; i < b->calls; i++)
            call(b, plain);
        each_s[plain] = (figure_now_s() - from_s) / (double)b->calls;
    }
    if (telephone_calls(b->telephone) != before + 2 * b->calls)
        die("bench_desk", "not every call came");
    (void)poll(NULL, 0, b->rest_ms);
}

static void print_growth(const struct bench *b, const struct size before[],
                         const struct size after[])
{
    char what[96];
    (void)snprintf(what, sizeof what, "growth of the desk in %zu calls", b->calls);
    figure_print(&(struct figure){.what = what,
                                  .unit = "B",
                                  .ours = after[0].memory_b - before[0].memory_b,
                                  .rule = FIGURE_BELOW,
                                  .target = 256 * KIB});
    (void)snprintf(what, sizeof what, "growth of its baresip in %zu calls", b->calls);
    figure_print(
        &(struct figure){.what = what,
                         .unit = "B",
                         .ours = after[1].memory_b - before[1].memory_b,
                         .beside = {{"plain baresip", after[2].memory_b - before[2].memory_b}},
                         .rule = FIGURE_BELOW,
                         .target = 256 * KIB});
    figure_print(&(struct figure){.what = "descriptors that these calls left open, both",
                                  .unit = "",
                                  .ours = (double)(after[0].descriptors + after[1].descriptors) -
                                          (double)(before[0].descriptors + before[1].descriptors),
                                  .rule = FIGURE_BELOW,
                                  .target = 1});
}

static void print_calls(struct bench *b)
{
    struct size before[PARTS], after[PARTS];
    double each_s[2];
    make_calls(b, each_s);
    for (size_t i = 0; i < PARTS; i++)
        before[i] = size_of(b->pids[i]);
    const uint64_t bytes = desk_client_bytes(b->client);
    make_calls(b, each_s);
    for (size_t i = 0; i < PARTS; i++)
        after[i] = size_of(b->pids[i]);
    print_growth(b, before, after);
    figure_print(&(struct figure){.what = "a call that is answered and ended at once",
                                  .unit = "s",
                                  .ours = each_s[0],
                                  .beside = {{"plain baresip", each_s[1]}}});
    figure_print(&(struct figure){
        .what = "bytes on the desk's socket a bare call",
        .unit = "B",
        .ours = (double)(desk_client_bytes(b->client) - bytes) / (double)b->calls,
    });
}

/* --- a handled call --- */

static uint64_t look(const struct wire *wire, struct term *t, int for_ms)
{
    const uint64_t before = wire_bytes(wire);
    (void)term_wait_text(t, "\001", for_ms); /* which is never shown */
    return wire_bytes(wire) - before;
}

static void print_handled(struct bench *b)
{
    struct world *w = world_new("0");
    CLEANUP_FREE char *place = NULL;
    struct proc *desk = desk_start(w->dir, "e2e", &place);
    struct wire *wire = wire_new(place);
    struct term *t = world_screen(w, "en", 24, 80);
    assert_screen_shows(t, "Phone ok");
    const uint64_t before = wire_bytes(wire);
    const double began_s = figure_now_s();
    agent_calls(t, "Talking");
    agent_interviews(t);
    const uint64_t talk = look(wire, t, b->look_ms);
    const double talk_s = figure_now_s() - began_s;
    agent_ends_call(t);
    const uint64_t acw = look(wire, t, b->look_ms);
    agent_closes(t, "Closed with data");
    agent_ends_preview(t);
    const double whole = (double)(wire_bytes(wire) - before);
    const double look_s = (double)b->look_ms / 1000;
    figure_print(&(struct figure){.what = "bytes on the desk's socket a handled call, as driven",
                                  .unit = "B",
                                  .ours = whole});
    figure_print(
        &(struct figure){.what = "bytes on the desk's socket a handled call of four minutes",
                         .unit = "B",
                         .ours = whole + (double)talk / look_s * (TALK_S - talk_s) +
                                 (double)acw / look_s * (ACW_S - look_s),
                         .rule = FIGURE_BELOW,
                         .target = 64 * KIB});
    t = term_close(t);
    desk = proc_free(desk);
    wire = wire_free(wire);
    w = world_free(w);
}

int main(int argc, char **argv)
{
    const bool smoke = figure_size_of(argc, argv) == FIGURE_SMOKE;
    struct bench b = {
        .calls = smoke ? 10 : 1000,
        .dials = smoke ? 3 : 100,
        .keys = smoke ? 1 : 10,
        .idle_ms = smoke ? 200 : 60000,
        .look_ms = smoke ? 1000 : 20000,
        .rest_ms = smoke ? 0 : REST_MS,
    };
    setup(&b);
    print_memory(&b, "idle");
    (void)fprintf(stderr, "bench_desk: idle\n");
    print_idle(&b);
    print_dials(&b);
    desk_client_dial(b.client, "answer");
    plain_dial(b.plain);
    print_memory(&b, "in a call");
    plain_hang_up(b.plain);
    desk_client_end(b.client);
    (void)fprintf(stderr, "bench_desk: %zu calls\n", b.calls);
    print_calls(&b);
    teardown(&b);
    (void)fprintf(stderr, "bench_desk: the agent's key\n");
    print_key(&b);
    print_handled(&b);
    figure_note(
        "Plain: Debian's baresip with its own modules, menu and control port; the same codec, "
        "a tone and a silent player; its tone has a thread that the end of a call waits for. "
        "Growth is that of a second round of such calls, each round after %d s of rest. A bare "
        "call is dialled, answered and ended by a program that keeps nothing; a handled one "
        "goes from going on queue to Done with four questions, all that the screen wants back "
        "after its death included; four minutes: %d s until the call ends and %d s of "
        "after-call work.",
        REST_MS / 1000, TALK_S, ACW_S);
    return 0;
}
