/* SPDX-License-Identifier: Apache-2.0 */
/* The text of GET /metrics: families with their HELP and TYPE, then their samples. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "net/server/http.h"
#include "net/server/hub.h"
#include "net/server/logins.h"
#include "net/server/metrics_state.h"
#include "net/server/options.h"
#include "net/server/route.h"
#include "net/server/server.h"

#define PATH_SIZE 512

static void family(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label's value: services and codes are data of somebody. */
static void value(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            buf_char(out, '\\');
        buf_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void label(struct buf *out, char before, const char *name, const char *text)
{
    buf_printf(out, "%c%s=\"", before, name);
    value(out, text);
    buf_char(out, '"');
}

/* --- single numbers, one row each --- */

static double count_of(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w;
    return (double)m->counts[i];
}

static double connections(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return http_connections(m->server->http);
}

static double requests_open(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)http_requests_open(m->server->http);
}

static double streams(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)hub_streams(m->server->hub);
}

static double logins_waiting_now(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)logins_waiting(m->server->logins);
}

static double queued(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)m, (void)i;
    return (double)w->queued;
}

static double failed_commits(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)m, (void)i;
    return (double)w->failed;
}

static double callbacks_open(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->figures.callbacks_open;
}

static double callbacks_overdue(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->figures.callbacks_overdue;
}

static double sessions(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->figures.sessions;
}

static double late_drafts(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->figures.late_drafts;
}

static double imports(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->figures.imports_unfinished;
}

static double outbox_waiting(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->figures.outbox_waiting;
}

static double outbox_parked(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->figures.outbox_parked;
}

static double outbox_age(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->figures.outbox_oldest_s;
}

static double figures_age(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return m->figures_ms ? (double)(server_now_ms() - m->figures_ms) / 1000 : -1;
}

static double ready(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return !m->server->draining && !server_store_is_slow(m->server);
}

static double file_bytes(const struct metrics *m, const char *name)
{
    char path[PATH_SIZE];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", m->server->options->data, name);
    return stat(path, &st) == 0 ? (double)st.st_size : 0;
}

static double database_bytes(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return file_bytes(m, "pupitre.db");
}

static double wal_bytes(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return file_bytes(m, "pupitre.db-wal");
}

static double disk_free(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    struct statvfs fs;
    return statvfs(m->server->options->data, &fs) == 0 ? (double)fs.f_bavail * (double)fs.f_frsize
                                                       : 0;
}

static double cpu_seconds(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)m, (void)w, (void)i;
    struct timespec t = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double resident_bytes(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)m, (void)w, (void)i;
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f) {
        if (fscanf(f, "%*u %lu", &pages) != 1)
            pages = 0;
        fclose(f);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static double max_descriptors(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)m, (void)w, (void)i;
    struct rlimit files = {0};
    (void)getrlimit(RLIMIT_NOFILE, &files);
    return (double)files.rlim_cur;
}

static double started(const struct metrics *m, const struct writer_stats *w, int i)
{
    (void)w, (void)i;
    return (double)m->started_utc_s;
}

