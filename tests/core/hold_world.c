/* SPDX-License-Identifier: Apache-2.0 */
/* The world of the simulation: what happens in it, and the rules that must hold after each step. */

#include <stdlib.h>

#include "tests/core/hold_world_internal.h"

uint64_t world_roll(struct world *w, uint64_t sides)
{
    w->dice ^= w->dice << 13;
    w->dice ^= w->dice >> 7;
    w->dice ^= w->dice << 17;
    return (w->dice >> 11) % sides;
}

int world_number_of(int person)
{
    return person % NUMBERS;
}

void world_fault(struct world *w, const char *rule)
{
    if (!w->fault)
        w->fault = rule;
}
static bool excused(const struct world *w, const struct pc *pc)
{
    return pc->call.overridden && w->now - pc->call.overridden_at >= HOLD_PHONE_QUARANTINE_S;
}

static void check_calls(struct world *w)
{
    for (int i = 0; i < PCS; i++) {
        const struct pc *a = &w->pcs[i];
        if (!a->call.live)
            continue;
        const struct hold *hold = &w->holds[a->call.person];
        if (!a->call.overridden && (hold->state != HOLD_CALL || hold->call != a->call.id))
            world_fault(w, "a live call without its hold");
        if (!excused(w, a) && w->leases[world_number_of(a->call.person)].call != a->call.id)
            world_fault(w, "a live call without the lease of its number");
        for (int j = i + 1; j < PCS; j++) {
            const struct pc *b = &w->pcs[j];
            if (b->call.live &&
                world_number_of(b->call.person) == world_number_of(a->call.person) &&
                !excused(w, a) && !excused(w, b))
                world_fault(w, "one number dialled from two places");
        }
    }
}

static bool is_presented(const struct hold *hold)
{
    return hold->state == HOLD_OFFERED || hold->state == HOLD_PREVIEW || hold->state == HOLD_CALL;
}

static void check_numbers(struct world *w)
{
    for (int p = 0; p < PEOPLE; p++)
        for (int q = p + 1; q < PEOPLE; q++)
            if (world_number_of(p) == world_number_of(q) && is_presented(&w->holds[p]) &&
                is_presented(&w->holds[q]))
                world_fault(w, "two people with one number are presented");
}

static void check_agents(struct world *w)
{
    for (int a = 0; a < AGENTS; a++) {
        const int p = w->agents[a].person;
        if (p >= 0 && (w->holds[p].state == HOLD_NONE || w->holds[p].agent != a))
            world_fault(w, "an agent waits for somebody whom nobody holds");
    }
}

static void check_holds(struct world *w)
{
    int held[AGENTS] = {0};
    for (int p = 0; p < PEOPLE; p++) {
        const struct hold *hold = &w->holds[p];
        const enum person_state s = w->people[p].state;
        if (hold->state != HOLD_NONE) {
            held[hold->agent]++;
            if (w->agents[hold->agent].person != p)
                world_fault(w, "a hold whose agent does not know of it");
        }
        const bool before_code = hold->state == HOLD_OFFERED || hold->state == HOLD_PREVIEW ||
                                 hold->state == HOLD_CALL || hold->state == HOLD_ACW;
        if (before_code != (s == HELD))
            world_fault(w, "a person whose state and hold disagree");
        if (hold->state == HOLD_OVERDUE && s != UNRESOLVED)
            world_fault(w, "overdue, but not unresolved");
        if (w->people[p].unclosed && (s == WAITING || s == RESTING))
            world_fault(w, "somebody without a code waits to be dialled again");
    }
    for (int a = 0; a < AGENTS; a++)
        if (held[a] > 1)
            world_fault(w, "one agent holds two people");
}

static void pass_time(struct world *w, int64_t seconds)
{
    w->now += seconds;
    for (int i = 0; i < PCS; i++) {
        const struct pc *pc = &w->pcs[i];
        if (pc_online(w, pc) && pc->epoch && pc->epoch == w->agents[pc->agent].epoch)
            w->agents[pc->agent].last_seen = w->now;
        pc_desk_tick(w, i);
    }
    if (w->backend)
        backend_tick(w);
}

static void start_backend(struct world *w)
{
    if (w->backend)
        return;
    w->backend = true;
    for (int a = 0; a < AGENTS; a++)
        w->agents[a].last_seen = w->now;
}

