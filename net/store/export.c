/* SPDX-License-Identifier: Apache-2.0 */
/* What an operator takes out. A kind is a statement and a table of its columns; the value of a
 * column stands in the statement's column of the same place, plain or sealed. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/time_text.h"
#include "net/store/internal.h"
#include "net/store/record_seal.h"
#include "net/store/seal.h"
#include "net/store/store_export.h"
#include "net/store/store_listing.h"
#include "net/store/store_overload.h"

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
    {"role",           STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"target_kind",    STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"target",         STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"transfer_phone", STORE_EXPORT_TEXT, "call", "transfer", 13},
    {"after_offer_id", STORE_EXPORT_INT,  NULL, NULL, 0},
    {"party_relation", STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"party_name",     STORE_EXPORT_TEXT, "offer", "party_name", 0},
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
    {"resource_id", STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"agent_id",   STORE_EXPORT_INT,  NULL, NULL, 0},
    {"subject",    STORE_EXPORT_HEX,  NULL, NULL, 0},
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
/* After the texts of the entry; the statement has it sealed in column 0, its id in 1. */
static const struct column collectivities[] = {
    {"collectivity_id", STORE_EXPORT_INT,  NULL, NULL, 0},
    {"kind",            STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"region",          STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"service_id",      STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"person_id",       STORE_EXPORT_INT,  NULL, NULL, 0},
    {"offer_id",        STORE_EXPORT_INT,  NULL, NULL, 0},
    {"told_at",         STORE_EXPORT_TIME, NULL, NULL, 0},
    {"exported_at",     STORE_EXPORT_TIME, NULL, NULL, 0},
    {"withdrawn_at",    STORE_EXPORT_TIME, NULL, NULL, 0},
};
static const struct column no_number[] = {
    {"named_contact_id", STORE_EXPORT_INT,  NULL, NULL, 0},
    {"region",           STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"service_id",       STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"index_person_id",  STORE_EXPORT_INT,  NULL, NULL, 0},
    {"offer_id",         STORE_EXPORT_INT,  NULL, NULL, 0},
    {"told_at",          STORE_EXPORT_TIME, NULL, NULL, 0},
    {"exported_at",      STORE_EXPORT_TIME, NULL, NULL, 0},
    {"withdrawn_at",     STORE_EXPORT_TIME, NULL, NULL, 0},
};
/* After the columns of the record; the statement has the sealed groups in columns 0 to 3. */
static const struct column visits[] = {
    {"person_id",   STORE_EXPORT_INT,  NULL, NULL, 0},
    {"attempts",    STORE_EXPORT_INT,  NULL, NULL, 0},
    {"since",       STORE_EXPORT_TIME, NULL, NULL, 0},
    {"exported_at", STORE_EXPORT_TIME, NULL, NULL, 0},
};
static const struct column people[] = {
    {"person_id",   STORE_EXPORT_INT,  NULL, NULL, 0},
    {"state",       STORE_EXPORT_TEXT, NULL, NULL, 0},
    {"due_at",      STORE_EXPORT_TIME, NULL, NULL, 0},
    {"attempts",    STORE_EXPORT_INT,  NULL, NULL, 0},
    {"not_reached", STORE_EXPORT_INT,  NULL, NULL, 0},
    {"updated_at",  STORE_EXPORT_TIME, NULL, NULL, 0},
    {"withdrawn_at", STORE_EXPORT_TIME, NULL, NULL, 0},
};
/* clang-format on */

/* What stands before the columns of the table, opened from sealed bytes: a record, or the texts of
 * an entry (collectivity.c, named.c), each closed by a NUL. */
enum before { NOTHING, OF_RECORD, OF_COLLECTIVITY, OF_NAMED_CONTACT };
static const struct {
    const char *table; /* of the entry */
    const char *texts[10];
    size_t n;
} befores[] = {
    [OF_RECORD] = {NULL,            {NULL},                                             RECORD_COLUMN_COUNT},
    [OF_COLLECTIVITY] = {"collectivity",  {"name", "place", "role", "last_day", "note"},      5                  },
    [OF_NAMED_CONTACT] = {"named_contact",
                   {"given_name", "family_name", "birth_date", "niss", "language",
                           "relation", "last_contact_date", "risk", "note", "numbers"},
                   10                                                                                      },
};

