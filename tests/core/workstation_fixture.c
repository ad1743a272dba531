/* SPDX-License-Identifier: Apache-2.0 */
/* The workstation between fakes (see the header). */

#include "workstation_fixture.h"
#include "core/script_tree.h"
#include "tests/harness/script_flat.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OFFER_S 20
#define PREVIEW_S 30
#define ACW_S 60

/* --- what it is given --- */

static struct service *make_service(void)
{
    struct service *s = calloc(1, sizeof *s);
    (void)snprintf(s->id, sizeof s->id, "%s", "tracing");
    s->version = 1;
    s->times = (struct service_times){.offer_s = OFFER_S,
                                      .preview_s = PREVIEW_S,
                                      .ring_limit_s = 45,
                                      .acw_s = ACW_S,
                                      .screen_grace_s = 60,
                                      .agent_gone_s = 30,
                                      .heartbeat_s = 5};
    (void)snprintf(s->codes[0].id, sizeof s->codes[0].id, "%s", "no_answer");
    (void)snprintf(s->codes[1].id, sizeof s->codes[1].id, "%s", "closed_with_data");
    (void)snprintf(s->codes[2].id, sizeof s->codes[2].id, "%s", "rescheduled");
    s->codes[2].needs_callback = true;
    s->n_codes = 3;
    s->proposals[0] = (struct service_proposal){.end = CALL_END_NO_ANSWER, .code = 0};
    s->proposals[1] = (struct service_proposal){
        .end = CALL_END_BY_PERSON, .script_complete = SERVICE_IF_SO, .code = 1};
    s->n_proposals = 2;
    (void)snprintf(s->skips[0].id, sizeof s->skips[0].id, "%s", "known");
    s->n_skips = 1;
    return s;
}

static char *copy(const char *text)
{
    char *s = malloc(strlen(text) + 1);
    return memcpy(s, text, strlen(text) + 1);
}

static struct script *make_script(const struct fixture *fx)
{
    struct script *s = calloc(1, sizeof *s);
    s->id = copy("short");
    s->url = copy("urn:test");
    s->version = copy(fx->newest ? fx->newest : "1");
    s->title.text = copy("Test");
    s->items = calloc(1, sizeof *s->items);
    s->n_items = 1;
    s->items[0].link_id = copy("well");
    s->items[0].type = SCRIPT_BOOLEAN;
    s->items[0].text.text = copy("Do you feel well?");
    s->items[0].required = true;
    s->items[0].parent = SCRIPT_NO_PARENT;
    s->items[0].repeats = fx->repeats;
    if (fx->well_at_first) {
        s->items[0].initials = calloc(1, sizeof *s->items[0].initials);
        s->items[0].n_initials = 1;
        s->items[0].initials[0] =
            (struct script_value){.kind = SCRIPT_VALUE_BOOLEAN, .boolean = true};
    }
    return s;
}

static char *encode(void *arg, const struct script *s, const struct script_answers *a,
                    bool completed)
{
    (void)arg;
    (void)s;
    const struct script_value *v = script_answer(a, 0);
    char text[64];
    snprintf(text, sizeof text, "%s/%s", v ? v->boolean ? "yes" : "no" : "none",
             completed ? "completed" : "in-progress");
    return copy(text);
}

static enum err_code decode(void *arg, const struct script *s, const char *text,
                            struct script_answers *a, struct err *err)
{
    (void)arg;
    (void)s;
    struct script_value v = {.kind = SCRIPT_VALUE_BOOLEAN, .boolean = text[0] == 'y'};
    return strncmp(text, "none", 4) == 0 ? ERR_OK : script_answer_set(a, 0, &v, err);
}

/* --- ports --- */

static int64_t first_asked(const struct fixture *fx, const char *key)
{
    for (size_t i = 0; i < fx->n_keys; i++)
        if (strcmp(fx->keys[i], key) == 0)
            return fx->key_first_ms[i];
    return -1;
}

static void note_key(struct fixture *fx, const char *key)
{
    if (first_asked(fx, key) >= 0 || fx->n_keys == FX_MANY)
        return;
    fx->key_first_ms[fx->n_keys] = fx->now_ms;
    (void)snprintf(fx->keys[fx->n_keys++], sizeof fx->keys[fx->n_keys++], "%s", key);
}

static void port_ask(void *arg, const struct ws_request *req)
{
    struct fixture *fx = arg;
    assert(fx->n_asks < FX_MANY);
    struct fx_ask *a = &fx->asks[fx->n_asks++];
    *a = (struct fx_ask){.req = *req};
    if (req->offer_id)
        snprintf(a->offer_id, sizeof a->offer_id, "%s", req->offer_id);
    if (req->reason || req->script_id)
        snprintf(a->text, sizeof a->text, "%s", req->reason ? req->reason : req->script_id);
    if (req->typed)
        snprintf(a->text, sizeof a->text, "%s", req->typed);
    if (req->target)
        a->target = *req->target;
    fx->asked[req->kind]++;
    if (req->kind == WS_REQ_PERMIT)
        note_key(fx, req->key);
}

