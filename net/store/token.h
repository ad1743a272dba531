/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Bearer tokens. A token is derived from a key outside the database, the row's id and a random
 * salt in the row: the database keeps a hash only, and a repeated request gets the same token. */

#include "net/store/keys.h"
#include "net/store/store.h"

#define TOKEN_SALT_BYTES 16
#define TOKEN_HASH_BYTES 32

/* kind: "session", "call". */
void token_derive(const struct keys *k, const char *kind, int64_t id,
                  const uint8_t salt[TOKEN_SALT_BYTES], char ret[STORE_TOKEN_SIZE]);
/* The same again for a token that was given before, under whichever key of the key file; hash: as
 * stored. False: its key is gone. */
bool token_again(const struct keys *k, const char *kind, int64_t id,
                 const uint8_t salt[TOKEN_SALT_BYTES], const uint8_t hash[TOKEN_HASH_BYTES],
                 char ret[STORE_TOKEN_SIZE]);
void token_hash(const char *token, uint8_t ret[TOKEN_HASH_BYTES]);
