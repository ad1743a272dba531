/* SPDX-License-Identifier: Apache-2.0 */
/* A PC of the simulated centre: the real workstation between a line, a journal and a desk. */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/script_tree.h"
#include "tests/core/centre_internal.h"
#include "tests/harness/script_flat.h"

/* --- service, script, answers --- */

static const char *const codes[] = {"no_answer", "closed_with_data"};

static struct service *make_service(void)
{
    struct service *s = calloc(1, sizeof *s);
    s->times = (struct service_times){.offer_s = OFFER_S,
                                      .preview_s = PREVIEW_S,
                                      .ring_limit_s = 45,
                                      .acw_s = ACW_S,
                                      .screen_grace_s = SCREEN_GRACE_S,
                                      .agent_gone_s = GONE_S,
                                      .heartbeat_s = 5};
    for (size_t i = 0; i < 2; i++)
        (void)snprintf(s->codes[i].id, sizeof s->codes[i].id, "%s", codes[i]);
    s->n_codes = 2;
    (void)snprintf(s->skips[0].id, sizeof s->skips[0].id, "known");
    s->n_skips = 1;
    return s;
}

static struct script *make_script(void)
{
    struct script *s = calloc(1, sizeof *s);
    s->id = strdup("short");
    s->url = strdup("urn:test");
    s->version = strdup("1");
    s->title.text = strdup("Test");
    s->items = calloc(1, sizeof *s->items);
    s->n_items = 1;
    s->items[0].link_id = strdup("said");
    s->items[0].type = SCRIPT_STRING;
    s->items[0].text.text = strdup("What was said?");
    s->items[0].parent = SCRIPT_NO_PARENT;
    return s;
}

static char *encode(void *arg, const struct script *s, const struct script_answers *a,
                    bool completed)
{
    (void)arg;
    (void)s;
    const struct script_value *v = script_answer(a, 0);
    char text[WS_ID_MAX];
    (void)snprintf(text, sizeof text, "%s/%s", v && v->text ? v->text : "w0",
                   completed ? "completed" : "in-progress");
    return strdup(text);
}

static enum err_code decode(void *arg, const struct script *s, const char *text,
                            struct script_answers *a, struct err *err)
{
    (void)arg;
    (void)s;
    char words[WS_ID_MAX];
    (void)snprintf(words, sizeof words, "%.*s", (int)strcspn(text, "/"), text);
    const struct script_value v = {.kind = SCRIPT_VALUE_TEXT, .text = words};
    return strcmp(words, "w0") == 0 ? ERR_OK : script_answer_set(a, 0, &v, err);
}

/* --- ports --- */

static struct flight *take_off(struct pc *pc)
{
    for (int i = 0; i < FLIGHT; i++) {
        struct flight *f = &pc->c->flight[i];
        if (f->used)
            continue;
        *f = (struct flight){
            .used = true, .pc = pc->index, .instance = pc->instance, .epoch = pc->epoch};
        return f;
    }
    abort();
}

static void port_ask(void *arg, const struct ws_request *req)
{
    struct flight *f = take_off(arg);
    f->req = *req;
    if (req->offer_id)
        (void)snprintf(f->offer_id, sizeof f->offer_id, "%s", req->offer_id);
}

static void copy_write(struct ws_write *to, const struct ws_write *w)
{
    *to = *w;
    to->note = w->note ? strdup(w->note) : NULL;
    to->response = w->response ? strdup(w->response) : NULL;
}

static void port_send(void *arg, const struct ws_write *w, int64_t fence, unsigned base_version)
{
    struct flight *f = take_off(arg);
    f->is_write = true;
    copy_write(&f->write, w);
    f->fence = fence;
    f->base_version = base_version;
}