static void release_somebody(struct world *w)
{
    const int p = (int)world_roll(w, PEOPLE);
    if (!w->backend)
        return;
    if (w->holds[p].state != HOLD_NONE) {
        (void)backend_apply(w, p, HOLD_EV_RELEASE);
        w->counts.releases++;
    } else if (w->people[p].state == UNRESOLVED) {
        w->people[p].state = CLOSED; /* the supervisor clears the list */
        w->people[p].unclosed = false;
        w->people[p].due = w->now + 50;
    }
}

static void accident(struct world *w)
{
    const int i = (int)world_roll(w, PCS);
    switch (world_roll(w, 9)) {
    case 0:
        pc_kill_screen(w, i);
        break;
    case 1:
        pc_kill_desk(w, i);
        break;
    case 2: /* the whole PC */
        pc_kill_screen(w, i);
        pc_kill_desk(w, i);
        break;
    case 3:
        w->pcs[i].net = false;
        w->counts.cuts++;
        break;
    case 4:
        w->backend = false;
        w->counts.backend_deaths++;
        break;
    case 5:
        release_somebody(w);
        break;
    case 6:
        w->messages[world_roll(w, MESSAGES)].used = false;
        break;
    case 7:
        pass_time(w, 40 + (int64_t)world_roll(w, 90)); /* a long silence */
        break;
    case 8: /* a crash of everything but the calls */
        w->backend = false;
        pc_kill_screen(w, i);
        break;
    }
}

static void repair(struct world *w)
{
    const int i = (int)world_roll(w, PCS);
    w->pcs[i].net = true;
    pc_start_screen(w, i);
    if (world_roll(w, 2))
        start_backend(w);
}

static const char *check(struct world *w)
{
    check_calls(w);
    check_holds(w);
    check_agents(w);
    check_numbers(w);
    return w->fault;
}

const char *world_step(struct world *w)
{
    const uint64_t what = world_roll(w, 1000);
    if (what < 330)
        net_deliver_one(w);
    else if (what < 700)
        pc_act(w, (int)world_roll(w, PCS));
    else if (what < 850)
        pass_time(w, (int64_t)world_roll(w, 4));
    else if (what < 880)
        pc_hang_up(w, (int)world_roll(w, PCS));
    else if (what < 988)
        repair(w);
    else
        accident(w);
    return check(w);
}

enum { SETTLE_STEPS = 50000 };

const char *world_settle(struct world *w)
{
    for (int step = 0; step < SETTLE_STEPS && !w->fault; step++) {
        bool quiet = true;
        for (int a = 0; a < AGENTS; a++)
            w->agents[a].on_queue = false; /* nobody new: finish what there is */
        for (int p = 0; p < PEOPLE; p++)
            quiet = quiet && w->holds[p].state == HOLD_NONE;
        for (int n = 0; n < NUMBERS; n++)
            quiet = quiet && w->leases[n].person == 0;
        w->settling = !quiet;
        if (quiet)
            return check(w);
        start_backend(w);
        for (int i = 0; i < PCS; i++) {
            w->pcs[i].net = true;
            pc_start_screen(w, i);
        }
        const uint64_t what = world_roll(w, 10);
        if (what < 4)
            net_deliver_one(w);
        else if (what < 8)
            pc_act(w, (int)world_roll(w, PCS));
        else if (what < 9)
            pass_time(w, 1);
        else
            pc_hang_up(w, (int)world_roll(w, PCS));
        (void)check(w);
    }
    return w->fault ? w->fault : "somebody is still held though everything works";
}

struct world *world_new(uint64_t seed)
{
    struct world *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->dice = seed * 2654435761u + 88172645463325252u;
    w->next_id = 1;
    w->now = 1000;
    w->backend = true;
    for (int a = 0; a < AGENTS; a++)
        w->agents[a] = (struct agent){.person = -1, .on_queue = true};
    for (int i = 0; i < PCS; i++)
        w->pcs[i] = (struct pc){.agent = i % AGENTS, .screen = true, .desk = true, .net = true};
    return w;
}

void world_mutate(struct world *w, const struct world_mutation *m)
{
    w->mutation = m;
}

void world_free(struct world *w)
{
    free(w);
}

const struct world_counts *world_counts(const struct world *w)
{
    return &w->counts;
}
