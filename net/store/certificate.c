/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates of what was destroyed. The text is lines of one fact each, signed as a checkpoint
 * is:
 *
 *     pupitre-certificate 1
 *     database <32 hex digits>
 *     number 3
 *     kind purge
 *     at 2026-11-26T02:40:00Z
 *     key <id> <public key>
 *     reason <word>, of an erasure
 *     policy <service> <version> people_days <n> answers_days <n>, of a purge; one a service
 *     destroyed <table> <rows>
 *     tickets <how many> <BLAKE2b-256 of their keyed digests in ascending order> */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "core/time_text.h"
#include "net/store/blind.h"
#include "net/store/kept_key.h"
#include "net/store/key_state.h"
#include "net/store/purge.h"
#include "net/store/sign.h"
#include "net/store/store_admin.h"
#include "net/store/store_keys.h"
#include "net/store/store_purge.h"

#define SERVICES_MAX 64

static enum err_code write_head(struct store *st, int64_t number, const char *kind,
                                int64_t now_utc_s, struct buf *out, struct err *err)
{
    char at[TIME_TEXT_SIZE];
    char key[2 * STORE_PUBLIC_KEY_BYTES + 1];
    uint8_t public_key[STORE_PUBLIC_KEY_BYTES];
    struct key_state keys;
    enum err_code code = key_state_read(st, &keys, err);
    if (code) {
        return code;
    }
    store_public_key(st->keys, public_key);
    sodium_bin2hex(key, sizeof key, public_key, sizeof public_key);
    time_text_print(now_utc_s, at);
    buf_printf(out,
               "pupitre-certificate 1\ndatabase %s\nnumber %" PRId64
               "\nkind %s\nat %s\nkey %" PRIu32 " %s\n",
               keys.database_name, number, kind, at, keys_newest(st->keys), key);
    return ERR_OK;
}

/* By which policy: that of each service, as it is now. */
static enum err_code write_policies(struct store *st, struct buf *out, struct err *err)
{
    char ids[SERVICES_MAX][SERVICE_ID_SIZE];
    size_t n = 0;
    bool row = true;
    enum err_code code;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_each_args(st, SQL_SERVICE_IDS, NULL, 0, &q, err);
        while (!code && n < SERVICES_MAX && !(code = sql_next(st, q, &row, err)) && row) {
            sql_col_text(q, 0, ids[n++], SERVICE_ID_SIZE);
        }
    }
    for (size_t i = 0; !code && i < n; i++) {
        const struct service *s = NULL;
        code = store_service(st, ids[i], &s, err);
        if (!code) {
            buf_printf(out,
                       "policy %s %" PRId64 " people_days %" PRId64 " answers_days %" PRId64 "\n",
                       s->id, s->version, s->purge.people_days, s->purge.answers_days);
        }
    }
    return code;
}

/* *ret_any: something was destroyed. */
static enum err_code write_tallies(struct store *st, int64_t number, struct buf *out, bool *ret_any,
                                   struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    enum err_code code = sql_each(st, SQL_PURGE_TALLIES, &q, err, sql_int(number));
    *ret_any = false;
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        char what[64];
        sql_col_text(q, 0, what, sizeof what);
        buf_printf(out, "destroyed %s %" PRId64 "\n", what, sql_col_int(q, 1));
        *ret_any = true;
    }
    return code;
}

static enum err_code write_tickets(struct store *st, int64_t number, struct buf *out,
                                   struct err *err)
{
    crypto_generichash_state h;
    uint8_t hash[32];
    char hex[2 * sizeof hash + 1];
    int64_t n = 0;
    bool row = true;
    CLEANUP_SQL struct sql_rows *q = NULL;
    crypto_generichash_init(&h, NULL, 0, sizeof hash);
    enum err_code code = sql_each(st, SQL_DESTROYED_OF, &q, err, sql_int(number));
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        size_t len;
        const void *digest = sql_col_blob(q, 0, &len);
        crypto_generichash_update(&h, digest, len);
        n++;
    }
    crypto_generichash_final(&h, hash, sizeof hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    buf_printf(out, "tickets %" PRId64 " %s\n", n, hex);
    return code;
}