static void copy_write(struct fx_write *to, const struct ws_write *w)
{
    to->write = *w;
    to->write.note = w->note ? copy(w->note) : NULL;
    to->write.response = w->response ? copy(w->response) : NULL;
}

static void port_send(void *arg, const struct ws_write *w, int64_t fence, unsigned base_version)
{
    struct fixture *fx = arg;
    assert(fx->n_sends < FX_MANY);
    struct fx_write *s = &fx->sends[fx->n_sends++];
    copy_write(s, w);
    s->fence = fence;
    s->base_version = base_version;
}

static void port_journal(void *arg, const struct ws_write *w)
{
    struct fixture *fx = arg;
    assert(fx->n_journal < FX_MANY && fx->n_unsettled < FX_MANY);
    fx->durable[fx->n_journal] = false;
    copy_write(&fx->journal[fx->n_journal++], w);
    fx->unsettled[fx->n_unsettled++] = w->id;
}

static void port_forget(void *arg, uint64_t id)
{
    struct fixture *fx = arg;
    for (size_t i = 0; i < fx->n_journal; i++) {
        if (fx->journal[i].write.id != id)
            continue;
        ws_write_deinit(&fx->journal[i].write);
        fx->n_journal--;
        memmove(&fx->journal[i], &fx->journal[i + 1], (fx->n_journal - i) * sizeof fx->journal[0]);
        memmove(&fx->durable[i], &fx->durable[i + 1], (fx->n_journal - i) * sizeof(bool));
        return;
    }
}

/* A dial is right when the backend gave this permit, it was asked for less than a minute ago, and
 * the desk is told what is left of the minute. */
static bool dial_is_right(struct fixture *fx, const struct ws_phone_request *req)
{
    for (size_t i = 0; i < fx->n_offers; i++) {
        const struct fx_offer *o = &fx->offers[i];
        if (strcmp(o->call_id, req->call_id) == 0)
            return req->valid_ms > 0 &&
                   req->valid_ms == first_asked(fx, o->permit_key) + 60000 - fx->now_ms;
    }
    return false;
}

static enum err_code port_phone(void *arg, const struct ws_phone_request *req, struct err *err)
{
    struct fixture *fx = arg;
    if (fx->desk_gone)
        return err_set(err, ERR_UNAVAILABLE, NULL);
    if (req->op == WS_PHONE_DIAL) {
        fx->dials++;
        if (!dial_is_right(fx, req))
            fx->bad_dials++;
    }
    if (req->op == WS_PHONE_ACK) {
        if (strcmp(req->call_id, fx->desk_call) == 0 && req->seq > fx->desk_acked)
            fx->desk_acked = req->seq;
        fx->acked = req->seq;
        return ERR_OK;
    }
    if (fx->n_phones == FX_MANY)
        fx->n_phones = 0; /* nobody looks that far back */
    struct fx_phone *p = &fx->phones[fx->n_phones++];
    *p = (struct fx_phone){.op = req->op, .on = req->on, .seq = req->seq};
    if (req->call_id)
        snprintf(p->call_id, sizeof p->call_id, "%s", req->call_id);
    if (req->consult_id || req->op == WS_PHONE_CONSULT)
        snprintf(p->consult_id, sizeof p->consult_id, "%s",
                 req->consult_id ? req->consult_id : req->permit->call_id);
    if (req->op == WS_PHONE_TRANSFER)
        snprintf(p->consult_id, sizeof p->consult_id, "%.60s", req->permit->uri);
    return ERR_OK;
}

static void port_keep(void *arg, const struct ws_words *words)
{
    struct fixture *fx = arg;
    fx->keeps++;
    fx->kept_waits = true;
    fx->kept_completed = words->completed;
    snprintf(fx->kept_response, sizeof fx->kept_response, "%s",
             words->response ? words->response : "");
    snprintf(fx->kept_note, sizeof fx->kept_note, "%s", words->note ? words->note : "");
}

static void port_session_over(void *arg)
{
    ((struct fixture *)arg)->sessions_over++;
}

static bool port_is_newer(void *arg, const char *response, const char *than)
{
    const struct fixture *fx = arg;
    return fx->no_is_newer && strncmp(response, "no/", 3) == 0 && strncmp(than, "yes", 3) == 0;
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
    const struct fixture *fx = arg;
    return fx->utc_s + fx->pc_ahead_s;
}

static int64_t ms_now(void *arg)
{
    return ((struct fixture *)arg)->now_ms;
}

