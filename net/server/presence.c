/* SPDX-License-Identifier: Apache-2.0 */
/* Who is there: one entry an agent that was ever heard of since the start (some thousands). */

#include "net/server/presence.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/service.h"
#include "net/server/id_map.h"

#define GONE_MS_DEFAULT 30000
#define ALARM_MS_DEFAULT 90000
#define ALARM_AFTER_GRACE_S 30
#define TELL_AGAIN_MS 10000
#define ELSEWHERE_SLOW_MS 8000 /* other nodes tell every 4 s, and one may be late */

struct entry {
    int64_t id;
    int64_t seen_ms;
    int64_t elsewhere_ms; /* when another node saw the agent; 0 = none did */
    bool heard;           /* of here, since the start */
    int64_t gone_ms;
    int64_t alarm_ms;
    int64_t told_ms; /* 0 = not told since the last beat */
    unsigned streams;
    bool alarmed;    /* in this absence */
    bool alarm_told; /* and not yet that it is over */
};

struct presence {
    pthread_mutex_t mutex;
    int64_t start_ms;
    struct id_map agents; /* owns its entries */
};

struct presence *presence_new(int64_t now_ms)
{
    struct presence *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    pthread_mutex_init(&p->mutex, NULL);
    p->start_ms = now_ms;
    return p;
}

struct presence *presence_free(struct presence *p)
{
    if (!p)
        return NULL;
    struct entry *e;
    for (size_t cursor = 0; (e = id_map_next(&p->agents, &cursor));)
        free(e);
    id_map_deinit(&p->agents);
    pthread_mutex_destroy(&p->mutex);
    free(p);
    return NULL;
}

/* The entry of an agent, made when missing; NULL when out of memory: the agent then looks absent,
 * which errs on the side of nobody being called. Under the mutex. */
static struct entry *entry_of(struct presence *p, int64_t agent_id)
{
    struct entry *e = id_map_get(&p->agents, agent_id);
    if (e)
        return e;
    e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->id = agent_id;
    e->seen_ms = p->start_ms;
    e->gone_ms = GONE_MS_DEFAULT;
    e->alarm_ms = ALARM_MS_DEFAULT;
    if (!id_map_put(&p->agents, agent_id, e)) {
        free(e);
        return NULL;
    }
    return e;
}

void presence_know(struct presence *p, int64_t agent_id, const struct service_times *times)
{
    pthread_mutex_lock(&p->mutex);
    struct entry *e = entry_of(p, agent_id);
    if (e) {
        e->gone_ms = times->agent_gone_s * 1000;
        e->alarm_ms = (times->screen_grace_s + ALARM_AFTER_GRACE_S) * 1000;
    }
    pthread_mutex_unlock(&p->mutex);
}

static void seen(struct entry *e, int64_t now_ms)
{
    e->seen_ms = now_ms;
    e->heard = true;
    e->told_ms = 0;
    e->alarmed = false;
}

void presence_beat(struct presence *p, int64_t agent_id, int64_t now_ms)
{
    pthread_mutex_lock(&p->mutex);
    struct entry *e = entry_of(p, agent_id);
    if (e)
        seen(e, now_ms);
    pthread_mutex_unlock(&p->mutex);
}

void presence_stream(struct presence *p, int64_t agent_id, bool open, int64_t now_ms)
{
    pthread_mutex_lock(&p->mutex);
    struct entry *e = entry_of(p, agent_id);
    if (e) {
        seen(e, now_ms);
        if (open)
            e->streams++;
        else if (e->streams > 0)
            e->streams--;
    }
    pthread_mutex_unlock(&p->mutex);
}

static bool is_here(const struct entry *e, int64_t now_ms)
{
    return e && (e->streams > 0 || now_ms - e->seen_ms <= e->gone_ms);
}

bool presence_is_here(struct presence *p, int64_t agent_id, int64_t now_ms)
{
    pthread_mutex_lock(&p->mutex);
    const bool here = is_here(entry_of(p, agent_id), now_ms);
    pthread_mutex_unlock(&p->mutex);
    return here;
}

void presence_elsewhere(struct presence *p, int64_t agent_id, int64_t seen_ms)
{
    pthread_mutex_lock(&p->mutex);
    struct entry *e = entry_of(p, agent_id);
    if (e && seen_ms + ELSEWHERE_SLOW_MS > e->elsewhere_ms)
        e->elsewhere_ms = seen_ms + ELSEWHERE_SLOW_MS;
    pthread_mutex_unlock(&p->mutex);
}

size_t presence_collect(struct presence *p, int64_t since_ms, int64_t *ids, size_t cap)
{
    size_t n = 0;
    struct entry *e;
    pthread_mutex_lock(&p->mutex);
    for (size_t cursor = 0; n < cap && (e = id_map_next(&p->agents, &cursor));)
        if (e->streams > 0 || (e->heard && e->seen_ms >= since_ms))
            ids[n++] = e->id;
    pthread_mutex_unlock(&p->mutex);
    return n;
}

static enum presence_state missed(struct entry *e, int64_t now_ms)
{
    const int64_t seen_ms = e->seen_ms > e->elsewhere_ms ? e->seen_ms : e->elsewhere_ms;
    const bool here = e->streams > 0 || now_ms - seen_ms <= e->gone_ms;
    if (here && e->alarm_told) {
        e->alarm_told = false;
        return PRESENCE_BACK;
    }
    if (here || (e->told_ms && now_ms - e->told_ms < TELL_AGAIN_MS))
        return PRESENCE_HERE;
    e->told_ms = now_ms;
    if (e->alarmed || now_ms - seen_ms < e->alarm_ms)
        return PRESENCE_GONE;
    e->alarmed = e->alarm_told = true;
    return PRESENCE_ALARM;
}

enum presence_state presence_missed(struct presence *p, int64_t agent_id, int64_t now_ms)
{
    pthread_mutex_lock(&p->mutex);
    struct entry *e = entry_of(p, agent_id);
    const enum presence_state state = e ? missed(e, now_ms) : PRESENCE_HERE;
    pthread_mutex_unlock(&p->mutex);
    return state;
}
