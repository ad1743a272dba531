/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where a user's files are: the XDG Base Directory Specification 0.8.
 *
 * A variable that is unset, empty or not an absolute path is ignored, as the specification asks;
 * then the place below HOME counts, and without an absolute HOME there is none. */

#include <stdbool.h>
#include <stddef.h>

#define XDG_PATH_MAX 1024

enum xdg_base {
    XDG_CONFIG, /* $XDG_CONFIG_HOME, or ~/.config */
    XDG_STATE,  /* $XDG_STATE_HOME, or ~/.local/state */
    XDG_CACHE,  /* $XDG_CACHE_HOME, or ~/.cache */
};

/* The path BASE/pupitre/NAME; with an empty name that of the folder. Touches no file. False when
 * the environment names no place or the path is too long; *ret is "" then. */
bool xdg_path(enum xdg_base base, const char *name, char *ret, size_t size);

/* The folder of what lives while its user is logged in (sockets): $XDG_RUNTIME_DIR/pupitre, or
 * /tmp/pupitre-UID without the variable. Touches no file. False when the path is too long. */
bool xdg_runtime_path(char *ret, size_t size);

/* What $XDG_RUNTIME_DIR has to be when it is set: a directory, this user's, closed to all others.
 * NULL when it is, or the rule that it breaks (marked with N_). A folder that others can write to
 * would let them put their own socket where ours is looked for. */
const char *xdg_runtime_fault(void);

/* Make a folder and what is missing above it, for the user alone (0700, as the specification asks).
 * Whether it worked shows when something is put into it. */
void xdg_make(const char *dir);

/* A name that may be a folder of ours: 1 to 32 letters, digits, '-', '_' and '.', first a letter or
 * digit. */
bool xdg_is_name(const char *name);
