/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of the backend -> core's structs. Every reader runs through the whole object with a small
 * cursor that remembers the first fault, so that one check at the end is enough. */

#include "net/api/wire_in.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/text.h"
#include "net/api/json.h"

struct reader {
    const cJSON *obj;
    const char *fault; /* the first member at fault, NULL = none */
};

static void fault(struct reader *r, const char *key)
{
    if (!r->fault)
        r->fault = key;
}

static enum err_code finish(const struct reader *r, struct err *err)
{
    if (!r->fault)
        return ERR_OK;
    return err_field(err, ERR_INVALID, r->fault, "The backend's answer could not be understood.");
}

static const char *text_of(struct reader *r, const char *key)
{
    const char *s = json_str(r->obj, key, NULL);
    if (!s)
        fault(r, key);
    return s ? s : "";
}

/* A text that may be shown: cleaned and cut. */
static void shown(struct reader *r, const char *key, char *dst, size_t cap)
{
    const char *s = text_of(r, key);
    text_clean_to(dst, cap, s, strlen(s));
}

/* A text that is compared or sent back: as it is, or not at all. */
static void exact(struct reader *r, const char *key, char *dst, size_t cap, bool may_be_empty)
{
    const char *s = text_of(r, key);
    size_t len = strlen(s);
    if (len >= cap || (!len && !may_be_empty))
        fault(r, key);
    else
        memcpy(dst, s, len + 1);
}

/* What an older backend does not say, or null, is "". */
static void exact_if_said(struct reader *r, const char *key, char *dst, size_t cap)
{
    const char *s = json_str(r->obj, key, "");
    dst[0] = '\0';
    if (strlen(s) >= cap)
        fault(r, key);
    else
        memcpy(dst, s, strlen(s) + 1);
}

/* null stands for "". */
static void exact_or_null(struct reader *r, const char *key, char *dst, size_t cap)
{
    dst[0] = '\0';
    if (!cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(r->obj, key)))
        exact(r, key, dst, cap, true);
}

static int64_t whole(struct reader *r, const char *key, int64_t min, int64_t max)
{
    int64_t n = json_int(r->obj, key, INT64_MIN);
    if (n >= min && n <= max)
        return n;
    fault(r, key);
    return min;
}

static bool truth(struct reader *r, const char *key)
{
    const cJSON *j = cJSON_GetObjectItemCaseSensitive(r->obj, key);
    if (!cJSON_IsBool(j))
        fault(r, key);
    return cJSON_IsTrue(j);
}

static int64_t instant(struct reader *r, const char *key, bool may_lack)
{
    const cJSON *j = cJSON_GetObjectItemCaseSensitive(r->obj, key);
    int64_t at = 0;
    if (may_lack && (!j || cJSON_IsNull(j)))
        return 0;
    const char *s = cJSON_GetStringValue(j);
    if (!s || !time_text_parse(s, strlen(s), &at))
        fault(r, key);
    return at;
}

enum err_code wire_time(const cJSON *obj, const char *key, bool may_lack, int64_t *ret,
                        struct err *err)
{
    struct reader r = {.obj = obj};
    *ret = instant(&r, key, may_lack);
    return finish(&r, err);
}

/* The words of core, read with core's own tables. */
static enum region region(struct reader *r)
{
    enum region v = REGION_VLG;
    const char *s = text_of(r, "region");
    if (!region_by_name(s, strlen(s), &v))
        fault(r, "region");
    return v;
}

static enum person_kind kind(struct reader *r)
{
    enum person_kind v = PERSON_INDEX;
    const char *s = text_of(r, "kind");
    if (!person_kind_by_name(s, strlen(s), &v))
        fault(r, "kind");
    return v;
}

static enum call_end call_end(struct reader *r)
{
    enum call_end v = CALL_END_NONE;
    if (!call_end_by_name(text_of(r, "end"), &v))
        fault(r, "end");
    return v;
}

static const cJSON *object(struct reader *r, const char *key)
{
    const cJSON *j = json_obj(r->obj, key);
    if (!j)
        fault(r, key);
    return j;
}

static size_t phones(struct reader *r, char (*dst)[24], size_t cap)
{
    const cJSON *list = json_arr(r->obj, "phones");
    const cJSON *item;
    size_t n = 0;
    if (!list)
        fault(r, "phones");
    cJSON_ArrayForEach(item, list)
    {
        const char *s = cJSON_GetStringValue(item);
        if (!s || strlen(s) >= sizeof dst[0])
            fault(r, "phones");
        else if (n < cap)
            memcpy(dst[n++], s, strlen(s) + 1);
    }
    return n;
}

