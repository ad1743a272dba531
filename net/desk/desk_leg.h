/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One of the desk's two calls, with all that goes with it: its poster, its clock, how its line was
 * last heard. What both are to each other says core/legs.h. */

#include <re_types.h>

#include <re_list.h>
#include <re_tmr.h>

#include <cjson/cJSON.h>

#include "core/desk_rule.h"
#include "core/err.h"
#include "core/legs.h"
#include "core/line_quality.h"
#include "net/desk/desk_call.h"
#include "net/desk/poster.h"

struct desk;

struct desk_leg {
    struct desk *desk;
    enum leg which;
    struct desk_call call;
    struct desk_poster *poster;
    int64_t ring_limit_s;
    struct tmr ring_limit;    /* before the answer; and while somebody else is called instead */
    struct line_quality kept; /* as the newest event of this call has it */
};

/* The backend's permit, and the address it leads to. All borrowed; they fit (requests.c). */
struct desk_permit {
    const char *call_id;
    const char *call_token;
    const char *uri;
    int64_t ring_limit_s;
};

/* Errors: ERR_NOMEM. */
enum err_code desk_leg_init(struct desk_leg *leg, struct desk *d, enum leg which,
                            struct err *err) MUSTCHECK;
void desk_leg_deinit(struct desk_leg *leg);

/* Forget the former call; begin one that the module is asked for. */
void desk_leg_clear(struct desk_leg *leg);
void desk_leg_begin(struct desk_leg *leg, const struct desk_permit *permit);

/* The call of this name; NULL = none. */
struct desk_leg *desk_leg_named(struct desk *d, const char *call_id);

/* What the pair's table knows this call as: one that is just being hung up has ended. */
enum call_state desk_leg_state(const struct desk_leg *leg);

/* Something happened to the call: step it, tell the screen or the backend. False, and nothing is
 * changed, when the call's table refuses it. */
bool desk_leg_happened(struct desk_leg *leg, enum call_event kind, enum call_end end,
                       int sip_status, const char *text);

/* The other side's telephone rings, or is called in our place: not for ever. */
void desk_leg_limit_ringing(struct desk_leg *leg);

/* Something befell the call (core/desk_rule.h): what follows from that is done. */
void desk_leg_hit(struct desk_leg *leg, enum desk_blow blow);

/* The module tells of a call (net/voice/module_protocol.h). */
void desk_leg_told(struct desk *d, const char *event, const cJSON *message);

/* Is one of the calls asked for or up? */
bool desk_legs_are_busy(const struct desk *d);
