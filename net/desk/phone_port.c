/* SPDX-License-Identifier: Apache-2.0 */
/* The workstation's phone port over the desk's link. */

#include "net/desk/phone_port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/api/backend_url.h"
#include "net/api/json.h"
#include "net/desk/clock.h"
#include "net/desk/picture.h"
#include "net/desk/protocol.h"
#include "net/desk/pulse.h"

#define CALL_EVENTS_MAX 4096

struct phone_port {
    struct desk_link *link;
    struct pulse *pulse; /* of a desk on another machine; NULL = it is here */
    struct phone_port_handlers handlers;
    int64_t desk_ahead_ms; /* the desk's clock at most by so much before ours */
    cJSON *keep;           /* waits until the one before it was answered */
    bool keeping;
    struct picture desk_has; /* of what it keeps */
    struct picture on_way;   /* what it has once the request under way is answered */
    phone_port_session_fn *session_done;
    void *session_arg;
    struct asked *asked;              /* what the desk has not answered */
    char signed_in[WIRE_SECRET_SIZE]; /* the token that a desk was signed in with */
};

/* An open request: what its reply is about. */
struct asked {
    struct asked *next; /* phone_port::asked */
    struct phone_port *port;
    enum ws_phone_op op;
    char call_id[WS_ID_MAX];
};

/* --- what the desk says --- */

static enum ws_phone phone_state(const cJSON *j, const char *key)
{
    const char *name = json_str(j, key, "");
    if (strcmp(name, "ready") == 0)
        return json_bool(j, "sound", true) ? WS_PHONE_READY : WS_PHONE_NO_SOUND;
    return strcmp(name, "failed") == 0 ? WS_PHONE_FAILED : WS_PHONE_STARTING;
}

static void tell_phone(struct phone_port *p, const cJSON *j, const char *key)
{
    char reason[192], about[100];
    const char *text = json_str(j, "reason", "");
    const char *names = json_str(j, "about", "");
    enum phone_fault fault = PHONE_FAULT_NONE; /* also of an older desk */
    (void)phone_fault_by_name(json_str(j, "fault", ""), &fault);
    text_clean_to(reason, sizeof reason, text, strlen(text));
    text_clean_to(about, sizeof about, names, strlen(names));
    p->handlers.phone(p->handlers.arg, phone_state(j, key), reason, fault, about);
}

static enum ws_media media_of(const cJSON *j)
{
    const cJSON *encrypted = cJSON_GetObjectItemCaseSensitive(j, "encrypted");
    if (!cJSON_IsBool(encrypted))
        return WS_MEDIA_UNKNOWN;
    return cJSON_IsTrue(encrypted) ? WS_MEDIA_ENCRYPTED : WS_MEDIA_PLAIN;
}

/* Read the desk's call; events: room for the array, owned by the caller. A broken event ends the
 * list: the rest is asked for when its next event shows the gap. */
static void read_call(const cJSON *j, struct ws_desk_call *ret, struct ws_call_event **ret_events)
{
    const cJSON *list = json_arr(j, "events");
    const cJSON *item;
    *ret = (struct ws_desk_call){0};
    *ret_events = NULL;
    const char *id = json_str(j, "call_id", "");
    const char *sip = json_str(j, "sip_call_id", "");
    if (strlen(id) >= sizeof ret->call_id || strlen(sip) >= sizeof ret->sip_call_id)
        return;
    memcpy(ret->call_id, id, strlen(id) + 1);
    memcpy(ret->sip_call_id, sip, strlen(sip) + 1);
    ret->media = media_of(j);
    int n = cJSON_GetArraySize(list);
    struct ws_call_event *events =
        n > 0 && n <= CALL_EVENTS_MAX ? calloc((size_t)n, sizeof *events) : NULL;
    if (!events)
        return;
    cJSON_ArrayForEach(item, list)
    {
        if (wire_call_event(item, &events[ret->n_events], NULL) != ERR_OK)
            break;
        ret->n_events++;
    }
    ret->events = events;
    *ret_events = events;
}

/* Another desk, or one that forgets: the next picture is whole. */
static void forget_picture(struct phone_port *p)
{
    p->desk_has = p->on_way = (struct picture){0};
}

