/* SPDX-License-Identifier: Apache-2.0 */
/* Wrap-up: the code's rule is applied to the person, and what was chosen is kept. */

#include "core/wrapup.h"

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "net/store/callback_change.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/response_change.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_callback.h"
#include "net/store/store_hours.h"
#include "net/store/store_offer.h"
#include "net/store/store_wish.h"

/* Nobody chooses before the call is over, nor after now. */
static int64_t within(int64_t at, int64_t least, int64_t now_utc_s)
{
    at = at < least ? least : at;
    return at > now_utc_s ? now_utc_s : at;
}

/* The counters as they stood before the call of this offer. *ret_gone: an import took the number
 * away that was called; the rule then sees it as one more behind those that the person has. */
static enum err_code rule_input(struct store *st, const struct hold_row *row,
                                const struct store_wrapup *w, int64_t now_utc_s,
                                struct wrapup_input *ret, bool *ret_gone, struct err *err)
{
    const char *region = region_name(row->region);
    struct hours *hours;
    enum err_code fault = store_working_hours(st, row->service_id, &hours, err);
    if (fault) {
        return fault;
    }
    struct wrapup_input in = {
        .attempts = (int)row->attempts_before,
        .dropped_phones = (uint32_t)row->dropped_before,
        .callback_utc_s = w->callback || w->callback_utc_s ? 1 : 0, /* see plan_callback */
        .hours = hours,
        .lead_s = service_lead_s(row->service),
        .policy = &row->service->attempts,
    };
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_CALL_OF_OFFER, &q, err, sql_int(row->offer_id));
        if (code) {
            return code;
        }
        in.phone = (size_t)sql_col_int(q, 0);
        in.rang = sql_col_int(q, 1) != 0;
        in.now_utc_s = within(w->chosen_utc_s, sql_col_int(q, 2), now_utc_s);
        *ret_gone = sql_col_int(q, 3) == 0;
    }
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(
            st, SQL_PERSON_ATTEMPTS_SINCE, &q, err, sql_int(row->person_id), sql_text(region),
            sql_int(row->offer_id), sql_int(hours_day_start(hours, in.now_utc_s)));
        if (code) {
            return code;
        }
        in.attempts_today = (int)sql_col_int(q, 0);
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_one(st, SQL_PERSON_PHONES, &q, err, sql_int(row->person_id), sql_text(region));
    if (code) {
        return code;
    }
    struct store_unwanted unwanted;
    code = store_wish_look(st, row->person_id, row->region, &unwanted, err);
    if (code) {
        return code;
    }
    in.unwanted = unwanted.any;
    in.unwanted_phones = unwanted.phones;
    in.n_phones = (size_t)sql_col_int(q, 0);
    in.dropped_phones &= (uint32_t)sql_col_int(q, 1); /* none, when they are other ones now */
    if (*ret_gone) {
        in.phone = in.n_phones++;
    }
    *ret = in;
    return ERR_OK;
}

/* What the rule said of a number that is gone says nothing of those that came. */
static void forget_number(const struct wrapup_input *in, struct wrapup_outcome *out)
{
    out->dropped_phones &= ~(UINT32_C(1) << in->phone);
    out->phone = out->phone == in->phone ? 0 : out->phone;
    out->data_quality = false;
}

static enum err_code write_wrapup(struct store *st, const struct hold_row *row, int64_t agent_id,
                                  const struct store_wrapup *w, int64_t chosen_utc_s,
                                  const struct store_outcome *o, int64_t ended_callback_id,
                                  int64_t now_utc_s, struct err *err)
{
    CLEANUP_BUF struct buf note = {0};
    if (w->note && w->note[0]) {
        struct seal_place place = {"wrapup", "note", row->offer_id};
        enum err_code code = seal(st->keys, &place, w->note, strlen(w->note), &note, err);
        if (code) {
            return code;
        }
    }
    return sql_run(st, SQL_WRAPUP_INSERT, err, sql_int(row->offer_id), sql_int(agent_id),
                   sql_text(w->code), sql_int(o->late), sql_int(chosen_utc_s), sql_int(now_utc_s),
                   sql_blob(note.data, note.len), sql_text(person_state_name(o->person_state)),
                   sql_opt(o->due_utc_s), sql_opt(ended_callback_id));
}

