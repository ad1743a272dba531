/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Private to tui/main*.c, the one place that knows every part of the program: what is wired, and
 * the steps of the wiring. */

#include <limits.h>

#include "core/workstation_ports.h"
#include "net/client/client.h"
#include "net/client/timer.h"
#include "net/desk/phone_port.h"
#include "net/host/log.h"
#include "tui/options.h"
#include "tui/tui.h"

struct program {
    struct options options;
    struct workstation *ws;
    struct client *client;
    struct phone_port *phone;
    struct tui *tui;
    char *ca;       /* PEM text, NULL = the system's */
    char *password; /* locked memory; NULL = none, or used already */
    int64_t
        written_ms; /* the newest answers, since 1970: they tell in which order they were written */
    char api[600];  /* the backend's address with its version */
    char desk_path[PATH_MAX];
    char journal_dir[PATH_MAX];
    struct log log;
    int signals;
    int held;           /* the folder of a desk on another machine; -1 = not */
    int watched_output; /* -1 = none */
    bool looked;        /* for a session that the desk keeps */
    struct timer tick;
    struct timer paint;
    struct timer patience;
};

/* main_ports.c: the workstation between its ports. Errors: ERR_NOMEM and those of the parts. */
enum err_code main_make_workstation(struct program *p, struct err *err) MUSTCHECK;
enum err_code main_make_client(struct program *p, struct err *err) MUSTCHECK;
enum err_code main_make_phone(struct program *p, struct err *err) MUSTCHECK;
/* The password that was given at the start is used once, and only when no session waits. */
void main_sign_in_at_once(void *program);
/* A line for the log; never personal data. */
void main_say(struct program *p, enum log_level level, const char *line);

/* main_screen.c: terminal and signals. */
enum err_code main_watch_signals(struct program *p, struct err *err) MUSTCHECK;
enum err_code main_take_terminal(struct program *p, struct err *err) MUSTCHECK;
/* The same for any view; options.arg is the caller's own. */
enum err_code main_open_screen(struct program *p, const struct workstation_view *view,
                               const struct workstation_commands *commands,
                               const struct tui_options *options, struct err *err) MUSTCHECK;
void main_paint(void *program);
/* Something changed: paint when the loop comes round. */
void main_changed(void *program);
void main_tick(void *program);

/* main_demo.c: `pupitre demo`, from its arguments (argv[0] is "demo") to its exit status. */
int demo_main(int argc, char **argv);

/* Let go of what the loop watches for the screen. */
void main_forget_screen(struct program *p);
