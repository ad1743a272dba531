/* SPDX-License-Identifier: Apache-2.0 */
/* A day of a contact centre, compressed: simulated agents with open event streams work with a real
 * pupitred over loopback, 20 times as fast as people do. All go on queue within the first ten
 * seconds (the storm of eight o'clock), are offered people, accept, skip, let it ring, dial, report
 * what the telephone does, send answers as they are typed, hand them in, choose codes, promise
 * callbacks, correct codes, take breaks; lines drop, PCs die and their agents log in anew, answers
 * come too late. With trouble, pupitred is killed every few seconds, the disk fills, the clock
 * jumps. Each agent notes what was accepted (2xx); in the end the notes are held against the
 * database (judge.h).
 *
 * usage: load [--smoke|--full] [OPTION…]
 *     --agents N      how many (2000; --smoke: 60)
 *     --people N      whom they call (50 for each agent)
 *     --seconds S     how long they work (60; --full: 300; --smoke: 12)
 *     --store URL     a database in PostgreSQL that is empty; without it SQLite
 *     --nodes N       so many pupitred on it, 1 or 2 (1)
 *     --trouble LIST  of kill, disk, clock, database, with commas between (none)
 *     --database-fd N where to say that the database is to be killed and started again; see
 *                     tests/load/on_postgresql, which runs all of it on a PostgreSQL of its own
 *     --every MS      between two troubles of a kind, on average (4000; --smoke: 1500)
 *     --hazard N      how often PCs and lines break: 1 as on a real day (--smoke: 20)
 *     --seed N        of the dice (1)
 *     --tap           print the judgement in TAP; without it, figures (tests/bench/figure.h)
 *
 * Exit status: 0, or 1 when a rule is broken: then the database stays, and its place is told.
 *
 * Sessions of the storm were begun before it: see shift.h. The crowd shares the machine with
 * pupitred, so that the times are those of a machine that is busy with both. */

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"
#include "tests/bench/figure.h"
#include "tests/bench/load.h"
#include "tests/bench/usage.h"
#include "tests/harness/die.h"
#include "tests/load/agent.h"
#include "tests/load/judge.h"
#include "tests/load/trouble.h"

enum { TICK_MS = 10, EVENTS = 512, STORM_S = 10, FINISH_S = 90, SUPERVISORS = 4 };

struct options {
    int64_t agents, people, seconds, every_ms, hazard, seed, nodes, database_fd;
    const char *url;
    unsigned trouble;
    bool smoke, tap;
};

struct day {
    struct options o;
    struct shift_agent *who;
    struct crowd crowd;
    struct trouble trouble;
    uint64_t told, faults;
    double rss_b, rss_start_b, cpu_s, lasted_s;
};

/* --- options --- */

static void usage(void)
{
    (void)fprintf(stderr, "usage: load [--smoke|--full] [--agents N] [--people N] [--seconds S] "
                          "[--trouble kill,disk,clock] [--every MS] [--hazard N] [--seed N] "
                          "[--store URL] [--nodes N] [--database-fd N] [--tap]\n");
    exit(64);
}

static unsigned trouble_of(const char *list)
{
    static const struct {
        const char *name;
        unsigned kind;
    } kinds[] = {
        {"kill",     TROUBLE_KILL    },
        {"disk",     TROUBLE_DISK    },
        {"clock",    TROUBLE_CLOCK   },
        {"database", TROUBLE_DATABASE}
    };
    unsigned all = 0;
    for (const char *at = list; *at;) {
        const size_t len = strcspn(at, ",");
        const unsigned before = all;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (strlen(kinds[i].name) == len && strncmp(at, kinds[i].name, len) == 0)
                all |= kinds[i].kind;
        if (all == before)
            usage();
        at += len + (at[len] == ',');
    }
    return all;
}