static const struct {
    const char *name, *type, *help;
    double (*read)(const struct metrics *m, const struct writer_stats *w, int i);
    int i;
} singles[] = {
  /* clang-format off */
    {"pupitre_ready", "gauge", "1 when the backend takes work: not stopping, and the database answers.", ready, 0},
    {"pupitre_offers_total", "counter", "People offered to agents.", count_of, METRIC_OFFERS},
    {"pupitre_offers_accepted_total", "counter", "Offers that an agent accepted.", count_of, METRIC_ACCEPTED},
    {"pupitre_offers_skipped_total", "counter", "Offers that an agent skipped with a reason.", count_of, METRIC_SKIPPED},
    {"pupitre_offers_released_total", "counter", "People whom a supervisor set free.", count_of, METRIC_RELEASED},
    {"pupitre_calls_permitted_total", "counter", "Permits to dial.", count_of, METRIC_PERMITS},
    {"pupitre_logins_total", "counter", "Logins with the right password.", count_of, METRIC_LOGINS_RIGHT},
    {"pupitre_logins_refused_total", "counter", "Logins with a wrong name or password.", count_of, METRIC_LOGINS_WRONG},
    {"pupitre_logins_throttled_total", "counter", "Logins refused unseen after several failures.", count_of, METRIC_LOGINS_THROTTLED},
    {"pupitre_faults_total", "counter", "Faults that stand in the log.", count_of, METRIC_FAULTS},
    {"pupitre_logins_waiting", "gauge", "Logins whose password waits to be verified.", logins_waiting_now, 0},
    {"pupitre_sessions", "gauge", "Agents who are signed in.", sessions, 0},
    {"pupitre_streams", "gauge", "Open event streams.", streams, 0},
    {"pupitre_connections", "gauge", "Open connections.", connections, 0},
    {"pupitre_requests_open", "gauge", "Requests not answered to the end, streams among them.", requests_open, 0},
    {"pupitre_callbacks_open", "gauge", "Callbacks agreed and not yet served (10000 stands for more).", callbacks_open, 0},
    {"pupitre_callbacks_overdue", "gauge", "Of these, how many are due.", callbacks_overdue, 0},
    {"pupitre_late_drafts_total", "counter", "Answers kept aside that came with a stale fence.", late_drafts, 0},
    {"pupitre_imports_unfinished", "gauge", "Imports whose people are still being moved.", imports, 0},
    {"pupitre_outbox_waiting", "gauge", "Submitted answers not yet at the federal side (10000 stands for more).", outbox_waiting, 0},
    {"pupitre_outbox_parked", "gauge", "Submitted answers that it refused (10000 stands for more).", outbox_parked, 0},
    {"pupitre_outbox_oldest_seconds", "gauge", "How long the oldest that waits has waited.", outbox_age, 0},
    {"pupitre_outbox_sent_total", "counter", "Answers that the federal side took.", count_of, METRIC_FEDERAL_SENT},
    {"pupitre_outbox_later_total", "counter", "Tries that are made again.", count_of, METRIC_FEDERAL_LATER},
    {"pupitre_outbox_refused_total", "counter", "Tries that were refused.", count_of, METRIC_FEDERAL_PARKED},
    {"pupitre_writer_queued", "gauge", "Jobs that wait for the writer.", queued, 0},
    {"pupitre_commits_failed_total", "counter", "Transactions that could not be committed.", failed_commits, 0},
    {"pupitre_figures_age_seconds", "gauge", "Age of what is read from the database; -1 = not yet read.", figures_age, 0},
    {"pupitre_database_bytes", "gauge", "Size of the database.", database_bytes, 0},
    {"pupitre_wal_bytes", "gauge", "Size of its write-ahead log.", wal_bytes, 0},
    {"pupitre_disk_free_bytes", "gauge", "Room on the disk of the database.", disk_free, 0},
    {"process_cpu_seconds_total", "counter", "Processor time used.", cpu_seconds, 0},
    {"process_resident_memory_bytes", "gauge", "Memory in use.", resident_bytes, 0},
    {"process_max_fds", "gauge", "Descriptors that may be open.", max_descriptors, 0},
    {"process_start_time_seconds", "gauge", "When the process started, seconds since 1970.", started, 0},
  /* clang-format on */
};

static void print_singles(const struct metrics *m, const struct writer_stats *w, struct buf *out)
{
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        family(out, singles[i].name, singles[i].type, singles[i].help);
        buf_printf(out, "%s %.15g\n", singles[i].name, singles[i].read(m, w, singles[i].i));
    }
}

/* --- histograms: labels is "" or `a="b",` --- */

static void print_histogram(struct buf *out, const char *name, const char *labels,
                            const struct histogram *h, const double *bounds)
{
    uint64_t n = 0;
    const int len = (int)strlen(labels);
    for (size_t i = 0; i < HISTOGRAM_BOUNDS; i++) {
        n += h->below[i];
        buf_printf(out, "%s_bucket{%sle=\"%g\"} %" PRIu64 "\n", name, labels, bounds[i], n);
    }
    n += h->below[HISTOGRAM_BOUNDS];
    buf_printf(out, "%s_bucket{%sle=\"+Inf\"} %" PRIu64 "\n", name, labels, n);
    const char *open = len ? "{" : "", *close = len ? "}" : "";
    buf_printf(out, "%s_sum%s%.*s%s %.9g\n", name, open, len ? len - 1 : 0, labels, close, h->sum);
    buf_printf(out, "%s_count%s%.*s%s %" PRIu64 "\n", name, open, len ? len - 1 : 0, labels, close,
               n);
}

static void route_labels(size_t i, char *ret, size_t size)
{
    size_t n;
    const struct route *table = route_table(&n);
    if (i < n)
        snprintf(ret, size, "method=\"%s\",route=\"%s\",", route_method_name(table[i].method),
                 table[i].path);
    else
        snprintf(ret, size, "method=\"\",route=\"none\",");
}

