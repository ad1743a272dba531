/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Private to tui/main_demo*.c: a script from its file into a demonstration. */

#include "core/demo.h"
#include "core/err.h"

/* Read the file and parse it. ERR_OK: *script is there, with whatever is wrong with it in
 * *problems. ERR_INVALID, ERR_TOO_LARGE: it cannot be shown, *problems says why, and *script is
 * empty. ERR_NOT_FOUND, ERR_IO: there is no such file, it is none, or it cannot be read; *problems
 * says it too, and so does *err. */
enum err_code demo_file_read(const char *path, struct script *script,
                             struct demo_problems *problems, struct err *err) MUSTCHECK;
