/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What somebody at the screen does to answers. The screen's handles are its memory: what one names
 * may be gone, and that is said. */

#include "core/script_tree.h"
#include "core/workstation.h"

/* Set the value of an answer, or empty it. Errors: ERR_STATE (it is there no more) and those of
 * script_node_set. */
enum err_code script_change_answer(struct script_answers *a, size_t answer,
                                   const struct script_value *value, struct err *err) MUSTCHECK;

/* Add, remove or move an instance of a repeating group or an answer of a repeating question. *ret:
 * the new one; after a removal the one behind it, else the one before it, else the empty one that
 * is left; otherwise the same. Errors: ERR_STATE, ERR_TOO_LARGE, ERR_NOMEM; *ret is untouched. */
enum err_code script_change_repeat(struct script_answers *a, size_t node, enum ws_repeat how,
                                   size_t *ret, struct err *err) MUSTCHECK;
