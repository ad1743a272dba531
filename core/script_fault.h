/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is wrong with answers: the rules that a value breaks, and what a script lacks or has too
 * much of (FHIR R4, Questionnaire.item). */

#include <stdbool.h>
#include <stddef.h>

#include "core/regex.h"
#include "core/script_tree.h"

enum script_fault_kind {
    /* of one answer, in the order in which they are told */
    SCRIPT_FAULT_OPTION, /* none of the options */
    SCRIPT_FAULT_UNIT,   /* none of the units */
    SCRIPT_FAULT_MIN_LENGTH,
    SCRIPT_FAULT_MAX_LENGTH,
    SCRIPT_FAULT_DECIMALS,
    SCRIPT_FAULT_MIN_VALUE,
    SCRIPT_FAULT_MAX_VALUE,
    SCRIPT_FAULT_REGEX,
    SCRIPT_FAULT_REGEX_LIMIT, /* whether it has the form takes too long to find out */
    SCRIPT_FAULT_EXCLUSIVE,   /* beside others, though it stands alone or not at all */
    /* of a question or a group */
    SCRIPT_FAULT_REQUIRED,
    SCRIPT_FAULT_MIN_OCCURS,
    SCRIPT_FAULT_MAX_OCCURS,
};
#define SCRIPT_FAULT_COUNT (SCRIPT_FAULT_MAX_OCCURS + 1)

struct script_fault {
    enum script_fault_kind kind;
    size_t node;   /* of the question or the group's instance */
    size_t answer; /* SCRIPT_NODE_NONE: the node as a whole */
};

/* The stable name for programs: "required", "minCount", "invalidAnswerOption", … */
const char *script_fault_code(enum script_fault_kind kind);

/* Append the rule of the item that is broken, its limit filled in; never the value. translate:
 * gives a sentence in the person's language; NULL = English. */
struct buf;
void script_fault_print(const struct script_item *item, enum script_fault_kind kind,
                        const char *(*translate)(void *arg, const char *msgid), void *arg,
                        struct buf *b);

/* The same in English into *err, with the linkId as its field; returns ERR_INVALID. */
enum err_code script_fault_tell(const struct script_item *item, enum script_fault_kind kind,
                                struct err *err);

/* Use this to look at regular expressions (borrowed; NULL, as at first: they are not looked at). */
void script_answers_use_regex(struct script_answers *a, const struct regex_ops *ops);

/* The rules that a value of the item's type breaks, one bit a kind (1 << SCRIPT_FAULT_…). regex
 * NULL: expressions are not looked at. */
unsigned script_value_faults(const struct script_item *item, const struct script_value *value,
                             const struct regex_ops *regex);

/* The same of an answer in its place: exclusive options too. */
unsigned script_answer_faults(const struct script_answers *a, size_t answer);

/* All that keeps the answers from being complete, in document order, a group after what is below
 * it: faults of answers that count, and what is lacking or too much. Fills ret[] with up to cap of
 * them (cap 0: NULL is fine) and returns how many there are.
 *
 * Asked is only what is enabled, and nothing below a group that is optional and was left out as a
 * whole (FHIR R5) or below a question without an answer. Of a group that has to be there n times
 * and is not, the first empty instances are asked. A group that lacks everything is named only if
 * no question below it is. */
size_t script_faults(const struct script_answers *a, struct script_fault *ret, size_t cap);

/* Only what is lacking: SCRIPT_FAULT_REQUIRED and _MIN_OCCURS. */
size_t script_missing_nodes(const struct script_answers *a, struct script_fault *ret, size_t cap);
