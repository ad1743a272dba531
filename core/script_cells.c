/* SPDX-License-Identifier: Apache-2.0 */
/* The cells of the tree: made, filled with what stands below, thrown away. Only clearing the whole
 * gives a number again, so that a handle means one thing only until then. */

#include <stdlib.h>
#include <string.h>

#include "core/script_answers.h"
#include "core/script_value.h"

/* Answers are health data: nothing of them stays in memory that is given back. The barrier keeps
 * the compiler from dropping a write that nobody reads. */
static void wipe(char *text)
{
    if (!text)
        return;
    memset(text, 0, strlen(text));
    __asm__ volatile("" : : "r"(text) : "memory");
}

void script_value_forget(struct script_value *v)
{
    wipe(v->text);
    wipe(v->system);
    wipe(v->display);
    wipe(v->code);
    wipe(v->unit);
    script_value_deinit(v);
}

void script_cell_put(struct script_answers *a, size_t answer, struct script_value *value_take)
{
    script_value_forget(&a->cells[answer].value);
    a->cells[answer].value = *value_take;
    *value_take = (struct script_value){0};
}

/* Room for so many more cells, and for all of them in the heap. */
bool script_cells_room(struct script_answers *a, size_t more)
{
    size_t cap = a->cap ? a->cap : 64;
    while (cap < a->n_cells + more)
        cap *= 2;
    if (cap == a->cap)
        return true;
    struct script_cell *cells = realloc(a->cells, cap * sizeof *cells);
    if (cells)
        a->cells = cells;
    struct script_due *heap = realloc(a->heap, cap * sizeof *heap);
    if (heap)
        a->heap = heap;
    if (cells && heap)
        a->cap = cap;
    return cells && heap;
}

size_t script_cell_new(struct script_answers *a, unsigned kind, size_t item, size_t up)
{
    a->cells[a->n_cells] = (struct script_cell){.kind = kind,
                                                .item = item,
                                                .up = up,
                                                .next = SCRIPT_NODE_NONE,
                                                .prev = SCRIPT_NODE_NONE,
                                                .answers = SCRIPT_NODE_NONE};
    return a->n_cells++;
}

size_t script_cell_new_node(struct script_answers *a, size_t item, size_t up, bool *good)
{
    const bool question = script_is_question(&a->script->items[item]);
    const size_t node = script_cell_new(a, question ? CELL_QUESTION : CELL_GROUP, item, up);
    size_t holder = node;
    if (question)
        holder = a->cells[node].answers = script_cell_new(a, CELL_ANSWER, item, node);
    *good = script_cell_fill(a, holder) && *good;
    return node;
}

bool script_cell_fill(struct script_answers *a, size_t holder)
{
    const struct script_plan *p = &a->plan;
    const size_t item = a->cells[holder].item;
    const size_t start = p->child_start[item], n = p->child_start[item + 1] - start;
    if (n == 0)
        return true;
    size_t *first = calloc(n, sizeof *first);
    a->cells[holder].first = first;
    bool good = first != NULL;
    for (size_t k = 0; first && k < n; k++)
        first[k] = script_cell_new_node(a, p->children[start + k], holder, &good);
    return good;
}

size_t script_cells_below(const struct script_answers *a, size_t item)
{
    const size_t n = item == a->plan.n ? a->plan.n : a->plan.end[item] - item;
    return 2 * n;
}

void script_cells_cut(struct script_answers *a, size_t from)
{
    for (size_t i = from; i < a->n_cells; i++) {
        script_value_forget(&a->cells[i].value);
        free(a->cells[i].first);
    }
    a->n_cells = from;
}

bool script_tree_make(struct script_answers *a)
{
    a->n_heap = 0;
    if (!script_cells_room(a, script_cells_below(a, a->plan.n) + 1))
        return false;
    (void)script_cell_new(a, CELL_GROUP, a->plan.n, 0);
    a->cells[0].flags = FLAG_ENABLED | FLAG_SHOWN | FLAG_OPEN;
    if (!script_cell_fill(a, 0))
        return false;
    script_answers_refresh(a);
    return true;
}

void script_tree_drop(struct script_answers *a)
{
    script_cells_cut(a, 0);
    free(a->cells);
    free(a->heap);
    a->cells = NULL;
    a->heap = NULL;
    a->cap = 0;
}

void script_cell_forget(struct script_answers *a, size_t cell)
{
    struct script_cell *c = &a->cells[cell];
    const size_t n = a->plan.child_start[c->item + 1] - a->plan.child_start[c->item];
    for (size_t k = 0; c->first && k < n; k++)
        for (size_t i = c->first[k]; i != SCRIPT_NODE_NONE; i = a->cells[i].next)
            script_cell_forget(a, i);
    if (c->kind == CELL_QUESTION)
        for (size_t i = c->answers; i != SCRIPT_NODE_NONE; i = a->cells[i].next)
            script_cell_forget(a, i);
    script_value_forget(&c->value);
    free(c->first);
    c->first = NULL;
    c->kind = CELL_GONE;
}

/* Take all instances but the first away, and all values. */
static void prune(struct script_answers *a, size_t *head)
{
    const size_t keep = *head;
    for (size_t i = a->cells[keep].next, next; i != SCRIPT_NODE_NONE; i = next) {
        next = a->cells[i].next;
        script_cell_forget(a, i);
    }
    a->cells[keep].next = SCRIPT_NODE_NONE;
    a->cells[keep].prev = SCRIPT_NODE_NONE;
    a->cells[keep].position = 0;
    a->cells[keep].filled = 0;
    a->cells[keep].counted = false;
    if (a->cells[keep].kind == CELL_QUESTION) {
        prune(a, &a->cells[keep].answers);
        return;
    }
    script_value_forget(&a->cells[keep].value);
    const size_t item = a->cells[keep].item;
    const size_t n = a->plan.child_start[item + 1] - a->plan.child_start[item];
    for (size_t k = 0; a->cells[keep].first && k < n; k++)
        prune(a, &a->cells[keep].first[k]);
}

/* Cells move down over those that are gone. The heap is empty now and has room for their new
 * numbers. */
static void compact(struct script_answers *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n_cells; i++)
        a->heap[i].node = a->cells[i].kind == CELL_GONE ? SCRIPT_NODE_NONE : n++;
    for (size_t i = 0; i < a->n_cells; i++) {
        if (a->cells[i].kind == CELL_GONE)
            continue;
        struct script_cell c = a->cells[i];
        c.up = a->heap[c.up].node;
        c.answers = c.answers == SCRIPT_NODE_NONE ? c.answers : a->heap[c.answers].node;
        const size_t n_below = a->plan.child_start[c.item + 1] - a->plan.child_start[c.item];
        for (size_t k = 0; c.first && k < n_below; k++)
            c.first[k] = a->heap[c.first[k]].node;
        a->cells[a->heap[i].node] = c;
    }
    a->n_cells = n;
}

void script_tree_clear(struct script_answers *a)
{
    size_t whole = 0;
    prune(a, &whole);
    compact(a);
    a->held = false;
    script_answers_refresh(a);
}