static void print_requests(const struct metrics *m, struct buf *out)
{
    char labels[256];
    family(out, "pupitre_http_requests_total", "counter", "Requests by route and class of status.");
    for (size_t i = 0; i < METRICS_ROUTES; i++) {
        route_labels(i, labels, sizeof labels);
        for (int c = 0; c < METRICS_CLASSES; c++)
            if (m->routes[i].classes[c])
                buf_printf(out, "pupitre_http_requests_total{%sstatus=\"%dxx\"} %" PRIu64 "\n",
                           labels, c + 2, m->routes[i].classes[c]);
    }
    family(out, "pupitre_http_request_duration_seconds", "histogram",
           "Time to an answer; of a stream, to its first event.");
    for (size_t i = 0; i < METRICS_ROUTES; i++) {
        if (!histogram_count(&m->routes[i].seconds))
            continue;
        route_labels(i, labels, sizeof labels);
        print_histogram(out, "pupitre_http_request_duration_seconds", labels, &m->routes[i].seconds,
                        histogram_seconds);
    }
}

static void print_writer(const struct writer_stats *w, struct buf *out)
{
    family(out, "pupitre_commit_seconds", "histogram", "Time of a COMMIT.");
    print_histogram(out, "pupitre_commit_seconds", "", &w->seconds, histogram_seconds);
    family(out, "pupitre_commit_jobs", "histogram", "Jobs that one COMMIT serves.");
    print_histogram(out, "pupitre_commit_jobs", "", &w->sizes, histogram_sizes);
}

static void print_codes(const struct metrics *m, struct buf *out)
{
    family(out, "pupitre_wrapups_total", "counter", "Wrap-up codes chosen.");
    for (size_t i = 0; i < m->n_codes; i++) {
        buf_str(out, "pupitre_wrapups_total");
        label(out, '{', "service", m->codes[i].service_id);
        label(out, ',', "code", m->codes[i].code);
        buf_printf(out, "} %" PRIu64 "\n", m->codes[i].n);
    }
}

static void print_people(const struct store_figures *f, struct buf *out)
{
    family(out, "pupitre_people_waiting", "gauge", "People who wait to be called.");
    for (size_t i = 0; i < f->n_waiting; i++) {
        buf_str(out, "pupitre_people_waiting");
        label(out, '{', "region", region_name(f->waiting[i].region));
        label(out, ',', "service", f->waiting[i].service_id);
        buf_printf(out, "} %" PRId64 "\n", f->waiting[i].n);
    }
    family(out, "pupitre_people_unresolved", "gauge",
           "People whose code was never chosen (10000 stands for more).");
    for (int r = 0; r < REGION_COUNT; r++)
        buf_printf(out, "pupitre_people_unresolved{region=\"%s\"} %" PRId64 "\n",
                   region_name((enum region)r), f->unresolved[r]);
}

static void print_states(const struct store_figures *f, struct buf *out)
{
    family(out, "pupitre_agents", "gauge", "Agents by their state.");
    for (int r = 0; r < REGION_COUNT; r++)
        for (int s = 0; s < AGENT_STATE_COUNT; s++)
            buf_printf(out, "pupitre_agents{region=\"%s\",state=\"%s\"} %" PRId64 "\n",
                       region_name((enum region)r), agent_state_name((enum agent_state)s),
                       f->agents[r][s]);
    family(out, "pupitre_holds", "gauge", "People who are held by an agent, by what happens.");
    for (int r = 0; r < REGION_COUNT; r++)
        for (int s = HOLD_NONE + 1; s < HOLD_STATE_COUNT; s++)
            buf_printf(out, "pupitre_holds{region=\"%s\",state=\"%s\"} %" PRId64 "\n",
                       region_name((enum region)r), hold_state_name((enum hold_state)s),
                       f->holds[r][s]);
}

static void print_alarms(const struct store_figures *f, struct buf *out)
{
    family(out, "pupitre_alarms", "gauge", "Alarms that no supervisor has closed.");
    for (int r = 0; r < REGION_COUNT; r++)
        for (int s = 0; s < ALARM_CLOSED; s++)
            buf_printf(out, "pupitre_alarms{region=\"%s\",state=\"%s\"} %" PRId64 "\n",
                       region_name((enum region)r), alarm_state_name((enum alarm_state)s),
                       f->alarms.n[r][s]);
}

void metrics_print(const struct metrics *m, struct buf *ret)
{
    struct writer_stats w;
    writer_stats(m->server->writer, &w);
    family(ret, "pupitre_build_info", "gauge", "Which program this is; always 1.");
    buf_printf(ret, "pupitre_build_info{version=\"" PUPITRE_VERSION "\",schema=\"%d\"} 1\n",
               m->figures.schema);
    print_singles(m, &w, ret);
    print_requests(m, ret);
    print_writer(&w, ret);
    print_codes(m, ret);
    if (!m->figures_ms)
        return; /* nothing is known yet, which is not the same as 0 */
    print_people(&m->figures, ret);
    print_states(&m->figures, ret);
    print_alarms(&m->figures, ret);
}
