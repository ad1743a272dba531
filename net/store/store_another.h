/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Calling another number after a call (core/another.h): who is called in the person's place, or one
 * of the index case's contacts. */

#include "core/another.h"
#include "core/party.h"
#include "net/store/store_offer.h"

/* One of the index case's contacts, as an agent who would call it needs it. Wipe it when done. */
struct store_another_contact {
    int64_t person_id;
    char given_name[RECORD_BYTES(RECORD_NAME_CHARS)];
    char family_name[RECORD_BYTES(RECORD_NAME_CHARS)];
    char language[LANGUAGE_SIZE];
    char phone[PHONE_SIZE]; /* the number to call next; "" when it cannot be read */
    size_t n_phones;
    enum person_state state;
    int64_t due_utc_s; /* rests until then; 0 = does not rest */
    int attempts;
    enum another_refusal refusal; /* why it cannot be called now */
};

/* The contacts of the index case whom this offer is about (or whose contact the person of this
 * offer is), without that person, in the agent's region: the first cap of them; *ret_more: there
 * are others. From the chosen code on (ERR_STATE). Each that is shown is audited. */
enum err_code store_another_contacts(struct store *st, const struct store_actor *actor,
                                     int64_t offer_id, int64_t fence, int64_t now_utc_s,
                                     struct store_another_contact *ret, size_t cap, size_t *ret_n,
                                     bool *ret_more, struct err *err) MUSTCHECK;

/* Exactly one of the two. */
struct store_another {
    int64_t contact_id;        /* one of the contacts; 0 = the person of this offer again, … */
    const struct party *party; /* … of whom this one is called instead */
};

/* End an offer whose code is chosen, and give the agent, in the same transaction, a new one of the
 * same person or of the contact: in the preview, with the numbers leased; audited. That the agent
 * is off queue is no hindrance. If it ends without a call the person is again what the first code
 * decided. Nothing changes on an error:
 * ERR_STATE: no code is chosen yet, the service is closed, or one of another_refusal_text();
 * ERR_PHONE, field "/party/number": the service may not dial it, somebody asked not to be called on
 * it; ERR_STATE with that field: it is being called elsewhere; ERR_NOT_FOUND, field "/contact_id":
 * no contact of this index case in this region. */
enum err_code store_offer_another(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, int64_t fence,
                                  const struct store_another *another, int64_t now_utc_s,
                                  int64_t *ret_offer_id, struct err *err) MUSTCHECK;
