/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: chains of keyed hashes. audit_head says where each ends. */

#include "net/store/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "net/store/store_nodes.h"

#define CLAIM_TRIES 8

/* With a NUL, so that two texts cannot run into each other. */
static void hash_text(crypto_generichash_state *h, struct audit_text text)
{
    crypto_generichash_update(h, text.p, text.len);
    crypto_generichash_update(h, (const uint8_t *)"", 1);
}

void audit_genesis(int64_t chain, const char *writer, int64_t begun_utc_s,
                   uint8_t ret[AUDIT_HASH_BYTES])
{
    char text[64 + STORE_WRITER_SIZE];
    memset(ret, 0, AUDIT_HASH_BYTES);
    if (chain != 1) {
        int len = snprintf(text, sizeof text, "pupitre-chain|%" PRId64 "|%" PRId64 "|%s", chain,
                           begun_utc_s, writer);
        crypto_generichash(ret, AUDIT_HASH_BYTES, (const uint8_t *)text, (unsigned long long)len,
                           NULL, 0);
    }
}

void audit_hash(const uint8_t *key, int64_t chain, int64_t seq, const struct store_audit *e,
                struct audit_text action, struct audit_text subject,
                const uint8_t previous[AUDIT_HASH_BYTES], uint8_t ret[AUDIT_HASH_BYTES])
{
    char head[256];
    int at = chain == 1 ? 0 : snprintf(head, sizeof head, "%" PRId64 "/", chain);
    int len =
        at + snprintf(head + at, sizeof head - (size_t)at,
                      "%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|%" PRId64 "|",
                      seq, e->at_utc_s, e->agent_id, e->person_id, e->offer_id, e->call_id);
    crypto_generichash_state h;
    crypto_generichash_init(&h, key, KEYS_BYTES, AUDIT_HASH_BYTES);
    crypto_generichash_update(&h, previous, AUDIT_HASH_BYTES);
    crypto_generichash_update(&h, (const uint8_t *)head, (unsigned long long)len);
    hash_text(&h, action);
    hash_text(&h, subject);
    crypto_generichash_final(&h, ret, AUDIT_HASH_BYTES);
}

void store_audit_writer(struct store *st, const char *program, const char *host)
{
    snprintf(st->writer, sizeof st->writer, "%s@%.100s", program, host);
    st->chain = 0;
}

/* *ret stays when nobody of this name wrote yet. */
static enum err_code find_chain(struct store *st, const char *writer, int64_t *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_AUDIT_CHAIN_FIND, &q, err, sql_text(writer));
    if (code == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

/* A new chain. Two who begin one at once may want the same number: the second looks again. */
static enum err_code begin_chain(struct store *st, const char *writer, int64_t now_utc_s,
                                 struct err *err)
{
    uint8_t hash[AUDIT_HASH_BYTES];
    int64_t chain = 0;
    enum err_code code =
        sql_run(st, SQL_AUDIT_CHAIN_INSERT, err, sql_text(writer), sql_int(now_utc_s));
    if (!code) {
        code = find_chain(st, writer, &chain, err);
    }
    if (code || chain == 0) {
        return code;
    }
    audit_genesis(chain, writer, now_utc_s, hash);
    return sql_run(st, SQL_AUDIT_HEAD_INSERT, err, sql_int(chain), sql_blob(hash, sizeof hash));
}

/* The chain of this process, in st->chain: until a transaction is undone that may have begun it. */
static enum err_code claim_chain(struct store *st, int64_t now_utc_s, struct err *err)
{
    char writer[STORE_WRITER_SIZE];
    enum err_code code = ERR_OK;
    /* Several programs on one machine would wait for each other at the end of one chain. */
    if (store_is_shared(st)) {
        snprintf(writer, sizeof writer, "%.100s/%" PRId64, st->writer, st->node);
    } else {
        snprintf(writer, sizeof writer, "%s", st->writer[0] ? st->writer : "local");
    }
    if (st->chain == 0 && store_schema_version(st) < SCHEMA_CHAINS) {
        st->chain = 1; /* a database of an earlier version, as it is */
    }
    for (int i = 0; !code && st->chain == 0 && i < CLAIM_TRIES; i++) {
        code = find_chain(st, writer, &st->chain, err);
        if (!code && st->chain == 0) {
            code = begin_chain(st, writer, now_utc_s, err);
        }
    }
    return code || st->chain ? code : err_set(err, ERR_UNAVAILABLE, "no audit chain can be begun");
}

/* The next number of the chain and the hash before it. This is what keeps writers of one chain one
 * after the other. */
static enum err_code step(struct store *st, int64_t *ret_seq, uint8_t ret_hash[AUDIT_HASH_BYTES],
                          struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_AUDIT_STEP, &q, err, sql_int(st->chain));
    if (code == ERR_NOT_FOUND) {
        return err_set(err, ERR_STATE, "the end of the audit log is broken");
    }
    if (code) {
        return code;
    }
    size_t len;
    const void *hash = sql_col_blob(q, 1, &len);
    if (len != AUDIT_HASH_BYTES) {
        return err_set(err, ERR_STATE, "the end of the audit log is broken");
    }
    *ret_seq = sql_col_int(q, 0);
    memcpy(ret_hash, hash, AUDIT_HASH_BYTES);
    return ERR_OK;
}

enum err_code store_audit_append(struct store *st, const struct store_audit *entry, struct err *err)
{
    int64_t seq = 0;
    uint8_t hash[AUDIT_HASH_BYTES];
    enum err_code code = claim_chain(st, entry->at_utc_s, err);
    if (!code) {
        code = step(st, &seq, hash, err);
    }
    if (code) {
        return code;
    }
    const char *subject = entry->subject ? entry->subject : "";
    uint32_t key_id = keys_newest(st->keys);
    audit_hash(keys_get(st->keys, key_id, KEY_AUDIT), st->chain, seq, entry,
               (struct audit_text){entry->action, strlen(entry->action)},
               (struct audit_text){subject, strlen(subject)}, hash, hash);
    code = sql_run(st, SQL_AUDIT_INSERT, err, sql_int(st->chain), sql_int(seq),
                   sql_int(entry->at_utc_s), sql_opt(entry->agent_id), sql_text(entry->action),
                   sql_text(subject), sql_opt(entry->person_id), sql_opt(entry->offer_id),
                   sql_opt(entry->call_id), sql_int(key_id), sql_blob(hash, sizeof hash));
    return code ? code
                : sql_run(st, SQL_AUDIT_HEAD_SET, err, sql_int(st->chain),
                          sql_blob(hash, sizeof hash));
}
