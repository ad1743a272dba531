/* SPDX-License-Identifier: Apache-2.0 */
/* `pupitrectl import` beside `.import` of the sqlite3 program: the same file, on the same disk,
 * with the same pragmas; once into a bare table and once into one with as many indexes as people
 * have. Ours validates and encrypts each row, and leaves room for the agents between its batches.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/cleanup.h"
#include "tests/bench/data.h"
#include "tests/bench/figure.h"
#include "tests/harness/die.h"
#include "tests/harness/tmpdir.h"

#define CTL BUILD_ROOT "/net/ctl/pupitrectl"
#define SQLITE "/usr/bin/sqlite3"
#define DEADLINE_MS 1200000
#define MIB (1024.0 * 1024.0)

/* The same columns as tests/people/make-people has, and nobody who exists. */
#define HEADER                                                                                     \
    "sciensano_request_ticket,ticket_at,niss,name_index_patient,given_name,family_name,"           \
    "birth_date,phone,language,region,kind,municipality,notes"

static const char *const given[] = {"Aline", "Basile", "Céleste", "Damien", "Élodie", "Gaëlle"};
static const char *const family[] = {"Ardenbois", "Bellefagne", "Brumevaux", "Dourlaine",
                                     "Noirgazon", "Pierrevent", "Tournevaux"};
static const char *const notes[] = {"", "", "", "Prefers the afternoon."};

#define PICK(list, i) (list)[(i) % (sizeof(list) / sizeof(list)[0])]

static void row_write(FILE *f, unsigned i)
{
    const unsigned year = 1935 + i % 65; /* before 2000 */
    const unsigned month = 1 + i / 7 % 12;
    const unsigned day = 1 + i / 3 % 28;
    const unsigned long nine = ((year % 100 * 100 + month) * 100 + day) * 1000UL + 1 + i / 11 % 997;
    (void)fprintf(f, "BENCH-%09u,2026-01-%02uT%02u:%02u:00Z,%09lu%02lu,%s %s,%s,%s,", i + 1,
                  1 + i % 28, i / 60 % 24, i % 60, nine, 97 - nine % 97, PICK(given, i),
                  PICK(family, i), PICK(given, i / 5), PICK(family, i / 13));
    (void)fprintf(f, "%04u-%02u-%02u,+32470%06u,%s,%s,%s,Namur,%s\r\n", year, month, day,
                  i % 1000000, i % 10 ? "fr" : "de", "WAL", i % 5 < 2 ? "index" : "contact",
                  PICK(notes, i));
}

static void file_write(const char *path, unsigned n)
{
    FILE *f = fopen(path, "we");
    if (!f)
        die("bench_import", path);
    (void)fprintf(f, HEADER "\r\n");
    for (unsigned i = 0; i < n; i++)
        row_write(f, i);
    if (fclose(f) != 0)
        die("bench_import", path);
}

/* Run to the end; the seconds that it took. */
static double run(const struct data *d, const char *const argv[])
{
    char *output = NULL;
    const double began_s = figure_now_s();
    const int status =
        proc_run(&(struct spawn){.argv = argv, .home = d->dir}, &output, DEADLINE_MS);
    const double took_s = figure_now_s() - began_s;
    if (status != 0) {
        (void)fprintf(stderr, "bench_import: %s: status %d\n%s", argv[0], status, output);
        exit(1);
    }
    free(output);
    return took_s;
}

static double ours(struct data *d, const char *csv)
{
    const char *const argv[] = {CTL, "--data", d->dir, "import", csv, NULL};
    data_close(d);
    return run(d, argv);
}

/* As many filled trees beside the table as people have (with their telephone numbers). */
static const char indexes[] = "CREATE UNIQUE INDEX i1 ON people (sciensano_request_ticket);"
                              "CREATE INDEX i2 ON people (region, language, kind, ticket_at);"
                              "CREATE INDEX i3 ON people (region, language, ticket_at);"
                              "CREATE INDEX i4 ON people (niss);"
                              "CREATE INDEX i5 ON people (family_name, given_name, birth_date);"
                              "CREATE INDEX i6 ON people (phone);"
                              "CREATE INDEX i7 ON people (ticket_at, phone);";

static double theirs(struct data *d, const char *csv, const char *name, bool indexed)
{
    char import[512];
    CLEANUP_FREE char *db = tmpdir_path(d->dir, name);
    (void)snprintf(import, sizeof import, ".import --csv --skip 1 %s people", csv);
    const char *const argv[] = {SQLITE,
                                db,
                                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
                                "CREATE TABLE people (" HEADER ");",
                                indexed ? indexes : "SELECT 1;",
                                import,
                                NULL};
    return run(d, argv);
}

int main(int argc, char **argv)
{
    const enum figure_size size = figure_size_of(argc, argv);
    const unsigned n = size == FIGURE_SMOKE ? 500 : size == FIGURE_FULL ? 1000000 : 100000;
    struct data *d = data_new();
    struct rusage usage;
    char what[96];
    CLEANUP_FREE char *csv = tmpdir_path(d->dir, "people.csv");
    file_write(csv, n);

    const double ours_s = ours(d, csv);
    (void)getrusage(RUSAGE_CHILDREN, &usage); /* the only child so far */
    (void)snprintf(what, sizeof what, "import of %u people", n);
    struct figure f = {.what = what, .unit = "/s", .ours = n / ours_s};
    if (access(SQLITE, X_OK) == 0) {
        f.beside[0].name = "sqlite3 .import, as many indexes";
        f.beside[0].value = n / theirs(d, csv, "indexed.db", true);
        f.beside[1].name = "bare table";
        f.beside[1].value = n / theirs(d, csv, "bare.db", false);
    }
    figure_print(&f);
    figure_print(&(struct figure){.what = "memory of the import, most",
                                  .unit = "B",
                                  .ours = (double)usage.ru_maxrss * 1024,
                                  .rule = FIGURE_BELOW,
                                  .target = 64 * MIB});
    figure_note("Import: rows validated, encrypted, blindly indexed, staged and promoted in short "
                "transactions; .import: one transaction of plain text, on %s.",
                data_file_system(d));
    d = data_free(d);
    return 0;
}
