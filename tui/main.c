/* SPDX-License-Identifier: Apache-2.0 */
/* pupitre: wires the screen, the workstation, the backend's client and the desk, and runs them on
 * libre's loop.
 *
 * Leaving never hangs up: the desk keeps the call for a screen that comes back. Only signing out
 * does end the session. Whatever ends the program, the terminal is given back first. */

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <sodium.h>

#include "core/i18n.h"
#include "core/workstation_ports.h"
#include "net/api/json.h"
#include "net/api/response.h"
#include "net/client/client.h"
#include "net/client/loop.h"
#include "net/client/timer.h"
#include "net/desk/phone_port.h"
#include "net/desk/place.h"
#include "net/desk/protocol.h"
#include "tui/config.h"
#include "tui/options.h"
#include "tui/tui.h"

#define TICK_MS 1000
#define DESK_PATIENCE_MS 5000 /* a password given at the start waits so long for a desk */
#define PASSWORD_SIZE 257

struct program {
    struct config config;
    struct options options;
    struct workstation *ws;
    struct client *client;
    struct phone_port *phone;
    struct tui *tui;
    char *password; /* locked memory; NULL = none, or used already */
    char api[600];  /* the backend's address with its version */
    char desk_path[PATH_MAX];
    char journal_dir[PATH_MAX];
    FILE *log;
    int signals;
    int watched_output; /* -1 = none */
    bool looked;        /* for a session that the desk keeps */
    struct timer tick;
    struct timer paint;
    struct timer patience;
};

static void say(struct program *p, const char *line)
{
    if (!p->log)
        return;
    char at[32];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &tm);
    fprintf(p->log, "%s %s\n", at, line);
    fflush(p->log);
}

/* --- painting --- */

static void watch_output(struct program *p);

static void on_output(int flags, void *arg)
{
    (void)flags;
    struct program *p = arg;
    tui_flush(p->tui);
    watch_output(p);
}

static void watch_output(struct program *p)
{
    bool pending = tui_output_pending(p->tui);
    if (pending && p->watched_output < 0) {
        p->watched_output = tui_output_fd(p->tui);
        if (fd_listen(p->watched_output, FD_WRITE, on_output, p) != 0)
            p->watched_output = -1; /* the next tick paints */
    } else if (!pending && p->watched_output >= 0) {
        fd_close(p->watched_output);
        p->watched_output = -1;
    }
}

static void paint(void *arg)
{
    struct program *p = arg;
    if (!p->tui)
        return;
    tui_paint(p->tui);
    watch_output(p);
}

static void on_changed(void *arg)
{
    struct program *p = arg;
    timer_start(&p->paint, 0, paint, p);
}

static void on_tick(void *arg)
{
    struct program *p = arg;
    timer_start(&p->tick, TICK_MS, on_tick, p);
    workstation_tick(p->ws);
}

static void suspend(struct program *p)
{
    tui_suspend(p->tui);
    raise(SIGSTOP);
    tui_resume(p->tui);
    on_changed(p);
}

static void on_input(int flags, void *arg)
{
    (void)flags;
    struct program *p = arg;
    if (!tui_read(p->tui) || tui_wants_quit(p->tui)) {
        re_cancel();
        return;
    }
    if (tui_wants_suspend(p->tui))
        suspend(p);
    on_changed(p);
}

