/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A telephone call as the agent knows it: one table of states and events.
 *
 * The desk drives it from baresip's events; the screen and the backend replay the same events by
 * their sequence numbers and come to the same state. Mute and the other side's hold are flags and
 * change no state.
 *
 * A person is on hold while he is transferred (nobody is spoken with who is just being connected
 * elsewhere): hold, transfer, and when that fails transfer_failed leads back to on hold. Who had
 * been talking is then resumed, which is an event of its own. */

#include <stdbool.h>
#include <stdint.h>

/* The numbers stand in the database: new ones come at the end. */
enum call_state {
    CALL_NONE,     /* no call yet */
    CALL_DIALLING, /* INVITE sent */
    CALL_RINGING,  /* 180, 183: the other side rings, or early sound is heard */
    CALL_TALKING,  /* answered, sound both ways */
    CALL_HELD,     /* answered, on hold by us */
    CALL_ENDED,
    CALL_TRANSFERRING, /* on hold, and the other side was asked to call somebody else instead */
    CALL_INCOMING,     /* somebody calls us, and it rings here */
};
#define CALL_STATE_COUNT (CALL_INCOMING + 1)

enum call_event {
    CALL_EV_DIAL,
    CALL_EV_RING,            /* provisional answer; early sound counts as ringing */
    CALL_EV_ANSWER,          /* 200 to our INVITE, or ours to theirs */
    CALL_EV_HOLD,            /* we put the person on hold */
    CALL_EV_RESUME,          /* we took the person back */
    CALL_EV_MUTE,            /* our microphone off */
    CALL_EV_UNMUTE,          /* our microphone on */
    CALL_EV_PEER_HOLD,       /* the other side holds us */
    CALL_EV_PEER_RESUME,     /* the other side took us back */
    CALL_EV_DTMF,            /* we sent digits; the digits themselves are never stored */
    CALL_EV_LINE,            /* the line sounds otherwise now: line_quality_text says how */
    CALL_EV_TRANSFER,        /* the other side was asked to call somebody else (REFER) */
    CALL_EV_TRANSFER_FAILED, /* that came to nothing: sip_status and text say why; on hold again */
    CALL_EV_INCOMING,        /* an INVITE to us; text: the number and name that it came with */
    CALL_EV_END,
};
#define CALL_EVENT_COUNT (CALL_EV_END + 1)

/* Why a call ended. */
enum call_end {
    CALL_END_NONE,        /* it has not ended */
    CALL_END_BY_AGENT,    /* we hung up */
    CALL_END_BY_PERSON,   /* the other side hung up after answering */
    CALL_END_BUSY,        /* 486, 600 */
    CALL_END_BAD_NUMBER,  /* 404, 410, 484, 604 */
    CALL_END_NO_ANSWER,   /* our ring limit passed, or 408 */
    CALL_END_DECLINED,    /* 603, 403 */
    CALL_END_UNAVAILABLE, /* 480; 3xx, which is not followed */
    CALL_END_FAILED,      /* the line failed: no gateway, 5xx, timeout of the transport */
    CALL_END_NO_SOUND,    /* no sound device */
    CALL_END_LINE_LOST,   /* sound stopped coming (rtp stream error) */
    CALL_END_PHONE_LOST,  /* baresip or the desk died */
    CALL_END_SCREEN_LOST, /* no screen came back in time: the desk ended it */
    CALL_END_NEVER_MADE,  /* permitted, but the desk knows of no such call */
    CALL_END_TRANSFERRED, /* somebody else answered it in our place */
    CALL_END_MISSED,      /* a call to us that was not answered here */
};
#define CALL_END_COUNT (CALL_END_MISSED + 1)

struct call {
    enum call_state state;
    enum call_end end;
    bool muted;
    bool peer_holds;
    bool rang;             /* the attempt counts: it rang, was answered, or ended as busy, declined,
                              unavailable or without an answer */
    int64_t dialled_utc_s; /* 0 = not yet */
    int64_t rang_utc_s;
    int64_t answered_utc_s;
    int64_t ended_utc_s;
};

/* Names as they stand in API, desk protocol and database: "dialling", "peer_hold", "no_answer". */
const char *call_state_name(enum call_state state);
const char *call_event_name(enum call_event event);
const char *call_end_name(enum call_end end);
/* The value of a name; false if unknown, *ret untouched. */
bool call_event_by_name(const char *name, enum call_event *ret);
bool call_end_by_name(const char *name, enum call_end *ret);

/* The words for the screen: marked for gettext ("The number is busy"). */
const char *call_state_text(enum call_state state);
const char *call_end_text(enum call_end end);

/* Apply one event at at_utc_s. `end` is read with CALL_EV_END only.
 * Returns false, and changes nothing, when the table does not list the pair, or when an end comes
 * without a reason (CALL_END_NONE). The flags go with the call: an ended call is not muted. */
bool call_step(struct call *call, enum call_event event, enum call_end end, int64_t at_utc_s);

/* The end that a SIP status means (RFC 3261 21.4 to 21.6); answered: it had been answered. */
enum call_end call_end_of_sip(int status, bool answered);

/* A call that must not be disturbed: dialling, ringing, talking, held or being transferred. */
bool call_is_up(const struct call *call);
