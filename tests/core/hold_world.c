/* SPDX-License-Identifier: Apache-2.0 */
/* The world of the simulation. The backend's half changes holds through hold_step() only; the PCs
 * follow the rules that screen and desk follow in the product: no dial without a fresh permit, one
 * outbox in order, and what a desk knows survives its screen. */

#include "tests/core/hold_world.h"

#include <stdlib.h>
#include <string.h>

#include "core/hold.h"

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
    int64_t call;  /* 0 = free */
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
    struct person people[PEOPLE];
    struct hold holds[PEOPLE];
    struct agent agents[AGENTS];
    struct lease leases[NUMBERS];
    struct pc pcs[PCS];
    struct message messages[MESSAGES];
    int64_t done_keys[DONE_KEYS]; /* idempotency rows of wrap-ups */
    uint64_t n_done;
    struct world_counts counts;
    const char *fault;
};

static uint64_t roll(struct world *w, uint64_t sides)
{
    w->dice ^= w->dice << 13;
    w->dice ^= w->dice >> 7;
    w->dice ^= w->dice << 17;
    return (w->dice >> 11) % sides;
}

static int number_of(int person)
{
    return person % NUMBERS;
}

static void fault(struct world *w, const char *rule)
{
    if (!w->fault)
        w->fault = rule;
}

/* --- the backend ------------------------------------------------------------------------- */

static struct pc *pc_with_call(struct world *w, int64_t call)
{
    for (int i = 0; i < PCS; i++)
        if (call && w->pcs[i].call.id == call)
            return &w->pcs[i];
    return NULL;
}

static void carry_out(struct world *w, int p, const struct hold_change *change)
{
    struct person *person = &w->people[p];
    struct hold *hold = &w->holds[p];
    struct agent *agent = &w->agents[hold->agent];
    struct lease *lease = &w->leases[number_of(p)];
    const unsigned fx = change->effects;

    if (fx & HOLD_FX_NEW_FENCE)
        person->fence++;
    if (fx & HOLD_FX_RETURN_PERSON) {
        if (person->unclosed)
            fault(w, "somebody who may have been spoken to was put back by a death");
        person->state = (fx & HOLD_FX_PAUSE_PERSON) ? RESTING : WAITING;
        person->due = w->now + 40;
    }
    if (fx & HOLD_FX_PARK_PERSON) {
        person->state = UNRESOLVED;
        w->counts.parked++;
    }
    if (fx & HOLD_FX_APPLY_RULE) {
        person->state = roll(w, 2) ? RESTING : CLOSED;
        person->due = w->now + 30 + (int64_t)roll(w, 100);
        person->unclosed = false;
    }
    if (fx & HOLD_FX_LEASE_PHONE)
        *lease = (struct lease){.call = hold->call};
    if (fx & HOLD_FX_FREE_PHONE)
        *lease = (struct lease){0};
    if (fx & HOLD_FX_QUARANTINE_PHONE) {
        lease->until = w->now + HOLD_PHONE_QUARANTINE_S;
        struct pc *pc = pc_with_call(w, hold->call);
        if (pc) {
            pc->call.overridden = true;
            pc->call.overridden_at = w->now;
        }
    }
    if (fx & HOLD_FX_FREE_AGENT)
        agent->person = -1;
    if (fx & HOLD_FX_AGENT_OFF_QUEUE)
        agent->on_queue = false;

    const int64_t durations[] = {
        [HOLD_OFFER_S] = OFFER_S, [HOLD_PREVIEW_S] = PREVIEW_S, [HOLD_ACW_S] = ACW_S};
    if (change->deadline == HOLD_NO_DEADLINE)
        hold->deadline = 0;
    else if (change->deadline != HOLD_KEEP_DEADLINE)
        hold->deadline = w->now + durations[change->deadline];
    hold->state = change->state;
}

static bool apply(struct world *w, int p, enum hold_event event)
{
    struct hold_change change;
    if (!hold_step(w->holds[p].state, event, &change))
        return false;
    carry_out(w, p, &change);
    return true;
}

