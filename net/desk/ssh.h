/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* `pupitre-desk ssh HOST`: the desk here, the screen there. Starts a desk if there is none, brings
 * its socket to the server, runs pupitre there on this terminal, and when the line drops says so,
 * tries again and goes on with the same desk, call and session. */

#include <stdint.h>

#include "net/desk/far.h"
#include "net/host/conf.h"

struct ssh_options {
    const char *instance;
    const char *audio; /* of a desk that has to be started; NULL = its default */
    struct far_config far;
};

extern const struct conf_program ssh_program;

/* From its arguments (argv[0] is "ssh") to its exit status. */
int ssh_main(int argc, char **argv);
