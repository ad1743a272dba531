/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The texts of a script as the agent reads them: placeholders (core/placeholder.h) filled from the
 * record, the service and what was answered so far. Only the screen fills them. */

#include <stddef.h>

#include "core/script.h"
#include "tui/state.h"

#define SCRIPT_TEXT_SIZE 4096

/* A string of the present script in a language. ret holds it if it had to be filled, cut at a
 * character when too long; else it is the script's own, borrowed. Never NULL. */
const char *script_text_said(const struct tui *t, const struct script_string *s, const char *lang,
                             char *ret, size_t size);

/* The same in the language that is spoken. */
const char *script_text_spoken(const struct tui *t, const struct script_string *s, char *ret,
                               size_t size);

/* A text of an item: what the agent alone reads in the agent's language, else as it is spoken. */
const char *script_text_of(const struct tui *t, const struct script_item *it,
                           const struct script_string *s, char *ret, size_t size);

/* A sentence of the program's in the agent's language, for what core says: the `translate` of
 * struct script_words and of script_fault_print. arg: not used. */
const char *script_text_ours(void *arg, const char *msgid);