static void port_forget(void *arg, uint64_t id)
{
    struct pc *pc = arg;
    for (size_t i = 0; i < pc->n_journal; i++) {
        if (pc->journal[i].id != id)
            continue;
        ws_write_deinit(&pc->journal[i]);
        pc->n_journal--;
        memmove(&pc->journal[i], &pc->journal[i + 1], (pc->n_journal - i) * sizeof pc->journal[0]);
        memmove(&pc->durable[i], &pc->durable[i + 1], (pc->n_journal - i) * sizeof(bool));
        memmove(&pc->told[i], &pc->told[i + 1], (pc->n_journal - i) * sizeof(bool));
        return;
    }
}

static void port_journal(void *arg, const struct ws_write *w)
{
    struct pc *pc = arg;
    port_forget(pc, w->id); /* tried again */
    assert(pc->n_journal < JOURNAL);
    /* What an earlier process left stays on the disk until it is written anew. */
    pc->durable[pc->n_journal] = pc->restoring;
    pc->told[pc->n_journal] = false;
    copy_write(&pc->journal[pc->n_journal++], w);
}

static enum err_code port_phone(void *arg, const struct ws_phone_request *req, struct err *err)
{
    struct pc *pc = arg;
    if (!pc->desk)
        return err_set(err, ERR_UNAVAILABLE, NULL);
    if (req->op == WS_PHONE_ACK || pc->n_phones == PHONES)
        return ERR_OK;
    pc->phones[pc->n_phones].op = req->op;
    pc->phones[pc->n_phones].offer = req->call_id ? centre_id_of(req->call_id) : -1;
    pc->phones[pc->n_phones].until_ms = pc->c->now_ms + req->valid_ms;
    pc->n_phones++;
    return ERR_OK;
}

static void port_keep(void *arg, const struct ws_words *words)
{
    struct pc *pc = arg;
    pc->kept_waits = true;
    pc->kept_completed = words->completed;
    (void)snprintf(pc->kept_response, sizeof pc->kept_response, "%s",
                   words->response ? words->response : "");
    (void)snprintf(pc->kept_note, sizeof pc->kept_note, "%s", words->note ? words->note : "");
}

static void port_session_over(void *arg)
{
    struct pc *pc = arg;
    pc->epoch = 0;
    for (size_t i = 0;
         i < pc->n_journal;) { /* the journal is closed: what was not on disk is not */
        if (pc->durable[i])
            i++;
        else
            port_forget(pc, pc->journal[i].id);
    }
}

static const char *port_translate(void *arg, const char *msgid)
{
    (void)arg;
    return msgid;
}

static void port_changed(void *arg)
{
    (void)arg;
}

static int64_t utc_now(void *arg)
{
    const struct pc *pc = arg;
    return pc->c->utc_s + pc->clock_off_s;
}

static int64_t ms_now(void *arg)
{
    return ((struct pc *)arg)->c->now_ms;
}

static void fill_random(void *arg, void *bytes, size_t len)
{
    struct pc *pc = arg;
    for (size_t i = 0; i < len; i++)
        ((unsigned char *)bytes)[i] = (unsigned char)centre_roll(pc->c, 256);
}

/* --- life and death --- */

bool pc_is_online(const struct pc *pc)
{
    return pc->ws && pc->net && pc->c->up;
}

static struct ws_desk_call desk_call(const struct pc *pc)
{
    struct ws_desk_call call = {.events = pc->events, .n_events = pc->n_events};
    if (pc->call >= 0) {
        centre_id(call.call_id, "call", pc->call);
        (void)snprintf(call.sip_call_id, sizeof call.sip_call_id, "sip-%d", pc->call);
    }
    return call;
}

/* What an earlier process left on the disk is read, oldest first. */
static void restore(struct pc *pc)
{
    struct ws_write left[JOURNAL];
    size_t n = 0;
    for (size_t i = 0; i < pc->n_journal; i++) {
        if (pc->durable[i])
            left[n++] = pc->journal[i];
        else
            ws_write_deinit(&pc->journal[i]);
    }
    pc->n_journal = 0;
    pc->restoring = true;
    workstation_restore_writes(pc->ws, left, n);
    pc->restoring = false;
}

