/* SPDX-License-Identifier: Apache-2.0 */
/* What only PostgreSQL has: its schema is that of SQLite, and several write at the same time. */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <libpq-fe.h>
#include <sqlite3.h>

#include "core/buf.h"
#include "net/store/store_named.h"
#include "net/store/store_outbox.h"
#include "store_world.h"

/* What PostgreSQL has beside: each process counts in rows of its own. */
static const char *const only_here[] = {"waiting_count.node BIGINT 1"};

static void add_line(struct buf *out, const char *a, const char *b, const char *c, const char *d)
{
    char line[256];
    snprintf(line, sizeof line, "%s%s%s%s", a, b, c, d);
    for (size_t i = 0; i < sizeof only_here / sizeof only_here[0]; i++) {
        if (strcmp(line, only_here[i]) == 0) {
            return;
        }
    }
    buf_printf(out, "%s\n", line);
}

/* The lines that one has and the other has not. */
static void assert_same_lines(const struct buf *ours, const struct buf *theirs, const char *whose)
{
    CLEANUP_BUF struct buf missing = {0};
    const char *text = buf_text(ours);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        const size_t len = strcspn(line, "\n");
        const char *at = buf_text(theirs);
        for (; *at; at = strchr(at, '\n') + 1) {
            if (strcspn(at, "\n") == len && strncmp(at, line, len) == 0) {
                break;
            }
        }
        if (!*at) {
            buf_printf(&missing, "\n%.*s", (int)len, line);
        }
    }
    if (missing.len) {
        fail_msg("%s lacks:%s", whose, buf_text(&missing));
    }
}

static void list_sqlite(sqlite3 *db, const char *sql, struct buf *out)
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        add_line(out, (const char *)sqlite3_column_text(q, 0), "", "", "");
    }
    sqlite3_finalize(q);
}

static void list_postgresql(struct world *w, const char *sql, struct buf *out)
{
    PGconn *conn = PQconnectdb(w->url);
    PGresult *res = PQexec(conn, sql);
    if (PQresultStatus(res) != PGRES_TUPLES_OK) {
        fail_msg("%s", PQerrorMessage(conn));
    }
    for (int i = 0; i < PQntuples(res); i++) {
        add_line(out, PQgetvalue(res, i, 0), "", "", "");
    }
    PQclear(res);
    PQfinish(conn);
}

/* Each kind of thing, as one line each that both must have. */
static const struct {
    const char *sqlite;
    const char *postgresql;
} kinds[] = {
    {"SELECT m.name || '.' || p.name || ' ' || CASE p.type WHEN 'INTEGER' THEN 'BIGINT'"
     " WHEN 'BLOB' THEN 'BYTEA' ELSE p.type END || ' ' || max(p.\"notnull\", p.pk > 0)"
     " FROM sqlite_master m JOIN pragma_table_info(m.name) p"
     " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1",                     "SELECT table_name || '.' || column_name || ' ' || upper(data_type) || ' '"
     " || CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END FROM information_schema.columns"
     " WHERE table_schema = current_schema() ORDER BY 1"},
    {"SELECT tbl_name || ' ' || name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
     "SELECT tablename || ' ' || indexname FROM pg_indexes WHERE schemaname = current_schema()"
     " AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key'"                                                            },
    {"SELECT tbl_name || ' ' || name FROM sqlite_master WHERE type = 'trigger'",
     "SELECT c.relname || ' ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
     " WHERE NOT t.tgisinternal AND c.relnamespace = CAST(current_schema() AS REGNAMESPACE)"                                          },
    {"SELECT name FROM sequence",
     "SELECT substr(relname, 5) FROM pg_class WHERE relkind = 'S' AND relname LIKE 'seq\\_%'"
     " AND relnamespace = CAST(current_schema() AS REGNAMESPACE)"                                                                     },
};

