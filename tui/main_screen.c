/* SPDX-License-Identifier: Apache-2.0 */
/* The screen's side of the program: painting, typing, signals, crashes. */

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/calendar/calendar.h"
#include "net/client/loop.h"
#include "tui/main.h"

#define TICK_MS 1000

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

void main_paint(void *arg)
{
    struct program *p = arg;
    if (!p->tui)
        return;
    tui_paint(p->tui);
    watch_output(p);
}

void main_changed(void *arg)
{
    struct program *p = arg;
    timer_start(&p->paint, 0, main_paint, p);
}

void main_tick(void *arg)
{
    struct program *p = arg;
    timer_start(&p->tick, TICK_MS, main_tick, p);
    workstation_tick(p->ws);
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
        tui_stop(p->tui);
    main_changed(p);
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
            tui_stop(p->tui);
            break;
        default:
            re_cancel();
            return;
        }
    }
    main_changed(p);
}

enum err_code main_watch_signals(struct program *p, struct err *err)
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

static void on_preferences(void *arg, const struct tui_preferences *preferences)
{
    struct err err = {0};
    if (options_keep_screen(preferences, &err) != ERR_OK)
        workstation_warn(((struct program *)arg)->ws,
                         N_("The preferences could not be kept for the next time."));
}

enum err_code main_take_terminal(struct program *p, struct err *err)
{
    struct workstation_commands commands = workstation_commands(p->ws);
    const struct tui_options options = {.login = p->options.login,
                                        .preferences = p->options.screen,
                                        .preferences_changed = on_preferences,
                                        .hours = calendar_hours(),
                                        .desk_elsewhere = p->options.desk,
                                        .arg = p};
    return main_open_screen(p, workstation_view(p->ws), &commands, &options, err);
}

enum err_code main_open_screen(struct program *p, const struct workstation_view *view,
                               const struct workstation_commands *commands,
                               const struct tui_options *options, struct err *err)
{
    p->tui = tui_new(view, commands, options, err);
    if (!p->tui)
        return err->code;
    tui_catch_crashes();
    if (fd_listen(STDIN_FILENO, FD_READ, on_input, p) != 0)
        return err_set(err, ERR_UNAVAILABLE, N_("Standard input is not a terminal."));
    return ERR_OK;
}

void main_forget_screen(struct program *p)
{
    if (p->watched_output >= 0)
        fd_close(p->watched_output);
    fd_close(STDIN_FILENO);
    if (p->signals >= 0) {
        fd_close(p->signals);
        close(p->signals);
    }
}
