/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <sqlite3.h>

#include "core/buf.h"
#include "net/api/service_json.h"
#include "net/store/seal.h"
#include "net/store/sql.h"
#include "store_world.h"

/* Does a file of the world hold these bytes? */
static bool file_holds(struct world *w, const char *name, const void *bytes, size_t len)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", w->dir, name);
    FILE *f = fopen(path, "rb");
    if (!f) {
        return false;
    }
    struct buf all = {0};
    char part[65536];
    size_t n;
    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(&all, part, n);
    }
    fclose(f);
    bool found = false;
    for (size_t i = 0; !found && i + len <= all.len; i++) {
        found = memcmp(all.data + i, bytes, len) == 0;
    }
    buf_free(&all);
    return found;
}

static void a_new_database_has_the_newest_schema_and_is_private(void **state)
{
    struct world *w = *state;
    static const char *const names[] = {"master.key", "pupitre.db", "pupitre.db-wal"};
    assert_int_equal(store_schema_version(w->st), store_schema_newest());
    for (size_t i = 0; world_is_sqlite(w) && i < sizeof names / sizeof names[0]; i++) {
        char path[96];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", w->dir, names[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    if (world_is_sqlite(w)) { /* PostgreSQL's first one leads further */
        assert_int_equal(world_sql(w, "SELECT count(*) FROM migration"), store_schema_newest());
    }
}

static void migrating_again_changes_nothing(void **state)
{
    struct world *w = *state;
    assert_int_equal(store_migrate(w->st, w->now + 1, &w->err), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT max(applied_at) FROM migration"), T0);
}

static void a_newer_schema_is_refused(void **state)
{
    struct world *w = *state;
    assert_int_equal(world_sql_result(w, world_is_sqlite(w)
                                             ? "PRAGMA user_version = 4711"
                                             : "INSERT INTO migration VALUES (4711, 1)"),
                     0);
    assert_int_equal(store_migrate(w->st, w->now, &w->err), ERR_STATE);
    assert_non_null(strstr(w->err.sentence, "4711"));
}

static void what_is_no_database_is_refused(void **state)
{
    struct world *w = *state;
    struct store *other = NULL;
    char dir[64] = "/tmp/pst.XXXXXX";
    char path[96];
    assert_non_null(mkdtemp(dir));
    assert_int_equal(store_open(dir, w->keys, STORE_OPEN, &other, &w->err), ERR_NOT_FOUND);
    assert_null(other);
    snprintf(path, sizeof path, "%s/pupitre.db", dir);
    FILE *f = fopen(path, "w");
    for (int i = 0; i < 1000; i++) {
        fputs("this is no database\n", f);
    }
    fclose(f);
    assert_int_equal(store_open(dir, w->keys, STORE_OPEN, &other, &w->err), ERR_STORE);
    char said[160];
    snprintf(said, sizeof said, "%s: this file is not a database", path);
    assert_string_equal(w->err.sentence, said);
    unlink(path);
    rmdir(dir);
}

static void a_key_file_is_made_once_and_must_be_private(void **state)
{
    struct world *w = *state;
    char path[96];
    struct keys *k = NULL;
    snprintf(path, sizeof path, "%s/master.key", w->dir);
    assert_int_equal(keys_create(path, &w->err), ERR_CONFLICT);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(keys_load(path, &k, &w->err), ERR_FORBIDDEN);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 30), 0);
    assert_int_equal(keys_load(path, &k, &w->err), ERR_INVALID);
    assert_null(k);
}

