/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/far_server.h"

#include <dirent.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/harness/die.h"
#include "tests/harness/port.h"
#include "tests/harness/tmpdir.h"

#define SSHD "/usr/sbin/sshd"
#define SCREEN BUILD_ROOT "/tui/pupitre"
#define DESK BUILD_ROOT "/net/desk/pupitre-desk"

static const struct {
    const char *name, *sub;
} in_dir[] = {
    {"HOME",            "home"  },
    {"XDG_CONFIG_HOME", "config"},
    {"XDG_STATE_HOME",  "state" },
    {"XDG_CACHE_HOME",  "cache" },
    {"XDG_RUNTIME_DIR", "run"   },
};

static void make_dirs(const struct far_server *s)
{
    if (mkdir(s->dir, 0700) != 0)
        die("far_server", s->dir);
    for (size_t i = 0; i < sizeof in_dir / sizeof in_dir[0]; i++) {
        CLEANUP_FREE char *path = tmpdir_path(s->dir, in_dir[i].sub);
        if (mkdir(path, 0700) != 0)
            die("far_server", path);
    }
}

static void make_key(const struct far_server *s, const char *name)
{
    CLEANUP_FREE char *path = tmpdir_path(s->dir, name);
    const char *const argv[] = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path, NULL};
    if (proc_run(&(struct spawn){.argv = argv, .home = s->w->dir}, NULL, WORLD_DEADLINE_MS) != 0)
        fail_msg("ssh-keygen cannot make a key (Debian package openssh-client)");
}

