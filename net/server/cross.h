/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* News of other nodes on the same database: their commits change what agents with a stream here
 * have to be told, and free agents who are here. Loop thread only. */

#include "core/err.h"

struct cross;
struct server;

/* *ret NULL where there is one node (SQLite). */
enum err_code cross_new(struct server *server, struct cross **ret, struct err *err) MUSTCHECK;
struct cross *cross_free(struct cross *c);
