/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An interview script from a file, for commands that take a faulty one too. */

#include "core/err.h"
#include "core/script.h"

/* Read and parse it; what is wrong with it goes to standard error. Errors: those of a file, and
 * ERR_INVALID (no JSON, or no Questionnaire at all). */
enum err_code ctl_script_file(const char *path, struct script *ret, struct err *err) MUSTCHECK;
