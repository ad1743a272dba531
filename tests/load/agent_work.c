/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulated agent does next: an hour's work 20 times as fast, 12 seconds a person. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/time_text.h"
#include "net/api/json.h"
#include "tests/load/agent.h"

enum { SECOND_US = 1000000 };

/* --- what the screen shows --- */

static int64_t id_of(const cJSON *j, const char *name)
{
    int64_t id = 0;
    (void)store_id_parse(json_str(j, name, ""), &id);
    return id;
}

static void see_offer(struct agent *a, const cJSON *offer)
{
    const int64_t before = a->view.offer_id;
    a->view.offer_id = id_of(offer, "offer_id");
    a->view.fence = json_int(offer, "fence", 0);
    a->view.has_code = json_obj(offer, "wrapup") != NULL;
    a->view.call_id = id_of(json_obj(offer, "call"), "call_id");
    a->view.person_id = id_of(json_obj(offer, "person"), "person_id");
    (void)hold_state_by_name(json_str(offer, "state", ""), &a->view.state);
    if (a->view.offer_id == before)
        return;
    a->crowd->counts.offers++;
    a->crowd->counts.untold += a->looked;
    a->silent_us = 0;
    a->looked = false;
    a->version = 0;
    if (a->request.op == OP_NONE)
        agent_think(a, 300, 1200);
}

bool agent_see_work(struct agent *a, const char *json, size_t len)
{
    struct err err;
    CLEANUP_JSON cJSON *j = NULL;
    if (json_parse(json, len, &json_limits_api, &j, &err) != ERR_OK || !json_obj(j, "agent"))
        return false;
    const cJSON *offer = json_obj(j, "offer");
    a->view.known = true;
    a->view.on_queue = json_bool(j, "on_queue", false);
    a->view.available = strcmp(json_str(j, "status", ""), "available") == 0;
    if (offer) {
        see_offer(a, offer);
    } else {
        a->view.offer_id = a->view.person_id = a->view.call_id = 0;
        a->view.state = HOLD_NONE;
    }
    return true;
}

/* --- helpers --- */

static void ask_offer(struct agent *a, enum op op, const char *verb, const char *more)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/v1/offers/%" PRId64 "/%s", a->view.offer_id, verb);
    agent_ask(a, op, "POST", path, "{\"fence\":%" PRId64 "%s}", a->view.fence, more);
}

static void look(struct agent *a)
{
    agent_ask(a, OP_WORK, "GET", "/v1/work", NULL);
}

static void skip(struct agent *a)
{
    static const char *const reasons[] = {"known_person", "other_language", "record_unclear",
                                          "not_ready"};
    char more[64];
    (void)snprintf(more, sizeof more, ",\"reason\":\"%s\"", reasons[agent_roll(a, 4)]);
    ask_offer(a, OP_SKIP, "skip", more);
}

static void answers(struct agent *a, enum op op, int64_t offer_id, int64_t fence, int64_t base,
                    bool completed)
{
    const char *status = completed ? "completed" : "in-progress";
    char path[64];
    (void)snprintf(path, sizeof path, "/v1/offers/%" PRId64 "/response", offer_id);
    (void)snprintf(a->request.words, sizeof a->request.words, "words-%012" PRIu64 "-",
                   ++a->crowd->words);
    if (op == OP_ANSWERS)
        (void)snprintf(notes_of(&a->notes, offer_id)->words_tried, NOTE_WORD, "%s",
                       a->request.words);
    agent_ask(a, op, "PUT", path,
              "{\"fence\":%" PRId64 ",\"base_version\":%" PRId64 ",\"status\":\"%s\",\"response\":{"
              "\"resourceType\":\"QuestionnaireResponse\",\"questionnaire\":"
              "\"https://pupitre.example/script|1\",\"status\":\"%s\",\"item\":[{\"linkId\":"
              "\"said\",\"answer\":[{\"valueString\":\"%s\"}]}]}}",
              fence, base, status, status, a->request.words);
    a->request.offer_id = offer_id;
    a->request.fence = fence;
}

/* --- the call --- */

static void report(struct agent *a, const char *events)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/v1/calls/%" PRId64 "/events", a->call.call_id);
    agent_ask(a, OP_EVENTS, "POST", path, "{\"events\":[%s]}", events);
}

static void report_two(struct agent *a, int seq, const char *first, const char *second,
                       const char *end)
{
    char at[TIME_TEXT_SIZE];
    char events[256];
    char more[128] = "";
    time_text_print(shift_now_s(a->crowd->shift), at);
    if (second)
        (void)snprintf(more, sizeof more, ",{\"seq\":%d,\"at\":\"%s\",\"kind\":\"%s\"}", seq + 1,
                       at, second);
    (void)snprintf(events, sizeof events, "{\"seq\":%d,\"at\":\"%s\",\"kind\":\"%s\"%s%s%s}%s", seq,
                   at, first, end ? ",\"end\":\"" : "", end ? end : "", end ? "\"" : "", more);
    report(a, events);
}

