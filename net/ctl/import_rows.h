/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The rows of an import: read, validated, staged in short transactions. What is wrong is told on
 * the standard error by line, column and rule, never by value. */

#include "core/csv.h"
#include "net/ctl/ctl.h"
#include "net/store/store_import.h"

/* Rows a transaction: agents wait no longer than one of them. */
#define IMPORT_BATCH 200

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

/* Read all of fd and stage its rows. Bad rows are told and counted in n_bad; an error is what makes
 * going on senseless. A batch may be open then: roll it back. */
enum err_code import_read(struct import *im, int fd, struct err *err) MUSTCHECK;
