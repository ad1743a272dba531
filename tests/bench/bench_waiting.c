/* SPDX-License-Identifier: Apache-2.0 */
/* A reservation by how many people wait, and by how many rest with older tickets: it has to cost
 * the same. Besides time, what the database touches is counted: steps of its machine, rows that it
 * walked over in scans, pages. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/store/sql_sqlite.h"
#include "net/store/store_offer.h"
#include "tests/bench/data.h"
#include "tests/bench/figure.h"
#include "tests/harness/die.h"

#define WARM_MAX 400
#define COLD 5
#define COUNTED 50
#define BYTES_A_PERSON 1100.0 /* with all indexes, and room to build them */
#define WORDS_SIZE 64

struct cost {
    double warm_s; /* medians */
    double work_s; /* of the processor */
    double cold_s;
    double steps; /* a warm one, on average */
    double scanned;
    double pages;
};

/* A database under measurement. */
struct side {
    struct data *d;
    struct data_agent agents[WARM_MAX + COLD + COUNTED];
    double samples[WARM_MAX];
    double work[WARM_MAX];
    struct cost cost;
};

/* Take one of all prepared statements' counters, and set it back. */
static double counted(sqlite3 *db, int counter)
{
    double sum = 0;
    for (sqlite3_stmt *q = NULL; (q = sqlite3_next_stmt(db, q));)
        sum += sqlite3_stmt_status(q, counter, 1);
    return sum;
}

static double pages_of(sqlite3 *db)
{
    double sum = 0;
    const int counters[] = {SQLITE_DBSTATUS_CACHE_HIT, SQLITE_DBSTATUS_CACHE_MISS};
    for (size_t i = 0; i < 2; i++) {
        int now;
        int high;
        (void)sqlite3_db_status(db, counters[i], &now, &high, 1);
        sum += now;
    }
    return sum;
}

static double processor_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One reservation in a transaction of its own; the seconds that it took, and those of the
 * processor, which do not wait for the disk. */
static double reserve(struct data *d, const struct data_agent *agent, double *ret_work_s)
{
    struct err err;
    int64_t offer;
    const double began_s = figure_now_s();
    const double worked_s = processor_s();
    data_must(store_begin(d->store, &err), &err);
    data_must(store_offer_next(d->store, agent->agent_id, d->now_utc_s, &offer, &err), &err);
    data_must(store_commit(d->store, &err), &err);
    *ret_work_s = processor_s() - worked_s;
    return figure_now_s() - began_s;
}

static size_t counted_of(size_t warm)
{
    return warm < COUNTED ? warm : COUNTED;
}

static void reset_counters(struct data *d)
{
    (void)counted(sqlite_handle(d->store), SQLITE_STMTSTATUS_VM_STEP);
    (void)counted(sqlite_handle(d->store), SQLITE_STMTSTATUS_FULLSCAN_STEP);
    (void)pages_of(sqlite_handle(d->store));
}

/* A fresh crowd of agents; and the first reservation after a start with nothing in memory. What
 * follows finds the whole database there, as in a centre that is at work: how long a disk takes is
 * the cold one's to say. */
static void begin(struct side *s, struct data *d, size_t warm)
{
    s->d = d;
    data_open(d);
    data_agents(d, s->agents, warm + COLD + counted_of(warm), true);
    for (size_t i = 0; i < COLD; i++) {
        data_close(d);
        data_settle(d, true);
        data_open(d);
        s->samples[i] = reserve(d, &s->agents[warm + i], &s->work[i]);
    }
    s->cost.cold_s = figure_median(s->samples, COLD);
    data_warm(d);
}

/* What is touched, counted on a few more: SQLite counts no page that it reads through memory, and
 * reads no more than two gigabytes of a database so. */
static void count(struct side *s, size_t from, size_t n)
{
    sqlite3 *db = sqlite_handle(s->d->store);
    double work_s;
    if (sqlite3_exec(db, "PRAGMA mmap_size = 0", NULL, NULL, NULL) != SQLITE_OK)
        die("bench_waiting", sqlite3_errmsg(db));
    reset_counters(s->d);
    for (size_t i = 0; i < n; i++)
        (void)reserve(s->d, &s->agents[from + i], &work_s);
    s->cost.steps = counted(db, SQLITE_STMTSTATUS_VM_STEP) / (double)n;
    s->cost.scanned = counted(db, SQLITE_STMTSTATUS_FULLSCAN_STEP) / (double)n;
    s->cost.pages = pages_of(db) / (double)n;
}

static void end(struct side *s, size_t warm)
{
    s->cost.warm_s = figure_median(s->samples, warm);
    s->cost.work_s = figure_median(s->work, warm);
    count(s, warm + COLD, counted_of(warm));
}