static void on_state(enum desk_link_state state, const cJSON *hello, const char *sentence,
                     void *arg)
{
    struct phone_port *p = arg;
    struct ws_desk_call call, consult;
    struct ws_call_event *events, *consult_events;
    forget_picture(p);
    if (state != DESK_LINK_UP)
        pulse_down(p->pulse);
    switch (state) {
    case DESK_LINK_UP:
        pulse_up(p->pulse);
        /* The desk looked at its clock some time ago: the error makes a permit older, not younger.
         */
        p->desk_ahead_ms = json_int(hello, "clock_ms", 0) - desk_clock_ms();
        tell_phone(p, hello, "phone");
        read_call(json_obj(hello, "call"), &call, &events);
        read_call(json_obj(hello, "consult"), &consult, &consult_events);
        p->handlers.up(p->handlers.arg, json_bool(hello, "signed_in", false), &call, &consult);
        free(events);
        free(consult_events);
        break;
    case DESK_LINK_REPLACED:
        p->handlers.replaced(p->handlers.arg);
        break;
    case DESK_LINK_DOWN:
    case DESK_LINK_REFUSED:
        p->handlers.down(p->handlers.arg, sentence);
        break;
    }
}

static void tell_line(struct phone_port *p, const char *call_id, const cJSON *j)
{
    struct line_quality q = {.value = (int)json_int(j, "value", 0)};
    if (line_grade_by_name(json_str(j, "grade", ""), &q.grade) &&
        line_fault_by_name(json_str(j, "fault", ""), &q.fault))
        p->handlers.line(p->handlers.arg, call_id, &q);
}

static const char *const way_names[WS_WAY_COUNT] = {[WS_INPUT] = "input", [WS_OUTPUT] = "output"};

static void take_text(const cJSON *j, const char *key, char *ret, size_t size)
{
    const char *text = json_str(j, key, "");
    (void)text_clean_to(ret, size, text, strlen(text));
}

static void tell_sound(struct phone_port *p, const cJSON *j)
{
    struct ws_desk_way ways[WS_WAY_COUNT] = {0};
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++) {
        const cJSON *side = json_obj(j, way_names[way]);
        ways[way].works = json_bool(side, "works", true);
        take_text(side, "label", ways[way].label, sizeof ways[way].label);
    }
    p->handlers.sound(p->handlers.arg, ways, json_bool(j, "silent", false));
}

/* A name that is not as it was sent would choose nothing: such a device is left out. */
static void take_device(struct ws_sound_way *way, const cJSON *item)
{
    struct ws_device *d = &way->devices[way->n_devices];
    const char *name = json_str(item, "name", "");
    if (way->n_devices == WS_DEVICES_MAX || !*name)
        return;
    take_text(item, "name", d->name, sizeof d->name);
    take_text(item, "label", d->label, sizeof d->label);
    if (strcmp(d->name, name) == 0)
        way->n_devices++;
}

static void tell_devices(struct phone_port *p, const cJSON *j)
{
    static const char *const lists[WS_WAY_COUNT] = {[WS_INPUT] = "inputs", [WS_OUTPUT] = "outputs"};
    struct ws_sound_way ways[WS_WAY_COUNT] = {0};
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++) {
        struct ws_sound_way *w = &ways[way];
        const cJSON *item, *side = json_obj(j, way_names[way]);
        take_text(side, "label", w->label, sizeof w->label);
        take_text(side, "chosen", w->chosen, sizeof w->chosen);
        w->volume = (int)json_int(side, "volume", 50);
        cJSON_ArrayForEach(item, json_arr(j, lists[way])) take_device(w, item);
    }
    p->handlers.devices(p->handlers.arg, ways);
}

