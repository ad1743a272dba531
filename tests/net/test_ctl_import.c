/* SPDX-License-Identifier: Apache-2.0 */
/* An import that is killed, and one beside a busy backend. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/buf.h"
#include "tests/harness/deadline.h"
#include "tests/harness/proc.h"
#include "tests/harness/tmpdir.h"

#define DEADLINE_MS 60000
#define ROWS 500
#define STAGED 400 /* two whole batches of 200 */

struct place {
    char *dir;
    char *data;
    char *log;
};

static struct spawn words(const struct place *p, const char *const argv[])
{
    return (struct spawn){.argv = argv, .home = p->dir};
}

static void must(const struct place *p, const char *const argv[])
{
    const struct spawn how = words(p, argv);
    char *output = NULL;
    int status = proc_run(&how, &output, DEADLINE_MS);
    if (status != 0) {
        fail_msg("%s %s: %d: %s", argv[3], argv[4], status, output);
    }
    free(output);
}

#define CTL_MUST(p, ...) must(p, (const char *const[]){CTL, "--data", (p)->data, __VA_ARGS__, NULL})

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    p->dir = tmpdir_new();
    p->data = tmpdir_path(p->dir, "data");
    p->log = tmpdir_path(p->dir, "log");
    CTL_MUST(p, "init");
    CTL_MUST(p, "service", "load", SOURCE_ROOT "/scripts/services/tracing.json");
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    tmpdir_free(p->dir);
    free(p->data);
    free(p->log);
    free(p);
    return 0;
}

static sqlite3 *open_beside(const struct place *p)
{
    sqlite3 *db = NULL;
    char *path = tmpdir_path(p->data, "pupitre.db");
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, DEADLINE_MS);
    free(path);
    return db;
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    int64_t value = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    sqlite3_finalize(q);
    return value;
}

static void people(struct buf *out)
{
    buf_str(out, "sciensano_request_ticket,ticket_at,given_name,family_name,phone,language,region,"
                 "kind,name_index_patient\n");
    for (int i = 0; i < ROWS; i++) {
        buf_printf(out, "T%04d,2026-03-01T10:00:00Z,Gudule,Invented,+3247000%04d,fr,WAL,index,X\n",
                   i, i);
    }
}

static void write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        assert_true(n > 0);
        text += n;
        len -= (size_t)n;
    }
}

static void a_killed_import_leaves_the_old_state(void **state)
{
    struct place *p = *state;
    char *fifo = tmpdir_path(p->dir, "people");
    char *file = tmpdir_path(p->dir, "people.csv");
    struct buf text = {0};
    people(&text);
    tmpdir_write(file, buf_text(&text));
    assert_int_equal(mkfifo(fifo, 0600), 0);
    const struct spawn how =
        words(p, (const char *const[]){CTL, "--data", p->data, "import", fifo, NULL});
    struct proc *import = proc_start(&how, p->log);
    int fd = open(fifo, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    write_all(fd, text.data, text.len); /* and no end of file: it waits for more */

    sqlite3 *db = open_beside(p);
    int64_t until = deadline_now_ms() + DEADLINE_MS;
    while (number(db, "SELECT count(*) FROM import_row") < STAGED) {
        assert_true(deadline_left(until) > 0);
        assert_true(proc_is_alive(import));
    }
    proc_kill(import, SIGKILL);
    int status = 0;
    assert_true(proc_wait_exit(import, &status, DEADLINE_MS));
    assert_int_equal(status, -SIGKILL);
    close(fd);
    assert_int_equal(number(db, "SELECT count(*) FROM person"), 0);

    CTL_MUST(p, "import", file);
    assert_int_equal(number(db, "SELECT count(*) FROM person"), ROWS);
    assert_int_equal(number(db, "SELECT count(*) FROM import_row"), 0);
    assert_int_equal(number(db, "SELECT count(*) FROM import_run"), 1);
    sqlite3_close(db);
    proc_free(import);
    buf_free(&text);
    free(fifo);
    free(file);
}

static void an_import_beside_a_busy_backend_gets_through(void **state)
{
    struct place *p = *state;
    char *file = tmpdir_path(p->dir, "people.csv");
    struct buf text = {0};
    unsigned transactions = 0;
    people(&text);
    tmpdir_write(file, buf_text(&text));
    sqlite3 *db = open_beside(p);
    const struct spawn how =
        words(p, (const char *const[]){CTL, "--data", p->data, "import", file, NULL});
    struct proc *import = proc_start(&how, p->log);
    int64_t until = deadline_now_ms() + DEADLINE_MS;
    while (proc_is_alive(import)) {
        assert_true(deadline_left(until) > 0);
        assert_int_equal(sqlite3_exec(db,
                                      "BEGIN IMMEDIATE;"
                                      "UPDATE sequence SET last = last + 1 WHERE name = 'call';"
                                      "COMMIT",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        transactions++;
    }
    int status = 1;
    assert_true(proc_wait_exit(import, &status, DEADLINE_MS));
    assert_int_equal(status, 0);
    assert_int_equal(number(db, "SELECT count(*) FROM person"), ROWS);
    assert_int_equal(number(db, "SELECT last FROM sequence WHERE name = 'call'"), transactions);
    sqlite3_close(db);
    proc_free(import);
    buf_free(&text);
    free(file);
}

static void two_imports_do_not_mix(void **state)
{
    struct place *p = *state;
    char *fifo = tmpdir_path(p->dir, "people");
    char *file = tmpdir_path(p->dir, "people.csv");
    char *output = NULL;
    struct buf text = {0};
    people(&text);
    tmpdir_write(file, buf_text(&text));
    assert_int_equal(mkfifo(fifo, 0600), 0);
    const struct spawn first =
        words(p, (const char *const[]){CTL, "--data", p->data, "import", fifo, NULL});
    const struct spawn second =
        words(p, (const char *const[]){CTL, "--data", p->data, "import", file, NULL});
    struct proc *import = proc_start(&first, p->log);
    int fd = open(fifo, O_WRONLY | O_CLOEXEC);
    write_all(fd, text.data, text.len);
    sqlite3 *db = open_beside(p);
    int64_t until = deadline_now_ms() + DEADLINE_MS;
    while (number(db, "SELECT count(*) FROM import_row") < STAGED) {
        assert_true(deadline_left(until) > 0);
    }
    assert_int_equal(proc_run(&second, &output, DEADLINE_MS), 69);
    assert_non_null(strstr(output, "another import"));
    close(fd);
    int status = 1;
    assert_true(proc_wait_exit(import, &status, DEADLINE_MS));
    assert_int_equal(status, 0);
    assert_int_equal(number(db, "SELECT count(*) FROM person"), ROWS);
    sqlite3_close(db);
    proc_free(import);
    free(output);
    buf_free(&text);
    free(fifo);
    free(file);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_killed_import_leaves_the_old_state),
        TEST(an_import_beside_a_busy_backend_gets_through),
        TEST(two_imports_do_not_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
