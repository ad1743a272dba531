/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of checkpoints and certificates. */

#include "net/store/sign.h"

#include <string.h>

#include <sodium.h>

#include "core/buf.h"
#include "net/store/kept_key.h"
#include "net/store/store_audit.h"

#define VARIANT sodium_base64_VARIANT_ORIGINAL
#define TEXT_SIZE sodium_base64_ENCODED_LEN(SIGNATURE_BYTES, VARIANT)
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "the header states it");
_Static_assert(STORE_PUBLIC_KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "the header states it");

static const char head[] = "signature: ";

static void pair_of(const uint8_t *seed, uint8_t public_key[crypto_sign_PUBLICKEYBYTES],
                    uint8_t secret_key[crypto_sign_SECRETKEYBYTES])
{
    (void)crypto_sign_seed_keypair(public_key, secret_key, seed); /* always 0 */
}

void sign_text(const struct keys *k, const char *text, size_t len, uint8_t ret[SIGNATURE_BYTES])
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    pair_of(keys_get(k, keys_newest(k), KEY_SIGN), public_key, secret_key);
    (void)crypto_sign_detached(ret, NULL, (const uint8_t *)text, len, secret_key); /* always 0 */
    sodium_memzero(secret_key, sizeof secret_key);
}

void store_public_key(const struct keys *k, unsigned char ret[STORE_PUBLIC_KEY_BYTES])
{
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    pair_of(keys_get(k, keys_newest(k), KEY_SIGN), ret, secret_key);
    sodium_memzero(secret_key, sizeof secret_key);
}

enum err_code sign_public_key(struct store *st, uint32_t key_id, uint8_t ret[KEYS_BYTES],
                              struct err *err)
{
    const uint8_t *seed = keys_get(st->keys, key_id, KEY_SIGN);
    if (!seed) {
        return kept_key_get(st, key_id, KEY_SIGN, ret, err);
    }
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    pair_of(seed, ret, secret_key);
    sodium_memzero(secret_key, sizeof secret_key);
    return ERR_OK;
}

enum err_code sign_verify(struct store *st, uint32_t key_id, const char *text, size_t len,
                          const void *signature, size_t signature_len, bool *ret, struct err *err)
{
    uint8_t public_key[KEYS_BYTES];
    enum err_code code = sign_public_key(st, key_id, public_key, err);
    if (code && code != ERR_NOT_FOUND) {
        return code;
    }
    *ret = !code && signature_len == SIGNATURE_BYTES &&
           crypto_sign_verify_detached(signature, (const uint8_t *)text, len, public_key) == 0;
    return ERR_OK;
}

void sign_print(const uint8_t signature[SIGNATURE_BYTES], struct buf *out)
{
    char text[TEXT_SIZE];
    sodium_bin2base64(text, sizeof text, signature, SIGNATURE_BYTES, VARIANT);
    buf_printf(out, "%s%s\n", head, text);
}

bool sign_part(const char *text, size_t len, size_t *ret_len, uint8_t ret[SIGNATURE_BYTES])
{
    const size_t tail = sizeof head - 1 + TEXT_SIZE; /* the NUL counts for the end of the line */
    size_t n = 0;
    if (len < tail || text[len - 1] != '\n' || (len > tail && text[len - tail - 1] != '\n') ||
        memcmp(text + len - tail, head, sizeof head - 1) != 0 ||
        sodium_base642bin(ret, SIGNATURE_BYTES, text + len - tail + sizeof head - 1, TEXT_SIZE - 1,
                          NULL, &n, NULL, VARIANT) != 0 ||
        n != SIGNATURE_BYTES) {
        return false;
    }
    *ret_len = len - tail;
    return true;
}
