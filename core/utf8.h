/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* UTF-8 (RFC 3629): the strict decoder that everything reading outside text shares. Overlong forms,
 * surrogates, values above U+10FFFF and cut sequences are not UTF-8. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode the first character of text (len bytes, need not end in NUL) into *ret. Returns the bytes
 * it takes (1..4), or 0 when they are not UTF-8 or len is 0; *ret is untouched then. */
size_t utf8_decode(const char *text, size_t len, uint32_t *ret);

/* Write a character (a scalar value up to U+10FFFF, not a surrogate) into out; returns 1..4. */
size_t utf8_encode(uint32_t c, char out[4]);

/* How many characters (code points, not columns) a NUL-terminated text has. A byte that is not
 * UTF-8 counts as one. */
size_t utf8_count(const char *text);

/* Is the text (len bytes) UTF-8 throughout? */
bool utf8_is_valid(const char *text, size_t len);
