/* SPDX-License-Identifier: Apache-2.0 */
/* The statements of the store, over the engine of its database. */

#include "net/store/sql.h"

#include "net/store/internal.h"
#include "net/store/sql_engine.h"

enum err_code sql_each_args(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                            struct sql_rows **ret, struct err *err)
{
    return st->engine->start(st, id, args, n, ret, err);
}

enum err_code sql_next(struct store *st, struct sql_rows *q, bool *ret_row, struct err *err)
{
    return st->engine->next(q, ret_row, err);
}

enum err_code sql_one_args(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                           struct sql_rows **ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, id, args, n, &q, err);
    bool row = false;
    if (!code) {
        code = sql_next(st, q, &row, err);
    }
    if (!code && !row) {
        code = err_set(err, ERR_NOT_FOUND, NULL);
    }
    if (!code) {
        *ret = q;
        q = NULL;
    }
    return code;
}

enum err_code sql_run_args(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                           struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, id, args, n, &q, err);
    bool row = true;
    while (!code && row) {
        code = sql_next(st, q, &row, err);
    }
    return code;
}

enum err_code sql_do(struct store *st, enum sql_id id, struct err *err)
{
    return sql_run_args(st, id, NULL, 0, err);
}

void sql_try(struct store *st, enum sql_id id)
{
    struct err err;
    if (sql_do(st, id, &err)) {
        return; /* the connection is in the state that the error left; the next begin tells */
    }
}

int64_t sql_changes(struct store *st)
{
    return st->engine->changes(st);
}

void sql_reset(struct sql_rows **q)
{
    if (*q) {
        (*q)->st->engine->reset(*q);
        *q = NULL;
    }
}

enum err_code sql_ids(struct store *st, struct sql_rows *q, int64_t *ids, size_t cap, size_t *ret_n,
                      struct err *err)
{
    size_t n = 0;
    bool row = true;
    while (n < cap) {
        enum err_code code = sql_next(st, q, &row, err);
        if (code) {
            return code;
        }
        if (!row) {
            break;
        }
        ids[n++] = sql_col_int(q, 0);
    }
    *ret_n = n;
    return ERR_OK;
}

int64_t sql_col_int(struct sql_rows *q, int column)
{
    return q->st->engine->col_int(q, column);
}

void sql_col_text(struct sql_rows *q, int column, char *ret, size_t size)
{
    q->st->engine->col_text(q, column, ret, size);
}

const void *sql_col_blob(struct sql_rows *q, int column, size_t *ret_len)
{
    return q->st->engine->col_blob(q, column, ret_len);
}

bool sql_col_is_null(struct sql_rows *q, int column)
{
    return q->st->engine->col_is_null(q, column);
}

const char *sql_statement_text(const struct store *st, enum sql_id id)
{
    return st->engine->text(id);
}
