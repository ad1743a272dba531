/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the desk decides by itself about a call, while a screen is there or not: when it ends one,
 * how it names an end, who tells the backend, and when it leaves. The desk carries it out
 * (net/desk). */

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"

/* What befalls a call at the desk. */
enum desk_blow {
    DESK_BLOW_AGENT,      /* the screen asks for the end */
    DESK_BLOW_RING_LIMIT, /* nobody has answered for so long */
    DESK_BLOW_GRACE,      /* no screen has come back for so long */
    DESK_BLOW_PHONE,      /* the telephone program died */
};
#define DESK_BLOW_COUNT (DESK_BLOW_PHONE + 1)

/* CALL_END_NONE: nothing happens. hang_up: the other side is told first, and the end is an event
 * once that is done; else it is one now. */
struct desk_verdict {
    enum call_end end;
    bool hang_up;
};

/* ending: why the desk is hanging up already, CALL_END_NONE = it is not. That reason stays. */
struct desk_verdict desk_rule_blow(enum desk_blow blow, const struct call *call,
                                   enum call_end ending);

/* The end that the module's word means (net/voice/module_protocol.h, event `end`); status: of SIP,
 * 0 = none. */
enum call_end desk_rule_end(const char *cause, int status, const struct call *call,
                            enum call_end ending);

/* Who tells the backend what happens to the calls. */
enum desk_teller { DESK_TELLER_NOBODY, DESK_TELLER_SCREEN, DESK_TELLER_DESK };
enum desk_teller desk_rule_teller(bool has_screen, bool signed_in);

/* Without a screen: after how long the desk asks itself whether it is needed, and whether it is.
 * all_told: the backend has every event, or refused it for good. */
int64_t desk_rule_patience_s(bool signed_in);
bool desk_rule_may_leave(bool call_is_up, bool signed_in, bool all_told);

/* As the manual names them: "ring_limit". */
const char *desk_blow_name(enum desk_blow blow);
