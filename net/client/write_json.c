/* SPDX-License-Identifier: Apache-2.0 */
/* Writes as JSON. The journal's members: kind, key, offer_id, fence, and what the kind needs. The
 * response is kept as the text that it is: its digits must not change. */

#include "net/client/write_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/json.h"
#include "net/api/wire_in.h"

static const char *const kind_names[] = {
    [WS_WRITE_CALL_EVENT] = "call_event", [WS_WRITE_RESPONSE] = "response",
    [WS_WRITE_WRAPUP] = "wrapup",         [WS_WRITE_END] = "end",
    [WS_WRITE_INCIDENT] = "incident",     [WS_WRITE_WISH] = "wish",
    [WS_WRITE_CORRECT] = "correct",
};
_Static_assert(sizeof kind_names / sizeof kind_names[0] == WS_WRITE_KIND_COUNT, "one name a kind");

static bool add_text(cJSON *o, const char *key, const char *text)
{
    return cJSON_AddStringToObject(o, key, text) != NULL;
}

static bool add_whole(cJSON *o, const char *key, int64_t n)
{
    return cJSON_AddNumberToObject(o, key, (double)n) != NULL;
}

static bool add_time(cJSON *o, const char *key, int64_t at)
{
    char text[TIME_TEXT_SIZE];
    time_text_print(at, text);
    return add_text(o, key, text);
}

static bool fill_event(cJSON *o, const struct ws_call_event *e)
{
    bool ok = add_whole(o, "seq", e->seq) && add_time(o, "at", e->at_utc_s) &&
              add_text(o, "kind", call_event_name(e->kind));
    if (e->kind == CALL_EV_END)
        ok = ok && add_text(o, "end", call_end_name(e->end));
    if (e->sip_status)
        ok = ok && add_whole(o, "sip_status", e->sip_status);
    if (e->text[0])
        ok = ok && add_text(o, "text", e->text);
    return ok;
}

static bool fill_callback(cJSON *o, const struct callback_wish *w)
{
    char date[DATE_PRINT_SIZE], time[16];
    cJSON *c = cJSON_AddObjectToObject(o, "callback");
    date_print(w->date, date);
    snprintf(time, sizeof time, "%02d:%02d", w->minute_of_day / 60, w->minute_of_day % 60);
    return c && add_text(c, "date", date) && add_text(c, "time", time) &&
           (!w->zone[0] || add_text(c, "zone", w->zone)) &&
           (!w->phone[0] || add_text(c, "phone", w->phone)) &&
           cJSON_AddBoolToObject(c, "route_to_me", w->route_to_me) &&
           (!w->fallback_utc_s || add_time(c, "fallback_at", w->fallback_utc_s));
}

/* What journal and request of a wrap-up share, and of its correction. */
static bool fill_wrapup(cJSON *o, const struct ws_write *w)
{
    return add_text(o, "code", w->code) && (!w->note || add_text(o, "note", w->note)) &&
           add_time(o, "chosen_at", w->chosen_utc_s) &&
           (!w->callback_utc_s || add_time(o, "callback_at", w->callback_utc_s)) &&
           (!w->has_callback || fill_callback(o, &w->callback));
}

/* The same of an incident. */
static bool fill_incident(cJSON *o, const struct ws_write *w)
{
    return add_text(o, "what", w->note) && add_time(o, "happened_at", w->happened_utc_s) &&
           add_time(o, "reported_at", w->chosen_utc_s);
}

/* As in the API. */
static const char *const wish_names[] = {
    [WS_WISH_NONE] = "",
    [WS_WISH_NUMBER] = "number",
    [WS_WISH_ANY] = "any",
};
_Static_assert(sizeof wish_names / sizeof wish_names[0] == WS_WISH_COUNT, "one name a wish");

static bool fill_wish(cJSON *o, const struct ws_write *w)
{
    return w->wish != WS_WISH_NONE && add_text(o, "scope", wish_names[w->wish]);
}

