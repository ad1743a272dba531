/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a call can be handed to, and who can be asked: colleagues and queues. */

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/store/agent_row.h"
#include "net/store/internal.h"
#include "net/store/store_target.h"

static bool share_a_service(const struct queue_names *a, const struct queue_names *b)
{
    for (size_t i = 0; i < a->n; i++) {
        if (queue_names_hold(b, a->items[i])) {
            return true;
        }
    }
    return false;
}

/* Name and login are searched as one: "dupont wal7". */
static bool fits(const struct store_directory_user *u, const char *typed)
{
    char both[STORE_AGENT_NAME_SIZE + STORE_LOGIN_SIZE];
    snprintf(both, sizeof both, "%s %s", u->name, u->login);
    return text_matches(both, typed);
}

static enum err_code read_user(struct sql_rows *q, struct store_directory_user *ret,
                               struct queue_names *ret_services, enum agent_role *ret_role,
                               struct err *err)
{
    enum agent_state state;
    char text[32];
    *ret = (struct store_directory_user){.is_free = sql_col_int(q, 5) != 0};
    sql_col_text(q, 1, ret->login, sizeof ret->login);
    sql_col_text(q, 2, ret->name, sizeof ret->name);
    agent_read_names(q, 3, ret_services);
    sql_col_text(q, 4, text, sizeof text);
    if (!agent_state_by_name(text, &state)) {
        return err_set(err, ERR_STORE, "an agent in the database is broken");
    }
    ret->status = agent_state_status(state);
    ret->on_queue = agent_state_on_queue(state);
    sql_col_text(q, 6, text, sizeof text);
    return agent_role_by_name(text, strlen(text), ret_role)
               ? ERR_OK
               : err_set(err, ERR_STORE, "an agent in the database is broken");
}

static enum err_code find_users(struct store *st, const struct store_actor *actor,
                                const char *typed, int64_t now_utc_s, struct store_directory *d,
                                struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    enum err_code code = sql_each(st, SQL_DIRECTORY, &q, err, sql_text(region_name(actor->region)),
                                  sql_int(now_utc_s), sql_text(""));
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        struct store_directory_user user;
        struct queue_names services;
        enum agent_role role;
        code = read_user(q, &user, &services, &role, err);
        if (code || sql_col_int(q, 0) == actor->agent_id || !agent_role_takes_calls(role) ||
            !share_a_service(&services, &actor->services) || !fits(&user, typed)) {
            continue;
        }
        d->all_users++;
        if (d->n_users < STORE_DIRECTORY_MAX) {
            d->users[d->n_users++] = user;
        }
    }
    return code;
}

static void find_queues(const struct service *service, enum region region, bool own,
                        const char *typed, struct store_directory *d)
{
    for (size_t i = 0; i < service->n_queues; i++) {
        const struct service_queue *queue = &service->queues[i];
        if ((queue->region == region) != own || !text_matches(queue->id, typed)) {
            continue;
        }
        d->all_queues++;
        if (d->n_queues == STORE_DIRECTORY_MAX) {
            continue;
        }
        struct store_directory_queue *row = &d->queues[d->n_queues++];
        memcpy(row->queue, queue->id, sizeof row->queue);
        row->region = queue->region;
    }
}

enum err_code store_directory(struct store *st, const struct store_actor *actor, const char *typed,
                              int64_t now_utc_s, struct store_directory *ret, struct err *err)
{
    const struct service *service = NULL;
    char service_id[SERVICE_ID_SIZE];
    memset(ret, 0, sizeof *ret);
    enum err_code code = store_agent_service_now(st, actor->agent_id, service_id, err);
    if (!code) {
        code = store_service(st, service_id, &service, err);
    }
    if (!code) {
        find_queues(service, actor->region, true, typed, ret);
        find_queues(service, actor->region, false, typed, ret);
        code = find_users(st, actor, typed, now_utc_s, ret, err);
    }
    return code;
}
