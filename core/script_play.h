/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A simulated person: what they would say stands in a second tree of answers to the same script,
 * and is given to the walk one question at a time. What the second tree does not answer is nobody's
 * business here. Nodes are those of the walk; a place is the same when it has the same positions in
 * all that repeats around it. */

#include "core/script_tree.h"
#include "core/script_words.h"

/* Does the person have an answer to that question? */
bool script_play_has(const struct script_answers *walk, const struct script_answers *said,
                     size_t question);

/* Are its answers just those now? */
bool script_play_is_given(const struct script_answers *walk, const struct script_answers *said,
                          size_t question);

/* Its answers become those of the person. Errors: ERR_STATE (there are none), and those of
 * script_change_answer and script_change_repeat, with the rule; some are given then. */
enum err_code script_play_give(struct script_answers *walk, const struct script_answers *said,
                               size_t question, struct err *err) MUSTCHECK;

/* The walk is about to go from one question to the next (SCRIPT_NODE_NONE: behind the last). Where
 * that leaves the last instance of a group, and the person has one more, it is added, and *ret is
 * true: the next question is another one then. Errors: as script_change_repeat. */
enum err_code script_play_grow(struct script_answers *walk, const struct script_answers *said,
                               size_t from, size_t to, bool *ret, struct err *err) MUSTCHECK;

/* Append what the person says to that question: "yes"; "fever, cough". */
void script_play_print(const struct script_answers *walk, const struct script_answers *said,
                       size_t question, const struct script_words *w, struct buf *out);
