/* SPDX-License-Identifier: Apache-2.0 */
/* The event streams.
 *
 * A stream is a suspended connection. What it has to say waits in one slot an event; waking it
 * makes libmicrohttpd ask stream_read, which empties the slots and suspends it again. A suspended
 * connection is not watched by libmicrohttpd, so our own loop watches its descriptor for the peer
 * hanging up. */

#include "net/server/hub.h"

#include <microhttpd.h>
#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "net/server/id_map.h"
#include "net/server/log.h"
#include "net/server/loop.h"
#include "net/server/news.h"
#include "net/server/presence.h"
#include "net/server/server.h"
#include "net/server/wire.h"
#include "net/server/writer.h"

#define KEEPALIVE_MS 15000
#define READ_BLOCK 4096

enum slot { SLOT_WORK, SLOT_QUEUES, SLOT_SIGNED_OUT };
#define SLOT_COUNT (SLOT_SIGNED_OUT + 1)

static const char *const slot_events[] = {
    [SLOT_WORK] = "work",
    [SLOT_QUEUES] = "queues",
    [SLOT_SIGNED_OUT] = "signed_out",
};
_Static_assert(sizeof slot_events / sizeof slot_events[0] == SLOT_COUNT, "one name a slot");

struct stream {
    struct hub *hub;
    struct MHD_Connection *connection;
    struct store_actor actor;
    struct loop_source peer;
    struct buf slots[SLOT_COUNT]; /* JSON that waits; empty = nothing */
    struct buf out;               /* being read by libmicrohttpd */
    size_t out_read;
    int64_t wrote_ms;
    bool comment;   /* a keep-alive line is due */
    bool ending;    /* say what waits, then end */
    bool suspended; /* libmicrohttpd waits for us */
    bool listed;    /* it is the agent's stream in hub->streams */
    bool stale;     /* the agent's work changed since it was read */
    bool rendering; /* a job reads the agent's work */
};

/* The figures of the queues are the same for all agents of a region in a service. */
struct group {
    char service_id[SERVICE_ID_SIZE];
    enum region region;
    struct store_actor actor; /* one of them, who asks for all */
    bool watched;             /* somebody has a stream */
    struct queue_figures figures;
    bool changed;
    struct buf json;
};

#define GROUPS_MAX 64

struct hub {
    struct server *server;
    struct id_map streams; /* agent -> struct stream; streams live until libmicrohttpd frees them */
    struct group groups[GROUPS_MAX];
    size_t n_groups;
    struct job figures_job;
    bool figures_running;
};

struct render_job {
    struct job job;
    struct hub *hub;
    int64_t agent_id;
    struct buf work;
};

static void wipe(struct buf *b)
{
    if (b->data)
        sodium_memzero(b->data, b->cap);
    buf_free(b);
}

static void stream_wake(struct stream *s)
{
    if (!s->suspended)
        return;
    s->suspended = false;
    MHD_resume_connection(s->connection);
}

/* Put an event in its slot; the newest replaces what was not read yet. Takes the text. */
static void stream_say(struct stream *s, enum slot slot, struct buf *text_take)
{
    wipe(&s->slots[slot]);
    s->slots[slot] = *text_take;
    *text_take = (struct buf){0};
    stream_wake(s);
}

static void stream_unlist(struct stream *s)
{
    if (!s->listed)
        return;
    s->listed = false;
    id_map_remove(&s->hub->streams, s->actor.agent_id);
    presence_stream(s->hub->server->presence, s->actor.agent_id, false, server_now_ms());
}

/* Tell the agent why and end; reason NULL: just end. */
static void stream_end(struct stream *s, const char *reason)
{
    stream_unlist(s);
    s->ending = true;
    if (reason) {
        struct buf text = {0};
        buf_printf(&text, "{\"reason\":\"%s\"}", reason);
        stream_say(s, SLOT_SIGNED_OUT, &text);
    }
    stream_wake(s);
}

static void stream_free(void *arg)
{
    struct stream *s = arg;
    stream_unlist(s);
    loop_remove(s->hub->server->loop, &s->peer);
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        wipe(&s->slots[i]);
    wipe(&s->out);
    free(s);
}

void stream_abandon(struct stream *s)
{
    stream_free(s);
}

