/* SPDX-License-Identifier: Apache-2.0 */
/* A sign-in that stands in line at the backend: the same request with the same key is sent again
 * when the backend says, and keeps its place. The password stays in locked memory meanwhile. */

#include "net/client/client_state.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define AGAIN_MIN_S 1
#define AGAIN_MAX_S 15 /* the backend forgets who is silent for 30 s */

struct line_place {
    bool waits; /* between two requests */
    struct http_request http;
    char *body; /* sodium_malloc */
    char key[128];
};

static struct http_call *ask(struct pending *p)
{
    return http_start(p->client->http, &p->line->http, NULL, client_on_done, p);
}

struct http_call *client_line_start(struct pending *p, const struct http_request *http)
{
    const size_t size = strlen(http->body) + 1;
    struct line_place *line = calloc(1, sizeof *line);
    if (!line || strlen(http->key) >= sizeof line->key || !(line->body = sodium_malloc(size))) {
        free(line);
        return NULL;
    }
    memcpy(line->body, http->body, size);
    memcpy(line->key, http->key, strlen(http->key) + 1);
    line->http = *http;
    line->http.body = line->body;
    line->http.key = line->key;
    line->http.path = "/v1/sessions"; /* the caller's goes away */
    p->line = line;
    return ask(p);
}

static void ask_again(void *arg)
{
    struct pending *p = arg;
    p->line->waits = false;
    p->call = ask(p);
    if (!p->call)
        client_answer_later(p->client);
}

bool client_line_wait(struct pending *p, const struct http_reply *r)
{
    struct client *c = p->client;
    if (!p->line)
        return false;
    const int64_t s = r->retry_after_s;
    const int64_t wait_s = s < AGAIN_MIN_S ? AGAIN_MIN_S : s > AGAIN_MAX_S ? AGAIN_MAX_S : s;
    p->call = NULL; /* it is over */
    p->line->waits = true;
    timer_start(&c->line, wait_s * 1000, ask_again, p);
    c->handlers.queued(c->handlers.arg, r->position);
    return true;
}

bool client_line_waits(const struct pending *p)
{
    return p->line && p->line->waits;
}

void client_line_leave(struct pending *p)
{
    if (!p->line)
        return;
    if (p->line->waits)
        timer_cancel(&p->client->line);
    sodium_free(p->line->body);
    free(p->line);
    p->line = NULL;
}
