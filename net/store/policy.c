/* SPDX-License-Identifier: Apache-2.0 */
/* Services and scripts: versions as loaded, and the newest service as a struct. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/service_json.h"
#include "net/store/internal.h"
#include "net/store/store_admin.h"

static enum err_code newest_version(struct store *st, const char *service_id, int64_t *ret,
                                    struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_SERVICE_NEWEST, &q, err, sql_text(service_id));
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

/* The slot of a service, else a free one, else the first. */
static struct store_service_slot *slot_of(struct store *st, const char *service_id)
{
    struct store_service_slot *open = NULL;
    for (size_t i = 0; i < STORE_SERVICES; i++) {
        struct store_service_slot *slot = &st->services[i];
        if (slot->service && strcmp(slot->service->id, service_id) == 0) {
            return slot;
        }
        if (!slot->service && !open) {
            open = slot;
        }
    }
    return open ? open : &st->services[0];
}

static enum err_code load_service(struct store *st, const char *service_id, int64_t version,
                                  struct service **ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_one(st, SQL_SERVICE_READ, &q, err, sql_text(service_id), sql_int(version));
    if (code) {
        return code;
    }
    size_t len;
    const char *text = sql_col_blob(q, 0, &len);
    code = service_json_load(text, len, ret, NULL, err);
    if (code) {
        err_prefix(err, "service %s, version %" PRId64, service_id, version);
    }
    return code;
}

enum err_code store_service_count(struct store *st, int64_t *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_SERVICE_COUNT, NULL, 0, &q, err);
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_service(struct store *st, const char *service_id, const struct service **ret,
                            struct err *err)
{
    int64_t version = 0;
    struct store_service_slot *slot = slot_of(st, service_id);
    const bool kept = slot->service && strcmp(slot->service->id, service_id) == 0;
    if (kept && st->turn && slot->turn == st->turn) {
        *ret = slot->service;
        return ERR_OK;
    }
    enum err_code code = newest_version(st, service_id, &version, err);
    if (code) {
        return code == ERR_NOT_FOUND
                   ? err_set(err, code, "service %s has not been loaded", service_id)
                   : code;
    }
    if (!kept || slot->version != version) {
        struct service *service = NULL;
        code = load_service(st, service_id, version, &service, err);
        if (code) {
            return code;
        }
        store_hours_forget(slot);
        free(slot->service);
        slot->service = service;
        slot->version = version;
    }
    slot->turn = st->turn;
    *ret = slot->service;
    return ERR_OK;
}

enum err_code store_service_only(struct store *st, char ret[SERVICE_ID_SIZE], struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one_args(st, SQL_SERVICE_ONLY, NULL, 0, &q, err);
    if (code) {
        return code;
    }
    if (sql_col_int(q, 1) != 1) {
        return err_field(err, ERR_NOT_FOUND, "service",
                         sql_col_int(q, 1) == 0 ? "no service has been loaded"
                                                : "several services are loaded: name one");
    }
    sql_col_text(q, 0, ret, SERVICE_ID_SIZE);
    return ERR_OK;
}

/* Is the text in the first column this one? */
static bool same_text(struct sql_rows *q, const char *text, size_t len)
{
    size_t stored_len;
    const void *stored = sql_col_blob(q, 0, &stored_len);
    return stored_len == len && memcmp(stored, text, len) == 0;
}

enum err_code store_service_put(struct store *st, const struct service *service, const char *json,
                                size_t json_len, int64_t now_utc_s, bool *ret_new, struct err *err)
{
    int64_t newest = 0;
    enum err_code code = newest_version(st, service->id, &newest, err);
    if (code && code != ERR_NOT_FOUND) {
        return code;
    }
    if (newest > service->version) {
        return err_field(err, ERR_CONFLICT, "/version",
                         "version %" PRId64 " is loaded already: a newer number is needed", newest);
    }
    if (newest == service->version) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_SERVICE_READ, &q, err, sql_text(service->id), sql_int(newest));
        if (!code && !same_text(q, json, json_len)) {
            code = err_field(err, ERR_CONFLICT, "/version",
                             "version %" PRId64 " is loaded with another text: a change needs a "
                             "new number",
                             newest);
        }
        if (!code) {
            *ret_new = false;
        }
        return code;
    }
    code = sql_run(st, SQL_SERVICE_INSERT, err, sql_text(service->id), sql_int(service->version),
                   sql_textn(json, json_len), sql_int(now_utc_s));
    store_turn_anew(st);
    if (!code) {
        *ret_new = true;
    }
    return code;
}

static enum err_code text_out(struct sql_rows *q, char **ret, size_t *ret_len, struct err *err)
{
    size_t len;
    const char *text = sql_col_blob(q, 0, &len);
    char *copy = malloc(len + 1);
    if (!copy) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    if (len) {
        memcpy(copy, text, len);
    }
    copy[len] = '\0';
    *ret = copy;
    *ret_len = len;
    return ERR_OK;
}

enum err_code store_service_json(struct store *st, const char *service_id, char **ret,
                                 size_t *ret_len, struct err *err)
{
    int64_t version = 0;
    enum err_code code = newest_version(st, service_id, &version, err);
    if (code) {
        return code;
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    code = sql_one(st, SQL_SERVICE_READ, &q, err, sql_text(service_id), sql_int(version));
    return code ? code : text_out(q, ret, ret_len, err);
}

enum err_code store_script_put(struct store *st, const char *script_id, const char *version,
                               const char *json, size_t json_len, int64_t now_utc_s, bool *ret_new,
                               struct err *err)
{
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code =
            sql_one(st, SQL_SCRIPT_READ, &q, err, sql_text(script_id), sql_text(version));
        if (!code && !same_text(q, json, json_len)) {
            return err_field(err, ERR_CONFLICT, "/version",
                             "this version is loaded with another text: a change needs a new one");
        }
        if (code != ERR_NOT_FOUND) {
            *ret_new = false;
            return code;
        }
    }
    enum err_code code = sql_run(st, SQL_SCRIPT_INSERT, err, sql_text(script_id), sql_text(version),
                                 sql_textn(json, json_len), sql_int(now_utc_s));
    if (!code) {
        *ret_new = true;
    }
    return code;
}

enum err_code store_script_json(struct store *st, const char *script_id, const char *version,
                                char **ret, size_t *ret_len, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        version ? sql_one(st, SQL_SCRIPT_READ, &q, err, sql_text(script_id), sql_text(version))
                : sql_one(st, SQL_SCRIPT_NEWEST, &q, err, sql_text(script_id));
    return code ? code : text_out(q, ret, ret_len, err);
}
