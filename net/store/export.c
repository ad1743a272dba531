/* SPDX-License-Identifier: Apache-2.0 */
/* What an operator takes out. A kind is a statement and a table of its columns; the value of a
 * column stands in the statement's column of the same place, plain or sealed. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/time_text.h"
#include "net/store/internal.h"
#include "net/store/record_seal.h"
#include "net/store/seal.h"
#include "net/store/store_export.h"

/* table and group: the value is sealed there, under the id in the statement's column `id`. */
struct column {
    const char *name;
    enum store_export_kind kind;
    const char *table;
    const char *group;
    int id;
};

/* clang-format off */
static const struct column calls[] = {
    {"offer_id",       STORE_EXPORT_INT,  NULL, NULL, 0},
    {"person_id",      STORE_EXPORT_INT,  NULL, NULL, 0},
    {"agent",          STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"region",         STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"queue",          STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"kind",           STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"language",       STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"offer_state",    STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"offered_at",     STORE_EXPORT_TIME, NULL, NULL, 0},
    {"accepted_at",    STORE_EXPORT_TIME, NULL, NULL, 0},
    {"offer_ended_at", STORE_EXPORT_TIME, NULL, NULL, 0},
    {"offer_ended_by", STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"skip_reason",    STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"call_id",        STORE_EXPORT_INT,  NULL, NULL, 0},
    {"phone",          STORE_EXPORT_TEXT, "call", "phone", 13},
    {"sip_call_id",    STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"permitted_at",   STORE_EXPORT_TIME, NULL, NULL, 0},
    {"rang_at",        STORE_EXPORT_TIME, NULL, NULL, 0},
    {"answered_at",    STORE_EXPORT_TIME, NULL, NULL, 0},
    {"ended_at",       STORE_EXPORT_TIME, NULL, NULL, 0},
    {"end",            STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"seq",            STORE_EXPORT_INT,  NULL, NULL, 0},
    {"event_at",       STORE_EXPORT_TIME, NULL, NULL, 0},
    {"event",          STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"event_end",      STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"sip_status",     STORE_EXPORT_INT,  NULL, NULL, 0},
    {"sip_text",       STORE_EXPORT_TEXT, "call_event", "text", 13},
};
static const struct column answers[] = {
    {"offer_id",   STORE_EXPORT_INT,  NULL, NULL, 0},
    {"person_id",  STORE_EXPORT_INT,  NULL, NULL, 0},
    {"agent",      STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"region",     STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"version",    STORE_EXPORT_INT,  NULL, NULL, 0},
    {"status",     STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"updated_at", STORE_EXPORT_TIME, NULL, NULL, 0},
    {"response",   STORE_EXPORT_JSON, "response", "body", 0},
};
static const struct column late_drafts[] = {
    {"offer_id",     STORE_EXPORT_INT,  NULL, NULL, 0},
    {"person_id",    STORE_EXPORT_INT,  NULL, NULL, 0},
    {"agent",        STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"region",       STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"fence",        STORE_EXPORT_INT,  NULL, NULL, 0},
    {"base_version", STORE_EXPORT_INT,  NULL, NULL, 0},
    {"status",       STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"received_at",  STORE_EXPORT_TIME, NULL, NULL, 0},
    {"response",     STORE_EXPORT_JSON, "late_draft", "body", 0},
};
static const struct column wrapups[] = {
    {"offer_id",     STORE_EXPORT_INT,  NULL, NULL, 0},
    {"person_id",    STORE_EXPORT_INT,  NULL, NULL, 0},
    {"agent",        STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"region",       STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"revision",     STORE_EXPORT_INT,  NULL, NULL, 0},
    {"code",         STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"late",         STORE_EXPORT_INT,  NULL, NULL, 0},
    {"chosen_at",    STORE_EXPORT_TIME, NULL, NULL, 0},
    {"received_at",  STORE_EXPORT_TIME, NULL, NULL, 0},
    {"person_state", STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"due_at",       STORE_EXPORT_TIME, NULL, NULL, 0},
    {"note",         STORE_EXPORT_TEXT, "wrapup", "note", 0},
};
static const struct column data_quality[] = {
    {"person_id",  STORE_EXPORT_INT,  NULL, NULL, 0},
    {"offer_id",   STORE_EXPORT_INT,  NULL, NULL, 0},
    {"agent",      STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"region",     STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"service_id", STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"number",     STORE_EXPORT_INT,  NULL, NULL, 0},
    {"phone",      STORE_EXPORT_TEXT, "call", "phone", 10},
    {"end",        STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"code",       STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"at",         STORE_EXPORT_TIME, NULL, NULL, 0},
};
static const struct column audit[] = {
    {"seq",       STORE_EXPORT_INT,  NULL, NULL, 0},
    {"at",        STORE_EXPORT_TIME, NULL, NULL, 0},
    {"agent",     STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"action",    STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"subject",   STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"person_id", STORE_EXPORT_INT,  NULL, NULL, 0},
    {"offer_id",  STORE_EXPORT_INT,  NULL, NULL, 0},
    {"call_id",   STORE_EXPORT_INT,  NULL, NULL, 0},
};
/* After the columns of the record; the statement has the sealed groups in columns 0 to 3. */
static const struct column people[] = {
    {"person_id",   STORE_EXPORT_INT,  NULL, NULL, 0},
    {"state",       STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"due_at",      STORE_EXPORT_TIME, NULL, NULL, 0},
    {"attempts",    STORE_EXPORT_INT,  NULL, NULL, 0},
    {"not_reached", STORE_EXPORT_INT,  NULL, NULL, 0},
    {"updated_at",  STORE_EXPORT_TIME, NULL, NULL, 0},
};
/* clang-format on */

