/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts whom index cases name. */

#include "net/store/store_named.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/contact.h"
#include "net/store/blind.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/named_day.h"
#include "net/store/named_worth.h"
#include "net/store/person_read.h"
#include "net/store/response_change.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_wish.h"

#define DAY_S 86400
#define TICKET_RANDOM_BYTES 16

/* One interview, and what its contacts have in common. */
struct naming {
    struct store *st;
    struct hold_row row; /* of the offer */
    struct person_row index;
    const struct service *service;
    int64_t now_utc_s;
    int64_t closed_after_utc_s; /* who was closed before is called anew */
    bool counts;                /* false: the answers are of the wrong person */
};

static void naming_wipe(struct naming *n)
{
    person_row_wipe(&n->index);
}

/* The person of a row (person_id, ident_enc, contact_enc), if the contact is that person. */
static enum err_code compare(const struct naming *n, struct sql_rows *q,
                             const struct script_contact *c, int64_t *ret_id, struct err *err)
{
    struct record r = {0};
    const int64_t id = sql_col_int(q, 0);
    size_t len;
    const void *blob = sql_col_blob(q, 1, &len);
    enum err_code code = record_unseal(n->st->keys, RECORD_IDENT, id, blob, len, &r, err);
    if (!code) {
        blob = sql_col_blob(q, 2, &len);
        code = record_unseal(n->st->keys, RECORD_CONTACT, id, blob, len, &r, err);
    }
    if (!code && contact_is(c, &r)) {
        *ret_id = id;
    }
    record_wipe(&r);
    return code;
}

/* Among those who have the blind index: who still is to be called first, then the newest. */
static enum err_code find_among(const struct naming *n, enum sql_id id,
                                const uint8_t index[BLIND_BYTES], const struct script_contact *c,
                                int64_t *ret_id, struct err *err)
{
    bool row = true;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each(n->st, id, &q, err, sql_blob(index, BLIND_BYTES),
                                  sql_text(region_name(n->row.region)), sql_text(n->row.service_id),
                                  sql_int(n->closed_after_utc_s), sql_int(STORE_NAMED_SHARED_MAX));
    while (!code && *ret_id == 0 && !(code = sql_next(n->st, q, &row, err)) && row) {
        code = compare(n, q, c, ret_id, err);
    }
    return code;
}

/* Who is this contact already; *ret_id 0 = nobody. */
static enum err_code find(const struct naming *n, const struct script_contact *c, int64_t *ret_id,
                          struct err *err)
{
    uint8_t index[BLIND_BYTES];
    enum err_code code = ERR_OK;
    *ret_id = 0;
    if (niss_is_set(&c->niss)) {
        code = blind_niss(n->st, &c->niss, index, err);
        code = code ? code : find_among(n, SQL_NAMED_BY_NISS, index, c, ret_id, err);
    }
    for (size_t i = 0; !code && *ret_id == 0 && i < c->n_phones; i++) {
        code = blind_phone(n->st, c->phones[i], index, err);
        code = code ? code : find_among(n, SQL_NAMED_BY_PHONE, index, c, ret_id, err);
    }
    return code;
}

/* Nobody else's: 128 random bits. */
static void make_ticket(char ret[RECORD_TICKET_CHARS + 1])
{
    unsigned char random[TICKET_RANDOM_BYTES];
    char hex[2 * TICKET_RANDOM_BYTES + 1];
    randombytes_buf(random, sizeof random);
    snprintf(ret, RECORD_TICKET_CHARS + 1, "PUPITRE-%s",
             sodium_bin2hex(hex, sizeof hex, random, sizeof random));
}

static struct sql_arg group(const struct sealed_record *s, enum record_group g)
{
    return sql_blob(s->groups[g].data, s->groups[g].len);
}

static enum err_code insert(const struct naming *n, int64_t id, const struct record *r,
                            const struct sealed_record *s, struct err *err)
{
    enum err_code code =
        sql_run(n->st, SQL_NAMED_PERSON, err, sql_int(id), sql_text(n->row.service_id),
                sql_text(region_name(r->region)), sql_text(r->language), sql_int(n->now_utc_s),
                sql_int((int64_t)s->n_phones), sql_blob(s->ticket, BLIND_BYTES),
                sql_blob(s->niss, s->niss_len), sql_blob(s->name_birth, s->name_birth_len),
                group(s, RECORD_IDENT), group(s, RECORD_CONTACT), group(s, RECORD_CONTEXT),
                group(s, RECORD_REMARKS), sql_blob(s->content, BLIND_BYTES),
                sql_blob(s->index_ticket, s->index_ticket_len));
    for (size_t i = 0; !code && i < s->n_phones; i++) {
        code = sql_run(n->st, SQL_NAMED_PHONE, err, sql_int(id), sql_int((int64_t)i),
                       sql_blob(s->phones[i], BLIND_BYTES));
    }
    return code;
}

