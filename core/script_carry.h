/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Answers to one state of a script into the next one: what somebody who writes a script has
 * answered while trying it stays, whatever was changed around it. Never for a call, which keeps the
 * version that it began with. */

#include "core/script_tree.h"

/* Put the answers `from` into those of another script, which are as at a beginning, with initial
 * values (script_answers_start). Items are the same by their linkId, also where they were moved;
 * instances stand in the same places. A question that was not touched, because it has just the
 * initial answers it began with, has those of the new script then; one that was emptied is empty.
 * Dropped is what has no place any more: no such item, another type, no repetition.
 * Errors: ERR_NOMEM, ERR_TOO_LARGE; some answers are there then. */
enum err_code script_carry(const struct script_answers *from, struct script_answers *to,
                           struct err *err) MUSTCHECK;

/* Are they states of one script? By url, without its version; where one has none by id; where
 * neither can be told they are. */
bool script_is_same(const struct script *a, const struct script *b);
