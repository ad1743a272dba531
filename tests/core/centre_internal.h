/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The inside of the simulated centre: what backend, line and PCs share. */

#include <stdbool.h>
#include <stddef.h>

#include "core/workstation_ports.h"
#include "tests/core/centre.h"

enum {
    AGENTS = 3,
    PCS = 4, /* the last one is a second one of agent 0 */
    PEOPLE = 6,
    NUMBERS = 5,
    OFFERS = 4096,
    FLIGHT = 256,
    JOURNAL = 256,
    EVENTS = 64,
    PHONES = 64,
    WORDS = 65536,
};
enum { OFFER_S = 20, PREVIEW_S = 30, ACW_S = 60, GONE_S = 30, SCREEN_GRACE_S = 60 };

enum person_is { IS_WAITING, IS_RESTING, IS_HELD, IS_UNRESOLVED, IS_CLOSED };

struct person_row {
    enum person_is is;
    int64_t due_s;
    int64_t fence;
    bool unclosed;    /* may have been spoken to, and no code since */
    bool was_offered; /* since the centre came to rest */
};

struct lease_row {
    int offer;       /* -1 = free */
    int64_t until_s; /* 0 = until it is freed */
};

/* An offer at the backend; its number is its index, its call has the same. */
struct offer_row {
    int person, agent;
    enum hold_state state;
    int64_t fence, deadline_s;
    char permit_key[WS_KEY_SIZE];
    int64_t permit_first_ms;
    bool permitted, overridden;
    int64_t overridden_s;
    unsigned last_seq;
    struct call call;
    char code[SERVICE_ID_SIZE];
    unsigned logins; /* one bit a PC: the agent logged in there while this was held */
    bool released;
    bool is_another; /* a second call in a row: the person goes back to what was before */
    enum person_is before;
    int64_t before_due_s;
    char response[WS_ID_MAX];
    bool completed;
    unsigned version;
    int64_t made_fence;
};

struct agent_row {
    int offer; /* -1 = none */
    bool on_queue;
    int64_t epoch, last_seen_s;
};

/* Something on the line, on its way there or back. */
struct flight {
    bool used, is_reply, is_write;
    int pc;
    uint64_t instance;
    int64_t epoch;
    struct ws_request req;
    char offer_id[WS_ID_MAX];
    struct ws_write write;
    int64_t fence;
    unsigned base_version;
    enum err_code code; /* of the reply, and what it brings */
    struct ws_permit permit;
    struct ws_work work;
    int64_t new_epoch;
    unsigned version;
    char response[WS_ID_MAX];
    bool completed;
};

struct pc {
    struct centre *c;
    int index, agent;
    struct workstation *ws; /* NULL: the screen is dead */
    const struct workstation_view *view;
    struct workstation_commands cmd;
    uint64_t instance;
    bool net, told_ok, desk;
    int64_t epoch; /* the session that screen and desk have; 0 = none */
    int64_t screen_lost_s;
    struct ws_write journal[JOURNAL];
    bool durable[JOURNAL], told[JOURNAL]; /* on the disk; and the workstation knows */
    size_t n_journal;
    bool restoring;
    struct { /* asked of the desk */
        enum ws_phone_op op;
        int offer;
        int64_t until_ms;
    } phones[PHONES];
    size_t n_phones;
    bool link_cut; /* an event of the desk did not come: the screen attaches anew */
    int call;      /* the desk's: an offer; -1 = none */
    struct ws_call_event events[EVENTS];
    size_t n_events;
    struct call call_state;
    char kept_response[WS_ID_MAX], kept_note[64];
    bool kept_completed, kept_waits;
    struct ws_work kept_work;
    struct { /* the newest snapshot on its way */
        bool used;
        struct ws_work work;
    } push;
    int64_t clock_off_s;
    uint64_t words[OFFERS];    /* the newest promised ones of each offer; 0 = none */
    const char *codes[OFFERS]; /* promised, NULL = none */
};

struct centre {
    uint64_t dice;
    int64_t now_ms, utc_s, next_id;
    bool up, settling;
    struct person_row people[PEOPLE];
    struct lease_row leases[NUMBERS];
    struct agent_row agents[AGENTS];
    struct offer_row offers[OFFERS];
    int n_offers;
    struct pc pcs[PCS];
    struct flight flight[FLIGHT];
    uint64_t n_words;
    int8_t said_at[WORDS]; /* on which PC, and in which offer */
    int said_of[WORDS];
    bool kept[WORDS]; /* words that the backend has, as a version or a late draft */
    struct centre_counts counts;
    const char *fault;
};

unsigned centre_roll(struct centre *c, unsigned sides);
void centre_fault(struct centre *c, const char *rule);
int centre_number_of(int person);
/* "offer-7" and "call-7" <-> 7; -1 when it is none. */
void centre_id(char ret[WS_ID_MAX], const char *what, int n);
int centre_id_of(const char *id);

/* centre_backend.c */
void backend_tick(struct centre *c);
void backend_serve(struct centre *c, struct flight *f);
void backend_event(struct centre *c, int offer, const struct ws_call_event *e);
void backend_release(struct centre *c, int person);
void backend_work(const struct centre *c, int agent, struct ws_work *ret);

/* centre_pc.c */
void pc_start(struct pc *pc);
void pc_kill_screen(struct pc *pc);
void pc_kill_desk(struct pc *pc);
bool pc_is_online(const struct pc *pc);
void pc_hear(struct pc *pc, struct flight *f);
void pc_journal(struct pc *pc, bool ok);
void pc_desk(struct pc *pc);
void pc_desk_tick(struct pc *pc);
void pc_push(struct pc *pc);
void pc_line(struct pc *pc);
void pc_act(struct pc *pc);
void pc_note_promises(struct pc *pc);
