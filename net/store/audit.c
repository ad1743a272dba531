/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: a chain of keyed hashes. Whoever changes, adds or takes away an entry without the
 * key breaks the chain at that entry; audit_head says where it has to end. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "net/store/internal.h"
#include "net/store/store_admin.h"

#define HASH_BYTES 32

/* With its NUL, so that two texts cannot run into each other. */
static void hash_text(crypto_generichash_state *h, const char *text)
{
    size_t len = strlen(text);
    crypto_generichash_update(h, (const uint8_t *)text, len);
    crypto_generichash_update(h, (const uint8_t *)"", 1);
}

static void hash_entry(const uint8_t *key, int64_t seq, const struct store_audit *e,
                       const uint8_t previous[HASH_BYTES], uint8_t ret[HASH_BYTES])
{
    char head[256];
    int len = snprintf(head, sizeof head,
                       "%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|",
                       seq, e->at_utc_s, e->agent_id, e->person_id, e->offer_id, e->call_id);
    crypto_generichash_state h;
    crypto_generichash_init(&h, key, KEYS_BYTES, HASH_BYTES);
    crypto_generichash_update(&h, previous, HASH_BYTES);
    crypto_generichash_update(&h, (const uint8_t *)head, (unsigned long long)len);
    hash_text(&h, e->action);
    hash_text(&h, e->subject);
    crypto_generichash_final(&h, ret, HASH_BYTES);
}

static enum err_code read_head(struct store *st, int64_t *ret_seq, uint8_t ret_hash[HASH_BYTES],
                               struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_AUDIT_HEAD, NULL, 0, &q, err);
    if (code) {
        return code;
    }
    size_t len;
    const void *hash = sql_col_blob(q, 1, &len);
    if (len != HASH_BYTES) {
        return err_set(err, ERR_STATE, "the end of the audit log is broken");
    }
    *ret_seq = sql_col_int(q, 0);
    memcpy(ret_hash, hash, HASH_BYTES);
    return ERR_OK;
}

enum err_code store_audit_append(struct store *st, const struct store_audit *entry, struct err *err)
{
    int64_t seq = 0;
    uint8_t hash[HASH_BYTES];
    enum err_code code = read_head(st, &seq, hash, err);
    if (code) {
        return code;
    }
    struct store_audit e = *entry;
    e.subject = e.subject ? e.subject : "";
    uint32_t key_id = keys_newest(st->keys);
    seq++;
    hash_entry(keys_get(st->keys, key_id, KEY_AUDIT), seq, &e, hash, hash);
    code =
        sql_run(st, SQL_AUDIT_INSERT, err, sql_int(seq), sql_int(e.at_utc_s), sql_opt(e.agent_id),
                sql_text(e.action), sql_text(e.subject), sql_opt(e.person_id), sql_opt(e.offer_id),
                sql_opt(e.call_id), sql_int(key_id), sql_blob(hash, sizeof hash));
    return code ? code
                : sql_run(st, SQL_AUDIT_HEAD_SET, err, sql_int(seq), sql_blob(hash, sizeof hash));
}

/* Does the row follow the hash before it? Moves hash[] on. */
static bool follows(const struct keys *k, struct sql_rows *q, int64_t seq, uint8_t hash[HASH_BYTES])
{
    char action[128];
    char subject[256];
    sql_col_text(q, 3, action, sizeof action);
    sql_col_text(q, 4, subject, sizeof subject);
    struct store_audit e = {
        .at_utc_s = sql_col_int(q, 1),
        .agent_id = sql_col_int(q, 2),
        .action = action,
        .subject = subject,
        .person_id = sql_col_int(q, 5),
        .offer_id = sql_col_int(q, 6),
        .call_id = sql_col_int(q, 7),
    };
    const uint8_t *key = keys_get(k, (uint32_t)sql_col_int(q, 8), KEY_AUDIT);
    size_t len;
    const void *stored = sql_col_blob(q, 9, &len);
    if (!key || sql_col_int(q, 0) != seq || len != HASH_BYTES) {
        return false;
    }
    hash_entry(key, seq, &e, hash, hash);
    return sodium_memcmp(stored, hash, HASH_BYTES) == 0;
}

static enum err_code broken(int64_t seq, int64_t *ret_broken, struct err *err)
{
    *ret_broken = seq;
    return err_set(err, ERR_STATE, "the audit log is broken at entry %" PRId64, seq);
}

enum err_code store_audit_verify(struct store *st, int64_t *ret_entries, int64_t *ret_broken,
                                 struct err *err)
{
    int64_t last = 0;
    uint8_t end[HASH_BYTES];
    uint8_t hash[HASH_BYTES] = {0};
    int64_t seq = 0;
    *ret_broken = 0;
    enum err_code code = read_head(st, &last, end, err);
    CLEANUP_SQL struct sql_rows *q = NULL;
    if (!code) {
        code = sql_each_args(st, SQL_AUDIT_WALK, NULL, 0, &q, err);
    }
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        if (!follows(st->keys, q, seq + 1, hash)) {
            *ret_entries = seq;
            return broken(seq + 1, ret_broken, err);
        }
        seq++;
    }
    *ret_entries = seq;
    if (!code && (seq != last || sodium_memcmp(hash, end, HASH_BYTES) != 0)) {
        code = broken(seq + 1, ret_broken, err);
    }
    return code;
}
