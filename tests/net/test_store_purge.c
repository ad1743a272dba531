/* SPDX-License-Identifier: Apache-2.0 */
/* What is due is destroyed, with everything that is kept of it, from the files, too; what is not
 * stays; and a certificate proves it. */

#include <sqlite3.h>
#include <stdlib.h>

#include "net/store/blind.h"
#include "net/store/store_audit.h"
#include "net/store/store_purge.h"
#include "tests/net/store_world.h"

#define DAY 86400

static const char *const kept[] = {
#define KEPT(table, where) #table,
#include "net/store/kept.def"
#undef KEPT
};
static const char *const outlives[] = {"audit", "incident", "wish_not_called", "agent",
                                       "import_row"};
#define N(t) (sizeof(t) / sizeof((t)[0]))

static bool is_in(const char *const *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whoever adds a table that names people adds it to the list, or a purge would leave it behind. */
static void every_table_about_people_is_listed(void **state)
{
    struct world *w = *state;
    if (!world_is_sqlite(w)) {
        skip(); /* the same tables: test_store_postgresql */
    }
    char path[96];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    snprintf(path, sizeof path, "%s/pupitre.db", w->dir);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(
                         db,
                         "SELECT DISTINCT t.name FROM sqlite_master t, pragma_table_info(t.name) c"
                         " WHERE t.type = 'table' AND c.name IN ('person_id', 'offer_id',"
                         " 'call_id', 'callback_id') ORDER BY 1",
                         -1, &q, NULL),
                     SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(q, 0);
        if (!is_in(kept, N(kept), table) && !is_in(outlives, N(outlives), table)) {
            fail_msg("%s is in no list of what is kept of a person", table);
        }
    }
    sqlite3_finalize(q);
    sqlite3_close(db);
}

/* Somebody who was called and closed; the person's id. */
static int64_t closed(struct world *w, const char *login, const char *phone)
{
    struct store_outcome outcome;
    int64_t version = 0;
    bool is_kept = false;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
    const struct store_actor a = world_on_queue(w, login, REGION_WAL, "fr");
    const int64_t fence = world_acw(w, &a, CALL_END_BY_PERSON);
    const struct store_work_offer o = world_work(w, &a).offer;
    const struct store_response_put put = {.json = "{\"a\":1}", .json_len = 7};
    MUST(w, store_response_put(w->st, &a, o.offer_id, fence, &put, w->now, &version, &is_kept,
                               &w->err));
    assert_int_equal(world_wrapup(w, &a, "closed_with_data", 0, &outcome), ERR_OK);
    assert_int_equal(outcome.person_state, PERSON_CLOSED);
    MUST(w, store_offer_end(w->st, &a, o.offer_id, fence, w->now, &w->err));
    MUST(w, store_set_on_queue(w->st, &a, false, w->now, &w->err));
    return o.person_id;
}

static int64_t people_days(struct world *w)
{
    const struct service *s = NULL;
    assert_int_equal(store_service(w->st, "tracing", &s, &w->err), ERR_OK);
    assert_true(s->purge.people_days > 0);
    return s->purge.people_days;
}

static size_t step(struct world *w, size_t limit)
{
    size_t n = 0;
    MUST(w, store_purge_step(w->st, "tracing", limit, w->now, &n, &w->err));
    return n;
}

static int64_t certify(struct world *w)
{
    int64_t number = -1;
    MUST(w, store_purge_certify(w->st, w->now, &number, &w->err));
    return number;
}

static char *read_file(const struct world *w, const char *name, size_t *ret_len)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", w->dir, name);
    FILE *f = fopen(path, "rb");
    char *text = calloc(1, 1 << 24);
    assert_non_null(text);
    *ret_len = f ? fread(text, 1, 1 << 24, f) : 0;
    if (f) {
        fclose(f);
    }
    return text;
}

static bool in_files(const struct world *w, const void *bytes, size_t len)
{
    static const char *const names[] = {"pupitre.db", "pupitre.db-wal", "pupitre.db-shm"};
    bool found = false;
    for (size_t i = 0; i < N(names) && !found; i++) {
        size_t n;
        char *text = read_file(w, names[i], &n);
        for (size_t at = 0; at + len <= n && !found; at++) {
            found = memcmp(text + at, bytes, len) == 0;
        }
        free(text);
    }
    return found;
}

/* The sealed bytes of somebody, as they stand in the file. */
static void sealed_of(struct world *w, int64_t person_id, unsigned char ret[64])
{
    char path[96];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    snprintf(path, sizeof path, "%s/pupitre.db", w->dir);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT substr(ident_enc, 6, 64) FROM person WHERE person_id = ?1",
                           -1, &q, NULL),
        SQLITE_OK);
    sqlite3_bind_int64(q, 1, person_id);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(q, 0), 64);
    memcpy(ret, sqlite3_column_blob(q, 0), 64);
    sqlite3_finalize(q);
    sqlite3_close(db);
}

