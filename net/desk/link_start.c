/* SPDX-License-Identifier: Apache-2.0 */
/* Starting pupitre-desk (net/desk/link_start.h). */

#include "net/desk/link_start.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* Only async-signal-safe calls. The screen's terminal is not the desk's. */
static _Noreturn void become(char *const argv[])
{
    const int null = open("/dev/null", O_RDWR);
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
        dup2(null, STDERR_FILENO) < 0)
        _exit(EX_OSERR);
    (void)close_range(3, ~0U, 0);
    (void)execv(argv[0], argv);
    _exit(EX_UNAVAILABLE);
}

bool desk_start_begin(struct desk_start *s, char *const argv[])
{
    const pid_t pid = fork();
    if (pid == 0)
        become(argv);
    if (pid < 0)
        return false;
    *s = (struct desk_start){.pid = pid, .pidfd = pidfd_open(pid, 0)};
    if (s->pidfd >= 0)
        return true;
    /* Cannot be watched: wait for it here rather than leave a zombie; it is short. */
    (void)waitpid(pid, NULL, 0);
    *s = (struct desk_start){0};
    return false;
}

int desk_start_end(struct desk_start *s)
{
    int status = 0;
    const pid_t got = waitpid(s->pid, &status, WNOHANG);
    (void)close(s->pidfd);
    *s = (struct desk_start){0};
    return got > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
