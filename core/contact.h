/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A contact whom an index case named, on the way to becoming a person to call: is it somebody who
 * is known already, and if not, what record does it get? No store, no clock. */

#include "core/person.h"
#include "core/script_named.h"
#include "core/service.h"

/* Has it a number that the service may dial? Who has none cannot be presented to an agent. */
bool contact_can_be_called(const struct script_contact *c, const struct service *s);

/* Is it the person of this record? Yes with the same national number; else with the same folded
 * given and family name and one number in common. Two national numbers that differ are two people,
 * whatever else is the same; so are, without them, two birth dates. Of *r its NISS, names, birth
 * date and phones are looked at. */
bool contact_is(const struct script_contact *c, const struct record *r);

/* Where and when it was named. */
struct contact_named_by {
    const struct record *index; /* who named it */
    const struct service *service;
    enum region region; /* of the interview */
    const char *ticket; /* the contact's own: nobody has it yet */
    int64_t at_utc_s;
};

/* The record of somebody who can be called: a contact of this region, with the ticket of the index
 * case, and the name if it may be told; in its own language where the service has a queue for it in
 * the region, else in that of the index case. What was told and has no column (relation, risk, a
 * language without a queue, what could not be read, a number that may not be dialled) stands in the
 * notes, a line each. A name that was not told is "?". Errors: as record_set_field; *ret is wiped
 * then. */
enum err_code contact_record(const struct script_contact *c, const struct contact_named_by *by,
                             struct record *ret, struct err *err) MUSTCHECK;

/* Somebody is named by an index case who is the person of *r already: a later last contact goes
 * into *r; and, if *r is a contact of this very index case by its ticket, whether he may be named.
 * The rest stays. *ret_changed: something is another. Errors: as record_set_field. */
enum err_code contact_amend(const struct script_contact *c, const struct record *index,
                            struct record *r, bool *ret_changed, struct err *err) MUSTCHECK;

/* What *r tells of who named him from now on: the ticket of this index case (NULL: of none), and
 * the name if it may be told. The rest stays. *ret_changed: something is another. Errors: as
 * record_set_field. */
enum err_code contact_tell(const struct record *index, bool may_name, struct record *r,
                           bool *ret_changed, struct err *err) MUSTCHECK;
