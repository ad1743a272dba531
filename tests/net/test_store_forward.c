/* SPDX-License-Identifier: Apache-2.0 */
/* Databases of earlier versions go forward: tests/fixtures/schemas/NNNN.sql is one that version
 * NNNN's programs wrote, NNNN.txt what was in it. Migrated to the newest schema, every person, hold
 * and answer is read through the store as before; a newer schema is refused; a migration that is
 * killed leaves the database whole.
 *
 * Before a schema gets its next version, the present one gets its fixture, by
 *     tests/fixtures/schemas/make build-test .
 * This test finds it by itself. */

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/cleanup.h"
#include "core/text.h"
#include "net/store/keys.h"
#include "net/store/store.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"
#include "net/store/store_call.h"
#include "net/store/store_export.h"
#include "net/store/store_offer.h"
#include "tests/harness/tmpdir.h"

#define SCHEMAS SOURCE_ROOT "/tests/fixtures/schemas"

enum { VERSIONS_MAX = 100, FIELDS_MAX = 6, KILLS = 16 };

struct old {
    int version;
    char *dir;
    char *db; /* path of the database */
    char *expected;
    int64_t now;
    struct keys *keys;
    struct store *st; /* NULL while closed */
};

/* --- a fixture on the disk --- */

static char *fixture_read(int version, const char *ending)
{
    char path[sizeof SCHEMAS + 16];
    (void)snprintf(path, sizeof path, SCHEMAS "/%04d.%s", version, ending);
    char *text = tmpdir_read(path);
    assert_non_null(text);
    return text;
}

static size_t fixture_versions(int ret[VERSIONS_MAX])
{
    size_t n = 0;
    DIR *dir = opendir(SCHEMAS);
    assert_non_null(dir);
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        const char *dot = strchr(e->d_name, '.');
        int64_t version;
        if (dot && strcmp(dot, ".sql") == 0 && n < VERSIONS_MAX &&
            text_to_int(e->d_name + strspn(e->d_name, "0"), 4 - strspn(e->d_name, "0"), 1, 9999,
                        &version))
            ret[n++] = (int)version;
    }
    (void)closedir(dir);
    return n;
}

/* Run SQL on the file itself; one number of the last row. */
static int64_t raw(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    int64_t number = 0;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (const char *rest = sql; *rest;) {
        assert_int_equal(sqlite3_prepare_v2(db, rest, -1, &q, &rest), SQLITE_OK);
        while (q && sqlite3_step(q) == SQLITE_ROW)
            number = sqlite3_column_int64(q, 0);
        assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return number;
}

/* Split a line of the expectations at its tabs, in place; how many fields. */
static size_t fields_of(char *line, char *ret[FIELDS_MAX])
{
    size_t n = 0;
    for (char *at = line; at && n < FIELDS_MAX; n++) {
        ret[n] = at;
        at = n + 1 < FIELDS_MAX ? strchr(at, '\t') : NULL;
        if (at)
            *at++ = '\0';
    }
    return n;
}

/* Each line whose first field is `word`: fn gets its fields. How many. */
static size_t expectations(const struct old *o, const char *word,
                           void (*fn)(const struct old *o, char *const *fields, void *arg),
                           void *arg)
{
    size_t n = 0;
    CLEANUP_FREE char *text = strdup(o->expected);
    assert_non_null(text);
    char *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *fields[FIELDS_MAX] = {0};
        (void)fields_of(line, fields);
        if (strcmp(fields[0], word) != 0)
            continue;
        n++;
        fn(o, fields, arg);
    }
    return n;
}

static void see_key(const struct old *o, char *const *fields, void *arg)
{
    struct err err;
    CLEANUP_FREE char *path = tmpdir_path(o->dir, "master.key");
    char text[128];
    (void)snprintf(text, sizeof text, "%s\n", fields[1]);
    tmpdir_write(path, text);
    assert_int_equal(keys_load(path, arg, &err), ERR_OK);
}

static void see_number(const struct old *o, char *const *fields, void *arg)
{
    (void)o;
    assert_true(text_to_int(fields[1], strlen(fields[1]), 0, INT64_MAX, arg));
}

static struct old *old_new(int version)
{
    struct old *o = calloc(1, sizeof *o);
    assert_non_null(o);
    CLEANUP_FREE char *sql = fixture_read(version, "sql");
    *o = (struct old){
        .version = version, .dir = tmpdir_new(), .expected = fixture_read(version, "txt")};
    o->db = tmpdir_path(o->dir, "pupitre.db");
    (void)raw(o->db, sql);
    assert_int_equal(expectations(o, "key", see_key, &o->keys), 1);
    assert_int_equal(expectations(o, "now", see_number, &o->now), 1);
    return o;
}