/* "time" -> "/callback/time", or "/callback_at" when that was all there was. */
static void name_field(const struct store_wrapup *w, struct err *err)
{
    if (err && err->field[0] && err->field[0] != '/') {
        char name[sizeof err->field];
        memcpy(name, err->field, sizeof name);
        snprintf(err->field, sizeof err->field, w->callback ? "/callback/%.40s" : "/callback_at",
                 name);
    }
}

/* What was agreed, as of the instant at which the agent chose. */
static enum err_code plan_callback(struct store *st, const struct hold_row *row,
                                   const struct store_wrapup *w, struct wrapup_input *in,
                                   struct callback_plan *plan, struct err *err)
{
    static const struct callback_wish by_instant = {.route_to_me = true};
    const enum err_code code =
        store_callback_plan(st, row->service_id, w->callback ? w->callback : &by_instant,
                            w->callback ? 0 : w->callback_utc_s, in->now_utc_s, plan, err);
    if (code) {
        name_field(w, err);
        return code;
    }
    in->callback_utc_s = plan->at_utc_s;
    return ERR_OK;
}

/* A promise that still stands (the call did not ring, or was not the promised one) comes before
 * every limit: the person is called again for it at its time, also when the rule would give up;
 * when its time has come already, as soon as the rule has somebody called again. */
static void keep_promise(const struct wrapup_code *rule, const struct callback_row *live,
                         int64_t now_utc_s, struct wrapup_outcome *out)
{
    const int64_t again =
        out->state == PERSON_CLOSED ? now_utc_s + rule->requeue_after_s : out->due_utc_s;
    const int64_t due = live->at_utc_s > now_utc_s ? live->at_utc_s : again;
    out->state = due > now_utc_s ? PERSON_RESTING : PERSON_WAITING;
    out->due_utc_s = due > now_utc_s ? due : 0;
    out->not_reached = false;
}

/* What a code would do: all that can be refused is refused here, before anything is written. */
struct judgement {
    const struct wrapup_code *rule;
    struct wrapup_input in;
    struct wrapup_outcome outcome;
    struct callback_row live;  /* the callback that stands; callback_id 0 = none */
    struct callback_plan plan; /* what was agreed anew; at_utc_s 0 = nothing */
};

/* Does what was promised before go on, or is it over with this code, or replaced? */
static bool promise_goes_on(const struct judgement *g)
{
    return g->live.callback_id && g->plan.at_utc_s == 0 && !g->rule->final && !g->in.unwanted;
}

/* What was promised before is kept, over or replaced; a new one may have been agreed. */
static enum err_code move_callbacks(struct store *st, const struct hold_row *row,
                                    struct judgement *g, int64_t now_utc_s, struct err *err)
{
    if (g->plan.at_utc_s) {
        struct callback_row agreed;
        enum err_code code = callback_agree(st, row, &g->plan, true, now_utc_s, &agreed, err);
        return code ? code : callback_lead(st, &agreed, agreed.at_utc_s, now_utc_s, err);
    }
    if (g->live.callback_id == 0) {
        return ERR_OK;
    }
    if (promise_goes_on(g)) {
        return callback_lead(st, &g->live, g->outcome.due_utc_s, now_utc_s, err);
    }
    const enum callback_why why = g->in.unwanted ? CALLBACK_WHY_NOT_CALLED : CALLBACK_WHY_REACHED;
    return callback_happens(st, &g->live, CALLBACK_EV_CANCEL,
                            &(struct callback_cause){now_utc_s, why, row->agent_id}, err);
}

static enum err_code judge(struct store *st, struct hold_row *row, const struct store_wrapup *w,
                           int64_t now_utc_s, struct judgement *g, struct err *err)
{
    bool gone = false;
    g->rule = wrapup_find(row->service, w->code);
    if (!g->rule) {
        return err_field(err, ERR_INVALID, "/code", N_("This is no wrap-up code of the service."));
    }
    enum err_code code = rule_input(st, row, w, now_utc_s, &g->in, &gone, err);
    if (!code && (g->rule->final || !(w->callback || w->callback_utc_s))) {
        code =
            wrapup_apply(g->rule, &g->in, &g->outcome, err); /* whether one may go with it, first */
    } else if (!code) {
        code = plan_callback(st, row, w, &g->in, &g->plan, err);
        code = code ? code : wrapup_apply(g->rule, &g->in, &g->outcome, err);
    }
    if (code == ERR_INVALID && err && err->field[0] && err->field[0] != '/') {
        memmove(err->field + 1, err->field, strnlen(err->field, sizeof err->field - 2) + 1);
        err->field[0] = '/';
    }
    if (code) {
        return code;
    }
    if (gone) {
        forget_number(&g->in, &g->outcome);
    }
    if (g->plan.at_utc_s &&
        g->plan.at_utc_s <= now_utc_s) { /* it came while the word was on its way */
        g->outcome.state = PERSON_WAITING;
        g->outcome.due_utc_s = 0;
    }
    if (promise_goes_on(g)) {
        keep_promise(g->rule, &g->live, now_utc_s, &g->outcome);
    }
    return ERR_OK;
}

