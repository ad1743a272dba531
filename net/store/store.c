/* SPDX-License-Identifier: Apache-2.0 */
/* The database file: opening, migrating, transactions. */

#include "net/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "net/store/internal.h"
#include "net/store/key_state.h"
#include "net/store/seal.h"
#include "net/store/sql_engine.h"
#include "net/store/sql_postgresql.h"
#include "net/store/sql_sqlite.h"
#include "net/store/store_backup.h"

static enum err_code touch(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot make %s: %s", path, strerror(errno));
    }
    close(fd);
    return ERR_OK;
}

enum err_code store_open_file(const char *path, const struct keys *keys, enum store_mode mode,
                              struct store **ret, struct err *err)
{
    struct store *st = calloc(1, sizeof *st);
    enum err_code code = st ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
    if (!code) {
        st->keys = keys;
        if (mode == STORE_CREATE) {
            code = touch(path, err);
        } else if (access(path, F_OK) != 0) {
            code = err_set(err, ERR_NOT_FOUND, "there is no database %s", path);
        }
    }
    if (!code) {
        code = sqlite_open(st, path, mode == STORE_READ, err);
    }
    if (code) {
        store_close(st);
        return code;
    }
    *ret = st;
    return ERR_OK;
}

enum err_code store_open(const char *dir, const struct keys *keys, enum store_mode mode,
                         struct store **ret, struct err *err)
{
    static const char name[] = "/pupitre.db";
    size_t size = strlen(dir) + sizeof name;
    CLEANUP_FREE char *path = malloc(size);
    if (!path) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    snprintf(path, size, "%s%s", dir, name);
    enum err_code code = store_open_file(path, keys, mode, ret, err);
    return code == ERR_NOT_FOUND ? err_set(err, code, "there is no database in %s", dir) : code;
}

bool store_is_url(const char *where)
{
    return where &&
           (strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0);
}

enum err_code store_open_url(const char *url, const struct keys *keys, enum store_mode mode,
                             struct store **ret, struct err *err)
{
    struct store *st = calloc(1, sizeof *st);
    if (!st) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    st->keys = keys;
    enum err_code code = postgresql_open(st, url, mode == STORE_READ, err);
    if (!code && mode != STORE_CREATE && store_schema_version(st) == 0) {
        code = err_set(err, ERR_NOT_FOUND, "this PostgreSQL database is not one of Pupitre yet");
    }
    if (code) {
        store_close(st);
        return code;
    }
    *ret = st;
    return ERR_OK;
}

struct store *store_close(struct store *st)
{
    if (st) {
        for (size_t i = 0; i < STORE_SERVICES; i++) {
            store_hours_forget(&st->services[i]);
            free(st->services[i].service);
        }
        if (st->engine) {
            st->engine->close(st);
        }
        free(st);
    }
    return NULL;
}

int store_schema_newest(void)
{
    return sql_sqlite.migrations[sql_sqlite.n_migrations - 1].version;
}

int store_schema_version(struct store *st)
{
    return st->engine->schema_version(st);
}

/* Bring it from version `from` to that of this migration. */
static enum err_code migrate_one(struct store *st, int from, const struct sql_migration *m,
                                 int64_t now_utc_s, struct err *err)
{
    enum err_code code = store_begin(st, err);
    if (code) {
        return code;
    }
    code = st->engine->schema_lock(st, err);
    /* Another process may have been first while this one waited for the lock. */
    if (!code && store_schema_version(st) != from) {
        store_rollback(st);
        return ERR_OK;
    }
    if (!code) {
        code = st->engine->script(st, m->sql, err);
    }
    if (!code) {
        code = st->engine->schema_set(st, m->version, err);
    }
    if (!code) {
        code = sql_run(st, SQL_MIGRATION_INSERT, err, sql_int(m->version), sql_int(now_utc_s));
    }
    if (!code) {
        code = store_commit(st, err);
    }
    if (code) {
        store_rollback(st);
        err_prefix(err, "migration %d", m->version);
    }
    return code;
}

static const struct seal_place key_check = {"key_check", "check", 1};

static enum err_code write_key_check(struct store *st, struct err *err)
{
    CLEANUP_BUF struct buf sealed = {0};
    enum err_code code = seal(st->keys, &key_check, "", 0, &sealed, err);
    return code ? code : sql_run(st, SQL_KEY_CHECK_INSERT, err, sql_blob(sealed.data, sealed.len));
}

