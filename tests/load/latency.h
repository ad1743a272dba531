/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How long things took: counts in buckets whose width is 3 % of their value, so that 2,000 agents'
 * hours need no more memory than a minute's. */

#include <stdint.h>

enum { LATENCY_BUCKETS = 640 };

struct latency {
    uint64_t n;
    uint64_t buckets[LATENCY_BUCKETS];
};

void latency_add(struct latency *l, int64_t us);

/* The time below which this part of them lies, 0 to 1; in seconds, 0 of none. */
double latency_at(const struct latency *l, double part);