#define ROWS(t) t, sizeof(t) / sizeof((t)[0])
/* clang-format off */
static const struct export
{
    const char *name;
    enum sql_id sql;
    const struct column *columns;
    size_t n;
    size_t n_before; /* columns of the record, before those of the table */
    int first;       /* the statement's column of columns[0] */
}
exports[] = {
    [STORE_EXPORT_PEOPLE] = {"people",       SQL_EXPORT_PEOPLE,       ROWS(people),       RECORD_COLUMN_COUNT, 8},
    [STORE_EXPORT_CALLS] = {"calls",        SQL_EXPORT_CALLS,        ROWS(calls),        0,                   0},
    [STORE_EXPORT_ANSWERS] = {"answers",      SQL_EXPORT_ANSWERS,      ROWS(answers),      0,                   0},
    [STORE_EXPORT_LATE_DRAFTS] = {"late-drafts",  SQL_EXPORT_LATE_DRAFTS,  ROWS(late_drafts),  0,                   0},
    [STORE_EXPORT_WRAPUPS] = {"wrapups",      SQL_EXPORT_WRAPUPS,      ROWS(wrapups),      0,                   0},
    [STORE_EXPORT_DATA_QUALITY] = {"data-quality", SQL_EXPORT_DATA_QUALITY, ROWS(data_quality), 0,                   0},
    [STORE_EXPORT_AUDIT] = {"audit",        SQL_EXPORT_AUDIT,        ROWS(audit),        0,                   0},
};
/* clang-format on */
_Static_assert(sizeof exports / sizeof exports[0] == STORE_EXPORT_COUNT, "one row a kind");
_Static_assert(sizeof calls / sizeof calls[0] <= STORE_EXPORT_COLUMNS_MAX, "they fit");
_Static_assert(sizeof people / sizeof people[0] + RECORD_COLUMN_COUNT <= STORE_EXPORT_COLUMNS_MAX,
               "they fit");

const char *store_export_name(enum store_export what)
{
    return exports[what].name;
}

bool store_export_by_name(const char *name, enum store_export *ret)
{
    for (unsigned i = 0; i < STORE_EXPORT_COUNT; i++) {
        if (strcmp(exports[i].name, name) == 0) {
            *ret = (enum store_export)i;
            return true;
        }
    }
    return false;
}

size_t store_export_columns(enum store_export what,
                            struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX])
{
    const struct export *e = &exports[what];
    for (size_t i = 0; i < e->n_before; i++) {
        columns[i].name = record_field((enum record_column)i)->name;
        columns[i].kind = i == RECORD_TICKET_AT ? STORE_EXPORT_TIME : STORE_EXPORT_TEXT;
    }
    for (size_t i = 0; i < e->n; i++) {
        columns[e->n_before + i].name = e->columns[i].name;
        columns[e->n_before + i].kind = e->columns[i].kind;
    }
    return e->n_before + e->n;
}

