/* SPDX-License-Identifier: Apache-2.0 */
/* The answers to one script: set, read, wiped when they go. */

#include "core/script_answers.h"

#include <stdlib.h>
#include <string.h>

#include "core/script_order.h"
#include "core/script_value.h"

struct script_answers *script_answers_new(const struct script *s)
{
    struct script_answers *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->script = s;
    a->values = calloc(s->n_items + 1, sizeof *a->values);
    a->order = calloc(s->n_items + 1, sizeof *a->order);
    a->memo = calloc(1, sizeof *a->memo);
    if (a->memo)
        a->memo->flags = calloc(s->n_items + 1, 1);
    if (!a->values || !a->order || !a->memo || !a->memo->flags ||
        !script_order(s, a->order, &a->n_placed))
        return script_answers_free(a);
    return a;
}

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

struct script_answers *script_answers_free(struct script_answers *a)
{
    if (!a)
        return NULL;
    for (size_t i = 0; a->values && i < a->script->n_items; i++)
        value_forget(&a->values[i]);
    free(a->values);
    free(a->order);
    if (a->memo)
        free(a->memo->flags);
    free(a->memo);
    free(a);
    return NULL;
}

const struct script *script_answers_script(const struct script_answers *a)
{
    return a->script;
}

void script_answers_clear(struct script_answers *a)
{
    for (size_t i = 0; i < a->script->n_items; i++)
        value_forget(&a->values[i]);
    a->memo->fresh = false;
}

static bool is_nothing(const struct script_value *v)
{
    return v->kind == SCRIPT_VALUE_NONE ||
           (v->kind != SCRIPT_VALUE_BOOLEAN && (!v->text || v->text[0] == '\0'));
}

enum err_code script_answer_set(struct script_answers *a, size_t item,
                                const struct script_value *value, struct err *err)
{
    struct script_value copy = {0};
    if (item >= a->script->n_items)
        return err_set(err, ERR_INVALID, "The script has no such item.");
    const struct script_item *it = &a->script->items[item];
    if (!is_nothing(value)) {
        const struct script_option *option = NULL;
        const enum err_code code = script_check(it, value, &option, err);
        if (code != ERR_OK)
            return code;
        if (!script_value_copy(option ? &option->value : value, &copy))
            return err_set(err, ERR_NOMEM, NULL);
        if (!option)
            copy.type = it->type == SCRIPT_OPEN_CHOICE && value->kind == SCRIPT_VALUE_TEXT
                            ? SCRIPT_STRING
                            : it->type;
    }
    value_forget(&a->values[item]);
    a->values[item] = copy;
    a->memo->fresh = false;
    return ERR_OK;
}

const struct script_value *script_answer(const struct script_answers *a, size_t item)
{
    if (item >= a->script->n_items || a->values[item].kind == SCRIPT_VALUE_NONE)
        return NULL;
    return &a->values[item];
}