/* The peer hung up: say nothing more, and let libmicrohttpd close. */
static void on_peer(void *arg, uint32_t events)
{
    (void)events;
    struct stream *s = arg;
    loop_remove(s->hub->server->loop, &s->peer);
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        wipe(&s->slots[i]);
    stream_end(s, NULL);
}

static void refill(struct stream *s)
{
    if (s->out.len)
        sodium_memzero(s->out.data, s->out.len);
    buf_clear(&s->out);
    s->out_read = 0;
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        if (!s->slots[i].len)
            continue;
        buf_printf(&s->out, "event: %s\ndata: ", slot_events[i]);
        buf_add(&s->out, s->slots[i].data, s->slots[i].len);
        buf_str(&s->out, "\n\n");
        wipe(&s->slots[i]);
    }
    if (s->comment && !s->out.len)
        buf_str(&s->out, ": here\n\n");
    s->comment = false;
    if (s->out.failed) {
        buf_clear(&s->out); /* half an event would be worse: the client comes again */
        s->ending = true;
    }
}

static ssize_t stream_read(void *arg, uint64_t pos, char *ret, size_t max)
{
    (void)pos;
    struct stream *s = arg;
    if (s->out_read == s->out.len)
        refill(s);
    const size_t left = s->out.len - s->out_read;
    if (left == 0 && s->ending)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (left == 0) {
        s->suspended = true;
        MHD_suspend_connection(s->connection);
        return 0;
    }
    const size_t n = left < max ? left : max;
    memcpy(ret, s->out.data + s->out_read, n);
    s->out_read += n;
    s->wrote_ms = server_now_ms();
    return (ssize_t)n;
}

struct MHD_Response *stream_response(struct stream *s)
{
    struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, READ_BLOCK,
                                                                      stream_read, s, stream_free);
    if (response)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    return response;
}

/* The group of an agent; NULL when there are more than anybody runs. */
static struct group *group_of(struct hub *hub, const struct store_actor *actor)
{
    for (size_t i = 0; i < hub->n_groups; i++)
        if (hub->groups[i].region == actor->region &&
            strcmp(hub->groups[i].service_id, actor->service_id) == 0)
            return &hub->groups[i];
    if (hub->n_groups == GROUPS_MAX)
        return NULL;
    struct group *group = &hub->groups[hub->n_groups++];
    group->region = actor->region;
    snprintf(group->service_id, sizeof group->service_id, "%s", actor->service_id);
    return group;
}

struct stream *hub_open(struct hub *hub, const struct store_actor *actor,
                        struct MHD_Connection *connection, struct buf *work, struct buf *queues)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->hub = hub;
    s->connection = connection;
    s->actor = *actor;
    s->peer = (struct loop_source){
        .fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
        .ready = on_peer,
        .arg = s};
    struct stream *older = id_map_get(&hub->streams, actor->agent_id);
    if (older)
        stream_end(older, older->actor.session_id == actor->session_id ? NULL : "other_login");
    if (!id_map_put(&hub->streams, actor->agent_id, s)) {
        free(s);
        return NULL;
    }
    s->listed = true;
    /* Without the watch the keep-alive finds out, later. */
    if (loop_add(hub->server->loop, &s->peer, EPOLLRDHUP, NULL) != ERR_OK)
        s->peer.fd = -1;
    presence_stream(hub->server->presence, actor->agent_id, true, server_now_ms());
    stream_say(s, SLOT_WORK, work);
    stream_say(s, SLOT_QUEUES, queues);
    return s;
}

static enum err_code render_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct render_job *r = (struct render_job *)((char *)job - offsetof(struct render_job, job));
    return wire_work_text(store, r->agent_id, now_utc_s, &r->work, &job->err);
}

static void render(struct hub *hub, struct stream *s);

static void render_done(struct job *job)
{
    struct render_job *r = (struct render_job *)((char *)job - offsetof(struct render_job, job));
    struct stream *s = id_map_get(&r->hub->streams, r->agent_id);
    if (s) {
        s->rendering = false;
        if (job->err.code == ERR_OK)
            stream_say(s, SLOT_WORK, &r->work);
        else
            log_line(r->hub->server->log, LOG_ERROR, "fault", "op=render code=%s %s",
                     err_info(job->err.code)->name, job->err.detail);
        if (s->stale)
            render(r->hub, s);
    }
    wipe(&r->work);
    free(r);
}

