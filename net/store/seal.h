/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Encryption at rest of one field group, and blind indexes.
 *
 * A sealed blob is: version (1 byte), key id (4, big endian), nonce (24), XChaCha20-Poly1305
 * ciphertext with its tag (16). The table, the group, the row's id and the key id are
 * authenticated with it: a blob that was moved to another place does not open. */

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "net/store/keys.h"

#define SEAL_OVERHEAD 45
#define BLIND_BYTES 16

struct seal_place {
    const char *table;
    const char *group;
    int64_t id;
};

/* Append the sealed bytes to out. Errors: ERR_NOMEM. */
enum err_code seal(const struct keys *k, const struct seal_place *place, const void *bytes,
                   size_t len, struct buf *out, struct err *err) MUSTCHECK;

/* Append the plain bytes to out. Errors: ERR_STORE when the blob is
 * not what was sealed at this place, or its key is missing; ERR_NOMEM. */
enum err_code unseal(const struct keys *k, const struct seal_place *place, const void *blob,
                     size_t len, struct buf *out, struct err *err) MUSTCHECK;

/* The id of the key that a blob names; 0 = it is no sealed blob. */
uint32_t seal_key_id(const void *blob, size_t len);

/* A keyed hash of len bytes: the same input gives the same index, and nothing else can be learnt
 * from it without the key. */
void blind(const struct keys *k, enum key_use use, const void *bytes, size_t len,
           uint8_t ret[BLIND_BYTES]);
/* The same under a key that was got before. */
void blind_with(const uint8_t key[KEYS_BYTES], const void *bytes, size_t len,
                uint8_t ret[BLIND_BYTES]);
