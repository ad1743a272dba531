/* SPDX-License-Identifier: Apache-2.0 */
/* Collectivities that people told of. */

#include "net/store/store_collectivity.h"

#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/store/blind.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"

/* As it stands sealed: each text closed by a NUL (export.c). */
static void write_entry(const struct store_collectivity *c, struct buf *out)
{
    const char *const texts[] = {c->name, c->place, c->role, c->last_day, c->note};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        buf_add(out, texts[i], strlen(texts[i]) + 1);
    }
}

static bool is_word(const char *text)
{
    return text[0] && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(text);
}

static enum err_code check(const struct store_collectivity *c, struct err *err)
{
    struct time_civil day;
    if (!is_word(c->kind)) {
        return err_field(err, ERR_INVALID, "kind",
                         N_("A kind is a word of small letters, digits, '-' and '_'."));
    }
    if (!c->name[0]) {
        return err_field(err, ERR_INVALID, "name", N_("This is required."));
    }
    if (c->last_day[0] && !time_text_parse_date(c->last_day, strlen(c->last_day), &day)) {
        return err_field(err, ERR_INVALID, "last_day",
                         N_("Write a date that exists, as in 1985-07-30."));
    }
    return ERR_OK;
}

enum err_code store_collectivity_add(struct store *st, const struct store_actor *actor,
                                     int64_t offer_id, const struct store_collectivity *c,
                                     int64_t now_utc_s, int64_t *ret_id, struct err *err)
{
    struct hold_row row;
    int64_t id = 0;
    uint8_t mac[BLIND_BYTES];
    CLEANUP_BUF struct buf plain = {0};
    CLEANUP_BUF struct buf sealed = {0};
    enum err_code code = check(c, err);
    if (!code) {
        code = hold_load_own(st, actor, offer_id, &row, err);
    }
    if (!code) {
        code = store_next_id(st, "collectivity", &id, err);
    }
    if (code) {
        return code;
    }
    write_entry(c, &plain);
    struct seal_place place = {"collectivity", "entry", id};
    code = plain.failed ? err_set(err, ERR_NOMEM, NULL)
                        : seal(st->keys, &place, plain.data, plain.len, &sealed, err);
    if (code) {
        return code;
    }
    buf_str(&plain, c->kind);
    code = plain.failed ? err_set(err, ERR_NOMEM, NULL)
                        : blind_content(st, SQL_COLLECTIVITY_MOVE, offer_id, plain.data, plain.len,
                                        mac, err);
    if (code) {
        return code;
    }
    code = sql_run(st, SQL_COLLECTIVITY_TOLD, err, sql_int(offer_id), sql_blob(mac, sizeof mac));
    if (code) {
        return code;
    }
    code = sql_run(st, SQL_COLLECTIVITY_INSERT, err, sql_int(id), sql_text(region_name(row.region)),
                   sql_text(row.service_id), sql_int(offer_id), sql_int(row.person_id),
                   sql_text(c->kind), sql_blob(sealed.data, sealed.len), sql_blob(mac, sizeof mac),
                   sql_int(now_utc_s));
    if (!code) {
        *ret_id = sql_changes(st) > 0 ? id : 0;
    }
    return code;
}
