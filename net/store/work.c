/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of an agent's work at one instant. */

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/wrapup.h"
#include "net/store/agent_row.h"
#include "net/store/call_row.h"
#include "net/store/callback_change.h"
#include "net/store/internal.h"
#include "net/store/numbers.h"
#include "net/store/person_read.h"
#include "net/store/store_offer.h"
#include "net/store/store_wish.h"

void store_work_wipe(struct store_work *work)
{
    sodium_memzero(work, sizeof *work);
}

/* What was promised decides the number: one of the person's, or another one behind them. Should
 * somebody have asked since not to be called on it, the person's own next one keeps the promise.
 * Whoever is called in the person's place comes before that. */
static enum err_code read_numbers(struct store *st, const struct store_unwanted *unwanted,
                                  const struct record *record, struct store_work_offer *o,
                                  struct err *err)
{
    struct callback_row row;
    CLEANUP_NUMBERS struct offer_numbers all = {.n = 0};
    enum err_code code = callback_of_person(st, o->person_id, o->region, &row, err);
    code = code ? code
                : offer_numbers_read(st, o->offer_id, o->person_id, o->region, record, &all, err);
    if (code) {
        return code;
    }
    o->callback_utc_s = row.callback_id ? row.at_utc_s : 0;
    memcpy(o->phones, all.numbers, sizeof o->phones);
    o->n_phones = all.n;
    if (all.callback != OFFER_NO_NUMBER) {
        if (unwanted->any || unwanted->callback_number) {
            o->unwanted_phones |= UINT32_C(1) << all.callback;
        } else {
            o->next_phone = all.callback;
        }
    }
    o->has_party = all.party != OFFER_NO_NUMBER;
    if (o->has_party) {
        o->party = all.who;
        o->next_phone = all.party;
    }
    return ERR_OK;
}

static enum err_code read_person(struct store *st, struct store_work_offer *o, struct err *err)
{
    CLEANUP_PERSON struct person_row p = {0};
    enum err_code code = person_read(st, o->person_id, o->region, &p, err);
    if (code) {
        return code;
    }
    o->has_person = true;
    memcpy(o->given_name, p.record.given_name, sizeof o->given_name);
    memcpy(o->family_name, p.record.family_name, sizeof o->family_name);
    o->n_phones = record_phone_count(&p.record);
    o->next_phone = p.next_phone < o->n_phones ? p.next_phone : 0;
    o->attempts = p.record.attempts;
    struct store_unwanted unwanted;
    code = store_wish_look(st, o->person_id, o->region, &unwanted, err);
    if (!code) {
        o->unwanted_phones = unwanted.any ? (1U << o->n_phones) - 1 : unwanted.phones;
    }
    return code ? code : read_numbers(st, &unwanted, &p.record, o, err);
}

static enum err_code read_call(struct store *st, struct sql_rows *q, struct store_work_offer *o,
                               struct err *err)
{
    o->call_id = sql_col_int(q, 11);
    if (o->call_id == 0) {
        return ERR_OK;
    }
    size_t len;
    const void *blob = sql_col_blob(q, 12, &len);
    enum err_code code = call_number(st, o->call_id, blob, len, o->call_phone, err);
    o->permitted_utc_s = sql_col_int(q, 13);
    o->last_seq = sql_col_int(q, 23);
    return code ? code : call_columns(q, 14, &o->call, err);
}

static enum err_code read_consult(struct store *st, struct sql_rows *q,
                                  struct store_work_consult *c, struct err *err)
{
    c->call_id = sql_col_int(q, 28);
    if (c->call_id == 0) {
        return ERR_OK;
    }
    char number[PHONE_SIZE];
    size_t len;
    const void *blob = sql_col_blob(q, 31, &len);
    enum err_code code = call_number(st, c->call_id, blob, len, number, err);
    if (!code) {
        code = target_columns(q, 29, number, &c->target, err);
    }
    c->permitted_utc_s = sql_col_int(q, 32);
    c->last_seq = sql_col_int(q, 42);
    sodium_memzero(number, sizeof number);
    return code ? code : call_columns(q, 33, &c->call, err);
}

