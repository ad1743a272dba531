/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Destroying what is not needed any more, and the proof of it.
 *
 * A purge goes by the policy of each service (struct service_purge): people so many days after they
 * were closed, with everything that is kept of them (kept.def); answers so many days after the
 * federal side has them. Nobody who waits, rests, is held or unresolved, and nobody with an open
 * callback or answers on their way, is touched. The audit log stays; the person it names is nobody
 * then. A wish not to be called stays, as blind indexes of the numbers.
 *
 *     steps, each in a transaction, until nothing is left; then the certificate
 *
 * What a step destroyed is counted in the same transaction, under the number of the certificate to
 * come: a run that was cut is gone on with by the next. */

#include "core/buf.h"
#include "core/niss.h"
#include "net/store/store.h"

/* Destroy at most limit people and limit answers of a service. *ret_n: how many. */
enum err_code store_purge_step(struct store *st, const char *service_id, size_t limit,
                               int64_t now_utc_s, size_t *ret_n, struct err *err) MUSTCHECK;
/* How many there would be. */
enum err_code store_purge_count(struct store *st, const char *service_id, int64_t now_utc_s,
                                int64_t *ret_people, int64_t *ret_answers,
                                struct err *err) MUSTCHECK;
/* Sign what was destroyed since the last certificate; *ret_number 0: nothing was. In a transaction;
 * audited. */
enum err_code store_purge_certify(struct store *st, int64_t now_utc_s, int64_t *ret_number,
                                  struct err *err) MUSTCHECK;

/* Destroy one person (GDPR art. 17) and certify it. reason: a word of the caller's table. Errors:
 * ERR_STATE: somebody holds the person, or is on the line; ERR_NOT_FOUND. In a transaction;
 * audited. */
enum err_code store_person_erase(struct store *st, int64_t person_id, const char *reason,
                                 int64_t now_utc_s, int64_t *ret_number, struct err *err) MUSTCHECK;

/* What was destroyed is gone from the files, too: write the log of changes back and cut it off
 * (SQLite), or vacuum. Outside of a transaction. ERR_UNAVAILABLE: somebody reads an older state. */
enum err_code store_purge_scrub(struct store *st, struct err *err) MUSTCHECK;

struct store_certificate {
    int64_t number;
    char kind[16]; /* "purge", "erasure" */
    int64_t at_utc_s;
    int64_t tickets;
};
/* Newest first, with a number below `before` (0 = from the newest). */
enum err_code store_certificates(struct store *st, int64_t before, struct store_certificate *rows,
                                 size_t cap, size_t *ret_n, struct err *err) MUSTCHECK;
/* The text with its signature in the last line, verified. ERR_NOT_FOUND; ERR_STATE: it is broken.
 */
enum err_code store_certificate_print(struct store *st, int64_t number, struct buf *out,
                                      struct err *err) MUSTCHECK;
/* Which certificate says that this ticket was destroyed? ERR_NOT_FOUND. */
enum err_code store_certificate_find(struct store *st, const char *ticket, int64_t *ret_number,
                                     struct err *err) MUSTCHECK;

/* Who has this ticket, or this NISS; fills at most cap ids. In a transaction (blind.h). */
enum err_code store_person_by_ticket(struct store *st, const char *ticket, int64_t *ids, size_t cap,
                                     size_t *ret_n, struct err *err) MUSTCHECK;
enum err_code store_person_by_niss(struct store *st, const struct niss *niss, int64_t *ids,
                                   size_t cap, size_t *ret_n, struct err *err) MUSTCHECK;

/* Everything that is kept of a person, as one JSON object: the record, offers, calls, answers, …
 * and who looked (GDPR art. 15). */
enum err_code store_person_export(struct store *st, int64_t person_id, struct buf *out,
                                  struct err *err) MUSTCHECK;
