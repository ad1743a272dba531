/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Passwords are verified here: Argon2id takes 158 ms by design, so it has threads of its own and
 * never runs in the loop or the writer. A login that nobody has costs the same work as one that
 * somebody has, and guessing is slowed down (throttle.h).
 *
 * At 08:00 two thousand come at once, and the last of them waits for minutes. Nobody is left
 * without a word: after LOGINS_HOLD_MS a request is answered 503 (`queued`) with its place and when
 * to ask again, and the same request finds its attempt where it has come to meanwhile. One that
 * nobody asks for any more leaves the line. Who signed in from the same address before goes first,
 * so that strangers who try passwords do not keep a shift from its work. */

#include <stddef.h>

#include "core/err.h"

struct logins;
struct request;
struct server;

#define LOGINS_HOLD_MS 2000
#define LOGINS_LEFT_MS 30000 /* nobody asked for so long: gone */

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

/* Once a second: tell those who wait their place, forget those who left. */
void logins_tick(struct logins *l);
