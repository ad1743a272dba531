/* SPDX-License-Identifier: Apache-2.0 */
/* The master key is changed while people are called: everything is found and opens at each moment,
 * a number still has one place, and nothing names the old key at the end. */

#include <sqlite3.h>
#include <stdlib.h>

#include "net/store/blind.h"
#include "net/store/record_seal.h"
#include "net/store/store_audit.h"
#include "net/store/store_export.h"
#include "net/store/store_keys.h"
#include "net/store/store_named.h"
#include "tests/net/store_world.h"

/* What the lists of the program say, as SQL that a test can walk. */
static const char *const sealed[][2] = {
#define SEALED_1(id, table, key, place_key, column, place_table, group, then) {table, column},
#define SEALED_2(id, table, key_1, key_2, place_key, column, place_table, group, then)             \
    {table, column},
#include "net/store/sealed.def"
#undef SEALED_1
#undef SEALED_2
};
static const char *const blinds[][2] = {
#define BLIND(table, column, use) {#table, #column},
#include "net/store/blind.def"
#undef BLIND
};
/* Keyed hashes of contents, which rotate.c makes anew with the row, and repeat.c compares. */
static const char *const hashes[][2] = {
    {"person",        "content_mac"},
    {"late_draft",    "body_mac"   },
    {"collectivity",  "entry_mac"  },
    {"named_contact", "entry_mac"  },
    {"repeat",        "fingerprint"},
};
#define N(t) (sizeof(t) / sizeof((t)[0]))

static bool listed(const char *const (*list)[2], size_t n, const char *table, const char *column)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i][0], table) == 0 && strcmp(list[i][1], column) == 0) {
            return true;
        }
    }
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* Whoever adds a column adds it to the list, or a change of keys would forget it. */
static void every_sealed_and_blind_column_is_listed(void **state)
{
    struct world *w = *state;
    world_sqlite_only(w);
    char path[96];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    int n_enc = 0, n_bidx = 0;
    snprintf(path, sizeof path, "%s/pupitre.db", w->dir);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT t.name, c.name FROM sqlite_master t,"
                                        " pragma_table_info(t.name) c WHERE t.type = 'table'"
                                        " AND t.name <> 'import_row' ORDER BY 1, 2",
                                        -1, &q, NULL),
                     SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(q, 0);
        const char *column = (const char *)sqlite3_column_text(q, 1);
        const bool enc = ends_with(column, "_enc"), bidx = ends_with(column, "_bidx");
        if ((enc && !listed(sealed, N(sealed), table, column)) ||
            (bidx && !listed(blinds, N(blinds), table, column)) ||
            ((ends_with(column, "_mac") || strcmp(column, "fingerprint") == 0) &&
             !listed(hashes, N(hashes), table, column))) {
            fail_msg("%s.%s is in no list of what a change of keys walks", table, column);
        }
        n_enc += enc;
        n_bidx += bidx;
    }
    assert_int_equal(n_enc, N(sealed));
    assert_int_equal(n_bidx, N(blinds));
    sqlite3_finalize(q);
    sqlite3_close(db);
}

#define PEOPLE 9
#define SHARED "+32470000001" /* of two people */

struct day {
    struct world *w;
    struct record records[PEOPLE];
    struct store_actor talks; /* to the first, who has the shared number */
    struct store_permit permit;
    int64_t fence;
    struct store_session session;
    int64_t session_agent;
};

