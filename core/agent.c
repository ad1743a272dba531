/* SPDX-License-Identifier: Apache-2.0 */
/* An agent's status and the queue switch: rows {from, event, to}. What no row lists is refused. */

#include "core/agent.h"

#include <stddef.h>
#include <string.h>

#include "core/i18n.h"

#define BIT(state) (1U << AGENT_STATE_##state)
/* A status that says that the agent does something else. */
#define ELSEWHERE (BIT(BUSY) | BIT(BREAK) | BIT(MEAL) | BIT(MEETING) | BIT(TRAINING))
#define OFF_QUEUE (ELSEWHERE | BIT(AVAILABLE) | BIT(AWAY))
#define SIGNED_IN (OFF_QUEUE | BIT(ON_QUEUE))
#define STAY AGENT_STATE_COUNT /* accepted, and nothing changes */

/* clang-format off */
static const struct row {
    unsigned from; /* set of states */
    enum agent_event event;
    unsigned to; /* enum agent_state or STAY */
} rows[] = {
    {BIT(SIGNED_OUT), AGENT_EV_SIGN_IN, AGENT_STATE_AVAILABLE},
    /* A second login takes over and keeps the status: the agent may be in the middle of a call. */
    {SIGNED_IN,       AGENT_EV_SIGN_IN, STAY},

    {OFF_QUEUE,     AGENT_EV_CHOOSE_AVAILABLE, AGENT_STATE_AVAILABLE},
    {BIT(ON_QUEUE), AGENT_EV_CHOOSE_AVAILABLE, STAY},
    {SIGNED_IN,     AGENT_EV_CHOOSE_BUSY,      AGENT_STATE_BUSY},
    {SIGNED_IN,     AGENT_EV_CHOOSE_AWAY,      AGENT_STATE_AWAY},
    {SIGNED_IN,     AGENT_EV_CHOOSE_BREAK,     AGENT_STATE_BREAK},
    {SIGNED_IN,     AGENT_EV_CHOOSE_MEAL,      AGENT_STATE_MEAL},
    {SIGNED_IN,     AGENT_EV_CHOOSE_MEETING,   AGENT_STATE_MEETING},
    {SIGNED_IN,     AGENT_EV_CHOOSE_TRAINING,  AGENT_STATE_TRAINING},

    {BIT(AVAILABLE) | BIT(AWAY), AGENT_EV_ON_QUEUE,  AGENT_STATE_ON_QUEUE},
    {BIT(ON_QUEUE),              AGENT_EV_ON_QUEUE,  STAY},
    {BIT(ON_QUEUE),              AGENT_EV_OFF_QUEUE, AGENT_STATE_AVAILABLE},
    {OFF_QUEUE,                  AGENT_EV_OFF_QUEUE, STAY},

    /* Nobody sat there: away until the agent says otherwise. A status chosen meanwhile stays. */
    {BIT(ON_QUEUE) | BIT(AVAILABLE), AGENT_EV_NOT_ANSWERED, AGENT_STATE_AWAY},
    {ELSEWHERE | BIT(AWAY),          AGENT_EV_NOT_ANSWERED, STAY},
    {BIT(ON_QUEUE) | BIT(AVAILABLE), AGENT_EV_GONE,         AGENT_STATE_AWAY},
    {ELSEWHERE | BIT(AWAY),          AGENT_EV_GONE,         STAY},
    {BIT(SIGNED_OUT),                AGENT_EV_GONE,         STAY},

    {SIGNED_IN,       AGENT_EV_SIGN_OUT, AGENT_STATE_SIGNED_OUT},
    {BIT(SIGNED_OUT), AGENT_EV_SIGN_OUT, STAY},
};
/* clang-format on */

static const struct row *row_find(enum agent_state state, enum agent_event event)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].event == event && rows[i].from & 1U << state)
            return &rows[i];
    return NULL;
}

bool agent_step(enum agent_state *state, enum agent_event event)
{
    const struct row *row = row_find(*state, event);
    if (row && row->to != STAY)
        *state = (enum agent_state)row->to;
    return row != NULL;
}

const char *agent_refusal(enum agent_state state, enum agent_event event)
{
    if (row_find(state, event))
        return "";
    if (state == AGENT_STATE_SIGNED_OUT)
        return N_("Sign in first.");
    return N_("Choose available first.");
}

