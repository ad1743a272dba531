/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Callbacks (core/callback.h) as they are kept. One that was accepted never vanishes: it lives
 * (open, due, missed with an alarm), was served, or was cancelled with who and why.
 *
 * They are agreed in the wrap-up (store_wrapup.callback), or afterwards by the same agent or a
 * supervisor of the region. Who changes one names the version that was read. */

#include "core/callback.h"
#include "net/store/store.h"

struct store_callback {
    int64_t callback_id;
    int64_t version;
    enum callback_state state;
    int64_t at_utc_s;
    char zone[HOURS_ZONE_SIZE]; /* "" = the service's */
    int64_t fallback_utc_s;
    int64_t miss_utc_s;
    bool route_to_agent;
    bool other_phone; /* on a number of its own */
    char agent[65];   /* login of whoever agreed it */
    char service_id[SERVICE_ID_SIZE];
    int64_t person_id;
    char name[STORE_FULL_NAME_SIZE];
};

/* What a wish comes to, by the service's policy and hours (callback_plan). at_utc_s: the instant
 * when it is given instead of date, time and zone; 0 = it is not. now_utc_s: when it was agreed.
 * Errors of callback_plan and store_service. */
enum err_code store_callback_plan(struct store *st, const char *service_id,
                                  const struct callback_wish *wish, int64_t at_utc_s,
                                  int64_t now_utc_s, struct callback_plan *ret,
                                  struct err *err) MUSTCHECK;

/* Which ones: of [from, to), soonest first. */
struct store_callback_filter {
    int64_t from_utc_s;
    int64_t to_utc_s; /* 0 = all to come */
    bool of_region;   /* all of the supervisor's region, else the actor's own */
    bool with_late;   /* those before from_utc_s that still live, too */
};

/* Those that live. Wipe the rows (they hold names). ERR_FORBIDDEN: of_region, and no supervisor. */
enum err_code store_callbacks(struct store *st, const struct store_actor *actor,
                              const struct store_callback_filter *filter,
                              struct store_callback *rows, size_t cap, size_t *ret_n,
                              struct err *err) MUSTCHECK;

/* One that lives: the actor's own, or of the supervisor's region. ERR_NOT_FOUND. */
enum err_code store_callback_read(struct store *st, const struct store_actor *actor,
                                  int64_t callback_id, struct store_callback *ret,
                                  struct err *err) MUSTCHECK;

/* The answer to a repeated request that agreed one: also what is over by now (served, cancelled).
 * ERR_NOT_FOUND, and its sentence says why: the person was erased, or moved to another region. */
enum err_code store_callback_read_again(struct store *st, const struct store_actor *actor,
                                        int64_t callback_id, struct store_callback *ret,
                                        struct err *err) MUSTCHECK;

/* The service of an own offer. ERR_NOT_FOUND. */
enum err_code store_callback_service(struct store *st, const struct store_actor *actor,
                                     int64_t offer_id, char ret[SERVICE_ID_SIZE],
                                     struct err *err) MUSTCHECK;

/* Agree one outside a wrap-up, about the person of an own offer that is over; one that lives is
 * replaced. ERR_STATE: the person is closed, held, or unresolved. ERR_NOT_FOUND. */
enum err_code store_callback_add(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, const struct callback_plan *plan,
                                 int64_t now_utc_s, int64_t *ret_callback_id,
                                 struct err *err) MUSTCHECK;

/* Change one. keep_phone: the number stays as it was. Errors: ERR_NOT_FOUND, ERR_CHANGED (version
 * is not the newest), ERR_STATE (the person is with an agent now). */
enum err_code store_callback_move(struct store *st, const struct store_actor *actor,
                                  int64_t callback_id, int64_t version,
                                  const struct callback_plan *plan, bool keep_phone,
                                  int64_t now_utc_s, struct err *err) MUSTCHECK;

/* Take one back. The person goes on as the rules of the queue say: waits. Same errors. */
enum err_code store_callback_cancel(struct store *st, const struct store_actor *actor,
                                    int64_t callback_id, int64_t version, int64_t now_utc_s,
                                    struct err *err) MUSTCHECK;

/* The person rang us from this number: whatever lives for people of the region who have it is
 * cancelled. *ret_n of them. agent_id: who took the call, 0 = nobody yet. */
enum err_code store_callback_person_rang_in(struct store *st, enum region region, const char *phone,
                                            int64_t agent_id, int64_t now_utc_s, size_t *ret_n,
                                            struct err *err) MUSTCHECK;

/* A wish not to be called, an erasure, a purge: what lives for a person ends. agent_id: by whom,
 * 0 = by itself. Nothing happens when none lives. */
enum err_code store_callback_end(struct store *st, int64_t person_id, enum region region,
                                 enum callback_why why, int64_t agent_id, int64_t now_utc_s,
                                 struct err *err) MUSTCHECK;

/* Those whose instant came are due. */
enum err_code store_callbacks_due(struct store *st, int64_t now_utc_s, struct err *err) MUSTCHECK;
/* Those that count as missed now, oldest first; one whose person is being rung is left. */
enum err_code store_callbacks_to_miss(struct store *st, int64_t now_utc_s, int64_t *callback_ids,
                                      size_t cap, size_t *ret_n, struct err *err) MUSTCHECK;
/* Mark one of them missed and raise the alarm; looks again whether it is (*ret_missed). */
enum err_code store_callback_miss(struct store *st, int64_t callback_id, int64_t now_utc_s,
                                  bool *ret_missed, struct err *err) MUSTCHECK;
