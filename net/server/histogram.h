/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How often a value fell below each of some bounds, as Prometheus wants it. */

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BOUNDS 12

struct histogram {
    uint64_t below[HISTOGRAM_BOUNDS + 1]; /* not cumulative; the last: above all bounds */
    double sum;
};

/* bounds: HISTOGRAM_BOUNDS of them, rising. */
static inline void histogram_add(struct histogram *h, const double *bounds, double value)
{
    size_t i = 0;
    while (i < HISTOGRAM_BOUNDS && value > bounds[i])
        i++;
    h->below[i]++;
    h->sum += value;
}

static inline uint64_t histogram_count(const struct histogram *h)
{
    uint64_t n = 0;
    for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
        n += h->below[i];
    return n;
}

/* From a tenth of a millisecond to ten seconds, in seconds. */
extern const double histogram_seconds[HISTOGRAM_BOUNDS];
/* From 1 to 256, and beyond. */
extern const double histogram_sizes[HISTOGRAM_BOUNDS];
