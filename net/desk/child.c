/* SPDX-License-Identifier: Apache-2.0 */
/* Another program, run to its end (net/desk/child.h). */

#include "net/desk/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define END_MS 2000

/* Only async-signal-safe calls. in, out: -1 = those of this program. */
static _Noreturn void become(const char *const argv[], int in, int out, bool quiet)
{
    const int null = quiet ? open("/dev/null", O_RDWR) : -1;
    (void)signal(SIGPIPE, SIG_DFL);
    if ((in >= 0 && dup2(in, STDIN_FILENO) < 0) || (out >= 0 && dup2(out, STDOUT_FILENO) < 0) ||
        (quiet && dup2(null, STDERR_FILENO) < 0))
        _exit(EX_OSERR);
    if (quiet && out < 0)
        (void)dup2(null, STDOUT_FILENO);
    if (quiet && in < 0)
        (void)dup2(null, STDIN_FILENO);
    (void)close_range(3, ~0U, 0);
    (void)execvp(argv[0], (char *const *)argv);
    _exit(EX_UNAVAILABLE);
}

static bool start(struct child *c, const char *const argv[], int in, int out, bool quiet)
{
    const pid_t pid = fork();
    if (pid == 0)
        become(argv, in, out, quiet);
    if (pid < 0)
        return false;
    *c = (struct child){.pid = pid, .pidfd = pidfd_open(pid, 0)};
    return true;
}

bool child_start(struct child *c, const char *const argv[], bool quiet)
{
    return start(c, argv, -1, -1, quiet);
}

static int settle(struct child *c, int status)
{
    if (c->pidfd >= 0)
        (void)close(c->pidfd);
    *c = (struct child){.pidfd = -1};
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_wait(struct child *c)
{
    int status = 0;
    if (waitpid(c->pid, &status, 0) != c->pid)
        return -1;
    return settle(c, status);
}

void child_end(struct child *c)
{
    struct pollfd ended = {.fd = c->pidfd, .events = POLLIN};
    int status = 0;
    if (!c->pid)
        return;
    (void)kill(c->pid, SIGTERM);
    if (poll(&ended, 1, END_MS) <= 0)
        (void)kill(c->pid, SIGKILL);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    (void)settle(c, status);
}

/* What it says, to the end; more than there is room for is dropped. False: a signal came. */
static bool hear(int fd, char *ret, size_t size)
{
    char bytes[512];
    size_t len = 0;
    for (;;) {
        const ssize_t n = read(fd, bytes, sizeof bytes);
        if (n < 0)
            return false;
        if (n == 0)
            break;
        for (ssize_t i = 0; i < n && len + 1 < size; i++)
            ret[len++] = bytes[i];
    }
    ret[len] = '\0';
    return true;
}

static bool talk(int in, int out, const char *input, char *ret_output, size_t size)
{
    char nothing[1];
    const size_t len = strlen(input);
    /* The inputs here are shorter than a pipe holds: this does not wait. */
    const bool given = write(in, input, len) == (ssize_t)len;
    (void)close(in);
    const bool heard = ret_output ? hear(out, ret_output, size) : hear(out, nothing, 1);
    (void)close(out);
    return given && heard;
}

int child_run(const char *const argv[], const char *input, char *ret_output, size_t size,
              bool quiet)
{
    struct child c = {0};
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0)
        return -1;
    if (pipe2(out, O_CLOEXEC) != 0) {
        (void)close(in[0]);
        (void)close(in[1]);
        return -1;
    }
    const bool started = start(&c, argv, in[0], out[1], quiet);
    (void)close(in[0]);
    (void)close(out[1]);
    if (!started) {
        (void)close(in[1]);
        (void)close(out[0]);
        return -1;
    }
    const bool talked = talk(in[1], out[0], input, ret_output, size);
    const int status = talked ? child_wait(&c) : -1;
    child_end(&c);
    return status;
}