/* A day with something in every sealed column but those of operators. */
static void live(struct day *d, struct world *w)
{
    struct store_outcome outcome;
    int64_t version = 0;
    bool kept = false;
    d->w = w;
    for (int i = 0; i < PEOPLE; i++) {
        char phone[16];
        snprintf(phone, sizeof phone, i == PEOPLE - 1 ? SHARED : "+3247000000%d", i + 1);
        d->records[i] = world_record(w, REGION_WAL, "fr", PERSON_INDEX, phone);
        snprintf(d->records[i].given_name, sizeof d->records[i].given_name, "Gudule%d", i);
    }
    world_import(w, d->records, PEOPLE);
    d->talks = world_on_queue(w, "talks", REGION_WAL, "fr");
    d->permit = world_call(w, &d->talks);
    d->fence = world_work(w, &d->talks).offer.fence;
    const int64_t offer = world_work(w, &d->talks).offer.offer_id;
    const struct store_response_put put = {.json = "{\"a\":1}", .json_len = 7};
    MUST(w, store_response_put(w->st, &d->talks, offer, d->fence, &put, w->now, &version, &kept,
                               &w->err));
    const struct script_contact no_number = {.given = "Elise"};
    struct store_named_sum sum;
    MUST(w, store_named_take(w->st, &d->talks, offer, &no_number, 1, w->now, &sum, &w->err));
    world_begin(w); /* late words are kept, and the caller must keep them */
    assert_int_equal(store_response_put(w->st, &d->talks, offer, d->fence + 7, &put, w->now,
                                        &version, &kept, &w->err),
                     ERR_STALE);
    assert_true(kept);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    const struct store_actor done = world_on_queue(w, "done", REGION_WAL, "fr");
    world_acw(w, &done, CALL_END_BY_PERSON);
    assert_int_equal(world_wrapup(w, &done, "closed_with_data", 0, &outcome), ERR_OK);
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    const struct store_actor stuck = world_on_queue(w, "stuck", REGION_WAL, "fr");
    const int64_t held = world_offer(w, &stuck);
    MUST(w, store_offer_release(w->st, &boss, held, "went home", w->now, &outcome, &w->err));
    d->session_agent = boss.agent_id;
    MUST(w, store_sign_in(w->st, boss.agent_id, w->now, w->now + 3600, &d->session, &w->err));
}

static bool look_for(struct world *w, const struct record *r, const char *column,
                     const uint8_t index[BLIND_BYTES])
{
    char sql[256];
    char hex[2 * BLIND_BYTES + 1];
    for (size_t i = 0; i < BLIND_BYTES; i++) {
        snprintf(hex + 2 * i, 3, "%02X", index[i]);
    }
    (void)r;
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM person JOIN person_phone USING (person_id)"
             " WHERE hex(%s) = '%s'",
             column, hex);
    return world_sql(w, sql) > 0;
}

/* By ticket, NISS, name and birth date, and number. */
static void assert_found(struct world *w, const struct record *r)
{
    uint8_t index[4][BLIND_BYTES];
    MUST(w, blind_ticket(w->st, r->ticket, index[0], &w->err));
    MUST(w, blind_niss(w->st, &r->niss, index[1], &w->err));
    MUST(w,
         blind_name_birth(w->st, r->given_name, r->family_name, r->birth_date, index[2], &w->err));
    MUST(w, blind_phone(w->st, r->phones[0].number, index[3], &w->err));
    assert_true(look_for(w, r, "ticket_bidx", index[0]));
    assert_true(look_for(w, r, "niss_bidx", index[1]));
    assert_true(look_for(w, r, "name_birth_bidx", index[2]));
    assert_true(look_for(w, r, "phone_bidx", index[3]));
}

static void assert_same(struct day *d, const struct record *r)
{
    struct world *w = d->w;
    int64_t run = 0;
    enum store_import_row row = STORE_IMPORT_NEW;
    world_begin(w);
    assert_int_equal(store_import_begin(w->st, "tracing", w->now, &run, &w->err), ERR_OK);
    assert_int_equal(store_import_stage(w->st, run, 2, r, &row, &w->err), ERR_OK);
    store_rollback(w->st);
    assert_int_equal(row, STORE_IMPORT_SAME);
}

