/* SPDX-License-Identifier: Apache-2.0 */
/* The network of the simulation: what is asked may arrive late, twice or never. */

#include "tests/core/hold_world_internal.h"

void net_post(struct world *w, const struct message *m)
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

void net_ask(struct world *w, int i, enum kind kind, const struct entry *e)
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
    net_post(w, &m);
}

static void serve(struct world *w, const struct message *m)
{
    if (!w->backend || !w->pcs[m->pc].net)
        return;
    struct message reply = *m;
    reply.is_reply = true;
    const int a = w->pcs[m->pc].agent;
    if (m->kind == LOGIN)
        reply.answer = backend_log_in(w, a, &reply.epoch);
    else if (!m->by_call_token && m->epoch != w->agents[a].epoch)
        reply.answer = ANSWER_SESSION;
    else
        reply.answer = backend_fenced(w, m, &reply.call);
    net_post(w, &reply);
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
            pc_lock_out(pc);
        return;
    }
    if (m->kind == PERMIT)
        pc_permit_answered(w, pc, m);
    else if (m->kind == CALL_ENDED || m->kind == WRAPUP)
        pc_outbox_answered(w, pc, m);
}

void net_deliver_one(struct world *w)
{
    const int first = (int)world_roll(w, MESSAGES);
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
