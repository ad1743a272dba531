/* SPDX-License-Identifier: Apache-2.0 */
#include "core/script_carry.h"

#include <string.h>

#include "core/script_value.h"

struct carrying {
    const struct script_answers *from;
    const struct script_answers *untouched; /* those that `from` began with */
    struct script_answers *to;
    struct err *err;
};

static const struct script_item *item_of(const struct script_answers *a, size_t node)
{
    return &script_answers_script(a)->items[script_node_item(a, node)];
}

/* --- is it as it began? --- */

static bool is_untouched(const struct carrying *c, size_t question)
{
    const size_t first = script_node_first(c->untouched, script_node_item(c->from, question));
    size_t was = script_node_answer(c->untouched, first);
    size_t is = script_node_answer(c->from, question);
    while (was != SCRIPT_NODE_NONE && is != SCRIPT_NODE_NONE &&
           script_value_is_same(script_node_value(c->untouched, was),
                                script_node_value(c->from, is))) {
        was = script_node_next_instance(c->untouched, was);
        is = script_node_next_instance(c->from, is);
    }
    return was == SCRIPT_NODE_NONE && is == SCRIPT_NODE_NONE;
}

/* --- where it stands now --- */

/* What of that linkId a node is or stands below: a group's node, or a question's answer;
 * SCRIPT_NODE_NONE: nothing. */
static size_t holder_of(const struct script_answers *a, size_t node, const char *link_id)
{
    for (; node != SCRIPT_NODE_NONE; node = script_node_above(a, node))
        if (strcmp(item_of(a, node)->link_id, link_id) == 0)
            return node;
    return SCRIPT_NODE_NONE;
}

/* The one at a position among its like, made if there are not so many. */
static enum err_code reach(struct carrying *c, size_t first, size_t position, size_t *ret)
{
    size_t at = first;
    while (script_node_position(c->to, at) < position) {
        size_t next = script_node_next_instance(c->to, at);
        if (next == SCRIPT_NODE_NONE) {
            enum err_code code = script_node_add(c->to, at, true, &next, NULL);
            if (code == ERR_STATE) /* more than max_occurs: a fault to be shown, not to be lost */
                code = script_node_append(c->to, at, &next, c->err);
            if (code != ERR_OK)
                return code;
        }
        at = next;
    }
    *ret = at;
    return ERR_OK;
}

/* The node of an item of the new script, in the place that `node` of the old one has. ERR_STATE:
 * there is no such place. */
static enum err_code place(struct carrying *c, size_t item, size_t node, size_t *ret)
{
    const struct script_item *it = &script_answers_script(c->to)->items[item];
    size_t below = SCRIPT_NODE_NONE;
    if (it->parent != SCRIPT_NO_PARENT) {
        const enum err_code code = place(c, it->parent, node, &below);
        if (code != ERR_OK)
            return code;
        if (script_is_question(&script_answers_script(c->to)->items[it->parent])) {
            const size_t answer =
                holder_of(c->from, node, script_answers_script(c->to)->items[it->parent].link_id);
            const size_t position =
                answer == SCRIPT_NODE_NONE ? 0 : script_node_position(c->from, answer);
            for (below = script_node_answer(c->to, below);
                 below != SCRIPT_NODE_NONE && script_node_position(c->to, below) < position;)
                below = script_node_next_instance(c->to, below);
            if (below == SCRIPT_NODE_NONE)
                return ERR_STATE;
        }
    }
    const size_t first = script_node_child(c->to, below, item);
    if (first == SCRIPT_NODE_NONE)
        return ERR_STATE;
    const size_t group =
        it->type == SCRIPT_GROUP ? holder_of(c->from, node, it->link_id) : SCRIPT_NODE_NONE;
    const size_t position = group == SCRIPT_NODE_NONE ? 0 : script_node_position(c->from, group);
    if (position > 0 && !it->repeats)
        return ERR_STATE;
    return reach(c, first, position, ret);
}

/* Does everything that makes several of a node still do so? Else they would all be one. */
static bool keeps_apart(const struct carrying *c, size_t item, size_t node)
{
    const struct script *s = script_answers_script(c->to);
    for (size_t at = script_node_above(c->from, node); at != SCRIPT_NODE_NONE;
         at = script_node_above(c->from, at)) {
        if (script_node_position(c->from, at) == 0)
            continue;
        size_t up = s->items[item].parent;
        while (up != SCRIPT_NO_PARENT &&
               strcmp(s->items[up].link_id, item_of(c->from, at)->link_id) != 0)
            up = s->items[up].parent;
        if (up == SCRIPT_NO_PARENT)
            return false;
    }
    return true;
}

/* --- the answers of a question --- */

static enum err_code take_answers(struct carrying *c, size_t question, size_t node)
{
    struct script_answers *to = c->to;
    size_t answer = script_node_answer(to, node);
    size_t given = script_node_answer(c->from, question);
    if (!script_value_fits(item_of(to, node)->type, script_node_value(c->from, given)) &&
        script_node_value(c->from, given)->kind != SCRIPT_VALUE_NONE)
        return ERR_OK;
    for (size_t more; (more = script_node_next_instance(to, answer)) != SCRIPT_NODE_NONE;)
        if (script_node_remove(to, more, c->err) != ERR_OK)
            return ERR_NOMEM;
    while (given != SCRIPT_NODE_NONE) {
        const enum err_code set =
            script_node_take(to, answer, script_node_value(c->from, given), NULL);
        if (set == ERR_NOMEM)
            return err_set(c->err, set, NULL);
        given = script_node_next_instance(c->from, given);
        if (given == SCRIPT_NODE_NONE || !item_of(to, node)->repeats)
            break;
        const enum err_code code = script_node_append(to, answer, &answer, c->err);
        if (code != ERR_OK)
            return code;
    }
    return ERR_OK;
}

static enum err_code carry(struct carrying *c, size_t node)
{
    const struct script_item *was = item_of(c->from, node);
    const size_t item = script_find(script_answers_script(c->to), was->link_id);
    if (item == SCRIPT_NONE || !keeps_apart(c, item, node))
        return ERR_OK;
    const struct script_item *is = &script_answers_script(c->to)->items[item];
    const bool question = script_is_question(was);
    if (question != script_is_question(is) || (question && is_untouched(c, node)))
        return ERR_OK;
    size_t there;
    enum err_code code = place(c, item, node, &there);
    if (code == ERR_OK && question)
        code = take_answers(c, node, there);
    return code == ERR_STATE ? ERR_OK : code;
}

enum err_code script_carry(const struct script_answers *from, struct script_answers *to,
                           struct err *err)
{
    struct script_answers *untouched = script_answers_new(script_answers_script(from));
    if (!untouched)
        return err_set(err, ERR_NOMEM, NULL);
    struct carrying c = {.from = from, .untouched = untouched, .to = to, .err = err};
    enum err_code code = script_answers_start(untouched, err);
    for (size_t node = script_node_walk(from, SCRIPT_NODE_NONE);
         code == ERR_OK && node != SCRIPT_NODE_NONE; node = script_node_walk(from, node))
        code = carry(&c, node);
    script_answers_free(untouched);
    return code;
}

bool script_is_same(const struct script *a, const struct script *b)
{
    if (a->url && b->url)
        return strcmp(a->url, b->url) == 0;
    if (a->id && b->id)
        return strcmp(a->id, b->id) == 0;
    return true;
}
