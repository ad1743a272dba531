/* SPDX-License-Identifier: Apache-2.0 */
/* The PC of a simulated agent: requests, their repetition, the event stream, and its death. */

#include "tests/load/agent.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness/die.h"

enum { MS = 1000, ANSWER_DEADLINE_US = 20 * 1000 * MS };

static const char *const op_names[] = {
    [OP_NONE] = "",
    [OP_SIGN_IN] = "signing in",
    [OP_STATUS] = "status",
    [OP_QUEUE] = "going on or off queue",
    [OP_WORK] = "looking at the work",
    [OP_ACCEPT] = "accepting",
    [OP_SKIP] = "skipping",
    [OP_PERMIT] = "permit to dial",
    [OP_RECORD] = "reading the record",
    [OP_EVENTS] = "call events",
    [OP_ANSWERS] = "keeping answers",
    [OP_LATE] = "answers that come late",
    [OP_WRAPUP] = "wrap-up",
    [OP_CORRECT] = "correcting a code",
    [OP_END] = "ending the preview",
    [OP_RELEASE] = "release by a supervisor",
    [OP_STREAM] = "opening the stream",
};
_Static_assert(sizeof op_names / sizeof op_names[0] == OP_COUNT, "one name an operation");

const char *op_name(enum op op)
{
    return op_names[op];
}

unsigned agent_roll(struct agent *a, unsigned sides)
{
    a->dice = a->dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((a->dice >> 33) % sides);
}

void agent_think(struct agent *a, unsigned from_ms, unsigned to_ms)
{
    const int64_t ms = from_ms + agent_roll(a, to_ms - from_ms + 1);
    a->next_us = a->crowd->now_us + ms * MS / a->crowd->pace;
}

void agent_init(struct agent *a, struct crowd *crowd, const struct shift_agent *who, size_t index,
                uint64_t seed, int64_t begin_us)
{
    *a = (struct agent){.crowd = crowd,
                        .who = who,
                        .index = index,
                        .dice = (seed + 1) * 2654435761u + index * 40503u,
                        .next_us = begin_us,
                        .stream_at_us = begin_us};
    memcpy(a->token, who->token, sizeof a->token);
    wire_init(&a->ask, crowd->epoll_fd, false, a);
    wire_init(&a->stream, crowd->epoll_fd, true, a);
}

void agent_deinit(struct agent *a)
{
    wire_deinit(&a->ask);
    wire_deinit(&a->stream);
    buf_free(&a->request.body);
    notes_free(&a->notes);
}

/* --- requests --- */

/* With several nodes each agent has a first choice, and goes to another one when it is refused. */
static int port_of(const struct agent *a)
{
    const struct shift *s = a->crowd->shift;
    for (size_t i = 0; i < s->n_nodes; i++) {
        const int port = s->nodes[(a->index + i) % s->n_nodes].port;
        if (port)
            return port;
    }
    return 1; /* nobody listens there */
}

static void send_request(struct agent *a)
{
    const char *body = a->request.body.len ? buf_text(&a->request.body) : NULL;
    const char *token = a->request.op == OP_SIGN_IN ? NULL : a->token;
    a->request.asked_us = a->crowd->now_us;
    a->request.again_us = 0;
    if (a->request.tries++ == 0)
        a->request.first_us = a->request.asked_us;
    else
        a->crowd->counts.repeated++;
    wire_ask(&a->ask, port_of(a), a->request.method, a->request.path, token,
             a->request.key[0] ? a->request.key : NULL, NULL, body);
}

void agent_ask(struct agent *a, enum op op, const char *method, const char *path, const char *fmt,
               ...)
{
    va_list args;
    char text[1024];
    a->request.op = op;
    a->request.tries = 0;
    a->request.offer_id = a->view.offer_id;
    a->request.fence = a->view.fence;
    (void)snprintf(a->request.method, sizeof a->request.method, "%s", method);
    (void)snprintf(a->request.path, sizeof a->request.path, "%s", path);
    a->request.key[0] = '\0';
    if (strcmp(method, "POST") == 0)
        (void)snprintf(a->request.key, sizeof a->request.key, "load-%06zu-%08x%08x", a->index,
                       agent_roll(a, UINT32_MAX), agent_roll(a, UINT32_MAX));
    buf_clear(&a->request.body);
    if (fmt) {
        va_start(args, fmt);
        (void)vsnprintf(text, sizeof text, fmt, args);
        va_end(args);
        buf_str(&a->request.body, text);
    }
    send_request(a);
}

void agent_again(struct agent *a, unsigned after_ms)
{
    a->request.again_us = a->crowd->now_us + (int64_t)after_ms * MS;
}

static void lost(struct agent *a)
{
    a->crowd->counts.lost_answers++;
    wire_close(&a->ask);
    agent_again(a, 50 + agent_roll(a, 400));
}

/* --- the event stream --- */

