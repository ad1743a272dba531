/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Offers: a person reserved for an agent, from the ring to "End preview".
 *
 * Every change of who holds a person goes through the table of core/hold.h in one function. Of all
 * operations with a fence: ERR_NOT_FOUND (no such offer of this agent), ERR_STALE (the fence is not
 * that of the hold any more, or the offer is over), ERR_STATE (not possible in the present state).
 */

#include "core/agent.h"
#include "core/call.h"
#include "core/callback.h"
#include "core/hold.h"
#include "core/party.h"
#include "core/target.h"
#include "net/store/store.h"
#include "net/store/store_agent.h"

/* Reserve the next person for an agent who is on queue and holds nobody: own due callbacks, due
 * callbacks, index cases, contacts; the older ticket first; then in the order of the agent's
 * languages; of the agent's region, and of all services and queues that the agent serves, where the
 * call would still begin inside the service's hours if ring and preview took all their time. All
 * numbers of the person are leased: who comes first but has a number that is presented or called
 * elsewhere, in whatever region, is passed over and rests for a while.
 * ERR_NOT_FOUND: nobody waits for this agent; commit all the same, so that those who were passed
 * over are not looked at again. ERR_STATE: the agent takes nobody now. */
enum err_code store_offer_next(struct store *st, int64_t agent_id, int64_t now_utc_s,
                               int64_t *ret_offer_id, struct err *err) MUSTCHECK;

enum err_code store_offer_accept(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, int64_t fence, int64_t now_utc_s,
                                 struct err *err) MUSTCHECK;

/* reason: id of one of the service's skip reasons (else ERR_INVALID, field "/reason"). */
enum err_code store_offer_skip(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               int64_t fence, const char *reason, int64_t now_utc_s,
                               struct err *err) MUSTCHECK;

struct store_outcome {
    enum person_state person_state;
    int64_t due_utc_s; /* 0 = none */
    bool late;
    int64_t agent_id;                 /* whose hold it was */
    char service_id[SERVICE_ID_SIZE]; /* of a wrap-up; "" in a repeated answer */
};

struct store_wrapup {
    const char *code; /* must be one of the service's: else ERR_INVALID, field "/code" */
    const char *note; /* NULL or "" = none; stored encrypted */
    int64_t chosen_utc_s;
    /* A callback that was agreed; NULL = none. Errors: those of callback_plan ("/callback/date").
     */
    const struct callback_wish *callback;
    int64_t callback_utc_s; /* one by its instant alone; 0 = none. Errors: "/callback_at" */
};

enum err_code store_offer_wrapup(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, int64_t fence, const struct store_wrapup *wrapup,
                                 int64_t now_utc_s, struct store_outcome *ret,
                                 struct err *err) MUSTCHECK;
/* Choose the code of an offer whose hold is over, or done: another one than before, or the first
 * one when the time ran out. By the agent whose offer it was, on the day of the call; by a
 * supervisor of the region also for whoever is parked. The rule is applied anew to the counters as
 * they stood before the call, and all codes stay as revisions. revision: the one that is corrected
 * (0 = none yet), -1 = whichever is the newest; else ERR_CONFLICT, field "/revision". ERR_STATE,
 * with a sentence: the agent still holds the person, somebody else has it, it has been called again
 * since, the day is over.
 *
 * Promises: the callback that the corrected code had agreed is cancelled. One that was agreed or
 * moved in the calendar since stands, as before any code: it comes before the new code's limits
 * (ret->due_utc_s), and only a final code ends it, as reached. What the corrected code had
 * cancelled (as reached, or replaced by its own callback) stands again, unless the new code ends it
 * in turn; when its time went by meanwhile it is missed, with the alarm. */
enum err_code store_offer_correct(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, int64_t revision,
                                  const struct store_wrapup *wrapup, int64_t now_utc_s,
                                  struct store_outcome *ret, struct err *err) MUSTCHECK;
/* What a wrap-up did, for a repeated request; also when the offer is over. */
enum err_code store_outcome_read(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, struct store_outcome *ret,
                                 struct err *err) MUSTCHECK;

enum err_code store_offer_end(struct store *st, const struct store_actor *actor, int64_t offer_id,
                              int64_t fence, int64_t now_utc_s, struct err *err) MUSTCHECK;

/* A supervisor of the same region (else ERR_FORBIDDEN) sets the person free; the agent's fence is
 * stale from then on. reason is audited encrypted; ERR_INVALID (field "/reason") when it is no
 * plain text (text_is_plain, TEXT_LINES). */
enum err_code store_offer_release(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, const char *reason, int64_t now_utc_s,
                                  struct store_outcome *ret, struct err *err) MUSTCHECK;

/* The same for a person who does not come back by themselves: a hold of any kind ends as above, and
 * then the person waits again (PERSON_WAITING) or is closed (PERSON_CLOSED; an open callback is
 * cancelled), also one who is unresolved, rests, or is held by nobody. ERR_STATE: the person waits
 * already, or is closed; ERR_INVALID (field "/then"); ERR_NOT_FOUND: not in the supervisor's
 * region. ret->agent_id: whose hold it was, 0 = nobody's. */
enum err_code store_person_release(struct store *st, const struct store_actor *actor,
                                   int64_t person_id, enum person_state then, const char *reason,
                                   int64_t now_utc_s, struct store_outcome *ret,
                                   struct err *err) MUSTCHECK;

/* Look before an offer is accepted: does what is stored of the person open? If it was damaged the
 * hold ends, the person is unresolved and ALARM_PERSON_UNREADABLE is raised (*ret_parked). Another
 * state than offered: nothing happens. In a transaction. ERR_STALE; ERR_STORE: a key of this
 * database is not in the key file. */
