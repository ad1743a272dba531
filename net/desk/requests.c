/* SPDX-License-Identifier: Apache-2.0 */
/* What a screen may ask of the desk: one row a request (net/desk/protocol.h). */

#include "net/desk/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/desk/protocol.h"

cJSON *request_answer(const struct asker *a, bool ok)
{
    cJSON *j = cJSON_CreateObject();
    if (cJSON_AddStringToObject(j, "id", a->id) && cJSON_AddBoolToObject(j, "ok", ok))
        return j;
    return json_free(j);
}

void request_ok(struct desk *d, const struct asker *a)
{
    desk_server_send(d->server, a->peer, request_answer(a, true));
}

void request_refuse(struct desk *d, const struct asker *a, enum err_code code, const char *sentence)
{
    cJSON *j = request_answer(a, false);
    (void)cJSON_AddStringToObject(j, "code", err_info(code)->name);
    (void)cJSON_AddStringToObject(j, "message", sentence ? sentence : err_info(code)->sentence);
    desk_server_send(d->server, a->peer, j);
}

struct desk_leg *request_named(struct desk *d, const struct asker *a, const cJSON *r)
{
    struct desk_leg *leg = desk_leg_named(d, json_str(r, "call_id", ""));
    if (!leg)
        request_refuse(d, a, ERR_NOT_FOUND, N_("The desk knows no such call."));
    else if (!call_is_up(&leg->call.call) || leg->call.ending != CALL_END_NONE)
        request_refuse(d, a, ERR_STATE, N_("The call has ended."));
    else
        return leg;
    return NULL;
}

struct waiting *waiting_new(struct desk *d, const struct asker *a, enum call_event kind)
{
    struct waiting *w = calloc(1, sizeof *w);
    if (!w) {
        request_refuse(d, a, ERR_NOMEM, NULL);
        return NULL;
    }
    *w = (struct waiting){.desk = d, .asker = *a, .kind = kind};
    return w;
}

struct waiting *waiting_for(struct desk_leg *leg, const struct asker *a, enum call_event kind)
{
    struct waiting *w = waiting_new(leg->desk, a, kind);
    if (!w)
        return NULL;
    w->leg = leg;
    memcpy(w->sip_call_id, leg->call.sip_call_id, sizeof w->sip_call_id);
    return w;
}

bool waiting_command(struct waiting *w, const char *cmd, const char *key1, const char *value1,
                     const char *key2, const char *value2, voice_reply_fn *on_reply)
{
    struct err err;
    if (!voice_command(w->desk->voice, cmd, key1, value1, key2, value2, on_reply, w, &err))
        return true;
    request_refuse(w->desk, &w->asker, err.code, err.sentence);
    free(w);
    return false;
}

#define FIELDS_MAX 18
#define COMMON                                                                                     \
    {"v", JSON_INT, true, false, 1, 1}, {"id", JSON_STRING, true, false, 1, 64},                   \
    {                                                                                              \
        "op", JSON_STRING, true, false, 1, 16                                                      \
    }
/* clang-format off */
#define CALL_ID    {"call_id", JSON_STRING, true, false, 1, 64}
#define CONSULT_ID {"consult_id", JSON_STRING, true, false, 1, 64}
/* A user has no number. */
#define PERMIT(number_min) \
    {"call_token", JSON_STRING, true, false, 1, 256}, \
    {"number", JSON_STRING, true, false, number_min, 32}, \
    {"uri", JSON_STRING, true, false, 5, 256}, \
    {"ring_limit_s", JSON_INT, true, false, 1, 600}, \
    {"now_s", JSON_INT, false, false, 0, INT64_C(1) << 40}, \
    {"before_ms", JSON_INT, true, false, 0, (INT64_C(1) << 53) - 1}