static void party(const cJSON *j, struct reader *up, struct party *ret)
{
    struct reader r = {.obj = j};
    if (!party_relation_by_name(text_of(&r, "relation"), &ret->relation))
        fault(&r, "relation");
    shown(&r, "name", ret->name, sizeof ret->name);
    exact(&r, "phone", ret->number, sizeof ret->number, false);
    ret->at_utc_s = instant(&r, "at", true);
    ret->answered = json_bool(j, "answered", false);
    if (r.fault)
        fault(up, r.fault);
}

static void preview(const cJSON *j, struct reader *up, struct ws_preview *ret)
{
    struct reader r = {.obj = j};
    shown(&r, "given_name", ret->given_name, sizeof ret->given_name);
    shown(&r, "family_name", ret->family_name, sizeof ret->family_name);
    ret->n_phones = phones(&r, ret->phones, sizeof ret->phones / sizeof ret->phones[0]);
    ret->next_phone = (size_t)whole(&r, "next_phone", 0, WS_PHONES - 1);
    ret->callback_utc_s = cJSON_IsString(cJSON_GetObjectItemCaseSensitive(j, "callback_at"))
                              ? instant(&r, "callback_at", false)
                              : 0;
    if (ret->next_phone >= ret->n_phones)
        fault(&r, "next_phone");
    const cJSON *place; /* left out by a backend that knows no wishes */
    cJSON_ArrayForEach(place, json_arr(j, "unwanted_phones"))
    {
        if (json_is_whole(place) && place->valuedouble >= 0 &&
            place->valuedouble < (double)ret->n_phones)
            ret->unwanted_phones |= 1U << (unsigned)place->valuedouble;
        else
            fault(&r, "unwanted_phones");
    }
    const cJSON *who = json_obj(j, "party"); /* an older backend does not say */
    ret->has_party = who != NULL;
    if (who)
        party(who, &r, &ret->party);
    ret->region = region(&r);
    ret->attempts = (unsigned)whole(&r, "attempts", 0, 1000000);
    if (r.fault)
        fault(up, r.fault);
}

static void call(const cJSON *j, struct reader *up, struct ws_work_call *ret)
{
    struct reader r = {.obj = j};
    exact(&r, "call_id", ret->call_id, sizeof ret->call_id, false);
    exact(&r, "phone", ret->phone, sizeof ret->phone, false);
    ret->permitted_utc_s = instant(&r, "permitted_at", false);
    ret->rang_utc_s = instant(&r, "rang_at", true);
    ret->answered_utc_s = instant(&r, "answered_at", true);
    ret->ended_utc_s = instant(&r, "ended_at", true);
    ret->end = call_end(&r);
    ret->last_seq = (unsigned)whole(&r, "last_seq", 0, 100000);
    if (r.fault)
        fault(up, r.fault);
}

/* A call like another one, but for whom it goes to. */
static void consult(const cJSON *j, struct reader *up, struct ws_work_offer *ret)
{
    struct reader r = {.obj = j};
    struct ws_work_call *c = &ret->consult;
    exact(&r, "call_id", c->call_id, sizeof c->call_id, false);
    c->permitted_utc_s = instant(&r, "permitted_at", false);
    c->rang_utc_s = instant(&r, "rang_at", true);
    c->answered_utc_s = instant(&r, "answered_at", true);
    c->ended_utc_s = instant(&r, "ended_at", true);
    c->end = call_end(&r);
    c->last_seq = (unsigned)whole(&r, "last_seq", 0, 100000);
    const cJSON *target = object(&r, "target");
    if (target) {
        struct reader t = {.obj = target};
        if (!target_kind_by_name(text_of(&t, "kind"), &ret->consult_target.kind))
            fault(&r, "kind");
        shown(&t, "value", ret->consult_target.value, sizeof ret->consult_target.value);
        if (t.fault)
            fault(&r, t.fault);
    }
    if (r.fault)
        fault(up, r.fault);
}

