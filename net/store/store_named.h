/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Contacts whom an index case names become people to call (core/contact.h).
 *
 * Each becomes one person of the interview's region and service, waiting, linked to the ticket of
 * the index case, unless somebody of the same region and service is this person already
 * (contact_is): then that person is linked, too, and gets the later of two last contacts, and, as a
 * contact of this very index case, the newest word on whether he may be named. Who was closed
 * longer ago than the service's contacts.again_after_days is somebody to call anew. The index case
 * himself is no contact of his own. A wish not to be called again holds for the new person, too.
 * Answers of the wrong person name nobody (named_worth.h).
 *
 * Who has no number that the service may dial stands in the list contacts-without-number instead,
 * sealed. Told again in the same offer with other words, the former entry goes unless it was handed
 * out.
 *
 * Of those who share a number, at a switchboard say, the newest STORE_NAMED_SHARED_MAX are looked
 * at: an older one may stand twice. So it is with a national number.
 *
 * People of an import that is still being moved (store_import_promote) are not found: they may
 * stand twice for some minutes, and the lease of the number keeps them from being called at once.
 */

#include "core/script_named.h"
#include "net/store/store.h"

#define STORE_NAMED_SHARED_MAX 100

struct store_named_sum {
    size_t n_new;       /* became people */
    size_t n_known;     /* were there */
    size_t n_no_number; /* stand in the list now */
};

/* Answers of this offer come once more, in their transaction: contacts and collectivities that they
 * do not name again until store_named_take are left out (named_worth.h). Errors: ERR_NOT_FOUND. */
enum err_code store_named_anew(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               struct err *err) MUSTCHECK;

/* Take the contacts of submitted answers, in their transaction; audited. The same list once more
 * changes nothing. Errors: ERR_NOT_FOUND (no such offer of this agent). */
enum err_code store_named_take(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               const struct script_contact *contacts, size_t n, int64_t now_utc_s,
                               struct store_named_sum *ret, struct err *err) MUSTCHECK;
