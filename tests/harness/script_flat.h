/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Answers by item, for scripts in which each item has one node and each question one answer. */

#include "core/script_fault.h"
#include "core/script_tree.h"

static inline enum err_code script_answer_set(struct script_answers *a, size_t item,
                                              const struct script_value *value, struct err *err)
{
    const struct script *s = script_answers_script(a);
    if (item >= s->n_items)
        return err_set(err, ERR_INVALID, "The script has no such item.");
    if (!script_is_question(&s->items[item]))
        return value->kind == SCRIPT_VALUE_NONE
                   ? ERR_OK
                   : err_field(err, ERR_INVALID, s->items[item].link_id, "Nothing is asked here.");
    return script_node_set(a, script_node_answer(a, script_node_first(a, item)), value, err);
}

static inline const struct script_value *script_answer(const struct script_answers *a, size_t item)
{
    const struct script *s = script_answers_script(a);
    if (item >= s->n_items || !script_is_question(&s->items[item]))
        return NULL;
    const struct script_value *v =
        script_node_value(a, script_node_answer(a, script_node_first(a, item)));
    return v->kind == SCRIPT_VALUE_NONE ? NULL : v;
}

static inline bool script_is_enabled(const struct script_answers *a, size_t item)
{
    return script_node_is_enabled(a, script_node_first(a, item));
}

static inline bool script_is_kept(const struct script_answers *a, size_t item)
{
    return script_node_is_kept(a, script_node_first(a, item));
}

static inline bool script_is_shown(const struct script_answers *a, size_t item)
{
    return script_node_is_shown(a, script_node_first(a, item));
}

static inline size_t script_missing(const struct script_answers *a, size_t *idx, size_t cap)
{
    struct script_fault faults[256];
    const size_t n = script_missing_nodes(a, faults, 256);
    for (size_t i = 0; i < n && i < cap && i < 256; i++)
        idx[i] = script_node_item(a, faults[i].node);
    return n;
}

static inline size_t script_next(const struct script_answers *a, size_t item)
{
    const size_t at = item == SCRIPT_NO_PARENT ? SCRIPT_NODE_NONE : script_node_first(a, item);
    const size_t node = script_node_next(a, at);
    return node == SCRIPT_NODE_NONE ? SCRIPT_NO_PARENT : script_node_item(a, node);
}

static inline size_t script_prev(const struct script_answers *a, size_t item)
{
    const size_t at = item == SCRIPT_NO_PARENT ? SCRIPT_NODE_NONE : script_node_first(a, item);
    const size_t node = script_node_prev(a, at);
    return node == SCRIPT_NODE_NONE ? SCRIPT_NO_PARENT : script_node_item(a, node);
}