static void offer(const cJSON *j, struct reader *up, struct ws_work_offer *ret)
{
    struct reader r = {.obj = j};
    exact(&r, "offer_id", ret->offer_id, sizeof ret->offer_id, false);
    ret->fence = whole(&r, "fence", 1, INT64_C(9007199254740991));
    if (!hold_state_by_name(text_of(&r, "state"), &ret->state) || ret->state == HOLD_NONE)
        fault(&r, "state");
    ret->state_since_utc_s = instant(&r, "state_since", false);
    ret->deadline_utc_s = instant(&r, "deadline", true);
    shown(&r, "queue", ret->queue, sizeof ret->queue);
    ret->kind = kind(&r);
    exact(&r, "language", ret->language, sizeof ret->language, false);
    exact_or_null(&r, "script_id", ret->script_id, sizeof ret->script_id);
    exact_if_said(&r, "script_version", ret->script_version, sizeof ret->script_version);
    const cJSON *person = json_obj(j, "person");
    ret->has_person = person != NULL;
    if (person)
        preview(person, &r, &ret->person);
    const cJSON *c = json_obj(j, "call");
    ret->has_call = c != NULL;
    if (c)
        call(c, &r, &ret->call);
    const cJSON *expert = json_obj(j, "consult");
    ret->has_consult = expert != NULL;
    if (expert)
        consult(expert, &r, ret);
    exact_or_null(&r, "proposed_code", ret->proposed_code, sizeof ret->proposed_code);
    const cJSON *wrapup = json_obj(j, "wrapup");
    if (wrapup) {
        struct reader w = {.obj = wrapup};
        exact(&w, "code", ret->code, sizeof ret->code, false);
        ret->late = truth(&w, "late");
        if (w.fault)
            fault(&r, w.fault);
    }
    if (r.fault)
        fault(up, r.fault);
}

static void agent(const cJSON *j, struct reader *up, struct ws_work *ret)
{
    struct reader r = {.obj = j};
    exact(&r, "agent_id", ret->agent_id, sizeof ret->agent_id, false);
    shown(&r, "login", ret->agent_login, sizeof ret->agent_login);
    shown(&r, "name", ret->agent_name, sizeof ret->agent_name);
    ret->region = region(&r);
    if (r.fault)
        fault(up, r.fault);
}

enum err_code wire_work(const cJSON *j, struct ws_work *ret, struct err *err)
{
    struct reader r = {.obj = j};
    memset(ret, 0, sizeof *ret);
    ret->server_utc_s = instant(&r, "server_time", false);
    const cJSON *who = object(&r, "agent");
    if (who)
        agent(who, &r, ret);
    const cJSON *service = object(&r, "service");
    if (service) {
        struct reader s = {.obj = service};
        exact(&s, "service_id", ret->service_id, sizeof ret->service_id, false);
        exact(&s, "version", ret->service_version, sizeof ret->service_version, true);
        shown(&s, "name", ret->service_name, sizeof ret->service_name);
        if (s.fault)
            fault(&r, s.fault);
    }
    if (!agent_status_by_name(text_of(&r, "status"), &ret->status))
        fault(&r, "status");
    ret->status_since_utc_s = instant(&r, "status_since", false);
    ret->on_queue = truth(&r, "on_queue");
    ret->on_queue_since_utc_s = instant(&r, "on_queue_since", true);
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(j, "offer");
    if (cJSON_IsObject(o))
        offer(o, &r, &ret->offer);
    else if (!cJSON_IsNull(o))
        fault(&r, "offer");
    return finish(&r, err);
}

enum err_code wire_phone(const cJSON *j, struct wire_session *ret, struct err *err)
{
    struct reader r = {.obj = j};
    exact(&r, "aor", ret->aor, sizeof ret->aor, true);
    if (cJSON_HasObjectItem(j, "sip_secret"))
        exact(&r, "sip_secret", ret->sip_secret, sizeof ret->sip_secret, true);
    exact(&r, "outbound", ret->outbound, sizeof ret->outbound, true);
    if (cJSON_HasObjectItem(j, "transport"))
        exact(&r, "transport", ret->transport, sizeof ret->transport, true);
    if (cJSON_HasObjectItem(j, "media"))
        exact(&r, "media", ret->media, sizeof ret->media, true);
    if (cJSON_HasObjectItem(j, "ca"))
        exact(&r, "ca", ret->sip_ca, sizeof ret->sip_ca, true);
    if (cJSON_HasObjectItem(j, "sip_secret_renew_s"))
        ret->sip_secret_renew_s = whole(&r, "sip_secret_renew_s", 0, 604800);
    ret->register_phone = truth(&r, "register");
    ret->screen_grace_s = whole(&r, "screen_grace_s", 0, 86400);
    return finish(&r, err);
}

