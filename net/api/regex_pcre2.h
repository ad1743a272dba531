/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* core/regex.h by PCRE2, which knows what questionnaires write (\d \h (?:…)). */

#include <stdbool.h>

#include "core/regex.h"

/* \d and \w are ASCII; letters of every script match by \p{L}. A match is given up, with
 * REGEX_GAVE_UP, after some ten milliseconds' worth of steps or a megabyte of memory. */
extern const struct regex_ops regex_pcre2;

/* Can the expression be read at all? For whoever writes a script. */
bool regex_pcre2_is_readable(const char *pattern);