void pc_start(struct pc *pc)
{
    const struct ws_ports ports = {.ask = port_ask,
                                   .send = port_send,
                                   .journal = port_journal,
                                   .forget = port_forget,
                                   .phone = port_phone,
                                   .keep = port_keep,
                                   .session_over = port_session_over,
                                   .encode = encode,
                                   .decode = decode,
                                   .translate = port_translate,
                                   .changed = port_changed,
                                   .arg = pc};
    const struct clock_ops clock = {utc_now, ms_now, pc};
    const struct random_ops random = {fill_random, pc};
    if (pc->ws)
        return;
    pc->instance++;
    pc->ws = workstation_new(&ports, &clock, &random);
    pc->view = workstation_view(pc->ws);
    pc->cmd = workstation_commands(pc->ws);
    pc->n_phones = 0;
    pc->told_ok = pc->push.used = pc->link_cut = false;
    const bool attached = pc->desk && pc->epoch;
    if (!pc->desk) {
        pc->desk = true;
        pc->call = -1;
        pc->n_events = 0;
    }
    const struct ws_desk_call call = desk_call(pc);
    workstation_desk_phone(pc->ws, WS_PHONE_READY, "");
    workstation_desk_up(pc->ws, attached, &call, NULL);
    if (!attached) {
        pc->epoch = 0;
        return;
    }
    const struct ws_kept kept = {
        .work = &pc->kept_work,
        .service = make_service(),
        .script = make_script(),
        .words = {.response = pc->kept_response[0] ? pc->kept_response : NULL,
                  .completed = pc->kept_completed,
                  .note = pc->kept_note[0] ? pc->kept_note : NULL},
    };
    pc->c->counts.resumed++;
    workstation_resume(pc->ws, &kept);
    restore(pc);
}

void pc_kill_screen(struct pc *pc)
{
    if (!pc->ws)
        return;
    pc->c->counts.screens_died++;
    pc->ws = workstation_free(pc->ws);
    pc->n_phones = 0;
    pc->screen_lost_s = pc->c->utc_s;
    for (size_t i = 0; i < pc->n_journal; i++)
        if (!pc->durable[i] && centre_roll(pc->c, 2))
            pc->durable[i] = true; /* it was written; only nobody was told any more */
    if (!pc->desk)
        pc->epoch = 0;
}

void pc_kill_desk(struct pc *pc)
{
    if (!pc->desk)
        return;
    pc->c->counts.desks_died++;
    pc->desk = false;
    pc->call = -1;
    pc->n_events = pc->n_phones = 0;
    pc->call_state = (struct call){0};
    pc->kept_waits = false;
    pc->kept_response[0] = pc->kept_note[0] = '\0';
    if (pc->ws)
        workstation_desk_down(pc->ws, "The telephone program stopped.");
    else
        pc->epoch = 0;
}

/* --- line and journal --- */

static void hear_answer(struct pc *pc, struct flight *f)
{
    struct record record = {.attempts = 1};
    struct err err;
    err_set(&err, f->code, NULL);
    struct ws_answer a = {.id = f->req.id, .kind = f->req.kind, .code = f->code, .err = &err};
    if (f->code == ERR_OK) {
        a.work = &f->work;
        a.permit = &f->permit;
        a.record = &record;
        a.niss_masked = "**.**.**-***.28";
        a.niss = "85.07.30-033.28";
        a.service = f->req.kind == WS_REQ_SERVICE ? make_service() : NULL;
        a.script = f->req.kind == WS_REQ_SCRIPT ? make_script() : NULL;
        if (f->req.kind == WS_REQ_DRAFT && f->version) {
            a.response = f->response;
            a.completed = f->completed;
            a.version = f->version;
        }
        if (f->req.kind == WS_REQ_SIGN_IN)
            pc->epoch = f->new_epoch;
    }
    workstation_answered(pc->ws, &a);
    if (f->code == ERR_OK && f->req.kind == WS_REQ_SIGN_IN) {
        pc->kept_work = f->work;
        restore(pc);
    }
}

