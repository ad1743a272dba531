/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Languages that people speak: the two-letter codes of ISO 639-1. */

#include <stdbool.h>
#include <stddef.h>

#define LANGUAGE_SIZE 3 /* two letters, NUL */

/* Read a code, in either case ("fr", "FR"), into lower case. False, ret untouched, when ISO 639-1
 * has no such code. */
bool language_parse(const char *text, size_t len, char ret[LANGUAGE_SIZE]);

/* Its name in English, marked for gettext ("French"); the code itself for rare ones. */
const char *language_name(const char *code);
