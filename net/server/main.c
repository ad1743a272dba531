/* SPDX-License-Identifier: Apache-2.0 */
/* pupitred: the backend. Wires the parts, runs, tears down in reverse. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "core/cleanup.h"
#include "net/host/log.h"
#include "net/server/http.h"
#include "net/server/options.h"
#include "net/server/place.h"
#include "net/server/server.h"
#include "net/store/keys.h"
#include "net/store/store.h"
#include "net/store/store_audit.h"

/* No core dumps and no debugger of another process: memory holds keys and people's data. */
static void harden(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* its search for leaks looks into the process as a debugger does */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* Two descriptors an agent, and then some. */
static void raise_descriptors(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* Before the first thread: signals come through the loop, and the calling day is that of the four
 * regions. */
static void prepare_process(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, not an end */
}

static enum err_code open_store(const struct options *options, struct keys **ret_keys,
                                struct store **ret_store, struct err *err)
{
    CLEANUP_FREE char *path = NULL;
    enum err_code code = keys_path_in(options->data, &path, err);
    if (code == ERR_OK)
        code = keys_load(path, ret_keys, err);
    if (code == ERR_OK)
        code = options->store
                   ? store_open_url(options->store, *ret_keys, STORE_OPEN, ret_store, err)
                   : store_open(options->data, *ret_keys, STORE_OPEN, ret_store, err);
    if (code == ERR_OK)
        code = store_migrate(*ret_store, (int64_t)time(NULL), err);
    if (code == ERR_OK) {
        char host[101] = "";
        (void)gethostname(host, sizeof host - 1); /* a name cut short is one, too */
        store_audit_writer(*ret_store, "pupitred", host);
    }
    return code;
}

static enum err_code serve(const struct options *options, struct log *log, struct place *place,
                           struct store *store, struct err *err)
{
    struct server server = {.options = options, .log = log, .store = store};
    enum err_code code = server_init(&server, err);
    if (code == ERR_OK)
        code = place_publish(place, http_addresses(server.http), err);
    if (code == ERR_OK) {
        log_line(log, LOG_INFO, "start", "version=%s at=%s", PUPITRE_VERSION, place->address);
        server_run(&server, place->address);
    }
    server_deinit(&server);
    return code;
}

static enum err_code run(const struct options *options, struct log *log, struct err *err)
{
    struct place place;
    enum err_code code = place_take(options->data, &place, err);
    if (code != ERR_OK)
        return code;
    struct keys *keys = NULL;
    struct store *store = NULL;
    code = open_store(options, &keys, &store, err);
    if (code == ERR_OK)
        code = serve(options, log, &place, store, err);
    store = store_close(store);
    keys = keys_free(keys);
    place_leave(&place);
    return code;
}

static int fail(const struct err *err)
{
    fprintf(stderr, "pupitred: %s\n", err->sentence);
    return err_info(err->code)->exit_status;
}

static int run_with(const struct options *options)
{
    struct err err = {0};
    struct log log;
    prepare_process();
    raise_descriptors();
    if (sodium_init() < 0)
        return fail(&(struct err){.code = ERR_INTERNAL, .sentence = "libsodium does not start."});
    if (log_open(&log, "pupitred", options->log, &err) != ERR_OK)
        return fail(&err);
    log.least = (enum log_level)options->log_level;
    if (strcmp(tzname[0], "CET") != 0)
        log_line(&log, LOG_WARNING, "zone",
                 "Europe/Brussels is not installed (tzdata): days begin at midnight UTC");
    const enum err_code code = run(options, &log, &err);
    log_line(&log, code == ERR_OK ? LOG_INFO : LOG_ERROR, "end", "%s",
             code == ERR_OK ? "" : err.sentence);
    log_close(&log);
    return code == ERR_OK ? 0 : fail(&err);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    harden();
    struct conf *settings = conf_new(&options_program);
    if (!settings)
        return fail(&(struct err){.code = ERR_NOMEM, .sentence = "Out of memory."});
    const int early = conf_begin(settings, argc, argv, &options);
    const int status = early >= 0 ? early : run_with(&options);
    conf_free(settings);
    return status;
}
