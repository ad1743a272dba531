/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The only place where it changes who holds a person: reads the offer's row, asks core/hold.h,
 * carries out the effects. */

#include "core/agent.h"
#include "core/hold.h"
#include "core/wrapup.h"
#include "net/store/store.h"

struct hold_row {
    int64_t offer_id; /* 0 = none yet: HOLD_EV_OFFER makes it */
    int64_t person_id;
    int64_t agent_id;
    enum region region;
    enum person_kind kind;
    char language[LANGUAGE_SIZE];
    char service_id[SERVICE_ID_SIZE];
    char queue[SERVICE_ID_SIZE]; /* of a new offer only */
    int64_t fence;
    enum hold_state state;
    int64_t deadline_utc_s; /* 0 = none */
    int64_t acw_deadline_utc_s;
    int64_t attempts_before;
    int64_t dropped_before;
    enum person_state before; /* where the person goes back to (core/another.h); mostly waiting */
    int64_t before_due_utc_s; /* 0 = none */
    const struct service *service; /* filled by hold_change; borrowed from the store */
};

/* What an event brings along; zero what it does not need. */
struct hold_input {
    int64_t now_utc_s;
    int64_t at_utc_s;                     /* when it happened, not later than now; 0 = now */
    int64_t rest_s;                       /* skip: the person rests so long */
    int64_t call_id;                      /* permit */
    const uint8_t *phone_bidx;            /* permit; NULL = a short code, which nobody leases */
    const struct wrapup_outcome *outcome; /* wrapup */
};

/* Read an offer: of this agent; in this region; any (for jobs). ERR_NOT_FOUND. */
enum err_code hold_load_own(struct store *st, const struct store_actor *actor, int64_t offer_id,
                            struct hold_row *ret, struct err *err) MUSTCHECK;
enum err_code hold_load_in_region(struct store *st, enum region region, int64_t offer_id,
                                  struct hold_row *ret, struct err *err) MUSTCHECK;
enum err_code hold_load(struct store *st, int64_t offer_id, struct hold_row *ret,
                        struct err *err) MUSTCHECK;

/* hold_load_own, and ERR_STALE unless the fence is that of a hold that is not over. */
enum err_code hold_load_fenced(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               int64_t fence, struct hold_row *ret, struct err *err) MUSTCHECK;

/* Let an event happen. ERR_STATE when the table refuses it; *row is as the table says then and
 * afterwards. On another error the caller rolls back. */
enum err_code hold_change(struct store *st, struct hold_row *row, enum hold_event event,
                          const struct hold_input *in, struct err *err) MUSTCHECK;

/* What a wrap-up code makes of a person who is in nobody's hands any more (in->outcome). */
enum err_code hold_apply_outcome(struct store *st, struct hold_row *row,
                                 const struct hold_input *in, struct err *err) MUSTCHECK;

/* The same for an agent's status (agent.c). must: a refused pair is ERR_STATE, else it is passed
 * over. */
enum err_code agent_move(struct store *st, int64_t agent_id, enum agent_event event, bool must,
                         int64_t now_utc_s, struct err *err) MUSTCHECK;