static void offer_somebody(struct world *w, int a)
{
    struct agent *agent = &w->agents[a];
    if (agent->person >= 0 || !agent->on_queue || w->now - agent->last_seen > GONE_S)
        return;
    const int first = (int)roll(w, PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
        const int p = (first + i) % PEOPLE;
        if (w->people[p].state != WAITING || w->holds[p].state != HOLD_NONE)
            continue;
        w->holds[p] = (struct hold){.agent = a};
        w->people[p].state = HELD;
        agent->person = p;
        (void)apply(w, p, HOLD_EV_OFFER); /* HOLD_NONE always takes an offer */
        w->counts.offers++;
        return;
    }
}

static void backend_tick(struct world *w)
{
    for (int p = 0; p < PEOPLE; p++) {
        const struct hold *hold = &w->holds[p];
        if (hold->state != HOLD_NONE && hold->deadline && w->now > hold->deadline)
            (void)apply(w, p, HOLD_EV_DEADLINE); /* a preview's deadline is the screen's affair */
        if (hold->state != HOLD_NONE && w->now - w->agents[hold->agent].last_seen > GONE_S)
            (void)apply(w, p, HOLD_EV_AGENT_GONE); /* refused where absence ends nothing */
        struct person *person = &w->people[p];
        if ((person->state == RESTING || (person->state == CLOSED && hold->state == HOLD_NONE)) &&
            w->now >= person->due)
            person->state = WAITING;
    }
    for (int p = 0; p < PEOPLE; p++)
        if ((w->holds[p].state == HOLD_OFFERED || w->holds[p].state == HOLD_PREVIEW) &&
            w->now - w->agents[w->holds[p].agent].last_seen > GONE_S)
            fault(w, "an agent who is gone keeps a person without a call");
    for (int n = 0; n < NUMBERS; n++)
        if (w->leases[n].until && w->now >= w->leases[n].until)
            w->leases[n] = (struct lease){0};
    for (int a = 0; a < AGENTS; a++)
        offer_somebody(w, a);
}

static bool key_is_done(const struct world *w, int64_t key)
{
    for (int i = 0; i < DONE_KEYS; i++)
        if (w->done_keys[i] == key)
            return true;
    return false;
}

static enum answer permit(struct world *w, const struct message *m, int64_t *ret_call)
{
    struct hold *hold = &w->holds[m->person];
    if (hold->state == HOLD_CALL && hold->permit_key == m->key) {
        *ret_call = hold->call; /* the same question gets the same answer */
        return ANSWER_OK;
    }
    if (hold->state != HOLD_PREVIEW || w->leases[number_of(m->person)].call)
        return ANSWER_REFUSED;
    hold->call = w->next_id++;
    hold->permit_key = m->key;
    (void)apply(w, m->person, HOLD_EV_PERMIT);
    w->people[m->person].unclosed = true;
    w->counts.permits++;
    *ret_call = hold->call;
    return ANSWER_OK;
}

static enum answer fenced(struct world *w, const struct message *m, int64_t *ret_call)
{
    struct hold *hold = &w->holds[m->person];
    if (m->kind == CALL_ENDED) {
        if (hold->state == HOLD_CALL && hold->call == m->call)
            (void)apply(w, m->person, HOLD_EV_CALL_ENDED);
        else if (w->leases[number_of(m->person)].call == m->call)
            w->leases[number_of(m->person)] = (struct lease){0}; /* proved after all */
        return ANSWER_OK;
    }
    if (m->kind == WRAPUP && key_is_done(w, m->key))
        return ANSWER_OK;
    if (hold->state == HOLD_NONE || w->people[m->person].fence != m->fence)
        return ANSWER_STALE;
    switch (m->kind) {
    case ACCEPT:
        return apply(w, m->person, HOLD_EV_ACCEPT) ? ANSWER_OK : ANSWER_REFUSED;
    case SKIP:
        return apply(w, m->person, HOLD_EV_SKIP) ? ANSWER_OK : ANSWER_REFUSED;
    case PERMIT:
        return permit(w, m, ret_call);
    case WRAPUP:
        if (!apply(w, m->person, HOLD_EV_WRAPUP))
            return ANSWER_REFUSED;
        w->done_keys[w->n_done++ % DONE_KEYS] = m->key;
        w->counts.wrapups++;
        return ANSWER_OK;
    case END_PREVIEW:
        return apply(w, m->person, HOLD_EV_END_PREVIEW) ? ANSWER_OK : ANSWER_REFUSED;
    case CALL_ENDED:
    case LOGIN:
        break;
    }
    return ANSWER_REFUSED;
}

