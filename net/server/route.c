/* SPDX-License-Identifier: Apache-2.0 */
/* The routes table, and the one search in it. */

#include "net/server/route.h"

#include <stdio.h>
#include <string.h>

#include "core/service.h"
#include "net/server/handlers.h"
#include "net/store/store_agent.h"
#include "net/store/store_incident.h"

#define SMALL_BODY 4096
#define NOTE_BODY (32 * 1024)
#define RESPONSE_BODY (256 * 1024)
#define EVENTS_BODY (256 * 1024)
#define SAFE_INT_MAX (((int64_t)1 << 53) - 1)

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define FENCE                                                                                      \
    {                                                                                              \
        "fence", JSON_INT, true, false, 1, SAFE_INT_MAX                                            \
    }

/* clang-format off */
static const struct json_field sign_in_fields[] = {
    {"login",    JSON_STRING, true, false, 1, STORE_LOGIN_SIZE - 1},
    {"password", JSON_STRING, true, false, 1, 256},
};
static const struct json_field status_fields[] = {
    {"status", JSON_STRING, true, false, 1, 32},
};
static const struct json_field on_queue_fields[] = {
    {"on_queue", JSON_BOOL, true, false, 0, 0},
};
static const struct json_field fence_fields[] = {FENCE};
static const struct json_field skip_fields[] = {
    FENCE,
    {"reason", JSON_STRING, true, false, 1, 64},
};
static const struct json_field reveal_fields[] = {
    FENCE,
    {"field", JSON_STRING, true, false, 1, 64},
};
static const struct json_field response_fields[] = {
    FENCE,
    {"base_version", JSON_INT,    true, false, 0, SAFE_INT_MAX},
    {"made_fence",   JSON_INT,    false, false, 1, SAFE_INT_MAX},
    {"status",       JSON_STRING, true, false, 1, 32},
    {"response",     JSON_OBJECT, true, false, 0, 0},
};
static const struct json_field wrapup_fields[] = {
    FENCE,
    {"code",        JSON_STRING, true,  false, 1,  SERVICE_ID_SIZE - 1},
    {"note",        JSON_STRING, false, false, 0,  2000},
    {"chosen_at",   JSON_STRING, true,  false, 20, 20},
    {"callback_at", JSON_STRING, false, false, 20, 20},
    {"callback",    JSON_OBJECT, false, false, 0,  0},
};
static const struct json_field correct_fields[] = {
    {"code",        JSON_STRING, true,  false, 1,  SERVICE_ID_SIZE - 1},
    {"note",        JSON_STRING, false, false, 0,  2000},
    {"chosen_at",   JSON_STRING, false, false, 20, 20},
    {"callback_at", JSON_STRING, false, false, 20, 20},
    {"callback",    JSON_OBJECT, false, false, 0,  0},
    {"revision",    JSON_INT,    false, false, 0,  SAFE_INT_MAX},
};
static const struct json_field add_callback_fields[] = {
    {"offer_id", JSON_STRING, true, false, 1, 64},
    {"callback", JSON_OBJECT, true, false, 0, 0},
};
static const struct json_field rang_in_fields[] = {
    {"region", JSON_STRING, true, false, 3, 3},
    {"phone",  JSON_STRING, true, false, 1, 40},
};
static const struct json_field move_callback_fields[] = {
    {"callback", JSON_OBJECT, true, false, 0, 0},
};

