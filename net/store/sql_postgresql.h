/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What only PostgreSQL has. */

#include <libpq-fe.h>

#include "net/store/store.h"

/* Connect st by a URL or "key=value" words as libpq takes them; a password comes from PGPASSFILE,
 * a service file or the URL. ERR_UNAVAILABLE: it does not answer; ERR_FORBIDDEN: it lets nobody of
 * this name in. */
enum err_code postgresql_open(struct store *st, const char *url, bool reads,
                              struct err *err) MUSTCHECK;

/* A session that hears what nodes tell (PQnotifies); NULL: the database does not answer. */
PGconn *postgresql_listen(const char *url);