static enum answer log_in(struct world *w, int a, int64_t *ret_epoch)
{
    struct agent *agent = &w->agents[a];
    if (agent->epoch)
        w->counts.double_logins++;
    agent->epoch = w->next_id++;
    agent->last_seen = w->now;
    if (agent->person >= 0)
        (void)apply(w, agent->person, HOLD_EV_LOGIN);
    *ret_epoch = agent->epoch;
    return ANSWER_OK;
}

/* --- messages ---------------------------------------------------------------------------- */

static void post(struct world *w, const struct message *m)
{
    for (int i = 0; i < MESSAGES; i++) {
        if (!w->messages[i].used) {
            w->messages[i] = *m;
            w->messages[i].used = true;
            return;
        }
    }
    /* A full network loses it, as networks do. */
}

static void ask(struct world *w, int i, enum kind kind, const struct entry *e)
{
    const struct pc *pc = &w->pcs[i];
    struct message m = {.pc = i, .instance = pc->instance, .epoch = pc->epoch, .kind = kind};
    if (e) {
        m.key = e->key;
        m.fence = e->fence;
        m.person = e->person;
        m.call = e->call;
        m.chosen_at = e->chosen_at;
    }
    post(w, &m);
}

static void outbox_add(struct world *w, struct pc *pc, enum kind kind, int person, int64_t call)
{
    if (person < 0)
        return;
    for (int i = 0; i < pc->n_outbox; i++)
        if (pc->outbox[i].kind == kind && pc->outbox[i].call == call)
            return;
    if (pc->n_outbox == OUTBOX)
        return;
    pc->outbox[pc->n_outbox++] = (struct entry){.kind = kind,
                                                .key = w->next_id++,
                                                .person = person,
                                                .fence = pc->view.fence,
                                                .call = call,
                                                .chosen_at = w->now};
}

static void serve(struct world *w, const struct message *m)
{
    if (!w->backend || !w->pcs[m->pc].net)
        return;
    struct message reply = *m;
    reply.is_reply = true;
    const int a = w->pcs[m->pc].agent;
    if (m->kind == LOGIN)
        reply.answer = log_in(w, a, &reply.epoch);
    else if (!m->by_call_token && m->epoch != w->agents[a].epoch)
        reply.answer = ANSWER_SESSION;
    else
        reply.answer = fenced(w, m, &reply.call);
    post(w, &reply);
}

static void lock_out(struct world *w, struct pc *pc)
{
    (void)w;
    pc->call.live = false; /* a screen that was taken over ends its call */
    pc->epoch = 0;
    pc->permit_key = 0;
    pc->view.state = HOLD_NONE;
    pc->n_outbox = 0; /* kept as late drafts at the backend in the product */
}

static void permit_answered(struct world *w, struct pc *pc, const struct message *m)
{
    if (pc->permit_key != m->key)
        return;
    pc->permit_key = 0;
    if (m->answer != ANSWER_OK)
        return;
    pc->view.call = m->call;
    if (w->now - pc->permit_asked_at > HOLD_PERMIT_MAX_AGE_S || !pc->desk || pc->call.live) {
        w->counts.permits_too_old++;
        outbox_add(w, pc, CALL_ENDED, m->person, m->call);
        return;
    }
    for (int i = 0; i < pc->n_outbox; i++)
        if (pc->outbox[i].kind == CALL_ENDED && pc->outbox[i].call == m->call)
            return; /* already reported as never made */
    pc->call.id = m->call;
    pc->call.person = m->person;
    pc->call.live = true;
    pc->call.reported = false;
    pc->call.overridden =
        w->holds[m->person].call != m->call || w->holds[m->person].state != HOLD_CALL;
    pc->call.overridden_at = w->now;
    w->counts.dials++;
}