static const struct json_field another_fields[] = {
    FENCE,
    {"whom",       JSON_STRING, true,  false, 1, 16},
    {"contact_id", JSON_STRING, false, false, 1, 64},
    {"party",      JSON_OBJECT, false, false, 0, 0},
};
static const struct json_field wish_fields[] = {
    FENCE,
    {"scope", JSON_STRING, true, false, 1, 16},
};
static const struct json_field incident_fields[] = {
    {"what",        JSON_STRING, true,  false, 1,  STORE_INCIDENT_CHARS},
    {"happened_at", JSON_STRING, false, false, 20, 20},
    {"reported_at", JSON_STRING, false, false, 20, 20},
    {"offer_id",    JSON_STRING, false, false, 1,  64},
};
static const struct json_field release_fields[] = {
    {"reason", JSON_STRING, true, false, 1, 200},
};
static const struct json_field overload_fields[] = {
    {"service_id", JSON_STRING, true, false, 1, SERVICE_ID_SIZE - 1},
    {"region",     JSON_STRING, true, false, 3, 3},
    {"is_on",      JSON_BOOL,   true, false, 0, 0},
    {"reason",     JSON_STRING, true, false, 1, 200},
};
static const struct json_field release_person_fields[] = {
    {"reason", JSON_STRING, true, false, 1, 200},
    {"then",   JSON_STRING, true, false, 1, 16},
};
static const struct json_field permit_fields[] = {
    {"offer_id",    JSON_STRING, true, false, 1, 64},
    FENCE,
    {"phone_index", JSON_INT,    true, false, 0, RECORD_PHONES + 1},
};
static const struct json_field target_fields[] = {
    FENCE,
    {"target", JSON_OBJECT, true, false, 0, 0},
};
static const struct json_field report_fields[] = {
    {"sip_call_id", JSON_STRING, false, false, 0, 128},
    {"events",      JSON_ARRAY,  true,  false, 1, CALL_REPORT_MAX},
};

#define NO_BODY 0, NULL, 0
#define STREAM_BODY ROUTE_STREAM, NULL, 0
#define BODY(max, fields) (max), (fields), COUNT(fields)