/* A new person, who waits, unless somebody who wished no call. */
static enum err_code make(const struct naming *n, const struct script_contact *c, int64_t *ret_id,
                          struct err *err)
{
    char ticket[RECORD_TICKET_CHARS + 1];
    bool closed;
    struct record r = {0};
    CLEANUP(sealed_record_deinit) struct sealed_record s = {0};
    const struct contact_named_by by = {
        .index = &n->index.record,
        .service = n->service,
        .region = n->row.region,
        .ticket = ticket,
        .at_utc_s = n->now_utc_s,
    };
    make_ticket(ticket);
    enum err_code code = store_next_id(n->st, "person", ret_id, err);
    code = code ? code : contact_record(c, &by, &r, err);
    code = code ? code : record_seal(n->st->keys, &r, *ret_id, &s, err);
    code = code ? code : blind_record(n->st, &r, &s, err);
    code = code ? code : insert(n, *ret_id, &r, &s, err);
    record_wipe(&r);
    return code ? code
                : store_wish_settle(n->st, *ret_id, n->row.region, n->now_utc_s, &closed, err);
}

/* What was told of somebody whom nobody can call: texts, each closed by a NUL (export.c). Numbers:
 * those that may not be dialled. */
static void write_entry(const struct script_contact *c, struct buf *out)
{
    const char *const texts[] = {
        c->given,    c->family,   c->birth_date,   c->niss.digits,
        c->language, c->relation, c->last_contact, script_named_risk_name(c->risk),
        c->unread};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        buf_add(out, texts[i], strlen(texts[i]) + 1);
    }
    for (size_t i = 0; i < c->n_phones; i++) {
        buf_printf(out, "%s%s", i ? " " : "", c->phones[i]);
    }
    buf_char(out, '\0');
}