/* Keep what was chosen, and what of answers, callbacks and numbers comes with it. */
static enum err_code keep(struct store *st, const struct hold_row *row, int64_t by_agent_id,
                          const struct store_wrapup *w, struct judgement *g,
                          const struct store_outcome *o, int64_t now_utc_s, struct err *err)
{
    const int64_t ended = promise_goes_on(g) ? 0 : g->live.callback_id;
    enum err_code code =
        write_wrapup(st, row, by_agent_id, w, g->in.now_utc_s, o, ended, now_utc_s, err);
    if (!code) {
        code = response_wrap(st, row, by_agent_id, g->rule, now_utc_s, err);
    }
    if (!code) {
        code = move_callbacks(st, row, g, now_utc_s, err);
    }
    if (!code && g->outcome.data_quality) {
        code = sql_run(st, SQL_DATA_QUALITY_INSERT, err, sql_int(row->person_id),
                       sql_int((int64_t)g->in.phone), sql_int(row->offer_id), sql_int(now_utc_s));
    }
    return code;
}

static struct store_outcome outcome_of(const struct hold_row *row, const struct judgement *g)
{
    struct store_outcome o = {
        .person_state = g->outcome.state,
        .due_utc_s = g->outcome.due_utc_s,
        .late = hold_wrapup_is_late(g->in.now_utc_s, row->acw_deadline_utc_s),
        .agent_id = row->agent_id,
    };
    memcpy(o.service_id, row->service_id, sizeof o.service_id);
    return o;
}

enum err_code store_offer_wrapup(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, int64_t fence, const struct store_wrapup *w,
                                 int64_t now_utc_s, struct store_outcome *ret, struct err *err)
{
    struct hold_row row;
    struct hold_change possible;
    struct judgement g = {0};
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (!code && !hold_step(row.state, HOLD_EV_WRAPUP, &possible)) {
        code = err_set(err, ERR_STATE, NULL); /* before anything is said about the code */
    }
    if (!code) {
        code = store_service(st, row.service_id, &row.service, err);
    }
    if (!code) {
        code = callback_of_person(st, row.person_id, row.region, &g.live, err);
    }
    if (!code) {
        code = judge(st, &row, w, now_utc_s, &g, err);
    }
    if (code) {
        return code;
    }
    const struct store_outcome o = outcome_of(&row, &g);
    struct hold_input hold_in = {.now_utc_s = now_utc_s, .outcome = &g.outcome};
    code = hold_change(st, &row, HOLD_EV_WRAPUP, &hold_in, err);
    if (!code) {
        code = keep(st, &row, row.agent_id, w, &g, &o, now_utc_s, err);
    }
    if (!code) {
        *ret = o;
    }
    return code;
}

