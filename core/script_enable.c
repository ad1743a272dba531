/* SPDX-License-Identifier: Apache-2.0 */
/* What is enabled, shown and counted. Nodes to look at again stand in a heap by the rank of their
 * item: a node is evaluated after all it depends on, once a change, and only what looks at
 * something that changed is looked at. */

#include "core/script_answers.h"
#include "core/script_value.h"

/* ---- the heap ---- */

void script_queue(struct script_answers *a, size_t node)
{
    if (a->cells[node].queued)
        return;
    a->cells[node].queued = true;
    const struct script_due due = {a->plan.rank[a->cells[node].item], node};
    size_t at = a->n_heap++;
    while (at > 0 && due.rank < a->heap[(at - 1) / 2].rank) {
        a->heap[at] = a->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    a->heap[at] = due;
}

static size_t take(struct script_answers *a)
{
    const size_t top = a->heap[0].node;
    const struct script_due last = a->heap[--a->n_heap];
    size_t at = 0;
    for (size_t k = 1; k < a->n_heap; k = 2 * at + 1) {
        if (k + 1 < a->n_heap && a->heap[k + 1].rank < a->heap[k].rank)
            k++;
        if (a->heap[k].rank >= last.rank)
            break;
        a->heap[at] = a->heap[k];
        at = k;
    }
    a->heap[at] = last;
    a->cells[top].queued = false;
    return top;
}

/* ---- who depends ---- */

static void queue_nodes(struct script_answers *a, size_t holder)
{
    const struct script_plan *p = &a->plan;
    const struct script_cell *c = &a->cells[holder];
    const size_t n = p->child_start[c->item + 1] - p->child_start[c->item];
    for (size_t k = 0; c->first && k < n; k++)
        for (size_t node = c->first[k]; node != SCRIPT_NODE_NONE; node = a->cells[node].next)
            script_queue(a, node);
}

void script_queue_below(struct script_answers *a, size_t cell)
{
    if (a->cells[cell].kind != CELL_QUESTION) {
        queue_nodes(a, cell);
        return;
    }
    for (size_t k = a->cells[cell].answers; k != SCRIPT_NODE_NONE; k = a->cells[k].next)
        queue_nodes(a, k);
}

/* The child of `above` that is item or has it below. */
static size_t branch_to(const struct script_answers *a, size_t above, size_t item)
{
    while (plan_parent(a->script, item) != above)
        item = plan_parent(a->script, item);
    return item;
}

void script_queue_item(struct script_answers *a, size_t below, size_t item)
{
    const struct script_cell *c = &a->cells[below];
    if (c->kind == CELL_QUESTION) {
        for (size_t k = c->answers; k != SCRIPT_NODE_NONE; k = a->cells[k].next)
            script_queue_item(a, k, item);
        return;
    }
    const size_t branch = branch_to(a, c->item, item);
    for (size_t node = c->first[a->plan.ordinal[branch]]; node != SCRIPT_NODE_NONE;
         node = a->cells[node].next) {
        if (branch == item)
            script_queue(a, node);
        else
            script_queue_item(a, node, item);
    }
}

/* The nearest cell at or above `from` that has the item below it. */
static size_t holder_of(const struct script_answers *a, size_t from, size_t item)
{
    while (from != 0 && !plan_is_below(&a->plan, item, a->cells[from].item))
        from = a->cells[from].up;
    return from;
}

void script_queue_users(struct script_answers *a, size_t question)
{
    const struct script_plan *p = &a->plan;
    const size_t item = a->cells[question].item;
    for (size_t k = p->user_start[item]; k < p->user_start[item + 1]; k++)
        script_queue_item(a, holder_of(a, question, p->users[k]), p->users[k]);
}

void script_queue_outside(struct script_answers *a, size_t node)
{
    const struct script_plan *p = &a->plan;
    const size_t top = a->cells[node].item;
    for (size_t item = top; item < p->end[top]; item++)
        for (size_t k = p->user_start[item]; k < p->user_start[item + 1]; k++) {
            const size_t user = p->users[k];
            if (a->cells[node].kind == CELL_ANSWER ? user != top : !plan_is_below(p, user, top))
                script_queue_item(a, holder_of(a, a->cells[node].up, user), user);
        }
}

/* ---- evaluation ---- */

bool script_question_has_value(const struct script_answers *a, size_t question)
{
    for (size_t k = a->cells[question].answers; k != SCRIPT_NODE_NONE; k = a->cells[k].next)
        if (a->cells[k].value.kind != SCRIPT_VALUE_NONE)
            return true;
    return false;
}

size_t script_node_nearest(const struct script_answers *a, size_t node, size_t question)
{
    if (question >= a->script->n_items)
        return SCRIPT_NODE_NONE;
    size_t at = a->cells[node].up;
    while (at != 0 && a->cells[at].item != question &&
           !plan_is_below(&a->plan, question, a->cells[at].item))
        at = a->cells[at].up;
    if (at != 0 && a->cells[at].item == question)
        return a->cells[at].kind == CELL_ANSWER ? a->cells[at].up : SCRIPT_NODE_NONE;
    /* Down again: of several the last when they come before the node, the first when after. */
    const bool before = question < a->cells[node].item;
    while (a->cells[at].item != question) {
        size_t next;
        if (a->cells[at].kind == CELL_QUESTION) {
            next = a->cells[at].answers;
        } else {
            const size_t branch = branch_to(a, a->cells[at].item, question);
            next = a->cells[at].first[a->plan.ordinal[branch]];
        }
        while (before && a->cells[next].next != SCRIPT_NODE_NONE)
            next = a->cells[next].next;
        at = next;
    }
    return at;
}

/* "!=" holds when no answer is equal, so also without any; the others need one. */
static bool holds(const struct script_answers *a, const struct script_condition *c, size_t found)
{
    const bool answered = found != SCRIPT_NODE_NONE && a->cells[found].counted;
    if (c->op == SCRIPT_EXISTS)
        return answered == c->value.boolean;
    if (!answered)
        return c->op == SCRIPT_NE;
    for (size_t k = a->cells[found].answers; k != SCRIPT_NODE_NONE; k = a->cells[k].next) {
        const struct script_value *v = &a->cells[k].value;
        if (v->kind != SCRIPT_VALUE_NONE &&
            script_value_fulfils(v, c->op, &c->value) != (c->op == SCRIPT_NE))
            return c->op != SCRIPT_NE;
    }
    return c->op == SCRIPT_NE;
}

static bool conditions_hold(const struct script_answers *a, size_t node)
{
    const struct script_item *item = &a->script->items[a->cells[node].item];
    for (size_t k = 0; k < item->n_conditions; k++) {
        const struct script_condition *c = &item->conditions[k];
        if (holds(a, c, script_node_nearest(a, node, c->item)) == item->any)
            return item->any;
    }
    return item->n_conditions == 0 || !item->any;
}

bool script_node_reason(const struct script_answers *a, size_t node, size_t k,
                        struct script_reason *ret)
{
    const struct script_item *item = &a->script->items[a->cells[node].item];
    if (k >= item->n_conditions)
        return false;
    ret->condition = &item->conditions[k];
    ret->found = script_node_nearest(a, node, ret->condition->item);
    ret->holds = holds(a, ret->condition, ret->found);
    return true;
}

static unsigned flags_above(const struct script_answers *a, size_t node)
{
    const struct script_cell *up = &a->cells[a->cells[node].up];
    if (up->kind != CELL_ANSWER)
        return up->flags;
    const unsigned flags = a->cells[up->up].flags;
    return up->value.kind == SCRIPT_VALUE_NONE ? flags & ~(unsigned)FLAG_OPEN : flags;
}

static unsigned char evaluate(const struct script_answers *a, size_t node)
{
    const size_t item = a->cells[node].item;
    unsigned flags = flags_above(a, node);
    if (a->plan.rank[item] >= a->plan.n_placed || !(flags & FLAG_ENABLED) ||
        !conditions_hold(a, node))
        return 0;
    if (a->script->items[item].hidden)
        flags &= ~(unsigned)FLAG_SHOWN;
    return (unsigned char)flags;
}

void script_recount(struct script_answers *a, size_t question)
{
    struct script_cell *c = &a->cells[question];
    const bool counts = (c->flags & FLAG_OPEN) && script_question_has_value(a, question);
    if (counts == c->counted)
        return;
    c->counted = counts;
    for (size_t at = question;; at = a->cells[at].up) {
        a->cells[at].filled += counts ? 1 : (size_t)-1;
        if (at == 0)
            return;
    }
}

void script_run(struct script_answers *a)
{
    a->changes++;
    while (a->n_heap > 0) {
        const size_t node = take(a);
        struct script_cell *c = &a->cells[node];
        if (c->kind == CELL_GONE)
            continue;
        a->touched++;
        const unsigned char flags = evaluate(a, node);
        if (flags == c->flags)
            continue;
        c->flags = flags;
        script_queue_below(a, node);
        if (c->kind != CELL_QUESTION)
            continue;
        const bool counted = c->counted;
        script_recount(a, node);
        if (counted != c->counted)
            script_queue_users(a, node);
    }
}

void script_answers_refresh(struct script_answers *a)
{
    for (size_t i = 1; i < a->n_cells; i++)
        if (a->cells[i].kind == CELL_GROUP || a->cells[i].kind == CELL_QUESTION)
            script_queue(a, i);
    script_run(a);
}

/* ---- asked ---- */

bool script_node_is_enabled(const struct script_answers *a, size_t node)
{
    return a->cells[node].flags & FLAG_ENABLED;
}

bool script_node_is_shown(const struct script_answers *a, size_t node)
{
    return a->cells[node].flags & FLAG_SHOWN;
}

bool script_node_is_kept(const struct script_answers *a, size_t node)
{
    return a->cells[node].counted;
}

bool script_node_is_filled(const struct script_answers *a, size_t node)
{
    return a->cells[node].filled > 0;
}

size_t script_answers_touched(const struct script_answers *a)
{
    return a->touched;
}

size_t script_answers_changes(const struct script_answers *a)
{
    return a->changes;
}
