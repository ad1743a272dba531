/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds a person: the table, and the one function that reads it. */

#include "core/hold.h"

#include <stddef.h>
#include <string.h>

struct row {
    enum hold_state from;
    enum hold_event event;
    struct hold_change change;
};

#define RETURN (HOLD_FX_RETURN_PERSON | HOLD_FX_FREE_PHONE | HOLD_FX_FREE_AGENT | HOLD_FX_NEW_FENCE)
#define PARK (HOLD_FX_PARK_PERSON | HOLD_FX_FREE_AGENT | HOLD_FX_NEW_FENCE)

/* clang-format off */
static const struct row rows[] = {
    {HOLD_NONE,    HOLD_EV_OFFER,       {HOLD_OFFERED, HOLD_FX_LEASE_NUMBERS | HOLD_FX_NEW_FENCE, HOLD_OFFER_S}},
    {HOLD_NONE,    HOLD_EV_ANOTHER,     {HOLD_PREVIEW, HOLD_FX_LEASE_NUMBERS | HOLD_FX_NEW_FENCE, HOLD_PREVIEW_S}},

    {HOLD_OFFERED, HOLD_EV_ACCEPT,      {HOLD_PREVIEW, 0, HOLD_PREVIEW_S}},
    {HOLD_OFFERED, HOLD_EV_SKIP,        {HOLD_NONE, RETURN | HOLD_FX_PAUSE_PERSON, HOLD_NO_DEADLINE}},
    {HOLD_OFFERED, HOLD_EV_DEADLINE,    {HOLD_NONE, RETURN | HOLD_FX_AGENT_OFF_QUEUE, HOLD_NO_DEADLINE}},
    {HOLD_OFFERED, HOLD_EV_AGENT_GONE,  {HOLD_NONE, RETURN | HOLD_FX_AGENT_OFF_QUEUE, HOLD_NO_DEADLINE}},
    {HOLD_OFFERED, HOLD_EV_LOGIN,       {HOLD_NONE, RETURN, HOLD_NO_DEADLINE}},
    {HOLD_OFFERED, HOLD_EV_SIGN_OUT,    {HOLD_NONE, RETURN, HOLD_NO_DEADLINE}},
    {HOLD_OFFERED, HOLD_EV_RELEASE,     {HOLD_NONE, RETURN, HOLD_NO_DEADLINE}},
    {HOLD_OFFERED, HOLD_EV_UNREADABLE,  {HOLD_NONE, PARK | HOLD_FX_FREE_PHONE, HOLD_NO_DEADLINE}},

    {HOLD_PREVIEW, HOLD_EV_SKIP,        {HOLD_NONE, RETURN | HOLD_FX_PAUSE_PERSON, HOLD_NO_DEADLINE}},
    {HOLD_PREVIEW, HOLD_EV_PERMIT,      {HOLD_CALL, HOLD_FX_LEASE_PHONE, HOLD_NO_DEADLINE}},
    {HOLD_PREVIEW, HOLD_EV_AGENT_GONE,  {HOLD_NONE, RETURN | HOLD_FX_AGENT_OFF_QUEUE, HOLD_NO_DEADLINE}},
    {HOLD_PREVIEW, HOLD_EV_LOGIN,       {HOLD_NONE, RETURN, HOLD_NO_DEADLINE}},
    {HOLD_PREVIEW, HOLD_EV_SIGN_OUT,    {HOLD_NONE, RETURN, HOLD_NO_DEADLINE}},
    {HOLD_PREVIEW, HOLD_EV_RELEASE,     {HOLD_NONE, RETURN, HOLD_NO_DEADLINE}},

    {HOLD_CALL,    HOLD_EV_CALL_ENDED,  {HOLD_ACW, HOLD_FX_FREE_PHONE | HOLD_FX_ATTEMPT, HOLD_ACW_S}},
    {HOLD_CALL,    HOLD_EV_LOGIN,       {HOLD_ACW, HOLD_FX_QUARANTINE_PHONE | HOLD_FX_ATTEMPT | HOLD_FX_END_CALL_ROW | HOLD_FX_NEW_FENCE, HOLD_ACW_S}},
    {HOLD_CALL,    HOLD_EV_RELEASE,     {HOLD_NONE, PARK | HOLD_FX_QUARANTINE_PHONE | HOLD_FX_ATTEMPT | HOLD_FX_END_CALL_ROW, HOLD_NO_DEADLINE}},

    {HOLD_ACW,     HOLD_EV_WRAPUP,      {HOLD_DONE, HOLD_FX_APPLY_RULE, HOLD_NO_DEADLINE}},
    {HOLD_ACW,     HOLD_EV_DEADLINE,    {HOLD_OVERDUE, HOLD_FX_PARK_PERSON, HOLD_NO_DEADLINE}},
    {HOLD_ACW,     HOLD_EV_LOGIN,       {HOLD_ACW, HOLD_FX_NEW_FENCE, HOLD_KEEP_DEADLINE}},
    {HOLD_ACW,     HOLD_EV_RELEASE,     {HOLD_NONE, PARK, HOLD_NO_DEADLINE}},

    {HOLD_OVERDUE, HOLD_EV_WRAPUP,      {HOLD_DONE, HOLD_FX_APPLY_RULE, HOLD_NO_DEADLINE}},
    {HOLD_OVERDUE, HOLD_EV_LOGIN,       {HOLD_OVERDUE, HOLD_FX_NEW_FENCE, HOLD_NO_DEADLINE}},
    {HOLD_OVERDUE, HOLD_EV_SIGN_OUT,    {HOLD_OVERDUE, 0, HOLD_NO_DEADLINE}},
    {HOLD_OVERDUE, HOLD_EV_RELEASE,     {HOLD_NONE, PARK, HOLD_NO_DEADLINE}},

    {HOLD_DONE,    HOLD_EV_END_PREVIEW, {HOLD_NONE, HOLD_FX_FREE_AGENT, HOLD_NO_DEADLINE}},
    {HOLD_DONE,    HOLD_EV_AGENT_GONE,  {HOLD_NONE, HOLD_FX_FREE_AGENT | HOLD_FX_AGENT_OFF_QUEUE, HOLD_NO_DEADLINE}},
    {HOLD_DONE,    HOLD_EV_LOGIN,       {HOLD_NONE, HOLD_FX_FREE_AGENT, HOLD_NO_DEADLINE}},
    {HOLD_DONE,    HOLD_EV_SIGN_OUT,    {HOLD_NONE, HOLD_FX_FREE_AGENT, HOLD_NO_DEADLINE}},
    {HOLD_DONE,    HOLD_EV_RELEASE,     {HOLD_NONE, HOLD_FX_FREE_AGENT, HOLD_NO_DEADLINE}},
};
/* clang-format on */