/* The number of the call is that of another person, too: nobody is offered who has it. */
static void assert_leased(struct day *d)
{
    struct world *w = d->w;
    uint8_t index[BLIND_BYTES];
    MUST(w, blind_phone(w->st, SHARED, index, &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease l JOIN person_phone f"
                                  " USING (phone_bidx) WHERE l.call_id IS NOT NULL"),
                     2);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call JOIN person_phone USING (phone_bidx)"
                                  " WHERE call.person_id = person_phone.person_id"),
                     world_sql(w, "SELECT count(*) FROM call"));
}

static void assert_open(struct day *d)
{
    struct world *w = d->w;
    struct store_permit permit;
    struct store_response response = {0};
    const int64_t offer = world_work(w, &d->talks).offer.offer_id;
    assert_string_equal(world_work(w, &d->talks).offer.call_phone, SHARED);
    assert_int_equal(store_permit_read(w->st, &d->talks, d->permit.call_id, &permit, &w->err),
                     ERR_OK);
    assert_string_equal(permit.call_token, d->permit.call_token);
    assert_int_equal(store_response_get(w->st, &d->talks, offer, &response, &w->err), ERR_OK);
    assert_string_equal(response.json, "{\"a\":1}");
    store_response_deinit(&response);
    struct store_session again;
    assert_int_equal(store_session_again(w->st, d->session.session_id, w->now, &again, &w->err),
                     ERR_OK);
    assert_string_equal(again.token, d->session.token);
    assert_memory_equal(again.journal_key, d->session.journal_key, sizeof again.journal_key);
}

static enum err_code count_rows(void *arg, const char *const *values, size_t n, struct err *err)
{
    (void)values, (void)n, (void)err;
    ++*(int *)arg;
    return ERR_OK;
}

/* Everything that can be written out opens. */
static int export_all(struct world *w)
{
    int rows = 0;
    for (unsigned what = 0; what < STORE_EXPORT_COUNT; what++) {
        if (store_export(w->st, (enum store_export)what, NULL, count_rows, &rows, &w->err)) {
            fail_msg("%s: %s", store_export_name((enum store_export)what), w->err.sentence);
        }
    }
    return rows;
}

static void everything_is_found_at_each_step(void **state)
{
    struct world *w = *state;
    struct day d;
    struct store_rotate_progress at = {.left = true};
    struct store_audit_report report;
    uint32_t id = 0;
    int64_t left = -1;
    int steps = 0;
    live(&d, w);
    const int rows = export_all(w);
    MUST(w, store_rotate_begin(w->st, w->keys, w->now, &id, &w->err));
    assert_int_equal(id, 2);
    while (at.left) {
        MUST(w, store_rotate_step(w->st, 1, &at, &w->err));
        if (steps++ % 5 == 0) { /* what is looked for is moved: not all of it at once */
            assert_leased(&d);
            assert_open(&d);
            assert_found(w, &d.records[(steps / 5) % PEOPLE]);
            assert_same(&d, &d.records[(steps / 7) % PEOPLE]);
        }
    }
    assert_true(steps > 50);
    assert_int_equal(store_sealed_otherwise(w->st, &left, &w->err), ERR_OK);
    assert_int_equal(left, 0);
    MUST(w, store_rotate_end(w->st, false, w->now, &w->err));
    for (int i = 0; i < PEOPLE; i++) {
        assert_found(w, &d.records[i]);
        assert_same(&d, &d.records[i]);
    }
    assert_leased(&d);
    assert_open(&d);
    assert_int_equal(export_all(w), rows + 2); /* the two entries about it */
    assert_int_equal(store_audit_verify_all(w->st, NULL, 0, &report, &w->err), ERR_OK);
    assert_int_equal(report.checkpoints, 2);
}

