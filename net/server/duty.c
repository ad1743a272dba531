/* SPDX-License-Identifier: Apache-2.0 */
/* What falls due by itself. */

#include "net/server/duty.h"

#include <stddef.h>
#include <stdlib.h>

#include "net/host/log.h"
#include "net/server/hub.h"
#include "net/server/metrics.h"
#include "net/server/news.h"
#include "net/server/options.h"
#include "net/server/presence.h"
#include "net/server/server.h"
#include "net/server/writer.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"
#include "net/store/store_alarm.h"
#include "net/store/store_audit.h"
#include "net/store/store_callback.h"
#include "net/store/store_import.h"
#include "net/store/store_nodes.h"
#include "net/store/store_offer.h"

#define LOOK_MAX 4096 /* of each kind in one look: more than the 2,000 agents there are */
#define WAKE_MAX 500
#define PURGE_MAX 500
#define IMPORT_MAX 200
#define PURGE_EVERY_S 60
#define PRESENCE_EVERY_MS 4000 /* told to other nodes: far below an agent's grace of 30 s */

/* A stream whose session ended meanwhile, by another program or node, ends with it. */
#define ENDED_S 30
#define ENDED_MAX 512
#define SEEN_EVERY_MS 60000 /* how often it is noted who is there */

/* One thing to do for one id. */
struct task {
    struct job job;
    struct duty *duty;
    int64_t id;
    struct news news;
};

struct ids {
    int64_t items[LOOK_MAX];
    size_t n;
};

struct duty {
    struct server *server;
    struct job look;
    bool looking;
    bool introduced; /* the agents' services are known to presence */
    int64_t purged_utc_s;
    int64_t presence_ms; /* when the other nodes were told of it last */
    /* What the look found: written by the writer thread, read after its commit. */
    struct ids expired, deadlines, signed_in, ready, missed, here;
    struct store_session_end ended[ENDED_MAX];
    size_t n_ended;
    /* Read by the next look. */
    struct ids seen;
    int64_t seen_ms;
};

static struct task *task_of(struct job *job)
{
    return (struct task *)((char *)job - offsetof(struct task, job));
}

static enum err_code run_offer(struct job *job, struct store *store, int64_t now_utc_s);

static void task_done(struct job *job)
{
    struct task *t = task_of(job);
    struct server *server = t->duty->server;
    if (job->err.code == ERR_OK) {
        if (job->run == run_offer && t->news.n > 0)
            metrics_count(server->metrics, METRIC_OFFERS);
        hub_news(server->hub, &t->news);
        duty_news(t->duty, &t->news);
    } else if (err_info(job->err.code)->http_status >= 500) {
        log_line(server->log, LOG_ERROR, "fault", "op=duty code=%s %s %s",
                 err_info(job->err.code)->name, job->err.sentence, job->err.detail);
    }
    news_deinit(&t->news);
    free(t);
}

static void task_again(struct job *job)
{
    news_deinit(&task_of(job)->news);
}

static void look_again(struct job *job)
{
    (void)job; /* it writes its lists anew */
}

/* Without memory the task is left to the next look. */
static void task_submit(struct duty *duty, int64_t id,
                        enum err_code (*run)(struct job *, struct store *, int64_t))
{
    struct task *t = calloc(1, sizeof *t);
    if (!t)
        return;
    t->job.run = run;
    t->job.done = task_done;
    t->job.again = task_again;
    t->job.news = &t->news;
    t->duty = duty;
    t->id = id;
    writer_submit(duty->server->writer, &t->job);
}

static enum err_code run_offer(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct task *t = task_of(job);
    int64_t offer_id;
    struct err none;
    const enum err_code code = store_offer_next(store, t->id, now_utc_s, &offer_id, &none);
    if (code == ERR_NOT_FOUND)
        return ERR_OK; /* who was passed over on the way stays so */
    if (code == ERR_OK)
        news_add(&t->news, NEWS_WORK, t->id, 0);
    else
        job->err = none;
    return code;
}

static enum err_code run_deadline(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct task *t = task_of(job);
    int64_t agent_id = 0;
    const enum err_code code = store_deadline_apply(store, t->id, now_utc_s, &agent_id, &job->err);
    if (code == ERR_OK && agent_id)
        news_add(&t->news, NEWS_WORK, agent_id, 0);
    return code;
}

static enum err_code run_gone(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct task *t = task_of(job);
    bool changed = false;
    bool recent = false; /* with another node, which has not told it yet */
    enum err_code code = store_presence_recent(store, t->id, now_utc_s, &recent, &job->err);
    if (code != ERR_OK || recent)
        return code;
    code = store_agent_gone(store, t->id, now_utc_s, &changed, &job->err);
    if (code == ERR_OK && changed)
        news_add(&t->news, NEWS_WORK, t->id, 0);
    return code;
}

