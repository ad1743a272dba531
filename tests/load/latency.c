/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/load/latency.h"

#include <math.h>

#define WIDTH 1.03

void latency_add(struct latency *l, int64_t us)
{
    const int bucket = us <= 1 ? 0 : (int)(log((double)us) / log(WIDTH));
    l->buckets[bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1]++;
    l->n++;
}

double latency_at(const struct latency *l, double part)
{
    const double wanted = part * (double)l->n;
    uint64_t seen = 0;
    for (int i = 0; l->n && i < LATENCY_BUCKETS; i++) {
        seen += l->buckets[i];
        if ((double)seen >= wanted)
            return pow(WIDTH, i + 1) / 1e6;
    }
    return 0;
}
