/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/figure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const rule_names[] = {
    [FIGURE_SHOWN] = "shown",
    [FIGURE_BELOW] = "below",
    [FIGURE_RATIO_ATMOST] = "ratio_atmost",
    [FIGURE_RATIO_ATLEAST] = "ratio_atleast",
};

void figure_print(const struct figure *f)
{
    printf("{\"what\": \"%s\", \"unit\": \"%s\", \"ours\": %.9g, \"rule\": \"%s\", \"target\": "
           "%.9g, \"beside\": [",
           f->what, f->unit, f->ours, rule_names[f->rule], f->target);
    for (size_t i = 0; i < FIGURE_BESIDE_MAX && f->beside[i].name; i++)
        printf("%s[\"%s\", %.9g]", i ? ", " : "", f->beside[i].name, f->beside[i].value);
    printf("]}\n");
    (void)fflush(stdout);
}

void figure_note(const char *fmt, ...)
{
    va_list args;
    printf("{\"note\": \"");
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    printf("\"}\n");
    (void)fflush(stdout);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

double figure_median(double *samples, size_t n)
{
    if (n == 0)
        return 0;
    qsort(samples, n, sizeof *samples, by_value);
    return n % 2 ? samples[n / 2] : (samples[n / 2 - 1] + samples[n / 2]) / 2;
}

double figure_now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum figure_size figure_size_of(int argc, char **argv)
{
    if (argc == 1)
        return FIGURE_NORMAL;
    if (argc == 2 && strcmp(argv[1], "--smoke") == 0)
        return FIGURE_SMOKE;
    if (argc == 2 && strcmp(argv[1], "--full") == 0)
        return FIGURE_FULL;
    (void)fprintf(stderr, "usage: %s [--smoke | --full]\n", argv[0]);
    exit(64);
}
