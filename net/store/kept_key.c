/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of keys that left the key file. */

#include "net/store/kept_key.h"

#include <string.h>

#include <sodium.h>

#include "net/store/seal.h"
#include "net/store/store_audit.h"

static const enum key_use kept[] = {KEY_AUDIT, KEY_PHONE, KEY_DESTROYED, KEY_SIGN};

/* One number for id and use: place of the seal. */
static struct seal_place place_of(uint32_t id, enum key_use use)
{
    return (struct seal_place){"kept_key", "key", (int64_t)id * 256 + (int64_t)use};
}

static enum err_code keep_one(struct store *st, uint32_t id, enum key_use use, int64_t now_utc_s,
                              struct err *err)
{
    CLEANUP_BUF struct buf sealed = {0};
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    const uint8_t *key = keys_get(st->keys, id, use);
    const struct seal_place place = place_of(id, use);
    if (!key) {
        return err_set(err, ERR_NOT_FOUND, NULL);
    }
    if (use == KEY_SIGN) {
        (void)crypto_sign_seed_keypair(public_key, secret_key, key);
        sodium_memzero(secret_key, sizeof secret_key);
        key = public_key;
    }
    enum err_code code = seal(st->keys, &place, key, KEYS_BYTES, &sealed, err);
    return code ? code
                : sql_run(st, SQL_KEPT_KEY_INSERT, err, sql_int(id), sql_int(use),
                          sql_blob(sealed.data, sealed.len), sql_int(now_utc_s));
}
_Static_assert(crypto_sign_PUBLICKEYBYTES == KEYS_BYTES && crypto_sign_SEEDBYTES == KEYS_BYTES,
               "they fit");

enum err_code kept_key_keep(struct store *st, uint32_t id, int64_t now_utc_s, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < sizeof kept / sizeof kept[0]; i++) {
        code = keep_one(st, id, kept[i], now_utc_s, err);
    }
    return code;
}

enum err_code kept_key_get(struct store *st, uint32_t id, enum key_use use, uint8_t ret[KEYS_BYTES],
                           struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    CLEANUP_BUF struct buf plain = {0};
    const struct seal_place place = place_of(id, use);
    enum err_code code = sql_one(st, SQL_KEPT_KEY_READ, &q, err, sql_int(id), sql_int(use));
    if (code == ERR_NOT_FOUND && use != KEY_SIGN) {
        const uint8_t *key = keys_get(st->keys, id, use);
        if (key) {
            memcpy(ret, key, KEYS_BYTES);
            code = ERR_OK;
        }
        return code;
    }
    if (!code) {
        size_t len;
        const void *blob = sql_col_blob(q, 0, &len);
        code = unseal(st->keys, &place, blob, len, &plain, err);
    }
    if (!code && plain.len != KEYS_BYTES) {
        code = err_set(err, ERR_STORE, "a kept key in the database is broken");
    }
    if (!code) {
        memcpy(ret, plain.data, KEYS_BYTES);
    }
    return code;
}