static enum err_code keep(struct store *st, int64_t number, const char *kind,
                          const struct buf *body, int64_t now_utc_s, struct err *err)
{
    uint8_t signature[SIGNATURE_BYTES];
    char subject[48];
    if (body->failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    sign_text(st->keys, body->data, body->len, signature);
    enum err_code code =
        sql_run(st, SQL_CERTIFICATE_INSERT, err, sql_int(number), sql_text(kind),
                sql_int(now_utc_s), sql_int(keys_newest(st->keys)),
                sql_textn(body->data, body->len), sql_blob(signature, sizeof signature));
    snprintf(subject, sizeof subject, "certificate %" PRId64, number);
    return code ? code
                : store_audit_append(st,
                                     &(struct store_audit){
                                         .at_utc_s = now_utc_s, .action = kind, .subject = subject},
                                     err);
}

enum err_code store_purge_certify(struct store *st, int64_t now_utc_s, int64_t *ret_number,
                                  struct err *err)
{
    CLEANUP_BUF struct buf body = {0};
    int64_t number = 0;
    bool any = false;
    enum err_code code = purge_number(st, &number, err);
    if (!code) {
        code = write_head(st, number, "purge", now_utc_s, &body, err);
    }
    if (!code) {
        code = write_policies(st, &body, err);
    }
    if (!code) {
        code = write_tallies(st, number, &body, &any, err);
    }
    if (!code && any) {
        code = write_tickets(st, number, &body, err);
        code = code ? code : keep(st, number, "purge", &body, now_utc_s, err);
    }
    if (!code) {
        *ret_number = any ? number : 0;
    }
    return code;
}

static enum err_code check_free(struct store *st, int64_t person_id, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_PERSON_IS_HELD, &q, err, sql_int(person_id));
    return !code && sql_col_int(q, 0) != 0
               ? err_set(err, ERR_STATE,
                         N_("Somebody works with this person now: try again later."))
               : code;
}

enum err_code store_person_erase(struct store *st, int64_t person_id, const char *reason,
                                 int64_t now_utc_s, int64_t *ret_number, struct err *err)
{
    CLEANUP_BUF struct buf body = {0};
    int64_t number = 0;
    int64_t pending = 0;
    bool any = false;
    enum err_code code = check_free(st, person_id, err);
    if (!code) { /* what a purge that was cut has destroyed gets its own certificate */
        code = store_purge_certify(st, now_utc_s, &pending, err);
    }
    if (!code) {
        code = purge_number(st, &number, err);
    }
    if (!code) {
        code = purge_person(st, person_id, number, err);
    }
    if (!code) {
        code = write_head(st, number, "erasure", now_utc_s, &body, err);
    }
    if (!code) {
        buf_printf(&body, "reason %s\n", reason);
        code = write_tallies(st, number, &body, &any, err);
    }
    if (!code) {
        code = write_tickets(st, number, &body, err);
    }
    if (!code) {
        code = keep(st, number, "erasure", &body, now_utc_s, err);
    }
    if (!code) {
        *ret_number = number;
    }
    return code;
}

enum err_code store_certificates(struct store *st, int64_t before, struct store_certificate *rows,
                                 size_t cap, size_t *ret_n, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    size_t n = 0;
    bool row = true;
    enum err_code code = sql_each(st, SQL_CERTIFICATES, &q, err,
                                  sql_int(before ? before : INT64_MAX), sql_int((int64_t)cap));
    while (!code && n < cap && !(code = sql_next(st, q, &row, err)) && row) {
        rows[n] = (struct store_certificate){.number = sql_col_int(q, 0),
                                             .at_utc_s = sql_col_int(q, 2),
                                             .tickets = sql_col_int(q, 3)};
        sql_col_text(q, 1, rows[n++].kind, sizeof rows[0].kind);
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}

enum err_code store_certificate_print(struct store *st, int64_t number, struct buf *out,
                                      struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool is_signed = false;
    enum err_code code = sql_one(st, SQL_CERTIFICATE_READ, &q, err, sql_int(number));
    if (code) {
        return code;
    }
    size_t len;
    size_t signature_len;
    const char *body = sql_col_blob(q, 1, &len);
    const void *signature = sql_col_blob(q, 2, &signature_len);
    code = sign_verify(st, (uint32_t)sql_col_int(q, 0), body, len, signature, signature_len,
                       &is_signed, err);
    if (!code && !is_signed) {
        code = err_set(err, ERR_STATE, "certificate %" PRId64 " is broken", number);
    }
    if (!code) {
        buf_add(out, body, len);
        sign_print(signature, out);
        code = out->failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
    }
    return code;
}

static enum err_code find_under(struct store *st, uint32_t id, const char *ticket,
                                int64_t *ret_number, struct err *err)
{
    uint8_t key[KEYS_BYTES];
    uint8_t digest[BLIND_BYTES];
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = kept_key_get(st, id, KEY_DESTROYED, key, err);
    if (code) {
        return code;
    }
    blind_with(key, ticket, strlen(ticket), digest);
    sodium_memzero(key, sizeof key);
    code = sql_one(st, SQL_DESTROYED_FIND, &q, err, sql_blob(digest, sizeof digest));
    if (!code) {
        *ret_number = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_certificate_find(struct store *st, const char *ticket, int64_t *ret_number,
                                     struct err *err)
{
    struct store_key_facts facts;
    enum err_code code = store_key_list(st, &facts, err);
    enum err_code found = ERR_NOT_FOUND;
    for (size_t i = 0; !code && found == ERR_NOT_FOUND && i < facts.n; i++) {
        found = find_under(st, facts.keys[i].id, ticket, ret_number, err);
    }
    return code    ? code
           : found ? err_set(err, found, N_("No certificate names this ticket."))
                   : ERR_OK;
}
