/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The settings of pupitre-desk: one table for the command line, the environment and a file that
 * --config names (net/host/conf.h). No file is read otherwise: pupitre says what its own files say.
 */

#include <stdbool.h>

#include "net/desk/desk.h"
#include "net/host/conf.h"

struct desk_options {
    struct desk_config desk; /* module, log: NULL = the program's own place */
    bool foreground;
};

extern const struct conf_program options_program;
