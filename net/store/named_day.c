/* SPDX-License-Identifier: Apache-2.0 */
/* The day of last contact. */

#include "net/store/named_day.h"

#include <stdio.h>
#include <string.h>

#include "net/store/internal.h"
#include "net/store/seal.h"

/* Sealed as two texts, each closed by a NUL. */
struct day {
    char told[DATE_TEXT_SIZE];
    char before[DATE_TEXT_SIZE];
};

static void copy(char ret[DATE_TEXT_SIZE], const char *day)
{
    snprintf(ret, DATE_TEXT_SIZE, "%s", day);
}

/* ISO days are in the order of their texts; "" comes first. */
static void take_later(char day[DATE_TEXT_SIZE], const char *other)
{
    if (strcmp(other, day) > 0) {
        copy(day, other);
    }
}

/* Of a row whose sealed day is in this column; *ret_known false: it has none. */
static enum err_code open_day(struct store *st, struct sql_rows *q, int column, int64_t id,
                              struct day *ret, bool *ret_known, struct err *err)
{
    CLEANUP_BUF struct buf plain = {0};
    const struct seal_place place = {"named_contact", "told", id};
    size_t len;
    *ret_known = !sql_col_is_null(q, column);
    if (!*ret_known) {
        return ERR_OK;
    }
    const void *blob = sql_col_blob(q, column, &len);
    enum err_code code = unseal(st->keys, &place, blob, len, &plain, err);
    if (!code) {
        const char *told = buf_text(&plain);
        const size_t n = strlen(told);
        copy(ret->told, told);
        copy(ret->before, n < plain.len ? told + n + 1 : "");
    }
    return code;
}

enum err_code named_day_keep(struct store *st, int64_t offer_id, int64_t person_id,
                             const char *told, const char *before, struct err *err)
{
    struct day day = {.told = ""};
    struct seal_place place = {"named_contact", "told", 0};
    CLEANUP_BUF struct buf plain = {0};
    CLEANUP_BUF struct buf sealed = {0};
    {
        bool known = false;
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_one(st, SQL_NAMED_DAY, &q, err, sql_int(offer_id), sql_int(person_id));
        if (!code) {
            place.id = sql_col_int(q, 0);
            code = open_day(st, q, 1, place.id, &day, &known, err);
        }
        if (code) {
            return code;
        }
        if (!known) {
            copy(day.before, before);
        }
    }
    take_later(day.told, told);
    buf_add(&plain, day.told, strlen(day.told) + 1);
    buf_add(&plain, day.before, strlen(day.before) + 1);
    explicit_bzero(&day, sizeof day);
    if (plain.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    enum err_code code = seal(st->keys, &place, plain.data, plain.len, &sealed, err);
    return code ? code
                : sql_run(st, SQL_NAMED_DAY_KEEP, err, sql_int(place.id),
                          sql_blob(sealed.data, sealed.len));
}

/* The latest day of those that count, now and before the answers of this offer changed their worth.
 * *ret_known false: one of the rows does not say. */
static enum err_code latest(struct store *st, int64_t offer_id, int64_t person_id,
                            char ret_was[DATE_TEXT_SIZE], char ret_now[DATE_TEXT_SIZE],
                            bool *ret_known, struct err *err)
{
    bool row = true;
    bool first = true;
    struct day day = {.told = ""};
    CLEANUP_SQL struct sql_rows *q = NULL;
    *ret_known = true;
    enum err_code code = sql_each(st, SQL_NAMED_DAYS, &q, err, sql_int(person_id));
    while (!code && *ret_known && !(code = sql_next(st, q, &row, err)) && row) {
        code = open_day(st, q, 3, sql_col_int(q, 0), &day, ret_known, err);
        if (code || !*ret_known) {
            break;
        }
        if (first) {
            copy(ret_was, day.before);
            copy(ret_now, day.before);
        }
        const bool counts = sql_col_int(q, 2) == 0;
        const bool turned = sql_col_int(q, 1) == offer_id;
        take_later(ret_now, counts ? day.told : "");
        take_later(ret_was, counts != turned ? day.told : "");
        first = false;
    }
    explicit_bzero(&day, sizeof day);
    return code;
}

enum err_code named_day_follow(struct store *st, int64_t offer_id, int64_t person_id,
                               struct record *r, bool *ret_changed, struct err *err)
{
    char was[DATE_TEXT_SIZE] = "";
    char now[DATE_TEXT_SIZE] = "";
    bool known = false;
    enum err_code code = latest(st, offer_id, person_id, was, now, &known, err);
    *ret_changed = !code && known && strcmp(r->last_contact_date, was) == 0 && strcmp(was, now);
    return *ret_changed ? record_set_field(r, RECORD_LAST_CONTACT_DATE, now, strlen(now), err)
                        : code;
}
