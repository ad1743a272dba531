/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl backup: a verified copy of the database, while agents work. */

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <libintl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/ctl/backup_digest.h"
#include "net/ctl/backup_file.h"
#include "net/ctl/commands.h"
#include "net/ctl/dump.h"
#include "net/ctl/progress.h"
#include "net/store/store_audit.h"
#include "net/store/store_backup.h"

#define NAME_FORMAT "pupitre-%Y%m%dT%H%M%SZ.db"
#define NAME_PATTERN "pupitre-########T######Z.db" /* # = a digit */
#define NAME_SIZE sizeof NAME_PATTERN
#define KEEP_MAX 10000

static const struct ctl_option options[] = {
    {"--keep", N_("N"), N_("remove all but the newest N backups of the folder afterwards"), false},
    {"--json", NULL,    N_("as JSON"),                                                      false},
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* Ctrl-C leaves nothing behind. */
static void watch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static bool on_progress(void *arg, int64_t done, int64_t all)
{
    progress_show(arg, gettext("copying"), PROGRESS_NO_ROWS, (uint64_t)done, (uint64_t)all);
    return !interrupted;
}

/* DIR/pupitre-20261125T233000Z.db */
static enum err_code name_in(const char *dir, int64_t now_utc_s, char *ret, struct err *err)
{
    const time_t now = (time_t)now_utc_s;
    struct tm utc;
    char name[NAME_SIZE];
    gmtime_r(&now, &utc);
    if (strftime(name, sizeof name, NAME_FORMAT, &utc) == 0 ||
        snprintf(ret, BACKUP_PATH_SIZE, "%s/%s", dir, name) >= BACKUP_PATH_SIZE) {
        return err_set(err, ERR_TOO_LARGE, gettext("the name of the file is too long"));
    }
    return ERR_OK;
}

/* Where to: the operand, or the folder `backups` of the data directory. *ret_dir is "" for a file
 * of a name of its own. */
static enum err_code choose_path(const struct ctl *ctl, const struct ctl_args *args, char *ret_dir,
                                 char *ret_path, struct err *err)
{
    struct stat st;
    const char *to = args->n_operands ? args->operands[0] : NULL;
    snprintf(ret_dir, BACKUP_PATH_SIZE, "%s%s", to ? to : ctl->data_dir, to ? "" : "/backups");
    if (!to && mkdir(ret_dir, 0700) != 0 && errno != EEXIST) {
        return err_set(err, ERR_IO, "%s: %s", ret_dir, strerror(errno));
    }
    if (stat(ret_dir, &st) == 0 && S_ISDIR(st.st_mode)) {
        return name_in(ret_dir, ctl->now_utc_s, ret_path, err);
    }
    const size_t len = strlen(ret_dir);
    if (len > 0 && ret_dir[len - 1] == '/') {
        return err_set(err, ERR_NOT_FOUND, gettext("there is no directory %s"), ret_dir);
    }
    snprintf(ret_path, BACKUP_PATH_SIZE, "%s", ret_dir);
    ret_dir[0] = '\0';
    return ERR_OK;
}

static bool is_backup_name(const char *name)
{
    for (size_t i = 0; i < NAME_SIZE; i++) {
        const bool digit = name[i] >= '0' && name[i] <= '9';
        if (NAME_PATTERN[i] == '#' ? !digit : name[i] != NAME_PATTERN[i]) {
            return false;
        }
    }
    return true;
}

static int only_backups(const struct dirent *entry)
{
    return is_backup_name(entry->d_name);
}

/* Names sort by their time. A file that cannot be removed is told, and no reason to fail. */
static enum err_code prune(const char *dir, int64_t keep, struct err *err)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, only_backups, alphasort);
    if (n < 0) {
        return err_set(err, ERR_IO, "%s: %s", dir, strerror(errno));
    }
    for (int i = 0; i < n; i++) {
        char path[BACKUP_PATH_SIZE + 256];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
        if (i < n - (int)keep && unlink(path) != 0) {
            fprintf(stderr, "pupitrectl: %s: %s\n", path, strerror(errno));
        }
        free(names[i]);
    }
    free(names);
    return ERR_OK;
}

static enum err_code keep_of(const struct ctl_args *args, const char *dir, int64_t *ret,
                             struct err *err)
{
    const char *keep = ctl_option(&command_backup, args, "--keep");
    *ret = 0;
    if (keep && !text_to_int(keep, strlen(keep), 1, KEEP_MAX, ret)) {
        return err_field(err, ERR_INVALID, "--keep", gettext("a number from 1 is needed"));
    }
    if (keep && !dir[0]) {
        return err_field(err, ERR_INVALID, "--keep", gettext("a folder is needed for it"));
    }
    return ERR_OK;
}

