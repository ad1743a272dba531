/* SPDX-License-Identifier: Apache-2.0 */
/* Overload: what it would change, and the switch. A supervisor has the own region and services, an
 * operator has all. */

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_listing.h"
#include "net/store/store_overload.h"

#define SERVICES_MAX 64
#define ID_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

struct services {
    const struct store_actor *actor;
    char ids[SERVICES_MAX][SERVICE_ID_SIZE];
    size_t n;
};

static bool may_see(const struct store_actor *actor, const char *service_id)
{
    return actor->role == AGENT_ROLE_OPERATOR || queue_names_hold(&actor->services, service_id);
}

static bool collect(void *arg, const struct store_cell *cells)
{
    struct services *s = arg;
    if (may_see(s->actor, cells[0].text) && s->n < SERVICES_MAX)
        snprintf(s->ids[s->n++], SERVICE_ID_SIZE, "%.*s", SERVICE_ID_SIZE - 1, cells[0].text);
    return true;
}

static cJSON *tenths_or_null(int64_t tenths)
{
    return tenths < 0 ? cJSON_CreateNull() : cJSON_CreateNumber((double)tenths / 10);
}

static bool add_row(cJSON *list, const char *service_id, enum region region,
                    const struct store_overload *o, const struct overload_figures *f)
{
    const struct overload_effect e = overload_reckon(f);
    cJSON *j = cJSON_CreateObject();
    const bool made = wire_add(j, "service_id", cJSON_CreateString(service_id)) &&
                      wire_add(j, "region", cJSON_CreateString(region_name(region))) &&
                      wire_add(j, "is_on", cJSON_CreateBool(o->is_on)) &&
                      wire_add(j, "since", wire_time_or_null(o->since_utc_s)) &&
                      wire_add(j, "by", wire_text_or_null(o->account)) &&
                      wire_add(j, "reason", wire_text_or_null(o->reason)) &&
                      wire_add_int(j, "waiting_callbacks", f->waiting[RANK_CALLBACK]) &&
                      wire_add_int(j, "waiting_index", f->waiting[RANK_INDEX]) &&
                      wire_add_int(j, "waiting_contacts", f->waiting[RANK_CONTACT]) &&
                      wire_add_int(j, "for_sms", e.flagged) &&
                      wire_add_int(j, "agents_on_queue", f->agents_on_queue) &&
                      wire_add(j, "per_agent_hour", tenths_or_null(e.per_agent_hour_tenths)) &&
                      wire_add(j, "is_measured", cJSON_CreateBool(e.is_measured)) &&
                      wire_add(j, "hours_without", tenths_or_null(e.hours_tenths_off)) &&
                      wire_add(j, "hours_with", tenths_or_null(e.hours_tenths_on));
    if (made && cJSON_AddItemToArray(list, j))
        return true;
    cJSON_Delete(j);
    return false;
}

static enum err_code add_service(struct request *req, struct store *store, const char *service_id,
                                 cJSON *list, struct err *err)
{
    bool regions[REGION_COUNT];
    const struct service *service = NULL;
    enum err_code code = store_service(store, service_id, &service, err);
    if (code != ERR_OK)
        return code;
    memcpy(regions, service->regions, sizeof regions);
    for (int r = 0; code == ERR_OK && r < REGION_COUNT; r++) {
        const enum region region = (enum region)r;
        if (!regions[r] || (req->actor.role != AGENT_ROLE_OPERATOR && region != req->actor.region))
            continue;
        struct store_overload o;
        struct overload_figures f;
        code = store_overload_read(store, service_id, region, &o, err);
        if (code == ERR_OK)
            code = store_overload_figures(store, service_id, region, req->now_utc_s, &f, err);
        if (code == ERR_OK && !add_row(list, service_id, region, &o, &f))
            code = err_set(err, ERR_NOMEM, NULL);
    }
    return code;
}

enum err_code on_preview_overload(struct request *req, struct store *store, struct err *err)
{
    struct services s = {.actor = &req->actor};
    CLEANUP_JSON cJSON *j = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(j, "overload");
    enum err_code code = list ? store_list(store, STORE_LIST_SERVICES, collect, &s, err)
                              : err_set(err, ERR_NOMEM, NULL);
    for (size_t i = 0; code == ERR_OK && i < s.n; i++)
        code = add_service(req, store, s.ids[i], list, err);
    if (code != ERR_OK)
        return code;
    cJSON *taken = j;
    j = NULL;
    return request_answer_json(req, 200, taken, err);
}

enum err_code on_switch_overload(struct request *req, struct store *store, struct err *err)
{
    const char *region = json_str(req->json, "region", "");
    struct store_overload_switch what = {
        .service_id = json_str(req->json, "service_id", ""),
        .on = json_bool(req->json, "is_on", false),
        .agent_id = req->actor.agent_id,
        .account = "",
        .reason = json_str(req->json, "reason", ""),
    };
    if (!region_by_name(region, strlen(region), &what.region))
        return err_field(err, ERR_INVALID, "/region", N_("A region is VLG, WAL, BXL or OOS."));
    if (strspn(what.service_id, ID_CHARACTERS) != strlen(what.service_id))
        return err_field(err, ERR_INVALID, "/service_id",
                         N_("A service is named by letters, digits, '-' and '_'."));
    if (!may_see(&req->actor, what.service_id) ||
        (req->actor.role != AGENT_ROLE_OPERATOR && what.region != req->actor.region))
        return err_set(err, ERR_NOT_FOUND, NULL);
    bool changed;
    const enum err_code code = store_overload_set(store, &what, req->now_utc_s, &changed, err);
    return code == ERR_OK ? on_preview_overload(req, store, err) : code;
}