static void both_databases_have_the_same_tables(void **state)
{
    struct world *w = *state;
    struct store *st = NULL;
    char path[96];
    sqlite3 *db = NULL;
    assert_int_equal(store_open(w->dir, w->keys, STORE_CREATE, &st, &w->err), ERR_OK);
    assert_int_equal(store_migrate(st, w->now, &w->err), ERR_OK);
    assert_int_equal(store_schema_version(st), store_schema_version(w->st));
    store_close(st);
    snprintf(path, sizeof path, "%s/pupitre.db", w->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        CLEANUP_BUF struct buf sqlite = {0};
        CLEANUP_BUF struct buf postgresql = {0};
        list_sqlite(db, kinds[i].sqlite, &sqlite);
        list_postgresql(w, kinds[i].postgresql, &postgresql);
        assert_true(sqlite.len > 0);
        assert_same_lines(&sqlite, &postgresql, "PostgreSQL's schema");
        assert_same_lines(&postgresql, &sqlite, "SQLite's schema");
    }
    sqlite3_close(db);
}

/* A person whom one transaction is about to give is passed over by another, which waits for
 * nothing. */
static void two_nodes_never_give_one_person_twice(void **state)
{
    struct world *w = *state;
    struct store *other = world_open_again(w);
    struct store_actor anna = world_on_queue(w, "anna", REGION_WAL, "fr");
    struct store_actor bert = world_on_queue(w, "bert", REGION_WAL, "fr");
    int64_t first = 0;
    int64_t second = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "0470 00 00 01");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "0470 00 00 02");
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    assert_int_equal(store_begin(other, &w->err), ERR_OK);
    assert_int_equal(store_offer_next(w->st, anna.agent_id, w->now, &first, &w->err), ERR_OK);
    assert_int_equal(store_offer_next(other, bert.agent_id, w->now, &second, &w->err), ERR_OK);
    assert_int_equal(store_commit(other, &w->err), ERR_OK);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    assert_int_not_equal(world_work(w, &anna).offer.person_id,
                         world_work(w, &bert).offer.person_id);
    store_close(other);
}

/* The last one is given once, and the other is told that nobody waits. */
static void the_last_person_is_given_once(void **state)
{
    struct world *w = *state;
    struct store *other = world_open_again(w);
    struct store_actor anna = world_on_queue(w, "anna", REGION_WAL, "fr");
    struct store_actor bert = world_on_queue(w, "bert", REGION_WAL, "fr");
    int64_t offer = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "0470 00 00 01");
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    assert_int_equal(store_begin(other, &w->err), ERR_OK);
    assert_int_equal(store_offer_next(w->st, anna.agent_id, w->now, &offer, &w->err), ERR_OK);
    assert_int_equal(store_offer_next(other, bert.agent_id, w->now, &offer, &w->err),
                     ERR_NOT_FOUND);
    store_rollback(other);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT sum(n) FROM waiting_count"), 0);
    store_close(other);
}

static int64_t submitted(struct world *w, const char *login, const char *phone)
{
    static const char json[] = "{\"resourceType\":\"QuestionnaireResponse\"}";
    const struct store_response_put put = {
        .completed = true, .json = json, .json_len = sizeof json - 1};
    struct store_actor a = world_on_queue(w, login, REGION_WAL, "fr");
    int64_t version = 0;
    bool kept = false;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
    world_call(w, &a);
    const struct store_work_offer o = world_work(w, &a).offer;
    MUST(w, store_response_put(w->st, &a, o.offer_id, o.fence, &put, w->now, &version, &kept,
                               &w->err));
    return o.offer_id;
}

