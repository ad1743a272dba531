/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated centre: what happens in it, and the rules that hold after each step. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/centre_internal.h"

unsigned centre_roll(struct centre *c, unsigned sides)
{
    c->dice = c->dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((c->dice >> 33) % sides);
}

void centre_fault(struct centre *c, const char *rule)
{
    if (!c->fault)
        c->fault = rule;
}

int centre_number_of(int person)
{
    return person % NUMBERS;
}

void centre_id(char ret[WS_ID_MAX], const char *what, int n)
{
    (void)snprintf(ret, WS_ID_MAX, "%s-%d", what, n);
}

int centre_id_of(const char *id)
{
    const char *dash = strchr(id, '-');
    return dash ? (int)strtol(dash + 1, NULL, 10) : -1;
}

/* --- the rules --- */

/* A call whose hold was overridden may go on for longer than its number is kept from others. */
static bool is_excused(const struct centre *c, const struct pc *pc)
{
    const struct offer_row *o = &c->offers[pc->call];
    return o->overridden && c->utc_s - o->overridden_s >= HOLD_PHONE_QUARANTINE_S;
}

static void check_calls(struct centre *c)
{
    for (int i = 0; i < PCS; i++) {
        const struct pc *a = &c->pcs[i];
        if (a->call < 0 || !call_is_up(&a->call_state))
            continue;
        const struct offer_row *o = &c->offers[a->call];
        const struct lease_row *lease = &c->leases[centre_number_of(o->person)];
        if (!o->overridden && o->state != HOLD_CALL)
            centre_fault(c, "a call that is up has no hold");
        if (!is_excused(c, a) && lease->offer != a->call)
            centre_fault(c, "a call that is up has no lease of its number");
        for (int j = i + 1; j < PCS; j++) {
            const struct pc *b = &c->pcs[j];
            if (b->call >= 0 && call_is_up(&b->call_state) && !is_excused(c, a) &&
                !is_excused(c, b) &&
                centre_number_of(c->offers[b->call].person) == centre_number_of(o->person))
                centre_fault(c, "a number is dialled from two places");
        }
    }
}

static void check_people(struct centre *c)
{
    int held[PEOPLE] = {0};
    for (int a = 0; a < AGENTS; a++) {
        const struct offer_row *o = c->agents[a].offer >= 0 ? &c->offers[c->agents[a].offer] : NULL;
        if (o && o->state != HOLD_OVERDUE && o->state != HOLD_DONE) /* the person has gone on */
            held[o->person]++;
    }
    for (int p = 0; p < PEOPLE; p++) {
        if (held[p] > 1 && c->people[p].is == IS_HELD)
            centre_fault(c, "a person is held by two");
        if (!held[p] && c->people[p].is == IS_HELD)
            centre_fault(c, "a person is held by nobody");
        if (c->people[p].unclosed &&
            (c->people[p].is == IS_WAITING || c->people[p].is == IS_RESTING))
            centre_fault(c, "somebody without a code waits to be called again");
    }
}

static const char *check(struct centre *c)
{
    for (int i = 0; i < PCS; i++)
        pc_note_promises(&c->pcs[i]);
    check_calls(c);
    check_people(c);
    return c->fault;
}

/* --- what happens --- */

static void pass_time(struct centre *c, int64_t seconds)
{
    for (int64_t s = 0; s < seconds; s++) {
        c->now_ms += 1000;
        c->utc_s++;
        for (int i = 0; i < PCS; i++) {
            struct pc *pc = &c->pcs[i];
            if (pc_is_online(pc) && pc->epoch && pc->epoch == c->agents[pc->agent].epoch)
                c->agents[pc->agent].last_seen_s = c->utc_s;
            pc_desk_tick(pc);
            if (pc->ws)
                workstation_tick(pc->ws);
        }
        if (c->up)
            backend_tick(c);
    }
}

static void land(struct flight *f)
{
    if (f->is_write)
        ws_write_deinit(&f->write);
    f->used = false;
}

/* Something on the line comes to where it goes, or is lost: then the client tells so. */
static void fly(struct centre *c)
{
    const unsigned first = centre_roll(c, FLIGHT);
    for (unsigned i = 0; i < FLIGHT; i++) {
        struct flight *f = &c->flight[(first + i) % FLIGHT];
        struct pc *pc = &c->pcs[f->used ? f->pc : 0];
        if (!f->used)
            continue;
        const bool lost = !c->up || !pc->net || (!c->settling && centre_roll(c, 20) == 0);
        c->counts.lost += lost;
        if (!f->is_reply && !lost)
            backend_serve(c, f);
        if (!f->is_reply && !lost && (c->settling || centre_roll(c, 3))) {
            f->is_reply = true;
            return;
        }
        if (lost)
            f->code = ERR_UNAVAILABLE;
        f->is_reply = true;
        /* The answer may bring about others, which fly in other places. */
        struct flight copy = *f;
        f->used = false;
        pc_hear(pc, &copy);
        if (copy.is_write)
            ws_write_deinit(&copy.write);
        return;
    }
}

static void backend_starts(struct centre *c)
{
    if (c->up)
        return;
    c->up = true;
    for (int a = 0; a < AGENTS; a++)
        c->agents[a].last_seen_s = c->utc_s;
}