/* method, path, operation, who, key, password, instant, body, handler */
static const struct route routes[] = {
    {ROUTE_POST,   "/v1/sessions",                   "sign_in",           ROUTE_OPEN,            true,  true,  false, BODY(SMALL_BODY, sign_in_fields),     on_sign_in},
    {ROUTE_DELETE, "/v1/session",                    "sign_out",          ROUTE_SIGNED_IN,       false, false, false, NO_BODY,                              on_sign_out},
    {ROUTE_GET,    "/v1/session/sip-secret",         "get_sip_secret",    ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_sip_secret},
    {ROUTE_GET,    "/v1/work",                       "get_work",          ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_get_work},
    {ROUTE_GET,    "/v1/events",                     "stream_events",     ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_stream_events},
    {ROUTE_POST,   "/v1/heartbeat",                  "beat",              ROUTE_SIGNED_IN,       false, false, false, NO_BODY,                              on_beat},
    {ROUTE_PUT,    "/v1/status",                     "set_status",        ROUTE_CALLERS,         false, false, false, BODY(SMALL_BODY, status_fields),      on_set_status},
    {ROUTE_PUT,    "/v1/queue",                      "set_on_queue",      ROUTE_CALLERS,         false, false, false, BODY(SMALL_BODY, on_queue_fields),    on_set_on_queue},
    {ROUTE_GET,    "/v1/queues",                     "list_queues",       ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_list_queues},
    {ROUTE_GET,    "/v1/interactions",               "list_interactions", ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_list_interactions},
    {ROUTE_GET,    "/v1/callbacks",                  "list_callbacks",    ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_list_callbacks},
    {ROUTE_POST,   "/v1/callbacks",                  "add_callback",      ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, add_callback_fields), on_add_callback},
    {ROUTE_GET,    "/v1/callbacks/{callback_id}",    "get_callback",      ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_get_callback},
    {ROUTE_PUT,    "/v1/callbacks/{callback_id}",    "move_callback",     ROUTE_CALLERS,         false, false, false, BODY(SMALL_BODY, move_callback_fields), on_move_callback},
    {ROUTE_DELETE, "/v1/callbacks/{callback_id}",    "cancel_callback",   ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_cancel_callback},
    {ROUTE_GET,    "/v1/region/callbacks",           "list_region_callbacks", ROUTE_SUPERVISORS, false, false, false, NO_BODY,                              on_list_region_callbacks},
    {ROUTE_GET,    "/v1/service",                    "get_service",       ROUTE_SCRIPTS,         false, false, false, NO_BODY,                              on_get_service},
    {ROUTE_GET,    "/v1/scripts/{script_id}",        "get_script",        ROUTE_SCRIPTS,         false, false, false, NO_BODY,                              on_get_script},
    {ROUTE_POST,   "/v1/offers/{offer_id}/accept",   "accept_offer",      ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, fence_fields),       on_accept_offer},
    {ROUTE_POST,   "/v1/offers/{offer_id}/skip",     "skip_offer",        ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, skip_fields),        on_skip_offer},
    {ROUTE_POST,   "/v1/offers/{offer_id}/record",   "read_record",       ROUTE_CALLERS,         false, false, false, BODY(SMALL_BODY, fence_fields),       on_read_record},
    {ROUTE_POST,   "/v1/offers/{offer_id}/reveal",   "reveal",            ROUTE_CALLERS,         false, false, false, BODY(SMALL_BODY, reveal_fields),      on_reveal},
    {ROUTE_GET,    "/v1/offers/{offer_id}/response", "get_response",      ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_get_response},
    {ROUTE_PUT,    "/v1/offers/{offer_id}/response", "put_response",      ROUTE_CALLERS,         false, false, false, BODY(RESPONSE_BODY, response_fields), on_put_response},
    {ROUTE_POST,   "/v1/offers/{offer_id}/wrapup",   "wrap_up",           ROUTE_CALLERS,         true,  false, false, BODY(NOTE_BODY, wrapup_fields),       on_wrap_up},
    {ROUTE_POST,   "/v1/offers/{offer_id}/correct",  "correct_wrapup",    ROUTE_CALLERS,         true,  false, false, BODY(NOTE_BODY, correct_fields),      on_correct_wrapup},
    {ROUTE_POST,   "/v1/offers/{offer_id}/wish",     "record_wish",       ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, wish_fields),        on_record_wish},
    {ROUTE_POST,   "/v1/offers/{offer_id}/consult",  "consult",           ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, target_fields),      on_consult},
    {ROUTE_POST,   "/v1/offers/{offer_id}/transfer", "transfer",          ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, target_fields),      on_transfer},
    {ROUTE_GET,    "/v1/directory",                  "search_directory",  ROUTE_CALLERS,         false, false, false, NO_BODY,                              on_search_directory},
    {ROUTE_POST,   "/v1/offers/{offer_id}/contacts", "list_contacts",     ROUTE_CALLERS,         false, false, false, BODY(SMALL_BODY, fence_fields),       on_list_contacts},
    {ROUTE_POST,   "/v1/offers/{offer_id}/another",  "call_another",      ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, another_fields),     on_call_another},
    {ROUTE_POST,   "/v1/offers/{offer_id}/end",      "end_preview",       ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, fence_fields),       on_end_preview},
    {ROUTE_POST,   "/v1/offers/{offer_id}/release",  "release_offer",     ROUTE_SUPERVISORS,     true,  false, false, BODY(SMALL_BODY, release_fields),     on_release_offer},
    {ROUTE_POST,   "/v1/people/{person_id}/release", "release_person",    ROUTE_SUPERVISORS,     true,  false, false, BODY(SMALL_BODY, release_person_fields), on_release_person},
    {ROUTE_GET,    "/v1/late_drafts",                "list_late_drafts",  ROUTE_SUPERVISORS,     false, false, false, NO_BODY,                              on_list_late_drafts},
    {ROUTE_GET,    "/v1/late_drafts/{late_draft_id}", "read_late_draft",  ROUTE_SUPERVISORS,     false, false, false, NO_BODY,                              on_read_late_draft},
    {ROUTE_POST,   "/v1/people",                     "import_people",     ROUTE_OPERATORS,       true,  false, false, STREAM_BODY,                          on_import_people},
    {ROUTE_GET,    "/v1/overload/preview",           "preview_overload",  ROUTE_LEADERS,         false, false, false, NO_BODY,                              on_preview_overload},
    {ROUTE_PUT,    "/v1/overload",                   "switch_overload",   ROUTE_LEADERS,         false, false, false, BODY(SMALL_BODY, overload_fields),    on_switch_overload},
    {ROUTE_GET,    "/v1/alarms",                     "list_alarms",       ROUTE_SUPERVISORS,     false, false, false, NO_BODY,                              on_list_alarms},
    {ROUTE_POST,   "/v1/alarms/{alarm_id}/seen",     "see_alarm",         ROUTE_SUPERVISORS,     true,  false, false, NO_BODY,                              on_see_alarm},
    {ROUTE_POST,   "/v1/alarms/{alarm_id}/close",    "close_alarm",       ROUTE_SUPERVISORS,     true,  false, false, NO_BODY,                              on_close_alarm},
    {ROUTE_POST,   "/v1/incidents",                  "report_incident",   ROUTE_SIGNED_IN,       true,  false, false, BODY(NOTE_BODY, incident_fields),     on_report_incident},
    {ROUTE_GET,    "/v1/incidents",                  "list_incidents",    ROUTE_SUPERVISORS,     false, false, false, NO_BODY,                              on_list_incidents},
    {ROUTE_GET,    "/v1/unresolved",                 "list_unresolved",   ROUTE_SUPERVISORS,     false, false, false, NO_BODY,                              on_list_unresolved},
    {ROUTE_POST,   "/v1/calls",                      "permit_call",       ROUTE_CALLERS,         true,  false, false, BODY(SMALL_BODY, permit_fields),      on_permit_call},
    {ROUTE_POST,   "/v1/calls/{call_id}/events",     "report_call",       ROUTE_CALLERS_OR_CALL, true,  false, false, BODY(EVENTS_BODY, report_fields),     on_report_call},
    {ROUTE_POST,   "/v1/calls/rang_in",              "rang_in",           ROUTE_LEADERS,         true,  false, false, BODY(SMALL_BODY, rang_in_fields),     on_rang_in},
    {ROUTE_GET,    "/healthz",                       "health",            ROUTE_OPEN,            false, false, true,  NO_BODY,                              on_health},
    {ROUTE_GET,    "/readyz",                        "ready",             ROUTE_OPEN,            false, false, false, NO_BODY,                              on_ready},
    {ROUTE_GET,    "/metrics",                       "metrics",           ROUTE_OPEN,            false, false, true,  NO_BODY,                              on_metrics},
    {ROUTE_GET,    "/v1/version",                    "version",           ROUTE_OPEN,            false, false, true,  NO_BODY,                              on_version},
    {ROUTE_GET,    "/version",                       "version",           ROUTE_OPEN,            false, false, true,  NO_BODY,                              on_version},
};
/* clang-format on */

