/* SPDX-License-Identifier: Apache-2.0 */
/* pupitre-desk: the telephone on an agent's desk. Options, going into the background, the loop. */

#include "net/desk/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
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

#include "net/host/sound.h"
#include "net/voice/voice_config.h"

#define FDS_MAX 256

/* libre's signal handler has no argument. */
static struct desk *running;

static void on_signal(int sig)
{
    (void)sig;
    desk_leave(running);
}

static int usage(FILE *out)
{
    (void)fprintf(out, "usage: pupitre-desk [--instance NAME] [--audio SETTING] [--baresip PATH]\n"
                       "                    [--module PATH] [--log FILE] [--foreground]\n"
                       "       pupitre-desk --help | --version\n");
    return out == stdout ? EX_OK : EX_USAGE;
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

enum option_key { OPT_INSTANCE = 256, OPT_AUDIO, OPT_BARESIP, OPT_MODULE, OPT_LOG, OPT_FOREGROUND };

static const struct option options[] = {
    {"instance",   required_argument, NULL, OPT_INSTANCE  },
    {"audio",      required_argument, NULL, OPT_AUDIO     },
    {"baresip",    required_argument, NULL, OPT_BARESIP   },
    {"module",     required_argument, NULL, OPT_MODULE    },
    {"log",        required_argument, NULL, OPT_LOG       },
    {"foreground", no_argument,       NULL, OPT_FOREGROUND},
    {"help",       no_argument,       NULL, 'h'           },
    {"version",    no_argument,       NULL, 'v'           },
    {NULL,         0,                 NULL, 0             },
};

/* -1 = go on, else the exit status. */
static int read_options(int argc, char **argv, struct desk_config *c, bool *foreground)
{
    for (int key; (key = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (key) {
        case OPT_INSTANCE:
            c->instance = optarg;
            break;
        case OPT_AUDIO:
            c->audio = optarg;
            break;
        case OPT_BARESIP:
            c->baresip = optarg;
            break;
        case OPT_MODULE:
            c->module = optarg;
            break;
        case OPT_LOG:
            c->log = optarg;
            break;
        case OPT_FOREGROUND:
            *foreground = true;
            break;
        case 'h':
            return usage(stdout);
        case 'v':
            (void)printf("pupitre-desk " PUPITRE_VERSION "\n");
            return EX_OK;
        default:
            return usage(stderr);
        }
    }
    if (optind != argc)
        return usage(stderr);
    if (!sound_is_known(c->audio)) {
        (void)fprintf(stderr, "pupitre-desk: --audio takes alsa, alsa:DEVICE, tone, file:/PATH "
                              "or auto\n");
        return EX_USAGE;
    }
    return -1;
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

int main(int argc, char **argv)
{
    char module[PATH_MAX];
    const char *audio = getenv("PUPITRE_AUDIO");
    bool foreground = false;
    int pipe_end = -1;
    struct desk_config config = {.instance = "default",
                                 .audio = audio ? audio : "alsa",
                                 .baresip = "/usr/bin/baresip",
                                 .module = find_module(module, sizeof module)};
    const int early = read_options(argc, argv, &config, &foreground);
    if (early >= 0)
        return early;
    harden();
    if (!foreground && (pipe_end = go_background()) < 0) {
        (void)fprintf(stderr, "pupitre-desk: going into the background failed\n");
        return EX_OSERR;
    }
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) || libre_init() ||
        fd_setsize(FDS_MAX)) {
        (void)fprintf(stderr, "pupitre-desk: a library could not be set up\n");
        return EX_SOFTWARE;
    }
    desk_session_wipe_json();
    const int status = run(&config, pipe_end);
    libre_close();
    curl_global_cleanup();
    return status;
}
