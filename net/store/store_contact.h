/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Contacts and their index case. A contact knows the ticket of its index case (sealed) and its
 * blind index; the link is followed when it is asked for, so that it does not matter who of the two
 * came first, or in which import.
 *
 * The rule about regions: a link is followed inside one region only. Where the index case is in
 * another region nobody sees it through the link, nor that it exists; when an import moves one of
 * the two, so that both are in one region, it is followed from then on. */

#include "net/store/store.h"

/* The index case of a person of this region; *ret 0 = none that is known here. */
enum err_code store_index_of(struct store *st, enum region region, int64_t person_id, int64_t *ret,
                             struct err *err) MUSTCHECK;

/* The contacts of an index case of this region, in the order of ids after `after` (0 = from the
 * first): fills at most cap. */
enum err_code store_contacts_of(struct store *st, enum region region, int64_t person_id,
                                int64_t after, int64_t *ret, size_t cap, size_t *ret_n,
                                struct err *err) MUSTCHECK;