static void what_is_due_goes_and_what_is_not_stays(void **state)
{
    struct world *w = *state;
    if (!world_is_sqlite(w)) {
        skip(); /* it looks into the files */
    }
    unsigned char old_bytes[64], new_bytes[64];
    int64_t number = 0;
    const int64_t old = closed(w, "one", "+32470000001");
    w->now += DAY;
    const int64_t young = closed(w, "two", "+32470000002");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX,
                 "+32470000003"); /* waits, for ever if need be */
    assert_int_equal(store_purge_scrub(w->st, &w->err), ERR_OK);
    sealed_of(w, old, old_bytes);
    sealed_of(w, young, new_bytes);
    assert_true(in_files(w, old_bytes, 64));
    assert_int_equal(step(w, 10), 0);
    assert_int_equal(certify(w), 0);
    w->now += (people_days(w) - 1) * DAY;
    assert_int_equal(world_sql(w, "UPDATE outbox SET state = 'sent', due_at = NULL, sent_at = 0,"
                                  " sent_version = version"),
                     -1);
    int64_t n_people = 0, n_answers = 0;
    assert_int_equal(store_purge_count(w->st, "tracing", w->now, &n_people, &n_answers, &w->err),
                     ERR_OK);
    assert_int_equal(n_people, 1);
    assert_true(step(w, 10) > 0);
    assert_int_equal(step(w, 10), 0);
    number = certify(w);
    assert_int_equal(number, 1);
    assert_int_equal(certify(w), 0);
    assert_string_equal(world_person_state(w, old), "none");
    assert_string_equal(world_person_state(w, young), "closed");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 2);
    for (size_t i = 0; i < N(kept); i++) { /* nothing of it anywhere */
        char sql[256];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM pragma_table_info('%s') WHERE name = 'person_id'", kept[i]);
        if (world_sql(w, sql)) {
            snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\" WHERE person_id = %lld", kept[i],
                     (long long)old);
            assert_int_equal(world_sql(w, sql), 0);
        }
    }
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call_event WHERE call_id NOT IN"
                                  " (SELECT call_id FROM call)"),
                     0);
    assert_int_equal(store_purge_scrub(w->st, &w->err), ERR_OK);
    assert_false(in_files(w, old_bytes, 64));
    assert_true(in_files(w, new_bytes, 64));
    struct store_audit_report report;
    assert_int_equal(store_audit_verify_all(w->st, NULL, 0, &report, &w->err), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'purge'"), 1);
}

static void nobody_with_something_open_goes(void **state)
{
    struct world *w = *state;
    const int64_t person = closed(w, "one", "+32470000001");
    char sql[512];
    w->now += 5000 * DAY;
    assert_int_equal(world_sql(w, "UPDATE outbox SET state = 'sent', due_at = NULL, sent_at = 0,"
                                  " sent_version = version"),
                     -1);
    snprintf(sql, sizeof sql,
             "INSERT INTO callback (callback_id, person_id, offer_id, agent_id, region, service_id,"
             " at, zone, route_to_agent, fallback_at, miss_at, state, version, created_at, why)"
             " SELECT 99, %lld, max(offer_id), 1, 'WAL', 'tracing', 5, '', 1, 6, 7, 'missed', 1, 5,"
             " '' FROM offer",
             (long long)person);
    assert_int_equal(world_sql_result(w, sql), SQLITE_OK);
    (void)step(w, 10);
    assert_string_equal(world_person_state(w, person), "closed");
    assert_int_equal(world_sql_result(w, "DELETE FROM callback"), 0);
    static const char *const states[] = {"waiting", "held", "unresolved"};
    for (size_t i = 0; i < N(states); i++) {
        snprintf(sql, sizeof sql, "UPDATE person SET state = '%s'", states[i]);
        assert_int_equal(world_sql_result(w, sql), 0);
        (void)step(w, 10);
        assert_string_equal(world_person_state(w, person), states[i]);
    }
    assert_int_equal(world_sql_result(w, "UPDATE person SET state = 'closed'"), 0);
    assert_int_equal(step(w, 10), 1);
    assert_string_equal(world_person_state(w, person), "none");
}

