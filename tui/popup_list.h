/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Popups that are a list: move, choose by Enter or by number, and search where the popup has
 * item_matches. t->list_row is the highlighted row of what is left after the search. */

#include "tui/state.h"

void list_draw(struct tui *t, struct area a);
struct edit *list_search(struct tui *t);

/* A row of a short list: number, mark when it is the present one, text. */
void list_draw_choice(struct area row, size_t i, bool present, enum role role, const char *text);
