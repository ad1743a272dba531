/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as HTTP. A row says where a request goes; a function of the row fills its body, another
 * reads its answer. */

#include "net/client/requests.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/api/json.h"
#include "net/api/questionnaire.h"
#include "net/api/service_json.h"
#include "net/api/wire_alarm.h"

#define SMALL ((size_t)256 * 1024)
#define LARGE ((size_t)8 * 1024 * 1024)

typedef bool fill_fn(cJSON *o, const struct ws_request *req);
typedef enum err_code read_fn(const cJSON *j, struct request_answer *ret, struct err *err);

static bool fill_sign_in(cJSON *o, const struct ws_request *req)
{
    return cJSON_AddStringToObject(o, "login", req->login) &&
           cJSON_AddStringToObject(o, "password", req->password);
}

static bool fill_status(cJSON *o, const struct ws_request *req)
{
    return cJSON_AddStringToObject(o, "status", agent_status_name(req->status)) != NULL;
}

static bool fill_on_queue(cJSON *o, const struct ws_request *req)
{
    return cJSON_AddBoolToObject(o, "on_queue", req->on_queue) != NULL;
}

static bool fill_fence(cJSON *o, const struct ws_request *req)
{
    return cJSON_AddNumberToObject(o, "fence", (double)req->fence) != NULL;
}

static bool fill_skip(cJSON *o, const struct ws_request *req)
{
    return fill_fence(o, req) && cJSON_AddStringToObject(o, "reason", req->reason);
}

static bool fill_reveal(cJSON *o, const struct ws_request *req)
{
    return fill_fence(o, req) && cJSON_AddStringToObject(o, "field", "niss");
}

static bool fill_permit(cJSON *o, const struct ws_request *req)
{
    return fill_fence(o, req) && cJSON_AddStringToObject(o, "offer_id", req->offer_id) &&
           cJSON_AddNumberToObject(o, "phone_index", (double)req->phone_index);
}

static bool fill_target(cJSON *o, const struct ws_request *req)
{
    cJSON *target = cJSON_AddObjectToObject(o, "target");
    return fill_fence(o, req) && target &&
           cJSON_AddStringToObject(target, "kind", target_kind_name(req->target->kind)) &&
           cJSON_AddStringToObject(target, "value", req->target->value);
}

static bool fill_release(cJSON *o, const struct ws_request *req)
{
    return cJSON_AddStringToObject(o, "reason", req->reason) != NULL;
}

static bool fill_another(cJSON *o, const struct ws_request *req)
{
    if (!fill_fence(o, req))
        return false;
    if (!cJSON_AddStringToObject(o, "whom", req->contact_id ? "contact" : "party"))
        return false;
    if (req->contact_id)
        return cJSON_AddStringToObject(o, "contact_id", req->contact_id) != NULL;
    cJSON *party = cJSON_AddObjectToObject(o, "party");
    return party &&
           cJSON_AddStringToObject(party, "relation", party_relation_name(req->party->relation)) &&
           cJSON_AddStringToObject(party, "name", req->party->name) &&
           cJSON_AddStringToObject(party, "number", req->party->number);
}

static enum err_code read_nothing(const cJSON *j, struct request_answer *ret, struct err *err)
{
    (void)j;
    (void)ret;
    (void)err;
    return ERR_OK;
}

static enum err_code read_work(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.work = &ret->work;
    return wire_work(j, &ret->work, err);
}

static enum err_code read_permit(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.permit = &ret->permit;
    return wire_permit(j, &ret->permit, err);
}

static enum err_code read_consult(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.permit = &ret->permit;
    return wire_consult(j, &ret->permit, err);
}

static enum err_code read_transfer(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.permit = &ret->permit;
    return wire_transfer(j, &ret->permit, err);
}

static enum err_code read_directory(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.directory = &ret->directory;
    return wire_directory(j, &ret->directory, err);
}

static enum err_code read_record(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.record = &ret->record;
    ret->answer.niss_masked = ret->niss_masked;
    return wire_record(j, &ret->record, ret->niss_masked, err);
}

static enum err_code read_niss(const cJSON *j, struct request_answer *ret, struct err *err)
{
    const char *value = json_str(j, "value", NULL);
    if (!value)
        return err_set(err, ERR_INVALID, NULL);
    text_clean_to(ret->niss, sizeof ret->niss, value, strlen(value));
    ret->answer.niss = ret->niss;
    return ERR_OK;
}

static enum err_code read_draft(const cJSON *j, struct request_answer *ret, struct err *err)
{
    const cJSON *response = json_obj(j, "response");
    int64_t version = json_int(j, "version", -1);
    if (version < 0 || version > 1000000000)
        return err_set(err, ERR_INVALID, NULL);
    ret->answer.version = (unsigned)version;
    const char *status = json_str(j, "status", "");
    ret->answer.completed = strcmp(status, "completed") == 0 || strcmp(status, "amended") == 0;
    if (!response)
        return ERR_OK;
    struct buf b = {0};
    json_print(response, &b);
    ret->response = b.failed ? NULL : buf_take(&b);
    buf_free(&b);
    ret->answer.response = ret->response;
    return ret->response ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
}

