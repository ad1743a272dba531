/* SPDX-License-Identifier: Apache-2.0 */
/* The backend of the simulation: what is durable, and how questions about it are answered. */

#include "tests/core/hold_world_internal.h"

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
    struct lease *lease = &w->leases[world_number_of(p)];
    const unsigned fx = change->effects;

    if (fx & HOLD_FX_NEW_FENCE)
        person->fence++;
    if (fx & HOLD_FX_RETURN_PERSON) {
        if (person->unclosed)
            world_fault(w, "somebody who may have been spoken to was put back by a death");
        person->state = (fx & HOLD_FX_PAUSE_PERSON) ? RESTING : WAITING;
        person->due = w->now + 40;
    }
    if (fx & HOLD_FX_PARK_PERSON) {
        person->state = UNRESOLVED;
        w->counts.parked++;
    }
    if (fx & HOLD_FX_APPLY_RULE) {
        person->state = world_roll(w, 2) ? RESTING : CLOSED;
        person->due = w->now + 30 + (int64_t)world_roll(w, 100);
        person->unclosed = false;
    }
    if (fx & HOLD_FX_LEASE_NUMBERS)
        *lease = (struct lease){.person = p + 1};
    if (fx & HOLD_FX_LEASE_PHONE)
        *lease = (struct lease){.person = p + 1, .call = hold->call};
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

/* The table, with its wrong row if there is one. */
static bool look_up(const struct world *w, enum hold_state state, enum hold_event event,
                    struct hold_change *ret)
{
    const struct world_mutation *m = w->mutation;
    const bool listed = hold_step(state, event, ret);
    if (!m || m->from != state || m->event != event)
        return listed;
    if (m->refuse)
        return false;
    if (!listed)
        *ret = (struct hold_change){.state = state, .deadline = HOLD_NO_DEADLINE};
    ret->effects = (ret->effects & ~m->without) | m->with;
    if (m->goes_elsewhere)
        ret->state = m->to;
    return true;
}

bool backend_apply(struct world *w, int p, enum hold_event event)
{
    struct hold_change change;
    const struct hold before = w->holds[p];
    const int64_t fence = w->people[p].fence;
    if (!look_up(w, before.state, event, &change))
        return false;
    carry_out(w, p, &change);
    /* Whoever held the person before, or on another screen, may write no more. */
    const bool others = event == HOLD_EV_OFFER || event == HOLD_EV_RELEASE ||
                        (event == HOLD_EV_LOGIN && before.state != HOLD_DONE);
    if (others && before.state != HOLD_DONE && w->people[p].fence <= fence)
        world_fault(w, "who held before could still write");
    if (before.state == HOLD_CALL && change.state != HOLD_CALL &&
        (event == HOLD_EV_DEADLINE || event == HOLD_EV_AGENT_GONE || event == HOLD_EV_SIGN_OUT))
        world_fault(w, "a call that is up lost its hold by time");
    return true;
}

static void offer_somebody(struct world *w, int a)
{
    struct agent *agent = &w->agents[a];
    if (agent->person >= 0 || !agent->on_queue || w->now - agent->last_seen > GONE_S)
        return;
    const int first = (int)world_roll(w, PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
        const int p = (first + i) % PEOPLE;
        const struct lease *lease = &w->leases[world_number_of(p)];
        if (w->people[p].state != WAITING || w->holds[p].state != HOLD_NONE ||
            (lease->person && (!lease->until || w->now < lease->until)))
            continue;
        w->holds[p] = (struct hold){.agent = a};
        w->people[p].state = HELD;
        agent->person = p;
        (void)backend_apply(w, p, HOLD_EV_OFFER); /* HOLD_NONE always takes an offer */
        w->counts.offers++;
        return;
    }
}

