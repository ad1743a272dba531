/* SPDX-License-Identifier: Apache-2.0 */
/* Is the audit log as it was written? Every entry of every chain, then every checkpoint. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "net/store/checkpoint.h"
#include "net/store/kept_key.h"
#include "net/store/key_state.h"
#include "net/store/sign.h"

/* A chain that is walked. */
struct walk {
    int64_t chain;
    int64_t seq; /* of the last entry that is right */
    uint8_t hash[AUDIT_HASH_BYTES];
    uint32_t key_id; /* of key; 0 = none yet */
    uint8_t key[KEYS_BYTES];
};

static enum err_code broken(struct store_audit_report *r, int64_t chain, int64_t seq,
                            struct err *err)
{
    r->broken_chain = chain;
    r->broken_seq = seq;
    return err_set(err, ERR_STATE, "the audit log is broken at entry %" PRId64 " of chain %" PRId64,
                   seq, chain);
}

/* Written as NULL when there is none: a 0 is not ours. */
static bool read_id(struct sql_rows *q, int column, int64_t *ret)
{
    *ret = sql_col_int(q, column);
    return sql_col_is_null(q, column) == (*ret == 0);
}

static enum err_code key_of(struct store *st, struct walk *w, int64_t key_id, bool *ret,
                            struct err *err)
{
    struct err none;
    *ret = key_id > 0 && key_id <= UINT32_MAX;
    if (!*ret || w->key_id == (uint32_t)key_id) {
        return ERR_OK;
    }
    enum err_code code = kept_key_get(st, (uint32_t)key_id, KEY_AUDIT, w->key, &none);
    *ret = code == ERR_OK;
    w->key_id = *ret ? (uint32_t)key_id : 0;
    return code == ERR_OK || code == ERR_NOT_FOUND ? ERR_OK
                                                   : err_set(err, code, "%s", none.sentence);
}

/* Does the row follow the one before it? Moves *w on. */
static enum err_code follows(struct store *st, struct sql_rows *q, struct walk *w, bool *ret,
                             struct err *err)
{
    struct store_audit e = {.at_utc_s = sql_col_int(q, 1)};
    struct audit_text action, subject;
    size_t len;
    bool right = read_id(q, 2, &e.agent_id) & read_id(q, 5, &e.person_id) &
                 read_id(q, 6, &e.offer_id) & read_id(q, 7, &e.call_id);
    bool known = false;
    enum err_code code = key_of(st, w, sql_col_int(q, 8), &known, err);
    if (code) {
        return code;
    }
    action.p = sql_col_blob(q, 3, &action.len);
    subject.p = sql_col_blob(q, 4, &subject.len);
    const void *stored = sql_col_blob(q, 9, &len);
    *ret = right && known && sql_col_int(q, 0) == w->seq + 1 && len == AUDIT_HASH_BYTES;
    if (*ret) {
        audit_hash(w->key, w->chain, w->seq + 1, &e, action, subject, w->hash, w->hash);
        *ret = sodium_memcmp(stored, w->hash, AUDIT_HASH_BYTES) == 0;
        w->seq += *ret;
    }
    return ERR_OK;
}

/* end_seq, end_hash: where audit_head says that it ends; NULL = it says nothing. */
static enum err_code walk_chain(struct store *st, struct walk *w, int64_t end_seq,
                                const uint8_t *end_hash, struct store_audit_report *r,
                                struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each(st, SQL_AUDIT_WALK, &q, err, sql_int(w->chain));
    bool row = true;
    bool right = true;
    while (!code && right && !(code = sql_next(st, q, &row, err)) && row) {
        code = follows(st, q, w, &right, err);
        r->entries += !code && right;
    }
    if (!code && (!right || !end_hash || w->seq != end_seq ||
                  sodium_memcmp(w->hash, end_hash, AUDIT_HASH_BYTES) != 0)) {
        code = broken(r, w->chain, w->seq + 1, err);
    }
    r->chains += !code && w->seq > 0;
    return code;
}

