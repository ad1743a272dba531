/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Text: how long is it, where may it be cut, may it go to a terminal?
 *
 * core/utf8.h decodes; here is what is done with it. Everything takes a pointer and a length in
 * bytes; nothing depends on a locale. Columns on the screen are not counted here: that is the
 * business of tui/. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

/* The number of characters (code points); each byte that is not UTF-8 counts as one. */
size_t text_chars(const char *s, size_t len);

/* The longest prefix in bytes, at most max_bytes / max_chars, that cuts no character in two. */
size_t text_cut(const char *s, size_t len, size_t max_bytes);
size_t text_cut_chars(const char *s, size_t len, size_t max_chars);

/* What text_is_plain allows and text_clean keeps beside ordinary characters. */
enum text_lines {
    TEXT_ONE_LINE, /* no line ends, no tabs: text_clean makes a space of them */
    TEXT_LINES,    /* '\n' and '\t' (text_clean: '\n' only; a tab becomes a space) */
};

/* Valid UTF-8 without control characters (C0, DEL, C1) and without bidirectional overrides: what
 * is accepted into a record. */
bool text_is_plain(const char *s, size_t len, enum text_lines lines);

/* Make any bytes safe for a terminal. Escape sequences (7 bit, and 8 bit as U+0080..U+009F) go away
 * whole, and so do other control characters, bidirectional controls, zero-width characters,
 * variation selectors and tags; line and paragraph separators become a space; each byte that is not
 * UTF-8 becomes U+FFFD. An escape sequence that has no end loses its introducer only, so that
 * nobody can hide the rest of a text. */
void text_clean(const char *s, size_t len, enum text_lines lines, struct buf *out);

/* The same into dst (cap bytes, cap > 0), one line, NUL-terminated, cut at a character boundary.
 * Returns the bytes written without the NUL. dst may not overlap s. */
size_t text_clean_to(char *dst, size_t cap, const char *s, size_t len);

/* Make UTF-8 of any bytes, in place: each byte that is none becomes '?'. */
void text_make_utf8(char *text, size_t len);

/* Copy without leading and trailing white space (ASCII blanks, U+00A0, U+202F, U+3000) into dst
 * (cap bytes, NUL-terminated, cut at a character boundary). Returns the bytes that the whole
 * trimmed text has: >= cap means that it was cut. */
size_t text_trim(char *dst, size_t cap, const char *s, size_t len);

/* The part of s without leading and trailing white space, borrowed: moves *s and *len. */
void text_trim_view(const char **s, size_t *len);

/* Fold for searching and comparing: lower case, Latin letters without accents ("É" -> "e", "œ" ->
 * "oe", "ß" -> "ss"); other characters stay. Appends to out. */
void text_fold(const char *s, size_t len, struct buf *out);

/* Does the text contain each blank-separated word of what was typed, folded? Nothing typed matches
 * everything. For short lists: it looks at every byte. Both NUL-terminated. */
bool text_matches(const char *text, const char *typed);

/* A whole decimal number within min..max: optional '-', digits, nothing else. False leaves *ret. */
bool text_to_int(const char *s, size_t len, int64_t min, int64_t max, int64_t *ret);
