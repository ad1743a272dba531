/* SPDX-License-Identifier: Apache-2.0 */
/* Bearer tokens: deriving and hashing. */

#include "net/store/token.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
_Static_assert(sodium_base64_ENCODED_LEN(32, VARIANT) == STORE_TOKEN_SIZE,
               "the size in the header");

static void derive(const uint8_t key[KEYS_BYTES], const char *kind, int64_t id,
                   const uint8_t salt[TOKEN_SALT_BYTES], char ret[STORE_TOKEN_SIZE])
{
    char name[64];
    uint8_t token[32];
    int len = snprintf(name, sizeof name, "%s/%" PRId64 "/", kind, id);
    crypto_generichash_state h;
    crypto_generichash_init(&h, key, KEYS_BYTES, sizeof token);
    crypto_generichash_update(&h, (const uint8_t *)name, (unsigned long long)len);
    crypto_generichash_update(&h, salt, TOKEN_SALT_BYTES);
    crypto_generichash_final(&h, token, sizeof token);
    sodium_bin2base64(ret, STORE_TOKEN_SIZE, token, sizeof token, VARIANT);
    sodium_memzero(token, sizeof token);
}

void token_derive(const struct keys *k, const char *kind, int64_t id,
                  const uint8_t salt[TOKEN_SALT_BYTES], char ret[STORE_TOKEN_SIZE])
{
    derive(keys_get(k, keys_newest(k), KEY_TOKEN), kind, id, salt, ret);
}

bool token_again(const struct keys *k, const char *kind, int64_t id,
                 const uint8_t salt[TOKEN_SALT_BYTES], const uint8_t hash[TOKEN_HASH_BYTES],
                 char ret[STORE_TOKEN_SIZE])
{
    uint32_t ids[KEYS_MAX];
    const size_t n = keys_ids(k, ids);
    for (size_t i = 0; i < n; i++) {
        uint8_t of_this[TOKEN_HASH_BYTES];
        derive(keys_get(k, ids[i], KEY_TOKEN), kind, id, salt, ret);
        token_hash(ret, of_this);
        if (sodium_memcmp(of_this, hash, sizeof of_this) == 0) {
            return true;
        }
    }
    sodium_memzero(ret, STORE_TOKEN_SIZE);
    return false;
}

void token_hash(const char *token, uint8_t ret[TOKEN_HASH_BYTES])
{
    crypto_generichash(ret, TOKEN_HASH_BYTES, (const uint8_t *)token, strlen(token), NULL, 0);
}
