/* SPDX-License-Identifier: Apache-2.0 */
/* What is enabled: all items at once, in the order in which they depend on each other.
 *
 * A condition on a question that is disabled sees no answers, whatever is kept in memory. Answers
 * below a question without an answer are kept too and do not count either: there is nothing that
 * they could stand under. */

#include <string.h>

#include "core/script_answers.h"
#include "core/script_value.h"

static bool has_value(const struct script_answers *a, size_t item)
{
    return a->values[item].kind != SCRIPT_VALUE_NONE;
}

static bool counts(const struct script_answers *a, size_t item)
{
    return (a->memo->flags[item] & MEMO_OPEN) && has_value(a, item);
}

/* "!=" holds when no answer is equal, so also without any; the others need one. */
static bool holds(const struct script_answers *a, const struct script_condition *c)
{
    const bool answered = c->item < a->script->n_items && counts(a, c->item);
    if (c->op == SCRIPT_EXISTS)
        return answered == c->value.boolean;
    if (!answered)
        return c->op == SCRIPT_NE;
    return script_value_fulfils(&a->values[c->item], c->op, &c->value);
}

static bool conditions_hold(const struct script_answers *a, const struct script_item *item)
{
    for (size_t i = 0; i < item->n_conditions; i++)
        if (holds(a, &item->conditions[i]) == item->any)
            return item->any;
    return item->n_conditions == 0 || !item->any;
}

static unsigned char evaluate(const struct script_answers *a, size_t i)
{
    const struct script_item *item = &a->script->items[i];
    unsigned above = MEMO_ENABLED | MEMO_SHOWN | MEMO_OPEN;
    if (item->parent != SCRIPT_NO_PARENT) {
        above = a->memo->flags[item->parent];
        if (script_is_question(&a->script->items[item->parent]) && !has_value(a, item->parent))
            above &= ~(unsigned)MEMO_OPEN;
    }
    if (!(above & MEMO_ENABLED) || !conditions_hold(a, item))
        return 0;
    unsigned flags = above & (MEMO_ENABLED | MEMO_SHOWN | MEMO_OPEN);
    if (item->hidden)
        flags &= ~(unsigned)MEMO_SHOWN;
    return (unsigned char)flags;
}

static void refresh(const struct script_answers *a)
{
    const struct script *s = a->script;
    memset(a->memo->flags, 0, s->n_items);
    for (size_t i = 0; i < a->n_placed; i++)
        a->memo->flags[a->order[i]] = evaluate(a, a->order[i]);
    /* Children stand behind their parents: from the end, each passes on that it is filled. */
    for (size_t i = s->n_items; i-- > 0;) {
        if (counts(a, i))
            a->memo->flags[i] |= MEMO_FILLED;
        if ((a->memo->flags[i] & MEMO_FILLED) && s->items[i].parent != SCRIPT_NO_PARENT)
            a->memo->flags[s->items[i].parent] |= MEMO_FILLED;
    }
    a->memo->fresh = true;
}

unsigned script_flags(const struct script_answers *a, size_t item)
{
    if (!a->memo->fresh)
        refresh(a);
    return a->memo->flags[item];
}

bool script_is_enabled(const struct script_answers *a, size_t item)
{
    return script_flags(a, item) & MEMO_ENABLED;
}

bool script_is_shown(const struct script_answers *a, size_t item)
{
    return script_flags(a, item) & MEMO_SHOWN;
}

bool script_is_kept(const struct script_answers *a, size_t item)
{
    return (script_flags(a, item) & MEMO_OPEN) && has_value(a, item);
}
