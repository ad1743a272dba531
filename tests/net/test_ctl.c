/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl as an operator runs it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/buf.h"
#include "net/api/json.h"
#include "tests/harness/tmpdir.h"

#define WORDS_MAX 24
#define SERVICE SOURCE_ROOT "/scripts/services/tracing.json"
#define HEADER                                                                                     \
    "sciensano_request_ticket,ticket_at,niss,name_index_patient,given_name,family_name,"           \
    "birth_date,phone,language,region,kind\n"

/* What a run said. */
struct run {
    int status;
    char *out;
    char *err;
};

struct place {
    char *dir;
    char data[80];
    struct run last;
};

static void path_in(const struct place *p, const char *name, char ret[128])
{
    snprintf(ret, 128, "%s/%s", p->dir, name);
}

static char *read_file(const char *path)
{
    char part[4096];
    size_t n;
    struct buf text = {0};
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(&text, part, n);
    }
    fclose(f);
    buf_str(&text, "");
    return buf_take(&text);
}

static char *read_text(const struct place *p, const char *name)
{
    char path[128];
    path_in(p, name, path);
    return read_file(path);
}

static void write_bytes(const struct place *p, const char *name, const char *text, size_t len)
{
    char path[128];
    path_in(p, name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    fclose(f);
}

static void write_text(const struct place *p, const char *name, const char *text)
{
    write_bytes(p, name, text, strlen(text));
}

static void redirect(const struct place *p, const char *name, int flags, int to)
{
    char path[128];
    path_in(p, name, path);
    int fd = open(path, flags, 0600);
    if (fd < 0 || dup2(fd, to) < 0) {
        _exit(99);
    }
}

static void forget(struct run *r)
{
    free(r->out);
    free(r->err);
    *r = (struct run){0};
}

/* Run it in the place's directory; input is its standard input. Words end with NULL. */
static int ctl(struct place *p, const char *input, const char *const words[])
{
    char *argv[WORDS_MAX] = {(char *)(uintptr_t)CTL, (char *)(uintptr_t) "--data", p->data};
    for (size_t i = 0; words[i]; i++) {
        assert_true(i + 4 < WORDS_MAX);
        argv[3 + i] = (char *)(uintptr_t)words[i];
    }
    forget(&p->last);
    write_text(p, "stdin", input ? input : "");
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        redirect(p, "stdin", O_RDONLY, 0);
        redirect(p, "stdout", O_WRONLY | O_CREAT | O_TRUNC, 1);
        redirect(p, "stderr", O_WRONLY | O_CREAT | O_TRUNC, 2);
        if (chdir(p->dir) != 0) {
            _exit(99);
        }
        setenv("LC_ALL", "C.UTF-8", 1);
        execv(CTL, argv);
        _exit(99);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    p->last.status = WEXITSTATUS(status);
    p->last.out = read_text(p, "stdout");
    p->last.err = read_text(p, "stderr");
    return p->last.status;
}

#define RUN(p, ...) ctl(p, NULL, (const char *const[]){__VA_ARGS__, NULL})
#define FEED(p, input, ...) ctl(p, input, (const char *const[]){__VA_ARGS__, NULL})

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("\"%s\" is not in: %s", part, text);
    }
}

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    p->dir = tmpdir_new();
    snprintf(p->data, sizeof p->data, "%s/data", p->dir);
    *state = p;
    return 0;
}

static int setup_ready(void **state)
{
    setup(state);
    assert_int_equal(RUN(*state, "init"), 0);
    assert_int_equal(RUN(*state, "service", "load", SERVICE), 0);
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    forget(&p->last);
    tmpdir_free(p->dir);
    free(p);
    return 0;
}

static int64_t number(struct place *p, const char *sql)
{
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    path_in(p, "data/pupitre.db", path);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    int64_t value = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    sqlite3_finalize(q);
    sqlite3_close(db);
    return value;
}

