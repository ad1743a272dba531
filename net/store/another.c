/* SPDX-License-Identifier: Apache-2.0 */
/* Calling another number after a call: the first offer ends and the second begins in one
 * transaction, so that no death in between loses either. */

#include "net/store/store_another.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/agent_row.h"
#include "net/store/blind.h"
#include "net/store/internal.h"
#include "net/store/person_read.h"
#include "net/store/reserve.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_contact.h"
#include "net/store/store_hours.h"
#include "net/store/store_wish.h"

/* The offer whose code is chosen; *ret_agent serves what. */
static enum err_code load_done(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               int64_t fence, struct hold_row *ret, struct agent_row *ret_agent,
                               struct err *err)
{
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, ret, err);
    if (!code && ret->state != HOLD_DONE) {
        code = err_set(err, ERR_STATE,
                       ret->state == HOLD_OFFERED || ret->state == HOLD_PREVIEW
                           ? N_("Nobody has been called yet.")
                           : N_("Choose the wrap-up code of this call first."));
    }
    return code ? code : agent_read(st, actor->agent_id, ret_agent, err);
}

/* Whoever is to be called next, as stored. lock: nobody else changes it from now on. */
static enum err_code read_row(struct store *st, enum region region, int64_t person_id, bool lock,
                              struct hold_row *ret, struct err *err)
{
    char kind[16];
    char state[16];
    struct hold_row row = {.person_id = person_id, .region = region, .state = HOLD_NONE};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, lock ? SQL_PERSON_FACTS_OWN : SQL_PERSON_FACTS, &q, err,
                                 sql_int(person_id), sql_text(region_name(region)));
    if (code) {
        return code;
    }
    sql_col_text(q, 0, kind, sizeof kind);
    sql_col_text(q, 1, row.language, sizeof row.language);
    sql_col_text(q, 2, row.service_id, sizeof row.service_id);
    sql_col_text(q, 3, row.queue, sizeof row.queue);
    sql_col_text(q, 4, state, sizeof state);
    row.before_due_utc_s = sql_col_int(q, 5);
    if (!person_kind_by_name(kind, strlen(kind), &row.kind) ||
        !person_state_by_name(state, strlen(state), &row.before)) {
        return err_set(err, ERR_STORE, "a person in the database is broken");
    }
    *ret = row;
    return ERR_OK;
}

static enum err_code number_is_busy(struct store *st, int64_t person_id, int64_t now_utc_s,
                                    bool *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_one(st, SQL_NUMBERS_BUSY, &q, err, sql_int(person_id), sql_int(now_utc_s));
    *ret = !code && sql_col_int(q, 0) > 0;
    return code;
}

/* May whoever is in *row be called now? *ret_person: opened. */
static enum err_code judge(struct store *st, const struct agent_row *agent,
                           const struct hold_row *row, bool same, int64_t now_utc_s,
                           struct person_row *ret_person, enum another_refusal *ret,
                           struct err *err)
{
    struct hours *hours;
    struct store_unwanted unwanted;
    struct another_person p = {
        .same = same,
        .state = row->before,
        .served = queue_names_hold(&agent->agent.services, row->service_id),
    };
    enum err_code code = person_read(st, row->person_id, row->region, ret_person, err);
    p.damaged = code == ERR_STORE;
    code = p.damaged ? ERR_OK : code;
    code = code ? code : store_wish_look(st, row->person_id, row->region, &unwanted, err);
    if (!code) {
        const size_t n = record_phone_count(&ret_person->record);
        const uint32_t all = (UINT32_C(1) << n) - 1;
        p.unwanted = unwanted.any || (!same && !p.damaged && (unwanted.phones & all) == all);
        code = number_is_busy(st, row->person_id, now_utc_s, &p.number_busy, err);
    }
    code = code ? code : store_working_hours(st, row->service_id, &hours, err);
    if (!code) {
        p.open = hours_is_open(hours, now_utc_s);
        *ret = another_refuse(&p);
    }
    return code;
}

/* The index case whom an offer is about, or of whom its person is a contact; 0 = none. */
static enum err_code index_of(struct store *st, const struct hold_row *row, int64_t *ret,
                              struct err *err)
{
    if (row->kind == PERSON_INDEX) {
        *ret = row->person_id;
        return ERR_OK;
    }
    return store_index_of(st, row->region, row->person_id, ret, err);
}

static enum err_code audit(struct store *st, const struct store_actor *actor, const char *action,
                           const char *subject, int64_t person_id, int64_t offer_id,
                           int64_t now_utc_s, struct err *err)
{
    return store_audit_append(st,
                              &(struct store_audit){.at_utc_s = now_utc_s,
                                                    .agent_id = actor->agent_id,
                                                    .action = action,
                                                    .subject = subject,
                                                    .person_id = person_id,
                                                    .offer_id = offer_id},
                              err);
}