/* Once the call is over and while the code is owed. */
static void propose(const struct service *service, struct wrapup_signs signs,
                    struct store_work_offer *o)
{
    if (o->state != HOLD_ACW && o->state != HOLD_OVERDUE) {
        return;
    }
    signs.end = o->call.end;
    signs.answered = o->call.answered_utc_s != 0;
    const struct wrapup_code *code = wrapup_propose(service, &signs);
    snprintf(o->proposed_code, sizeof o->proposed_code, "%s", code ? code->id : "");
}

static void name_service(struct store_work *work, const struct service *service)
{
    memcpy(work->service_id, service->id, sizeof work->service_id);
    work->service_version = service->version;
    snprintf(work->service_name, sizeof work->service_name, "%s",
             service_label(&service->title, "en"));
}

static enum err_code read_script_version(struct store *st, struct store_work_offer *o,
                                         struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    const enum err_code code =
        sql_one(st, SQL_SCRIPT_NEWEST_VERSION, &q, err, sql_text(o->script_id));
    if (!code) {
        sql_col_text(q, 0, o->script_version, sizeof o->script_version);
    }
    return code == ERR_NOT_FOUND ? ERR_OK : code;
}

static enum err_code read_offer(struct store *st, const struct agent_row *agent,
                                struct store_work *work, struct err *err)
{
    struct store_work_offer *o = &work->offer;
    char state[16];
    char kind[16];
    struct wrapup_signs signs = {0};
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_one(st, SQL_OFFER_WORK, &q, err, sql_int(agent->offer_id),
                    sql_int(agent->agent.agent_id), sql_text(region_name(agent->agent.region)));
        if (code) {
            return code;
        }
        o->offer_id = sql_col_int(q, 0);
        o->fence = sql_col_int(q, 1);
        sql_col_text(q, 2, state, sizeof state);
        o->state_since_utc_s = sql_col_int(q, 3);
        o->deadline_utc_s = sql_col_int(q, 4);
        sql_col_text(q, 5, o->queue, sizeof o->queue);
        sql_col_text(q, 6, kind, sizeof kind);
        sql_col_text(q, 7, o->language, sizeof o->language);
        o->person_id = sql_col_int(q, 8);
        o->region = agent->agent.region;
        sql_col_text(q, 10, work->service_id, sizeof work->service_id);
        sql_col_text(q, 24, o->code, sizeof o->code);
        o->late = sql_col_int(q, 25) != 0;
        signs.script_complete = sql_col_int(q, 26) != 0;
        signs.script_begun = sql_col_int(q, 27) != 0;
        signs.consulted = sql_col_int(q, 43) != 0;
        code = read_call(st, q, o, err);
        if (!code) {
            code = read_consult(st, q, &o->consult, err);
        }
        if (code) {
            return code;
        }
    }
    if (!hold_state_by_name(state, &o->state) ||
        !person_kind_by_name(kind, strlen(kind), &o->kind)) {
        return err_set(err, ERR_STORE, "an offer in the database is broken");
    }
    const struct service *service = NULL;
    enum err_code code = store_service(st, work->service_id, &service, err);
    if (code) {
        return code;
    }
    name_service(work, service);
    snprintf(o->script_id, sizeof o->script_id, "%s", service->scripts[o->kind]);
    code = read_script_version(st, o, err);
    if (code) {
        return code;
    }
    propose(service, signs, o);
    return o->state == HOLD_OFFERED ? ERR_OK : read_person(st, o, err);
}

enum err_code store_work_read(struct store *st, int64_t agent_id, int64_t now_utc_s,
                              struct store_work *ret, struct err *err)
{
    (void)now_utc_s;
    struct agent_row agent;
    const struct service *service = NULL;
    enum err_code code = agent_look(st, agent_id, &agent, err);
    if (!code) {
        code = store_service(st, agent.agent.services.items[0], &service, err);
    }
    if (code) {
        return code;
    }
    *ret = (struct store_work){
        .agent = agent.agent,
        .status = agent_state_status(agent.state),
        .status_since_utc_s = agent.status_since_utc_s,
        .on_queue = agent_state_on_queue(agent.state),
        .on_queue_since_utc_s = agent.on_queue_since_utc_s,
    };
    name_service(ret, service);
    if (agent.offer_id != 0) {
        code = read_offer(st, &agent, ret, err);
    }
    if (code) {
        store_work_wipe(ret);
    }
    return code;
}