static void old_open(struct old *o)
{
    struct err err;
    assert_int_equal(store_open(o->dir, o->keys, STORE_OPEN, &o->st, &err), ERR_OK);
}

static void old_free(struct old *o)
{
    store_close(o->st);
    keys_free(o->keys);
    o->dir = tmpdir_free(o->dir);
    free(o->db);
    free(o->expected);
    free(o);
}

/* The next offer has a number that none had, nor anything that outlives one names. */
static void tell_offers_apart(const struct old *o)
{
    static const char *const had[] = {"offer", "audit", "wish_not_called"};
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    char sql[160];
    assert_int_equal(sqlite3_open_v2(o->db, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof had / sizeof had[0]; i++) {
        (void)snprintf(sql, sizeof sql,
                       "SELECT (SELECT last FROM sequence WHERE name = 'offer') >="
                       " coalesce(max(offer_id), 0) FROM %s",
                       had[i]);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(q), SQLITE_ROW);
        if (!sqlite3_column_int(q, 0))
            fail_msg("version %d: an offer gets a number that is in %s", o->version, had[i]);
        sqlite3_finalize(q);
    }
    sqlite3_close(db);
}

static void migrate(struct old *o)
{
    struct err err;
    if (store_migrate(o->st, o->now + 1, &err) != ERR_OK)
        fail_msg("version %d: %s (%s)", o->version, err.sentence, err.detail);
    assert_int_equal(store_schema_version(o->st), store_schema_newest());
    tell_offers_apart(o);
}

/* --- what must be read as before --- */

struct actors {
    struct store_actor actor[8];
    char login[8][32];
    size_t n;
};

static void see_session(const struct old *o, char *const *fields, void *arg)
{
    struct actors *all = arg;
    struct err err;
    assert_true(all->n < 8);
    if (store_session_find(o->st, fields[1], o->now, &all->actor[all->n], &err) != ERR_OK)
        fail_msg("version %d: the session of %s is gone: %s", o->version, fields[2], err.sentence);
    (void)snprintf(all->login[all->n], sizeof all->login[0], "%s", fields[2]);
    all->n++;
}

static const struct store_actor *actor_of(const struct actors *all, const char *login)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->login[i], login) == 0)
            return &all->actor[i];
    fail_msg("nobody is %s", login);
    return NULL;
}

static void see_hold(const struct old *o, char *const *fields, void *arg)
{
    struct store_work work;
    struct err err;
    char id[STORE_ID_SIZE];
    char fence[STORE_ID_SIZE];
    assert_int_equal(
        store_work_read(o->st, actor_of(arg, fields[1])->agent_id, o->now, &work, &err), ERR_OK);
    store_id_print(work.offer.offer_id, id);
    store_id_print(work.offer.fence, fence);
    assert_string_equal(id, fields[2]);
    assert_string_equal(fence, fields[3]);
    assert_string_equal(hold_state_name(work.offer.state), fields[4]);
    store_work_wipe(&work);
}

static void see_answers(const struct old *o, char *const *fields, void *arg)
{
    struct store_response r = {0};
    struct err err;
    int64_t offer_id;
    char version[STORE_ID_SIZE];
    assert_true(store_id_parse(fields[2], &offer_id));
    assert_int_equal(store_response_get(o->st, actor_of(arg, fields[1]), offer_id, &r, &err),
                     ERR_OK);
    store_id_print(r.version, version);
    assert_string_equal(version, fields[3]);
    assert_int_equal(r.json_len, strlen(fields[4]));
    assert_memory_equal(r.json, fields[4], r.json_len);
    store_response_deinit(&r);
}

/* The exports, opened: "what\tn\tcolumn\tvalue" a line, which is how the expectations are told. */
struct told {
    struct buf lines;
    const char *what;
    size_t n_rows;
    struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX];
};

static enum err_code tell_row(void *arg, const char *const *values, size_t n, struct err *err)
{
    (void)err;
    struct told *t = arg;
    for (size_t i = 0; i < n; i++)
        buf_printf(&t->lines, "%s\t%zu\t%s\t%s\n", t->what, t->n_rows, t->columns[i].name,
                   values[i] ? values[i] : "");
    t->n_rows++;
    return ERR_OK;
}

