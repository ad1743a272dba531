/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite: one file, one writer at a time. */

#include "net/store/sql_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"
#include "net/store/internal.h"
#include "net/store/sql_engine.h"

#include "net/store/migrations_sqlite.inc"

#define BUSY_TIMEOUT_MS 10000
#define WATCH_STEPS 100000 /* of SQLite's machine: some milliseconds */

static const char *const texts[] = {
#define ROW(id, sqlite, postgresql, many) [SQL_##id] = (sqlite),
#include "net/store/statements.def"
};
_Static_assert(sizeof texts / sizeof texts[0] == SQL_COUNT, "one text a statement");

struct sqlite_rows {
    struct sql_rows base;
    sqlite3_stmt *stmt; /* prepared at first use */
};

struct sqlite_db {
    sqlite3 *db;
    int64_t busy_since_ms; /* of the wait for a lock that goes on */
    struct sqlite_rows rows[SQL_COUNT];
};

static sqlite3_stmt *statement_of(struct sql_rows *q)
{
    return ((struct sqlite_rows *)q)->stmt;
}

sqlite3 *sqlite_handle(struct store *st)
{
    return ((struct sqlite_db *)st->db)->db;
}

/* synchronous FULL: an accepted write survives a power cut. secure_delete: what is purged is gone.
 * temp_store FILE would leave index material behind in /var/tmp. journal_size_limit: what the log
 * of changes grew to while somebody looked for long is given back. mmap_size (SQLite's most): what
 * one person touches lies scattered over the file, and with a million people waiting a call of the
 * system for each page took a third of a reservation's time. Writes do not go through it. */
static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA journal_size_limit = 4194304;"
                               "PRAGMA mmap_size = 2147418112;";

static const char read_settings[] = "PRAGMA query_only = ON;"
                                    "PRAGMA trusted_schema = OFF;"
                                    "PRAGMA temp_store = MEMORY;";

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Another process writes: look again every millisecond. SQLite's own handler waits longer and
 * longer and misses the gaps between the transactions of a busy backend. */
static int wait_for_lock(void *arg, int n_before)
{
    struct sqlite_db *d = arg;
    const struct timespec pause = {.tv_nsec = 1000000};
    if (n_before == 0) {
        d->busy_since_ms = now_ms();
    }
    if (now_ms() - d->busy_since_ms >= BUSY_TIMEOUT_MS) {
        return 0;
    }
    (void)nanosleep(&pause, NULL); /* cut short by a signal: looks a little earlier */
    return 1;
}

enum err_code sqlite_error(struct store *st, int rc, struct err *err)
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
    err_detail(err, "sqlite %d: %s", rc, sqlite3_errmsg(sqlite_handle(st)));
    return code;
}

static const char *text(enum sql_id id)
{
    return texts[id];
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
            return sqlite_error(st, rc, err);
        }
    }
    return ERR_OK;
}

static enum err_code start(struct store *st, enum sql_id id, const struct sql_arg *args, size_t n,
                           struct sql_rows **ret, struct err *err)
{
    struct sqlite_db *d = st->db;
    struct sqlite_rows *q = &d->rows[id];
    if (!q->stmt) {
        q->base.st = st;
        int rc =
            sqlite3_prepare_v3(d->db, texts[id], -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
        if (rc != SQLITE_OK) {
            return sqlite_error(st, rc, err);
        }
    }
    enum err_code code = bind(st, q->stmt, args, n, err);
    if (!code) {
        *ret = &q->base;
    }
    return code;
}

static enum err_code next(struct sql_rows *q, bool *ret_row, struct err *err)
{
    int rc = sqlite3_step(statement_of(q));
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        return sqlite_error(q->st, rc, err);
    }
    *ret_row = rc == SQLITE_ROW;
    return ERR_OK;
}

static void reset(struct sql_rows *q)
{
    (void)sqlite3_reset(statement_of(q)); /* repeats the error of the step, which was seen */
    (void)sqlite3_clear_bindings(statement_of(q));
}

static int64_t changes(struct store *st)
{
    return sqlite3_changes64(sqlite_handle(st));
}

static int64_t col_int(struct sql_rows *q, int column)
{
    return sqlite3_column_int64(statement_of(q), column);
}