enum err_code wire_journal_key(struct wire_session *s, struct err *err)
{
    size_t len = 0;
    if (sodium_base642bin(s->journal_key_bytes, sizeof s->journal_key_bytes, s->journal_key,
                          strlen(s->journal_key), NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) == 0 &&
        len == sizeof s->journal_key_bytes)
        return ERR_OK;
    return err_field(err, ERR_INVALID, "journal_key",
                     "The backend's answer could not be understood.");
}

enum err_code wire_session(const cJSON *j, struct wire_session *ret, struct ws_work *ret_work,
                           struct err *err)
{
    struct reader r = {.obj = j};
    exact(&r, "token", ret->token, sizeof ret->token, false);
    exact(&r, "journal_key", ret->journal_key, sizeof ret->journal_key, false);
    enum err_code code = finish(&r, err);
    if (code == ERR_OK)
        code = wire_journal_key(ret, err);
    if (code == ERR_OK)
        code = wire_phone(json_obj(j, "phone"), ret, err);
    if (code == ERR_OK)
        code = wire_work(json_obj(j, "work"), ret_work, err);
    if (code == ERR_OK)
        memcpy(ret->agent_id, ret_work->agent_id, sizeof ret->agent_id);
    return code;
}

enum err_code wire_permit(const cJSON *j, struct ws_permit *ret, struct err *err)
{
    struct reader r = {.obj = j};
    exact(&r, "call_id", ret->call_id, sizeof ret->call_id, false);
    exact(&r, "call_token", ret->call_token, sizeof ret->call_token, false);
    exact(&r, "number", ret->number, sizeof ret->number, false);
    exact(&r, "uri", ret->uri, sizeof ret->uri, false);
    ret->ring_limit_s = whole(&r, "ring_limit_s", 1, 86400);
    ret->has_answers = json_bool(j, "has_answers", false); /* an older backend does not say */
    return finish(&r, err);
}

enum err_code wire_transfer(const cJSON *j, struct ws_permit *ret, struct err *err)
{
    struct reader r = {.obj = j};
    *ret = (struct ws_permit){0};
    exact(&r, "call_id", ret->call_id, sizeof ret->call_id, false);
    exact(&r, "number", ret->number, sizeof ret->number, true);
    exact(&r, "uri", ret->uri, sizeof ret->uri, false);
    return finish(&r, err);
}

enum err_code wire_consult(const cJSON *j, struct ws_permit *ret, struct err *err)
{
    enum err_code code = wire_transfer(j, ret, err);
    struct reader r = {.obj = j};
    exact(&r, "call_token", ret->call_token, sizeof ret->call_token, false);
    ret->ring_limit_s = whole(&r, "ring_limit_s", 1, 86400);
    return code == ERR_OK ? finish(&r, err) : code;
}

static void directory_user(const cJSON *j, struct reader *up, struct ws_user *ret)
{
    struct reader r = {.obj = j};
    exact(&r, "login", ret->login, sizeof ret->login, false);
    shown(&r, "name", ret->name, sizeof ret->name);
    if (!agent_status_by_name(text_of(&r, "status"), &ret->status))
        fault(&r, "status");
    ret->on_queue = truth(&r, "on_queue");
    ret->is_free = truth(&r, "is_free");
    if (r.fault)
        fault(up, r.fault);
}

static void directory_queue(const cJSON *j, struct reader *up, struct ws_target_queue *ret)
{
    struct reader r = {.obj = j};
    exact(&r, "queue", ret->queue, sizeof ret->queue, false);
    ret->region = region(&r);
    if (r.fault)
        fault(up, r.fault);
}

enum err_code wire_directory(const cJSON *j, struct ws_directory *ret, struct err *err)
{
    struct reader r = {.obj = j};
    const cJSON *item, *users = json_arr(j, "users"), *queues = json_arr(j, "queues");
    memset(ret, 0, sizeof *ret);
    if (!users || !queues)
        fault(&r, "users");
    cJSON_ArrayForEach(item, users) if (ret->n_users < WS_DIRECTORY_MAX)
        directory_user(item, &r, &ret->users[ret->n_users++]);
    cJSON_ArrayForEach(item, queues) if (ret->n_queues < WS_DIRECTORY_MAX)
        directory_queue(item, &r, &ret->queues[ret->n_queues++]);
    ret->all_users = (unsigned)whole(&r, "all_users", 0, 1000000);
    ret->all_queues = (unsigned)whole(&r, "all_queues", 0, 1000000);
    return finish(&r, err);
}

