/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The two calls of an agent as a pair: the person, and whom the agent consults about him. One table
 * says what may be asked in which pair of states, and the steps that it becomes.
 *
 * What holds for the pair: never do both talk at once (an agent's words for the one are not for
 * the other); the person is on hold before anybody is consulted, and stays there until the agent
 * takes him back, whatever becomes of the consult. A consult may outlive the person's call. */

#include "core/call.h"

enum leg { LEG_PERSON, LEG_CONSULT };
#define LEG_COUNT (LEG_CONSULT + 1)

enum legs_ask {
    LEGS_DIAL,        /* call the person */
    LEGS_CONSULT,     /* call somebody else about him */
    LEGS_SWAP,        /* talk with the other one */
    LEGS_TAKE_BACK,   /* back to the person alone */
    LEGS_TRANSFER,    /* have the person call somebody else */
    LEGS_HOLD_PERSON, /* the rest by the name of the call */
    LEGS_HOLD_CONSULT,
    LEGS_RESUME_PERSON,
    LEGS_RESUME_CONSULT,
    LEGS_END_PERSON,
    LEGS_END_CONSULT,
    LEGS_INCOMING, /* somebody calls the agent */
    LEGS_ANSWER,   /* take that call, which stands in the place of the person's */
};
#define LEGS_ASK_COUNT (LEGS_ANSWER + 1)

enum legs_step {
    LEGS_STEP_NONE,
    LEGS_STEP_DIAL_PERSON,
    LEGS_STEP_DIAL_CONSULT,
    LEGS_STEP_HOLD_PERSON,
    LEGS_STEP_HOLD_CONSULT,
    LEGS_STEP_RESUME_PERSON,
    LEGS_STEP_RESUME_CONSULT,
    LEGS_STEP_END_PERSON,
    LEGS_STEP_END_CONSULT,
    LEGS_STEP_TRANSFER, /* of the person */
    LEGS_STEP_DECLINE,  /* 486 */
    LEGS_STEP_RING,     /* here */
    LEGS_STEP_ANSWER,   /* of the person */
};
#define LEGS_STEP_COUNT (LEGS_STEP_ANSWER + 1)
#define LEGS_STEPS_MAX 3

/* allowed without a step: it is so already. */
struct legs_plan {
    bool allowed;
    const char *refusal;                  /* not allowed: why, marked for gettext */
    enum legs_step steps[LEGS_STEPS_MAX]; /* in this order; LEGS_STEP_NONE = no more */
};

struct legs_plan legs_ask(enum legs_ask ask, enum call_state person, enum call_state consult);

/* As the manual names them: "take_back", "hold_person". */
const char *legs_ask_name(enum legs_ask ask);
const char *legs_step_name(enum legs_step step);

/* Whose call a step is about, and the event that it is once done; with LEGS_STEP_NONE and
 * LEGS_STEP_DECLINE nothing, and neither is touched: false. */
bool legs_step_event(enum legs_step step, enum leg *ret_leg, enum call_event *ret_event);
