/* SPDX-License-Identifier: Apache-2.0 */
/* An import that is decided and not moved yet: from outside it looks as if it were. */

#include "net/store/store_export.h"
#include "net/store/store_figures.h"
#include "store_world.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/buf.h"

static void set(struct record *r, enum record_column column, const char *text)
{
    struct err err;
    assert_int_equal(record_set_field(r, column, text, strlen(text), &err), ERR_OK);
}

/* Stage these people in a run of their own. */
static int64_t staged(struct world *w, const struct record *records, size_t n)
{
    int64_t run = 0;
    enum store_import_row row;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    for (size_t i = 0; i < n; i++) {
        MUST(w, store_import_stage(w->st, run, (int64_t)i + 2, &records[i], &row, &w->err));
    }
    return run;
}

static void decide(struct world *w, int64_t run)
{
    const struct store_import_figures f = {0};
    MUST(w, store_import_commit_run(w->st, run, &f, w->now, &w->err));
}

static void move_all(struct world *w, int64_t run)
{
    for (bool left = true; left;) {
        MUST(w, store_import_promote(w->st, run, 2, w->now + 99, &left, &w->err));
    }
}

static enum err_code see(void *arg, const char *const *values, size_t n, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < n; i++) {
        buf_printf(arg, "%s|", values[i] ? values[i] : "-");
    }
    buf_char(arg, '\n');
    return ERR_OK;
}

/* Owned by the caller. */
static char *export(struct world *w, const enum region *region)
{
    struct buf text = {0};
    assert_int_equal(store_export(w->st, STORE_EXPORT_PEOPLE, region, see, &text, &w->err), ERR_OK);
    buf_char(&text, '.');
    return buf_take(&text);
}

static int64_t waiting(struct world *w, const struct store_actor *actor, const char *queue,
                       int64_t *ret_longest_s)
{
    struct store_queue rows[SERVICE_QUEUES];
    size_t n = 0;
    assert_int_equal(store_queues(w->st, actor, w->now, rows, SERVICE_QUEUES, &n, &w->err), ERR_OK);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].queue, queue) == 0) {
            *ret_longest_s = rows[i].longest_wait_s;
            return rows[i].waiting;
        }
    }
    fail_msg("no queue %s", queue);
    return -1;
}

/* What the metrics say of the region. */
static int64_t figure(struct world *w, enum region region)
{
    struct store_figures f;
    MUST(w, store_figures_read(w->st, w->now, &f, &w->err));
    for (size_t i = 0; i < f.n_waiting; i++) {
        if (f.waiting[i].region == region) {
            return f.waiting[i].n;
        }
    }
    return 0;
}

static void an_export_changes_with_the_decision_and_not_after(void **state)
{
    struct world *w = *state;
    const enum region wal = REGION_WAL;
    struct record r[4];
    for (int i = 0; i < 4; i++) {
        r[i] =
            world_record(w, i == 2 ? REGION_BXL : REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    }
    world_import(w, r, 2);
    char *before = export(w, NULL);
    set(&r[0], RECORD_FAMILY_NAME, "Changed");
    set(&r[1], RECORD_REGION, "BXL");
    w->now += 60;
    int64_t run = staged(w, r, 4);
    char *undecided = export(w, NULL);
    assert_string_equal(undecided, before);

    decide(w, run);
    char *decided = export(w, NULL);
    char *of_wal = export(w, &wal);
    assert_string_not_equal(decided, before);
    assert_non_null(strstr(decided, "|Changed|"));
    assert_non_null(strstr(of_wal, "TICKET-0001"));
    assert_null(strstr(of_wal, "TICKET-0002"));
    assert_non_null(strstr(of_wal, "TICKET-0004"));
    bool left = true;
    MUST(w, store_import_promote(w->st, run, 1, w->now + 1, &left, &w->err));
    MUST(w, store_import_promote(w->st, run, 2, w->now + 1, &left, &w->err));
    char *halfway = export(w, NULL);
    assert_string_equal(halfway, decided);
    move_all(w, run);
    char *moved = export(w, NULL);
    assert_string_equal(moved, decided);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 4);
    free(before);
    free(undecided);
    free(decided);
    free(of_wal);
    free(halfway);
    free(moved);
}

static void a_waiting_line_grows_with_the_decision_and_not_after(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_agent(w, "ann", REGION_WAL, "fr", false);
    struct record r[3];
    int64_t longest = 0;
    for (int i = 0; i < 3; i++) {
        r[i] = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    }
    int64_t run = staged(w, r, 3);
    assert_int_equal(waiting(w, &a, "WAL_French", &longest), 0);
    assert_int_equal(figure(w, REGION_WAL), 0);
    decide(w, run);
    w->now += 30;
    for (int left = 3; left >= 0; left--) {
        bool more = true;
        assert_int_equal(waiting(w, &a, "WAL_French", &longest), 3);
        assert_int_equal(longest, 30);
        assert_int_equal(figure(w, REGION_WAL), 3);
        MUST(w, store_import_promote(w->st, run, 1, w->now, &more, &w->err));
    }
    assert_int_equal(waiting(w, &a, "WAL_French", &longest), 3);
    assert_int_equal(longest, 30);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM import_waiting"), 0);
}