static void the_key_of_another_database_is_refused(void **state)
{
    struct world *w = *state;
    char path[96];
    struct keys *other = NULL;
    struct store *st = NULL;
    snprintf(path, sizeof path, "%s/master.key", w->dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(keys_create(path, &w->err), ERR_OK);
    assert_int_equal(keys_load(path, &other, &w->err), ERR_OK);
    st = world_open_with(w, other);
    assert_int_equal(store_migrate(st, w->now, &w->err), ERR_FORBIDDEN);
    store_close(st);
    keys_free(other);
}

static void a_sealed_field_opens_only_at_its_place_and_whole(void **state)
{
    struct world *w = *state;
    struct buf blob = {0};
    struct buf text = {0};
    const struct seal_place here = {"person", "ident", 7};
    const struct seal_place elsewhere[] = {
        {"person", "ident",   8},
        {"person", "contact", 7},
        {"offer",  "ident",   7},
    };
    assert_int_equal(seal(w->keys, &here, "secret", 6, &blob, &w->err), ERR_OK);
    assert_int_equal(blob.len, 6 + SEAL_OVERHEAD);
    assert_int_equal(unseal(w->keys, &here, blob.data, blob.len, &text, &w->err), ERR_OK);
    assert_string_equal(buf_text(&text), "secret");
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        assert_int_equal(unseal(w->keys, &elsewhere[i], blob.data, blob.len, &text, &w->err),
                         ERR_STORE);
    }
    for (size_t i = 0; i < blob.len; i++) {
        blob.data[i] = (char)(blob.data[i] ^ 1);
        assert_int_equal(unseal(w->keys, &here, blob.data, blob.len, &text, &w->err), ERR_STORE);
        blob.data[i] = (char)(blob.data[i] ^ 1);
        assert_int_equal(unseal(w->keys, &here, blob.data, i, &text, &w->err), ERR_STORE);
    }
    assert_string_equal(buf_text(&text), "secret");
    buf_free(&blob);
    buf_free(&text);
}

static void nothing_about_a_person_stands_in_the_files_in_clear(void **state)
{
    struct world *w = *state;
    world_sqlite_only(w);
    static const char *const planted[] = {
        "Vanplanted",  "Gudule",      "Plantedname",   "Plantedville", "Plantedanswer",
        "470998877",   "85073003328", "1985-07-30",    "Plantednote",  "TICKET-0001",
        "Plantedwrap", "Plantedsip",  "Plantedreason", "Plantedlate",
    };
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470998877");
    struct store_permit permit = world_call(w, &a);
    struct store_work work = world_work(w, &a);
    int64_t version = 0;
    bool kept = false;
    struct record record;
    char niss[NISS_TEXT_SIZE];
    const char answer[] = "{\"a\": \"Plantedanswer\"}";
    const char late[] = "{\"a\": \"Plantedlate\"}";
    struct store_response_put put = {.json = answer, .json_len = sizeof answer - 1};
    int64_t offer = work.offer.offer_id;
    int64_t fence = work.offer.fence;

    MUST(w, store_response_put(w->st, &a, offer, fence, &put, w->now, &version, &kept, &w->err));
    MUST(w, store_record_read(w->st, &a, offer, fence, w->now, &record, &w->err));
    assert_string_equal(record.notes, "Plantednote: rings twice");
    MUST(w, store_reveal(w->st, &a, offer, fence, "niss", w->now, niss, &w->err));
    assert_string_equal(niss, "85.07.30-033.28");
    const struct store_call_event end = {.seq = 1,
                                         .at_utc_s = w->now,
                                         .event = CALL_EV_END,
                                         .end = CALL_END_BUSY,
                                         .text = "Plantedsip"};
    int64_t seq = 0;
    int64_t agent = 0;
    MUST(w, store_call_report(w->st, &a, permit.call_id, "id", &end, 1, w->now, &seq, &agent,
                              &w->err));
    const struct store_wrapup wrapup = {
        .code = "busy", .note = "Plantedwrap", .chosen_utc_s = w->now};
    struct store_outcome outcome;
    MUST(w, store_offer_wrapup(w->st, &a, offer, fence, &wrapup, w->now, &outcome, &w->err));
    MUST(w, store_offer_end(w->st, &a, offer, fence, w->now, &w->err));
    put = (struct store_response_put){.json = late, .json_len = sizeof late - 1};
    world_begin(w);
    assert_int_equal(
        store_response_put(w->st, &a, offer, fence, &put, w->now, &version, &kept, &w->err),
        ERR_STALE);
    assert_true(kept);
    assert_int_equal(world_finish(w, ERR_OK), ERR_OK);
    w->now += 1000;
    size_t woken = 0;
    MUST(w, store_wake_people(w->st, w->now, 10, &woken, &w->err));
    offer = world_offer(w, &a);
    MUST(w, store_offer_release(w->st, &boss, offer, "Plantedreason", w->now, &outcome, &w->err));

    for (size_t i = 0; i < sizeof planted / sizeof planted[0]; i++) {
        assert_false(file_holds(w, "pupitre.db", planted[i], strlen(planted[i])));
        assert_false(file_holds(w, "pupitre.db-wal", planted[i], strlen(planted[i])));
    }
    assert_false(file_holds(w, "pupitre.db-wal", permit.call_token, strlen(permit.call_token)));
    /* The test can find what is there. */
    assert_true(file_holds(w, "pupitre.db-wal", "WAL_French", 10));
    record_wipe(&record);
}