void write_json_frame(const struct ws_write *w, struct buf *b)
{
    CLEANUP_JSON cJSON *o = cJSON_CreateObject();
    bool ok = o && add_text(o, "kind", kind_names[w->kind]) && add_text(o, "key", w->key) &&
              add_text(o, "offer_id", w->offer_id) && add_whole(o, "fence", w->fence);
    switch (w->kind) {
    case WS_WRITE_CALL_EVENT: {
        cJSON *event = ok ? cJSON_AddObjectToObject(o, "event") : NULL;
        ok = event && add_text(o, "call_id", w->call_id) &&
             add_text(o, "sip_call_id", w->sip_call_id) && fill_event(event, &w->event);
        break;
    }
    case WS_WRITE_RESPONSE:
        ok = ok && add_text(o, "response", w->response ? w->response : "") &&
             cJSON_AddBoolToObject(o, "completed", w->completed);
        break;
    case WS_WRITE_WRAPUP:
    case WS_WRITE_CORRECT:
        ok = ok && fill_wrapup(o, w);
        break;
    case WS_WRITE_END:
        break;
    case WS_WRITE_INCIDENT:
        ok = ok && fill_incident(o, w) && add_text(o, "about", w->about_offer_id);
        break;
    case WS_WRITE_WISH:
        ok = ok && fill_wish(o, w) && add_time(o, "chosen_at", w->chosen_utc_s);
        break;
    }
    if (ok)
        json_print(o, b);
    else
        b->failed = true;
}

static bool read_text(const cJSON *o, const char *key, char *dst, size_t cap)
{
    const char *s = json_str(o, key, NULL);
    if (!s || strlen(s) >= cap)
        return false;
    memcpy(dst, s, strlen(s) + 1);
    return true;
}

/* Back from the journal. */
static bool read_callback(const cJSON *o, struct ws_write *w)
{
    const cJSON *c = json_obj(o, "callback");
    struct callback_wish *r = &w->callback;
    if (!c)
        return true;
    w->has_callback = true;
    r->route_to_me = json_bool(c, "route_to_me", false);
    snprintf(r->zone, sizeof r->zone, "%s", json_str(c, "zone", ""));
    snprintf(r->phone, sizeof r->phone, "%s", json_str(c, "phone", ""));
    return date_parse(json_str(c, "date", ""), &r->date) &&
           callback_time_typed(json_str(c, "time", ""), &r->minute_of_day) &&
           wire_time(c, "fallback_at", true, &r->fallback_utc_s, NULL) == ERR_OK;
}

static bool read_kind(const cJSON *o, enum ws_write_kind *ret)
{
    const char *name = json_str(o, "kind", "");
    for (unsigned i = 0; i < WS_WRITE_KIND_COUNT; i++)
        if (strcmp(name, kind_names[i]) == 0) {
            *ret = (enum ws_write_kind)i;
            return true;
        }
    return false;
}

static bool read_wish(const cJSON *o, struct ws_write *w)
{
    const char *scope = json_str(o, "scope", "");
    for (unsigned i = WS_WISH_NUMBER; i < WS_WISH_COUNT; i++)
        if (strcmp(scope, wish_names[i]) == 0)
            w->wish = (enum ws_wish)i;
    return w->wish != WS_WISH_NONE &&
           wire_time(o, "chosen_at", false, &w->chosen_utc_s, NULL) == ERR_OK;
}

static bool read_parts(const cJSON *o, struct ws_write *w)
{
    const char *s;
    switch (w->kind) {
    case WS_WRITE_CALL_EVENT:
        return read_text(o, "call_id", w->call_id, sizeof w->call_id) &&
               read_text(o, "sip_call_id", w->sip_call_id, sizeof w->sip_call_id) &&
               wire_call_event(json_obj(o, "event"), &w->event, NULL) == ERR_OK;
    case WS_WRITE_RESPONSE:
        s = json_str(o, "response", NULL);
        w->response = s ? strdup(s) : NULL;
        w->completed = json_bool(o, "completed", false);
        return w->response != NULL;
    case WS_WRITE_WRAPUP:
    case WS_WRITE_CORRECT:
        s = json_str(o, "note", NULL);
        w->note = s ? strdup(s) : NULL;
        return read_text(o, "code", w->code, sizeof w->code) && (!s || w->note) &&
               wire_time(o, "chosen_at", false, &w->chosen_utc_s, NULL) == ERR_OK &&
               wire_time(o, "callback_at", true, &w->callback_utc_s, NULL) == ERR_OK &&
               read_callback(o, w);
    case WS_WRITE_END:
        return true;
    case WS_WRITE_INCIDENT:
        s = json_str(o, "what", NULL);
        w->note = s ? strdup(s) : NULL;
        return w->note && read_text(o, "about", w->about_offer_id, sizeof w->about_offer_id) &&
               wire_time(o, "happened_at", false, &w->happened_utc_s, NULL) == ERR_OK &&
               wire_time(o, "reported_at", false, &w->chosen_utc_s, NULL) == ERR_OK;
    case WS_WRITE_WISH:
        return read_wish(o, w);
    }
    return false;
}