static const struct status_row {
    const char *name, *text, *role;
} statuses[] = {
    [AGENT_AVAILABLE] = {"available", N_("Available"), "status_available"},
    [AGENT_BUSY] = {"busy",      N_("Busy"),      "status_busy"     },
    [AGENT_AWAY] = {"away",      N_("Away"),      "status_away"     },
    [AGENT_BREAK] = {"break",     N_("Break"),     "status_break"    },
    [AGENT_MEAL] = {"meal",      N_("Meal"),      "status_meal"     },
    [AGENT_MEETING] = {"meeting",   N_("Meeting"),   "status_meeting"  },
    [AGENT_TRAINING] = {"training",  N_("Training"),  "status_training" },
};
_Static_assert(sizeof statuses / sizeof statuses[0] == AGENT_STATUS_COUNT, "one row a status");

static const struct state_row {
    const char *name;
    enum agent_status status;
} states[] = {
    [AGENT_STATE_SIGNED_OUT] = {"signed_out", AGENT_AWAY     },
    [AGENT_STATE_AVAILABLE] = {"available",  AGENT_AVAILABLE},
    [AGENT_STATE_BUSY] = {"busy",       AGENT_BUSY     },
    [AGENT_STATE_AWAY] = {"away",       AGENT_AWAY     },
    [AGENT_STATE_BREAK] = {"break",      AGENT_BREAK    },
    [AGENT_STATE_MEAL] = {"meal",       AGENT_MEAL     },
    [AGENT_STATE_MEETING] = {"meeting",    AGENT_MEETING  },
    [AGENT_STATE_TRAINING] = {"training",   AGENT_TRAINING },
    [AGENT_STATE_ON_QUEUE] = {"on_queue",   AGENT_AVAILABLE},
};
_Static_assert(sizeof states / sizeof states[0] == AGENT_STATE_COUNT, "one row a state");

static const char *const events[] = {
    [AGENT_EV_SIGN_IN] = "sign_in",
    [AGENT_EV_CHOOSE_AVAILABLE] = "choose_available",
    [AGENT_EV_CHOOSE_BUSY] = "choose_busy",
    [AGENT_EV_CHOOSE_AWAY] = "choose_away",
    [AGENT_EV_CHOOSE_BREAK] = "choose_break",
    [AGENT_EV_CHOOSE_MEAL] = "choose_meal",
    [AGENT_EV_CHOOSE_MEETING] = "choose_meeting",
    [AGENT_EV_CHOOSE_TRAINING] = "choose_training",
    [AGENT_EV_ON_QUEUE] = "on_queue",
    [AGENT_EV_OFF_QUEUE] = "off_queue",
    [AGENT_EV_NOT_ANSWERED] = "not_answered",
    [AGENT_EV_GONE] = "gone",
    [AGENT_EV_SIGN_OUT] = "sign_out",
};
_Static_assert(sizeof events / sizeof events[0] == AGENT_EVENT_COUNT, "one name an event");

enum agent_status agent_state_status(enum agent_state state)
{
    return states[state].status;
}

bool agent_state_on_queue(enum agent_state state)
{
    return state == AGENT_STATE_ON_QUEUE;
}

/* Statuses and the states of the same name, and the events that choose them, stand in one order. */
_Static_assert(AGENT_STATE_TRAINING - AGENT_STATE_AVAILABLE == AGENT_TRAINING, "one order");
_Static_assert(AGENT_EV_CHOOSE_TRAINING - AGENT_EV_CHOOSE_AVAILABLE == AGENT_TRAINING, "one order");

enum agent_state agent_state_of(enum agent_status status, bool on_queue)
{
    if (status == AGENT_AVAILABLE && on_queue)
        return AGENT_STATE_ON_QUEUE;
    return (enum agent_state)(AGENT_STATE_AVAILABLE + (int)status);
}

enum agent_event agent_choose(enum agent_status status)
{
    return (enum agent_event)(AGENT_EV_CHOOSE_AVAILABLE + (int)status);
}

const char *agent_status_name(enum agent_status status)
{
    return statuses[status].name;
}

bool agent_status_by_name(const char *name, enum agent_status *ret)
{
    for (unsigned i = 0; i < AGENT_STATUS_COUNT; i++) {
        if (strcmp(statuses[i].name, name) != 0)
            continue;
        *ret = (enum agent_status)i;
        return true;
    }
    return false;
}

const char *agent_state_name(enum agent_state state)
{
    return states[state].name;
}

bool agent_state_by_name(const char *name, enum agent_state *ret)
{
    for (unsigned i = 0; i < AGENT_STATE_COUNT; i++) {
        if (strcmp(states[i].name, name) != 0)
            continue;
        *ret = (enum agent_state)i;
        return true;
    }
    return false;
}

const char *agent_event_name(enum agent_event event)
{
    return events[event];
}

const char *agent_status_text(enum agent_status status)
{
    return statuses[status].text;
}

const char *agent_status_role(enum agent_status status)
{
    return statuses[status].role;
}
