/* SPDX-License-Identifier: Apache-2.0 */
/* A reservation on PostgreSQL by how many people wait, and by how many rest with older tickets: it
 * has to cost the same. Besides time, what the database touches is counted: rows that its tables
 * and indexes gave, and pages, from the server's own statistics.
 *
 * PUPITRE_TEST_POSTGRESQL: the server (tests/bench/with_postgresql starts one). */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "core/buf.h"
#include "net/store/store_offer.h"
#include "tests/bench/data.h"
#include "tests/bench/figure.h"

enum { WARM_MAX = 400, WORDS_SIZE = 64, URL_SIZE = 256, YEAR_S = 365 * 86400, SIDES = 2 };

struct side {
    char name[16];
    char url[URL_SIZE];
    struct data *d;
    struct data_agent agents[WARM_MAX];
    double samples[WARM_MAX];
    double rows, pages; /* a reservation, on average */
};

/* --- the server, beside the store --- */

static PGconn *reach(const char *url)
{
    PGconn *db = PQconnectdb(url);
    if (PQstatus(db) != CONNECTION_OK) {
        (void)fprintf(stderr, "bench: %s", PQerrorMessage(db));
        exit(1);
    }
    return db;
}

/* The number in the first row, 0 when there is none. */
static double run(PGconn *db, const char *sql)
{
    PGresult *r = PQexec(db, sql);
    const ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        (void)fprintf(stderr, "bench: %.200s: %s", sql, PQerrorMessage(db));
        exit(1);
    }
    const double number = PQntuples(r) ? strtod(PQgetvalue(r, 0, 0), NULL) : 0;
    PQclear(r);
    return number;
}

static const char *server(void)
{
    const char *url = getenv("PUPITRE_TEST_POSTGRESQL");
    if (!url) {
        (void)fprintf(stderr, "bench: PUPITRE_TEST_POSTGRESQL names no server\n");
        exit(77);
    }
    return url;
}

/* The server's URL with another database. */
static void url_of(const char *database, char ret[URL_SIZE])
{
    const char *url = server();
    const char *from = strstr(url, "/postgres?");
    if (!from || snprintf(ret, URL_SIZE, "%.*s/%s?%s", (int)(from - url), url, database,
                          from + sizeof "/postgres?" - 1) >= URL_SIZE) {
        (void)fprintf(stderr, "bench: the server's URL is not as expected\n");
        exit(1);
    }
}

/* --- people --- */

/* Clones of the first person, each with numbers and ticket of its own. Triggers rest meanwhile, and
 * what they count is counted once. */
static void people(PGconn *db, int64_t from, int64_t to, const char *state, int64_t due_utc_s,
                   int64_t newest_utc_s)
{
    CLEANUP_BUF struct buf sql = {0};
    buf_printf(&sql,
               "INSERT INTO person (person_id, service_id, region, kind, language, queue, state,"
               " state_since, rank, order_at, waiting_since, due_at, n_phones, ticket_at,"
               " ticket_bidx, niss_bidx, name_birth_bidx, ident_enc, contact_enc, context_enc,"
               " notes_enc, content_mac, created_at, updated_at)"
               " SELECT i, service_id, region, kind, language, queue, '%s', state_since, rank, at,"
               " at, nullif(%" PRId64 ", 0), n_phones, at, decode(md5('t' || i), 'hex'),"
               " decode(md5('n' || i), 'hex'), decode(md5('b' || i), 'hex'), ident_enc,"
               " contact_enc, context_enc, notes_enc, content_mac, created_at, updated_at"
               " FROM (SELECT i, %" PRId64 " - (i * 2654435761) %% 86400 AS at"
               " FROM generate_series(%" PRId64 "::bigint, %" PRId64 "::bigint) AS i) AS n,"
               " person WHERE person_id = 1",
               state, due_utc_s, newest_utc_s, from, to);
    (void)run(db, buf_text(&sql));
    buf_clear(&sql);
    buf_printf(&sql,
               "INSERT INTO person_phone (person_id, position, phone_bidx)"
               " SELECT i, 0, decode(md5('p' || i), 'hex')"
               " FROM generate_series(%" PRId64 "::bigint, %" PRId64 "::bigint) AS i",
               from, to);
    (void)run(db, buf_text(&sql));
}

static void fill(struct side *s, int64_t waiting, int64_t resting)
{
    PGconn *admin = reach(server());
    CLEANUP_BUF struct buf sql = {0};
    buf_printf(&sql, "CREATE DATABASE %s", s->name);
    (void)run(admin, buf_text(&sql));
    PQfinish(admin);
    url_of(s->name, s->url);
    s->d = data_new_url(s->url);
    data_close(s->d);
    PGconn *db = reach(s->url);
    (void)run(db, "ALTER TABLE person DISABLE TRIGGER USER");
    (void)run(db, "ALTER TABLE person SET (autovacuum_enabled = false)");
    people(db, 2, waiting, "waiting", 0, s->d->now_utc_s - 3600);
    if (resting)
        people(db, waiting + 1, waiting + resting, "resting", s->d->now_utc_s + YEAR_S,
               s->d->now_utc_s - 90000);
    (void)run(db, "ALTER TABLE person ENABLE TRIGGER USER");
    (void)run(db, "UPDATE waiting_count SET n = (SELECT count(*) FROM person WHERE state ="
                  " 'waiting')");
    (void)run(db, "UPDATE sequence SET last = (SELECT max(person_id) FROM person)"
                  " WHERE name = 'person'");
    (void)run(db, "VACUUM ANALYZE person, person_phone, waiting_count");
    PQfinish(db);
}