static void tell_all(const struct old *o, struct told *t)
{
    static const enum store_export all[] = {STORE_EXPORT_PEOPLE, STORE_EXPORT_CALLS,
                                            STORE_EXPORT_ANSWERS, STORE_EXPORT_LATE_DRAFTS,
                                            STORE_EXPORT_WRAPUPS};
    struct err err;
    buf_char(&t->lines, '\n');
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        t->what = store_export_name(all[i]);
        t->n_rows = 0;
        (void)store_export_columns(all[i], t->columns);
        assert_int_equal(store_export(o->st, all[i], NULL, tell_row, t, &err), ERR_OK);
    }
    assert_false(t->lines.failed);
}

static void see_row(const struct old *o, char *const *fields, void *arg)
{
    struct told *t = arg;
    CLEANUP_BUF struct buf line = {0};
    buf_printf(&line, "\n%s\t%s\t%s\t%s\n", fields[1], fields[2], fields[3], fields[4]);
    if (!strstr(buf_text(&t->lines), buf_text(&line)))
        fail_msg("version %d: %s, row %s: %s is not what it was", o->version, fields[1], fields[2],
                 fields[3]);
}

static void check_all(const struct old *o)
{
    struct actors actors = {.n = 0};
    struct err err;
    int64_t entries = 0;
    int64_t before = 0;
    int64_t broken = 0;
    struct told told = {.n_rows = 0};
    assert_true(expectations(o, "session", see_session, &actors) > 4);
    assert_true(expectations(o, "hold", see_hold, &actors) > 4);
    assert_true(expectations(o, "answers", see_answers, &actors) > 2);
    tell_all(o, &told);
    assert_true(expectations(o, "row", see_row, &told) > 500);
    buf_free(&told.lines);
    assert_int_equal(expectations(o, "audit", see_number, &before), 1);
    assert_int_equal(store_audit_verify(o->st, &entries, &broken, &err), ERR_OK);
    assert_true(entries >= before);
    assert_int_equal(raw(o->db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

/* Work goes on where it stopped: the code that is owed is taken, and the next person comes. */
static void check_work_goes_on(struct old *o)
{
    struct actors actors = {.n = 0};
    struct err err;
    struct store_work work;
    struct store_outcome outcome;
    int64_t offer_id = 0;
    (void)expectations(o, "session", see_session, &actors);
    const struct store_actor *bert = actor_of(&actors, "bert");
    assert_int_equal(store_work_read(o->st, bert->agent_id, o->now, &work, &err), ERR_OK);
    const struct store_wrapup wrapup = {.code = "closed_with_data", .chosen_utc_s = o->now};
    assert_int_equal(store_begin(o->st, &err), ERR_OK);
    assert_int_equal(store_offer_wrapup(o->st, bert, work.offer.offer_id, work.offer.fence, &wrapup,
                                        o->now, &outcome, &err),
                     ERR_OK);
    assert_int_equal(
        store_offer_end(o->st, bert, work.offer.offer_id, work.offer.fence, o->now, &err), ERR_OK);
    assert_int_equal(store_offer_next(o->st, bert->agent_id, o->now, &offer_id, &err), ERR_OK);
    assert_int_equal(store_commit(o->st, &err), ERR_OK);
    assert_true(offer_id > work.offer.offer_id);
    assert_int_equal(outcome.person_state, PERSON_CLOSED);
    store_work_wipe(&work);
}

/* --- the claims --- */

static void every_earlier_version_has_a_fixture(void **state)
{
    (void)state;
    int versions[VERSIONS_MAX];
    const size_t n = fixture_versions(versions);
    for (int earlier = 1; earlier < store_schema_newest(); earlier++) {
        bool found = false;
        for (size_t i = 0; i < n; i++)
            found = found || versions[i] == earlier;
        if (!found)
            fail_msg("tests/fixtures/schemas/%04d.sql is missing", earlier);
    }
    for (size_t i = 0; i < n; i++)
        assert_true(versions[i] <= store_schema_newest());
}

static void each_version_goes_forward_and_all_is_read_as_before(void **state)
{
    (void)state;
    int versions[VERSIONS_MAX];
    const size_t n = fixture_versions(versions);
    for (size_t i = 0; i < n; i++) {
        struct old *o = old_new(versions[i]);
        old_open(o);
        assert_int_equal(store_schema_version(o->st), versions[i]);
        migrate(o);
        check_all(o);
        check_work_goes_on(o);
        old_free(o);
    }
}

/* The judge can tell: one sealed field that does not open, one hold that moved. */
static void what_a_migration_loses_is_noticed(void **state)
{
    (void)state;
    static const char *const losses[] = {
        "UPDATE person SET attempts = attempts + 1 WHERE person_id = 1",
        "DELETE FROM late_draft",
        "UPDATE wrapup SET code = 'busy' WHERE offer_id = 1",
        "DELETE FROM call_event WHERE seq = 2",
    };
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        struct old *o = old_new(3);
        struct told before = {.n_rows = 0};
        struct told after = {.n_rows = 0};
        old_open(o);
        migrate(o);
        tell_all(o, &before);
        (void)raw(o->db, losses[i]);
        tell_all(o, &after);
        assert_string_not_equal(buf_text(&before.lines), buf_text(&after.lines));
        buf_free(&before.lines);
        buf_free(&after.lines);
        old_free(o);
    }
}

static void a_newer_version_is_refused_and_left_as_it_is(void **state)
{
    (void)state;
    struct old *o = old_new(3);
    struct err err;
    char sql[64];
    (void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d", store_schema_newest() + 1);
    (void)raw(o->db, sql);
    const int64_t tables = raw(o->db, "SELECT count(*) FROM sqlite_master");
    old_open(o);
    assert_int_equal(store_migrate(o->st, o->now, &err), ERR_STATE);
    assert_int_equal(store_schema_version(o->st), store_schema_newest() + 1);
    assert_int_equal(raw(o->db, "SELECT count(*) FROM sqlite_master"), tables);
    assert_int_equal(raw(o->db, "SELECT max(version) FROM migration"), 3);
    old_free(o);
}

/* --- killed in the middle --- */

/* In the child: SQLite asks after each few steps of its machine whether to go on. */
static int64_t steps;
static int64_t steps_left;

static int step(void *arg)
{
    (void)arg;
    steps++;
    if (--steps_left == 0)
        (void)raise(SIGKILL);
    return 0;
}

static int watch(sqlite3 *db, const char **ret_message, const struct sqlite3_api_routines *api)
{
    (void)ret_message;
    (void)api;
    sqlite3_progress_handler(db, 10, step, NULL);
    return SQLITE_OK;
}

#pragma GCC diagnostic ignored "-Wcast-function-type" /* as SQLite's manual wants it */

/* Migrate in a child that dies after so many steps; 0: it lives. Gives how many it took. */
static int64_t migrate_in_child(struct old *o, int64_t die_after)
{
    int ends[2];
    int64_t took = 0;
    int status = 0;
    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct err err;
        steps = 0;
        steps_left = die_after;
        (void)sqlite3_auto_extension((void (*)(void))watch);
        if (store_open(o->dir, o->keys, STORE_OPEN, &o->st, &err) != ERR_OK ||
            store_migrate(o->st, o->now + 1, &err) != ERR_OK ||
            write(ends[1], &steps, sizeof steps) != sizeof steps)
            _exit(1);
        _exit(0);
    }
    (void)close(ends[1]);
    const ssize_t n = read(ends[0], &took, sizeof took);
    (void)close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (die_after)
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    else
        assert_true(n == sizeof took && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return took;
}

static void a_migration_that_is_killed_leaves_a_whole_version(void **state)
{
    (void)state;
    struct old *o = old_new(1);
    const int64_t all = migrate_in_child(o, 0);
    int left_old = 0;
    int left_between = 0;
    old_free(o);
    assert_true(all > KILLS);
    for (int64_t i = 0; i < KILLS; i++) {
        o = old_new(1);
        (void)migrate_in_child(o, 1 + i * (all - 1) / KILLS);
        const int64_t version = raw(o->db, "PRAGMA user_version");
        assert_in_range(version, 1, store_schema_newest());
        assert_int_equal(raw(o->db, "SELECT max(version) FROM migration"), version);
        left_old += version == 1;
        left_between += version > 1;
        old_open(o);
        migrate(o); /* goes on where it was cut */
        check_all(o);
        old_free(o);
    }
    assert_true(left_old > 0 && left_between > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_earlier_version_has_a_fixture),
        cmocka_unit_test(each_version_goes_forward_and_all_is_read_as_before),
        cmocka_unit_test(what_a_migration_loses_is_noticed),
        cmocka_unit_test(a_newer_version_is_refused_and_left_as_it_is),
        cmocka_unit_test(a_migration_that_is_killed_leaves_a_whole_version),
    };
    return cmocka_run_group_tests_name("store_forward", tests, NULL, NULL);
}
