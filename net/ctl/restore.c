/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl restore: put a backup in the place of the database. Everything is done to a copy, and
 * one rename(2) decides: whatever happens before it, the old database is there as it was. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/ctl/backup_digest.h"
#include "net/ctl/backup_file.h"
#include "net/ctl/commands.h"
#include "net/ctl/dump.h"
#include "net/store/keys.h"
#include "net/store/store_backup.h"

#define DB_NAME "pupitre.db"
#define COPY_NAME "pupitre.db.restored" /* until it is the database */
#define SMALLEST_PAGE 512               /* of SQLite; all of a file's pages are whole */

static const struct ctl_option options[] = {
    {"--replace", NULL, N_("there is a database: keep it aside and take the backup"), false},
};

struct restore {
    struct ctl *ctl;
    const char *from;
    bool replace;
    bool had_one;
    char db[BACKUP_PATH_SIZE];
    char aside[BACKUP_PATH_SIZE]; /* what the old one is called afterwards */
    struct backup_file copy;
    bool has_digest;
    bool is_cut; /* it is no database as SQLite writes them */
    struct store_facts facts;
    int64_t n_sessions;
};

/* Nobody else may use the directory meanwhile: the lock of pupitred, and that of imports. */
static enum err_code take_lock(const char *dir, const char *name, const char *whose, int *ret_fd,
                               struct err *err)
{
    char path[BACKUP_PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return err_set(err, ERR_UNAVAILABLE, gettext("%s is running here: stop it first"), whose);
    }
    *ret_fd = fd;
    return ERR_OK;
}

static enum err_code load_key(struct ctl *ctl, struct err *err)
{
    CLEANUP_FREE char *path = NULL;
    enum err_code code = keys_path_in(ctl->data_dir, &path, err);
    if (!code) {
        code = keys_load(path, &ctl->keys, err);
    }
    if (code == ERR_NOT_FOUND) {
        return err_set(err, code,
                       gettext("%s is not there: put the key of this backup there first"), path);
    }
    return code;
}

static enum err_code write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno != EINTR) {
            return ERR_IO;
        }
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return ERR_OK;
}

static enum err_code copy_bytes(struct restore *r, struct err *err)
{
    static char part[1 << 16];
    int from = open(r->from, O_RDONLY | O_CLOEXEC);
    if (from < 0) {
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", r->from,
                       strerror(errno));
    }
    enum err_code code = ERR_OK;
    ssize_t n = 1;
    while (!code && n > 0) {
        n = read(from, part, sizeof part);
        if (n < 0 && errno != EINTR) {
            code = err_set(err, ERR_IO, "%s: %s", r->from, strerror(errno));
        } else if (n > 0 && write_all(r->copy.fd, part, (size_t)n)) {
            code = err_set(err, ERR_IO, "%s: %s", r->copy.partial, strerror(errno));
        }
    }
    close(from);
    return code;
}

/* The copy is the database alone. Without a digest, as of earlier versions, it has to be whole
 * pages: else something was cut off, or a digest was. */
static enum err_code check_digest(struct restore *r, struct err *err)
{
    int64_t len = 0;
    enum err_code code = backup_digest_check(r->copy.fd, r->from, &len, &r->has_digest, err);
    if (!code && r->has_digest && ftruncate(r->copy.fd, (off_t)len) != 0) {
        code = err_set(err, ERR_IO, "%s: %s", r->copy.partial, strerror(errno));
    }
    r->is_cut = !code && len % SMALLEST_PAGE != 0;
    return code;
}

static enum err_code ready(struct ctl *ctl, void *arg, struct err *err)
{
    struct restore *r = arg;
    return store_restored(ctl->st, ctl->now_utc_s, &r->n_sessions, err);
}

/* To the newest schema, where sealed fields are known by place. With a digest the backup is as it
 * was made: what does not open did not open then. */
static enum err_code go_forward(struct restore *r, struct err *err)
{
    struct ctl *ctl = r->ctl;
    enum err_code code = store_migrate(ctl->st, ctl->now_utc_s, err);
    code = code ? code : store_sealed_verify(ctl->st, err);
    if (code == ERR_INVALID && r->has_digest) {
        fprintf(stderr, gettext("pupitrectl: warning: %s: it was so when the backup was made\n"),
                err->sentence);
        return ERR_OK;
    }
    return code;
}

