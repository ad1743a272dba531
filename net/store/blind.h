/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The blind index of a value that the database is asked for.
 *
 * A value stands under one key in the whole database, whatever holds it: a number in a lease, a
 * list of numbers and a callback can be compared, and a unique index means what it says. While keys
 * are rotated most values still stand under the old key: whoever asks for one of them here moves
 * everything that holds it to the key that writes, in the same transaction, and gets the new index.
 * A wish not to be called outlives its number, so it is moved whenever the number turns up again.
 *
 * So: never look for, compare or write an index that did not come from here or from the database.
 * Inside a transaction. Errors: of the store; ERR_NOMEM. */

#include "net/store/internal.h"
#include "net/store/record_seal.h"

enum err_code blind_phone(struct store *st, const char *number, uint8_t ret[BLIND_BYTES],
                          struct err *err) MUSTCHECK;
enum err_code blind_niss(struct store *st, const struct niss *niss, uint8_t ret[BLIND_BYTES],
                         struct err *err) MUSTCHECK;
enum err_code blind_ticket(struct store *st, const char *ticket, uint8_t ret[BLIND_BYTES],
                           struct err *err) MUSTCHECK;
enum err_code blind_name_birth(struct store *st, const char *given, const char *family,
                               const char *birth_date, uint8_t ret[BLIND_BYTES],
                               struct err *err) MUSTCHECK;
/* All of a record's, and its content; as record_blind. */
enum err_code blind_record(struct store *st, const struct record *r, struct sealed_record *ret,
                           struct err *err) MUSTCHECK;

/* A keyed hash of a whole content (KEY_CONTENT) by which a row (?1 of the statement move) is known:
 * a row that has the hash ?2 of another key gets ?3. */
enum err_code blind_content(struct store *st, enum sql_id move, int64_t row, const void *bytes,
                            size_t len, uint8_t ret[BLIND_BYTES], struct err *err) MUSTCHECK;

/* Is this keyed hash (KEY_CONTENT, KEY_REPEAT) of these bytes, under whichever key? */
bool blind_is(const struct keys *k, enum key_use use, const void *bytes, size_t len,
              const void *stored, size_t stored_len);
