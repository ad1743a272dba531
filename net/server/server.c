/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of pupitred on one loop: signals, the second's tick, the writer's completions, HTTP. */

#include "net/server/server.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "net/host/log.h"
#include "net/server/cross.h"
#include "net/server/duty.h"
#include "net/server/federal.h"
#include "net/server/http.h"
#include "net/server/hub.h"
#include "net/server/logins.h"
#include "net/server/loop.h"
#include "net/server/metrics.h"
#include "net/server/notify.h"
#include "net/server/options.h"
#include "net/server/people.h"
#include "net/server/presence.h"
#include "net/server/rate.h"
#include "net/server/stop.h"
#include "net/server/writer.h"

int64_t server_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool server_store_is_slow(const struct server *s)
{
    const int64_t half = s->notify.watchdog_ms / 2;
    const int64_t limit = half && half < SERVER_SLOW_MS ? half : SERVER_SLOW_MS;
    return server_now_ms() - s->writer_seen_ms > limit;
}

/* A log file may have been moved away, the certificate renewed; settings are read at the start
 * only. */
static void reload(struct server *s)
{
    notify_reloading();
    log_reopen(s->log);
    federal_reload(s->federal);
    log_line(s->log, LOG_INFO, "log", "opened=again");
    http_look(s->http);
    notify_ready(s->address);
}

static void on_signal(void *arg, uint32_t events)
{
    (void)events;
    struct server *s = arg;
    struct signalfd_siginfo info;
    if (read(s->signals.fd, &info, sizeof info) != sizeof info)
        return;
    if (info.ssi_signo == SIGHUP) {
        reload(s);
        return;
    }
    log_line(s->log, LOG_INFO, "stop", "signal=%u", info.ssi_signo);
    stop_asked(s);
}

static void on_tick(void *arg, uint32_t events)
{
    (void)events;
    struct server *s = arg;
    uint64_t count;
    if (read(s->ticks.fd, &count, sizeof count) != sizeof count)
        return;
    const int64_t now_ms = server_now_ms();
    duty_tick(s->duty);
    federal_tick(s->federal);
    hub_tick(s->hub, now_ms);
    http_tick(s->http);
    logins_tick(s->logins);
    metrics_tick(s->metrics, now_ms);
    notify_tick(&s->notify, now_ms, server_store_is_slow(s));
}

static void on_completions(void *arg, uint32_t events)
{
    (void)events;
    struct server *s = arg;
    s->writer_seen_ms = server_now_ms();
    writer_deliver(s->writer);
    const int64_t moved_s = writer_clock_moved(s->writer);
    if (!moved_s)
        return;
    log_line(s->log, LOG_WARNING, "clock", "moved=%lld s: deadlines moved with it",
             (long long)moved_s);
    hub_tell_all(s->hub); /* the screens reckon with the old time */
}

static int before_wait(void *arg)
{
    struct server *s = arg;
    const int wait_ms = http_run(s->http);
    stop_turn(s);
    return wait_ms;
}

static enum err_code watch(struct server *s, struct loop_source *source, int fd,
                           void (*ready)(void *, uint32_t), struct err *err)
{
    *source = (struct loop_source){.fd = fd, .ready = ready, .arg = s};
    if (fd < 0)
        return err_set(err, ERR_IO, "%s", strerror(errno));
    return loop_add(s->loop, source, EPOLLIN, err);
}

/* SIGTERM, SIGINT and SIGHUP come through a descriptor; main has blocked them for all threads. */
static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int open_ticks(void)
{
    const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    const struct itimerspec each_second = {.it_value = {.tv_sec = 1}, .it_interval = {.tv_sec = 1}};
    if (fd >= 0 && timerfd_settime(fd, 0, &each_second, NULL) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

enum err_code server_init(struct server *s, struct err *err)
{
    s->signals.fd = s->ticks.fd = s->completions.fd = -1;
    (void)err_set(err, ERR_NOMEM, NULL); /* for those that can fail in no other way */
    if (phone_settings_init(&s->phone, s->options, err) != ERR_OK)
        return err->code;
    const struct rate_limits rates = {s->options->rate_session, s->options->rate_address};
    if (!(s->rate = rate_new(&rates)) || !(s->loop = loop_new(err)) ||
        !(s->presence = presence_new(server_now_ms())) || !(s->hub = hub_new(s)) ||
        !(s->duty = duty_new(s)) || !(s->metrics = metrics_new(s)) || !(s->people = people_new(s)))
        return err->code;
    if (!(s->writer = writer_new(s->store, err)) || !(s->logins = logins_new(s, err)))
        return err->code;
    if (watch(s, &s->signals, open_signals(), on_signal, err) != ERR_OK ||
        watch(s, &s->ticks, open_ticks(), on_tick, err) != ERR_OK ||
        watch(s, &s->completions, writer_fd(s->writer), on_completions, err) != ERR_OK)
        return err->code;
    if (cross_new(s, &s->cross, err) != ERR_OK || federal_new(s, &s->federal, err) != ERR_OK ||
        !(s->http = http_new(s, err)))
        return err->code;
    return ERR_OK;
}

void server_run(struct server *s, const char *address)
{
    s->address = address;
    notify_init(&s->notify);
    s->writer_seen_ms = server_now_ms();
    duty_tick(s->duty);
    metrics_tick(s->metrics, s->writer_seen_ms);
    notify_ready(address);
    loop_run(s->loop, before_wait, s);
}

/* Whatever was accepted is finished and answered; libmicrohttpd aborts when it is stopped with
 * suspended connections, so nothing may be left suspended. */
static void settle(struct server *s)
{
    s->stopping = true;
    federal_stop(s->federal);
    writer_drain(s->writer); /* hashes that are being read reach the workers' list */
    s->logins = logins_free(s->logins);
    writer_drain(s->writer);
    hub_end_all(s->hub);
    for (int i = 0; i < 16 && http_run(s->http) == 0; i++)
        ;
}

void server_deinit(struct server *s)
{
    if (s->http)
        settle(s);
    const int signals = s->signals.fd, ticks = s->ticks.fd;
    s->cross = cross_free(s->cross);
    if (s->loop) {
        loop_remove(s->loop, &s->signals);
        loop_remove(s->loop, &s->ticks);
        loop_remove(s->loop, &s->completions);
    }
    s->http = http_free(s->http);
    s->logins = logins_free(s->logins);
    s->writer = writer_free(s->writer);
    s->metrics = metrics_free(s->metrics);
    s->federal = federal_free(s->federal);
    s->duty = duty_free(s->duty);
    s->people = people_free(s->people);
    s->hub = hub_free(s->hub);
    s->presence = presence_free(s->presence);
    s->rate = rate_free(s->rate);
    s->loop = loop_free(s->loop);
    if (signals >= 0)
        close(signals);
    if (ticks >= 0)
        close(ticks);
    phone_settings_deinit(&s->phone);
}