/* Read the agent's work and say it. One job at a time: changes meanwhile are told together. */
static void render(struct hub *hub, struct stream *s)
{
    s->stale = true;
    if (s->rendering)
        return;
    struct render_job *r = calloc(1, sizeof *r);
    if (!r)
        return; /* still stale: the next tick tries again */
    r->job.run = render_run;
    r->job.done = render_done;
    r->hub = hub;
    r->agent_id = s->actor.agent_id;
    s->stale = false;
    s->rendering = true;
    writer_submit(hub->server->writer, &r->job);
}

static void tell(struct hub *hub, const struct news_item *item)
{
    struct stream *s = id_map_get(&hub->streams, item->agent_id);
    if (!s)
        return;
    switch (item->kind) {
    case NEWS_WORK:
    case NEWS_FREE:
        render(hub, s);
        break;
    case NEWS_OTHER_LOGIN:
        if (s->actor.session_id != item->session_id)
            stream_end(s, "other_login");
        break;
    case NEWS_SIGNED_OUT:
        stream_end(s, "signed_out");
        break;
    case NEWS_SESSION_EXPIRED:
        stream_end(s, "expired");
        break;
    }
}

void hub_news(struct hub *hub, const struct news *news)
{
    for (size_t i = 0; i < news->n; i++)
        tell(hub, &news->items[i]);
}

static enum err_code figures_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct hub *hub = (struct hub *)((char *)job - offsetof(struct hub, figures_job));
    for (size_t i = 0; i < hub->n_groups; i++) {
        struct group *g = &hub->groups[i];
        if (!g->watched)
            continue;
        const enum err_code code = wire_queues_changed(store, &g->actor, now_utc_s, &g->figures,
                                                       &g->changed, &g->json, &job->err);
        if (code != ERR_OK)
            return code;
    }
    return ERR_OK;
}

static void figures_done(struct job *job)
{
    struct hub *hub = (struct hub *)((char *)job - offsetof(struct hub, figures_job));
    hub->figures_running = false;
    if (job->err.code != ERR_OK)
        return; /* asked again in a second; a store that fails is logged by its changes */
    struct stream *s;
    for (size_t cursor = 0; (s = id_map_next(&hub->streams, &cursor));) {
        const struct group *g = group_of(hub, &s->actor);
        if (!g || !g->changed)
            continue;
        struct buf text = {0};
        buf_add(&text, g->json.data, g->json.len);
        stream_say(s, SLOT_QUEUES, &text);
    }
    for (size_t i = 0; i < hub->n_groups; i++)
        hub->groups[i].changed = false;
}

/* The job owns the groups while it runs: nothing here touches them then. */
static void ask_figures(struct hub *hub)
{
    for (size_t i = 0; i < hub->n_groups; i++)
        hub->groups[i].watched = false;
    struct stream *s;
    bool any = false;
    for (size_t cursor = 0; (s = id_map_next(&hub->streams, &cursor));) {
        struct group *g = group_of(hub, &s->actor);
        if (!g)
            continue;
        g->actor = s->actor;
        g->watched = any = true;
    }
    if (!any)
        return;
    hub->figures_running = true;
    writer_submit(hub->server->writer, &hub->figures_job);
}

void hub_tick(struct hub *hub, int64_t now_ms)
{
    struct stream *s;
    for (size_t cursor = 0; (s = id_map_next(&hub->streams, &cursor));) {
        if (s->stale)
            render(hub, s);
        if (now_ms - s->wrote_ms >= KEEPALIVE_MS) {
            s->comment = true;
            stream_wake(s);
        }
    }
    if (!hub->figures_running)
        ask_figures(hub);
}

void hub_end_all(struct hub *hub)
{
    for (;;) {
        size_t cursor = 0;
        struct stream *s = id_map_next(&hub->streams, &cursor);
        if (!s)
            return;
        stream_end(s, NULL);
    }
}

struct hub *hub_new(struct server *server)
{
    struct hub *hub = calloc(1, sizeof *hub);
    if (!hub)
        return NULL;
    hub->server = server;
    hub->figures_job.run = figures_run;
    hub->figures_job.done = figures_done;
    return hub;
}

struct hub *hub_free(struct hub *hub)
{
    if (!hub)
        return NULL;
    for (size_t i = 0; i < hub->n_groups; i++)
        buf_free(&hub->groups[i].json);
    id_map_deinit(&hub->streams);
    free(hub);
    return NULL;
}
