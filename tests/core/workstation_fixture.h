/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A workstation between fakes: a backend that follows core's hold table, a journal, a desk, and
 * clocks that the test moves. Nothing is delivered before the test says so. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/workstation_ports.h"

#define FX_MANY 512
#define FX_LOGIN "an.janssens"

/* A request or write on its way to the backend; texts copied. */
struct fx_ask {
    struct ws_request req;
    char offer_id[WS_ID_MAX];
    char text[64]; /* reason, script, what is searched */
    struct target target;
};

struct fx_write {
    struct ws_write write; /* note and response are copies of the fixture */
    int64_t fence;
    unsigned base_version;
};

struct fx_phone {
    enum ws_phone_op op;
    char call_id[WS_ID_MAX];
    char consult_id[WS_ID_MAX]; /* of a transfer the address */
    bool on;
    unsigned seq;
};

/* The backend's side of one offer. */
struct fx_offer {
    char offer_id[WS_ID_MAX];
    enum hold_state state;
    int64_t fence;
    int64_t deadline;
    char call_id[WS_ID_MAX];
    char permit_key[WS_KEY_SIZE];
    unsigned last_seq;
    struct call call;
    char code[SERVICE_ID_SIZE];
    char response[128];
    unsigned version;
    int64_t made_fence; /* of the newest words */
    bool completed;
    bool released;
    unsigned n_wrapups; /* accepted */
    enum ws_wish wish;
    unsigned n_wishes; /* accepted */
    bool refuses_wishes;
    /* The last call with an expert; n_consults were permitted. */
    unsigned n_consults;
    char consult_id[WS_ID_MAX];
    struct target consult_target;
    struct call consult;
    unsigned consult_seq;
};

struct fixture {
    struct workstation *ws;
    const struct workstation_view *view;
    struct workstation_commands cmd;
    int64_t now_ms;
    int64_t utc_s;        /* of the server */
    int64_t pc_ahead_s;   /* this machine's clock before it, … */
    int64_t desk_ahead_s; /* … and that of an old desk, which nobody tells the server's */
    uint64_t random;
    bool well_at_first; /* the script's question has an initial value */
    bool repeats;       /* it takes several answers */
    const char *newest; /* version of the script that was loaded last; NULL = "1", and not told */
    /* What an earlier call left, which goes on when the next begins; NULL = nothing. */
    const char *before;

    struct fx_ask asks[FX_MANY];
    size_t n_asks;
    struct fx_write sends[FX_MANY];
    size_t n_sends;
    struct fx_write journal[FX_MANY]; /* writes that were given to it and not forgotten */
    bool durable[FX_MANY];
    size_t n_journal;
    uint64_t unsettled[FX_MANY]; /* ids that the journal has not answered */
    size_t n_unsettled;
    struct ws_write *left; /* what the next sign-in finds in the journal; taken */
    size_t n_left;
    struct fx_phone phones[FX_MANY];
    size_t n_phones;
    unsigned acked; /* the newest event that the desk may forget */
    unsigned dials;
    unsigned bad_dials; /* broke the permit's rule: must stay 0 */
    bool desk_gone;     /* phone requests fail at once */
    unsigned keeps;
    char kept_response[128];
    bool kept_completed;
    char kept_note[64];
    bool no_is_newer; /* a response that says no was written after one that says yes */
    bool kept_waits;  /* the desk has not said yet that it has the picture */
    struct ws_work kept_work;
    unsigned sessions_over;

    /* The backend. */
    bool up;
    bool on_queue;
    struct fx_offer offers[64];
    size_t n_offers; /* the last one may be held */
    char keys[FX_MANY][WS_KEY_SIZE];
    int64_t key_first_ms[FX_MANY];
    size_t n_keys;
    unsigned asked[WS_REQUEST_KIND_COUNT];
    bool refuses_another;
    struct ws_contact contacts[4]; /* of the index case */
    size_t n_contacts;
    enum err_code target_code;  /* what consult and transfer are answered with */
    enum err_code correct_code; /* what a correction is answered with */
    unsigned n_corrected;
    char corrected[160];  /* the newest one: offer, code, the callback's number or "-" */
    unsigned n_incidents; /* accepted; the newest of them: */
    char incident[128];
    char incident_about[WS_ID_MAX];
    int64_t incident_utc_s;

    /* The desk's call. */
    char desk_call[WS_ID_MAX];
    struct ws_call_event desk_events[64];
    size_t n_desk_events;
    struct call desk_state;
    unsigned desk_acked; /* the screen keeps its events up to here */
    char desk_consult[WS_ID_MAX];
    struct ws_call_event consult_events[64];
    size_t n_consult_events;
    struct call consult_state;
};

struct fixture *fx_new(void);
void fx_free(struct fixture *fx);

/* A signed-in agent at a ready phone, on queue, with service and script loaded. */
struct fixture *fx_at_work(void);
/* … and an offer in this state (a call is answered; ended by the person from after-call work on).
 */
struct fixture *fx_in(enum hold_state state);
/* The same for an agent who is at work already. */
void fx_go(struct fixture *fx, enum hold_state state);

/* Time passes; the workstation ticks every second. */
void fx_pass(struct fixture *fx, int64_t seconds);

/* The desk says that it has the newest picture; fx_settle_journal begins with it. */
void fx_kept(struct fixture *fx);
/* The journal answers everything that it was given. */
void fx_settle_journal(struct fixture *fx, bool ok);
/* The backend answers everything that waits, also what that brings about; when it is not up each
 * fails as unavailable. */
void fx_serve(struct fixture *fx);
/* The same, once, and the answers get lost on the way back. */
void fx_serve_deaf(struct fixture *fx);
/* The backend goes away, or comes back with a fresh snapshot. */
void fx_backend(struct fixture *fx, bool up);
/* A snapshot arrives. */
void fx_push(struct fixture *fx);
void fx_make_work(const struct fixture *fx, struct ws_work *ret);
/* Reserve somebody for the agent. */
void fx_offer(struct fixture *fx);
/* NULL when nothing is held. */
struct fx_offer *fx_held(struct fixture *fx);
/* A supervisor sets the person free. */
void fx_release(struct fixture *fx);

/* The desk takes the dial that waits, if any: its first event follows. */
void fx_desk_dial(struct fixture *fx);
/* It tells its call from the first event. */
void fx_desk_tell(struct fixture *fx);
/* It tells the backend an event itself; ERR_UNAVAILABLE: that is not there. */
enum err_code fx_post_event(struct fixture *fx, const char *call_id, const struct ws_call_event *e);
/* The desk's call goes on; told to the workstation unless quiet. */
void fx_desk_event(struct fixture *fx, enum call_event kind, enum call_end end, bool quiet);
/* The desk is there (again); a new one knows nothing. */
/* The desk consults: holds the person, dials. */
void fx_desk_consult(struct fixture *fx);
void fx_consult_event(struct fixture *fx, enum call_event kind, enum call_end end);
void fx_desk_up(struct fixture *fx, bool signed_in);
void fx_desk_dies(struct fixture *fx);

/* The screen is killed and started again: a new workstation at the same desk, with what desk and
 * journal kept. */
void fx_restart(struct fixture *fx);

/* How many requests of this kind wait. */
size_t fx_waiting(const struct fixture *fx, enum ws_request_kind kind);
bool fx_phone_asked(const struct fixture *fx, enum ws_phone_op op);
/* The answer of question 0; 0 while there is no script. */
size_t fx_question(const struct fixture *fx);
/* Answer question 0 of the script with yes or no. */
enum err_code fx_answer(struct fixture *fx, bool yes, struct err *err);