static enum err_code read_script(const cJSON *j, struct request_answer *ret, struct err *err)
{
    struct script *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, ERR_NOMEM, NULL);
    enum err_code code = questionnaire_load_json(j, NULL, s, NULL, err);
    if (code == ERR_OK)
        ret->answer.script = s;
    else
        free(s);
    return code;
}

static enum err_code read_interactions(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.interactions = ret->interactions;
    return wire_interactions(j, ret->interactions, WS_INTERACTIONS_MAX, &ret->answer.n_interactions,
                             err);
}

static enum err_code read_callbacks(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.callbacks = ret->callbacks;
    return wire_callbacks(j, ret->callbacks, WS_CALLBACKS_MAX, &ret->answer.n_callbacks, err);
}

static enum err_code read_alarms(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->answer.alarms = ret->alarms;
    return wire_alarms(j, ret->alarms, WS_ALARMS_MAX, &ret->answer.n_alarms, err);
}

static enum err_code read_incidents(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->incidents = calloc(WS_INCIDENTS_MAX, sizeof *ret->incidents);
    if (!ret->incidents)
        return err_set(err, ERR_NOMEM, NULL);
    ret->answer.incidents = ret->incidents;
    return wire_incidents(j, ret->incidents, WS_INCIDENTS_MAX, &ret->answer.n_incidents, err);
}

static enum err_code read_contacts(const cJSON *j, struct request_answer *ret, struct err *err)
{
    ret->contacts = calloc(WS_CONTACTS_MAX, sizeof *ret->contacts);
    if (!ret->contacts)
        return err_set(err, ERR_NOMEM, NULL);
    ret->answer.contacts = ret->contacts;
    return wire_contacts(j, ret->contacts, WS_CONTACTS_MAX, &ret->answer.n_contacts,
                         &ret->answer.contacts_more, err);
}

/* clang-format off */
static const struct row {
    struct request_form form;
    const char *path;  /* %s: the offer's id, the script's or the alarm's */
    fill_fn *fill;     /* NULL = no body */
    read_fn *read;     /* NULL = read by request_read itself */
} rows[] = {
    [WS_REQ_SIGN_IN]      = {{"POST",   NULL, true,  false, SMALL}, "/v1/sessions",          fill_sign_in,  NULL},
    [WS_REQ_SIGN_OUT]     = {{"DELETE", NULL, false, true,  SMALL}, "/v1/session",           NULL,          read_nothing},
    [WS_REQ_SET_STATUS]   = {{"PUT",    NULL, false, true,  SMALL}, "/v1/status",            fill_status,   read_work},
    [WS_REQ_SET_ON_QUEUE] = {{"PUT",    NULL, false, true,  SMALL}, "/v1/queue",             fill_on_queue, read_work},
    [WS_REQ_ACCEPT]       = {{"POST",   NULL, true,  true,  SMALL}, "/v1/offers/%s/accept",  fill_fence,    read_work},
    [WS_REQ_SKIP]         = {{"POST",   NULL, true,  true,  SMALL}, "/v1/offers/%s/skip",    fill_skip,     read_work},
    [WS_REQ_PERMIT]       = {{"POST",   NULL, true,  true,  SMALL}, "/v1/calls",             fill_permit,   read_permit},
    [WS_REQ_RECORD]       = {{"POST",   NULL, false, true,  SMALL}, "/v1/offers/%s/record",  fill_fence,    read_record},
    [WS_REQ_REVEAL]       = {{"POST",   NULL, false, true,  SMALL}, "/v1/offers/%s/reveal",  fill_reveal,   read_niss},
    [WS_REQ_DRAFT]        = {{"GET",    NULL, false, true,  LARGE}, "/v1/offers/%s/response", NULL,         read_draft},
    [WS_REQ_SERVICE]      = {{"GET",    NULL, false, true,  LARGE}, "/v1/service",           NULL,          NULL},
    [WS_REQ_SCRIPT]       = {{"GET",    "application/fhir+json", false, true, LARGE}, "/v1/scripts/%s", NULL, read_script},
    [WS_REQ_INTERACTIONS] = {{"GET",    NULL, false, true,  LARGE}, "/v1/interactions",      NULL,          read_interactions},
    [WS_REQ_CALLBACKS]    = {{"GET",    NULL, false, true,  LARGE}, "/v1/callbacks",         NULL,          read_callbacks},
    [WS_REQ_ALARMS]       = {{"GET",    NULL, false, true,  LARGE}, "/v1/alarms",            NULL,          read_alarms},
    [WS_REQ_SEE_ALARM]    = {{"POST",   NULL, true,  true,  LARGE}, "/v1/alarms/%s/seen",    NULL,          read_alarms},
    [WS_REQ_CLOSE_ALARM]  = {{"POST",   NULL, true,  true,  LARGE}, "/v1/alarms/%s/close",   NULL,          read_alarms},
    [WS_REQ_INCIDENTS]    = {{"GET",    NULL, false, true,  LARGE}, "/v1/incidents",         NULL,          read_incidents},
    [WS_REQ_RELEASE]      = {{"POST",   NULL, true,  true,  SMALL}, "/v1/offers/%s/release", fill_release,  read_nothing},
    [WS_REQ_CONTACTS]     = {{"POST",   NULL, false, true,  LARGE}, "/v1/offers/%s/contacts", fill_fence,   read_contacts},
    [WS_REQ_ANOTHER]      = {{"POST",   NULL, true,  true,  SMALL}, "/v1/offers/%s/another", fill_another,  read_work},
    [WS_REQ_DIRECTORY]    = {{"GET",    NULL, false, true,  SMALL}, "/v1/directory",         NULL,          read_directory},
    [WS_REQ_CONSULT]      = {{"POST",   NULL, true,  true,  SMALL}, "/v1/offers/%s/consult", fill_target,   read_consult},
    [WS_REQ_TRANSFER]     = {{"POST",   NULL, true,  true,  SMALL}, "/v1/offers/%s/transfer", fill_target,  read_transfer},
};
/* clang-format on */
_Static_assert(sizeof rows / sizeof rows[0] == WS_REQUEST_KIND_COUNT, "one row a request");

