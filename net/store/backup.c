/* SPDX-License-Identifier: Apache-2.0 */
/* Copying a database that is in use, verifying a copy, and what a restored one needs. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/i18n.h"
#include "net/store/internal.h"
#include "net/store/session_end.h"
#include "net/store/sql_engine.h"
#include "net/store/sql_sqlite.h"
#include "net/store/store_admin.h"
#include "net/store/store_backup.h"
#include "net/store/store_nodes.h"

#define STEP_PAGES 256 /* 1 MiB */
#define PAUSE_NS 1000000

static void pause_between_steps(void)
{
    const struct timespec moment = {.tv_nsec = PAUSE_NS};
    (void)nanosleep(&moment, NULL); /* cut short by a signal: goes on a little earlier */
}

static enum err_code copy_steps(struct store *st, sqlite3_backup *b, store_progress *progress,
                                void *arg, struct err *err)
{
    int rc = SQLITE_OK;
    while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
        rc = sqlite3_backup_step(b, STEP_PAGES);
        const int64_t all = sqlite3_backup_pagecount(b);
        if (progress && !progress(arg, all - sqlite3_backup_remaining(b), all)) {
            return err_set(err, ERR_STATE, N_("The backup was broken off."));
        }
        pause_between_steps();
    }
    return rc == SQLITE_DONE ? ERR_OK : sqlite_error(st, rc, err);
}

/* The file is not ours until it is whole: it needs no journal, and is synced by the caller. */
static const char copy_settings[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;";
/* Page 1 was copied, too, and says that there is a -wal. */
static const char copy_end[] = "PRAGMA journal_mode = DELETE;";

static enum err_code copy_error(sqlite3 *copy, int rc, struct err *err)
{
    if ((rc & 0xff) == SQLITE_FULL) {
        return err_set(err, ERR_STORE, N_("the disk is full"));
    }
    (void)err_set(err, ERR_IO, N_("The copy cannot be written."));
    err_detail(err, "sqlite %d: %s", rc, sqlite3_errmsg(copy));
    return err->code;
}

static enum err_code copy_to(struct store *st, sqlite3 *copy, store_progress *progress, void *arg,
                             struct err *err)
{
    int rc = sqlite3_exec(copy, copy_settings, NULL, NULL, NULL);
    if (rc != SQLITE_OK) {
        return copy_error(copy, rc, err);
    }
    sqlite3_backup *b = sqlite3_backup_init(copy, "main", sqlite_handle(st), "main");
    if (!b) {
        return copy_error(copy, sqlite3_errcode(copy), err);
    }
    enum err_code code = copy_steps(st, b, progress, arg, err);
    rc = sqlite3_backup_finish(b);
    if (code && code != ERR_STATE) {
        return copy_error(copy, rc, err);
    }
    if (!code && (rc = sqlite3_exec(copy, copy_end, NULL, NULL, NULL)) != SQLITE_OK) {
        return copy_error(copy, rc, err);
    }
    return code;
}

/* With a read transaction of its own every step sees the same instant. Without it, each commit of
 * another process would let the copy begin again: on a busy day it would never end. */
enum err_code store_backup(struct store *st, const char *path, store_progress *progress, void *arg,
                           struct err *err)
{
    sqlite3 *copy = NULL;
    if (store_is_shared(st)) {
        return err_set(err, ERR_METHOD, "this copies SQLite only");
    }
    enum err_code code = sql_do(st, SQL_BEGIN_READING, err);
    if (code) {
        return code;
    }
    if (store_schema_version(st) < 1) {
        code = err_set(err, ERR_INVALID, N_("This is not a database of Pupitre."));
    }
    if (!code) {
        int rc = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL);
        code = rc == SQLITE_OK ? copy_to(st, copy, progress, arg, err) : copy_error(copy, rc, err);
    }
    sqlite3_close(copy);
    store_rollback(st);
    return code;
}

void store_watch(struct store *st, store_go_on *go_on, void *arg)
{
    st->go_on = go_on;
    st->go_on_arg = arg;
    st->engine->watch(st);
}

static enum err_code check_integrity(struct store *st, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    char said[64] = "";
    struct err reason = {0};
    enum err_code code = sql_one_args(st, SQL_INTEGRITY, NULL, 0, &q, &reason);
    if (!code) {
        sql_col_text(q, 0, said, sizeof said);
    }
    if (code == ERR_NOMEM || code == ERR_UNAVAILABLE) {
        return err_set(err, code, "%s", reason.sentence);
    }
    if (code || strcmp(said, "ok") != 0) {
        (void)err_set(err, ERR_INVALID, N_("The database is damaged."));
        err_detail(err, "%s", code ? reason.detail : said);
        return err->code;
    }
    return ERR_OK;
}

enum err_code store_verify(struct store *st, struct store_facts *ret, struct err *err)
{
    struct store_facts f = {.schema = store_schema_version(st)};
    int64_t broken = 0;
    enum err_code code = f.schema < 1
                             ? err_set(err, ERR_INVALID, N_("This is not a database of Pupitre."))
                             : check_integrity(st, err);
    if (!code) {
        code = store_check(st, err);
    }
    if (!code) {
        code = store_audit_verify(st, &f.audit_entries, &broken, err);
        if (code == ERR_STATE) {
            code = err->code = ERR_INVALID;
        }
    }
    if (!code) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one_args(st, SQL_AUDIT_LAST_AT, NULL, 0, &q, err);
        f.last_utc_s = code ? 0 : sql_col_int(q, 0);
    }
    if (!code) {
        *ret = f;
    }
    return code;
}

enum err_code store_settle(struct store *st, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    char mode[16] = "";
    enum err_code code = sql_one_args(st, SQL_JOURNAL_DELETE, NULL, 0, &q, err);
    if (!code) {
        sql_col_text(q, 0, mode, sizeof mode);
    }
    if (!code && strcmp(mode, "delete") != 0) {
        code = err_set(err, ERR_UNAVAILABLE, N_("The database is in use."));
    }
    return code;
}

enum err_code store_restored(struct store *st, int64_t now_utc_s, int64_t *ret_sessions,
                             struct err *err)
{
    enum err_code code = session_end_all(st, now_utc_s, ret_sessions, err);
    if (!code) {
        code = sql_run(st, SQL_SEQUENCE_STEP, err, sql_int(STORE_RESTORE_STEP));
    }
    return code;
}
