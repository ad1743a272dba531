/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told what: an agent's work is read anew after each change of it, once for all changes that
 * come meanwhile; the queues' figures are read once a second for each region of a service. */

#include "net/server/hub.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/host/log.h"
#include "net/server/event_id.h"
#include "net/server/id_map.h"
#include "net/server/news.h"
#include "net/server/presence.h"
#include "net/server/server.h"
#include "net/server/wire.h"
#include "net/server/writer.h"
#include "net/store/store_agent.h"
#include "net/store/store_alarm.h"

#define GROUPS_MAX 64

/* The figures of the queues are the same for all agents of a region with the same services. */
struct group {
    enum region region;
    struct store_actor actor; /* one of them, who asks for all */
    bool watched;             /* somebody has a stream */
    struct queue_figures figures;
    bool changed;
    struct buf json;
};

struct hub {
    struct server *server;
    struct event_ids ids;
    struct id_map streams; /* agent -> struct stream, which lives until libmicrohttpd frees it */
    struct group groups[GROUPS_MAX]; /* the job's while figures_running */
    size_t n_groups;
    struct job figures_job;
    bool figures_running;
    bool figures_again;               /* asked for meanwhile */
    bool supervised;                  /* a supervisor has a stream */
    struct store_alarm_counts alarms; /* the job's while figures_running */
};

struct render_job {
    struct job job;
    struct hub *hub;
    int64_t agent_id;
    struct buf work;
};

static struct render_job *render_of(struct job *job)
{
    return (struct render_job *)((char *)job - offsetof(struct render_job, job));
}

static struct hub *hub_of(struct job *figures_job)
{
    return (struct hub *)((char *)figures_job - offsetof(struct hub, figures_job));
}

static void ask_figures(struct hub *hub);

static void on_ended(void *arg, struct stream *s)
{
    struct hub *hub = arg;
    const int64_t agent_id = stream_actor(s)->agent_id;
    id_map_remove(&hub->streams, agent_id);
    presence_stream(hub->server->presence, agent_id, false, server_now_ms());
}

struct stream *hub_open(struct hub *hub, const struct store_actor *actor,
                        struct MHD_Connection *connection, const char *last_id, struct buf *work,
                        struct buf *queues)
{
    struct stream *older = id_map_get(&hub->streams, actor->agent_id);
    if (older)
        stream_end(older,
                   stream_actor(older)->session_id == actor->session_id ? NULL : "other_login");
    presence_stream(hub->server->presence, actor->agent_id, true, server_now_ms());
    struct stream *s =
        stream_new(hub->server->loop, connection, actor,
                   &(struct stream_owner){.ids = &hub->ids, .ended = on_ended, .arg = hub});
    if (!s) {
        presence_stream(hub->server->presence, actor->agent_id, false, server_now_ms());
        return NULL;
    }
    if (!id_map_put(&hub->streams, actor->agent_id, s)) {
        stream_abandon(s);
        return NULL;
    }
    stream_marks(s)->alarms_raised = -1;
    stream_say(s, STREAM_WORK, work);
    const uint64_t figures = event_figures(&hub->ids, queues->data, queues->len);
    if (event_id_has(&hub->ids, last_id, figures))
        stream_has(s, figures);
    else
        stream_say(s, STREAM_QUEUES, queues);
    if (actor->role == AGENT_ROLE_SUPERVISOR)
        ask_figures(hub);
    return s;
}

static void render_again(struct job *job)
{
    buf_free(&render_of(job)->work);
}

static void figures_again(struct job *job)
{
    (void)job; /* it reads anew what has changed */
}

static enum err_code render_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct render_job *r = render_of(job);
    return wire_work_text(store, r->agent_id, now_utc_s, &r->work, &job->err);
}

static void render(struct hub *hub, struct stream *s);

static void render_done(struct job *job)
{
    struct render_job *r = render_of(job);
    struct stream *s = id_map_get(&r->hub->streams, r->agent_id);
    if (s) {
        stream_marks(s)->rendering = false;
        if (job->err.code == ERR_OK)
            stream_say(s, STREAM_WORK, &r->work);
        else
            log_line(r->hub->server->log, LOG_ERROR, "fault", "op=render code=%s %s",
                     err_info(job->err.code)->name, job->err.detail);
        if (stream_marks(s)->stale)
            render(r->hub, s);
    }
    buf_free(&r->work);
    free(r);
}

/* Read the agent's work and say it. One job at a time: changes meanwhile are told together. */
static void render(struct hub *hub, struct stream *s)
{
    struct stream_marks *marks = stream_marks(s);
    marks->stale = true;
    if (marks->rendering)
        return;
    struct render_job *r = calloc(1, sizeof *r);
    if (!r)
        return; /* still stale: the next tick tries again */
    r->job.run = render_run;
    r->job.done = render_done;
    r->job.again = render_again;
    r->hub = hub;
    r->agent_id = stream_actor(s)->agent_id;
    marks->stale = false;
    marks->rendering = true;
    writer_submit(hub->server->writer, &r->job);
}