static void people_are_found_by_blind_index_only_with_the_key(void **state)
{
    struct world *w = *state;
    uint8_t first[BLIND_BYTES];
    uint8_t second[BLIND_BYTES];
    blind(w->keys, KEY_PHONE, "+32470000001", 12, first);
    blind(w->keys, KEY_PHONE, "+32470000001", 12, second);
    assert_memory_equal(first, second, sizeof first);
    blind(w->keys, KEY_NISS, "+32470000001", 12, second);
    assert_memory_not_equal(first, second, sizeof first);

    char sql[160];
    size_t at = (size_t)snprintf(sql, sizeof sql,
                                 "SELECT count(*) FROM person_phone WHERE phone_bidx = x'");
    for (size_t i = 0; i < sizeof first; i++) {
        at += (size_t)snprintf(sql + at, sizeof sql - at, "%02x", first[i]);
    }
    snprintf(sql + at, sizeof sql - at, "'");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "0470 00 00 01");
    assert_int_equal(world_sql(w, sql), 1);
}

/* With no type said for any value: a NULL has none, and may come first. */
static void prepare_in_postgresql(struct world *w)
{
    PGconn *conn = PQconnectdb(w->url);
    for (unsigned i = SQL_BEGIN_READING + 1; i < SQL_COUNT; i++) {
        CLEANUP_BUF struct buf sql = {0};
        for (const char *c = sql_statement_text(w->st, (enum sql_id)i); *c; c++) {
            buf_add(&sql, *c == '?' ? "$" : c, 1);
        }
        PGresult *res = PQprepare(conn, "", buf_text(&sql), 0, NULL);
        if (PQresultStatus(res) != PGRES_COMMAND_OK) {
            fail_msg("%s: %s", buf_text(&sql), PQerrorMessage(conn));
        }
        PQclear(res);
    }
    PQfinish(conn);
}

