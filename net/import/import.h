/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* People from a stream of bytes, as they come: UTF-8 CSV (RFC 4180, comma or semicolon, a header)
 * or NDJSON (one JSON object a line), staged row by row into a run of net/store/store_import.h.
 * One row is in memory at a time.
 *
 *     import_clear until nothing is left; import_begin; import_feed as bytes come, import_finish at
 *     their end; import_decide; then store_import_promote until nothing is left
 *
 * The caller puts each call into a transaction (one or many, as short as others wish), in any
 * thread, one at a time, and holds import_lock from import_clear on. Column names in CSV and field
 * names in JSON are those of core/person.h. A bad row is told by line, field and rule, never by its
 * value; others follow. An error of a function here, on the other hand, ends the import: roll the
 * transaction back, free, and clear. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "net/store/store_import.h"

struct import;

enum import_format {
    IMPORT_ANY, /* found out from the first byte: '{' begins NDJSON */
    IMPORT_CSV,
    IMPORT_NDJSON,
};
/* "csv", "ndjson"; false leaves *ret. */
bool import_format_by_name(const char *name, enum import_format *ret);

/* What is wrong with a row. Borrowed for the call that tells it. */
struct import_fault {
    uint64_t line;     /* from 1; of the row, or inside a row of several lines */
    const char *field; /* a column's name; "" = the row as a whole */
    const char *rule;  /* a sentence, marked for gettext */
};

struct import_options {
    enum import_format format;
    bool niss_warn; /* a NISS with a wrong date or check digits is kept and flagged */
    bool skip_bad;  /* import the good rows, whatever the others are */
    void (*fault)(void *arg, const struct import_fault *fault);
    /* Each bad row as it came, without line end, and before the first one the header of CSV (in
     * `header`, else NULL). A row over IMPORT_ROW_MAX is not given: it was not kept. NULL allowed.
     */
    enum err_code (*reject)(void *arg, const char *header, size_t header_len, const char *row,
                            size_t len, struct err *err);
    void *arg;
};

#define IMPORT_ROW_MAX ((size_t)256 * 1024)

struct import_counts {
    uint64_t n_rows; /* good and bad */
    uint64_t n_bad;
    uint64_t n_doubtful; /* with niss_warn */
    struct store_import_figures figures;
};

/* The one importer of a data directory, across processes: *ret_fd is the lock, close it when done;
 * it ends with the process, too. ERR_UNAVAILABLE: somebody else has it. ERR_IO. */
enum err_code import_lock(const char *dir, int *ret_fd, struct err *err) MUSTCHECK;

/* Take a step towards a clean table, of at most limit rows: finish what was decided and cut, forget
 * what never was. *ret_left: call again. */
enum err_code import_clear(struct store *st, int64_t limit, int64_t now_utc_s, bool *ret_left,
                           struct err *err) MUSTCHECK;

/* NULL: no memory. The options are copied. */
struct import *import_new(const struct import_options *options);
struct import *import_free(struct import *im);

/* service: its id; NULL = the only one. ERR_NOT_FOUND (field "service"). */
enum err_code import_begin(struct import *im, struct store *st, const char *service,
                           int64_t now_utc_s, struct err *err) MUSTCHECK;

/* Take bytes until max_rows rows were read. *ret_used: how many bytes were taken, set on success.
 * Errors: what makes going on senseless: a header that is none (ERR_INVALID), UTF-16 or a JSON list
 * (ERR_MEDIA_TYPE), the store, what `reject` returned. */
enum err_code import_feed(struct import *im, struct store *st, const char *bytes, size_t len,
                          uint64_t max_rows, size_t *ret_used, struct err *err) MUSTCHECK;
/* The last byte has come. Further errors: there was nothing, not even a header. */
enum err_code import_finish(struct import *im, struct store *st, struct err *err) MUSTCHECK;

/* Now or never: the run counts with the commit of this transaction, and stands in the audit log.
 * agent_id: who did it, 0 = whoever may use the machine. ERR_INVALID with bad rows, unless
 * skip_bad: nothing happens then. */
enum err_code import_decide(struct import *im, struct store *st, int64_t agent_id,
                            int64_t now_utc_s, struct err *err) MUSTCHECK;

/* 0 before import_begin. */
int64_t import_id(const struct import *im);
struct import_counts import_counts(const struct import *im);