void pc_hear(struct pc *pc, struct flight *f)
{
    const int64_t epoch = pc->epoch;
    if (!pc->ws || pc->instance != f->instance)
        return;
    if (f->is_write) {
        struct err err;
        err_set(&err, f->code, NULL);
        const struct ws_write_result r = {
            .code = f->code, .err = &err, .has_version = f->version > 0, .version = f->version};
        if (f->epoch == epoch)
            workstation_sent(pc->ws, f->write.id, &r);
    } else {
        hear_answer(pc, f);
    }
    if (f->code == ERR_UNAUTHENTICATED && f->epoch == pc->epoch && pc->epoch)
        workstation_ended(pc->ws, true);
}

void pc_journal(struct pc *pc, bool ok)
{
    if (pc->kept_waits && pc->ws && pc->desk) {
        pc->kept_waits = false;
        workstation_kept(pc->ws);
    }
    for (size_t i = 0; pc->ws && i < pc->n_journal; i++) {
        if (pc->told[i])
            continue;
        const uint64_t id = pc->journal[i].id;
        pc->told[i] = true;
        pc->durable[i] = pc->durable[i] || ok;
        workstation_journaled(pc->ws, id, pc->durable[i]);
        if (!ok)
            return;
        i = (size_t)-1; /* the journal may have changed */
    }
}

/* The line, as the client of the product sees it. */
void pc_line(struct pc *pc)
{
    if (!pc->ws || pc->told_ok == pc_is_online(pc))
        return;
    pc->told_ok = pc_is_online(pc);
    workstation_backend(pc->ws, pc->told_ok ? WS_BACKEND_OK : WS_BACKEND_AWAY, NULL);
}

/* The event stream: the newest snapshot says it all, and may be a little old when it comes. */
void pc_push(struct pc *pc)
{
    struct centre *c = pc->c;
    if (!pc_is_online(pc) || !pc->epoch) {
        pc->push.used = false;
        return;
    }
    if (pc->epoch != c->agents[pc->agent].epoch) {
        workstation_ended(pc->ws, true);
        return;
    }
    if (!pc->push.used || centre_roll(c, 2)) {
        pc->push.used = true;
        backend_work(c, pc->agent, &pc->push.work);
    }
    if (centre_roll(c, 3) == 0)
        return;
    pc->push.used = false;
    pc->kept_work = pc->push.work;
    workstation_work(pc->ws, &pc->push.work);
}

/* --- the desk --- */

static void event(struct pc *pc, enum call_event kind, enum call_end end)
{
    if (pc->n_events == EVENTS || !call_step(&pc->call_state, kind, end, pc->c->utc_s))
        return;
    struct ws_call_event e = {
        .seq = (unsigned)pc->n_events + 1, .at_utc_s = pc->c->utc_s, .kind = kind, .end = end};
    pc->events[pc->n_events++] = e;
    const struct ws_desk_call call = desk_call(pc);
    if (centre_roll(pc->c, 8) == 0)
        pc->link_cut = true;
    else if (pc->ws)
        workstation_desk_event(pc->ws, call.call_id, call.sip_call_id, &e);
}

static void dial(struct pc *pc, int offer, int64_t until_ms)
{
    struct centre *c = pc->c;
    char id[WS_ID_MAX];
    centre_id(id, "call", offer);
    if (c->now_ms > until_ms || call_is_up(&pc->call_state) || offer < 0) {
        struct err err;
        (void)err_set(&err, ERR_STATE, NULL);
        workstation_phone_done(pc->ws, WS_PHONE_DIAL, id, ERR_STATE, &err);
        return;
    }
    if (c->now_ms - c->offers[offer].permit_first_ms > HOLD_PERMIT_MAX_AGE_S * 1000)
        centre_fault(c, "dialled with a permit that is too old");
    c->counts.dials++;
    pc->call = offer;
    pc->n_events = 0;
    pc->call_state = (struct call){0};
    workstation_phone_done(pc->ws, WS_PHONE_DIAL, id, ERR_OK, NULL);
    event(pc, CALL_EV_DIAL, CALL_END_NONE);
}

