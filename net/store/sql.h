/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The statements of the store: each has a number, is prepared once, and is the only SQL there is.
 * Values are bound, never pasted. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cleanup.h"
#include "core/err.h"
#include "net/store/store.h"

enum sql_id {
#define ROW(id, sqlite, postgresql, many) SQL_##id,
#include "net/store/statements.def"
    SQL_COUNT,
};

/* The rows of a statement that runs; what it is belongs to the database engine (sql_engine.h). */
struct sql_rows;

/* A value to bind. Texts and blobs are borrowed until the statement is reset. */
struct sql_arg {
    enum { SQL_ARG_INT, SQL_ARG_TEXT, SQL_ARG_BLOB, SQL_ARG_NULL } kind;
    int64_t i;
    const void *p;
    size_t len;
};

static inline struct sql_arg sql_int(int64_t v)
{
    return (struct sql_arg){.kind = SQL_ARG_INT, .i = v};
}

/* 0 stands for "none": NULL. */
static inline struct sql_arg sql_opt(int64_t v)
{
    return (struct sql_arg){.kind = v == 0 ? SQL_ARG_NULL : SQL_ARG_INT, .i = v};
}

/* NUL-terminated; NULL is NULL. */
static inline struct sql_arg sql_text(const char *t)
{
    return (struct sql_arg){.kind = t ? SQL_ARG_TEXT : SQL_ARG_NULL, .p = t, .len = SIZE_MAX};
}

static inline struct sql_arg sql_textn(const char *t, size_t len)
{
    return (struct sql_arg){.kind = SQL_ARG_TEXT, .p = t, .len = len};
}

/* Empty is NULL. */
static inline struct sql_arg sql_blob(const void *p, size_t len)
{
    return (struct sql_arg){.kind = len ? SQL_ARG_BLOB : SQL_ARG_NULL, .p = p, .len = len};
}

/* Run a statement that gives no rows, with its values in order. */
#define sql_run(st, id, err, ...)                                                                  \
    sql_run_args(st, id, (const struct sql_arg[]){__VA_ARGS__},                                    \
                 sizeof((const struct sql_arg[]){__VA_ARGS__}) / sizeof(struct sql_arg), err)
enum err_code sql_run_args(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                           struct err *err) MUSTCHECK;
/* The same without values. */
enum err_code sql_do(struct store *st, enum sql_id id, struct err *err) MUSTCHECK;
/* The same where nothing can be done about an error: undoing. */
void sql_try(struct store *st, enum sql_id id);
/* Rows that the last statement changed. */
int64_t sql_changes(struct store *st);

/* Bind and take the first row into *ret; ERR_NOT_FOUND (default sentence) when there is none.
 * The statement is reset by CLEANUP_SQL at the end of the scope. */
#define sql_one(st, id, ret, err, ...)                                                             \
    sql_one_args(st, id, (const struct sql_arg[]){__VA_ARGS__},                                    \
                 sizeof((const struct sql_arg[]){__VA_ARGS__}) / sizeof(struct sql_arg), ret, err)
enum err_code sql_one_args(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                           struct sql_rows **ret, struct err *err) MUSTCHECK;

/* Bind; then sql_next until *ret_row is false. */
#define sql_each(st, id, ret, err, ...)                                                            \
    sql_each_args(st, id, (const struct sql_arg[]){__VA_ARGS__},                                   \
                  sizeof((const struct sql_arg[]){__VA_ARGS__}) / sizeof(struct sql_arg), ret,     \
                  err)
enum err_code sql_each_args(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                            struct sql_rows **ret, struct err *err) MUSTCHECK;
enum err_code sql_next(struct store *st, struct sql_rows *q, bool *ret_row,
                       struct err *err) MUSTCHECK;

void sql_reset(struct sql_rows **q);
#define CLEANUP_SQL CLEANUP(sql_reset)

/* Fill at most cap ids with the first column. */
enum err_code sql_ids(struct store *st, struct sql_rows *q, int64_t *ids, size_t cap, size_t *ret_n,
                      struct err *err) MUSTCHECK;

/* Columns. Text: "" for NULL, copied and cut to fit. */
int64_t sql_col_int(struct sql_rows *q, int column);
void sql_col_text(struct sql_rows *q, int column, char *ret, size_t size);
const void *sql_col_blob(struct sql_rows *q, int column, size_t *ret_len);
bool sql_col_is_null(struct sql_rows *q, int column);

/* The text of a statement in the store's database, for tests that look at its plan. */
const char *sql_statement_text(const struct store *st, enum sql_id id);