static void outbox_answered(struct world *w, struct pc *pc, const struct message *m)
{
    if (pc->n_outbox == 0 || pc->outbox[0].key != m->key)
        return;
    if (m->answer == ANSWER_STALE || m->answer == ANSWER_REFUSED)
        w->counts.late_answers++;
    pc->n_outbox--;
    memmove(pc->outbox, pc->outbox + 1, (size_t)pc->n_outbox * sizeof pc->outbox[0]);
}

static void hear(struct world *w, const struct message *m)
{
    struct pc *pc = &w->pcs[m->pc];
    if (m->by_call_token) {
        if (pc->desk && pc->call.id == m->call)
            pc->call.reported = true;
        return;
    }
    if (!pc->net || !pc->screen || pc->instance != m->instance) {
        w->counts.replies_lost++;
        return;
    }
    if (m->kind == LOGIN) {
        if (pc->epoch == 0 && m->epoch == w->agents[pc->agent].epoch)
            pc->epoch = m->epoch;
        return;
    }
    if (m->answer == ANSWER_SESSION) {
        if (pc->epoch == m->epoch)
            lock_out(w, pc);
        return;
    }
    if (m->kind == PERMIT)
        permit_answered(w, pc, m);
    else if (m->kind == CALL_ENDED || m->kind == WRAPUP)
        outbox_answered(w, pc, m);
}

static void deliver_one(struct world *w)
{
    const int first = (int)roll(w, MESSAGES);
    for (int i = 0; i < MESSAGES; i++) {
        struct message *m = &w->messages[(first + i) % MESSAGES];
        if (!m->used)
            continue;
        const struct message copy = *m;
        m->used = false;
        if (copy.is_reply)
            hear(w, &copy);
        else
            serve(w, &copy);
        return;
    }
}

/* --- the PCs ----------------------------------------------------------------------------- */

static bool online(const struct world *w, const struct pc *pc)
{
    return w->backend && pc->net && pc->screen;
}

static void refresh(struct world *w, struct pc *pc)
{
    if (!online(w, pc) || !pc->epoch)
        return;
    const struct agent *agent = &w->agents[pc->agent];
    if (agent->epoch != pc->epoch) {
        lock_out(w, pc);
        return;
    }
    pc->view.person = agent->person;
    pc->view.state = HOLD_NONE;
    if (agent->person < 0)
        return;
    const struct hold *hold = &w->holds[agent->person];
    pc->view.state = hold->state;
    pc->view.fence = w->people[agent->person].fence;
    pc->view.call = hold->call;
}

static void pc_act_on_view(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    const struct entry e = {.person = pc->view.person,
                            .fence = pc->view.fence,
                            .key = w->next_id++,
                            .chosen_at = w->now};
    switch (pc->view.state) {
    case HOLD_OFFERED:
        ask(w, i, roll(w, 8) ? ACCEPT : SKIP, &e);
        break;
    case HOLD_PREVIEW:
        if (pc->permit_key && w->now - pc->permit_asked_at > HOLD_PERMIT_MAX_AGE_S)
            pc->permit_key = 0;
        if (!pc->permit_key && roll(w, 12) == 0) {
            ask(w, i, SKIP, &e);
        } else {
            if (!pc->permit_key) {
                pc->permit_key = e.key;
                pc->permit_asked_at = w->now;
            }
            struct entry again = e;
            again.key = pc->permit_key;
            ask(w, i, PERMIT, &again);
        }
        break;
    case HOLD_CALL:
        if (pc->call.id == pc->view.call && pc->call.live)
            break;
        if (pc->permit_key && w->now - pc->permit_asked_at <= HOLD_PERMIT_MAX_AGE_S)
            break; /* the permit may still arrive */
        pc->permit_key = 0;
        if (pc->call.id != pc->view.call)
            w->counts.calls_never_made++;
        outbox_add(w, pc, CALL_ENDED, pc->view.person, pc->view.call);
        break;
    case HOLD_ACW:
    case HOLD_OVERDUE:
        outbox_add(w, pc, WRAPUP, pc->view.person, pc->view.call);
        break;
    case HOLD_DONE:
        ask(w, i, END_PREVIEW, &e);
        break;
    case HOLD_NONE:
        if (online(w, pc) && w->agents[pc->agent].epoch == pc->epoch)
            w->agents[pc->agent].on_queue = true;
        break;
    }
}

