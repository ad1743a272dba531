/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox's way to the federal side. */

#include "net/server/federal.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/host/log.h"
#include "net/server/federal_send.h"
#include "net/server/loop.h"
#include "net/server/metrics.h"
#include "net/server/options.h"
#include "net/server/server.h"
#include "net/server/writer.h"
#include "net/store/store_outbox.h"

#define PARALLEL 8
#define LEASE_MARGIN_S 15 /* beyond the longest that a try takes */
#define WATCH_EVERY_MS 30000

/* One on its way: claimed, sent, recorded. */
struct shipment {
    struct federal_put put; /* the first: what federal_send gives back is the shipment */
    struct federal *federal;
    struct store_outbox_item item;
    struct store_outbox_result result;
    bool counts;
    struct job job; /* records */
};

struct federal {
    struct server *server;
    struct federal_send *send; /* NULL: nothing is sent */
    struct loop_source source;
    bool stopping;
    size_t n_under_way;
    struct job claim;
    bool claiming;
    size_t want; /* of the claim */
    bool watch;  /* the claim looks for what is stuck, too */
    int64_t watched_ms;
    struct store_outbox_item items[PARALLEL]; /* the writer's while claiming */
    size_t n_items;
};

static void pump(struct federal *f);

/* --- what came of one --- */

static enum err_code record_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct shipment *s = (struct shipment *)((char *)job - offsetof(struct shipment, job));
    return store_outbox_record(store, &s->item, &s->result, now_utc_s, &s->counts, &job->err);
}

static void tell(const struct shipment *s)
{
    const struct server *server = s->federal->server;
    const struct store_outbox_result *r = &s->result;
    if (r->event == OUTBOX_EV_ACCEPTED) {
        log_line(server->log, LOG_INFO, "federal", "offer=%lld version=%lld sent=1 status=%d",
                 (long long)s->item.offer_id, (long long)s->item.version, r->http_status);
        return;
    }
    const bool parked = r->event == OUTBOX_EV_REFUSED;
    log_line(server->log, parked ? LOG_ERROR : LOG_WARNING, "federal",
             "offer=%lld version=%lld sent=0 status=%d fault=%s tries=%lld %s=%lld",
             (long long)s->item.offer_id, (long long)s->item.version, r->http_status, r->fault,
             (long long)s->item.tries, parked ? "parked" : "next_s",
             parked ? 1LL : (long long)r->pause_s);
}

static void record_done(struct job *job)
{
    struct shipment *s = (struct shipment *)((char *)job - offsetof(struct shipment, job));
    struct federal *f = s->federal;
    if (job->err.code != ERR_OK) { /* the lease ends, and it is sent again: it does no harm */
        log_line(f->server->log, LOG_ERROR, "fault", "op=federal code=%s %s %s",
                 err_info(job->err.code)->name, job->err.sentence, job->err.detail);
    } else if (s->counts) {
        metrics_count(f->server->metrics,
                      s->result.event == OUTBOX_EV_ACCEPTED  ? METRIC_FEDERAL_SENT
                      : s->result.event == OUTBOX_EV_REFUSED ? METRIC_FEDERAL_PARKED
                                                             : METRIC_FEDERAL_LATER);
        tell(s);
    }
    store_outbox_item_deinit(&s->item);
    free(s);
    f->n_under_way--;
    pump(f);
}

static void record(struct shipment *s, enum outbox_event event, const char *fault, int64_t pause_s)
{
    s->result = (struct store_outbox_result){.event = event,
                                             .http_status = s->put.answer.http_status,
                                             .fault = fault,
                                             .pause_s = pause_s,
                                             .may_be_there = outbox_may_be_there(&s->put.answer)};
    s->job = (struct job){.run = record_run, .done = record_done};
    writer_submit(s->federal->server->writer, &s->job);
}

static void on_finished(void *arg, uint32_t events)
{
    (void)events;
    struct federal *f = arg;
    uint64_t count;
    if (read(f->source.fd, &count, sizeof count) < 0 && errno != EAGAIN && errno != EINTR)
        return;
    struct federal_put *put;
    while ((put = federal_send_take(f->send))) {
        struct shipment *s = (struct shipment *)put;
        free(put->url);
        put->url = NULL;
        const enum outbox_event event = outbox_judge(&put->answer);
        const int64_t pause =
            f->stopping && strcmp(put->fault, "stopped") == 0
                ? 0
                : outbox_pause_s(s->item.tries, put->answer.retry_after_s, randombytes_random());
        record(s, event, event == OUTBOX_EV_ACCEPTED ? "" : put->fault, pause);
    }
}

