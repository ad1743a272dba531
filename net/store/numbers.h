/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The numbers of an offer, in the order in which the preview lists them and a call names them:
 * those of the person, the other one of a callback, that of who is called in the person's place.
 * One that is there already stands once. */

#include "core/party.h"
#include "core/person.h"
#include "net/store/store.h"

#define OFFER_NUMBERS (RECORD_PHONES + 2)
#define OFFER_NO_NUMBER OFFER_NUMBERS

struct offer_numbers {
    char numbers[OFFER_NUMBERS][PHONE_SIZE];
    size_t n;
    size_t callback;  /* place of the callback's own number; OFFER_NO_NUMBER = it has none */
    size_t party;     /* place of the party's; OFFER_NO_NUMBER = nobody is called in their place */
    struct party who; /* number and name; empty without */
};

/* Errors: of the store. Wipe it. */
enum err_code offer_numbers_read(struct store *st, int64_t offer_id, int64_t person_id,
                                 enum region region, const struct record *record,
                                 struct offer_numbers *ret, struct err *err) MUSTCHECK;
void offer_numbers_wipe(struct offer_numbers *n);
#define CLEANUP_NUMBERS CLEANUP(offer_numbers_wipe)

/* Those who were called in place of a person of this region in other offers than this one, the
 * newest first; fills at most cap. */
enum err_code parties_of_person(struct store *st, int64_t person_id, enum region region,
                                int64_t offer_id, struct party *ret, size_t cap, size_t *ret_n,
                                struct err *err) MUSTCHECK;
