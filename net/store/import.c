/* SPDX-License-Identifier: Apache-2.0 */
/* Import of people: staged sealed, promoted in batches. */

#include <string.h>

#include "core/i18n.h"
#include "net/store/blind.h"
#include "net/store/internal.h"
#include "net/store/record_seal.h"
#include "net/store/sql_engine.h"
#include "net/store/store_import.h"

enum err_code store_import_hurry(struct store *st, bool on, struct err *err)
{
    return st->engine->hurry(st, on, err);
}

int64_t store_import_others(struct store *st)
{
    struct err err;
    CLEANUP_SQL struct sql_rows *q = NULL;
    return sql_one_args(st, SQL_DATA_VERSION, NULL, 0, &q, &err) ? -1 : sql_col_int(q, 0);
}

/* In PostgreSQL a lock of the session: it goes with a process that dies. */
static enum err_code claim(struct store *st, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_IMPORT_CLAIM, NULL, 0, &q, err);
    if (!code && sql_col_int(q, 0) == 0) {
        code = err_set(err, ERR_UNAVAILABLE, "Another import is running.");
    }
    return code;
}

static enum err_code unclaim(struct store *st, struct err *err)
{
    bool held = true;
    enum err_code code = ERR_OK;
    while (!code && held) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one_args(st, SQL_IMPORT_UNCLAIM, NULL, 0, &q, err);
        held = !code && sql_col_int(q, 0) != 0;
    }
    return code;
}

enum err_code store_import_begin(struct store *st, const char *service_id, int64_t now_utc_s,
                                 int64_t *ret_import_id, struct err *err)
{
    const struct service *service = NULL;
    enum err_code code = store_service(st, service_id, &service, err);
    if (code == ERR_NOT_FOUND) {
        return err_field(err, code, "service", "this service has not been loaded");
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    if (!code) {
        code = claim(st, err);
    }
    if (!code) {
        code = sql_one(st, SQL_IMPORT_BEGIN, &q, err, sql_text(service_id), sql_int(now_utc_s));
    }
    if (!code) {
        *ret_import_id = sql_col_int(q, 0);
    }
    return code;
}

/* Is the stored content that of the record, under whichever key? */
static bool has_content(struct store *st, const struct record *r, const void *mac, size_t len)
{
    CLEANUP_BUF struct buf content = {0};
    record_content(r, &content);
    return !content.failed && blind_is(st->keys, KEY_CONTENT, content.data, content.len, mac, len);
}

/* The stored person with this ticket; *ret_id 0 = none. */
static enum err_code find_stored(struct store *st, const struct record *r,
                                 const struct sealed_record *s, int64_t *ret_id, bool *ret_same,
                                 struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_one(st, SQL_PERSON_BY_TICKET, &q, err, sql_blob(s->ticket, BLIND_BYTES));
    if (code == ERR_NOT_FOUND) {
        *ret_id = 0;
        *ret_same = false;
        return ERR_OK;
    }
    if (!code) {
        size_t len;
        const void *content = sql_col_blob(q, 1, &len);
        *ret_id = sql_col_int(q, 0);
        *ret_same = has_content(st, r, content, len);
    }
    return code;
}

static struct sql_arg group(const struct sealed_record *s, enum record_group g)
{
    return sql_blob(s->groups[g].data, s->groups[g].len);
}

static enum err_code insert_row(struct store *st, int64_t import_id, int64_t line,
                                int64_t person_id, bool is_new, const struct record *r,
                                const struct sealed_record *s, struct err *err)
{
    enum err_code code = sql_run(
        st, SQL_IMPORT_ROW, err, sql_int(import_id), sql_int(line), sql_int(person_id),
        sql_text(region_name(r->region)), sql_text(person_kind_name(r->kind)),
        sql_text(r->language), sql_int((int64_t)s->n_phones), sql_int(r->ticket_at_utc_s),
        sql_blob(s->ticket, BLIND_BYTES), sql_blob(s->niss, s->niss_len),
        sql_blob(s->name_birth, s->name_birth_len), sql_blob(s->phones, s->n_phones * BLIND_BYTES),
        group(s, RECORD_IDENT), group(s, RECORD_CONTACT), group(s, RECORD_CONTEXT),
        group(s, RECORD_REMARKS), sql_blob(s->content, BLIND_BYTES), sql_int(is_new),
        sql_text(r->queue), sql_blob(s->index_ticket, s->index_ticket_len));
    if (!code && sql_changes(st) == 0) {
        code = err_field(err, ERR_CONFLICT, record_field(RECORD_TICKET)->name,
                         "this ticket stands in another row too");
    }
    return code;
}

/* Is the queue one of the person's region, and where who speaks the language is served?
 * *ret_plain: it is that of the language, where the person waits without it. */
static enum err_code check_queue(const struct service *service, const struct record *r,
                                 bool *ret_plain, struct err *err)
{
    const char *column = record_field(RECORD_QUEUE)->name;
    const struct service_queue *q = r->queue[0] ? service_find_queue(service, r->queue) : NULL;
    *ret_plain = false;
    if (!r->queue[0]) {
        return ERR_OK;
    }
    if (!q) {
        return err_field(err, ERR_INVALID, column, N_("The service has no such queue."));
    }
    if (q->region != r->region) {
        return err_field(err, ERR_INVALID, column, N_("This queue is of another region."));
    }
    *ret_plain = q->kind == SERVICE_QUEUE_LANGUAGE;
    return *ret_plain && strcmp(q->language, r->language) != 0
               ? err_field(err, ERR_INVALID, column, N_("This queue is of another language."))
               : ERR_OK;
}

/* Does the run's service call people of this region, in this queue? */
static enum err_code check_service(struct store *st, int64_t import_id, const struct record *r,
                                   bool *ret_plain, struct err *err)
{
    char service_id[SERVICE_ID_SIZE];
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_IMPORT_SERVICE, &q, err, sql_int(import_id));
        if (code) {
            return code;
        }
        sql_col_text(q, 0, service_id, sizeof service_id);
    }
    const struct service *service = NULL;
    enum err_code code = store_service(st, service_id, &service, err);
    if (!code && !service->regions[r->region]) {
        code = err_field(err, ERR_INVALID, record_field(RECORD_REGION)->name,
                         "the service does not work in this region");
    }
    return code ? code : check_queue(service, r, ret_plain, err);
}

