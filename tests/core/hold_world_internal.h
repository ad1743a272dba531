/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The inside of the simulation's world: what its three halves (backend, network, PCs) share. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/hold.h"
#include "tests/core/hold_world.h"

enum { AGENTS = 3, PCS = 6, PEOPLE = 5, NUMBERS = 4, MESSAGES = 48, OUTBOX = 8, DONE_KEYS = 256 };
enum { OFFER_S = 20, PREVIEW_S = 30, ACW_S = 60, GONE_S = 30, SCREEN_GRACE_S = 60 };

enum person_state { WAITING, RESTING, HELD, UNRESOLVED, CLOSED };
enum kind { ACCEPT, SKIP, PERMIT, CALL_ENDED, WRAPUP, END_PREVIEW, LOGIN };
enum answer { ANSWER_OK, ANSWER_STALE, ANSWER_REFUSED, ANSWER_SESSION };

struct person {
    enum person_state state;
    int64_t due;
    bool unclosed; /* may have been spoken to, and no code was chosen since */
    int64_t fence;
};

struct hold {
    enum hold_state state;
    int agent;
    int64_t deadline;
    int64_t call;
    int64_t permit_key;
};

struct agent {
    int person; /* -1 = none */
    bool on_queue;
    int64_t epoch;     /* the session that counts */
    int64_t last_seen; /* volatile: a restart sets it to now */
};

struct lease {
    int person;    /* whose, from 1; 0 = free */
    int64_t call;  /* that dials it; 0 = presented only */
    int64_t until; /* 0 = until the end is proved */
};

struct message {
    bool used, is_reply, by_call_token;
    int pc, instance;
    int64_t epoch, key, fence, call, chosen_at;
    enum kind kind;
    enum answer answer;
    int person;
};

struct entry {
    enum kind kind;
    int person;
    int64_t key, fence, call, chosen_at;
};

struct pc {
    int agent;
    bool screen, desk, net;
    int instance;
    int64_t epoch; /* 0 = nobody is logged in here */
    int64_t screen_lost_at;
    struct {
        int64_t id; /* 0 = none; stays after the end until the next dial */
        int person;
        bool live, overridden, reported;
        int64_t overridden_at;
    } call;
    struct { /* what the screen last heard */
        int person;
        enum hold_state state;
        int64_t fence, call;
    } view;
    int64_t permit_key, permit_asked_at;
    struct entry outbox[OUTBOX]; /* the journal: survives the screen */
    int n_outbox;
};

struct world {
    uint64_t dice;
    int64_t now, next_id;
    bool backend;
    bool settling; /* nobody takes anything over any more */
    struct person people[PEOPLE];
    struct hold holds[PEOPLE];
    struct agent agents[AGENTS];
    struct lease leases[NUMBERS];
    struct pc pcs[PCS];
    struct message messages[MESSAGES];
    int64_t done_keys[DONE_KEYS]; /* idempotency rows of wrap-ups */
    uint64_t n_done;
    struct world_counts counts;
    const struct world_mutation *mutation; /* NULL = the table is right */
    const char *fault;
};

/* A number from 0 to sides - 1. */
uint64_t world_roll(struct world *w, uint64_t sides);
/* The telephone number of a person; two people share one. */
int world_number_of(int person);
/* Note the first rule that broke. */
void world_fault(struct world *w, const char *rule);

/* hold_world_backend.c: the durable half, changed by hold_step() only. */
bool backend_apply(struct world *w, int p, enum hold_event event);
void backend_tick(struct world *w);
enum answer backend_fenced(struct world *w, const struct message *m, int64_t *ret_call);
enum answer backend_log_in(struct world *w, int a, int64_t *ret_epoch);

/* hold_world_net.c: questions and answers under way, delayed and lost. */
void net_post(struct world *w, const struct message *m);
void net_ask(struct world *w, int i, enum kind kind, const struct entry *e);
void net_deliver_one(struct world *w);

/* hold_world_pc.c: a screen and a desk. */
bool pc_online(const struct world *w, const struct pc *pc);
void pc_outbox_add(struct world *w, struct pc *pc, enum kind kind, int person, int64_t call);
void pc_lock_out(struct pc *pc);
void pc_permit_answered(struct world *w, struct pc *pc, const struct message *m);
void pc_outbox_answered(struct world *w, struct pc *pc, const struct message *m);
void pc_refresh(struct world *w, struct pc *pc);
void pc_act(struct world *w, int i);
void pc_hang_up(struct world *w, int i);
void pc_desk_tick(struct world *w, int i);
void pc_kill_screen(struct world *w, int i);
void pc_start_screen(struct world *w, int i);
void pc_kill_desk(struct world *w, int i);
