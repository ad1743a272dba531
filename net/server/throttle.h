/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Slows down guessing of passwords: of one name from one address, of one name from many addresses,
 * of many names from one address. Each rule has failures that cost nothing; each further one
 * doubles the wait before the next try, up to a limit. An hour without any forgets them.
 *
 * Nobody is locked out for ever: who signed in from an address before is told apart from those who
 * guess at the name elsewhere, or at other names from there, and has to wait for failures of that
 * name from that address only; anybody else waits a minute at most, beside them.
 *
 * Names and addresses are kept as keyed hashes, known or unknown alike, in a bounded table. */

#include <stdbool.h>
#include <stdint.h>

#define THROTTLE_FREE 5 /* one name from one address */
#define THROTTLE_WAIT_MAX_S 900
#define THROTTLE_NAME_FREE 20 /* one name from anywhere */
#define THROTTLE_NAME_WAIT_MAX_S 60
#define THROTTLE_ADDRESS_FREE 100 /* many names from one address, behind which an office may be */
#define THROTTLE_ADDRESS_WAIT_MAX_S 30
#define THROTTLE_FORGET_S 3600
#define THROTTLE_CELLS 16384

struct throttle;

/* NULL: out of memory. sodium_init must have been called. */
struct throttle *throttle_new(void);
struct throttle *throttle_free(struct throttle *t);

/* Seconds to wait before this name may be tried from this address; 0 = now. A try that is allowed
 * counts as failed until throttle_right says otherwise, so that parallel guesses count, too. now_s:
 * monotonic. */
int throttle_try(struct throttle *t, const char *login, const char *address, int64_t now_s);
/* What came of it. */
void throttle_right(struct throttle *t, const char *login, const char *address, int64_t now_s);
void throttle_wrong(struct throttle *t, const char *login, const char *address, int64_t now_s);
/* Did this name sign in from this address, as far as we remember? */
bool throttle_knows(struct throttle *t, const char *login, const char *address);