/* Verify the copy, make it fit to be used, and leave it as one file. */
static enum err_code prepare(struct restore *r, struct err *err)
{
    struct ctl *ctl = r->ctl;
    const char *slash = strrchr(r->from, '/');
    enum err_code code = store_open_file(r->copy.partial, ctl->keys, STORE_READ, &ctl->st, err);
    if (!code) {
        code = store_verify(ctl->st, &r->facts, err);
    }
    ctl->st = store_close(ctl->st);
    if (!code && r->is_cut) {
        code = err_set(err, ERR_INVALID, N_("The database is damaged."));
    }
    if (!code) {
        code = store_open_file(r->copy.partial, ctl->keys, STORE_OPEN, &ctl->st, err);
    }
    if (!code) {
        ctl_sign_entries(ctl);
    }
    if (!code) {
        code = go_forward(r, err);
    }
    if (!code) {
        code = ctl_audited(ctl, "restore", slash ? slash + 1 : r->from, ready, r, err);
    }
    if (!code) {
        code = store_settle(ctl->st, err);
    }
    ctl->st = store_close(ctl->st);
    return code;
}

/* A -wal belongs to its database only: beside another one it would be played into that. A sound
 * database takes it in. From a damaged one it goes aside, too. */
static enum err_code settle_old(struct restore *r, struct err *err)
{
    struct ctl *ctl = r->ctl;
    struct err reason = {0};
    enum err_code code = store_open_file(r->db, ctl->keys, STORE_OPEN, &ctl->st, &reason);
    if (!code) {
        code = store_settle(ctl->st, &reason);
    }
    ctl->st = store_close(ctl->st);
    if (code == ERR_UNAVAILABLE) {
        return err_set(err, code, "%s", reason.sentence);
    }
    return ERR_OK;
}

static enum err_code name_aside(struct restore *r, struct err *err)
{
    const time_t now = (time_t)r->ctl->now_utc_s;
    struct tm utc;
    gmtime_r(&now, &utc);
    const size_t len = strlen(r->db);
    snprintf(r->aside, sizeof r->aside, "%s", r->db);
    if (strftime(r->aside + len, sizeof r->aside - len, ".before-%Y%m%dT%H%M%SZ", &utc) == 0) {
        return err_set(err, ERR_TOO_LARGE, gettext("the name of the file is too long"));
    }
    return ERR_OK;
}

/* The database may be lost and these not: SQLite would play them into the new one. */
static enum err_code companions_aside(const struct restore *r, struct err *err)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char from[BACKUP_PATH_SIZE + 16];
        char to[BACKUP_PATH_SIZE + 16];
        snprintf(from, sizeof from, "%s%s", r->db, ends[i]);
        snprintf(to, sizeof to, "%s%s", r->aside, ends[i]);
        if (rename(from, to) != 0 && errno != ENOENT) {
            return err_set(err, ERR_IO, "%s: %s", from, strerror(errno));
        }
    }
    return backup_sync_folder(r->db, err);
}

static enum err_code keep_aside(struct restore *r, struct err *err)
{
    enum err_code code = name_aside(r, err);
    if (!code && r->had_one && link(r->db, r->aside) != 0) {
        code = err_set(err, errno == EEXIST ? ERR_CONFLICT : ERR_IO, "%s: %s", r->aside,
                       strerror(errno));
    }
    return code ? code : companions_aside(r, err);
}

static enum err_code put_in_place(struct restore *r, struct err *err)
{
    snprintf(r->copy.path, sizeof r->copy.path, "%s", r->db);
    enum err_code code = r->had_one ? settle_old(r, err) : ERR_OK;
    if (!code) {
        code = keep_aside(r, err);
    }
    if (code) {
        return code;
    }
    return r->had_one ? backup_file_replace(&r->copy, err) : backup_file_finish(&r->copy, err);
}

