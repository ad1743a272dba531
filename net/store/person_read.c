/* SPDX-License-Identifier: Apache-2.0 */
/* A person as stored, opened. */

#include "net/store/person_read.h"

#include <stdio.h>
#include <string.h>

#include "net/store/internal.h"
#include "net/store/record_seal.h"

void person_row_wipe(struct person_row *row)
{
    record_wipe(&row->record);
}

static enum err_code open_groups(struct store *st, struct sql_rows *q, int64_t person_id,
                                 struct record *r, struct err *err)
{
    enum err_code code = ERR_OK;
    for (unsigned i = 0; !code && i < RECORD_GROUP_COUNT; i++) {
        size_t len;
        const void *blob = sql_col_blob(q, (int)i, &len);
        code = record_unseal(st->keys, (enum record_group)i, person_id, blob, len, r, err);
    }
    return code;
}

enum err_code person_read(struct store *st, int64_t person_id, enum region region,
                          struct person_row *ret, struct err *err)
{
    bool moved;
    enum err_code code = import_settle(st, person_id, &moved, err);
    if (code) {
        return code;
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    code =
        sql_one(st, SQL_PERSON_SEALED, &q, err, sql_int(person_id), sql_text(region_name(region)));
    if (code) {
        return code;
    }
    CLEANUP_PERSON struct person_row p = {.record = {.region = region}};
    code = open_groups(st, q, person_id, &p.record, err);
    char kind[16];
    sql_col_text(q, 4, kind, sizeof kind);
    if (!code && !person_kind_by_name(kind, strlen(kind), &p.record.kind)) {
        code = err_set(err, ERR_STORE, "a person in the database is broken");
    }
    if (code) {
        return code;
    }
    store_id_print(person_id, p.record.person_id);
    sql_col_text(q, 5, p.record.language, sizeof p.record.language);
    p.record.ticket_at_utc_s = sql_col_int(q, 6);
    sql_col_text(q, 11, p.record.queue, sizeof p.record.queue);
    p.record.set |= p.record.queue[0] ? 1u << RECORD_QUEUE : 0;
    p.record.attempts = (int)sql_col_int(q, 7);
    p.record.set |=
        1u << RECORD_TICKET_AT | 1u << RECORD_LANGUAGE | 1u << RECORD_REGION | 1u << RECORD_KIND;
    p.next_phone = (size_t)sql_col_int(q, 8);
    p.dropped_phones = (uint32_t)sql_col_int(q, 10);
    *ret = p;
    return ERR_OK;
}

enum err_code person_name(struct store *st, int64_t person_id, const void *ident_enc, size_t len,
                          char *ret, size_t size, struct err *err)
{
    struct record r = {0};
    enum err_code code = record_unseal(st->keys, RECORD_IDENT, person_id, ident_enc, len, &r, err);
    if (!code) {
        snprintf(ret, size, "%s%s%s", r.given_name, r.given_name[0] ? " " : "", r.family_name);
    }
    record_wipe(&r);
    return code;
}
