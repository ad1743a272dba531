/* SPDX-License-Identifier: Apache-2.0 */
/* The answers to one script: made, cleared, wiped. */

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
