/* SPDX-License-Identifier: Apache-2.0 */
/* Going through a script: the next thing to say or ask, the one before, and what is missing. */

#include "core/script_answers.h"

static bool is_stop(const struct script_answers *a, size_t i)
{
    const struct script_item *item = &a->script->items[i];
    return item->type != SCRIPT_GROUP && !item->help && script_is_shown(a, i);
}

size_t script_next(const struct script_answers *a, size_t item)
{
    const size_t n = a->script->n_items;
    for (size_t i = item == SCRIPT_NO_PARENT ? 0 : item + 1; i < n; i++)
        if (is_stop(a, i))
            return i;
    return SCRIPT_NO_PARENT;
}

size_t script_prev(const struct script_answers *a, size_t item)
{
    const size_t n = a->script->n_items;
    for (size_t i = item > n ? n : item; i-- > 0;)
        if (is_stop(a, i))
            return i;
    return SCRIPT_NO_PARENT;
}

/* Is anything asked of the item? Not when something above it may be left out and was, and not below
 * a question without an answer. */
static bool is_asked(const struct script_answers *a, size_t item)
{
    if (!(script_flags(a, item) & FLAG_OPEN))
        return false;
    for (size_t up = a->script->items[item].parent; up != SCRIPT_NO_PARENT;
         up = a->script->items[up].parent)
        if (!a->script->items[up].required && !(script_flags(a, up) & FLAG_FILLED))
            return false;
    return true;
}

static bool is_lacking(const struct script_answers *a, size_t i)
{
    const struct script_item *item = &a->script->items[i];
    if (!item->required || item->type == SCRIPT_DISPLAY || !is_asked(a, i))
        return false;
    return script_is_question(item) ? !script_answer(a, i) : !(script_flags(a, i) & FLAG_FILLED);
}

/* Is a lacking question below the group? Its items follow it, deeper. */
static bool is_said_below(const struct script_answers *a, size_t group)
{
    const struct script *s = a->script;
    for (size_t i = group + 1; i < s->n_items && s->items[i].depth > s->items[group].depth; i++)
        if (script_is_question(&s->items[i]) && is_lacking(a, i))
            return true;
    return false;
}

size_t script_missing(const struct script_answers *a, size_t *idx, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < a->script->n_items; i++) {
        if (!is_lacking(a, i) || (a->script->items[i].type == SCRIPT_GROUP && is_said_below(a, i)))
            continue;
        if (n < cap)
            idx[n] = i;
        n++;
    }
    return n;
}
