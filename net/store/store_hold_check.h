/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Do people, offers, agents and leases of numbers agree about who holds whom? They always should:
 * this finds out after a fault of a disk, of a restore by hand, or of ours. Reads every person who
 * is held, so it is for operators, not for every minute. */

#include "net/store/store.h"

#define STORE_HOLD_CHECKS 6

struct store_hold_check {
    const char *name; /* "person_without_hold" */
    int64_t n;        /* found, or put right */
};

enum err_code store_hold_check(struct store *st, struct store_hold_check ret[STORE_HOLD_CHECKS],
                               struct err *err) MUSTCHECK;

/* Put right what does not agree: a person whom nobody holds is unresolved, for the supervisor to
 * decide; a hold without its person is over; numbers are free after the quarantine; an agent has
 * the hold that is his. In a transaction. */
enum err_code store_hold_repair(struct store *st, int64_t now_utc_s,
                                struct store_hold_check ret[STORE_HOLD_CHECKS],
                                struct err *err) MUSTCHECK;
