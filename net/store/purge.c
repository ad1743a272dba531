/* SPDX-License-Identifier: Apache-2.0 */
/* Destroying people and answers: by policy, or one person. */

#include "net/store/purge.h"

#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/blind.h"
#include "net/store/record_seal.h"
#include "net/store/seal.h"
#include "net/store/sql_engine.h"
#include "net/store/store_admin.h"
#include "net/store/store_purge.h"

#define DAY_S 86400
#define BATCH_MAX 200

static const struct kept {
    const char *what;
    enum sql_id destroy;
} kept[] = {
#define KEPT(table, where) {#table, SQL_DESTROY_##table},
#include "net/store/kept.def"
#undef KEPT
};

static enum err_code tally(struct store *st, int64_t number, const char *what, int64_t n,
                           struct err *err)
{
    return n == 0 ? ERR_OK
                  : sql_run(st, SQL_PURGE_TALLY, err, sql_int(number), sql_text(what), sql_int(n));
}

enum err_code purge_number(struct store *st, int64_t *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_CERTIFICATE_NEXT, NULL, 0, &q, err);
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

/* So that one can say later that this very ticket was destroyed. */
static enum err_code note_ticket(struct store *st, int64_t person_id, int64_t number,
                                 struct err *err)
{
    struct record r = {0};
    uint8_t digest[BLIND_BYTES];
    enum err_code code;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        size_t len;
        code = sql_one(st, SQL_PURGE_IDENT, &q, err, sql_int(person_id));
        if (!code) {
            const void *blob = sql_col_blob(q, 0, &len);
            code = record_unseal(st->keys, RECORD_IDENT, person_id, blob, len, &r, err);
        }
    }
    if (!code) {
        blind(st->keys, KEY_DESTROYED, r.ticket, strlen(r.ticket), digest);
        code = sql_run(st, SQL_DESTROYED_INSERT, err, sql_int(number),
                       sql_blob(digest, sizeof digest));
    }
    record_wipe(&r);
    return code;
}

/* A contact of an index case that goes: the name of the index patient goes, too. */
static enum err_code forget_index(struct store *st, int64_t contact_id, struct err *err)
{
    struct record r = {0};
    CLEANUP_BUF struct buf sealed = {0};
    enum err_code code;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        size_t len;
        code = sql_one(st, SQL_PURGE_CONTEXT, &q, err, sql_int(contact_id));
        if (!code) {
            const void *blob = sql_col_blob(q, 0, &len);
            code = record_unseal(st->keys, RECORD_CONTEXT, contact_id, blob, len, &r, err);
        }
    }
    if (!code) {
        sodium_memzero(r.name_index_patient, sizeof r.name_index_patient);
        sodium_memzero(r.index_ticket, sizeof r.index_ticket);
        code = record_seal_group(st->keys, RECORD_CONTEXT, &r, contact_id, &sealed, err);
    }
    record_wipe(&r);
    return code ? code
                : sql_run(st, SQL_PURGE_FORGET_INDEX, err, sql_int(contact_id),
                          sql_blob(sealed.data, sealed.len));
}

static enum err_code forget_index_of_all(struct store *st, int64_t person_id, int64_t number,
                                         struct err *err)
{
    int64_t ids[64];
    size_t n = sizeof ids / sizeof ids[0];
    enum err_code code = ERR_OK;
    while (!code && n == sizeof ids / sizeof ids[0]) {
        {
            CLEANUP_SQL struct sql_rows *q = NULL;
            code = sql_each(st, SQL_PURGE_CONTACTS, &q, err, sql_int(person_id),
                            sql_int((int64_t)(sizeof ids / sizeof ids[0])));
            code = code ? code : sql_ids(st, q, ids, sizeof ids / sizeof ids[0], &n, err);
        }
        for (size_t i = 0; !code && i < n; i++) {
            code = forget_index(st, ids[i], err);
        }
        code = code ? code : tally(st, number, "index_patient_names", (int64_t)n, err);
    }
    return code;
}

enum err_code purge_person(struct store *st, int64_t person_id, int64_t number, struct err *err)
{
    bool moved;
    enum err_code code = import_settle(st, person_id, &moved, err);
    if (!code) {
        code = note_ticket(st, person_id, number, err);
    }
    if (!code) { /* while the numbers are there */
        code = sql_run(st, SQL_PURGE_WISHES, err, sql_int(person_id));
    }
    if (!code) {
        code = sql_run(st, SQL_PURGE_NAMED, err, sql_int(person_id));
    }
    if (!code) {
        code = forget_index_of_all(st, person_id, number, err);
    }
    for (size_t i = 0; !code && i < sizeof kept / sizeof kept[0]; i++) {
        code = sql_run(st, kept[i].destroy, err, sql_int(person_id));
        if (!code) {
            code = tally(st, number, kept[i].what, sql_changes(st), err);
        }
    }
    return code;
}