static void accident(struct centre *c)
{
    struct pc *pc = &c->pcs[centre_roll(c, PCS)];
    switch (centre_roll(c, 9)) {
    case 0:
        pc_kill_screen(pc);
        break;
    case 1:
        pc_kill_desk(pc);
        break;
    case 2: /* the whole PC */
        pc_kill_screen(pc);
        pc_kill_desk(pc);
        break;
    case 3:
        pc->net = false;
        c->counts.cuts++;
        break;
    case 4:
        c->up = false;
        c->counts.backends_died++;
        break;
    case 5:
        if (c->up)
            backend_release(c, (int)centre_roll(c, PEOPLE));
        break;
    case 6:
        pass_time(c, 20 + centre_roll(c, 90)); /* nobody is there */
        break;
    case 7:
        pc->clock_off_s = (int64_t)centre_roll(c, 7200) - 3600;
        break;
    case 8: /* the disk is full */
        pc_journal(pc, false);
        break;
    }
}

static void happen(struct centre *c, unsigned what)
{
    struct pc *pc = &c->pcs[centre_roll(c, PCS)];
    if (what < 300)
        fly(c);
    else if (what < 450)
        pc_act(pc);
    else if (what < 600)
        pc_desk(pc);
    else if (what < 750)
        pc_journal(pc, true);
    else if (what < 860)
        pc_push(pc);
    else
        pass_time(c, 1);
}

const char *centre_step(struct centre *c)
{
    const unsigned what = centre_roll(c, 1000);
    struct pc *pc = &c->pcs[centre_roll(c, PCS)];
    c->settling = false;
    if (what < 8) {
        accident(c);
    } else if (what < 60) {
        pc->net = true;
        pc_start(pc);
        if (centre_roll(c, 2))
            backend_starts(c);
    } else {
        happen(c, centre_roll(c, 900));
    }
    for (int i = 0; i < PCS; i++)
        pc_line(&c->pcs[i]);
    return check(c);
}

/* --- rest --- */

static bool is_quiet(const struct centre *c)
{
    for (int i = 0; i < PCS; i++)
        if (!c->pcs[i].ws || c->pcs[i].n_journal)
            return false;
    for (int p = 0; p < PEOPLE; p++)
        if ((c->people[p].is == IS_WAITING || c->people[p].is == IS_RESTING) &&
            !c->people[p].was_offered)
            return false;
    return true;
}

/* Was this offer taken from that PC, by a login elsewhere or a supervisor? Then its code is stale,
 * and overruled by right. */
static bool is_overruled(const struct centre *c, int offer, int pc)
{
    const struct offer_row *o = &c->offers[offer];
    return o->released || (o->logins & ~(1u << pc)) != 0;
}

/* The backend has them, or newer ones that were typed in their place on the same PC. */
static bool are_safe(const struct centre *c, const struct pc *pc, int offer)
{
    for (uint64_t words = pc->words[offer]; words <= c->n_words; words++)
        if (c->kept[words] && c->said_at[words] == pc->index && c->said_of[words] == offer)
            return true;
    return c->kept[pc->words[offer]];
}

static const char *check_promises(struct centre *c)
{
    for (int i = 0; i < PCS; i++) {
        const struct pc *pc = &c->pcs[i];
        for (int k = 0; k < c->n_offers; k++) {
            if (pc->words[k] && !are_safe(c, pc, k))
                centre_fault(c, "words that the screen called safe are lost");
            if (!pc->codes[k])
                continue;
            if (c->offers[k].code[0] && !is_overruled(c, k, i))
                continue; /* perhaps one that was chosen before, and nobody had heard of */
            if (strcmp(c->offers[k].code, pc->codes[k]) == 0)
                continue;
            if (!is_overruled(c, k, i))
                centre_fault(c, "a code that the screen called safe is lost");
            c->counts.codes_overruled++;
        }
    }
    return c->fault;
}

const char *centre_settle(struct centre *c)
{
    for (int p = 0; p < PEOPLE; p++)
        c->people[p].was_offered = false;
    for (int step = 0; step < 60000 && !c->fault; step++) {
        c->settling = true;
        backend_starts(c);
        for (int i = 0; i < PCS; i++) {
            c->pcs[i].net = true;
            c->pcs[i].clock_off_s = 0;
            pc_start(&c->pcs[i]);
            pc_line(&c->pcs[i]);
        }
        happen(c, centre_roll(c, 900));
        if (step % 64 == 0 && is_quiet(c))
            return check_promises(c);
        (void)check(c);
    }
    return c->fault ? c->fault : "the centre does not come to rest though everything works";
}

/* --- life --- */

struct centre *centre_new(uint64_t seed)
{
    struct centre *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    *c = (struct centre){.dice = seed * 2654435761u + 99991,
                         .now_ms = 1000000,
                         .utc_s = 1800000000,
                         .up = true,
                         .next_id = 1};
    c->kept[0] = true;
    for (int n = 0; n < NUMBERS; n++)
        c->leases[n].offer = -1;
    for (int a = 0; a < AGENTS; a++)
        c->agents[a] = (struct agent_row){.offer = -1};
    for (int i = 0; i < PCS; i++) {
        c->pcs[i] = (struct pc){.c = c, .index = i, .agent = i % AGENTS, .net = true, .call = -1};
        pc_start(&c->pcs[i]);
        pc_line(&c->pcs[i]);
    }
    return c;
}

void centre_free(struct centre *c)
{
    for (int i = 0; i < PCS; i++) {
        workstation_free(c->pcs[i].ws);
        for (size_t k = 0; k < c->pcs[i].n_journal; k++)
            ws_write_deinit(&c->pcs[i].journal[k]);
    }
    for (int i = 0; i < FLIGHT; i++)
        if (c->flight[i].used)
            land(&c->flight[i]);
    free(c);
}

const struct centre_counts *centre_counts(const struct centre *c)
{
    return &c->counts;
}
