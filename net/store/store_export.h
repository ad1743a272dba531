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
    STORE_EXPORT_FIELD_VISITS,   /* people who were not reached; once each */
    STORE_EXPORT_COLLECTIVITIES, /* for the hygiene cell; once each */
    STORE_EXPORT_NO_NUMBER,      /* contacts who were named without a number to call; once each */
    STORE_EXPORT_SMS,            /* who waits and is flagged by overload; once each */
};
#define STORE_EXPORT_COUNT (STORE_EXPORT_SMS + 1)

enum store_export_kind {
    STORE_EXPORT_TEXT,
    STORE_EXPORT_INT,
    STORE_EXPORT_TIME, /* the value is RFC 3339 text */
    STORE_EXPORT_JSON, /* the value is JSON text */
    STORE_EXPORT_HEX,  /* the value is text of hex digits */
};

struct store_export_column {
    const char *name;
    enum store_export_kind kind;
};

#define STORE_EXPORT_COLUMNS_MAX 40

/* "people", "late-drafts". False leaves *ret. */
const char *store_export_name(enum store_export what);
bool store_export_by_name(const char *name, enum store_export *ret);

/* The columns: fills columns[] and returns how many. */
size_t store_export_columns(enum store_export what,
                            struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX]);

/* The columns that are written when none are chosen, "a,b,c"; NULL = all. */
const char *store_export_standard(enum store_export what);

/* Of a list that hands each entry out once, the column with the entry's id; NULL: no such list. */
const char *store_export_entry(enum store_export what);

/* A value as text: NUL-terminated, NULL = none. Borrowed for the call. */
typedef enum err_code store_export_fn(void *arg, const char *const *values, size_t n,
                                      struct err *err);

/* Each row of one region, or of all (region NULL), in the order of ids: as the database is at one
 * instant (of the list for SMS: one of each service and region). */
enum err_code store_export(struct store *st, enum store_export what, const enum region *region,
                           store_export_fn *fn, void *arg, struct err *err) MUSTCHECK;

/* The same; of a list only those that were not handed out yet as they are now, unless `again`. What
 * the wrong person told stands in a list only when it was handed out before, with a value in the
 * column STORE_EXPORT_WITHDRAWN. */
#define STORE_EXPORT_WITHDRAWN "withdrawn_at"
enum err_code store_export_list(struct store *st, enum store_export what, const enum region *region,
                                bool again, store_export_fn *fn, void *arg,
                                struct err *err) MUSTCHECK;

/* A list is handed out: begin before it is read, mark each of its entries once the file is safe.
 * Inside a transaction. */
enum err_code store_list_export_begin(struct store *st, enum store_export what,
                                      const enum region *region, const char *account,
                                      int64_t now_utc_s, int64_t *ret_id,
                                      struct err *err) MUSTCHECK;
/* withdrawn: it was handed out as one to be disregarded (STORE_EXPORT_WITHDRAWN had a value). A
 * mark that says the same stays. */
enum err_code store_list_mark(struct store *st, enum store_export what, int64_t entry_id,
                              bool withdrawn, int64_t list_export_id, struct err *err) MUSTCHECK;
