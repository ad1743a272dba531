/* SPDX-License-Identifier: Apache-2.0 */
/* A change of keys: every sealed column, row by row, and what is made of the plain text. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/blind.h"
#include "net/store/key_state.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_keys.h"

/* One field that is sealed anew. */
struct field {
    int64_t key_1;
    int64_t key_2;
    struct seal_place place;
    const void *blob; /* as it stands */
    size_t len;
    const char *plain; /* NUL-terminated */
    size_t plain_len;
};

typedef enum err_code then_fn(struct store *st, const struct field *f, struct err *err);

static enum err_code then_NOTHING(struct store *st, const struct field *f, struct err *err)
{
    (void)st, (void)f, (void)err;
    return ERR_OK;
}

/* A telephone number: whatever holds it goes with it. */
static enum err_code then_PHONE(struct store *st, const struct field *f, struct err *err)
{
    uint8_t index[BLIND_BYTES];
    return blind_phone(st, f->plain, index, err);
}

static enum err_code open_group(struct store *st, const struct field *f, enum record_group group,
                                struct record *r, struct err *err)
{
    *r = (struct record){0};
    return record_unseal(st->keys, group, f->place.id, f->blob, f->len, r, err);
}

/* The whole record, and what it is the same by. */
static enum err_code read_content(struct store *st, int64_t person_id, struct record *r,
                                  uint8_t ret_mac[BLIND_BYTES], struct err *err)
{
    char region[8];
    char kind[16];
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_RESEAL_PERSON, &q, err, sql_int(person_id));
    for (unsigned i = 0; !code && i < RECORD_GROUP_COUNT; i++) {
        size_t len;
        const void *blob = sql_col_blob(q, (int)i, &len);
        code = record_unseal(st->keys, (enum record_group)i, person_id, blob, len, r, err);
    }
    if (code) {
        return code;
    }
    size_t len;
    sql_col_text(q, 4, r->language, sizeof r->language);
    sql_col_text(q, 5, region, sizeof region);
    sql_col_text(q, 6, kind, sizeof kind);
    r->ticket_at_utc_s = sql_col_int(q, 7);
    sql_col_text(q, 9, r->queue, sizeof r->queue);
    const void *mac = sql_col_blob(q, 8, &len);
    if (len != BLIND_BYTES || !region_by_name(region, strlen(region), &r->region) ||
        !person_kind_by_name(kind, strlen(kind), &r->kind)) {
        return err_set(err, ERR_STORE, "a person in the database is broken");
    }
    memcpy(ret_mac, mac, BLIND_BYTES);
    return ERR_OK;
}

/* A mark that is not of the content ("the next import moves the person") stays one. */
static enum err_code mark_content(struct store *st, int64_t person_id, struct err *err)
{
    struct record r = {0};
    uint8_t mac[BLIND_BYTES];
    CLEANUP_BUF struct buf content = {0};
    enum err_code code = read_content(st, person_id, &r, mac, err);
    if (!code) {
        record_content(&r, &content);
        code = content.failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
    }
    record_wipe(&r);
    if (code || !blind_is(st->keys, KEY_CONTENT, content.data, content.len, mac, BLIND_BYTES)) {
        return code;
    }
    blind(st->keys, KEY_CONTENT, content.data, content.len, mac);
    return sql_run(st, SQL_RESEAL_CONTENT, err, sql_int(person_id), sql_blob(mac, BLIND_BYTES));
}

static enum err_code then_IDENT(struct store *st, const struct field *f, struct err *err)
{
    struct record r;
    uint8_t index[BLIND_BYTES];
    enum err_code code = open_group(st, f, RECORD_IDENT, &r, err);
    if (!code) {
        code = blind_ticket(st, r.ticket, index, err);
    }
    if (!code && niss_is_set(&r.niss)) {
        code = blind_niss(st, &r.niss, index, err);
    }
    if (!code && r.birth_date[0]) {
        code = blind_name_birth(st, r.given_name, r.family_name, r.birth_date, index, err);
    }
    record_wipe(&r);
    return code ? code : mark_content(st, f->place.id, err);
}