/* Answers that one node is about to send are passed over by another, which waits for nothing. */
static void two_nodes_never_send_the_same_answers(void **state)
{
    struct world *w = *state;
    struct store *other = world_open_again(w);
    struct store_outbox_item mine[1] = {0};
    struct store_outbox_item theirs[4] = {0};
    size_t n = 0;
    const int64_t first = submitted(w, "anna", "0470 00 00 01");
    const int64_t second = submitted(w, "bert", "0470 00 00 02");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM outbox WHERE state = 'waiting'"), 2);
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    assert_int_equal(store_begin(other, &w->err), ERR_OK);
    assert_int_equal(store_outbox_claim(w->st, w->now, 60, mine, 1, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_outbox_claim(other, w->now, 60, theirs, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(mine[0].offer_id + theirs[0].offer_id, first + second);
    assert_int_not_equal(mine[0].offer_id, theirs[0].offer_id);
    assert_int_equal(store_commit(other, &w->err), ERR_OK);
    store_rollback(w->st); /* a node that dies gives back what it took */
    store_outbox_item_deinit(&theirs[0]);
    assert_int_equal(store_begin(other, &w->err), ERR_OK);
    assert_int_equal(store_outbox_claim(other, w->now, 60, theirs, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(theirs[0].offer_id, mine[0].offer_id);
    assert_int_equal(store_commit(other, &w->err), ERR_OK);
    store_outbox_item_deinit(&mine[0]);
    store_outbox_item_deinit(&theirs[0]);
    store_close(other);
}

struct naming {
    struct store *st;
    const struct store_actor *actor;
    int64_t offer_id;
    int64_t now;
    struct store_named_sum sum;
    enum err_code code;
    struct err err;
    atomic_bool done;
};

static const struct script_contact elise = {
    .given = "Elise", .family = "Brume", .phones = {"+32470000099"}, .n_phones = 1};

static void *name_the_same(void *arg)
{
    struct naming *n = arg;
    n->code = store_begin(n->st, &n->err);
    n->code = n->code ? n->code
                      : store_named_take(n->st, n->actor, n->offer_id, &elise, 1, n->now, &n->sum,
                                         &n->err);
    n->code = n->code ? n->code : store_commit(n->st, &n->err);
    n->done = true;
    return NULL;
}

/* Two nodes are told of the same contact by two index cases: the second waits for the first to be
 * done, and finds the person. */
static void a_contact_named_on_two_nodes_is_one_person(void **state)
{
    struct world *w = *state;
    struct store *other = world_open_again(w);
    struct store_actor anna = world_on_queue(w, "anna", REGION_WAL, "fr");
    struct store_actor bert = world_on_queue(w, "bert", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "0470 00 00 01");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "0470 00 00 02");
    const int64_t first = world_offer(w, &anna);
    struct naming second = {
        .st = other, .actor = &bert, .offer_id = world_offer(w, &bert), .now = w->now};
    struct store_named_sum sum;
    pthread_t thread;
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    assert_int_equal(store_named_take(w->st, &anna, first, &elise, 1, w->now, &sum, &w->err),
                     ERR_OK);
    assert_int_equal(pthread_create(&thread, NULL, name_the_same, &second), 0);
    while (!second.done && world_sql(w, "SELECT count(*) FROM pg_locks WHERE NOT granted"
                                        " AND locktype = 'advisory'") == 0) {
        sched_yield();
    }
    assert_false(second.done);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(second.code, ERR_OK);
    assert_int_equal(sum.n_new, 1);
    assert_int_equal(second.sum.n_new, 0);
    assert_int_equal(second.sum.n_known, 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE kind = 'contact'"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM named_contact"), 2);
    store_close(other);
}

struct wrapping {
    struct world *w;
    struct store *st;
    const struct store_actor *actor;
    int64_t offer_id, fence;
    enum err_code code;
    struct err err;
    atomic_bool done;
};

static void *say_wrong_person(void *arg)
{
    struct wrapping *x = arg;
    struct store_outcome o;
    const struct store_wrapup chosen = {.code = "bad_number", .chosen_utc_s = x->w->now};
    x->code = store_begin(x->st, &x->err);
    x->code = x->code ? x->code
                      : store_offer_wrapup(x->st, x->actor, x->offer_id, x->fence, &chosen,
                                           x->w->now, &o, &x->err);
    x->code = x->code ? x->code : store_commit(x->st, &x->err);
    x->done = true;
    return NULL;
}

/* The answers of one index case are of the wrong person, and on another node a second one has just
 * named the same contact: who takes back waits, and sees it. */
static void whom_another_node_names_meanwhile_is_called(void **state)
{
    static const char json[] = "{}";
    const struct store_response_put put = {
        .completed = true, .json = json, .json_len = sizeof json - 1};
    struct world *w = *state;
    struct store *other = world_open_again(w);
    struct store_actor anna = world_on_queue(w, "anna", REGION_WAL, "fr");
    struct store_actor bert = world_on_queue(w, "bert", REGION_WAL, "fr");
    struct store_named_sum sum;
    pthread_t thread;
    int64_t version = 0;
    bool kept;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "0470 00 00 01");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "0470 00 00 02");
    const int64_t fence = world_acw(w, &anna, CALL_END_BY_PERSON);
    struct wrapping wrong = {.w = w, .st = other, .actor = &anna, .fence = fence};
    wrong.offer_id = world_work(w, &anna).offer.offer_id;
    const int64_t second = world_offer(w, &bert);
    MUST(w, store_response_put(w->st, &anna, wrong.offer_id, fence, &put, w->now, &version, &kept,
                               &w->err));
    MUST(w, store_named_take(w->st, &anna, wrong.offer_id, &elise, 1, w->now, &sum, &w->err));
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    assert_int_equal(store_named_take(w->st, &bert, second, &elise, 1, w->now, &sum, &w->err),
                     ERR_OK);
    assert_int_equal(pthread_create(&thread, NULL, say_wrong_person, &wrong), 0);
    while (!wrong.done && world_sql(w, "SELECT count(*) FROM pg_locks WHERE NOT granted"
                                       " AND locktype = 'advisory'") == 0) {
        sched_yield();
    }
    assert_false(wrong.done);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(wrong.code, ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE kind = 'contact'"
                                  " AND state = 'waiting'"),
                     1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM named_contact WHERE withdrawn_at IS NULL"),
                     1);
    store_close(other);
}

