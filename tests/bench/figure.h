/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a benchmark prints: one JSON object a line on standard output, which tests/bench/table turns
 * into a table. Progress goes to standard error. */

#include <stddef.h>
#include <stdint.h>

#define FIGURE_BESIDE_MAX 4

/* What the target is about; a benchmark judges nothing, the table does. */
enum figure_rule {
    FIGURE_SHOWN,        /* no target */
    FIGURE_BELOW,        /* ours < target */
    FIGURE_RATIO_ATMOST, /* ours / beside[0] <= target */
    FIGURE_RATIO_ATLEAST /* ours / beside[0] >= target */
};

struct figure {
    const char *what;
    const char *unit; /* "s", "B", "/s" (rows, people …), "" = a count */
    double ours;
    struct {
        const char *name; /* NULL = none */
        double value;
    } beside[FIGURE_BESIDE_MAX];
    enum figure_rule rule;
    double target;
};

/* Texts are plain ASCII without quotes and backslashes. */
void figure_print(const struct figure *f);

/* A sentence below the table: how it was measured, what was left out and why. */
void figure_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The middle one; sorts the samples. 0 of none. */
double figure_median(double *samples, size_t n);

/* Monotonic seconds. */
double figure_now_s(void);

/* How much a run does, by its first argument: "--smoke" in `./dev test`, "--full" by wish. Anything
 * else ends the program with status 64. */
enum figure_size { FIGURE_SMOKE, FIGURE_NORMAL, FIGURE_FULL };
enum figure_size figure_size_of(int argc, char **argv);
