/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/data.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "core/cleanup.h"
#include "net/api/service_json.h"
#include "net/store/keys.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"
#include "net/store/store_import.h"
#include "tests/bench/people.h"
#include "tests/harness/die.h"
#include "tests/harness/open_service.h"
#include "tests/harness/tmpdir.h"

#define BACKEND BUILD_ROOT "/net/server/pupitred"
#define SERVICE SOURCE_ROOT "/scripts/services/tracing.json"
#define BACKEND_DEADLINE_MS 30000

void data_must(enum err_code code, const struct err *err)
{
    if (code == ERR_OK)
        return;
    (void)fprintf(stderr, "bench: %s %s (%s)\n", err->field, err->sentence, err->detail);
    exit(1);
}

/* --- life --- */

static void service_load(struct data *d)
{
    struct err err;
    struct service *service = NULL;
    bool is_new;
    CLEANUP_FREE char *text = open_service_text(SERVICE);
    if (!text)
        die("bench", SERVICE);
    data_must(service_json_load(text, strlen(text), &service, NULL, &err), &err);
    data_must(store_begin(d->store, &err), &err);
    data_must(store_service_put(d->store, service, text, strlen(text), d->now_utc_s, &is_new, &err),
              &err);
    data_must(store_commit(d->store, &err), &err);
    free(service);
}

static void open_store(struct data *d, enum store_mode mode)
{
    struct err err;
    data_must(d->url ? store_open_url(d->url, d->keys, mode, &d->store, &err)
                     : store_open(d->dir, d->keys, mode, &d->store, &err),
              &err);
}

struct data *data_new_url(const char *url)
{
    struct err err;
    CLEANUP_FREE char *key = NULL;
    struct data *d = calloc(1, sizeof *d);
    if (!d || sodium_init() < 0)
        die("bench", "memory");
    const char *place = getenv("BENCH_DIR");
    d->dir = tmpdir_path(place ? place : BUILD_ROOT, "bench-XXXXXX");
    if (!mkdtemp(d->dir))
        die("bench", d->dir);
    d->now_utc_s = (int64_t)time(NULL);
    data_must(keys_path_in(d->dir, &key, &err), &err);
    data_must(keys_create(key, &err), &err);
    data_must(keys_load(key, &d->keys, &err), &err);
    d->url = url;
    open_store(d, STORE_CREATE);
    data_must(store_migrate(d->store, d->now_utc_s, &err), &err);
    service_load(d);
    people_import_first(d);
    return d;
}

struct data *data_new(void)
{
    return data_new_url(NULL);
}

struct data *data_free(struct data *d)
{
    data_backend_stop(d);
    data_close(d);
    keys_free(d->keys);
    d->dir = tmpdir_free(d->dir);
    free(d);
    return NULL;
}

void data_open(struct data *d)
{
    if (!d->store)
        open_store(d, STORE_OPEN);
}

void data_close(struct data *d)
{
    if (d->store)
        d->store = store_close(d->store);
}

sqlite3 *data_sqlite(struct data *d)
{
    sqlite3 *db = NULL;
    CLEANUP_FREE char *path = tmpdir_path(d->dir, "pupitre.db");
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                     " PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
                     NULL, NULL, NULL) != SQLITE_OK)
        die("bench", sqlite3_errmsg(db));
    return db;
}

/* --- the disk --- */

const char *data_file_system(const struct data *d)
{
    static const struct {
        long magic;
        const char *name;
    } known[] = {
        {0xEF53,     "ext4"   },
        {0x9123683E, "btrfs"  },
        {0x58465342, "xfs"    },
        {0x01021994, "tmpfs"  },
        {0x794C7630, "overlay"},
        {0x2FC12FC1, "zfs"    },
    };
    struct statfs fs;
    if (statfs(d->dir, &fs) != 0)
        return "unknown";
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if ((long)fs.f_type == known[i].magic)
            return known[i].name;
    return "unknown";
}

