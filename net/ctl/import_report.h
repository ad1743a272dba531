/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What an import tells about bad rows: on the standard error by line, column and rule, and, when
 * they are skipped, as they came in a file of their own. */

#include "net/ctl/progress.h"
#include "net/import/import.h"

struct import_report {
    const char *path; /* of the input, as it was named */
    char *bad_path;   /* free(3); NULL = bad rows are not kept */
    int bad_fd;       /* -1 = none */
    uint64_t n_kept;  /* rows in it */
    uint64_t n_told;  /* faults */
    struct progress progress;
};

/* Make the file for the bad rows (0600): path or, when it is NULL, the input's with ".bad" after
 * it ("import.bad" for the standard input). Never one that is there already, also not through a
 * link. ERR_CONFLICT, ERR_IO. */
enum err_code import_report_keep(struct import_report *r, const char *path,
                                 struct err *err) MUSTCHECK;

/* The bad rows are on the disk when this returns ERR_OK. ERR_IO. */
enum err_code import_report_sync(struct import_report *r, struct err *err) MUSTCHECK;

/* Let go. The file of bad rows stays when it holds any and the import was done. */
void import_report_close(struct import_report *r, bool done);

/* For struct import_options; arg is the report. */
void import_report_fault(void *arg, const struct import_fault *fault);
enum err_code import_report_reject(void *arg, const char *header, size_t header_len,
                                   const char *row, size_t len, struct err *err);
