/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in, and what is kept for a screen that dies. */

#include "net/desk/requests.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "net/api/backend_url.h"
#include "net/api/json.h"
#include "net/desk/clock.h"
#include "net/desk/protocol.h"

static void refuse_token(struct desk *d, const struct asker *a)
{
    request_refuse(d, a, ERR_UNAUTHENTICATED, N_("The attach token is wrong."));
    desk_server_close(d->server, a->peer);
}

void request_hello(struct desk *d, const struct asker *a, const cJSON *r)
{
    if (!desk_server_knows(d->server, json_str(r, "attach", ""))) {
        refuse_token(d, a);
        return;
    }
    desk_server_attach(d->server, a->peer);
    desk_screen_came(d);
    cJSON *j = request_answer(a, true);
    if (cJSON_AddStringToObject(j, "desk_version", PUPITRE_VERSION) &&
        cJSON_AddStringToObject(j, "baresip_version", voice_baresip_version(d->voice)) &&
        cJSON_AddBoolToObject(j, "signed_in", d->session->signed_in) &&
        cJSON_AddStringToObject(j, "phone", desk_phone_name(d)) && desk_phone_tell(d, j) &&
        cJSON_AddNumberToObject(j, "clock_ms", (double)desk_clock_ms()) &&
        cJSON_AddItemToObject(j, "call", desk_call_json(&d->legs[LEG_PERSON].call)) &&
        cJSON_AddItemToObject(j, "consult", desk_call_json(&d->legs[LEG_CONSULT].call)))
        desk_server_send(d->server, a->peer, j);
    else
        json_free(j);
    desk_sound_greet(d);
}

void request_admit(struct desk *d, const struct asker *a, const cJSON *r)
{
    const char *token = NULL;
    if (desk_server_knows(d->server, json_str(r, "attach", "")))
        token = desk_server_lend(d->server, a->peer);
    if (!token) {
        refuse_token(d, a);
        return;
    }
    const bool counts = tmr_isrunning(&d->grace) && desk_legs_are_busy(d);
    cJSON *j = request_answer(a, true);
    if (cJSON_AddStringToObject(j, "attach", token) &&
        cJSON_AddBoolToObject(j, "signed_in", d->session->signed_in) &&
        cJSON_AddBoolToObject(j, "call", desk_legs_are_busy(d)) &&
        cJSON_AddNumberToObject(j, "grace_s",
                                counts ? (double)(tmr_get_expire(&d->grace) / 1000) : 0))
        desk_server_send(d->server, a->peer, j);
    else
        json_free(j);
}

void request_ping(struct desk *d, const struct asker *a, const cJSON *r)
{
    (void)r;
    request_ok(d, a);
}

/* "" = as outbound says. */
static const char *const transports[] = {"", "udp", "tcp", "tls"};
static const char *const medias[] = {"plain", "srtp", "dtls-srtp"};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool is_one_of(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], text) == 0)
            return true;
    return false;
}

void request_sign_in(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct desk_session *s = d->session;
    if (desk_legs_are_busy(d)) {
        request_refuse(d, a, ERR_STATE, N_("Nobody can sign in during a call."));
        return;
    }
    struct err err;
    bool is_local = false;
    if (backend_url_check(json_str(r, "backend", ""), true, &is_local, &err) != ERR_OK) {
        request_refuse(d, a, err.code, err.sentence);
        return;
    }
    const char *transport = json_str(r, "transport", "");
    const char *media = json_str(r, "media", "plain");
    if (!is_one_of(transport, transports, COUNT(transports)) ||
        !is_one_of(media, medias, COUNT(medias))) {
        request_refuse(d, a, ERR_INVALID, N_("The telephone account is not valid."));
        return;
    }
    desk_session_clear(s);
    for (size_t i = 0; i < LEG_COUNT; i++)
        desk_leg_clear(&d->legs[i]);
    (void)snprintf(s->backend, sizeof s->backend, "%s", json_str(r, "backend", ""));
    (void)snprintf(s->ca, sizeof s->ca, "%s", json_str(r, "ca", ""));
    (void)snprintf(s->agent_id, sizeof s->agent_id, "%s", json_str(r, "agent_id", ""));
    (void)snprintf(s->token, sizeof s->token, "%s", json_str(r, "token", ""));
    (void)snprintf(s->journal_key, sizeof s->journal_key, "%s", json_str(r, "journal_key", ""));
    (void)snprintf(s->aor, sizeof s->aor, "%s", json_str(r, "aor", ""));
    (void)snprintf(s->sip_secret, sizeof s->sip_secret, "%s", json_str(r, "sip_secret", ""));
    (void)snprintf(s->outbound, sizeof s->outbound, "%s", json_str(r, "outbound", ""));
    s->registers = json_bool(r, "register", false);
    (void)snprintf(s->transport, sizeof s->transport, "%s", transport);
    (void)snprintf(s->media, sizeof s->media, "%s", media);
    (void)snprintf(s->sip_ca, sizeof s->sip_ca, "%s", json_str(r, "sip_ca", ""));
    s->screen_grace_s = json_int(r, "screen_grace_s", 60);
    s->posts = json_bool(r, "posts", true);
    s->signed_in = true;
    d->account = (struct voice_account){s->aor,       s->sip_secret, s->outbound, s->registers,
                                        s->transport, s->media,      s->sip_ca};
    d->fault = PHONE_FAULT_NONE;
    d->fault_about[0] = '\0';
    /* The token goes nowhere but to the backend. */
    secret_renewal_start(d->renewal, s->posts ? json_int(r, "sip_secret_renew_s", 0) : 0);
    request_ok(d, a);
    voice_start(d->voice, &d->account);
}