static enum err_code run_miss(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct task *t = task_of(job);
    bool missed = false;
    const enum err_code code = store_callback_miss(store, t->id, now_utc_s, &missed, &job->err);
    if (code == ERR_OK && missed)
        news_add(&t->news, NEWS_ALARM, 0, 0);
    return code;
}

/* Nobody can act on a call, or choose a code that is owed, while the agent is away: a person has to
 * look. */
static enum err_code run_alarm(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct task *t = task_of(job);
    struct store_work work;
    const enum err_code code = store_work_read(store, t->id, now_utc_s, &work, &job->err);
    if (code != ERR_OK)
        return code;
    const bool up = work.offer.offer_id && work.offer.state == HOLD_CALL;
    const bool owed = work.offer.offer_id && work.offer.state == HOLD_OVERDUE;
    const int64_t offer_id = work.offer.offer_id;
    if (up)
        log_line(t->duty->server->log, LOG_WARNING, "alarm",
                 "a call is up and its agent is away: agent=%lld offer=%lld call=%lld",
                 (long long)t->id, (long long)work.offer.offer_id, (long long)work.offer.call_id);
    store_work_wipe(&work);
    if (!up && !owed)
        return ERR_OK;
    news_add(&t->news, NEWS_ALARM, 0, 0);
    return store_alarm_of_offer(store, up ? ALARM_CALL_WITHOUT_SCREEN : ALARM_HOLD_STUCK, offer_id,
                                now_utc_s, &job->err);
}

/* The agent can act again. */
static enum err_code run_back(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct task *t = task_of(job);
    struct store_work work;
    enum err_code code = store_work_read(store, t->id, now_utc_s, &work, &job->err);
    if (code != ERR_OK)
        return code;
    const int64_t offer_id = work.offer.offer_id;
    store_work_wipe(&work);
    if (!offer_id)
        return ERR_OK;
    news_add(&t->news, NEWS_ALARM, 0, 0);
    code = store_alarm_settle(store, ALARM_CALL_WITHOUT_SCREEN, offer_id, now_utc_s, &job->err);
    return code ? code
                : store_alarm_settle(store, ALARM_HOLD_STUCK, offer_id, now_utc_s, &job->err);
}

void duty_news(struct duty *duty, const struct news *news)
{
    for (size_t i = 0; i < news->n; i++) {
        const int64_t agent_id = news->items[i].agent_id;
        if (news->items[i].kind == NEWS_FREE &&
            presence_is_here(duty->server->presence, agent_id, server_now_ms()))
            task_submit(duty, agent_id, run_offer);
    }
}

struct introduction {
    struct presence *presence;
    struct store *store;
};

static bool introduce(void *arg, const struct store_agent *agent)
{
    const struct introduction *in = arg;
    const struct service *service;
    if (store_service(in->store, agent->services.items[0], &service, NULL) == ERR_OK)
        presence_know(in->presence, agent->agent_id, &service->times);
    return true;
}

struct others {
    struct presence *presence;
    int64_t now_ms;
};

static void seen_elsewhere(void *arg, int64_t agent_id, int64_t age_s)
{
    const struct others *o = arg;
    presence_elsewhere(o->presence, agent_id, o->now_ms - (age_s > 0 ? age_s : 0) * 1000);
}

/* Say who is with this node, and hear who is with others. */
static enum err_code share_presence(struct duty *d, struct store *store, struct err *err)
{
    struct others o = {d->server->presence, server_now_ms()};
    if (!store_is_shared(store) || o.now_ms - d->presence_ms < PRESENCE_EVERY_MS)
        return ERR_OK;
    const size_t n = presence_collect(o.presence, d->presence_ms, d->here.items, LOOK_MAX);
    enum err_code code = store_presence_put(store, d->here.items, n, err);
    if (code == ERR_OK)
        code = store_presence_others(store, seen_elsewhere, &o, err);
    if (code == ERR_OK)
        d->presence_ms = o.now_ms;
    return code;
}