/* May the code of this offer be chosen anew? The person may not have gone on to somebody else. */
static enum err_code check_correctable(struct store *st, const struct hold_row *row,
                                       int64_t revision, int64_t now_utc_s, struct err *err)
{
    struct hours *hours;
    enum err_code code = store_working_hours(st, row->service_id, &hours, err);
    if (code) {
        return code;
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    code = sql_one(st, SQL_CORRECTABLE, &q, err, sql_int(row->offer_id), sql_int(row->person_id),
                   sql_text(region_name(row->region)));
    if (code) {
        return code;
    }
    char state[16];
    sql_col_text(q, 0, state, sizeof state);
    const int64_t newest = sql_col_int(q, 1);
    if (row->state != HOLD_NONE && row->state != HOLD_DONE) {
        return err_set(err, ERR_STATE,
                       N_("The agent still holds the person and chooses the code."));
    }
    if (sql_col_is_null(q, 4) || (newest == 0 && strcmp(state, "unresolved") != 0)) {
        return err_set(err, ERR_STATE, N_("There is no call here whose code could be chosen."));
    }
    if (sql_col_int(q, 2) > 0) {
        return err_set(err, ERR_STATE, N_("Somebody else has the person now."));
    }
    if (sql_col_int(q, 3) > 0) {
        return err_set(err, ERR_STATE, N_("The person has been called again since."));
    }
    if (newest > 0 && sql_col_int(q, 4) < hours_day_start(hours, now_utc_s)) {
        return err_set(err, ERR_STATE, N_("The day of this call is over."));
    }
    if (revision >= 0 && revision != newest) {
        return err_field(err, ERR_CONFLICT, "/revision",
                         N_("Another code has been chosen meanwhile."));
    }
    return ERR_OK;
}

/* What the code chosen before had brought about. A callback that was agreed or moved in the
 * calendar since is none of its doing, and stands. */
static enum err_code undo(struct store *st, const struct hold_row *row, bool by_supervisor,
                          int64_t agent_id, struct judgement *g, int64_t now_utc_s, struct err *err)
{
    const struct callback_cause cause = {
        now_utc_s, by_supervisor ? CALLBACK_WHY_SUPERVISOR : CALLBACK_WHY_AGENT, agent_id};
    bool own = false;
    enum err_code code = sql_run(st, SQL_DATA_QUALITY_DELETE, err, sql_int(row->offer_id));
    if (!code) {
        code = callback_of_person(st, row->person_id, row->region, &g->live, err);
    }
    if (!code && g->live.callback_id && g->live.offer_id == row->offer_id &&
        g->live.agreed_revision) {
        own = true;
        code = callback_happens(st, &g->live, CALLBACK_EV_CANCEL, &cause, err);
        g->live = (struct callback_row){0};
    }
    return code || g->live.callback_id ? code
                                       : callback_restore(st, row, own, &cause, &g->live, err);
}

enum err_code store_offer_correct(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, int64_t revision, const struct store_wrapup *w,
                                  int64_t now_utc_s, struct store_outcome *ret, struct err *err)
{
    struct hold_row row;
    struct judgement g = {0};
    const bool supervises = actor->role == AGENT_ROLE_SUPERVISOR;
    enum err_code code = supervises ? hold_load_in_region(st, actor->region, offer_id, &row, err)
                                    : hold_load_own(st, actor, offer_id, &row, err);
    if (!code) {
        code = store_service(st, row.service_id, &row.service, err);
    }
    if (!code) {
        code = check_correctable(st, &row, revision, now_utc_s, err);
    }
    if (!code) {
        code = undo(st, &row, supervises, actor->agent_id, &g, now_utc_s, err);
    }
    if (!code) {
        code = judge(st, &row, w, now_utc_s, &g, err);
    }
    if (code) {
        return code;
    }
    const struct store_outcome o = outcome_of(&row, &g);
    const struct hold_input hold_in = {.now_utc_s = now_utc_s, .outcome = &g.outcome};
    code = hold_apply_outcome(st, &row, &hold_in, err);
    if (!code) {
        code = keep(st, &row, actor->agent_id, w, &g, &o, now_utc_s, err);
    }
    if (!code) {
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = actor->agent_id,
                                                        .action = "wrapup_correct",
                                                        .subject = g.rule->id,
                                                        .person_id = row.person_id,
                                                        .offer_id = offer_id},
                                  err);
    }
    if (!code) {
        *ret = o;
    }
    return code;
}

enum err_code store_outcome_read(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, struct store_outcome *ret, struct err *err)
{
    char state[16];
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_WRAPUP_READ, &q, err, sql_int(offer_id),
                                 sql_text(region_name(actor->region)), sql_int(actor->agent_id));
    if (code) {
        return code;
    }
    sql_col_text(q, 0, state, sizeof state);
    struct store_outcome o = {
        .due_utc_s = sql_col_int(q, 1),
        .late = sql_col_int(q, 2) != 0,
        .agent_id = sql_col_int(q, 3),
    };
    if (!person_state_by_name(state, strlen(state), &o.person_state)) {
        return err_set(err, ERR_STORE, "a wrap-up in the database is broken");
    }
    *ret = o;
    return ERR_OK;
}
