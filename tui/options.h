/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The command line of pupitre. */

#include <stdbool.h>

#include "core/err.h"

struct config;

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

/* Read argv over what the configuration says. Strings are borrowed from both. Errors: ERR_INVALID
 * with a sentence. */
enum err_code options_read(struct options *ret, const struct config *config, int argc, char **argv,
                           struct err *err) MUSTCHECK;

/* The text of --help. */
void options_print_help(void);