static void tell(struct hub *hub, const struct news_item *item)
{
    if (item->kind == NEWS_ALARM) {
        ask_figures(hub);
        return;
    }
    struct stream *s = id_map_get(&hub->streams, item->agent_id);
    if (!s)
        return;
    switch (item->kind) {
    case NEWS_WORK:
    case NEWS_FREE:
        render(hub, s);
        break;
    case NEWS_OTHER_LOGIN:
        if (stream_actor(s)->session_id != item->session_id)
            stream_end(s, "other_login");
        break;
    case NEWS_SIGNED_OUT:
        stream_end(s, "signed_out");
        break;
    case NEWS_ALARM:
        break;
    }
}

void hub_news(struct hub *hub, const struct news *news)
{
    for (size_t i = 0; i < news->n; i++)
        tell(hub, &news->items[i]);
}

/* The group of an agent; NULL when there are more than anybody runs. */
static struct group *group_of(struct hub *hub, const struct store_actor *actor)
{
    for (size_t i = 0; i < hub->n_groups; i++)
        if (hub->groups[i].region == actor->region &&
            queue_names_equal(&hub->groups[i].actor.services, &actor->services))
            return &hub->groups[i];
    if (hub->n_groups == GROUPS_MAX)
        return NULL;
    struct group *group = &hub->groups[hub->n_groups++];
    group->region = actor->region;
    group->actor = *actor;
    return group;
}

static enum err_code figures_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct hub *hub = hub_of(job);
    for (size_t i = 0; i < hub->n_groups; i++) {
        struct group *g = &hub->groups[i];
        if (!g->watched)
            continue;
        const enum err_code code = wire_queues_changed(store, &g->actor, now_utc_s, &g->figures,
                                                       &g->changed, &g->json, &job->err);
        if (code != ERR_OK)
            return code;
    }
    return hub->supervised ? store_alarm_count(store, &hub->alarms, &job->err) : ERR_OK;
}

/* Supervisors hear of their region's alarms when their number changed, and once at first. */
static void tell_alarms(struct hub *hub, struct stream *s)
{
    const struct store_actor *actor = stream_actor(s);
    struct stream_marks *marks = stream_marks(s);
    if (actor->role != AGENT_ROLE_SUPERVISOR)
        return;
    const int64_t *n = hub->alarms.n[actor->region];
    if (n[ALARM_RAISED] == marks->alarms_raised && n[ALARM_SEEN] == marks->alarms_seen)
        return;
    struct buf text = {0};
    buf_printf(&text, "{\"raised\":%lld,\"seen\":%lld}", (long long)n[ALARM_RAISED],
               (long long)n[ALARM_SEEN]);
    if (text.failed) {
        buf_free(&text);
        return;
    }
    marks->alarms_raised = n[ALARM_RAISED];
    marks->alarms_seen = n[ALARM_SEEN];
    stream_say(s, STREAM_ALARMS, &text);
}

static void figures_done(struct job *job)
{
    struct hub *hub = hub_of(job);
    hub->figures_running = false;
    if (job->err.code != ERR_OK)
        return; /* asked again in a second; a store that fails is logged by its changes */
    struct stream *s;
    for (size_t cursor = 0; (s = id_map_next(&hub->streams, &cursor));) {
        if (hub->supervised)
            tell_alarms(hub, s);
        const struct group *g = group_of(hub, stream_actor(s));
        if (!g || !g->changed)
            continue;
        struct buf text = {0};
        buf_add(&text, g->json.data, g->json.len);
        stream_say(s, STREAM_QUEUES, &text);
    }
    for (size_t i = 0; i < hub->n_groups; i++)
        hub->groups[i].changed = false;
    if (hub->figures_again)
        ask_figures(hub);
}

static void ask_figures(struct hub *hub)
{
    hub->figures_again = hub->figures_running;
    if (hub->figures_running)
        return;
    hub->supervised = false;
    for (size_t i = 0; i < hub->n_groups; i++)
        hub->groups[i].watched = false;
    struct stream *s;
    bool any = false;
    for (size_t cursor = 0; (s = id_map_next(&hub->streams, &cursor));) {
        hub->supervised = hub->supervised || stream_actor(s)->role == AGENT_ROLE_SUPERVISOR;
        struct group *g = group_of(hub, stream_actor(s));
        if (!g)
            continue;
        g->actor = *stream_actor(s);
        g->watched = any = true;
    }
    if (!any && !hub->supervised)
        return;
    hub->figures_running = true;
    writer_submit(hub->server->writer, &hub->figures_job);
}

void hub_session_ended(struct hub *hub, const struct store_session_end *end)
{
    struct stream *s = id_map_get(&hub->streams, end->agent_id);
    if (s && stream_actor(s)->session_id == end->session_id)
        stream_end(s, end->reason);
}

void hub_tell_all(struct hub *hub)
{
    struct stream *s;
    for (size_t cursor = 0; (s = id_map_next(&hub->streams, &cursor));)
        render(hub, s);
}

void hub_tick(struct hub *hub, int64_t now_ms)
{
    struct stream *s;
    for (size_t cursor = 0; (s = id_map_next(&hub->streams, &cursor));) {
        if (stream_marks(s)->stale)
            render(hub, s);
        stream_keep_alive(s, now_ms);
    }
    if (!hub->figures_running)
        ask_figures(hub);
}

size_t hub_streams(const struct hub *hub)
{
    return hub->streams.n;
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
    event_ids_init(&hub->ids);
    hub->figures_job.run = figures_run;
    hub->figures_job.done = figures_done;
    hub->figures_job.again = figures_again;
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
