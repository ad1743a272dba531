/* SPDX-License-Identifier: Apache-2.0 */
/* pupitre: wires the screen, the workstation, the backend's client and the desk, and runs them on
 * libre's loop.
 *
 * Leaving never hangs up: the desk keeps the call for a screen that comes back. Only signing out
 * ends the session. Whatever ends the program, the terminal is given back first. */

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <sodium.h>

#include "core/i18n.h"
#include "net/client/loop.h"
#include "net/desk/place.h"
#include "net/host/xdg.h"
#include "tui/main.h"

#define DESK_PATIENCE_MS 5000 /* a password given at the start waits so long for a desk */
#define PASSWORD_SIZE 257

/* Every block that cJSON lets go may have held a token, a name or an answer. */
static void free_wiped(void *block)
{
    if (block)
        sodium_memzero(block, malloc_usable_size(block));
    free(block);
}

/* A standard descriptor that is closed would become the next file that is opened, and get what
 * libraries print. */
static void fill_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

static void protect_memory(void)
{
    const struct rlimit none = {0, 0};
    cJSON_Hooks hooks = {malloc, free_wiped};
    cJSON_InitHooks(&hooks);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
}

/* Beside this program, or where the build puts it. */
static void find_desk(struct program *p)
{
    static const char *const places[] = {"pupitre-desk", "../net/desk/pupitre-desk"};
    char self[PATH_MAX - 64];
    if (p->options.desk)
        return; /* it runs elsewhere */
    if (p->options.desk_program) {
        snprintf(p->desk_path, sizeof p->desk_path, "%s", p->options.desk_program);
        return;
    }
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    self[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(p->desk_path, sizeof p->desk_path, "%s/%s", self, places[i]);
        if (access(p->desk_path, X_OK) == 0)
            return;
    }
    p->desk_path[0] = '\0';
}

static enum err_code name_journal(struct program *p, struct err *err)
{
    if (!xdg_path(XDG_STATE, p->options.instance, p->journal_dir, sizeof p->journal_dir))
        return err_set(err, ERR_IO, N_("HOME and XDG_STATE_HOME name no folder for the journal."));
    return ERR_OK;
}

static enum err_code read_password(struct program *p, struct err *err)
{
    int fd = p->options.password_fd;
    if (fd < 0)
        return ERR_OK;
    p->password = sodium_malloc(PASSWORD_SIZE);
    if (!p->password)
        return err_set(err, ERR_NOMEM, NULL);
    size_t len = 0;
    for (;;) {
        ssize_t n = read(fd, p->password + len, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, N_("The password cannot be read."));
        if (n == 0 || p->password[len] == '\n')
            break;
        if (++len == PASSWORD_SIZE - 1)
            return err_set(err, ERR_INVALID, N_("The password is too long."));
    }
    p->password[len] = '\0';
    if (fd > STDERR_FILENO)
        close(fd);
    return ERR_OK;
}

static enum err_code open_log(struct program *p, struct err *err)
{
    enum err_code code = log_open(&p->log, "pupitre", p->options.log, err);
    p->log.least = (enum log_level)p->options.log_level;
    return code;
}

/* What libraries print must not land on the screen. */
static void quiet_stderr(struct program *p)
{
    int fd = p->log.target == LOG_FILE ? p->log.fd : open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (fd >= 0)
        (void)dup2(fd, STDERR_FILENO);
}

/* A later login from the same desk can send this screen away. */
static void hold_place(struct program *p)
{
    struct desk_place place;
    if (p->options.desk && desk_place_of_socket(&place, p->options.desk, NULL) == ERR_OK &&
        desk_place_check(&place, NULL) == ERR_OK)
        p->held = desk_place_hold(&place);
}

static enum err_code start(struct program *p, struct err *err)
{
    struct desk_place place;
    enum err_code code = desk_place_name(&place, p->options.instance, err);
    if (code == ERR_OK)
        code = name_journal(p, err);
    if (code == ERR_OK)
        code = open_log(p, err);
    if (code == ERR_OK)
        code = read_password(p, err);
    if (code == ERR_OK)
        code = main_watch_signals(p, err);
    if (code == ERR_OK)
        code = main_make_workstation(p, err);
    if (code == ERR_OK)
        code = main_make_client(p, err);
    if (code == ERR_OK)
        code = main_take_terminal(p, err);
    if (code == ERR_OK)
        code = main_make_phone(p, err);
    if (code == ERR_OK)
        hold_place(p);
    return code;
}

static void stop(struct program *p)
{
    timer_deinit(&p->tick);
    timer_deinit(&p->paint);
    timer_deinit(&p->patience);
    main_forget_screen(p);
    p->tui = tui_free(p->tui);
    p->phone = phone_port_free(p->phone);
    p->client = client_free(p->client);
    p->ws = workstation_free(p->ws);
    sodium_free(p->password);
    free(p->ca);
    log_close(&p->log);
    if (p->held >= 0)
        close(p->held); /* last: who waits for it finds the journal closed */
}

static int run(struct program *p)
{
    struct err err = {0};
    int complaints = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    enum err_code code = start(p, &err);
    if (code == ERR_OK) {
        quiet_stderr(p);
        main_tick(p);
        client_look(p->client);
        timer_start(&p->patience, DESK_PATIENCE_MS, main_sign_in_at_once, p);
        main_paint(p);
        (void)re_main(NULL);
    }
    stop(p);
    if (code != ERR_OK)
        dprintf(complaints, "pupitre: %s\n", gettext(err.sentence));
    close(complaints);
    return err_info(code)->exit_status;
}

static int run_with(struct program *p)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        fprintf(stderr, "pupitre: %s\n", gettext("Standard input and output must be a terminal."));
        return EX_UNAVAILABLE;
    }
    find_desk(p); /* before /proc/self belongs to root */
    protect_memory();
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || libre_init() != 0 ||
        fd_setsize(1024) != 0)
        return EX_OSERR;
    timer_init(&p->tick);
    timer_init(&p->paint);
    timer_init(&p->patience);
    const int status = run(p);
    libre_close();
    curl_global_cleanup();
    return status;
}

int main(int argc, char **argv)
{
    struct program p = {.options = options_unset,
                        .log = {.fd = -1},
                        .signals = -1,
                        .held = -1,
                        .watched_output = -1};
    const char *localedir = getenv("PUPITRE_LOCALEDIR");
    fill_standard_descriptors();
    tui_locale(localedir ? localedir : PUPITRE_LOCALEDIR);
    if (argc > 1 && strcmp(argv[1], "demo") == 0) {
        protect_memory();
        return demo_main(argc - 1, argv + 1);
    }
    struct conf *settings = conf_new(&options_program);
    if (!settings)
        return EX_OSERR;
    const int early = conf_begin(settings, argc, argv, &p.options);
    const int status = early >= 0 ? early : run_with(&p);
    conf_free(settings);
    return status;
}
