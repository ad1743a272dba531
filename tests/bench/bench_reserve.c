/* SPDX-License-Identifier: Apache-2.0 */
/* Reservations a second over HTTP, beside plain single-row SQLite transactions.
 *
 * A reservation is an agent's whole round with a real pupitred: `skip` lets go of the person that
 * the agent was offered, the backend reserves the next one, and both are durable when the answer
 * comes; it counts when the agent has read the new offer in that answer. Agents are as
 * many as clients, each on a connection of its own.
 *
 * Beside it: one thread, the same table with all its indexes and triggers, on the same disk, as the
 * store is set (WAL, synchronous FULL): find the next person, set them held, commit, one by one. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/cleanup.h"
#include "tests/bench/data.h"
#include "tests/bench/figure.h"
#include "tests/bench/load.h"
#include "tests/bench/usage.h"
#include "tests/harness/die.h"

#define CLIENTS_MAX 256
#define ID_SIZE 24

enum step { STEP_ON_QUEUE, STEP_LOOK, STEP_SKIP };

struct client {
    struct load_connection connection;
    const struct data_agent *agent;
    enum step step;
    char offer[ID_SIZE]; /* the newest seen */
    long fence;
};

struct bench {
    struct data *data;
    int epoll_fd;
    struct client clients[CLIENTS_MAX];
    uint64_t keys; /* made so far */
    int64_t reserved;
    int64_t looks; /* answers in which the next person was not there yet */
};

static const char *member(const char *json, const char *name)
{
    const char *at = strstr(json, name);
    return at ? at + strlen(name) : NULL;
}

/* A new offer in this answer? Keep it. */
static bool take_offer(struct client *c, const char *body)
{
    char id[ID_SIZE] = "";
    const char *at = member(body, "\"offer_id\":\"");
    const char *fence = member(body, "\"fence\":");
    if (!at || !fence || sscanf(at, "%23[0-9]", id) != 1 || strcmp(id, c->offer) == 0)
        return false;
    memcpy(c->offer, id, sizeof id);
    c->fence = strtol(fence, NULL, 10);
    return true;
}

static void skip(struct bench *b, struct client *c)
{
    char path[64];
    char key[40];
    char body[96];
    (void)snprintf(path, sizeof path, "/v1/offers/%s/skip", c->offer);
    (void)snprintf(key, sizeof key, "bench-%020" PRIu64, ++b->keys);
    (void)snprintf(body, sizeof body, "{\"fence\":%ld,\"reason\":\"known_person\"}", c->fence);
    c->step = STEP_SKIP;
    load_send(&c->connection, "POST", path, c->agent->token, key, body);
}

static void look(struct client *c)
{
    c->step = STEP_LOOK;
    load_send(&c->connection, "GET", "/v1/work", c->agent->token, NULL, NULL);
}

static void on_answer(struct bench *b, struct client *c, int status, const char *body)
{
    if (status != 200) {
        (void)fprintf(stderr, "bench_reserve: step %d: %d %s\n", (int)c->step, status, body);
        exit(1);
    }
    if (take_offer(c, body)) {
        b->reserved++;
        skip(b, c);
    } else {
        b->looks++;
        look(c);
    }
}

static void on_ready(struct bench *b, struct client *c)
{
    int status;
    const char *body;
    if (!load_read(&c->connection))
        die("bench_reserve", "pupitred closed a connection");
    if (load_answer(&c->connection, &status, &body))
        on_answer(b, c, status, body);
}

static void turn(struct bench *b, double until_s)
{
    struct epoll_event events[64];
    while (figure_now_s() < until_s) {
        const int n = epoll_wait(b->epoll_fd, events, 64, 100);
        for (int i = 0; i < n; i++)
            on_ready(b, events[i].data.ptr);
    }
}

static void begin(struct bench *b, const struct data_agent *agents, size_t n)
{
    b->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < n; i++) {
        struct client *c = &b->clients[i];
        *c = (struct client){.agent = &agents[i], .step = STEP_ON_QUEUE};
        load_connect(&c->connection, b->data->port);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        if (epoll_ctl(b->epoll_fd, EPOLL_CTL_ADD, c->connection.fd, &e) != 0)
            die("bench_reserve", "epoll");
        load_send(&c->connection, "PUT", "/v1/queue", agents[i].token, NULL, "{\"on_queue\":true}");
    }
}

static void end(struct bench *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        load_close(&b->clients[i].connection);
    (void)close(b->epoll_fd);
}

