/* SPDX-License-Identifier: Apache-2.0 */
/* Listings: one statement and one row of columns each. */

#include "net/store/store_listing.h"

#include "net/store/internal.h"

static const struct {
    enum sql_id id;
    struct store_column columns[STORE_LISTING_COLUMNS + 1];
} listings[] = {
  /* clang-format off */
    [STORE_LIST_SERVICES] = {SQL_LIST_SERVICES, {
        {"service_id", STORE_CELL_TEXT}, {"version", STORE_CELL_NUMBER},
        {"versions", STORE_CELL_NUMBER}, {"loaded_at", STORE_CELL_TIME}}},
    [STORE_LIST_SCRIPTS] = {SQL_LIST_SCRIPTS, {
        {"script_id", STORE_CELL_TEXT}, {"version", STORE_CELL_TEXT},
        {"versions", STORE_CELL_NUMBER}, {"loaded_at", STORE_CELL_TIME}}},
    [STORE_LIST_IMPORTS] = {SQL_LIST_IMPORTS, {
        {"import_id", STORE_CELL_ID}, {"service_id", STORE_CELL_TEXT},
        {"state", STORE_CELL_TEXT}, {"new", STORE_CELL_NUMBER},
        {"changed", STORE_CELL_NUMBER}, {"same", STORE_CELL_NUMBER},
        {"started_at", STORE_CELL_TIME}, {"done_at", STORE_CELL_TIME}}},
    [STORE_LIST_SESSIONS] = {SQL_LIST_SESSIONS, {
        {"login", STORE_CELL_TEXT}, {"role", STORE_CELL_TEXT}, {"region", STORE_CELL_TEXT},
        {"service_id", STORE_CELL_TEXT}, {"state", STORE_CELL_TEXT},
        {"since", STORE_CELL_TIME}, {"expires_at", STORE_CELL_TIME}}},
    [STORE_LIST_UNRESOLVED] = {SQL_LIST_UNRESOLVED, {
        {"person_id", STORE_CELL_ID}, {"region", STORE_CELL_TEXT},
        {"service_id", STORE_CELL_TEXT}, {"kind", STORE_CELL_TEXT},
        {"language", STORE_CELL_TEXT}, {"since", STORE_CELL_TIME}}},
    [STORE_LIST_ALARMS] = {SQL_LIST_ALARMS, {
        {"alarm_id", STORE_CELL_ID}, {"kind", STORE_CELL_TEXT}, {"state", STORE_CELL_TEXT},
        {"region", STORE_CELL_TEXT}, {"person_id", STORE_CELL_ID},
        {"callback_id", STORE_CELL_ID}, {"raised_at", STORE_CELL_TIME},
        {"times", STORE_CELL_NUMBER}}},
    [STORE_LIST_OUTBOX] = {SQL_LIST_OUTBOX, {
        {"offer_id", STORE_CELL_ID}, {"region", STORE_CELL_TEXT}, {"state", STORE_CELL_TEXT},
        {"since", STORE_CELL_TIME}, {"tries", STORE_CELL_NUMBER}, {"due_at", STORE_CELL_TIME},
        {"status", STORE_CELL_NUMBER}, {"fault", STORE_CELL_TEXT}}},
    [STORE_LIST_DATA_QUALITY] = {SQL_LIST_DATA_QUALITY, {
        {"person_id", STORE_CELL_ID}, {"region", STORE_CELL_TEXT}, {"service_id", STORE_CELL_TEXT},
        {"number", STORE_CELL_NUMBER}, {"code", STORE_CELL_TEXT}, {"offer_id", STORE_CELL_ID},
        {"at", STORE_CELL_TIME}}},
  /* clang-format on */
};
_Static_assert(sizeof listings / sizeof listings[0] == STORE_LISTING_COUNT, "one row a listing");

const struct store_column *store_listing_columns(enum store_listing which)
{
    return listings[which].columns;
}

static void take(struct sql_rows *q, const struct store_column *columns, struct store_cell *cells)
{
    for (int i = 0; columns[i].name; i++) {
        cells[i].number = sql_col_int(q, i);
        sql_col_text(q, i, cells[i].text, sizeof cells[i].text);
    }
}

enum err_code store_list(struct store *st, enum store_listing which, store_listing_fn *fn,
                         void *arg, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    struct store_cell cells[STORE_LISTING_COLUMNS];
    enum err_code code = sql_each_args(st, listings[which].id, NULL, 0, &q, err);
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        take(q, listings[which].columns, cells);
        if (!fn(arg, cells)) {
            break;
        }
    }
    return code;
}