/* The day on which what was not needed any more may go; false: the service keeps it for ever. */
static bool due_before(int64_t days, int64_t now_utc_s, int64_t *ret)
{
    *ret = now_utc_s - days * DAY_S;
    return days > 0;
}

static enum err_code find(struct store *st, enum sql_id id, const char *service_id, int64_t before,
                          size_t limit, int64_t *ids, size_t *ret_n, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, id, &q, err, sql_text(service_id), sql_int(before), sql_int((int64_t)limit));
    return code ? code : sql_ids(st, q, ids, limit, ret_n, err);
}

static enum err_code purge_answers(struct store *st, const char *service_id, int64_t before,
                                   size_t limit, int64_t number, size_t *ret_n, struct err *err)
{
    int64_t ids[BATCH_MAX];
    enum err_code code = find(st, SQL_PURGE_ANSWERS, service_id, before, limit, ids, ret_n, err);
    for (size_t i = 0; !code && i < *ret_n; i++) {
        code = sql_run(st, SQL_PURGE_RESPONSE, err, sql_int(ids[i]));
        code = code ? code : tally(st, number, "response", sql_changes(st), err);
        code = code ? code : sql_run(st, SQL_PURGE_DRAFTS, err, sql_int(ids[i]));
        code = code ? code : tally(st, number, "late_draft", sql_changes(st), err);
    }
    return code;
}

enum err_code store_purge_step(struct store *st, const char *service_id, size_t limit,
                               int64_t now_utc_s, size_t *ret_n, struct err *err)
{
    int64_t ids[BATCH_MAX];
    size_t n = 0;
    size_t n_answers = 0;
    int64_t number = 0;
    int64_t before;
    const struct service *service = NULL;
    limit = limit > BATCH_MAX ? BATCH_MAX : limit;
    enum err_code code = store_service(st, service_id, &service, err);
    if (!code) {
        code = purge_number(st, &number, err);
    }
    if (!code && due_before(service->purge.people_days, now_utc_s, &before)) {
        code = find(st, SQL_PURGE_PEOPLE, service_id, before, limit, ids, &n, err);
    }
    for (size_t i = 0; !code && i < n; i++) {
        code = purge_person(st, ids[i], number, err);
    }
    if (!code && due_before(service->purge.answers_days, now_utc_s, &before)) {
        code = purge_answers(st, service_id, before, limit, number, &n_answers, err);
    }
    if (!code) {
        *ret_n = n + n_answers;
    }
    return code;
}

static enum err_code count(struct store *st, enum sql_id id, const char *service_id, int64_t before,
                           int64_t *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, id, &q, err, sql_text(service_id), sql_int(before));
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_purge_count(struct store *st, const char *service_id, int64_t now_utc_s,
                                int64_t *ret_people, int64_t *ret_answers, struct err *err)
{
    int64_t before;
    const struct service *service = NULL;
    *ret_people = *ret_answers = 0;
    enum err_code code = store_service(st, service_id, &service, err);
    if (!code && due_before(service->purge.people_days, now_utc_s, &before)) {
        code = count(st, SQL_PURGE_PEOPLE_COUNT, service_id, before, ret_people, err);
    }
    if (!code && due_before(service->purge.answers_days, now_utc_s, &before)) {
        code = count(st, SQL_PURGE_ANSWERS_COUNT, service_id, before, ret_answers, err);
    }
    return code;
}

/* PostgreSQL keeps old rows until then. */
static const char vacuum[] = "VACUUM destroyed_ticket"
#define KEPT(table, where) ", " #table
#include "net/store/kept.def"
#undef KEPT
    ;

enum err_code store_purge_scrub(struct store *st, struct err *err)
{
    if (st->engine != &sql_sqlite) {
        return st->engine->script(st, vacuum, err);
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_WAL_CUT, NULL, 0, &q, err);
    return !code && sql_col_int(q, 0) != 0
               ? err_set(err, ERR_UNAVAILABLE,
                         "somebody reads an older state: what was destroyed stays in the -wal "
                         "until the next purge")
               : code;
}