static enum err_code restore(struct restore *r, struct err *err)
{
    char copy[BACKUP_PATH_SIZE];
    if (snprintf(r->db, sizeof r->db, "%s/" DB_NAME, r->ctl->data_dir) >= BACKUP_PATH_SIZE - 64 ||
        snprintf(copy, sizeof copy, "%s/" COPY_NAME, r->ctl->data_dir) >= BACKUP_PATH_SIZE) {
        return err_set(err, ERR_TOO_LARGE, gettext("the name of the file is too long"));
    }
    r->had_one = access(r->db, F_OK) == 0;
    if (r->had_one && !r->replace) {
        return err_set(
            err, ERR_CONFLICT,
            gettext("%s is there already: --replace keeps it aside and takes the backup"), r->db);
    }
    enum err_code code = backup_file_begin(&r->copy, copy, err);
    if (code) {
        return code;
    }
    code = copy_bytes(r, err);
    if (!code) {
        code = check_digest(r, err);
    }
    if (!code) {
        code = prepare(r, err);
    }
    if (!code) {
        code = put_in_place(r, err);
    }
    backup_file_drop(&r->copy);
    return code;
}

/* pg_restore reads the file itself, and only what its table of contents names. */
static enum err_code check_dump(struct restore *r, struct err *err)
{
    int64_t len;
    int fd = open(r->from, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", r->from,
                       strerror(errno));
    }
    const enum err_code code = backup_digest_check(fd, r->from, &len, &r->has_digest, err);
    close(fd);
    return code;
}

/* PostgreSQL: the old schema goes aside under another name, the backup into a new one; when it does
 * not fit, the old one comes back. */
static enum err_code restore_dump(struct restore *r, struct err *err)
{
    struct ctl *ctl = r->ctl;
    const time_t now = (time_t)ctl->now_utc_s;
    struct tm utc;
    const char *slash = strrchr(r->from, '/');
    gmtime_r(&now, &utc);
    strftime(r->aside, sizeof r->aside, "before_%Y%m%dT%H%M%SZ", &utc);
    enum err_code code = check_dump(r, err);
    if (!code) {
        code = store_schema_aside(ctl->store_url, r->replace, r->aside, &r->had_one, err);
    }
    if (code) {
        return code;
    }
    code = dump_read(ctl->store_url, r->from, err);
    if (!code) {
        code = ctl_open_store(ctl, STORE_OPEN, err);
    }
    if (!code) {
        ctl_sign_entries(ctl);
        code = store_verify(ctl->st, &r->facts, err);
    }
    if (!code) {
        code = go_forward(r, err);
    }
    if (!code) {
        code = ctl_audited(ctl, "restore", slash ? slash + 1 : r->from, ready, r, err);
    }
    ctl->st = store_close(ctl->st);
    if (code) {
        struct err reason;
        if (store_schema_back(ctl->store_url, r->aside, r->had_one, &reason)) {
            err_detail(err, "%s", reason.sentence);
        }
    }
    return code;
}

static void tell(const struct restore *r)
{
    char at[32] = "-";
    const time_t last = (time_t)r->facts.last_utc_s;
    struct tm utc;
    if (gmtime_r(&last, &utc)) {
        strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    printf(gettext("%s is the database now, as it was at %s.\n"), r->from, at);
    printf(gettext("Sessions ended: %" PRId64 ". What was done since then is not in it.\n"),
           r->n_sessions);
    if (r->had_one) {
        printf(gettext("The old database is %s.\n"), r->aside);
    }
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct restore r = {
        .ctl = ctl,
        .from = args->operands[0],
        .replace = ctl_option(&command_restore, args, "--replace") != NULL,
        .copy = {.fd = -1},
    };
    int server = -1;
    int importer = -1;
    enum err_code code = load_key(ctl, err);
    if (!code) {
        code = take_lock(ctl->data_dir, "pupitred.lock", "pupitred", &server, err);
    }
    if (!code) {
        code = take_lock(ctl->data_dir, "import.lock", "pupitrectl import", &importer, err);
    }
    if (!code) {
        code = ctl->store_url ? restore_dump(&r, err) : restore(&r, err);
    }
    if (!code) {
        tell(&r);
    }
    if (server >= 0) {
        close(server);
    }
    if (importer >= 0) {
        close(importer);
    }
    return code;
}

const struct ctl_command command_restore = {
    .name = "restore",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("put a backup in the place of the database, pupitred being stopped"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
