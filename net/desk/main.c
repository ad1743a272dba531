/* SPDX-License-Identifier: Apache-2.0 */
/* pupitre-desk: the telephone on an agent's desk. Going into the background, the loop. */

#include "net/desk/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <re_main.h>
#include <re_sys.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <curl/curl.h>
#include <sodium.h>

#include "net/desk/options.h"
#include "net/desk/ssh.h"

#define FDS_MAX 256

/* libre's signal handler has no argument. */
static struct desk *running;

static void on_signal(int sig)
{
    (void)sig;
    desk_leave(running);
}

/* The module of the build folder when we run from there, else the installed one. */
static const char *find_module(char *path, size_t size)
{
    char exe[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n > 0) {
        exe[n] = '\0';
        char *slash = strrchr(exe, '/');
        *slash = '\0';
        if (snprintf(path, size, "%s/../voice/pupitre_voice.so", exe) < (int)size &&
            access(path, R_OK) == 0)
            return path;
    }
    return PUPITRE_MODULE;
}

/* Fork into a session of its own. The parent leaves with the child's outcome: a byte on the pipe
 * says that it listens. Returns the pipe's end for that, in the child only. */
static int go_background(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    const pid_t pid = fork();
    if (pid < 0)
        return -1;
    if (pid > 0) {
        unsigned char status = EX_SOFTWARE;
        (void)close(ends[1]);
        while (read(ends[0], &status, 1) < 0 && errno == EINTR)
            continue;
        _exit(status);
    }
    (void)close(ends[0]);
    (void)setsid();
    const int null = open("/dev/null", O_RDWR);
    /* stderr stays until the start is known to be good. */
    if (null >= 0 && dup2(null, STDIN_FILENO) >= 0)
        (void)dup2(null, STDOUT_FILENO);
    if (null > STDERR_FILENO)
        (void)close(null);
    if (chdir("/") != 0)
        return -1;
    return ends[1];
}

static void report_started(int pipe_end, unsigned char status)
{
    if (pipe_end < 0)
        return;
    const int null = open("/dev/null", O_WRONLY);
    if (null >= 0 && dup2(null, STDERR_FILENO) >= 0)
        (void)close(null);
    (void)!write(pipe_end, &status, 1);
    (void)close(pipe_end);
}

/* No core dumps and no debugger: tokens and keys live here. */
static void harden(void)
{
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)umask(077);
    (void)signal(SIGPIPE, SIG_IGN);
}

static int run(const struct desk_config *config, int pipe_end)
{
    static struct desk desk; /* large, and there is one */
    struct err err;
    const enum err_code code = desk_init(&desk, config, &err);
    if (code) {
        const int status = err_info(code)->exit_status;
        (void)fprintf(stderr, "pupitre-desk: %s\n", err.sentence);
        report_started(pipe_end, (unsigned char)status);
        return status;
    }
    running = &desk;
    report_started(pipe_end, EX_OK);
    (void)re_main(on_signal);
    desk_deinit(&desk);
    return EX_OK;
}

static int run_with(struct desk_options *options)
{
    char module[PATH_MAX];
    int pipe_end = -1;
    if (!options->desk.module)
        options->desk.module = find_module(module, sizeof module);
    harden();
    if (!options->foreground && (pipe_end = go_background()) < 0) {
        (void)fprintf(stderr, "pupitre-desk: going into the background failed\n");
        return EX_OSERR;
    }
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) || libre_init() ||
        fd_setsize(FDS_MAX)) {
        (void)fprintf(stderr, "pupitre-desk: a library could not be set up\n");
        return EX_SOFTWARE;
    }
    desk_session_wipe_json();
    const int status = run(&options->desk, pipe_end);
    libre_close();
    curl_global_cleanup();
    return status;
}

int main(int argc, char **argv)
{
    struct desk_options options = {0};
    if (argc > 1 && strcmp(argv[1], "ssh") == 0)
        return ssh_main(argc - 1, argv + 1);
    struct conf *settings = conf_new(&options_program);
    if (!settings)
        return EX_OSERR;
    const int early = conf_begin(settings, argc, argv, &options);
    const int status = early >= 0 ? early : run_with(&options);
    conf_free(settings);
    return status;
}