/* A key file of another database would be found out at the first person only: better at once.
 * make: a database that is new gets its check. */
static enum err_code check_key(struct store *st, bool make, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    CLEANUP_BUF struct buf plain = {0};
    struct err reason;
    enum err_code code = sql_one_args(st, SQL_KEY_CHECK_READ, NULL, 0, &q, &reason);
    if (code == ERR_NOT_FOUND && make) {
        return write_key_check(st, err);
    }
    if (!code) {
        size_t len;
        const void *blob = sql_col_blob(q, 0, &len);
        code = unseal(st->keys, &key_check, blob, len, &plain, &reason);
        if (code == ERR_STORE) {
            return err_set(err, ERR_FORBIDDEN, "the key file is not that of this database");
        }
    }
    return code ? err_set(err, code, "%s", reason.sentence) : ERR_OK;
}

static enum err_code check_schema(struct store *st, int *ret_version, struct err *err)
{
    int version = store_schema_version(st);
    if (version < 0) {
        return err_set(err, ERR_STORE, "this file is not a database");
    }
    if (version > store_schema_newest()) {
        return err_set(err, ERR_STATE,
                       "the database has schema %d and this program knows only up to %d: install "
                       "the newer Pupitre",
                       version, store_schema_newest());
    }
    *ret_version = version;
    return ERR_OK;
}

enum err_code store_check(struct store *st, struct err *err)
{
    int version = 0;
    enum err_code code = check_schema(st, &version, err);
    if (!code) {
        code = check_key(st, false, err);
    }
    st->follows = !code && version >= SCHEMA_CHAINS;
    return code;
}

enum err_code store_migrate(struct store *st, int64_t now_utc_s, struct err *err)
{
    int version = 0;
    enum err_code checked = check_schema(st, &version, err);
    if (checked) {
        return checked;
    }
    for (size_t i = 0; i < st->engine->n_migrations; i++) {
        const struct sql_migration *m = &st->engine->migrations[i];
        if (m->version <= version) {
            continue;
        }
        enum err_code code = migrate_one(st, version, m, now_utc_s, err);
        if (code) {
            return code;
        }
        version = store_schema_version(st);
    }
    enum err_code code = check_key(st, true, err);
    if (!code) {
        code = key_state_make(st, err);
    }
    st->follows = code == ERR_OK;
    return code;
}

void store_turn_anew(struct store *st)
{
    if (st->turn) {
        st->turn = ++st->turns;
    }
}

enum err_code store_begin(struct store *st, struct err *err)
{
    enum err_code code = st->engine->begin(st, err);
    if (!code) {
        st->turn = ++st->turns;
    }
    if (!code && st->follows && (code = key_state_follow(st, err))) {
        store_rollback(st);
    }
    return code;
}

enum err_code store_commit(struct store *st, struct err *err)
{
    st->turn = 0;
    return st->engine->commit(st, err);
}

void store_rollback(struct store *st)
{
    st->turn = 0;
    st->chain = 0;
    if (st->engine->in_transaction(st)) {
        sql_try(st, SQL_ROLLBACK);
    }
}

bool store_should_retry(const struct store *st)
{
    return st->retry;
}

enum err_code store_savepoint(struct store *st, struct err *err)
{
    if (!st->engine->in_transaction(st)) {
        return err_set(err, ERR_STORE, "the transaction is over");
    }
    st->retry = false;
    return sql_do(st, SQL_SAVEPOINT, err);
}

enum err_code store_release_savepoint(struct store *st, struct err *err)
{
    return sql_do(st, SQL_RELEASE, err);
}

void store_rollback_to(struct store *st)
{
    store_turn_anew(st);
    st->chain = 0;
    if (st->engine->in_transaction(st)) {
        sql_try(st, SQL_ROLLBACK_TO);
        sql_try(st, SQL_RELEASE);
    }
}

enum err_code store_next_id(struct store *st, const char *name, int64_t *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_SEQUENCE_NEXT, &q, err, sql_text(name));
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

void store_id_print(int64_t id, char ret[STORE_ID_SIZE])
{
    snprintf(ret, STORE_ID_SIZE, "%" PRId64, id);
}

bool store_id_parse(const char *text, int64_t *ret)
{
    /* One thing has one name: "01" is not "1". */
    return text[0] != '0' && text_to_int(text, strlen(text), 1, INT64_MAX, ret);
}
