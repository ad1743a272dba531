/* SPDX-License-Identifier: Apache-2.0 */
/* Overload: the switch and its figures. */

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/utf8.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_overload.h"

#define MEASURED_S 3600

enum err_code store_overload_is_on(struct store *st, const char *service_id, enum region region,
                                   bool *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_OVERLOAD_NEWEST, &q, err, sql_text(service_id),
                                 sql_text(region_name(region)));
    if (code == ERR_NOT_FOUND) {
        *ret = false;
        return ERR_OK;
    }
    if (!code) {
        *ret = sql_col_int(q, 1) != 0;
    }
    return code;
}

enum err_code store_overload_read(struct store *st, const char *service_id, enum region region,
                                  struct store_overload *ret, struct err *err)
{
    struct store_overload o = {0};
    CLEANUP_SQL struct sql_rows *q = NULL;
    CLEANUP_BUF struct buf reason = {0};
    enum err_code code = sql_one(st, SQL_OVERLOAD_NEWEST, &q, err, sql_text(service_id),
                                 sql_text(region_name(region)));
    if (code == ERR_NOT_FOUND) {
        *ret = o;
        return ERR_OK;
    }
    if (code) {
        return code;
    }
    struct seal_place place = {"overload_switch", "reason", sql_col_int(q, 0)};
    size_t len;
    const void *blob = sql_col_blob(q, 4, &len);
    code = unseal(st->keys, &place, blob, len, &reason, err);
    if (!code) {
        o.is_on = sql_col_int(q, 1) != 0;
        o.since_utc_s = sql_col_int(q, 2);
        sql_col_text(q, 3, o.account, sizeof o.account);
        snprintf(o.reason, sizeof o.reason, "%s", buf_text(&reason));
        *ret = o;
    }
    return code;
}

static enum err_code check(struct store *st, const struct store_overload_switch *w, struct err *err)
{
    const struct service *service = NULL;
    enum err_code code = store_service(st, w->service_id, &service, err);
    if (code == ERR_NOT_FOUND) {
        return err_field(err, code, "service", N_("this service has not been loaded"));
    }
    if (!code && !service->regions[w->region]) {
        code =
            err_field(err, ERR_INVALID, "region", N_("the service does not work in this region"));
    }
    const size_t chars = utf8_count(w->reason);
    if (!code && w->on && !service->overload.sms[PERSON_CONTACT]) {
        code = err_set(err, ERR_STATE, N_("The definition of this service has no overload."));
    }
    if (!code && (chars == 0 || chars > STORE_OVERLOAD_REASON_CHARS ||
                  !text_is_plain(w->reason, strlen(w->reason), TEXT_ONE_LINE))) {
        code = err_field(err, ERR_INVALID, "/reason",
                         N_("A reason has 1 to 200 characters, on one line."));
    }
    return code;
}

static enum err_code write_switch(struct store *st, const struct store_overload_switch *w,
                                  int64_t now_utc_s, struct err *err)
{
    int64_t id = 0;
    CLEANUP_BUF struct buf sealed = {0};
    enum err_code code = store_next_id(st, "overload", &id, err);
    if (!code) {
        struct seal_place place = {"overload_switch", "reason", id};
        code = seal(st->keys, &place, w->reason, strlen(w->reason), &sealed, err);
    }
    return code ? code
                : sql_run(st, SQL_OVERLOAD_SWITCH, err, sql_int(id), sql_text(w->service_id),
                          sql_text(region_name(w->region)), sql_int(w->on), sql_int(now_utc_s),
                          sql_opt(w->agent_id), sql_text(w->account),
                          sql_blob(sealed.data, sealed.len));
}

enum err_code store_overload_set(struct store *st, const struct store_overload_switch *w,
                                 int64_t now_utc_s, bool *ret_changed, struct err *err)
{
    bool is_on = false;
    enum err_code code = check(st, w, err);
    if (!code) {
        code = store_overload_is_on(st, w->service_id, w->region, &is_on, err);
    }
    if (code || is_on == w->on) {
        *ret_changed = false;
        return code;
    }
    code = write_switch(st, w, now_utc_s, err);
    char subject[SERVICE_ID_SIZE + STORE_ACCOUNT_SIZE + 32];
    snprintf(subject, sizeof subject, "%s %s%s%s", w->service_id, region_name(w->region),
             w->account[0] ? " by " : "", w->account);
    if (!code) {
        code = store_audit_append(
            st,
            &(struct store_audit){.at_utc_s = now_utc_s,
                                  .agent_id = w->agent_id,
                                  .action = w->on ? "overload_on" : "overload_off",
                                  .subject = subject},
            err);
    }
    if (!code) {
        *ret_changed = true;
    }
    return code;
}

static enum err_code waiting(struct store *st, const char *service_id, const char *region,
                             struct overload_figures *f, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    enum err_code code =
        sql_each(st, SQL_OVERLOAD_WAITING, &q, err, sql_text(service_id), sql_text(region));
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        const int64_t rank = sql_col_int(q, 0);
        if (rank >= 0 && rank < PERSON_RANK_COUNT) {
            f->waiting[rank] += sql_col_int(q, 1);
        }
    }
    return code;
}

enum err_code store_overload_figures(struct store *st, const char *service_id, enum region region,
                                     int64_t now_utc_s, struct overload_figures *ret,
                                     struct err *err)
{
    struct overload_figures f = {0};
    const char *name = region_name(region);
    const struct service *service = NULL;
    enum err_code code = store_service(st, service_id, &service, err);
    if (!code) {
        memcpy(f.sms, service->overload.sms, sizeof f.sms);
        code = waiting(st, service_id, name, &f, err);
    }
    CLEANUP_SQL struct sql_rows *q = NULL;
    if (!code) {
        code = sql_one(st, SQL_OVERLOAD_PACE, &q, err, sql_int(now_utc_s),
                       sql_int(now_utc_s - MEASURED_S), sql_text(service_id), sql_text(name));
    }
    if (!code) {
        f.agents_on_queue = sql_col_int(q, 0);
        f.agent_s = sql_col_int(q, 1);
        f.offers_accepted = sql_col_int(q, 2);
        *ret = f;
    }
    return code;
}
