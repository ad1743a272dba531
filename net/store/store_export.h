/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What an operator takes out: rows of opened values, one table of columns a kind.
 * The caller writes it to the audit log first. */

#include "net/store/store.h"

enum store_export {
    STORE_EXPORT_PEOPLE,      /* columns as in an import, and where each stands */
    STORE_EXPORT_CALLS,       /* every offer, its call and each event of it */
    STORE_EXPORT_ANSWERS,     /* the newest answers of each offer */
    STORE_EXPORT_LATE_DRAFTS, /* answers that came with a stale fence */
    STORE_EXPORT_WRAPUPS,
    STORE_EXPORT_DATA_QUALITY, /* numbers that were found wrong */
    STORE_EXPORT_AUDIT,
};
#define STORE_EXPORT_COUNT (STORE_EXPORT_AUDIT + 1)

enum store_export_kind {
    STORE_EXPORT_TEXT,
    STORE_EXPORT_INT,
    STORE_EXPORT_TIME, /* the value is RFC 3339 text */
    STORE_EXPORT_JSON, /* the value is JSON text */
};

struct store_export_column {
    const char *name;
    enum store_export_kind kind;
};

#define STORE_EXPORT_COLUMNS_MAX 32

/* "people", "late-drafts". False leaves *ret. */
const char *store_export_name(enum store_export what);
bool store_export_by_name(const char *name, enum store_export *ret);

/* The columns: fills columns[] and returns how many. */
size_t store_export_columns(enum store_export what,
                            struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX]);

/* A value as text: NUL-terminated, NULL = none. Borrowed for the call. */
typedef enum err_code store_export_fn(void *arg, const char *const *values, size_t n,
                                      struct err *err);

/* Each row of one region, or of all (region NULL), in the order of ids. */
enum err_code store_export(struct store *st, enum store_export what, const enum region *region,
                           store_export_fn *fn, void *arg, struct err *err) MUSTCHECK;
