/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulated agent makes of an answer: what was accepted goes into the notes. */

#include <stdio.h>
#include <string.h>

#include "net/api/json.h"
#include "tests/load/agent.h"

enum { SURPRISES_SHOWN = 20, ACCEPTED = 200 };

static void surprise(struct agent *a, int status, const char *body)
{
    if (a->crowd->surprises++ < SURPRISES_SHOWN)
        (void)fprintf(stderr, "load: %s, %s %s: %d %.300s\n", a->who->login, a->request.method,
                      a->request.path, status, body);
}

static void over(struct agent *a, unsigned from_ms, unsigned to_ms)
{
    a->request.op = OP_NONE;
    agent_think(a, from_ms, to_ms);
}

/* --- accepted --- */

static void held(struct agent *a, struct note *note, bool from_now)
{
    if (from_now && !note->held_from_us)
        note->held_from_us = a->crowd->now_us;
    if (note->held_from_us && a->request.first_us > note->held_until_us)
        note->held_until_us = a->request.first_us; /* it was ours when this was sent */
    note->fence = a->request.fence > note->fence ? a->request.fence : note->fence;
}

/* What was answered is about the present offer, if the stream has not told of another one since. */
static void goes_on(struct agent *a, enum hold_state state)
{
    if (a->view.offer_id == a->request.offer_id)
        a->view.state = state;
}

static void accepted_permit(struct agent *a, struct note *note, const cJSON *j)
{
    int64_t call_id = 0;
    (void)store_id_parse(json_str(j, "call_id", ""), &call_id);
    note->call_id = call_id;
    (void)snprintf(note->phone, sizeof note->phone, "%s", json_str(j, "number", ""));
    a->crowd->counts.permits++;
    memset(&a->call, 0, sizeof a->call);
    a->call.call_id = call_id;
    a->call.offer_id = note->offer_id;
    a->call.answers = agent_roll(a, 100) < 45;
    a->call.drafts_left = 1 + (int)agent_roll(a, 4);
    a->crowd->counts.answered += a->call.answers;
    note->dial_from_us = a->crowd->now_us;
    note->dial_until_us = a->crowd->now_us;
    /* The screen need not wait for the stream. */
    goes_on(a, HOLD_CALL);
    a->view.call_id = call_id;
    over(a, 100, 400);
}

static void accepted_events(struct agent *a, struct note *note, const cJSON *j)
{
    const int64_t last = json_int(j, "last_seq", 0);
    if (note->offer_id != a->call.offer_id) {
        over(a, 100, 500); /* the PC has died since */
        return;
    }
    note->last_seq = last > note->last_seq ? last : note->last_seq;
    if (a->call.ended) {
        note->call_ended = true;
        goes_on(a, HOLD_ACW);
        over(a, 500, 2500);
    } else {
        note->dial_until_us = a->request.first_us;
        over(a, 300, 2500);
    }
}

static void accepted_answers(struct agent *a, struct note *note, const cJSON *j)
{
    note->version = json_int(j, "version", 0);
    a->version = note->version;
    memcpy(note->words, a->request.words, sizeof note->words);
    a->crowd->counts.drafts++;
    if (strstr(buf_text(&a->request.body), "\"completed\"")) {
        note->completed = true;
        a->call.drafts_left = 0;
        a->crowd->counts.submitted++;
    }
    over(a, 300, 1500);
}

static void accepted_code(struct agent *a, struct note *note, const cJSON *j)
{
    memcpy(note->code, note->code_tried, sizeof note->code);
    note->code_tried[0] = '\0';
    note->callback_s = note->callback_tried_s;
    if (a->request.op == OP_CORRECT) {
        a->crowd->counts.corrected++;
        over(a, 200, 800);
        return;
    }
    a->crowd->counts.wrapups++;
    a->crowd->counts.callbacks += note->callback_s != 0;
    a->crowd->counts.overdue += json_bool(j, "late", false);
    goes_on(a, HOLD_DONE);
    over(a, 200, 800);
}

static void accepted_session(struct agent *a, const char *body)
{
    struct err err;
    CLEANUP_JSON cJSON *j = NULL;
    CLEANUP_BUF struct buf work = {0};
    if (json_parse(body, strlen(body), &json_limits_api, &j, &err) != ERR_OK) {
        surprise(a, ACCEPTED, "no session");
        return;
    }
    (void)snprintf(a->token, sizeof a->token, "%s", json_str(j, "token", ""));
    const cJSON *member = json_obj(j, "work");
    if (member) {
        json_print(member, &work);
        (void)agent_see_work(a, buf_text(&work), work.len);
    }
    a->stream_at_us = a->crowd->now_us;
    over(a, 200, 600);
}

