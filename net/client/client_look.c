/* SPDX-License-Identifier: Apache-2.0 */
/* The client before anybody is signed in: is the backend there at all? Looked at until it is, so
 * that whoever comes in the morning knows before typing a password. */

#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/client/client_state.h"

#define LOOK_TIMEOUT_MS 5000
#define LOOK_LIMIT 4096
#define LOOK_MAX_TIMES 6 /* the pause doubles so often */

static void look_now(void *arg);

static void look_later(struct client *c)
{
    int64_t wait = c->stream_config.retry_min_ms << c->look_failures;
    if (wait > c->stream_config.retry_max_ms)
        wait = c->stream_config.retry_max_ms;
    if (c->look_failures < LOOK_MAX_TIMES)
        c->look_failures++;
    wait = wait / 2 + randombytes_uniform((uint32_t)(wait / 2) + 1);
    timer_start(&c->look_again, wait, look_now, c);
}

static bool is_our_version(const struct http_reply *r)
{
    CLEANUP_JSON cJSON *j = NULL;
    return r->code == ERR_OK && json_parse(r->body, r->len, &json_limits_api, &j, NULL) == ERR_OK &&
           strcmp(json_str(j, "api", ""), "1") == 0;
}

static void on_looked(const struct http_reply *r, void *arg)
{
    struct client *c = arg;
    const bool ours = is_our_version(r);
    const bool other = !ours && (r->code == ERR_OK || r->code == ERR_NOT_FOUND);
    c->look = NULL;
    if (!ours)
        look_later(c);
    client_log_reply(c, "look", r);
    c->handlers.backend(
        c->handlers.arg, ours ? WS_BACKEND_OK : WS_BACKEND_AWAY,
        other ? N_("The backend is of another version than this program. Call the helpdesk.")
              : r->why);
}

static void look_now(void *arg)
{
    struct client *c = arg;
    const struct http_request req = {.method = "GET",
                                     .path = "/v1/version",
                                     .body_limit = LOOK_LIMIT,
                                     .timeout_ms = LOOK_TIMEOUT_MS};
    c->look = http_start(c->http, &req, NULL, on_looked, c);
    if (!c->look)
        look_later(c);
}

void client_look(struct client *c)
{
    if (c->has_session || c->look)
        return;
    client_look_stop(c);
    look_now(c);
}

void client_look_stop(struct client *c)
{
    c->look = http_stop(c->look);
    c->look_failures = 0;
    timer_cancel(&c->look_again);
}
