/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/harness/die.h"
#include "tests/harness/strays.h"

enum {
    ENV_MAX = 96,
    FD_KEEP_MAX = 64, /* inputs lie below, the pipes that feed them above */
};

struct environ_list {
    char *items[ENV_MAX + 1];
    size_t count;
};

static const char *const FIXED[] = {
    "TERM=xterm-256color",
    "TZ=Europe/Brussels",
    "LC_ALL=C.UTF-8",
    "LANGUAGE=en",
    "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
};

static const char *const PASSED_ON[] = {
    "ASAN_OPTIONS",       "LSAN_OPTIONS",        "UBSAN_OPTIONS",
    "PUPITRE_BUILD_ROOT", "PUPITRE_SOURCE_ROOT", "PUPITRE_LOCALEDIR",
    "LD_PRELOAD",         "WALL_CLOCK", /* a test at another hour: tests/net/wall_clock.c */
};

static const struct {
    const char *name;
    const char *sub;
} IN_HOME[] = {
    {"HOME",            ""       },
    {"XDG_CONFIG_HOME", "/config"},
    {"XDG_DATA_HOME",   "/data"  },
    {"XDG_STATE_HOME",  "/state" },
    {"XDG_CACHE_HOME",  "/cache" },
    {"XDG_RUNTIME_DIR", "/run"   },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* "NAME=value" sets, "NAME" removes. Takes the text. */
static void env_put_take(struct environ_list *env, char *item)
{
    size_t name_len = strcspn(item, "=");
    size_t at = 0;
    while (at < env->count &&
           !(strncmp(env->items[at], item, name_len) == 0 && env->items[at][name_len] == '='))
        at++;
    if (at < env->count) {
        free(env->items[at]);
        env->items[at] = env->items[--env->count];
        env->items[env->count] = NULL;
    }
    if (item[name_len] == '\0') {
        free(item);
        return;
    }
    if (env->count == ENV_MAX)
        die("spawn", "too many variables");
    env->items[env->count++] = item;
    env->items[env->count] = NULL;
}

static void env_put(struct environ_list *env, const char *name, const char *value, const char *sub)
{
    struct buf b = {0};
    buf_printf(&b, "%s=%s%s", name, value, sub);
    char *item = buf_take(&b);
    if (!item)
        die("spawn", "environment");
    env_put_take(env, item);
}

static void env_build(struct environ_list *env, const struct spawn *how)
{
    for (size_t i = 0; i < COUNT(FIXED); i++)
        env_put_take(env, strdup(FIXED[i]));
    for (size_t i = 0; i < COUNT(PASSED_ON); i++)
        if (getenv(PASSED_ON[i]))
            env_put(env, PASSED_ON[i], getenv(PASSED_ON[i]), "");
    for (size_t i = 0; i < COUNT(IN_HOME); i++) {
        env_put(env, IN_HOME[i].name, how->home, IN_HOME[i].sub);
        const char *path = strchr(env->items[env->count - 1], '=') + 1;
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            die("spawn", path);
    }
    for (size_t i = 0; how->env && how->env[i]; i++)
        env_put_take(env, strdup(how->env[i]));
}

static void env_free(struct environ_list *env)
{
    while (env->count > 0)
        free(env->items[--env->count]);
}

/* A descriptor above FD_KEEP_MAX from which the text can be read. */
static int input_open(const char *text)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        die("spawn", "pipe");
    size_t len = strlen(text);
    if (len > 4096 || write(ends[1], text, len) != (ssize_t)len)
        die("spawn", "input");
    int fd = fcntl(ends[0], F_DUPFD_CLOEXEC, FD_KEEP_MAX);
    if (fd < 0)
        die("spawn", "dup");
    (void)close(ends[0]);
    (void)close(ends[1]);
    return fd;
}

static bool is_input(const struct spawn *how, int fd)
{
    for (int i = 0; i < SPAWN_INPUTS_MAX; i++)
        if (how->inputs[i].fd == fd)
            return true;
    return false;
}

/* After fork: only what the child needs stays open. */
static void child_descriptors(const struct spawn *how, const int high[], const int std_fds[3])
{
    int std_high[3];
    for (int i = 0; i < 3; i++)
        std_high[i] = fcntl(std_fds[i], F_DUPFD_CLOEXEC, FD_KEEP_MAX);
    for (int i = 0; i < 3; i++)
        (void)dup2(std_high[i], i);
    for (int i = 0; i < SPAWN_INPUTS_MAX; i++)
        if (how->inputs[i].fd)
            (void)dup2(high[i], how->inputs[i].fd);
    for (int fd = 3; fd < FD_KEEP_MAX; fd++)
        if (!is_input(how, fd))
            (void)close(fd);
    (void)close_range(FD_KEEP_MAX, ~0U, 0);
}

static void child_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        (void)signal(s, SIG_DFL);
}

static void child_run(const struct spawn *how, struct environ_list *env, const int high[],
                      const int std_fds[3], int tty, pid_t parent)
{
    (void)setsid();
    child_signals();
    child_descriptors(how, high, std_fds);
    if (tty)
        (void)ioctl(0, TIOCSCTTY, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the line above took effect */
        _exit(126);
    if (chdir(how->cwd ? how->cwd : how->home) == 0)
        (void)execvpe(how->argv[0], (char *const *)how->argv, env->items);
    (void)dprintf(2, "spawn: %s: %s\n", how->argv[0], strerror(errno));
    _exit(127);
}

pid_t spawn_start(const struct spawn *how, const int std_fds[3], int tty)
{
    struct environ_list env = {0};
    int high[SPAWN_INPUTS_MAX];

    strays_adopt();
    env_build(&env, how);
    for (int i = 0; i < SPAWN_INPUTS_MAX; i++)
        high[i] = how->inputs[i].fd ? input_open(how->inputs[i].text) : -1;
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0)
        die("spawn", "fork");
    if (pid == 0)
        child_run(how, &env, high, std_fds, tty, parent);
    for (int i = 0; i < SPAWN_INPUTS_MAX; i++)
        if (high[i] >= 0)
            (void)close(high[i]);
    env_free(&env);
    return pid;
}
