/* SPDX-License-Identifier: Apache-2.0 */
/* What contacts and collectivities are worth. */

#include "net/store/named_worth.h"

#include <string.h>

#include "core/contact.h"
#include "net/store/blind.h"
#include "net/store/internal.h"
#include "net/store/named_day.h"
#include "net/store/person_read.h"
#include "net/store/store_admin.h"
#include "net/store/store_wish.h"

/* What became of somebody; the name is the subject of the audit entry. */
enum fate { FATE_KEPT, FATE_CLOSED, FATE_WAITING };
static const char *const fates[] = {
    [FATE_KEPT] = "kept", [FATE_CLOSED] = "closed", [FATE_WAITING] = "waiting"};

enum err_code named_worth_lock(struct store *st, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    return sql_one_args(st, SQL_NAMED_LOCK, NULL, 0, &q, err);
}

static enum err_code audit(struct store *st, const struct hold_row *row, int64_t agent_id,
                           const char *action, int64_t person_id, enum fate fate, int64_t now_utc_s,
                           struct err *err)
{
    return store_audit_append(st,
                              &(struct store_audit){.at_utc_s = now_utc_s,
                                                    .agent_id = agent_id,
                                                    .action = action,
                                                    .subject = fates[fate],
                                                    .person_id = person_id,
                                                    .offer_id = row->offer_id},
                              err);
}

/* Whom a contact may be told of. */
struct teller {
    int64_t index_id; /* the index case; 0 = nobody */
    bool may_name;    /* his newest word on it */
};

/* The index case whose answers named the contact first, of those that count and of the region;
 * index_id: only this one, 0 = any. */
static enum err_code find_teller(struct store *st, enum region region, int64_t person_id,
                                 int64_t index_id, struct teller *ret, struct err *err)
{
    struct teller t = {.index_id = 0};
    bool row = true;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_NAMED_TELLERS, &q, err, sql_int(person_id), sql_text(region_name(region)));
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        const int64_t id = sql_col_int(q, 0);
        if (t.index_id == 0 && (index_id == 0 || id == index_id)) {
            t.index_id = id;
        }
        if (id == t.index_id) {
            t.may_name = sql_col_int(q, 1) != 0;
        }
    }
    if (!code) {
        *ret = t;
    }
    return code;
}

static enum err_code write_told(struct store *st, int64_t person_id, const struct record *r,
                                int64_t now_utc_s, struct err *err)
{
    uint8_t ticket[BLIND_BYTES];
    CLEANUP_BUF struct buf sealed = {0};
    const size_t len = r->index_ticket[0] ? sizeof ticket : 0;
    enum err_code code = record_seal_group(st->keys, RECORD_CONTEXT, r, person_id, &sealed, err);
    if (!code && len > 0) {
        code = blind_ticket(st, r->index_ticket, ticket, err);
    }
    return code ? code
                : sql_run(st, SQL_NAMED_TELL, err, sql_int(person_id),
                          sql_blob(sealed.data, sealed.len), sql_blob(ticket, len),
                          sql_int(now_utc_s));
}

static enum err_code is_named_only(struct store *st, int64_t person_id, bool *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_NAMED_ONLY, &q, err, sql_int(person_id));
    if (!code) {
        *ret = sql_col_int(q, 0) != 0;
    }
    return code;
}

/* Who named whom, in the record of a contact, as the answers say that count now. Of somebody whom
 * an import brought only the leave to name this index case is theirs. A contact whom an import
 * moved to another region is told nothing from this one. turned: the answers of this offer changed
 * their worth a moment ago. */
static enum err_code tell(struct store *st, const struct hold_row *row, int64_t person_id,
                          bool turned, int64_t now_utc_s, struct err *err)
{
    bool only = false;
    bool changed = false;
    bool other_day = false;
    struct teller teller = {.index_id = 0};
    CLEANUP_PERSON struct person_row contact = {0};
    CLEANUP_PERSON struct person_row index = {0};
    enum err_code code = person_read(st, person_id, row->region, &contact, err);
    if (code) {
        return code == ERR_NOT_FOUND ? ERR_OK : code;
    }
    code = is_named_only(st, person_id, &only, err);
    code = code ? code
                : find_teller(st, row->region, person_id, only ? 0 : row->person_id, &teller, err);
    const int64_t index_id = only ? teller.index_id : row->person_id;
    if (!code && index_id) {
        code = person_read(st, index_id, row->region, &index, err);
        code = code == ERR_NOT_FOUND ? ERR_OK : code; /* in another region meanwhile */
    }
    const struct record *told = index.record.ticket[0] ? &index.record : NULL;
    const bool theirs =
        told && strcmp(contact.record.index_ticket, told->ticket) == 0; /* also in the file */
    if (!code && (only || theirs)) {
        code = contact_tell(told, teller.may_name, &contact.record, &changed, err);
    }
    if (!code && turned) {
        code = named_day_follow(st, row->offer_id, person_id, &contact.record, &other_day, err);
    }
    return code || !(changed || other_day)
               ? code
               : write_told(st, person_id, &contact.record, now_utc_s, err);
}

