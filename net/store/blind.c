/* SPDX-License-Identifier: Apache-2.0 */
/* Blind indexes, while keys change, too. */

#include "net/store/blind.h"

#include <string.h>

#include <sodium.h>

#include "net/store/kept_key.h"

/* Where a value of a use may stand. */
static const struct holder {
    enum key_use use;
    enum sql_id move;
} holders[] = {
#define BLIND(table, column, use) {KEY_##use, SQL_BLIND_##table##_##column},
#include "net/store/blind.def"
#undef BLIND
};

/* Everything that holds the old index holds the new one. */
static enum err_code move(struct store *st, enum key_use use, const uint8_t old[BLIND_BYTES],
                          const uint8_t anew[BLIND_BYTES], struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < sizeof holders / sizeof holders[0]; i++) {
        if (holders[i].use == use) {
            code = sql_run(st, holders[i].move, err, sql_blob(old, BLIND_BYTES),
                           sql_blob(anew, BLIND_BYTES));
        }
    }
    return code;
}

static enum err_code move_wishes(struct store *st, const uint8_t old[BLIND_BYTES],
                                 const uint8_t anew[BLIND_BYTES], struct err *err)
{
    return sql_run(st, SQL_BLIND_wish_not_called_phone_bidx, err, sql_blob(old, BLIND_BYTES),
                   sql_blob(anew, BLIND_BYTES));
}

/* Wishes may stand under keys that went. */
static enum err_code find_wishes(struct store *st, const void *bytes, size_t len,
                                 const uint8_t anew[BLIND_BYTES], struct err *err)
{
    int64_t ids[KEYS_MAX * 4];
    size_t n = 0;
    enum err_code code;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_each(st, SQL_KEPT_KEY_IDS, &q, err, sql_int(KEY_PHONE));
        code = code ? code : sql_ids(st, q, ids, sizeof ids / sizeof ids[0], &n, err);
    }
    for (size_t i = 0; !code && i < n; i++) {
        uint8_t key[KEYS_BYTES];
        uint8_t old[BLIND_BYTES];
        code = kept_key_get(st, (uint32_t)ids[i], KEY_PHONE, key, err);
        if (!code) {
            blind_with(key, bytes, len, old);
            code = move_wishes(st, old, anew, err);
        }
        sodium_memzero(key, sizeof key);
    }
    return code;
}

static enum err_code settle(struct store *st, enum key_use use, const void *bytes, size_t len,
                            uint8_t ret[BLIND_BYTES], struct err *err)
{
    uint32_t ids[KEYS_MAX];
    const size_t n = keys_ids(st->keys, ids);
    enum err_code code = ERR_OK;
    blind(st->keys, use, bytes, len, ret);
    for (size_t i = 0; !code && i < n; i++) {
        uint8_t old[BLIND_BYTES];
        if (ids[i] == keys_newest(st->keys) || (!st->rotating && use != KEY_PHONE)) {
            continue;
        }
        blind_with(keys_get(st->keys, ids[i], use), bytes, len, old);
        code = st->rotating ? move(st, use, old, ret, err) : move_wishes(st, old, ret, err);
    }
    return code || use != KEY_PHONE ? code : find_wishes(st, bytes, len, ret, err);
}

enum err_code blind_phone(struct store *st, const char *number, uint8_t ret[BLIND_BYTES],
                          struct err *err)
{
    return settle(st, KEY_PHONE, number, strlen(number), ret, err);
}

enum err_code blind_niss(struct store *st, const struct niss *niss, uint8_t ret[BLIND_BYTES],
                         struct err *err)
{
    return settle(st, KEY_NISS, niss->digits, strlen(niss->digits), ret, err);
}

enum err_code blind_ticket(struct store *st, const char *ticket, uint8_t ret[BLIND_BYTES],
                           struct err *err)
{
    return settle(st, KEY_TICKET, ticket, strlen(ticket), ret, err);
}

enum err_code blind_name_birth(struct store *st, const char *given, const char *family,
                               const char *birth_date, uint8_t ret[BLIND_BYTES], struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    record_name_birth(given, family, birth_date, &b);
    return b.failed ? err_set(err, ERR_NOMEM, NULL)
                    : settle(st, KEY_NAME_BIRTH, b.data, b.len, ret, err);
}

enum err_code blind_record(struct store *st, const struct record *r, struct sealed_record *ret,
                           struct err *err)
{
    enum err_code code = record_blind(st->keys, r, ret, err);
    if (!code) {
        code = blind_ticket(st, r->ticket, ret->ticket, err);
    }
    if (!code && ret->index_ticket_len) {
        code = blind_ticket(st, r->index_ticket, ret->index_ticket, err);
    }
    if (!code && ret->niss_len) {
        code = blind_niss(st, &r->niss, ret->niss, err);
    }
    if (!code && ret->name_birth_len) {
        code = blind_name_birth(st, r->given_name, r->family_name, r->birth_date, ret->name_birth,
                                err);
    }
    for (size_t i = 0; !code && i < ret->n_phones; i++) {
        code = blind_phone(st, r->phones[i].number, ret->phones[i], err);
    }
    return code;
}

enum err_code blind_content(struct store *st, enum sql_id move, int64_t row, const void *bytes,
                            size_t len, uint8_t ret[BLIND_BYTES], struct err *err)
{
    uint32_t ids[KEYS_MAX];
    const size_t n = keys_ids(st->keys, ids);
    enum err_code code = ERR_OK;
    blind(st->keys, KEY_CONTENT, bytes, len, ret);
    for (size_t i = 0; !code && st->rotating && i < n; i++) {
        uint8_t old[BLIND_BYTES];
        if (ids[i] != keys_newest(st->keys)) {
            blind_with(keys_get(st->keys, ids[i], KEY_CONTENT), bytes, len, old);
            code = sql_run(st, move, err, sql_int(row), sql_blob(old, sizeof old),
                           sql_blob(ret, BLIND_BYTES));
        }
    }
    return code;
}

bool blind_is(const struct keys *k, enum key_use use, const void *bytes, size_t len,
              const void *stored, size_t stored_len)
{
    uint32_t ids[KEYS_MAX];
    const size_t n = keys_ids(k, ids);
    bool same = false;
    for (size_t i = 0; !same && i < n && stored_len == BLIND_BYTES; i++) {
        uint8_t mac[BLIND_BYTES];
        blind_with(keys_get(k, ids[i], use), bytes, len, mac);
        same = sodium_memcmp(mac, stored, BLIND_BYTES) == 0;
    }
    return same;
}
