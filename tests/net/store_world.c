/* SPDX-License-Identifier: Apache-2.0 */
/* A store in a private directory, and short ways to people and agents. */

#include "store_world.h"

#include <stdlib.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <sqlite3.h>

#include "core/buf.h"
#include "net/api/service_json.h"
#include "tests/harness/open_service.h"

static void load_tracing(struct world *w)
{
    char *text = open_service_text(SOURCE_ROOT "/scripts/services/tracing.json");
    assert_non_null(text);
    const size_t len = strlen(text);
    struct service *service = NULL;
    bool is_new = false;
    assert_int_equal(service_json_load(text, len, &service, NULL, &w->err), ERR_OK);
    MUST(w, store_service_put(w->st, service, text, len, w->now, &is_new, &w->err));
    assert_true(is_new);
    free(service);
    free(text);
}

bool world_wants_postgresql(void)
{
    return getenv("PUPITRE_TEST_POSTGRESQL") != NULL;
}

bool world_is_sqlite(const struct world *w)
{
    return w->url[0] == '\0';
}

/* On the server's own database: databases are made and dropped from there. */
static void on_server(const char *sql)
{
    PGconn *conn = PQconnectdb(getenv("PUPITRE_TEST_POSTGRESQL"));
    PQclear(PQexec(conn, "SET client_min_messages = warning"));
    PGresult *res = PQexec(conn, sql);
    if (PQresultStatus(res) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    PQclear(res);
    PQfinish(conn);
}

/* What the tests' own SQL asks of SQLite. */
static const char functions[] =
    "CREATE FUNCTION instr(TEXT, TEXT) RETURNS BOOLEAN LANGUAGE sql AS"
    " 'SELECT strpos($1, $2) > 0';"
    "CREATE FUNCTION instr(BYTEA, TEXT) RETURNS BOOLEAN LANGUAGE sql AS"
    " $$ SELECT strpos(encode($1, 'escape'), $2) > 0 $$;"
    "CREATE FUNCTION zeroblob(INT) RETURNS BYTEA LANGUAGE sql AS"
    " $$ SELECT decode(repeat('00', $1), 'hex') $$;"
    "CREATE FUNCTION hex(BYTEA) RETURNS TEXT LANGUAGE sql AS"
    " $$ SELECT upper(encode($1, 'hex')) $$;"
    "CREATE FUNCTION printf(TEXT, TEXT) RETURNS TEXT LANGUAGE sql AS 'SELECT lpad($2, 400)';";

/* A schema a test: much cheaper than a database, and as separate. It goes with the server. */
static void make_database(struct world *w)
{
    static int made;
    char sql[128];
    snprintf(w->name, sizeof w->name, "w%d_%d", (int)getpid(), ++made);
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", w->name);
    on_server(sql);
    snprintf(w->url, sizeof w->url, "%s&options=-csearch_path%%3D%s",
             getenv("PUPITRE_TEST_POSTGRESQL"), w->name);
}

static void must_open(struct world *w, enum err_code code)
{
    if (code) {
        fail_msg("%s (%s)", w->err.sentence, w->err.detail);
    }
}

int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char path[96];
    snprintf(w->dir, sizeof w->dir, "/tmp/pst.XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(path, sizeof path, "%s/master.key", w->dir);
    w->now = T0;
    w->day = (struct store_day){.start_utc_s = T0 - 17 * 3600, .next_utc_s = T0 + 7 * 3600};
    assert_int_equal(keys_create(path, &w->err), ERR_OK);
    assert_int_equal(keys_load(path, &w->keys, &w->err), ERR_OK);
    if (world_wants_postgresql()) {
        make_database(w);
        must_open(w, store_open_url(w->url, w->keys, STORE_CREATE, &w->st, &w->err));
    } else {
        must_open(w, store_open(w->dir, w->keys, STORE_CREATE, &w->st, &w->err));
    }
    must_open(w, store_migrate(w->st, w->now, &w->err));
    if (!world_is_sqlite(w)) {
        assert_int_equal(world_sql_result(w, functions), 0);
    }
    load_tracing(w);
    *state = w;
    return 0;
}

int world_teardown(void **state)
{
    static const char *const names[] = {"master.key", "pupitre.db", "pupitre.db-wal",
                                        "pupitre.db-shm"};
    struct world *w = *state;
    store_close(w->st);
    PQfinish(w->beside);
    keys_free(w->keys);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", w->dir, names[i]);
        unlink(path);
    }
    rmdir(w->dir);
    free(w);
    return 0;
}

void world_begin(struct world *w)
{
    memset(&w->err, 0, sizeof w->err);
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
}

enum err_code world_finish(struct world *w, enum err_code code)
{
    if (code) {
        store_rollback(w->st);
        assert_int_equal(w->err.code, code);
        return code;
    }
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    return ERR_OK;
}

