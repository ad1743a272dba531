/* SPDX-License-Identifier: Apache-2.0 */
/* Going through a script: the next thing to say or ask, and the one before. */

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
