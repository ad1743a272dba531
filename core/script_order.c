/* SPDX-License-Identifier: Apache-2.0 */
/* The order of evaluation: a topological sort (Kahn 1962), so that a chain of conditions however
 * long needs no recursion, and what cannot be sorted is what depends on itself. */

#include "core/script_order.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* An item depends on its parent and on the question of each condition: dependency number k of item
 * i, or SCRIPT_NONE where there is none. k runs from 0 (the parent) to n_conditions. */
static size_t dependency(const struct script *s, size_t i, size_t k)
{
    const struct script_item *item = &s->items[i];
    const size_t on = k == 0 ? item->parent : item->conditions[k - 1].item;
    return on < s->n_items ? on : SCRIPT_NONE;
}

struct graph {
    size_t *waiting; /* an item's dependencies that are not placed yet */
    size_t *first;   /* where the list of those who depend on an item starts, n_items + 1 rows */
    size_t *users;   /* those lists, one after the other */
};

static void graph_deinit(struct graph *g)
{
    free(g->waiting);
    free(g->first);
    free(g->users);
}

/* Count for each item, make starts of the counts, then fill. */
static bool graph_init(struct graph *g, const struct script *s)
{
    const size_t n = s->n_items;
    size_t edges = 0;
    g->waiting = calloc(n + 1, sizeof *g->waiting);
    g->first = calloc(n + 2, sizeof *g->first);
    if (!g->waiting || !g->first)
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= s->items[i].n_conditions; k++) {
            const size_t on = dependency(s, i, k);
            if (on == SCRIPT_NONE)
                continue;
            g->waiting[i]++;
            g->first[on + 2]++;
            edges++;
        }
    for (size_t i = 2; i < n + 2; i++)
        g->first[i] += g->first[i - 1];
    g->users = calloc(edges + 1, sizeof *g->users);
    if (!g->users)
        return false;
    /* first[on + 1] runs from the start of its list to its end, which is the start of the next. */
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= s->items[i].n_conditions; k++) {
            const size_t on = dependency(s, i, k);
            if (on != SCRIPT_NONE)
                g->users[g->first[on + 1]++] = i;
        }
    return true;
}

bool script_order(const struct script *s, size_t *order, size_t *ret_placed)
{
    struct graph g = {0};
    if (!graph_init(&g, s)) {
        graph_deinit(&g);
        return false;
    }
    size_t placed = 0;
    for (size_t i = 0; i < s->n_items; i++)
        if (g.waiting[i] == 0)
            order[placed++] = i;
    for (size_t next = 0; next < placed; next++) {
        const size_t done = order[next];
        for (size_t e = g.first[done]; e < g.first[done + 1]; e++)
            if (--g.waiting[g.users[e]] == 0)
                order[placed++] = g.users[e];
    }
    size_t n = placed;
    for (size_t i = 0; i < s->n_items; i++)
        if (g.waiting[i] > 0)
            order[n++] = i;
    graph_deinit(&g);
    *ret_placed = placed;
    return true;
}

/* An unplaced item has an unplaced dependency: whoever follows those comes round. walk[] says which
 * walk came by first. Returns the smallest index of the circle, or SCRIPT_NONE when the walk from
 * `start` ends in one that was found before. */
static size_t walk_round(const struct script *s, const bool *placed, size_t *walk, size_t start)
{
    size_t at = start;
    while (walk[at] == 0) {
        walk[at] = start + 1;
        size_t k = 0;
        while (dependency(s, at, k) == SCRIPT_NONE || placed[dependency(s, at, k)])
            k++;
        at = dependency(s, at, k);
    }
    if (walk[at] != start + 1)
        return SCRIPT_NONE;
    size_t smallest = at;
    const size_t entry = at;
    do {
        size_t k = 0;
        while (dependency(s, at, k) == SCRIPT_NONE || placed[dependency(s, at, k)])
            k++;
        at = dependency(s, at, k);
        smallest = at < smallest ? at : smallest;
    } while (at != entry);
    return smallest;
}

static void find_after(const struct script *s, const size_t *order, size_t n_placed, size_t from,
                       bool *placed, size_t *walk, size_t *ret)
{
    for (size_t i = 0; i < n_placed; i++)
        placed[order[i]] = true;
    *ret = SCRIPT_NONE;
    for (size_t i = n_placed; i < s->n_items; i++) {
        if (walk[order[i]] != 0)
            continue;
        const size_t at = walk_round(s, placed, walk, order[i]);
        if (at != SCRIPT_NONE && (from == SCRIPT_NONE || at > from) &&
            (*ret == SCRIPT_NONE || at < *ret))
            *ret = at;
    }
}

bool script_find_circle(const struct script *s, size_t from, size_t *ret)
{
    const size_t n = s->n_items;
    size_t n_placed;
    size_t *order = calloc(n + 1, sizeof *order), *walk = calloc(n + 1, sizeof *walk);
    bool *placed = calloc(n + 1, sizeof *placed);
    const bool good = order && walk && placed && script_order(s, order, &n_placed);
    if (good)
        find_after(s, order, n_placed, from, placed, walk, ret);
    free(order);
    free(walk);
    free(placed);
    return good;
}