static void on_event(const char *name, const cJSON *j, void *arg)
{
    struct phone_port *p = arg;
    struct ws_call_event event;
    const char *call_id = json_str(j, "call_id", "");
    const char *sip = json_str(j, "sip_call_id", "");
    pulse_used(p->pulse);
    if (strcmp(name, "phone") == 0)
        tell_phone(p, j, "state");
    else if (strcmp(name, "line") == 0)
        tell_line(p, call_id, j);
    else if (strcmp(name, "media") == 0)
        p->handlers.media(p->handlers.arg, call_id, media_of(j));
    else if (strcmp(name, "sound") == 0)
        tell_sound(p, j);
    else if (strcmp(name, "level") == 0)
        p->handlers.level(p->handlers.arg, json_bool(j, "on", false),
                          (int)json_int(j, "level_db", SOUND_LEVEL_MIN));
    else if (strcmp(name, "call") == 0 && call_id[0] && strlen(call_id) < WS_ID_MAX &&
             strlen(sip) < sizeof((struct ws_write *)0)->sip_call_id &&
             wire_call_event(j, &event, NULL) == ERR_OK)
        p->handlers.event(p->handlers.arg, call_id, sip, &event);
}

/* --- what core asks --- */

static const char *const op_names[] = {
    [WS_PHONE_SIGN_IN] = "sign_in",
    [WS_PHONE_SIGN_OUT] = "sign_out",
    [WS_PHONE_DIAL] = "dial",
    [WS_PHONE_END] = "end",
    [WS_PHONE_MUTE] = "mute",
    [WS_PHONE_HOLD] = "hold",
    [WS_PHONE_DTMF] = "dtmf",
    [WS_PHONE_CALL] = "call",
    [WS_PHONE_ACK] = "ack",
    [WS_PHONE_DEVICES] = "devices",
    [WS_PHONE_CHOOSE] = "choose",
    [WS_PHONE_VOLUME] = "volume",
    [WS_PHONE_SOUND_TEST] = "sound_test",
    [WS_PHONE_CONSULT] = "consult",
    [WS_PHONE_SWAP] = "swap",
    [WS_PHONE_TAKE_BACK] = "take_back",
    [WS_PHONE_TRANSFER] = "transfer",
    [WS_PHONE_ANSWER] = "answer",
};
_Static_assert(sizeof op_names / sizeof op_names[0] == WS_PHONE_OP_COUNT, "one name an op");

static bool add(cJSON *o, const char *key, const char *text)
{
    return cJSON_AddStringToObject(o, key, text) != NULL;
}

/* A desk elsewhere has another machine for "this one". */
static bool reaches(const struct phone_port *p, const char *api)
{
    bool is_local = false;
    return !p->pulse || backend_url_check(api, true, &is_local, NULL) != ERR_OK || !is_local;
}

/* The secret is as old as the session, which a desk that died and came back cannot know. */
static int64_t renew_after_s(struct phone_port *p, const struct wire_session *s)
{
    const bool again = strcmp(p->signed_in, s->token) == 0;
    (void)snprintf(p->signed_in, sizeof p->signed_in, "%s", s->token);
    return s->sip_secret_renew_s && again ? 1 : s->sip_secret_renew_s;
}

static bool fill_sign_in(struct phone_port *p, cJSON *o)
{
    const char *api = NULL, *ca = NULL;
    const struct wire_session *s = p->handlers.session(p->handlers.arg, &api, &ca);
    const int64_t renew_s = s ? renew_after_s(p, s) : 0;
    return s && add(o, "backend", api) && add(o, "ca", ca ? ca : "") &&
           add(o, "agent_id", s->agent_id) && add(o, "token", s->token) &&
           add(o, "journal_key", s->journal_key) && add(o, "aor", s->aor) &&
           add(o, "sip_secret", s->sip_secret) && add(o, "outbound", s->outbound) &&
           cJSON_AddBoolToObject(o, "register", s->register_phone) &&
           cJSON_AddBoolToObject(o, "posts", reaches(p, api)) &&
           add(o, "transport", s->transport) && add(o, "media", s->media[0] ? s->media : "plain") &&
           add(o, "sip_ca", s->sip_ca) &&
           cJSON_AddNumberToObject(o, "sip_secret_renew_s", (double)renew_s) &&
           cJSON_AddNumberToObject(o, "screen_grace_s", (double)s->screen_grace_s);
}