#define ROWS(t) t, sizeof(t) / sizeof((t)[0])
#define VISIT                                                                                      \
    "sciensano_request_ticket,given_name,family_name,birth_date,municipality,phone,"               \
    "phone_2,phone_3,phone_4,language,region,kind,attempts,since,exported_at"
static const struct export
{
    const char *name;
    enum sql_id sql;
    const struct column *columns;
    size_t n;
    enum before before;
    int first;            /* the statement's column of columns[0] */
    const char *entry;    /* a list that hands each out once: the column of its id */
    const char *standard; /* columns without a choice; NULL = all */
}
/* clang-format off */
exports[] = {
    [STORE_EXPORT_PEOPLE] = {"people", SQL_EXPORT_PEOPLE, ROWS(people), OF_RECORD, 9, NULL, NULL},
    [STORE_EXPORT_CALLS] = {"calls", SQL_EXPORT_CALLS, ROWS(calls), NOTHING, 0, NULL, NULL},
    [STORE_EXPORT_ANSWERS] = {"answers", SQL_EXPORT_ANSWERS, ROWS(answers), NOTHING, 0, NULL, NULL},
    [STORE_EXPORT_LATE_DRAFTS] = {"late-drafts", SQL_EXPORT_LATE_DRAFTS, ROWS(late_drafts), NOTHING, 0, NULL, NULL},
    [STORE_EXPORT_WRAPUPS] = {"wrapups", SQL_EXPORT_WRAPUPS, ROWS(wrapups), NOTHING, 0, NULL, NULL},
    [STORE_EXPORT_AUDIT] = {"audit", SQL_EXPORT_AUDIT, ROWS(audit), NOTHING, 0, NULL, NULL},
    [STORE_EXPORT_FIELD_VISITS] = {"field-visits", SQL_EXPORT_FIELD_VISITS, ROWS(visits), OF_RECORD, 9, "person_id", VISIT},
    [STORE_EXPORT_COLLECTIVITIES] = {"collectivities", SQL_EXPORT_COLLECTIVITIES, ROWS(collectivities), OF_COLLECTIVITY, 1, "collectivity_id", NULL},
    [STORE_EXPORT_NO_NUMBER] = {"contacts-without-number", SQL_EXPORT_NO_NUMBER, ROWS(no_number), OF_NAMED_CONTACT, 1, "named_contact_id", NULL},
    [STORE_EXPORT_SMS] = {"sms", SQL_EXPORT_SMS, ROWS(visits), OF_RECORD, 9, "person_id", "person_id,phone,phone_2,phone_3,phone_4,language,region,exported_at"},
    [STORE_EXPORT_DATA_QUALITY] = {"data-quality", SQL_EXPORT_DATA_QUALITY, ROWS(data_quality), NOTHING, 0, NULL, NULL},
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
    const size_t n_before = befores[e->before].n;
    for (size_t i = 0; i < n_before; i++) {
        const bool record = e->before == OF_RECORD;
        columns[i].name =
            record ? record_field((enum record_column)i)->name : befores[e->before].texts[i];
        columns[i].kind = record && i == RECORD_TICKET_AT ? STORE_EXPORT_TIME : STORE_EXPORT_TEXT;
    }
    for (size_t i = 0; i < e->n; i++) {
        columns[n_before + i].name = e->columns[i].name;
        columns[n_before + i].kind = e->columns[i].kind;
    }
    return n_before + e->n;
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
    } else if (column->kind == STORE_EXPORT_HEX) {
        size_t len;
        const unsigned char *bytes = sql_col_blob(q, at, &len);
        for (size_t i = 0; i < len; i++) {
            buf_printf(out, "%02x", bytes[i]);
        }
    } else if (column->kind == STORE_EXPORT_INT) {
        buf_printf(out, "%" PRId64, sql_col_int(q, at));
    } else {
        size_t len;
        const void *text = sql_col_blob(q, at, &len);
        buf_add(out, text, len);
    }
    return ERR_OK;
}

/* The columns of the record: opened from the first four, and language, region, kind, ticket_at,
 * queue. */
