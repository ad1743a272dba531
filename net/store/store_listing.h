/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What an operator may list: tables of few columns, without a word about a person. */

#include "net/store/store.h"

enum store_listing {
    STORE_LIST_SERVICES,
    STORE_LIST_SCRIPTS,
    STORE_LIST_IMPORTS,
    STORE_LIST_SESSIONS,
    STORE_LIST_UNRESOLVED,
    STORE_LIST_ALARMS,
    STORE_LIST_OUTBOX,
    STORE_LIST_DATA_QUALITY,
};
#define STORE_LISTING_COUNT (STORE_LIST_DATA_QUALITY + 1)
#define STORE_LISTING_COLUMNS 8

enum store_cell_kind {
    STORE_CELL_TEXT,
    STORE_CELL_ID, /* a number, told as text: ids are opaque outside */
    STORE_CELL_NUMBER,
    STORE_CELL_TIME, /* UTC seconds; 0 = none */
};

struct store_column {
    const char *name; /* NULL ends the columns */
    enum store_cell_kind kind;
};
/* The columns of a listing, in order. */
const struct store_column *store_listing_columns(enum store_listing which);

struct store_cell {
    char text[128];
    int64_t number;
};
/* False: no more. */
typedef bool store_listing_fn(void *arg, const struct store_cell *cells);

enum err_code store_list(struct store *st, enum store_listing which, store_listing_fn *fn,
                         void *arg, struct err *err) MUSTCHECK;