/* Without a look from outside: the walk alone moves every value. */
static void nothing_stands_under_the_old_key_at_the_end(void **state)
{
    struct world *w = *state;
    struct day d;
    struct store_rotate_progress at = {.left = true};
    uint32_t id = 0;
    live(&d, w);
    assert_int_equal(world_sql_result(w, "CREATE TABLE old AS SELECT ticket_bidx AS b FROM person"
                                         " UNION SELECT niss_bidx FROM person"
                                         " UNION SELECT name_birth_bidx FROM person"
                                         " UNION SELECT phone_bidx FROM person_phone"
                                         " UNION SELECT content_mac FROM person"
                                         " UNION SELECT body_mac FROM late_draft"),
                     0);
    MUST(w, store_rotate_begin(w->st, w->keys, w->now, &id, &w->err));
    while (at.left) {
        MUST(w, store_rotate_step(w->st, 1000, &at, &w->err));
    }
    for (size_t i = 0; i < N(blinds) + N(hashes); i++) {
        const char *const *c = i < N(blinds) ? blinds[i] : hashes[i - N(blinds)];
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\" WHERE %s IN (SELECT b FROM old)",
                 c[0], c[1]);
        if (world_sql(w, sql) != 0) {
            fail_msg("%s.%s", c[0], c[1]);
        }
    }
}

static void finish(struct world *w)
{
    struct store_rotate_progress at = {.left = true};
    uint32_t id = 0;
    MUST(w, store_rotate_begin(w->st, w->keys, w->now, &id, &w->err));
    while (at.left) {
        MUST(w, store_rotate_step(w->st, 1000, &at, &w->err));
    }
    MUST(w, store_rotate_end(w->st, false, w->now, &w->err));
}

static void another_process_follows(void **state)
{
    struct world *w = *state;
    struct day d;
    char path[96];
    struct keys *keys = NULL;
    struct store *other = NULL;
    uint32_t id = 0;
    snprintf(path, sizeof path, "%s/master.key", w->dir);
    live(&d, w);
    assert_int_equal(keys_load(path, &keys, &w->err), ERR_OK);
    other = world_open_with(w, keys);
    assert_int_equal(store_migrate(other, w->now, &w->err), ERR_OK);
    MUST(w, store_rotate_begin(w->st, w->keys, w->now, &id, &w->err));
    assert_int_equal(keys_newest(keys), 1);
    assert_int_equal(store_begin(other, &w->err), ERR_OK);
    assert_int_equal(keys_newest(keys), 2);
    uint8_t index[BLIND_BYTES];
    assert_int_equal(blind_phone(other, SHARED, index, &w->err), ERR_OK);
    assert_int_equal(store_commit(other, &w->err), ERR_OK);
    assert_leased(&d);
    other = store_close(other);
    keys_free(keys);
}

static void an_import_is_waited_for(void **state)
{
    struct world *w = *state;
    int64_t run = 0;
    uint32_t id = 0;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    assert_int_equal(TRY(w, store_rotate_begin(w->st, w->keys, w->now, &id, &w->err)),
                     ERR_UNAVAILABLE);
    uint32_t ids[KEYS_MAX];
    assert_int_equal(keys_ids(w->keys, ids), 1); /* no key was made for nothing */
}

