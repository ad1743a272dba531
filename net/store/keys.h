/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The master key of a backend: a file of its own (0600) beside or far from the database. Subkeys
 * are derived by crypto_kdf, one for each use, and live in sodium memory. */

#include <stdint.h>

#include "core/err.h"

struct keys;

/* Make a new key file; never writes over one. Errors: ERR_CONFLICT (there is one), ERR_IO. */
enum err_code keys_create(const char *path, struct err *err) MUSTCHECK;

/* Read a key file. Errors: ERR_NOT_FOUND, ERR_IO, ERR_FORBIDDEN (others may read it),
 * ERR_INVALID (not a key file). Calls sodium_init. */
enum err_code keys_load(const char *path, struct keys **ret, struct err *err) MUSTCHECK;
struct keys *keys_free(struct keys *k);

/* DIR/master.key, DIR made by `pupitrectl init`. *ret: NUL-terminated, free(3). */
enum err_code keys_path_in(const char *dir, char **ret, struct err *err) MUSTCHECK;
