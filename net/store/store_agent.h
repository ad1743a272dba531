/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Agents, their passwords' hashes, their sessions and what they are doing. */

#include "core/agent.h"
#include "net/store/store.h"

struct store_agent {
    int64_t agent_id;
    char login[STORE_LOGIN_SIZE];
    char name[STORE_AGENT_NAME_SIZE];
    enum region region;
    enum agent_role role;
    char languages[STORE_AGENT_LANGUAGES][LANGUAGE_SIZE];
    size_t n_languages;
    struct queue_names services; /* the first is shown while the agent holds nobody */
    int line;                    /* 1, 2 or 3; 0 counts as 1 */
    struct queue_names queues;   /* served beside those of languages and skills */
    struct queue_names skills;
    char employer[STORE_AGENT_EMPLOYER_SIZE]; /* "" = unknown */
    int64_t disabled_utc_s;                   /* may not sign in since; 0 = may */
};

#define STORE_PASSWORD_HASH_SIZE 129 /* an argon2id string of libsodium, NUL */

/* Add an agent; agent_id of the struct is ignored. Errors: ERR_CONFLICT (field "login"),
 * ERR_NOT_FOUND (field "services": not loaded), ERR_INVALID (field; "queues": none of the services
 * has this queue in the region). */
enum err_code store_agent_add(struct store *st, const struct store_agent *agent,
                              const char *password_hash, int64_t now_utc_s, int64_t *ret_agent_id,
                              struct err *err) MUSTCHECK;

/* Would it be added? The same errors, without ERR_CONFLICT; nothing is changed. */
enum err_code store_agent_check(struct store *st, const struct store_agent *agent,
                                struct err *err) MUSTCHECK;

/* By login. ERR_NOT_FOUND (field "login"). */
enum err_code store_agent_find(struct store *st, const char *login, struct store_agent *ret,
                               struct err *err) MUSTCHECK;

/* Write what is different; the login stays. Takes effect with the next offer; another region or
 * role ends the session. Errors: those of store_agent_check; ERR_STATE (field "region" or "role"):
 * the agent has a person now. */
enum err_code store_agent_edit(struct store *st, const struct store_agent *agent, int64_t now_utc_s,
                               struct err *err) MUSTCHECK;

/* No login any more, and the session ends at once. Whom the agent has is released as a supervisor
 * would (core/hold.h): a call is left to the list of the unresolved. */
enum err_code store_agent_disable(struct store *st, int64_t agent_id, int64_t now_utc_s,
                                  struct err *err) MUSTCHECK;
enum err_code store_agent_enable(struct store *st, int64_t agent_id, struct err *err) MUSTCHECK;

/* Another password; the session ends, as with a new login. */
enum err_code store_agent_password(struct store *st, int64_t agent_id, const char *password_hash,
                                   int64_t now_utc_s, struct err *err) MUSTCHECK;

/* Whose service the agent's screen shows: that of the offer, without one the first. */
enum err_code store_agent_service_now(struct store *st, int64_t agent_id, char ret[SERVICE_ID_SIZE],
                                      struct err *err) MUSTCHECK;

/* The agent as core/queue.h wants it: borrows from *agent. */
struct queue_server store_agent_server(const struct store_agent *agent);

/* Each agent, by login. fn returns false to stop. */
enum err_code store_agent_list(struct store *st, bool (*fn)(void *arg, const struct store_agent *),
                               void *arg, struct err *err) MUSTCHECK;

/* The hash of a login's password. ERR_NOT_FOUND: no such login (verify against a hash of your own
 * then, so that both take the same time). */
enum err_code store_credential_read(struct store *st, const char *login, int64_t *ret_agent_id,
                                    char ret_hash[STORE_PASSWORD_HASH_SIZE],
                                    struct err *err) MUSTCHECK;

struct store_session {
    int64_t session_id;
    int64_t began_utc_s;
    int64_t expires_utc_s;
    int64_t ended_session_id; /* the session that this login took over, 0 = none */
    char token[STORE_TOKEN_SIZE];
    uint8_t journal_key[32]; /* the same for every login of this agent */
};

/* Begin a session after the password was right: the older one ends, the hold gets the event
 * `login`, the agent is off queue. Only the token's hash is stored. Wipe *ret when done. */
