/* SPDX-License-Identifier: Apache-2.0 */
/* Agents: reading, listing, what they are doing. */

#include <stdlib.h>
#include <string.h>

#include "net/store/agent_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/store_agent.h"

void agent_read_languages(const char *text, struct store_agent *ret)
{
    size_t len = strlen(text);
    ret->n_languages = 0;
    for (size_t i = 0; i + 2 <= len && ret->n_languages < STORE_AGENT_LANGUAGES; i += 3) {
        char *lang = ret->languages[ret->n_languages++];
        lang[0] = text[i];
        lang[1] = text[i + 1];
        lang[2] = '\0';
    }
}

void agent_read_names(struct sql_rows *q, int column, struct queue_names *ret)
{
    char text[QUEUE_NAMES_SIZE];
    sql_col_text(q, column, text, sizeof text);
    if (!queue_names_parse(text, ret)) {
        ret->n = 0;
    }
}

struct queue_server store_agent_server(const struct store_agent *agent)
{
    return (struct queue_server){
        .region = agent->region,
        .line = agent->line ? agent->line : 1,
        .languages = agent->languages,
        .n_languages = agent->n_languages,
        .skills = &agent->skills,
        .queues = &agent->queues,
    };
}

enum err_code agent_columns(struct sql_rows *q, struct store_agent *ret, struct err *err)
{
    char region[8];
    char role[16];
    char languages[STORE_AGENT_LANGUAGES * LANGUAGE_SIZE + 1];
    *ret = (struct store_agent){.agent_id = sql_col_int(q, 0)};
    sql_col_text(q, 1, ret->login, sizeof ret->login);
    sql_col_text(q, 2, ret->name, sizeof ret->name);
    sql_col_text(q, 3, region, sizeof region);
    sql_col_text(q, 4, role, sizeof role);
    sql_col_text(q, 5, languages, sizeof languages);
    agent_read_languages(languages, ret);
    ret->line = (int)sql_col_int(q, 7);
    agent_read_names(q, 8, &ret->services);
    agent_read_names(q, 9, &ret->queues);
    agent_read_names(q, 10, &ret->skills);
    sql_col_text(q, 11, ret->employer, sizeof ret->employer);
    ret->disabled_utc_s = sql_col_int(q, 12);
    return region_by_name(region, strlen(region), &ret->region) &&
                   agent_role_by_name(role, strlen(role), &ret->role)
               ? ERR_OK
               : err_set(err, ERR_STORE, "an agent in the database is broken");
}

static enum err_code read_by(struct store *st, enum sql_id id, int64_t agent_id,
                             struct agent_row *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, id, &q, err, sql_int(agent_id));
    if (code) {
        return code;
    }
    struct agent_row r;
    char state[16];
    code = agent_columns(q, &r.agent, err);
    sql_col_text(q, 13, state, sizeof state);
    if (!code && !agent_state_by_name(state, &r.state)) {
        code = err_set(err, ERR_STORE, "an agent in the database is broken");
    }
    if (code) {
        return code;
    }
    r.status_since_utc_s = sql_col_int(q, 14);
    r.on_queue_since_utc_s = sql_col_int(q, 15);
    r.offer_id = sql_col_int(q, 16);
    *ret = r;
    return ERR_OK;
}

enum err_code agent_read(struct store *st, int64_t agent_id, struct agent_row *ret, struct err *err)
{
    return read_by(st, SQL_AGENT_READ, agent_id, ret, err);
}

enum err_code agent_look(struct store *st, int64_t agent_id, struct agent_row *ret, struct err *err)
{
    return read_by(st, SQL_AGENT_LOOK, agent_id, ret, err);
}

enum err_code store_agent_list(struct store *st, bool (*fn)(void *arg, const struct store_agent *),
                               void *arg, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, SQL_AGENT_LIST, NULL, 0, &q, err);
    bool row = true;
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        struct store_agent a;
        code = agent_columns(q, &a, err);
        if (!code && !fn(arg, &a)) {
            break;
        }
    }
    return code;
}