/* Chain 1 has no line of its own that could be another. */
static bool begins_right(int64_t chain, const char *writer, int64_t begun_utc_s)
{
    return chain != 1 || (strcmp(writer, "local") == 0 && begun_utc_s == 0);
}

static enum err_code walk_chains(struct store *st, bool old, struct store_audit_report *r,
                                 struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each_args(st, old ? SQL_AUDIT_CHAINS_OLD : SQL_AUDIT_CHAINS, NULL, 0, &q, err);
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        char writer[STORE_WRITER_SIZE];
        size_t len;
        struct walk w = {.chain = sql_col_int(q, 0)};
        sql_col_text(q, 1, writer, sizeof writer);
        audit_genesis(w.chain, writer, sql_col_int(q, 2), w.hash);
        const void *end = sql_col_blob(q, 4, &len);
        code = !begins_right(w.chain, writer, sql_col_int(q, 2))
                   ? broken(r, w.chain, 1, err)
                   : walk_chain(st, &w, sql_col_int(q, 3), len == AUDIT_HASH_BYTES ? end : NULL, r,
                                err);
        sodium_memzero(&w, sizeof w);
    }
    return code;
}

/* Entries whose chain is gone. */
static enum err_code find_strays(struct store *st, struct store_audit_report *r, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_AUDIT_STRAY, NULL, 0, &q, err);
    if (code == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    return code ? code : broken(r, sql_col_int(q, 0), 1, err);
}

static enum err_code lacks(struct store_audit_report *r, int64_t number, int64_t chain, int64_t seq,
                           struct err *err)
{
    r->broken_checkpoint = number;
    r->broken_chain = chain;
    r->broken_seq = seq;
    return err_set(err, ERR_STATE,
                   "chain %" PRId64 " is not what checkpoint %" PRId64
                   " saw: it is broken at entry %" PRId64 ", or was put back to an earlier state",
                   chain, number, seq);
}

static enum err_code find_lost(struct store *st, const struct checkpoint_head *h, int64_t *ret,
                               struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_AUDIT_CHAIN_END, &q, err, sql_int(h->chain));
    if (!code) {
        const int64_t last = sql_col_int(q, 0);
        *ret = last < h->seq ? last + 1 : h->seq;
    }
    return code;
}

/* Does the log still hold what the checkpoint saw? Its chains were walked before. */
static enum err_code holds(struct store *st, struct checkpoint *c, struct store_audit_report *r,
                           struct err *err)
{
    struct checkpoint_head h;
    while (checkpoint_next(c, &h)) {
        uint8_t genesis[AUDIT_HASH_BYTES];
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_one(st, SQL_AUDIT_ENTRY_HASH, &q, err, sql_int(h.chain), sql_int(h.seq));
        if (code == ERR_NOT_FOUND) { /* no such chain */
            return lacks(r, c->number, h.chain, 1, err);
        }
        if (code) {
            return code;
        }
        char writer[STORE_WRITER_SIZE];
        size_t len;
        sql_col_text(q, 0, writer, sizeof writer);
        const void *hash = sql_col_blob(q, 2, &len);
        audit_genesis(h.chain, writer, sql_col_int(q, 1), genesis);
        hash = h.seq == 0 ? genesis : hash;
        len = h.seq == 0 ? AUDIT_HASH_BYTES : len;
        if (strcmp(writer, h.writer) != 0 || len != AUDIT_HASH_BYTES ||
            memcmp(hash, h.hash, AUDIT_HASH_BYTES) != 0) {
            int64_t seq = 0;
            code = find_lost(st, &h, &seq, err);
            return code ? code : lacks(r, c->number, h.chain, seq, err);
        }
    }
    return ERR_OK;
}

static enum err_code bad_checkpoint(struct store_audit_report *r, int64_t number, struct err *err)
{
    r->broken_checkpoint = number;
    return err_set(err, ERR_STATE, "checkpoint %" PRId64 " is broken", number);
}

