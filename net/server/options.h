/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The command line of pupitred. */

#include <stdbool.h>

#include <netinet/in.h>

#include "core/err.h"

struct options {
    const char *data;          /* directory of the database */
    struct sockaddr_in listen; /* 127.0.0.0/8; port 0 = any free */
    const char *gateway;       /* HOST[:PORT] of the SIP gateway */
    const char *sip_outbound;  /* URI, "" = none */
    bool sip_register;
    const char *log; /* file, or "stderr" */
    bool verbose;
    enum { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION } action;
};

/* Read the command line; the texts are borrowed from argv. ERR_INVALID with a sentence. */
enum err_code options_parse(int argc, char **argv, struct options *ret, struct err *err) MUSTCHECK;

/* What --help prints. */
const char *options_help(void);