static enum err_code look_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct duty *d = (struct duty *)((char *)job - offsetof(struct duty, look));
    struct err *err = &job->err;
    enum err_code code = ERR_OK;
    if (!d->introduced) {
        struct introduction in = {d->server->presence, store};
        code = store_agent_list(store, introduce, &in, err);
        if (code == ERR_OK) /* nobody was idle while no backend was there */
            code = store_sessions_all_seen(store, now_utc_s, err);
        d->introduced = code == ERR_OK;
    }
    size_t woken, freed;
    if (code == ERR_OK)
        code = share_presence(d, store, err);
    if (code == ERR_OK)
        code = store_wake_people(store, now_utc_s, WAKE_MAX, &woken, err);
    if (code == ERR_OK)
        code = store_free_phones(store, now_utc_s, &freed, err);
    if (code == ERR_OK)
        code = store_callbacks_due(store, now_utc_s, err);
    if (code == ERR_OK)
        code =
            store_callbacks_to_miss(store, now_utc_s, d->missed.items, LOOK_MAX, &d->missed.n, err);
    if (code == ERR_OK) /* one that was cut: the people it promised come all the same */
        code = store_import_go_on(store, IMPORT_MAX, now_utc_s, err);
    if (code == ERR_OK)
        code = store_sessions_expire(store, now_utc_s, d->server->options->session_idle_s,
                                     d->expired.items, LOOK_MAX, &d->expired.n, err);
    if (code == ERR_OK)
        code =
            store_sessions_ended(store, now_utc_s - ENDED_S, d->ended, ENDED_MAX, &d->n_ended, err);
    if (code == ERR_OK && d->seen.n) {
        code = store_sessions_seen(store, d->seen.items, d->seen.n, now_utc_s, err);
        d->seen.n = 0;
    }
    if (code == ERR_OK)
        code = store_deadlines_due(store, now_utc_s, d->deadlines.items, LOOK_MAX, &d->deadlines.n,
                                   err);
    if (code == ERR_OK)
        code = store_signed_in_agents(store, d->signed_in.items, LOOK_MAX, &d->signed_in.n, err);
    if (code == ERR_OK)
        code = store_ready_agents(store, d->ready.items, LOOK_MAX, &d->ready.n, err);
    if (code == ERR_OK && now_utc_s - d->purged_utc_s >= PURGE_EVERY_S) {
        d->purged_utc_s = now_utc_s;
        int64_t number;
        code = store_repeat_purge(store, now_utc_s, PURGE_MAX, err);
        if (code == ERR_OK)
            code = store_stuck_alarm(store, now_utc_s, err);
        if (code == ERR_OK)
            code = store_presence_purge(store, err);
        if (code == ERR_OK)
            code = store_checkpoint_due(store, now_utc_s, STORE_CHECKPOINT_AGE_S,
                                        STORE_CHECKPOINT_ENTRIES, &number, err);
    }
    return code;
}

static void look_after_absent(struct duty *d, int64_t agent_id)
{
    struct presence *presence = d->server->presence;
    switch (presence_missed(presence, agent_id, server_now_ms())) {
    case PRESENCE_HERE:
        break;
    case PRESENCE_GONE:
        task_submit(d, agent_id, run_gone);
        break;
    case PRESENCE_ALARM:
        task_submit(d, agent_id, run_gone);
        task_submit(d, agent_id, run_alarm);
        break;
    case PRESENCE_BACK:
        task_submit(d, agent_id, run_back);
        break;
    }
}

/* Who is there now; the next look writes it down. */
static void note_seen(struct duty *d)
{
    const int64_t now_ms = server_now_ms();
    if (d->seen_ms && now_ms - d->seen_ms < SEEN_EVERY_MS)
        return;
    d->seen_ms = now_ms;
    for (size_t i = 0; i < d->signed_in.n; i++)
        if (presence_is_here(d->server->presence, d->signed_in.items[i], now_ms))
            d->seen.items[d->seen.n++] = d->signed_in.items[i];
}

static void look_done(struct job *job)
{
    struct duty *d = (struct duty *)((char *)job - offsetof(struct duty, look));
    struct server *server = d->server;
    d->looking = false;
    if (job->err.code != ERR_OK) {
        log_line(server->log, LOG_ERROR, "fault", "op=look code=%s %s %s",
                 err_info(job->err.code)->name, job->err.sentence, job->err.detail);
        return;
    }
    for (size_t i = 0; i < d->expired.n; i++)
        task_submit(d, d->expired.items[i], run_gone);
    for (size_t i = 0; i < d->n_ended; i++)
        hub_session_ended(server->hub, &d->ended[i]);
    note_seen(d);
    for (size_t i = 0; i < d->deadlines.n; i++)
        task_submit(d, d->deadlines.items[i], run_deadline);
    for (size_t i = 0; i < d->missed.n; i++)
        task_submit(d, d->missed.items[i], run_miss);
    for (size_t i = 0; i < d->signed_in.n; i++)
        look_after_absent(d, d->signed_in.items[i]);
    for (size_t i = 0; i < d->ready.n; i++)
        if (presence_is_here(server->presence, d->ready.items[i], server_now_ms()))
            task_submit(d, d->ready.items[i], run_offer);
}

void duty_tick(struct duty *d)
{
    if (d->looking)
        return; /* the store is slow: one look at a time */
    d->looking = true;
    writer_submit(d->server->writer, &d->look);
}

struct duty *duty_new(struct server *server)
{
    struct duty *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->server = server;
    d->look.run = look_run;
    d->look.done = look_done;
    d->look.again = look_again;
    return d;
}

struct duty *duty_free(struct duty *d)
{
    free(d);
    return NULL;
}