/* The server ends the session: what was not committed is not there, and the next transaction finds
 * a new session, with its statements, by itself. */
static void a_lost_session_is_begun_again(void **state)
{
    struct world *w = *state;
    (void)world_agent(w, "bert", REGION_WAL, "fr", false);
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    assert_int_equal(store_clock_moved(w->st, 5, &w->err), ERR_OK);
    assert_true(world_sql(w, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                             " WHERE pid <> pg_backend_pid() AND usename = current_user") > 0);
    assert_int_equal(store_commit(w->st, &w->err), ERR_UNAVAILABLE);
    assert_true(store_should_retry(w->st));
    store_rollback(w->st);
    assert_int_equal(world_sql(w, "SELECT status_since FROM agent"), w->now);
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    assert_int_equal(store_clock_moved(w->st, 5, &w->err), ERR_OK);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT status_since FROM agent"), w->now + 5);
}

static void a_reader_changes_nothing(void **state)
{
    struct world *w = *state;
    struct store *reader = NULL;
    assert_int_equal(store_open_url(w->url, w->keys, STORE_READ, &reader, &w->err), ERR_OK);
    assert_int_equal(store_begin(reader, &w->err), ERR_OK);
    assert_int_not_equal(store_clock_moved(reader, 1, &w->err), ERR_OK);
    store_rollback(reader);
    store_close(reader);
}

static void what_is_not_there_is_said_plainly(void **state)
{
    struct world *w = *state;
    struct store *st = NULL;
    char url[320];
    snprintf(url, sizeof url, "postgresql://u:secretword@/nowhere?host=%s", w->dir);
    assert_int_equal(store_open_url(url, w->keys, STORE_OPEN, &st, &w->err), ERR_UNAVAILABLE);
    assert_null(strstr(w->err.sentence, "secretword"));
    assert_null(strstr(w->err.detail, "secretword"));
    snprintf(url, sizeof url, "%s_empty", w->url);
    assert_int_equal(store_open_url(url, w->keys, STORE_OPEN, &st, &w->err), ERR_NOT_FOUND);
    assert_null(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
        CASE(both_databases_have_the_same_tables),
        CASE(two_nodes_never_give_one_person_twice),
        CASE(the_last_person_is_given_once),
        CASE(two_nodes_never_send_the_same_answers),
        CASE(a_contact_named_on_two_nodes_is_one_person),
        CASE(whom_another_node_names_meanwhile_is_called),
        CASE(a_lost_session_is_begun_again),
        CASE(a_reader_changes_nothing),
        CASE(what_is_not_there_is_said_plainly),
    };
    return world_wants_postgresql() ? cmocka_run_group_tests(tests, NULL, NULL) : 77;
}