static const char *const method_names[] = {
    [ROUTE_GET] = "GET",
    [ROUTE_POST] = "POST",
    [ROUTE_PUT] = "PUT",
    [ROUTE_DELETE] = "DELETE",
};
_Static_assert(COUNT(method_names) == ROUTE_METHOD_COUNT, "one name a method");

const struct route *route_table(size_t *ret_n)
{
    *ret_n = COUNT(routes);
    return routes;
}

const char *route_method_name(enum route_method method)
{
    return method_names[method];
}

/* The length of an Id of the contract at the front of s; 0 = none. */
static size_t id_len(const char *s)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    const size_t len = strspn(s, allowed);
    return len < ROUTE_PARAM_SIZE ? len : 0;
}

/* Does the path fit the pattern? Fills param from the one {parameter}, if there is one. */
static bool path_fits(const char *pattern, const char *path, char param[ROUTE_PARAM_SIZE])
{
    const char *brace = strchr(pattern, '{');
    if (!brace) {
        param[0] = '\0';
        return strcmp(pattern, path) == 0;
    }
    const size_t head = (size_t)(brace - pattern);
    if (strncmp(pattern, path, head) != 0)
        return false;
    const size_t len = id_len(path + head);
    if (len == 0 || strcmp(strchr(brace, '}') + 1, path + head + len) != 0)
        return false;
    memcpy(param, path + head, len);
    param[len] = '\0';
    return true;
}

enum err_code route_find(const char *method, const char *path, const struct route **ret,
                         char param[ROUTE_PARAM_SIZE], char *allow, size_t allow_size)
{
    size_t used = 0;
    allow[0] = '\0';
    for (size_t i = 0; i < COUNT(routes); i++) {
        const struct route *route = &routes[i];
        if (!path_fits(route->path, path, param))
            continue;
        const char *name = method_names[route->method];
        if (strcmp(name, method) == 0) {
            *ret = route;
            return ERR_OK;
        }
        const int n = snprintf(allow + used, allow_size - used, "%s%s", used ? ", " : "", name);
        used += n > 0 && (size_t)n < allow_size - used ? (size_t)n : 0;
    }
    return allow[0] ? ERR_METHOD : ERR_NOT_FOUND;
}