/* The texts of one row, one after the other in one buffer; offset SIZE_MAX = none. */
struct row {
    struct buf text;
    size_t offsets[STORE_EXPORT_COLUMNS_MAX];
    const char *values[STORE_EXPORT_COLUMNS_MAX];
};

static void row_wipe(struct row *row)
{
    buf_free(&row->text);
}

static enum err_code put_column(struct store *st, struct sql_rows *q, int at,
                                const struct column *column, struct buf *out, struct err *err)
{
    if (column->table) {
        struct seal_place place = {column->table, column->group, sql_col_int(q, column->id)};
        size_t len;
        const void *blob = sql_col_blob(q, at, &len);
        return unseal(st->keys, &place, blob, len, out, err);
    }
    if (column->kind == STORE_EXPORT_TIME) {
        char time[TIME_TEXT_SIZE];
        time_text_print(sql_col_int(q, at), time);
        buf_str(out, time);
    } else if (column->kind == STORE_EXPORT_INT) {
        buf_printf(out, "%" PRId64, sql_col_int(q, at));
    } else {
        size_t len;
        const void *text = sql_col_blob(q, at, &len);
        buf_add(out, text, len);
    }
    return ERR_OK;
}

/* The columns of the record: opened from the first four, and language, region, kind, ticket_at. */
static enum err_code put_record(struct store *st, struct sql_rows *q, struct row *row,
                                struct err *err)
{
    char region[8];
    char kind[16];
    struct record r = {.ticket_at_utc_s = sql_col_int(q, 7)};
    int64_t id = sql_col_int(q, 8);
    enum err_code code = ERR_OK;
    for (unsigned i = 0; !code && i < RECORD_GROUP_COUNT; i++) {
        size_t len;
        const void *blob = sql_col_blob(q, (int)i, &len);
        code = record_unseal(st->keys, (enum record_group)i, id, blob, len, &r, err);
    }
    sql_col_text(q, 4, r.language, sizeof r.language);
    sql_col_text(q, 5, region, sizeof region);
    sql_col_text(q, 6, kind, sizeof kind);
    if (!code && (!region_by_name(region, strlen(region), &r.region) ||
                  !person_kind_by_name(kind, strlen(kind), &r.kind))) {
        code = err_set(err, ERR_STORE, "a person in the database is broken");
    }
    r.set |=
        1u << RECORD_TICKET_AT | 1u << RECORD_LANGUAGE | 1u << RECORD_REGION | 1u << RECORD_KIND;
    for (unsigned i = 0; !code && i < RECORD_COLUMN_COUNT; i++) {
        row->offsets[i] = r.set & 1u << i ? row->text.len : SIZE_MAX;
        record_get_field(&r, (enum record_column)i, &row->text);
        buf_char(&row->text, '\0');
    }
    record_wipe(&r);
    return code;
}

static enum err_code fill_row(struct store *st, const struct export *e, struct sql_rows *q,
                              struct row *row, struct err *err)
{
    enum err_code code = e->n_before ? put_record(st, q, row, err) : ERR_OK;
    for (size_t i = 0; !code && i < e->n; i++) {
        int at = e->first + (int)i;
        size_t *offset = &row->offsets[e->n_before + i];
        *offset = SIZE_MAX;
        if (!sql_col_is_null(q, at)) {
            *offset = row->text.len;
            code = put_column(st, q, at, &e->columns[i], &row->text, err);
            buf_char(&row->text, '\0');
        }
    }
    if (!code && row->text.failed) {
        code = err_set(err, ERR_NOMEM, NULL);
    }
    return code;
}

enum err_code store_export(struct store *st, enum store_export what, const enum region *region,
                           store_export_fn *fn, void *arg, struct err *err)
{
    const struct export *e = &exports[what];
    size_t n = e->n_before + e->n;
    CLEANUP(row_wipe) struct row row = {.text = {0}};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, e->sql, &q, err, sql_text(region ? region_name(*region) : NULL));
    bool more = true;
    while (!code && !(code = sql_next(st, q, &more, err)) && more) {
        buf_clear(&row.text);
        code = fill_row(st, e, q, &row, err);
        for (size_t i = 0; !code && i < n; i++) {
            row.values[i] = row.offsets[i] == SIZE_MAX ? NULL : row.text.data + row.offsets[i];
        }
        code = code ? code : fn(arg, row.values, n, err);
    }
    return code;
}
