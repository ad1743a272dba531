/* SPDX-License-Identifier: Apache-2.0 */
#include "core/script_play.h"

#include "core/i18n.h"
#include "core/script_change.h"
#include "core/script_value.h"

static const struct script_item *item_of(const struct script_answers *a, size_t node)
{
    return &script_answers_script(a)->items[script_node_item(a, node)];
}

/* The same place in the other tree; SCRIPT_NODE_NONE: it has none. */
static size_t twin(const struct script_answers *walk, const struct script_answers *said,
                   size_t node)
{
    const size_t above = script_node_above(walk, node), item = script_node_item(walk, node);
    size_t there = SCRIPT_NODE_NONE;
    if (above != SCRIPT_NODE_NONE) {
        there = twin(walk, said, above);
        if (there == SCRIPT_NODE_NONE)
            return SCRIPT_NODE_NONE;
    }
    const bool is_answer = above != SCRIPT_NODE_NONE && script_node_item(walk, above) == item;
    there = is_answer ? script_node_answer(said, there) : script_node_child(said, there, item);
    for (size_t i = script_node_position(walk, node); i > 0 && there != SCRIPT_NODE_NONE; i--)
        there = script_node_next_instance(said, there);
    return there;
}

/* Its first answer that is not empty, from that one on. */
static size_t filled(const struct script_answers *a, size_t answer)
{
    while (answer != SCRIPT_NODE_NONE && script_node_value(a, answer)->kind == SCRIPT_VALUE_NONE)
        answer = script_node_next_instance(a, answer);
    return answer;
}

static size_t first_said(const struct script_answers *walk, const struct script_answers *said,
                         size_t question)
{
    const size_t there = twin(walk, said, question);
    return there == SCRIPT_NODE_NONE ? there : filled(said, script_node_answer(said, there));
}

bool script_play_has(const struct script_answers *walk, const struct script_answers *said,
                     size_t question)
{
    return script_is_question(item_of(walk, question)) &&
           first_said(walk, said, question) != SCRIPT_NODE_NONE;
}

bool script_play_is_given(const struct script_answers *walk, const struct script_answers *said,
                          size_t question)
{
    size_t is = filled(walk, script_node_answer(walk, question));
    size_t wanted = first_said(walk, said, question);
    while (is != SCRIPT_NODE_NONE && wanted != SCRIPT_NODE_NONE &&
           script_value_is_same(script_node_value(walk, is), script_node_value(said, wanted))) {
        is = filled(walk, script_node_next_instance(walk, is));
        wanted = filled(said, script_node_next_instance(said, wanted));
    }
    return is == SCRIPT_NODE_NONE && wanted == SCRIPT_NODE_NONE;
}

/* One answer is left, as the first was. */
static enum err_code leave_one(struct script_answers *walk, size_t first, struct err *err)
{
    for (size_t more; (more = script_node_next_instance(walk, first)) != SCRIPT_NODE_NONE;) {
        const enum err_code code = script_node_remove(walk, more, err);
        if (code != ERR_OK)
            return code;
    }
    return ERR_OK;
}

enum err_code script_play_give(struct script_answers *walk, const struct script_answers *said,
                               size_t question, struct err *err)
{
    size_t wanted = first_said(walk, said, question);
    if (wanted == SCRIPT_NODE_NONE)
        return err_set(err, ERR_STATE, N_("The person has no answer to that."));
    size_t answer = script_node_answer(walk, question);
    enum err_code code = leave_one(walk, answer, err);
    while (code == ERR_OK) {
        code = script_change_answer(walk, answer, script_node_value(said, wanted), err);
        wanted = filled(said, script_node_next_instance(said, wanted));
        if (code != ERR_OK || wanted == SCRIPT_NODE_NONE)
            break;
        code = script_change_repeat(walk, answer, WS_REPEAT_ADD, &answer, err);
    }
    return code;
}

/* Is the node that one, or below it? */
static bool is_within(const struct script_answers *a, size_t node, size_t above)
{
    while (node != SCRIPT_NODE_NONE && node != above)
        node = script_node_above(a, node);
    return node == above && node != SCRIPT_NODE_NONE;
}

/* Has the person anything to say in this instance? */
static bool says_anything(const struct script_answers *said, size_t group)
{
    for (size_t i = script_node_below(said, group); i != SCRIPT_NODE_NONE;
         i = script_node_beside(said, i)) {
        if (script_is_question(item_of(said, i))
                ? filled(said, script_node_answer(said, i)) != SCRIPT_NODE_NONE
                : says_anything(said, i))
            return true;
    }
    return false;
}

enum err_code script_play_grow(struct script_answers *walk, const struct script_answers *said,
                               size_t from, size_t to, bool *ret, struct err *err)
{
    *ret = false;
    for (size_t at = script_node_above(walk, from);
         at != SCRIPT_NODE_NONE && !is_within(walk, to, at); at = script_node_above(walk, at)) {
        const struct script_item *it = item_of(walk, at);
        if (it->type != SCRIPT_GROUP || !it->repeats ||
            script_node_next_instance(walk, at) != SCRIPT_NODE_NONE)
            continue;
        const size_t there = twin(walk, said, at);
        const size_t next =
            there == SCRIPT_NODE_NONE ? there : script_node_next_instance(said, there);
        if (next == SCRIPT_NODE_NONE || !says_anything(said, next))
            continue;
        size_t added;
        const enum err_code code = script_change_repeat(walk, at, WS_REPEAT_ADD, &added, err);
        *ret = code == ERR_OK;
        return code;
    }
    return ERR_OK;
}

void script_play_print(const struct script_answers *walk, const struct script_answers *said,
                       size_t question, const struct script_words *w, struct buf *out)
{
    const size_t first = first_said(walk, said, question);
    for (size_t at = first; at != SCRIPT_NODE_NONE;
         at = filled(said, script_node_next_instance(said, at))) {
        buf_str(out, at == first ? "" : ", ");
        script_words_value(script_answers_script(said), script_node_item(said, at),
                           script_node_value(said, at), w, out);
    }
}