void request_session(struct desk *d, const struct asker *a, const cJSON *r)
{
    (void)r;
    const struct desk_session *s = d->session;
    struct err err;
    cJSON *keep = NULL;
    if (s->keep_len && json_parse(s->keep, s->keep_len, &json_limits_api, &keep, &err))
        keep = NULL; /* it was parsed before it was kept: cannot be */
    cJSON *j = request_answer(a, true);
    if (cJSON_AddStringToObject(j, "backend", s->backend) &&
        cJSON_AddStringToObject(j, "agent_id", s->agent_id) &&
        cJSON_AddStringToObject(j, "token", s->token) &&
        cJSON_AddStringToObject(j, "journal_key", s->journal_key) &&
        cJSON_AddStringToObject(j, "sip_secret", s->sip_secret) &&
        cJSON_AddStringToObject(j, "sip_ca", s->sip_ca) &&
        cJSON_AddItemToObject(j, "keep", keep ? keep : cJSON_CreateNull()))
        desk_server_send(d->server, a->peer, j);
    else
        json_free(j);
}

/* The new members in place of those of the same name; null takes one away. */
static bool replace_members(cJSON *kept, const cJSON *part)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, part)
    {
        cJSON_DeleteItemFromObjectCaseSensitive(kept, member->string);
        if (cJSON_IsNull(member))
            continue;
        cJSON *copy = cJSON_Duplicate(member, true);
        if (!copy || !cJSON_AddItemToObject(kept, member->string, copy)) {
            cJSON_Delete(copy);
            return false;
        }
    }
    return true;
}

/* What is kept, with this part in it; NULL when nothing can be added to. */
static cJSON *with_part(const struct desk_session *s, const cJSON *part)
{
    struct err err;
    cJSON *kept = NULL;
    if (!s->keep_len || json_parse(s->keep, s->keep_len, &json_limits_api, &kept, &err))
        return NULL;
    return replace_members(kept, part) ? kept : json_free(kept);
}

void request_keep(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct desk_session *s = d->session;
    struct buf text = {.limit = DESK_KEEP_MAX};
    CLEANUP_JSON cJSON *whole = NULL;
    if (json_bool(r, "part", false) && !(whole = with_part(s, json_obj(r, "keep")))) {
        request_refuse(d, a, ERR_STATE, N_("The desk keeps nothing that this is a part of."));
        return;
    }
    json_print(whole ? whole : json_obj(r, "keep"), &text);
    if (text.failed) {
        request_refuse(d, a, ERR_TOO_LARGE, N_("What is to be kept is longer than 48 KiB."));
    } else {
        memcpy(s->keep, buf_text(&text), text.len + 1);
        s->keep_len = text.len;
        request_ok(d, a);
    }
    buf_free(&text);
}

void request_sign_out(struct desk *d, const struct asker *a, const cJSON *r)
{
    (void)r;
    if (desk_legs_are_busy(d)) {
        request_refuse(d, a, ERR_STATE, N_("Nobody can sign out during a call."));
        return;
    }
    request_ok(d, a);
    desk_sign_out(d);
    /* One that stays does to the screen what one that ends does: it comes back to a fresh desk. */
    if (!d->leaving)
        desk_server_close(d->server, a->peer);
}
