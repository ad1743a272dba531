/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Commands that other programs talk to: a JSON value a line comes in, one goes out, at once. */

#include "core/err.h"
#include "net/api/json.h"

/* Read standard input to its end. fn appends the answer to one line (without a line end) to out,
 * and returns an error for a line that it cannot use; ERR_NOMEM ends all. Lines that are no JSON or
 * cannot be used are told on standard error ("line N: …") and have no answer; blank ones are passed
 * over. Errors: ERR_INVALID when there was such a line, ERR_IO, ERR_NOMEM. */
enum err_code ctl_json_lines(enum err_code (*fn)(void *arg, const cJSON *line, struct buf *out,
                                                 struct err *err),
                             void *arg, struct err *err) MUSTCHECK;
