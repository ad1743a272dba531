/* SPDX-License-Identifier: Apache-2.0 */
/* The course of a change of keys: its beginning, its end, and the end of an old key. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "net/store/kept_key.h"
#include "net/store/key_state.h"
#include "net/store/sign.h"
#include "net/store/store_admin.h"
#include "net/store/store_audit.h"
#include "net/store/store_keys.h"

/* Rows of imports always are of the key that writes: there may be none. */
static enum err_code no_import(struct store *st, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_IMPORTS_OPEN, NULL, 0, &q, err);
    return !code && sql_col_int(q, 0) > 0
               ? err_set(err, ERR_UNAVAILABLE, "an import is under way: try again after it")
               : code;
}

/* A key that was brought to all machines before, or a new one. */
static enum err_code choose_key(struct keys *keys, uint32_t writes, uint32_t *ret, struct err *err)
{
    uint32_t ids[KEYS_MAX];
    const size_t n = keys_ids(keys, ids);
    uint32_t highest = writes;
    for (size_t i = 0; i < n; i++) {
        highest = ids[i] > highest ? ids[i] : highest;
    }
    *ret = highest;
    return highest > writes ? ERR_OK : keys_add(keys, ret, err);
}

/* Whoever trusts the old public key can trust the new one. */
static enum err_code hand_over(struct store *st, uint32_t id, int64_t now_utc_s, struct err *err)
{
    uint8_t public_key[KEYS_BYTES];
    char hex[2 * KEYS_BYTES + 1];
    char note[128];
    int64_t number;
    enum err_code code = sign_public_key(st, id, public_key, err);
    if (code) {
        return code;
    }
    sodium_bin2hex(hex, sizeof hex, public_key, sizeof public_key);
    snprintf(note, sizeof note, "next key %" PRIu32 " %s", id, hex);
    return store_checkpoint_make(st, now_utc_s, note, &number, err);
}

static enum err_code note(struct store *st, const char *action, uint32_t id, int64_t now_utc_s,
                          struct err *err)
{
    char subject[32];
    snprintf(subject, sizeof subject, "key %" PRIu32, id);
    return store_audit_append(
        st, &(struct store_audit){.at_utc_s = now_utc_s, .action = action, .subject = subject},
        err);
}

enum err_code store_rotate_begin(struct store *st, struct keys *keys, int64_t now_utc_s,
                                 uint32_t *ret_id, struct err *err)
{
    struct key_state before;
    uint32_t id = 0;
    enum err_code code = key_state_read(st, &before, err);
    if (!code && before.rotating) {
        *ret_id = before.writes;
        return ERR_OK;
    }
    if (!code) {
        code = no_import(st, err);
    }
    if (!code) {
        code = choose_key(keys, before.writes, &id, err);
    }
    if (!code) {
        code = hand_over(st, id, now_utc_s, err);
    }
    if (!code) {
        code = sql_run(st, SQL_KEY_STATE_BEGIN, err, sql_int(id), sql_int(now_utc_s));
    }
    if (!code) {
        code = key_state_follow(st, err);
    }
    if (!code) {
        code = note(st, "key_rotate", id, now_utc_s, err);
    }
    if (!code) {
        *ret_id = id;
    }
    return code;
}

enum err_code store_rotate_end(struct store *st, bool anew, int64_t now_utc_s, struct err *err)
{
    int64_t number;
    enum err_code code =
        anew ? sql_run(st, SQL_KEY_STATE_PLACE, err, sql_int(0), sql_int(0), sql_int(0))
             : sql_run(st, SQL_KEY_STATE_END, err, sql_int(now_utc_s));
    if (!code && !anew) {
        code = note(st, "key_rotated", keys_newest(st->keys), now_utc_s, err);
    }
    return code || anew ? code : store_checkpoint_make(st, now_utc_s, NULL, &number, err);
}

static struct store_key *key_in(struct store_key_facts *f, uint32_t id)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->keys[i].id == id) {
            return &f->keys[i];
        }
    }
    if (f->n == sizeof f->keys / sizeof f->keys[0]) {
        return NULL;
    }
    f->keys[f->n] = (struct store_key){.id = id};
    return &f->keys[f->n++];
}

enum err_code store_key_list(struct store *st, struct store_key_facts *ret, struct err *err)
{
    uint32_t ids[KEYS_MAX];
    struct key_state state;
    *ret = (struct store_key_facts){0};
    enum err_code code = key_state_read(st, &state, err);
    CLEANUP_SQL struct sql_rows *q = NULL;
    if (!code) {
        code = sql_each(st, SQL_KEPT_KEYS, &q, err, sql_int(KEY_AUDIT));
    }
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        struct store_key *k = key_in(ret, (uint32_t)sql_col_int(q, 0));
        if (k) {
            k->kept_utc_s = sql_col_int(q, 1);
        }
    }
    if (code) {
        return code;
    }
    const size_t n = keys_ids(st->keys, ids);
    for (size_t i = 0; i < n; i++) {
        struct store_key *k = key_in(ret, ids[i]);
        if (k) {
            k->in_file = true;
            k->writes = ids[i] == state.writes;
        }
    }
    ret->rotating = state.rotating;
    ret->begun_utc_s = state.begun_utc_s;
    ret->ended_utc_s = state.ended_utc_s;
    return ERR_OK;
}

static enum err_code repeats_of(struct store *st, int64_t until_utc_s, int64_t *ret,
                                struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_REPEATS_UNTIL, &q, err, sql_int(until_utc_s));
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_key_retire(struct store *st, uint32_t id, int64_t now_utc_s, struct err *err)
{
    struct key_state state;
    int64_t sealed = 0;
    int64_t repeats = 0;
    enum err_code code = key_state_read(st, &state, err);
    if (code) {
        return code;
    }
    if (state.rotating || state.writes == id) {
        return err_set(err, ERR_STATE,
                       state.rotating ? "a rotation is under way: end it first"
                                      : "this key writes: rotate first");
    }
    code = store_sealed_with(st, id, &sealed, err);
    if (!code) {
        code = repeats_of(st, state.ended_utc_s, &repeats, err);
    }
    if (!code && sealed > 0) {
        code =
            err_set(err, ERR_STATE, "%" PRId64 " fields are sealed with key %" PRIu32, sealed, id);
    } else if (!code && repeats > 0) {
        code = err_set(err, ERR_STATE,
                       "answers of its time may still be asked for again: try 24 hours after the "
                       "end of the rotation");
    }
    if (!code) {
        code = kept_key_keep(st, id, now_utc_s, err);
    }
    return code ? code : note(st, "key_retire", id, now_utc_s, err);
}
