/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Which item has to be looked at before which: conditions may point forwards. */

#include <stdbool.h>
#include <stddef.h>

#include "core/script.h"

/* Put the indices of all items into order[] (n_items places) so that each comes after its parent
 * and after the questions of its conditions. Items that depend on themselves, and those that depend
 * on such, cannot be placed and come last, in document order: *ret_placed says how many come before
 * them. False: out of memory. */
bool script_order(const struct script *s, size_t *order, size_t *ret_placed) MUSTCHECK;
