/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms: raised once, seen and closed by supervisors of the region. */

#include <string.h>

#include "core/i18n.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/store_admin.h"
#include "net/store/store_alarm.h"

static int64_t subject_of(const struct store_alarm *a)
{
    switch (alarm_about(a->kind)) {
    case ALARM_ABOUT_PERSON:
        return a->person_id;
    case ALARM_ABOUT_OFFER:
        return a->offer_id;
    case ALARM_ABOUT_CALLBACK:
        return a->callback_id;
    case ALARM_ABOUT_INCIDENT:
        return a->incident_id;
    }
    return 0;
}

enum err_code store_alarm_raise(struct store *st, const struct store_alarm *a, struct err *err)
{
    const int64_t subject = subject_of(a);
    int64_t id;
    if (subject == 0) {
        return err_set(err, ERR_INTERNAL, "an alarm about nothing");
    }
    enum err_code code = sql_run(st, SQL_ALARM_AGAIN, err, sql_text(alarm_kind_name(a->kind)),
                                 sql_int(subject), sql_int(a->at_utc_s));
    if (code || sql_changes(st) > 0) {
        return code;
    }
    code = store_next_id(st, "alarm", &id, err);
    if (code) {
        return code;
    }
    return sql_run(st, SQL_ALARM_INSERT, err, sql_int(id), sql_text(alarm_kind_name(a->kind)),
                   sql_int(subject), sql_text(region_name(a->region)),
                   sql_text(a->service_id ? a->service_id : ""), sql_opt(a->person_id),
                   sql_opt(a->offer_id), sql_opt(a->agent_id), sql_opt(a->callback_id),
                   sql_opt(a->incident_id), sql_int(a->at_utc_s));
}

enum err_code store_alarm_of_offer(struct store *st, enum alarm_kind kind, int64_t offer_id,
                                   int64_t now_utc_s, struct err *err)
{
    struct hold_row row;
    enum err_code code = hold_load(st, offer_id, &row, err);
    if (code) {
        return code;
    }
    return store_alarm_raise(st,
                             &(struct store_alarm){.kind = kind,
                                                   .region = row.region,
                                                   .service_id = row.service_id,
                                                   .person_id = row.person_id,
                                                   .offer_id = offer_id,
                                                   .agent_id = row.agent_id,
                                                   .at_utc_s = now_utc_s},
                             err);
}

enum err_code store_alarm_settle(struct store *st, enum alarm_kind kind, int64_t subject_id,
                                 int64_t now_utc_s, struct err *err)
{
    return sql_run(st, SQL_ALARM_SETTLE, err, sql_text(alarm_kind_name(kind)), sql_int(subject_id),
                   sql_int(now_utc_s));
}

static enum err_code only_supervisor(const struct store_actor *actor, struct err *err)
{
    return actor->role == AGENT_ROLE_SUPERVISOR
               ? ERR_OK
               : err_set(err, ERR_FORBIDDEN, N_("Only a supervisor may do this."));
}

static enum err_code take_row(struct sql_rows *q, struct store_alarm_row *r, struct err *err)
{
    char kind[32];
    char state[16];
    *r = (struct store_alarm_row){
        .alarm_id = sql_col_int(q, 0),
        .person_id = sql_col_int(q, 4),
        .offer_id = sql_col_int(q, 5),
        .agent_id = sql_col_int(q, 6),
        .callback_id = sql_col_int(q, 7),
        .incident_id = sql_col_int(q, 8),
        .raised_utc_s = sql_col_int(q, 10),
        .again_utc_s = sql_col_int(q, 11),
        .times = sql_col_int(q, 12),
    };
    sql_col_text(q, 1, kind, sizeof kind);
    sql_col_text(q, 2, state, sizeof state);
    sql_col_text(q, 3, r->service_id, sizeof r->service_id);
    sql_col_text(q, 9, r->agent, sizeof r->agent);
    sql_col_text(q, 13, r->seen_by, sizeof r->seen_by);
    return alarm_kind_by_name(kind, &r->kind) && alarm_state_by_name(state, &r->state)
               ? ERR_OK
               : err_set(err, ERR_STORE, "an alarm in the database is broken");
}

enum err_code store_alarms(struct store *st, const struct store_actor *actor, int64_t before,
                           struct store_alarm_row *rows, size_t cap, size_t *ret_n, struct err *err)
{
    enum err_code code = only_supervisor(actor, err);
    if (code) {
        return code;
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    code = sql_each(st, SQL_ALARMS, &q, err, sql_text(region_name(actor->region)),
                    sql_int(before ? before : INT64_MAX), sql_int((int64_t)cap));
    size_t n = 0;
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row && n < cap) {
        code = take_row(q, &rows[n++], err);
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}

/* Let an event happen to an alarm of the supervisor's region. */
static enum err_code change(struct store *st, const struct store_actor *actor, int64_t alarm_id,
                            enum alarm_event event, int64_t now_utc_s, struct err *err)
{
    enum alarm_state from = ALARM_CLOSED;
    enum alarm_state to;
    enum err_code code = only_supervisor(actor, err);
    if (code) {
        return code;
    }
    {
        char state[16];
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_ALARM_READ, &q, err, sql_int(alarm_id),
                       sql_text(region_name(actor->region)));
        if (code) {
            return code;
        }
        sql_col_text(q, 0, state, sizeof state);
        if (!alarm_state_by_name(state, &from)) {
            return err_set(err, ERR_STORE, "an alarm in the database is broken");
        }
    }
    if (event == ALARM_EV_CLOSE && from == ALARM_CLOSED) {
        return ERR_OK; /* as asked for */
    }
    if (!alarm_step(from, event, &to)) {
        return err_set(err, ERR_STATE, N_("The alarm is closed."));
    }
    if (from == to) {
        return ERR_OK;
    }
    code = sql_run(st, event == ALARM_EV_CLOSE ? SQL_ALARM_CLOSE : SQL_ALARM_SEE, err,
                   sql_int(alarm_id), sql_int(now_utc_s), sql_int(actor->agent_id),
                   sql_text(region_name(actor->region)));
    if (!code) {
        code = store_audit_append(
            st,
            &(struct store_audit){.at_utc_s = now_utc_s,
                                  .agent_id = actor->agent_id,
                                  .action = event == ALARM_EV_CLOSE ? "alarm_close" : "alarm_see",
                                  .subject = "alarm"},
            err);
    }
    return code;
}

enum err_code store_alarm_see(struct store *st, const struct store_actor *actor, int64_t alarm_id,
                              int64_t now_utc_s, struct err *err)
{
    return change(st, actor, alarm_id, ALARM_EV_SEE, now_utc_s, err);
}

enum err_code store_alarm_close(struct store *st, const struct store_actor *actor, int64_t alarm_id,
                                int64_t now_utc_s, struct err *err)
{
    return change(st, actor, alarm_id, ALARM_EV_CLOSE, now_utc_s, err);
}

enum err_code store_alarm_count(struct store *st, struct store_alarm_counts *ret, struct err *err)
{
    struct store_alarm_counts c = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, SQL_ALARM_COUNT, NULL, 0, &q, err);
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        char name[16];
        enum region region;
        enum alarm_state state;
        sql_col_text(q, 0, name, sizeof name);
        if (!region_by_name(name, strlen(name), &region)) {
            continue;
        }
        sql_col_text(q, 1, name, sizeof name);
        if (alarm_state_by_name(name, &state)) {
            c.n[region][state] = sql_col_int(q, 2);
        }
    }
    if (!code) {
        *ret = c;
    }
    return code;
}