enum err_code write_json_read(const char *text, size_t len, struct ws_write *ret, struct err *err)
{
    CLEANUP_JSON cJSON *o = NULL;
    *ret = (struct ws_write){0};
    /* A response as a string inside a string may be larger than a body: its quotes are escaped. */
    const struct json_limits limits = {
        .bytes = 2 * json_limits_api.bytes, .depth = 8, .elements = 100};
    enum err_code code = json_parse(text, len, &limits, &o, err);
    if (code != ERR_OK)
        return code;
    ret->fence = json_int(o, "fence", 0);
    if (read_kind(o, &ret->kind) && read_text(o, "key", ret->key, sizeof ret->key) &&
        read_text(o, "offer_id", ret->offer_id, sizeof ret->offer_id) && read_parts(o, ret))
        return ERR_OK;
    ws_write_deinit(ret);
    return err_set(err, ERR_INVALID, "A line of the journal is broken.");
}

/* --- requests --- */

static bool fill_events(cJSON *o, const struct ws_write *w)
{
    cJSON *events = cJSON_AddArrayToObject(o, "events");
    cJSON *event = events ? cJSON_CreateObject() : NULL;
    if (!event || !cJSON_AddItemToArray(events, event))
        return false;
    return fill_event(event, &w->event) &&
           (!w->sip_call_id[0] || add_text(o, "sip_call_id", w->sip_call_id));
}

bool write_json_request(const struct ws_write *w, int64_t fence, unsigned base_version,
                        struct write_request *ret)
{
    CLEANUP_JSON cJSON *o = cJSON_CreateObject();
    *ret = (struct write_request){.method = "POST", .has_key = true};
    const bool fenced = w->kind != WS_WRITE_CALL_EVENT && w->kind != WS_WRITE_INCIDENT &&
                        w->kind != WS_WRITE_CORRECT;
    bool ok = o && (!fenced || add_whole(o, "fence", fence));
    switch (w->kind) {
    case WS_WRITE_CALL_EVENT:
        buf_printf(&ret->path, "/v1/calls/%s/events", w->call_id);
        ok = ok && fill_events(o, w);
        break;
    case WS_WRITE_RESPONSE: {
        ret->method = "PUT";
        ret->has_key = false;
        buf_printf(&ret->path, "/v1/offers/%s/response", w->offer_id);
        cJSON *response = w->response ? cJSON_CreateRaw(w->response) : NULL;
        ok = ok && response && cJSON_AddItemToObject(o, "response", response) &&
             add_whole(o, "base_version", base_version) &&
             (w->fence >= fence || w->fence < 1 || add_whole(o, "made_fence", w->fence)) &&
             add_text(o, "status", w->completed ? "completed" : "in-progress");
        break;
    }
    case WS_WRITE_WRAPUP:
        buf_printf(&ret->path, "/v1/offers/%s/wrapup", w->offer_id);
        ok = ok && fill_wrapup(o, w);
        break;
    case WS_WRITE_CORRECT:
        buf_printf(&ret->path, "/v1/offers/%s/correct", w->offer_id);
        ok = ok && fill_wrapup(o, w);
        break;
    case WS_WRITE_END:
        buf_printf(&ret->path, "/v1/offers/%s/end", w->offer_id);
        break;
    case WS_WRITE_INCIDENT:
        buf_str(&ret->path, "/v1/incidents");
        ok = ok && fill_incident(o, w) &&
             (!w->about_offer_id[0] || add_text(o, "offer_id", w->about_offer_id));
        break;
    case WS_WRITE_WISH:
        buf_printf(&ret->path, "/v1/offers/%s/wish", w->offer_id);
        ok = ok && fill_wish(o, w);
        break;
    }
    if (ok)
        json_print(o, &ret->body);
    return ok && !ret->path.failed && !ret->body.failed;
}

void write_request_deinit(struct write_request *r)
{
    buf_free(&r->body);
    buf_free(&r->path);
}
