/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Slows down guessing of passwords, per login name.
 *
 * The first THROTTLE_FREE failures cost nothing; each further one doubles the wait before the next
 * try, up to THROTTLE_WAIT_MAX_S. A success forgets the failures, and so does an hour without any.
 * Names are kept as keyed hashes, known or unknown alike; the table is bounded and forgets the
 * oldest first. */

#include <stdint.h>

#define THROTTLE_FREE 5
#define THROTTLE_WAIT_MAX_S 900
#define THROTTLE_FORGET_S 3600
#define THROTTLE_NAMES 4096

struct throttle;

/* NULL: out of memory. sodium_init must have been called. */
struct throttle *throttle_new(void);
struct throttle *throttle_free(struct throttle *t);

/* Seconds to wait before this login may be tried; 0 = now. A try that is allowed counts as failed
 * until throttle_success says otherwise, so that parallel guesses count, too. now_s: monotonic. */
int throttle_try(struct throttle *t, const char *login, int64_t now_s);
void throttle_success(struct throttle *t, const char *login);
