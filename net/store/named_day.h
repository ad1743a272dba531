/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The day of last contact, as several interviews told it of one contact: the latest counts. Each
 * row of named_contact keeps, sealed, the day that its answers told and what stood in the record
 * before, so that the day goes back with the answers. Rows of an older schema know neither: the day
 * of a contact who has one stays. */

#include "core/person.h"
#include "net/store/store.h"

/* Keep what the answers of an offer told; told once more, the later day, and what stood before the
 * first time. told, before: ISO, "" = not known. */
enum err_code named_day_keep(struct store *st, int64_t offer_id, int64_t person_id,
                             const char *told, const char *before, struct err *err) MUSTCHECK;

/* The answers of this offer changed their worth a moment ago: the day of *r as they say that count
 * now. A day that is not the one they said before is somebody else's word, and stays.
 * *ret_changed: it is another. */
enum err_code named_day_follow(struct store *st, int64_t offer_id, int64_t person_id,
                               struct record *r, bool *ret_changed, struct err *err) MUSTCHECK;
