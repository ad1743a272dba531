/* SPDX-License-Identifier: Apache-2.0 */
/* A telephone call: the table of states and events, and the names and words that go with it. */

#include "core/call.h"

#include <stddef.h>
#include <string.h>

#include "core/i18n.h"

struct row {
    enum call_state from;
    enum call_event event;
    enum call_state to;
};

/* What is not listed is refused. An end is possible before the first event, because a call that
 * was permitted may never be made (the desk died first). Digits need sound from us to them, so
 * they are refused while the person is on hold. Who is being transferred was put on hold first, and
 * is neither resumed nor transferred elsewhere until it is known what came of that. */
/* clang-format off */
static const struct row rows[] = {
    {CALL_NONE,     CALL_EV_DIAL,        CALL_DIALLING},
    {CALL_NONE,     CALL_EV_INCOMING,    CALL_INCOMING},
    {CALL_NONE,     CALL_EV_END,         CALL_ENDED},

    {CALL_INCOMING, CALL_EV_ANSWER,      CALL_TALKING},
    {CALL_INCOMING, CALL_EV_MUTE,        CALL_INCOMING},
    {CALL_INCOMING, CALL_EV_UNMUTE,      CALL_INCOMING},
    {CALL_INCOMING, CALL_EV_END,         CALL_ENDED},

    {CALL_DIALLING, CALL_EV_RING,        CALL_RINGING},
    {CALL_DIALLING, CALL_EV_ANSWER,      CALL_TALKING},
    {CALL_DIALLING, CALL_EV_MUTE,        CALL_DIALLING},
    {CALL_DIALLING, CALL_EV_UNMUTE,      CALL_DIALLING},
    {CALL_DIALLING, CALL_EV_END,         CALL_ENDED},

    {CALL_RINGING,  CALL_EV_RING,        CALL_RINGING},
    {CALL_RINGING,  CALL_EV_ANSWER,      CALL_TALKING},
    {CALL_RINGING,  CALL_EV_MUTE,        CALL_RINGING},
    {CALL_RINGING,  CALL_EV_UNMUTE,      CALL_RINGING},
    {CALL_RINGING,  CALL_EV_END,         CALL_ENDED},

    {CALL_TALKING,  CALL_EV_HOLD,        CALL_HELD},
    {CALL_TALKING,  CALL_EV_MUTE,        CALL_TALKING},
    {CALL_TALKING,  CALL_EV_UNMUTE,      CALL_TALKING},
    {CALL_TALKING,  CALL_EV_PEER_HOLD,   CALL_TALKING},
    {CALL_TALKING,  CALL_EV_PEER_RESUME, CALL_TALKING},
    {CALL_TALKING,  CALL_EV_DTMF,        CALL_TALKING},
    {CALL_TALKING,  CALL_EV_LINE,        CALL_TALKING},
    {CALL_TALKING,  CALL_EV_END,         CALL_ENDED},

    {CALL_HELD,     CALL_EV_RESUME,      CALL_TALKING},
    {CALL_HELD,     CALL_EV_MUTE,        CALL_HELD},
    {CALL_HELD,     CALL_EV_UNMUTE,      CALL_HELD},
    {CALL_HELD,     CALL_EV_PEER_HOLD,   CALL_HELD},
    {CALL_HELD,     CALL_EV_PEER_RESUME, CALL_HELD},
    {CALL_HELD,     CALL_EV_TRANSFER,    CALL_TRANSFERRING},
    {CALL_HELD,     CALL_EV_END,         CALL_ENDED},

    {CALL_TRANSFERRING, CALL_EV_MUTE,            CALL_TRANSFERRING},
    {CALL_TRANSFERRING, CALL_EV_UNMUTE,          CALL_TRANSFERRING},
    {CALL_TRANSFERRING, CALL_EV_PEER_HOLD,       CALL_TRANSFERRING},
    {CALL_TRANSFERRING, CALL_EV_PEER_RESUME,     CALL_TRANSFERRING},
    {CALL_TRANSFERRING, CALL_EV_TRANSFER_FAILED, CALL_HELD},
    {CALL_TRANSFERRING, CALL_EV_END,             CALL_ENDED},
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

struct word {
    const char *name;
    const char *text;
};

static const struct word states[] = {
    [CALL_NONE]     = {"none",     N_("No call")},
    [CALL_DIALLING] = {"dialling", N_("Dialling")},
    [CALL_RINGING]  = {"ringing",  N_("Ringing")},
    [CALL_TALKING]  = {"talking",  N_("Talking")},
    [CALL_HELD]     = {"held",     N_("On hold")},
    [CALL_ENDED]    = {"ended",    N_("Ended")},
    [CALL_TRANSFERRING] = {"transferring", N_("Being transferred")},
    [CALL_INCOMING]     = {"incoming", N_("Calling you")},
};
_Static_assert(sizeof states / sizeof states[0] == CALL_STATE_COUNT, "one word a state");

static const char *const event_names[] = {
    [CALL_EV_DIAL]        = "dial",
    [CALL_EV_RING]        = "ring",
    [CALL_EV_ANSWER]      = "answer",
    [CALL_EV_HOLD]        = "hold",
    [CALL_EV_RESUME]      = "resume",
    [CALL_EV_MUTE]        = "mute",
    [CALL_EV_UNMUTE]      = "unmute",
    [CALL_EV_PEER_HOLD]   = "peer_hold",
    [CALL_EV_PEER_RESUME] = "peer_resume",
    [CALL_EV_DTMF]        = "dtmf",
    [CALL_EV_LINE]        = "line",
    [CALL_EV_TRANSFER]    = "transfer",
    [CALL_EV_TRANSFER_FAILED] = "transfer_failed",
    [CALL_EV_INCOMING]    = "incoming",
    [CALL_EV_END]         = "end",
};
_Static_assert(sizeof event_names / sizeof event_names[0] == CALL_EVENT_COUNT, "one name an event");

static const struct word ends[] = {
    [CALL_END_NONE]        = {"none",        N_("The call has not ended")},
    [CALL_END_BY_AGENT]    = {"by_agent",    N_("You ended the call")},
    [CALL_END_BY_PERSON]   = {"by_person",   N_("The person hung up")},
    [CALL_END_BUSY]        = {"busy",        N_("The number is busy")},
    [CALL_END_BAD_NUMBER]  = {"bad_number",  N_("The number does not exist")},
    [CALL_END_NO_ANSWER]   = {"no_answer",   N_("Nobody answered")},
    [CALL_END_DECLINED]    = {"declined",    N_("The call was declined")},
    [CALL_END_UNAVAILABLE] = {"unavailable", N_("The number cannot be reached now")},
    [CALL_END_FAILED]      = {"failed",      N_("The line failed")},
    [CALL_END_NO_SOUND]    = {"no_sound",    N_("There is no sound device")},
    [CALL_END_LINE_LOST]   = {"line_lost",   N_("The sound stopped coming")},
    [CALL_END_PHONE_LOST]  = {"phone_lost",  N_("The telephone program stopped")},
    [CALL_END_SCREEN_LOST] = {"screen_lost", N_("The screen did not come back in time")},
    [CALL_END_NEVER_MADE]  = {"never_made",  N_("The call was never made")},
    [CALL_END_TRANSFERRED] = {"transferred", N_("Somebody else took the call")},
    [CALL_END_MISSED]      = {"missed",      N_("The caller was not answered")},
};
_Static_assert(sizeof ends / sizeof ends[0] == CALL_END_COUNT, "one word an end");

/* The final answers of RFC 3261 21.3 to 21.6 that mean something to the agent; 607 is RFC 8197. A
 * redirection is the network's word that nobody is at this number now: it is not followed. A 487 that we did not ask for is a gateway that gave up ringing. */
static const struct {
    int status;
    enum call_end end;
} sip_ends[] = {
    {300, CALL_END_UNAVAILABLE},
    {301, CALL_END_UNAVAILABLE},
    {302, CALL_END_UNAVAILABLE},
    {305, CALL_END_UNAVAILABLE},
    {380, CALL_END_UNAVAILABLE},
    {403, CALL_END_DECLINED},
    {404, CALL_END_BAD_NUMBER},
    {408, CALL_END_NO_ANSWER},
    {410, CALL_END_BAD_NUMBER},
    {480, CALL_END_UNAVAILABLE},
    {484, CALL_END_BAD_NUMBER},
    {486, CALL_END_BUSY},
    {487, CALL_END_NO_ANSWER},
    {600, CALL_END_BUSY},
    {603, CALL_END_DECLINED},
    {604, CALL_END_BAD_NUMBER},
    {607, CALL_END_DECLINED},
};
/* clang-format on */
#define SIP_END_COUNT (sizeof sip_ends / sizeof sip_ends[0])

const char *call_state_name(enum call_state state)
{
    return (unsigned)state < CALL_STATE_COUNT ? states[state].name : "none";
}

const char *call_event_name(enum call_event event)
{
    return (unsigned)event < CALL_EVENT_COUNT ? event_names[event] : "";
}

const char *call_end_name(enum call_end end)
{
    return (unsigned)end < CALL_END_COUNT ? ends[end].name : "none";
}

bool call_event_by_name(const char *name, enum call_event *ret)
{
    for (unsigned i = 0; i < CALL_EVENT_COUNT; i++)
        if (strcmp(event_names[i], name) == 0) {
            *ret = (enum call_event)i;
            return true;
        }
    return false;
}

bool call_end_by_name(const char *name, enum call_end *ret)
{
    for (unsigned i = 0; i < CALL_END_COUNT; i++)
        if (strcmp(ends[i].name, name) == 0) {
            *ret = (enum call_end)i;
            return true;
        }
    return false;
}

const char *call_state_text(enum call_state state)
{
    return (unsigned)state < CALL_STATE_COUNT ? states[state].text : states[CALL_NONE].text;
}

const char *call_end_text(enum call_end end)
{
    return (unsigned)end < CALL_END_COUNT ? ends[end].text : ends[CALL_END_NONE].text;
}

static const struct row *find_row(enum call_state from, enum call_event event)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].from == from && rows[i].event == event)
            return &rows[i];
    return NULL;
}

