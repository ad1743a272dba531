/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How much one client may ask for: a bucket of points for each session, and one for each address
 * for those without. A bucket refills evenly, and holds what half a minute brings. What an
 * operation costs stands in one table here; one that is not named costs a point.
 *
 * A token that nobody has is charged to its address; so a session that was seen before goes on
 * whatever others try from its office. The table is bounded; all of it is the loop thread's. */

#include <stdbool.h>
#include <stdint.h>

#define RATE_CELLS 16384

struct rate;
struct route;

/* Points a minute; 0 = no limit. */
struct rate_limits {
    int64_t session;
    int64_t address;
};

/* NULL: out of memory. */
struct rate *rate_new(const struct rate_limits *limits);
struct rate *rate_free(struct rate *r);

/* What an operation costs, in points. */
int64_t rate_cost(const char *operation);
/* The i-th operation that has a cost of its own; NULL after the last. */
const char *rate_costly(unsigned i);

/* May this be done now? 0 = yes, and it is paid for; else the seconds until it may. token: "" =
 * none. now_ms: monotonic. */
int rate_pay(struct rate *r, const char *token, const char *address, int64_t cost, int64_t now_ms);
/* The token was that of a session; or it was nobody's. */
void rate_known(struct rate *r, const char *token, int64_t now_ms);
void rate_unknown(struct rate *r, const char *token);
