/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Which key writes: the database says so, and every transaction begins by asking it. So a change of
 * keys is one commit, and no process that was asleep goes on with the old one. */

#include "net/store/internal.h"

struct key_state {
    char database_name[33];
    uint32_t writes;
    bool rotating;
    int64_t begun_utc_s; /* of the last rotation; 0 = none yet */
    int64_t ended_utc_s;
    int64_t place; /* how far it has come */
    int64_t key_1;
    int64_t key_2;
};

enum err_code key_state_read(struct store *st, struct key_state *ret, struct err *err) MUSTCHECK;

/* A database that is new, or from before keys could change: the key of its check writes. */
enum err_code key_state_make(struct store *st, struct err *err) MUSTCHECK;

/* At the beginning of a transaction: go on with the key that writes now. */
enum err_code key_state_follow(struct store *st, struct err *err) MUSTCHECK;
