/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: begin, find, end. */

#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/store/agent_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/session_end.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"
#include "net/store/token.h"

static enum err_code journal_key(struct store *st, int64_t agent_id, uint8_t ret[32],
                                 struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    CLEANUP_BUF struct buf key = {0};
    const struct seal_place place = {"agent", "journal", agent_id};
    enum err_code code = sql_one(st, SQL_AGENT_JOURNAL, &q, err, sql_int(agent_id));
    if (!code) {
        size_t len;
        const void *blob = sql_col_blob(q, 0, &len);
        code = unseal(st->keys, &place, blob, len, &key, err);
    }
    if (!code && key.len != 32) {
        code = err_set(err, ERR_STORE, "an agent in the database is broken");
    }
    if (!code) {
        memcpy(ret, key.data, 32);
    }
    return code;
}

static enum err_code audit_session(struct store *st, int64_t agent_id, const char *action,
                                   int64_t now_utc_s, struct err *err)
{
    return store_audit_append(
        st,
        &(struct store_audit){
            .at_utc_s = now_utc_s, .agent_id = agent_id, .action = action, .subject = "session"},
        err);
}

/* End what is left of the last session; *ret_session: its id, 0 = there was none. */
static enum err_code take_over(struct store *st, const struct agent_row *row, const char *reason,
                               enum hold_event event, int64_t now_utc_s, int64_t *ret_session,
                               struct err *err)
{
    int64_t session = 0;
    enum err_code code = ERR_OK;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        struct err none;
        code = sql_one(st, SQL_SESSION_OPEN_OF, &q, &none, sql_int(row->agent.agent_id));
        if (code && code != ERR_NOT_FOUND) {
            return err_set(err, code, NULL);
        }
        session = code ? 0 : sql_col_int(q, 0);
        code = ERR_OK;
    }
    if (session) {
        code = sql_run(st, SQL_SESSION_END, err, sql_int(session), sql_int(now_utc_s),
                       sql_text(reason));
    }
    if (!code && row->offer_id) {
        struct hold_row hold;
        struct hold_input in = {.now_utc_s = now_utc_s};
        code = hold_load(st, row->offer_id, &hold, err);
        if (!code) {
            code = hold_change(st, &hold, event, &in, err);
        }
    }
    if (!code) { /* not from each state, and not needed then */
        code = agent_move(st, row->agent.agent_id, AGENT_EV_SIGN_OUT, false, now_utc_s, err);
    }
    if (!code) {
        *ret_session = session;
    }
    return code;
}

enum err_code store_sign_in(struct store *st, int64_t agent_id, int64_t now_utc_s,
                            int64_t expires_utc_s, struct store_session *ret, struct err *err)
{
    struct agent_row row;
    struct store_session s = {.began_utc_s = now_utc_s, .expires_utc_s = expires_utc_s};
    uint8_t salt[TOKEN_SALT_BYTES];
    uint8_t hash[TOKEN_HASH_BYTES];
    randombytes_buf(salt, sizeof salt);

    enum err_code code = agent_read(st, agent_id, &row, err);
    if (!code && row.agent.disabled_utc_s) { /* while the password was looked at */
        code = err_set(err, ERR_UNAUTHENTICATED, NULL);
    }
    if (!code) {
        code =
            take_over(st, &row, "other_login", HOLD_EV_LOGIN, now_utc_s, &s.ended_session_id, err);
    }
    if (!code) {
        code = agent_move(st, agent_id, AGENT_EV_SIGN_IN, true, now_utc_s, err);
    }
    if (!code) {
        code = store_next_id(st, "session", &s.session_id, err);
    }
    if (code) {
        return code;
    }
    token_derive(st->keys, "session", s.session_id, salt, s.token);
    token_hash(s.token, hash);
    code = sql_run(st, SQL_SESSION_INSERT, err, sql_int(s.session_id), sql_int(agent_id),
                   sql_blob(salt, sizeof salt), sql_blob(hash, sizeof hash), sql_int(now_utc_s),
                   sql_int(expires_utc_s));
    if (!code) {
        code = audit_session(st, agent_id, "sign_in", now_utc_s, err);
    }
    if (!code) {
        code = journal_key(st, agent_id, s.journal_key, err);
    }
    if (!code) {
        *ret = s;
    }
    sodium_memzero(&s, sizeof s);
    return code;
}