static void fill_random(void *arg, void *bytes, size_t len)
{
    struct fixture *fx = arg;
    for (size_t i = 0; i < len; i++) {
        fx->random = fx->random * 6364136223846793005u + 1442695040888963407u;
        ((unsigned char *)bytes)[i] = (unsigned char)(fx->random >> 56);
    }
}

static void make_ws(struct fixture *fx)
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
                                   .is_newer = port_is_newer,
                                   .translate = port_translate,
                                   .changed = port_changed,
                                   .arg = fx};
    const struct clock_ops clock = {utc_now, ms_now, fx};
    const struct random_ops random = {fill_random, fx};
    fx->ws = workstation_new(&ports, &clock, &random);
    fx->view = workstation_view(fx->ws);
    fx->cmd = workstation_commands(fx->ws);
}

struct fixture *fx_new(void)
{
    struct fixture *fx = calloc(1, sizeof *fx);
    fx->now_ms = 1000000;
    fx->utc_s = 1800000000;
    fx->random = 42;
    fx->up = true;
    make_ws(fx);
    return fx;
}

static void drop_writes(struct fx_write *writes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ws_write_deinit(&writes[i].write);
}

void fx_free(struct fixture *fx)
{
    workstation_free(fx->ws);
    drop_writes(fx->sends, fx->n_sends);
    drop_writes(fx->journal, fx->n_journal);
    free(fx);
}

/* --- time --- */

void fx_pass(struct fixture *fx, int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++) {
        fx->now_ms += 1000;
        fx->utc_s++;
        struct fx_offer *o = fx_held(fx);
        struct hold_change change;
        if (fx->up && o && o->deadline && fx->utc_s > o->deadline && o->state != HOLD_PREVIEW &&
            hold_step(o->state, HOLD_EV_DEADLINE, &change)) {
            o->state = change.state;
            o->deadline = 0;
            fx_push(fx);
        }
        workstation_tick(fx->ws);
    }
}

/* --- the journal --- */

void fx_kept(struct fixture *fx)
{
    if (!fx->kept_waits)
        return;
    fx->kept_waits = false;
    workstation_kept(fx->ws);
}

void fx_settle_journal(struct fixture *fx, bool ok)
{
    fx_kept(fx);
    while (fx->n_unsettled) {
        uint64_t id = fx->unsettled[0];
        memmove(fx->unsettled, fx->unsettled + 1, --fx->n_unsettled * sizeof id);
        for (size_t i = 0; i < fx->n_journal; i++)
            if (fx->journal[i].write.id == id)
                fx->durable[i] = ok;
        workstation_journaled(fx->ws, id, ok);
    }
}

/* --- the backend --- */

struct fx_offer *fx_held(struct fixture *fx)
{
    struct fx_offer *o = fx->n_offers ? &fx->offers[fx->n_offers - 1] : NULL;
    return o && o->state != HOLD_NONE ? o : NULL;
}

static struct fx_offer *offer_by_id(struct fixture *fx, const char *id)
{
    for (size_t i = 0; i < fx->n_offers; i++)
        if (strcmp(fx->offers[i].offer_id, id) == 0)
            return &fx->offers[i];
    return NULL;
}