/* --- the contacts --- */

static enum err_code show_contact(struct store *st, const struct agent_row *agent,
                                  enum region region, int64_t person_id, int64_t now_utc_s,
                                  struct store_another_contact *ret, struct err *err)
{
    struct hold_row row;
    CLEANUP_PERSON struct person_row person = {0};
    struct store_another_contact c = {.person_id = person_id};
    enum err_code code = read_row(st, region, person_id, false, &row, err);
    code = code ? code : judge(st, agent, &row, false, now_utc_s, &person, &c.refusal, err);
    if (code) {
        return code;
    }
    const struct record *r = &person.record;
    c.n_phones = record_phone_count(r);
    memcpy(c.given_name, r->given_name, sizeof c.given_name);
    memcpy(c.family_name, r->family_name, sizeof c.family_name);
    memcpy(c.language, row.language, sizeof c.language);
    if (c.n_phones) {
        memcpy(c.phone, r->phones[person.next_phone < c.n_phones ? person.next_phone : 0].number,
               sizeof c.phone);
    }
    c.state = row.before;
    c.due_utc_s = row.before == PERSON_RESTING ? row.before_due_utc_s : 0;
    c.attempts = r->attempts;
    *ret = c;
    sodium_memzero(&c, sizeof c);
    return ERR_OK;
}

#define CONTACTS_AT_ONCE 64

enum err_code store_another_contacts(struct store *st, const struct store_actor *actor,
                                     int64_t offer_id, int64_t fence, int64_t now_utc_s,
                                     struct store_another_contact *ret, size_t cap, size_t *ret_n,
                                     bool *ret_more, struct err *err)
{
    struct hold_row row;
    struct agent_row agent;
    int64_t ids[CONTACTS_AT_ONCE];
    int64_t index = 0;
    size_t found = 0;
    size_t n = 0;
    enum err_code code = load_done(st, actor, offer_id, fence, &row, &agent, err);
    code = code ? code : index_of(st, &row, &index, err);
    if (!code && index) { /* one more than fits, and perhaps the person of this call */
        const size_t ask = cap + 2 < CONTACTS_AT_ONCE ? cap + 2 : CONTACTS_AT_ONCE;
        code = store_contacts_of(st, row.region, index, 0, ids, ask, &found, err);
    }
    size_t left = 0;
    for (size_t i = 0; !code && i < found; i++) {
        if (ids[i] == row.person_id) {
            continue;
        }
        if (n == cap) {
            left++;
            continue;
        }
        code = show_contact(st, &agent, row.region, ids[i], now_utc_s, &ret[n], err);
        code =
            code ? code : audit(st, actor, "contact_listed", "", ids[i], offer_id, now_utc_s, err);
        n += !code;
    }
    if (!code) {
        *ret_n = n;
        *ret_more = left > 0;
    }
    return code;
}

/* --- the call --- */

/* Is it a contact of the same index case, and another person than the one just called? */
static enum err_code check_contact(struct store *st, const struct hold_row *row, int64_t contact_id,
                                   struct err *err)
{
    int64_t index = 0;
    int64_t id = 0;
    size_t n = 0;
    enum err_code code = index_of(st, row, &index, err);
    if (!code && index && contact_id > 0) {
        code = store_contacts_of(st, row->region, index, contact_id - 1, &id, 1, &n, err);
    }
    if (!code && (n == 0 || id != contact_id || contact_id == row->person_id)) {
        code = err_field(err, ERR_NOT_FOUND, "/contact_id",
                         N_("This is no contact of this index case."));
    }
    return code;
}

/* A short code is nobody's number: it always passes, and from several places at once. */
static enum err_code lease_party(struct store *st, const struct hold_row *row,
                                 const struct party *party, int64_t now_utc_s, struct err *err)
{
    static const char field[] = "/party/number";
    const struct service *service = NULL;
    uint8_t bidx[BLIND_BYTES];
    enum err_code code = store_service(st, row->service_id, &service, err);
    if (!code && !service_may_dial(service, party->number)) {
        code = err_field(err, ERR_PHONE, field, N_("This number may not be dialled."));
    }
    if (code || phone_kind(party->number) == PHONE_SHORT) {
        return code;
    }
    code = blind_phone(st, party->number, bidx, err);
    if (!code) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_WISH_FORBIDS, &q, err, sql_blob(bidx, sizeof bidx),
                       sql_int(row->person_id));
        if (!code && sql_col_int(q, 0) > 0) {
            code = err_field(err, ERR_PHONE, field,
                             N_("Somebody asked not to be called again on this number."));
        }
    }
    if (!code) {
        code = sql_run(st, SQL_LEASE_CALL, err, sql_blob(bidx, sizeof bidx),
                       sql_int(row->person_id), sql_opt(0), sql_int(now_utc_s));
    }
    if (!code && sql_changes(st) == 0) {
        code = err_field(err, ERR_STATE, field,
                         N_("This number is being dialled from another place."));
    }
    return code;
}

