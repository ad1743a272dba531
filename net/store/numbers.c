/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of an offer, and who is called in the person's place. */

#include "net/store/numbers.h"

#include <string.h>

#include <sodium.h>

#include "net/store/callback_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"

void offer_numbers_wipe(struct offer_numbers *n)
{
    sodium_memzero(n, sizeof *n);
}

static size_t put(struct offer_numbers *n, const char *number)
{
    size_t at = 0;
    while (at < n->n && strcmp(n->numbers[at], number) != 0) {
        at++;
    }
    if (at == n->n && n->n < OFFER_NUMBERS) {
        memcpy(n->numbers[n->n++], number, PHONE_SIZE);
    }
    return at;
}

static enum err_code open_text(struct store *st, struct sql_rows *q, int column, const char *group,
                               int64_t offer_id, char *ret, size_t size, struct err *err)
{
    CLEANUP_BUF struct buf plain = {0};
    const struct seal_place place = {"offer", group, offer_id};
    size_t len;
    const void *blob = sql_col_blob(q, column, &len);
    ret[0] = '\0';
    if (len == 0) {
        return ERR_OK;
    }
    enum err_code code = unseal(st->keys, &place, blob, len, &plain, err);
    if (!code && plain.len >= size) {
        code = err_set(err, ERR_STORE, "an offer in the database is broken");
    }
    if (!code) {
        memcpy(ret, buf_text(&plain), plain.len + 1);
    }
    if (plain.data) {
        sodium_memzero(plain.data, plain.len);
    }
    return code;
}

/* Columns: offer, relation, name, number, when, answered. */
static enum err_code take_party(struct store *st, struct sql_rows *q, struct party *ret,
                                struct err *err)
{
    char relation[16];
    const int64_t offer_id = sql_col_int(q, 0);
    struct party p = {.at_utc_s = sql_col_int(q, 4), .answered = sql_col_int(q, 5) != 0};
    sql_col_text(q, 1, relation, sizeof relation);
    enum err_code code =
        party_relation_by_name(relation, &p.relation)
            ? open_text(st, q, 2, "party_name", offer_id, p.name, sizeof p.name, err)
            : err_set(err, ERR_STORE, "an offer in the database is broken");
    if (!code) {
        code = open_text(st, q, 3, "party_phone", offer_id, p.number, sizeof p.number, err);
    }
    if (!code) {
        *ret = p;
    }
    sodium_memzero(&p, sizeof p);
    return code;
}

static enum err_code read_party(struct store *st, int64_t offer_id, enum region region,
                                struct party *ret, struct err *err)
{
    bool row = false;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_OFFER_PARTY, &q, err, sql_int(offer_id), sql_text(region_name(region)));
    code = code ? code : sql_next(st, q, &row, err);
    return code || !row ? code : take_party(st, q, ret, err);
}

enum err_code offer_numbers_read(struct store *st, int64_t offer_id, int64_t person_id,
                                 enum region region, const struct record *record,
                                 struct offer_numbers *ret, struct err *err)
{
    CLEANUP_NUMBERS struct offer_numbers n = {.callback = OFFER_NO_NUMBER,
                                              .party = OFFER_NO_NUMBER};
    char other[PHONE_SIZE];
    n.n = record_phone_count(record);
    for (size_t i = 0; i < n.n; i++) {
        memcpy(n.numbers[i], record->phones[i].number, PHONE_SIZE);
    }
    enum err_code code = callback_number(st, person_id, region, other, err);
    if (!code && other[0]) {
        n.callback = put(&n, other);
    }
    sodium_memzero(other, sizeof other);
    code = code ? code : read_party(st, offer_id, region, &n.who, err);
    if (!code && n.who.number[0]) {
        n.party = put(&n, n.who.number);
    }
    if (!code) {
        *ret = n;
    }
    return code;
}

enum err_code parties_of_person(struct store *st, int64_t person_id, enum region region,
                                int64_t offer_id, struct party *ret, size_t cap, size_t *ret_n,
                                struct err *err)
{
    size_t n = 0;
    bool row = true;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_PARTIES_OF_PERSON, &q, err, sql_int(person_id),
                 sql_text(region_name(region)), sql_int(offer_id), sql_int((int64_t)cap));
    while (!code && n < cap && !(code = sql_next(st, q, &row, err)) && row) {
        code = take_party(st, q, &ret[n], err);
        n += !code;
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}