double data_free_bytes(const struct data *d)
{
    struct statvfs fs;
    return statvfs(d->dir, &fs) == 0 ? (double)fs.f_bavail * (double)fs.f_frsize : 0;
}

void data_settle(struct data *d, bool cold)
{
    static const char *const names[] = {"pupitre.db", "pupitre.db-wal"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CLEANUP_FREE char *path = tmpdir_path(d->dir, names[i]);
        const int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue; /* no log is there after a close */
        (void)fsync(fd);
        if (cold)
            (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
        (void)close(fd);
    }
}

void data_warm(const struct data *d)
{
    static char part[1 << 20];
    CLEANUP_FREE char *path = tmpdir_path(d->dir, "pupitre.db");
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = 1;
    while (fd >= 0 && n > 0)
        n = read(fd, part, sizeof part);
    if (fd >= 0)
        (void)close(fd);
}

/* --- agents --- */

static void agent_make(struct data *d, struct data_agent *ret, bool on_queue)
{
    struct err err;
    struct store_agent a = {.n_languages = 1, .languages = {DATA_LANGUAGE}};
    struct store_session session;
    struct store_actor actor;
    (void)region_by_name(DATA_REGION, sizeof DATA_REGION - 1, &a.region);
    (void)snprintf(a.login, sizeof a.login, "bench-%08x%08x", randombytes_random(),
                   randombytes_random());
    (void)snprintf(a.name, sizeof a.name, "Bench Agent");
    (void)queue_names_parse("tracing", &a.services);
    data_must(store_agent_add(d->store, &a, "$argon2id$bench", d->now_utc_s, &ret->agent_id, &err),
              &err);
    data_must(store_sign_in(d->store, ret->agent_id, d->now_utc_s, d->now_utc_s + 12 * 3600,
                            &session, &err),
              &err);
    memcpy(ret->token, session.token, sizeof ret->token);
    data_must(store_session_find(d->store, ret->token, d->now_utc_s, &actor, &err), &err);
    data_must(store_set_status(d->store, &actor, AGENT_AVAILABLE, d->now_utc_s, &err), &err);
    if (on_queue)
        data_must(store_set_on_queue(d->store, &actor, true, d->now_utc_s, &err), &err);
}

void data_agents(struct data *d, struct data_agent *ret, size_t n, bool on_queue)
{
    struct err err;
    data_must(store_begin(d->store, &err), &err);
    for (size_t i = 0; i < n; i++)
        agent_make(d, &ret[i], on_queue);
    data_must(store_commit(d->store, &err), &err);
}

/* --- the backend --- */

void data_backend_start(struct data *d)
{
    /* What is measured is not what a client may ask for. */
    const char *const argv[] = {BACKEND,       "--data",         d->dir,        "--listen",
                                "127.0.0.1:0", "--gateway",      "127.0.0.1:9", "--rate-session",
                                "0",           "--rate-address", "0",           NULL};
    CLEANUP_FREE char *address = tmpdir_path(d->dir, "address");
    CLEANUP_FREE char *log = tmpdir_path(d->dir, "pupitred.log");
    data_close(d);
    d->backend = proc_start(&(struct spawn){.argv = argv, .home = d->dir}, log);
    if (!proc_wait_file(d->backend, address, BACKEND_DEADLINE_MS)) {
        (void)fprintf(stderr, "bench: pupitred did not start:\n%s", proc_log(d->backend));
        exit(1);
    }
    CLEANUP_FREE char *text = tmpdir_read(address);
    d->port = text && strchr(text, ':') ? (int)strtol(strchr(text, ':') + 1, NULL, 10) : 0;
}

void data_backend_stop(struct data *d)
{
    if (!d->backend)
        return;
    (void)proc_stop(d->backend, NULL, BACKEND_DEADLINE_MS);
    d->backend = proc_free(d->backend);
}
