/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of instances: made, grown, pruned, moved. Cells are never given again, so that a handle
 * means one thing only. */

#include "core/script_tree.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
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

static void value_forget(struct script_value *v)
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
    value_forget(&a->cells[answer].value);
    a->cells[answer].value = *value_take;
    *value_take = (struct script_value){0};
}

/* ---- making ---- */

/* Room for so many more cells, and for all of them in the heap. */
static bool make_room(struct script_answers *a, size_t more)
{
    size_t cap = a->cap ? a->cap : 64;
    while (cap < a->n_cells + more)
        cap *= 2;
    if (cap == a->cap)
        return true;
    struct script_cell *cells = realloc(a->cells, cap * sizeof *cells);
    if (cells)
        a->cells = cells;
    size_t *heap = realloc(a->heap, cap * sizeof *heap);
    if (heap)
        a->heap = heap;
    if (cells && heap)
        a->cap = cap;
    return cells && heap;
}

static size_t cell_new(struct script_answers *a, unsigned kind, size_t item, size_t up)
{
    a->cells[a->n_cells] = (struct script_cell){.kind = kind,
                                                .item = item,
                                                .up = up,
                                                .next = SCRIPT_NODE_NONE,
                                                .prev = SCRIPT_NODE_NONE,
                                                .answers = SCRIPT_NODE_NONE};
    return a->n_cells++;
}

/* The room was made: groups have one cell an instance, questions two. */
static bool fill(struct script_answers *a, size_t holder);

static size_t node_new(struct script_answers *a, size_t item, size_t up, bool *good)
{
    const bool question = script_is_question(&a->script->items[item]);
    const size_t node = cell_new(a, question ? CELL_QUESTION : CELL_GROUP, item, up);
    size_t holder = node;
    if (question)
        holder = a->cells[node].answers = cell_new(a, CELL_ANSWER, item, node);
    *good = fill(a, holder) && *good;
    return node;
}

static bool fill(struct script_answers *a, size_t holder)
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
        first[k] = node_new(a, p->children[start + k], holder, &good);
    return good;
}

static size_t cells_below(const struct script_answers *a, size_t item)
{
    const size_t n = item == a->plan.n ? a->plan.n : a->plan.end[item] - item;
    return 2 * n;
}

static void cut(struct script_answers *a, size_t from)
{
    for (size_t i = from; i < a->n_cells; i++) {
        value_forget(&a->cells[i].value);
        free(a->cells[i].first);
    }
    a->n_cells = from;
}

bool script_tree_make(struct script_answers *a)
{
    a->n_heap = 0;
    if (!make_room(a, cells_below(a, a->plan.n) + 1))
        return false;
    (void)cell_new(a, CELL_GROUP, a->plan.n, 0);
    a->cells[0].flags = FLAG_ENABLED | FLAG_SHOWN | FLAG_OPEN;
    if (!fill(a, 0))
        return false;
    script_answers_refresh(a);
    return true;
}

void script_tree_drop(struct script_answers *a)
{
    cut(a, 0);
    free(a->cells);
    free(a->heap);
    a->cells = NULL;
    a->heap = NULL;
    a->cap = 0;
}

/* All below a cell is gone; what was counted there is taken from above first. */
static void forget(struct script_answers *a, size_t cell)
{
    struct script_cell *c = &a->cells[cell];
    const size_t n = a->plan.child_start[c->item + 1] - a->plan.child_start[c->item];
    for (size_t k = 0; c->first && k < n; k++)
        for (size_t i = c->first[k]; i != SCRIPT_NODE_NONE; i = a->cells[i].next)
            forget(a, i);
    if (c->kind == CELL_QUESTION)
        for (size_t i = c->answers; i != SCRIPT_NODE_NONE; i = a->cells[i].next)
            forget(a, i);
    value_forget(&c->value);
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
        forget(a, i);
    }
    a->cells[keep].next = SCRIPT_NODE_NONE;
    a->cells[keep].prev = SCRIPT_NODE_NONE;
    a->cells[keep].filled = 0;
    a->cells[keep].counted = false;
    if (a->cells[keep].kind == CELL_QUESTION) {
        prune(a, &a->cells[keep].answers);
        return;
    }
    value_forget(&a->cells[keep].value);
    const size_t item = a->cells[keep].item;
    const size_t n = a->plan.child_start[item + 1] - a->plan.child_start[item];
    for (size_t k = 0; a->cells[keep].first && k < n; k++)
        prune(a, &a->cells[keep].first[k]);
}