/* What an older backend does not send. */
static void later(const cJSON *j, const char *key, char *ret, size_t size)
{
    const char *text = json_str(j, key, "");
    text_clean_to(ret, size, text, strlen(text));
}

enum err_code wire_record(const cJSON *j, struct record *ret, char niss_masked[16], struct err *err)
{
    struct reader r = {.obj = j};
    char numbers[RECORD_PHONES][24];
    memset(ret, 0, sizeof *ret);
    exact(&r, "person_id", ret->person_id, sizeof ret->person_id, false);
    shown(&r, "sciensano_request_ticket", ret->ticket, sizeof ret->ticket);
    ret->ticket_at_utc_s = instant(&r, "ticket_at", false);
    shown(&r, "niss_masked", niss_masked, 16);
    ret->niss_doubtful = json_bool(j, "niss_doubtful", false);
    shown(&r, "name_index_patient", ret->name_index_patient, sizeof ret->name_index_patient);
    shown(&r, "given_name", ret->given_name, sizeof ret->given_name);
    shown(&r, "family_name", ret->family_name, sizeof ret->family_name);
    shown(&r, "birth_date", ret->birth_date, sizeof ret->birth_date);
    size_t n = phones(&r, numbers, RECORD_PHONES);
    for (size_t i = 0; i < n; i++)
        text_clean_to(ret->phones[i].number, sizeof ret->phones[i].number, numbers[i],
                      strlen(numbers[i]));
    const cJSON *who;
    cJSON_ArrayForEach(who, json_arr(j, "parties"))
    {
        if (ret->n_parties < RECORD_PARTIES)
            party(who, &r, &ret->parties[ret->n_parties++]);
    }
    exact(&r, "language", ret->language, sizeof ret->language, false);
    ret->region = region(&r);
    ret->kind = kind(&r);
    shown(&r, "municipality", ret->municipality, sizeof ret->municipality);
    ret->attempts = (int)whole(&r, "attempts", 0, 1000000);
    later(j, "index_ticket", ret->index_ticket, sizeof ret->index_ticket);
    later(j, "sample_date", ret->sample_date, sizeof ret->sample_date);
    later(j, "last_contact_date", ret->last_contact_date, sizeof ret->last_contact_date);
    const char *notes = text_of(&r, "notes");
    struct buf b = {.limit = sizeof ret->notes - 1};
    text_clean(notes, strlen(notes), TEXT_LINES, &b);
    size_t len = text_cut(buf_text(&b), b.len, sizeof ret->notes - 1);
    memcpy(ret->notes, buf_text(&b), len);
    if (b.data)
        sodium_memzero(b.data, b.len);
    buf_free(&b);
    return finish(&r, err);
}

enum err_code wire_queues(const cJSON *j, struct ws_queue *rows, size_t cap, size_t *ret_n,
                          struct err *err)
{
    struct reader top = {.obj = j};
    const cJSON *list = json_arr(j, "queues");
    const cJSON *item;
    *ret_n = 0;
    if (!list)
        fault(&top, "queues");
    cJSON_ArrayForEach(item, list)
    {
        struct reader r = {.obj = item};
        if (*ret_n == cap)
            break;
        struct ws_queue *q = &rows[*ret_n];
        shown(&r, "queue", q->queue, sizeof q->queue);
        q->agents_on_queue = (unsigned)whole(&r, "agents_on_queue", 0, INT32_MAX);
        q->agents_available = (unsigned)whole(&r, "agents_available", 0, INT32_MAX);
        q->waiting = (unsigned)whole(&r, "waiting", 0, INT32_MAX);
        q->longest_wait_s = whole(&r, "longest_wait_s", 0, INT64_C(9007199254740991));
        if (r.fault)
            fault(&top, r.fault);
        (*ret_n)++;
    }
    return finish(&top, err);
}

static void interaction(const cJSON *j, struct reader *up, struct ws_interaction *ret)
{
    struct reader r = {.obj = j};
    memset(ret, 0, sizeof *ret);
    exact(&r, "offer_id", ret->offer_id, sizeof ret->offer_id, false);
    exact_if_said(&r, "service_id", ret->service_id, sizeof ret->service_id);
    ret->at_utc_s = instant(&r, "at", false);
    shown(&r, "name", ret->name, sizeof ret->name);
    ret->kind = kind(&r);
    const char *state = text_of(&r, "state");
    if (strcmp(state, "ended") == 0)
        ret->state = HOLD_NONE;
    else if (!hold_state_by_name(state, &ret->state))
        fault(&r, "state");
    ret->end = call_end(&r);
    ret->talk_s = whole(&r, "talk_s", 0, INT32_MAX);
    exact_or_null(&r, "code", ret->code, sizeof ret->code);
    ret->late = truth(&r, "late");
    if (r.fault)
        fault(up, r.fault);
}