static void init_makes_a_private_place_once(void **state)
{
    struct place *p = *state;
    struct stat st;
    char path[128];
    assert_int_equal(RUN(p, "agent", "list"), 66);
    assert_says(p->last.err, "pupitrectl init");
    assert_int_equal(RUN(p, "init"), 0);
    assert_int_equal(stat(p->data, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    path_in(p, "data/pupitre.db", path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    path_in(p, "data/master.key", path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(RUN(p, "init"), 75);
    assert_int_equal(RUN(p, "audit", "verify"), 0);
}

static void a_directory_that_others_can_enter_is_refused(void **state)
{
    struct place *p = *state;
    assert_int_equal(mkdir(p->data, 0755), 0);
    assert_int_equal(chmod(p->data, 0755), 0);
    assert_int_equal(RUN(p, "init"), 77);
    assert_says(p->last.err, "0700");
}

static void wrong_use_is_told_with_status_64(void **state)
{
    struct place *p = *state;
    static const char *const wrong[][6] = {
        {"nonsense"},
        {                "agent"         },
        {          "agent",                "add"},
        {            "agent",                 "add", "ann", "--no-such"},
        {     "agent",           "add", "ann", "--name"},
        {                   "agent",          "add", "ann", "--name", "Ann"},
        {            "import"                           },
        {         "import","a", "b"},
        {                  "import",          "-x"},
        {          "export",                "people"},
        {    "export",               "nothing", "--format", "csv"},
        { "export",      "people", "--format", "xml"},
        {                   "agent", "list", "--json=yes"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *words[7] = {0};
        memcpy(words, wrong[i], sizeof wrong[i]);
        assert_int_equal(ctl(p, NULL, words), 64);
        assert_true(p->last.err[0] != '\0');
    }
}

static void help_is_the_table(void **state)
{
    struct place *p = *state;
    static const char *const commands[] = {
        "init",         "agent add",   "agent list", "service check", "service load",
        "script check", "script load", "import",     "export",        "audit verify"};
    assert_int_equal(RUN(p, "help"), 0);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        assert_says(p->last.out, commands[i]);
    }
    assert_int_equal(RUN(p, "agent", "add", "--help"), 0);
    assert_says(p->last.out, "--password-fd N");
    assert_int_equal(RUN(p, "help", "import"), 0);
    assert_says(p->last.out, "--dry-run");
}

static void agents_are_added_and_listed(void **state)
{
    struct place *p = *state;
    assert_int_equal(FEED(p, "correct-horse\nrest", "agent", "add", "ann", "--name", "Ann \"A\"",
                          "--region=WAL", "--languages", "fr,nl", "--password-fd", "0"),
                     0);
    assert_string_equal(p->last.out, "");
    assert_int_equal(FEED(p, "correct-horse\n", "agent", "add", "sue", "--name", "Sue", "--region",
                          "BXL", "--languages", "fr", "--role", "supervisor", "--service",
                          "tracing", "--password-fd", "0"),
                     0);
    assert_int_equal(RUN(p, "agent", "list", "--json"), 0);
    cJSON *j = NULL;
    assert_int_equal(json_parse(p->last.out, strlen(p->last.out), &json_limits_api, &j, NULL),
                     ERR_OK);
    assert_int_equal(cJSON_GetArraySize(j), 2);
    const cJSON *ann = cJSON_GetArrayItem(j, 0);
    assert_string_equal(json_str(ann, "login", ""), "ann");
    assert_string_equal(json_str(ann, "name", ""), "Ann \"A\"");
    assert_string_equal(json_str(ann, "region", ""), "WAL");
    assert_string_equal(json_str(cJSON_GetArrayItem(j, 1), "role", ""), "supervisor");
    json_free(j);
    assert_int_equal(number(p, "SELECT count(*) FROM agent WHERE password_hash LIKE '$argon2id$%'"),
                     2);
    assert_int_equal(number(p, "SELECT count(*) FROM audit WHERE action = 'agent_add'"), 2);
}

static void a_bad_agent_is_refused_by_field(void **state)
{
    struct place *p = *state;
    static const struct {
        const char *password, *region, *languages, *role, *service, *field;
        int status;
    } cases[] = {
        {"short\n",         "WAL", "fr",     "agent", "tracing", "password",    65},
        {"correct-horse\n", "XXX", "fr",     "agent", "tracing", "--region",    65},
        {"correct-horse\n", "WAL", "french", "agent", "tracing", "--languages", 65},
        {"correct-horse\n", "WAL", "",       "agent", "tracing", "--languages", 65},
        {"correct-horse\n", "WAL", "fr",     "boss",  "tracing", "--role",      65},
        {"correct-horse\n", "WAL", "fr",     "agent", "crisis",  "service",     66},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(FEED(p, cases[i].password, "agent", "add", "ann", "--name", "Ann",
                              "--region", cases[i].region, "--languages", cases[i].languages,
                              "--role", cases[i].role, "--service", cases[i].service,
                              "--password-fd", "0"),
                         cases[i].status);
        assert_says(p->last.err, cases[i].field);
        assert_null(strstr(p->last.err, "horse"));
    }
    assert_int_equal(number(p, "SELECT count(*) FROM agent"), 0);
}

/* The service, open on a single day of 2020. */
static void write_closed(struct place *p, const char *name)
{
    CLEANUP_BUF struct buf changed = {0};
    CLEANUP_FREE char *text = read_file(SERVICE);
    static const char daily[] = "\"RRULE:FREQ=DAILY\"";
    const char *at = strstr(text, daily);
    assert_non_null(at);
    buf_add(&changed, text, (size_t)(at - text));
    buf_str(&changed, "\"RRULE:FREQ=DAILY;COUNT=1\"");
    buf_str(&changed, at + strlen(daily));
    write_text(p, name, buf_text(&changed));
}

static void services_and_scripts_are_checked_and_loaded(void **state)
{
    struct place *p = *state;
    static const char *const shipped[] = {SOURCE_ROOT "/scripts/services/crisis.json",
                                          SOURCE_ROOT "/scripts/services/disability.json"};
    assert_int_equal(RUN(p, "service", "check", SERVICE), 0);
    assert_int_equal(RUN(p, "service", "load", SERVICE), 0);
    assert_says(p->last.out, "already");
    assert_says(p->last.err, "tracing-index"); /* its script is missing */
    assert_null(strstr(p->last.err, "warning"));
    write_closed(p, "over.json");
    assert_int_equal(RUN(p, "service", "check", "over.json"), 0);
    assert_says(p->last.err, "over.json: warning: /hours/0/inbound: nobody can ever ring in");
    write_text(p, "bad.json", "{\"id\": \"x\", \"surprise\": 1}");
    assert_int_equal(RUN(p, "service", "check", "bad.json"), 65);
    assert_says(p->last.err, "bad.json: /surprise:");
    assert_int_equal(RUN(p, "service", "load", "bad.json"), 65);
    for (size_t i = 0; i < sizeof shipped / sizeof shipped[0]; i++) {
        assert_int_equal(RUN(p, "service", "load", shipped[i]), 0);
    }
    write_text(p, "cut.json", "{\"id\": ");
    assert_int_equal(RUN(p, "service", "check", SERVICE, "bad.json", "cut.json", shipped[0]), 65);
    assert_says(p->last.out, "tracing.json: service tracing");
    assert_says(p->last.out, "crisis.json: service crisis"); /* after the faulty ones */
    assert_says(p->last.err, "2 of 4");
    cJSON *faults = NULL;
    assert_int_equal(RUN(p, "service", "check", "--json", "bad.json", "cut.json", SERVICE), 65);
    assert_int_equal(json_parse(p->last.out, strlen(p->last.out), &json_limits_api, &faults, NULL),
                     ERR_OK);
    const cJSON *last = cJSON_GetArrayItem(faults, cJSON_GetArraySize(faults) - 1);
    assert_string_equal(json_str(last, "file", ""), "cut.json");
    assert_true(json_str(last, "sentence", "")[0]);
    assert_string_equal(json_str(cJSON_GetArrayItem(faults, 0), "path", ""), "/version");
    json_free(faults);
    assert_int_equal(RUN(p, "service", "check", "--json", SERVICE), 0);
    assert_string_equal(p->last.out, "[]\n");
    assert_int_equal(RUN(p, "service", "check", "none.json"), 66);
    assert_int_equal(RUN(p, "service", "check", SERVICE, "none.json", shipped[0]), 66);
    assert_says(p->last.out, "crisis.json: service crisis"); /* after the one that is missing */
    assert_says(p->last.err, "none.json");
    assert_says(p->last.err, "1 of 3");
    assert_int_equal(RUN(p, "script", "load", SOURCE_ROOT "/scripts/interviews/tracing-index.json"),
                     0);
    assert_int_equal(RUN(p, "script", "check", "bad.json"), 65);
    assert_says(p->last.out, "bad.json");
    assert_int_equal(RUN(p, "script", "check", "--json", "bad.json"), 65);
    cJSON *j = NULL;
    assert_int_equal(json_parse(p->last.out, strlen(p->last.out), &json_limits_api, &j, NULL),
                     ERR_OK);
    assert_string_equal(json_str(j, "severity", ""), "error");
    json_free(j);
    assert_int_equal(number(p, "SELECT count(*) FROM script_version"), 1);
}

/* Import */

#define ROW(ticket, phone)                                                                         \
    ticket ",2026-03-01T10:00:00Z,85.07.30-033.28,Index Name,Gudule,Planted,1985-07-30," phone     \
           ",fr,WAL,index\n"

static void people_are_imported_once(void **state)
{
    struct place *p = *state;
    write_text(p, "p.csv", HEADER ROW("T1", "0470 12 34 56") ROW("T2", "+32470000002"));
    assert_int_equal(RUN(p, "import", "--dry-run", "p.csv"), 0);
    assert_says(p->last.out, "new 2, changed 0, same 0");
    assert_int_equal(number(p, "SELECT count(*) FROM person"), 0);
    assert_int_equal(number(p, "SELECT count(*) FROM import_row"), 0);
    assert_int_equal(RUN(p, "import", "p.csv"), 0);
    assert_says(p->last.out, "2 people imported: new 2, changed 0, same 0");
    assert_int_equal(RUN(p, "import", "p.csv"), 0);
    assert_says(p->last.out, "new 0, changed 0, same 2");
    write_text(p, "p.csv", HEADER ROW("T1", "0470 12 34 57") ROW("T3", "+32470000003"));
    assert_int_equal(RUN(p, "import", "p.csv"), 0);
    assert_says(p->last.out, "new 1, changed 1, same 0");
    assert_int_equal(number(p, "SELECT count(*) FROM person WHERE state = 'waiting'"), 3);
    assert_int_equal(number(p, "SELECT count(*) FROM audit WHERE action = 'import'"), 3);
}

static void a_file_may_come_by_pipe_with_semicolons_and_a_bom(void **state)
{
    struct place *p = *state;
    struct buf text = {0};
    buf_str(&text, "\xef\xbb\xbf" HEADER ROW("T1", "+32470000001"));
    for (size_t i = 0; i < text.len; i++) {
        text.data[i] = text.data[i] == ',' ? ';' : text.data[i];
    }
    text.len--; /* no line end at the end of the file */
    text.data[text.len] = '\0';
    assert_int_equal(FEED(p, buf_text(&text), "import", "-"), 0);
    assert_int_equal(number(p, "SELECT count(*) FROM person"), 1);
    buf_free(&text);
}

static void one_bad_row_means_that_nothing_is_imported(void **state)
{
    struct place *p = *state;
    write_text(
        p, "p.csv",
        HEADER ROW("T1", "+32470000001") ROW("T2", "12345") ROW(
            "T3", "+32470000003") "T4,2026-13-01T10:00:00Z,85.07.30-033.29,Index,Gudule,Planted,"
                                  "1985-07-32,"
                                  "+32470000004,fr,ZZZ,index\n" ROW(
                                      "T1", "+32470000005") "T6,too,few\n" ROW("", "+32470000006"));
    assert_int_equal(RUN(p, "import", "p.csv"), 65);
    static const char *const faults[] = {
        "p.csv: line 3, phone: ",
        "p.csv: line 5, ticket_at: ",
        "p.csv: line 5, niss: ",
        "p.csv: line 5, birth_date: ",
        "p.csv: line 5, region: ",
        "p.csv: line 6, sciensano_request_ticket: ",
        "p.csv: line 7",
        "p.csv: line 8, ",
        "5 bad rows; nothing was imported",
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        assert_says(p->last.err, faults[i]);
    }
    static const char *const values[] = {"12345", "ZZZ", "Planted", "Gudule", "85.07", "+3247"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_null(strstr(p->last.err, values[i]));
        assert_null(strstr(p->last.out, values[i]));
    }
    assert_int_equal(number(p, "SELECT count(*) FROM person"), 0);
    assert_int_equal(number(p, "SELECT count(*) FROM import_row"), 0);
    assert_int_equal(number(p, "SELECT count(*) FROM import_run"), 0);
}

static void what_is_no_such_file_is_refused_in_words(void **state)
{
    struct place *p = *state;
    static const struct {
        const char *text, *word;
        size_t len;
    } cases[] = {
        {"",                "",                         0 },
        {"\xff\xfe"
         "s\0c\0", "UTF-16",                   6 },
        {"name,phone\n",    "column 1",                 11},
        {"phone,phone\n",   "twice",                    12},
        {"phone,region\n",  "sciensano_request_ticket", 13},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_bytes(p, "p.csv", cases[i].text, cases[i].len);
        assert_int_equal(RUN(p, "import", "p.csv"), 65);
        assert_says(p->last.err, cases[i].word);
    }
    write_text(p, "p.csv", HEADER ROW("T1", "+32470000001") "T2,\xe9\n");
    assert_int_equal(RUN(p, "import", "p.csv"), 65); /* Latin-1 */
    assert_int_equal(RUN(p, "import", "."), 65);
    assert_int_equal(RUN(p, "import", "none.csv"), 66);
    assert_int_equal(number(p, "SELECT count(*) FROM person"), 0);
}

static void an_export_can_be_imported_elsewhere(void **state)
{
    struct place *p = *state;
    write_text(p, "p.csv", HEADER ROW("T1", "+32470000001") ROW("T2", "+32470000002"));
    assert_int_equal(RUN(p, "import", "p.csv"), 0);
    assert_int_equal(RUN(p, "export", "people", "--format", "csv", "--region", "WAL"), 0);
    assert_says(p->last.out, "T2,2026-03-01T10:00:00Z,85073003328,Index Name,Gudule,Planted,");
    assert_int_equal(RUN(p, "export", "people", "--format", "csv", "--region", "BXL"), 0);
    assert_null(strstr(p->last.out, "T2"));
    assert_int_equal(RUN(p, "export", "people", "--format", "json"), 0);
    cJSON *j = NULL;
    assert_int_equal(json_parse(p->last.out, strlen(p->last.out), &json_limits_api, &j, NULL),
                     ERR_OK);
    assert_int_equal(cJSON_GetArraySize(j), 2);
    assert_string_equal(json_str(cJSON_GetArrayItem(j, 0), "phone", ""), "+32470000001");
    json_free(j);
    static const char *const kinds[] = {"calls",   "answers",      "late-drafts",
                                        "wrapups", "data-quality", "audit"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_int_equal(
            RUN(p, "export", kinds[i], "--format", "json", "--entitled-reason", "a test"), 0);
        j = NULL;
        assert_int_equal(json_parse(p->last.out, strlen(p->last.out), &json_limits_api, &j, NULL),
                         ERR_OK);
        json_free(j);
    }
    assert_int_equal(number(p, "SELECT count(*) FROM audit WHERE action = 'export'"), 9);
}

static void a_broken_audit_log_is_told(void **state)
{
    struct place *p = *state;
    assert_int_equal(RUN(p, "audit", "verify"), 0);
    number(p, "DROP TRIGGER audit_stays");
    number(p, "UPDATE audit SET at = at + 1 WHERE seq = 2");
    assert_int_equal(RUN(p, "audit", "verify"), 65);
    assert_says(p->last.err, "entry 2");
    assert_int_equal(RUN(p, "audit", "verify", "--json"), 65);
    assert_says(p->last.out, "\"first_broken\": 2");
}

static void a_newer_database_is_refused(void **state)
{
    struct place *p = *state;
    number(p, "PRAGMA user_version = 99");
    assert_int_equal(RUN(p, "agent", "list"), 75);
    assert_says(p->last.err, "schema 99");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define READY(f) cmocka_unit_test_setup_teardown(f, setup_ready, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(init_makes_a_private_place_once),
        TEST(a_directory_that_others_can_enter_is_refused),
        TEST(wrong_use_is_told_with_status_64),
        TEST(help_is_the_table),
        READY(agents_are_added_and_listed),
        READY(a_bad_agent_is_refused_by_field),
        READY(services_and_scripts_are_checked_and_loaded),
        READY(people_are_imported_once),
        READY(a_file_may_come_by_pipe_with_semicolons_and_a_bom),
        READY(one_bad_row_means_that_nothing_is_imported),
        READY(what_is_no_such_file_is_refused_in_words),
        READY(an_export_can_be_imported_elsewhere),
        READY(a_broken_audit_log_is_told),
        READY(a_newer_database_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
