/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/cleanup.h"
#include "tests/harness/deadline.h"
#include "tests/harness/die.h"
#include "tests/harness/tmpdir.h"

struct proc {
    pid_t pid;
    int pidfd;
    bool ended;
    int status;
    char *log_path;
    char *log; /* as read last */
};

struct proc *proc_start(const struct spawn *how, const char *log_path)
{
    struct proc *p = calloc(1, sizeof(*p));
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (!p || null < 0 || log < 0)
        die("proc", log_path);
    p->pid = spawn_start(how, (const int[]){null, log, log}, 0);
    p->pidfd = pidfd_open(p->pid, 0);
    p->log_path = strdup(log_path);
    if (p->pidfd < 0 || !p->log_path)
        die("proc", "pidfd_open");
    (void)close(null);
    (void)close(log);
    return p;
}

static void reap(struct proc *p)
{
    int raw = SIGKILL;
    if (p->ended)
        return;
    const pid_t reaped = waitpid(p->pid, &raw, WNOHANG);
    if (reaped != p->pid && !(reaped < 0 && errno == ECHILD)) /* strays_kill was first */
        return;
    p->ended = true;
    p->status = WIFSIGNALED(raw) ? -WTERMSIG(raw) : WEXITSTATUS(raw);
}

struct proc *proc_free(struct proc *p)
{
    if (!p)
        return NULL;
    /* Also when the leader has ended: its group may live on. The group's number cannot be taken by
     * somebody else while a member lives or the leader is not reaped. */
    (void)kill(-p->pid, SIGKILL);
    (void)proc_wait_exit(p, NULL, 10000);
    (void)close(p->pidfd);
    free(p->log_path);
    free(p->log);
    free(p);
    return NULL;
}

pid_t proc_pid(const struct proc *p)
{
    return p->pid;
}

bool proc_is_alive(struct proc *p)
{
    reap(p);
    return !p->ended;
}

const char *proc_log(struct proc *p)
{
    free(p->log);
    p->log = tmpdir_read(p->log_path);
    return p->log ? p->log : "";
}

bool proc_wait_exit(struct proc *p, int *ret_status, int deadline_ms)
{
    struct pollfd fd = {.fd = p->pidfd, .events = POLLIN};
    int64_t until = deadline_now_ms() + deadline_ms;

    while (reap(p), !p->ended) {
        int ready = poll(&fd, 1, deadline_left(until));
        if (ready == 0 || (ready < 0 && errno != EINTR))
            return false;
    }
    if (ret_status)
        *ret_status = p->status;
    return true;
}

/* Ask `claim` again at each change in the directory or file `watched`, until it holds, the deadline
 * comes, or the process has ended and it still does not hold. */
static bool wait_change(struct proc *p, const char *watched, const char *arg,
                        bool (*claim)(struct proc *p, const char *arg), int deadline_ms)
{
    int64_t until = deadline_now_ms() + deadline_ms;
    int notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (notify < 0 || inotify_add_watch(notify, watched,
                                        IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
        die("proc", watched);

    bool holds;
    while (!(holds = claim(p, arg))) {
        struct pollfd fds[] = {
            {.fd = notify,   .events = POLLIN},
            {.fd = p->pidfd, .events = POLLIN}
        };
        if (!proc_is_alive(p)) {
            holds = claim(p, arg);
            break;
        }
        int ready = poll(fds, 2, deadline_left(until));
        if (ready == 0)
            break;
        char events[4096];
        while (read(notify, events, sizeof(events)) > 0)
            continue;
    }
    (void)close(notify);
    return holds;
}

static bool log_holds(struct proc *p, const char *text)
{
    return strstr(proc_log(p), text) != NULL;
}

bool proc_wait_log(struct proc *p, const char *text, int deadline_ms)
{
    return wait_change(p, p->log_path, text, log_holds, deadline_ms);
}

static bool file_is_there(struct proc *p, const char *path)
{
    (void)p;
    struct stat st;
    return stat(path, &st) == 0 && st.st_size > 0;
}

bool proc_wait_file(struct proc *p, const char *path, int deadline_ms)
{
    CLEANUP_FREE char *copy = strdup(path);
    if (!copy)
        die("proc", path);
    return wait_change(p, dirname(copy), path, file_is_there, deadline_ms);
}

void proc_kill(struct proc *p, int signal)
{
    reap(p);
    if (!p->ended)
        (void)kill(p->pid, signal);
}

bool proc_stop(struct proc *p, int *ret_status, int deadline_ms)
{
    proc_kill(p, SIGTERM);
    if (proc_wait_exit(p, ret_status, deadline_ms))
        return true;
    (void)kill(-p->pid, SIGKILL);
    (void)proc_wait_exit(p, ret_status, 10000);
    return false;
}

int proc_run(const struct spawn *how, char **ret_output, int deadline_ms)
{
    char *dir = tmpdir_new();
    CLEANUP_FREE char *log = tmpdir_path(dir, "log");
    struct proc *p = proc_start(how, log);
    int status = -1000;
    (void)proc_wait_exit(p, &status, deadline_ms);
    if (ret_output)
        *ret_output = strdup(proc_log(p));
    (void)proc_free(p);
    (void)tmpdir_free(dir);
    return status;
}
