/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Why an item is asked or not, as its author wants to know it: which conditions decide, and whether
 * each holds. It reads what core/script_tree.h computed (script_node_is_enabled, _reason); nothing
 * is interpreted a second time. */

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/script_tree.h"
#include "core/script_words.h"

enum script_why_kind {
    SCRIPT_WHY_ALWAYS,     /* nothing decides: it is always asked */
    SCRIPT_WHY_CONDITIONS, /* the conditions of `node` */
    SCRIPT_WHY_HIDDEN,     /* enabled, but `node` is hidden in the script: it is never shown */
    SCRIPT_WHY_CIRCULAR,   /* `node` depends on itself: it is never asked */
};

struct script_why {
    enum script_why_kind kind;
    bool is_shown; /* script_node_is_shown of the node that was asked about */
    /* What decides: the node itself, or one above it. What is not shown follows from the uppermost
     * one that is not; what is shown, from the nearest one that has conditions. */
    size_t node;
    bool any;    /* its conditions are joined by "or" */
    size_t n;    /* how many it has: script_node_reason(a, node, 0 … n - 1) */
    size_t hold; /* how many of them hold */
};

/* Of a node (not of an answer). */
void script_why(const struct script_answers *a, size_t node, struct script_why *ret);

/* Append one condition as it stands in the script: "Symptoms = yes", "Age >= 65",
 * "Onset is answered". */
void script_why_condition(const struct script_answers *a, const struct script_condition *condition,
                          const struct script_words *w, struct buf *out);

/* Append the present answer that a condition looks at, in parentheses: "(answer: no)",
 * "(no answer)", "(not asked)", "(no such question)". */
void script_why_answer(const struct script_answers *a, const struct script_reason *reason,
                       const struct script_words *w, struct buf *out);

/* Append the whole as a sentence without a full stop:
 *   "always shown"
 *   "shown because Symptoms = yes"
 *   "shown because Symptoms = yes and Age >= 65"         (of "any": only what holds, with "or")
 *   "not shown because this does not hold: Symptoms = yes (answer: no)"
 *   "… [condition of “Symptoms”, above it]"              (when a node above decides)
 *   "never shown: hidden in the script", "never asked: it depends on itself" */
void script_why_print(const struct script_answers *a, size_t node, const struct script_words *w,
                      struct buf *out);
