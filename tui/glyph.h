/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How a character of cleaned text (core/text.h) shows on a terminal: itself where the terminal has
 * Unicode, else in ASCII letters. The one place where columns are counted. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#define GLYPH_MAX 4

struct glyph {
    wchar_t text[GLYPH_MAX];
    int n;    /* of them; 0: nothing shows */
    int cols; /* 0: a mark on the character before it, or nothing */
    size_t bytes;
};

/* The first character of text (len bytes, len > 0, any bytes). Private-use characters, unassigned
 * ones and bytes that are not UTF-8 show as U+FFFD ("?" in ASCII): terminals disagree about them.
 */
struct glyph glyph_at(const char *text, size_t len, bool unicode);