enum err_code store_session_again(struct store *st, int64_t session_id, int64_t now_utc_s,
                                  struct store_session *ret, struct err *err)
{
    struct store_session s = {.session_id = session_id};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_one(st, SQL_SESSION_READ, &q, err, sql_int(session_id), sql_int(now_utc_s));
    if (code == ERR_NOT_FOUND) {
        return err_set(err, ERR_UNAUTHENTICATED, NULL);
    }
    if (code) {
        return code;
    }
    size_t len;
    const uint8_t *salt = sql_col_blob(q, 1, &len);
    if (!token_again(st->keys, "session", session_id, salt, sql_col_blob(q, 3, &len), s.token)) {
        return err_set(err, ERR_UNAUTHENTICATED, NULL);
    }
    s.expires_utc_s = sql_col_int(q, 2);
    s.began_utc_s = sql_col_int(q, 4);
    code = journal_key(st, sql_col_int(q, 0), s.journal_key, err);
    if (!code) {
        *ret = s;
    }
    sodium_memzero(&s, sizeof s);
    return code;
}

enum err_code store_session_of(struct store *st, const char *login, int64_t now_utc_s,
                               struct store_session *ret, struct err *err)
{
    struct store_agent agent;
    int64_t session = 0;
    enum err_code code = store_agent_find(st, login, &agent, err);
    if (!code) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        code = sql_one(st, SQL_SESSION_OPEN_OF, &q, err, sql_int(agent.agent_id));
        session = code ? 0 : sql_col_int(q, 0);
    }
    if (!code) {
        code = store_session_again(st, session, now_utc_s, ret, err);
    }
    return code == ERR_UNAUTHENTICATED ? err_set(err, ERR_NOT_FOUND, NULL) : code;
}

enum err_code store_session_find(struct store *st, const char *token, int64_t now_utc_s,
                                 struct store_actor *ret, struct err *err)
{
    uint8_t hash[TOKEN_HASH_BYTES];
    char region[8];
    char role[16];
    token_hash(token, hash);
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_SESSION_FIND, &q, err, sql_blob(hash, sizeof hash),
                                 sql_int(now_utc_s), sql_int(now_utc_s - STORE_SESSION_CALL_S));
    if (code) {
        return code == ERR_NOT_FOUND ? err_set(err, ERR_UNAUTHENTICATED, NULL) : code;
    }
    struct store_actor a = {.session_id = sql_col_int(q, 0), .agent_id = sql_col_int(q, 1)};
    sql_col_text(q, 2, region, sizeof region);
    sql_col_text(q, 3, role, sizeof role);
    agent_read_names(q, 4, &a.services);
    if (!region_by_name(region, strlen(region), &a.region) ||
        !agent_role_by_name(role, strlen(role), &a.role)) {
        return err_set(err, ERR_STORE, "an agent in the database is broken");
    }
    *ret = a;
    return ERR_OK;
}

enum err_code store_sign_out(struct store *st, const struct store_actor *actor, int64_t now_utc_s,
                             struct err *err)
{
    struct agent_row row;
    enum err_code code = agent_read(st, actor->agent_id, &row, err);
    if (!code && row.offer_id) {
        struct hold_row hold;
        struct hold_input in = {.now_utc_s = now_utc_s};
        code = hold_load(st, row.offer_id, &hold, err);
        if (!code) {
            code = hold_change(st, &hold, HOLD_EV_SIGN_OUT, &in, err);
        }
        if (code == ERR_STATE) {
            return err_set(err, code, N_("Finish the call and choose its code first."));
        }
    }
    if (!code) {
        code = agent_move(st, actor->agent_id, AGENT_EV_SIGN_OUT, false, now_utc_s, err);
    }
    if (!code) {
        code = sql_run(st, SQL_SESSION_END, err, sql_int(actor->session_id), sql_int(now_utc_s),
                       sql_text("signed_out"));
    }
    return code ? code : audit_session(st, actor->agent_id, "sign_out", now_utc_s, err);
}

enum err_code store_signed_in_agents(struct store *st, int64_t *agent_ids, size_t cap,
                                     size_t *ret_n, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_each_args(st, SQL_SESSION_AGENTS, NULL, 0, &q, err);
    return code ? code : sql_ids(st, q, agent_ids, cap, ret_n, err);
}

enum err_code session_end_of(struct store *st, int64_t agent_id, const char *reason,
                             enum hold_event event, int64_t now_utc_s, int64_t *ret_session,
                             struct err *err)
{
    struct agent_row row;
    int64_t none = 0;
    enum err_code code = agent_read(st, agent_id, &row, err);
    return code ? code
                : take_over(st, &row, reason, event, now_utc_s, ret_session ? ret_session : &none,
                            err);
}
