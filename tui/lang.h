/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The language of the screen: gettext switched live, and what the terminal can show. */

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/i18n.h"

#define _(text) gettext(text)

/* A language that the screen has texts in. */
struct lang {
    const char *code; /* ISO 639-1 */
    const char *name; /* in itself: never translated */
};

/* All of them; *ret_n rows. */
const struct lang *lang_all(size_t *ret_n);

/* The language that the environment asks for, "en" when there are no texts in it. */
const char *lang_of_environment(void);

/* Switch to a language of lang_all(); others are taken as "en". Returns its code. */
const char *lang_use(const char *code);

/* Can the terminal show all of Unicode (LC_CTYPE is UTF-8), or only ASCII? */
bool lang_is_unicode(void);

/* Is what is typed UTF-8, or in the charset of the locale? */
bool lang_is_typed_in_utf8(void);

/* The name of a language that people speak, in that of the screen; "" for "". */
const char *lang_name(const char *code);
