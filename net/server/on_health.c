/* SPDX-License-Identifier: Apache-2.0 */
/* Is it alive, does it take writes, how is it, which version is it? */

#include "net/api/client_version.h"
#include "net/server/handlers.h"
#include "net/server/metrics.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/wire.h"
#include "net/store/store_figures.h"

#define API_VERSION "1"

static cJSON *object_of(const char *name, const char *text)
{
    cJSON *j = cJSON_CreateObject();
    if (wire_add(j, name, cJSON_CreateString(text)))
        return j;
    cJSON_Delete(j);
    return NULL;
}

/* In the loop: that it turns is all that is asked. */
enum err_code on_health(struct request *req, struct store *store, struct err *err)
{
    (void)store;
    return request_answer_json(req, 200, object_of("status", "ok"), err);
}

/* In the writer thread: answered when a small write of its own is on the disk. (That it does not
 * stop was asked before, in the loop; the schema is the newest since before the first request.) */
enum err_code on_ready(struct request *req, struct store *store, struct err *err)
{
    const enum err_code code = store_try_write(store, err);
    if (code != ERR_OK)
        return code;
    req->was_ready = true;
    return request_answer_json(req, 200, object_of("status", "ok"), err);
}

/* In the loop. Figures of the whole service are not for everybody who reaches the port. */
enum err_code on_metrics(struct request *req, struct store *store, struct err *err)
{
    (void)store;
    if (!req->is_local)
        return err_set(err, ERR_FORBIDDEN, "Metrics are for this machine only.");
    metrics_print(req->server->metrics, &req->answer.body);
    if (req->answer.body.failed)
        return err_set(err, ERR_NOMEM, NULL);
    req->answer.status = 200;
    req->answer.media_type = "text/plain; version=0.0.4; charset=utf-8";
    return ERR_OK;
}

enum err_code on_version(struct request *req, struct store *store, struct err *err)
{
    (void)store;
    cJSON *j = object_of("version", PUPITRE_VERSION);
    if (!wire_add(j, "api", cJSON_CreateString(API_VERSION)) ||
        !wire_add(j, "oldest_client", cJSON_CreateString(CLIENT_OLDEST))) {
        cJSON_Delete(j);
        j = NULL;
    }
    return request_answer_json(req, 200, j, err);
}