/* A call that this PC knows nothing of: its permit came to a PC that died, so it was never made. */
static void never_made(struct agent *a)
{
    a->call.call_id = a->view.call_id;
    a->call.offer_id = a->view.offer_id;
    a->call.ended = true;
    report_two(a, 1, "end", NULL, "never_made");
}

static void end_call(struct agent *a)
{
    static const char *const unanswered[] = {"no_answer", "no_answer", "busy", "bad_number",
                                             "declined"};
    const char *end = a->call.answers ? (agent_roll(a, 2) ? "by_agent" : "by_person")
                                      : unanswered[agent_roll(a, 5)];
    a->call.ended = true;
    /* Not ours to dial from the instant at which this is sent. */
    notes_of(&a->notes, a->call.offer_id)->dial_until_us = a->crowd->now_us;
    report_two(a, a->call.answers ? 4 : 3, "end", NULL, end);
}

static void in_call(struct agent *a)
{
    if (a->call.call_id != a->view.call_id || a->call.ended) {
        if (!a->view.call_id || a->call.ended)
            look(a); /* the end is on its way */
        else
            never_made(a);
        return;
    }
    switch (a->call.step++) {
    case 0:
        report_two(a, 1, "dial", "ring", NULL);
        break;
    case 1:
        ask_offer(a, OP_RECORD, "record", "");
        break;
    case 2:
        if (a->call.answers)
            report_two(a, 3, "answer", NULL, NULL);
        else
            end_call(a);
        break;
    default:
        if (a->call.drafts_left-- > 0)
            answers(a, OP_ANSWERS, a->view.offer_id, a->view.fence, a->version,
                    a->call.drafts_left == 0 && agent_roll(a, 3) == 0);
        else
            end_call(a);
        break;
    }
}

/* --- the code --- */

static void wrap_up(struct agent *a)
{
    static const char *const spoken[] = {"closed_with_data", "closed_without_data", "rescheduled",
                                         "transfer_consulted"};
    static const char *const silent[] = {"no_answer", "busy", "voicemail", "bad_number"};
    const bool may_promise = a->crowd->phase == CROWD_WORKS;
    struct note *note = notes_of(&a->notes, a->view.offer_id);
    const char *code =
        a->call.answers ? spoken[agent_roll(a, may_promise ? 4 : 2)] : silent[agent_roll(a, 4)];
    char at[TIME_TEXT_SIZE];
    char more[256];
    char callback[64] = "";
    const int64_t now = shift_now_s(a->crowd->shift);
    time_text_print(now, at);
    note->callback_tried_s = 0;
    if (strcmp(code, "rescheduled") == 0) {
        char when[TIME_TEXT_SIZE];
        note->callback_tried_s = now + 2 + agent_roll(a, a->crowd->promise_s);
        time_text_print(note->callback_tried_s, when);
        (void)snprintf(callback, sizeof callback, ",\"callback_at\":\"%s\"", when);
    }
    (void)snprintf(note->code_tried, sizeof note->code_tried, "%s", code);
    (void)snprintf(more, sizeof more,
                   ",\"code\":\"%s\",\"chosen_at\":\"%s\",\"note\":\"said %" PRId64 "\"%s", code,
                   at, a->view.offer_id, callback);
    ask_offer(a, OP_WRAPUP, "wrapup", more);
}

/* On second thoughts it was another code. No callback is promised: the person may be at another
 * agent's by now, and then the code is refused. */
static void correct(struct agent *a)
{
    static const char *const spoken[] = {"closed_with_data", "closed_without_data"};
    static const char *const silent[] = {"no_answer", "busy", "voicemail", "bad_number"};
    const int64_t offer_id = a->correct_offer_id;
    struct note *note = notes_of(&a->notes, offer_id);
    char path[64];
    char at[TIME_TEXT_SIZE];
    a->correct_offer_id = 0;
    note->callback_tried_s = 0;
    (void)snprintf(note->code_tried, sizeof note->code_tried, "%s",
                   a->correct_spoken ? spoken[agent_roll(a, 2)] : silent[agent_roll(a, 4)]);
    (void)snprintf(path, sizeof path, "/v1/offers/%" PRId64 "/correct", offer_id);
    time_text_print(shift_now_s(a->crowd->shift), at);
    agent_ask(a, OP_CORRECT, "POST", path, "{\"code\":\"%s\",\"chosen_at\":\"%s\"}",
              note->code_tried, at);
    a->request.offer_id = offer_id;
}