static struct options options_read(int argc, char **argv)
{
    struct options o = {
        .agents = 2000, .seconds = 60, .every_ms = 4000, .hazard = 1, .seed = 1, .nodes = 1};
    const struct {
        const char *name;
        int64_t *number;
    } numbers[] = {
        {"--agents",      &o.agents     },
        {"--people",      &o.people     },
        {"--seconds",     &o.seconds    },
        {"--every",       &o.every_ms   },
        {"--hazard",      &o.hazard     },
        {"--seed",        &o.seed       },
        {"--nodes",       &o.nodes      },
        {"--database-fd", &o.database_fd}
    };
    for (int i = 1; i < argc; i++) {
        bool found = true;
        if (strcmp(argv[i], "--smoke") == 0) {
            o.smoke = true;
            o.agents = 60;
            o.seconds = 12;
            o.every_ms = 1500;
            o.hazard = 20;
        } else if (strcmp(argv[i], "--full") == 0) {
            o.seconds = 300;
        } else if (strcmp(argv[i], "--tap") == 0) {
            o.tap = true;
        } else if (strcmp(argv[i], "--store") == 0 && i + 1 < argc) {
            o.url = argv[++i];
        } else if (strcmp(argv[i], "--trouble") == 0 && i + 1 < argc) {
            o.trouble = trouble_of(argv[++i]);
        } else {
            found = false;
        }
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
            if (strcmp(argv[i], numbers[k].name) == 0 && i + 1 < argc)
                found = text_to_int(argv[i + 1], strlen(argv[i + 1]), 1, 100000000,
                                    numbers[k].number) &&
                        ++i;
        if (!found)
            usage();
    }
    o.people = o.people ? o.people : o.agents * 50;
    if (o.nodes > (o.url ? NODES_MAX : 1) || (!o.database_fd && o.trouble & TROUBLE_DATABASE))
        usage();
    return o;
}

/* --- the day --- */

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void crowd_init(struct day *d)
{
    struct crowd *c = &d->crowd;
    const size_t n = (size_t)d->o.agents + SUPERVISORS;
    d->who = calloc(n, sizeof *d->who);
    c->agents = calloc(n, sizeof *c->agents);
    if (!d->who || !c->agents)
        die("load", "memory");
    c->n_agents = n;
    c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    c->hazard = (unsigned)d->o.hazard;
    c->pace = d->o.smoke ? 4 : 1;
    c->promise_s = d->o.smoke ? 3 : 20;
    c->shift = shift_new(d->o.url, (size_t)d->o.people, d->who, n, (size_t)d->o.nodes);
    for (size_t i = 0; i < c->shift->n_nodes; i++)
        shift_start(c->shift, i);
    c->now_us = now_us();
    const int64_t storm_us = (d->o.smoke ? 1 : STORM_S) * (int64_t)1000000;
    for (size_t i = 0; i < n; i++)
        agent_init(&c->agents[i], c, &d->who[i], i, (uint64_t)d->o.seed,
                   c->now_us + storm_us * (int64_t)i / (int64_t)n);
}

static void turn(struct crowd *c)
{
    struct epoll_event events[EVENTS];
    const int n = epoll_wait(c->epoll_fd, events, EVENTS, TICK_MS);
    c->now_us = now_us();
    for (int i = 0; i < n; i++) {
        struct wire *w = events[i].data.ptr;
        agent_on(w->owner, w, events[i].events);
    }
}

static void tick(struct crowd *c, int64_t *last_us)
{
    if (c->now_us - *last_us < TICK_MS * 1000)
        return;
    *last_us = c->now_us;
    for (size_t i = 0; i < c->n_agents; i++)
        agent_tick(&c->agents[i]);
}

static bool all_rest(const struct crowd *c)
{
    for (size_t i = 0; i < c->n_agents; i++)
        if (!c->agents[i].at_rest || c->agents[i].request.op != OP_NONE)
            return false;
    return true;
}

/* Until the time is over, or everybody rests. False: they did not. */
static bool work(struct day *d, enum crowd_phase phase, int64_t seconds)
{
    struct crowd *c = &d->crowd;
    int64_t last_us = 0;
    const int64_t until_us = now_us() + seconds * 1000000;
    c->phase = phase;
    while (c->now_us < until_us) {
        turn(c);
        trouble_tick(&d->trouble, c->now_us);
        tick(c, &last_us);
        if (phase == CROWD_FINISHES && all_rest(c))
            return true;
    }
    return phase != CROWD_FINISHES;
}

static double rss(const struct day *d)
{
    struct usage_memory m = {0};
    (void)usage_memory(proc_pid(d->crowd.shift->nodes[0].proc), &m);
    return m.rss_b;
}

/* --- what is told --- */

static void tell(void *arg, const char *what, uint64_t n, uint64_t faults)
{
    struct day *d = arg;
    d->told++;
    d->faults += faults != 0;
    if (d->o.tap)
        printf("%s %" PRIu64 " - %s (%" PRIu64 ", faults: %" PRIu64 ")\n", faults ? "not ok" : "ok",
               d->told, what, n, faults);
    else
        (void)fprintf(stderr, "load: %s: %" PRIu64 ", faults: %" PRIu64 "\n", what, n, faults);
}

