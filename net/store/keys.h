/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The master key of a backend: a file of its own (0600) beside or far from the database. Subkeys
 * are derived by crypto_kdf, one for each use, and live in sodium memory.
 *
 * The file has one line a key, "pupitre-key <id> <64 hex digits>": several, while and after keys
 * are rotated. One of them writes: the highest id, until the database says which (rotate.h); the
 * others only open what they sealed.
 *
 * A program that runs meets a new key without a restart: a key that is asked for and not known is
 * looked for in the file again. */

#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "core/err.h"

struct keys;

#define KEYS_BYTES 32
#define KEYS_MAX 16

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
    KEY_SIGN = 10,      /* seed of the Ed25519 pair that signs checkpoints and certificates */
    KEY_DESTROYED = 11, /* digests of tickets in certificates */
};
#define KEY_USE_LAST KEY_DESTROYED

/* Make a new key file; never writes over one. Errors: ERR_CONFLICT (there is one), ERR_IO. */
enum err_code keys_create(const char *path, struct err *err) MUSTCHECK;

/* Read a key file. Errors: ERR_NOT_FOUND, ERR_IO, ERR_FORBIDDEN (others may read it),
 * ERR_INVALID (not a key file), ERR_NOMEM. */
enum err_code keys_load(const char *path, struct keys **ret, struct err *err) MUSTCHECK;
struct keys *keys_free(struct keys *k);

/* DIR/master.key: where `pupitrectl init` puts it. *ret: NUL-terminated, free(3). */
enum err_code keys_path_in(const char *dir, char **ret, struct err *err) MUSTCHECK;

/* The id of the key that writes, and the subkey of one use under a key id; NULL: no such key.
 * Borrowed until the next call with another id, KEYS_BYTES long. */
uint32_t keys_newest(const struct keys *k);
const uint8_t *keys_get(const struct keys *k, uint32_t id, enum key_use use);

/* This key writes from now on. ERR_NOT_FOUND: it is not in the file either. */
enum err_code keys_write_with(const struct keys *k, uint32_t id, struct err *err) MUSTCHECK;

/* The ids in the order of the file. */
size_t keys_ids(const struct keys *k, uint32_t ret[KEYS_MAX]);

/* Put a new key into the file, with the next higher id, or take one out. The file is replaced as a
 * whole, durably, with mode and owner kept. keys_add knows the key at once, and does not write with
 * it. Errors: ERR_IO, ERR_TOO_LARGE (KEYS_MAX); keys_take_out: ERR_NOT_FOUND, ERR_STATE (it
 * writes). */
enum err_code keys_add(struct keys *k, uint32_t *ret_id, struct err *err) MUSTCHECK;
enum err_code keys_take_out(struct keys *k, uint32_t id, struct err *err) MUSTCHECK;
