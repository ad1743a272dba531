/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The options of the present question as a list. More than nine cannot be numbered: such a list is
 * searched instead, in a line above it, and keeps its height while that hides options. */

#include <stdbool.h>
#include <stddef.h>

#include "core/script.h"
#include "tui/state.h"

/* Is it a list that is searched? Digits and blanks belong to the search there. */
bool script_options_are_many(const struct script_item *item);

/* Rows that may be highlighted: the options and, of an open choice, words of one's own. */
size_t script_option_rows(const struct script_item *item);

/* Is option i among what is searched for? Words of one's own always are. */
bool script_option_fits(const struct tui *t, size_t i);

/* The next one that fits after option i, or before it; i when there is none. */
size_t script_option_beside(const struct tui *t, size_t i, bool after);

/* The first option that has what is typed in its text; n_options: none. */
size_t script_option_find(const struct tui *t, const char *typed);

/* Draw them from line y on, in so many rows at most; returns the lines, whatever is hidden. */
int script_options_draw(struct tui *t, struct area a, int y, int rows);