static void tell_counts(const struct day *d)
{
    const struct crowd_counts *n = &d->crowd.counts;
    const struct trouble *t = &d->trouble;
    (void)fprintf(stderr,
                  "load: offers %" PRIu64 ", accepted %" PRIu64 ", skipped %" PRIu64
                  ", permits %" PRIu64 " (numbers refused %" PRIu64 "), answered %" PRIu64
                  ", drafts %" PRIu64 ", handed in %" PRIu64 ", wrap-ups %" PRIu64 " (late %" PRIu64
                  ", corrected %" PRIu64 ", callbacks %" PRIu64 "), ended %" PRIu64 "\n"
                  "load: streams dropped %" PRIu64 ", PCs died %" PRIu64 ", logins %" PRIu64
                  ", breaks %" PRIu64 ", released %" PRIu64 ", late drafts %" PRIu64
                  ", answers lost %" PRIu64 ", asked again %" PRIu64 ", unavailable %" PRIu64
                  ", throttled %" PRIu64 ", offers untold by the stream %" PRIu64 "\n"
                  "load: kills %" PRIu64 ", full disks %" PRIu64 ", clock jumps %" PRIu64
                  ", databases killed %" PRIu64 ", restarts %" PRIu64 "\n",
                  n->offers, n->accepted, n->skipped, n->permits, n->refused_numbers, n->answered,
                  n->drafts, n->submitted, n->wrapups, n->overdue, n->corrected, n->callbacks,
                  n->ended, n->drops, n->deaths, n->logins, n->breaks, n->released, n->late_drafts,
                  n->lost_answers, n->repeated, n->unavailable, n->throttled, n->untold, t->kills,
                  t->full_disks, t->jumps, t->databases, t->restarts);
}

static void tell_latencies(const struct day *d)
{
    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++) {
        const struct latency *l = &d->crowd.latencies[op];
        if (l->n)
            (void)fprintf(stderr,
                          "load: %-24s %8" PRIu64 "  p50 %7.1f ms  p99 %7.1f  p99.9 %7.1f\n",
                          op_name(op), l->n, latency_at(l, 0.5) * 1e3, latency_at(l, 0.99) * 1e3,
                          latency_at(l, 0.999) * 1e3);
        if (l->n && !d->o.tap)
            figure_print(&(struct figure){
                .what = op_name(op),
                .unit = "s",
                .ours = latency_at(l, 0.5),
                .beside = {{"with p99", latency_at(l, 0.99)},
                           {"with p99.9", latency_at(l, 0.999)}}
            });
    }
}

static void tell_figures(const struct day *d)
{
    const struct crowd_counts *n = &d->crowd.counts;
    if (d->o.tap)
        return;
    figure_print(&(struct figure){
        .what = "people handled", .unit = "/s", .ours = (double)n->wrapups / d->lasted_s});
    figure_print(&(struct figure){.what = "memory of pupitred (RSS)",
                                  .unit = "B",
                                  .ours = d->rss_b,
                                  .beside = {{"without anybody", d->rss_start_b}}});
    figure_print(&(struct figure){.what = "processor time of pupitred a person",
                                  .unit = "s",
                                  .ours = n->wrapups ? d->cpu_s / (double)n->wrapups : 0});
    figure_print(
        &(struct figure){.what = "rules broken in the end", .unit = "", .ours = (double)d->faults});
    figure_note("%" PRId64 " agents with open event streams, %" PRId64
                " s at 20 times the speed of "
                "people, %" PRIu64 " offers, %" PRIu64 " wrap-ups, %" PRIu64 " callbacks promised; "
                "crowd and backend share the machine.",
                d->o.agents, d->o.seconds, n->offers, n->wrapups, n->callbacks);
}

/* --- can the judge fail? --- */

enum { RULES_MAX = 32 };

struct caught {
    size_t n;
    bool faults[RULES_MAX];
};

static void catch_faults(void *arg, const char *what, uint64_t n, uint64_t faults)
{
    (void)what;
    (void)n;
    struct caught *c = arg;
    if (c->n < RULES_MAX)
        c->faults[c->n++] = faults != 0;
}

static bool is_to_be_copied(const struct note *note)
{
    return note->call_id && note->code[0] && strcmp(note->code, "rescheduled") != 0;
}

/* Another agent claims to have held and dialled the same at the same time, and to have been told
 * that all kinds of things were kept that were not; and somebody more came. Every rule that is
 * about notes has to notice. */
