/* SPDX-License-Identifier: Apache-2.0 */
/* The database file: opening, migrating, transactions. */

#include "net/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"
#include "net/store/internal.h"
#include "net/store/key_state.h"
#include "net/store/migrations.inc"
#include "net/store/seal.h"
#include "net/store/store_backup.h"

#define BUSY_TIMEOUT_MS 10000
#define NEWEST ((int)(sizeof migrations / sizeof migrations[0]))

/* synchronous FULL: an accepted write survives a power cut. secure_delete: what is purged is gone.
 * temp_store FILE would leave index material behind in /var/tmp. journal_size_limit: what the log
 * of changes grew to while somebody looked for long is given back. */
static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA journal_size_limit = 4194304;";

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
    struct store *st = arg;
    const struct timespec pause = {.tv_nsec = 1000000};
    if (n_before == 0) {
        st->busy_since_ms = now_ms();
    }
    if (now_ms() - st->busy_since_ms >= BUSY_TIMEOUT_MS) {
        return 0;
    }
    (void)nanosleep(&pause, NULL); /* cut short by a signal: looks a little earlier */
    return 1;
}

static enum err_code touch(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "cannot make %s: %s", path, strerror(errno));
    }
    close(fd);
    return ERR_OK;
}

static enum err_code open_file(struct store *st, const char *path, enum store_mode mode,
                               struct err *err)
{
    const bool reads = mode == STORE_READ;
    const int how = reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int rc = sqlite3_open_v2(path, &st->db, how | SQLITE_OPEN_NOFOLLOW, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_extended_result_codes(st->db, 1);
        sqlite3_busy_handler(st->db, wait_for_lock, st);
        rc = sqlite3_exec(st->db, reads ? read_settings : settings, NULL, NULL, NULL);
    }
    if (rc != SQLITE_OK) {
        enum err_code code = sql_error(st, rc, err);
        err_prefix(err, "%s", path);
        return code;
    }
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
        code = open_file(st, path, mode, err);
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

struct store *store_close(struct store *st)
{
    if (st) {
        for (size_t i = 0; i < SQL_COUNT; i++) {
            sqlite3_finalize(st->statements[i]);
        }
        for (size_t i = 0; i < STORE_SERVICES; i++) {
            store_hours_forget(&st->services[i]);
            free(st->services[i].service);
        }
        sqlite3_close(st->db);
        free(st);
    }
    return NULL;
}

int store_schema_newest(void)
{
    return NEWEST;
}

int store_schema_version(struct store *st)
{
    struct err err;
    CLEANUP_SQL struct sql_rows *q = NULL;
    return sql_one_args(st, SQL_SCHEMA_VERSION, NULL, 0, &q, &err) ? -1 : (int)sql_col_int(q, 0);
}

static enum err_code migrate_one(struct store *st, int version, int64_t now_utc_s, struct err *err)
{
    enum err_code code = store_begin(st, err);
    if (code) {
        return code;
    }
    /* Another process may have been first while this one waited for the lock. */
    if (store_schema_version(st) != version - 1) {
        store_rollback(st);
        return ERR_OK;
    }
    char number[64];
    snprintf(number, sizeof number, "PRAGMA user_version = %d", version);
    int rc = sqlite3_exec(st->db, migrations[version - 1], NULL, NULL, NULL);
    rc = rc != SQLITE_OK ? rc : sqlite3_exec(st->db, number, NULL, NULL, NULL);
    code = rc == SQLITE_OK ? ERR_OK : sql_error(st, rc, err);
    if (!code) {
        code = sql_run(st, SQL_MIGRATION_INSERT, err, sql_int(version), sql_int(now_utc_s));
    }
    if (!code) {
        code = store_commit(st, err);
    }
    if (code) {
        store_rollback(st);
        err_prefix(err, "migration %d", version);
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
    if (version > NEWEST) {
        return err_set(err, ERR_STATE,
                       "the database has schema %d and this program knows only up to %d: install "
                       "the newer Pupitre",
                       version, NEWEST);
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
    while (version < NEWEST) {
        enum err_code code = migrate_one(st, version + 1, now_utc_s, err);
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
    enum err_code code = sql_do(st, SQL_BEGIN, err);
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
    return sql_do(st, SQL_COMMIT, err);
}

void store_rollback(struct store *st)
{
    st->turn = 0;
    st->chain = 0;
    if (!sqlite3_get_autocommit(st->db)) { /* a full disk may have rolled back already */
        sql_try(st, SQL_ROLLBACK);
    }
}

enum err_code store_savepoint(struct store *st, struct err *err)
{
    if (sqlite3_get_autocommit(st->db)) {
        return err_set(err, ERR_STORE, "the transaction is over");
    }
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
    if (!sqlite3_get_autocommit(st->db)) {
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
