/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of instances as others see it: looked through, grown, pruned, moved. */

#include "core/script_tree.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/script_answers.h"
#include "core/script_value.h"

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
    return a->cells[node].position;
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

/* Its position and those of all behind it follow from the one before it. */
static void number(struct script_answers *a, size_t node)
{
    for (; node != SCRIPT_NODE_NONE; node = a->cells[node].next) {
        const size_t prev = a->cells[node].prev;
        a->cells[node].position = prev == SCRIPT_NODE_NONE ? 0 : a->cells[prev].position + 1;
    }
}

void script_cell_link(struct script_answers *a, size_t node, size_t behind)
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
    number(a, node);
}

static void unlink_node(struct script_answers *a, size_t node)
{
    const size_t next = a->cells[node].next, prev = a->cells[node].prev;
    if (prev != SCRIPT_NODE_NONE)
        a->cells[prev].next = next;
    else
        *head_of(a, node) = next;
    if (next != SCRIPT_NODE_NONE)
        a->cells[next].prev = prev;
    number(a, next);
}

/* The list of a question's answers is another one. */
static void settle_question(struct script_answers *a, size_t question)
{
    script_recount(a, question);
    script_queue_users(a, question);
    script_queue_below(a, question);
}

/* What follows when a node or an answer came, went or moved. `node` need not be linked. */
static void settle(struct script_answers *a, size_t node)
{
    script_queue_outside(a, node);
    if (a->cells[node].kind == CELL_ANSWER)
        settle_question(a, a->cells[node].up);
    script_run(a);
}

static enum err_code add(struct script_answers *a, size_t behind, bool initial, size_t *ret,
                         struct err *err)
{
    const size_t item = a->cells[behind].item, from = a->n_cells, up = a->cells[behind].up;
    const bool answer = a->cells[behind].kind == CELL_ANSWER;
    if (from + script_cells_below(a, item) > SCRIPT_NODES_MAX)
        return err_set(err, ERR_TOO_LARGE, NULL);
    if (!script_cells_room(a, script_cells_below(a, item)))
        return err_set(err, ERR_NOMEM, NULL);
    bool good = true;
    size_t node;
    if (answer) {
        node = script_cell_new(a, CELL_ANSWER, item, up);
        good = script_cell_fill(a, node);
    } else {
        node = script_cell_new_node(a, item, up, &good);
    }
    enum err_code code = good ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
    if (code == ERR_OK && initial)
        code = script_cells_set_initials(a, from, err);
    if (code != ERR_OK) {
        script_cells_cut(a, from);
        return code;
    }
    script_cell_link(a, node, behind);
    if (!a->held) {
        for (size_t i = from; i < a->n_cells; i++)
            if (a->cells[i].kind != CELL_ANSWER)
                script_queue(a, i);
        settle(a, node);
    }
    *ret = node;
    return ERR_OK;
}

static enum err_code refuse(const struct script_answers *a, size_t node, const char *rule,
                            struct err *err)
{
    return err_field(err, ERR_STATE, a->script->items[a->cells[node].item].link_id, "%s", rule);
}

static bool repeats(const struct script_answers *a, size_t node)
{
    return a->script->items[a->cells[node].item].repeats && a->cells[node].kind != CELL_QUESTION;
}

size_t script_node_last_instance(const struct script_answers *a, size_t node)
{
    while (a->cells[node].next != SCRIPT_NODE_NONE)
        node = a->cells[node].next;
    return node;
}

enum err_code script_node_add(struct script_answers *a, size_t node, bool initial, size_t *ret,
                              struct err *err)
{
    const size_t max = a->script->items[a->cells[node].item].max_occurs;
    if (!repeats(a, node))
        return refuse(a, node, N_("The item does not repeat."), err);
    if (max && a->cells[script_node_last_instance(a, node)].position + 1 >= max)
        return refuse(a, node, N_("There are as many as there may be."), err);
    return add(a, node, initial, ret, err);
}

enum err_code script_node_append(struct script_answers *a, size_t node, size_t *ret,
                                 struct err *err)
{
    if (!repeats(a, node))
        return refuse(a, node, N_("The item does not repeat."), err);
    return add(a, node, false, ret, err);
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
    script_cell_forget(a, node);
    if (answer)
        settle_question(a, up);
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
    script_cell_link(a, node, behind);
    settle(a, node);
}

static void put(struct script_answers *a, size_t answer, struct script_value *value_take)
{
    const bool was = a->cells[answer].value.kind != SCRIPT_VALUE_NONE;
    const bool is = value_take->kind != SCRIPT_VALUE_NONE;
    script_cell_put(a, answer, value_take);
    if (a->held)
        return;
    script_recount(a, a->cells[answer].up);
    script_queue_users(a, a->cells[answer].up);
    if (was != is)
        script_queue_below(a, answer);
    script_run(a);
}

enum err_code script_node_set(struct script_answers *a, size_t answer,
                              const struct script_value *value, struct err *err)
{
    struct script_value copy;
    const enum err_code code = script_admit(a, a->cells[answer].item, value, &copy, err);
    if (code == ERR_OK)
        put(a, answer, &copy);
    return code;
}

enum err_code script_node_take(struct script_answers *a, size_t answer,
                               const struct script_value *value, struct err *err)
{
    struct script_value copy;
    const enum err_code code =
        script_admit_any(&a->script->items[a->cells[answer].item], value, &copy, err);
    if (code == ERR_OK)
        put(a, answer, &copy);
    return code;
}

/* ---- many changes at once ---- */

void script_answers_hold(struct script_answers *a)
{
    a->held = true;
}

void script_answers_release(struct script_answers *a)
{
    a->held = false;
    for (size_t i = 1; i < a->n_cells; i++)
        if (a->cells[i].kind == CELL_QUESTION)
            script_recount(a, i);
    script_answers_refresh(a);
}