enum err_code store_sign_in(struct store *st, int64_t agent_id, int64_t now_utc_s,
                            int64_t expires_utc_s, struct store_session *ret,
                            struct err *err) MUSTCHECK;
/* The same session again, for a repeated request (ended_session_id is 0 then).
 * ERR_UNAUTHENTICATED when it has ended meanwhile. */
enum err_code store_session_again(struct store *st, int64_t session_id, int64_t now_utc_s,
                                  struct store_session *ret, struct err *err) MUSTCHECK;

/* The session that a login has now, for whoever vouches for its telephone line. ERR_NOT_FOUND:
 * there is none, or no such login. Wipe *ret when done. */
enum err_code store_session_of(struct store *st, const char *login, int64_t now_utc_s,
                               struct store_session *ret, struct err *err) MUSTCHECK;

/* Who has this token? ERR_UNAUTHENTICATED when nobody (any longer). */
enum err_code store_session_find(struct store *st, const char *token, int64_t now_utc_s,
                                 struct store_actor *ret, struct err *err) MUSTCHECK;

/* End the session; the hold gets the event `sign_out`. ERR_STATE during a call or after-call
 * work. */
enum err_code store_sign_out(struct store *st, const struct store_actor *actor, int64_t now_utc_s,
                             struct err *err) MUSTCHECK;

/* A session whose time is over goes on while its agent is in a call or in after-call work, but not
 * longer than this. */
#define STORE_SESSION_CALL_S (4 * 3600)

/* End the sessions whose time is over, or whose agent was not seen for idle_s (0 = any time): fills
 * agent_ids[], at most cap a call. Their holds are left to store_agent_gone. */
enum err_code store_sessions_expire(struct store *st, int64_t now_utc_s, int64_t idle_s,
                                    int64_t *agent_ids, size_t cap, size_t *ret_n,
                                    struct err *err) MUSTCHECK;
/* These agents are there. */
enum err_code store_sessions_seen(struct store *st, const int64_t *agent_ids, size_t n,
                                  int64_t now_utc_s, struct err *err) MUSTCHECK;
/* Everybody who is signed in counts as there: before now, nobody could be seen. */
enum err_code store_sessions_all_seen(struct store *st, int64_t now_utc_s,
                                      struct err *err) MUSTCHECK;

/* An operator ends an agent's session; *ret_ended: there was one. What the agent holds is treated
 * as at a new login. ERR_STATE in a call and in after-call work, unless also_in_call. */
enum err_code store_session_end(struct store *st, int64_t agent_id, bool also_in_call,
                                int64_t now_utc_s, bool *ret_ended, struct err *err) MUSTCHECK;

/* Sessions that ended since then, whoever ended them: the first cap of them. */
struct store_session_end {
    int64_t session_id;
    int64_t agent_id;
    char reason[16];
};
enum err_code store_sessions_ended(struct store *st, int64_t since_utc_s,
                                   struct store_session_end *rows, size_t cap, size_t *ret_n,
                                   struct err *err) MUSTCHECK;

/* ERR_STATE with the reason of agent_refusal() where the table does not list it. */
enum err_code store_set_status(struct store *st, const struct store_actor *actor,
                               enum agent_status status, int64_t now_utc_s,
                               struct err *err) MUSTCHECK;
enum err_code store_set_on_queue(struct store *st, const struct store_actor *actor, bool on_queue,
                                 int64_t now_utc_s, struct err *err) MUSTCHECK;

/* No stream and no heartbeat for agent_gone_s: the hold gets the event `agent_gone`, the agent goes
 * off queue. With a call up or in after-call work nothing happens. *ret_changed: something did. */
enum err_code store_agent_gone(struct store *st, int64_t agent_id, int64_t now_utc_s,
                               bool *ret_changed, struct err *err) MUSTCHECK;

/* Agents on queue who hold nobody, longest waiting first: fills at most cap ids. */
enum err_code store_ready_agents(struct store *st, int64_t *agent_ids, size_t cap, size_t *ret_n,
                                 struct err *err) MUSTCHECK;
/* Agents with a session that has not ended, and those who hold somebody although it has: whom the
 * server misses, also after a restart. */
enum err_code store_signed_in_agents(struct store *st, int64_t *agent_ids, size_t cap,
                                     size_t *ret_n, struct err *err) MUSTCHECK;
