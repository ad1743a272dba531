/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The screen on a pty, showing a workstation made by hand. */

#include <stdbool.h>

#include "core/buf.h"
#include "tests/harness/term.h"

struct screen {
    struct term *term;
    char *home;        /* a private directory */
    int commands_fd;   /* a FIFO: what the screen asks the workstation to do, one a line */
    struct buf record; /* read from it so far */
};

/* view: a name of fixture_views.c. env: more of the environment, NULL = none. */
void screen_start(struct screen *s, const char *view, int rows, int cols, const char *const *env);
void screen_stop(struct screen *s);

/* An interactive bash instead, its prompt "$ ", that knows the fixture as $fixture. */
void screen_start_shell(struct screen *s);

/* Until everything typed so far has been taken in, and its picture is here. */
#define screen_settle(s) screen_settle_(s, __FILE__, __LINE__)
void screen_settle_(struct screen *s, const char *file, int line_number);

/* Until the screen has given this command (a whole line); fails the test otherwise. The terminal is
 * not read meanwhile: the screen must not wait for that. */
#define assert_command(s, line) screen_assert_command_(s, line, __FILE__, __LINE__)
void screen_assert_command_(struct screen *s, const char *line, const char *file, int line_number);

/* Until the screen has given so many commands in all. False at the deadline. */
bool screen_wait_commands(struct screen *s, size_t n);

/* Has the screen given such a command among those read so far? `start` is how the line begins. */
bool screen_gave(struct screen *s, const char *start);