static enum err_code then_CONTACT(struct store *st, const struct field *f, struct err *err)
{
    struct record r;
    uint8_t index[BLIND_BYTES];
    enum err_code code = open_group(st, f, RECORD_CONTACT, &r, err);
    for (size_t i = 0; !code && i < record_phone_count(&r); i++) {
        code = blind_phone(st, r.phones[i].number, index, err);
    }
    record_wipe(&r);
    return code;
}

static enum err_code then_CONTEXT(struct store *st, const struct field *f, struct err *err)
{
    struct record r;
    uint8_t index[BLIND_BYTES];
    enum err_code code = open_group(st, f, RECORD_CONTEXT, &r, err);
    if (!code && r.index_ticket[0]) {
        code = blind_ticket(st, r.index_ticket, index, err);
    }
    record_wipe(&r);
    return code;
}

/* The same draft is kept once (response.c). */
static enum err_code then_DRAFT(struct store *st, const struct field *f, struct err *err)
{
    uint8_t mac[BLIND_BYTES];
    blind(st->keys, KEY_CONTENT, f->plain, f->plain_len, mac);
    return sql_run(st, SQL_RESEAL_DRAFT, err, sql_int(f->key_1), sql_blob(mac, sizeof mac));
}

/* The same contact without a number is kept once in an offer (named.c). */
static enum err_code then_NAMED_CONTACT(struct store *st, const struct field *f, struct err *err)
{
    uint8_t mac[BLIND_BYTES];
    blind(st->keys, KEY_CONTENT, f->plain, f->plain_len, mac);
    return sql_run(st, SQL_RESEAL_NAMED_CONTACT, err, sql_int(f->key_1), sql_blob(mac, sizeof mac));
}

/* The entry and its kind (collectivity.c). */
static enum err_code then_COLLECTIVITY(struct store *st, const struct field *f, struct err *err)
{
    CLEANUP_BUF struct buf content = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    char kind[64];
    uint8_t mac[BLIND_BYTES];
    enum err_code code = sql_one(st, SQL_RESEAL_KIND, &q, err, sql_int(f->key_1));
    if (code) {
        return code;
    }
    sql_col_text(q, 0, kind, sizeof kind);
    buf_add(&content, f->plain, f->plain_len);
    buf_str(&content, kind);
    if (content.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    blind(st->keys, KEY_CONTENT, content.data, content.len, mac);
    sql_reset(&q);
    return sql_run(st, SQL_RESEAL_COLLECTIVITY, err, sql_int(f->key_1), sql_blob(mac, sizeof mac));
}

static const struct place {
    enum sql_id read;
    enum sql_id write;
    enum sql_id count;
    enum sql_id named;
    bool two_keys;
    const char *table;
    const char *group;
    then_fn *then;
} places[] = {
#define ROW(id, two, place_table, group, then)                                                     \
    {                                                                                              \
        SQL_RESEAL_READ_##id, SQL_RESEAL_WRITE_##id, SQL_SEALED_OTHER_##id, SQL_SEALED_WITH_##id,  \
            two, place_table, group, then_##then                                                   \
    }
#define SEALED_1(id, table, key, place_key, column, place_table, group, then)                      \
    ROW(id, false, place_table, group, then),
#define SEALED_2(id, table, key_1, key_2, place_key, column, place_table, group, then)             \
    ROW(id, true, place_table, group, then),
#include "net/store/sealed.def"
#undef SEALED_1
#undef SEALED_2
#undef ROW
};
#define N_PLACES (sizeof places / sizeof places[0])

/* The first row after (key_1, key_2), copied: what follows changes the table. *ret_row: there is
 * one. */
static enum err_code read_row(struct store *st, const struct place *p, struct key_state *at,
                              int64_t *ret_id, struct buf *blob, bool *ret_row, struct err *err)
{
    const struct sql_arg two[] = {sql_int(at->key_1), sql_int(at->key_2)};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, p->read, two, p->two_keys ? 2 : 1, &q, err);
    if (!code) {
        code = sql_next(st, q, ret_row, err);
    }
    if (code || !*ret_row) {
        return code;
    }
    size_t len;
    const void *stored = sql_col_blob(q, 3, &len);
    at->key_1 = sql_col_int(q, 0);
    at->key_2 = sql_col_int(q, 1);
    *ret_id = sql_col_int(q, 2);
    buf_add(blob, stored, len);
    return blob->failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
}

