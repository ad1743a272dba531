/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of CSV. The header decides which column is which, in whatever order. */

#include <inttypes.h>

#include "core/i18n.h"
#include "net/import/parts.h"

/* Each column known, none twice, all there that are required. */
static enum err_code read_header(struct import *im, const struct csv_row *row, struct err *err)
{
    uint32_t seen = 0;
    for (size_t i = 0; i < row->n; i++) {
        enum record_column column;
        if (!record_column_by_name(row->fields[i].text, row->fields[i].len, &column)) {
            return err_set(err, ERR_INVALID,
                           N_("line %" PRIu64 ", column %zu: this is no column of people"),
                           row->line, i + 1);
        }
        const char *name = record_field(column)->name;
        if (seen & 1u << column) {
            return err_field(err, ERR_INVALID, name, N_("the column is there twice"));
        }
        seen |= 1u << column;
        im->columns[i] = (int)column;
    }
    for (unsigned i = 0; i < RECORD_COLUMN_COUNT; i++) {
        const struct record_field *field = record_field((enum record_column)i);
        if (field->required && !(seen & 1u << i)) {
            return err_field(err, ERR_INVALID, field->name, N_("the column is missing"));
        }
    }
    size_t len;
    const char *raw = csv_raw(im->csv, &len);
    buf_add(&im->header, raw, len);
    im->n_columns = row->n;
    im->has_header = true;
    return im->header.failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
}

static enum err_code reject(struct import *im, struct err *err)
{
    size_t len;
    const char *raw = csv_raw(im->csv, &len);
    return rows_reject(im, raw, len, err);
}

static enum err_code take_row(struct import *im, struct store *st, const struct csv_row *row,
                              struct err *err)
{
    if (!im->has_header) {
        return read_header(im, row, err);
    }
    struct record r = {0};
    bool good = true;
    enum err_code code = ERR_OK;
    im->counts.n_rows++;
    for (size_t i = 0; i < im->n_columns; i++) {
        good = rows_set(im, row->line, &r, (enum record_column)im->columns[i], row->fields[i].text,
                        row->fields[i].len) &&
               good;
    }
    if (good) {
        code = rows_stage(im, st, row->line, &r, &good, err);
    }
    record_wipe(&r);
    return code || good ? code : reject(im, err);
}

/* A fault of the CSV itself: told, and on with the next row, unless the reader gave up. */
static enum err_code take_fault(struct import *im, enum err_code code, const struct err *fault,
                                struct err *err)
{
    if (csv_is_dead(im->csv) || !im->has_header) {
        *err = *fault;
        return code;
    }
    im->counts.n_rows++;
    rows_tell(im, csv_fault_line(im->csv), fault->field, csv_fault_rule(im->csv));
    return reject(im, err);
}

enum err_code csv_rows_feed(struct import *im, struct store *st, const char *bytes, size_t len,
                            size_t *ret_used, struct err *err)
{
    const struct csv_row *row = NULL;
    struct err fault = {0};
    if (!im->csv && !(im->csv = csv_reader_new())) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    const enum err_code code = csv_feed(im->csv, bytes, len, ret_used, &row, &fault);
    if (code) {
        return take_fault(im, code, &fault, err);
    }
    return row ? take_row(im, st, row, err) : ERR_OK;
}

enum err_code csv_rows_finish(struct import *im, struct store *st, struct err *err)
{
    const struct csv_row *row = NULL;
    struct err fault = {0};
    if (!im->csv && !(im->csv = csv_reader_new())) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    const enum err_code code = csv_finish(im->csv, &row, &fault);
    if (code) {
        return take_fault(im, code, &fault, err);
    }
    return row ? take_row(im, st, row, err) : ERR_OK;
}
