/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The master key of a backend: a file of its own (0600) beside or far from the database. Subkeys
 * are derived by crypto_kdf, one for each use, and live in sodium memory.
 *
 * The file has one line a key, "pupitre-key <id> <64 hex digits>": several, when keys are rotated.
 * The highest id is used to write; the others only to read what they sealed. */

#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "core/err.h"

struct keys;

#define KEYS_BYTES 32

enum key_use {
    KEY_FIELDS = 1, /* sealed field groups; numbers are part of the file format: never reuse one */
    KEY_NISS = 2,   /* blind indexes */
    KEY_PHONE = 3,
    KEY_NAME_BIRTH = 4,
    KEY_TICKET = 5,
    KEY_CONTENT = 6, /* is this record the same as the one that is stored? */
    KEY_AUDIT = 7,
    KEY_TOKEN = 8,
    KEY_REPEAT = 9,
};
#define KEY_USE_LAST KEY_REPEAT

/* Make a new key file; never writes over one. Errors: ERR_CONFLICT (there is one), ERR_IO. */
enum err_code keys_create(const char *path, struct err *err) MUSTCHECK;

/* Read a key file. Errors: ERR_NOT_FOUND, ERR_IO, ERR_FORBIDDEN (others may read it),
 * ERR_INVALID (not a key file), ERR_NOMEM. */
enum err_code keys_load(const char *path, struct keys **ret, struct err *err) MUSTCHECK;
struct keys *keys_free(struct keys *k);

/* DIR/master.key: where `pupitrectl init` puts it. *ret: NUL-terminated, free(3). */
enum err_code keys_path_in(const char *dir, char **ret, struct err *err) MUSTCHECK;

/* The id of the key that writes, and the subkey of one use under a key id; NULL: no such key.
 * Borrowed, KEYS_BYTES long. */
uint32_t keys_newest(const struct keys *k);
const uint8_t *keys_get(const struct keys *k, uint32_t id, enum key_use use);
