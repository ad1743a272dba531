/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A simulated agent: a PC with one connection for requests and one event stream, a telephone that
 * only reports, and a person who takes their time. Does what a workstation does when things go
 * wrong: asks again with the same Idempotency-Key until somebody answers, reconnects the stream
 * with Last-Event-ID, looks at the work afresh when a request is refused. Now and then the stream
 * drops, the PC dies and the agent logs in anew, answers come too late. */

#include "core/hold.h"
#include "tests/load/latency.h"
#include "tests/load/notes.h"
#include "tests/load/shift.h"
#include "tests/load/wire.h"

/* What is asked of the backend, and measured. */
enum op {
    OP_NONE,
    OP_SIGN_IN,
    OP_STATUS,
    OP_QUEUE,
    OP_WORK,
    OP_ACCEPT,
    OP_SKIP,
    OP_PERMIT,
    OP_RECORD,
    OP_EVENTS,
    OP_ANSWERS,
    OP_LATE,
    OP_WRAPUP,
    OP_CORRECT,
    OP_END,
    OP_RELEASE,
    OP_STREAM, /* until its first event */
};
#define OP_COUNT (OP_STREAM + 1)
const char *op_name(enum op op);

enum crowd_phase {
    CROWD_WORKS,
    CROWD_SERVES,   /* as before, but promises no callbacks any more, and nothing breaks */
    CROWD_FINISHES, /* what there is; nobody new */
};

struct crowd_counts {
    uint64_t offers, accepted, skipped, rang_out, permits, refused_numbers, answered, drafts;
    uint64_t submitted, late_drafts, wrapups, overdue, corrected, callbacks, ended, released;
    uint64_t drops, deaths, logins, breaks, lost_answers, repeated, unavailable, throttled, untold;
};

struct agent;

struct crowd {
    struct shift *shift;
    struct agent *agents;
    size_t n_agents;
    int epoll_fd;
    enum crowd_phase phase;
    int64_t now_us;     /* monotonic */
    int64_t ended_s;    /* when pupitred was told to end, by the wall clock */
    unsigned hazard;    /* how often PCs and lines break: 1 = as on a day 20 times as fast */
    unsigned pace;      /* the agents think so many times as fast */
    unsigned promise_s; /* callbacks are promised for so many seconds ahead at most */
    uint64_t words;     /* made so far: each text is of its own */
    struct latency latencies[OP_COUNT];
    struct crowd_counts counts;
    uint64_t surprises; /* answers that should not be; the first ones are printed */
};

struct agent {
    struct crowd *crowd;
    const struct shift_agent *who;
    size_t index;
    uint64_t dice;
    char token[STORE_TOKEN_SIZE];
    struct notes notes;

    struct wire ask;
    struct { /* the request that is under way */
        enum op op;
        char method[8], path[96], key[40];
        struct buf body;
        int64_t first_us; /* asked for the first time */
        int64_t asked_us;
        int64_t again_us; /* ask again then; 0 = an answer is awaited */
        unsigned tries;
        int64_t offer_id, fence;
        char words[NOTE_WORD];
    } request;

    struct wire stream;
    int64_t stream_at_us; /* open it then */
    int64_t stream_asked_us;
    char event[16];
    char event_id[32]; /* "" = none was told */

    struct { /* what the screen shows */
        bool known, on_queue, available;
        int64_t offer_id, fence, person_id, call_id;
        enum hold_state state;
        bool has_code;
    } view;
    struct { /* the call that this PC makes */
        int64_t call_id, offer_id;
        int step, drafts_left;
        bool answers, ended;
    } call;
    int64_t version;                 /* of the answers of the present offer */
    int64_t old_fence, old_offer_id; /* what an older login of this agent held; 0 = nothing */
    int64_t next_us;                 /* do the next thing then */
    int64_t silent_us;               /* since when nobody has been offered */
    int64_t break_until_us;
    bool looked;              /* asked for the work because the stream was silent */
    int64_t correct_offer_id; /* it is over, and had another code; 0 = none */
    bool correct_spoken;      /* somebody answered */
    int64_t refused_offer_id; /* its number is being dialled from elsewhere */
    bool at_rest;             /* has finished */
};

void agent_init(struct agent *a, struct crowd *crowd, const struct shift_agent *who, size_t index,
                uint64_t seed, int64_t begin_us);
void agent_deinit(struct agent *a);

/* Time passes. */
void agent_tick(struct agent *a);
/* epoll has something for one of the two wires. */
void agent_on(struct agent *a, struct wire *w, uint32_t events);

/* agent_work.c: what to do next, at whatever state the work is in. */
void agent_goes_on(struct agent *a);
/* agent_answer.c: the request under way was answered. */
void agent_answered(struct agent *a, int status, const char *body);
/* Take the work as it was told. False: it is none. */
bool agent_see_work(struct agent *a, const char *json, size_t len);

/* --- for these files --- */

/* A number from 0 to sides - 1. */
unsigned agent_roll(struct agent *a, unsigned sides);
/* Wait between so many and so many milliseconds. */
void agent_think(struct agent *a, unsigned from_ms, unsigned to_ms);
/* Begin a request; a POST gets a key of its own. fmt: the body, NULL = none. */
void agent_ask(struct agent *a, enum op op, const char *method, const char *path, const char *fmt,
               ...) __attribute__((format(printf, 5, 6)));
/* Ask the same again after a while. */
void agent_again(struct agent *a, unsigned after_ms);
/* The PC dies: nothing that was under way is known any more. */
void agent_dies(struct agent *a);