static bool fill_dial(const struct phone_port *p, cJSON *o, const struct ws_phone_request *req)
{
    const struct ws_permit *permit = req->permit;
    const int64_t before_ms = desk_clock_ms() + p->desk_ahead_ms + req->valid_ms;
    return add(o, "call_token", permit->call_token) && add(o, "number", permit->number) &&
           add(o, "uri", permit->uri) &&
           cJSON_AddNumberToObject(o, "ring_limit_s", (double)permit->ring_limit_s) &&
           cJSON_AddNumberToObject(o, "now_s", (double)req->now_utc_s) &&
           cJSON_AddNumberToObject(o, "before_ms", (double)(before_ms > 0 ? before_ms : 0));
}

static bool fill(struct phone_port *p, cJSON *o, const struct ws_phone_request *req)
{
    if (req->call_id && req->op != WS_PHONE_CALL && !add(o, "call_id", req->call_id))
        return false;
    switch (req->op) {
    case WS_PHONE_SIGN_IN:
        return fill_sign_in(p, o);
    case WS_PHONE_DIAL:
        return fill_dial(p, o, req);
    case WS_PHONE_MUTE:
    case WS_PHONE_HOLD:
        return cJSON_AddBoolToObject(o, "on", req->on) != NULL;
    case WS_PHONE_DTMF:
        return add(o, "digits", req->digits);
    case WS_PHONE_ACK:
        return cJSON_AddNumberToObject(o, "seq", req->seq) != NULL;
    case WS_PHONE_CHOOSE:
        return add(o, way_names[req->way], req->device);
    case WS_PHONE_VOLUME:
        return cJSON_AddNumberToObject(o, way_names[req->way], req->volume) != NULL;
    case WS_PHONE_SOUND_TEST:
        return cJSON_AddBoolToObject(o, "on", req->on) &&
               cJSON_AddBoolToObject(o, "tone", req->tone);
    case WS_PHONE_CONSULT:
        return add(o, "consult_id", req->permit->call_id) && fill_dial(p, o, req);
    case WS_PHONE_SWAP:
        return add(o, "consult_id", req->consult_id);
    case WS_PHONE_TRANSFER:
        return add(o, "number", req->permit->number) && add(o, "uri", req->permit->uri);
    case WS_PHONE_SIGN_OUT:
    case WS_PHONE_END:
    case WS_PHONE_CALL:
    case WS_PHONE_TAKE_BACK:
    case WS_PHONE_ANSWER:
    case WS_PHONE_DEVICES:
        return true;
    }
    return false;
}

static void on_reply(enum err_code code, const cJSON *answer, const struct err *err, void *arg)
{
    struct asked *a = arg;
    struct phone_port *p = a->port;
    if (a->op == WS_PHONE_CALL && code == ERR_OK) {
        struct ws_desk_call call, consult;
        struct ws_call_event *events, *consult_events;
        read_call(json_obj(answer, "call"), &call, &events);
        read_call(json_obj(answer, "consult"), &consult, &consult_events);
        p->handlers.call(p->handlers.arg, &call, &consult);
        free(events);
        free(consult_events);
    }
    if (a->op == WS_PHONE_DEVICES && code == ERR_OK)
        tell_devices(p, answer);
    struct asked **at = &p->asked;
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    p->handlers.done(p->handlers.arg, a->op, a->call_id, code, err);
    free(a);
}

enum err_code phone_port_ask(void *port, const struct ws_phone_request *req, struct err *err)
{
    struct phone_port *p = port;
    struct asked *a = calloc(1, sizeof *a);
    cJSON *o = cJSON_CreateObject();
    if (!a || !o || !fill(p, o, req)) {
        free(a);
        cJSON_Delete(o);
        return err_set(err, ERR_NOMEM, NULL);
    }
    *a = (struct asked){.port = p, .op = req->op};
    pulse_used(p->pulse);
    if (req->op == WS_PHONE_SIGN_IN)
        forget_picture(p);
    const char *about = req->op == WS_PHONE_CONSULT ? req->permit->call_id : req->call_id;
    if (about)
        (void)snprintf(a->call_id, sizeof a->call_id, "%s", about);
    enum err_code code = desk_link_request(p->link, op_names[req->op], o, on_reply, a, err);
    if (code != ERR_OK) {
        free(a);
        return code;
    }
    a->next = p->asked;
    p->asked = a;
    return ERR_OK;
}

/* --- keeping --- */

