/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Incidents: a leak, or what may be one, as somebody reported it. Append-only; the words are
 * sealed. Supervisors of the region get an alarm with the report, and every reading is audited. */

#include "net/store/store.h"

#define STORE_INCIDENT_CHARS 2000
#define STORE_INCIDENT_SIZE (STORE_INCIDENT_CHARS * 4 + 1)

struct store_incident {
    int64_t incident_id;
    int64_t agent_id;
    char agent[STORE_LOGIN_SIZE];
    enum region region;
    int64_t happened_utc_s;
    int64_t reported_utc_s; /* typed, on the agent's machine */
    int64_t received_utc_s;
    int64_t person_id; /* whom it is about; 0 = nobody in particular */
    char what[STORE_INCIDENT_SIZE];
};

/* Keep it and raise the alarm. offer_id: whose person it is about, 0 = nobody's; one that is not
 * the agent's is passed over, for a report is never refused. Times after now are taken as now. */
enum err_code store_incident_report(struct store *st, const struct store_actor *actor,
                                    const struct store_incident *incident, int64_t offer_id,
                                    int64_t now_utc_s, int64_t *ret_id, struct err *err) MUSTCHECK;

/* Those of the supervisor's region, newest first, with an id below `before` (0 = from the newest);
 * each is audited. ERR_FORBIDDEN: not a supervisor. Wipe the rows when done. */
enum err_code store_incidents(struct store *st, const struct store_actor *actor, int64_t before,
                              int64_t now_utc_s, struct store_incident *rows, size_t cap,
                              size_t *ret_n, struct err *err) MUSTCHECK;

/* Those of a region, NULL for all, for whoever may use the machine; the caller audits. */
enum err_code store_incident_list(struct store *st, const enum region *region, int64_t before,
                                  struct store_incident *rows, size_t cap, size_t *ret_n,
                                  struct err *err) MUSTCHECK;