static void do_phone(struct pc *pc, enum ws_phone_op op, int offer, int64_t until_ms)
{
    const struct ws_desk_call call = desk_call(pc);
    if (op == WS_PHONE_DIAL)
        dial(pc, offer, until_ms);
    else if (op == WS_PHONE_END && pc->call == offer)
        event(pc, CALL_EV_END, CALL_END_BY_AGENT);
    else if (op == WS_PHONE_CALL)
        workstation_desk_call(pc->ws, &call, NULL);
    else if (op == WS_PHONE_SIGN_IN)
        workstation_phone_done(pc->ws, WS_PHONE_SIGN_IN, "", ERR_OK, NULL);
    else if (op == WS_PHONE_SIGN_OUT && call_is_up(&pc->call_state))
        event(pc, CALL_EV_END, CALL_END_SCREEN_LOST);
}

/* What it was asked, and what the citizen does. */
void pc_desk(struct pc *pc)
{
    struct centre *c = pc->c;
    static const enum call_event events[] = {CALL_EV_RING, CALL_EV_ANSWER, CALL_EV_END};
    if (!pc->desk && pc->ws && centre_roll(c, 3) == 0) { /* the screen starts it again */
        const struct ws_desk_call none = {.n_events = 0};
        pc->desk = true;
        workstation_desk_phone(pc->ws, WS_PHONE_READY, "");
        workstation_desk_up(pc->ws, false, &none, NULL);
    }
    if (pc->desk && pc->ws && pc->link_cut && centre_roll(c, 3) == 0) {
        const struct ws_desk_call call = desk_call(pc);
        pc->link_cut = false;
        pc->n_phones = 0;
        workstation_desk_up(pc->ws, pc->epoch != 0, &call, NULL);
    }
    if (pc->ws && pc->n_phones) {
        const enum ws_phone_op op = pc->phones[0].op;
        const int offer = pc->phones[0].offer;
        const int64_t until_ms = pc->phones[0].until_ms;
        pc->n_phones--;
        memmove(&pc->phones[0], &pc->phones[1], pc->n_phones * sizeof pc->phones[0]);
        do_phone(pc, op, offer, until_ms);
    }
    if (pc->desk && pc->call >= 0 && centre_roll(c, 3) == 0)
        event(pc, events[centre_roll(c, 3)], CALL_END_BY_PERSON);
}

/* Without a screen the desk itself tells the backend, and hangs up in the end. */
void pc_desk_tick(struct pc *pc)
{
    struct centre *c = pc->c;
    if (pc->ws || !pc->desk || pc->call < 0)
        return;
    if (call_is_up(&pc->call_state) && c->utc_s - pc->screen_lost_s >= SCREEN_GRACE_S)
        event(pc, CALL_EV_END, CALL_END_SCREEN_LOST);
    if (!c->up || !pc->net || centre_roll(c, 3))
        return;
    for (size_t i = 0; i < pc->n_events; i++)
        backend_event(c, pc->call, &pc->events[i]);
}

/* --- the agent --- */

static void say(struct pc *pc)
{
    struct centre *c = pc->c;
    char text[WS_ID_MAX];
    if (c->n_words + 1 == WORDS)
        return;
    (void)snprintf(text, sizeof text, "w%llu", (unsigned long long)++c->n_words);
    const struct script_value v = {.kind = SCRIPT_VALUE_TEXT, .text = text};
    c->said_at[c->n_words] = (int8_t)pc->index;
    c->said_of[c->n_words] = centre_id_of(pc->view->offer.offer_id);
    const struct script_answers *a = pc->view->offer.answers;
    const size_t question = a ? script_node_answer(a, script_node_first(a, 0)) : 0;
    (void)pc->cmd.answer(pc->cmd.arg, question, &v, NULL);
}

