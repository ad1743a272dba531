/* SPDX-License-Identifier: Apache-2.0 */
/* The two calls of an agent as a pair (core/legs.h). */

#include "core/legs.h"

#include <stddef.h>

#include "core/i18n.h"

#define IN(state) (1u << (state))
#define TALKING IN(CALL_TALKING)
#define HELD IN(CALL_HELD)
#define MOVING IN(CALL_TRANSFERRING)
#define RUNG IN(CALL_INCOMING)
#define IDLE (IN(CALL_NONE) | IN(CALL_ENDED))
#define EARLY (IN(CALL_DIALLING) | IN(CALL_RINGING) | RUNG)
#define UP (EARLY | TALKING | HELD | MOVING)
#define ANY (IDLE | UP)

struct row {
    enum legs_ask ask;
    unsigned person, consult; /* states, as bits */
    const char *refusal;      /* NULL: allowed */
    enum legs_step steps[LEGS_STEPS_MAX];
};

/* The first row whose states fit; every pair has one, because each request's last row takes all
 * that is left. The consult is ended before the person is transferred: the agent's choice is made,
 * and whom he consulted may be the very one who is to be called. */
/* clang-format off */
static const struct row rows[] = {
    {LEGS_DIAL, IDLE, IDLE, NULL, {LEGS_STEP_DIAL_PERSON}},
    {LEGS_DIAL, ANY,  ANY,  N_("There is a call already."), {0}},

    {LEGS_CONSULT, IDLE,    ANY,  N_("The call has ended."), {0}},
    {LEGS_CONSULT, EARLY,   ANY,  N_("The call is not answered."), {0}},
    {LEGS_CONSULT, MOVING,  ANY,  N_("The person is being transferred."), {0}},
    {LEGS_CONSULT, TALKING, IDLE, NULL, {LEGS_STEP_HOLD_PERSON, LEGS_STEP_DIAL_CONSULT}},
    {LEGS_CONSULT, HELD,    IDLE, NULL, {LEGS_STEP_DIAL_CONSULT}},
    {LEGS_CONSULT, ANY,     ANY,  N_("Somebody is being consulted already."), {0}},

    {LEGS_SWAP, TALKING, HELD,    NULL, {LEGS_STEP_HOLD_PERSON, LEGS_STEP_RESUME_CONSULT}},
    {LEGS_SWAP, HELD,    TALKING, NULL, {LEGS_STEP_HOLD_CONSULT, LEGS_STEP_RESUME_PERSON}},
    {LEGS_SWAP, HELD,    HELD,    N_("Both are on hold: take one of them off hold."), {0}},
    {LEGS_SWAP, MOVING,  ANY,     N_("The person is being transferred."), {0}},
    {LEGS_SWAP, ANY,     ANY,     N_("There are no two calls to swap."), {0}},

    {LEGS_TAKE_BACK, HELD,    UP,   NULL, {LEGS_STEP_END_CONSULT, LEGS_STEP_RESUME_PERSON}},
    {LEGS_TAKE_BACK, HELD,    IDLE, NULL, {LEGS_STEP_RESUME_PERSON}},
    {LEGS_TAKE_BACK, TALKING, UP,   NULL, {LEGS_STEP_END_CONSULT}},
    {LEGS_TAKE_BACK, TALKING, IDLE, NULL, {0}},
    {LEGS_TAKE_BACK, EARLY,   ANY,  N_("The call is not answered."), {0}},
    {LEGS_TAKE_BACK, MOVING,  ANY,  N_("The person is being transferred."), {0}},
    {LEGS_TAKE_BACK, ANY,     ANY,  N_("The call has ended."), {0}},

    {LEGS_TRANSFER, TALKING, UP,   NULL,
     {LEGS_STEP_END_CONSULT, LEGS_STEP_HOLD_PERSON, LEGS_STEP_TRANSFER}},
    {LEGS_TRANSFER, TALKING, IDLE, NULL, {LEGS_STEP_HOLD_PERSON, LEGS_STEP_TRANSFER}},
    {LEGS_TRANSFER, HELD,    UP,   NULL, {LEGS_STEP_END_CONSULT, LEGS_STEP_TRANSFER}},
    {LEGS_TRANSFER, HELD,    IDLE, NULL, {LEGS_STEP_TRANSFER}},
    {LEGS_TRANSFER, EARLY,   ANY,  N_("The call is not answered."), {0}},
    {LEGS_TRANSFER, MOVING,  ANY,  N_("The person is being transferred."), {0}},
    {LEGS_TRANSFER, ANY,     ANY,  N_("The call has ended."), {0}},

    {LEGS_HOLD_PERSON, TALKING, ANY, NULL, {LEGS_STEP_HOLD_PERSON}},
    {LEGS_HOLD_PERSON, HELD,    ANY, NULL, {0}},
    {LEGS_HOLD_PERSON, EARLY,   ANY, N_("The call is not answered."), {0}},
    {LEGS_HOLD_PERSON, MOVING,  ANY, N_("The person is being transferred."), {0}},
    {LEGS_HOLD_PERSON, ANY,     ANY, N_("The call has ended."), {0}},

    {LEGS_HOLD_CONSULT, ANY, TALKING, NULL, {LEGS_STEP_HOLD_CONSULT}},
    {LEGS_HOLD_CONSULT, ANY, HELD,    NULL, {0}},
    {LEGS_HOLD_CONSULT, ANY, UP,      N_("The call is not answered."), {0}},
    {LEGS_HOLD_CONSULT, ANY, ANY,     N_("The call has ended."), {0}},

    {LEGS_RESUME_PERSON, TALKING, ANY,     NULL, {0}},
    {LEGS_RESUME_PERSON, HELD,    TALKING, NULL, {LEGS_STEP_HOLD_CONSULT, LEGS_STEP_RESUME_PERSON}},
    {LEGS_RESUME_PERSON, HELD,    HELD,    NULL, {LEGS_STEP_RESUME_PERSON}},
    {LEGS_RESUME_PERSON, HELD,    IDLE,    NULL, {LEGS_STEP_RESUME_PERSON}},
    {LEGS_RESUME_PERSON, HELD,    ANY,     N_("The other one is still being called."), {0}},
    {LEGS_RESUME_PERSON, EARLY,   ANY,     N_("The call is not answered."), {0}},
    {LEGS_RESUME_PERSON, MOVING,  ANY,     N_("The person is being transferred."), {0}},
    {LEGS_RESUME_PERSON, ANY,     ANY,     N_("The call has ended."), {0}},

    {LEGS_RESUME_CONSULT, ANY,     TALKING, NULL, {0}},
    {LEGS_RESUME_CONSULT, TALKING, HELD, NULL, {LEGS_STEP_HOLD_PERSON, LEGS_STEP_RESUME_CONSULT}},
    {LEGS_RESUME_CONSULT, EARLY,   HELD,    N_("The other one is still being called."), {0}},
    {LEGS_RESUME_CONSULT, ANY,     HELD,    NULL, {LEGS_STEP_RESUME_CONSULT}},
    {LEGS_RESUME_CONSULT, ANY,     UP,      N_("The call is not answered."), {0}},
    {LEGS_RESUME_CONSULT, ANY,     ANY,     N_("The call has ended."), {0}},

    {LEGS_END_PERSON, UP,  ANY, NULL, {LEGS_STEP_END_PERSON}},
    {LEGS_END_PERSON, ANY, ANY, N_("The call has ended."), {0}},

    {LEGS_END_CONSULT, ANY, UP,  NULL, {LEGS_STEP_END_CONSULT}},
    {LEGS_END_CONSULT, ANY, ANY, N_("The call has ended."), {0}},

    {LEGS_INCOMING, IDLE, IDLE, NULL, {LEGS_STEP_RING}},
    {LEGS_INCOMING, ANY,  ANY,  NULL, {LEGS_STEP_DECLINE}},

    {LEGS_ANSWER, RUNG, IDLE, NULL, {LEGS_STEP_ANSWER}},
    {LEGS_ANSWER, ANY,  ANY,  N_("Nobody is calling."), {0}},
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static const char *const ask_names[] = {
    [LEGS_DIAL]           = "dial",
    [LEGS_CONSULT]        = "consult",
    [LEGS_SWAP]           = "swap",
    [LEGS_TAKE_BACK]      = "take_back",
    [LEGS_TRANSFER]       = "transfer",
    [LEGS_HOLD_PERSON]    = "hold_person",
    [LEGS_HOLD_CONSULT]   = "hold_consult",
    [LEGS_RESUME_PERSON]  = "resume_person",
    [LEGS_RESUME_CONSULT] = "resume_consult",
    [LEGS_END_PERSON]     = "end_person",
    [LEGS_END_CONSULT]    = "end_consult",
    [LEGS_INCOMING]       = "incoming",
    [LEGS_ANSWER]         = "answer",
};
_Static_assert(sizeof ask_names / sizeof ask_names[0] == LEGS_ASK_COUNT, "one name a request");

static const struct step {
    const char *name;
    bool is_event;
    enum leg leg;
    enum call_event event;
} steps[] = {
    [LEGS_STEP_NONE]           = {"none",           false, LEG_PERSON,  CALL_EV_DIAL},
    [LEGS_STEP_DIAL_PERSON]    = {"dial_person",    true,  LEG_PERSON,  CALL_EV_DIAL},
    [LEGS_STEP_DIAL_CONSULT]   = {"dial_consult",   true,  LEG_CONSULT, CALL_EV_DIAL},
    [LEGS_STEP_HOLD_PERSON]    = {"hold_person",    true,  LEG_PERSON,  CALL_EV_HOLD},
    [LEGS_STEP_HOLD_CONSULT]   = {"hold_consult",   true,  LEG_CONSULT, CALL_EV_HOLD},
    [LEGS_STEP_RESUME_PERSON]  = {"resume_person",  true,  LEG_PERSON,  CALL_EV_RESUME},
    [LEGS_STEP_RESUME_CONSULT] = {"resume_consult", true,  LEG_CONSULT, CALL_EV_RESUME},
    [LEGS_STEP_END_PERSON]     = {"end_person",     true,  LEG_PERSON,  CALL_EV_END},
    [LEGS_STEP_END_CONSULT]    = {"end_consult",    true,  LEG_CONSULT, CALL_EV_END},
    [LEGS_STEP_TRANSFER]       = {"refer_person",   true,  LEG_PERSON,  CALL_EV_TRANSFER},
    [LEGS_STEP_DECLINE]        = {"decline",        false, LEG_PERSON,  CALL_EV_DIAL},
    [LEGS_STEP_RING]           = {"ring",           true,  LEG_PERSON,  CALL_EV_INCOMING},
    [LEGS_STEP_ANSWER]         = {"answer_person",  true,  LEG_PERSON,  CALL_EV_ANSWER},
};
/* clang-format on */
_Static_assert(sizeof steps / sizeof steps[0] == LEGS_STEP_COUNT, "one row a step");

struct legs_plan legs_ask(enum legs_ask ask, enum call_state person, enum call_state consult)
{
    struct legs_plan plan = {0};
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct row *row = &rows[i];
        if (row->ask != ask || !(row->person & IN(person)) || !(row->consult & IN(consult)))
            continue;
        plan.allowed = !row->refusal;
        plan.refusal = row->refusal;
        for (size_t s = 0; s < LEGS_STEPS_MAX; s++)
            plan.steps[s] = row->steps[s];
        break;
    }
    return plan;
}

const char *legs_ask_name(enum legs_ask ask)
{
    return (unsigned)ask < LEGS_ASK_COUNT ? ask_names[ask] : "";
}

const char *legs_step_name(enum legs_step step)
{
    return (unsigned)step < LEGS_STEP_COUNT ? steps[step].name : steps[LEGS_STEP_NONE].name;
}

bool legs_step_event(enum legs_step step, enum leg *ret_leg, enum call_event *ret_event)
{
    if ((unsigned)step >= LEGS_STEP_COUNT || !steps[step].is_event)
        return false;
    *ret_leg = steps[step].leg;
    *ret_event = steps[step].event;
    return true;
}