void script_tree_clear(struct script_answers *a)
{
    size_t whole = 0;
    prune(a, &whole);
    script_answers_refresh(a);
}

/* ---- looking ---- */

bool script_node_exists(const struct script_answers *a, size_t node)
{
    return node > 0 && node < a->n_cells && a->cells[node].kind != CELL_GONE;
}

size_t script_node_item(const struct script_answers *a, size_t node)
{
    return a->cells[node].item;
}

size_t script_node_child(const struct script_answers *a, size_t below, size_t item)
{
    const size_t holder = below == SCRIPT_NODE_NONE ? 0 : below;
    const struct script_cell *c = &a->cells[holder];
    if (item >= a->plan.n || plan_parent(a->script, item) != c->item || !c->first)
        return SCRIPT_NODE_NONE;
    return c->first[a->plan.ordinal[item]];
}

size_t script_node_first(const struct script_answers *a, size_t item)
{
    const size_t up = plan_parent(a->script, item);
    size_t holder = up == a->plan.n ? 0 : script_node_first(a, up);
    if (a->cells[holder].kind == CELL_QUESTION)
        holder = a->cells[holder].answers;
    return a->cells[holder].first[a->plan.ordinal[item]];
}

size_t script_node_above(const struct script_answers *a, size_t node)
{
    return a->cells[node].up == 0 ? SCRIPT_NODE_NONE : a->cells[node].up;
}

size_t script_node_next_instance(const struct script_answers *a, size_t node)
{
    return a->cells[node].next;
}

size_t script_node_position(const struct script_answers *a, size_t node)
{
    size_t n = 0;
    while ((node = a->cells[node].prev) != SCRIPT_NODE_NONE)
        n++;
    return n;
}

size_t script_node_answer(const struct script_answers *a, size_t node)
{
    return a->cells[node].answers;
}

const struct script_value *script_node_value(const struct script_answers *a, size_t answer)
{
    return &a->cells[answer].value;
}

/* ---- changing ---- */

/* The place where the first of its like is named. */
static size_t *head_of(struct script_answers *a, size_t node)
{
    const struct script_cell *c = &a->cells[node];
    return c->kind == CELL_ANSWER ? &a->cells[c->up].answers
                                  : &a->cells[c->up].first[a->plan.ordinal[c->item]];
}

static void link_behind(struct script_answers *a, size_t node, size_t behind)
{
    size_t *head = head_of(a, node);
    const size_t next = behind == SCRIPT_NODE_NONE ? *head : a->cells[behind].next;
    a->cells[node].prev = behind;
    a->cells[node].next = next;
    if (next != SCRIPT_NODE_NONE)
        a->cells[next].prev = node;
    if (behind == SCRIPT_NODE_NONE)
        *head = node;
    else
        a->cells[behind].next = node;
}

static void unlink_node(struct script_answers *a, size_t node)
{
    const size_t next = a->cells[node].next, prev = a->cells[node].prev;
    if (next != SCRIPT_NODE_NONE)
        a->cells[next].prev = prev;
    if (prev != SCRIPT_NODE_NONE)
        a->cells[prev].next = next;
    else
        *head_of(a, node) = next;
}