static void after_call(struct agent *a)
{
    if (a->old_offer_id && a->old_offer_id == a->view.offer_id) {
        /* The PC that died had not sent everything: it comes with the fence of before. */
        const int64_t fence = a->old_fence;
        a->old_offer_id = 0;
        if (fence != a->view.fence) {
            answers(a, OP_LATE, a->view.offer_id, fence, a->version, false);
            return;
        }
    }
    if (a->view.state == HOLD_ACW && a->crowd->phase == CROWD_WORKS && agent_roll(a, 25) == 0) {
        agent_think(a, 9000 * a->crowd->pace, 12000 * a->crowd->pace); /* forgets the time */
        return;
    }
    wrap_up(a);
}

/* --- between people --- */

static void take_break(struct agent *a)
{
    a->crowd->counts.breaks++;
    a->break_until_us = a->crowd->now_us + (int64_t)(2 + agent_roll(a, 8)) * SECOND_US;
    agent_ask(a, OP_QUEUE, "PUT", "/v1/queue", "{\"on_queue\":false}");
}

static void nobody(struct agent *a)
{
    struct crowd *c = a->crowd;
    if (c->phase == CROWD_FINISHES) {
        a->at_rest = !a->view.on_queue;
        if (a->view.on_queue)
            agent_ask(a, OP_QUEUE, "PUT", "/v1/queue", "{\"on_queue\":false}");
        else
            agent_think(a, 500, 1000);
    } else if (c->now_us < a->break_until_us) {
        agent_think(a, 500, 1000);
    } else if (!a->view.available) {
        agent_ask(a, OP_STATUS, "PUT", "/v1/status", "{\"status\":\"available\"}");
    } else if (!a->view.on_queue) {
        agent_ask(a, OP_QUEUE, "PUT", "/v1/queue", "{\"on_queue\":true}");
    } else if (!a->silent_us) {
        a->silent_us = c->now_us;
        agent_think(a, 500, 1000);
    } else if (c->now_us - a->silent_us > 8 * SECOND_US && !a->looked) {
        a->looked = true;
        look(a);
    } else if (agent_roll(a, 40) == 0) {
        take_break(a);
    } else {
        agent_think(a, 500, 1000);
    }
}

static void offered(struct agent *a)
{
    const unsigned roll = agent_roll(a, 100);
    if (a->crowd->phase == CROWD_FINISHES && a->view.on_queue)
        agent_ask(a, OP_QUEUE, "PUT", "/v1/queue", "{\"on_queue\":false}");
    else if (roll < 90)
        ask_offer(a, OP_ACCEPT, "accept", "");
    else if (roll < 96)
        skip(a);
    else
        agent_think(a, 8000 * a->crowd->pace, 11000 * a->crowd->pace); /* is not at the desk */
}

static void preview(struct agent *a)
{
    if (a->refused_offer_id == a->view.offer_id || agent_roll(a, 25) == 0) {
        skip(a);
        return;
    }
    agent_ask(a, OP_PERMIT, "POST", "/v1/calls",
              "{\"offer_id\":\"%" PRId64 "\",\"fence\":%" PRId64 ",\"phone_index\":0}",
              a->view.offer_id, a->view.fence);
}

static void done(struct agent *a)
{
    if (agent_roll(a, 20) == 0 && a->crowd->phase != CROWD_FINISHES) {
        a->correct_offer_id = a->view.offer_id;
        a->correct_spoken = a->call.answers;
    }
    ask_offer(a, OP_END, "end", "");
}

/* Now and then a supervisor sets somebody free, whatever state that hold is in. */
static void supervise(struct agent *a)
{
    struct crowd *c = a->crowd;
    const struct agent *other = &c->agents[agent_roll(a, (unsigned)c->n_agents)];
    char path[64];
    a->at_rest = true;
    agent_think(a, 1000, 4000);
    if (c->phase != CROWD_WORKS || other->who->region != a->who->region || !other->view.offer_id ||
        agent_roll(a, 4))
        return;
    (void)snprintf(path, sizeof path, "/v1/offers/%" PRId64 "/release", other->view.offer_id);
    agent_ask(a, OP_RELEASE, "POST", path, "{\"reason\":\"The screen does not answer.\"}");
}

void agent_goes_on(struct agent *a)
{
    if (a->who->is_supervisor) {
        supervise(a);
        return;
    }
    if (!a->view.known) {
        look(a);
        return;
    }
    if (a->crowd->phase == CROWD_WORKS && agent_roll(a, 1700 / a->crowd->hazard) == 0) {
        agent_dies(a);
        return;
    }
    a->at_rest = false;
    if (a->correct_offer_id && a->correct_offer_id != a->view.offer_id) {
        correct(a);
        return;
    }
    switch (a->view.state) {
    case HOLD_NONE:
        nobody(a);
        break;
    case HOLD_OFFERED:
        offered(a);
        break;
    case HOLD_PREVIEW:
        preview(a);
        break;
    case HOLD_CALL:
        in_call(a);
        break;
    case HOLD_ACW:
    case HOLD_OVERDUE:
        after_call(a);
        break;
    case HOLD_DONE:
        done(a);
        break;
    }
}
