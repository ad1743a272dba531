/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A wish not to be called again: a fact of its own, which nothing takes back. It holds for every
 * service, ticket and region: a number that is not wanted is not dialled by anybody, and a person
 * who wants no call at all is closed, also under another ticket with the same national number.
 * Kept are ids and the number's blind index, never the number. */

#include "net/store/store.h"

enum store_wish_scope {
    STORE_WISH_NUMBER, /* the number of this offer's call */
    STORE_WISH_ANY,    /* no call at all, on none of the person's numbers */
};

const char *store_wish_scope_name(enum store_wish_scope scope);
bool store_wish_scope_by_name(const char *name, enum store_wish_scope *ret);

/* Record what the person of an offer said, from the permitted call on; audited. Once more is the
 * same. A word that comes late counts too, after the hold is over or under an older fence, from the
 * agent who had the person. The person is closed at once, or with the wrap-up while held, when no
 * number is left. *ret_held_by: the agent who has the person by another offer now, and about whom
 * an alarm is raised; 0 = nobody. Errors: ERR_NOT_FOUND (no offer of this agent), ERR_STATE (nobody
 * was called), ERR_STALE (a fence that was never given). */
enum err_code store_wish_record(struct store *st, const struct store_actor *actor, int64_t offer_id,
                                int64_t fence, enum store_wish_scope scope, int64_t now_utc_s,
                                int64_t *ret_held_by, struct err *err) MUSTCHECK;

/* What of a person is not wanted. */
struct store_unwanted {
    uint32_t phones;      /* bit n: number n */
    bool any;             /* no call at all */
    bool callback_number; /* the number of its own that the living callback has */
    bool callback_wanted; /* it has one, and nobody said that about it */
};
enum err_code store_wish_look(struct store *st, int64_t person_id, enum region region,
                              struct store_unwanted *ret, struct err *err) MUSTCHECK;

/* Whoever is about to be presented and wants no call, or none on any number left, is closed
 * (*ret_closed); the number that a callback was promised on is one that is left. A number that is
 * not wanted is no more the next one. Does nothing to a person who is held. */
enum err_code store_wish_settle(struct store *st, int64_t person_id, enum region region,
                                int64_t now_utc_s, bool *ret_closed, struct err *err) MUSTCHECK;
