/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Calls beside that of the person: an expert is consulted, the person is handed to somebody else;
 * and who there is to choose from.
 *
 * A consult is a call of the same offer that neither moves the hold nor counts as an attempt; it
 * leases no number, for an expert is called by many. Neither is made to a number that somebody else
 * presents or calls, that wants no calls, or that is the person's own. */

#include "core/agent.h"
#include "core/target.h"
#include "net/store/store_call.h"

/* Permit a call to an expert while the person's call is up; audited. target is written anew, as it
 * stands in the database. ret->number: "" for a user; has_answers is not used. Errors: those of a
 * fence (store_offer.h); ERR_STATE: no call is up, or (field) the number is another's; ERR_PHONE,
 * ERR_INVALID, field "/target/value" or "/target/kind": no such target, or not to be called. */
enum err_code store_consult_permit(struct store *st, const struct store_actor *actor,
                                   int64_t offer_id, int64_t fence, struct target *target,
                                   int64_t now_utc_s, struct store_permit *ret,
                                   struct err *err) MUSTCHECK;
/* The same permit again, for a repeated request; see store_permit_read. */
enum err_code store_consult_read(struct store *st, const struct store_actor *actor, int64_t call_id,
                                 struct target *target, struct store_permit *ret,
                                 struct err *err) MUSTCHECK;

/* Let the person's call be handed to a target; audited, as is what comes of it. *ret_call_id: the
 * person's call. The errors of store_consult_permit. repeated: nothing is written. */
enum err_code store_transfer_permit(struct store *st, const struct store_actor *actor,
                                    int64_t offer_id, int64_t fence, struct target *target,
                                    bool repeated, int64_t now_utc_s, int64_t *ret_call_id,
                                    struct err *err) MUSTCHECK;

#define STORE_DIRECTORY_MAX 50
#define STORE_DIRECTORY_CHARS 64 /* that may be typed */
struct store_directory {
    struct store_directory_user {
        char login[STORE_LOGIN_SIZE];
        char name[STORE_AGENT_NAME_SIZE];
        enum agent_status status;
        bool on_queue;
        bool is_free; /* holds nobody */
    } users[STORE_DIRECTORY_MAX];
    size_t n_users;
    struct store_directory_queue {
        char queue[SERVICE_ID_SIZE];
        enum region region;
    } queues[STORE_DIRECTORY_MAX];
    size_t n_queues;
    size_t all_users, all_queues; /* that fit what was typed: more than there is room for */
};
/* Colleagues who are signed in, of the actor's region and of one of his services, whose name or
 * login holds each word of what was typed; and the queues of the service that his screen shows,
 * those of his region first: a person may be handed to another region's, for a language. */
enum err_code store_directory(struct store *st, const struct store_actor *actor, const char *typed,
                              int64_t now_utc_s, struct store_directory *ret,
                              struct err *err) MUSTCHECK;