/* What was changed meanwhile was sealed with the new key by whoever changed it. */
static enum err_code write_row(struct store *st, const struct place *p, const struct field *f,
                               struct err *err)
{
    CLEANUP_BUF struct buf sealed = {0};
    enum err_code code = seal(st->keys, &f->place, f->plain, f->plain_len, &sealed, err);
    if (code) {
        return code;
    }
    const struct sql_arg one[] = {sql_int(f->key_1), sql_blob(sealed.data, sealed.len),
                                  sql_blob(f->blob, f->len)};
    const struct sql_arg two[] = {sql_int(f->key_1), sql_int(f->key_2), one[1], one[2]};
    return sql_run_args(st, p->write, p->two_keys ? two : one, p->two_keys ? 4 : 3, err);
}

static enum err_code reseal(struct store *st, const struct place *p, const struct key_state *at,
                            int64_t id, const struct buf *blob, struct err *err)
{
    CLEANUP_BUF struct buf plain = {0};
    const struct seal_place place = {p->table, p->group, id};
    if (seal_key_id(blob->data, blob->len) == keys_newest(st->keys)) {
        return ERR_OK;
    }
    enum err_code code = unseal(st->keys, &place, blob->data, blob->len, &plain, err);
    if (code) {
        return code;
    }
    const struct field f = {
        .key_1 = at->key_1,
        .key_2 = at->key_2,
        .place = place,
        .blob = blob->data,
        .len = blob->len,
        .plain = buf_text(&plain),
        .plain_len = plain.len,
    };
    code = p->then(st, &f, err);
    return code ? code : write_row(st, p, &f, err);
}

static enum err_code write_state(struct store *st, const struct key_state *at, struct err *err)
{
    return sql_run(st, SQL_KEY_STATE_PLACE, err, sql_int(at->place), sql_int(at->key_1),
                   sql_int(at->key_2));
}

enum err_code store_rotate_step(struct store *st, size_t limit, struct store_rotate_progress *ret,
                                struct err *err)
{
    struct key_state at;
    enum err_code code = key_state_read(st, &at, err);
    if (!code && !at.rotating) {
        return err_set(err, ERR_STATE, "no rotation is under way");
    }
    for (size_t n = 0; !code && n < limit && (size_t)at.place < N_PLACES; n++) {
        CLEANUP_BUF struct buf blob = {0};
        const struct place *p = &places[at.place];
        int64_t id = 0;
        bool row = false;
        code = read_row(st, p, &at, &id, &blob, &row, err);
        if (!code && row) {
            code = reseal(st, p, &at, id, &blob, err);
        } else if (!code) {
            at.place++;
            at.key_1 = at.key_2 = 0;
        }
    }
    if (!code) {
        code = write_state(st, &at, err);
    }
    if (!code) {
        *ret = (struct store_rotate_progress){
            .place = (size_t)at.place, .n_places = N_PLACES, .left = (size_t)at.place < N_PLACES};
    }
    return code;
}

static enum err_code count(struct store *st, size_t place, bool named, uint32_t id, int64_t *sum,
                           struct err *err)
{
    const uint8_t name[] = {(uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8),
                            (uint8_t)id};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, named ? places[place].named : places[place].count, &q, err,
                                 sql_blob(name, sizeof name));
    if (!code) {
        *sum += sql_col_int(q, 0);
    }
    return code;
}

static enum err_code count_all(struct store *st, bool named, uint32_t id, int64_t *ret,
                               struct err *err)
{
    int64_t sum = 0;
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < N_PLACES; i++) {
        code = count(st, i, named, id, &sum, err);
    }
    if (!code) {
        *ret = sum;
    }
    return code;
}

enum err_code store_sealed_otherwise(struct store *st, int64_t *ret, struct err *err)
{
    return count_all(st, false, keys_newest(st->keys), ret, err);
}

enum err_code store_sealed_with(struct store *st, uint32_t id, int64_t *ret, struct err *err)
{
    return count_all(st, true, id, ret, err);
}
