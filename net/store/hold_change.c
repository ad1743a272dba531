/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds a person: the row, the table of core/hold.h, the effects, in one transaction. */

#include "net/store/hold_change.h"

#include <string.h>

#include "core/another.h"
#include "core/i18n.h"
#include "net/store/callback_change.h"
#include "net/store/internal.h"
#include "net/store/named_worth.h"
#include "net/store/store_alarm.h"
#include "net/store/store_hours.h"
#include "net/store/store_offer.h"

static enum err_code read_row(struct sql_rows *q, struct hold_row *ret, struct err *err)
{
    struct hold_row r = {
        .offer_id = sql_col_int(q, 0),
        .person_id = sql_col_int(q, 1),
        .agent_id = sql_col_int(q, 2),
        .fence = sql_col_int(q, 7),
        .deadline_utc_s = sql_col_int(q, 9),
        .acw_deadline_utc_s = sql_col_int(q, 10),
        .attempts_before = sql_col_int(q, 11),
        .dropped_before = sql_col_int(q, 12),
        .before = PERSON_WAITING,
        .before_due_utc_s = sql_col_int(q, 14),
    };
    char before[16];
    char region[8];
    char kind[16];
    char state[16];
    sql_col_text(q, 3, region, sizeof region);
    sql_col_text(q, 4, kind, sizeof kind);
    sql_col_text(q, 5, r.language, sizeof r.language);
    sql_col_text(q, 6, r.service_id, sizeof r.service_id);
    sql_col_text(q, 8, state, sizeof state);
    sql_col_text(q, 13, before, sizeof before);
    if (!region_by_name(region, strlen(region), &r.region) ||
        !person_kind_by_name(kind, strlen(kind), &r.kind) || !hold_state_by_name(state, &r.state) ||
        (before[0] && !person_state_by_name(before, strlen(before), &r.before))) {
        return err_set(err, ERR_STORE, "an offer in the database is broken");
    }
    *ret = r;
    return ERR_OK;
}

enum err_code hold_load_own(struct store *st, const struct store_actor *actor, int64_t offer_id,
                            struct hold_row *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_OFFER_OWN, &q, err, sql_int(offer_id),
                                 sql_text(region_name(actor->region)), sql_int(actor->agent_id));
    return code ? code : read_row(q, ret, err);
}

enum err_code hold_load_in_region(struct store *st, enum region region, int64_t offer_id,
                                  struct hold_row *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_one(st, SQL_OFFER_IN_REGION, &q, err, sql_int(offer_id), sql_text(region_name(region)));
    return code ? code : read_row(q, ret, err);
}

enum err_code hold_load(struct store *st, int64_t offer_id, struct hold_row *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_OFFER_ANY, &q, err, sql_int(offer_id));
    return code ? code : read_row(q, ret, err);
}

enum err_code hold_load_fenced(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               int64_t fence, struct hold_row *ret, struct err *err)
{
    struct hold_row row;
    enum err_code code = hold_load_own(st, actor, offer_id, &row, err);
    if (code) {
        return code;
    }
    if (row.state == HOLD_NONE || row.fence != fence) {
        return err_set(err, ERR_STALE, NULL);
    }
    *ret = row;
    return ERR_OK;
}

/* The effects. Each does one thing to one table. */

typedef enum err_code effect_fn(struct store *st, struct hold_row *row, enum hold_event event,
                                const struct hold_input *in, struct err *err);

/* Nobody rests until an instant at which nobody may be presented. */
static enum err_code pause_end(struct store *st, const struct hold_row *row,
                               const struct hold_input *in, int64_t *ret_utc_s, struct err *err)
{
    struct hours *hours;
    const int64_t end = in->now_utc_s + in->rest_s;
    enum err_code code = store_working_hours(st, row->service_id, &hours, err);
    if (!code) {
        const int64_t open = hours_next_present(hours, end, service_lead_s(row->service));
        *ret_utc_s = open ? open : end;
    }
    return code;
}

/* The person of the hold: its state, its fence, or both in one step. Who is returned goes back to
 * where the offer took them from; PAUSE refines that, and a pause of nothing is none. */
static enum err_code move_person(struct store *st, struct hold_row *row, unsigned effects,
                                 const struct hold_input *in, struct err *err)
{
    static const unsigned states = HOLD_FX_RETURN_PERSON | HOLD_FX_PARK_PERSON;
    const bool fence = (effects & HOLD_FX_NEW_FENCE) != 0;
    const bool pause = (effects & HOLD_FX_PAUSE_PERSON) && in->rest_s > 0;
    enum person_state state = PERSON_UNRESOLVED;
    CLEANUP_SQL struct sql_rows *q = NULL;
    int64_t due_utc_s = 0;
    enum err_code code = pause ? pause_end(st, row, in, &due_utc_s, err) : ERR_OK;
    if (code) {
        return code;
    }
    if (effects & HOLD_FX_RETURN_PERSON) {
        state =
            another_back(row->before, row->before_due_utc_s, due_utc_s, in->now_utc_s, &due_utc_s);
    }
    if (effects & states) {
        code = sql_one(st, SQL_PERSON_STATE, &q, err, sql_int(row->person_id),
                       sql_text(region_name(row->region)), sql_text(person_state_name(state)),
                       sql_int(in->now_utc_s), sql_opt(due_utc_s), sql_int(fence));
    } else if (fence) {
        code = sql_one(st, SQL_PERSON_FENCE, &q, err, sql_int(row->person_id),
                       sql_text(region_name(row->region)));
    }
    if (!code && fence) {
        row->fence = sql_col_int(q, 0);
    }
    return code;
}