const struct request_form *request_form(enum ws_request_kind kind)
{
    return &rows[kind].form;
}

/* RFC 3986 2.3: what needs no escape. */
static void add_query(struct buf *path, const char *name, const char *value)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    buf_printf(path, "?%s=", name);
    for (; *value; value++)
        if (strchr(plain, *value))
            buf_add(path, value, 1);
        else
            buf_printf(path, "%%%02X", (unsigned char)*value);
}

bool request_write(const struct ws_request *req, struct buf *path, struct buf *body)
{
    const struct row *row = &rows[req->kind];
    const char *hole = strstr(row->path, "%s");
    if (hole) {
        buf_add(path, row->path, (size_t)(hole - row->path));
        buf_str(path, req->kind == WS_REQ_SCRIPT ? req->script_id
                      : req->alarm_id            ? req->alarm_id
                                                 : req->offer_id);
        buf_str(path, hole + 2);
        if (req->kind == WS_REQ_SCRIPT && req->script_version)
            add_query(path, "version", req->script_version);
    } else {
        buf_str(path, row->path);
        if (req->kind == WS_REQ_DIRECTORY && req->typed[0])
            add_query(path, "q", req->typed);
    }
    if (row->fill) {
        CLEANUP_JSON cJSON *o = cJSON_CreateObject();
        if (!o || !row->fill(o, req))
            return false;
        json_print(o, body);
    }
    return !path->failed && !body->failed;
}

/* A script may be as large as scripts are; everything else is small. */
static const struct json_limits *limits(enum ws_request_kind kind)
{
    static const struct json_limits lists = {.bytes = LARGE, .depth = 64, .elements = 200000};
    return kind == WS_REQ_SCRIPT ? &json_limits_script : &lists;
}

enum err_code request_read(enum ws_request_kind kind, const char *body, size_t len,
                           struct wire_session *session, struct request_answer *ret,
                           struct err *err)
{
    const struct row *row = &rows[kind];
    CLEANUP_JSON cJSON *j = NULL;
    enum err_code code = ERR_OK;
    if (kind == WS_REQ_SERVICE)
        code = service_json_load(body, len, &ret->answer.service, NULL, err);
    else if (row->read != read_nothing)
        code = json_parse(body, len, limits(kind), &j, err);
    if (code == ERR_OK && kind == WS_REQ_SIGN_IN) {
        ret->answer.work = &ret->work;
        code = wire_session(j, session, &ret->work, err);
    } else if (code == ERR_OK && row->read) {
        code = row->read(j, ret, err);
    }
    if (code == ERR_OK || code == ERR_NOMEM)
        return code;
    return err_set(err, ERR_UNAVAILABLE, N_("The backend's answer could not be understood."));
}

void request_answer_deinit(struct request_answer *a)
{
    if (a->response)
        sodium_memzero(a->response, strlen(a->response));
    free(a->response);
    if (a->incidents)
        sodium_memzero(a->incidents, WS_INCIDENTS_MAX * sizeof *a->incidents);
    free(a->incidents);
    if (a->contacts)
        sodium_memzero(a->contacts, WS_CONTACTS_MAX * sizeof *a->contacts);
    free(a->contacts);
    sodium_memzero(a, sizeof *a);
}
