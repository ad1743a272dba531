/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Who holds a person: the one table that everything hangs on.
 *
 * A hold belongs to (agent, offer) and carries a fencing number. The backend keeps it and alone
 * changes it, through hold_step(); screens and desks only ask. The rules that the table keeps:
 *
 * - One person, one agent: only HOLD_NONE takes an offer, and every offer has a new fence.
 * - A call may be dialled only after the backend made HOLD_CALL durable (the permit). From then
 *   on the hold never ends by time: the call's end, the same agent's new login or a supervisor end
 *   it. Without a call it ends when the agent is gone.
 * - Somebody who may have been spoken to is never put back by a death: after a call the person
 *   goes on only by a wrap-up code, or is parked as unresolved.
 * - The numbers of a person are leased with the offer: nobody with one of them is offered to
 * anybody else meanwhile, whatever the ticket. They are freed when the person goes back without a
 * call, or with the proof of the call's end. Where the end is not proved (new login, supervisor)
 * the number that was dialled stays leased for HOLD_PHONE_QUARANTINE_S, and a permit older than
 *   HOLD_PERMIT_MAX_AGE_S may not be dialled any more.
 * - Calling another number after a call (core/another.h) is a hold of its own, which begins in the
 *   preview when the one before ended: everything after it goes the ordinary way.
 */

#include <stdbool.h>
#include <stdint.h>

enum hold_state {
    HOLD_NONE,    /* nobody holds the person */
    HOLD_OFFERED, /* rings at an agent; deadline: not accepted in time */
    HOLD_PREVIEW, /* accepted; deadline: the screen starts the call by itself */
    HOLD_CALL,    /* a call is permitted, and up as far as anybody can know */
    HOLD_ACW,     /* after-call work; deadline: no code chosen in time */
    HOLD_OVERDUE, /* the deadline passed: the person is unresolved, the code still owed */
    HOLD_DONE,    /* code chosen, person gone on; the agent still looks at the preview */
};
#define HOLD_STATE_COUNT (HOLD_DONE + 1)

enum hold_event {
    HOLD_EV_OFFER,
    HOLD_EV_ACCEPT,
    HOLD_EV_SKIP,        /* the agent gave a reason not to call */
    HOLD_EV_PERMIT,      /* the agent asks to dial */
    HOLD_EV_CALL_ENDED,  /* proved: desk, screen or edge saw the end */
    HOLD_EV_WRAPUP,      /* a wrap-up code was chosen */
    HOLD_EV_END_PREVIEW, /* "End preview": ready for the next */
    HOLD_EV_DEADLINE,    /* the state's deadline passed */
    HOLD_EV_AGENT_GONE,  /* no event stream and no heartbeat for agent_gone_s */
    HOLD_EV_LOGIN,       /* the same agent logged in anew */
    HOLD_EV_SIGN_OUT,
    HOLD_EV_RELEASE,    /* a supervisor sets the person free */
    HOLD_EV_UNREADABLE, /* what is stored of the person was damaged and cannot be shown */
    HOLD_EV_ANOTHER,    /* right after another call the agent calls this person, too */
};
#define HOLD_EVENT_COUNT (HOLD_EV_ANOTHER + 1)

/* What the backend carries out, in the same transaction as the new state. */
enum hold_effect {
    HOLD_FX_NEW_FENCE = 1 << 0,     /* older fencing numbers are stale from now on */
    HOLD_FX_RETURN_PERSON = 1 << 1, /* back to where the offer took it from (waiting, or after
                                       another call what its code decided); no attempt is counted */
    HOLD_FX_PAUSE_PERSON = 1 << 2,  /* with RETURN: rests for skip_pause_s first */
    HOLD_FX_PARK_PERSON = 1 << 3,   /* unresolved: never redialled by itself */
    HOLD_FX_APPLY_RULE = 1 << 4,    /* the wrap-up code's rule decides */
    HOLD_FX_LEASE_PHONE = 1 << 5,   /* the call dials it: leased already, or a number nobody has */
    HOLD_FX_FREE_PHONE = 1 << 6,    /* all of the person's numbers */
    HOLD_FX_QUARANTINE_PHONE = 1 << 7, /* free it HOLD_PHONE_QUARANTINE_S from now */
    HOLD_FX_FREE_AGENT = 1 << 8,       /* the agent may be offered somebody else */
    HOLD_FX_AGENT_OFF_QUEUE = 1 << 9,  /* did not answer: off queue, status away */
    HOLD_FX_ATTEMPT = 1 << 10,         /* write the call into the person's history */
    HOLD_FX_END_CALL_ROW = 1 << 11,    /* the call's row ends as phone_lost */
    HOLD_FX_LEASE_NUMBERS = 1 << 12,   /* all of the person's; without them there is no offer */
};

/* Which duration of the service sets the new state's deadline. */
enum hold_deadline {
    HOLD_NO_DEADLINE,
    HOLD_OFFER_S,
    HOLD_PREVIEW_S,
    HOLD_ACW_S,
    HOLD_KEEP_DEADLINE, /* the one that stands stays */
};

#define HOLD_PHONE_QUARANTINE_S 180
/* Counted from the first time this permit was asked for: a repeated question may be answered from
 * memory, so only the first asking says how old the permit can be. */
#define HOLD_PERMIT_MAX_AGE_S 60

struct hold_change {
    enum hold_state state;
    unsigned effects; /* bits of enum hold_effect */
    enum hold_deadline deadline;
};

/* Look up what `event` does in `state`. Returns false, *ret untouched, when the table does not
 * list the pair: the request is refused and nothing changes. Pure. */
bool hold_step(enum hold_state state, enum hold_event event, struct hold_change *ret);

/* Names as they stand in API and database: "offered", "call_ended". Never NULL. */
const char *hold_state_name(enum hold_state state);
const char *hold_event_name(enum hold_event event);
bool hold_state_by_name(const char *name, enum hold_state *ret);

/* Does a wrap-up chosen at chosen_utc_s come after the deadline? The instant the agent chose
 * counts, not the one it arrived: a backend that was away makes nobody late. */
bool hold_wrapup_is_late(int64_t chosen_utc_s, int64_t deadline_utc_s);

/* May the holder read the whole record in this state? Before the call the preview must do. */
bool hold_shows_record(enum hold_state state);
