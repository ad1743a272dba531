/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints of the audit log: where all chains ended at one instant, signed. */

#include "net/store/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/time_text.h"
#include "net/store/key_state.h"
#include "net/store/sign.h"

#define HEX (2 * AUDIT_HASH_BYTES + 1)

static bool from_hex(const char *hex, uint8_t ret[AUDIT_HASH_BYTES])
{
    size_t n = 0;
    return sodium_hex2bin(ret, AUDIT_HASH_BYTES, hex, strlen(hex), NULL, &n, NULL) == 0 &&
           n == AUDIT_HASH_BYTES;
}

bool checkpoint_read(const char *text, size_t len, struct checkpoint *ret)
{
    char head[512];
    char at[TIME_TEXT_SIZE];
    char key[HEX];
    char previous[HEX];
    int end = 0;
    struct checkpoint c = {.end = text + len};
    const size_t n = len < sizeof head ? len : sizeof head - 1;
    memcpy(head, text, n);
    head[n] = '\0';
    if (sscanf(head,
               "pupitre-checkpoint 1\ndatabase %32[0-9a-f]\nnumber %" SCNd64
               "\nat %20[0-9TZ:-]\nkey %" SCNu32 " %64[0-9a-f]\nprevious %64[0-9a-f]\n%n",
               c.database, &c.number, at, &c.key_id, key, previous, &end) != 6 ||
        end == 0 || !time_text_parse(at, strlen(at), &c.at_utc_s) ||
        !from_hex(previous, c.previous)) {
        return false;
    }
    c.heads = text + end;
    *ret = c;
    return true;
}

bool checkpoint_next(struct checkpoint *c, struct checkpoint_head *ret)
{
    char line[256 + STORE_WRITER_SIZE];
    char hash[HEX];
    const char *end =
        c->heads < c->end ? memchr(c->heads, '\n', (size_t)(c->end - c->heads)) : NULL;
    const size_t n = end ? (size_t)(end - c->heads) : 0;
    if (!end || n >= sizeof line) {
        return false;
    }
    memcpy(line, c->heads, n);
    line[n] = '\0';
    if (sscanf(line, "chain %" SCNd64 " %" SCNd64 " %64[0-9a-f] %128[^\n]", &ret->chain, &ret->seq,
               hash, ret->writer) != 4 ||
        !from_hex(hash, ret->hash)) {
        return false;
    }
    c->heads = end + 1;
    return true;
}

/* Number, time and hash of the newest; all 0 when there is none. *ret_entries: what it saw. */
static enum err_code read_last(struct store *st, int64_t *ret_number, int64_t *ret_at,
                               int64_t *ret_entries, uint8_t ret_hash[AUDIT_HASH_BYTES],
                               struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    struct checkpoint c;
    struct checkpoint_head h;
    memset(ret_hash, 0, AUDIT_HASH_BYTES);
    *ret_number = *ret_at = *ret_entries = 0;
    enum err_code code = sql_one_args(st, SQL_CHECKPOINT_LAST, NULL, 0, &q, err);
    if (code) {
        return code == ERR_NOT_FOUND ? ERR_OK : code;
    }
    size_t len;
    const char *body = sql_col_blob(q, 2, &len);
    *ret_number = sql_col_int(q, 0);
    *ret_at = sql_col_int(q, 1);
    crypto_generichash(ret_hash, AUDIT_HASH_BYTES, (const uint8_t *)body, len, NULL, 0);
    if (checkpoint_read(body, len, &c)) {
        while (checkpoint_next(&c, &h)) {
            *ret_entries += h.seq;
        }
    }
    return ERR_OK;
}

static enum err_code write_heads(struct store *st, struct buf *out, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    enum err_code code = sql_each_args(st, SQL_AUDIT_HEADS, NULL, 0, &q, err);
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        char writer[STORE_WRITER_SIZE];
        char hex[HEX];
        size_t len;
        const void *hash = sql_col_blob(q, 2, &len);
        sql_col_text(q, 3, writer, sizeof writer);
        if (len != AUDIT_HASH_BYTES) {
            return err_set(err, ERR_STATE, "the end of the audit log is broken");
        }
        sodium_bin2hex(hex, sizeof hex, hash, len);
        buf_printf(out, "chain %" PRId64 " %" PRId64 " %s %s\n", sql_col_int(q, 0),
                   sql_col_int(q, 1), hex, writer);
    }
    return code;
}

