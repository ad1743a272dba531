/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What contacts and collectivities are worth follows the answers that named them: answers of the
 * wrong person (entered in error, core/response_status.h) name nobody, until another code says that
 * they count after all. All in the transaction of the code; nothing is deleted.
 *
 * When answers cease to count:
 * - A contact whom only they named, and who was never called, is closed. That is: made of answers,
 *   by no import since, named by no other answers that count, waiting or resting, without a call
 *   that rang or whose end nobody saw, and without a callback.
 * - Everybody else stays. Of nobody is told any more who named him: the ticket and the name of the
 *   index case go from the record, for those of the first of the other answers that count. Of
 *   somebody whom an import brought the ticket stays, which is the file's, and the name goes. The
 *   day of last contact is again what the others say (named_day.h).
 * - Whom an agent has is never taken from her. The link goes at once; the person is judged when
 *   she lets go, after an offer or a call that did not ring as after one that did. A supervisor's
 *   release is such a letting go, unless it leaves the person unresolved.
 * - A collectivity, or a contact without a number, leaves its list; one that was handed out stands
 *   in the next list as one to be disregarded.
 * Answers that are told anew and leave somebody or something out that they named before are no
 * longer a word on that: of these alone it is as if they did not count, until they name it again.
 * So a number or a name that was wrong is put right: who stood under it is closed unless called
 * already, and another waits.
 *
 * When they count again, whoever was closed waits as before, unless a wish forbids it, and links
 * and lists are as they were. So it is with somebody who was closed and is named anew by others.
 *
 * The history says why: `withdrawn_at` in exports of people, lists and one person, and entries of
 * the audit log, contact_withdrawn (subject closed, or kept) and contact_restored (waiting, kept).
 */

#include "net/store/hold_change.h"

/* Two who change what contacts are worth come one after the other: until the end of the
 * transaction. */
enum err_code named_worth_lock(struct store *st, struct err *err) MUSTCHECK;

/* The answers of an offer count from now on, or do not any more, or were told anew (see below).
 * by_agent_id: who said so. The same once more changes nothing. */
enum err_code named_worth_follow(struct store *st, const struct hold_row *row, int64_t by_agent_id,
                                 bool counts, int64_t now_utc_s, struct err *err) MUSTCHECK;

/* The answers of this offer are about to be told anew: what is not named again until
 * named_worth_follow is left out. */
enum err_code named_worth_anew(struct store *st, int64_t offer_id, struct err *err) MUSTCHECK;

/* Somebody who was there already has been named in this offer. Under the lock. */
enum err_code named_worth_again(struct store *st, const struct hold_row *row, int64_t person_id,
                                int64_t now_utc_s, struct err *err) MUSTCHECK;

/* The hold of this offer is over. */
enum err_code named_worth_let_go(struct store *st, const struct hold_row *row, int64_t now_utc_s,
                                 struct err *err) MUSTCHECK;
