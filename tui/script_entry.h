/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is typed as an answer: from the text in the line editor to a value and back, one answer or
 * several, and how it reads. */

#include <stdbool.h>
#include <stddef.h>

#include "core/script.h"
#include "tui/state.h"

/* Fill the editor for the present question, just entered. */
void script_entry_begin(struct tui *t);

/* As if this had been typed: it is handed over at once, and why not is said. */
void script_entry_take(struct tui *t, const char *text);

/* Is the focus in the line editor? */
bool script_is_typed(const struct tui *t);

/* To the next or previous of several answers that are typed; behind the last one stands an empty
 * one. False: there is none, and the question is left. */
bool script_entry_step(struct tui *t, bool forward);

/* What is typed and cannot be kept as an answer, or not yet; "" = nothing. */
const char *script_draft(const struct tui *t);

/* What is typed as it will be kept: "Sunday 3 May 2020", "14:30", "38.5 °C". False: it is no
 * answer, or reads just as it is typed. */
bool script_read_back(const struct tui *t, char *ret, size_t size);

/* How it is typed; false: there is nothing to say. */
bool script_how_typed(const struct tui *t, char *ret, size_t size);

/* One answer of a question, in the spoken language; "" = it is empty. */
const char *script_one_text(const struct tui *t, size_t node, size_t answer, char *ret,
                            size_t size);