static void a_purge_that_was_cut_is_certified_whole(void **state)
{
    struct world *w = *state;
    CLEANUP_BUF struct buf text = {0};
    for (int i = 0; i < 3; i++) {
        char login[16], phone[16];
        snprintf(login, sizeof login, "agent%d", i);
        snprintf(phone, sizeof phone, "+3247000000%d", i + 1);
        closed(w, login, phone);
    }
    w->now += 5000 * DAY;
    (void)world_sql(w, "UPDATE outbox SET state = 'sent', due_at = NULL, sent_at = 0,"
                       " sent_version = version");
    assert_true(step(w, 1) > 0);
    /* The process dies; the next one goes on. */
    while (step(w, 1) > 0) {
    }
    const int64_t number = certify(w);
    assert_int_equal(store_certificate_print(w->st, number, &text, &w->err), ERR_OK);
    assert_non_null(strstr(text.data, "\ndestroyed person 3\n"));
    assert_non_null(strstr(text.data, "\ndestroyed call 3\n"));
    assert_non_null(strstr(text.data, "\ntickets 3 "));
    assert_non_null(strstr(text.data, "\npolicy tracing "));
}

static void a_certificate_proves_each_ticket_and_is_not_forged(void **state)
{
    struct world *w = *state;
    int64_t number = 0;
    CLEANUP_BUF struct buf text = {0};
    const int64_t person = closed(w, "one", "+32470000001");
    MUST(w, store_person_erase(w->st, person, "request", w->now, &number, &w->err));
    int64_t found = 0;
    assert_int_equal(store_certificate_find(w->st, "TICKET-0001", &found, &w->err), ERR_OK);
    assert_int_equal(found, number);
    assert_int_equal(store_certificate_find(w->st, "TICKET-0002", &found, &w->err), ERR_NOT_FOUND);
    assert_int_equal(store_certificate_print(w->st, number, &text, &w->err), ERR_OK);
    assert_non_null(strstr(text.data, "\nreason request\n"));
    assert_null(strstr(text.data, "TICKET"));
    assert_int_not_equal(world_sql_result(w, "UPDATE certificate SET at = 0"), SQLITE_OK);
    assert_int_not_equal(world_sql_result(w, "DELETE FROM certificate"), SQLITE_OK);
    assert_int_equal(world_sql_result(w, "DROP TRIGGER certificate_stays;"
                                         "UPDATE certificate SET body = replace(body, 'person 1',"
                                         " 'person 2')"),
                     SQLITE_OK);
    assert_int_equal(store_certificate_print(w->st, number, &text, &w->err), ERR_STATE);
}