static void col_text(struct sql_rows *q, int column, char *ret, size_t size)
{
    const char *value = (const char *)sqlite3_column_text(statement_of(q), column);
    size_t len = value ? strlen(value) : 0;
    len = value ? text_cut(value, len, size - 1) : 0;
    if (len > 0) {
        memcpy(ret, value, len);
    }
    ret[len] = '\0';
}

static const void *col_blob(struct sql_rows *q, int column, size_t *ret_len)
{
    const void *p = sqlite3_column_blob(statement_of(q), column);
    *ret_len = (size_t)sqlite3_column_bytes(statement_of(q), column);
    return p;
}

static bool col_is_null(struct sql_rows *q, int column)
{
    return sqlite3_column_type(statement_of(q), column) == SQLITE_NULL;
}

static enum err_code script(struct store *st, const char *sql, struct err *err)
{
    const int rc = sqlite3_exec(sqlite_handle(st), sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : sqlite_error(st, rc, err);
}

/* A full disk may have rolled back already. */
static bool in_transaction(struct store *st)
{
    return !sqlite3_get_autocommit(sqlite_handle(st));
}

static enum err_code begin(struct store *st, struct err *err)
{
    return sql_do(st, SQL_BEGIN, err);
}

static enum err_code commit(struct store *st, struct err *err)
{
    return sql_do(st, SQL_COMMIT, err);
}

static int schema_version(struct store *st)
{
    struct err err;
    CLEANUP_SQL struct sql_rows *q = NULL;
    return sql_one_args(st, SQL_SCHEMA_VERSION, NULL, 0, &q, &err) ? -1 : (int)sql_col_int(q, 0);
}

/* The transaction has the lock already. */
static enum err_code schema_lock(struct store *st, struct err *err)
{
    (void)st;
    (void)err;
    return ERR_OK;
}

static enum err_code schema_set(struct store *st, int version, struct err *err)
{
    char number[64];
    snprintf(number, sizeof number, "PRAGMA user_version = %d", version);
    return script(st, number, err);
}

/* The indexes are hit in no order: more cache saves more than it costs, and so do fewer, larger
 * checkpoints. */
static enum err_code hurry(struct store *st, bool on, struct err *err)
{
    static const char *const ways[] = {
        "PRAGMA synchronous = FULL",
        "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -24000;"
        "PRAGMA wal_autocheckpoint = 8000",
    };
    return script(st, ways[on], err);
}

static int on_steps(void *arg)
{
    struct store *st = arg;
    return !st->go_on(st->go_on_arg);
}

static void watch(struct store *st)
{
    sqlite3_progress_handler(sqlite_handle(st), st->go_on ? WATCH_STEPS : 0, on_steps, st);
}

static void close_db(struct store *st)
{
    struct sqlite_db *d = st->db;
    if (!d) {
        return;
    }
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(d->rows[i].stmt);
    }
    sqlite3_close(d->db);
    free(d);
    st->db = NULL;
}

enum err_code sqlite_open(struct store *st, const char *path, bool reads, struct err *err)
{
    struct sqlite_db *d = calloc(1, sizeof *d);
    if (!d) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    st->engine = &sql_sqlite;
    st->db = d;
    st->node = 1;
    const int how = reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int rc = sqlite3_open_v2(path, &d->db, how | SQLITE_OPEN_NOFOLLOW, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_extended_result_codes(d->db, 1);
        sqlite3_busy_handler(d->db, wait_for_lock, d);
        rc = sqlite3_exec(d->db, reads ? read_settings : settings, NULL, NULL, NULL);
    }
    if (rc != SQLITE_OK) {
        enum err_code code = sqlite_error(st, rc, err);
        err_prefix(err, "%s", path);
        return code;
    }
    return ERR_OK;
}

const struct sql_engine sql_sqlite = {
    .name = "SQLite",
    .migrations = migrations,
    .n_migrations = sizeof migrations / sizeof migrations[0],
    .close = close_db,
    .text = text,
    .start = start,
    .next = next,
    .reset = reset,
    .changes = changes,
    .col_int = col_int,
    .col_text = col_text,
    .col_blob = col_blob,
    .col_is_null = col_is_null,
    .script = script,
    .in_transaction = in_transaction,
    .begin = begin,
    .commit = commit,
    .schema_version = schema_version,
    .schema_lock = schema_lock,
    .schema_set = schema_set,
    .hurry = hurry,
    .watch = watch,
};