static enum err_code stage(struct store *st, int64_t import_id, int64_t line,
                           const struct record *record, enum store_import_row *ret, struct err *err)
{
    CLEANUP(sealed_record_deinit) struct sealed_record s = {0};
    int64_t person_id = 0;
    bool same = false;
    enum err_code code = blind_record(st, record, &s, err);
    if (!code) {
        code = find_stored(st, record, &s, &person_id, &same, err);
    }
    if (code) {
        return code;
    }
    enum store_import_row kind = person_id == 0 ? STORE_IMPORT_NEW
                                 : same         ? STORE_IMPORT_SAME
                                                : STORE_IMPORT_CHANGED;
    if (kind == STORE_IMPORT_NEW) {
        code = store_next_id(st, "person", &person_id, err);
    }
    if (!code && kind != STORE_IMPORT_SAME) { /* the same: a row without content is enough */
        code = record_seal(st->keys, record, person_id, &s, err);
    }
    if (!code) {
        code =
            insert_row(st, import_id, line, person_id, kind == STORE_IMPORT_NEW, record, &s, err);
    }
    if (!code) {
        *ret = kind;
    }
    return code;
}

enum err_code store_import_stage(struct store *st, int64_t import_id, int64_t line,
                                 const struct record *record, enum store_import_row *ret,
                                 struct err *err)
{
    bool plain;
    enum err_code code = check_service(st, import_id, record, &plain, err);
    if (code || !plain) {
        return code ? code : stage(st, import_id, line, record, ret, err);
    }
    struct record r = *record; /* the same with the queue named and without */
    code = record_set_field(&r, RECORD_QUEUE, "", 0, err);
    code = code ? code : stage(st, import_id, line, &r, ret, err);
    record_wipe(&r);
    return code;
}

