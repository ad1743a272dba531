/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/load/shift.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "core/cleanup.h"
#include "net/api/service_json.h"
#include "net/store/keys.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"
#include "tests/harness/die.h"
#include "tests/harness/tmpdir.h"

#define BACKEND BUILD_ROOT "/net/server/pupitred"
#define CTL BUILD_ROOT "/net/ctl/pupitrectl"
#define PRELOADED                                                                                  \
    BUILD_ROOT "/tests/contract/libdisk_fault.so " BUILD_ROOT "/tests/contract/libclock_step.so"
#define SERVICE SOURCE_ROOT "/tests/fixtures/services/test.json"
#define MAKE_PEOPLE SOURCE_ROOT "/tests/people/make-people"

enum { DEADLINE_MS = 60000, IMPORT_DEADLINE_MS = 600000, ARGS_MAX = 16 };

static void must(enum err_code code, const struct err *err)
{
    if (code == ERR_OK)
        return;
    (void)fprintf(stderr, "load: %s %s (%s)\n", err->field, err->sentence, err->detail);
    exit(1);
}

/* --- programs --- */

static char *text_of(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static char *text_of(const char *fmt, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    const int n = vasprintf(&text, fmt, args);
    va_end(args);
    if (n < 0)
        die("load", "memory");
    return text;
}

static char *run(const struct shift *s, const char *const argv[], int *ret_status)
{
    char *output = NULL;
    *ret_status =
        proc_run(&(struct spawn){.argv = argv, .home = s->dir}, &output, IMPORT_DEADLINE_MS);
    return output;
}

static char *run_or_die(const struct shift *s, const char *const argv[])
{
    int status;
    char *output = run(s, argv, &status);
    if (status != 0) {
        (void)fprintf(stderr, "load: %s: status %d\n%s\n", argv[0], status, output);
        exit(1);
    }
    return output;
}

/* pupitrectl with these words; ends with NULL. */
static char *ctl(const struct shift *s, const char *const words[], int *ret_status)
{
    const char *argv[ARGS_MAX] = {CTL, "--data", s->dir};
    size_t n = 3;
    if (s->url) {
        argv[n++] = "--store";
        argv[n++] = s->url;
    }
    for (size_t i = 0; words[i] && n < ARGS_MAX - 1; i++)
        argv[n++] = words[i];
    return run(s, argv, ret_status);
}

static char *ctl_or_die(const struct shift *s, const char *const words[])
{
    int status;
    char *output = ctl(s, words, &status);
    if (status != 0) {
        (void)fprintf(stderr, "load: pupitrectl %s: status %d\n%s\n", words[0], status, output);
        exit(1);
    }
    return output;
}

char *shift_export(const struct shift *s, const char *what)
{
    return ctl_or_die(s, (const char *const[]){"export", "--format", "csv", "--entitled-reason",
                                               "load", what, NULL});
}

char *shift_alarms(const struct shift *s)
{
    return ctl_or_die(s, (const char *const[]){"alarm", "list", "--json", NULL});
}

char *shift_ask(const struct shift *s, const char *sql)
{
    CLEANUP_FREE char *path = text_of("%s/pupitre.db", s->dir);
    return run_or_die(
        s, s->url ? (const char *const[]){"psql", "-X", "-q", "--csv", "-c", sql, s->url, NULL}
                  : (const char *const[]){"sqlite3", "-csv", "-header", path, sql, NULL});
}

int shift_audit(const struct shift *s, char **ret_said)
{
    int status;
    *ret_said = ctl(s, (const char *const[]){"audit", "verify", NULL}, &status);
    return status;
}

/* --- the database --- */

static struct store *database_new(struct shift *s)
{
    struct err err;
    struct store *st = NULL;
    struct service *service = NULL;
    bool is_new;
    const int64_t now = (int64_t)time(NULL);
    CLEANUP_FREE char *key = NULL;
    CLEANUP_FREE char *text = tmpdir_read(SERVICE);
    if (!text)
        die("load", SERVICE);
    must(keys_path_in(s->dir, &key, &err), &err);
    must(keys_create(key, &err), &err);
    must(keys_load(key, &s->keys, &err), &err);
    must(s->url ? store_open_url(s->url, s->keys, STORE_CREATE, &st, &err)
                : store_open(s->dir, s->keys, STORE_CREATE, &st, &err),
         &err);
    must(store_migrate(st, now, &err), &err);
    must(service_json_load(text, strlen(text), &service, NULL, &err), &err);
    must(store_begin(st, &err), &err);
    must(store_service_put(st, service, text, strlen(text), now, &is_new, &err), &err);
    must(store_commit(st, &err), &err);
    free(service);
    return st;
}

/* How make-people deals the regions, so that nobody's people wait for agents who are not there. */
static const struct {
    enum region region;
    unsigned share; /* of 11 */
    const char *languages;
} regions[] = {
    {REGION_WAL, 6, "frde"  },
    {REGION_VLG, 2, "nlen"  },
    {REGION_BXL, 2, "frnlen"},
    {REGION_OOS, 1, "de"    },
};

enum { REGIONS = sizeof regions / sizeof regions[0], SHARES = 11 };

static size_t region_of(size_t i)
{
    unsigned at = (unsigned)(i % SHARES);
    size_t r = 0;
    while (at >= regions[r].share)
        at -= regions[r++].share;
    return r;
}

static void agent_make(struct store *st, struct shift_agent *a, size_t r, const char *hash,
                       int64_t now)
{
    struct err err;
    struct store_session session;
    struct store_agent agent = {.region = regions[r].region,
                                .role =
                                    a->is_supervisor ? AGENT_ROLE_SUPERVISOR : AGENT_ROLE_AGENT};
    for (const char *l = regions[r].languages; *l; l += 2)
        memcpy(agent.languages[agent.n_languages++], (char[]){l[0], l[1], '\0'}, 3);
    (void)snprintf(agent.login, sizeof agent.login, "%s", a->login);
    (void)snprintf(agent.name, sizeof agent.name, "Load Agent");
    (void)queue_names_parse("test", &agent.services);
    must(store_agent_add(st, &agent, hash, now, &a->agent_id, &err), &err);
    must(store_sign_in(st, a->agent_id, now, now + 12 * 3600, &session, &err), &err);
    memcpy(a->token, session.token, sizeof a->token);
    a->region = regions[r].region;
}

static void agents_make(struct store *st, struct shift_agent *agents, size_t n)
{
    struct err err;
    char hash[crypto_pwhash_STRBYTES];
    const int64_t now = (int64_t)time(NULL);
    if (crypto_pwhash_str(hash, SHIFT_PASSWORD, strlen(SHIFT_PASSWORD),
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        die("load", "memory");
    must(store_begin(st, &err), &err);
    for (size_t i = 0; i < n; i++) {
        const bool supervisor = i + REGIONS >= n;
        (void)snprintf(agents[i].login, sizeof agents[i].login, "%s%04zu",
                       supervisor ? "sup" : "agent", i);
        agents[i].is_supervisor = supervisor;
        agent_make(st, &agents[i], supervisor ? n - 1 - i : region_of(i), hash, now);
    }
    must(store_commit(st, &err), &err);
}

static void people_import(const struct shift *s)
{
    CLEANUP_FREE char *count = text_of("%zu", s->n_people);
    CLEANUP_FREE char *csv = tmpdir_path(s->dir, "people.csv");
    CLEANUP_FREE char *people = run_or_die(s, (const char *const[]){MAKE_PEOPLE, count, NULL});
    tmpdir_write(csv, people);
    free(ctl_or_die(s, (const char *const[]){"import", csv, NULL}));
    (void)unlink(csv);
}

/* --- trouble --- */

static void *mapped(const struct shift *s, const char *name, size_t size)
{
    CLEANUP_FREE char *path = tmpdir_path(s->dir, name);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        die("load", path);
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (at == MAP_FAILED)
        die("load", path);
    return at;
}

int64_t shift_now_s(const struct shift *s)
{
    return (int64_t)time(NULL) + *s->trouble.clock;
}

/* --- life --- */

/* A node of its own has a directory of its own, with the same key. */
static char *node_dir(const struct shift *s, size_t node)
{
    if (node == 0)
        return strdup(s->dir);
    CLEANUP_FREE char *name = text_of("node-%zu", node);
    CLEANUP_FREE char *from = tmpdir_path(s->dir, "master.key");
    CLEANUP_FREE char *key = tmpdir_read(from);
    char *dir = tmpdir_path(s->dir, name);
    if (!key || mkdir(dir, 0700) != 0)
        die("load", dir);
    CLEANUP_FREE char *to = tmpdir_path(dir, "master.key");
    tmpdir_write(to, key);
    return dir;
}

struct shift *shift_new(const char *url, size_t n_people, struct shift_agent *agents,
                        size_t n_agents, size_t n_nodes)
{
    struct shift *s = calloc(1, sizeof *s);
    if (!s || sodium_init() < 0)
        die("load", "memory");
    /* On a disk, like what it stands for; BENCH_DIR is removed by whoever set it. */
    const char *place = getenv("BENCH_DIR");
    s->dir = tmpdir_path(place ? place : BUILD_ROOT, "load-XXXXXX");
    if (!mkdtemp(s->dir))
        die("load", s->dir);
    s->url = url;
    s->n_nodes = n_nodes;
    s->n_people = n_people;
    s->trouble.disk = mapped(s, "disk", 4 * sizeof(int32_t));
    s->trouble.clock = mapped(s, "clock", sizeof(int64_t));
    struct store *st = database_new(s);
    agents_make(st, agents, n_agents);
    store_close(st);
    people_import(s);
    for (size_t i = 0; i < n_nodes; i++)
        s->nodes[i].dir = node_dir(s, i);
    return s;
}

struct shift *shift_free(struct shift *s)
{
    for (size_t i = 0; i < s->n_nodes; i++) {
        proc_free(s->nodes[i].proc);
        free(s->nodes[i].dir);
    }
    (void)munmap((void *)s->trouble.disk, 4 * sizeof(int32_t));
    (void)munmap((void *)s->trouble.clock, sizeof(int64_t));
    keys_free(s->keys);
    s->dir = tmpdir_free(s->dir);
    free(s);
    return NULL;
}

static char *node_file(const struct shift *s, size_t node, const char *name)
{
    CLEANUP_FREE char *file = text_of("%s-%zu", name, node);
    return tmpdir_path(s->dir, file);
}

void shift_begin(struct shift *s, size_t node)
{
    CLEANUP_FREE char *log = node_file(s, node, "log");
    CLEANUP_FREE char *address = tmpdir_path(s->nodes[node].dir, "address");
    CLEANUP_FREE char *disk = text_of("DISK_FAULT=%s/disk", s->dir);
    CLEANUP_FREE char *clock = text_of("CLOCK_STEP=%s/clock", s->dir);
    const char *const argv[] = {
        BACKEND,     "--data",      s->nodes[node].dir,        "--listen", "127.0.0.1:0",
        "--gateway", "127.0.0.1:9", s->url ? "--store" : NULL, s->url,     NULL};
    const char *const env[] = {"LD_PRELOAD=" PRELOADED, disk, clock, NULL};
    (void)unlink(address);
    s->nodes[node].port = 0;
    s->nodes[node].proc =
        proc_start(&(struct spawn){.argv = argv, .env = env, .home = s->dir}, log);
}

bool shift_is_up(struct shift *s, size_t node)
{
    if (s->nodes[node].port)
        return true;
    CLEANUP_FREE char *address = tmpdir_path(s->nodes[node].dir, "address");
    CLEANUP_FREE char *text = tmpdir_read(address);
    const char *port = text ? strrchr(text, ':') : NULL;
    if (port && strchr(port, '\n'))
        s->nodes[node].port = (int)strtol(port + 1, NULL, 10);
    return s->nodes[node].port != 0;
}

void shift_start(struct shift *s, size_t node)
{
    CLEANUP_FREE char *address = tmpdir_path(s->nodes[node].dir, "address");
    shift_begin(s, node);
    if (!proc_wait_file(s->nodes[node].proc, address, DEADLINE_MS) || !shift_is_up(s, node)) {
        (void)fprintf(stderr, "load: pupitred did not start:\n%s\n", proc_log(s->nodes[node].proc));
        exit(1);
    }
}

void shift_kill(struct shift *s, size_t node)
{
    s->nodes[node].port = 0;
    s->nodes[node].proc = proc_free(s->nodes[node].proc); /* SIGKILL */
}

int shift_stop(struct shift *s, size_t node)
{
    int status = -1;
    s->nodes[node].port = 0;
    (void)proc_stop(s->nodes[node].proc, &status, DEADLINE_MS);
    s->nodes[node].proc = proc_free(s->nodes[node].proc);
    return status;
}