static void every_statement_prepares(void **state)
{
    struct world *w = *state;
    char path[96];
    sqlite3 *db = NULL;
    if (!world_is_sqlite(w)) {
        prepare_in_postgresql(w);
        return;
    }
    snprintf(path, sizeof path, "%s/pupitre.db", w->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (unsigned i = 0; i < SQL_COUNT; i++) {
        sqlite3_stmt *q = NULL;
        if (sqlite3_prepare_v2(db, sql_statement_text(w->st, (enum sql_id)i), -1, &q, NULL) !=
            SQLITE_OK) {
            fail_msg("%s: %s", sql_statement_text(w->st, (enum sql_id)i), sqlite3_errmsg(db));
        }
        sqlite3_finalize(q);
    }
    sqlite3_close(db);
}

/* Each line of a statement's plan; true when one of them holds the text. */
static bool plan_holds(struct world *w, enum sql_id id, const char *text)
{
    char sql[8192];
    char path[96];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    bool found = false;
    snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", sql_statement_text(w->st, id));
    snprintf(path, sizeof path, "%s/pupitre.db", w->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        found = found || strstr((const char *)sqlite3_column_text(q, 3), text) != NULL;
    }
    sqlite3_finalize(q);
    sqlite3_close(db);
    return found;
}

static void what_runs_often_reads_indexes_and_sorts_nothing(void **state)
{
    struct world *w = *state;
    world_sqlite_only(w);
    static const struct {
        enum sql_id id;
        const char *index;
    } cases[] = {
        {SQL_NEXT_WAITING,      "person_waiting"             },
        {SQL_NEXT_OWN_CALLBACK, "person_own_callback"        },
        {SQL_PERSON_WAKE,       "person_resting"             },
        {SQL_OFFER_DUE,         "offer_deadline"             },
        {SQL_AGENT_READY,       "agent_ready"                },
        {SQL_SESSION_FIND,      "session"                    },
        {SQL_QUEUE_WAITING,     "person_wait"                },
        {SQL_QUEUE_AGENTS,      "agent_on_queue"             },
        {SQL_INTERACTIONS,      "offer_of_agent"             },
        {SQL_CALL_BY_TOKEN,     "call"                       },
        {SQL_LEASE_EXPIRE,      "phone_lease_free"           },
        {SQL_REPEAT_FIND,       "PRIMARY KEY"                },
        {SQL_NEXT_DUE,          "person_resting"             },
 /* An import goes through its rows in their order, a batch at a time. */
        {SQL_IMPORT_PEOPLE,     "r USING INTEGER PRIMARY KEY"},
        {SQL_IMPORT_PHONES_OUT, "r USING INTEGER PRIMARY KEY"},
        {SQL_IMPORT_PHONES_IN,  "r USING INTEGER PRIMARY KEY"},
        {SQL_IMPORT_ROWS_OUT,   "r USING INTEGER PRIMARY KEY"},
        {SQL_IMPORT_BATCH,      "SCAN import_row"            },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(plan_holds(w, cases[i].id, cases[i].index));
        assert_false(plan_holds(w, cases[i].id, "TEMP B-TREE"));
    }
    assert_false(plan_holds(w, SQL_NEXT_WAITING, "SCAN"));
    assert_false(plan_holds(w, SQL_NEXT_OWN_CALLBACK, "SCAN"));
    assert_false(plan_holds(w, SQL_PERSON_WAKE, "SCAN"));
}

static void a_job_that_fails_undoes_itself_and_no_other(void **state)
{
    struct world *w = *state;
    struct store_repeat one = {.http_status = 200, .reference = "one"};
    struct store_repeat found;
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(store_savepoint(w->st, &w->err), ERR_OK);
        assert_int_equal(
            store_repeat_put(w->st, "s", i ? "second" : "first", "f", 1, &one, w->now, &w->err),
            ERR_OK);
        if (i) {
            store_rollback_to(w->st);
        } else {
            assert_int_equal(store_release_savepoint(w->st, &w->err), ERR_OK);
        }
    }
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    assert_int_equal(store_repeat_find(w->st, "s", "first", "f", 1, w->now, &found, &w->err),
                     ERR_OK);
    assert_int_equal(store_repeat_find(w->st, "s", "second", "f", 1, w->now, &found, &w->err),
                     ERR_NOT_FOUND);
}

/* SQLite gives a transaction up by itself when the disk fails. A savepoint outside of one would be
 * a transaction, and its release a commit, while all who are in the batch are told that it failed.
 */
static void a_job_is_part_of_a_transaction_or_not_begun(void **state)
{
    struct world *w = *state;
    world_begin(w);
    store_rollback(w->st);
    assert_int_equal(store_savepoint(w->st, &w->err), ERR_STORE);
    assert_int_equal(w->err.code, ERR_STORE);
    world_begin(w);
    assert_int_equal(store_savepoint(w->st, &w->err), ERR_OK);
    store_rollback_to(w->st);
    store_rollback(w->st);
}