void world_must(struct world *w, enum err_code code, const char *file, int line)
{
    if (code) {
        print_error("%s (%s)\n", w->err.sentence, w->err.detail);
        _fail(file, line);
    }
}

struct store_actor world_agent(struct world *w, const char *login, enum region region,
                               const char *languages, bool is_supervisor)
{
    struct store_agent a = {.region = region,
                            .role = is_supervisor ? AGENT_ROLE_SUPERVISOR : AGENT_ROLE_AGENT};
    struct store_session session;
    struct store_actor actor;
    snprintf(a.login, sizeof a.login, "%s", login);
    snprintf(a.name, sizeof a.name, "Agent %s", login);
    assert_true(queue_names_parse("tracing", &a.services));
    for (const char *at = languages; *at; at += at[2] ? 3 : 2) {
        snprintf(a.languages[a.n_languages++], LANGUAGE_SIZE, "%.2s", at);
    }
    MUST(w, store_agent_add(w->st, &a, "$argon2id$test", w->now, &a.agent_id, &w->err));
    MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 12 * 3600, &session, &w->err));
    assert_int_equal(store_session_find(w->st, session.token, w->now, &actor, &w->err), ERR_OK);
    return actor;
}

struct store_actor world_on_queue(struct world *w, const char *login, enum region region,
                                  const char *languages)
{
    struct store_actor actor = world_agent(w, login, region, languages, false);
    MUST(w, store_set_status(w->st, &actor, AGENT_AVAILABLE, w->now, &w->err));
    MUST(w, store_set_on_queue(w->st, &actor, true, w->now, &w->err));
    return actor;
}

static void set(struct record *r, enum record_column column, const char *text)
{
    struct err err;
    assert_int_equal(record_set_field(r, column, text, strlen(text), &err), ERR_OK);
}

struct record world_record(struct world *w, enum region region, const char *language,
                           enum person_kind kind, const char *phone)
{
    struct record r = {0};
    struct err err;
    char ticket[32];
    char at[TIME_TEXT_SIZE];
    int n = ++w->tickets;
    snprintf(ticket, sizeof ticket, "TICKET-%04d", n);
    time_text_print(T0 - 86400 + n, at);
    set(&r, RECORD_TICKET, ticket);
    set(&r, RECORD_TICKET_AT, at);
    set(&r, RECORD_NISS, "85.07.30-033.28");
    set(&r, RECORD_NAME_INDEX_PATIENT, "Zéphyrine Plantedname");
    set(&r, RECORD_GIVEN_NAME, "Gudule");
    set(&r, RECORD_FAMILY_NAME, "Vanplanted");
    set(&r, RECORD_BIRTH_DATE, "1985-07-30");
    set(&r, RECORD_PHONE, phone);
    set(&r, RECORD_LANGUAGE, language);
    set(&r, RECORD_REGION, region_name(region));
    set(&r, RECORD_KIND, person_kind_name(kind));
    set(&r, RECORD_MUNICIPALITY, "Plantedville");
    set(&r, RECORD_NOTES, "Plantednote: rings twice");
    assert_int_equal(record_check(&r, &err), ERR_OK);
    return r;
}

void world_import(struct world *w, const struct record *records, size_t n)
{
    int64_t run = 0;
    struct store_import_figures figures = {0};
    enum store_import_row row;
    bool left = true;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    for (size_t i = 0; i < n; i++) {
        MUST(w, store_import_stage(w->st, run, (int64_t)i + 2, &records[i], &row, &w->err));
    }
    MUST(w, store_import_commit_run(w->st, run, &figures, w->now, &w->err));
    while (left) {
        MUST(w, store_import_promote(w->st, run, 100, w->now, &left, &w->err));
    }
}

int world_person(struct world *w, enum region region, const char *language, enum person_kind kind,
                 const char *phone)
{
    struct record r = world_record(w, region, language, kind, phone);
    world_import(w, &r, 1);
    return w->tickets;
}

struct store_work world_work(struct world *w, const struct store_actor *actor)
{
    struct store_work work;
    assert_int_equal(store_work_read(w->st, actor->agent_id, w->now, &work, &w->err), ERR_OK);
    return work;
}

int64_t world_offer(struct world *w, const struct store_actor *actor)
{
    int64_t offer = 0;
    MUST(w, store_offer_next(w->st, actor->agent_id, w->now, &offer, &w->err));
    return offer;
}

struct store_permit world_call(struct world *w, const struct store_actor *actor)
{
    struct store_permit permit;
    int64_t offer = world_offer(w, actor);
    int64_t fence = world_work(w, actor).offer.fence;
    MUST(w, store_offer_accept(w->st, actor, offer, fence, w->now, &w->err));
    MUST(w, store_call_permit(w->st, actor, offer, fence, 0, w->now, &permit, &w->err));
    return permit;
}

