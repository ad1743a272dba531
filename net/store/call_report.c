/* SPDX-License-Identifier: Apache-2.0 */
/* What happened to a call: every event is kept once; they take effect in order, without gaps. */

#include <string.h>

#include "net/store/call_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_call.h"

struct call_row {
    int64_t call_id;
    int64_t offer_id;
    int64_t agent_id;
    int64_t permitted_utc_s;
    int64_t last_seq;
    int64_t person_id;
    bool is_consult; /* with an expert: it moves no hold */
    struct call call;
};

enum err_code call_columns(struct sql_rows *q, int first, struct call *ret, struct err *err)
{
    char end[32];
    int64_t state = sql_col_int(q, first);
    struct call c = {
        .muted = sql_col_int(q, first + 2) != 0,
        .peer_holds = sql_col_int(q, first + 3) != 0,
        .rang = sql_col_int(q, first + 4) != 0,
        .dialled_utc_s = sql_col_int(q, first + 5),
        .rang_utc_s = sql_col_int(q, first + 6),
        .answered_utc_s = sql_col_int(q, first + 7),
        .ended_utc_s = sql_col_int(q, first + 8),
    };
    sql_col_text(q, first + 1, end, sizeof end);
    if (state < 0 || state >= CALL_STATE_COUNT || !call_end_by_name(end, &c.end)) {
        return err_set(err, ERR_STORE, "a call in the database is broken");
    }
    c.state = (enum call_state)state;
    *ret = c;
    return ERR_OK;
}

static enum err_code read_call(struct store *st, const struct store_actor *actor, int64_t call_id,
                               struct call_row *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        actor ? sql_one(st, SQL_CALL_OWN, &q, err, sql_int(call_id), sql_int(actor->agent_id),
                        sql_text(region_name(actor->region)))
              : sql_one(st, SQL_CALL_ANY, &q, err, sql_int(call_id));
    if (code) {
        return code;
    }
    struct call_row r = {
        .call_id = sql_col_int(q, 0),
        .offer_id = sql_col_int(q, 1),
        .agent_id = sql_col_int(q, 2),
        .permitted_utc_s = sql_col_int(q, 3),
        .last_seq = sql_col_int(q, 13),
        .person_id = sql_col_int(q, 15),
    };
    char role[16];
    sql_col_text(q, 14, role, sizeof role);
    r.is_consult = strcmp(role, "consult") == 0;
    code = call_columns(q, 4, &r.call, err);
    if (!code) {
        *ret = r;
    }
    return code;
}

static enum err_code keep_event(struct store *st, int64_t call_id, const struct store_call_event *e,
                                int64_t now_utc_s, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    if (e->text && e->text[0]) { /* a reason phrase: whatever the other side sent */
        struct seal_place place = {"call_event", "text", call_id};
        enum err_code code = seal(st->keys, &place, e->text, strlen(e->text), &text, err);
        if (code) {
            return code;
        }
    }
    return sql_run(st, SQL_CALL_EVENT_INSERT, err, sql_int(call_id), sql_int(e->seq),
                   sql_int(e->at_utc_s), sql_text(call_event_name(e->event)),
                   sql_text(call_end_name(e->event == CALL_EV_END ? e->end : CALL_END_NONE)),
                   sql_int(e->sip_status), sql_blob(text.data, text.len), sql_int(now_utc_s));
}

/* What came of handing the person on, beside who asked for it (net/store/consult.c). */
static enum err_code audit_outcome(struct store *st, const struct call_row *row,
                                   enum call_event event, enum call_end end, int64_t now_utc_s,
                                   struct err *err)
{
    const bool failed = event == CALL_EV_TRANSFER_FAILED;
    if (!failed && !(event == CALL_EV_END && end == CALL_END_TRANSFERRED)) {
        return ERR_OK;
    }
    return store_audit_append(
        st,
        &(struct store_audit){.at_utc_s = now_utc_s,
                              .agent_id = row->agent_id,
                              .action = failed ? "transfer_failed" : "transferred",
                              .subject = "",
                              .person_id = row->person_id,
                              .offer_id = row->offer_id,
                              .call_id = row->call_id},
        err);
}

