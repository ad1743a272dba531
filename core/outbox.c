/* SPDX-License-Identifier: Apache-2.0 */
/* A message on its way: its states as a table, and when it is tried again. */

#include "core/outbox.h"

#include <stddef.h>
#include <string.h>

static const struct {
    enum outbox_state from;
    enum outbox_event event;
    enum outbox_state to;
} rows[] = {
    {OUTBOX_WAITING, OUTBOX_EV_SUBMIT,    OUTBOX_WAITING},
    {OUTBOX_WAITING, OUTBOX_EV_ACCEPTED,  OUTBOX_SENT   },
    {OUTBOX_WAITING, OUTBOX_EV_OVERTAKEN, OUTBOX_WAITING},
    {OUTBOX_WAITING, OUTBOX_EV_LATER,     OUTBOX_WAITING},
    {OUTBOX_WAITING, OUTBOX_EV_REFUSED,   OUTBOX_PARKED },
    {OUTBOX_WAITING, OUTBOX_EV_RETRY,     OUTBOX_WAITING},
    {OUTBOX_SENT,    OUTBOX_EV_SUBMIT,    OUTBOX_WAITING},
    {OUTBOX_PARKED,  OUTBOX_EV_SUBMIT,    OUTBOX_WAITING},
    {OUTBOX_PARKED,  OUTBOX_EV_RETRY,     OUTBOX_WAITING},
};

bool outbox_step(enum outbox_state state, enum outbox_event event, enum outbox_state *ret)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].from == state && rows[i].event == event) {
            *ret = rows[i].to;
            return true;
        }
    }
    return false;
}

static const char *const names[] = {
    [OUTBOX_WAITING] = "waiting",
    [OUTBOX_SENT] = "sent",
    [OUTBOX_PARKED] = "parked",
};
_Static_assert(sizeof names / sizeof names[0] == OUTBOX_STATE_COUNT, "one name a state");

const char *outbox_state_name(enum outbox_state state)
{
    return (unsigned)state < OUTBOX_STATE_COUNT ? names[state] : "";
}

bool outbox_state_by_name(const char *name, enum outbox_state *ret)
{
    for (size_t i = 0; i < OUTBOX_STATE_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum outbox_state)i;
            return true;
        }
    }
    return false;
}

enum outbox_event outbox_judge(const struct outbox_answer *a)
{
    /* RFC 9110 15.5 and FHIR R4 http 3.1.0.4.1: what the content itself is refused for. */
    static const int refusals[] = {400, 413, 415, 422};
    if (a->http_status >= 200 && a->http_status < 300 && a->is_ours)
        return OUTBOX_EV_ACCEPTED;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (a->http_status == refusals[i])
            return OUTBOX_EV_REFUSED;
    return OUTBOX_EV_LATER;
}

bool outbox_may_be_there(const struct outbox_answer *a)
{
    const bool not_taken = (a->http_status >= 300 && a->http_status < 500) || a->http_status == 503;
    return a->http_status ? !not_taken : !a->unsent;
}

int64_t outbox_pause_s(int64_t tries, int64_t retry_after_s, uint32_t dice)
{
    int64_t pause = OUTBOX_FIRST_S;
    for (int64_t i = 1; i < tries && pause < OUTBOX_LONGEST_S; i++)
        pause *= 2;
    if (pause > OUTBOX_LONGEST_S)
        pause = OUTBOX_LONGEST_S;
    const int64_t half = pause / 2;
    pause = pause - half + (int64_t)(dice % (uint32_t)(half + 1));
    if (retry_after_s > OUTBOX_RETRY_AFTER_MAX_S)
        retry_after_s = OUTBOX_RETRY_AFTER_MAX_S;
    const int64_t least =
        retry_after_s > 0 ? retry_after_s + 1 : 0; /* instants are cut to seconds */
    return pause > least ? pause : least;
}
