/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Between who writes responses and outbox.c. */

#include "net/store/hold_change.h"
#include "net/store/store.h"

/* These answers of an offer were submitted: they wait to be sent. */
enum err_code outbox_submit(struct store *st, const struct hold_row *row, int64_t version,
                            int64_t now_utc_s, struct err *err) MUSTCHECK;

/* Does the federal side have answers of this offer, or may it have them? */
enum err_code outbox_is_told(struct store *st, int64_t offer_id, bool *ret,
                             struct err *err) MUSTCHECK;
/* What waits here and never reached anybody is not sent. Of what may be there nothing changes. */
enum err_code outbox_recall(struct store *st, int64_t offer_id, int64_t now_utc_s,
                            struct err *err) MUSTCHECK;

/* Has this version of the answers reached the federal side? */
enum err_code outbox_is_sent(struct store *st, int64_t offer_id, int64_t version, bool *ret,
                             struct err *err) MUSTCHECK;