static enum err_code check_stored(struct store *st, struct sql_rows *q, const char *database,
                                  uint8_t previous[AUDIT_HASH_BYTES], struct store_audit_report *r,
                                  struct err *err)
{
    size_t len;
    size_t signature_len;
    bool is_signed = false;
    struct checkpoint c;
    const int64_t number = sql_col_int(q, 0);
    const char *body = sql_col_blob(q, 3, &len);
    const void *signature = sql_col_blob(q, 4, &signature_len);
    if (number != r->checkpoints + 1) {
        return bad_checkpoint(r, r->checkpoints + 1, err);
    }
    if (!checkpoint_read(body, len, &c) || c.number != number || c.at_utc_s != sql_col_int(q, 1) ||
        c.key_id != sql_col_int(q, 2) || strcmp(c.database, database) != 0 ||
        memcmp(c.previous, previous, AUDIT_HASH_BYTES) != 0) {
        return bad_checkpoint(r, number, err);
    }
    enum err_code code =
        sign_verify(st, c.key_id, body, len, signature, signature_len, &is_signed, err);
    if (!code && !is_signed) {
        code = bad_checkpoint(r, number, err);
    }
    if (!code) {
        crypto_generichash(previous, AUDIT_HASH_BYTES, (const uint8_t *)body, len, NULL, 0);
        code = holds(st, &c, r, err);
    }
    r->checkpoints += !code;
    return code;
}

static enum err_code check_all_stored(struct store *st, const char *database,
                                      struct store_audit_report *r, struct err *err)
{
    uint8_t previous[AUDIT_HASH_BYTES] = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, SQL_CHECKPOINTS, NULL, 0, &q, err);
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        code = check_stored(st, q, database, previous, r, err);
    }
    return code;
}

static enum err_code check_outside(struct store *st, const char *database, const char *text,
                                   size_t len, struct store_audit_report *r, struct err *err)
{
    uint8_t signature[SIGNATURE_BYTES];
    size_t body_len;
    bool is_signed = false;
    struct checkpoint c;
    if (!sign_part(text, len, &body_len, signature) || !checkpoint_read(text, body_len, &c)) {
        return err_set(err, ERR_INVALID, "this is no checkpoint");
    }
    enum err_code code =
        sign_verify(st, c.key_id, text, body_len, signature, sizeof signature, &is_signed, err);
    if (code) {
        return code;
    }
    if (strcmp(c.database, database) != 0 || !is_signed) {
        return err_set(err, ERR_FORBIDDEN,
                       "this checkpoint is not of this database, or not signed by its key");
    }
    code = holds(st, &c, r, err);
    r->checkpoints += !code;
    return code;
}

/* Without a checkpoint nothing shows that the newest entries were taken away. */
static enum err_code look_for_none(struct store *st, struct store_audit_report *r, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    const enum err_code code = sql_one_args(st, SQL_AUDIT_SERVED, NULL, 0, &q, err);
    if (!code) {
        r->unsigned_long =
            r->entries > STORE_CHECKPOINT_ENTRIES || sql_col_int(q, 0) >= STORE_CHECKPOINT_AGE_S;
    }
    return code;
}

enum err_code store_audit_verify_all(struct store *st, const char *outside, size_t outside_len,
                                     struct store_audit_report *ret, struct err *err)
{
    const bool old = store_schema_version(st) < SCHEMA_CHAINS;
    struct key_state keys = {.database_name = ""};
    *ret = (struct store_audit_report){0};
    enum err_code code = walk_chains(st, old, ret, err);
    if (code || old) {
        return code;
    }
    code = find_strays(st, ret, err);
    if (!code) {
        code = key_state_read(st, &keys, err);
    }
    if (!code) {
        code = check_all_stored(st, keys.database_name, ret, err);
    }
    if (!code && ret->checkpoints == 0) {
        code = look_for_none(st, ret, err);
    }
    return code || !outside ? code
                            : check_outside(st, keys.database_name, outside, outside_len, ret, err);
}

enum err_code store_audit_verify(struct store *st, int64_t *ret_entries, int64_t *ret_broken,
                                 struct err *err)
{
    struct store_audit_report r;
    enum err_code code = store_audit_verify_all(st, NULL, 0, &r, err);
    *ret_entries = r.entries;
    *ret_broken = r.broken_seq;
    return code;
}
