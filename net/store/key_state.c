/* SPDX-License-Identifier: Apache-2.0 */
/* Which key writes. */

#include "net/store/key_state.h"

#include <sodium.h>

#include "net/store/seal.h"

enum err_code key_state_read(struct store *st, struct key_state *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_KEY_STATE_READ, NULL, 0, &q, err);
    if (code) {
        return code;
    }
    struct key_state k = {
        .writes = (uint32_t)sql_col_int(q, 0),
        .rotating = sql_col_int(q, 1) != 0,
        .begun_utc_s = sql_col_int(q, 2),
        .ended_utc_s = sql_col_int(q, 3),
        .place = sql_col_int(q, 4),
        .key_1 = sql_col_int(q, 5),
        .key_2 = sql_col_int(q, 6),
    };
    sql_col_text(q, 7, k.database_name, sizeof k.database_name);
    *ret = k;
    return ERR_OK;
}

/* The id of the key that a blob was sealed with; 0 = it is none of ours. */
static uint32_t key_of_check(struct store *st)
{
    struct err none;
    CLEANUP_SQL struct sql_rows *q = NULL;
    if (sql_one_args(st, SQL_KEY_CHECK_READ, NULL, 0, &q, &none)) {
        return 0;
    }
    size_t len;
    const uint8_t *blob = sql_col_blob(q, 0, &len);
    return seal_key_id(blob, len);
}

enum err_code key_state_make(struct store *st, struct err *err)
{
    uint8_t random[16];
    char name[2 * sizeof random + 1];
    struct key_state there;
    struct err none;
    if (key_state_read(st, &there, &none) == ERR_OK) {
        return key_state_follow(st, err);
    }
    const uint32_t id = key_of_check(st);
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(name, sizeof name, random, sizeof random);
    enum err_code code = sql_run(st, SQL_KEY_STATE_INSERT, err, sql_text(name),
                                 sql_int(id ? id : keys_newest(st->keys)));
    return code ? code : key_state_follow(st, err);
}

enum err_code key_state_follow(struct store *st, struct err *err)
{
    struct key_state k;
    enum err_code code = key_state_read(st, &k, err);
    if (!code && k.writes != keys_newest(st->keys)) {
        code = keys_write_with(st->keys, k.writes, err);
    }
    if (!code) {
        st->rotating = k.rotating;
    }
    return code;
}