static void judge_lies(struct day *d)
{
    struct crowd *c = &d->crowd;
    struct caught caught = {.n = 0};
    struct notes *from = NULL;
    for (size_t i = 1; i < c->n_agents && !from; i++)
        for (size_t k = 0; k < c->agents[i].notes.n; k++)
            if (is_to_be_copied(&c->agents[i].notes.rows[k]))
                from = &c->agents[i].notes;
    if (!from)
        return;
    for (size_t k = from->n; k > 0; k--) {
        struct note lie = from->rows[k - 1];
        if (!is_to_be_copied(&lie))
            continue;
        lie.late = NULL;
        lie.skipped = lie.ended = true;
        lie.last_seq += 100;
        lie.version += 100;
        lie.looks = 1000000;
        (void)snprintf(lie.code, sizeof lie.code, "rescheduled");
        lie.code_tried[0] = '\0';
        struct note *made = notes_of(&c->agents[0].notes, INT64_MAX);
        *made = lie;
        notes_late(made, "words that nobody said");
        break;
    }
    c->shift->n_people++;
    (void)fprintf(stderr, "load: from here to the end: what a lie breaks\n");
    judge(c, true, catch_faults, &caught);
    c->shift->n_people--;
    uint64_t missed = 0;
    for (size_t i = 0; i < caught.n; i++)
        if (!caught.faults[i] && i < JUDGE_OF_NOTES)
            missed++;
    tell(d, "lies in the notes are caught", caught.n, missed + (caught.n == 0));
}

/* Work has to happen, or the rules say nothing. */
static void judge_work(struct day *d, bool rests, int status)
{
    const struct crowd_counts *n = &d->crowd.counts;
    const struct trouble *t = &d->trouble;
    const uint64_t agents = (uint64_t)d->o.agents;
    tell(d, "work happened", n->wrapups,
         n->wrapups < agents / 4 || n->drafts < agents / 8 || n->drops == 0 || n->deaths == 0);
    tell(d, "trouble happened", t->kills + t->full_disks + t->jumps + t->databases,
         ((d->o.trouble & TROUBLE_KILL) && t->kills < 2) ||
             ((d->o.trouble & TROUBLE_DATABASE) && t->databases < 1) ||
             ((d->o.trouble & TROUBLE_DISK) && t->full_disks < 1) ||
             ((d->o.trouble & TROUBLE_CLOCK) && t->jumps < 2));
    tell(d, "everybody came to rest", d->crowd.n_agents, !rests);
    tell(d, "no answer was a surprise", n->offers, d->crowd.surprises);
    tell(d, "every offer was told by the stream", n->offers, d->o.trouble ? 0 : n->untold);
    tell(d, "pupitred ends when asked to", 1, status != 0);
}

int main(int argc, char **argv)
{
    static struct day d;
    d.o = options_read(argc, argv);
    (void)signal(SIGPIPE, SIG_IGN);
    load_allow_files((size_t)d.o.agents * 2 + 200);
    crowd_init(&d);
    struct crowd *c = &d.crowd;
    d.trouble = (struct trouble){.shift = c->shift,
                                 .kinds = d.o.trouble,
                                 .every_ms = d.o.every_ms,
                                 .database_fd = (int)d.o.database_fd,
                                 .dice = (uint64_t)d.o.seed * 7919};
    d.rss_start_b = rss(&d);
    const int64_t began_us = now_us();
    (void)work(&d, CROWD_WORKS, d.o.seconds);
    d.lasted_s = (double)(now_us() - began_us) / 1e6;
    d.rss_b = rss(&d);
    d.cpu_s = usage_cpu_s(proc_pid(c->shift->nodes[0].proc));
    trouble_end(&d.trouble);
    tell_counts(&d);
    tell_latencies(&d);
    tell_figures(&d);
    (void)work(&d, CROWD_SERVES, c->promise_s + (d.o.smoke ? 5 : 15));
    const bool rests = work(&d, CROWD_FINISHES, FINISH_S);
    int status = 0;
    c->ended_s = shift_now_s(c->shift);
    for (size_t i = 0; i < c->shift->n_nodes; i++)
        status |= shift_stop(c->shift, i);
    judge(c, !(d.o.trouble & TROUBLE_CLOCK), tell, &d);
    judge_work(&d, rests, status);
    if (d.o.tap)
        judge_lies(&d);
    if (d.o.tap)
        printf("1..%" PRIu64 "\n", d.told);
    for (size_t i = 0; i < c->n_agents; i++)
        agent_deinit(&c->agents[i]);
    if (d.faults) {
        (void)fprintf(stderr, "load: the database stays in %s\n", c->shift->dir);
        return 1;
    }
    c->shift = shift_free(c->shift);
    free(c->agents);
    free(d.who);
    return 0;
}
