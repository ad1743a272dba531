/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents: reported, never lost, seen at once. */

#include "net/store/store_incident.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_alarm.h"

/* *ret stays when the offer is not this agent's. */
static enum err_code person_of(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               int64_t *ret, struct err *err)
{
    struct err none;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_OFFER_OWN, &q, &none, sql_int(offer_id),
                                 sql_text(region_name(actor->region)), sql_int(actor->agent_id));
    if (!code) {
        *ret = sql_col_int(q, 1);
    }
    return code && code != ERR_NOT_FOUND ? err_set(err, code, "%s", none.sentence) : ERR_OK;
}

static int64_t not_after(int64_t at, int64_t now_utc_s)
{
    return at > now_utc_s ? now_utc_s : at;
}

static enum err_code insert(struct store *st, const struct store_actor *actor, int64_t id,
                            const struct store_incident *i, int64_t person_id, int64_t now_utc_s,
                            struct err *err)
{
    CLEANUP_BUF struct buf sealed = {0};
    const struct seal_place place = {"incident", "what", id};
    enum err_code code = seal(st->keys, &place, i->what, strlen(i->what), &sealed, err);
    return code ? code
                : sql_run(st, SQL_INCIDENT_INSERT, err, sql_int(id), sql_int(actor->agent_id),
                          sql_text(region_name(actor->region)),
                          sql_int(not_after(i->happened_utc_s, now_utc_s)),
                          sql_int(not_after(i->reported_utc_s, now_utc_s)), sql_int(now_utc_s),
                          sql_opt(person_id), sql_blob(sealed.data, sealed.len));
}

static enum err_code note(struct store *st, int64_t agent_id, const char *action, int64_t id,
                          int64_t person_id, int64_t now_utc_s, struct err *err)
{
    char subject[48];
    snprintf(subject, sizeof subject, "incident %" PRId64, id);
    return store_audit_append(st,
                              &(struct store_audit){.at_utc_s = now_utc_s,
                                                    .agent_id = agent_id,
                                                    .action = action,
                                                    .subject = subject,
                                                    .person_id = person_id},
                              err);
}

enum err_code store_incident_report(struct store *st, const struct store_actor *actor,
                                    const struct store_incident *incident, int64_t offer_id,
                                    int64_t now_utc_s, int64_t *ret_id, struct err *err)
{
    int64_t id = 0;
    int64_t person_id = 0;
    enum err_code code = offer_id ? person_of(st, actor, offer_id, &person_id, err) : ERR_OK;
    if (!code) {
        code = store_next_id(st, "incident", &id, err);
    }
    if (!code) {
        code = insert(st, actor, id, incident, person_id, now_utc_s, err);
    }
    if (!code) {
        code = note(st, actor->agent_id, "incident_report", id, person_id, now_utc_s, err);
    }
    if (!code) {
        code = store_alarm_raise(st,
                                 &(struct store_alarm){.kind = ALARM_INCIDENT,
                                                       .region = actor->region,
                                                       .person_id = person_id,
                                                       .agent_id = actor->agent_id,
                                                       .incident_id = id,
                                                       .at_utc_s = now_utc_s},
                                 err);
    }
    if (!code) {
        *ret_id = id;
    }
    return code;
}

static enum err_code read_row(struct store *st, struct sql_rows *q, struct store_incident *ret,
                              struct err *err)
{
    char region[8];
    size_t len;
    CLEANUP_BUF struct buf what = {0};
    *ret = (struct store_incident){
        .incident_id = sql_col_int(q, 0),
        .agent_id = sql_col_int(q, 1),
        .happened_utc_s = sql_col_int(q, 4),
        .reported_utc_s = sql_col_int(q, 5),
        .received_utc_s = sql_col_int(q, 6),
        .person_id = sql_col_int(q, 7),
    };
    sql_col_text(q, 2, ret->agent, sizeof ret->agent);
    sql_col_text(q, 3, region, sizeof region);
    const void *blob = sql_col_blob(q, 8, &len);
    const struct seal_place place = {"incident", "what", ret->incident_id};
    enum err_code code = unseal(st->keys, &place, blob, len, &what, err);
    if (!code &&
        (!region_by_name(region, strlen(region), &ret->region) || what.len >= sizeof ret->what)) {
        code = err_set(err, ERR_STORE, "an incident in the database is broken");
    }
    if (!code) {
        memcpy(ret->what, buf_text(&what), what.len + 1);
    }
    return code;
}

enum err_code store_incident_list(struct store *st, const enum region *region, int64_t before,
                                  struct store_incident *rows, size_t cap, size_t *ret_n,
                                  struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        region ? sql_each(st, SQL_INCIDENTS, &q, err, sql_text(region_name(*region)),
                          sql_int(before ? before : INT64_MAX), sql_int((int64_t)cap))
               : sql_each(st, SQL_INCIDENTS_ALL, &q, err, sql_int(before ? before : INT64_MAX),
                          sql_int((int64_t)cap));
    size_t n = 0;
    bool row = true;
    while (!code && n < cap && !(code = sql_next(st, q, &row, err)) && row) {
        code = read_row(st, q, &rows[n], err);
        n += !code;
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}

enum err_code store_incidents(struct store *st, const struct store_actor *actor, int64_t before,
                              int64_t now_utc_s, struct store_incident *rows, size_t cap,
                              size_t *ret_n, struct err *err)
{
    if (actor->role != AGENT_ROLE_SUPERVISOR) {
        return err_set(err, ERR_FORBIDDEN, NULL);
    }
    enum err_code code = store_incident_list(st, &actor->region, before, rows, cap, ret_n, err);
    for (size_t i = 0; !code && i < *ret_n; i++) {
        code = note(st, actor->agent_id, "incident_read", rows[i].incident_id, rows[i].person_id,
                    now_utc_s, err);
    }
    return code;
}
