/* SPDX-License-Identifier: Apache-2.0 */
#include "core/script_why.h"

#include "core/i18n.h"
#include "core/script_answers.h"

#define LABEL_CHARS 48

static const struct script_item *item_of(const struct script_answers *a, size_t node)
{
    return &a->script->items[a->cells[node].item];
}

/* The node that it stands below: an answer stands for its question. */
static size_t node_above(const struct script_answers *a, size_t node)
{
    const size_t up = script_node_above(a, node);
    return up != SCRIPT_NODE_NONE && a->cells[up].kind == CELL_ANSWER ? a->cells[up].up : up;
}

static bool is_circular(const struct script_answers *a, size_t node)
{
    return a->plan.rank[a->cells[node].item] >= a->plan.n_placed;
}

static void decided_by(const struct script_answers *a, enum script_why_kind kind, size_t node,
                       struct script_why *ret)
{
    struct script_reason reason;
    ret->kind = kind;
    ret->node = node;
    ret->any = item_of(a, node)->any;
    while (script_node_reason(a, node, ret->n, &reason)) {
        ret->hold += reason.holds;
        ret->n++;
    }
}

void script_why(const struct script_answers *a, size_t node, struct script_why *ret)
{
    *ret = (struct script_why){.is_shown = script_node_is_shown(a, node), .node = node};
    size_t disabled = SCRIPT_NODE_NONE, hidden = SCRIPT_NODE_NONE, asked = SCRIPT_NODE_NONE;
    for (size_t at = node; at != SCRIPT_NODE_NONE; at = node_above(a, at)) {
        if (!script_node_is_enabled(a, at))
            disabled = at;
        if (item_of(a, at)->hidden)
            hidden = at;
        if (asked == SCRIPT_NODE_NONE && item_of(a, at)->n_conditions > 0)
            asked = at;
    }
    if (disabled != SCRIPT_NODE_NONE)
        decided_by(a, is_circular(a, disabled) ? SCRIPT_WHY_CIRCULAR : SCRIPT_WHY_CONDITIONS,
                   disabled, ret);
    else if (hidden != SCRIPT_NODE_NONE)
        decided_by(a, SCRIPT_WHY_HIDDEN, hidden, ret);
    else if (asked != SCRIPT_NODE_NONE)
        decided_by(a, SCRIPT_WHY_CONDITIONS, asked, ret);
}

void script_why_condition(const struct script_answers *a, const struct script_condition *condition,
                          const struct script_words *w, struct buf *out)
{
    static const char *const signs[] = {
        [SCRIPT_EQ] = " = ", [SCRIPT_NE] = " != ", [SCRIPT_GT] = " > ",
        [SCRIPT_LT] = " < ", [SCRIPT_GE] = " >= ", [SCRIPT_LE] = " <= ",
    };
    CLEANUP_BUF struct buf label = {0};
    if (condition->item < a->script->n_items)
        script_words_label(a->script, condition->item, w, LABEL_CHARS, &label);
    else
        buf_char(&label, '?');
    if (condition->op == SCRIPT_EXISTS) {
        script_words_fill(
            w, condition->value.boolean ? N_("%s is answered") : N_("%s is not answered"),
            buf_text(&label), out);
        return;
    }
    buf_str(out, buf_text(&label));
    buf_str(out, signs[condition->op]);
    if (condition->item < a->script->n_items)
        script_words_value(a->script, condition->item, &condition->value, w, out);
    out->failed |= label.failed;
}

void script_why_answer(const struct script_answers *a, const struct script_reason *reason,
                       const struct script_words *w, struct buf *out)
{
    const size_t found = reason->found;
    if (found == SCRIPT_NODE_NONE || !script_node_is_enabled(a, found)) {
        buf_str(out, script_words_say(w, found == SCRIPT_NODE_NONE ? N_("(no such question)")
                                                                   : N_("(not asked)")));
        return;
    }
    if (!script_node_is_kept(a, found)) {
        buf_str(out, script_words_say(w, N_("(no answer)")));
        return;
    }
    CLEANUP_BUF struct buf values = {0};
    for (size_t k = script_node_answer(a, found); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(a, k)) {
        const struct script_value *value = script_node_value(a, k);
        if (value->kind == SCRIPT_VALUE_NONE)
            continue;
        buf_str(&values, values.len ? ", " : "");
        script_words_value(a->script, a->cells[found].item, value, w, &values);
    }
    script_words_fill(w, N_("(answer: %s)"), buf_text(&values), out);
    out->failed |= values.failed;
}

/* Those that hold, or those that do not with what was answered instead. */
static void list_conditions(const struct script_answers *a, const struct script_why *why,
                            bool holding, const struct script_words *w, struct buf *out)
{
    struct script_reason reason;
    const size_t start = out->len;
    for (size_t k = 0; script_node_reason(a, why->node, k, &reason); k++) {
        if (reason.holds != holding)
            continue;
        if (out->len > start)
            buf_str(out,
                    !holding ? "; " : script_words_say(w, why->any ? N_(" or ") : N_(" and ")));
        script_why_condition(a, reason.condition, w, out);
        if (!holding) {
            buf_char(out, ' ');
            script_why_answer(a, &reason, w, out);
        }
    }
}

static void print_conditions(const struct script_answers *a, const struct script_why *why,
                             const struct script_words *w, struct buf *out)
{
    CLEANUP_BUF struct buf list = {0};
    list_conditions(a, why, why->is_shown, w, &list);
    script_words_fill(
        w, why->is_shown ? N_("shown because %s") : N_("not shown because this does not hold: %s"),
        buf_text(&list), out);
    out->failed |= list.failed;
}

void script_why_print(const struct script_answers *a, size_t node, const struct script_words *w,
                      struct buf *out)
{
    struct script_why why;
    script_why(a, node, &why);
    switch (why.kind) {
    case SCRIPT_WHY_ALWAYS:
        buf_str(out, script_words_say(w, N_("always shown")));
        return;
    case SCRIPT_WHY_CONDITIONS:
        print_conditions(a, &why, w, out);
        break;
    case SCRIPT_WHY_HIDDEN:
        buf_str(out, script_words_say(w, N_("never shown: hidden in the script")));
        break;
    case SCRIPT_WHY_CIRCULAR:
        buf_str(out, script_words_say(w, N_("never asked: it depends on itself")));
        break;
    }
    if (why.node == node)
        return;
    CLEANUP_BUF struct buf label = {0};
    script_words_label(a->script, a->cells[why.node].item, w, LABEL_CHARS, &label);
    buf_char(out, ' ');
    script_words_fill(w, N_("[condition of “%s”, above it]"), buf_text(&label), out);
    out->failed |= label.failed;
}