/* What follows when a node or an answer came, went or moved. `node` need not be linked. */
static void settle(struct script_answers *a, size_t node)
{
    script_queue_outside(a, node);
    if (a->cells[node].kind == CELL_ANSWER) {
        const size_t question = a->cells[node].up;
        script_recount(a, question);
        script_queue_users(a, question);
        script_queue_below(a, question);
    }
    script_run(a);
}

static bool set_initial(struct script_answers *a, size_t question);

/* Initial values of all questions among the cells from there on. */
static bool set_initials(struct script_answers *a, size_t from)
{
    const size_t n = a->n_cells;
    for (size_t i = from; i < n; i++)
        if (a->cells[i].kind == CELL_QUESTION && !set_initial(a, i))
            return false;
    return true;
}

static enum err_code add(struct script_answers *a, size_t behind, bool initial, size_t *ret,
                         struct err *err)
{
    const size_t item = a->cells[behind].item, from = a->n_cells, up = a->cells[behind].up;
    const bool answer = a->cells[behind].kind == CELL_ANSWER;
    if (from + cells_below(a, item) > SCRIPT_NODES_MAX)
        return err_set(err, ERR_TOO_LARGE, NULL);
    if (!make_room(a, cells_below(a, item)))
        return err_set(err, ERR_NOMEM, NULL);
    bool good = true;
    size_t node;
    if (answer) {
        node = cell_new(a, CELL_ANSWER, item, up);
        good = fill(a, node);
    } else {
        node = node_new(a, item, up, &good);
    }
    if (good && initial)
        good = set_initials(a, from);
    if (!good) {
        cut(a, from);
        return err_set(err, ERR_NOMEM, NULL);
    }
    link_behind(a, node, behind);
    for (size_t i = from; i < a->n_cells; i++)
        if (a->cells[i].kind != CELL_ANSWER)
            script_queue(a, i);
    settle(a, node);
    *ret = node;
    return ERR_OK;
}

enum err_code script_node_add(struct script_answers *a, size_t node, bool initial, size_t *ret,
                              struct err *err)
{
    const struct script_item *item = &a->script->items[a->cells[node].item];
    size_t n = 1;
    for (size_t k = *head_of(a, node); a->cells[k].next != SCRIPT_NODE_NONE; k = a->cells[k].next)
        n++;
    if (!item->repeats || a->cells[node].kind == CELL_QUESTION)
        return err_field(err, ERR_STATE, item->link_id, N_("The item does not repeat."));
    if (item->max_occurs && n >= item->max_occurs)
        return err_field(err, ERR_STATE, item->link_id, N_("There are as many as there may be."));
    return add(a, node, initial, ret, err);
}

enum err_code script_node_remove(struct script_answers *a, size_t node, struct err *err)
{
    size_t fresh;
    if (a->cells[node].kind == CELL_QUESTION)
        return err_set(err, ERR_STATE, NULL);
    if (a->cells[node].next == SCRIPT_NODE_NONE && a->cells[node].prev == SCRIPT_NODE_NONE) {
        const enum err_code code = add(a, node, false, &fresh, err);
        if (code != ERR_OK)
            return code;
    }
    unlink_node(a, node);
    const size_t filled = a->cells[node].filled, up = a->cells[node].up;
    const bool answer = a->cells[node].kind == CELL_ANSWER;
    for (size_t at = up;; at = a->cells[at].up) {
        a->cells[at].filled -= filled;
        if (at == 0)
            break;
    }
    /* While its kind is known: who looked at something in it looks elsewhere now. */
    script_queue_outside(a, node);
    forget(a, node);
    if (answer) {
        script_recount(a, up);
        script_queue_users(a, up);
        script_queue_below(a, up);
    }
    script_run(a);
    return ERR_OK;
}

