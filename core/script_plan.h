/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What never changes about a script: which items stand below which, who looks at whom, and in which
 * order items are evaluated. Index n_items stands for the whole. */

#include <stdbool.h>
#include <stddef.h>

#include "core/script.h"

struct script_plan {
    size_t n;
    size_t *rank;        /* of each item in the order of evaluation */
    size_t n_placed;     /* ranks from here on are circular: disabled */
    size_t *order;       /* items by rank */
    size_t *end;         /* one past the last item below; n + 1 rows */
    size_t *ordinal;     /* which child of its parent it is */
    size_t *child_start; /* where its children start in children[]; n + 2 rows */
    size_t *children;
    size_t *user_start; /* where those who look at it start in users[]; n + 1 rows */
    size_t *users;
};

bool script_plan_init(struct script_plan *p, const struct script *s) MUSTCHECK;
void script_plan_deinit(struct script_plan *p);

static inline size_t plan_parent(const struct script *s, size_t item)
{
    return s->items[item].parent == SCRIPT_NO_PARENT ? s->n_items : s->items[item].parent;
}

/* Is the item below that one (n_items: the whole)? */
static inline bool plan_is_below(const struct script_plan *p, size_t item, size_t above)
{
    return above == p->n || (item > above && item < p->end[above]);
}