static enum err_code write_body(struct store *st, int64_t number, int64_t now_utc_s,
                                const uint8_t previous[AUDIT_HASH_BYTES], const char *note,
                                struct buf *out, struct err *err)
{
    char at[TIME_TEXT_SIZE];
    char key[HEX];
    char before[HEX];
    struct key_state keys;
    uint8_t public_key[STORE_PUBLIC_KEY_BYTES];
    enum err_code code = key_state_read(st, &keys, err);
    if (code) {
        return code;
    }
    store_public_key(st->keys, public_key);
    sodium_bin2hex(key, sizeof key, public_key, sizeof public_key);
    sodium_bin2hex(before, sizeof before, previous, AUDIT_HASH_BYTES);
    time_text_print(now_utc_s, at);
    buf_printf(out,
               "pupitre-checkpoint 1\ndatabase %s\nnumber %" PRId64 "\nat %s\nkey %" PRIu32
               " %s\nprevious %s\n",
               keys.database_name, number, at, keys_newest(st->keys), key, before);
    code = write_heads(st, out, err);
    if (note) {
        buf_printf(out, "note %s\n", note);
    }
    return code || !out->failed ? code : err_set(err, ERR_NOMEM, NULL);
}

enum err_code store_checkpoint_make(struct store *st, int64_t now_utc_s, const char *note,
                                    int64_t *ret_number, struct err *err)
{
    CLEANUP_BUF struct buf body = {0};
    uint8_t previous[AUDIT_HASH_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    int64_t number;
    int64_t at;
    int64_t entries;
    enum err_code code = read_last(st, &number, &at, &entries, previous, err);
    if (!code) {
        code = write_body(st, number + 1, now_utc_s, previous, note, &body, err);
    }
    if (code) {
        return code;
    }
    sign_text(st->keys, body.data, body.len, signature);
    code = sql_run(st, SQL_CHECKPOINT_INSERT, err, sql_int(number + 1), sql_int(now_utc_s),
                   sql_int(keys_newest(st->keys)), sql_textn(body.data, body.len),
                   sql_blob(signature, sizeof signature));
    if (!code) {
        *ret_number = number + 1;
    }
    return code;
}

static enum err_code count_entries(struct store *st, int64_t *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_AUDIT_COUNT, NULL, 0, &q, err);
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_checkpoint_due(struct store *st, int64_t now_utc_s, int64_t age_s,
                                   int64_t entries, int64_t *ret_number, struct err *err)
{
    uint8_t hash[AUDIT_HASH_BYTES];
    int64_t number;
    int64_t at;
    int64_t seen;
    int64_t there = 0;
    *ret_number = 0;
    enum err_code code = read_last(st, &number, &at, &seen, hash, err);
    if (!code) {
        code = count_entries(st, &there, err);
    }
    /* A clock that was put back is no reason to wait until it has caught up. */
    const bool old = now_utc_s - at >= age_s || now_utc_s < at;
    if (code || there <= seen || (!old && there - seen <= entries)) {
        return code;
    }
    return store_checkpoint_make(st, now_utc_s, NULL, ret_number, err);
}

enum err_code store_checkpoint_print(struct store *st, int64_t number, struct buf *out,
                                     struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_CHECKPOINT_READ, &q, err, sql_int(number));
    if (code) {
        return code;
    }
    size_t len;
    size_t signature_len;
    const void *body = sql_col_blob(q, 3, &len);
    const void *signature = sql_col_blob(q, 4, &signature_len);
    if (signature_len != SIGNATURE_BYTES) {
        return err_set(err, ERR_STATE, "checkpoint %" PRId64 " is broken", number);
    }
    buf_add(out, body, len);
    sign_print(signature, out);
    return out->failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
}
