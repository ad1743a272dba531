/* SPDX-License-Identifier: Apache-2.0 */
/* The desk here, the screen there (net/desk/ssh.h). */

#include "net/desk/ssh.h"

#include <errno.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/desk/keeper.h"
#include "net/desk/ssh_memory.h"

#define _(text) gettext(text)

#define SSH_LOST 255 /* ssh(1): an error of its own, not of what it ran */
#define RETRY_FIRST_S 1
#define RETRY_MAX_S 15

/* Full-screen programs take these; one whose line drops cannot give them back: the other screen,
 * no pasting in brackets, the cursor, plain letters. */
#define TERMINAL_BACK "\030\033[?2004l\033[?1049l\033[?1l\033>\033[?25h\033[m\r"

struct ssh {
    const struct ssh_options *options;
    const char *program;
    struct desk_place place;
    struct keeper keeper;
    struct far far;
    struct termios before;
    bool was_up; /* the present login worked */
    bool worked; /* one did: a line that drops is tried again */
};

/* A signal to leave came. */
static volatile sig_atomic_t leaving;

static void on_leave(int sig)
{
    leaving = sig;
}

static void watch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction act = {.sa_handler = on_leave}; /* waits end: no SA_RESTART */
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)sigaction(signals[i], &act, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)fputs("pupitre-desk: ", stderr);
    (void)vfprintf(stderr, fmt, args);
    (void)fputc('\n', stderr);
    va_end(args);
}

/* --- the desk here --- */

/* It goes into the background; 75 = another one was faster. */
static bool start_desk(const struct ssh *s)
{
    const struct ssh_options *o = s->options;
    const char *const argv[] = {s->program, "--instance", o->instance, o->audio ? "--audio" : NULL,
                                o->audio,   NULL};
    const int status = child_run(argv, "", NULL, 0, false);
    return status == EX_OK || status == EX_TEMPFAIL;
}

/* The desk that runs, or a new one, with a token for one more login. */
static enum err_code find_desk(struct ssh *s, struct err *err)
{
    enum err_code code = keeper_open(&s->keeper, &s->place, err);
    if (code != ERR_UNAVAILABLE)
        return code;
    if (!start_desk(s))
        return err_set(err, ERR_UNAVAILABLE, N_("The desk could not be started."));
    return keeper_open(&s->keeper, &s->place, err);
}

/* It died under a running screen: another one takes its place, and that screen finds it. */
static void revive_desk(struct ssh *s)
{
    struct err err;
    keeper_close(&s->keeper);
    if (find_desk(s, &err) == ERR_OK)
        (void)!far_give(&s->far, s->keeper.token, &err); /* the screen says that it waits */
}

/* --- the screen there --- */

static void give_terminal_back(const struct ssh *s)
{
    (void)!write(STDOUT_FILENO, TERMINAL_BACK, sizeof TERMINAL_BACK - 1);
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &s->before);
}

/* Its exit status; SSH_LOST when the line dropped. */
static int run_screen(struct ssh *s)
{
    struct child screen = {0};
    if (!far_start(&s->far, &screen))
        return SSH_LOST;
    for (;;) {
        struct pollfd fds[] = {
            {.fd = screen.pidfd, .events = POLLIN},
            {.fd = s->keeper.fd, .events = POLLIN},
        };
        if (poll(fds, 2, -1) < 0) {
            child_end(&screen);
            return SSH_LOST;
        }
        if (fds[0].revents)
            break;
        if (fds[1].revents)
            revive_desk(s);
    }
    const int status = child_wait(&screen);
    if (status >= 0)
        return status;
    child_end(&screen);
    return SSH_LOST;
}

/* --- what the agent is told --- */

static void tell_call(const struct keeper *k)
{
    if (k->call && k->grace_s > 0)
        say(ngettext("Your call goes on. It ends in %lld second if you do not come back.",
                     "Your call goes on. It ends in %lld seconds if you do not come back.",
                     (unsigned long)k->grace_s),
            (long long)k->grace_s);
    else if (k->call)
        say("%s", _("Your call goes on."));
    else if (k->signed_in)
        say("%s", _("You are still signed in."));
}

static void tell_loss(const struct ssh *s, int64_t wait_s)
{
    tell_call(&s->keeper);
    say(ngettext("Trying again in %lld second. Ctrl-C gives up.",
                 "Trying again in %lld seconds. Ctrl-C gives up.", (unsigned long)wait_s),
        (long long)wait_s);
}