static void on_kept(enum err_code code, const cJSON *answer, const struct err *err, void *arg)
{
    (void)answer;
    (void)err;
    struct phone_port *p = arg;
    cJSON *next = p->keep;
    p->keeping = false;
    p->keep = NULL;
    p->desk_has = code == ERR_OK ? p->on_way : (struct picture){0};
    if (next)
        phone_port_keep(p, next);
    else if (code == ERR_OK)
        p->handlers.kept(p->handlers.arg);
}

void phone_port_keep(struct phone_port *p, cJSON *keep)
{
    if (!keep)
        return;
    if (p->keeping) {
        cJSON_Delete(p->keep);
        p->keep = keep;
        return;
    }
    cJSON *fields = cJSON_CreateObject();
    const bool part = picture_reduce(&p->desk_has, keep, &p->on_way) && p->desk_has.n > 0;
    if (!fields || !cJSON_AddBoolToObject(fields, "part", part) ||
        !cJSON_AddItemToObject(fields, "keep", keep)) {
        cJSON_Delete(fields);
        cJSON_Delete(keep);
        return;
    }
    p->keeping = desk_link_request(p->link, "keep", fields, on_kept, p, NULL) == ERR_OK;
}

static void on_session(enum err_code code, const cJSON *answer, const struct err *err, void *arg)
{
    (void)err;
    struct phone_port *p = arg;
    phone_port_session_fn *done = p->session_done;
    p->session_done = NULL;
    struct wire_session *s = sodium_malloc(sizeof *s);
    const char *agent = json_str(answer, "agent_id", "");
    const char *token = json_str(answer, "token", "");
    const char *key = json_str(answer, "journal_key", "");
    bool ok = s && code == ERR_OK && token[0] && strlen(agent) < sizeof s->agent_id &&
              strlen(token) < sizeof s->token && strlen(key) < sizeof s->journal_key;
    if (ok) {
        memset(s, 0, sizeof *s);
        memcpy(s->agent_id, agent, strlen(agent) + 1);
        memcpy(s->token, token, strlen(token) + 1);
        memcpy(s->journal_key, key, strlen(key) + 1);
        (void)snprintf(s->sip_secret, sizeof s->sip_secret, "%s",
                       json_str(answer, "sip_secret", ""));
        (void)snprintf(s->sip_ca, sizeof s->sip_ca, "%s", json_str(answer, "sip_ca", ""));
        (void)snprintf(p->signed_in, sizeof p->signed_in, "%s", token);
        ok = wire_journal_key(s, NULL) == ERR_OK;
    }
    done(p->session_arg, ok ? s : NULL, ok ? json_obj(answer, "keep") : NULL);
    sodium_free(s);
}

void phone_port_session(struct phone_port *p, phone_port_session_fn *done, void *arg)
{
    if (p->session_done)
        return;
    p->session_done = done;
    p->session_arg = arg;
    if (desk_link_request(p->link, "session", NULL, on_session, p, NULL) != ERR_OK)
        p->session_done = NULL;
}

static void on_pace(const struct desk_pace_told *told, void *arg)
{
    struct phone_port *p = arg;
    p->handlers.pace(p->handlers.arg, told);
}

enum err_code phone_port_new(struct phone_port **ret, const struct desk_link_config *config,
                             const struct phone_port_handlers *handlers, struct err *err)
{
    struct phone_port *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(err, ERR_NOMEM, NULL);
    p->handlers = *handlers;
    const struct desk_link_handlers link = {on_state, on_event, p};
    enum err_code code = desk_link_new(&p->link, config, &link, err);
    if (code != ERR_OK) {
        free(p);
        return code;
    }
    if (config->socket && !(p->pulse = pulse_new(p->link, on_pace, p))) {
        (void)phone_port_free(p);
        return err_set(err, ERR_NOMEM, NULL);
    }
    *ret = p;
    return ERR_OK;
}

struct phone_port *phone_port_free(struct phone_port *p)
{
    if (!p)
        return NULL;
    p->pulse = pulse_free(p->pulse);
    desk_link_free(p->link);
    while (p->asked) {
        struct asked *a = p->asked;
        p->asked = a->next;
        free(a);
    }
    cJSON_Delete(p->keep);
    sodium_memzero(p->signed_in, sizeof p->signed_in);
    free(p);
    return NULL;
}
