/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What pupitred counts of its own work, and GET /metrics: Prometheus text format 0.0.4.
 *
 * Labels are routes as the contract writes them, regions, services, states and codes: never a path
 * as it came, an agent or a person. What only the database knows is read every METRICS_EVERY_S by a
 * job of the writer and shown from memory, so that a scrape costs the database nothing, and still
 * answers when that is stuck. Loop thread only, if not said otherwise. */

#include "core/buf.h"
#include "core/err.h"

struct metrics;
struct request;
struct server;

#define METRICS_EVERY_S 10

enum metric {
    METRIC_OFFERS,
    METRIC_ACCEPTED,
    METRIC_SKIPPED,
    METRIC_PERMITS,
    METRIC_RELEASED,
    METRIC_LOGINS_RIGHT,
    METRIC_LOGINS_WRONG,
    METRIC_LOGINS_THROTTLED,
    METRIC_FAULTS,
    METRIC_FEDERAL_SENT,
    METRIC_FEDERAL_LATER,
    METRIC_FEDERAL_PARKED,
};
#define METRIC_COUNT (METRIC_FEDERAL_PARKED + 1)

/* NULL: out of memory. */
struct metrics *metrics_new(struct server *server);
struct metrics *metrics_free(struct metrics *m);

void metrics_count(struct metrics *m, enum metric what);
/* A request was answered. */
void metrics_answered(struct metrics *m, const struct request *req, int64_t took_ms);
/* What a request changed is committed. */
void metrics_committed(struct metrics *m, const struct request *req);
/* Once a second. */
void metrics_tick(struct metrics *m, int64_t now_ms);

/* All of it as text; ret->failed when memory is missing. */
void metrics_print(const struct metrics *m, struct buf *ret);
