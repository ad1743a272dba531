/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of children and of users: counted, then laid out one behind the other, then filled. */

#include "core/script_plan.h"

#include <stdlib.h>

#include "core/script_order.h"

static size_t *numbers(size_t n)
{
    return calloc(n + 2, sizeof(size_t));
}

/* Counts stand in row i + 1; rows become starts. */
static void add_up(size_t *starts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        starts[i + 1] += starts[i];
}

static void plan_children(struct script_plan *p, const struct script *s)
{
    for (size_t i = 0; i < p->n; i++)
        p->child_start[plan_parent(s, i) + 1]++;
    for (size_t i = 0; i < p->n; i++) {
        /* The ordinal is how many of the parent came before; end[] counts them meanwhile. */
        p->ordinal[i] = p->end[plan_parent(s, i)]++;
    }
    add_up(p->child_start, p->n + 1);
    for (size_t i = 0; i < p->n; i++)
        p->children[p->child_start[plan_parent(s, i)] + p->ordinal[i]] = i;
    for (size_t i = 0; i <= p->n; i++)
        p->end[i] = i + 1;
    for (size_t i = p->n; i-- > 0;) {
        const size_t up = plan_parent(s, i);
        if (up < p->n && p->end[up] < p->end[i])
            p->end[up] = p->end[i];
    }
}

static bool plan_users(struct script_plan *p, const struct script *s)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < s->items[i].n_conditions; k++)
            if (s->items[i].conditions[k].item < p->n) {
                p->user_start[s->items[i].conditions[k].item + 1]++;
                n++;
            }
    p->users = numbers(n);
    size_t *at = numbers(p->n);
    if (!p->users || !at) {
        free(at);
        return false;
    }
    add_up(p->user_start, p->n);
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < s->items[i].n_conditions; k++) {
            const size_t on = s->items[i].conditions[k].item;
            if (on < p->n)
                p->users[p->user_start[on] + at[on]++] = i;
        }
    free(at);
    return true;
}

bool script_plan_init(struct script_plan *p, const struct script *s)
{
    const size_t n = s->n_items;
    *p = (struct script_plan){.n = n};
    p->rank = numbers(n);
    p->order = numbers(n);
    p->end = numbers(n);
    p->ordinal = numbers(n);
    p->child_start = numbers(n + 1);
    p->children = numbers(n);
    p->user_start = numbers(n);
    if (!p->rank || !p->order || !p->end || !p->ordinal || !p->child_start || !p->children ||
        !p->user_start || !plan_users(p, s) || !script_order(s, p->order, &p->n_placed)) {
        script_plan_deinit(p);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        p->rank[p->order[i]] = i;
    plan_children(p, s);
    return true;
}

void script_plan_deinit(struct script_plan *p)
{
    free(p->rank);
    free(p->order);
    free(p->end);
    free(p->ordinal);
    free(p->child_start);
    free(p->children);
    free(p->user_start);
    free(p->users);
    *p = (struct script_plan){0};
}