/* Whoever may be called is out of the waiting, or wherever the first code put them, with all
 * numbers leased. */
static enum err_code take(struct store *st, const struct agent_row *agent, struct hold_row *row,
                          const struct party *party, int64_t now_utc_s, struct err *err)
{
    enum another_refusal refusal = ANOTHER_MAY;
    bool got = false;
    CLEANUP_PERSON struct person_row person = {0};
    enum err_code code = judge(st, agent, row, party != NULL, now_utc_s, &person, &refusal, err);
    if (!code && refusal == ANOTHER_MAY) {
        code = lease_numbers(st, row->person_id, now_utc_s, &got, err);
        refusal = got ? ANOTHER_MAY : ANOTHER_NUMBER;
    }
    if (!code && refusal != ANOTHER_MAY) {
        code = err_set(err, ERR_STATE, "%s", another_refusal_text(refusal));
    }
    if (!code && party) {
        code = lease_party(st, row, party, now_utc_s, err);
    }
    if (code) {
        return code;
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    code = sql_one(st, SQL_PERSON_TAKE, &q, err, sql_int(row->person_id),
                   sql_text(region_name(row->region)), sql_int(now_utc_s));
    if (!code) {
        row->fence = sql_col_int(q, 0);
    }
    return code == ERR_NOT_FOUND ? err_set(err, ERR_STATE, "%s", another_refusal_text(ANOTHER_HELD))
                                 : code;
}

static enum err_code seal_text(struct store *st, const char *group, int64_t offer_id,
                               const char *text, struct buf *out, struct err *err)
{
    const struct seal_place place = {"offer", group, offer_id};
    return text[0] ? seal(st->keys, &place, text, strlen(text), out, err) : ERR_OK;
}

/* What an offer of this kind has beside others. */
static enum err_code note(struct store *st, const struct hold_row *row, int64_t after_offer_id,
                          const struct party *party, int64_t now_utc_s, struct err *err)
{
    CLEANUP_BUF struct buf name = {0};
    CLEANUP_BUF struct buf phone = {0};
    enum err_code code = ERR_OK;
    if (party) {
        code = seal_text(st, "party_name", row->offer_id, party->name, &name, err);
        code =
            code ? code : seal_text(st, "party_phone", row->offer_id, party->number, &phone, err);
    }
    return code ? code
                : sql_run(st, SQL_OFFER_ANOTHER, err, sql_int(row->offer_id), sql_int(now_utc_s),
                          sql_text(person_state_name(row->before)), sql_opt(row->before_due_utc_s),
                          sql_int(after_offer_id),
                          sql_text(party ? party_relation_name(party->relation) : NULL),
                          sql_blob(name.data, name.len), sql_blob(phone.data, phone.len));
}

enum err_code store_offer_another(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, int64_t fence,
                                  const struct store_another *another, int64_t now_utc_s,
                                  int64_t *ret_offer_id, struct err *err)
{
    struct hold_row first;
    struct hold_row row;
    struct agent_row agent;
    const struct hold_input in = {.now_utc_s = now_utc_s};
    const struct party *party = another->contact_id ? NULL : another->party;
    enum err_code code = load_done(st, actor, offer_id, fence, &first, &agent, err);
    if (!code && another->contact_id) {
        code = check_contact(st, &first, another->contact_id, err);
    }
    if (!code) { /* what ends with it may move the person, too */
        code = hold_change(st, &first, HOLD_EV_END_PREVIEW, &in, err);
    }
    if (!code) {
        code =
            read_row(st, first.region, another->contact_id ? another->contact_id : first.person_id,
                     true, &row, err);
    }
    code = code ? code : take(st, &agent, &row, party, now_utc_s, err);
    if (!code) {
        row.agent_id = actor->agent_id;
        code = hold_name_queue(st, &row, err);
    }
    code = code ? code : hold_change(st, &row, HOLD_EV_ANOTHER, &in, err);
    code = code ? code : note(st, &row, offer_id, party, now_utc_s, err);
    if (!code) {
        code = sql_run(st, SQL_AGENT_HOLDS, err, sql_int(actor->agent_id), sql_int(row.offer_id));
    }
    if (!code) {
        code = audit(st, actor, "another_number",
                     party ? party_relation_name(party->relation) : "contact", row.person_id,
                     row.offer_id, now_utc_s, err);
    }
    if (!code) { /* name and number are shown from now on */
        code = audit(st, actor, "preview", "", row.person_id, row.offer_id, now_utc_s, err);
    }
    if (!code) {
        *ret_offer_id = row.offer_id;
    }
    return code;
}
