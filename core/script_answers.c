/* SPDX-License-Identifier: Apache-2.0 */
/* The answers to one script: made, cleared, wiped; and asked for by item, where each item has one
 * node or the first one is meant. */

#include "core/script_answers.h"

#include <stdlib.h>

struct script_answers *script_answers_new(const struct script *s)
{
    struct script_answers *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->script = s;
    if (!script_plan_init(&a->plan, s) || !script_tree_make(a))
        return script_answers_free(a);
    return a;
}

struct script_answers *script_answers_free(struct script_answers *a)
{
    if (!a)
        return NULL;
    script_tree_drop(a);
    script_plan_deinit(&a->plan);
    free(a);
    return NULL;
}

const struct script *script_answers_script(const struct script_answers *a)
{
    return a->script;
}

void script_answers_clear(struct script_answers *a)
{
    script_tree_clear(a);
}

enum err_code script_answer_set(struct script_answers *a, size_t item,
                                const struct script_value *value, struct err *err)
{
    if (item >= a->script->n_items)
        return err_set(err, ERR_INVALID, "The script has no such item.");
    const size_t node = script_node_first(a, item);
    if (a->cells[node].kind == CELL_QUESTION)
        return script_node_set(a, a->cells[node].answers, value, err);
    return value->kind == SCRIPT_VALUE_NONE
               ? ERR_OK
               : script_check_type(&a->script->items[item], value, err);
}

const struct script_value *script_answer(const struct script_answers *a, size_t item)
{
    if (item >= a->script->n_items)
        return NULL;
    const struct script_cell *c = &a->cells[script_node_first(a, item)];
    if (c->kind != CELL_QUESTION || a->cells[c->answers].value.kind == SCRIPT_VALUE_NONE)
        return NULL;
    return &a->cells[c->answers].value;
}