void fx_make_work(const struct fixture *fx, struct ws_work *ret)
{
    *ret = (struct ws_work){.server_utc_s = fx->utc_s,
                            .status = AGENT_AVAILABLE,
                            .on_queue = fx->on_queue,
                            .on_queue_since_utc_s = fx->on_queue ? fx->utc_s : 0};
    (void)snprintf(ret->agent_id, sizeof ret->agent_id, "%s", "agent-1");
    (void)snprintf(ret->agent_login, sizeof ret->agent_login, "%s", FX_LOGIN);
    (void)snprintf(ret->agent_name, sizeof ret->agent_name, "%s", "An Janssens");
    (void)snprintf(ret->service_id, sizeof ret->service_id, "%s", "tracing");
    (void)snprintf(ret->service_version, sizeof ret->service_version, "%s", "1");
    (void)snprintf(ret->service_name, sizeof ret->service_name, "%s", "Tracing");
    const struct fx_offer *o = fx->n_offers ? &fx->offers[fx->n_offers - 1] : NULL;
    if (!o || o->state == HOLD_NONE)
        return;
    struct ws_work_offer *w = &ret->offer;
    (void)snprintf(w->offer_id, sizeof w->offer_id, "%s", o->offer_id);
    w->fence = o->fence;
    w->state = o->state;
    w->state_since_utc_s = fx->utc_s;
    w->deadline_utc_s = o->deadline;
    (void)snprintf(w->queue, sizeof w->queue, "%s", "WAL_French");
    (void)snprintf(w->language, sizeof w->language, "%s", "fr");
    (void)snprintf(w->script_id, sizeof w->script_id, "%s", "short");
    (void)snprintf(w->script_version, sizeof w->script_version, "%s", fx->newest ? fx->newest : "");
    w->has_person = o->state >= HOLD_PREVIEW;
    if (w->has_person) {
        (void)snprintf(w->person.given_name, sizeof w->person.given_name, "%s", "Marie");
        (void)snprintf(w->person.family_name, sizeof w->person.family_name, "%s", "Peeters");
        (void)snprintf(w->person.phones[0], sizeof w->person.phones[0], "%s", "+32470000101");
        (void)snprintf(w->person.phones[1], sizeof w->person.phones[1], "%s", "+32470000102");
        w->person.n_phones = 2;
    }
    w->has_call = o->call_id[0] != '\0';
    if (w->has_call) {
        (void)snprintf(w->call.call_id, sizeof w->call.call_id, "%s", o->call_id);
        (void)snprintf(w->call.phone, sizeof w->call.phone, "%s", "+32470000101");
        w->call.permitted_utc_s = fx->utc_s;
        w->call.rang_utc_s = o->call.rang_utc_s;
        w->call.answered_utc_s = o->call.answered_utc_s;
        w->call.ended_utc_s = o->call.ended_utc_s;
        w->call.end = o->call.end;
        w->call.last_seq = o->last_seq;
    }
    w->has_consult = o->consult_id[0] != '\0';
    if (w->has_consult) {
        (void)snprintf(w->consult.call_id, sizeof w->consult.call_id, "%s", o->consult_id);
        w->consult.permitted_utc_s = fx->utc_s;
        w->consult.rang_utc_s = o->consult.rang_utc_s;
        w->consult.answered_utc_s = o->consult.answered_utc_s;
        w->consult.ended_utc_s = o->consult.ended_utc_s;
        w->consult.end = o->consult.end;
        w->consult.last_seq = o->consult_seq;
        w->consult_target = o->consult_target;
    }
    (void)snprintf(w->code, sizeof w->code, "%s", o->code);
}

void fx_push(struct fixture *fx)
{
    if (fx->up)
        fx_make_work(fx, &fx->kept_work);
    if (fx->up)
        workstation_work(fx->ws, &fx->kept_work);
}

void fx_backend(struct fixture *fx, bool up)
{
    fx->up = up;
    workstation_backend(fx->ws, up ? WS_BACKEND_OK : WS_BACKEND_AWAY, NULL);
    if (up)
        fx_push(fx);
}

void fx_offer(struct fixture *fx)
{
    assert(fx->n_offers < 64 && !fx_held(fx));
    struct fx_offer *o = &fx->offers[fx->n_offers++];
    *o = (struct fx_offer){
        .state = HOLD_OFFERED, .fence = (int64_t)fx->n_offers, .deadline = fx->utc_s + OFFER_S};
    snprintf(o->offer_id, sizeof o->offer_id, "offer-%zu", fx->n_offers);
    fx_push(fx);
}

void fx_release(struct fixture *fx)
{
    struct fx_offer *o = fx_held(fx);
    if (!o)
        return;
    o->released = true;
    o->state = HOLD_NONE;
    o->fence++;
    fx_push(fx);
}

static enum err_code step(struct fx_offer *o, int64_t fence, enum hold_event event, int64_t now)
{
    struct hold_change change;
    if (!o)
        return ERR_NOT_FOUND;
    if (o->fence != fence)
        return ERR_STALE;
    if (!hold_step(o->state, event, &change))
        return ERR_STATE;
    o->state = change.state;
    if (change.deadline != HOLD_KEEP_DEADLINE)
        o->deadline = change.deadline == HOLD_PREVIEW_S ? now + PREVIEW_S
                      : change.deadline == HOLD_ACW_S   ? now + ACW_S
                                                        : 0;
    return ERR_OK;
}

/* This one ends, and the next begins in its preview. */
static enum err_code another(struct fixture *fx, struct fx_offer *o, int64_t fence)
{
    enum err_code code = o && o->state == HOLD_DONE && !fx->refuses_another
                             ? step(o, fence, HOLD_EV_END_PREVIEW, fx->utc_s)
                             : ERR_STATE;
    if (code != ERR_OK)
        return code;
    assert(fx->n_offers < 64);
    o = &fx->offers[fx->n_offers++];
    *o = (struct fx_offer){.state = HOLD_NONE, .fence = (int64_t)fx->n_offers};
    snprintf(o->offer_id, sizeof o->offer_id, "offer-%zu", fx->n_offers);
    return step(o, o->fence, HOLD_EV_ANOTHER, fx->utc_s);
}