enum err_code store_credential_read(struct store *st, const char *login, int64_t *ret_agent_id,
                                    char ret_hash[STORE_PASSWORD_HASH_SIZE], struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_AGENT_CREDENTIAL, &q, err, sql_text(login));
    if (!code) {
        *ret_agent_id = sql_col_int(q, 0);
        sql_col_text(q, 1, ret_hash, STORE_PASSWORD_HASH_SIZE);
    }
    return code;
}

static enum err_code write_state(struct store *st, int64_t agent_id, enum agent_state from,
                                 enum agent_state to, int64_t since, int64_t now_utc_s,
                                 struct err *err)
{
    bool status_changes = agent_state_status(from) != agent_state_status(to);
    bool on_queue = agent_state_on_queue(to);
    int64_t on_queue_since = !on_queue ? 0 : agent_state_on_queue(from) ? since : now_utc_s;
    return sql_run(st, SQL_AGENT_STATE, err, sql_int(agent_id), sql_text(agent_state_name(to)),
                   sql_opt(status_changes ? now_utc_s : 0), sql_opt(on_queue_since));
}

enum err_code agent_move(struct store *st, int64_t agent_id, enum agent_event event, bool must,
                         int64_t now_utc_s, struct err *err)
{
    struct agent_row row;
    enum err_code code = agent_read(st, agent_id, &row, err);
    if (code) {
        return code;
    }
    enum agent_state state = row.state;
    if (!agent_step(&state, event)) {
        return must ? err_set(err, ERR_STATE, "%s", agent_refusal(row.state, event)) : ERR_OK;
    }
    return write_state(st, agent_id, row.state, state, row.on_queue_since_utc_s, now_utc_s, err);
}

enum err_code store_set_status(struct store *st, const struct store_actor *actor,
                               enum agent_status status, int64_t now_utc_s, struct err *err)
{
    struct agent_row row;
    enum err_code code = agent_read(st, actor->agent_id, &row, err);
    if (code || row.state == agent_state_of(status, false)) {
        return code; /* chosen again: nothing changes */
    }
    return agent_move(st, actor->agent_id, agent_choose(status), true, now_utc_s, err);
}

enum err_code store_set_on_queue(struct store *st, const struct store_actor *actor, bool on_queue,
                                 int64_t now_utc_s, struct err *err)
{
    struct agent_row row;
    enum err_code code = agent_read(st, actor->agent_id, &row, err);
    if (code || agent_state_on_queue(row.state) == on_queue) {
        return code;
    }
    return agent_move(st, actor->agent_id, on_queue ? AGENT_EV_ON_QUEUE : AGENT_EV_OFF_QUEUE, true,
                      now_utc_s, err);
}

enum err_code store_agent_gone(struct store *st, int64_t agent_id, int64_t now_utc_s,
                               bool *ret_changed, struct err *err)
{
    struct agent_row row;
    struct hold_row hold;
    struct hold_change refused;
    enum err_code code = agent_read(st, agent_id, &row, err);
    if (code) {
        return code;
    }
    *ret_changed = false;
    if (row.offer_id) {
        code = hold_load(st, row.offer_id, &hold, err);
        if (code || !hold_step(hold.state, HOLD_EV_AGENT_GONE, &refused)) {
            return code; /* a call, or what comes after one, stays with its agent */
        }
        struct hold_input in = {.now_utc_s = now_utc_s};
        *ret_changed = true;
        return hold_change(st, &hold, HOLD_EV_AGENT_GONE, &in, err);
    }
    enum agent_state state = row.state;
    *ret_changed = agent_step(&state, AGENT_EV_GONE) && state != row.state;
    return agent_move(st, agent_id, AGENT_EV_GONE, false, now_utc_s, err);
}

enum err_code store_ready_agents(struct store *st, int64_t *agent_ids, size_t cap, size_t *ret_n,
                                 struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, SQL_AGENT_READY, NULL, 0, &q, err);
    return code ? code : sql_ids(st, q, agent_ids, cap, ret_n, err);
}

enum err_code store_agent_service_now(struct store *st, int64_t agent_id, char ret[SERVICE_ID_SIZE],
                                      struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_AGENT_SERVICE_NOW, &q, err, sql_int(agent_id));
    if (!code) {
        sql_col_text(q, 0, ret, SERVICE_ID_SIZE);
    }
    return code;
}