static void on_signal(int flags, void *arg)
{
    (void)flags;
    struct program *p = arg;
    struct signalfd_siginfo info;
    while (read(p->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        switch (info.ssi_signo) {
        case SIGWINCH:
            tui_resize(p->tui);
            break;
        case SIGCONT:
            tui_resume(p->tui);
            break;
        case SIGTSTP:
            suspend(p);
            break;
        default:
            re_cancel();
            return;
        }
    }
    on_changed(p);
}

/* --- the workstation's ports --- */

static void port_keep(void *arg, const char *response, bool completed)
{
    struct program *p = arg;
    phone_port_keep(p->phone, client_keep(p->client, response, completed, DESK_KEEP_MAX));
}

static enum err_code port_phone(void *arg, const struct ws_phone_request *req, struct err *err)
{
    struct program *p = arg;
    return phone_port_ask(p->phone, req, err);
}

static void port_ask(void *arg, const struct ws_request *req)
{
    struct program *p = arg;
    client_ask(p->client, req);
}

static void port_send(void *arg, const struct ws_write *w, int64_t fence, unsigned base_version)
{
    struct program *p = arg;
    client_send(p->client, w, fence, base_version);
}

static void port_journal(void *arg, const struct ws_write *w)
{
    struct program *p = arg;
    client_journal(p->client, w);
}

static void port_forget(void *arg, uint64_t write_id)
{
    struct program *p = arg;
    client_forget(p->client, write_id);
}

static void port_session_over(void *arg)
{
    struct program *p = arg;
    client_session_over(p->client);
}

static char *port_encode(void *arg, const struct script *s, const struct script_answers *a,
                         bool completed)
{
    (void)arg;
    (void)s;
    CLEANUP_JSON cJSON *j = NULL;
    struct buf b = {0};
    if (response_encode(a, completed ? RESPONSE_COMPLETED : RESPONSE_IN_PROGRESS, NULL, NULL, &j,
                        NULL) != ERR_OK)
        return NULL;
    json_print(j, &b);
    return b.failed ? (buf_free(&b), NULL) : buf_take(&b);
}

static enum err_code port_decode(void *arg, const struct script *s, const char *text,
                                 struct script_answers *a, struct err *err)
{
    (void)arg;
    (void)s;
    CLEANUP_JSON cJSON *j = NULL;
    enum err_code code = json_parse(text, strlen(text), &json_limits_script, &j, err);
    return code == ERR_OK ? response_decode(j, a, NULL, NULL, err) : code;
}

static const char *port_translate(void *arg, const char *msgid)
{
    (void)arg;
    return msgid && msgid[0] ? gettext(msgid) : "";
}

static int64_t clock_of(clockid_t id, int64_t per_s)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * per_s + (int64_t)t.tv_nsec / (1000000000 / per_s);
}

static int64_t clock_utc_s(void *arg)
{
    (void)arg;
    return clock_of(CLOCK_REALTIME, 1);
}

static int64_t clock_ms(void *arg)
{
    (void)arg;
    return clock_of(CLOCK_BOOTTIME, 1000);
}

static void random_fill(void *arg, void *bytes, size_t len)
{
    (void)arg;
    randombytes_buf(bytes, len);
}

/* --- from the client --- */

static void on_answered(void *arg, const struct ws_answer *a)
{
    workstation_answered(((struct program *)arg)->ws, a);
}

static void on_sent(void *arg, uint64_t id, const struct ws_write_result *r)
{
    workstation_sent(((struct program *)arg)->ws, id, r);
}

static void on_journaled(void *arg, uint64_t id, bool ok)
{
    workstation_journaled(((struct program *)arg)->ws, id, ok);
}

static void on_restored(void *arg, struct ws_write *writes, size_t n)
{
    workstation_restore_writes(((struct program *)arg)->ws, writes, n);
}

static void on_backend(void *arg, enum ws_backend state)
{
    workstation_backend(((struct program *)arg)->ws, state);
}

static void on_work(void *arg, const struct ws_work *work)
{
    workstation_work(((struct program *)arg)->ws, work);
}

static void on_time(void *arg, int64_t server_utc_s)
{
    workstation_time(((struct program *)arg)->ws, server_utc_s);
}

static void on_queues(void *arg, const struct ws_queue *queues, size_t n)
{
    workstation_queues(((struct program *)arg)->ws, queues, n);
}

static void on_ended(void *arg, bool other_login)
{
    workstation_ended(((struct program *)arg)->ws, other_login);
}

static void on_warn(void *arg, const char *text)
{
    workstation_warn(((struct program *)arg)->ws, text);
}

static void on_log(void *arg, const char *line)
{
    say(arg, line);
}

/* --- from the desk --- */

/* The password that was given at the start is used once, and only when no session waits. */
static void sign_in_at_once(void *arg)
{
    struct program *p = arg;
    if (!p->password)
        return;
    struct workstation_commands commands = workstation_commands(p->ws);
    (void)commands.sign_in(commands.arg, p->options.login, p->password, NULL);
    sodium_free(p->password);
    p->password = NULL;
}

static void on_kept_session(void *arg, const struct wire_session *session, const cJSON *keep)
{
    struct program *p = arg;
    struct wire_session *s = session ? sodium_malloc(sizeof *s) : NULL;
    struct keep_read *kept = s ? calloc(1, sizeof *kept) : NULL;
    if (!kept || client_session(p->client)) {
        sodium_free(s);
        free(kept);
        sign_in_at_once(p);
        return;
    }
    *s = *session;
    if (!keep_read(keep, s, kept))
        say(p, "the desk kept no picture: the backend has to tell");
    if (client_resume(p->client, s, kept, NULL) == ERR_OK) {
        workstation_resume(p->ws, &kept->kept);
        client_restore(p->client);
        say(p, "went on with the session that the desk kept");
    }
    keep_deinit(kept);
    free(kept);
    sodium_free(s);
}

