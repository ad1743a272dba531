/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The only place where a callback changes its state: asks core/callback.h, and carries out what
 * comes of it. For the files of net/store. */

#include "core/callback.h"
#include "net/store/blind.h"
#include "net/store/hold_change.h"
#include "net/store/store_offer.h"

struct callback_row {
    int64_t callback_id; /* 0 = there is none */
    int64_t person_id;
    int64_t offer_id;
    int64_t agent_id;
    enum region region;
    char service_id[SERVICE_ID_SIZE];
    int64_t at_utc_s;
    int64_t fallback_utc_s;
    int64_t miss_utc_s;
    bool route_to_agent;
    enum callback_state state;
    int64_t version;
    int64_t agreed_revision; /* of the offer's code that brought it about; 0 = the calendar did */
};

/* What brought an event about. */
struct callback_cause {
    int64_t now_utc_s;
    enum callback_why why; /* of a cancelling */
    int64_t agent_id;      /* who did it; 0 = by itself */
};

/* The one that lives for a person of this region; callback_id 0 = there is none. */
enum err_code callback_of_person(struct store *st, int64_t person_id, enum region region,
                                 struct callback_row *ret, struct err *err) MUSTCHECK;
/* By its id, in this region, in whatever state. ERR_NOT_FOUND. */
enum err_code callback_by_id(struct store *st, int64_t callback_id, enum region region,
                             struct callback_row *ret, struct err *err) MUSTCHECK;

/* Let an event happen. ERR_STATE: the table refuses it. */
enum err_code callback_happens(struct store *st, struct callback_row *row,
                               enum callback_event event, const struct callback_cause *cause,
                               struct err *err) MUSTCHECK;

/* What the newest code of this hold cancelled stands again; its time may be over, and then it is
 * missed like any other. replaced: also one that the code had replaced by its own callback. For a
 * person for whom none lives. *ret: that callback; callback_id 0 = the code cancelled none. */
enum err_code callback_restore(struct store *st, const struct hold_row *hold, bool replaced,
                               const struct callback_cause *cause, struct callback_row *ret,
                               struct err *err) MUSTCHECK;

/* The person waits, or rests until then, for this callback first of all. */
enum err_code callback_lead(struct store *st, const struct callback_row *row, int64_t due_utc_s,
                            int64_t now_utc_s, struct err *err) MUSTCHECK;

/* Agree one for a person whom this offer is about; what lives is replaced. *ret_row: the new one.
 * by_code: the offer's newest code, kept already, brings it about. The person's state is left to
 * callback_lead. */
enum err_code callback_agree(struct store *st, const struct hold_row *hold,
                             const struct callback_plan *plan, bool by_code, int64_t now_utc_s,
                             struct callback_row *ret_row, struct err *err) MUSTCHECK;

/* ERR_PHONE (field "/callback/phone"): somebody does not want to be called on this number. */
enum err_code callback_check_number(struct store *st, const uint8_t phone_bidx[BLIND_BYTES],
                                    struct err *err) MUSTCHECK;

/* The call of a hold ended (hold_change): if it rang, the promise is kept. */
enum err_code callback_call_ended(struct store *st, const struct hold_row *hold, int64_t now_utc_s,
                                  struct err *err) MUSTCHECK;

/* The other number of the callback that lives for a person; "" = none. Wipe it. */
enum err_code callback_number(struct store *st, int64_t person_id, enum region region,
                              char ret[PHONE_SIZE], struct err *err) MUSTCHECK;
