/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The last way to give the terminal back: when the program dies of a signal, and when the terminal
 * does not take the ordinary way because it has stopped reading. */

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* Remember what gives the terminal on `tty` back: its modes `before`, and the capabilities of its
 * terminfo entry (curses has started). has_title: a title of ours is on the terminal's stack. */
void emergency_arm(int tty, const struct termios *before, bool has_title);
/* The terminal has been given back. */
void emergency_disarm(void);

/* Async-signal-safe, and never waits: give the terminal back. What the terminal has not read yet is
 * thrown away when it has no room. Nothing happens unless armed; disarms. */
void emergency_restore(void);

/* From now on each signal that would end the program where it stands gives the terminal back first,
 * also when the stack is used up; the program then dies of that signal as it would have. */
void emergency_catch_crashes(void);
