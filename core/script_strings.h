/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* All that people read in a script, one string after the other. */

#include "core/script.h"

/* What a string is: "text", "prefix", "label" (shortText), "hint" (entryFormat), "option", "unit",
 * or "title" of the whole (item SCRIPT_NONE). */
typedef void script_string_fn(void *arg, size_t item, const char *what,
                              const struct script_string *s);

/* Tell every string with letters in it, in document order. Options and units that are plain numbers
 * or dates have none. */
void script_each_string(const struct script *s, script_string_fn *fn, void *arg);

/* Is it there in that language? The base text counts for the script's own language; "nl" is there
 * when "nl-BE" is. */
bool script_string_has(const struct script *s, const struct script_string *string,
                       const char *lang);