static const struct request {
    const char *op;
    bool signed_in; /* only for a signed-in desk */
    void (*run)(struct desk *d, const struct asker *a, const cJSON *r);
    struct json_field fields[FIELDS_MAX];
} requests[] = {
    {"hello", false, request_hello, {COMMON, {"attach", JSON_STRING, true, false, 0, 128}}},
    {"admit", false, request_admit, {COMMON, {"attach", JSON_STRING, true, false, 0, 128}}},
    {"ping",  false, request_ping,  {COMMON}},
    {"sign_in", false, request_sign_in, {COMMON,
        {"backend",        JSON_STRING, true, false, 8, 500},
        {"ca",             JSON_STRING, false, false, 0, DESK_CA_MAX},
        {"agent_id",       JSON_STRING, true, false, 1, 128},
        {"token",          JSON_STRING, true, false, 1, 256},
        {"journal_key",    JSON_STRING, true, false, 0, 128},
        {"aor",            JSON_STRING, true, false, 5, 256},
        {"sip_secret",     JSON_STRING, true, false, 0, 128},
        {"outbound",       JSON_STRING, true, false, 0, 256},
        {"register",       JSON_BOOL,   true, false, 0, 0},
        {"screen_grace_s", JSON_INT,    true, false, 1, 3600},
        {"transport",      JSON_STRING, false, false, 0, 3},
        {"media",          JSON_STRING, false, false, 0, 9},
        {"sip_ca",         JSON_STRING, false, false, 0, DESK_SIP_CA_MAX},
        {"sip_secret_renew_s", JSON_INT, false, false, 0, 604800},
        {"posts",          JSON_BOOL,   false, false, 0, 0}}},
    {"session", true, request_session, {COMMON}},
    {"keep",    true, request_keep,    {COMMON, {"keep", JSON_OBJECT, true, false, 0, 0},
        {"part", JSON_BOOL, false, false, 0, 0}}},
    {"dial",    true, request_dial,    {COMMON, CALL_ID, PERMIT(1)}},
    {"consult", true, request_consult, {COMMON, CALL_ID, CONSULT_ID, PERMIT(0)}},
    {"swap",    true, request_swap,    {COMMON, CALL_ID, CONSULT_ID}},
    {"take_back", true, request_take_back, {COMMON, CALL_ID}},
    {"transfer", true, request_transfer, {COMMON, CALL_ID,
        {"number",         JSON_STRING, true, false, 0, 32},
        {"uri",            JSON_STRING, true, false, 5, 256}}},
    {"answer",  true, request_take,    {COMMON, CALL_ID}},
    {"end",     true, request_end,     {COMMON, CALL_ID}},
    {"mute",    true, request_mute,    {COMMON, CALL_ID, {"on", JSON_BOOL, true, false, 0, 0}}},
    {"hold",    true, request_hold,    {COMMON, CALL_ID, {"on", JSON_BOOL, true, false, 0, 0}}},
    {"dtmf",    true, request_dtmf,    {COMMON, CALL_ID, {"digits", JSON_STRING, true, false, 1, 32}}},
    {"call",    false, request_call,    {COMMON}},
    {"stats",   true, request_stats,   {COMMON, CALL_ID}},
    {"ack",     true, request_ack,     {COMMON, CALL_ID, {"seq", JSON_INT, true, false, 1, 100000}}},
    {"devices", true,   request_devices, {COMMON}},
    {"choose",  true,   request_choose,  {COMMON,
        {"input",          JSON_STRING, false, false, 0, VOICE_DEVICE_SIZE - 1},
        {"output",         JSON_STRING, false, false, 0, VOICE_DEVICE_SIZE - 1}}},
    {"volume",  true,   request_volume,  {COMMON,
        {"input",          JSON_INT,    false, false, 0, 100},
        {"output",         JSON_INT,    false, false, 0, 100}}},
    {"sound_test", true, request_sound_test, {COMMON, {"on", JSON_BOOL, true, false, 0, 0},
        {"tone",           JSON_BOOL,   false, false, 0, 0}}},
    {"sign_out", false, request_sign_out, {COMMON}},
};
/* clang-format on */

static const struct request *find_request(const char *op)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        if (strcmp(requests[i].op, op) == 0)
            return &requests[i];
    return NULL;
}

static size_t field_count(const struct request *row)
{
    size_t n = 0;
    while (n < FIELDS_MAX && row->fields[n].name)
        n++;
    return n;
}

/* What a connection may not do, whatever it asks. NULL = go on. */
static const char *broken_rule(struct desk *d, uint64_t peer, const struct request *row,
                               const cJSON *r)
{
    if (json_int(r, "v", 0) != DESK_PROTOCOL_VERSION)
        return "This desk speaks version 1 of the desk protocol.";
    if (desk_server_is_keeper(d->server, peer))
        return "Who admits a screen asks nothing else.";
    const bool first = row && (row->run == request_hello || row->run == request_admit);
    if (first == (desk_server_screen(d->server) == peer))
        return first ? "hello is said once." : "hello must be said first.";
    return NULL;
}

void desk_request(uint64_t peer, const cJSON *r, void *arg)
{
    struct desk *d = arg;
    struct err err;
    struct asker a = {.peer = peer};
    const struct request *row = find_request(json_str(r, "op", ""));
    (void)snprintf(a.id, sizeof a.id, "%s", json_str(r, "id", ""));
    const char *rule = broken_rule(d, peer, row, r);
    if (rule) {
        request_refuse(d, &a, ERR_INVALID, rule);
        desk_server_close(d->server, peer);
    } else if (d->leaving) {
        request_refuse(d, &a, ERR_UNAVAILABLE, N_("The desk is closing."));
    } else if (!row) {
        request_refuse(d, &a, ERR_INVALID, N_("The desk knows no such request."));
    } else if (json_check(r, row->fields, field_count(row), &err)) {
        request_refuse(d, &a, ERR_INVALID, err.sentence);
        if (desk_server_screen(d->server) != peer)
            desk_server_close(d->server, peer);
    } else if (row->signed_in && !d->session->signed_in) {
        request_refuse(d, &a, ERR_UNAUTHENTICATED, N_("Nobody is signed in at this desk."));
    } else {
        row->run(d, &a, r);
    }
}