/* A wish outlives the person's number and the key that it stands under. */
static void a_key_is_retired_when_nothing_names_it(void **state)
{
    struct world *w = *state;
    struct day d;
    uint8_t before[BLIND_BYTES];
    uint8_t after[BLIND_BYTES];
    uint32_t ids[KEYS_MAX];
    struct store_audit_report report;
    struct store_repeat repeat = {.http_status = 204};
    live(&d, w);
    MUST(w, blind_phone(w->st, "+32470999999", before, &w->err));
    assert_int_equal(world_sql_result(w, "INSERT INTO wish_not_called (person_id, phone_bidx, at)"
                                         " SELECT 1, x'00112233445566778899aabbccddeeff', 5"),
                     0);
    char sql[256] = "UPDATE wish_not_called SET phone_bidx = x'";
    for (size_t i = 0; i < BLIND_BYTES; i++) {
        snprintf(sql + strlen(sql), 3, "%02x", before[i]);
    }
    snprintf(sql + strlen(sql), 2, "'");
    assert_int_equal(world_sql_result(w, sql), 0);
    MUST(w, store_repeat_put(w->st, "agent:1", "key", "body", 4, &repeat, w->now, &w->err));
    assert_int_equal(TRY(w, store_key_retire(w->st, 1, w->now, &w->err)), ERR_STATE); /* writes */
    uint32_t id = 0;
    MUST(w, store_rotate_begin(w->st, w->keys, w->now, &id, &w->err));
    assert_int_equal(TRY(w, store_key_retire(w->st, 1, w->now, &w->err)), ERR_STATE); /* begun */
    finish(w);
    assert_int_equal(TRY(w, store_key_retire(w->st, 1, w->now, &w->err)), ERR_STATE); /* repeats */
    assert_int_equal(
        store_repeat_find(w->st, "agent:1", "key", "body", 4, w->now, &repeat, &w->err), ERR_OK);
    MUST(w, store_repeat_purge(w->st, w->now + 90000, 10, &w->err));
    MUST(w, store_key_retire(w->st, 1, w->now, &w->err));
    assert_int_equal(keys_take_out(w->keys, 1, &w->err), ERR_OK);
    assert_int_equal(keys_ids(w->keys, ids), 1);
    assert_int_equal(ids[0], 2);
    assert_true(export_all(w) > 0);
    assert_int_equal(store_audit_verify_all(w->st, NULL, 0, &report, &w->err), ERR_OK);
    assert_int_equal(report.checkpoints, 2); /* one of them signed by the key that went */
    MUST(w, blind_phone(w->st, "+32470999999", after, &w->err));
    assert_memory_not_equal(before, after, BLIND_BYTES);
    assert_int_equal(look_for(w, NULL, "phone_bidx", after), 0);
    for (size_t i = 0, at = strlen("UPDATE wish_not_called SET phone_bidx = x'"); i < BLIND_BYTES;
         i++, at += 2) {
        snprintf(sql + at, 3, "%02x", after[i]);
    }
    char count[256];
    snprintf(count, sizeof count,
             "SELECT count(*) FROM wish_not_called WHERE phone_bidx = x'%.32s'",
             sql + strlen("UPDATE wish_not_called SET phone_bidx = x'"));
    assert_int_equal(world_sql(w, count), 1);
}

static void a_second_rotation_keeps_what_was_kept(void **state)
{
    struct world *w = *state;
    struct day d;
    struct store_audit_report report;
    struct store_key_facts facts;
    live(&d, w);
    for (uint32_t id = 1; id <= 3; id++) {
        finish(w);
        MUST(w, store_key_retire(w->st, id, w->now, &w->err));
        assert_int_equal(keys_take_out(w->keys, id, &w->err), ERR_OK);
        assert_int_equal(store_audit_verify_all(w->st, NULL, 0, &report, &w->err), ERR_OK);
        assert_true(export_all(w) > 0);
    }
    assert_int_equal(store_key_list(w->st, &facts, &w->err), ERR_OK);
    assert_int_equal(facts.n, 4);
    assert_false(facts.rotating);
    for (size_t i = 0; i < facts.n; i++) {
        assert_int_equal(facts.keys[i].writes, facts.keys[i].id == 4);
        assert_int_equal(facts.keys[i].in_file, facts.keys[i].id == 4);
    }
    for (int i = 0; i < PEOPLE; i++) {
        assert_found(w, &d.records[i]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_sealed_and_blind_column_is_listed),
        TEST(everything_is_found_at_each_step),
        TEST(nothing_stands_under_the_old_key_at_the_end),
        TEST(another_process_follows),
        TEST(an_import_is_waited_for),
        TEST(a_key_is_retired_when_nothing_names_it),
        TEST(a_second_rotation_keeps_what_was_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
