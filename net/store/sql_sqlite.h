/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What only SQLite has. */

#include <sqlite3.h>

#include "net/store/store.h"

/* Open a file for st; it must be there. */
enum err_code sqlite_open(struct store *st, const char *path, bool reads,
                          struct err *err) MUSTCHECK;
sqlite3 *sqlite_handle(struct store *st);
/* An SQLite result as an error of ours. */
enum err_code sqlite_error(struct store *st, int rc, struct err *err);