enum err_code wire_interactions(const cJSON *j, struct ws_interaction *rows, size_t cap,
                                size_t *ret_n, struct err *err)
{
    struct reader top = {.obj = j};
    const cJSON *list = json_arr(j, "interactions");
    const cJSON *item;
    *ret_n = 0;
    if (!list)
        fault(&top, "interactions");
    cJSON_ArrayForEach(item, list)
    {
        if (*ret_n == cap)
            break;
        interaction(item, &top, &rows[(*ret_n)++]);
    }
    return finish(&top, err);
}

enum err_code wire_callbacks(const cJSON *j, struct ws_callback *rows, size_t cap, size_t *ret_n,
                             struct err *err)
{
    struct reader top = {.obj = j};
    const cJSON *list = json_arr(j, "callbacks");
    const cJSON *item;
    *ret_n = 0;
    if (!list)
        fault(&top, "callbacks");
    cJSON_ArrayForEach(item, list)
    {
        struct reader r = {.obj = item};
        if (*ret_n == cap)
            break;
        struct ws_callback *c = &rows[(*ret_n)++];
        exact(&r, "callback_id", c->callback_id, sizeof c->callback_id, false);
        c->at_utc_s = instant(&r, "at", false);
        shown(&r, "name", c->name, sizeof c->name);
        if (r.fault)
            fault(&top, r.fault);
    }
    return finish(&top, err);
}

static void contact(const cJSON *j, struct reader *up, struct ws_contact *ret)
{
    struct reader r = {.obj = j};
    char given[128];
    char family[128];
    memset(ret, 0, sizeof *ret);
    exact(&r, "person_id", ret->person_id, sizeof ret->person_id, false);
    shown(&r, "given_name", given, sizeof given);
    shown(&r, "family_name", family, sizeof family);
    (void)snprintf(ret->name, sizeof ret->name, "%s%s%s", given, given[0] && family[0] ? " " : "",
                   family);
    exact(&r, "language", ret->language, sizeof ret->language, false);
    exact_or_null(&r, "phone", ret->phone, sizeof ret->phone);
    ret->n_phones = (size_t)whole(&r, "n_phones", 0, RECORD_PHONES);
    const char *state = text_of(&r, "state");
    if (!person_state_by_name(state, strlen(state), &ret->state))
        fault(&r, "state");
    ret->due_utc_s = instant(&r, "due_at", true);
    ret->attempts = (unsigned)whole(&r, "attempts", 0, 1000000);
    const char *refusal = json_str(j, "refusal", "");
    /* A reason that this screen does not know is one all the same. */
    if (refusal[0] && !another_refusal_by_name(refusal, &ret->refusal))
        ret->refusal = ANOTHER_UNRESOLVED;
    if (r.fault)
        fault(up, r.fault);
}

enum err_code wire_contacts(const cJSON *j, struct ws_contact *rows, size_t cap, size_t *ret_n,
                            bool *ret_more, struct err *err)
{
    struct reader top = {.obj = j};
    const cJSON *list = json_arr(j, "contacts");
    const cJSON *item;
    *ret_n = 0;
    if (!list)
        fault(&top, "contacts");
    *ret_more = truth(&top, "more");
    cJSON_ArrayForEach(item, list)
    {
        if (*ret_n == cap)
            break;
        contact(item, &top, &rows[(*ret_n)++]);
    }
    return finish(&top, err);
}

enum err_code wire_call_event(const cJSON *j, struct ws_call_event *ret, struct err *err)
{
    struct reader r = {.obj = j};
    memset(ret, 0, sizeof *ret);
    ret->seq = (unsigned)whole(&r, "seq", 1, 100000);
    ret->at_utc_s = instant(&r, "at", false);
    if (!call_event_by_name(text_of(&r, "kind"), &ret->kind))
        fault(&r, "kind");
    if (ret->kind == CALL_EV_END && !r.fault)
        ret->end = call_end(&r);
    if (cJSON_HasObjectItem(j, "sip_status"))
        ret->sip_status = (int)whole(&r, "sip_status", 0, 699);
    if (cJSON_HasObjectItem(j, "text"))
        shown(&r, "text", ret->text, sizeof ret->text);
    return finish(&r, err);
}
