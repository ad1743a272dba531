/* SPDX-License-Identifier: Apache-2.0 */
/* One of the desk's calls (net/desk/desk_call.h). */

#include "net/desk/desk_call.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/time_text.h"
#include "net/api/json.h"

#define TEXT_CHARS_MAX 80

void desk_call_clear(struct desk_call *c)
{
    memset(c, 0, sizeof *c);
}

void desk_call_begin(struct desk_call *c, const char *call_id)
{
    desk_call_clear(c);
    (void)snprintf(c->call_id, sizeof c->call_id, "%s", call_id);
}

bool desk_call_is_busy(const struct desk_call *c)
{
    return c->asked || call_is_up(&c->call);
}

bool desk_call_has_room(const struct desk_call *c)
{
    return c->n_events < DESK_CALL_EVENTS_MAX - DESK_CALL_EVENTS_RESERVED;
}

bool desk_call_may(const struct desk_call *c, enum call_event kind)
{
    if (kind == CALL_EV_RESUME)
        return c->n_events < DESK_CALL_EVENTS_MAX - 1;
    size_t transfers = 0;
    for (size_t i = 0; kind == CALL_EV_TRANSFER && i < c->n_events; i++)
        transfers += c->events[i].kind == CALL_EV_TRANSFER;
    return desk_call_has_room(c) && transfers < DESK_CALL_TRANSFERS_MAX;
}

const struct desk_call_event *desk_call_step(struct desk_call *c, enum call_event kind,
                                             enum call_end end, int sip_status, const char *text,
                                             int64_t at_utc_s)
{
    /* The last place is for the end: a peer that rings and holds for ever does not get it. */
    const size_t room = DESK_CALL_EVENTS_MAX - (kind == CALL_EV_END ? 0 : 1);
    if (c->n_events >= room || !call_step(&c->call, kind, end, at_utc_s))
        return NULL;
    struct desk_call_event *ev = &c->events[c->n_events++];
    *ev = (struct desk_call_event){.seq = (unsigned)c->n_events,
                                   .at_utc_s = at_utc_s,
                                   .kind = kind,
                                   .end = kind == CALL_EV_END ? end : CALL_END_NONE,
                                   .sip_status = sip_status};
    const size_t len = text_clean_to(ev->text, sizeof ev->text, text, strlen(text));
    ev->text[text_cut_chars(ev->text, len, TEXT_CHARS_MAX)] = '\0';
    return ev;
}

cJSON *desk_call_event_json(const struct desk_call_event *ev)
{
    char at[TIME_TEXT_SIZE];
    cJSON *j = cJSON_CreateObject();
    time_text_print(ev->at_utc_s, at);
    if (j && cJSON_AddNumberToObject(j, "seq", ev->seq) && cJSON_AddStringToObject(j, "at", at) &&
        cJSON_AddStringToObject(j, "kind", call_event_name(ev->kind)) &&
        (ev->kind != CALL_EV_END || cJSON_AddStringToObject(j, "end", call_end_name(ev->end))) &&
        cJSON_AddNumberToObject(j, "sip_status", ev->sip_status) &&
        cJSON_AddStringToObject(j, "text", ev->text))
        return j;
    return json_free(j);
}

cJSON *desk_call_json(const struct desk_call *c)
{
    if (!c->call_id[0])
        return cJSON_CreateNull();
    cJSON *j = cJSON_CreateObject();
    bool ok = j && cJSON_AddStringToObject(j, "call_id", c->call_id) &&
              cJSON_AddStringToObject(j, "sip_call_id", c->sip_call_id) &&
              cJSON_AddStringToObject(j, "state", call_state_name(c->call.state)) &&
              cJSON_AddBoolToObject(j, "muted", c->call.muted) &&
              cJSON_AddBoolToObject(j, "peer_holds", c->call.peer_holds) &&
              cJSON_AddStringToObject(j, "end", call_end_name(c->call.end)) &&
              cJSON_AddItemToObject(j, "encrypted",
                                    c->media == DESK_MEDIA_UNKNOWN
                                        ? cJSON_CreateNull()
                                        : cJSON_CreateBool(c->media == DESK_MEDIA_ENCRYPTED));
    cJSON *events = ok ? cJSON_AddArrayToObject(j, "events") : NULL;
    ok = events;
    for (size_t i = 0; ok && i < c->n_events; i++) {
        cJSON *ev = desk_call_event_json(&c->events[i]);
        ok = ev && cJSON_AddItemToArray(events, ev);
    }
    return ok ? j : json_free(j);
}