static void accepted(struct agent *a, const char *body)
{
    struct err err;
    CLEANUP_JSON cJSON *j = NULL;
    struct note *note = notes_of(&a->notes, a->request.offer_id);
    const enum op op = a->request.op;
    if (op == OP_SIGN_IN) {
        accepted_session(a, body);
        return;
    }
    if (body[0] && json_parse(body, strlen(body), &json_limits_api, &j, &err) != ERR_OK)
        surprise(a, ACCEPTED, "a body that cannot be read");
    if (op == OP_STATUS || op == OP_QUEUE || op == OP_WORK || op == OP_ACCEPT || op == OP_SKIP ||
        op == OP_END)
        (void)agent_see_work(a, body, strlen(body));
    /* A repeated answer to accepting tells what is now: perhaps it was taken away since. */
    const bool mine = a->view.offer_id == note->offer_id && a->view.state == HOLD_PREVIEW;
    if ((op == OP_ACCEPT && mine) || op == OP_PERMIT || op == OP_RECORD || op == OP_ANSWERS ||
        op == OP_WRAPUP)
        held(a, note, op == OP_ACCEPT);
    switch (op) {
    case OP_ACCEPT:
        note->accepted = true;
        note->person_id = mine ? a->view.person_id : note->person_id;
        a->crowd->counts.accepted++;
        over(a, 300, 1500);
        break;
    case OP_SKIP:
        note->skipped = true;
        a->crowd->counts.skipped++;
        over(a, 100, 600);
        break;
    case OP_PERMIT:
        accepted_permit(a, note, j);
        break;
    case OP_RECORD:
        note->looks++;
        over(a, 300, 1500);
        break;
    case OP_EVENTS:
        accepted_events(a, note, j);
        break;
    case OP_ANSWERS:
        accepted_answers(a, note, j);
        break;
    case OP_WRAPUP:
    case OP_CORRECT:
        accepted_code(a, note, j);
        break;
    case OP_END:
        note->ended = true;
        a->crowd->counts.ended++;
        over(a, 100, 400);
        break;
    case OP_LATE: /* the fence was good after all: nobody had logged in meanwhile */
        accepted_answers(a, note, j);
        break;
    case OP_RELEASE:
        a->crowd->counts.released++;
        over(a, 1000, 3000);
        break;
    case OP_NONE:
    case OP_SIGN_IN:
    case OP_STATUS:
    case OP_QUEUE:
    case OP_WORK:
    case OP_STREAM:
        over(a, 100, 400);
        break;
    }
}

/* --- refused --- */

/* Somebody else took the person, or the time ran out: look at what is now. */
static void look_again(struct agent *a)
{
    a->request.op = OP_NONE;
    a->view.known = false;
    agent_think(a, 50, 300);
}

static void conflicting(struct agent *a, int status, const char *body)
{
    struct err err;
    CLEANUP_JSON cJSON *j = NULL;
    if (json_parse(body, strlen(body), &json_limits_api, &j, &err) != ERR_OK) {
        surprise(a, status, body);
        return;
    }
    struct note *note = notes_of(&a->notes, a->request.offer_id);
    if (a->request.op == OP_WRAPUP || a->request.op == OP_CORRECT)
        note->code_tried[0] = '\0';
    if (json_bool(j, "kept", false)) {
        notes_late(note, a->request.words);
        a->crowd->counts.late_drafts++;
    } else if (a->request.op == OP_ANSWERS && json_int(j, "version", 0) > 0) {
        a->version = json_int(j, "version", 0); /* a PC that died had sent more than it heard of */
    } else if (a->request.op == OP_PERMIT) {
        a->refused_offer_id = a->request.offer_id;
        a->crowd->counts.refused_numbers++;
    }
}

void agent_answered(struct agent *a, int status, const char *body)
{
    struct crowd *c = a->crowd;
    if (status >= 200 && status < 300) {
        accepted(a, body);
    } else if (status == 503 || status == 500) {
        c->counts.unavailable++;
        if (status == 500)
            surprise(a, status, body);
        agent_again(a, 200 + agent_roll(a, 600));
    } else if (status == 429) {
        c->counts.throttled++;
        agent_again(a, 1000 + agent_roll(a, 1000));
    } else if (status == 401) {
        agent_dies(a);
    } else if (status == 409) {
        conflicting(a, status, body);
        look_again(a);
    } else {
        if (!(status == 422 && a->request.op == OP_WRAPUP && strstr(body, "callback_at")))
            surprise(a, status, body);
        look_again(a);
    }
}