static void pc_act(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    if (!pc->screen)
        return;
    if (!pc->desk) {
        pc->desk = true; /* the screen starts it again */
        pc->screen_lost_at = 0;
    }
    if (!pc->epoch) {
        /* Only the PC at which the agent sits logs in; the other one seldom. */
        if (roll(w, i < AGENTS ? 4 : 200) == 0)
            ask(w, i, LOGIN, NULL);
        return;
    }
    if (pc->n_outbox && roll(w, 2)) {
        ask(w, i, pc->outbox[0].kind, &pc->outbox[0]);
        return;
    }
    if (roll(w, 2))
        refresh(w, pc);
    else
        pc_act_on_view(w, i);
}

static void hang_up(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    if (!pc->call.live)
        return;
    pc->call.live = false;
    if (!pc->screen || !pc->epoch)
        return;
    outbox_add(w, pc, CALL_ENDED, pc->call.person, pc->call.id);
    if (roll(w, 2) && pc->view.call == pc->call.id)
        outbox_add(w, pc, WRAPUP, pc->call.person,
                   pc->call.id); /* closed while the backend may be away */
}

static void desk_tick(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    if (!pc->desk)
        return;
    if (pc->screen) {
        pc->screen_lost_at = 0;
        return;
    }
    if (!pc->screen_lost_at)
        pc->screen_lost_at = w->now;
    if (pc->call.live && w->now - pc->screen_lost_at >= SCREEN_GRACE_S)
        pc->call.live = false;
    if (pc->call.id && !pc->call.live && !pc->call.reported && roll(w, 4) == 0) {
        const struct message m = {.pc = i,
                                  .by_call_token = true,
                                  .kind = CALL_ENDED,
                                  .person = pc->call.person,
                                  .call = pc->call.id};
        post(w, &m);
    }
}

static void kill_screen(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    pc->screen = false;
    pc->permit_key = 0;
    pc->view.state = HOLD_NONE;
    w->counts.screen_deaths++;
    if (!pc->desk)
        pc->epoch = 0;
}

static void start_screen(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    if (pc->screen)
        return;
    pc->screen = true;
    pc->instance++;
    if (pc->call.live && pc->epoch)
        w->counts.resumed_calls++;
    refresh(w, pc);
}

static void kill_desk(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    pc->desk = false;
    pc->call.live = false; /* baresip sees its parent die and says BYE */
    w->counts.desk_deaths++;
    if (!pc->screen)
        pc->epoch = 0;
    else if (pc->epoch && pc->call.id && pc->view.state == HOLD_CALL)
        outbox_add(w, pc, CALL_ENDED, pc->call.person, pc->call.id);
    memset(&pc->call, 0, sizeof pc->call);
}

/* --- the rules --------------------------------------------------------------------------- */

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
            fault(w, "a live call without its hold");
        if (!excused(w, a) && w->leases[number_of(a->call.person)].call != a->call.id)
            fault(w, "a live call without the lease of its number");
        for (int j = i + 1; j < PCS; j++) {
            const struct pc *b = &w->pcs[j];
            if (b->call.live && number_of(b->call.person) == number_of(a->call.person) &&
                !excused(w, a) && !excused(w, b))
                fault(w, "one number dialled from two places");
        }
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
                fault(w, "a hold whose agent does not know of it");
        }
        const bool before_code = hold->state == HOLD_OFFERED || hold->state == HOLD_PREVIEW ||
                                 hold->state == HOLD_CALL || hold->state == HOLD_ACW;
        if (before_code != (s == HELD))
            fault(w, "a person whose state and hold disagree");
        if (hold->state == HOLD_OVERDUE && s != UNRESOLVED)
            fault(w, "overdue, but not unresolved");
        if (w->people[p].unclosed && (s == WAITING || s == RESTING))
            fault(w, "somebody without a code waits to be dialled again");
    }
    for (int a = 0; a < AGENTS; a++)
        if (held[a] > 1)
            fault(w, "one agent holds two people");
}