static void drop(struct side *s)
{
    CLEANUP_BUF struct buf sql = {0};
    data_close(s->d);
    s->d = data_free(s->d);
    PGconn *admin = reach(server());
    buf_printf(&sql, "DROP DATABASE %s WITH (FORCE)", s->name);
    (void)run(admin, buf_text(&sql));
    PQfinish(admin);
}

/* --- measuring --- */

/* The server knows its small tables, as it would after a minute's work: else it learns them in the
 * midst of the measurement, and plans anew. */
static void settle(const struct side *s)
{
    PGconn *db = reach(s->url);
    (void)run(db, "SET client_min_messages = error");
    (void)run(db, "ANALYZE");
    PQfinish(db);
}

/* What the tables of people have given so far, and the pages of all. A session hands its counts in
 * when it ends. */
static void counts(struct side *s, double *ret_rows, double *ret_pages)
{
    data_close(s->d);
    PGconn *db = reach(s->url);
    while (run(db, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                   " AND pid <> pg_backend_pid() AND backend_type = 'client backend'") > 0)
        continue;
    *ret_rows = run(db, "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)"
                        " FROM pg_stat_user_tables WHERE relname IN ('person',"
                        " 'person_phone')");
    *ret_pages = run(db, "SELECT coalesce(sum(heap_blks_hit + heap_blks_read +"
                         " coalesce(idx_blks_hit + idx_blks_read, 0)), 0)"
                         " FROM pg_statio_user_tables");
    PQfinish(db);
}

static double reserve(struct data *d, const struct data_agent *agent)
{
    struct err err;
    int64_t offer;
    const double began_s = figure_now_s();
    data_must(store_begin(d->store, &err), &err);
    data_must(store_offer_next(d->store, agent->agent_id, d->now_utc_s, &offer, &err), &err);
    data_must(store_commit(d->store, &err), &err);
    return figure_now_s() - began_s;
}

/* In turns, so that whatever else the machine does meets both. */
static void measure(struct side sides[SIDES], size_t warm)
{
    double rows[SIDES];
    double pages[SIDES];
    for (size_t k = 0; k < SIDES; k++) {
        data_open(sides[k].d);
        data_agents(sides[k].d, sides[k].agents, warm, true);
        (void)reserve(sides[k].d, &sides[k].agents[0]);
        settle(&sides[k]);
        counts(&sides[k], &rows[k], &pages[k]);
        data_open(sides[k].d);
    }
    for (size_t i = 1; i < warm; i++)
        for (size_t k = 0; k < SIDES; k++)
            sides[k].samples[i - 1] = reserve(sides[k].d, &sides[k].agents[i]);
    for (size_t k = 0; k < SIDES; k++) {
        double rows_now;
        double pages_now;
        counts(&sides[k], &rows_now, &pages_now);
        sides[k].rows = (rows_now - rows[k]) / (double)(warm - 1);
        sides[k].pages = (pages_now - pages[k]) / (double)(warm - 1);
    }
}

static void print_one(const char *what, const char *unit, const char *crowd, double ours,
                      const char *few, double theirs)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%s, %s", what, crowd);
    figure_print(&(struct figure){.what = text,
                                  .unit = unit,
                                  .ours = ours,
                                  .beside = {{few, theirs}},
                                  .rule = FIGURE_RATIO_ATMOST,
                                  .target = 1.3});
}

static void compare(size_t warm, int64_t few, const char *few_words, int64_t many, bool rest)
{
    static struct side sides[SIDES];
    char crowd[WORDS_SIZE];
    (void)snprintf(crowd, sizeof crowd,
                   many >= 1000000 ? "%" PRId64 " million %s" : "%" PRId64 " %s",
                   many >= 1000000 ? many / 1000000 : many, rest ? "resting in front" : "waiting");
    (void)snprintf(sides[0].name, sizeof sides[0].name, "few");
    (void)snprintf(sides[1].name, sizeof sides[1].name, "many");
    const double began_s = figure_now_s();
    fill(&sides[0], few, 0);
    fill(&sides[1], rest ? few : many, rest ? many : 0);
    (void)fprintf(stderr, "bench_waiting_postgresql: %s, filled in %.0f s\n", crowd,
                  figure_now_s() - began_s);
    measure(sides, warm);
    print_one("a reservation", "s", crowd, figure_median(sides[1].samples, warm - 1), few_words,
              figure_median(sides[0].samples, warm - 1));
    print_one("its rows of people touched", "", crowd, sides[1].rows, few_words, sides[0].rows);
    print_one("its pages", "", crowd, sides[1].pages, few_words, sides[0].pages);
    drop(&sides[0]);
    drop(&sides[1]);
}

int main(int argc, char **argv)
{
    const enum figure_size size = figure_size_of(argc, argv);
    const bool smoke = size == FIGURE_SMOKE;
    const size_t warm = smoke ? 6 : WARM_MAX;
    const int64_t few = smoke ? 100 : 10000;
    const char *few_words = smoke ? "100 waiting" : "10 thousand waiting";
    const int64_t crowds[] = {smoke ? 2000 : 1000000, 10000000};
    for (int rest = 0; rest < 2; rest++)
        for (size_t i = 0; i < (size == FIGURE_FULL ? 2u : 1u); i++)
            compare(warm, few, few_words, crowds[i], rest != 0);
    figure_note("Reservations through net/store on PostgreSQL over a Unix socket, one by one in a "
                "transaction each, in turns with those of the small crowd; rows of people and "
                "their numbers, "
                "and pages of all tables, as the "
                "server counts them.");
    return 0;
}
