/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Keys from the bytes that a terminal sends: code points, the keys that terminfo and the usual
 * terminals have, pasted text. Whatever else arrives (unknown keys, the mouse, answers to questions
 * that nobody asked, bytes that are no text) presses nothing.
 *
 * A key of several bytes may come torn into pieces from a slow line. The rules, so that a piece
 * never presses a key:
 *  - Esc with nothing after it for 25 ms is the Esc key;
 *  - "[" within a second after that Esc, or "O" with its letter, is the rest of a torn key: it is
 *    dropped whole, for its Esc has acted already;
 *  - a key that has begun with "Esc [" ends at its last byte, however late that comes, within 2 s;
 *  - Esc and a letter at once is an Alt key, which means nothing here.
 *
 * Between the brackets of a paste (xterm's mode 2004) everything is text. A paste whose end never
 * comes is over when Esc comes and nothing follows it for half a second. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curses.h>

/* A key: a code point below 0x110000, or one of KEY_* of curses plus KEY_BASE. */
#define KEY_BASE 0x200000
#define KEYS_NONE (-1)

struct keys;

/* Read keys from fd, which stays the caller's. Call when terminfo is loaded (after curses has
 * started). now_ms: a clock that never goes back, milliseconds; NULL = the system's. utf8: what is
 * typed is UTF-8, else in the charset of the locale. NULL: no memory. */
struct keys *keys_new(int fd, bool utf8, int64_t (*now_ms)(void *arg), void *arg);
struct keys *keys_free(struct keys *k);

/* Read no more than a few blocks until this is called again, so that a flood of bytes cannot hold
 * up the caller's loop. */
void keys_begin(struct keys *k);

/* The next key, KEYS_NONE when there is none; never waits longer than 25 ms after Esc.
 * *ret_pasted: it is part of a pasted text; then it is printable, '\r', '\n' or '\t'. */
int keys_next(struct keys *k, bool *ret_pasted);

/* A paste has begun and not ended. */
bool keys_is_pasting(const struct keys *k);
/* Nothing will ever come any more: end of file, a lost line. */
bool keys_is_gone(const struct keys *k);
/* Bytes read so far. */
uint64_t keys_bytes(const struct keys *k);
