/* SPDX-License-Identifier: Apache-2.0 */
/* One run of baresip (net/voice/voice_process.h). */

#include "net/voice/voice_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/voice/module_protocol.h"

#define CHILD_FD 3
#define ENV_MAX 256

extern char **environ;

#define PRELOAD_ENV "LD_PRELOAD"

static bool is_of(const char *entry, const char *name)
{
    const size_t len = strlen(name);
    return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

/* The child's environment: ours, the number of its socket, and the preload before any that we have.
 * Built before fork. */
static void build_environment(char **envp, char *preload, size_t size, const char *library)
{
    static char fd_entry[] = VOICE_FD_ENV "=3";
    const char *before = getenv(PRELOAD_ENV);
    size_t n = 0;
    for (char **e = environ; *e && n < ENV_MAX - 3; e++)
        if (!is_of(*e, VOICE_FD_ENV) && !is_of(*e, PRELOAD_ENV))
            envp[n++] = *e;
    (void)snprintf(preload, size, PRELOAD_ENV "=%s%s%s", library, before ? ":" : "",
                   before ? before : "");
    envp[n++] = preload;
    envp[n++] = fd_entry;
    envp[n] = NULL;
}

/* Only async-signal-safe calls from here to exec. */
static _Noreturn void become(const char *baresip, const char *dir, char **envp, int sock, int log,
                             pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) || getppid() != parent)
        _exit(EX_OSERR);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    const int null = open("/dev/null", O_RDONLY);
    /* sock may be any number: bring the log into place first, then the socket to its own. */
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 ||
        dup2(log, STDERR_FILENO) < 0)
        _exit(EX_OSERR);
    if (sock == CHILD_FD ? fcntl(sock, F_SETFD, 0) : dup2(sock, CHILD_FD) < 0)
        _exit(EX_OSERR);
    (void)close_range(CHILD_FD + 1, ~0U, 0);
    char *argv[] = {(char *)"baresip", (char *)"-4", (char *)"-f", (char *)dir, NULL};
    (void)execve(baresip, argv, envp);
    _exit(EX_UNAVAILABLE);
}

static enum err_code io_error(const char *what, struct err *err)
{
    const int saved = errno;
    const enum err_code code = err_set(err, ERR_IO, N_("The telephone program cannot be started."));
    err_detail(err, "%s: %s", what, strerror(saved));
    return code;
}

enum err_code voice_process_start(struct voice_process *p, const char *baresip, const char *preload,
                                  const char *dir, const char *log_path, struct err *err)
{
    if (access(baresip, X_OK) != 0)
        return err_set(err, ERR_IO,
                       N_("baresip is not installed. Please install the package baresip-core."));
    if (access(preload, R_OK) != 0)
        return err_set(err, ERR_IO,
                       N_("A part of Pupitre's telephone is missing: pupitre_clock.so."));
    const int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log < 0)
        return io_error("log", err);
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) {
        const enum err_code code = io_error("socketpair", err);
        (void)close(log);
        return code;
    }
    char *envp[ENV_MAX];
    char preload_entry[2 * PATH_MAX];
    build_environment(envp, preload_entry, sizeof preload_entry, preload);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0)
        become(baresip, dir, envp, pair[1], log, parent);
    (void)close(log);
    (void)close(pair[1]);
    if (pid < 0) {
        const enum err_code code = io_error("fork", err);
        (void)close(pair[0]);
        return code;
    }
    *p = (struct voice_process){.pid = pid, .pidfd = pidfd_open(pid, 0), .fd = pair[0]};
    if (p->pidfd < 0) {
        const enum err_code code = io_error("pidfd_open", err);
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
        (void)close(pair[0]);
        p->pid = 0;
        return code;
    }
    return ERR_OK;
}

void voice_process_signal(const struct voice_process *p, int sig)
{
    if (p->pid)
        (void)pidfd_send_signal(p->pidfd, sig, NULL, 0);
}

void voice_process_reap(struct voice_process *p)
{
    if (!p->pid)
        return;
    (void)waitpid(p->pid, NULL, WNOHANG);
    (void)close(p->pidfd);
    (void)close(p->fd);
    *p = (struct voice_process){0};
}
