/* SPDX-License-Identifier: Apache-2.0 */
/* The answers of an offer's script: the newest draft, and late ones that nobody may lose. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/blind.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/response_change.h"
#include "net/store/seal.h"
#include "net/store/store_alarm.h"
#include "net/store/store_call.h"

enum err_code store_response_get(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, struct store_response *ret, struct err *err)
{
    struct hold_row row;
    enum err_code code = hold_load_own(st, actor, offer_id, &row, err);
    if (code) {
        return code;
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    code = sql_one(st, SQL_RESPONSE_READ, &q, err, sql_int(offer_id),
                   sql_text(region_name(actor->region)), sql_int(actor->agent_id));
    if (code == ERR_NOT_FOUND) {
        *ret = (struct store_response){0}; /* nothing was answered yet */
        return ERR_OK;
    }
    if (code) {
        return code;
    }
    CLEANUP_BUF struct buf text = {0};
    struct seal_place place = {"response", "body", offer_id};
    size_t len;
    const void *blob = sql_col_blob(q, 2, &len);
    code = unseal(st->keys, &place, blob, len, &text, err);
    if (!code) {
        code = response_status_column(q, 3, &ret->status, err);
    }
    if (code) {
        return code;
    }
    ret->version = sql_col_int(q, 0);
    ret->completed = sql_col_int(q, 1) != 0;
    ret->fence = sql_col_int(q, 4);
    ret->json_len = text.len;
    ret->json = buf_take(&text);
    return ret->json ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
}

void store_response_deinit(struct store_response *r)
{
    if (r->json) {
        sodium_memzero(r->json, r->json_len);
        free(r->json);
    }
    *r = (struct store_response){0};
}

static bool is_same_text(const struct store_response *stored, bool completed, const char *json,
                         size_t len)
{
    return stored->completed == completed && stored->json_len == len &&
           (len == 0 || memcmp(stored->json, json, len) == 0);
}

enum err_code store_response_was_submitted(struct store *st, const struct store_actor *actor,
                                           int64_t offer_id, const char *json, size_t len,
                                           bool *ret, struct err *err)
{
    struct store_response stored = {0};
    enum err_code code = store_response_get(st, actor, offer_id, &stored, err);
    if (!code) {
        *ret = stored.version > 0 && is_same_text(&stored, true, json, len);
        store_response_deinit(&stored);
    }
    return code;
}

/* Whom late answers name nobody reads by itself: supervisors hear of it, unless they are those that
 * are stored. */
static enum err_code tell_late(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               const struct store_response_put *put, int64_t now_utc_s,
                               struct err *err)
{
    bool stored = false;
    enum err_code code =
        store_response_was_submitted(st, actor, offer_id, put->json, put->json_len, &stored, err);
    return code || stored
               ? code
               : store_alarm_of_offer(st, ALARM_ANSWERS_UNREAD, offer_id, now_utc_s, err);
}

/* Keep what came too late, append-only; the same text once. */
static enum err_code keep_late(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               int64_t fence, const struct store_response_put *put,
                               int64_t now_utc_s, struct err *err)
{
    uint8_t mac[BLIND_BYTES];
    CLEANUP_BUF struct buf sealed = {0};
    struct seal_place place = {"late_draft", "body", offer_id};
    enum err_code code =
        blind_content(st, SQL_DRAFT_MOVE, offer_id, put->json, put->json_len, mac, err);
    if (!code) {
        code = seal(st->keys, &place, put->json, put->json_len, &sealed, err);
    }
    if (!code) {
        code = sql_run(st, SQL_LATE_DRAFT_INSERT, err, sql_int(offer_id), sql_int(actor->agent_id),
                       sql_int(fence), sql_int(put->base_version), sql_int(put->completed),
                       sql_blob(mac, sizeof mac), sql_blob(sealed.data, sealed.len),
                       sql_int(now_utc_s));
    }
    const bool is_news = !code && sql_changes(st) > 0 && put->completed;
    return is_news ? tell_late(st, actor, offer_id, put, now_utc_s, err) : code;
}

static bool is_same(const struct store_response *stored, const struct store_response_put *put)
{
    return stored->version == put->base_version + 1 &&
           is_same_text(stored, put->completed, put->json, put->json_len);
}

/* May this follow what is stored? *ret_same: it is stored already. made_fence: of the words;
 * ERR_STALE when the stored ones are of a later login. */
static enum err_code check_base(struct store *st, const struct store_actor *actor, int64_t offer_id,
                                int64_t made_fence, const struct store_response_put *put,
                                int64_t *ret_version, bool *ret_same, struct err *err)
{
    struct store_response stored = {0};
    enum err_code code = store_response_get(st, actor, offer_id, &stored, err);
    if (code) {
        return code;
    }
    *ret_version = stored.version;
    *ret_same = is_same(&stored, put);
    if (!*ret_same && stored.fence > made_fence) {
        code = err_set(err, ERR_STALE, N_("Newer answers were given after another login."));
    } else if (!*ret_same && stored.version != put->base_version) {
        code = err_set(err, ERR_CONFLICT, N_("The answers were changed from another place."));
    } else if (!*ret_same && stored.completed && !put->completed) {
        code = err_set(err, ERR_STATE, N_("The script was submitted already."));
    }
    store_response_deinit(&stored);
    return code;
}

enum err_code store_response_put(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, int64_t fence,
                                 const struct store_response_put *put, int64_t now_utc_s,
                                 int64_t *ret_version, bool *ret_kept, struct err *err)
{
    struct hold_row row;
    bool same = false;
    *ret_kept = false;
    enum err_code code = hold_load_own(st, actor, offer_id, &row, err);
    if (code) {
        return code;
    }
    if (row.state == HOLD_NONE || row.fence != fence) {
        code = keep_late(st, actor, offer_id, fence, put, now_utc_s, err);
        *ret_kept = code == ERR_OK;
        return code ? code : err_set(err, ERR_STALE, NULL);
    }
    if (!hold_shows_record(row.state)) {
        return err_set(err, ERR_STATE, N_("Answers are taken from the call on."));
    }
    const int64_t made = put->made_fence > 0 && put->made_fence < fence ? put->made_fence : fence;
    code = check_base(st, actor, offer_id, made, put, ret_version, &same, err);
    if (code == ERR_STALE) {
        struct err reason;
        *ret_kept = keep_late(st, actor, offer_id, made, put, now_utc_s, &reason) == ERR_OK;
        return *ret_kept ? code : err_set(err, reason.code, "%s", reason.sentence);
    }
    if (code || same) {
        return code;
    }
    code = response_write(st, &row, put, made, now_utc_s, err);
    if (!code) {
        *ret_version = put->base_version + 1;
    }
    return code;
}