static enum err_code put_record(struct store *st, struct sql_rows *q, struct row *row,
                                struct err *err)
{
    char region[8];
    char kind[16];
    struct record r = {.ticket_at_utc_s = sql_col_int(q, 7)};
    int64_t id = sql_col_int(q, 9);
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
    sql_col_text(q, 8, r.queue, sizeof r.queue);
    r.set |= r.queue[0] ? 1u << RECORD_QUEUE : 0;
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

static enum err_code put_entry(struct store *st, const struct export *e, struct sql_rows *q,
                               struct row *row, struct err *err)
{
    const size_t n = befores[e->before].n;
    const struct seal_place place = {befores[e->before].table, "entry", sql_col_int(q, 1)};
    CLEANUP_BUF struct buf plain = {0};
    size_t len;
    const void *blob = sql_col_blob(q, 0, &len);
    enum err_code code = unseal(st->keys, &place, blob, len, &plain, err);
    const char *at = plain.data;
    const char *const end = at + plain.len;
    for (size_t i = 0; !code && i < n; i++) {
        const size_t text = at < end ? strnlen(at, (size_t)(end - at)) : 0;
        row->offsets[i] = text ? row->text.len : SIZE_MAX;
        buf_add(&row->text, at, text);
        buf_char(&row->text, '\0');
        at += text + (at < end);
    }
    return code;
}

static enum err_code fill_row(struct store *st, const struct export *e, struct sql_rows *q,
                              struct row *row, struct err *err)
{
    const size_t n_before = befores[e->before].n;
    enum err_code code = e->before == OF_RECORD     ? put_record(st, q, row, err)
                         : befores[e->before].table ? put_entry(st, e, q, row, err)
                                                    : ERR_OK;
    for (size_t i = 0; !code && i < e->n; i++) {
        int at = e->first + (int)i;
        size_t *offset = &row->offsets[n_before + i];
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

const char *store_export_standard(enum store_export what)
{
    return exports[what].standard;
}

const char *store_export_entry(enum store_export what)
{
    return exports[what].entry;
}

static enum err_code run(struct store *st, const struct export *e, const struct sql_arg *args,
                         size_t n_args, store_export_fn *fn, void *arg, struct err *err)
{
    const size_t n = befores[e->before].n + e->n;
    CLEANUP(row_wipe) struct row row = {.text = {0}};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, e->sql, args, n_args, &q, err);
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

struct ids {
    char items[STORE_SERVICES][SERVICE_ID_SIZE];
    size_t n;
};

static bool collect(void *arg, const struct store_cell *cells)
{
    struct ids *ids = arg;
    if (ids->n < STORE_SERVICES) {
        snprintf(ids->items[ids->n++], SERVICE_ID_SIZE, "%.*s", SERVICE_ID_SIZE - 1, cells[0].text);
    }
    return true;
}

static enum err_code sms_of(struct store *st, const char *service_id, enum region region,
                            bool again, store_export_fn *fn, void *arg, struct err *err)
{
    bool on = false;
    const struct service *service = NULL;
    enum err_code code = store_overload_is_on(st, service_id, region, &on, err);
    if (!code && on) {
        code = store_service(st, service_id, &service, err);
    }
    if (code || !on || !overload_flags_for_sms(on, service->overload.sms, RANK_CONTACT)) {
        return code;
    }
    const struct sql_arg args[] = {sql_text(region_name(region)), sql_text(service_id),
                                   sql_int(again)};
    return run(st, &exports[STORE_EXPORT_SMS], args, 3, fn, arg, err);
}

/* Whom overload flags, in each service and region where it is on. */
static enum err_code sms(struct store *st, const enum region *region, bool again,
                         store_export_fn *fn, void *arg, struct err *err)
{
    struct ids ids = {.n = 0};
    enum err_code code = store_list(st, STORE_LIST_SERVICES, collect, &ids, err);
    for (size_t i = 0; !code && i < ids.n; i++) {
        for (int r = 0; !code && r < REGION_COUNT; r++) {
            if (!region || *region == (enum region)r) {
                code = sms_of(st, ids.items[i], (enum region)r, again, fn, arg, err);
            }
        }
    }
    return code;
}

enum err_code store_export_list(struct store *st, enum store_export what, const enum region *region,
                                bool again, store_export_fn *fn, void *arg, struct err *err)
{
    if (what == STORE_EXPORT_SMS) {
        return sms(st, region, again, fn, arg, err);
    }
    const struct sql_arg args[] = {sql_text(region ? region_name(*region) : NULL), sql_int(again)};
    return run(st, &exports[what], args, exports[what].entry ? 2 : 1, fn, arg, err);
}

enum err_code store_export(struct store *st, enum store_export what, const enum region *region,
                           store_export_fn *fn, void *arg, struct err *err)
{
    return store_export_list(st, what, region, false, fn, arg, err);
}
