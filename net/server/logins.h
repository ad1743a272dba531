/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Passwords are verified here: Argon2id takes 158 ms by design, so it has threads of its own and
 * never runs in the loop or the writer. A login that nobody has costs the same work as one that
 * somebody has, and guessing is slowed down per login (throttle.h). */

#include "core/err.h"

struct logins;
struct request;
struct server;

/* Start the threads. */
struct logins *logins_new(struct server *server, struct err *err);
/* Stop after the passwords that are being verified; joins. Those who wait are answered
 * ERR_UNAVAILABLE. No attempt may be with the writer (writer_drain). */
struct logins *logins_free(struct logins *l);

/* How many wait to be verified. */
size_t logins_waiting(const struct logins *l);

/* Verify login and password of a request whose body passed its checks. Calls pipeline_login_done
 * later; on an error (too many tries, too many waiting) req->refused says so and it is not
 * called. Loop thread. */
enum err_code logins_start(struct logins *l, struct request *req) MUSTCHECK;
