/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's own decisions, as tables (core/desk_rule.h). */

#include "core/desk_rule.h"

#include <stddef.h>
#include <string.h>

/* Nobody signed in; and a signed-in desk whose screen never came back, with no call up. */
#define NOBODY_S 60
#define FORGOTTEN_S (30 * 60)

/* How far a call is, as far as its end is named by that. */
enum stage { STAGE_SILENT, STAGE_RUNG, STAGE_ANSWERED };
#define STAGE_COUNT (STAGE_ANSWERED + 1)

/* clang-format off */
/* Nothing was heard of a call that was never rung: nobody's telephone rang. */
static const struct {
    const char *name;
    bool hang_up;
    enum call_end ends[STAGE_COUNT];
} blows[] = {
    [DESK_BLOW_AGENT]      = {"agent", true, {CALL_END_BY_AGENT, CALL_END_BY_AGENT, CALL_END_BY_AGENT}},
    [DESK_BLOW_RING_LIMIT] = {"ring_limit", true, {CALL_END_FAILED, CALL_END_NO_ANSWER, CALL_END_NONE}},
    [DESK_BLOW_GRACE]      = {"grace", true, {CALL_END_SCREEN_LOST, CALL_END_SCREEN_LOST, CALL_END_SCREEN_LOST}},
    [DESK_BLOW_PHONE]      = {"phone", false, {CALL_END_PHONE_LOST, CALL_END_PHONE_LOST, CALL_END_PHONE_LOST}},
};
_Static_assert(sizeof blows / sizeof blows[0] == DESK_BLOW_COUNT, "one row a blow");

static const struct {
    const char *cause;
    enum call_end before, after; /* the answer */
} causes[] = {
    {"local",       CALL_END_BY_AGENT,  CALL_END_BY_AGENT },
    {"peer",        CALL_END_FAILED,    CALL_END_BY_PERSON},
    {"rtp",         CALL_END_LINE_LOST, CALL_END_LINE_LOST},
    {"line",        CALL_END_FAILED,    CALL_END_FAILED   },
    {"transferred", CALL_END_FAILED, CALL_END_TRANSFERRED},
    {"media",       CALL_END_FAILED,    CALL_END_FAILED   },
};
/* clang-format on */

static enum stage stage_of(const struct call *call)
{
    return call->answered_utc_s ? STAGE_ANSWERED : call->rang ? STAGE_RUNG : STAGE_SILENT;
}

struct desk_verdict desk_rule_blow(enum desk_blow blow, const struct call *call,
                                   enum call_end ending)
{
    const struct desk_verdict nothing = {CALL_END_NONE, false};
    if (!call_is_up(call))
        return nothing;
    const bool hang_up = blows[blow].hang_up;
    if (ending != CALL_END_NONE) /* only the telephone's death brings it to its end now */
        return hang_up ? nothing : (struct desk_verdict){ending, false};
    const enum call_end end = blows[blow].ends[stage_of(call)];
    return (struct desk_verdict){end, hang_up && end != CALL_END_NONE};
}

enum call_end desk_rule_end(const char *cause, int status, const struct call *call,
                            enum call_end ending)
{
    const bool answered = stage_of(call) == STAGE_ANSWERED;
    if (ending != CALL_END_NONE)
        return ending;
    if (call->state == CALL_INCOMING) /* whoever calls us and stops, for whatever reason */
        return CALL_END_MISSED;
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (strcmp(causes[i].cause, cause) == 0)
            return answered ? causes[i].after : causes[i].before;
    return call_end_of_sip(status, answered);
}

enum desk_teller desk_rule_teller(bool has_screen, bool signed_in)
{
    if (!signed_in)
        return DESK_TELLER_NOBODY;
    return has_screen ? DESK_TELLER_SCREEN : DESK_TELLER_DESK;
}

int64_t desk_rule_patience_s(bool signed_in)
{
    return signed_in ? FORGOTTEN_S : NOBODY_S;
}

bool desk_rule_may_leave(bool is_up, bool signed_in, bool all_told)
{
    return !is_up && (!signed_in || all_told);
}

const char *desk_blow_name(enum desk_blow blow)
{
    return (unsigned)blow < DESK_BLOW_COUNT ? blows[blow].name : "";
}
