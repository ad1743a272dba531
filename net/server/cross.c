/* SPDX-License-Identifier: Apache-2.0 */
/* News of other nodes. */

#include "net/server/cross.h"

#include <stdlib.h>
#include <sys/epoll.h>

#include "net/host/log.h"
#include "net/server/duty.h"
#include "net/server/hub.h"
#include "net/server/loop.h"
#include "net/server/news.h"
#include "net/server/options.h"
#include "net/server/server.h"
#include "net/store/store_nodes.h"

struct cross {
    struct server *server;
    struct store_listener *listener;
    struct loop_source source;
    bool heard; /* something, since the start */
};

/* Missed: whatever it was, what is read now is what counts. */
static void on_heard(void *arg, const char *text)
{
    struct cross *c = arg;
    if (!text) {
        if (c->heard)
            log_line(c->server->log, LOG_WARNING, "nodes", "the other nodes are heard again");
        c->heard = true;
        hub_tell_all(c->server->hub);
        return;
    }
    struct news news = {0};
    news_read(text, &news);
    hub_news(c->server->hub, &news);
    duty_news(c->server->duty, &news);
    news_deinit(&news);
}

static void on_ready(void *arg, uint32_t events)
{
    (void)events;
    struct cross *c = arg;
    if (!c->server->stopping)
        store_listener_take(c->listener, on_heard, c);
}

enum err_code cross_new(struct server *server, struct cross **ret, struct err *err)
{
    *ret = NULL;
    if (!store_is_shared(server->store))
        return ERR_OK;
    struct cross *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(err, ERR_NOMEM, NULL);
    c->server = server;
    enum err_code code =
        store_listener_new(server->store, server->options->store, &c->listener, err);
    if (code == ERR_OK) {
        c->source =
            (struct loop_source){.fd = store_listener_fd(c->listener), .ready = on_ready, .arg = c};
        code = loop_add(server->loop, &c->source, EPOLLIN, err);
    }
    if (code != ERR_OK) {
        c->source.fd = -1;
        store_listener_free(c->listener);
        free(c);
        return code;
    }
    *ret = c;
    return ERR_OK;
}

struct cross *cross_free(struct cross *c)
{
    if (c) {
        loop_remove(c->server->loop, &c->source);
        store_listener_free(c->listener);
        free(c);
    }
    return NULL;
}
