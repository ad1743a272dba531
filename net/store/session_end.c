/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions that end: by time, because nobody is there, by an operator; and who has to be told. */

#include "net/store/session_end.h"

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "net/store/agent_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/store_agent.h"

/* *ret_agent: 0 when no session's time is over. */
static enum err_code expire_one(struct store *st, int64_t now_utc_s, int64_t idle_s,
                                int64_t *ret_agent, struct err *err)
{
    int64_t session = 0;
    int64_t agent = 0;
    bool is_idle = false;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_SESSION_EXPIRED, &q, err, sql_int(now_utc_s),
                                     sql_int(idle_s ? now_utc_s - idle_s : 0),
                                     sql_int(now_utc_s - STORE_SESSION_CALL_S));
        if (code) {
            *ret_agent = 0;
            return code == ERR_NOT_FOUND ? ERR_OK : code;
        }
        session = sql_col_int(q, 0);
        agent = sql_col_int(q, 1);
        is_idle = sql_col_int(q, 2) != 0;
    }
    enum err_code code = sql_run(st, SQL_SESSION_END, err, sql_int(session), sql_int(now_utc_s),
                                 sql_text(is_idle ? "idle" : "expired"));
    if (!code) {
        code = agent_move(st, agent, AGENT_EV_OFF_QUEUE, false, now_utc_s, err);
    }
    if (!code) {
        *ret_agent = agent;
    }
    return code;
}

enum err_code store_sessions_expire(struct store *st, int64_t now_utc_s, int64_t idle_s,
                                    int64_t *agent_ids, size_t cap, size_t *ret_n, struct err *err)
{
    size_t n = 0;
    while (n < cap) {
        enum err_code code = expire_one(st, now_utc_s, idle_s, &agent_ids[n], err);
        if (code) {
            return code;
        }
        if (agent_ids[n] == 0) {
            break;
        }
        n++;
    }
    *ret_n = n;
    return ERR_OK;
}

enum err_code session_end_all(struct store *st, int64_t now_utc_s, int64_t *ret_sessions,
                              struct err *err)
{
    int64_t n = 0;
    int64_t agent_id = 0;
    for (;;) {
        int64_t session = 0;
        {
            CLEANUP_SQL struct sql_rows *q = NULL;
            enum err_code code = sql_one(st, SQL_AGENT_NEXT, &q, err, sql_int(agent_id));
            if (code == ERR_NOT_FOUND) {
                break;
            }
            if (code) {
                return code;
            }
            agent_id = sql_col_int(q, 0);
        }
        enum err_code code =
            session_end_of(st, agent_id, "expired", HOLD_EV_LOGIN, now_utc_s, &session, err);
        if (code) {
            return code;
        }
        n += session != 0;
    }
    *ret_sessions = n;
    return ERR_OK;
}

enum err_code store_sessions_seen(struct store *st, const int64_t *agent_ids, size_t n,
                                  int64_t now_utc_s, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < n && !code; i++) {
        code = sql_run(st, SQL_SESSION_SEEN, err, sql_int(agent_ids[i]), sql_int(now_utc_s));
    }
    return code;
}

enum err_code store_sessions_all_seen(struct store *st, int64_t now_utc_s, struct err *err)
{
    return sql_run(st, SQL_SESSIONS_SEEN, err, sql_int(now_utc_s));
}

enum err_code store_sessions_ended(struct store *st, int64_t since_utc_s,
                                   struct store_session_end *rows, size_t cap, size_t *ret_n,
                                   struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_SESSION_ENDED, &q, err, sql_int(since_utc_s), sql_int((int64_t)cap));
    size_t n = 0;
    bool row = true;
    while (!code && n < cap && !(code = sql_next(st, q, &row, err)) && row) {
        struct store_session_end *e = &rows[n++];
        *e = (struct store_session_end){.session_id = sql_col_int(q, 0),
                                        .agent_id = sql_col_int(q, 1)};
        sql_col_text(q, 2, e->reason, sizeof e->reason);
    }
    if (!code) {
        *ret_n = n;
    }
    return code;
}

/* Is the agent in a call, or does a code have to be chosen? */
static enum err_code is_busy(struct store *st, int64_t agent_id, bool *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    char text[16] = "";
    enum hold_state state = HOLD_NONE;
    enum err_code code = sql_one(st, SQL_SESSION_HOLD, &q, err, sql_int(agent_id));
    if (code && code != ERR_NOT_FOUND) {
        return code;
    }
    if (!code) {
        sql_col_text(q, 0, text, sizeof text);
        (void)hold_state_by_name(text, &state);
    }
    *ret = state == HOLD_CALL || state == HOLD_ACW;
    return ERR_OK;
}

enum err_code store_session_end(struct store *st, int64_t agent_id, bool also_in_call,
                                int64_t now_utc_s, bool *ret_ended, struct err *err)
{
    bool busy = false;
    int64_t session = 0;
    enum err_code code = is_busy(st, agent_id, &busy, err);
    if (!code && busy && !also_in_call) {
        code = err_set(err, ERR_STATE, N_("The agent is in a call or in after-call work."));
    }
    if (!code) {
        code = session_end_of(st, agent_id, "operator", HOLD_EV_LOGIN, now_utc_s, &session, err);
    }
    if (!code) {
        *ret_ended = session != 0;
    }
    return code;
}