static const char *const state_names[] = {
    [HOLD_NONE] = "none", [HOLD_OFFERED] = "offered", [HOLD_PREVIEW] = "preview",
    [HOLD_CALL] = "call", [HOLD_ACW] = "acw",         [HOLD_OVERDUE] = "overdue",
    [HOLD_DONE] = "done",
};
_Static_assert(sizeof state_names / sizeof state_names[0] == HOLD_STATE_COUNT, "one name a state");

static const char *const event_names[] = {
    [HOLD_EV_OFFER] = "offer",
    [HOLD_EV_ACCEPT] = "accept",
    [HOLD_EV_SKIP] = "skip",
    [HOLD_EV_PERMIT] = "permit",
    [HOLD_EV_CALL_ENDED] = "call_ended",
    [HOLD_EV_WRAPUP] = "wrapup",
    [HOLD_EV_END_PREVIEW] = "end_preview",
    [HOLD_EV_DEADLINE] = "deadline",
    [HOLD_EV_AGENT_GONE] = "agent_gone",
    [HOLD_EV_LOGIN] = "login",
    [HOLD_EV_SIGN_OUT] = "sign_out",
    [HOLD_EV_RELEASE] = "release",
    [HOLD_EV_UNREADABLE] = "unreadable",
    [HOLD_EV_ANOTHER] = "another",
};
_Static_assert(sizeof event_names / sizeof event_names[0] == HOLD_EVENT_COUNT, "one name an event");

bool hold_step(enum hold_state state, enum hold_event event, struct hold_change *ret)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].from == state && rows[i].event == event) {
            *ret = rows[i].change;
            return true;
        }
    }
    return false;
}

const char *hold_state_name(enum hold_state state)
{
    return (unsigned)state < HOLD_STATE_COUNT ? state_names[state] : "";
}

const char *hold_event_name(enum hold_event event)
{
    return (unsigned)event < HOLD_EVENT_COUNT ? event_names[event] : "";
}

bool hold_state_by_name(const char *name, enum hold_state *ret)
{
    for (unsigned i = 0; i < HOLD_STATE_COUNT; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *ret = (enum hold_state)i;
            return true;
        }
    }
    return false;
}

bool hold_wrapup_is_late(int64_t chosen_utc_s, int64_t deadline_utc_s)
{
    return chosen_utc_s > deadline_utc_s;
}

bool hold_shows_record(enum hold_state state)
{
    return state == HOLD_CALL || state == HOLD_ACW || state == HOLD_OVERDUE || state == HOLD_DONE;
}
