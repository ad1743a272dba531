/* SPDX-License-Identifier: Apache-2.0 */
/* The statements of the store: preparing, binding, stepping, reading. */

#include "net/store/sql.h"

#include <string.h>

#include "core/text.h"
#include "net/store/internal.h"

static const char *const texts[] = {
#define STATEMENT(id, text) [SQL_##id] = (text),
#include "net/store/statements.def"
#undef STATEMENT
};
_Static_assert(sizeof texts / sizeof texts[0] == SQL_COUNT, "one text a statement");

/* Here the rows are SQLite's prepared statement. */
static sqlite3_stmt *statement_of(struct sql_rows *q)
{
    return (sqlite3_stmt *)q;
}

const char *sql_statement_text(enum sql_id id)
{
    return texts[id];
}

enum err_code sql_error(struct store *st, int rc, struct err *err)
{
    enum err_code code = ERR_STORE;
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        code = err_set(err, ERR_UNAVAILABLE, "the database is busy");
        break;
    case SQLITE_INTERRUPT:
        code = err_set(err, ERR_UNAVAILABLE, "it was broken off");
        break;
    case SQLITE_FULL:
        code = err_set(err, ERR_STORE, "the disk is full");
        break;
    case SQLITE_NOMEM:
        code = err_set(err, ERR_NOMEM, NULL);
        break;
    case SQLITE_NOTADB:
        code = err_set(err, ERR_STORE, "this file is not a database");
        break;
    case SQLITE_CORRUPT:
        code = err_set(err, ERR_STORE, "the database is damaged");
        break;
    default:
        code = err_set(err, ERR_STORE, NULL);
    }
    /* SQLite's messages name tables and columns, never values. */
    err_detail(err, "sqlite %d: %s", rc, sqlite3_errmsg(st->db));
    return code;
}

static enum err_code bind(struct store *st, sqlite3_stmt *q, const struct sql_arg *args, size_t n,
                          struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct sql_arg *a = &args[i];
        int at = (int)i + 1;
        int rc = SQLITE_OK;
        switch (a->kind) {
        case SQL_ARG_INT:
            rc = sqlite3_bind_int64(q, at, a->i);
            break;
        case SQL_ARG_TEXT:
            rc = sqlite3_bind_text(q, at, a->p, a->len == SIZE_MAX ? -1 : (int)a->len,
                                   SQLITE_STATIC);
            break;
        case SQL_ARG_BLOB:
            rc = sqlite3_bind_blob64(q, at, a->p, a->len, SQLITE_STATIC);
            break;
        case SQL_ARG_NULL:
            rc = sqlite3_bind_null(q, at);
            break;
        }
        if (rc != SQLITE_OK) {
            return sql_error(st, rc, err);
        }
    }
    return ERR_OK;
}

static enum err_code prepare(struct store *st, enum sql_id id, sqlite3_stmt **ret, struct err *err)
{
    if (!st->statements[id]) {
        int rc = sqlite3_prepare_v3(st->db, texts[id], -1, SQLITE_PREPARE_PERSISTENT,
                                    &st->statements[id], NULL);
        if (rc != SQLITE_OK) {
            return sql_error(st, rc, err);
        }
    }
    *ret = st->statements[id];
    return ERR_OK;
}

enum err_code sql_each_args(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                            struct sql_rows **ret, struct err *err)
{
    sqlite3_stmt *q = NULL;
    enum err_code code = prepare(st, id, &q, err);
    if (!code) {
        code = bind(st, q, args, n, err);
    }
    if (!code) {
        *ret = (struct sql_rows *)q;
    }
    return code;
}

enum err_code sql_next(struct store *st, struct sql_rows *q, bool *ret_row, struct err *err)
{
    int rc = sqlite3_step(statement_of(q));
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        return sql_error(st, rc, err);
    }
    *ret_row = rc == SQLITE_ROW;
    return ERR_OK;
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
    return sqlite3_changes64(st->db);
}

int64_t sql_last_id(struct store *st)
{
    return sqlite3_last_insert_rowid(st->db);
}

void sql_reset(struct sql_rows **q)
{
    if (*q) {
        (void)sqlite3_reset(statement_of(*q)); /* repeats the error of the step, which was seen */
        (void)sqlite3_clear_bindings(statement_of(*q));
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
    return sqlite3_column_int64(statement_of(q), column);
}

void sql_col_text(struct sql_rows *q, int column, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(statement_of(q), column);
    size_t len = text ? strlen(text) : 0;
    len = text ? text_cut(text, len, size - 1) : 0;
    if (len > 0) {
        memcpy(ret, text, len);
    }
    ret[len] = '\0';
}

const void *sql_col_blob(struct sql_rows *q, int column, size_t *ret_len)
{
    const void *p = sqlite3_column_blob(statement_of(q), column);
    *ret_len = (size_t)sqlite3_column_bytes(statement_of(q), column);
    return p;
}

bool sql_col_is_null(struct sql_rows *q, int column)
{
    return sqlite3_column_type(statement_of(q), column) == SQLITE_NULL;
}
