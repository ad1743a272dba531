/* SPDX-License-Identifier: Apache-2.0 */
#include "core/script_change.h"

#include "core/i18n.h"

static bool is_answer(const struct script_answers *a, size_t answer)
{
    if (!script_node_exists(a, answer))
        return false;
    const size_t above = script_node_above(a, answer);
    return above != SCRIPT_NODE_NONE && script_node_item(a, above) == script_node_item(a, answer);
}

enum err_code script_change_answer(struct script_answers *a, size_t answer,
                                   const struct script_value *value, struct err *err)
{
    if (!is_answer(a, answer))
        return err_set(err, ERR_STATE, N_("That question is no longer there."));
    return script_node_set(a, answer, value, err);
}

static bool does_repeat(const struct script_answers *a, size_t node)
{
    if (!script_node_exists(a, node))
        return false;
    const struct script_item *item = &script_answers_script(a)->items[script_node_item(a, node)];
    return item->repeats && (item->type == SCRIPT_GROUP || is_answer(a, node));
}

static enum err_code remove_one(struct script_answers *a, size_t node, size_t *ret, struct err *err)
{
    const size_t above = script_node_above(a, node);
    const size_t item = script_node_item(a, node);
    const size_t position = script_node_position(a, node);
    const bool answer = is_answer(a, node);
    const enum err_code code = script_node_remove(a, node, err);
    if (code != ERR_OK)
        return code;
    size_t at = answer ? script_node_answer(a, above) : script_node_child(a, above, item);
    for (size_t i = 0; i < position && script_node_next_instance(a, at) != SCRIPT_NODE_NONE; i++)
        at = script_node_next_instance(a, at);
    *ret = at;
    return ERR_OK;
}

enum err_code script_change_repeat(struct script_answers *a, size_t node, enum ws_repeat how,
                                   size_t *ret, struct err *err)
{
    if (!does_repeat(a, node))
        return err_set(err, ERR_STATE, N_("That is no longer there."));
    const size_t position = script_node_position(a, node);
    switch (how) {
    case WS_REPEAT_ADD:
        return script_node_add(a, node, true, ret, err);
    case WS_REPEAT_REMOVE:
        return remove_one(a, node, ret, err);
    case WS_REPEAT_UP:
        script_node_move(a, node, position > 0 ? position - 1 : 0);
        break;
    case WS_REPEAT_DOWN:
        script_node_move(a, node, position + 1);
        break;
    }
    *ret = node;
    return ERR_OK;
}
