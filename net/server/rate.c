/* SPDX-License-Identifier: Apache-2.0 */
/* Buckets. A cell's value is what was taken out, in thousandths of a point, and at_ms the instant
 * of that value: an empty cell is a full bucket. */

#include "net/server/rate.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "net/server/cells.h"

#define MINUTE_MS 60000
#define POINT 1000

/* What reads much, or shows people. */
static const struct {
    const char *operation;
    int64_t cost;
} costs[] = {
    {"get_script",        5 },
    {"get_service",       5 },
    {"import_people",     20},
    {"list_callbacks",    3 },
    {"list_interactions", 3 },
    {"list_unresolved",   5 },
    {"read_record",       5 },
    {"reveal",            10},
    {"stream_events",     5 },
};

struct rate {
    struct rate_limits limits;
    struct cells *cells;
};

struct rate *rate_new(const struct rate_limits *limits)
{
    struct rate *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->limits = *limits;
    r->cells = cells_new(RATE_CELLS);
    return r->cells ? r : rate_free(r);
}

struct rate *rate_free(struct rate *r)
{
    if (r)
        cells_free(r->cells);
    free(r);
    return NULL;
}

const char *rate_costly(unsigned i)
{
    return i < sizeof costs / sizeof costs[0] ? costs[i].operation : NULL;
}

int64_t rate_cost(const char *operation)
{
    for (unsigned i = 0; i < sizeof costs / sizeof costs[0]; i++)
        if (strcmp(costs[i].operation, operation) == 0)
            return costs[i].cost;
    return 1;
}

/* Take so much out of a bucket, or say when it will be there. */
static int pay(struct cell *cell, int64_t a_minute, int64_t cost, int64_t now_ms)
{
    const int64_t room = a_minute * POINT / 2;
    const int64_t back = (now_ms - cell->at_ms) * a_minute * POINT / MINUTE_MS;
    const int64_t taken = back < cell->value ? cell->value - back : 0;
    /* What costs more than a bucket holds may be done when it is full. */
    const int64_t price = cost * POINT < room ? cost * POINT : room;
    const int64_t missing = taken + price - room;
    cell->value = taken;
    cell->at_ms = now_ms;
    if (missing > 0) {
        const int64_t ms = (missing * MINUTE_MS + a_minute * POINT - 1) / (a_minute * POINT);
        return (int)((ms + 999) / 1000);
    }
    cell->value += price;
    return 0;
}

int rate_pay(struct rate *r, const char *token, const char *address, int64_t cost, int64_t now_ms)
{
    const struct cell *known = token[0] ? cells_find(r->cells, 's', token, "") : NULL;
    if (known) {
        if (!r->limits.session)
            return 0;
        return pay(cells_take(r->cells, 's', token, "", now_ms), r->limits.session, cost, now_ms);
    }
    if (!r->limits.address)
        return 0;
    return pay(cells_take(r->cells, 'a', address, "", now_ms), r->limits.address, cost, now_ms);
}

void rate_known(struct rate *r, const char *token, int64_t now_ms)
{
    cells_take(r->cells, 's', token, "", now_ms)->is_worth = true;
}

void rate_unknown(struct rate *r, const char *token)
{
    struct cell *cell = cells_find(r->cells, 's', token, "");
    if (cell)
        *cell = (struct cell){0};
}