static void nobody_is_erased_under_an_agents_hands(void **state)
{
    struct world *w = *state;
    int64_t number = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    const struct store_actor a = world_on_queue(w, "one", REGION_WAL, "fr");
    world_offer(w, &a);
    assert_int_equal(TRY(w, store_person_erase(w->st, 1, "request", w->now, &number, &w->err)),
                     ERR_STATE);
    assert_int_equal(TRY(w, store_person_erase(w->st, 77, "request", w->now, &number, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 1);
}

/* A journal may still hold what was said to whoever was destroyed: no number of theirs becomes that
 * of somebody else. */
static void no_number_is_given_twice(void **state)
{
    static const char *const gone[] = {"SELECT max(offer_id) FROM offer",
                                       "SELECT max(call_id) FROM call",
                                       "SELECT max(person_id) FROM person"};
    struct world *w = *state;
    int64_t before[N(gone)];
    int64_t number = 0;
    const int64_t person = closed(w, "one", "+32470000001");
    for (size_t i = 0; i < N(gone); i++) {
        before[i] = world_sql(w, gone[i]);
        assert_true(before[i] > 0);
    }
    MUST(w, store_person_erase(w->st, person, "request", w->now, &number, &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM offer"), 0);
    closed(w, "two", "+32470000002");
    for (size_t i = 0; i < N(gone); i++) {
        assert_true(world_sql(w, gone[i]) > before[i]);
    }
}

/* Who wished no call at all gets none under another ticket with the same number. */
static void a_wish_outlives_the_person(void **state)
{
    struct world *w = *state;
    int64_t number = 0;
    const int64_t person = closed(w, "one", "+32470000001");
    char sql[128];
    snprintf(sql, sizeof sql, "INSERT INTO wish_not_called (person_id, at) VALUES (%lld, 5)",
             (long long)person);
    assert_int_equal(world_sql_result(w, sql), SQLITE_OK);
    MUST(w, store_person_erase(w->st, person, "request", w->now, &number, &w->err));
    uint8_t index[BLIND_BYTES];
    MUST(w, blind_phone(w->st, "+32470000001", index, &w->err));
    char hex[2 * BLIND_BYTES + 1];
    for (size_t i = 0; i < BLIND_BYTES; i++) {
        snprintf(hex + 2 * i, 3, "%02X", index[i]);
    }
    snprintf(sql, sizeof sql, "SELECT count(*) FROM wish_not_called WHERE hex(phone_bidx) = '%s'",
             hex);
    assert_int_equal(world_sql(w, sql), 1);
}

static bool export_says(struct world *w, int64_t person_id, const char *text)
{
    CLEANUP_BUF struct buf out = {0};
    MUST(w, store_person_export(w->st, person_id, &out, &w->err));
    return strstr(out.data, text) != NULL;
}

/* In whatever region they are. What a file says again and again is no news; what it says anew is.
 */
static void contacts_forget_an_index_case_who_is_erased(void **state)
{
    static const char name[] = "\"name_index_patient\": \"Zéphyrine Plantedname\"";
    static const char link[] = "\"index_ticket\": \"TICKET-0001\"";
    struct world *w = *state;
    int64_t number = 0;
    CLEANUP_BUF struct buf text = {0};
    struct record r[4];
    static const enum region regions[] = {REGION_WAL, REGION_WAL, REGION_BXL, REGION_WAL};
    for (size_t i = 0; i < N(r); i++) {
        char phone[16];
        snprintf(phone, sizeof phone, "+3247000000%zu", i + 1);
        r[i] = world_record(w, regions[i], "fr", i ? PERSON_CONTACT : PERSON_INDEX, phone);
        if (i == 1 || i == 2) {
            assert_int_equal(
                record_set_field(&r[i], RECORD_INDEX_TICKET, "TICKET-0001", 11, &w->err), ERR_OK);
        }
    }
    world_import(w, r, N(r));
    assert_true(export_says(w, 2, name) && export_says(w, 2, link));
    MUST(w, store_person_erase(w->st, 1, "request", w->now, &number, &w->err));
    for (int64_t id = 2; id <= 3; id++) {
        assert_false(export_says(w, id, name));
        assert_false(export_says(w, id, link));
        assert_true(export_says(w, id, "\"family_name\": \"Vanplanted\""));
    }
    assert_true(export_says(w, 4, name)); /* of nobody's index case that is known */
    assert_int_equal(
        world_sql(w, "SELECT count(*) FROM person WHERE index_ticket_bidx IS NOT NULL"), 0);
    assert_int_equal(store_certificate_print(w->st, number, &text, &w->err), ERR_OK);
    assert_non_null(strstr(text.data, "\ndestroyed index_patient_names 2\n"));

    world_import(w, &r[1], 1);
    assert_false(export_says(w, 2, name));
    assert_int_equal(record_set_field(&r[1], RECORD_NOTES, "new", 3, &w->err), ERR_OK);
    world_import(w, &r[1], 1);
    assert_true(export_says(w, 2, name) && export_says(w, 2, link));
    world_import(w, &r[0], 1); /* somebody new, who waits */
    assert_int_equal(world_sql(w, "SELECT max(person_id) FROM person"), 5);
    assert_string_equal(world_person_state(w, 5), "waiting");
}

static void everything_of_a_person_is_written_out(void **state)
{
    struct world *w = *state;
    int64_t ids[4];
    size_t n = 0;
    CLEANUP_BUF struct buf out = {0};
    const int64_t person = closed(w, "one", "+32470000001");
    closed(w, "two", "+32470000002");
    MUST(w, store_person_by_ticket(w->st, "TICKET-0001", ids, 4, &n, &w->err));
    assert_int_equal(n, 1);
    assert_int_equal(ids[0], person);
    MUST(w, store_person_export(w->st, person, &out, &w->err));
    static const char *const wanted[] = {
        "\"sciensano_request_ticket\": \"TICKET-0001\"",
        "\"family_name\": \"Vanplanted\"",
        "\"phone\": \"+32470000001\"",
        "\"response\": {\"a\":1}",
        "\"code\": \"closed_with_data\"",
        "\"name_index_patient\": \"Zéphyrine Plantedname\"",
    };
    for (size_t i = 0; i < N(wanted); i++) {
        if (!strstr(out.data, wanted[i])) {
            fail_msg("%s is missing in %s", wanted[i], out.data);
        }
    }
    assert_null(strstr(out.data, "+32470000002"));
    assert_null(strstr(out.data, "TICKET-0002"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_table_about_people_is_listed),
        TEST(what_is_due_goes_and_what_is_not_stays),
        TEST(nobody_with_something_open_goes),
        TEST(a_purge_that_was_cut_is_certified_whole),
        TEST(a_certificate_proves_each_ticket_and_is_not_forged),
        TEST(nobody_is_erased_under_an_agents_hands),
        TEST(no_number_is_given_twice),
        TEST(a_wish_outlives_the_person),
        TEST(contacts_forget_an_index_case_who_is_erased),
        TEST(everything_of_a_person_is_written_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