static enum err_code keep_told(const struct naming *n, const struct script_contact *c, int64_t id,
                               struct err *err)
{
    uint8_t mac[BLIND_BYTES];
    const struct seal_place place = {"named_contact", "entry", id};
    CLEANUP_BUF struct buf plain = {0};
    CLEANUP_BUF struct buf sealed = {0};
    write_entry(c, &plain);
    if (plain.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    enum err_code code = seal(n->st->keys, &place, plain.data, plain.len, &sealed, err);
    code = code ? code
                : blind_content(n->st, SQL_NAMED_CONTACT_MOVE, n->row.offer_id, plain.data,
                                plain.len, mac, err);
    code = code ? code
                : sql_run(n->st, SQL_NAMED_TOLD_ENTRY, err, sql_int(n->row.offer_id),
                          sql_blob(mac, sizeof mac));
    return code ? code
                : sql_run(n->st, SQL_NAMED_CONTACT_INSERT, err, sql_int(id),
                          sql_text(region_name(n->row.region)), sql_text(n->row.service_id),
                          sql_int(n->row.offer_id), sql_opt(0), sql_blob(sealed.data, sealed.len),
                          sql_blob(mac, sizeof mac), sql_int(n->now_utc_s), sql_int(0));
}

static enum err_code audit(const struct naming *n, int64_t person_id, struct err *err)
{
    return store_audit_append(n->st,
                              &(struct store_audit){.at_utc_s = n->now_utc_s,
                                                    .agent_id = n->row.agent_id,
                                                    .action = "contact_named",
                                                    .person_id = person_id,
                                                    .offer_id = n->row.offer_id},
                              err);
}

/* What is told anew of somebody who is known. *ret_day: of the last contact, as it was before. */
static enum err_code amend(const struct naming *n, const struct script_contact *c,
                           int64_t person_id, char ret_day[DATE_TEXT_SIZE], struct err *err)
{
    bool changed = false;
    CLEANUP_PERSON struct person_row row = {0};
    CLEANUP_BUF struct buf sealed = {0};
    enum err_code code = person_read(n->st, person_id, n->row.region, &row, err);
    if (!code) {
        memcpy(ret_day, row.record.last_contact_date, DATE_TEXT_SIZE);
    }
    if (!code && n->counts) {
        code = contact_amend(c, &n->index.record, &row.record, &changed, err);
    }
    if (code || !changed) {
        return code;
    }
    code = record_seal_group(n->st->keys, RECORD_CONTEXT, &row.record, person_id, &sealed, err);
    return code ? code
                : sql_run(n->st, SQL_NAMED_AMEND, err, sql_int(person_id),
                          sql_blob(sealed.data, sealed.len), sql_int(n->now_utc_s));
}

/* Whoever can be called: found or made, and linked. */
static enum err_code take_person(const struct naming *n, const struct script_contact *c, int64_t id,
                                 struct store_named_sum *sum, struct err *err)
{
    int64_t person_id;
    enum err_code code = find(n, c, &person_id, err);
    if (code || person_id == n->row.person_id) {
        return code;
    }
    char day[DATE_TEXT_SIZE] = "";
    const bool is_new = person_id == 0;
    code = is_new ? make(n, c, &person_id, err) : ERR_OK;
    code = code ? code
                : sql_run(n->st, SQL_NAMED_CONTACT_INSERT, err, sql_int(id),
                          sql_text(region_name(n->row.region)), sql_text(n->row.service_id),
                          sql_int(n->row.offer_id), sql_int(person_id), sql_blob(NULL, 0),
                          sql_blob(NULL, 0), sql_int(n->now_utc_s), sql_int(c->may_name));
    if (code) {
        return code;
    }
    const bool is_linked = sql_changes(n->st) > 0; /* else it was in this offer before */
    code = is_new ? ERR_OK : amend(n, c, person_id, day, err);
    code =
        code ? code : named_day_keep(n->st, n->row.offer_id, person_id, c->last_contact, day, err);
    if (!code && !is_linked) {
        code = sql_run(n->st, SQL_NAMED_TOLD, err, sql_int(n->row.offer_id), sql_int(person_id));
    }
    if (!code && !is_linked) {
        code = sql_run(n->st, SQL_NAMED_MAY_NAME, err, sql_int(n->row.offer_id), sql_int(person_id),
                       sql_int(c->may_name));
    }
    if (code || !is_linked) {
        return code;
    }
    if (!is_new && n->counts) {
        code = named_worth_again(n->st, &n->row, person_id, n->now_utc_s, err);
    }
    if (code) {
        return code;
    }
    sum->n_new += is_new;
    sum->n_known += !is_new;
    return audit(n, person_id, err);
}

static enum err_code take(const struct naming *n, const struct script_contact *c,
                          struct store_named_sum *sum, struct err *err)
{
    int64_t id;
    enum err_code code = store_next_id(n->st, "named_contact", &id, err);
    if (code || contact_can_be_called(c, n->service)) {
        return code ? code : take_person(n, c, id, sum, err);
    }
    code = keep_told(n, c, id, err);
    if (code || sql_changes(n->st) == 0) {
        return code;
    }
    sum->n_no_number++;
    return audit(n, 0, err);
}

/* A code may have said already that the answers are of the wrong person: they name nobody then. */
static enum err_code read_worth(struct naming *n, struct err *err)
{
    enum response_status status = RESPONSE_COMPLETED;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(n->st, SQL_RESPONSE_STATE, &q, err, sql_int(n->row.offer_id));
    if (!code) {
        code = response_status_column(q, 3, &status, err);
    }
    n->counts = status != RESPONSE_ENTERED_IN_ERROR;
    return code == ERR_NOT_FOUND ? ERR_OK : code;
}

static enum err_code begin(struct naming *n, const struct store_actor *actor, int64_t offer_id,
                           struct err *err)
{
    enum err_code code = hold_load_own(n->st, actor, offer_id, &n->row, err);
    code = code ? code : store_service(n->st, n->row.service_id, &n->service, err);
    code = code ? code : person_read(n->st, n->row.person_id, n->row.region, &n->index, err);
    if (code) {
        return code;
    }
    const int64_t days = n->service->contacts.again_after_days;
    n->closed_after_utc_s = days > 0 ? n->now_utc_s - days * DAY_S : 0;
    code = named_worth_lock(n->st, err);
    code = code ? code : read_worth(n, err);
    return code ? code : sql_run(n->st, SQL_NAMED_FORGET, err, sql_int(offer_id));
}

enum err_code store_named_anew(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               struct err *err)
{
    struct hold_row row;
    enum err_code code = hold_load_own(st, actor, offer_id, &row, err);
    return code ? code : named_worth_anew(st, offer_id, err);
}

enum err_code store_named_take(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               const struct script_contact *contacts, size_t n_contacts,
                               int64_t now_utc_s, struct store_named_sum *ret, struct err *err)
{
    struct store_named_sum sum = {0};
    CLEANUP(naming_wipe) struct naming n = {.st = st, .now_utc_s = now_utc_s};
    enum err_code code = begin(&n, actor, offer_id, err);
    for (size_t i = 0; !code && i < n_contacts; i++) {
        code = take(&n, &contacts[i], &sum, err);
    }
    if (!code) {
        code = named_worth_follow(st, &n.row, n.row.agent_id, n.counts, now_utc_s, err);
    }
    if (!code) {
        *ret = sum;
    }
    return code;
}