enum err_code store_offer_park_unreadable(struct store *st, const struct store_actor *actor,
                                          int64_t offer_id, int64_t fence, int64_t now_utc_s,
                                          bool *ret_parked, struct err *err) MUSTCHECK;

/* Holds whose deadline has passed: fills at most cap offer ids, oldest first. */
enum err_code store_deadlines_due(struct store *st, int64_t now_utc_s, int64_t *offer_ids,
                                  size_t cap, size_t *ret_n, struct err *err) MUSTCHECK;
/* Apply the deadline of one: looks again whether it has passed (*ret_agent_id = 0 if not). */
enum err_code store_deadline_apply(struct store *st, int64_t offer_id, int64_t now_utc_s,
                                   int64_t *ret_agent_id, struct err *err) MUSTCHECK;
/* The screen of a preview calls by itself at the deadline, and the other holds end at theirs: one
 * that is still there so long afterwards is stuck. */
#define STORE_STUCK_S 600
/* Raise ALARM_HOLD_STUCK for each of them, once. In a transaction. */
enum err_code store_stuck_alarm(struct store *st, int64_t now_utc_s, struct err *err) MUSTCHECK;

/* The next instant at which something falls due by itself: a deadline, a person who rests, a
 * number in quarantine, a session; 0 = nothing. */
enum err_code store_next_due(struct store *st, int64_t *ret_utc_s, struct err *err) MUSTCHECK;

/* Wake people who rested long enough, at most limit; free the numbers whose quarantine is over. */
enum err_code store_wake_people(struct store *st, int64_t now_utc_s, size_t limit, size_t *ret_n,
                                struct err *err) MUSTCHECK;
enum err_code store_free_phones(struct store *st, int64_t now_utc_s, size_t *ret_n,
                                struct err *err) MUSTCHECK;

/* The person's record, from the permitted call on; audited. Wipe it (record_wipe) when done. */
enum err_code store_record_read(struct store *st, const struct store_actor *actor, int64_t offer_id,
                                int64_t fence, int64_t now_utc_s, struct record *ret,
                                struct err *err) MUSTCHECK;
/* Let another agent, of whatever region, read the record of the person on the line: while this call
 * is up, and nothing else. Both the grant and each look are audited. The call is the actor's, else
 * ERR_NOT_FOUND; ERR_STATE: it is over. A grant's reader gives no fence. */
enum err_code store_call_grant(struct store *st, const struct store_actor *actor, int64_t call_id,
                               int64_t agent_id, int64_t now_utc_s, struct err *err) MUSTCHECK;
/* The masked field "niss" in clear ("" when there is none); audited. The caller wipes it. */
enum err_code store_reveal(struct store *st, const struct store_actor *actor, int64_t offer_id,
                           int64_t fence, const char *field, int64_t now_utc_s,
                           char ret[NISS_TEXT_SIZE], struct err *err) MUSTCHECK;

#define STORE_SCRIPT_VERSION_SIZE 257 /* 64 characters */

/* Everything of an agent's work at one instant (schema Work). Wipe it when done. */
struct store_work {
    struct store_agent agent;
    char service_id[SERVICE_ID_SIZE]; /* of the offer; without one, the agent's first */
    int64_t service_version;
    char service_name[SERVICE_LABEL_CHARS * 4 + 1];
    enum agent_status status;
    int64_t status_since_utc_s;
    bool on_queue;
    int64_t on_queue_since_utc_s; /* 0 = off queue */
    struct store_work_offer {
        int64_t offer_id; /* 0 = there is none, and nothing below counts */
        int64_t fence;
        enum hold_state state;
        int64_t state_since_utc_s;
        int64_t deadline_utc_s; /* 0 = none */
        char queue[SERVICE_ID_SIZE];
        enum person_kind kind;
        char language[LANGUAGE_SIZE];
        char script_id[SERVICE_ID_SIZE];
        char script_version[STORE_SCRIPT_VERSION_SIZE]; /* the newest; "" = none, or not loaded */
        bool has_person;                                /* from the preview on: */
        int64_t person_id;
        char given_name[RECORD_BYTES(RECORD_NAME_CHARS)];
        char family_name[RECORD_BYTES(RECORD_NAME_CHARS)];
        /* The person's, behind them the other number of a callback, and the party's. */
        char phones[RECORD_PHONES + 2][PHONE_SIZE];
        size_t n_phones;
        size_t next_phone;        /* position of the number to call */
        uint32_t unwanted_phones; /* bit n: not to be called on number n (store_wish.h) */
        int64_t callback_utc_s;   /* promised for then; 0 = there is no callback */
        bool has_party;           /* somebody is called in the person's place: on next_phone */
        struct party party;
        enum region region;
        int attempts;
        int64_t call_id; /* 0 = no call yet */
        char call_phone[PHONE_SIZE];
        int64_t permitted_utc_s;
        struct call call;
        int64_t last_seq;
        struct store_work_consult { /* the last one with an expert in this offer */
            int64_t call_id;        /* 0 = there was none */
            struct target target;
            int64_t permitted_utc_s;
            struct call call;
            int64_t last_seq;
        } consult;
        char proposed_code[SERVICE_ID_SIZE]; /* "" = none */
        char code[SERVICE_ID_SIZE];          /* "" = none chosen */
        bool late;
    } offer;
};
enum err_code store_work_read(struct store *st, int64_t agent_id, int64_t now_utc_s,
                              struct store_work *ret, struct err *err) MUSTCHECK;
void store_work_wipe(struct store_work *work);
