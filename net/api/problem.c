/* SPDX-License-Identifier: Apache-2.0 */
/* Problems: struct err <-> problem+json. */

#include "net/api/problem.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/api/json.h"

#define TYPE_PREFIX "/problems/"

cJSON *problem_json(const struct err *err)
{
    const struct err_info *info = err_info(err->code);
    char type[64];
    snprintf(type, sizeof type, TYPE_PREFIX "%s", info->name);
    cJSON *j = cJSON_CreateObject();
    if (!cJSON_AddStringToObject(j, "type", type) ||
        !cJSON_AddStringToObject(j, "title", info->sentence) ||
        !cJSON_AddNumberToObject(j, "status", info->http_status) ||
        (err->sentence[0] && !cJSON_AddStringToObject(j, "detail", err->sentence)) ||
        (err->field[0] && !cJSON_AddStringToObject(j, "field", err->field))) {
        cJSON_Delete(j);
        return NULL;
    }
    return j;
}

/* The code for a body that is no problem of ours: a proxy's page, say. */
static enum err_code code_of_status(int http_status)
{
    switch (http_status) {
    case 401:
        return ERR_UNAUTHENTICATED;
    case 403:
        return ERR_FORBIDDEN;
    case 404:
        return ERR_NOT_FOUND;
    case 413:
        return ERR_TOO_LARGE;
    case 429:
        return ERR_THROTTLED;
    case 408:
    case 502:
    case 503:
    case 504:
        return ERR_UNAVAILABLE;
    default:
        return ERR_INTERNAL;
    }
}

void problem_read(const cJSON *j, int http_status, struct err *ret)
{
    const char *type = json_str(j, "type", "");
    const size_t prefix = sizeof TYPE_PREFIX - 1;
    const bool ours = strncmp(type, TYPE_PREFIX, prefix) == 0;
    enum err_code code = ours ? err_by_name(type + prefix) : code_of_status(http_status);
    if (code == ERR_TIMEOUT)
        code = ERR_UNAVAILABLE; /* the line is slow: as if nobody had answered */
    const char *sentence = json_str(j, "detail", err_info(code)->sentence);
    const char *field = json_str(j, "field", "");
    (void)err_set(ret, code, NULL);
    (void)text_clean_to(ret->sentence, sizeof ret->sentence, sentence, strlen(sentence));
    (void)text_clean_to(ret->field, sizeof ret->field, field, strlen(field));
}
