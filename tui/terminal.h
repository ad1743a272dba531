/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The terminal: its modes, its size, keys from it and bytes to it.
 *
 * curses writes into memory; terminal_flush() passes that on as the terminal takes it. So nothing
 * ever waits for a terminal that has stopped reading (Ctrl-S at its far end, a dead SSH line). */

#include <stdbool.h>
#include <stdint.h>

#include <curses.h>

#include "core/err.h"
#include "tui/keys.h"

struct terminal;

/* Take stdin and stdout. ERR_UNAVAILABLE with a sentence when that is not possible. */
struct terminal *terminal_open(struct err *err);
struct terminal *terminal_close(struct terminal *t);

/* Give the terminal back, take it again and paint everything; both may be called twice. Resume
 * without suspend is for a program that was stopped by somebody else: a shell has used the terminal
 * meanwhile. */
void terminal_suspend(struct terminal *t);
void terminal_resume(struct terminal *t);

/* Ask the terminal for its size and tell curses. */
void terminal_fit(struct terminal *t);

/* Where keys come from (tui/keys.h); borrowed. */
struct keys *terminal_keys(struct terminal *t);

/* Everything is painted anew with the next update. */
void terminal_repaint(struct terminal *t);

/* Bring the terminal in line with the window; the cursor goes to (y, x), y < 0 hides it.
 * Only when nothing is pending. */
void terminal_update(struct terminal *t, WINDOW *win, int y, int x);
/* At most one bell waits for a terminal that does not read. */
void terminal_bell(struct terminal *t);
/* Set the title of the window; sent only when it is another one. Never anything from outside. */
void terminal_title(struct terminal *t, const char *title);

bool terminal_pending(const struct terminal *t);
int terminal_output_fd(const struct terminal *t);
/* Pass on what waits, as far as the terminal takes it. */
void terminal_flush(struct terminal *t);

/* Bytes passed on so far. */
uint64_t terminal_bytes(const struct terminal *t);
