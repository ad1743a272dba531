/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: signing in and out, and the heartbeat. */

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "core/service.h"
#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/options.h"
#include "net/server/presence.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/sip_secret.h"
#include "net/server/sip_uri.h"
#include "net/server/wire.h"

#define REFERENCE "session"

/* sip:LOGIN@HOST */
static void print_aor(const char *login, const struct buf *domain, struct buf *out)
{
    sip_uri_user(login, out);
    buf_char(out, '@');
    buf_add(out, domain->data, domain->len);
}

/* The secret that this session's line has now, and when the next one is. */
static bool add_secret(cJSON *j, const struct request *req, const struct store_session *session)
{
    const int64_t life_s = req->server->options->sip_secret_life_s;
    char secret[SIP_SECRET_SIZE];
    sip_secret_derive(session->token,
                      sip_secret_number(session->began_utc_s, life_s, req->now_utc_s), secret);
    const bool made =
        wire_add(j, "sip_secret", cJSON_CreateString(secret)) &&
        wire_add_int(j, "sip_secret_renew_s",
                     sip_secret_renew_s(session->began_utc_s, life_s, req->now_utc_s));
    sodium_memzero(secret, sizeof secret);
    return made;
}

static cJSON *phone_json(const struct request *req, const struct store_agent *agent,
                         const struct store_session *session, int64_t screen_grace_s)
{
    const struct options *options = req->server->options;
    const struct phone_settings *phone = &req->server->phone;
    CLEANUP_BUF struct buf aor = {0};
    print_aor(agent->login, &phone->domain, &aor);
    cJSON *j = cJSON_CreateObject();
    const bool made = wire_add(j, "aor", cJSON_CreateString(buf_text(&aor))) &&
                      add_secret(j, req, session) &&
                      wire_add(j, "outbound", cJSON_CreateString(buf_text(&phone->outbound))) &&
                      wire_add(j, "register", cJSON_CreateBool(options->sip_register)) &&
                      wire_add(j, "transport", cJSON_CreateString(phone->transport)) &&
                      wire_add(j, "media", cJSON_CreateString(phone->media)) &&
                      wire_add(j, "ca", cJSON_CreateString(buf_text(&phone->ca))) &&
                      wire_add_int(j, "screen_grace_s", screen_grace_s);
    if (made && !aor.failed)
        return j;
    cJSON_Delete(j);
    return NULL;
}

static cJSON *session_json(const struct request *req, const struct store_session *session,
                           const struct store_work *work, int64_t screen_grace_s)
{
    char
        key[sodium_base64_ENCODED_LEN(sizeof session->journal_key, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(key, sizeof key, session->journal_key, sizeof session->journal_key,
                      sodium_base64_VARIANT_ORIGINAL);
    cJSON *j = cJSON_CreateObject();
    const bool made =
        wire_add(j, "token", cJSON_CreateString(session->token)) &&
        wire_add(j, "expires_at", wire_time(session->expires_utc_s)) &&
        wire_add(j, "journal_key", cJSON_CreateString(key)) &&
        wire_add(j, "phone", phone_json(req, &work->agent, session, screen_grace_s)) &&
        wire_add(j, "work", wire_work(work, req->now_utc_s));
    sodium_memzero(key, sizeof key);
    if (made)
        return j;
    cJSON_Delete(j);
    return NULL;
}

/* The session that this request made, or made when it came first. */
static enum err_code session_of(struct request *req, struct store *store, struct store_session *ret,
                                struct err *err)
{
    if (req->repeated) {
        int64_t id;
        const enum err_code known = request_referred(req, REFERENCE, &id, err);
        if (known)
            return known;
        return store_session_again(store, id, req->now_utc_s, ret, err);
    }
    const enum err_code code =
        store_sign_in(store, req->agent_id, req->now_utc_s,
                      req->now_utc_s + req->server->options->session_limit_s, ret, err);
    if (code != ERR_OK)
        return code;
    request_refer(req, REFERENCE, ret->session_id);
    news_add(&req->news, NEWS_OTHER_LOGIN, req->agent_id, ret->session_id);
    return ERR_OK;
}

enum err_code on_sign_in(struct request *req, struct store *store, struct err *err)
{
    struct store_session session;
    enum err_code code = session_of(req, store, &session, err);
    if (code != ERR_OK)
        return code;
    struct store_work work;
    const struct service *service;
    code = store_work_read(store, req->agent_id, req->now_utc_s, &work, err);
    if (code == ERR_OK) {
        code = store_service(store, work.agent.services.items[0], &service, err);
        if (code == ERR_OK) {
            presence_know(req->server->presence, req->agent_id, &service->times);
            presence_beat(req->server->presence, req->agent_id, server_now_ms());
            code = request_answer_json(
                req, 201, session_json(req, &session, &work, service->times.screen_grace_s), err);
        }
        store_work_wipe(&work);
    }
    sodium_memzero(&session, sizeof session);
    return code;
}

enum err_code on_sign_out(struct request *req, struct store *store, struct err *err)
{
    const enum err_code code = store_sign_out(store, &req->actor, req->now_utc_s, err);
    if (code != ERR_OK)
        return code;
    news_add(&req->news, NEWS_SIGNED_OUT, req->actor.agent_id, 0);
    return request_answer_empty(req, 204);
}

/* The desk asks, by itself: nobody need be there. */
enum err_code on_sip_secret(struct request *req, struct store *store, struct err *err)
{
    struct store_session session;
    enum err_code code =
        store_session_again(store, req->actor.session_id, req->now_utc_s, &session, err);
    if (code != ERR_OK)
        return code;
    cJSON *j = cJSON_CreateObject();
    if (!add_secret(j, req, &session)) {
        cJSON_Delete(j);
        j = NULL;
    }
    sodium_memzero(&session, sizeof session);
    return request_answer_json(req, 200, j, err);
}

enum err_code on_beat(struct request *req, struct store *store, struct err *err)
{
    (void)store; /* identifying the agent was the beat */
    cJSON *j = cJSON_CreateObject();
    if (!wire_add(j, "server_time", wire_time(req->now_utc_s))) {
        cJSON_Delete(j);
        j = NULL;
    }
    return request_answer_json(req, 200, j, err);
}
