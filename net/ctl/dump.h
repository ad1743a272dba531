/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Backups of a PostgreSQL database: its own programs write and read them, in its custom format. */

#include "core/err.h"

/* Write what the database holds at one instant into the file (made by the caller, mode 0600), while
 * others write; and read its table of contents again. Errors: ERR_NOT_FOUND (pg_dump is not
 * installed), ERR_IO. */
enum err_code dump_write(const char *url, const char *path, struct err *err) MUSTCHECK;
/* Read it into an empty schema, all or nothing. Errors as above. */
enum err_code dump_read(const char *url, const char *path, struct err *err) MUSTCHECK;
