/* SPDX-License-Identifier: Apache-2.0 */
/* The screen alone: how soon the first picture stands, how soon a key is answered and what that
 * costs, how much memory it takes; beside tig, mutt and htop on the same pty. pupitre shows its
 * sign-in view, with no backend. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/figure.h"
#include "tests/bench/keys.h"
#include "tests/bench/peers.h"
#include "tests/bench/usage.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

#define SCREEN BUILD_ROOT "/tui/pupitre"
#define OURS PEER_COUNT /* its column, behind the peers */
#define COLUMNS (PEER_COUNT + 1)
#define STARTS_MAX 50
#define MIB (1024.0 * 1024.0)

struct bench {
    char *dir;
    size_t starts;
    size_t keys;
};

/* What was measured of one program. */
struct column {
    const char *name; /* NULL = not installed */
    double first_s;
    struct keys_figures keys;
    struct usage_memory memory;
};

static struct term *start(const struct bench *b, int which)
{
    static const char *const argv[] = {
        SCREEN, "--backend", "http://127.0.0.1:1", "--instance", "bench", "--audio", "tone", NULL};
    static const char *const env[] = {"PUPITRE_LOCALEDIR=" BUILD_ROOT "/po", NULL};
    if (which != OURS)
        return peer_start((enum peer)which, b->dir);
    return term_start(&(struct term_opts){
        .spawn = {.argv = argv, .env = env, .home = b->dir}
    });
}

static const char *marker(int which)
{
    return which == OURS ? "Enter Sign in" : peer_marker((enum peer)which);
}

static struct term *end(struct term *t)
{
    t = term_close(t);
    (void)strays_kill(); /* the desk that a screen has started */
    return t;
}

static void must_show(struct term *t, int which)
{
    if (term_wait_text(t, marker(which), TERM_DEADLINE_MS))
        return;
    (void)fprintf(stderr, "bench_screen: no \"%s\":\n%s", marker(which), term_text(t));
    exit(1);
}

static double first_picture(const struct bench *b, int which)
{
    double samples[STARTS_MAX];
    for (size_t i = 0; i < b->starts; i++) {
        const double began_s = figure_now_s();
        struct term *t = start(b, which);
        must_show(t, which);
        samples[i] = figure_now_s() - began_s;
        t = end(t);
    }
    return figure_median(samples, b->starts);
}

static struct column measure(const struct bench *b, int which)
{
    struct column c = {.name = which == OURS ? "pupitre" : peer_name((enum peer)which)};
    (void)fprintf(stderr, "bench_screen: %s\n", c.name);
    struct term *warm = start(b, which);
    must_show(warm, which);
    warm = end(warm);
    c.first_s = first_picture(b, which);

    struct term *t = start(b, which);
    must_show(t, which);
    (void)term_wait_quiet(t, 300, 5000);
    (void)usage_memory(term_pid(t), &c.memory);
    const char *down = which == OURS ? "\t" : peer_key((enum peer)which, 0);
    const char *up = which == OURS ? "\t" : peer_key((enum peer)which, 1);
    c.keys = keys_press(t, down, up, b->keys);
    t = end(t);
    return c;
}

static void print(const char *what, const char *unit, const struct column *columns, size_t offset,
                  enum figure_rule rule, double target)
{
    struct figure f = {.what = what, .unit = unit, .rule = rule, .target = target};
    size_t n = 0;
    for (int i = 0; i < COLUMNS; i++) {
        const double value = *(const double *)(const void *)((const char *)&columns[i] + offset);
        if (i == OURS)
            f.ours = value;
        else if (columns[i].name) {
            f.beside[n].name = columns[i].name;
            f.beside[n++].value = value;
        }
    }
    figure_print(&f);
}

int main(int argc, char **argv)
{
    const enum figure_size size = figure_size_of(argc, argv);
    struct bench b = {
        .dir = tmpdir_new(),
        .starts = size == FIGURE_SMOKE ? 1 : 30,
        .keys = size == FIGURE_SMOKE ? 6 : 400,
    };
    struct column columns[COLUMNS] = {0};
    peers_prepare(b.dir);
    for (int i = 0; i < COLUMNS; i++)
        if (i == OURS || peer_is_here((enum peer)i))
            columns[i] = measure(&b, i);

    print("first screen", "s", columns, offsetof(struct column, first_s), FIGURE_BELOW, 0.030);
    print("key to first byte", "s", columns,
          offsetof(struct column, keys) + offsetof(struct keys_figures, first_byte_s), FIGURE_SHOWN,
          0);
    print("processor time a key", "s", columns,
          offsetof(struct column, keys) + offsetof(struct keys_figures, cpu_s), FIGURE_BELOW,
          0.0005);
    print("terminal output a key, cursor down", "B", columns,
          offsetof(struct column, keys) + offsetof(struct keys_figures, bytes), FIGURE_SHOWN, 0);
    print("private memory, first screen", "B", columns,
          offsetof(struct column, memory) + offsetof(struct usage_memory, private_b), FIGURE_BELOW,
          8 * MIB);
    print("with what is shared (RSS), first screen", "B", columns,
          offsetof(struct column, memory) + offsetof(struct usage_memory, rss_b), FIGURE_SHOWN, 0);
    if (columns[OURS].keys.unanswered)
        figure_note("%zu of %zu keys on the first screen brought no output.",
                    columns[OURS].keys.unanswered, b.keys);
    b.dir = tmpdir_free(b.dir);
    return 0;
}
