/* SPDX-License-Identifier: Apache-2.0 */
/* Encryption at rest of one field group, and blind indexes. */

#include "net/store/seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define VERSION 1
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD (1 + 4)
_Static_assert(HEAD + NONCE + TAG == SEAL_OVERHEAD, "the header states the overhead");

static size_t place_text(const struct seal_place *p, uint32_t key_id, char *text, size_t cap)
{
    int n = snprintf(text, cap, "%s/%s/%" PRId64 "/%" PRIu32, p->table, p->group, p->id, key_id);
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

enum err_code seal(const struct keys *k, const struct seal_place *place, const void *bytes,
                   size_t len, struct buf *out, struct err *err)
{
    uint32_t id = keys_newest(k);
    uint8_t head[HEAD + NONCE] = {VERSION, (uint8_t)(id >> 24), (uint8_t)(id >> 16),
                                  (uint8_t)(id >> 8), (uint8_t)id};
    randombytes_buf(head + HEAD, NONCE);
    char aad[128];
    size_t aad_len = place_text(place, id, aad, sizeof aad);

    size_t start = out->len + sizeof head;
    buf_add(out, head, sizeof head);
    buf_add(out, bytes, len);
    static const uint8_t room[TAG];
    buf_add(out, room, TAG);
    if (out->failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    /* In place: the API allows the output to overlap the message exactly. */
    uint8_t *text = (uint8_t *)out->data + start;
    crypto_aead_xchacha20poly1305_ietf_encrypt(text, NULL, text, len, (const uint8_t *)aad, aad_len,
                                               NULL, head + HEAD, keys_get(k, id, KEY_FIELDS));
    return ERR_OK;
}

uint32_t seal_key_id(const void *blob, size_t len)
{
    const uint8_t *b = blob;
    return b && len >= SEAL_OVERHEAD && b[0] == VERSION
               ? (uint32_t)b[1] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 8 | b[4]
               : 0;
}

enum err_code unseal(const struct keys *k, const struct seal_place *place, const void *blob,
                     size_t len, struct buf *out, struct err *err)
{
    const uint8_t *b = blob;
    if (!b || len < SEAL_OVERHEAD || b[0] != VERSION) {
        return err_set(err, ERR_STORE, "a sealed field of %s is broken", place->table);
    }
    uint32_t id = seal_key_id(b, len);
    const uint8_t *key = keys_get(k, id, KEY_FIELDS);
    if (!key) {
        return err_set(err, ERR_STORE, "key %" PRIu32 " is not in the key file", id);
    }
    char aad[128];
    size_t aad_len = place_text(place, id, aad, sizeof aad);
    size_t start = out->len;
    buf_add(out, b + HEAD + NONCE, len - HEAD - NONCE);
    if (out->failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    uint8_t *text = (uint8_t *)out->data + start;
    unsigned long long plain_len = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(text, &plain_len, NULL, text, out->len - start,
                                                   (const uint8_t *)aad, aad_len, b + HEAD,
                                                   key) != 0) {
        out->len = start;
        return err_set(err, ERR_STORE, "a sealed field of %s does not open", place->table);
    }
    out->len = start + plain_len;
    out->data[out->len] = '\0';
    return ERR_OK;
}

void blind(const struct keys *k, enum key_use use, const void *bytes, size_t len,
           uint8_t ret[BLIND_BYTES])
{
    blind_with(keys_get(k, keys_newest(k), use), bytes, len, ret);
}

void blind_with(const uint8_t key[KEYS_BYTES], const void *bytes, size_t len,
                uint8_t ret[BLIND_BYTES])
{
    crypto_generichash(ret, BLIND_BYTES, bytes, len, key, KEYS_BYTES);
}
