/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The outbox (core/outbox.h): submitted answers on their way to the federal side.
 *
 * store_response_put enters them, in the transaction that keeps them: accepted means that they will
 * be sent. Who sends claims some (a short lease, so that a sender that dies holds nothing up for
 * long and two of them never send the same answers at once), sends, and records what came of it. An
 * answer to an older claim than the newest counts no more. Operators and the sender only: this
 * knows no region. */

#include "core/outbox.h"
#include "core/response_status.h"
#include "net/store/store.h"

#define STORE_RESOURCE_ID_SIZE 37 /* a UUID, NUL */
#define STORE_FAULT_SIZE 33       /* a code: letters, digits, '-', '_'; NUL */

/* One to be sent. The caller wipes it: store_outbox_item_deinit. */
struct store_outbox_item {
    int64_t offer_id;
    int64_t claim;
    int64_t version;
    int64_t tries; /* of this version, this one among them */
    char resource_id[STORE_RESOURCE_ID_SIZE];
    int64_t agent_id;            /* whose offer it is */
    enum response_status status; /* of the wrong person: the answers are not sent */
    int64_t updated_utc_s;
    char ticket[RECORD_TICKET_CHARS + 1]; /* of the person */
    char *json; /* the QuestionnaireResponse as submitted; NULL = it is gone */
    size_t json_len;
};
void store_outbox_item_deinit(struct store_outbox_item *item);

/* Take at most cap that are due and that nobody sends, the longest due first, for lease_s seconds.
 * *ret_n items were filled. */
enum err_code store_outbox_claim(struct store *st, int64_t now_utc_s, int64_t lease_s,
                                 struct store_outbox_item *items, size_t cap, size_t *ret_n,
                                 struct err *err) MUSTCHECK;

/* What came of one: outbox_judge's verdict, the status (0 = no answer), a code for people, and how
 * long to wait until the next try (LATER). *ret_counts false: another claim is newer, nothing was
 * written. */
struct store_outbox_result {
    enum outbox_event event; /* ACCEPTED, LATER or REFUSED */
    int http_status;
    const char *fault;
    int64_t pause_s;
    bool may_be_there; /* outbox_may_be_there */
};
enum err_code store_outbox_record(struct store *st, const struct store_outbox_item *item,
                                  const struct store_outbox_result *result, int64_t now_utc_s,
                                  bool *ret_counts, struct err *err) MUSTCHECK;

/* An operator: try again now. offer_id 0 = all that are parked or wait for their next try, in steps
 * of at most limit (the caller repeats while *ret_n == limit). ERR_NOT_FOUND: this one is neither.
 */
enum err_code store_outbox_retry(struct store *st, int64_t offer_id, int64_t limit,
                                 int64_t now_utc_s, int64_t *ret_n, struct err *err) MUSTCHECK;

/* Raise an alarm about the oldest answers of each region that wait longer than stuck_s, and about
 * the oldest that are parked; about each once, until it is retried or submitted anew. */
enum err_code store_outbox_watch(struct store *st, int64_t stuck_s, int64_t now_utc_s,
                                 struct err *err) MUSTCHECK;

struct store_outbox_figures {
    int64_t waiting;      /* 10000 stands for more */
    int64_t parked;       /* likewise */
    int64_t oldest_utc_s; /* of those that wait; 0 = none */
};
enum err_code store_outbox_figures(struct store *st, struct store_outbox_figures *ret,
                                   struct err *err) MUSTCHECK;
