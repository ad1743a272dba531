/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of an import: read, validated, staged. */

#include "net/ctl/import_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/person.h"

/* Bad rows told one by one; more are only counted. */
#define FAULTS_TOLD 1000

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
    return ctl_commit_batch(im->ctl, err);
}

static enum err_code batch_row(struct import *im, struct err *err)
{
    enum err_code code = im->in_batch >= IMPORT_BATCH ? batch_end(im, err) : ERR_OK;
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

enum err_code import_read(struct import *im, int fd, struct err *err)
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
