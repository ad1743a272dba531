/* SPDX-License-Identifier: Apache-2.0 */
/* People by the million: SQLite makes the rows itself, from one imported person. Indexes and
 * triggers are taken away meanwhile and made again as they were; what a trigger counts is counted
 * once. */

#include "tests/bench/people.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/buf.h"
#include "net/store/store_import.h"
#include "tests/bench/data.h"
#include "tests/harness/die.h"
#include "tests/harness/tmpdir.h"

#define OBJECTS_MAX 64
#define YEAR_S (365 * 86400)

static void set(struct record *r, enum record_column column, const char *text)
{
    struct err err;
    data_must(record_set_field(r, column, text, strlen(text), &err), &err);
}

void people_import_first(struct data *d)
{
    struct err err;
    struct record r = {0};
    char at[TIME_TEXT_SIZE];
    int64_t run = 0;
    enum store_import_row row;
    time_text_print(d->now_utc_s - 86400, at);
    set(&r, RECORD_TICKET, "BENCH-0000000001");
    set(&r, RECORD_TICKET_AT, at);
    set(&r, RECORD_NISS, "85.07.30-033.28");
    set(&r, RECORD_NAME_INDEX_PATIENT, "Céleste Brumevaux");
    set(&r, RECORD_GIVEN_NAME, "Gaëlle");
    set(&r, RECORD_FAMILY_NAME, "Tournevaux");
    set(&r, RECORD_BIRTH_DATE, "1985-07-30");
    set(&r, RECORD_PHONE, "+32470000000");
    set(&r, RECORD_LANGUAGE, DATA_LANGUAGE);
    set(&r, RECORD_REGION, DATA_REGION);
    set(&r, RECORD_KIND, "contact");
    set(&r, RECORD_MUNICIPALITY, "Namur");
    data_must(record_check(&r, &err), &err);
    data_must(store_begin(d->store, &err), &err);
    data_must(store_import_begin(d->store, "tracing", d->now_utc_s, &run, &err), &err);
    data_must(store_import_stage(d->store, run, 2, &r, &row, &err), &err);
    data_must(store_import_commit_run(d->store, run,
                                      &(const struct store_import_figures){.n_new = 1},
                                      d->now_utc_s, &err),
              &err);
    for (bool left = true; left;)
        data_must(store_import_promote(d->store, run, 100, d->now_utc_s, &left, &err), &err);
    data_must(store_commit(d->store, &err), &err);
    d->n_people = 1;
}

static void run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK)
        return;
    (void)fprintf(stderr, "bench: %.200s: %s\n", sql, message);
    exit(1);
}

/* bench_blind(n): 16 bytes as a keyed hash would give, in no order. */
static void blind_of(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    uint8_t hash[16];
    const sqlite3_int64 n = sqlite3_value_int64(argv[0]);
    crypto_shorthash_siphashx24(hash, (const uint8_t *)&n, sizeof n,
                                (const uint8_t *)"a bench, no key");
    sqlite3_result_blob(context, hash, sizeof hash, SQLITE_TRANSIENT);
}

/* What stands on the tables now, to be made again. */
struct objects {
    char *sql[OBJECTS_MAX];
    size_t n;
};

static void objects_drop(sqlite3 *db, struct objects *o)
{
    CLEANUP_BUF struct buf drops = {0};
    sqlite3_stmt *q = NULL;
    (void)sqlite3_prepare_v2(db,
                             "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND"
                             " type IN ('index', 'trigger') AND tbl_name IN ('person',"
                             " 'person_phone') ORDER BY type DESC, name",
                             -1, &q, NULL);
    while (sqlite3_step(q) == SQLITE_ROW && o->n < OBJECTS_MAX) {
        buf_printf(&drops, "DROP %s %s;", (const char *)sqlite3_column_text(q, 0),
                   (const char *)sqlite3_column_text(q, 1));
        o->sql[o->n++] = strdup((const char *)sqlite3_column_text(q, 2));
    }
    (void)sqlite3_finalize(q);
    run(db, buf_text(&drops));
}

static void objects_make(sqlite3 *db, struct objects *o)
{
    for (size_t i = 0; i < o->n; i++) {
        run(db, o->sql[i]);
        free(o->sql[i]);
    }
}

/* Numbers from..to; order_at is that of the number's hash, in the day before `newest_utc_s`. */
static void insert(sqlite3 *db, int64_t from, int64_t to, const char *state, int64_t due_utc_s,
                   int64_t newest_utc_s)
{
    CLEANUP_BUF struct buf sql = {0};
    buf_printf(&sql,
               "INSERT INTO person (person_id, service_id, region, kind, language, state,"
               " state_since, rank, order_at, waiting_since, due_at, n_phones, ticket_at,"
               " ticket_bidx, niss_bidx, name_birth_bidx, ident_enc, contact_enc, context_enc,"
               " notes_enc, content_mac, created_at, updated_at)"
               " WITH RECURSIVE n(i) AS (VALUES (%" PRId64 ") UNION ALL SELECT i + 1 FROM n"
               " WHERE i < %" PRId64 ")"
               " SELECT i, service_id, region, kind, language, '%s', state_since, rank, at, at,"
               " nullif(%" PRId64 ", 0), n_phones, at, bench_blind(4 * i), bench_blind(4 * i + 1),"
               " bench_blind(4 * i + 2), ident_enc, contact_enc, context_enc, notes_enc,"
               " content_mac, created_at, updated_at FROM (SELECT i, %" PRId64
               " - (i * 2654435761) %% 86400 AS at FROM n), person WHERE person_id = 1;",
               from, to, state, due_utc_s, newest_utc_s);
    buf_printf(&sql,
               "INSERT INTO person_phone SELECT person_id, 0, bench_blind(4 * person_id + 3)"
               " FROM person WHERE person_id BETWEEN %" PRId64 " AND %" PRId64 ";",
               from, to);
    run(db, buf_text(&sql));
}

void data_people(struct data *d, int64_t waiting, int64_t resting)
{
    struct objects objects = {0};
    data_close(d);
    sqlite3 *db = data_sqlite(d);
    (void)sqlite3_create_function(db, "bench_blind", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                  blind_of, NULL, NULL);
    run(db, "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "PRAGMA secure_delete = OFF; PRAGMA cache_size = -262144; PRAGMA temp_store = FILE;");
    objects_drop(db, &objects);
    if (waiting)
        insert(db, d->n_people + 1, d->n_people + waiting, "waiting", 0, d->now_utc_s - 3600);
    d->n_people += waiting;
    if (resting)
        insert(db, d->n_people + 1, d->n_people + resting, "resting", d->now_utc_s + YEAR_S,
               d->now_utc_s - 90000);
    d->n_people += resting;
    objects_make(db, &objects);
    run(db, "DELETE FROM waiting_count;"
            "INSERT INTO waiting_count SELECT region, service_id, queue, language, rank,"
            " count(*) FROM person WHERE state = 'waiting' GROUP BY 1, 2, 3, 4, 5;"
            "UPDATE sequence SET last = (SELECT max(person_id) FROM person) WHERE name = 'person';"
            "PRAGMA journal_mode = WAL");
    (void)sqlite3_close(db);
    data_settle(d, false);
}
