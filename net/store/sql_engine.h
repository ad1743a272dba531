/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A database behind sql.h: SQLite in a file, or PostgreSQL. What both can do stands in this table;
 * what only one can (copying a file) is asked of that one by name. */

#include "net/store/sql.h"

struct sql_migration {
    int version; /* that it leads to */
    const char *sql;
};

struct sql_engine {
    const char *name;
    /* Each leads from the row before to its version; the first from an empty database. */
    const struct sql_migration *migrations;
    size_t n_migrations;

    void (*close)(struct store *st);
    /* The texts of statements.def for this database. */
    const char *(*text)(enum sql_id id);

    enum err_code (*start)(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                           struct sql_rows **ret, struct err *err);
    enum err_code (*next)(struct sql_rows *q, bool *ret_row, struct err *err);
    void (*reset)(struct sql_rows *q);
    int64_t (*changes)(struct store *st);
    int64_t (*col_int)(struct sql_rows *q, int column);
    void (*col_text)(struct sql_rows *q, int column, char *ret, size_t size);
    const void *(*col_blob)(struct sql_rows *q, int column, size_t *ret_len);
    bool (*col_is_null)(struct sql_rows *q, int column);

    /* Several statements of ours, without values. */
    enum err_code (*script)(struct store *st, const char *sql, struct err *err);
    bool (*in_transaction)(struct store *st);
    enum err_code (*begin)(struct store *st, struct err *err);
    enum err_code (*commit)(struct store *st, struct err *err);
    /* 0: empty; -1: this is no database, or it does not answer. */
    int (*schema_version)(struct store *st);
    /* In the transaction of a migration: no other process migrates, and it is this version then. */
    enum err_code (*schema_lock)(struct store *st, struct err *err);
    enum err_code (*schema_set)(struct store *st, int version, struct err *err);
    /* What is written now need not be durable before `false` (store_import_hurry). */
    enum err_code (*hurry)(struct store *st, bool on, struct err *err);
    /* store_watch: st->go_on was set. */
    void (*watch)(struct store *st);
};

extern const struct sql_engine sql_sqlite;
extern const struct sql_engine sql_postgresql;

/* What every engine's rows begin with. */
struct sql_rows {
    struct store *st;
};