void backend_tick(struct world *w)
{
    for (int p = 0; p < PEOPLE; p++) {
        const struct hold *hold = &w->holds[p];
        if (hold->state != HOLD_NONE && hold->deadline && w->now > hold->deadline)
            (void)backend_apply(w, p,
                                HOLD_EV_DEADLINE); /* a preview's deadline is the screen's affair */
        if ((hold->state == HOLD_OFFERED || hold->state == HOLD_ACW) && hold->deadline &&
            w->now > hold->deadline)
            world_fault(w, "a deadline passed, and nothing came of it");
        if (hold->state != HOLD_NONE && w->now - w->agents[hold->agent].last_seen > GONE_S)
            (void)backend_apply(w, p, HOLD_EV_AGENT_GONE); /* refused where absence ends nothing */
        struct person *person = &w->people[p];
        if ((person->state == RESTING || (person->state == CLOSED && hold->state == HOLD_NONE)) &&
            w->now >= person->due)
            person->state = WAITING;
    }
    for (int p = 0; p < PEOPLE; p++)
        if ((w->holds[p].state == HOLD_OFFERED || w->holds[p].state == HOLD_PREVIEW) &&
            w->now - w->agents[w->holds[p].agent].last_seen > GONE_S)
            world_fault(w, "an agent who is gone keeps a person without a call");
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
    if (hold->state != HOLD_PREVIEW || w->leases[world_number_of(m->person)].call)
        return ANSWER_REFUSED;
    hold->call = w->next_id++;
    hold->permit_key = m->key;
    (void)backend_apply(w, m->person, HOLD_EV_PERMIT);
    w->people[m->person].unclosed = true;
    w->counts.permits++;
    *ret_call = hold->call;
    return ANSWER_OK;
}

enum answer backend_fenced(struct world *w, const struct message *m, int64_t *ret_call)
{
    struct hold *hold = &w->holds[m->person];
    if (m->kind == CALL_ENDED) {
        if (hold->state == HOLD_CALL && hold->call == m->call)
            (void)backend_apply(w, m->person, HOLD_EV_CALL_ENDED);
        else if (w->leases[world_number_of(m->person)].call == m->call)
            w->leases[world_number_of(m->person)] = (struct lease){0}; /* proved after all */
        return ANSWER_OK;
    }
    if (m->kind == WRAPUP && key_is_done(w, m->key)) {
        w->counts.repeated++;
        return ANSWER_OK;
    }
    if (hold->state == HOLD_NONE || w->people[m->person].fence != m->fence) {
        w->counts.stale_writes++;
        return ANSWER_STALE;
    }
    switch (m->kind) {
    case ACCEPT:
        return backend_apply(w, m->person, HOLD_EV_ACCEPT) ? ANSWER_OK : ANSWER_REFUSED;
    case SKIP:
        return backend_apply(w, m->person, HOLD_EV_SKIP) ? ANSWER_OK : ANSWER_REFUSED;
    case PERMIT:
        return permit(w, m, ret_call);
    case WRAPUP:
        if (!backend_apply(w, m->person, HOLD_EV_WRAPUP))
            return ANSWER_REFUSED;
        w->done_keys[w->n_done++ % DONE_KEYS] = m->key;
        w->counts.wrapups++;
        return ANSWER_OK;
    case END_PREVIEW:
        return backend_apply(w, m->person, HOLD_EV_END_PREVIEW) ? ANSWER_OK : ANSWER_REFUSED;
    case CALL_ENDED:
    case LOGIN:
        break;
    }
    return ANSWER_REFUSED;
}

enum answer backend_log_in(struct world *w, int a, int64_t *ret_epoch)
{
    struct agent *agent = &w->agents[a];
    if (agent->epoch)
        w->counts.double_logins++;
    agent->epoch = w->next_id++;
    agent->last_seen = w->now;
    if (agent->person >= 0)
        (void)backend_apply(w, agent->person, HOLD_EV_LOGIN);
    *ret_epoch = agent->epoch;
    return ANSWER_OK;
}