static void on_desk_up(void *arg, bool signed_in, const struct ws_desk_call *call)
{
    struct program *p = arg;
    workstation_desk_up(p->ws, signed_in, call);
    timer_cancel(&p->patience);
    bool first = !p->looked;
    p->looked = true;
    if (first && signed_in && !client_session(p->client))
        phone_port_session(p->phone, on_kept_session, p);
    else if (first)
        sign_in_at_once(p);
}

static void on_desk_down(void *arg, const char *sentence)
{
    struct program *p = arg;
    say(p, sentence);
    workstation_desk_down(p->ws, sentence);
}

static void on_desk_replaced(void *arg)
{
    workstation_desk_replaced(((struct program *)arg)->ws);
}

static void on_phone(void *arg, enum ws_phone state, const char *reason)
{
    workstation_desk_phone(((struct program *)arg)->ws, state, reason);
}

static void on_call_event(void *arg, const char *call_id, const char *sip_call_id,
                          const struct ws_call_event *event)
{
    workstation_desk_event(((struct program *)arg)->ws, call_id, sip_call_id, event);
}

static void on_desk_call(void *arg, const struct ws_desk_call *call)
{
    workstation_desk_call(((struct program *)arg)->ws, call);
}

static void on_phone_done(void *arg, enum ws_phone_op op, const char *call_id, enum err_code code,
                          const struct err *err)
{
    workstation_phone_done(((struct program *)arg)->ws, op, call_id, code, err);
}

static const struct wire_session *phone_session(void *arg, const char **ret_api)
{
    struct program *p = arg;
    *ret_api = p->api;
    return client_session(p->client);
}

/* --- starting --- */