static void tell_leaving(struct ssh *s)
{
    struct err err;
    keeper_close(&s->keeper);
    if (keeper_open(&s->keeper, &s->place, &err) != ERR_OK)
        return;
    tell_call(&s->keeper);
    if (s->keeper.call || s->keeper.signed_in)
        say(_("To come back: pupitre-desk ssh %s"), s->options->far.host);
    keeper_close(&s->keeper);
}

static void pause_s(int64_t seconds)
{
    struct timespec left = {.tv_sec = (time_t)seconds};
    while (!leaving && nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

/* --- the line --- */

/* One login and all that is done in it. *ret_status: how the screen ended. Errors: of the login. */
static enum err_code work(struct ssh *s, int *ret_status, struct err *err)
{
    keeper_close(&s->keeper); /* with it dies the token of the line before */
    enum err_code code = find_desk(s, err);
    if (code == ERR_OK)
        code = far_open(&s->far, &s->place, s->keeper.token, err);
    if (code != ERR_OK)
        return code;
    s->worked = s->was_up = true;
    ssh_memory_write(&s->place, s->options->far.host, s->far.dir);
    *ret_status = run_screen(s);
    const bool stands = *ret_status != SSH_LOST || far_is_open(&s->far);
    far_close(&s->far, stands && !leaving);
    if (stands && !leaving)
        ssh_memory_forget(&s->place);
    if (*ret_status != 0)
        give_terminal_back(s);
    return stands ? ERR_OK : err_set(err, ERR_UNAVAILABLE, N_("The line to the server is lost."));
}

static int explain(const struct ssh *s, int status)
{
    if (status == 127)
        say(_("There is no pupitre on %s."), s->options->far.host);
    else if (status != 0)
        say(_("pupitre ended there with status %d."), status);
    return status;
}

static int serve(struct ssh *s)
{
    struct err err;
    int status = EX_UNAVAILABLE;
    int64_t wait_s = RETRY_FIRST_S;
    for (;;) {
        s->was_up = false;
        const enum err_code code = work(s, &status, &err);
        if (leaving)
            break;
        if (code == ERR_OK)
            return explain(s, status);
        say("%s", gettext(err.sentence));
        /* The first login failed: whoever typed it reads why. */
        if (!s->worked || code != ERR_UNAVAILABLE)
            return err_info(code)->exit_status;
        if (s->was_up)
            wait_s = RETRY_FIRST_S;
        keeper_close(&s->keeper);
        (void)!keeper_open(&s->keeper, &s->place, &err);
        tell_loss(s, wait_s);
        pause_s(wait_s);
        if (leaving)
            break;
        wait_s = wait_s * 2 < RETRY_MAX_S ? wait_s * 2 : RETRY_MAX_S;
    }
    tell_leaving(s);
    return 128 + leaving;
}

static int run_with(const struct ssh_options *options, const char *program)
{
    static struct ssh s;
    struct err err;
    s = (struct ssh){.options = options, .program = program, .keeper = {.fd = -1}};
    if (tcgetattr(STDIN_FILENO, &s.before) != 0 || !isatty(STDOUT_FILENO)) {
        say("%s", _("Standard input and output must be a terminal."));
        return EX_UNAVAILABLE;
    }
    enum err_code code = desk_place_name(&s.place, options->instance, &err);
    if (code == ERR_OK)
        code = desk_place_make(&s.place, &err);
    if (code == ERR_OK)
        code = far_init(&s.far, &options->far, &s.place, &err);
    if (code != ERR_OK) {
        say("%s", gettext(err.sentence));
        return err_info(code)->exit_status;
    }
    ssh_memory_read(&s.place, options->far.host, s.far.former);
    watch_signals();
    const int status = serve(&s);
    keeper_close(&s.keeper);
    return status;
}

int ssh_main(int argc, char **argv)
{
    char program[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    struct ssh_options options = {0};
    const char *localedir = getenv("PUPITRE_LOCALEDIR");
    program[n > 0 ? n : 0] = '\0';
    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain("pupitre", localedir ? localedir : PUPITRE_LOCALEDIR);
    (void)textdomain("pupitre");
    struct conf *settings = conf_new(&ssh_program);
    if (!settings || sodium_init() < 0)
        return EX_OSERR;
    int status = conf_begin(settings, argc, argv, &options);
    options.far.host = conf_operand(settings);
    if (status < 0 && options.far.host[0] == '-') {
        say("%s", _("A host is expected, as ssh takes it."));
        status = EX_USAGE;
    }
    if (status < 0)
        status = run_with(&options, program);
    conf_free(settings);
    return status;
}