/* --- sending --- */

/* The bytes to send; what held them in parts is wiped. */
static enum err_code make_body(const struct store_outbox_item *item, struct buf *out)
{
    char agent[STORE_ID_SIZE];
    CLEANUP_JSON cJSON *j = NULL;
    enum err_code code = json_parse(item->json, item->json_len, &json_limits_api, &j, NULL);
    store_id_print(item->agent_id, agent);
    const struct response_resource dress = {.id = item->resource_id,
                                            .subject_system = RESPONSE_TICKET_SYSTEM,
                                            .subject = item->ticket,
                                            .agent = agent,
                                            .status = item->status,
                                            .authored_utc_s = item->updated_utc_s};
    if (code == ERR_OK)
        code = response_resource_dress(j, &dress, NULL);
    if (code == ERR_OK)
        json_print(j, out);
    return code == ERR_OK && out->failed ? ERR_NOMEM : code;
}

static char *make_url(const char *base, const char *id)
{
    static const char middle[] = "/QuestionnaireResponse/";
    size_t len = strlen(base);
    while (len > 0 && base[len - 1] == '/')
        len--;
    const size_t size = len + sizeof middle + strlen(id);
    char *url = malloc(size);
    if (url)
        snprintf(url, size, "%.*s%s%s", (int)len, base, middle, id);
    return url;
}

/* Takes the item. Without memory its lease ends by itself. */
static void ship(struct federal *f, struct store_outbox_item *item_take)
{
    struct shipment *s = calloc(1, sizeof *s);
    if (!s) {
        store_outbox_item_deinit(item_take);
        return;
    }
    s->federal = f;
    s->item = *item_take;
    sodium_memzero(item_take, sizeof *item_take);
    f->n_under_way++;
    enum err_code code = s->item.json ? make_body(&s->item, &s->put.body) : ERR_INVALID;
    const char *fault = s->item.json ? "unreadable" : "gone";
    snprintf(s->put.id, sizeof s->put.id, "%s", s->item.resource_id);
    s->put.url = make_url(f->server->options->federal_url, s->item.resource_id);
    if (code == ERR_OK && s->put.url && !f->stopping) {
        federal_send_put(f->send, &s->put);
        return;
    }
    buf_free(&s->put.body);
    free(s->put.url);
    s->put.url = NULL;
    s->put.answer.unsent = true;
    if (code == ERR_INVALID)
        record(s, OUTBOX_EV_REFUSED, fault, 0);
    else
        record(s, OUTBOX_EV_LATER, f->stopping ? "stopped" : "no-memory", 0);
}

static enum err_code claim_run(struct job *job, struct store *store, int64_t now_utc_s)
{
    struct federal *f = (struct federal *)((char *)job - offsetof(struct federal, claim));
    const struct options *o = f->server->options;
    f->n_items = 0;
    enum err_code code = ERR_OK;
    if (f->watch)
        code = store_outbox_watch(store, o->federal_stuck_s, now_utc_s, &job->err);
    if (code == ERR_OK)
        code = store_outbox_claim(store, now_utc_s, o->federal_timeout_s + LEASE_MARGIN_S, f->items,
                                  f->want, &f->n_items, &job->err);
    return code;
}

static void claim_done(struct job *job)
{
    struct federal *f = (struct federal *)((char *)job - offsetof(struct federal, claim));
    const bool good = job->err.code == ERR_OK;
    f->claiming = false;
    if (!good)
        log_line(f->server->log, LOG_ERROR, "fault", "op=outbox code=%s %s %s",
                 err_info(job->err.code)->name, job->err.sentence, job->err.detail);
    for (size_t i = 0; i < f->n_items; i++) {
        if (good)
            ship(f, &f->items[i]);
        else
            store_outbox_item_deinit(&f->items[i]);
    }
    /* All that was wanted: there may be more as soon as there is room. */
    const bool full = good && f->n_items == f->want;
    f->n_items = 0;
    if (!full)
        f->want = 0;
}

static void claim(struct federal *f)
{
    if (f->claiming || f->stopping || f->n_under_way >= PARALLEL)
        return;
    f->claiming = true;
    f->want = PARALLEL - f->n_under_way;
    f->claim = (struct job){.run = claim_run, .done = claim_done};
    writer_submit(f->server->writer, &f->claim);
}

