/* SPDX-License-Identifier: Apache-2.0 */
/* The way out. */

#include "net/server/stop.h"

#include "net/host/log.h"
#include "net/server/http.h"
#include "net/server/hub.h"
#include "net/server/loop.h"
#include "net/server/notify.h"
#include "net/server/options.h"
#include "net/server/server.h"

static void settle(struct server *s)
{
    log_line(s->log, LOG_INFO, "settle", "requests=%zu streams=%zu", http_requests_open(s->http),
             hub_streams(s->hub));
    s->stopping = true;
    s->stop_until_ms = server_now_ms() + STOP_SETTLE_MS;
    http_close_door(s->http);
    hub_end_all(s->hub);
}

void stop_asked(struct server *s)
{
    if (s->stopping) {
        loop_stop(s->loop);
    } else if (!s->draining && s->options->drain_s > 0) {
        notify_stopping();
        s->draining = true;
        s->stop_until_ms = server_now_ms() + s->options->drain_s * 1000;
    } else {
        if (!s->draining)
            notify_stopping();
        s->draining = true;
        settle(s);
    }
}

void stop_turn(struct server *s)
{
    if (!s->draining)
        return;
    const bool due = server_now_ms() >= s->stop_until_ms;
    if (!s->stopping && due)
        settle(s);
    else if (s->stopping && (due || http_requests_open(s->http) == 0))
        loop_stop(s->loop);
}
