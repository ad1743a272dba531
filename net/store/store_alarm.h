/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Alarms (core/alarm.h): whoever finds something that nobody looks after raises one, in the
 * transaction in which it was found; supervisors of the region are told within a second, or at once
 * when the job adds NEWS_ALARM (net/server/news.h).
 *
 *     store_alarm_raise(st, &(struct store_alarm){.kind = ALARM_HOLD_STUCK, .region = row.region,
 *                       .offer_id = row.offer_id, .at_utc_s = now_utc_s}, err);
 */

#include "core/alarm.h"
#include "net/store/store.h"

struct store_alarm {
    enum alarm_kind kind;
    enum region region;
    const char *service_id; /* NULL = of none */
    /* Ids; 0 = none. The one that the kind is about (alarm_about) is required. */
    int64_t person_id;
    int64_t offer_id;
    int64_t agent_id;
    int64_t callback_id;
    int64_t incident_id;
    int64_t at_utc_s;
};

/* Raise it; nothing more than counting happens while one of the same kind about the same thing is
 * open. */
enum err_code store_alarm_raise(struct store *st, const struct store_alarm *alarm,
                                struct err *err) MUSTCHECK;

/* The same about an offer, with the region, service, person and agent of it. ERR_NOT_FOUND. */
enum err_code store_alarm_of_offer(struct store *st, enum alarm_kind kind, int64_t offer_id,
                                   int64_t now_utc_s, struct err *err) MUSTCHECK;

/* Its reason is gone: closed by itself. Nothing happens when there is none. */
enum err_code store_alarm_settle(struct store *st, enum alarm_kind kind, int64_t subject_id,
                                 int64_t now_utc_s, struct err *err) MUSTCHECK;

struct store_alarm_row {
    int64_t alarm_id;
    enum alarm_kind kind;
    enum alarm_state state;
    char service_id[SERVICE_ID_SIZE]; /* "" = none */
    int64_t person_id, offer_id, agent_id, callback_id, incident_id;
    char agent[STORE_LOGIN_SIZE]; /* of agent_id; "" = none */
    int64_t raised_utc_s;
    int64_t again_utc_s;
    int64_t times;
    char seen_by[STORE_LOGIN_SIZE]; /* "" = nobody yet */
};

/* The open ones of the supervisor's region, newest first, beginning below `before` (0 = at the
 * newest). ERR_FORBIDDEN: not a supervisor. */
enum err_code store_alarms(struct store *st, const struct store_actor *actor, int64_t before,
                           struct store_alarm_row *rows, size_t cap, size_t *ret_n,
                           struct err *err) MUSTCHECK;

/* A supervisor of the region has seen it, or closes it. Doing so again changes nothing; a closed
 * one cannot be seen (ERR_STATE). ERR_NOT_FOUND, ERR_FORBIDDEN. */
enum err_code store_alarm_see(struct store *st, const struct store_actor *actor, int64_t alarm_id,
                              int64_t now_utc_s, struct err *err) MUSTCHECK;
enum err_code store_alarm_close(struct store *st, const struct store_actor *actor, int64_t alarm_id,
                                int64_t now_utc_s, struct err *err) MUSTCHECK;

/* How many are open in each region. */
struct store_alarm_counts {
    int64_t n[REGION_COUNT][ALARM_STATE_COUNT]; /* [ALARM_CLOSED] is not counted */
};
enum err_code store_alarm_count(struct store *st, struct store_alarm_counts *ret,
                                struct err *err) MUSTCHECK;