/* There is room again: go on while the last claim was full. */
static void pump(struct federal *f)
{
    if (f->want && f->n_under_way <= PARALLEL / 2) {
        f->watch = false;
        claim(f);
    }
}

void federal_tick(struct federal *f)
{
    if (!f || !f->send || f->claiming)
        return;
    const int64_t now_ms = server_now_ms();
    f->watch = now_ms - f->watched_ms >= WATCH_EVERY_MS;
    if (f->watch && f->n_under_way < PARALLEL)
        f->watched_ms = now_ms;
    claim(f);
}

/* --- credentials --- */

static enum err_code read_secret(const char *path, char *ret, size_t size, struct err *err)
{
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    enum err_code code = ERR_OK;
    ssize_t n = 0;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        code = err_set(err, ERR_IO, "%s is no file", path);
    else if (st.st_mode & 077)
        code = err_set(err, ERR_FORBIDDEN, "others may read %s: chmod 600", path);
    else if ((n = read(fd, ret, size - 1)) < 0)
        code = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    close(fd);
    ret[n > 0 ? strcspn((ret[n] = '\0', ret), "\r\n") : 0] = '\0';
    return code;
}

/* "bearer TOKEN" or "basic USER:PASSWORD" to a header. */
static bool make_header(const char *line, char *ret, size_t size)
{
    if (strncmp(line, "bearer ", 7) == 0 && line[7])
        return snprintf(ret, size, "Authorization: Bearer %s", line + 7) < (int)size;
    if (strncmp(line, "basic ", 6) != 0 || !strchr(line + 6, ':'))
        return false;
    const int head = snprintf(ret, size, "Authorization: Basic ");
    const size_t room = size - (size_t)head;
    const size_t len = strlen(line + 6);
    if (sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL) > room)
        return false;
    sodium_bin2base64(ret + head, room, (const uint8_t *)line + 6, len,
                      sodium_base64_VARIANT_ORIGINAL);
    return true;
}

static enum err_code authorize(struct federal *f, struct err *err)
{
    const char *path = f->server->options->federal_secret;
    if (!path)
        return ERR_OK;
    char line[FEDERAL_SECRET_MAX / 2];
    char header[FEDERAL_SECRET_MAX];
    enum err_code code = read_secret(path, line, sizeof line, err);
    if (code == ERR_OK && (!text_is_plain(line, strlen(line), TEXT_ONE_LINE) ||
                           !make_header(line, header, sizeof header)))
        code = err_set(err, ERR_INVALID,
                       "%s: its first line is \"bearer TOKEN\" or \"basic USER:PASSWORD\"", path);
    if (code == ERR_OK)
        federal_send_authorize(f->send, header);
    sodium_memzero(line, sizeof line);
    sodium_memzero(header, sizeof header);
    return code;
}

void federal_reload(struct federal *f)
{
    struct err err;
    if (f && f->send && authorize(f, &err) != ERR_OK)
        log_line(f->server->log, LOG_ERROR, "federal", "%s", err.sentence);
}

/* --- life --- */

enum err_code federal_new(struct server *server, struct federal **ret, struct err *err)
{
    const struct options *o = server->options;
    struct federal *f = calloc(1, sizeof *f);
    if (!f)
        return err_set(err, ERR_NOMEM, NULL);
    f->server = server;
    f->source.fd = -1;
    *ret = f; /* half built: the caller frees it */
    if (!o->federal_url)
        return ERR_OK;
    const struct federal_send_options so = {.ca = o->federal_ca,
                                            .timeout_ms = (long)o->federal_timeout_s * 1000};
    enum err_code code = federal_send_new(&so, &f->send, err);
    if (code == ERR_OK)
        code = authorize(f, err);
    if (code == ERR_OK) {
        f->source =
            (struct loop_source){.fd = federal_send_fd(f->send), .ready = on_finished, .arg = f};
        code = loop_add(server->loop, &f->source, EPOLLIN, err);
    }
    return code;
}

void federal_stop(struct federal *f)
{
    if (!f || !f->send || f->stopping)
        return;
    f->stopping = true;
    federal_send_stop(f->send);
    on_finished(f, 0);
}

struct federal *federal_free(struct federal *f)
{
    if (f) {
        if (f->source.fd >= 0)
            loop_remove(f->server->loop, &f->source);
        f->send = federal_send_free(f->send);
        free(f);
    }
    return NULL;
}