void world_report(struct world *w, int64_t call_id, int64_t seq, enum call_event event,
                  enum call_end end)
{
    struct store_call_event e = {.seq = seq, .at_utc_s = w->now, .event = event, .end = end};
    int64_t last = 0;
    int64_t agent = 0;
    MUST(w, store_call_report(w->st, NULL, call_id, NULL, &e, 1, w->now, &last, &agent, &w->err));
}

int64_t world_acw(struct world *w, const struct store_actor *actor, enum call_end end)
{
    struct store_permit permit = world_call(w, actor);
    world_report(w, permit.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, permit.call_id, 2, CALL_EV_RING, CALL_END_NONE);
    world_report(w, permit.call_id, 3, CALL_EV_END, end);
    return world_work(w, actor).offer.fence;
}

enum err_code world_wrapup(struct world *w, const struct store_actor *actor, const char *code,
                           int64_t callback_utc_s, struct store_outcome *ret)
{
    const struct store_work_offer o = world_work(w, actor).offer;
    const struct store_wrapup wrapup = {
        .code = code, .chosen_utc_s = w->now, .callback_utc_s = callback_utc_s};
    return TRY(
        w, store_offer_wrapup(w->st, actor, o.offer_id, o.fence, &wrapup, w->now, ret, &w->err));
}

const char *world_person_state(struct world *w, int64_t person_id)
{
    static const char *const names[] = {"waiting", "resting", "held", "unresolved", "closed"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char sql[128];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM person WHERE person_id = %lld AND state = '%s'",
                 (long long)person_id, names[i]);
        if (world_sql(w, sql) == 1) {
            return names[i];
        }
    }
    return "none";
}

void world_sqlite_only(const struct world *w)
{
    if (!world_is_sqlite(w)) {
        skip();
    }
}

struct store *world_open_again(struct world *w)
{
    return world_open_with(w, w->keys);
}

struct store *world_open_with(struct world *w, const struct keys *keys)
{
    struct store *st = NULL;
    must_open(w, world_is_sqlite(w) ? store_open(w->dir, keys, STORE_OPEN, &st, &w->err)
                                    : store_open_url(w->url, keys, STORE_OPEN, &st, &w->err));
    return st;
}

static sqlite3 *open_beside(struct world *w)
{
    char path[96];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/pupitre.db", w->dir);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    return db;
}

/* "DROP TRIGGER audit_stays" needs to hear of which table, and a blob is written in another way. */
static void translate(const char *sql, struct buf *out)
{
    static const char drop[] = "DROP TRIGGER ";
    for (const char *c = sql; *c;) {
        if (strncmp(c, drop, sizeof drop - 1) == 0) {
            const char *name = c + sizeof drop - 1;
            const size_t len = strcspn(name, "; ");
            const char *suffix = name + len;
            while (*suffix != '_') {
                suffix--;
            }
            buf_printf(out, "%s%.*s ON %.*s", drop, (int)len, name, (int)(suffix - name), name);
            c = name + len;
        } else if (strncmp(c, "x'", 2) == 0 &&
                   strspn(c + 2, "0123456789abcdefABCDEF") == strcspn(c + 2, "'")) {
            buf_str(out, "'\\x");
            c += 2;
        } else {
            buf_add(out, c++, 1);
        }
    }
}

/* What the first column of the first row is; -1 = there is none. */
static int64_t ask_postgresql(struct world *w, const char *text, int *ret_failed)
{
    CLEANUP_BUF struct buf translated = {0};
    translate(text, &translated);
    const char *sql = buf_text(&translated);
    if (!w->beside || PQstatus(w->beside) != CONNECTION_OK) {
        PQfinish(w->beside);
        w->beside = PQconnectdb(w->url);
    }
    PGresult *res = PQexec(w->beside, sql);
    const ExecStatusType status = PQresultStatus(res);
    int64_t value = -1;
    *ret_failed = status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK;
    if (*ret_failed) {
        print_message("# %s: %s", sql, PQerrorMessage(w->beside));
    } else if (PQntuples(res) > 0) {
        value = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
    }
    PQclear(res);
    return value;
}

int64_t world_sql(struct world *w, const char *sql)
{
    if (!world_is_sqlite(w)) {
        int failed;
        int64_t value = ask_postgresql(w, sql, &failed);
        assert_false(failed);
        return value;
    }
    sqlite3 *db = open_beside(w);
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    int64_t value = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    sqlite3_finalize(q);
    sqlite3_close(db);
    return value;
}

int world_sql_result(struct world *w, const char *sql)
{
    if (!world_is_sqlite(w)) {
        int failed;
        (void)ask_postgresql(w, sql, &failed);
        return failed;
    }
    sqlite3 *db = open_beside(w);
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return rc;
}

void world_newer_service(char *json)
{
    static const char key[] = "\"version\": ";
    char *number = strstr(json, key);
    assert_non_null(number);
    number += sizeof key - 1;
    char *blank = strchr(number, ' ');
    assert_non_null(blank);
    memmove(number + 1, number, (size_t)(blank - number));
    *number = '9';
}
