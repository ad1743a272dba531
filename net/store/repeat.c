/* SPDX-License-Identifier: Apache-2.0 */
/* Repeated requests: the answer to a key, for 24 hours. */

#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/blind.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"

#define KEPT_S (24 * 3600)

enum err_code store_repeat_find(struct store *st, const char *scope, const char *key,
                                const void *fingerprint, size_t fingerprint_len, int64_t now_utc_s,
                                struct store_repeat *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_REPEAT_FIND, &q, err, sql_text(scope), sql_text(key),
                                 sql_int(now_utc_s - KEPT_S));
    if (code) {
        return code;
    }
    size_t len;
    const void *stored = sql_col_blob(q, 0, &len);
    if (!blind_is(st->keys, KEY_REPEAT, fingerprint, fingerprint_len, stored, len)) {
        return err_field(err, ERR_CONFLICT, "Idempotency-Key",
                         N_("This Idempotency-Key was used for another request."));
    }
    ret->http_status = (int)sql_col_int(q, 1);
    sql_col_text(q, 2, ret->reference, sizeof ret->reference);
    sql_col_text(q, 3, ret->body, sizeof ret->body);
    return ERR_OK;
}

enum err_code store_repeat_put(struct store *st, const char *scope, const char *key,
                               const void *fingerprint, size_t fingerprint_len,
                               const struct store_repeat *repeat, int64_t now_utc_s,
                               struct err *err)
{
    uint8_t print[BLIND_BYTES];
    blind(st->keys, KEY_REPEAT, fingerprint, fingerprint_len, print);
    return sql_run(st, SQL_REPEAT_INSERT, err, sql_text(scope), sql_text(key),
                   sql_blob(print, sizeof print), sql_int(repeat->http_status),
                   sql_text(repeat->reference), sql_text(repeat->body), sql_int(now_utc_s));
}

enum err_code store_repeat_purge(struct store *st, int64_t now_utc_s, size_t limit, struct err *err)
{
    return sql_run(st, SQL_REPEAT_PURGE, err, sql_int(now_utc_s - KEPT_S), sql_int((int64_t)limit));
}