/* Whom the agent gets next. */
static void assert_gets(struct world *w, const struct store_actor *actor, const char *phone)
{
    const int64_t offer = world_offer(w, actor);
    const int64_t fence = world_work(w, actor).offer.fence;
    MUST(w, store_offer_accept(w->st, actor, offer, fence, w->now, &w->err));
    assert_string_equal(world_work(w, actor).offer.phones[0], phone);
}

static void the_next_person_is_found_wherever_the_row_is(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    int64_t longest;
    struct record r[3];
    int64_t offer = 0;
    r[0] = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    r[1] = world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002");
    r[2] = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000003");
    world_import(w, &r[2], 1); /* waits already, with a younger ticket */
    int64_t run = staged(w, r, 2);
    decide(w, run);
    assert_int_equal(waiting(w, &a, "WAL_French", &longest), 3);
    assert_gets(w, &a, "+32470000001");
    assert_int_equal(waiting(w, &a, "WAL_French", &longest), 2);
    assert_gets(w, &b, "+32470000003");
    struct store_actor c = world_on_queue(w, "cis", REGION_WAL, "fr");
    assert_gets(w, &c, "+32470000002");
    assert_int_equal(waiting(w, &a, "WAL_French", &longest), 0);
    move_all(w, run); /* finds that all was done */
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 3);
    struct store_actor d = world_on_queue(w, "dot", REGION_WAL, "fr");
    assert_int_equal(TRY(w, store_offer_next(w->st, d.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
}

static void nobody_of_an_undecided_run_is_offered(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = 0;
    (void)staged(w, &r, 1);
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
}

static void who_moved_to_another_region_is_not_offered_in_the_old_one(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_BXL, "fr");
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = 0;
    world_import(w, &r, 1);
    set(&r, RECORD_REGION, "BXL");
    int64_t run = staged(w, &r, 1);
    decide(w, run);
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
    move_all(w, run);
    world_offer(w, &b);
}

static void the_agent_who_has_a_person_reads_what_the_import_says(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct record seen;
    world_import(w, &r, 1);
    (void)world_call(w, &a);
    const struct store_work_offer offer = world_work(w, &a).offer;
    set(&r, RECORD_MUNICIPALITY, "Elsewhere");
    decide(w, staged(w, &r, 1));
    MUST(w, store_record_read(w->st, &a, offer.offer_id, offer.fence, w->now, &seen, &w->err));
    assert_string_equal(seen.municipality, "Elsewhere");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM import_row"), 0);
}

/* A database of the first schema, with an import that was cut in its second half. */
static void an_older_database_keeps_what_was_decided(void **state)
{
    struct world *w = *state;
    world_sqlite_only(w);
    struct buf sql = {0};
    char part[4096];
    char path[96];
    size_t n;
    FILE *f = fopen(SOURCE_ROOT "/net/store/migrations/0001.sql", "r");
    assert_non_null(f);
    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(&sql, part, n);
    }
    fclose(f);
    buf_str(&sql,
            "INSERT INTO migration VALUES (1, 1); PRAGMA user_version = 1;"
            "INSERT INTO agent (agent_id, login, name, region, role, languages, service_id,"
            " password_hash, journal_enc, created_at, status_since, free_since)"
            " VALUES (1, 'sue', 'Sue', 'WAL', 'supervisor', 'fr', 'tracing', 'x', x'00', 1, 1, 1);"
            "INSERT INTO import_run (import_id, service_id, state, started_at)"
            " VALUES (1, 'tracing', 'promoting', 7), (2, 'tracing', 'staging', 8);"
            "INSERT INTO import_row (import_id, line, person_id, region, kind, language, n_phones,"
            " ticket_at, ticket_bidx, phone_bidx, ident_enc, contact_enc, context_enc, content_mac)"
            " VALUES (1, 9, 4, 'WAL', 'index', 'fr', 1, 5, randomblob(16), randomblob(16), x'00',"
            "  x'00', x'00', randomblob(16)),"
            " (2, 2, 4, 'WAL', 'index', 'fr', 1, 5, randomblob(16), randomblob(16), x'00', x'00',"
            "  x'00', randomblob(16));");
    store_close(w->st);
    snprintf(path, sizeof path, "%s/pupitre.db", w->dir);
    unlink(path);
    assert_int_equal(store_open(w->dir, w->keys, STORE_CREATE, &w->st, &w->err), ERR_OK);
    assert_int_equal(world_sql_result(w, buf_text(&sql)), 0);
    buf_free(&sql);
    assert_int_equal(store_migrate(w->st, w->now, &w->err), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM agent WHERE role = 'supervisor'"), 1);
    assert_int_equal(world_sql(w, "SELECT n FROM import_waiting"), 1);
    move_all(w, 1);
    assert_int_equal(world_sql(w, "SELECT waiting_since FROM person WHERE person_id = 4"), 7);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM import_row"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_export_changes_with_the_decision_and_not_after),
        TEST(a_waiting_line_grows_with_the_decision_and_not_after),
        TEST(the_next_person_is_found_wherever_the_row_is),
        TEST(nobody_of_an_undecided_run_is_offered),
        TEST(who_moved_to_another_region_is_not_offered_in_the_old_one),
        TEST(the_agent_who_has_a_person_reads_what_the_import_says),
        TEST(an_older_database_keeps_what_was_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