static enum err_code apply_rule(struct store *st, struct hold_row *row, enum hold_event event,
                                const struct hold_input *in, struct err *err)
{
    (void)event;
    const struct wrapup_outcome *o = in->outcome;
    int64_t agent = o->callback ? row->agent_id : 0;
    /* A person whose callback is due comes before all others, by the instant agreed. */
    return sql_run(st, SQL_PERSON_OUTCOME, err, sql_int(row->person_id),
                   sql_text(region_name(row->region)), sql_text(person_state_name(o->state)),
                   sql_int(in->now_utc_s), sql_opt(o->due_utc_s), sql_int(o->attempts),
                   sql_int((int64_t)o->phone), sql_int(o->dropped_phones), sql_int(o->not_reached),
                   sql_int(o->callback), sql_int(o->due_utc_s ? o->due_utc_s : in->now_utc_s),
                   sql_opt(agent));
}

static enum err_code lease_phone(struct store *st, struct hold_row *row, enum hold_event event,
                                 const struct hold_input *in, struct err *err)
{
    (void)event;
    if (!in->phone_bidx) {
        return ERR_OK;
    }
    enum err_code code =
        sql_run(st, SQL_LEASE_CALL, err, sql_blob(in->phone_bidx, 16), sql_int(row->person_id),
                sql_int(in->call_id), sql_int(in->now_utc_s));
    if (!code && sql_changes(st) == 0) {
        code = err_set(err, ERR_STATE, N_("This number is being dialled from another place."));
    }
    return code;
}

static enum err_code free_phone(struct store *st, struct hold_row *row, enum hold_event event,
                                const struct hold_input *in, struct err *err)
{
    (void)event;
    (void)in;
    return sql_run(st, SQL_LEASE_FREE, err, sql_int(row->person_id));
}

static enum err_code quarantine_phone(struct store *st, struct hold_row *row, enum hold_event event,
                                      const struct hold_input *in, struct err *err)
{
    (void)event;
    enum err_code code = sql_run(st, SQL_LEASE_NOT_DIALLED, err, sql_int(row->person_id));
    return code ? code
                : sql_run(st, SQL_LEASE_QUARANTINE, err, sql_int(row->offer_id),
                          sql_int(in->now_utc_s + HOLD_PHONE_QUARANTINE_S));
}

static enum err_code free_agent(struct store *st, struct hold_row *row, enum hold_event event,
                                const struct hold_input *in, struct err *err)
{
    (void)event;
    return sql_run(st, SQL_AGENT_FREE, err, sql_int(row->agent_id), sql_int(row->offer_id),
                   sql_int(in->now_utc_s));
}

static enum err_code agent_off_queue(struct store *st, struct hold_row *row, enum hold_event event,
                                     const struct hold_input *in, struct err *err)
{
    enum agent_event why = event == HOLD_EV_DEADLINE ? AGENT_EV_NOT_ANSWERED : AGENT_EV_GONE;
    return agent_move(st, row->agent_id, why, false, in->now_utc_s, err);
}

/* Counts when it rang; the counters before are kept, so that a rule can be applied again. */
static enum err_code attempt(struct store *st, struct hold_row *row, enum hold_event event,
                             const struct hold_input *in, struct err *err)
{
    (void)event;
    enum err_code code = sql_run(st, SQL_OFFER_BEFORE, err, sql_int(row->offer_id));
    if (!code) {
        code = sql_run(st, SQL_PERSON_ATTEMPT, err, sql_int(row->person_id),
                       sql_text(region_name(row->region)), sql_int(row->offer_id));
    }
    return code ? code : callback_call_ended(st, row, in->now_utc_s, err);
}

static enum err_code end_call_row(struct store *st, struct hold_row *row, enum hold_event event,
                                  const struct hold_input *in, struct err *err)
{
    (void)event;
    return sql_run(st, SQL_CALL_LOST, err, sql_int(row->offer_id), sql_int(in->now_utc_s),
                   sql_int(CALL_ENDED), sql_text(call_end_name(CALL_END_PHONE_LOST)));
}

/* Those of move_person are carried out before, and LEASE_NUMBERS by the reservation: whoever's
 * numbers are another's is not offered at all. */
static const struct {
    enum hold_effect bit;
    effect_fn *run;
} effects[] = {
    {HOLD_FX_APPLY_RULE,       apply_rule      },
    {HOLD_FX_LEASE_PHONE,      lease_phone     },
    {HOLD_FX_FREE_PHONE,       free_phone      },
    {HOLD_FX_QUARANTINE_PHONE, quarantine_phone},
    {HOLD_FX_FREE_AGENT,       free_agent      },
    {HOLD_FX_AGENT_OFF_QUEUE,  agent_off_queue },
    {HOLD_FX_ATTEMPT,          attempt         },
    {HOLD_FX_END_CALL_ROW,     end_call_row    },
};