static void stream_open(struct agent *a)
{
    char more[64] = "";
    if (a->event_id[0])
        (void)snprintf(more, sizeof more, "Last-Event-ID: %s\r\n", a->event_id);
    a->stream_asked_us = a->crowd->now_us;
    a->event[0] = '\0';
    wire_ask(&a->stream, port_of(a), "GET", "/v1/events", a->token, NULL, more, NULL);
}

static void stream_lost(struct agent *a, unsigned from_ms, unsigned to_ms)
{
    wire_close(&a->stream);
    a->stream_at_us =
        a->crowd->now_us + (int64_t)(from_ms + agent_roll(a, to_ms - from_ms + 1)) * MS;
}

static void copy_word(char *ret, size_t size, const char *from, size_t len)
{
    (void)snprintf(ret, size, "%.*s", (int)(len < size ? len : size - 1), from);
}

static void stream_line(struct agent *a, const char *line, size_t len)
{
    if (len > 7 && strncmp(line, "event: ", 7) == 0) {
        copy_word(a->event, sizeof a->event, line + 7, len - 7);
    } else if (len > 4 && strncmp(line, "id: ", 4) == 0) {
        copy_word(a->event_id, sizeof a->event_id, line + 4, len - 4);
    } else if (len > 6 && strncmp(line, "data: ", 6) == 0) {
        if (a->stream_asked_us) {
            latency_add(&a->crowd->latencies[OP_STREAM], a->crowd->now_us - a->stream_asked_us);
            a->stream_asked_us = 0;
        }
        if (strcmp(a->event, "work") == 0)
            (void)agent_see_work(a, line + 6, len - 6);
        else if (strcmp(a->event, "signed_out") == 0)
            agent_dies(a);
    }
}

static void stream_read(struct agent *a)
{
    size_t used = 0;
    const struct buf *text = &a->stream.body;
    for (;;) {
        const char *at = buf_text(text) + used;
        const char *end = strchr(at, '\n');
        if (!end)
            break;
        stream_line(a, at, (size_t)(end - at));
        if (text->len == 0)
            return; /* the PC died of what it read */
        used += (size_t)(end - at) + 1;
    }
    buf_drop(&a->stream.body, used);
}

static void stream_tick(struct agent *a)
{
    struct crowd *c = a->crowd;
    if (!a->token[0])
        return;
    if (!wire_is_open(&a->stream) && c->now_us >= a->stream_at_us)
        stream_open(a);
    else if (wire_is_open(&a->stream) && c->phase == CROWD_WORKS &&
             agent_roll(a, 12000 / c->hazard) == 0) {
        c->counts.drops++;
        stream_lost(a, 20, 3000);
    }
}

/* --- life --- */

void agent_dies(struct agent *a)
{
    a->crowd->counts.deaths++;
    if (a->view.offer_id && a->view.state >= HOLD_CALL) {
        a->old_offer_id = a->view.offer_id;
        a->old_fence = a->view.fence;
    }
    wire_close(&a->ask);
    wire_close(&a->stream);
    a->request.op = OP_NONE;
    a->token[0] = a->event_id[0] = '\0';
    memset(&a->view, 0, sizeof a->view);
    memset(&a->call, 0, sizeof a->call);
    a->correct_offer_id = 0;
    agent_think(a, 500, 6000);
}

void agent_tick(struct agent *a)
{
    struct crowd *c = a->crowd;
    stream_tick(a);
    if (a->request.op != OP_NONE) {
        if (a->request.again_us && c->now_us >= a->request.again_us)
            send_request(a);
        else if (!a->request.again_us && c->now_us - a->request.asked_us > ANSWER_DEADLINE_US)
            lost(a);
        return;
    }
    if (c->now_us < a->next_us)
        return;
    if (!a->token[0]) {
        c->counts.logins++;
        agent_ask(a, OP_SIGN_IN, "POST", "/v1/sessions", "{\"login\":\"%s\",\"password\":\"%s\"}",
                  a->who->login, SHIFT_PASSWORD);
        return;
    }
    agent_goes_on(a);
}

void agent_on(struct agent *a, struct wire *w, uint32_t events)
{
    const enum wire_news news = wire_on(w, events);
    if (w == &a->stream) {
        if (news == WIRE_DATA)
            stream_read(a);
        else if (news == WIRE_BROKEN)
            stream_lost(a, 50, 500);
        else if (news == WIRE_ANSWER && w->status == 401)
            agent_dies(a);
        else if (news == WIRE_ANSWER)
            stream_lost(a, 200, 1000);
        return;
    }
    if (news == WIRE_BROKEN && a->request.op != OP_NONE && !a->request.again_us)
        lost(a);
    if (news != WIRE_ANSWER || a->request.op == OP_NONE || a->request.again_us)
        return;
    if (w->status < 500)
        latency_add(&a->crowd->latencies[a->request.op], a->crowd->now_us - a->request.asked_us);
    agent_answered(a, w->status, wire_body(w));
}
