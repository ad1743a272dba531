/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where the desk of one instance lives: $XDG_RUNTIME_DIR/pupitre/INSTANCE, mode 0700. Without
 * XDG_RUNTIME_DIR it is /tmp/pupitre-UID/INSTANCE (net/host/xdg.h). Both ends of the desk protocol
 * ask here. */

#include "core/err.h"

/* A Unix socket's path holds at most 107 bytes. */
#define DESK_PATH_MAX 108

/* What a path on another machine may hold: it goes into a shell's words there. */
#define DESK_PATH_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-"

struct desk_place {
    char dir[DESK_PATH_MAX];
    char socket[DESK_PATH_MAX]; /* dir/desk.sock */
    char attach[DESK_PATH_MAX]; /* dir/attach: the attach token, 0600 */
};

/* Name the place of an instance (letters, digits, '-', '_', '.'; 1 to 32 characters, first a letter
 * or digit). Touches no file. Errors: ERR_INVALID (bad name, path too long). */
enum err_code desk_place_name(struct desk_place *ret, const char *instance,
                              struct err *err) MUSTCHECK;

/* The place of a desk on another machine, whose socket ssh forwards to this path; its attach token
 * is in the file "attach" beside it. Touches no file. Errors: ERR_INVALID. */
enum err_code desk_place_of_socket(struct desk_place *ret, const char *path,
                                   struct err *err) MUSTCHECK;

/* May this socket be spoken to: a socket of ours in a folder that is ours alone (0700), so that
 * nobody else can put another one there. Errors: ERR_NOT_FOUND (there is none), ERR_FORBIDDEN,
 * ERR_INVALID (something else has that name). */
enum err_code desk_place_check(const struct desk_place *place, struct err *err) MUSTCHECK;

/* A screen says in its desk's folder that it is the one, in the file "screen" (its process number,
 * locked while it runs): a later login can send it away when its line is dead. Keep the descriptor
 * open; -1 when another screen is there, or the file cannot be made. */
int desk_place_hold(const struct desk_place *place);

/* Make the directories of a place and see that they are ours and 0700. Errors: ERR_IO,
 * ERR_FORBIDDEN (somebody else's, or XDG_RUNTIME_DIR is). */
enum err_code desk_place_make(const struct desk_place *place, struct err *err) MUSTCHECK;
