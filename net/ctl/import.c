/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl import: people from a CSV file. Rows are validated and staged (import_rows.c); only
 * when all of them are good does the import happen. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/ctl/import_rows.h"
#include "net/store/store_admin.h"

static const struct ctl_option options[] = {
    {"--service", N_("ID"), N_("the service; needed when several are loaded"), false},
    {"--dry-run", NULL,     N_("check everything, change nothing"),            false},
};

/* One importer at a time; the lock ends with the process. */
static enum err_code take_lock(const char *dir, int *ret_fd, struct err *err)
{
    size_t size = strlen(dir) + sizeof "/import.lock";
    CLEANUP_FREE char *path = malloc(size);
    if (!path) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    snprintf(path, size, "%s/import.lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return err_set(err, ERR_UNAVAILABLE, gettext("another import is running"));
    }
    *ret_fd = fd;
    return ERR_OK;
}

static enum err_code open_input(const char *path, int *ret_fd, struct err *err)
{
    struct stat st;
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    }
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        return err_set(err, ERR_INVALID, gettext("%s is a directory"), path);
    }
    *ret_fd = fd;
    return ERR_OK;
}

/* Move staged rows to the people in short transactions. */
static enum err_code promote(struct ctl *ctl, int64_t id, struct err *err)
{
    bool left = true;
    enum err_code code = ERR_OK;
    while (!code && left) {
        code = store_begin(ctl->st, err);
        if (code) {
            return code;
        }
        code = store_import_promote(ctl->st, id, IMPORT_BATCH, ctl->now_utc_s, &left, err);
        code = code ? code : ctl_commit_batch(ctl, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

/* Finish what an earlier import left behind when it was cut, and forget what never counted. */
static enum err_code clear_up(struct ctl *ctl, struct err *err)
{
    int64_t pending = 0;
    bool left = true;
    enum err_code code = store_import_pending(ctl->st, &pending, err);
    if (!code && pending) {
        code = promote(ctl, pending, err);
    }
    while (!code && left) {
        code = store_begin(ctl->st, err);
        if (code) {
            return code;
        }
        code = store_import_drop_stale(ctl->st, IMPORT_BATCH, &left, err);
        code = code ? code : ctl_commit_batch(ctl, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

static enum err_code commit_run(struct ctl *ctl, void *arg, struct err *err)
{
    struct import *im = arg;
    return store_import_commit_run(ctl->st, im->id, &im->figures, err);
}

/* All rows are read: now or never. */
static enum err_code decide(struct import *im, bool dry_run, struct err *err)
{
    const struct store_import_figures *f = &im->figures;
    char figures[128];
    if (im->n_bad > 0) {
        return err_set(err, ERR_INVALID, gettext("%s: %" PRIu64 " bad rows; nothing was imported"),
                       im->path, im->n_bad);
    }
    snprintf(figures, sizeof figures, "new %" PRId64 ", changed %" PRId64 ", same %" PRId64,
             f->n_new, f->n_changed, f->n_same);
    if (!dry_run) {
        enum err_code code = ctl_audited(im->ctl, "import", figures, commit_run, im, err);
        code = code ? code : promote(im->ctl, im->id, err);
        if (code) {
            return code;
        }
    }
    printf(dry_run ? gettext("%" PRId64 " people would be imported: %s\n")
                   : gettext("%" PRId64 " people imported: %s\n"),
           f->n_new + f->n_changed + f->n_same, figures);
    return ERR_OK;
}

static enum err_code begin(struct import *im, const struct ctl_args *args, struct err *err)
{
    char service[SERVICE_ID_SIZE] = "";
    const char *named = ctl_option(&command_import, args, "--service");
    enum err_code code = named ? ERR_OK : store_service_only(im->ctl->st, service, err);
    if (!code) {
        code = store_begin(im->ctl->st, err);
    }
    if (code) {
        return code;
    }
    code =
        store_import_begin(im->ctl->st, named ? named : service, im->ctl->now_utc_s, &im->id, err);
    if (!code) {
        code = store_commit(im->ctl->st, err);
    }
    if (code) {
        store_rollback(im->ctl->st);
    }
    return code;
}

static enum err_code import(struct import *im, const struct ctl_args *args, int fd, struct err *err)
{
    bool dry_run = ctl_option(&command_import, args, "--dry-run") != NULL;
    struct err ignored;
    im->reader = csv_reader_new();
    enum err_code code = im->reader ? clear_up(im->ctl, err) : err_set(err, ERR_NOMEM, NULL);
    if (!code) {
        code = begin(im, args, err);
    }
    if (!code) {
        code = import_read(im, fd, err);
    }
    store_rollback(im->ctl->st); /* of a batch that an error left open */
    if (!code) {
        code = decide(im, dry_run, err);
    }
    if (im->id && (code || dry_run) && clear_up(im->ctl, &ignored)) {
        code = code ? code : err_set(err, ignored.code, "%s", ignored.sentence);
    }
    csv_reader_free(im->reader);
    return code;
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct import im = {.ctl = ctl, .path = args->operands[0]};
    int input = -1;
    int lock = -1;
    enum err_code code = open_input(im.path, &input, err);
    if (!code) {
        code = ctl_open(ctl, err);
    }
    if (!code) {
        code = take_lock(ctl->data_dir, &lock, err);
    }
    if (!code) {
        code = import(&im, args, input, err);
    }
    if (input >= 0) {
        close(input);
    }
    if (lock >= 0) {
        close(lock);
    }
    return code;
}

const struct ctl_command command_import = {
    .name = "import",
    .operands = "FILE|-",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("import people from CSV: all of them or, with one bad row, none"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
