/* SPDX-License-Identifier: Apache-2.0 */
/* Does every sealed field open? The database's own check sees pages and rows, not what is in them.
 */

#include <inttypes.h>

#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/sql.h"
#include "net/store/store_backup.h"

static const struct {
    enum sql_id all;
    const char *table;
    const char *group;
} places[] = {
#define SEALED_1(id, table, key, place_key, column, place_table, group, then)                      \
    {SQL_SEALED_ALL_##id, place_table, group},
#define SEALED_2(id, table, key_1, key_2, place_key, column, place_table, group, then)             \
    {SQL_SEALED_ALL_##id, place_table, group},
#include "net/store/sealed.def"
#undef SEALED_1
#undef SEALED_2
};

static enum err_code open_row(struct store *st, struct sql_rows *q, size_t place, struct buf *plain,
                              struct err *err)
{
    size_t len;
    const void *blob = sql_col_blob(q, 1, &len);
    const struct seal_place at = {places[place].table, places[place].group, sql_col_int(q, 0)};
    struct err reason = {0};
    buf_clear(plain);
    const enum err_code code = unseal(st->keys, &at, blob, len, plain, &reason);
    if (code == ERR_STORE) {
        (void)err_set(err, ERR_INVALID,
                      "the database is damaged: %s of %s %" PRId64 " cannot be read", at.group,
                      at.table, at.id);
        err_detail(err, "%s", reason.sentence);
        return err->code;
    }
    return code ? err_set(err, code, "%s", reason.sentence) : ERR_OK;
}

static enum err_code open_all(struct store *st, size_t place, struct err *err)
{
    CLEANUP_BUF struct buf plain = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    enum err_code code = sql_each_args(st, places[place].all, NULL, 0, &q, err);
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        code = open_row(st, q, place, &plain, err);
    }
    return code;
}

enum err_code store_sealed_verify(struct store *st, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < sizeof places / sizeof places[0]; i++) {
        code = open_all(st, i, err);
    }
    return code;
}
