/* SPDX-License-Identifier: Apache-2.0 */
/* Agents: adding, listing, what they are doing. */

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/text.h"
#include "net/store/agent_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_agent.h"

static enum err_code check_agent(const struct store_agent *a, struct err *err)
{
    if (!a->login[0] || !text_is_plain(a->login, strlen(a->login), TEXT_ONE_LINE)) {
        return err_field(err, ERR_INVALID, "login", "a login is needed");
    }
    if (!a->name[0] || !text_is_plain(a->name, strlen(a->name), TEXT_ONE_LINE)) {
        return err_field(err, ERR_INVALID, "name", "a name is needed");
    }
    if (a->n_languages == 0 || a->n_languages > STORE_AGENT_LANGUAGES) {
        return err_field(err, ERR_INVALID, "languages", "one to %d languages are needed",
                         STORE_AGENT_LANGUAGES);
    }
    return ERR_OK;
}

/* Has one of the services this queue, in the agent's region? */
static enum err_code find_queue(struct store *st, const struct store_agent *a, const char *queue,
                                struct err *err)
{
    for (size_t i = 0; i < a->services.n; i++) {
        const struct service *service = NULL;
        enum err_code code = store_service(st, a->services.items[i], &service, err);
        if (code) {
            return code;
        }
        const struct service_queue *q = service_find_queue(service, queue);
        if (q && q->region == a->region) {
            return ERR_OK;
        }
    }
    return err_field(err, ERR_INVALID, "queues",
                     "no service of the agent has the queue %s in the region", queue);
}

/* Services and queues are there. */
static enum err_code check_serves(struct store *st, const struct store_agent *a, struct err *err)
{
    if (a->services.n == 0) {
        return err_field(err, ERR_INVALID, "services", "a service is needed");
    }
    for (size_t i = 0; i < a->services.n; i++) {
        const struct service *service = NULL;
        enum err_code code = store_service(st, a->services.items[i], &service, err);
        if (code) {
            return code == ERR_NOT_FOUND
                       ? err_field(err, code, "services", "the service %s has not been loaded",
                                   a->services.items[i])
                       : code;
        }
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < a->queues.n; i++) {
        code = find_queue(st, a, a->queues.items[i], err);
    }
    return code;
}

/* The lists of an agent as they are stored. */
struct lists {
    char languages[STORE_AGENT_LANGUAGES * LANGUAGE_SIZE + 1];
    char services[QUEUE_NAMES_SIZE];
    char queues[QUEUE_NAMES_SIZE];
    char skills[QUEUE_NAMES_SIZE];
};

static void print_lists(const struct store_agent *a, struct lists *ret)
{
    size_t at = 0;
    for (size_t i = 0; i < a->n_languages; i++) {
        ret->languages[at++] = a->languages[i][0];
        ret->languages[at++] = a->languages[i][1];
        ret->languages[at++] = i + 1 < a->n_languages ? ',' : '\0';
    }
    queue_names_print(&a->services, ret->services);
    queue_names_print(&a->queues, ret->queues);
    queue_names_print(&a->skills, ret->skills);
}

/* A new key for the agent's journals, random: it stays the same when the master key changes. */
static enum err_code seal_journal_key(struct store *st, int64_t agent_id, struct buf *out,
                                      struct err *err)
{
    uint8_t key[32];
    const struct seal_place place = {"agent", "journal", agent_id};
    randombytes_buf(key, sizeof key);
    enum err_code code = seal(st->keys, &place, key, sizeof key, out, err);
    sodium_memzero(key, sizeof key);
    return code;
}

enum err_code store_agent_add(struct store *st, const struct store_agent *agent,
                              const char *password_hash, int64_t now_utc_s, int64_t *ret_agent_id,
                              struct err *err)
{
    enum err_code code = check_agent(agent, err);
    if (code) {
        return code;
    }
    code = check_serves(st, agent, err);
    if (code) {
        return code;
    }
    struct lists lists;
    print_lists(agent, &lists);
    int64_t id = 0;
    CLEANUP_BUF struct buf journal = {0};
    code = store_next_id(st, "agent", &id, err);
    if (!code) {
        code = seal_journal_key(st, id, &journal, err);
    }
    if (code) {
        return code;
    }
    code = sql_run(st, SQL_AGENT_INSERT, err, sql_int(id), sql_text(agent->login),
                   sql_text(agent->name), sql_text(region_name(agent->region)),
                   sql_text(agent_role_name(agent->role)), sql_text(lists.languages),
                   sql_text(agent->services.items[0]), sql_text(password_hash),
                   sql_blob(journal.data, journal.len), sql_int(now_utc_s),
                   sql_int(agent->line ? agent->line : 1), sql_text(lists.services),
                   sql_text(lists.queues), sql_text(lists.skills), sql_text(agent->employer));
    if (!code && sql_changes(st) == 0) {
        code = err_field(err, ERR_CONFLICT, "login", "there is an agent with this login");
    }
    if (!code) {
        *ret_agent_id = id;
    }
    return code;
}

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