/* One line: sshd takes the first only. */
static void add_environment(const struct far_server *s, struct buf *b)
{
    static const char *const passed_on[] = {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"};
    buf_str(b, "SetEnv TZ=Europe/Brussels LC_ALL=C.UTF-8 LANGUAGE=en PUPITRE_LOCALEDIR=" BUILD_ROOT
               "/po");
    buf_printf(b, " PUPITRE_BACKEND=http://127.0.0.1:%d", s->w->link_port);
    for (size_t i = 0; i < sizeof in_dir / sizeof in_dir[0]; i++)
        buf_printf(b, " %s=%s/%s", in_dir[i].name, s->dir, in_dir[i].sub);
    for (size_t i = 0; i < sizeof passed_on / sizeof passed_on[0]; i++)
        if (getenv(passed_on[i]))
            buf_printf(b, " %s=%s", passed_on[i], getenv(passed_on[i]));
    buf_char(b, '\n');
}

static void write_in(const struct far_server *s, const char *name, struct buf *text)
{
    CLEANUP_FREE char *path = tmpdir_path(s->dir, name);
    tmpdir_write(path, buf_text(text));
    buf_free(text);
}

/* The public key becomes what another file says. */
static void publish(const struct far_server *s, const char *key, const char *before,
                    const char *name)
{
    CLEANUP_FREE char *path = tmpdir_path(s->dir, key);
    CLEANUP_FREE char *text = tmpdir_read(path);
    struct buf b = {0};
    buf_printf(&b, "%s%s", before, text ? text : "");
    write_in(s, name, &b);
}

static void configure(const struct far_server *s, int line_port, const char *more)
{
    const struct passwd *user = getpwuid(getuid());
    struct buf b = {0};
    char known[64];
    buf_printf(&b,
               "Port %d\nListenAddress 127.0.0.1\nHostKey %s/host_key\nPidFile none\n"
               "AuthorizedKeysFile %s/authorized_keys\nStrictModes no\nUsePAM no\n"
               "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
               "PrintMotd no\nPrintLastLog no\nLogLevel VERBOSE\n",
               s->port, s->dir, s->dir);
    add_environment(s, &b);
    buf_str(&b, more);
    write_in(s, "sshd_config", &b);
    buf_printf(&b,
               "Host far\n    HostName 127.0.0.1\n    Port %d\n    User %s\n"
               "    IdentityFile %s/key\n    IdentitiesOnly yes\n    UserKnownHostsFile %s/known\n"
               "    StrictHostKeyChecking yes\n",
               line_port, user ? user->pw_name : "root", s->dir, s->dir);
    write_in(s, "ssh_config", &b);
    (void)snprintf(known, sizeof known, "[127.0.0.1]:%d ", line_port);
    publish(s, "host_key.pub", known, "known");
    publish(s, "key.pub", "", "authorized_keys");
}

static void start_sshd(struct far_server *s)
{
    CLEANUP_FREE char *config = tmpdir_path(s->dir, "sshd_config");
    CLEANUP_FREE char *log = tmpdir_path(s->w->logs, "sshd");
    const char *const argv[] = {SSHD, "-D", "-e", "-f", config, NULL};
    /* Debian makes it when the system's own sshd starts, which is not asked for here. */
    if (getuid() == 0)
        (void)mkdir("/run/sshd", 0755);
    s->sshd = proc_start(&(struct spawn){.argv = argv, .home = s->w->dir}, log);
    if (!proc_wait_log(s->sshd, "Server listening", WORLD_DEADLINE_MS)) {
        print_error("%s", proc_log(s->sshd));
        fail_msg("sshd does not start (Debian package openssh-server)");
    }
}

struct far_server *far_server_new_with(struct world *w, const struct poor_line_opts *opts,
                                       const char *more)
{
    struct far_server *s = calloc(1, sizeof *s);
    if (!s)
        die("far_server", "memory");
    s->w = w;
    s->dir = tmpdir_path(w->dir, "far");
    s->port = port_free(1);
    const int line_port = port_free(1);
    make_dirs(s);
    make_key(s, "host_key");
    make_key(s, "key");
    configure(s, line_port, more);
    s->ssh_config = tmpdir_path(s->dir, "ssh_config");
    start_sshd(s);
    s->line = poor_line_new(line_port, s->port, opts);
    return s;
}

struct far_server *far_server_new(struct world *w, const struct poor_line_opts *opts)
{
    return far_server_new_with(w, opts, "");
}

struct far_server *far_server_free(struct far_server *s)
{
    if (!s)
        return NULL;
    s->line = poor_line_free(s->line);
    s->sshd = proc_free(s->sshd);
    free(s->dir);
    free(s->ssh_config);
    free(s);
    return NULL;
}

struct term *far_screen(struct far_server *s, const char *instance, const char *silence_s)
{
    const char *const argv[] = {
        DESK,   "ssh",          "--instance",  instance,      "--audio", "tone", "--pupitre",
        SCREEN, "--ssh-config", s->ssh_config, "--silence-s", silence_s, "far",  NULL};
    return term_start(&(struct term_opts){
        .spawn = {.argv = argv, .home = s->w->dir}
    });
}

struct term *far_bare_screen(struct world *w, const char *desk)
{
    CLEANUP_FREE char *variable = NULL;
    struct buf b = {0}, backend = {0};
    buf_printf(&b, "PUPITRE_DESK=%s", desk);
    buf_printf(&backend, "PUPITRE_BACKEND=http://127.0.0.1:%d", w->link_port);
    variable = buf_take(&b);
    const char *const argv[] = {SCREEN, NULL};
    const char *const env[] = {variable, buf_text(&backend), NULL};
    struct term *t = term_start(&(struct term_opts){
        .spawn = {.argv = argv, .env = env, .home = w->dir}
    });
    buf_free(&backend);
    return t;
}

void far_sign_in(struct term *t)
{
    assert_screen_shows(t, "Password");
    term_send_keys(t, WORLD_LOGIN "<Tab>");
    far_sign_in_again(t);
}

void far_sign_in_again(struct term *t)
{
    term_paste(t, WORLD_PASSWORD);
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "OFF QUEUE");
}

size_t far_folders(const struct far_server *s)
{
    CLEANUP_FREE char *path = tmpdir_path(s->dir, "run/pupitre");
    DIR *dir = opendir(path);
    const struct dirent *e;
    size_t n = 0;
    while (dir && (e = readdir(dir)))
        n += strncmp(e->d_name, "ssh.", 4) == 0;
    if (dir)
        (void)closedir(dir);
    return n;
}
