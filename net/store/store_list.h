/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Lists for the screens: queues, interactions, callbacks, unresolved people. */

#include "core/call.h"
#include "core/hold.h"
#include "net/store/store.h"

struct store_queue {
    char queue[SERVICE_ID_SIZE];
    char service_id[SERVICE_ID_SIZE];
    enum service_queue_kind kind;
    int64_t agents_on_queue;
    int64_t agents_available; /* on queue and holding nobody */
    int64_t waiting;
    int64_t longest_wait_s;
};
/* The queues of the agent's services and region, in their order; cap SERVICE_QUEUES holds all of
 * one service, and what does not fit is left out. */
enum err_code store_queues(struct store *st, const struct store_actor *actor, int64_t now_utc_s,
                           struct store_queue *rows, size_t cap, size_t *ret_n,
                           struct err *err) MUSTCHECK;

struct store_interaction {
    int64_t offer_id;
    char service_id[SERVICE_ID_SIZE];
    int64_t at_utc_s;
    char name[STORE_FULL_NAME_SIZE]; /* "" while the offer rings */
    enum person_kind kind;
    enum hold_state state; /* HOLD_NONE: it is over ("ended") */
    enum call_end end;
    int64_t talk_s;
    char code[SERVICE_ID_SIZE]; /* "" = none */
    bool late;
};
/* The agent's own of the day, newest first. Offers that were never accepted are left out, except
 * the one that rings now. Wipe the rows (they hold names). */
enum err_code store_interactions(struct store *st, const struct store_actor *actor,
                                 const struct store_day *day, int64_t now_utc_s,
                                 struct store_interaction *rows, size_t cap, size_t *ret_n,
                                 struct err *err) MUSTCHECK;

struct store_unresolved {
    int64_t offer_id;
    int64_t person_id;
    char agent[STORE_LOGIN_SIZE];
    enum hold_state state; /* HOLD_NONE: the hold is over ("overdue" outside) */
    int64_t since_utc_s;
    bool stuck; /* a hold that nobody works on any more */
};
/* People of the supervisor's region who are unresolved, and holds that look stuck: a call longer
 * than stuck_after_s, another hold STORE_STUCK_S after its deadline (the code that is still owed,
 * too), or one whose agent has no session. ERR_FORBIDDEN: not a supervisor. */
enum err_code store_unresolved(struct store *st, const struct store_actor *actor, int64_t now_utc_s,
                               int64_t stuck_after_s, struct store_unresolved *rows, size_t cap,
                               size_t *ret_n, struct err *err) MUSTCHECK;

/* Answers that came with a fence that was stale by then. */
struct store_late_draft {
    int64_t late_draft_id;
    int64_t offer_id;
    int64_t person_id;
    char agent[STORE_LOGIN_SIZE];
    bool completed; /* it was handed in; else a draft */
    int64_t received_utc_s;
};
/* Those of the supervisor's region, newest first, beginning below `before` (0 = at the newest).
 * ERR_FORBIDDEN: not a supervisor. */
enum err_code store_late_drafts(struct store *st, const struct store_actor *actor, int64_t before,
                                struct store_late_draft *rows, size_t cap, size_t *ret_n,
                                struct err *err) MUSTCHECK;
/* The answers of one, as they came (FHIR JSON); audited. ERR_NOT_FOUND: not in this region. */
struct buf;
enum err_code store_late_draft_read(struct store *st, const struct store_actor *actor,
                                    int64_t late_draft_id, int64_t now_utc_s, struct buf *out,
                                    struct err *err) MUSTCHECK;
