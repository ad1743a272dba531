/* SPDX-License-Identifier: Apache-2.0 */
/* The queues of an agent's services: who serves them, who waits in them. */

#include <stdlib.h>
#include <string.h>

#include "net/store/agent_row.h"
#include "net/store/internal.h"
#include "net/store/store_agent.h"
#include "net/store/store_list.h"

/* One who is on queue in the region. */
struct server {
    struct store_agent agent;
    bool is_free;
};

struct servers {
    struct server *items;
    size_t n;
    size_t cap;
};

static void servers_deinit(struct servers *s)
{
    free(s->items);
}

static struct server *servers_add(struct servers *s)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 64;
        struct server *items = realloc(s->items, cap * sizeof *items);
        if (!items) {
            return NULL;
        }
        s->items = items;
        s->cap = cap;
    }
    struct server *one = &s->items[s->n++];
    *one = (struct server){0};
    return one;
}

static enum err_code read_servers(struct store *st, enum region region, struct servers *ret,
                                  struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    enum err_code code = sql_each(st, SQL_QUEUE_AGENTS, &q, err, sql_text(region_name(region)));
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        char languages[STORE_AGENT_LANGUAGES * LANGUAGE_SIZE + 1];
        struct server *s = servers_add(ret);
        if (!s) {
            return err_set(err, ERR_NOMEM, NULL);
        }
        s->agent.region = region;
        s->agent.line = (int)sql_col_int(q, 1);
        sql_col_text(q, 2, languages, sizeof languages);
        agent_read_languages(languages, &s->agent);
        agent_read_names(q, 3, &s->agent.services);
        agent_read_names(q, 4, &s->agent.queues);
        agent_read_names(q, 5, &s->agent.skills);
        s->is_free = sql_col_int(q, 6) != 0;
    }
    return code;
}

static void count_servers(const struct servers *servers, const char *service_id,
                          const struct service_queue *queue, struct store_queue *row)
{
    for (size_t i = 0; i < servers->n; i++) {
        const struct server *s = &servers->items[i];
        const struct queue_server by = store_agent_server(&s->agent);
        if (queue_names_hold(&s->agent.services, service_id) && queue_is_served(queue, &by)) {
            row->agents_on_queue++;
            row->agents_available += s->is_free;
        }
    }
}

static enum err_code count_waiting(struct store *st, const char *service_id,
                                   const struct service_queue *queue, int64_t now_utc_s,
                                   struct store_queue *row, struct err *err)
{
    const bool by_language = queue->kind == SERVICE_QUEUE_LANGUAGE;
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(
        st, SQL_QUEUE_WAITING, &q, err, sql_text(region_name(queue->region)), sql_text(service_id),
        sql_text(by_language ? "" : queue->id), sql_text(by_language ? queue->language : ""));
    if (!code) {
        int64_t since = sql_col_int(q, 1);
        row->waiting = sql_col_int(q, 0);
        row->longest_wait_s = since && since < now_utc_s ? now_utc_s - since : 0;
    }
    return code;
}

static enum err_code queues_of(struct store *st, const struct store_actor *actor,
                               const char *service_id, const struct servers *servers,
                               int64_t now_utc_s, struct store_queue *rows, size_t cap,
                               size_t *ret_n, struct err *err)
{
    const struct service *service = NULL;
    enum err_code code = store_service(st, service_id, &service, err);
    for (size_t i = 0; !code && i < service->n_queues && *ret_n < cap; i++) {
        const struct service_queue *queue = &service->queues[i];
        if (queue->region != actor->region) {
            continue;
        }
        struct store_queue *row = &rows[(*ret_n)++];
        *row = (struct store_queue){.kind = queue->kind};
        memcpy(row->queue, queue->id, sizeof row->queue);
        memcpy(row->service_id, service->id, sizeof row->service_id);
        count_servers(servers, service_id, queue, row);
        code = count_waiting(st, service_id, queue, now_utc_s, row, err);
    }
    return code;
}

enum err_code store_queues(struct store *st, const struct store_actor *actor, int64_t now_utc_s,
                           struct store_queue *rows, size_t cap, size_t *ret_n, struct err *err)
{
    CLEANUP(servers_deinit) struct servers servers = {0};
    size_t n = 0;
    enum err_code code = read_servers(st, actor->region, &servers, err);
    for (size_t i = 0; !code && i < actor->services.n; i++) {
        code =
            queues_of(st, actor, actor->services.items[i], &servers, now_utc_s, rows, cap, &n, err);
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}