/* Every block that cJSON lets go may have held a token, a name or an answer. */
static void free_wiped(void *block)
{
    if (block)
        sodium_memzero(block, malloc_usable_size(block));
    free(block);
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
    if (p->options.desk) {
        snprintf(p->desk_path, sizeof p->desk_path, "%s", p->options.desk);
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
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int n = -1;
    if (state && state[0] == '/')
        n = snprintf(p->journal_dir, sizeof p->journal_dir, "%s/pupitre/%s", state,
                     p->options.instance);
    else if (home && home[0] == '/')
        n = snprintf(p->journal_dir, sizeof p->journal_dir, "%s/.local/state/pupitre/%s", home,
                     p->options.instance);
    if (n < 0 || (size_t)n >= sizeof p->journal_dir)
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
    if (!p->options.log)
        return ERR_OK;
    int fd = open(p->options.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    p->log = fd >= 0 ? fdopen(fd, "a") : NULL;
    return p->log ? ERR_OK : err_set(err, ERR_IO, N_("The log file cannot be written."));
}

static enum err_code make_workstation(struct program *p, struct err *err)
{
    const struct ws_ports ports = {
        .ask = port_ask,
        .send = port_send,
        .journal = port_journal,
        .forget = port_forget,
        .phone = port_phone,
        .keep = port_keep,
        .session_over = port_session_over,
        .encode = port_encode,
        .decode = port_decode,
        .translate = port_translate,
        .changed = on_changed,
        .arg = p,
    };
    const struct clock_ops clock = {clock_utc_s, clock_ms, NULL};
    const struct random_ops random = {random_fill, NULL};
    p->ws = workstation_new(&ports, &clock, &random);
    return p->ws ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
}

static enum err_code make_client(struct program *p, struct err *err)
{
    const struct client_config config = {.backend = p->options.backend,
                                         .journal_dir = p->journal_dir};
    const struct client_handlers handlers = {
        .answered = on_answered,
        .sent = on_sent,
        .journaled = on_journaled,
        .restored = on_restored,
        .backend = on_backend,
        .work = on_work,
        .time = on_time,
        .queues = on_queues,
        .ended = on_ended,
        .warn = on_warn,
        .log = on_log,
        .arg = p,
    };
    snprintf(p->api, sizeof p->api, "%s/v1", p->options.backend);
    return client_new(&p->client, &config, &handlers, err);
}

static enum err_code make_phone(struct program *p, struct err *err)
{
    const struct desk_link_config config = {.instance = p->options.instance,
                                            .program = p->desk_path[0] ? p->desk_path : NULL,
                                            .audio = p->options.audio};
    const struct phone_port_handlers handlers = {
        .up = on_desk_up,
        .down = on_desk_down,
        .replaced = on_desk_replaced,
        .phone = on_phone,
        .event = on_call_event,
        .call = on_desk_call,
        .done = on_phone_done,
        .session = phone_session,
        .arg = p,
    };
    return phone_port_new(&p->phone, &config, &handlers, err);
}

static enum err_code watch_signals(struct program *p, struct err *err)
{
    static const int watched[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++)
        sigaddset(&set, watched[i]);
    signal(SIGPIPE, SIG_IGN);
    p->signals = -1;
    if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
        p->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (p->signals < 0 || fd_listen(p->signals, FD_READ, on_signal, p) != 0)
        return err_set(err, ERR_IO, N_("Signals cannot be watched."));
    return ERR_OK;
}

/* A crash gives the terminal back, then dies of its signal as it would have. */
static void on_crash(int sig)
{
    tui_emergency_restore();
    signal(sig, SIG_DFL);
    raise(sig);
}

static void catch_crashes(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    struct sigaction act = {.sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND};
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        sigaction(crashes[i], &act, NULL);
}

/* What libraries print must not land on the screen. */
static void quiet_stderr(struct program *p)
{
    int fd = p->log ? fileno(p->log) : open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (fd >= 0)
        (void)dup2(fd, STDERR_FILENO);
}

static enum err_code take_terminal(struct program *p, struct err *err)
{
    struct workstation_commands commands = workstation_commands(p->ws);
    const struct tui_options options = {.login = p->options.login, .preferences = p->config.screen};
    p->tui = tui_new(workstation_view(p->ws), &commands, &options, err);
    if (!p->tui)
        return err->code;
    catch_crashes();
    if (fd_listen(STDIN_FILENO, FD_READ, on_input, p) != 0)
        return err_set(err, ERR_UNAVAILABLE, N_("Standard input is not a terminal."));
    return ERR_OK;
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
        code = watch_signals(p, err);
    if (code == ERR_OK)
        code = make_workstation(p, err);
    if (code == ERR_OK)
        code = make_client(p, err);
    if (code == ERR_OK)
        code = take_terminal(p, err);
    if (code == ERR_OK)
        code = make_phone(p, err);
    return code;
}

static void stop(struct program *p)
{
    timer_deinit(&p->tick);
    timer_deinit(&p->paint);
    timer_deinit(&p->patience);
    if (p->watched_output >= 0)
        fd_close(p->watched_output);
    fd_close(STDIN_FILENO);
    p->tui = tui_free(p->tui);
    p->phone = phone_port_free(p->phone);
    p->client = client_free(p->client);
    p->ws = workstation_free(p->ws);
    sodium_free(p->password);
    if (p->signals >= 0) {
        fd_close(p->signals);
        close(p->signals);
    }
    if (p->log)
        fclose(p->log);
}

static int run(struct program *p)
{
    struct err err = {0};
    int complaints = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    enum err_code code = start(p, &err);
    if (code == ERR_OK) {
        quiet_stderr(p);
        timer_start(&p->tick, TICK_MS, on_tick, p);
        timer_start(&p->patience, DESK_PATIENCE_MS, sign_in_at_once, p);
        paint(p);
        (void)re_main(NULL);
    }
    stop(p);
    if (code != ERR_OK)
        dprintf(complaints, "pupitre: %s\n", gettext(err.sentence));
    close(complaints);
    return err_info(code)->exit_status;
}

int main(int argc, char **argv)
{
    struct program p = {.signals = -1, .watched_output = -1};
    struct err err = {0};
    const char *localedir = getenv("PUPITRE_LOCALEDIR");
    tui_locale(localedir ? localedir : PUPITRE_LOCALEDIR);
    if (config_read_all(&p.config, &err) != ERR_OK) {
        fprintf(stderr, "pupitre: %s\n", gettext(err.sentence));
        return EX_CONFIG;
    }
    if (options_read(&p.options, &p.config, argc, argv, &err) != ERR_OK) {
        fprintf(stderr, "pupitre: %s\n", gettext(err.sentence));
        return EX_USAGE;
    }
    if (p.options.help) {
        options_print_help();
        return EX_OK;
    }
    if (p.options.version) {
        puts("pupitre " PUPITRE_VERSION);
        return EX_OK;
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        fprintf(stderr, "pupitre: %s\n", gettext("Standard input and output must be a terminal."));
        return EX_UNAVAILABLE;
    }
    find_desk(&p); /* before /proc/self belongs to root */
    protect_memory();
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || libre_init() != 0 ||
        fd_setsize(1024) != 0)
        return EX_OSERR;
    timer_init(&p.tick);
    timer_init(&p.paint);
    timer_init(&p.patience);
    int status = run(&p);
    config_deinit(&p.config);
    libre_close();
    curl_global_cleanup();
    return status;
}
