/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The call of an offer: its permit, what happened to it, and the answers given in it. */

#include "core/call.h"
#include "core/response_status.h"
#include "net/store/store.h"

struct store_permit {
    int64_t call_id;
    char call_token[STORE_TOKEN_SIZE]; /* reports on this call and does nothing else */
    char number[PHONE_SIZE];
    int64_t ring_limit_s;
    bool has_answers;        /* an interview that was begun goes on: read the answers first */
    int64_t permitted_utc_s; /* not dialled later than HOLD_PERMIT_MAX_AGE_S after it */
};

/* Permit one call to the preview's phone at phone_index; leases the number until the call's end.
 * Errors: ERR_STATE also when the number is being dialled from another place; ERR_INVALID (field
 * "/phone_index"); ERR_PHONE when the service may not dial it. */
enum err_code store_call_permit(struct store *st, const struct store_actor *actor, int64_t offer_id,
                                int64_t fence, size_t phone_index, int64_t now_utc_s,
                                struct store_permit *ret, struct err *err) MUSTCHECK;
/* The same permit again, for a repeated request. ERR_STATE when the hold has gone on since: whoever
 * dialled with it now would perhaps not be the only one. */
enum err_code store_permit_read(struct store *st, const struct store_actor *actor, int64_t call_id,
                                struct store_permit *ret, struct err *err) MUSTCHECK;

/* Which call has this call token? ERR_UNAUTHENTICATED when none. */
enum err_code store_call_by_token(struct store *st, const char *token, int64_t *ret_call_id,
                                  struct err *err) MUSTCHECK;

struct store_call_event {
    int64_t seq;
    int64_t at_utc_s;
    enum call_event event;
    enum call_end end; /* with CALL_EV_END */
    int sip_status;
    const char *text; /* NULL or "" = none; stored encrypted */
};

/* Keep what happened; an event that is there already (same seq) is passed over. Events take effect
 * in the order of seq, and after a gap only when it is filled; the end moves the hold to after-call
 * work. actor: the session's, or NULL when the call token was shown (the caller has compared the
 * call id then). *ret_last_seq: the highest without a gap before it. *ret_agent_id: whose call it
 * is. Errors: ERR_NOT_FOUND. */
enum err_code store_call_report(struct store *st, const struct store_actor *actor, int64_t call_id,
                                const char *sip_call_id, const struct store_call_event *events,
                                size_t n, int64_t now_utc_s, int64_t *ret_last_seq,
                                int64_t *ret_agent_id, struct err *err) MUSTCHECK;

/* The newest draft of the answers. json: UTF-8, owned by the caller (free), NULL with version 0. */
struct store_response {
    int64_t version;
    int64_t fence;  /* under which they were given */
    bool completed; /* handed in */
    enum response_status status;
    char *json;
    size_t json_len;
};
enum err_code store_response_get(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, struct store_response *ret,
                                 struct err *err) MUSTCHECK;
/* What GET of the answers gives. The agent who has the person reads the own ones, until the offer
 * is over; afterwards, sent on or not, only who is entitled by the definition of the service
 * (service_reads_health) and serves it, in the region. Looks at submitted answers, and refused
 * ones, are audited. ERR_FORBIDDEN with *ret_refused: commit all the same, so that the refusal
 * stays in the log. ERR_NOT_FOUND: no such offer in this region, or somebody else's of whom nothing
 * was submitted. */
enum err_code store_response_look(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, int64_t now_utc_s, struct store_response *ret,
                                  bool *ret_refused, struct err *err) MUSTCHECK;
void store_response_deinit(struct store_response *r);

/* Keep the answers as version base_version + 1 (*ret_version). The same text again on the same
 * base is the same version. Errors: ERR_CONFLICT: another base, *ret_version is the newest one;
 * ERR_STATE: no call was permitted yet, or the script was submitted and this is no submission.
 * ERR_STALE: fence of an older hold, or words that were given under an older one than those that
 * are stored; *ret_kept says whether the text was kept as a late draft: then the caller must keep
 * (not roll back) what this did. A submission that is news then raises ALARM_ANSWERS_UNREAD. */
struct store_response_put {
    int64_t base_version;
    int64_t made_fence; /* when the words were given before this login; 0 = under the fence */
    bool completed;
    const char *json;
    size_t json_len;
};
enum err_code store_response_put(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, int64_t fence,
                                 const struct store_response_put *put, int64_t now_utc_s,
                                 int64_t *ret_version, bool *ret_kept, struct err *err) MUSTCHECK;

/* Are these the words that are stored, and were they handed in? ERR_NOT_FOUND: no such offer of
 * this agent. */
enum err_code store_response_was_submitted(struct store *st, const struct store_actor *actor,
                                           int64_t offer_id, const char *json, size_t len,
                                           bool *ret, struct err *err) MUSTCHECK;
