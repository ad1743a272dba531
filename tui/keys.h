/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Keys from the terminal: code points, the keys of terminfo, the brackets of a paste. Keys that
 * nobody knows are dropped whole. */

#include <curses.h>

/* A key: a code point below 0x110000, or one of KEY_* of curses plus KEY_BASE. */
#define KEY_BASE 0x200000
#define KEYS_PASTE_BEGIN (KEY_BASE + KEY_MAX + 1)
#define KEYS_PASTE_END (KEY_BASE + KEY_MAX + 2)
#define KEYS_NONE (-1)

/* Where keys are read; delwin() it. NULL: no memory. Call after curses has started. */
WINDOW *keys_open(void);

/* The next key that was typed, KEYS_NONE when there is none; never waits longer than a key's own
 * bytes need (25 ms after Esc). */
int keys_next(WINDOW *pad);
