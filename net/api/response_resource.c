/* SPDX-License-Identifier: Apache-2.0 */
/* A QuestionnaireResponse for others, and how others answer to it. */

#include "net/api/response_resource.h"

#include <string.h>

#include "core/time_text.h"
#include "net/api/json.h"

static cJSON *identifier(const char *system, const char *value)
{
    cJSON *j = cJSON_CreateObject();
    if (cJSON_AddStringToObject(j, "system", system) && cJSON_AddStringToObject(j, "value", value))
        return j;
    cJSON_Delete(j);
    return NULL;
}

/* A reference by identifier (FHIR R4 references, 2.3.0.1). */
static cJSON *logical_reference(const char *system, const char *value)
{
    cJSON *j = cJSON_CreateObject();
    cJSON *i = identifier(system, value);
    if (i && cJSON_AddItemToObject(j, "identifier", i))
        return j;
    cJSON_Delete(i);
    cJSON_Delete(j);
    return NULL;
}

static bool add(cJSON *to, const char *name, cJSON *item_take)
{
    if (item_take && cJSON_AddItemToObject(to, name, item_take))
        return true;
    cJSON_Delete(item_take);
    return false;
}

/* Move a member, when it is there. */
static bool move(cJSON *from, cJSON *to, const char *name)
{
    cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(from, name);
    return !item || add(to, name, item);
}

/* The members in FHIR's order, moved from the answers or made. */
static bool compose(cJSON *from, cJSON *to, const struct response_resource *r)
{
    char authored[TIME_TEXT_SIZE];
    time_text_print(r->authored_utc_s, authored);
    cJSON *own = cJSON_DetachItemFromObjectCaseSensitive(from, "authored");
    if (!cJSON_IsString(own)) {
        cJSON_Delete(own);
        own = cJSON_CreateString(authored);
    }
    return move(from, to, "resourceType") && add(to, "id", cJSON_CreateString(r->id)) &&
           move(from, to, "language") &&
           add(to, "identifier", identifier(RESPONSE_SYSTEM, r->id)) &&
           move(from, to, "questionnaire") &&
           add(to, "status", cJSON_CreateString(response_status_name(r->status))) &&
           add(to, "subject", logical_reference(r->subject_system, r->subject)) &&
           add(to, "authored", own) &&
           add(to, "author", logical_reference(RESPONSE_AGENT_SYSTEM, r->agent)) &&
           (r->status == RESPONSE_ENTERED_IN_ERROR || move(from, to, "item"));
}

enum err_code response_resource_dress(cJSON *response, const struct response_resource *r,
                                      struct err *err)
{
    if (strcmp(json_str(response, "resourceType", ""), "QuestionnaireResponse") != 0)
        return err_set(err, ERR_INVALID, "This is no QuestionnaireResponse.");
    CLEANUP_JSON cJSON *made = cJSON_CreateObject();
    if (!made || !compose(response, made, r))
        return err_set(err, ERR_NOMEM, NULL);
    while (response->child)
        cJSON_Delete(cJSON_DetachItemViaPointer(response, response->child));
    response->child = made->child;
    made->child = NULL;
    return ERR_OK;
}

/* "application/fhir+json; charset=utf-8" */
static bool is_json(const char *media_type)
{
    static const char *const known[] = {"application/fhir+json", "application/json"};
    for (size_t i = 0; media_type && i < sizeof known / sizeof known[0]; i++) {
        const size_t len = strlen(known[i]);
        if (strncmp(media_type, known[i], len) == 0 &&
            (media_type[len] == '\0' || media_type[len] == ';' || media_type[len] == ' '))
            return true;
    }
    return false;
}

/* Does the path hold our id as one of its parts? */
static bool names_id(const char *location, const char *id)
{
    const char *at = location ? strstr(location, id) : NULL;
    const char end = at ? at[strlen(id)] : 'x';
    return at && at > location && at[-1] == '/' && (end == '\0' || end == '/' || end == '?');
}

static bool is_error(const cJSON *issue)
{
    const char *severity = json_str(issue, "severity", "error");
    return strcmp(severity, "error") == 0 || strcmp(severity, "fatal") == 0;
}

static const cJSON *first_error(const cJSON *outcome)
{
    const cJSON *issue;
    cJSON_ArrayForEach(issue, json_arr(outcome, "issue")) if (is_error(issue)) return issue;
    return NULL;
}

bool response_receipt_is_ours(const struct response_receipt *a, const char *id)
{
    if (a->len == 0)
        return a->has_etag || names_id(a->location, id);
    CLEANUP_JSON cJSON *j = NULL;
    if (!is_json(a->media_type) || json_parse(a->body, a->len, &json_limits_script, &j, NULL))
        return false;
    const char *type = json_str(j, "resourceType", "");
    if (strcmp(type, "QuestionnaireResponse") == 0)
        return strcmp(json_str(j, "id", ""), id) == 0;
    return strcmp(type, "OperationOutcome") == 0 && !first_error(j) &&
           (a->has_etag || names_id(a->location, id));
}

void response_issue_code(const char *body, size_t len, char ret[RESPONSE_ISSUE_SIZE])
{
    CLEANUP_JSON cJSON *j = NULL;
    ret[0] = '\0';
    if (json_parse(body, len, &json_limits_script, &j, NULL) != ERR_OK ||
        strcmp(json_str(j, "resourceType", ""), "OperationOutcome") != 0)
        return;
    const char *code = json_str(first_error(j), "code", "");
    const size_t n = strlen(code);
    if (n < RESPONSE_ISSUE_SIZE && strspn(code, "abcdefghijklmnopqrstuvwxyz-") == n)
        memcpy(ret, code, n + 1);
}
