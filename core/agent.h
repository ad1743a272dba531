/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An agent's status and the switch "on queue / off queue", as one table of states and events.
 *
 * Seven statuses are chosen by the agent. Only who is on queue is offered people; being on queue is
 * a form of being available, so choosing another status takes the agent off queue. What the agent
 * holds (an offer, a call, after-call work) is no part of this: choosing a break in the middle of a
 * call is allowed and means "nobody after this one". */

#include <stdbool.h>

enum agent_status {
    AGENT_AVAILABLE,
    AGENT_BUSY,
    AGENT_AWAY,
    AGENT_BREAK,
    AGENT_MEAL,
    AGENT_MEETING,
    AGENT_TRAINING,
};
#define AGENT_STATUS_COUNT (AGENT_TRAINING + 1)

enum agent_state {
    AGENT_STATE_SIGNED_OUT,
    AGENT_STATE_AVAILABLE,
    AGENT_STATE_BUSY,
    AGENT_STATE_AWAY,
    AGENT_STATE_BREAK,
    AGENT_STATE_MEAL,
    AGENT_STATE_MEETING,
    AGENT_STATE_TRAINING,
    AGENT_STATE_ON_QUEUE, /* available, and on queue */
};
#define AGENT_STATE_COUNT (AGENT_STATE_ON_QUEUE + 1)

enum agent_event {
    AGENT_EV_SIGN_IN,
    AGENT_EV_CHOOSE_AVAILABLE,
    AGENT_EV_CHOOSE_BUSY,
    AGENT_EV_CHOOSE_AWAY,
    AGENT_EV_CHOOSE_BREAK,
    AGENT_EV_CHOOSE_MEAL,
    AGENT_EV_CHOOSE_MEETING,
    AGENT_EV_CHOOSE_TRAINING,
    AGENT_EV_ON_QUEUE,
    AGENT_EV_OFF_QUEUE,
    AGENT_EV_NOT_ANSWERED, /* an offer rang and nobody accepted it */
    AGENT_EV_GONE,         /* no event stream and no heartbeat for agent_gone_s */
    AGENT_EV_SIGN_OUT,
};
#define AGENT_EVENT_COUNT (AGENT_EV_SIGN_OUT + 1)

/* Apply one event. Returns false, and changes nothing, when the table does not list the pair.
 * On queue is reached from available and from away (who was put there for not answering comes back
 * with one key); from break, meal, meeting, training and busy the agent says "available" first. */
bool agent_step(enum agent_state *state, enum agent_event event);

/* Why the pair was refused, for gettext ("Choose available first."). */
const char *agent_refusal(enum agent_state state, enum agent_event event);

/* The parts of a state: the status shown (on queue is available, signed out is away), and the
 * switch. */
enum agent_status agent_state_status(enum agent_state state);
bool agent_state_on_queue(enum agent_state state);
/* The state of the two parts; on_queue counts with available only. */
enum agent_state agent_state_of(enum agent_status status, bool on_queue);
/* The event by which the agent chooses a status. */
enum agent_event agent_choose(enum agent_status status);

/* Names as in API and database: "available", "on_queue", "choose_break". False leaves *ret. */
const char *agent_status_name(enum agent_status status);
bool agent_status_by_name(const char *name, enum agent_status *ret);
const char *agent_state_name(enum agent_state state);
bool agent_state_by_name(const char *name, enum agent_state *ret);
const char *agent_event_name(enum agent_event event);

/* The word on the screen, for gettext, and the name of its colour role ("status_available"). */
const char *agent_status_text(enum agent_status status);
const char *agent_status_role(enum agent_status status);
