/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The answers to a script as a tree. A node is one occurrence of an item: a repeating group has
 * one node an instance, at least one, which may be empty. A question has one node in each place,
 * with a list of answers; below each answer stand nodes of its own for the items below the
 * question. A question without an answer has one empty answer, so that what is below it exists.
 *
 * Nodes and answers are named by handles, which stay valid, with all that hangs on them, while
 * other ones are added, moved or removed. A handle is never given again until script_answers_clear,
 * so that script_node_exists says whether one is stale. What follows from a change is computed
 * with it, and only where something depends on it. */

#include <stdbool.h>
#include <stddef.h>

#include "core/script.h"

#define SCRIPT_NODE_NONE ((size_t)-1)
#define SCRIPT_NODES_MAX 1000000 /* nodes and answers, those removed since a clear included */

bool script_node_exists(const struct script_answers *a, size_t node);

/* The item that a node or an answer belongs to. */
size_t script_node_item(const struct script_answers *a, size_t node);

/* The first node of an item in the whole tree. */
size_t script_node_first(const struct script_answers *a, size_t item);

/* The node of a child item below a group's node, or below an answer (`below`), or at the top (below
 * = SCRIPT_NODE_NONE): its first instance. SCRIPT_NODE_NONE when the item is no child of that. */
size_t script_node_child(const struct script_answers *a, size_t below, size_t item);

/* The nodes directly below a group's node or an answer, or at the top (SCRIPT_NODE_NONE), instances
 * included: the first one, and the one beside it. SCRIPT_NODE_NONE: no more. */
size_t script_node_below(const struct script_answers *a, size_t below);
size_t script_node_beside(const struct script_answers *a, size_t node);

/* What it stands below: the group's node or the answer; SCRIPT_NODE_NONE at the top. Of an answer:
 * the node of its question. */
size_t script_node_above(const struct script_answers *a, size_t node);

/* The next instance of a group, the next answer of a question; SCRIPT_NODE_NONE after the last. */
size_t script_node_next_instance(const struct script_answers *a, size_t node);

/* The last one of them. */
size_t script_node_last_instance(const struct script_answers *a, size_t node);

/* Which instance or answer it is, from 0. */
size_t script_node_position(const struct script_answers *a, size_t node);

/* The first answer of a question's node, which may be empty. */
size_t script_node_answer(const struct script_answers *a, size_t node);

/* The value of an answer; kind SCRIPT_VALUE_NONE when it is empty. Borrowed until it is set. */
const struct script_value *script_node_value(const struct script_answers *a, size_t answer);

/* Set the value of an answer (copied). SCRIPT_VALUE_NONE and an empty text empty it; what stands
 * below keeps its answers in memory. A choice is given by the code (and system) of its option, or
 * by the option's text when options are plain values; what is stored is a copy of the option. Texts
 * are exact: no trimming; integers as JSON writes them, decimals too ("37.50" keeps its digits),
 * dates in ISO form, possibly only a year or a month. readOnly is the screen's business.
 * Errors: ERR_INVALID with the rule in the sentence (type, option, length, …: script_fault.h) and
 * the linkId in err->field; ERR_NOMEM. The former value stays then. */
enum err_code script_node_set(struct script_answers *a, size_t answer,
                              const struct script_value *value, struct err *err) MUSTCHECK;

/* The same for a value that comes from elsewhere, as a draft's: only its type has to fit, and it
 * stays exactly as it is. script_answer_faults says which rules it breaks. */
enum err_code script_node_take(struct script_answers *a, size_t answer,
                               const struct script_value *value, struct err *err) MUSTCHECK;

/* Add an instance of a repeating group, or an answer of a repeating question, behind `node` (an
 * instance of the group; an answer of the question). initial: with the initial values. *ret is the
 * new one. Errors: ERR_STATE (it does not repeat, or has max_occurs already), ERR_TOO_LARGE,
 * ERR_NOMEM; nothing is changed then. */
enum err_code script_node_add(struct script_answers *a, size_t node, bool initial, size_t *ret,
                              struct err *err) MUSTCHECK;

/* The same without initial values, and beyond max_occurs too. */
enum err_code script_node_append(struct script_answers *a, size_t node, size_t *ret,
                                 struct err *err) MUSTCHECK;

/* Remove an instance or an answer with all below it. The last one that is left is replaced by an
 * empty one. */
enum err_code script_node_remove(struct script_answers *a, size_t node, struct err *err) MUSTCHECK;

/* Move an instance or an answer to a position among its like; beyond the end is the end. */
void script_node_move(struct script_answers *a, size_t node, size_t position);

/* Set the initial values of all nodes there are. For a fresh tree, once; not for one that was read
 * from a draft. Errors: ERR_TOO_LARGE, ERR_NOMEM; some are set then. */
enum err_code script_answers_start(struct script_answers *a, struct err *err) MUSTCHECK;

/* Between the two, script_node_set, _take, _add and _append only change the tree, and nothing else
 * is to be asked or done: for many changes at once. */
void script_answers_hold(struct script_answers *a);
void script_answers_release(struct script_answers *a);

/* Of a node (not of an answer). Enabled: it is asked now; what is above a node disables it, too.
 * Shown: enabled, and neither it nor what is above is hidden: what the agent sees. Kept: an answer
 * of it counts: there is one, it is enabled, and every question above has an answer (what is below
 * a question belongs to its answer); that is what stands in the completed response. */
bool script_node_is_enabled(const struct script_answers *a, size_t node);
bool script_node_is_shown(const struct script_answers *a, size_t node);
bool script_node_is_kept(const struct script_answers *a, size_t node);

/* Is there an answer that counts, of the node or below it? */
bool script_node_is_filled(const struct script_answers *a, size_t node);

/* All nodes in document order: the one after `node` (SCRIPT_NODE_NONE: the first of all);
 * SCRIPT_NODE_NONE after the last. */
size_t script_node_walk(const struct script_answers *a, size_t node);

/* The next and the previous node that is shown and no group and no help. SCRIPT_NODE_NONE starts
 * at the end concerned, and stands for "none". */
size_t script_node_next(const struct script_answers *a, size_t node);
size_t script_node_prev(const struct script_answers *a, size_t node);

/* Append the key of a node: its linkId, and "@i.j": the positions of the repeating things around
 * it, outermost first, a repeating group's own included. */
struct buf;
void script_node_key(const struct script_answers *a, size_t node, struct buf *b);

/* The node of the question that a condition of `node` looks at: an ancestor; else the nearest,
 * in the same instance, then outward. SCRIPT_NODE_NONE: there is no such question. */
size_t script_node_nearest(const struct script_answers *a, size_t node, size_t question);

/* Why a node is enabled or not: condition number k of its item, and whether it holds. `found` is
 * the node whose answers were looked at; they count only if script_node_is_kept says so. */
struct script_reason {
    const struct script_condition *condition;
    size_t found;
    bool holds;
};
/* False when the item has no condition number k. */
bool script_node_reason(const struct script_answers *a, size_t node, size_t k,
                        struct script_reason *ret);

/* How many nodes have been evaluated since the beginning: what a change cost. */
size_t script_answers_touched(const struct script_answers *a);

/* Grows with each change, so that who has looked at all of it knows whether to look again. */
size_t script_answers_changes(const struct script_answers *a);

/* Evaluate all nodes anew, as if nothing were known; for tests and the benchmark. */
void script_answers_refresh(struct script_answers *a);