static void mark_rung(struct call *call, int64_t at_utc_s)
{
    call->rang = true;
    if (!call->rang_utc_s)
        call->rang_utc_s = at_utc_s;
}

/* The network answered for the number: somebody was tried, although nothing rang. Without it a
 * telephone that is always busy, or off for good, would be called for ever. */
static bool is_word_of_number(enum call_end end)
{
    return end == CALL_END_BUSY || end == CALL_END_NO_ANSWER || end == CALL_END_DECLINED ||
           end == CALL_END_UNAVAILABLE;
}

/* What an event leaves behind beside the new state. */
static void apply(struct call *call, enum call_event event, enum call_end end, int64_t at_utc_s)
{
    switch (event) {
    case CALL_EV_DIAL:
        call->dialled_utc_s = at_utc_s;
        break;
    case CALL_EV_RING:
        mark_rung(call, at_utc_s);
        break;
    case CALL_EV_ANSWER:
        call->rang = true;
        call->answered_utc_s = at_utc_s;
        break;
    case CALL_EV_MUTE:
    case CALL_EV_UNMUTE:
        call->muted = event == CALL_EV_MUTE;
        break;
    case CALL_EV_PEER_HOLD:
    case CALL_EV_PEER_RESUME:
        call->peer_holds = event == CALL_EV_PEER_HOLD;
        break;
    case CALL_EV_END:
        call->rang = call->rang || is_word_of_number(end);
        call->end = end;
        call->ended_utc_s = at_utc_s;
        call->muted = false;
        call->peer_holds = false;
        break;
    case CALL_EV_HOLD:
    case CALL_EV_RESUME:
    case CALL_EV_DTMF:
    case CALL_EV_LINE:
    case CALL_EV_TRANSFER:
    case CALL_EV_TRANSFER_FAILED:
    case CALL_EV_INCOMING:
        break;
    }
}

bool call_step(struct call *call, enum call_event event, enum call_end end, int64_t at_utc_s)
{
    const struct row *row = find_row(call->state, event);
    if (!row)
        return false;
    if (event == CALL_EV_END && (end == CALL_END_NONE || (unsigned)end >= CALL_END_COUNT))
        return false;
    call->state = row->to;
    apply(call, event, end, at_utc_s);
    return true;
}

enum call_end call_end_of_sip(int status, bool answered)
{
    if (answered)
        return status < 300 ? CALL_END_BY_PERSON : CALL_END_FAILED;
    for (size_t i = 0; i < SIP_END_COUNT; i++)
        if (sip_ends[i].status == status)
            return sip_ends[i].end;
    return CALL_END_FAILED;
}

bool call_is_up(const struct call *call)
{
    return call->state != CALL_NONE && call->state != CALL_ENDED;
}