/* Let the events after last_seq take effect, up to the first gap. *ret_end: one of them was the
 * end. Times that the peer's clock put before the permit or after now are drawn in. */
static enum err_code apply_events(struct store *st, struct call_row *row, int64_t now_utc_s,
                                  bool *ret_end, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_CALL_EVENTS_AFTER, &q, err, sql_int(row->call_id), sql_int(row->last_seq));
    bool more = true;
    while (!code && !(code = sql_next(st, q, &more, err)) && more) {
        char event_name[32];
        char end_name[32];
        enum call_event event;
        enum call_end end;
        int64_t at = sql_col_int(q, 1);
        sql_col_text(q, 2, event_name, sizeof event_name);
        sql_col_text(q, 3, end_name, sizeof end_name);
        if (sql_col_int(q, 0) != row->last_seq + 1) {
            break;
        }
        if (!call_event_by_name(event_name, &event) || !call_end_by_name(end_name, &end)) {
            return err_set(err, ERR_STORE, "an event in the database is broken");
        }
        at = at > now_utc_s ? now_utc_s : at < row->permitted_utc_s ? row->permitted_utc_s : at;
        /* A pair that the table refuses changes nothing and stays in the history. */
        if (call_step(&row->call, event, end, at) &&
            (code = audit_outcome(st, row, event, end, now_utc_s, err))) {
            return code;
        }
        *ret_end = *ret_end || event == CALL_EV_END;
        row->last_seq++;
    }
    return code;
}

static enum err_code write_call(struct store *st, const struct call_row *row,
                                const char *sip_call_id, struct err *err)
{
    const struct call *c = &row->call;
    bool has_id = sip_call_id && sip_call_id[0];
    return sql_run(st, SQL_CALL_UPDATE, err, sql_int(row->call_id),
                   sql_text(has_id ? sip_call_id : NULL), sql_int(c->state),
                   sql_text(call_end_name(c->end)), sql_int(c->muted), sql_int(c->peer_holds),
                   sql_int(c->rang), sql_int(c->dialled_utc_s), sql_int(c->rang_utc_s),
                   sql_int(c->answered_utc_s), sql_int(c->ended_utc_s), sql_int(row->last_seq));
}

/* The end is proved: the hold goes on to after-call work. Where it went on before (new login,
 * supervisor), the proof frees the number early. */
static enum err_code end_call(struct store *st, const struct call_row *row, int64_t now_utc_s,
                              struct err *err)
{
    struct hold_row hold;
    enum err_code code = hold_load(st, row->offer_id, &hold, err);
    if (code) {
        return code;
    }
    if (hold.state != HOLD_CALL) {
        return sql_run(st, SQL_LEASE_PROVED, err, sql_int(row->offer_id));
    }
    struct hold_input in = {.now_utc_s = now_utc_s, .at_utc_s = row->call.ended_utc_s};
    return hold_change(st, &hold, HOLD_EV_CALL_ENDED, &in, err);
}

enum err_code store_call_report(struct store *st, const struct store_actor *actor, int64_t call_id,
                                const char *sip_call_id, const struct store_call_event *events,
                                size_t n, int64_t now_utc_s, int64_t *ret_last_seq,
                                int64_t *ret_agent_id, struct err *err)
{
    struct call_row row;
    bool ended = false;
    enum err_code code = read_call(st, actor, call_id, &row, err);
    for (size_t i = 0; !code && i < n; i++) {
        code = keep_event(st, call_id, &events[i], now_utc_s, err);
    }
    if (!code) {
        code = apply_events(st, &row, now_utc_s, &ended, err);
    }
    if (!code) {
        code = write_call(st, &row, sip_call_id, err);
    }
    if (!code && ended && !row.is_consult) {
        code = end_call(st, &row, now_utc_s, err);
    }
    if (!code) {
        *ret_last_seq = row.last_seq;
        *ret_agent_id = row.agent_id;
    }
    return code;
}