void pc_act(struct pc *pc)
{
    struct centre *c = pc->c;
    const struct workstation_commands *cmd = &pc->cmd;
    if (!pc->ws)
        return;
    if (pc->view->login == WS_SIGNED_OUT || pc->view->login == WS_TAKEN_OVER) {
        /* The second PC of an agent is seldom used; nobody moves while all come to rest. */
        const bool elsewhere = pc->index == AGENTS || c->pcs[AGENTS].epoch != 0;
        if (pc->view->login == WS_TAKEN_OVER && centre_roll(c, 4))
            return;
        if (pc->view->login == WS_TAKEN_OVER)
            pc_kill_screen(pc); /* closed, and opened again */
        else if (c->settling ? !elsewhere || centre_roll(c, 50) == 0
                             : centre_roll(c, pc->index == AGENTS ? 150 : 3) == 0)
            (void)cmd->sign_in(cmd->arg, "agent", "secret", NULL);
        return;
    }
    if (pc->view->login != WS_SIGNED_IN)
        return;
    if (!pc->view->on_queue && centre_roll(c, 3) == 0)
        (void)cmd->set_on_queue(cmd->arg, true, NULL);
    switch (pc->view->offer.state) {
    case HOLD_NONE:
        break;
    case HOLD_OFFERED:
        if (centre_roll(c, 12))
            (void)cmd->accept(cmd->arg, NULL);
        else
            (void)(cmd->skip)(cmd->arg, "known", NULL);
        break;
    case HOLD_PREVIEW:
        if (centre_roll(c, 15))
            (void)cmd->dial(cmd->arg, 0, NULL);
        else
            (void)(cmd->skip)(cmd->arg, "known", NULL);
        break;
    case HOLD_CALL:
        if (centre_roll(c, 3))
            say(pc);
        else if (centre_roll(c, 4) == 0)
            (void)cmd->end_call(cmd->arg, NULL);
        break;
    case HOLD_ACW:
    case HOLD_OVERDUE:
        if (centre_roll(c, 4) == 0)
            say(pc);
        else if (centre_roll(c, 6) == 0)
            (void)cmd->submit(cmd->arg, NULL);
        else if (centre_roll(c, 2))
            (void)cmd->wrapup(cmd->arg, codes[centre_roll(c, 2)], "said", 0, NULL);
        break;
    case HOLD_DONE:
        if (!c->settling && centre_roll(c, 3) == 0) /* refused until the code is there */
            (void)cmd->call_party(cmd->arg, &(struct party){.number = "+32470000109"}, NULL);
        else if (c->settling || centre_roll(c, 2))
            (void)cmd->end_preview(cmd->arg, NULL);
        break;
    }
}

/* What the screen says is safe is promised. */
void pc_note_promises(struct pc *pc)
{
    struct centre *c = pc->c;
    if (!pc->ws || pc->view->login != WS_SIGNED_IN || pc->view->offer.state < HOLD_CALL)
        return;
    const struct ws_offer *o = &pc->view->offer;
    const int offer = centre_id_of(o->offer_id);
    if (offer < 0 || offer >= c->n_offers)
        return;
    const struct script_value *v = o->answers ? script_answer(o->answers, 0) : NULL;
    if (v && v->text && (o->saved == WS_SAVED_JOURNAL || o->saved == WS_SAVED_BACKEND)) {
        const uint64_t words = strtoull(v->text + 1, NULL, 10);
        c->counts.promises_of_words += pc->words[offer] != words;
        pc->words[offer] = words;
    }
    /* Another code, chosen before the first one was sent, takes its place. */
    if (pc->codes[offer] && o->chosen_code[0] && strcmp(pc->codes[offer], o->chosen_code) != 0)
        pc->codes[offer] = NULL;
    if (o->chosen_code[0] && (!o->wrapup_pending || o->wrapup_kept))
        for (size_t i = 0; i < 2; i++)
            if (strcmp(codes[i], o->chosen_code) == 0) {
                c->counts.promises_of_codes += pc->codes[offer] == NULL;
                pc->codes[offer] = codes[i];
            }
}
