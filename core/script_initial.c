/* SPDX-License-Identifier: Apache-2.0 */
/* Initial values: of an item (`initial`) and of its options (`initialSelected`), set once for each
 * place where the item stands. */

#include "core/script_answers.h"
#include "core/script_tree.h"

/* One more answer of a question behind the last. */
static enum err_code add_answer(struct script_answers *a, size_t question, size_t *last,
                                struct err *err)
{
    const size_t item = a->cells[question].item;
    if (a->n_cells + script_cells_below(a, item) > SCRIPT_NODES_MAX)
        return err_set(err, ERR_TOO_LARGE, NULL);
    if (!script_cells_room(a, script_cells_below(a, item)))
        return err_set(err, ERR_NOMEM, NULL);
    const size_t more = script_cell_new(a, CELL_ANSWER, item, question);
    script_cell_link(a, more, *last);
    *last = more;
    return script_cell_fill(a, more) ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
}

/* One initial value behind the others; a faulty one is left out, as the loader said. */
static enum err_code put_initial(struct script_answers *a, size_t question, size_t *last,
                                 const struct script_value *value, struct err *err)
{
    struct script_value copy;
    const size_t item = a->cells[question].item;
    enum err_code code = script_admit(a, item, value, &copy, NULL);
    if (code == ERR_NOMEM)
        return err_set(err, code, NULL);
    if (code != ERR_OK || copy.kind == SCRIPT_VALUE_NONE)
        return ERR_OK;
    if (a->cells[*last].value.kind != SCRIPT_VALUE_NONE) {
        code = ERR_OK;
        if (a->script->items[item].repeats)
            code = add_answer(a, question, last, err);
        if (code != ERR_OK || !a->script->items[item].repeats) {
            script_value_forget(&copy);
            return code;
        }
    }
    script_cell_put(a, *last, &copy);
    return ERR_OK;
}

static enum err_code set_initial(struct script_answers *a, size_t question, struct err *err)
{
    const struct script_item *item = &a->script->items[a->cells[question].item];
    size_t last = a->cells[question].answers;
    enum err_code code = ERR_OK;
    for (size_t k = 0; code == ERR_OK && k < item->n_initials; k++)
        code = put_initial(a, question, &last, &item->initials[k], err);
    for (size_t k = 0; code == ERR_OK && k < item->n_options; k++)
        if (item->options[k].initial)
            code = put_initial(a, question, &last, &item->options[k].value, err);
    return code;
}

enum err_code script_cells_set_initials(struct script_answers *a, size_t from, struct err *err)
{
    enum err_code code = ERR_OK;
    /* Answers that are added bring questions of their own; these stand behind. */
    for (size_t i = from; code == ERR_OK && i < a->n_cells; i++)
        if (a->cells[i].kind == CELL_QUESTION)
            code = set_initial(a, i, err);
    return code;
}

enum err_code script_answers_start(struct script_answers *a, struct err *err)
{
    script_answers_hold(a);
    const enum err_code code = script_cells_set_initials(a, 0, err);
    script_answers_release(a);
    return code;
}
