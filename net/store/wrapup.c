/* SPDX-License-Identifier: Apache-2.0 */
/* Wrap-up: the code's rule is applied to the person, and what was chosen is kept. */

#include "core/wrapup.h"

#include <string.h>

#include "core/i18n.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
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
        .callback_utc_s = w->callback_utc_s,
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

static enum err_code write_wrapup(struct store *st, const struct hold_row *row,
                                  const struct store_wrapup *w, int64_t chosen_utc_s,
                                  const struct store_outcome *o, int64_t now_utc_s, struct err *err)
{
    CLEANUP_BUF struct buf note = {0};
    if (w->note && w->note[0]) {
        struct seal_place place = {"wrapup", "note", row->offer_id};
        enum err_code code = seal(st->keys, &place, w->note, strlen(w->note), &note, err);
        if (code) {
            return code;
        }
    }
    return sql_run(st, SQL_WRAPUP_INSERT, err, sql_int(row->offer_id), sql_int(row->agent_id),
                   sql_text(w->code), sql_int(o->late), sql_int(chosen_utc_s), sql_int(now_utc_s),
                   sql_blob(note.data, note.len), sql_text(person_state_name(o->person_state)),
                   sql_opt(o->due_utc_s));
}

/* The callback that brought the person here is served; a new one may have been agreed. */
static enum err_code move_callbacks(struct store *st, const struct hold_row *row,
                                    const struct wrapup_outcome *o, int64_t now_utc_s,
                                    struct err *err)
{
    enum err_code code = sql_run(st, SQL_CALLBACK_CLOSE, err, sql_int(row->person_id),
                                 sql_text("served"), sql_int(now_utc_s));
    if (!code && o->callback) {
        code =
            sql_run(st, SQL_CALLBACK_INSERT, err, sql_int(row->person_id), sql_int(row->offer_id),
                    sql_int(row->agent_id), sql_text(region_name(row->region)),
                    sql_int(o->due_utc_s ? o->due_utc_s : now_utc_s), sql_int(now_utc_s));
    }
    return code;
}

enum err_code store_offer_wrapup(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, int64_t fence, const struct store_wrapup *w,
                                 int64_t now_utc_s, struct store_outcome *ret, struct err *err)
{
    struct hold_row row;
    struct hold_change possible;
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (!code && !hold_step(row.state, HOLD_EV_WRAPUP, &possible)) {
        code = err_set(err, ERR_STATE, NULL); /* before anything is said about the code */
    }
    if (!code) {
        code = store_service(st, row.service_id, &row.service, err);
    }
    if (code) {
        return code;
    }
    const struct wrapup_code *rule = wrapup_find(row.service, w->code);
    if (!rule) {
        return err_field(err, ERR_INVALID, "/code", N_("This is no wrap-up code of the service."));
    }
    struct wrapup_input in;
    struct wrapup_outcome outcome;
    bool gone = false;
    code = rule_input(st, &row, w, now_utc_s, &in, &gone, err);
    if (!code) {
        code = wrapup_apply(rule, &in, &outcome, err);
        if (code == ERR_INVALID && err && err->field[0] && err->field[0] != '/') {
            memmove(err->field + 1, err->field, strnlen(err->field, sizeof err->field - 2) + 1);
            err->field[0] = '/';
        }
    }
    if (code) {
        return code;
    }
    if (gone) {
        forget_number(&in, &outcome);
    }
    struct store_outcome o = {
        .person_state = outcome.state,
        .due_utc_s = outcome.due_utc_s,
        .late = hold_wrapup_is_late(in.now_utc_s, row.acw_deadline_utc_s),
        .agent_id = row.agent_id,
    };
    memcpy(o.service_id, row.service_id, sizeof o.service_id);
    struct hold_input hold_in = {.now_utc_s = now_utc_s, .outcome = &outcome};
    code = hold_change(st, &row, HOLD_EV_WRAPUP, &hold_in, err);
    if (!code) {
        code = write_wrapup(st, &row, w, in.now_utc_s, &o, now_utc_s, err);
    }
    if (!code) {
        code = move_callbacks(st, &row, &outcome, now_utc_s, err);
    }
    if (!code && outcome.data_quality) {
        code = sql_run(st, SQL_DATA_QUALITY_INSERT, err, sql_int(row.person_id),
                       sql_int((int64_t)in.phone), sql_int(offer_id), sql_int(now_utc_s));
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
