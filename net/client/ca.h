/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The certificates that the backend's is judged by, when they are not those of the system. */

#include "core/err.h"

#define CA_MAX_BYTES ((size_t)32 * 1024) /* it also goes to the desk, whose lines have 64 KiB */

/* Read a PEM file. The text is the caller's, to be freed. Errors: ERR_IO, ERR_TOO_LARGE,
 * ERR_INVALID (no certificate in it), ERR_NOMEM; the field is "ca". */
enum err_code ca_read(const char *path, char **ret_pem, struct err *err) MUSTCHECK;
