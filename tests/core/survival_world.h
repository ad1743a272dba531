/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* All that stands between an agent and a person, as a model in which each part can die: the screen,
 * the line to its desk (over SSH, perhaps), the desk, its telephone program, the line to the
 * backend, and the person's telephone. Core's own code decides what it decides in the programs: the
 * workstation, the call's table, the hold's table, the desk's rules. Time passes in seconds, and
 * what is under way arrives before the next one. */

#include "core/desk_rule.h"
#include "workstation_fixture.h"

enum peer_is {
    PEER_IDLE,  /* never called */
    PEER_ASKED, /* the INVITE is there, nothing was answered yet */
    PEER_RINGS,
    PEER_TALKS,
    PEER_TOLD,    /* told that it is over: BYE, or CANCEL before the answer */
    PEER_HUNG_UP, /* by themselves, or refused */
};

enum death {
    DEATH_SCREEN,      /* killed, and started again at once */
    DEATH_SCREEN_LONG, /* … after the grace time */
    DEATH_LINE,        /* between screen and desk, for some seconds */
    DEATH_LINE_LONG,   /* … for longer than the grace time */
    DEATH_DESK,        /* killed; its telephone program sees that, says BYE and ends */
    DEATH_PHONE,       /* the telephone program is killed: it says nothing to anybody */
    DEATH_BACKEND,     /* or the line to it, for some seconds */
    DEATH_BACKEND_LONG,
    DEATH_PEER_ENDS, /* BYE, or a refusal before the answer */
    DEATH_PEER,      /* their telephone is gone without a word */
};
#define DEATH_COUNT (DEATH_PEER + 1)

/* How far the agent is when it happens. */
enum moment {
    MOMENT_PREVIEW,
    MOMENT_ASKED, /* the desk was asked to dial and has not read that yet */
    MOMENT_DIALLING,
    MOMENT_RINGING,
    MOMENT_TALKING,
    MOMENT_MUTED,
    MOMENT_HELD,
    MOMENT_PEER_HELD,
    MOMENT_BOTH_HELD,
    MOMENT_TRANSFERRING,
    MOMENT_ACW,
    MOMENT_DONE, /* the code is chosen */
};
#define MOMENT_COUNT (MOMENT_DONE + 1)

struct survival {
    struct fixture *fx;
    bool screen, line, desk, phone, peer;                      /* it lives, it passes */
    int64_t screen_at, line_at, desk_at, phone_at, backend_at; /* back then; 0 = it is there */
    bool slow;                            /* the desk has not read what it was asked to dial */
    bool dialog;                          /* the telephone program has a call */
    bool goodbye;                         /* the next telephone program has to say it */
    enum call_end ending;                 /* why the desk hangs up, as it does so */
    int64_t grace_at, ring_at, silent_at; /* the desk's and the telephone's clocks; 0 = stopped */
    enum peer_is peer_is;
    unsigned invites; /* that any person got */
    unsigned told;    /* BYEs and CANCELs */
    int64_t alone_s;  /* the longest that a person had nobody at the other end */
    int64_t alone_since_s;
};

struct survival *survival_new(void);
void survival_free(struct survival *s);

const char *death_name(enum death d);
const char *moment_name(enum moment m);

/* The agent comes so far. */
void survival_reach(struct survival *s, enum moment m);
/* Who is dead already does not die. False: it could not be. */
bool survival_kill(struct survival *s, enum death d);
void survival_pass(struct survival *s, int64_t seconds);
/* What is under way arrives. */
void survival_carry(struct survival *s);

/* What the person's telephone does; nothing when it cannot. */
void survival_peer_rings(struct survival *s);
void survival_peer_answers(struct survival *s);
void survival_peer_holds(struct survival *s, bool on);

/* A rule that is broken now; NULL = none. Only in peace: when all is back and has had its time. */
const char *survival_fault(const struct survival *s);
/* The agent finishes with this person and talks to the next: a state that nothing leads out of is
 * told. NULL = it was done. */
const char *survival_go_on(struct survival *s);