/* --- what happens ------------------------------------------------------------------------ */

static void pass_time(struct world *w, int64_t seconds)
{
    w->now += seconds;
    for (int i = 0; i < PCS; i++) {
        const struct pc *pc = &w->pcs[i];
        if (online(w, pc) && pc->epoch && pc->epoch == w->agents[pc->agent].epoch)
            w->agents[pc->agent].last_seen = w->now;
        desk_tick(w, i);
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
    const int p = (int)roll(w, PEOPLE);
    if (!w->backend)
        return;
    if (w->holds[p].state != HOLD_NONE) {
        (void)apply(w, p, HOLD_EV_RELEASE);
        w->counts.releases++;
    } else if (w->people[p].state == UNRESOLVED) {
        w->people[p].state = CLOSED; /* the supervisor clears the list */
        w->people[p].unclosed = false;
        w->people[p].due = w->now + 50;
    }
}

static void accident(struct world *w)
{
    const int i = (int)roll(w, PCS);
    switch (roll(w, 9)) {
    case 0:
        kill_screen(w, i);
        break;
    case 1:
        kill_desk(w, i);
        break;
    case 2: /* the whole PC */
        kill_screen(w, i);
        kill_desk(w, i);
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
        w->messages[roll(w, MESSAGES)].used = false;
        break;
    case 7:
        pass_time(w, 40 + (int64_t)roll(w, 90)); /* a long silence */
        break;
    case 8: /* a crash of everything but the calls */
        w->backend = false;
        kill_screen(w, i);
        break;
    }
}

static void repair(struct world *w)
{
    const int i = (int)roll(w, PCS);
    w->pcs[i].net = true;
    start_screen(w, i);
    if (roll(w, 2))
        start_backend(w);
}

static const char *check(struct world *w)
{
    check_calls(w);
    check_holds(w);
    return w->fault;
}

const char *world_step(struct world *w)
{
    const uint64_t what = roll(w, 1000);
    if (what < 330)
        deliver_one(w);
    else if (what < 700)
        pc_act(w, (int)roll(w, PCS));
    else if (what < 850)
        pass_time(w, (int64_t)roll(w, 4));
    else if (what < 880)
        hang_up(w, (int)roll(w, PCS));
    else if (what < 988)
        repair(w);
    else
        accident(w);
    return check(w);
}

const char *world_settle(struct world *w)
{
    for (int step = 0; step < 200000 && !w->fault; step++) {
        bool quiet = true;
        for (int a = 0; a < AGENTS; a++)
            w->agents[a].on_queue = false; /* nobody new: finish what there is */
        for (int p = 0; p < PEOPLE; p++)
            quiet = quiet && w->holds[p].state == HOLD_NONE;
        for (int n = 0; n < NUMBERS; n++)
            quiet = quiet && w->leases[n].call == 0;
        if (quiet)
            return check(w);
        start_backend(w);
        for (int i = 0; i < PCS; i++) {
            w->pcs[i].net = true;
            start_screen(w, i);
        }
        const uint64_t what = roll(w, 10);
        if (what < 4)
            deliver_one(w);
        else if (what < 8)
            pc_act(w, (int)roll(w, PCS));
        else if (what < 9)
            pass_time(w, 1);
        else
            hang_up(w, (int)roll(w, PCS));
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

void world_free(struct world *w)
{
    free(w);
}

const struct world_counts *world_counts(const struct world *w)
{
    return &w->counts;
}
