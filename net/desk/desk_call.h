/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One of the desk's calls with all its events: what a screen replays after its death, and what the
 * backend is told when there is no screen. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/call.h"

/* Two whole calls have to fit into one line of the protocol. What the agent causes stops earlier:
 * the last places are for what must not be missing. A transfer that fails has words of the other
 * side, which are the longest there is. */
#define DESK_CALL_EVENTS_MAX 270
#define DESK_CALL_EVENTS_RESERVED 10
#define DESK_CALL_TRANSFERS_MAX 16

struct desk_call_event {
    unsigned seq;
    int64_t at_utc_s;
    enum call_event kind;
    enum call_end end; /* with CALL_EV_END */
    int sip_status;    /* 0 = none */
    char text[321];    /* at most 80 characters, no control characters */
};

struct desk_call {
    char call_id[65];      /* "" = no call yet */
    char sip_call_id[129]; /* "" until the module knows it */
    struct call call;
    struct desk_call_event events[DESK_CALL_EVENTS_MAX];
    size_t n_events;
    unsigned acked; /* highest seq that screen or backend has */
    bool asked;     /* dial sent to the module, no reply yet */
    enum { DESK_MEDIA_UNKNOWN, DESK_MEDIA_PLAIN, DESK_MEDIA_ENCRYPTED } media;
    enum call_end ending; /* we hung up, for this reason; CALL_END_NONE = we did not */
};

/* Forget the former call and begin one. call_id must fit. */
void desk_call_begin(struct desk_call *c, const char *call_id);
void desk_call_clear(struct desk_call *c);

/* Asked for or up: must not be disturbed. */
bool desk_call_is_busy(const struct desk_call *c);

/* Is there room for another event that the agent causes? */
bool desk_call_has_room(const struct desk_call *c);

/* ... for this one? Nobody stays on hold because of a list that is full. */
bool desk_call_may(const struct desk_call *c, enum call_event kind);

/* Take an event into the call. NULL when the call's table refuses it, or there is no room. */
const struct desk_call_event *desk_call_step(struct desk_call *c, enum call_event kind,
                                             enum call_end end, int sip_status, const char *text,
                                             int64_t at_utc_s);

/* As JSON: the event alone (seq, at, kind, end, sip_status, text), the whole call as in the desk
 * protocol (null when there is none). NULL when out of memory; the caller owns them. */
cJSON *desk_call_event_json(const struct desk_call_event *ev);
cJSON *desk_call_json(const struct desk_call *c);