/* Reservations a second with n clients. */
static double over_http(struct bench *b, const struct data_agent *agents, size_t n, double for_s)
{
    begin(b, agents, n);
    turn(b, figure_now_s() + for_s / 4); /* everybody is at work */
    const int64_t before = b->reserved;
    const int64_t looks = b->looks;
    const pid_t pid = proc_pid(b->data->backend);
    const double cpu_s = usage_cpu_s(pid);
    const double written_b = usage_written_b(pid);
    const double began_s = figure_now_s();
    turn(b, began_s + for_s);
    const double took_s = figure_now_s() - began_s;
    const double n_reserved = (double)(b->reserved - before);
    (void)fprintf(stderr,
                  "bench_reserve: %zu clients: %.0f/s, %.2f more looks each, %.0f us of pupitred's "
                  "processor and %.1f KiB written each\n",
                  n, n_reserved / took_s, (double)(b->looks - looks) / n_reserved,
                  (usage_cpu_s(pid) - cpu_s) / n_reserved * 1e6,
                  (usage_written_b(pid) - written_b) / n_reserved / 1024);
    end(b, n);
    return n_reserved / took_s;
}

/* The same on the table, without anything of ours: one a transaction. */
static double plain(struct data *d, double for_s)
{
    static const char *const texts[] = {
        "BEGIN IMMEDIATE",
        "UPDATE person SET state = 'held', state_since = ?1 WHERE person_id = (SELECT person_id"
        " FROM person WHERE state = 'waiting' AND region = '" DATA_REGION "' AND service_id ="
        " 'tracing' AND language = '" DATA_LANGUAGE "' ORDER BY rank, order_at, person_id LIMIT 1)",
        "COMMIT",
    };
    sqlite3_stmt *q[3];
    sqlite3 *db = data_sqlite(d);
    int64_t n = 0;
    for (size_t i = 0; i < 3; i++)
        if (sqlite3_prepare_v2(db, texts[i], -1, &q[i], NULL) != SQLITE_OK)
            die("bench_reserve", sqlite3_errmsg(db));
    (void)sqlite3_bind_int64(q[1], 1, d->now_utc_s);
    const double began_s = figure_now_s();
    for (; figure_now_s() - began_s < for_s; n++)
        for (size_t i = 0; i < 3; i++)
            if (sqlite3_step(q[i]) != SQLITE_DONE || sqlite3_reset(q[i]) != SQLITE_OK)
                die("bench_reserve", sqlite3_errmsg(db));
    const double took_s = figure_now_s() - began_s;
    for (size_t i = 0; i < 3; i++)
        (void)sqlite3_finalize(q[i]);
    (void)sqlite3_close(db);
    return (double)n / took_s;
}

int main(int argc, char **argv)
{
    const enum figure_size size = figure_size_of(argc, argv);
    const bool smoke = size == FIGURE_SMOKE;
    const double for_s = smoke ? 0.2 : 5;
    static const struct {
        size_t clients;
        const char *what;
        double target;
    } runs[] = {
        {1,   "reservations over HTTP, 1 client",    0.8},
        {32,  "reservations over HTTP, 32 clients",  0  },
        {256, "reservations over HTTP, 256 clients", 5  },
    };
    static struct bench b;
    static struct data_agent agents[CLIENTS_MAX];
    double rates[3];
    double plains[4]; /* before, between and after, so that each has its neighbours beside it */
    load_allow_files(CLIENTS_MAX + 64);
    b.data = data_new();
    data_agents(b.data, agents, CLIENTS_MAX, false);
    data_people(b.data, smoke ? 5000 : 400000, 0);

    plains[0] = plain(b.data, for_s / 2);
    for (size_t i = 0; i < 3; i++) {
        /* Afresh each time: nobody holds anybody of the run before. */
        data_backend_start(b.data);
        rates[i] = over_http(&b, agents, runs[i].clients, for_s);
        data_backend_stop(b.data);
        plains[i + 1] = plain(b.data, for_s / 2);
    }

    for (size_t i = 0; i < 3; i++)
        figure_print(&(struct figure){
            .what = runs[i].what,
            .unit = "/s",
            .ours = rates[i],
            .beside = {{"SQLite, plain", (plains[i] + plains[i + 1]) / 2}},
            .rule = runs[i].target > 0 ? FIGURE_RATIO_ATLEAST : FIGURE_SHOWN,
            .target = runs[i].target,
        });
    figure_note("A reservation over HTTP lets go of one person and reserves the next, both durable "
                "before the agent reads of it. Plain: one thread, one UPDATE a transaction on the "
                "same table, WAL, synchronous FULL, same disk (%s).",
                data_file_system(b.data));
    b.data = data_free(b.data);
    return 0;
}
