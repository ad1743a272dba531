/* SPDX-License-Identifier: Apache-2.0 */
/* Counting. */

#include "net/server/metrics.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/api/json.h"
#include "net/server/metrics_state.h"
#include "net/server/request.h"
#include "net/server/server.h"

/* Operations whose success is counted as something that happened, and not only as a request: one
 * that is repeated with its key happened once. */
static const struct {
    const char *operation;
    enum metric metric;
} happenings[] = {
    {"accept_offer",  METRIC_ACCEPTED    },
    {"skip_offer",    METRIC_SKIPPED     },
    {"permit_call",   METRIC_PERMITS     },
    {"release_offer", METRIC_RELEASED    },
    {"sign_in",       METRIC_LOGINS_RIGHT},
};

struct metrics *metrics_new(struct server *server)
{
    struct metrics *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->server = server;
    m->started_utc_s = (int64_t)time(NULL);
    return m;
}

struct metrics *metrics_free(struct metrics *m)
{
    free(m);
    return NULL;
}

void metrics_count(struct metrics *m, enum metric what)
{
    m->counts[what]++;
}

/* The place of a route in the table; what is none has the last one. */
static size_t route_index(const struct route *route)
{
    size_t n;
    const struct route *table = route_table(&n);
    const size_t i = route ? (size_t)(route - table) : METRICS_ROUTES - 1;
    return i < METRICS_ROUTES ? i : METRICS_ROUTES - 1;
}

void metrics_answered(struct metrics *m, const struct request *req, int64_t took_ms)
{
    struct metrics_route *r = &m->routes[route_index(req->route)];
    const int class = req->answer.status / 100 - 2;
    if (class >= 0 && class < METRICS_CLASSES)
        r->classes[class]++;
    histogram_add(&r->seconds, histogram_seconds, (double)took_ms / 1000);
    if (req->answer.status == 429 && req->route && req->route->verifies_password)
        metrics_count(m, METRIC_LOGINS_THROTTLED);
    if (req->answer.status == 401 && req->route && req->route->verifies_password)
        metrics_count(m, METRIC_LOGINS_WRONG);
}

static void count_code(struct metrics *m, const char *service_id, const char *code)
{
    size_t i = 0;
    while (i < m->n_codes &&
           (strcmp(m->codes[i].code, code) != 0 || strcmp(m->codes[i].service_id, service_id) != 0))
        i++;
    if (i == METRICS_CODES)
        return; /* more codes than any service has: the others go on */
    if (i == m->n_codes) {
        m->n_codes++;
        snprintf(m->codes[i].service_id, sizeof m->codes[i].service_id, "%s", service_id);
        snprintf(m->codes[i].code, sizeof m->codes[i].code, "%s", code);
    }
    m->codes[i].n++;
}

void metrics_committed(struct metrics *m, const struct request *req)
{
    if (req->repeated || !req->route)
        return;
    for (size_t i = 0; i < sizeof happenings / sizeof happenings[0]; i++)
        if (strcmp(happenings[i].operation, req->route->operation) == 0)
            metrics_count(m, happenings[i].metric);
    if (strcmp(req->route->operation, "wrap_up") == 0)
        count_code(m, req->served, json_str(req->json, "code", ""));
}

static enum err_code read_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct metrics *m = (struct metrics *)((char *)job - offsetof(struct metrics, job));
    return store_figures_read(store, now_utc_s, &m->read, &job->err);
}

static void read_done(struct job *job)
{
    struct metrics *m = (struct metrics *)((char *)job - offsetof(struct metrics, job));
    m->reading = false;
    if (job->err.code != ERR_OK)
        return; /* the age of the figures tells; what fails is logged where it is missed */
    m->figures = m->read;
    m->figures_ms = server_now_ms();
}

void metrics_tick(struct metrics *m, int64_t now_ms)
{
    if (m->reading || (m->figures_ms && now_ms - m->figures_ms < METRICS_EVERY_S * 1000))
        return;
    m->reading = true;
    m->job = (struct job){.run = read_run, .done = read_done};
    writer_submit(m->server->writer, &m->job);
}
