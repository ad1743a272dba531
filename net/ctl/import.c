/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl import: people from a CSV file. Rows are validated and staged; only when all of them
 * are good does the import happen. What is wrong is told by line, column and rule, never by value.
 */

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

#include "core/csv.h"
#include "core/i18n.h"
#include "core/person.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"
#include "net/store/store_import.h"

/* Rows a transaction: agents wait no longer than one of them. */
#define BATCH 200
/* Bad rows told one by one; more are only counted. */
#define FAULTS_TOLD 1000

static const struct ctl_option options[] = {
    {"--service", N_("ID"), N_("the service; needed when several are loaded"), false},
    {"--dry-run", NULL,     N_("check everything, change nothing"),            false},
};

struct import {
    struct ctl *ctl;
    const char *path;
    int64_t id;
    struct csv_reader *reader;
    int columns[CSV_COLUMNS_MAX]; /* column of the record at each place of a row */
    size_t n_columns;
    bool has_header;
    int in_batch; /* rows in the open transaction; 0 = none is open */
    uint64_t n_bad;
    uint64_t last_bad_line;
    struct store_import_figures figures;
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

static void tell(struct import *im, uint64_t line, const char *column, const char *rule)
{
    if (im->last_bad_line != line) {
        im->last_bad_line = line;
        im->n_bad++;
    }
    if (im->n_bad <= FAULTS_TOLD) {
        fprintf(stderr, gettext("%s: line %" PRIu64), im->path, line);
        fprintf(stderr, column[0] ? ", %s: %s\n" : "%s: %s\n", column, gettext(rule));
    }
}

/* Batches of staged rows. */

static enum err_code batch_end(struct import *im, struct err *err)
{
    if (im->in_batch == 0) {
        return ERR_OK;
    }
    im->in_batch = 0;
    return store_commit(im->ctl->st, err);
}

static enum err_code batch_row(struct import *im, struct err *err)
{
    enum err_code code = im->in_batch >= BATCH ? batch_end(im, err) : ERR_OK;
    if (!code && im->in_batch == 0) {
        code = store_begin(im->ctl->st, err);
    }
    if (!code) {
        im->in_batch++;
    }
    return code;
}

/* The header: each column known, none twice, all there that are required. */
static enum err_code read_header(struct import *im, const struct csv_row *row, struct err *err)
{
    uint32_t seen = 0;
    for (size_t i = 0; i < row->n; i++) {
        enum record_column column;
        if (!record_column_by_name(row->fields[i].text, row->fields[i].len, &column)) {
            return err_set(err, ERR_INVALID,
                           gettext("%s: line %" PRIu64 ", column %zu: this is no column of people"),
                           im->path, row->line, i + 1);
        }
        if (seen & 1u << column) {
            return err_set(err, ERR_INVALID,
                           gettext("%s: line %" PRIu64 ", %s: the column is there twice"), im->path,
                           row->line, record_field(column)->name);
        }
        seen |= 1u << column;
        im->columns[i] = (int)column;
    }
    for (unsigned i = 0; i < RECORD_COLUMN_COUNT; i++) {
        const struct record_field *field = record_field((enum record_column)i);
        if (field->required && !(seen & 1u << i)) {
            return err_set(err, ERR_INVALID, gettext("%s: the column %s is missing"), im->path,
                           field->name);
        }
    }
    im->n_columns = row->n;
    im->has_header = true;
    return ERR_OK;
}

/* Fill the record; tells every fault. */
static bool read_row(struct import *im, const struct csv_row *row, struct record *r)
{
    bool good = true;
    struct err fault = {0};
    for (size_t i = 0; i < im->n_columns; i++) {
        if (record_set_field(r, (enum record_column)im->columns[i], row->fields[i].text,
                             row->fields[i].len, &fault)) {
            tell(im, row->line, fault.field, fault.sentence);
            good = false;
        }
    }
    if (good && record_check(r, &fault)) {
        tell(im, row->line, fault.field, fault.sentence);
        good = false;
    }
    return good;
}

static enum err_code stage(struct import *im, const struct csv_row *row, const struct record *r,
                           struct err *err)
{
    enum store_import_row kind;
    enum err_code code = batch_row(im, err);
    if (!code) {
        code = store_import_stage(im->ctl->st, im->id, (int64_t)row->line, r, &kind, err);
    }
    if (code == ERR_CONFLICT || code == ERR_INVALID) {
        tell(im, row->line, err->field, err->sentence);
        return ERR_OK;
    }
    if (!code) {
        im->figures.n_new += kind == STORE_IMPORT_NEW;
        im->figures.n_changed += kind == STORE_IMPORT_CHANGED;
        im->figures.n_same += kind == STORE_IMPORT_SAME;
    }
    return code;
}

static enum err_code take_row(struct import *im, const struct csv_row *row, struct err *err)
{
    if (!im->has_header) {
        return read_header(im, row, err);
    }
    struct record r = {0};
    enum err_code code = read_row(im, row, &r) ? stage(im, row, &r, err) : ERR_OK;
    record_wipe(&r);
    return code;
}

/* A fault of the CSV itself: told, and on with the next row, unless the reader gave up. */
static enum err_code csv_fault(struct import *im, enum err_code code, struct err *err)
{
    if (csv_is_dead(im->reader) || !im->has_header) {
        err_prefix(err, "%s: ", im->path);
        return code;
    }
    /* The sentence says the line already. */
    uint64_t line = csv_fault_line(im->reader);
    if (im->last_bad_line != line) {
        im->last_bad_line = line;
        im->n_bad++;
    }
    if (im->n_bad <= FAULTS_TOLD) {
        fprintf(stderr, "%s: %s\n", im->path, err->sentence);
    }
    return ERR_OK;
}

static enum err_code feed(struct import *im, const char *bytes, size_t len, struct err *err)
{
    size_t at = 0;
    while (at < len) {
        const struct csv_row *row = NULL;
        size_t used = 0;
        enum err_code code = csv_feed(im->reader, bytes + at, len - at, &used, &row, err);
        at += used;
        if (code) {
            code = csv_fault(im, code, err);
        } else if (row) {
            code = take_row(im, row, err);
        }
        if (code) {
            return code;
        }
    }
    return ERR_OK;
}

static enum err_code finish(struct import *im, struct err *err)
{
    const struct csv_row *row = NULL;
    enum err_code code = csv_finish(im->reader, &row, err);
    if (code) {
        code = csv_fault(im, code, err);
    } else if (row) {
        code = take_row(im, row, err);
    }
    return code ? code : batch_end(im, err);
}

static enum err_code read_file(struct import *im, int fd, struct err *err)
{
    char part[65536];
    for (;;) {
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set(err, ERR_IO, "%s: %s", im->path, strerror(errno));
        }
        enum err_code code = n == 0 ? finish(im, err) : feed(im, part, (size_t)n, err);
        if (code || n == 0) {
            return code;
        }
    }
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
        code = store_import_promote(ctl->st, id, BATCH, ctl->now_utc_s, &left, err);
        code = code ? code : store_commit(ctl->st, err);
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
        code = store_import_drop_stale(ctl->st, BATCH, &left, err);
        code = code ? code : store_commit(ctl->st, err);
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
        code = read_file(im, fd, err);
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
