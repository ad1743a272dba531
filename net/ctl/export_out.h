/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What an export writes: rows as CSV, JSON or NDJSON, the columns that were chosen, to the standard
 * output or to a new file of mode 0600 that is there whole or not at all. Rows hold people's data:
 * what is buffered is wiped. */

#include <stdio.h>

#include "core/buf.h"
#include "net/store/store_export.h"

enum export_format {
    EXPORT_CSV,
    EXPORT_JSON,
    EXPORT_NDJSON,
    EXPORT_FHIR, /* NDJSON of the answers: a QuestionnaireResponse a line */
};

struct export_out {
    enum export_format format;
    bool are_answers; /* what `response` holds is worth what `status` says, in every format */
    struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX];
    size_t n_columns;
    size_t chosen[STORE_EXPORT_COLUMNS_MAX]; /* places in columns, in the order of writing */
    size_t n_chosen;
    size_t n_rows;
    struct buf row;
    FILE *file;
    const char *path; /* NULL = standard output */
    char *part;       /* its name until it is whole */
};

/* Choose columns by name, "a,b,c"; NULL: those of `standard`, or all when that is NULL, too.
 * ERR_METHOD (field --columns) names all that there are when one is unknown or stands twice. */
enum err_code export_out_choose(struct export_out *o, const char *names, const char *standard,
                                struct err *err) MUSTCHECK;

/* Begin: makes the file, writes the header of CSV. ERR_CONFLICT: there is one of this name. */
enum err_code export_out_begin(struct export_out *o, const char *path, struct err *err) MUSTCHECK;
/* A row, as store_export gives it. */
enum err_code export_out_row(struct export_out *o, const char *const *values,
                             struct err *err) MUSTCHECK;
/* Everything is written: on the disk, and under its name. */
enum err_code export_out_end(struct export_out *o, struct err *err) MUSTCHECK;
/* Let go; without export_out_end no file remains. */
void export_out_deinit(struct export_out *o);

/* The place of a column; SIZE_MAX = none. */
size_t export_out_column(const struct export_out *o, const char *name);