/* In turns, so that whatever else the machine does meets both. */
static void measure(struct side *few, struct data *d_few, struct side *many, struct data *d_many,
                    size_t warm)
{
    begin(few, d_few, warm);
    begin(many, d_many, warm);
    for (size_t i = 0; i < warm; i++) {
        few->samples[i] = reserve(d_few, &few->agents[i], &few->work[i]);
        many->samples[i] = reserve(d_many, &many->agents[i], &many->work[i]);
    }
    end(few, warm);
    end(many, warm);
}

/* 10000 -> "10 thousand" */
static void number_words(int64_t n, char ret[WORDS_SIZE])
{
    if (n >= 1000000)
        (void)snprintf(ret, WORDS_SIZE, "%" PRId64 " million", n / 1000000);
    else if (n >= 1000)
        (void)snprintf(ret, WORDS_SIZE, "%" PRId64 " thousand", n / 1000);
    else
        (void)snprintf(ret, WORDS_SIZE, "%" PRId64, n);
}

static void print_one(const char *what, const char *unit, const char *crowd, double ours,
                      const char *few, double theirs, bool judged)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%s, %s", what, crowd);
    figure_print(&(struct figure){
        .what = text,
        .unit = unit,
        .ours = ours,
        .beside = {{few, theirs}},
        .rule = judged ? FIGURE_RATIO_ATMOST : FIGURE_SHOWN,
        .target = judged ? 1.3 : 0,
    });
}

static void print(const char *crowd, const struct cost *c, const char *few, const struct cost *base)
{
    print_one("a reservation", "s", crowd, c->warm_s, few, base->warm_s, true);
    print_one("its processor time", "s", crowd, c->work_s, few, base->work_s, true);
    print_one("its steps in the database", "", crowd, c->steps, few, base->steps, true);
    print_one("its pages", "", crowd, c->pages, few, base->pages, true);
    print_one("its rows walked over", "", crowd, c->scanned, few, base->scanned, false);
    print_one("the first one after a start, cold", "s", crowd, c->cold_s, few, base->cold_s, false);
}

/* Room for so many, or a note that it was left out. */
static bool has_room(struct data *d, int64_t people, const char *crowd)
{
    const double need = (double)people * BYTES_A_PERSON + 1e9;
    const double room = data_free_bytes(d);
    if (room >= need)
        return true;
    figure_note("%s: left out, it needs %.0f GB of disk and %.0f are free.", crowd, need / 1e9,
                room / 1e9);
    return false;
}

static struct data *fill(int64_t waiting, int64_t resting)
{
    struct data *d = data_new();
    data_people(d, waiting - 1, resting);
    return d;
}

struct plan {
    size_t warm;
    int64_t few;
    const char *few_words;
    struct data *d_few;
};

static void compare(const struct plan *plan, int64_t people, bool rest)
{
    static struct side few;
    static struct side many;
    char words[WORDS_SIZE];
    char crowd[WORDS_SIZE + 24];
    number_words(people, words);
    (void)snprintf(crowd, sizeof crowd, "%s %s", words, rest ? "resting in front" : "waiting");
    if (!has_room(plan->d_few, people, crowd))
        return;
    const double began_s = figure_now_s();
    struct data *d = rest ? fill(plan->few, people) : fill(people, 0);
    (void)fprintf(stderr, "bench_waiting: %s, filled in %.0f s\n", crowd, figure_now_s() - began_s);
    measure(&few, plan->d_few, &many, d, plan->warm);
    print(crowd, &many.cost, plan->few_words, &few.cost);
    d = data_free(d);
}

int main(int argc, char **argv)
{
    const enum figure_size size = figure_size_of(argc, argv);
    const bool smoke = size == FIGURE_SMOKE;
    const int64_t crowds[] = {smoke ? 2000 : 1000000, 10000000};
    const size_t n = size == FIGURE_FULL ? 2 : 1;
    struct plan plan = {
        .warm = smoke ? 5 : WARM_MAX,
        .few = smoke ? 100 : 10000,
        .few_words = smoke ? "100 waiting" : "10 thousand waiting",
    };
    plan.d_few = fill(plan.few, 0);
    for (int rest = 0; rest < 2; rest++)
        for (size_t i = 0; i < n; i++)
            compare(&plan, crowds[i], rest != 0);
    figure_note(
        "Reservations through net/store, one by one in a transaction each, with the database "
        "in memory, in turns with "
        "those of the small crowd, on %s.",
        data_file_system(plan.d_few));
    plan.d_few = data_free(plan.d_few);
    return 0;
}
