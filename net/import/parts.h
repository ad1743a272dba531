/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of net/import share. */

#include "core/buf.h"
#include "core/csv.h"
#include "core/person.h"
#include "net/import/import.h"

struct import {
    struct import_options options;
    enum import_format format; /* IMPORT_ANY until it is known */
    int64_t id;
    struct import_counts counts;
    uint64_t last_bad_line; /* a row has several faults and counts once */
    struct buf head;        /* bytes before the format is known */
    struct buf header;      /* of CSV, as it came, until the first bad row */
    bool header_given;

    /* CSV */
    struct csv_reader *csv;
    int columns[CSV_COLUMNS_MAX]; /* column of the record at each place of a row */
    size_t n_columns;
    bool has_header;

    /* NDJSON */
    struct buf row;
    bool row_too_long;
    uint64_t line;
};

/* Tell a fault; the row counts as bad, once. field may be "". */
void rows_tell(struct import *im, uint64_t line, const char *field, const char *rule);

/* Hand out a bad row as it came. */
enum err_code rows_reject(struct import *im, const char *row, size_t len, struct err *err);

/* Set a column of the record from the text of a row; tells what is wrong with it, false then. */
bool rows_set(struct import *im, uint64_t line, struct record *r, enum record_column column,
              const char *text, size_t len);

/* Check the record as a whole and stage it. *ret_good: it was; else its faults were told. */
enum err_code rows_stage(struct import *im, struct store *st, uint64_t line, struct record *r,
                         bool *ret_good, struct err *err) MUSTCHECK;

/* The formats: take bytes up to the end of one row, like import_feed; finish after the last. */
enum err_code csv_rows_feed(struct import *im, struct store *st, const char *bytes, size_t len,
                            size_t *ret_used, struct err *err) MUSTCHECK;
enum err_code csv_rows_finish(struct import *im, struct store *st, struct err *err) MUSTCHECK;
enum err_code json_rows_feed(struct import *im, struct store *st, const char *bytes, size_t len,
                             size_t *ret_used, struct err *err) MUSTCHECK;
enum err_code json_rows_finish(struct import *im, struct store *st, struct err *err) MUSTCHECK;
