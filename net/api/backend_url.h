/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The backend's address, as workstation and desk are given it. */

#include <stdbool.h>

#include "core/err.h"

/* "https://HOST[:PORT]", or "http://…" for this machine only (localhost, 127.*, [::1]): a token
 * must not travel in clear. with_path: a path may follow. *ret_local: it is this machine. Errors:
 * ERR_INVALID with the field "backend". */
enum err_code backend_url_check(const char *url, bool with_path, bool *ret_local,
                                struct err *err) MUSTCHECK;
