/* SPDX-License-Identifier: Apache-2.0 */
/* The PCs of the simulation: they follow the rules that screen and desk follow in the product. No
 * dial without a fresh permit, one outbox in order, and what a desk knows survives its screen. */

#include <string.h>

#include "tests/core/hold_world_internal.h"

void pc_outbox_add(struct world *w, struct pc *pc, enum kind kind, int person, int64_t call)
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

void pc_lock_out(struct pc *pc)
{
    pc->call.live = false; /* a screen that was taken over ends its call */
    pc->epoch = 0;
    pc->permit_key = 0;
    pc->view.state = HOLD_NONE;
    pc->n_outbox = 0; /* kept as late drafts at the backend in the product */
}

void pc_permit_answered(struct world *w, struct pc *pc, const struct message *m)
{
    if (pc->permit_key != m->key)
        return;
    pc->permit_key = 0;
    if (m->answer != ANSWER_OK)
        return;
    pc->view.call = m->call;
    if (w->now - pc->permit_asked_at > HOLD_PERMIT_MAX_AGE_S || !pc->desk || pc->call.live) {
        w->counts.permits_too_old++;
        pc_outbox_add(w, pc, CALL_ENDED, m->person, m->call);
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
    /* The quarantine of its number runs since the hold was overridden, not since it is dialled. */
    const struct lease *lease = &w->leases[world_number_of(m->person)];
    pc->call.overridden_at =
        lease->call == m->call && lease->until ? lease->until - HOLD_PHONE_QUARANTINE_S : w->now;
    w->counts.dials++;
}

void pc_outbox_answered(struct world *w, struct pc *pc, const struct message *m)
{
    if (pc->n_outbox == 0 || pc->outbox[0].key != m->key)
        return;
    if (m->answer == ANSWER_STALE || m->answer == ANSWER_REFUSED)
        w->counts.late_answers++;
    pc->n_outbox--;
    memmove(pc->outbox, pc->outbox + 1, (size_t)pc->n_outbox * sizeof pc->outbox[0]);
}

bool pc_online(const struct world *w, const struct pc *pc)
{
    return w->backend && pc->net && pc->screen;
}

void pc_refresh(struct world *w, struct pc *pc)
{
    if (!pc_online(w, pc) || !pc->epoch)
        return;
    const struct agent *agent = &w->agents[pc->agent];
    if (agent->epoch != pc->epoch) {
        pc_lock_out(pc);
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
        net_ask(w, i, world_roll(w, 8) ? ACCEPT : SKIP, &e);
        break;
    case HOLD_PREVIEW:
        if (pc->permit_key && w->now - pc->permit_asked_at > HOLD_PERMIT_MAX_AGE_S)
            pc->permit_key = 0;
        if (!pc->permit_key && world_roll(w, 12) == 0) {
            net_ask(w, i, SKIP, &e);
        } else {
            if (!pc->permit_key) {
                pc->permit_key = e.key;
                pc->permit_asked_at = w->now;
            }
            struct entry again = e;
            again.key = pc->permit_key;
            net_ask(w, i, PERMIT, &again);
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
        pc_outbox_add(w, pc, CALL_ENDED, pc->view.person, pc->view.call);
        break;
    case HOLD_ACW:
    case HOLD_OVERDUE:
        pc_outbox_add(w, pc, WRAPUP, pc->view.person, pc->view.call);
        break;
    case HOLD_DONE:
        net_ask(w, i, END_PREVIEW, &e);
        break;
    case HOLD_NONE:
        if (pc_online(w, pc) && w->agents[pc->agent].epoch == pc->epoch)
            w->agents[pc->agent].on_queue = true;
        break;
    }
}

static bool is_at_work_elsewhere(const struct world *w, int i)
{
    for (int k = 0; k < PCS; k++)
        if (k != i && w->pcs[k].agent == w->pcs[i].agent && w->pcs[k].epoch &&
            w->pcs[k].epoch == w->agents[w->pcs[i].agent].epoch)
            return true;
    return false;
}

void pc_act(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    if (!pc->screen)
        return;
    if (!pc->desk) {
        pc->desk = true; /* the screen starts it again */
        pc->screen_lost_at = 0;
    }
    if (!pc->epoch) {
        if (w->settling && is_at_work_elsewhere(w, i))
            return;
        /* Only the PC at which the agent sits logs in; the other one seldom. */
        if (world_roll(w, i < AGENTS ? 4 : 200) == 0)
            net_ask(w, i, LOGIN, NULL);
        return;
    }
    if (pc->n_outbox && world_roll(w, 2)) {
        net_ask(w, i, pc->outbox[0].kind, &pc->outbox[0]);
        return;
    }
    if (world_roll(w, 2))
        pc_refresh(w, pc);
    else
        pc_act_on_view(w, i);
}

void pc_hang_up(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    if (!pc->call.live)
        return;
    pc->call.live = false;
    if (!pc->screen || !pc->epoch)
        return;
    pc_outbox_add(w, pc, CALL_ENDED, pc->call.person, pc->call.id);
    if (world_roll(w, 2) && pc->view.call == pc->call.id)
        pc_outbox_add(w, pc, WRAPUP, pc->call.person,
                      pc->call.id); /* closed while the backend may be away */
}

void pc_desk_tick(struct world *w, int i)
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
    if (pc->call.id && !pc->call.live && !pc->call.reported && world_roll(w, 4) == 0) {
        const struct message m = {.pc = i,
                                  .by_call_token = true,
                                  .kind = CALL_ENDED,
                                  .person = pc->call.person,
                                  .call = pc->call.id};
        net_post(w, &m);
    }
}

void pc_kill_screen(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    pc->screen = false;
    pc->permit_key = 0;
    pc->view.state = HOLD_NONE;
    w->counts.screen_deaths++;
    if (!pc->desk)
        pc->epoch = 0;
}

void pc_start_screen(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    if (pc->screen)
        return;
    pc->screen = true;
    pc->instance++;
    if (pc->call.live && pc->epoch)
        w->counts.resumed_calls++;
    pc_refresh(w, pc);
}

void pc_kill_desk(struct world *w, int i)
{
    struct pc *pc = &w->pcs[i];
    pc->desk = false;
    pc->call.live = false; /* baresip sees its parent die and says BYE */
    w->counts.desk_deaths++;
    if (!pc->screen)
        pc->epoch = 0;
    else if (pc->epoch && pc->call.id && pc->view.state == HOLD_CALL)
        pc_outbox_add(w, pc, CALL_ENDED, pc->call.person, pc->call.id);
    memset(&pc->call, 0, sizeof pc->call);
}