/* Somebody who was closed waits again, when answers that count name him. */
static enum err_code restore(struct store *st, int64_t person_id, int64_t now_utc_s, enum fate *ret,
                             struct err *err)
{
    char name[8];
    bool closed = false;
    enum region region;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_one(st, SQL_NAMED_RESTORE, &q, err, sql_int(person_id), sql_int(now_utc_s));
        if (code) {
            return code == ERR_NOT_FOUND ? ERR_OK : code;
        }
        sql_col_text(q, 0, name, sizeof name);
    }
    enum err_code code = region_by_name(name, strlen(name), &region)
                             ? store_wish_settle(st, person_id, region, now_utc_s, &closed, err)
                             : err_set(err, ERR_STORE, "a person in the database is broken");
    if (!code && !closed) {
        *ret = FATE_WAITING;
    }
    return code;
}

/* Closed, when nothing that counts names him. */
static enum err_code withdraw(struct store *st, int64_t person_id, int64_t now_utc_s,
                              enum fate *ret, struct err *err)
{
    enum err_code code =
        sql_run(st, SQL_NAMED_WITHDRAW, err, sql_int(person_id), sql_int(now_utc_s));
    if (!code && sql_changes(st) > 0) {
        *ret = FATE_CLOSED;
    }
    return code;
}

/* One contact of an offer whose answers changed their worth. */
static enum err_code follow_one(struct store *st, const struct hold_row *row, int64_t by_agent_id,
                                int64_t person_id, bool counts, int64_t now_utc_s, struct err *err)
{
    enum fate fate = FATE_KEPT;
    enum err_code code = sql_run(st, SQL_NAMED_TURN, err, sql_int(row->offer_id),
                                 sql_int(person_id), sql_opt(counts ? 0 : now_utc_s));
    code = code ? code : tell(st, row, person_id, true, now_utc_s, err);
    if (!code) {
        code = counts ? restore(st, person_id, now_utc_s, &fate, err)
                      : withdraw(st, person_id, now_utc_s, &fate, err);
    }
    return code ? code
                : audit(st, row, by_agent_id, counts ? "contact_restored" : "contact_withdrawn",
                        person_id, fate, now_utc_s, err);
}

/* The next contact of another worth than before; *ret_id 0 = none. */
static enum err_code next_to_turn(struct store *st, int64_t offer_id, bool counts, int64_t *ret_id,
                                  bool *ret_left_out, struct err *err)
{
    bool row = false;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_NAMED_TO_TURN, &q, err, sql_int(offer_id), sql_int(counts));
    code = code ? code : sql_next(st, q, &row, err);
    *ret_id = !code && row ? sql_col_int(q, 0) : 0;
    *ret_left_out = *ret_id && sql_col_int(q, 1) != 0;
    return code;
}

enum err_code named_worth_follow(struct store *st, const struct hold_row *row, int64_t by_agent_id,
                                 bool counts, int64_t now_utc_s, struct err *err)
{
    int64_t id = 1;
    bool left_out = false;
    const struct sql_arg args[] = {sql_int(row->offer_id), sql_int(now_utc_s), sql_int(counts)};
    enum err_code code = named_worth_lock(st, err);
    code = code ? code : sql_run(st, SQL_NAMED_PLACES, err, args[0], args[1], args[2]);
    code = code ? code : sql_run(st, SQL_NAMED_NO_NUMBER, err, args[0], args[1], args[2]);
    while (!code && id) {
        code = next_to_turn(st, row->offer_id, counts, &id, &left_out, err);
        if (!code && id) {
            code = follow_one(st, row, by_agent_id, id, counts && !left_out, now_utc_s, err);
        }
    }
    return code;
}

enum err_code named_worth_anew(struct store *st, int64_t offer_id, struct err *err)
{
    enum err_code code = named_worth_lock(st, err);
    code = code ? code : sql_run(st, SQL_NAMED_ANEW, err, sql_int(offer_id));
    return code ? code : sql_run(st, SQL_COLLECTIVITY_ANEW, err, sql_int(offer_id));
}

enum err_code named_worth_again(struct store *st, const struct hold_row *row, int64_t person_id,
                                int64_t now_utc_s, struct err *err)
{
    enum fate fate = FATE_KEPT;
    enum err_code code = tell(st, row, person_id, false, now_utc_s, err);
    code = code ? code : restore(st, person_id, now_utc_s, &fate, err);
    return code || fate == FATE_KEPT
               ? code
               : audit(st, row, row->agent_id, "contact_restored", person_id, fate, now_utc_s, err);
}

enum err_code named_worth_let_go(struct store *st, const struct hold_row *row, int64_t now_utc_s,
                                 struct err *err)
{
    bool left = false;
    enum fate fate = FATE_KEPT;
    if (row->kind != PERSON_CONTACT) {
        return ERR_OK;
    }
    enum err_code code;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_each(st, SQL_NAMED_LEFT, &q, err, sql_int(row->person_id));
        code = code ? code : sql_next(st, q, &left, err);
    }
    if (code || !left) { /* as nearly always */
        return code;
    }
    code = named_worth_lock(st, err);
    code = code ? code : withdraw(st, row->person_id, now_utc_s, &fate, err);
    return code || fate == FATE_KEPT ? code
                                     : audit(st, row, row->agent_id, "contact_withdrawn",
                                             row->person_id, fate, now_utc_s, err);
}