static bool goes_on(void *arg)
{
    (void)arg;
    return !interrupted;
}

/* What was written is read again, from the file. */
/* A field that cannot be read any more is no reason to have no backup of all others. */
static enum err_code look_at_sealed(struct store *st, const struct store_facts *facts,
                                    struct err *err)
{
    if (facts->schema != store_schema_newest()) {
        return ERR_OK; /* where they are is known of the newest one */
    }
    const enum err_code code = store_sealed_verify(st, err);
    if (code != ERR_INVALID) {
        return code;
    }
    fprintf(stderr, gettext("pupitrectl: warning: %s: the backup has it as it is\n"),
            err->sentence);
    return ERR_OK;
}

static enum err_code verify(const struct ctl *ctl, const char *path, struct store_facts *ret,
                            struct err *err)
{
    struct store *copy = NULL;
    enum err_code code = store_open_file(path, ctl->keys, STORE_READ, &copy, err);
    if (!code) {
        store_watch(copy, goes_on, NULL);
        code = store_verify(copy, ret, err);
    }
    if (!code) {
        code = look_at_sealed(copy, ret, err);
    }
    store_close(copy);
    return code;
}

static void tell(const struct ctl *ctl, const char *path, const struct store_facts *facts,
                 bool json)
{
    struct stat st = {0};
    struct buf out = {0};
    (void)stat(path, &st); /* it was there a moment ago */
    if (!json) {
        printf(gettext("%s: %lld bytes, verified.\nThe key %s/master.key is not in it: keep a copy "
                       "of it, apart.\n"),
               path, (long long)st.st_size, ctl->data_dir);
        return;
    }
    buf_str(&out, "{\"file\": ");
    ctl_json_string(&out, path);
    buf_printf(&out, ", \"bytes\": %lld, \"schema\": %d, \"audit_entries\": %" PRId64 "}\n",
               (long long)st.st_size, facts->schema, facts->audit_entries);
    fputs(buf_text(&out), stdout);
    buf_free(&out);
}

/* Where the audit log stood: what is put back later can be held against it. */
static enum err_code checkpoint(struct ctl *ctl, void *arg, struct err *err)
{
    (void)arg;
    int64_t number = 0;
    return store_schema_version(ctl->st) < store_schema_newest()
               ? ERR_OK /* of an earlier version: as it is */
               : store_checkpoint_make(ctl->st, ctl->now_utc_s, NULL, &number, err);
}

static enum err_code make(struct ctl *ctl, const char *path, struct store_facts *ret,
                          struct err *err)
{
    struct backup_file file;
    struct progress progress;
    const char *slash = strrchr(path, '/');
    enum err_code code = backup_file_begin(&file, path, err);
    if (code) {
        return code;
    }
    progress_init(&progress);
    /* First the entry: that somebody took all data away is known even when this is cut. */
    code = ctl_audited(ctl, "backup", slash ? slash + 1 : path, checkpoint, NULL, err);
    if (!code) {
        code = ctl->store_url ? dump_write(ctl->store_url, file.partial, err)
                              : store_backup(ctl->st, file.partial, on_progress, &progress, err);
    }
    progress_clear(&progress);
    if (!code) {
        progress_show(&progress, gettext("verifying"), PROGRESS_NO_ROWS, 0, 0);
        code =
            ctl->store_url ? store_verify(ctl->st, ret, err) : verify(ctl, file.partial, ret, err);
        if (!code && ctl->store_url) {
            code = look_at_sealed(ctl->st, ret, err);
        }
        progress_clear(&progress);
    }
    if (interrupted) {
        code = err_set(err, ERR_STATE, N_("The backup was broken off."));
    }
    if (!code) {
        code = backup_digest_add(file.fd, file.partial, err);
    }
    if (!code) {
        code = backup_file_finish(&file, err);
    }
    backup_file_drop(&file);
    return code;
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    char dir[BACKUP_PATH_SIZE];
    char path[BACKUP_PATH_SIZE];
    int64_t keep = 0;
    struct store_facts facts;
    enum err_code code = ctl_open_as_is(ctl, err);
    if (!code) {
        code = choose_path(ctl, args, dir, path, err);
    }
    if (!code) {
        code = keep_of(args, dir, &keep, err);
    }
    if (!code) {
        watch_interrupts();
        code = make(ctl, path, &facts, err);
    }
    if (!code && keep) {
        code = prune(dir, keep, err);
    }
    if (!code) {
        tell(ctl, path, &facts, ctl_option(&command_backup, args, "--json") != NULL);
    }
    return code;
}

const struct ctl_command command_backup = {
    .name = "backup",
    .operands = "[DIR|FILE]",
    .min_operands = 0,
    .max_operands = 1,
    .help = N_("copy the database, while agents work, and verify the copy"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
