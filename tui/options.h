/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The command line of pupitre. */

#include <stdbool.h>

#include "core/err.h"

struct options {
    const char *backend;
    const char *instance;
    const char *login; /* NULL = none */
    int password_fd;   /* -1 = none */
    const char *audio; /* NULL = the desk's default */
    const char *desk;  /* NULL = look for it beside this program */
    const char *log;   /* NULL = none */
    bool help;
    bool version;
};

/* Read argv. Strings are borrowed from it. Errors: ERR_INVALID with a sentence. */
enum err_code options_read(struct options *ret, int argc, char **argv, struct err *err) MUSTCHECK;

/* The text of --help. */
void options_print_help(void);
