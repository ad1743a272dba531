/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/world.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/harness/die.h"
#include "tests/harness/open_service.h"
#include "tests/harness/port.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

#define CTL BUILD_ROOT "/net/ctl/pupitrectl"
#define BACKEND BUILD_ROOT "/net/server/pupitred"
#define SCREEN BUILD_ROOT "/tui/pupitre"
#define CITIZENS SOURCE_ROOT "/tests/citizens/citizens"
#define HOSTILE SOURCE_ROOT "/tests/citizens/hostile"
#define MAKE_PEOPLE SOURCE_ROOT "/tests/people/make-people"
#define MAKE_PKI SOURCE_ROOT "/tests/pki/make-pki"
#define SERVICE SOURCE_ROOT "/tests/fixtures/services/test.json"
#define TRACING SOURCE_ROOT "/scripts/services/tracing.json"
#define SHORT_SCRIPT SOURCE_ROOT "/tests/fixtures/interviews/short.json"
#define INTERVIEWS SOURCE_ROOT "/scripts/interviews"

enum {
    ARGS_MAX = 24,
};

static char *text_of(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static char *text_of(const char *fmt, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    int n = vasprintf(&text, fmt, args);
    va_end(args);
    if (n < 0)
        die("world", "memory");
    return text;
}

static char *directory_in(const char *dir, const char *name)
{
    char *path = tmpdir_path(dir, name);
    if (mkdir(path, 0700) != 0)
        die("world", path);
    return path;
}

/* --- the operator --- */

static char *run_or_die(const struct spawn *how)
{
    char *output = NULL;
    int status = proc_run(how, &output, WORLD_DEADLINE_MS);
    if (status != 0) {
        print_error("%s %s: status %d\n%s", how->argv[0], how->argv[1], status, output);
        fail();
    }
    return output;
}

static char *ctl_with(struct world *w, const char *const args[], const char *password)
{
    const char *argv[ARGS_MAX] = {CTL, "--data", w->data};
    size_t n = 3;
    for (size_t i = 0; args[i] && n < ARGS_MAX - 1; i++)
        argv[n++] = args[i];
    struct spawn how = {.argv = argv, .home = w->dir};
    if (password)
        how.inputs[0] = (struct spawn_input){.fd = 3, .text = password};
    return run_or_die(&how);
}

char *world_ctl(struct world *w, const char *const args[])
{
    return ctl_with(w, args, NULL);
}

static void ctl(struct world *w, const char *const args[], const char *password)
{
    free(ctl_with(w, args, password));
}

char *world_export(struct world *w, const char *what)
{
    return world_ctl(w, (const char *const[]){"export", what, "--format", "csv",
                                              "--entitled-reason", "test", NULL});
}

static char *people_invent(struct world *w, const struct world_opts *opts)
{
    CLEANUP_FREE char *count = text_of("%zu", strlen(opts->digits));
    const char *second = opts->second_digits ? opts->second_digits : "";
    const char *kind = opts->kind ? opts->kind : "contact";
    const char *const argv[] = {
        MAKE_PEOPLE,  "--digits", opts->digits, "--second", second,       "--regions", "WAL",
        "--language", "fr",       "--kind",     kind,       "--in-order", count,       NULL,
    };
    return run_or_die(&(struct spawn){.argv = argv, .home = w->dir});
}

static void people_import(struct world *w, const struct world_opts *opts)
{
    CLEANUP_FREE char *people = opts->people ? strdup(opts->people) : people_invent(w, opts);
    CLEANUP_FREE char *csv = tmpdir_path(w->dir, "people.csv");
    tmpdir_write(csv, people);
    ctl(w, (const char *const[]){"import", csv, NULL}, NULL);
    if (opts->people)
        (void)remove(csv);
}

/* The tracing service as it is, but nobody waits 45 s for one who never answers. */
static char *tracing_service(const struct world *w, bool rings_long)
{
    static const char from[] = "\"ring_limit_s\": 45,", to[] = "\"ring_limit_s\":  6,";
    CLEANUP_FREE char *text = open_service_text(TRACING);
    char *at = text ? strstr(text, from) : NULL;
    if (!at)
        die("world", TRACING);
    if (!rings_long)
        memcpy(at, to, strlen(to));
    char *path = tmpdir_path(w->dir, "tracing.json");
    tmpdir_write(path, text);
    return path;
}

void world_agent_add(struct world *w, const char *login)
{
    ctl(w,
        (const char *const[]){"agent", "add", login, "--name", "Demo Agent", "--service",
                              w->service, "--region", "WAL", "--languages", "fr,nl,de,en",
                              "--password-fd", "3", NULL},
        WORLD_PASSWORD "\n");
}

static void data_make(struct world *w, const struct world_opts *opts)
{
    CLEANUP_FREE char *service =
        opts->tracing ? tracing_service(w, opts->rings_long) : strdup(SERVICE);
    ctl(w, (const char *const[]){"init", NULL}, NULL);
    ctl(w, (const char *const[]){"script", "load", INTERVIEWS "/tracing-index.json", NULL}, NULL);
    ctl(w, (const char *const[]){"script", "load", SHORT_SCRIPT, NULL}, NULL);
    ctl(w, (const char *const[]){"service", "load", service, NULL}, NULL);
    world_agent_add(w, WORLD_LOGIN);
    people_import(w, opts);
}

/* --- the programs --- */

static void citizens_start(struct world *w, const char *program, bool messages)
{
    CLEANUP_FREE char *port = text_of("%d", w->sip_port);
    CLEANUP_FREE char *log = tmpdir_path(w->logs, "citizens");
    const char *const argv[] = {
        program, "--port", port, "--log", w->logs, messages ? "--messages" : NULL, NULL};
    w->citizens = proc_start(&(struct spawn){.argv = argv, .home = w->dir}, log);
}

void world_backend_start(struct world *w)
{
    CLEANUP_FREE char *listen = text_of("127.0.0.1:%d", w->http_port);
    CLEANUP_FREE char *gateway = text_of("127.0.0.1:%d", w->sip_port);
    CLEANUP_FREE char *log = tmpdir_path(w->logs, "pupitred");
    CLEANUP_FREE char *address = tmpdir_path(w->data, "address");
    CLEANUP_FREE char *cert = w->pki ? text_of("%s/%s.pem", w->pki, w->cert) : NULL;
    CLEANUP_FREE char *key = w->pki ? text_of("%s/%s.key", w->pki, w->cert) : NULL;
    const char *const argv[] = {BACKEND,
                                "--data",
                                w->data,
                                "--listen",
                                listen,
                                "--gateway",
                                gateway,
                                "--log-level",
                                w->debug ? "debug" : "info",
                                w->pki ? "--tls-cert" : NULL,
                                cert,
                                "--tls-key",
                                key,
                                NULL};
    (void)remove(address); /* of one that was killed */
    w->backend = proc_start(&(struct spawn){.argv = argv, .home = w->dir}, log);
    if (!proc_wait_file(w->backend, address, WORLD_DEADLINE_MS)) {
        print_error("pupitred did not start:\n%s", proc_log(w->backend));
        fail();
    }
}

void world_backend_kill(struct world *w)
{
    proc_kill(w->backend, SIGKILL);
    w->backend = proc_free(w->backend);
}

struct screen_opts {
    const char *instance;
    const char *login; /* NULL = nobody logs in */
    const char *language;
    int rows, cols;
};

static struct term *screen_start(struct world *w, const struct screen_opts *how)
{
    CLEANUP_FREE char *backend =
        text_of("%s://127.0.0.1:%d", w->pki ? "https" : "http", w->link_port);
    CLEANUP_FREE char *lang = text_of("LANGUAGE=%s", how->language);
    CLEANUP_FREE char *alsa = text_of("ALSA_CONFIG_PATH=%s/asound.conf", w->dir);
    const char *audio = w->headset ? "alsa:headset" : "tone";
    const char *argv[] = {SCREEN,        "--backend",     backend, "--instance",
                          how->instance, "--audio",       audio,   how->login ? "--login" : NULL,
                          how->login,    "--password-fd", "3",     NULL};
    const char *const env[] = {lang, alsa, "PUPITRE_LOCALEDIR=" BUILD_ROOT "/po", NULL};
    struct term_opts opts = {
        .spawn = {.argv = argv, .env = env, .home = w->dir},
          .rows = how->rows, .cols = how->cols
    };
    if (how->login)
        opts.spawn.inputs[0] = (struct spawn_input){.fd = 3, .text = WORLD_PASSWORD "\n"};
    return term_start(&opts);
}

struct term *world_screen(struct world *w, const char *language, int rows, int cols)
{
    return screen_start(w, &(struct screen_opts){"e2e", WORLD_LOGIN, language, rows, cols});
}

struct term *world_screen_of(struct world *w, const char *instance, const char *login)
{
    return screen_start(w, &(struct screen_opts){instance, login, "en", 0, 0});
}

struct term *world_screen_again(struct world *w)
{
    return screen_start(w, &(struct screen_opts){"e2e", NULL, "en", 0, 0});
}

/* A headset of tests/net/alsa_fake.c: it is there while its file is, which names the tone that its
 * microphone picks up. */
static void make_headset(struct world *w)
{
    CLEANUP_FREE char *conf = tmpdir_path(w->dir, "asound.conf");
    CLEANUP_FREE char *folder = directory_in(w->dir, "headset");
    CLEANUP_FREE char *text =
        text_of("pcm_type.pupitre_fake { lib \"" BUILD_ROOT "/tests/net/alsa_fake.so\" }\n"
                "pcm.worn { type pupitre_fake folder \"%s\" }\n"
                "pcm.headset { type plug slave.pcm \"worn\"\n"
                "  hint { show on description \"Agent's headset\" } }\n",
                folder);
    tmpdir_write(conf, text);
}

static struct world *world_prepare(const struct world_opts *opts)
{
    struct world *w = calloc(1, sizeof(*w));
    if (!w)
        die("world", "memory");
    w->dir = tmpdir_new();
    w->data = directory_in(w->dir, "backend");
    w->logs = directory_in(w->dir, "log");
    w->sip_port = port_free(2);
    w->link_port = w->http_port = port_free(1);
    if (opts->link) {
        w->link_port = port_free(1);
        w->link = relay_new(w->link_port, w->http_port);
    }
    w->headset = opts->headset;
    w->service = opts->tracing ? "tracing" : "test";
    make_headset(w);
    data_make(w, opts);
    citizens_start(w, opts->hostile ? HOSTILE : CITIZENS, opts->messages);
    return w;
}

void world_headset(struct world *w, bool plugged)
{
    CLEANUP_FREE char *file = tmpdir_path(w->dir, "headset/plugged");
    if (plugged)
        tmpdir_write(file, "700");
    else if (unlink(file) != 0 && errno != ENOENT)
        die("world", file);
}

/* What the workstation finds as the agent's own file. */
static void configure(struct world *w, const char *text)
{
    struct stat st;
    CLEANUP_FREE char *config = tmpdir_path(w->dir, "config");
    if (stat(config, &st) != 0) {
        free(config);
        config = directory_in(w->dir, "config");
    }
    CLEANUP_FREE char *ours = directory_in(config, "pupitre");
    CLEANUP_FREE char *file = tmpdir_path(ours, "pupitre.conf");
    tmpdir_write(file, text);
}

/* Only the test's own authority vouches for the backend. */
static void trust_pki(struct world *w)
{
    CLEANUP_FREE char *text = text_of("[workstation]\nca = %s/ca.pem\n", w->pki);
    configure(w, text);
}

static void log_everything(struct world *w)
{
    CLEANUP_FREE char *text =
        text_of("[workstation]\nlog = %s/pupitre\nlog_level = debug\n", w->logs);
    w->debug = true;
    configure(w, text);
}

struct world *world_new_as(const struct world_opts *opts)
{
    struct world *w = world_prepare(opts);
    if (opts->debug)
        log_everything(w);
    world_backend_start(w);
    return w;
}

struct world *world_new(const char *digits)
{
    return world_new_as(&(struct world_opts){.digits = digits});
}

struct world *world_new_secure(const char *digits, const char *cert)
{
    struct world *w = world_prepare(&(struct world_opts){.digits = digits});
    w->pki = tmpdir_path(w->dir, "pki");
    w->cert = cert;
    const char *const make_pki[] = {MAKE_PKI, w->pki, NULL};
    free(run_or_die(&(struct spawn){.argv = make_pki, .home = w->dir}));
    trust_pki(w);
    return w;
}

struct world *world_free(struct world *w)
{
    if (!w)
        return NULL;
    if (w->backend)
        (void)proc_stop(w->backend, NULL, WORLD_DEADLINE_MS);
    w->backend = proc_free(w->backend);
    w->citizens = proc_free(w->citizens);
    w->link = relay_free(w->link);
    (void)strays_kill();
    if (getenv("PUPITRE_KEEP"))
        print_message("kept: %s\n", w->dir);
    else
        w->dir = tmpdir_free(w->dir);
    free(w->data);
    free(w->logs);
    free(w->pki);
    free(w);
    return NULL;
}