static int64_t deadline_of(const struct hold_row *row, enum hold_deadline kind, int64_t at_utc_s)
{
    const struct service_times *t = &row->service->times;
    switch (kind) {
    case HOLD_NO_DEADLINE:
        return 0;
    case HOLD_OFFER_S:
        return at_utc_s + t->offer_s;
    case HOLD_PREVIEW_S:
        return at_utc_s + t->preview_s;
    case HOLD_ACW_S:
        return at_utc_s + t->acw_s;
    case HOLD_KEEP_DEADLINE:
        return row->deadline_utc_s;
    }
    return 0;
}

static enum err_code insert_row(struct store *st, struct hold_row *row, int64_t at_utc_s,
                                struct err *err)
{
    int64_t id = 0;
    enum err_code code = store_next_id(st, "offer", &id, err);
    if (!code) {
        code = sql_run(
            st, SQL_OFFER_INSERT, err, sql_int(id), sql_int(row->person_id), sql_int(row->agent_id),
            sql_text(row->service_id), sql_int(row->service->version),
            sql_text(region_name(row->region)), sql_text(person_kind_name(row->kind)),
            sql_text(row->language), sql_text(row->queue), sql_int(row->fence),
            sql_text(hold_state_name(row->state)), sql_int(at_utc_s), sql_opt(row->deadline_utc_s));
    }
    if (!code) {
        row->offer_id = id;
    }
    return code;
}

static enum err_code write_row(struct store *st, struct hold_row *row, enum hold_event event,
                               const struct hold_change *change, int64_t at_utc_s, struct err *err)
{
    row->deadline_utc_s = deadline_of(row, change->deadline, at_utc_s);
    if (change->state == HOLD_ACW) {
        row->acw_deadline_utc_s = row->deadline_utc_s;
    }
    bool moved = row->state != change->state;
    bool over = change->state == HOLD_NONE;
    row->state = change->state;
    if (row->offer_id == 0) {
        return insert_row(st, row, at_utc_s, err);
    }
    return sql_run(st, SQL_OFFER_STATE, err, sql_int(row->offer_id),
                   sql_text(hold_state_name(row->state)), moved ? sql_int(at_utc_s) : sql_opt(0),
                   sql_opt(row->deadline_utc_s), sql_opt(row->acw_deadline_utc_s),
                   sql_int(row->fence), sql_opt(over ? at_utc_s : 0),
                   sql_text(over ? hold_event_name(event) : NULL));
}

/* What supervisors were alarmed about is over with the state. until_utc_s: when it was to end. */
static enum err_code settle_alarms(struct store *st, const struct hold_row *row,
                                   enum hold_state from, int64_t until_utc_s, int64_t now_utc_s,
                                   struct err *err)
{
    const bool was_up = from == HOLD_CALL;
    const bool was_owed = from == HOLD_OVERDUE;
    const bool was_stuck = until_utc_s != 0 && until_utc_s <= now_utc_s - STORE_STUCK_S;
    if (row->state == from || (!was_up && !was_owed && !was_stuck)) {
        return ERR_OK;
    }
    return store_alarm_settle(st, was_up ? ALARM_CALL_WITHOUT_SCREEN : ALARM_HOLD_STUCK,
                              row->offer_id, now_utc_s, err);
}

enum err_code hold_change(struct store *st, struct hold_row *row, enum hold_event event,
                          const struct hold_input *in, struct err *err)
{
    struct hold_change change;
    const enum hold_state from = row->state;
    const int64_t until_utc_s = row->deadline_utc_s;
    if (!hold_step(row->state, event, &change)) {
        err_set(err, ERR_STATE, NULL);
        err_detail(err, "%s in state %s", hold_event_name(event), hold_state_name(row->state));
        return ERR_STATE;
    }
    enum err_code code = store_service(st, row->service_id, &row->service, err);
    if (!code && row->offer_id != 0) { /* a new offer came with its person */
        code = move_person(st, row, change.effects, in, err);
    }
    for (size_t i = 0; !code && i < sizeof effects / sizeof effects[0]; i++) {
        if (change.effects & effects[i].bit) {
            code = effects[i].run(st, row, event, in, err);
        }
    }
    if (!code) {
        code = write_row(st, row, event, &change, in->at_utc_s ? in->at_utc_s : in->now_utc_s, err);
    }
    if (!code && row->state == HOLD_NONE) {
        code = named_worth_let_go(st, row, in->now_utc_s, err);
    }
    return code ? code : settle_alarms(st, row, from, until_utc_s, in->now_utc_s, err);
}

enum err_code hold_apply_outcome(struct store *st, struct hold_row *row,
                                 const struct hold_input *in, struct err *err)
{
    return apply_rule(st, row, HOLD_EV_WRAPUP, in, err);
}