void script_node_move(struct script_answers *a, size_t node, size_t position)
{
    if (a->cells[node].kind == CELL_QUESTION)
        return;
    unlink_node(a, node);
    size_t behind = SCRIPT_NODE_NONE, next = *head_of(a, node);
    while (position-- > 0 && next != SCRIPT_NODE_NONE) {
        behind = next;
        next = a->cells[next].next;
    }
    link_behind(a, node, behind);
    settle(a, node);
}

static bool is_nothing(const struct script_value *v)
{
    return v->kind == SCRIPT_VALUE_NONE ||
           (v->kind != SCRIPT_VALUE_BOOLEAN && (!v->text || v->text[0] == '\0'));
}

/* A copy of what the value stands for, or why it may not be. */
static enum err_code admit(const struct script_item *item, const struct script_value *value,
                           struct script_value *ret, struct err *err)
{
    const struct script_option *option = NULL;
    *ret = (struct script_value){0};
    if (is_nothing(value))
        return ERR_OK;
    const enum err_code code = script_check(item, value, &option, err);
    if (code != ERR_OK)
        return code;
    if (!script_value_copy(option ? &option->value : value, ret))
        return err_set(err, ERR_NOMEM, NULL);
    if (!option && item->type == SCRIPT_OPEN_CHOICE && value->kind == SCRIPT_VALUE_TEXT)
        ret->type = SCRIPT_STRING;
    else if (!option)
        ret->type = item->type;
    return ERR_OK;
}

enum err_code script_node_set(struct script_answers *a, size_t answer,
                              const struct script_value *value, struct err *err)
{
    struct script_value copy;
    const enum err_code code = admit(&a->script->items[a->cells[answer].item], value, &copy, err);
    if (code != ERR_OK)
        return code;
    const bool was = a->cells[answer].value.kind != SCRIPT_VALUE_NONE;
    const bool is = copy.kind != SCRIPT_VALUE_NONE;
    script_cell_put(a, answer, &copy);
    script_recount(a, a->cells[answer].up);
    script_queue_users(a, a->cells[answer].up);
    if (was != is)
        script_queue_below(a, answer);
    script_run(a);
    return ERR_OK;
}

/* One initial value behind the others; a faulty one is left out, as the loader said. */
static bool put_initial(struct script_answers *a, size_t question, size_t *last,
                        const struct script_value *value)
{
    struct script_value copy;
    const size_t item = a->cells[question].item;
    const enum err_code code = admit(&a->script->items[item], value, &copy, NULL);
    if (code == ERR_NOMEM)
        return false;
    if (code != ERR_OK || copy.kind == SCRIPT_VALUE_NONE)
        return true;
    if (a->cells[*last].value.kind != SCRIPT_VALUE_NONE) {
        if (!a->script->items[item].repeats || !make_room(a, cells_below(a, item))) {
            value_forget(&copy);
            return !a->script->items[item].repeats;
        }
        const size_t more = cell_new(a, CELL_ANSWER, item, question);
        if (!fill(a, more)) {
            value_forget(&copy);
            return false;
        }
        link_behind(a, more, *last);
        *last = more;
    }
    script_cell_put(a, *last, &copy);
    return true;
}

static bool set_initial(struct script_answers *a, size_t question)
{
    const struct script_item *item = &a->script->items[a->cells[question].item];
    size_t last = a->cells[question].answers;
    for (size_t k = 0; k < item->n_initials; k++)
        if (!put_initial(a, question, &last, &item->initials[k]))
            return false;
    for (size_t k = 0; k < item->n_options; k++)
        if (item->options[k].initial && !put_initial(a, question, &last, &item->options[k].value))
            return false;
    return true;
}

enum err_code script_answers_start(struct script_answers *a, struct err *err)
{
    const bool good = set_initials(a, 0);
    for (size_t i = 1; i < a->n_cells; i++)
        if (a->cells[i].kind == CELL_QUESTION) {
            script_recount(a, i);
            script_queue_users(a, i);
            script_queue_below(a, i);
        }
    script_run(a);
    return good ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
}
