/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A change of the master key while agents work.
 *
 *     begin: one commit, from which on every process seals with the new key; step until nothing is
 *     left: some rows each, in the transaction of the caller; the last step ends it
 *
 * How far it has come is stored: whoever dies in between, another run goes on. All the while both
 * keys open, and values are found under both (blind.h). */

#include "net/store/keys.h"
#include "net/store/store.h"

/* Begin with the highest key of the file if it does not write yet (on several machines the file is
 * brought to all of them first), else with a key that is made now; nothing happens when a rotation
 * is under way. A checkpoint under the old key names the new public key. In a transaction.
 * *ret_id: the new key. Errors: ERR_UNAVAILABLE: an import is under way; as keys_add. */
enum err_code store_rotate_begin(struct store *st, struct keys *keys, int64_t now_utc_s,
                                 uint32_t *ret_id, struct err *err) MUSTCHECK;

struct store_rotate_progress {
    size_t place; /* sealed columns that are done, of n_places */
    size_t n_places;
    bool left; /* rows are left in them; else it needs store_rotate_end */
};

/* Seal at most limit rows anew. In a transaction. ERR_STATE: nothing is under way. */
enum err_code store_rotate_step(struct store *st, size_t limit, struct store_rotate_progress *ret,
                                struct err *err) MUSTCHECK;

/* How many sealed fields do not name the key that writes, in all or (id) name this one. Reads
 * everything. Outside of a transaction is enough: nobody seals with another key any more. */
enum err_code store_sealed_otherwise(struct store *st, int64_t *ret, struct err *err) MUSTCHECK;
enum err_code store_sealed_with(struct store *st, uint32_t id, int64_t *ret,
                                struct err *err) MUSTCHECK;

/* Nothing is left: the rotation is over, and a checkpoint says so. anew: something was left after
 * all; begin the steps from the start. In a transaction. */
enum err_code store_rotate_end(struct store *st, bool anew, int64_t now_utc_s,
                               struct err *err) MUSTCHECK;

struct store_key {
    uint32_t id;
    bool in_file;
    bool writes;
    int64_t kept_utc_s; /* what is needed of it was kept, since; 0 = no */
};
struct store_key_facts {
    bool rotating;
    int64_t begun_utc_s; /* of the last rotation; 0 = there was none */
    int64_t ended_utc_s;
    size_t n;
    struct store_key keys[KEYS_MAX * 4];
};
enum err_code store_key_list(struct store *st, struct store_key_facts *ret,
                             struct err *err) MUSTCHECK;

/* A key is to leave the file: keep what is needed of it, in a transaction, before keys_take_out.
 * Errors: ERR_STATE: it writes, a rotation is under way, something is still sealed with it, or
 * answers to repeated requests of its time are still kept (24 h); ERR_NOT_FOUND. */
enum err_code store_key_retire(struct store *st, uint32_t id, int64_t now_utc_s,
                               struct err *err) MUSTCHECK;
