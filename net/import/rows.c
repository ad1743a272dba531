/* SPDX-License-Identifier: Apache-2.0 */
/* A row of an import, whatever its format: filled, checked, staged; what is wrong is told. */

#include "net/import/parts.h"

void rows_tell(struct import *im, uint64_t line, const char *field, const char *rule)
{
    const struct import_fault fault = {.line = line, .field = field, .rule = rule};
    if (im->last_bad_line != line) {
        im->last_bad_line = line;
        im->counts.n_bad++;
    }
    if (im->options.fault) {
        im->options.fault(im->options.arg, &fault);
    }
}

enum err_code rows_reject(struct import *im, const char *row, size_t len, struct err *err)
{
    if (!im->options.reject || len >= IMPORT_ROW_MAX) {
        return ERR_OK;
    }
    const char *header = im->header.len && !im->header_given ? buf_text(&im->header) : NULL;
    im->header_given = true;
    return im->options.reject(im->options.arg, header, im->header.len, row, len, err);
}

bool rows_set(struct import *im, uint64_t line, struct record *r, enum record_column column,
              const char *text, size_t len)
{
    struct err fault = {0};
    const enum err_code code = im->options.niss_warn && column == RECORD_NISS
                                   ? record_set_doubtful_niss(r, text, len, &fault)
                                   : record_set_field(r, column, text, len, &fault);
    if (code) {
        rows_tell(im, line, fault.field, fault.sentence);
    }
    return code == ERR_OK;
}

enum err_code rows_stage(struct import *im, struct store *st, uint64_t line, struct record *r,
                         bool *ret_good, struct err *err)
{
    struct err fault = {0};
    enum store_import_row kind;
    *ret_good = false;
    if (record_check(r, &fault)) {
        rows_tell(im, line, fault.field, fault.sentence);
        return ERR_OK;
    }
    record_tidy_phones(r);
    const enum err_code code = store_import_stage(st, im->id, (int64_t)line, r, &kind, err);
    if (code == ERR_CONFLICT || code == ERR_INVALID) {
        rows_tell(im, line, err->field, err->sentence);
        return ERR_OK;
    }
    if (code) {
        return code;
    }
    im->counts.figures.n_new += kind == STORE_IMPORT_NEW;
    im->counts.figures.n_changed += kind == STORE_IMPORT_CHANGED;
    im->counts.figures.n_same += kind == STORE_IMPORT_SAME;
    im->counts.n_doubtful += r->niss_doubtful;
    *ret_good = true;
    return ERR_OK;
}