/* The backend's part of one request. */
static enum err_code carry_out(struct fixture *fx, const struct fx_ask *a, struct ws_permit *permit)
{
    struct fx_offer *o = offer_by_id(fx, a->offer_id);
    switch (a->req.kind) {
    case WS_REQ_SET_ON_QUEUE:
        fx->on_queue = a->req.on_queue;
        return ERR_OK;
    case WS_REQ_ACCEPT:
        return step(o, a->req.fence, HOLD_EV_ACCEPT, fx->utc_s);
    case WS_REQ_SKIP:
        return step(o, a->req.fence, HOLD_EV_SKIP, fx->utc_s);
    case WS_REQ_PERMIT: {
        bool again = o && strcmp(o->permit_key, a->req.key) == 0;
        enum err_code code = again ? ERR_OK : step(o, a->req.fence, HOLD_EV_PERMIT, fx->utc_s);
        if (code != ERR_OK)
            return code;
        (void)snprintf(o->permit_key, sizeof o->permit_key, "%s", a->req.key);
        snprintf(o->call_id, sizeof o->call_id, "call-%.58s", o->offer_id);
        if (fx->before && !o->version) {
            (void)snprintf(o->response, sizeof o->response, "%s", fx->before);
            o->version = 1;
        }
        *permit = (struct ws_permit){.ring_limit_s = 45, .has_answers = o->version != 0};
        (void)snprintf(permit->call_id, sizeof permit->call_id, "%s", o->call_id);
        (void)snprintf(permit->call_token, sizeof permit->call_token, "%s", "token");
        (void)snprintf(permit->number, sizeof permit->number, "%s", "+32470000101");
        (void)snprintf(permit->uri, sizeof permit->uri, "%s", "sip:x@127.0.0.1");
        return ERR_OK;
    }
    case WS_REQ_ANOTHER:
        return another(fx, o, a->req.fence);
    case WS_REQ_CONTACTS:
        return o && o->fence == a->req.fence && o->state == HOLD_DONE ? ERR_OK : ERR_STATE;
    case WS_REQ_CONSULT:
    case WS_REQ_TRANSFER:
        if (fx->target_code != ERR_OK || !o || o->fence != a->req.fence || o->state != HOLD_CALL)
            return fx->target_code != ERR_OK ? fx->target_code : ERR_STATE;
        *permit = (struct ws_permit){.ring_limit_s = 45};
        (void)snprintf(permit->call_id, sizeof permit->call_id, "%s", o->call_id);
        (void)snprintf(permit->uri, sizeof permit->uri, "sip:%s@127.0.0.1", a->target.value);
        if (a->req.kind == WS_REQ_CONSULT) {
            snprintf(o->consult_id, sizeof o->consult_id, "expert-%.40s-%u", o->offer_id,
                     ++o->n_consults);
            (void)snprintf(permit->call_id, sizeof permit->call_id, "%s", o->consult_id);
            o->consult_target = a->target;
            o->consult = (struct call){0};
            o->consult_seq = 0;
        }
        return ERR_OK;
    case WS_REQ_RECORD:
    case WS_REQ_REVEAL:
        return o && o->fence == a->req.fence && hold_shows_record(o->state) ? ERR_OK : ERR_STATE;
    case WS_REQ_SIGN_IN:
    case WS_REQ_SIGN_OUT:
    case WS_REQ_SET_STATUS:
    case WS_REQ_DRAFT:
    case WS_REQ_SERVICE:
    case WS_REQ_SCRIPT:
    case WS_REQ_INTERACTIONS:
    case WS_REQ_CALLBACKS:
    case WS_REQ_ALARMS:
    case WS_REQ_SEE_ALARM:
    case WS_REQ_CLOSE_ALARM:
    case WS_REQ_INCIDENTS:
    case WS_REQ_RELEASE:
    case WS_REQ_DIRECTORY:
        return ERR_OK;
    }
    return ERR_INTERNAL;
}

static void answer(struct fixture *fx, const struct fx_ask *a, bool deaf)
{
    struct ws_permit permit;
    struct record record = {.attempts = 1};
    struct ws_work work;
    struct ws_directory found = {.n_users = 1, .all_users = 1};
    struct err err = {0};
    snprintf(found.users[0].login, sizeof found.users[0].login, "found-%.50s", a->text);
    enum err_code code = fx->up ? carry_out(fx, a, &permit) : ERR_UNAVAILABLE;
    if (deaf)
        code = ERR_UNAVAILABLE;
    err_set(&err, code, NULL);
    fx_make_work(fx, &work);
    struct ws_answer w = {.id = a->req.id, .kind = a->req.kind, .code = code, .err = &err};
    if (code == ERR_OK) {
        const struct fx_offer *o = offer_by_id(fx, a->offer_id);
        w.work = &work;
        w.permit = &permit;
        w.directory = &found;
        w.record = &record;
        w.niss_masked = "**.**.**-***.28";
        w.niss = "85.07.30-033.28";
        w.service = a->req.kind == WS_REQ_SERVICE ? make_service() : NULL;
        w.script = a->req.kind == WS_REQ_SCRIPT ? make_script(fx) : NULL;
        w.contacts = fx->contacts;
        w.n_contacts = a->req.kind == WS_REQ_CONTACTS ? fx->n_contacts : 0;
        if (a->req.kind == WS_REQ_DRAFT && o && o->version) {
            w.response = o->response;
            w.completed = o->completed;
            w.version = o->version;
        }
    }
    workstation_answered(fx->ws, &w);
    if (w.kind == WS_REQ_SIGN_IN && w.code == ERR_OK) {
        workstation_restore_writes(fx->ws, fx->left, fx->n_left);
        fx->n_left = 0;
    }
}

