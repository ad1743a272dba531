/* SPDX-License-Identifier: Apache-2.0 */
/* Agents: adding, changing, disabling, a new password. */

#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/store/agent_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/session_end.h"
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

enum err_code store_agent_check(struct store *st, const struct store_agent *agent, struct err *err)
{
    enum err_code code = check_agent(agent, err);
    return code ? code : check_serves(st, agent, err);
}

enum err_code store_agent_add(struct store *st, const struct store_agent *agent,
                              const char *password_hash, int64_t now_utc_s, int64_t *ret_agent_id,
                              struct err *err)
{
    enum err_code code = store_agent_check(st, agent, err);
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

enum err_code store_agent_find(struct store *st, const char *login, struct store_agent *ret,
                               struct err *err)
{
    struct agent_row row;
    int64_t id = 0;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_AGENT_BY_LOGIN, &q, err, sql_text(login));
        if (code) {
            return code == ERR_NOT_FOUND
                       ? err_field(err, code, "login", N_("there is no agent with this login"))
                       : code;
        }
        id = sql_col_int(q, 0);
    }
    enum err_code code = agent_read(st, id, &row, err);
    if (!code) {
        *ret = row.agent;
    }
    return code;
}

enum err_code store_agent_edit(struct store *st, const struct store_agent *agent, int64_t now_utc_s,
                               struct err *err)
{
    struct agent_row before;
    struct lists lists;
    enum err_code code = store_agent_check(st, agent, err);
    if (!code) {
        code = agent_read(st, agent->agent_id, &before, err);
    }
    if (code) {
        return code;
    }
    const bool moves = before.agent.region != agent->region || before.agent.role != agent->role;
    if (moves && before.offer_id != 0) {
        return err_field(err, ERR_STATE, before.agent.role != agent->role ? "role" : "region",
                         N_("the agent has a person now"));
    }
    print_lists(agent, &lists);
    code = sql_run(st, SQL_AGENT_UPDATE, err, sql_int(agent->agent_id), sql_text(agent->name),
                   sql_text(region_name(agent->region)), sql_text(agent_role_name(agent->role)),
                   sql_text(lists.languages), sql_text(agent->services.items[0]),
                   sql_int(agent->line ? agent->line : 1), sql_text(lists.services),
                   sql_text(lists.queues), sql_text(lists.skills), sql_text(agent->employer));
    /* Behind another wall, with other rights: only after a new login. */
    return code || !moves ? code
                          : session_end_of(st, agent->agent_id, "operator", HOLD_EV_LOGIN,
                                           now_utc_s, NULL, err);
}

enum err_code store_agent_disable(struct store *st, int64_t agent_id, int64_t now_utc_s,
                                  struct err *err)
{
    enum err_code code = sql_run(st, SQL_AGENT_DISABLE, err, sql_int(agent_id), sql_int(now_utc_s));
    /* Nobody comes back to a code that is owed: it is the supervisor's. */
    return code ? code
                : session_end_of(st, agent_id, "disabled", HOLD_EV_RELEASE, now_utc_s, NULL, err);
}

enum err_code store_agent_enable(struct store *st, int64_t agent_id, struct err *err)
{
    return sql_run(st, SQL_AGENT_DISABLE, err, sql_int(agent_id), sql_opt(0));
}

enum err_code store_agent_password(struct store *st, int64_t agent_id, const char *password_hash,
                                   int64_t now_utc_s, struct err *err)
{
    enum err_code code =
        sql_run(st, SQL_AGENT_PASSWORD, err, sql_int(agent_id), sql_text(password_hash));
    return code ? code
                : session_end_of(st, agent_id, "operator", HOLD_EV_LOGIN, now_utc_s, NULL, err);
}
