/* SPDX-License-Identifier: Apache-2.0 */
/* Is it alive, does it take writes, which version is it? Open to everybody. */

#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"

#define API_VERSION "1"

static cJSON *object_of(const char *name, const char *text)
{
    cJSON *j = cJSON_CreateObject();
    if (wire_add(j, name, cJSON_CreateString(text)))
        return j;
    cJSON_Delete(j);
    return NULL;
}

/* In the loop: nothing else has to work for it. */
enum err_code on_health(struct request *req, struct store *store, struct err *err)
{
    (void)store;
    return request_answer_json(req, 200, object_of("status", "ok"), err);
}

/* In the writer thread, inside a transaction that took the write lock. */
enum err_code on_ready(struct request *req, struct store *store, struct err *err)
{
    (void)store;
    return request_answer_json(req, 200, object_of("status", "ok"), err);
}

enum err_code on_version(struct request *req, struct store *store, struct err *err)
{
    (void)store;
    cJSON *j = object_of("version", PUPITRE_VERSION);
    if (!wire_add(j, "api", cJSON_CreateString(API_VERSION))) {
        cJSON_Delete(j);
        j = NULL;
    }
    return request_answer_json(req, 200, j, err);
}
