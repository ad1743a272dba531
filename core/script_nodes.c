/* SPDX-License-Identifier: Apache-2.0 */
/* Going through the tree, and the names of its nodes. */

#include "core/buf.h"
#include "core/script_answers.h"

/* The first node of the children of a cell from child number k on. */
static size_t child_from(const struct script_answers *a, size_t cell, size_t k)
{
    const struct script_cell *c = &a->cells[cell];
    const size_t n = a->plan.child_start[c->item + 1] - a->plan.child_start[c->item];
    return c->first && k < n ? c->first[k] : SCRIPT_NODE_NONE;
}

size_t script_node_below(const struct script_answers *a, size_t below)
{
    return child_from(a, below == SCRIPT_NODE_NONE ? 0 : below, 0);
}

size_t script_node_beside(const struct script_answers *a, size_t node)
{
    const struct script_cell *c = &a->cells[node];
    return c->next != SCRIPT_NODE_NONE ? c->next
                                       : child_from(a, c->up, a->plan.ordinal[c->item] + 1);
}

/* Children of a question are the same for all answers: there are some below each, or below none. */
static size_t first_below(const struct script_answers *a, size_t node)
{
    const struct script_cell *c = &a->cells[node];
    return child_from(a, c->kind == CELL_QUESTION ? c->answers : node, 0);
}

size_t script_node_walk(const struct script_answers *a, size_t node)
{
    if (node == SCRIPT_NODE_NONE)
        return child_from(a, 0, 0);
    const size_t below = first_below(a, node);
    if (below != SCRIPT_NODE_NONE)
        return below;
    for (size_t at = node; at != 0; at = a->cells[at].up) {
        const struct script_cell *c = &a->cells[at];
        size_t next = c->next;
        if (c->kind == CELL_ANSWER && next != SCRIPT_NODE_NONE)
            next = child_from(a, next, 0);
        else if (c->kind != CELL_ANSWER && next == SCRIPT_NODE_NONE)
            next = child_from(a, c->up, a->plan.ordinal[c->item] + 1);
        if (next != SCRIPT_NODE_NONE)
            return next;
    }
    return SCRIPT_NODE_NONE;
}

static bool is_stop(const struct script_answers *a, size_t node)
{
    const struct script_item *item = &a->script->items[a->cells[node].item];
    return item->type != SCRIPT_GROUP && !item->help && script_node_is_shown(a, node);
}

size_t script_node_next(const struct script_answers *a, size_t node)
{
    do
        node = script_node_walk(a, node);
    while (node != SCRIPT_NODE_NONE && !is_stop(a, node));
    return node;
}

size_t script_node_prev(const struct script_answers *a, size_t node)
{
    size_t last = SCRIPT_NODE_NONE;
    for (size_t at = script_node_walk(a, SCRIPT_NODE_NONE); at != node && at != SCRIPT_NODE_NONE;
         at = script_node_walk(a, at))
        if (is_stop(a, at))
            last = at;
    return last;
}

static void add_positions(const struct script_answers *a, size_t cell, bool *first, struct buf *b)
{
    if (cell == 0)
        return;
    const struct script_cell *c = &a->cells[cell];
    add_positions(a, c->up, first, b);
    if (c->kind == CELL_QUESTION || !a->script->items[c->item].repeats)
        return;
    buf_printf(b, "%c%zu", *first ? '@' : '.', script_node_position(a, cell));
    *first = false;
}

void script_node_key(const struct script_answers *a, size_t node, struct buf *b)
{
    bool first = true;
    buf_str(b, a->script->items[a->cells[node].item].link_id);
    add_positions(a, node, &first, b);
}