enum err_code store_import_commit_run(struct store *st, int64_t import_id,
                                      const struct store_import_figures *figures, int64_t now_utc_s,
                                      struct err *err)
{
    enum err_code code =
        sql_run(st, SQL_IMPORT_COMMIT, err, sql_int(import_id), sql_int(figures->n_new),
                sql_int(figures->n_changed), sql_int(figures->n_same), sql_int(now_utc_s));
    if (!code && sql_changes(st) == 0) {
        code = err_set(err, ERR_STATE, "this import has been cleared away; nothing was imported");
    }
    return code;
}

/* First and last person of the next batch; 0 = nothing is left. */
static enum err_code find_batch(struct store *st, int64_t import_id, int64_t limit,
                                int64_t *ret_first, int64_t *ret_last, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_IMPORT_BATCH, &q, err, sql_int(import_id), sql_int(limit));
    if (!code) {
        *ret_first = sql_col_int(q, 0);
        *ret_last = sql_col_int(q, 1);
    }
    return code;
}

/* The rows of these people become the people. */
static enum err_code move_rows(struct store *st, int64_t import_id, int64_t first, int64_t last,
                               struct err *err)
{
    static const enum sql_id steps[] = {
        SQL_IMPORT_PHONES_OUT, /* while the old numbers are there to compare with */
        SQL_IMPORT_PEOPLE,     SQL_IMPORT_PHONES_IN, SQL_IMPORT_PHONES_GONE, SQL_IMPORT_ROWS_OUT,
    };
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < sizeof steps / sizeof steps[0]; i++) {
        code = sql_run(st, steps[i], err, sql_int(import_id), sql_int(first), sql_int(last));
    }
    return code;
}

enum err_code store_import_promote(struct store *st, int64_t import_id, int64_t limit,
                                   int64_t now_utc_s, bool *ret_left, struct err *err)
{
    int64_t first = 0;
    int64_t last = 0;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code turn = sql_one_args(st, SQL_IMPORT_TURN, NULL, 0, &q, err);
        if (turn || sql_col_int(q, 0) == 0) {
            *ret_left = true; /* another process moves some now */
            return turn;
        }
    }
    enum err_code code = find_batch(st, import_id, limit, &first, &last, err);
    if (!code && last == 0) {
        *ret_left = false;
        return sql_run(st, SQL_IMPORT_DONE, err, sql_int(import_id), sql_int(now_utc_s));
    }
    if (!code) {
        code = move_rows(st, import_id, first, last, err);
    }
    if (!code) {
        *ret_left = true;
    }
    return code;
}

enum err_code import_settle(struct store *st, int64_t person_id, bool *ret_moved, struct err *err)
{
    int64_t import_id = 0;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_IMPORT_OF_PERSON, &q, err, sql_int(person_id));
        if (code == ERR_NOT_FOUND) {
            *ret_moved = false;
            return ERR_OK;
        }
        if (code) {
            return code;
        }
        import_id = sql_col_int(q, 0);
    }
    enum err_code code = move_rows(st, import_id, person_id, person_id, err);
    if (!code) {
        *ret_moved = true;
    }
    return code;
}

enum err_code store_import_pending(struct store *st, int64_t *ret_import_id, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_IMPORT_PENDING, NULL, 0, &q, err);
    if (!code) {
        *ret_import_id = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_import_go_on(struct store *st, int64_t limit, int64_t now_utc_s,
                                 struct err *err)
{
    int64_t pending = 0;
    bool left = false;
    enum err_code code = store_import_pending(st, &pending, err);
    if (code || pending == 0) {
        return code;
    }
    return store_import_promote(st, pending, limit, now_utc_s, &left, err);
}

enum err_code store_import_drop_stale(struct store *st, int64_t limit, bool *ret_left,
                                      struct err *err)
{
    enum err_code code = claim(st, err);
    if (!code) {
        code = sql_run(st, SQL_IMPORT_DROP_ROWS, err, sql_int(limit));
    }
    if (code) {
        return code;
    }
    *ret_left = sql_changes(st) > 0;
    if (*ret_left) {
        return ERR_OK;
    }
    code = sql_do(st, SQL_IMPORT_DROP_RUNS, err);
    return code ? code : unclaim(st, err);
}
