/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where the desk of one instance lives: $XDG_RUNTIME_DIR/pupitre/INSTANCE, mode 0700. Without
 * XDG_RUNTIME_DIR it is /tmp/pupitre-UID/INSTANCE (net/host/xdg.h). Both ends of the desk protocol
 * ask here. */

#include "core/err.h"

/* A Unix socket's path holds at most 107 bytes. */
#define DESK_PATH_MAX 108

struct desk_place {
    char dir[DESK_PATH_MAX];
    char socket[DESK_PATH_MAX]; /* dir/desk.sock */
    char attach[DESK_PATH_MAX]; /* dir/attach: the attach token, 0600 */
};

/* Name the place of an instance (letters, digits, '-', '_', '.'; 1 to 32 characters, first a letter
 * or digit). Touches no file. Errors: ERR_INVALID (bad name, path too long). */
enum err_code desk_place_name(struct desk_place *ret, const char *instance,
                              struct err *err) MUSTCHECK;

/* Make the directories of a place and see that they are ours and 0700. Errors: ERR_IO,
 * ERR_FORBIDDEN (somebody else's, or XDG_RUNTIME_DIR is). */
enum err_code desk_place_make(const struct desk_place *place, struct err *err) MUSTCHECK;