static enum err_code take_event(struct fixture *fx, const struct ws_write *w)
{
    for (size_t i = 0; i < fx->n_offers; i++) {
        struct fx_offer *o = &fx->offers[i];
        if (o->consult_id[0] && strcmp(o->consult_id, w->call_id) == 0) {
            if (w->event.seq == o->consult_seq + 1) {
                o->consult_seq++;
                (void)call_step(&o->consult, w->event.kind, w->event.end, w->event.at_utc_s);
            }
            return ERR_OK;
        }
        if (strcmp(o->call_id, w->call_id) != 0)
            continue;
        if (w->event.seq == o->last_seq + 1) {
            o->last_seq++;
            (void)call_step(&o->call, w->event.kind, w->event.end, w->event.at_utc_s);
        } else if (w->event.seq <= o->last_seq) {
            return ERR_OK;
        } else if (w->event.kind == CALL_EV_END) {
            (void)call_step(&o->call, CALL_EV_END, w->event.end, w->event.at_utc_s);
        }
        if (o->call.state == CALL_ENDED && o->state == HOLD_CALL)
            (void)step(o, o->fence, HOLD_EV_CALL_ENDED, fx->utc_s);
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

enum err_code fx_post_event(struct fixture *fx, const char *call_id, const struct ws_call_event *e)
{
    struct ws_write w = {.kind = WS_WRITE_CALL_EVENT, .event = *e};
    (void)snprintf(w.call_id, sizeof w.call_id, "%s", call_id);
    return fx->up ? take_event(fx, &w) : ERR_UNAVAILABLE;
}

static enum err_code take_write(struct fixture *fx, const struct fx_write *s, unsigned *version)
{
    const struct ws_write *w = &s->write;
    struct fx_offer *o = offer_by_id(fx, w->offer_id);
    if (w->kind == WS_WRITE_CALL_EVENT)
        return take_event(fx, w);
    if (w->kind == WS_WRITE_INCIDENT) {
        fx->n_incidents++;
        (void)snprintf(fx->incident, sizeof fx->incident, "%s", w->note);
        (void)snprintf(fx->incident_about, sizeof fx->incident_about, "%s", w->about_offer_id);
        fx->incident_utc_s = w->happened_utc_s;
        return ERR_OK;
    }
    if (w->kind == WS_WRITE_CORRECT) {
        if (fx->correct_code == ERR_OK)
            (void)snprintf(fx->corrected, sizeof fx->corrected, "%s %s %s", w->offer_id, w->code,
                           w->has_callback ? w->callback.phone : "-");
        fx->n_corrected += fx->correct_code == ERR_OK;
        return fx->correct_code;
    }
    if (!o)
        return ERR_NOT_FOUND;
    if (w->kind == WS_WRITE_RESPONSE) {
        *version = o->version;
        /* With a stale fence the words are kept aside all the same. */
        if (w->fence < o->made_fence)
            return ERR_STALE;
        if (o->fence == s->fence && s->base_version != o->version)
            return ERR_CONFLICT;
        o->made_fence = w->fence;
        snprintf(o->response, sizeof o->response, "%s", w->response);
        o->completed = w->completed;
        *version = ++o->version;
        return o->fence == s->fence ? ERR_OK : ERR_STALE;
    }
    if (w->kind == WS_WRITE_WISH) {
        if (!o->call_id[0]) /* nobody was called; else what was said stays said */
            return o->fence != s->fence ? ERR_STALE : ERR_STATE;
        if (o->refuses_wishes)
            return ERR_INVALID;
        o->wish = w->wish > o->wish ? w->wish : o->wish;
        o->n_wishes++;
        return ERR_OK;
    }
    if (w->kind == WS_WRITE_WRAPUP && strcmp(o->code, w->code) == 0)
        return ERR_OK; /* the same key, the same answer */
    if (w->kind == WS_WRITE_END && o->state == HOLD_NONE && o->code[0])
        return ERR_OK;
    enum err_code code = step(
        o, s->fence, w->kind == WS_WRITE_WRAPUP ? HOLD_EV_WRAPUP : HOLD_EV_END_PREVIEW, fx->utc_s);
    if (code == ERR_OK && w->kind == WS_WRITE_WRAPUP) {
        (void)snprintf(o->code, sizeof o->code, "%s", w->code);
        o->n_wrapups++;
    }
    return code;
}

static void answer_write(struct fixture *fx, const struct fx_write *s, bool deaf)
{
    struct err err = {0};
    unsigned version = 0;
    enum err_code code = fx->up ? take_write(fx, s, &version) : ERR_UNAVAILABLE;
    if (deaf)
        code = ERR_UNAVAILABLE;
    err_set(&err, code, NULL);
    struct ws_write_result r = {
        .code = code, .err = &err, .has_version = version > 0, .version = version};
    workstation_sent(fx->ws, s->write.id, &r);
}

static bool serve_one(struct fixture *fx, bool deaf)
{
    if (fx->n_asks) {
        struct fx_ask a = fx->asks[0];
        memmove(fx->asks, fx->asks + 1, --fx->n_asks * sizeof a);
        answer(fx, &a, deaf);
        return true;
    }
    if (fx->n_sends) {
        struct fx_write s = fx->sends[0];
        memmove(fx->sends, fx->sends + 1, --fx->n_sends * sizeof s);
        answer_write(fx, &s, deaf);
        ws_write_deinit(&s.write);
        return true;
    }
    return false;
}

void fx_serve(struct fixture *fx)
{
    for (unsigned i = 0; i < 1000 && serve_one(fx, false); i++)
        fx_settle_journal(fx, true);
    fx_push(fx);
}

void fx_serve_deaf(struct fixture *fx)
{
    size_t n = fx->n_asks + fx->n_sends;
    while (n--)
        serve_one(fx, true);
}

size_t fx_waiting(const struct fixture *fx, enum ws_request_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < fx->n_asks; i++)
        n += fx->asks[i].req.kind == kind;
    return n;
}

/* --- the desk --- */

static struct ws_desk_call desk_call(const struct fixture *fx)
{
    struct ws_desk_call c = {.events = fx->desk_events, .n_events = fx->n_desk_events};
    (void)snprintf(c.call_id, sizeof c.call_id, "%s", fx->desk_call);
    (void)snprintf(c.sip_call_id, sizeof c.sip_call_id, "%s", fx->desk_call[0] ? "sip-1" : "");
    return c;
}

void fx_desk_event(struct fixture *fx, enum call_event kind, enum call_end end, bool quiet)
{
    if (fx->n_desk_events == 64 || !call_step(&fx->desk_state, kind, end, fx->utc_s))
        return;
    struct ws_call_event e = {.seq = (unsigned)fx->n_desk_events + 1,
                              .at_utc_s = fx->utc_s + fx->desk_ahead_s,
                              .kind = kind,
                              .end = end};
    fx->desk_events[fx->n_desk_events++] = e;
    if (!quiet)
        workstation_desk_event(fx->ws, fx->desk_call, "sip-1", &e);
}

void fx_desk_dial(struct fixture *fx)
{
    for (size_t i = 0; i < fx->n_phones; i++) {
        if (fx->phones[i].op != WS_PHONE_DIAL)
            continue;
        fx->phones[i].op = WS_PHONE_ACK;
        (void)snprintf(fx->desk_call, sizeof fx->desk_call, "%s", fx->phones[i].call_id);
        fx->n_desk_events = fx->desk_acked = 0;
        fx->desk_state = (struct call){0};
        workstation_phone_done(fx->ws, WS_PHONE_DIAL, fx->desk_call, ERR_OK, NULL);
        fx_desk_event(fx, CALL_EV_DIAL, CALL_END_NONE, false);
        return;
    }
}

void fx_desk_tell(struct fixture *fx)
{
    const struct ws_desk_call call = desk_call(fx);
    workstation_desk_call(fx->ws, &call, NULL);
}

void fx_consult_event(struct fixture *fx, enum call_event kind, enum call_end end)
{
    if (!call_step(&fx->consult_state, kind, end, fx->utc_s))
        return;
    struct ws_call_event e = {
        .seq = (unsigned)fx->n_consult_events + 1, .at_utc_s = fx->utc_s, .kind = kind, .end = end};
    fx->consult_events[fx->n_consult_events++] = e;
    workstation_desk_event(fx->ws, fx->desk_consult, "sip-2", &e);
}

void fx_desk_consult(struct fixture *fx)
{
    for (size_t i = 0; i < fx->n_phones; i++) {
        if (fx->phones[i].op != WS_PHONE_CONSULT)
            continue;
        fx->phones[i].op = WS_PHONE_ACK;
        (void)snprintf(fx->desk_consult, sizeof fx->desk_consult, "%s", fx->phones[i].consult_id);
        fx->n_consult_events = 0;
        fx->consult_state = (struct call){0};
        if (fx->desk_state.state == CALL_TALKING)
            fx_desk_event(fx, CALL_EV_HOLD, CALL_END_NONE, false);
        workstation_phone_done(fx->ws, WS_PHONE_CONSULT, fx->desk_consult, ERR_OK, NULL);
        fx_consult_event(fx, CALL_EV_DIAL, CALL_END_NONE);
        return;
    }
}

void fx_desk_up(struct fixture *fx, bool signed_in)
{
    struct ws_desk_call call = desk_call(fx);
    struct ws_desk_call consult = {.events = fx->consult_events, .n_events = fx->n_consult_events};
    memcpy(consult.call_id, fx->desk_consult, sizeof consult.call_id);
    fx->desk_gone = false;
    workstation_desk_phone(fx->ws, WS_PHONE_READY, "");
    workstation_desk_up(fx->ws, signed_in, &call, &consult);
    if (fx_phone_asked(fx, WS_PHONE_SIGN_IN))
        workstation_phone_done(fx->ws, WS_PHONE_SIGN_IN, "", ERR_OK, NULL);
}

void fx_desk_dies(struct fixture *fx)
{
    fx->desk_gone = true;
    fx->desk_call[0] = fx->desk_consult[0] = '\0';
    fx->n_desk_events = fx->n_consult_events = 0;
    fx->n_phones = 0;
    fx->desk_state = (struct call){0};
    workstation_desk_down(fx->ws, "The telephone program stopped.");
}

bool fx_phone_asked(const struct fixture *fx, enum ws_phone_op op)
{
    for (size_t i = 0; i < fx->n_phones; i++)
        if (fx->phones[i].op == op)
            return true;
    return false;
}

/* --- the whole --- */

void fx_restart(struct fixture *fx)
{
    struct ws_write left[FX_MANY];
    size_t n = 0;
    workstation_free(fx->ws);
    drop_writes(fx->sends, fx->n_sends);
    for (size_t i = 0; i < fx->n_journal; i++) {
        if (fx->durable[i])
            left[n++] = fx->journal[i].write;
        else
            ws_write_deinit(&fx->journal[i].write);
    }
    fx->n_asks = fx->n_sends = fx->n_journal = fx->n_unsettled = fx->n_phones = 0;
    make_ws(fx);
    fx_desk_up(fx, true);
    struct ws_kept kept = {
        .work = &fx->kept_work,
        .service = make_service(),
        .script = make_script(fx),
        .words = {.response = fx->kept_response[0] ? fx->kept_response : NULL,
                  .completed = fx->kept_completed,
                  .note = fx->kept_note[0] ? fx->kept_note : NULL}
    };
    workstation_resume(fx->ws, &kept);
    workstation_restore_writes(fx->ws, left, n);
    if (fx->up)
        fx_backend(fx, true);
}

struct fixture *fx_at_work(void)
{
    struct fixture *fx = fx_new();
    (void)fx->cmd.sign_in(fx->cmd.arg, FX_LOGIN, "secret", NULL);
    fx_serve(fx);
    fx_backend(fx, true);
    fx_desk_up(fx, false);
    (void)fx->cmd.set_on_queue(fx->cmd.arg, true, NULL);
    fx_serve(fx);
    return fx;
}

void fx_go(struct fixture *fx, enum hold_state state)
{
    if (state == HOLD_NONE)
        return;
    fx_offer(fx);
    fx_serve(fx);
    if (state >= HOLD_PREVIEW)
        (void)fx->cmd.accept(fx->cmd.arg, NULL);
    fx_serve(fx);
    if (state >= HOLD_CALL) {
        (void)fx->cmd.dial(fx->cmd.arg, 0, NULL);
        fx_serve(fx);
        fx_desk_dial(fx);
        fx_desk_event(fx, CALL_EV_RING, CALL_END_NONE, false);
        fx_desk_event(fx, CALL_EV_ANSWER, CALL_END_NONE, false);
        fx_settle_journal(fx, true);
        fx_serve(fx);
    }
    if (state >= HOLD_ACW) {
        fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
        fx_settle_journal(fx, true);
        fx_serve(fx);
    }
    if (state == HOLD_OVERDUE)
        fx_pass(fx, ACW_S + 5);
    if (state == HOLD_DONE) {
        (void)fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, NULL);
        fx_settle_journal(fx, true);
        fx_serve(fx);
    }
}

struct fixture *fx_in(enum hold_state state)
{
    struct fixture *fx = fx_at_work();
    fx_go(fx, state);
    return fx;
}

size_t fx_question(const struct fixture *fx)
{
    const struct script_answers *a = fx->view->offer.answers;
    return a ? script_node_answer(a, script_node_first(a, 0)) : 0;
}

enum err_code fx_answer(struct fixture *fx, bool yes, struct err *err)
{
    const struct script_value v = {.kind = SCRIPT_VALUE_BOOLEAN, .boolean = yes};
    return fx->cmd.answer(fx->cmd.arg, fx_question(fx), &v, err);
}
