/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* CSV as in RFC 4180: an incremental reader, and a writer.
 *
 * The reader takes bytes as they come and gives a row at a time; it keeps one row in memory. The
 * first comma or semicolon of the header decides what separates. Lines end with LF or CRLF; a BOM
 * is skipped, empty lines too. A row that is broken or too large costs one error and the reader
 * goes on with the next row, so that an import can report all of them:
 *
 *     while (used < len) {
 *         const struct csv_row *row = NULL;
 *         size_t n;
 *         enum err_code code = csv_feed(r, bytes + used, len - used, &n, &row, &err);
 *         used += n;
 *         if (code && csv_is_dead(r)) …give up
 *         else if (code)              …a bad row: csv_raw gives its text
 *         else if (row)               …a row; the first one is the header
 *     }
 *     csv_finish(…) for a last row without line end
 *
 * Sentences read "line 3, column 2: rule" and never hold the content. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

#define CSV_FIELD_MAX (64u * 1024)
#define CSV_ROW_MAX (256u * 1024)
#define CSV_COLUMNS_MAX 64u

struct csv_field {
    const char *text; /* UTF-8, without quotes, NUL-terminated; holds no NUL */
    size_t len;
};

struct csv_row {
    const struct csv_field *fields; /* borrowed until the next feed */
    size_t n;                       /* the same in every row as in the header */
    uint64_t line;                  /* where it begins, from 1 */
};

struct csv_reader;

struct csv_reader *csv_reader_new(void); /* NULL: no memory */
struct csv_reader *csv_reader_free(struct csv_reader *r);

/* Take bytes. Stops after a row: *ret_used says how many were taken, *ret_row is the row or NULL
 * when more bytes are needed. Errors: ERR_INVALID (quotes, not UTF-8, NUL, number of fields),
 * ERR_TOO_LARGE (field, row, columns): this row is lost, feed on; with a broken header, with UTF-16
 * (ERR_MEDIA_TYPE) or without memory (ERR_NOMEM) the reader is dead. *ret_row is NULL then;
 * err->field is the name of the column when there is one. *ret_used is always set. */
enum err_code csv_feed(struct csv_reader *r, const char *bytes, size_t len, size_t *ret_used,
                       const struct csv_row **ret_row, struct err *err) MUSTCHECK;

/* The input has ended: gives the last row when it had no line end, else *ret_row = NULL.
 * Further errors: a quote still open; nothing at all, not even a header. */
enum err_code csv_finish(struct csv_reader *r, const struct csv_row **ret_row,
                         struct err *err) MUSTCHECK;

bool csv_is_dead(const struct csv_reader *r);

/* The bytes of the last row, good or bad, as they came, without the line end; cut at CSV_ROW_MAX.
 * Borrowed until the next feed. */
const char *csv_raw(const struct csv_reader *r, size_t *ret_len);

/* Where the last fault was: line from 1, column from 1 (0 = the row as a whole). */
uint64_t csv_fault_line(const struct csv_reader *r);
size_t csv_fault_column(const struct csv_reader *r);
/* And its rule, without the place: "There is text after the closing quote." */
const char *csv_fault_rule(const struct csv_reader *r);

/* Writer: rows end with CRLF, fields are quoted when they must be.
 *
 * Spreadsheets run a cell that begins with = + - @ TAB or CR as a formula. Such a field gets an
 * apostrophe before it, unless it is a sign followed by digits only (a telephone number, a negative
 * number), so that an export can be imported again. */
struct csv_writer {
    struct buf *out; /* borrowed; check out->failed at the end */
    char separator;  /* ',' or ';' */
    bool begun;      /* a field of this row was written */
};

void csv_put(struct csv_writer *w, const char *text, size_t len);
void csv_put_str(struct csv_writer *w, const char *text); /* NUL-terminated; NULL = empty */
void csv_put_int(struct csv_writer *w, int64_t value);
void csv_end_row(struct csv_writer *w);
