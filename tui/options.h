/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The settings of pupitre: one table for the command line, the environment and pupitre.conf(5)
 * (net/host/conf.h). A new setting is a field here and a row there. */

#include "net/host/conf.h"
#include "tui/tui.h"

struct options {
    const char *backend;
    const char *ca; /* file; NULL = the system's certificates */
    const char *instance;
    const char *login;        /* NULL = none */
    int password_fd;          /* -1 = none */
    const char *audio;        /* NULL = the desk's default */
    const char *desk;         /* socket of one on another machine; NULL = one of this machine */
    const char *desk_program; /* NULL = look for it beside this program */
    const char *log;          /* NULL = none */
    int log_level;            /* enum log_level */
    struct tui_preferences screen;
};

/* What stands there before anything is read. */
extern const struct options options_unset;
extern const struct conf_program options_program;

/* `pupitre demo`: reads what was chosen on the screen, and keeps nothing. */
struct options_demo {
    bool watch;
    const char *lang;       /* NULL = as the screen */
    const char *play;       /* file; NULL = nobody is simulated */
    int64_t pace_s;         /* 0 = by a key */
    const char *coverage;   /* file; NULL = not kept */
    const char *transcript; /* file, .txt or .md; NULL = not written */
    struct tui_preferences screen;
};
extern const struct conf_program options_demo_program;

/* Keep what was chosen on the screen for the next time (0600, replaced as a whole): it is read
 * after the two files and before the environment. Errors: ERR_IO; the former choice stays then. */
enum err_code options_keep_screen(const struct tui_preferences *screen, struct err *err) MUSTCHECK;