static void a_repeated_request_is_known_for_a_day_and_by_its_body(void **state)
{
    struct world *w = *state;
    struct store_repeat put = {.http_status = 201, .reference = "call:3", .body = "{}"};
    struct store_repeat found = {0};
    MUST(w, store_repeat_put(w->st, "agent:1", "key", "body", 4, &put, w->now, &w->err));
    assert_int_equal(
        store_repeat_find(w->st, "agent:1", "key", "body", 4, w->now + 86399, &found, &w->err),
        ERR_OK);
    assert_int_equal(found.http_status, 201);
    assert_string_equal(found.reference, "call:3");
    assert_string_equal(found.body, "{}");
    assert_int_equal(
        store_repeat_find(w->st, "agent:1", "key", "other", 5, w->now, &found, &w->err),
        ERR_CONFLICT);
    assert_int_equal(store_repeat_find(w->st, "agent:2", "key", "body", 4, w->now, &found, &w->err),
                     ERR_NOT_FOUND);
    assert_int_equal(
        store_repeat_find(w->st, "agent:1", "key", "body", 4, w->now + 86400, &found, &w->err),
        ERR_NOT_FOUND);
    MUST(w, store_repeat_purge(w->st, w->now + 86400, 10, &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM repeat"), 0);
}

static void fill_audit(struct world *w)
{
    for (int i = 1; i <= 5; i++) {
        const struct store_audit e = {
            .at_utc_s = w->now + i, .agent_id = i, .action = "record_read", .person_id = 10 + i};
        MUST(w, store_audit_append(w->st, &e, &w->err));
    }
}

static void the_audit_log_verifies_and_names_the_first_broken_entry(void **state)
{
    struct world *w = *state;
    static const char *const tampering[] = {
        "UPDATE audit SET person_id = 99 WHERE seq = 3",
        "UPDATE audit SET action = 'reveal' WHERE seq = 3",
        "UPDATE audit SET agent_id = NULL WHERE seq = 3",
        "UPDATE audit SET at = at + 1 WHERE seq = 3",
        "UPDATE audit SET hash = zeroblob(32) WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq >= 3",
        "UPDATE audit SET seq = 30 WHERE seq = 3",
    };
    int64_t entries = 0;
    int64_t broken = 0;
    fill_audit(w);
    assert_int_equal(store_audit_verify(w->st, &entries, &broken, &w->err), ERR_OK);
    assert_int_equal(entries, 5);
    assert_int_equal(broken, 0);
    assert_int_equal(world_sql_result(w, "CREATE TABLE copy AS SELECT * FROM audit;"
                                         "DROP TRIGGER audit_stays; DROP TRIGGER audit_remains"),
                     SQLITE_OK);
    for (size_t i = 0; i < sizeof tampering / sizeof tampering[0]; i++) {
        assert_int_equal(world_sql_result(w, tampering[i]), SQLITE_OK);
        assert_int_equal(store_audit_verify(w->st, &entries, &broken, &w->err), ERR_STATE);
        assert_int_equal(broken, 3);
        assert_int_equal(entries, 2);
        assert_int_equal(world_sql_result(w, "DELETE FROM audit;"
                                             "INSERT INTO audit SELECT * FROM copy"),
                         SQLITE_OK);
    }
    assert_int_equal(store_audit_verify(w->st, &entries, &broken, &w->err), ERR_OK);
}

static void the_database_itself_refuses_to_change_what_is_append_only(void **state)
{
    struct world *w = *state;
    fill_audit(w);
    assert_int_not_equal(world_sql_result(w, "UPDATE audit SET at = 0"), SQLITE_OK);
    assert_int_not_equal(world_sql_result(w, "DELETE FROM audit"), SQLITE_OK);
}

static void a_changed_service_needs_a_new_version(void **state)
{
    struct world *w = *state;
    const struct service *service = NULL;
    char *json = NULL;
    size_t len = 0;
    bool is_new = true;
    assert_int_equal(store_service(w->st, "tracing", &service, &w->err), ERR_OK);
    assert_int_equal(service->times.acw_s, 60);
    assert_int_equal(store_service_json(w->st, "tracing", &json, &len, &w->err), ERR_OK);
    MUST(w, store_service_put(w->st, service, json, len, w->now, &is_new, &w->err));
    assert_false(is_new);
    assert_int_equal(
        TRY(w, store_service_put(w->st, service, json, len - 1, w->now, &is_new, &w->err)),
        ERR_CONFLICT);
    free(json);
    assert_int_equal(store_service(w->st, "crisis", &service, &w->err), ERR_NOT_FOUND);
}

static size_t stranded(struct world *w, struct store_stranded *rows)
{
    size_t n = 99;
    assert_int_equal(store_stranded(w->st, rows, 4, &n, &w->err), ERR_OK);
    return n;
}

static void people_of_a_queue_that_goes_away_are_told(void **state)
{
    struct world *w = *state;
    struct store_stranded rows[4];
    struct service *service = NULL;
    char *json = NULL;
    size_t len = 0;
    size_t n = 99;
    bool is_new = false;
    for (int i = 0; i < 3; i++) {
        char phone[PHONE_SIZE];
        snprintf(phone, sizeof phone, "+3247000000%d", i);
        world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
    }
    assert_int_equal(world_sql_result(w, "UPDATE person SET queue = 'WAL_Public-Health'"
                                         " WHERE person_id <= 2"),
                     0);
    assert_int_equal(world_sql_result(w, "UPDATE person SET state = 'unresolved'"
                                         " WHERE person_id = 2"),
                     0);
    assert_int_equal(store_service_json(w->st, "tracing", &json, &len, &w->err), ERR_OK);
    world_newer_service(json);
    memcpy(strstr(json, "WAL_Public-Health"), "WAL_Public-Wealth", sizeof "WAL_Public-Wealth" - 1);
    assert_int_equal(service_json_load(json, len, &service, NULL, &w->err), ERR_OK);
    assert_int_equal(stranded(w, rows), 0);
    assert_int_equal(store_stranded_by(w->st, service, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].queue, "WAL_Public-Health");
    assert_int_equal(rows[0].n, 2);
    service->regions[REGION_WAL] = false;
    assert_int_equal(store_stranded_by(w->st, service, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 2);
    service->regions[REGION_WAL] = true;
    MUST(w, store_service_put(w->st, service, json, len, w->now, &is_new, &w->err));
    assert_int_equal(stranded(w, rows), 1);
    assert_string_equal(rows[0].service_id, "tracing");
    assert_string_equal(rows[0].queue, "WAL_Public-Health");
    assert_int_equal(rows[0].n, 2);
    assert_int_equal(world_sql_result(w, "UPDATE person SET state = 'closed' WHERE person_id <= 2"),
                     0);
    assert_int_equal(stranded(w, rows), 0);
    free(service);
    free(json);
}

/* Load the tracing service once more, as `version` and with so many seconds of after-call work. */
static enum err_code put_newer(struct world *w, struct store *st, int acw_s)
{
    char *json = NULL;
    size_t len = 0;
    bool is_new = false;
    struct service *service = NULL;
    assert_int_equal(store_service_json(w->st, "tracing", &json, &len, &w->err), ERR_OK);
    char *acw = strstr(json, "\"acw_s\": ") + sizeof "\"acw_s\": " - 1;
    world_newer_service(json);
    memcpy(acw, (char[]){(char)('0' + acw_s / 10), (char)('0' + acw_s % 10)}, 2);
    assert_int_equal(service_json_load(json, len, &service, NULL, &w->err), ERR_OK);
    enum err_code code = store_service_put(st, service, json, len, w->now, &is_new, &w->err);
    free(service);
    free(json);
    return code;
}

static int acw_of(struct world *w)
{
    const struct service *service = NULL;
    assert_int_equal(store_service(w->st, "tracing", &service, &w->err), ERR_OK);
    return (int)service->times.acw_s;
}

static void the_newest_service_counts_from_the_next_transaction(void **state)
{
    struct world *w = *state;
    struct store *other = world_open_again(w);
    world_begin(w);
    assert_int_equal(acw_of(w), 60);
    assert_int_equal(acw_of(w), 60);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    assert_int_equal(store_begin(other, &w->err), ERR_OK);
    assert_int_equal(put_newer(w, other, 45), ERR_OK);
    assert_int_equal(store_commit(other, &w->err), ERR_OK);
    store_close(other);
    assert_int_equal(acw_of(w), 45); /* outside of one, too */
    world_begin(w);
    assert_int_equal(acw_of(w), 45);
    store_rollback(w->st);
}

static void a_service_that_was_undone_does_not_count(void **state)
{
    struct world *w = *state;
    world_begin(w);
    assert_int_equal(acw_of(w), 60);
    assert_int_equal(store_savepoint(w->st, &w->err), ERR_OK);
    assert_int_equal(put_newer(w, w->st, 45), ERR_OK);
    assert_int_equal(acw_of(w), 45);
    store_rollback_to(w->st);
    assert_int_equal(acw_of(w), 60);
    store_rollback(w->st);
}

static void a_script_is_kept_by_version(void **state)
{
    struct world *w = *state;
    bool is_new = false;
    char *json = NULL;
    size_t len = 0;
    MUST(w, store_script_put(w->st, "s", "1", "{\"a\":1}", 7, w->now, &is_new, &w->err));
    assert_true(is_new);
    MUST(w, store_script_put(w->st, "s", "1", "{\"a\":1}", 7, w->now, &is_new, &w->err));
    assert_false(is_new);
    assert_int_equal(
        TRY(w, store_script_put(w->st, "s", "1", "{\"a\":2}", 7, w->now, &is_new, &w->err)),
        ERR_CONFLICT);
    MUST(w, store_script_put(w->st, "s", "2", "{\"a\":2}", 7, w->now, &is_new, &w->err));
    assert_int_equal(store_script_json(w->st, "s", NULL, &json, &len, &w->err), ERR_OK);
    assert_string_equal(json, "{\"a\":2}");
    assert_int_equal(len, 7);
    free(json);
    MUST(w, store_script_json(w->st, "s", "1", &json, &len, &w->err)); /* what began with it */
    assert_string_equal(json, "{\"a\":1}");
    free(json);
    json = NULL;
    assert_int_equal(store_script_json(w->st, "s", "3", &json, &len, &w->err), ERR_NOT_FOUND);
    assert_int_equal(store_script_json(w->st, "t", NULL, &json, &len, &w->err), ERR_NOT_FOUND);
    assert_null(json);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_database_has_the_newest_schema_and_is_private),
        TEST(migrating_again_changes_nothing),
        TEST(a_newer_schema_is_refused),
        TEST(what_is_no_database_is_refused),
        TEST(a_key_file_is_made_once_and_must_be_private),
        TEST(the_key_of_another_database_is_refused),
        TEST(a_sealed_field_opens_only_at_its_place_and_whole),
        TEST(nothing_about_a_person_stands_in_the_files_in_clear),
        TEST(people_are_found_by_blind_index_only_with_the_key),
        TEST(every_statement_prepares),
        TEST(what_runs_often_reads_indexes_and_sorts_nothing),
        TEST(a_job_that_fails_undoes_itself_and_no_other),
        TEST(a_job_is_part_of_a_transaction_or_not_begun),
        TEST(a_repeated_request_is_known_for_a_day_and_by_its_body),
        TEST(the_audit_log_verifies_and_names_the_first_broken_entry),
        TEST(the_database_itself_refuses_to_change_what_is_append_only),
        TEST(a_changed_service_needs_a_new_version),
        TEST(people_of_a_queue_that_goes_away_are_told),
        TEST(the_newest_service_counts_from_the_next_transaction),
        TEST(a_service_that_was_undone_does_not_count),
        TEST(a_script_is_kept_by_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
